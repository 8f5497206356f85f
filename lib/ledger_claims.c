/* ledger_claims: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger_claims.h"
#include "lib/ledger_scope.h"
#include "lib/text.h"

/* Those that bear on the facts, before they are sorted.  A client has far
   fewer than SLA_ROWS_MAX (collector/shard_claim.c, collector/moved.h). */
struct picking {
	const struct sla_facts *facts;
	const struct claim **items;
	size_t count;
};

static void
on_claim(void *arg, const struct claim *c)
{
	struct picking *p = arg;

	if (c->from_ms >= p->facts->to_ms || c->to_ms <= p->facts->from_ms ||
	    c->to_ms > SLA_END_MS)
		return;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	p->items = mem_room(p->items, p->count, sizeof(*p->items));
	p->items[p->count++] = c;
}

/* Whatever order the records came in: the last word is the id's. */
static int
by_begin(const void *a, const void *b)
{
	const struct claim *x = *(const struct claim *const *)a;
	const struct claim *y = *(const struct claim *const *)b;

	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	if (x->to_ms != y->to_ms)
		return x->to_ms < y->to_ms ? -1 : 1;
	return strcmp(x->id, y->id);
}

static int
consent_of(const struct claim *c)
{
	switch (claim_consent(c)) {
	case CLAIM_AGREED:
		return SLA_AGREED;
	case CLAIM_DISPUTED:
		return SLA_DISPUTED;
	default:
		return SLA_UNANSWERED;
	}
}

static void
add_claim(const struct ledger *l, struct sla_facts *f, const struct claim *c)
{
	struct sla_exclusion x = { .from_ms = c->from_ms,
		.to_ms = c->to_ms,
		.claimed_ms = c->at_ms,
		.consent = consent_of(c) };
	struct text reason = { 0 };

	if (!ledger_scope(l, c->endpoints, c->endpoint_count, c->at_ms, f,
		&x.scope))
		return;
	text_addf(&reason, "%s: %s", claim_reason_text(c->reason), c->text);
	x.reason = text_take(&reason);
	x.claimant = mem_text(c->claimant);
	x.evidence = c->evidence != NULL ? mem_text(c->evidence) : NULL;
	f->exclusions[f->exclusion_count++] = x;
}

static void
add_claims(const struct ledger *l, struct sla_facts *f)
{
	struct picking p = { .facts = f };

	ledger_each_claim(l, on_claim, &p);
	if (p.count == 0)
		return;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	qsort(p.items, p.count, sizeof(*p.items), by_begin);
	f->exclusions = mem_alloc(p.count * sizeof(*f->exclusions));
	for (size_t i = 0; i < p.count; i++)
		add_claim(l, f, p.items[i]);
	free(p.items);
}

void
ledger_claim_facts(const struct ledger *l, struct sla_facts *f)
{
	add_claims(l, f);
	for (size_t i = 0; i < f->outage_count; i++) {
		struct sla_outage *o = &f->outages[i];
		const char *cause = ledger_cause(l,
		    f->endpoints[o->endpoint].name, o->from_ms, o->to_ms);

		if (cause != NULL)
			o->cause = mem_text(cause);
	}
}
