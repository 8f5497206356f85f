/* ledger_facts: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/ledger_claims.h"
#include "lib/ledger_facts.h"
#include "lib/ledger_names.h"
#include "lib/ledger_windows.h"
#include "lib/report_agreed.h"
#include "lib/sla_period.h"
#include "lib/sla_text.h"
#include "lib/text.h"

/*
 * Hours are wall clocks of the zone that was agreed with them.  Where the facts
 * have another one, since the client moved, they are what they come to.
 */
static bool
read_terms(const struct ledger_agreement *a, const struct sla_facts *f,
    struct sla_version *v)
{
	struct sla_facts own = *f;
	char error[REPORT_ERROR];

	if (civil_zone_exists(a->zone))
		own.zone = a->zone;
	if (!report_agreed_version(a->more, &own, v, error))
		return false;
	if (strcmp(own.zone, f->zone) != 0) {
		sla_hours_forget_texts(v->hours);
		sla_hours_forget_texts(v->pattern);
	}
	return true;
}

bool
ledger_version(const struct ledger_agreement *a, const struct sla_facts *f,
    struct sla_version *v)
{
	if (a->more == NULL)
		sla_version_init(v);
	else if (!read_terms(a, f, v))
		return false;
	v->name = mem_text(a->sla);
	v->from_ms = a->from_ms;
	v->target_milli = a->guarantee_milli;
	v->floor_milli = a->coverage_floor_milli;
	v->accord = sla_accord_copy(&a->accord);
	return true;
}

/* Of several contracts in the period each version has what is its own. */
static void
keep_to_contract(const struct ledger_agreement *a, const struct sla_facts *f,
    struct sla_version *v)
{
	struct sla_facts c = { .begin_ms = ALWAYS, .end_ms = NEVER };

	if (a->more != NULL)
		report_agreed_contract(a->more, &c);
	if (c.begin_ms > f->begin_ms && c.begin_ms > v->from_ms)
		v->from_ms = c.begin_ms;
	if (c.end_ms < f->end_ms && c.end_ms < v->to_ms)
		v->to_ms = c.end_ms;
}

/*
 * What stands in the record was read before: it is sound, or else left out.
 * What follows after the period is no fact of it: old reports would never
 * stay the same.
 */
static void
add_version(const struct ledger *l, struct sla_facts *f,
    const struct ledger_agreement *a, int64_t to_ms)
{
	struct sla_version *v = &f->versions[f->version_count];

	if (!ledger_version(a, f, v)) {
		f->left.versions++;
		return;
	}
	v->to_ms = to_ms < f->to_ms ? to_ms : NEVER;
	keep_to_contract(a, f, v);
	ledger_name_weights(l, v);
	if (v->from_ms < v->to_ms)
		f->version_count++;
	else
		sla_version_clear(v);
}

static void
add_versions(const struct ledger *l, struct sla_facts *f)
{
	const struct ledger_agreements *all = ledger_agreed(l);

	f->versions = mem_alloc((all->count + 1) * sizeof(*f->versions));
	for (size_t i = 0; i < all->count; i++) {
		const struct ledger_agreement *a = &all->items[i];
		int64_t to_ms = i + 1 < all->count ? a[1].from_ms : NEVER;

		if (a->ended != NULL || a->from_ms >= f->to_ms ||
		    to_ms <= f->from_ms)
			continue;
		if (f->version_count < SLA_VERSIONS_MAX)
			add_version(l, f, a, to_ms);
		else
			f->left.versions++;
	}
}

/* How far from the period an outage may lie that makes one in it longer. */
static int64_t
neighbours_ms(const struct sla_facts *f)
{
	int64_t longest_s = 0;

	for (size_t i = 0; i < f->version_count; i++) {
		const struct sla_version *v = &f->versions[i];

		if (v->min_countable_s > 0 &&
		    v->min_countable_s + v->merge_gap_s > longest_s)
			longest_s = v->min_countable_s + v->merge_gap_s;
	}
	return longest_s * 1000;
}

/* The terms in force at an instant; of what began later the first. */
static const struct ledger_step *
step_at(const struct ledger_terms *terms, int64_t at_ms)
{
	const struct ledger_step *s = terms->items;

	for (size_t i = 1; i < terms->count; i++)
		if (terms->items[i].from_ms <= at_ms)
			s = &terms->items[i];
	return s;
}

/* When it counts, as far as that bears on the period: what follows is no fact
   of it, or old reports would never stay the same. */
static void
clip_to_period(const struct sla_facts *f, struct interval_set *counts)
{
	int64_t around_ms = neighbours_ms(f);
	int64_t from_ms = f->from_ms - around_ms, to_ms = f->to_ms + around_ms;

	interval_set_clip(counts,
	    from_ms > SLA_BEGIN_MS ? from_ms : SLA_BEGIN_MS,
	    to_ms < SLA_END_MS ? to_ms : SLA_END_MS);
}

/* One that never counts takes no part. */
static void
on_terms(void *arg, const char *endpoint, const struct ledger_terms *terms)
{
	struct sla_facts *f = arg;
	bool takes_part;
	struct interval_set *counts = mem_alloc(sizeof(*counts));
	struct sla_endpoint *e = &f->endpoints[f->endpoint_count];

	for (size_t i = 0; i < terms->count; i++) {
		const struct ledger_step *s = &terms->items[i];

		if (s->counts && s->ended == NULL)
			interval_set_add(counts, s->from_ms,
			    i + 1 < terms->count ? s[1].from_ms : SLA_END_MS);
	}
	clip_to_period(f, counts);
	*e = (struct sla_endpoint){ .counts = counts,
		.weights = { SLA_WEIGHT_INHERIT, SLA_WEIGHT_INHERIT },
		.quorum = 2 };
	takes_part = interval_set_within(counts, f->from_ms, f->to_ms) > 0;
	if (takes_part && f->endpoint_count < SLA_ENDPOINTS_MAX) {
		e->name = mem_text(endpoint);
		e->quorum = step_at(terms, f->to_ms - 1)->quorum;
		f->endpoint_count++;
		return;
	}
	f->left.endpoints += takes_part;
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
add_gap(struct sla_facts *f, size_t endpoint, const struct ledger_stretch *s)
{
	if (f->gap_count == SLA_ROWS_MAX) {
		f->left.gaps++;
		return;
	}
	f->gaps = mem_room(f->gaps, f->gap_count, sizeof(*f->gaps));
	f->gaps[f->gap_count++] =
	    (struct sla_gap){ endpoint, s->from_ms, s->to_ms };
}

static void
add_outage(struct sla_facts *f, size_t endpoint, const struct ledger_stretch *s)
{
	if (f->outage_count == SLA_ROWS_MAX) {
		f->left.outages++;
		return;
	}
	f->outages = mem_room(f->outages, f->outage_count, sizeof(*f->outages));
	f->outages[f->outage_count++] =
	    (struct sla_outage){ .endpoint = endpoint,
		    .kind = SLA_DOWN,
		    .from_ms = s->from_ms,
		    .to_ms = s->to_ms,
		    .from_before_ms = before(s->from_before_ms),
		    .to_before_ms =
			s->to_ms == NEVER ? ALWAYS : before(s->to_before_ms),
		    .reason = mem_text(reason_text(s->reason)) };
}

static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct sla_facts *f = arg;
	size_t at = find_endpoint(f, endpoint);

	if (at == SLA_EVERY)
		return; /* it never counts, or its whole is left out */
	if (s->kind == LEDGER_UNKNOWN)
		add_gap(f, at, s);
	else
		add_outage(f, at, s);
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

/* Weights of what takes no part bear on nothing. */
static void
drop_weights(const struct sla_facts *f, struct sla_version *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->weight_count; i++) {
		if (find_endpoint(f, v->own_weights[i].endpoint) != SLA_EVERY)
			v->own_weights[kept++] = v->own_weights[i];
		else
			free(v->own_weights[i].endpoint);
	}
	v->weight_count = kept;
}

void
ledger_facts(const struct ledger *l, struct sla_facts *f)
{
	int64_t around_ms;

	f->endpoints =
	    mem_alloc((ledger_endpoints(l) + 1) * sizeof(*f->endpoints));
	add_versions(l, f);
	ledger_each_terms(l, on_terms, f);
	if (f->endpoint_count == 0)
		add_nothing(f);
	for (size_t i = 0; i < f->version_count; i++)
		drop_weights(f, &f->versions[i]);
	ledger_window_facts(l, f);
	around_ms = neighbours_ms(f);
	ledger_each(l, f->from_ms - around_ms, f->to_ms + around_ms, on_stretch,
	    f);
	if (f->outage_count > 0)
		qsort(f->outages, f->outage_count, sizeof(*f->outages),
		    outages_by_begin);
	if (f->gap_count > 0)
		qsort(f->gaps, f->gap_count, sizeof(*f->gaps), gaps_by_begin);
	ledger_claim_facts(l, f);
	ledger_name_then(l, f);
	sla_facts_fit(f);
}

static void
sum_up(const struct sla_account *a, const struct sla_figures *f,
    struct account *out)
{
	*out = (struct account){ .period_s = f->service_s,
		.excluded_s = f->maintenance_s + f->excluded_s,
		.unknown_s = f->unknown_s,
		.total_s = f->total_s,
		.down_s = account_ceiling_s(f->down_ms),
		.uptime = sla_uptime(f),
		.coverage = f->expected_s > 0 ? sla_coverage(f) : -1,
		.allowed_s = a->allowed_s,
		.left_s = account_floor_s(a->left_ms),
		.verdict = f->verdict };
}

void
ledger_account(const struct ledger *l, struct sla_facts *f, int64_t known_ms,
    struct ledger_account *out)
{
	*out = (struct ledger_account){ .facts = *f };
	*f = (struct sla_facts){ 0 };
	if (known_ms < out->facts.to_ms)
		out->facts.as_of_ms = known_ms > 0 ? known_ms : 0;
	ledger_facts(l, &out->facts);
	sla_account(&out->facts, &out->full);
	sum_up(&out->full, &out->full.sum, &out->whole);
	sum_up(&out->full, &out->full.best, &out->best);
	out->has_changed = out->full.count > 1;
}

void
ledger_account_clear(struct ledger_account *a)
{
	sla_account_clear(&a->full);
	sla_facts_clear(&a->facts);
	*a = (struct ledger_account){ 0 };
}
