/* ledger_period: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/ledger_period.h"
#include "lib/report_agreed.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)

/* What the terms from an instant on say of periods. */
struct rule {
	int64_t from_ms;  /* of the first: ALWAYS */
	const char *zone; /* the ledger's, or the caller's */
	enum sla_period kind;
	int64_t contract; /* its first day; ALWAYS */
};
struct ledger_periods {
	struct rule *rules; /* at least one, no two alike side by side */
	size_t count;
	int64_t begin_ms; /* of the first terms; NEVER: there are none */
};

static struct rule
rule_of(const struct ledger_agreement *a, const char *zone)
{
	struct sla_facts f = { .begin_ms = ALWAYS, .end_ms = NEVER };
	struct rule r = { .from_ms = a->from_ms, .zone = zone };

	if (civil_zone_exists(a->zone))
		r.zone = a->zone;
	if (a->more != NULL)
		report_agreed_contract(a->more, &f);
	r.kind = (enum sla_period)f.period;
	r.contract = sla_period_day(r.zone, f.begin_ms);
	return r;
}

static bool
is_alike(const struct rule *a, const struct rule *b)
{
	return a->kind == b->kind && strcmp(a->zone, b->zone) == 0 &&
	    (a->contract == b->contract || a->kind != SLA_CONTRACT_YEAR);
}

struct ledger_periods *
ledger_periods_new(const struct ledger *l, const char *zone)
{
	const struct ledger_agreements *all = ledger_agreed(l);
	struct ledger_periods *p = mem_alloc(sizeof(*p));

	p->rules = mem_alloc((all->count + 1) * sizeof(*p->rules));
	p->begin_ms = all->count > 0 ? all->items[0].from_ms : NEVER;
	for (size_t i = 0; i < all->count; i++) {
		struct rule r = rule_of(&all->items[i], zone);

		if (i == 0 || !is_alike(&p->rules[p->count - 1], &r))
			p->rules[p->count++] = r;
	}
	if (p->count == 0)
		p->rules[p->count++] =
		    (struct rule){ 0, zone, SLA_MONTH, ALWAYS };
	p->rules[0].from_ms = ALWAYS;
	return p;
}

void
ledger_periods_free(struct ledger_periods *p)
{
	free(p->rules);
	free(p);
}

static int64_t
end_of(const struct ledger_periods *p, const struct rule *r)
{
	return r + 1 < p->rules + p->count ? r[1].from_ms : NEVER;
}

static const struct rule *
rule_at(const struct ledger_periods *p, int64_t at_ms)
{
	size_t i = p->count - 1;

	while (p->rules[i].from_ms > at_ms)
		i--;
	return &p->rules[i];
}

int64_t
ledger_period_day_ms(const struct ledger_periods *p, int64_t day)
{
	const struct rule *r = p->rules;
	int64_t at_ms;

	/* No clock is two days behind another; asking it takes time. */
	while (end_of(p, r) < (day - 2) * DAY_MS)
		r++;
	for (;; r++) {
		at_ms = civil_first_ms(r->zone, civil_from_days(day), 0);
		if (at_ms < r->from_ms)
			at_ms = r->from_ms;
		if (at_ms < end_of(p, r))
			return at_ms;
	}
}

const char *
ledger_period_zone(const struct ledger_periods *p,
    const struct ledger_period *x)
{
	return rule_at(p, x->to_ms - 1)->zone;
}

/* Its instants; false: clocks jumped over all of it. */
static bool
place(const struct ledger_periods *p, struct ledger_period *x)
{
	x->from_ms = ledger_period_day_ms(p, x->first);
	x->to_ms = ledger_period_day_ms(p, x->next);
	return x->from_ms < x->to_ms;
}

static void
call(struct ledger_period *x, bool is_whole)
{
	struct civil_date d = civil_from_days(x->first);

	if (is_whole)
		sla_period_name(x->kind, "UTC", x->first * DAY_MS, x->name,
		    sizeof(x->name));
	else
		text_format(x->name, sizeof(x->name), "%04d-%02d-%02d", d.year,
		    d.month, d.day);
}

/* What begins within it may end it earlier. */
static void
cut(const struct ledger_periods *p, struct ledger_period *x)
{
	const struct rule *r = rule_at(p, x->from_ms),
			  *end = p->rules + p->count;

	for (r++; r < end && r->from_ms < x->to_ms; r++) {
		int64_t day = sla_period_day(r->zone, r->from_ms), first, next;

		sla_period_days(r->kind, day > x->first ? day : x->first,
		    r->contract, &first, &next);
		if (next >= x->next)
			continue;
		x->next = next;
		x->to_ms = ledger_period_day_ms(p, next);
	}
}

/* The contract's own that begins with a day, or after it. */
static void
begin_with(const struct ledger_periods *p, int64_t day, struct ledger_period *x)
{
	const struct rule *r;
	int64_t first, next;

	do {
		r = rule_at(p, ledger_period_day_ms(p, day));
		*x = (struct ledger_period){ .kind = r->kind, .first = day };
		sla_period_days(r->kind, day, r->contract, &first, &x->next);
		if (place(p, x))
			cut(p, x);
		day = x->next;
	} while (x->from_ms >= x->to_ms);
	/* Before the contract has no contract year. */
	if (r->kind == SLA_CONTRACT_YEAR && x->first < r->contract)
		x->kind = SLA_MONTH;
	sla_period_days(x->kind, x->first, r->contract, &first, &next);
	call(x, x->first == first && x->next == next);
}

void
ledger_period_next(const struct ledger_periods *p, struct ledger_period *x)
{
	begin_with(p, x->next, x);
}

void
ledger_period_find(const struct ledger_periods *p, int64_t at_ms,
    struct ledger_period *x)
{
	const struct rule *r = p->rules;
	int64_t first, next, begin_ms = at_ms;

	/* Where terms followed each other, from the first on. */
	if (p->count > 1 && p->begin_ms < at_ms)
		begin_ms = p->begin_ms;
	sla_period_days(r->kind, sla_period_day(r->zone, begin_ms), r->contract,
	    &first, &next);
	begin_with(p, first, x);
	while (x->to_ms <= at_ms)
		ledger_period_next(p, x);
}

void
ledger_period_calendar(const struct ledger_periods *p, enum sla_period kind,
    int64_t at_ms, struct ledger_period *x)
{
	int64_t day = sla_period_day(rule_at(p, at_ms)->zone, at_ms);

	*x = (struct ledger_period){ .kind = kind };
	sla_period_days(kind, day, ALWAYS, &x->first, &x->next);
	/* The clock may go back over a midnight that has been. */
	while (!place(p, x) || x->to_ms <= at_ms)
		sla_period_days(kind, x->next, ALWAYS, &x->first, &x->next);
	call(x, true);
}

static bool
named_kind(const char *name, struct ledger_period *x)
{
	for (int kind = SLA_MONTH; kind < SLA_CONTRACT_YEAR; kind++) {
		x->kind = (enum sla_period)kind;
		if (sla_period_named_days(x->kind, name, &x->first, &x->next))
			return true;
	}
	return false;
}

bool
ledger_period_by_name(const struct ledger_periods *p, const char *name,
    struct ledger_period *x)
{
	struct civil_date d;

	*x = (struct ledger_period){ 0 };
	if (named_kind(name, x)) {
		call(x, true);
		return place(p, x);
	}
	if (!civil_date_parse(name, &d))
		return false;
	ledger_period_find(p, ledger_period_day_ms(p, civil_days(d)), x);
	return true;
}

/* ---- of facts ---- */

/* The terms in force at an instant, or those that are nearest to it. */
static size_t
nearest(const struct ledger_agreements *all, int64_t at_ms)
{
	size_t found = 0;

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].from_ms <= at_ms)
			found = i;
	return found;
}

/* From the first to the last day of all contracts in it: each version says
   itself which part of that is its own (lib/ledger_facts.c). */
static void
take_contracts(const struct ledger_agreements *all, struct sla_facts *f)
{
	size_t from = nearest(all, f->from_ms), to = nearest(all, f->to_ms - 1);

	f->begin_ms = ALWAYS;
	f->end_ms = NEVER;
	for (size_t i = from; i <= to && i < all->count; i++) {
		struct sla_facts c = { .begin_ms = ALWAYS, .end_ms = NEVER };

		if (all->items[i].more != NULL)
			report_agreed_contract(all->items[i].more, &c);
		if (i == from || c.begin_ms < f->begin_ms)
			f->begin_ms = c.begin_ms;
		if (i == from || c.end_ms > f->end_ms)
			f->end_ms = c.end_ms;
	}
}

void
ledger_period_facts(const struct ledger *l, const struct ledger_periods *p,
    const struct ledger_period *x, struct sla_facts *f)
{
	*f = (struct sla_facts){ .zone = mem_text(ledger_period_zone(p, x)),
		.period = (int)x->kind,
		.from_ms = x->from_ms,
		.to_ms = x->to_ms,
		.as_of_ms = NEVER };
	take_contracts(ledger_agreed(l), f);
}

void
ledger_period_at(const struct ledger *l, const char *zone, int64_t at_ms,
    struct sla_facts *f)
{
	struct ledger_periods *p = ledger_periods_new(l, zone);
	struct ledger_period x;

	ledger_period_find(p, at_ms, &x);
	ledger_period_facts(l, p, &x, f);
	ledger_periods_free(p);
}

void
ledger_period_between(const struct ledger *l, const char *zone, int64_t from_ms,
    int64_t to_ms, struct sla_facts *f)
{
	struct ledger_periods *p = ledger_periods_new(l, zone);
	const struct ledger_period x = { .kind = SLA_BETWEEN,
		.from_ms = from_ms,
		.to_ms = to_ms };

	ledger_period_facts(l, p, &x, f);
	ledger_periods_free(p);
}

bool
ledger_period_named(const struct ledger *l, const char *zone, const char *name,
    struct ledger_period *x, struct sla_facts *f)
{
	struct ledger_periods *p = ledger_periods_new(l, zone);
	bool is = ledger_period_by_name(p, name, x);

	if (is)
		ledger_period_facts(l, p, x, f);
	ledger_periods_free(p);
	return is;
}
