/* ledger_claims: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger_claims.h"
#include "lib/text.h"

static bool
is_named(const struct claim *c, const char *endpoint)
{
	for (size_t i = 0; i < c->endpoint_count; i++)
		if (strcmp(c->endpoints[i], endpoint) == 0)
			return true;
	return false;
}

/* By their places; all of the client's: none is named. */
static bool
take_scope(const struct claim *c, const struct sla_facts *f,
    struct sla_scope *scope)
{
	if (c->endpoint_count == 0)
		return true;
	scope->items = mem_alloc(f->endpoint_count * sizeof(*scope->items));
	for (size_t i = 0; i < f->endpoint_count; i++)
		if (is_named(c, f->endpoints[i].name))
			scope->items[scope->count++] = i;
	if (scope->count > 0)
		return true;
	free(scope->items);
	scope->items = NULL;
	return false;
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
on_claim(void *arg, const struct claim *c)
{
	struct sla_facts *f = arg;
	struct sla_exclusion x = { .from_ms = c->from_ms,
		.to_ms = c->to_ms,
		.claimed_ms = c->at_ms,
		.consent = consent_of(c) };
	struct text reason = { 0 };

	if (f->exclusion_count == SLA_ROWS_MAX || c->from_ms >= f->to_ms ||
	    c->to_ms <= f->from_ms || c->to_ms > SLA_END_MS ||
	    !take_scope(c, f, &x.scope))
		return;
	text_addf(&reason, "%s: %s", claim_reason_text(c->reason), c->text);
	x.reason = text_take(&reason);
	x.claimant = mem_text(c->claimant);
	x.evidence = c->evidence != NULL ? mem_text(c->evidence) : NULL;
	f->exclusions = mem_grow(f->exclusions,
	    (f->exclusion_count + 1) * sizeof(*f->exclusions));
	f->exclusions[f->exclusion_count++] = x;
}

static int
by_begin(const void *a, const void *b)
{
	const struct sla_exclusion *x = a, *y = b;

	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	if (x->to_ms != y->to_ms)
		return x->to_ms < y->to_ms ? -1 : 1;
	return strcmp(x->reason, y->reason);
}

void
ledger_claim_facts(const struct ledger *l, struct sla_facts *f)
{
	ledger_each_claim(l, on_claim, f);
	if (f->exclusion_count > 0)
		qsort(f->exclusions, f->exclusion_count, sizeof(*f->exclusions),
		    by_begin);
	for (size_t i = 0; i < f->outage_count; i++) {
		struct sla_outage *o = &f->outages[i];
		const char *cause = o->endpoint == SLA_EVERY
		    ? NULL
		    : ledger_cause(l, f->endpoints[o->endpoint].name,
			  o->from_ms, o->to_ms);

		if (cause != NULL && o->cause == NULL)
			o->cause = mem_text(cause);
	}
}
