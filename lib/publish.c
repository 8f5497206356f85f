/* publish: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/publish.h"
#include "lib/sla_period.h"
#include "lib/text.h"

#define FINAL_DAY 5 /* of the month after */

bool
publish_first(const struct ledger *l, const char *zone,
    char month[PUBLISH_MONTH])
{
	const struct ledger_agreements *all = ledger_agreed(l);

	if (all->count == 0)
		return false;
	if (civil_zone_exists(all->items[0].zone))
		zone = all->items[0].zone;
	sla_period_name(SLA_MONTH, zone, all->items[0].from_ms, month,
	    PUBLISH_MONTH);
	return true;
}

/* The month as the date of a day in it. */
static struct civil_date
date_of(const char month[PUBLISH_MONTH], int months_later, int day)
{
	int n = (int)strtol(month, NULL, 10) * 12 +
	    (int)strtol(month + 5, NULL, 10) - 1 + months_later;

	return (struct civil_date){ n / 12, n % 12 + 1, day };
}

void
publish_next(char month[PUBLISH_MONTH])
{
	struct civil_date next = date_of(month, 1, 1);

	text_format(month, PUBLISH_MONTH, "%04d-%02d", next.year, next.month);
}

bool
publish_month(const struct ledger *l, const char *zone,
    const char month[PUBLISH_MONTH], struct publish_month *m)
{
	*m = (struct publish_month){ 0 };
	text_copy(m->month, sizeof(m->month), month);
	/* Which zone the name is read in first does not matter. */
	m->facts = (struct sla_facts){ .zone = mem_text("UTC") };
	if (!ledger_period_named(l, zone, SLA_MONTH, month, &m->facts)) {
		publish_clear(m);
		return false;
	}
	m->final_ms =
	    civil_first_ms(m->facts.zone, date_of(month, 1, FINAL_DAY), 0);
	return true;
}

void
publish_clear(struct publish_month *m)
{
	sla_facts_clear(&m->facts);
}

enum publish_step
publish_step(const struct publish_month *m, int64_t judged_ms, int64_t now_ms,
    bool is_stored)
{
	if (now_ms < m->final_ms)
		return PUBLISH_NOT_FINAL;
	if (is_stored)
		return PUBLISH_LOOK;
	return judged_ms < m->facts.to_ms ? PUBLISH_NOT_JUDGED : PUBLISH_DUE;
}

struct report *
publish_report(const struct ledger *l, const char *client, const char *title,
    struct publish_month *m, char error[REPORT_ERROR])
{
	struct report *r;

	error[0] = '\0';
	ledger_facts(l, &m->facts);
	if (m->facts.version_count == 0)
		return NULL;
	r = report_of(client, title, &m->facts, error);
	if (r == NULL || r->account.count > 0)
		return r;
	report_free(r); /* the contract had not begun, or was over */
	return NULL;
}
