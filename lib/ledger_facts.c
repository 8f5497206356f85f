/* ledger_facts: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger_facts.h"
#include "lib/text.h"

struct filling {
	struct sla_facts *facts;
};

/* Terms that say no more than the guarantee: the rest is as it is without. */
static void
add_version(struct sla_facts *f, const struct ledger_agreement *a,
    int64_t to_ms)
{
	f->versions[f->version_count++] = (struct sla_version){
		.name = mem_text(a->sla),
		.from_ms = a->from_ms,
		.to_ms = to_ms,
		.target_milli = a->guarantee_milli,
		.floor_milli = a->coverage_floor_milli,
		.slice_s = 1,
		.merge_gap_s = 60,
		.weights = { SLA_WEIGHT_WHOLE, 0 },
		.cap_ms = NEVER,
		.credit_max_milli = 100000,
	};
}

static void
add_versions(struct sla_facts *f, const struct ledger_agreements *all)
{
	f->versions = mem_alloc((all->count + 1) * sizeof(*f->versions));
	for (size_t i = 0; i < all->count; i++) {
		const struct ledger_agreement *a = &all->items[i];
		int64_t to_ms = i + 1 < all->count ? a[1].from_ms : NEVER;

		if (a->ended == NULL && a->from_ms < f->to_ms &&
		    to_ms > f->from_ms && f->version_count < SLA_VERSIONS_MAX)
			add_version(f, a, to_ms);
	}
}

/* One that never counts takes no part. */
static void
on_terms(void *arg, const char *endpoint, const struct ledger_terms *terms)
{
	struct sla_facts *f = ((struct filling *)arg)->facts;
	struct interval_set *counts = mem_alloc(sizeof(*counts));
	struct sla_endpoint *e = &f->endpoints[f->endpoint_count];

	for (size_t i = 0; i < terms->count; i++) {
		const struct ledger_step *s = &terms->items[i];
		int64_t to_ms =
		    i + 1 < terms->count ? s[1].from_ms : SLA_END_MS;

		if (s->counts && s->ended == NULL)
			interval_set_add(counts, s->from_ms, to_ms);
	}
	interval_set_clip(counts, SLA_BEGIN_MS, SLA_END_MS);
	*e = (struct sla_endpoint){ .counts = counts,
		.weights = { SLA_WEIGHT_INHERIT, SLA_WEIGHT_INHERIT },
		.quorum = 2 };
	if (interval_set_within(counts, f->from_ms, f->to_ms) > 0 &&
	    f->endpoint_count < SLA_ENDPOINTS_MAX) {
		e->name = mem_text(endpoint);
		e->quorum = terms->items[terms->count - 1].quorum;
		f->endpoint_count++;
		return;
	}
	interval_set_clear(counts);
	free(counts);
}

static size_t
find_endpoint(const struct sla_facts *f, const char *name)
{
	for (size_t i = 0; i < f->endpoint_count; i++)
		if (strcmp(f->endpoints[i].name, name) == 0)
			return i;
	return SLA_EVERY;
}

/* Nobody had looked before: not known. */
static int64_t
before(int64_t at_ms)
{
	return at_ms == LEDGER_UNSEEN ? ALWAYS : at_ms;
}

static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct sla_facts *f = ((struct filling *)arg)->facts;
	size_t at = find_endpoint(f, endpoint);

	if (at == SLA_EVERY || f->outage_count == SLA_ROWS_MAX ||
	    f->gap_count == SLA_ROWS_MAX)
		return;
	if (s->kind == LEDGER_UNKNOWN) {
		f->gaps =
		    mem_grow(f->gaps, (f->gap_count + 1) * sizeof(*f->gaps));
		f->gaps[f->gap_count++] =
		    (struct sla_gap){ at, s->from_ms, s->to_ms };
		return;
	}
	f->outages =
	    mem_grow(f->outages, (f->outage_count + 1) * sizeof(*f->outages));
	f->outages[f->outage_count++] = (struct sla_outage){ .endpoint = at,
		.kind = SLA_DOWN,
		.from_ms = s->from_ms,
		.to_ms = s->to_ms,
		.from_before_ms = before(s->from_before_ms),
		.to_before_ms =
		    s->to_ms == NEVER ? ALWAYS : before(s->to_before_ms),
		.reason = mem_text(reason_text(s->reason)) };
}

static int
by_begin(int64_t a_ms, size_t a, int64_t b_ms, size_t b)
{
	if (a_ms != b_ms)
		return a_ms < b_ms ? -1 : 1;
	return (a > b) - (a < b);
}

static int
outages_by_begin(const void *a, const void *b)
{
	const struct sla_outage *x = a, *y = b;

	return by_begin(x->from_ms, x->endpoint, y->from_ms, y->endpoint);
}

static int
gaps_by_begin(const void *a, const void *b)
{
	const struct sla_gap *x = a, *y = b;

	return by_begin(x->from_ms, x->endpoint, y->from_ms, y->endpoint);
}

/* Where nothing counts nothing is owed; facts without endpoints are none. */
static void
add_nothing(struct sla_facts *f)
{
	f->endpoints[f->endpoint_count++] =
	    (struct sla_endpoint){ .name = mem_text("service"),
		    .counts = mem_alloc(sizeof(struct interval_set)),
		    .weights = { SLA_WEIGHT_INHERIT, SLA_WEIGHT_INHERIT },
		    .quorum = 2 };
}

void
ledger_facts(const struct ledger *l, struct sla_facts *f)
{
	struct filling filling = { .facts = f };

	f->endpoints =
	    mem_alloc((SLA_ENDPOINTS_MAX + 1) * sizeof(*f->endpoints));
	add_versions(f, ledger_agreed(l));
	ledger_each_terms(l, on_terms, &filling);
	if (f->endpoint_count == 0)
		add_nothing(f);
	ledger_each(l, f->from_ms, f->to_ms, on_stretch, &filling);
	if (f->outage_count > 0)
		qsort(f->outages, f->outage_count, sizeof(*f->outages),
		    outages_by_begin);
	if (f->gap_count > 0)
		qsort(f->gaps, f->gap_count, sizeof(*f->gaps), gaps_by_begin);
}
