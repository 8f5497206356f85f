/* publish: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger_facts.h"
#include "lib/publish.h"
#include "lib/text.h"

#define FINAL_DAYS 4 /* after the day on which the next period begins */

struct publish_walk {
	const struct ledger *ledger;
	struct ledger_periods *periods;
	struct ledger_period month, own; /* what is next of each */
};

void
publish_clear(struct publish_period *x)
{
	sla_facts_clear(&x->facts);
}

struct publish_walk *
publish_begin(const struct ledger *l, const char *zone)
{
	const struct ledger_agreements *all = ledger_agreed(l);
	struct publish_walk *w = mem_alloc(sizeof(*w));
	int64_t begin_ms =
	    all->count > 0 ? all->items[0].from_ms : SLA_BEGIN_MS;

	w->ledger = l;
	w->periods = ledger_periods_new(l, zone);
	/* No facts are known of before. */
	if (begin_ms < SLA_BEGIN_MS)
		begin_ms = SLA_BEGIN_MS;
	ledger_period_calendar(w->periods, SLA_MONTH, begin_ms, &w->month);
	ledger_period_find(w->periods, begin_ms, &w->own);
	while (w->month.from_ms < SLA_BEGIN_MS)
		ledger_period_calendar(w->periods, SLA_MONTH, w->month.to_ms,
		    &w->month);
	while (w->own.from_ms < SLA_BEGIN_MS)
		ledger_period_next(w->periods, &w->own);
	return w;
}

void
publish_end(struct publish_walk *w)
{
	ledger_periods_free(w->periods);
	free(w);
}

static int64_t
final_ms(const struct ledger_periods *p, const struct ledger_period *x)
{
	return ledger_period_day_ms(p, x->next + FINAL_DAYS);
}

int64_t
publish_final_ms(const struct ledger *l, const char *zone,
    const struct ledger_period *x)
{
	struct ledger_periods *p = ledger_periods_new(l, zone);
	struct ledger_period own, month;
	int64_t at_ms = NEVER;

	ledger_period_find(p, x->from_ms, &own);
	ledger_period_calendar(p, SLA_MONTH, x->from_ms, &month);
	if (strcmp(x->name, own.name) == 0 || strcmp(x->name, month.name) == 0)
		at_ms = final_ms(p, x);
	ledger_periods_free(p);
	return at_ms;
}

void
publish_earliest(const struct ledger *l, const char *zone, int64_t at_ms,
    struct publish_period *out)
{
	struct ledger_periods *p = ledger_periods_new(l, zone);
	struct ledger_period own;

	*out = (struct publish_period){ 0 };
	ledger_period_calendar(p, SLA_MONTH, at_ms, &out->is);
	ledger_period_find(p, at_ms, &own);
	if (own.next < out->is.next)
		out->is = own;
	out->final_ms = final_ms(p, &out->is);
	ledger_periods_free(p);
}

bool
publish_next(struct publish_walk *w, struct publish_period *out)
{
	bool is_month = w->month.next <= w->own.next;

	if (ledger_agreed(w->ledger)->count == 0)
		return false;
	*out = (struct publish_period){ .is = is_month ? w->month : w->own };
	ledger_period_facts(w->ledger, w->periods, &out->is, &out->facts);
	out->final_ms = final_ms(w->periods, &out->is);
	/* What the contract calls a period may be the month. */
	if (!is_month || strcmp(w->own.name, w->month.name) == 0)
		ledger_period_next(w->periods, &w->own);
	if (is_month)
		ledger_period_calendar(w->periods, SLA_MONTH, w->month.to_ms,
		    &w->month);
	return true;
}

enum publish_step
publish_step(const struct publish_period *x, int64_t judged_ms, int64_t now_ms,
    bool is_stored)
{
	if (now_ms < x->final_ms)
		return PUBLISH_NOT_FINAL;
	if (is_stored)
		return PUBLISH_LOOK;
	return judged_ms < x->facts.to_ms ? PUBLISH_NOT_JUDGED : PUBLISH_DUE;
}

void
publish_facts(const struct ledger *l, struct publish_period *x)
{
	ledger_facts(l, &x->facts);
}

struct report *
publish_report(const char *client, const char *title, struct publish_period *x,
    bool is_stored, char error[REPORT_ERROR])
{
	struct report *r;

	error[0] = '\0';
	if (x->facts.version_count == 0 && !is_stored)
		return NULL;
	r = report_of(client, title, &x->facts, error);
	if (r == NULL || is_stored || r->account.sum.service_s > 0)
		return r;
	report_free(r); /* the contract had not begun, or nothing counted */
	return NULL;
}
