/* calendar_repeat: see calendar_repeat.h. */
#include <string.h>

#include <libical/ical.h>

#include "lib/calendar_repeat.h"
#include "lib/calendar_rule.h"
#include "lib/civil.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
#define STEPS (CALENDAR_REPEAT_DAYS + 2 * 366)
#define RULE_MAX 500

/* A wall clock: a day, and what it shows. */
struct clock_at {
	int64_t day;
	int seconds;
};

static struct clock_at
clock_of(const char *zone, int64_t at_ms)
{
	struct clock_at c;

	c.day = civil_days(civil_date_at(zone, at_ms, &c.seconds));
	return c;
}

static int64_t
shown_ms(const char *zone, struct clock_at c, bool last)
{
	struct civil_date date = civil_from_days(c.day);
	int minutes = c.seconds / 60;
	int64_t ms = last ? civil_last_ms(zone, date, minutes)
			  : civil_first_ms(zone, date, minutes);

	return ms + c.seconds % 60 * 1000;
}

/* The rule's own end; NEVER: it has none. */
static int64_t
rule_end(const struct icalrecurrencetype *r, const char *zone)
{
	struct icaltimetype t = r->until;
	struct clock_at c;

	if (icaltime_is_null_time(t))
		return NEVER;
	c.day = civil_days((struct civil_date){ t.year, t.month, t.day });
	c.seconds =
	    t.is_date ? 86399 : t.hour * 3600 + t.minute * 60 + t.second;
	return shown_ms(icaltime_is_utc(t) ? "UTC" : zone, c, true);
}

static bool
is_sound(struct icaltimetype t)
{
	return icaltime_is_null_time(t) ||
	    (t.year >= 1970 && t.year <= 2069 && t.month >= 1 &&
		t.month <= 12 && t.day >= 1 && t.day <= 31);
}

static bool
read_rule(const char *text, struct icalrecurrencetype *r, char why[160])
{
	const char *refusal;

	if (strlen(text) > RULE_MAX) {
		text_copy(why, 160, "a rule is at most 500 bytes long");
		return false;
	}
	if (strcasestr(text, "RSCALE") != NULL) { /* and libical leaks it */
		text_copy(why, 160, "RSCALE is not understood");
		return false;
	}
	icalerror_clear_errno();
	*r = icalrecurrencetype_from_string(text);
	if (r->freq == ICAL_NO_RECURRENCE || !is_sound(r->until)) {
		text_format(why, 160,
		    "\"%.60s\" is no rule, as FREQ=WEEKLY;BYDAY=TH;COUNT=10",
		    text);
		return false;
	}
	if ((refusal = rule_refusal(r)) == NULL)
		return true;
	text_format(why, 160, "%s is not understood", refusal);
	return false;
}

/* The days as times; those that begin after the end are left out. */
static size_t
place(const struct rule_days *days, const char *zone, struct interval first,
    int64_t end_ms, struct interval *out)
{
	struct clock_at from = clock_of(zone, first.from),
			to = clock_of(zone, first.to);
	int64_t length = to.day - from.day;
	size_t n = 0;

	out[n++] = first;
	for (size_t i = 0; i < days->count; i++) {
		struct interval x;

		from.day = days->items[i];
		to.day = from.day + length;
		x.from = shown_ms(zone, from, false);
		x.to = shown_ms(zone, to, true);
		if (x.from > first.from && x.from <= end_ms && x.from < x.to)
			out[n++] = x;
	}
	return n;
}

size_t
calendar_repeat(const char *rule, const char *zone, struct interval first,
    int64_t until_ms, struct interval *out, size_t room, char why[160])
{
	struct rule_days days = { 0 };
	struct rule_budget budget = { STEPS, room };
	struct icalrecurrencetype r;
	int64_t first_day = clock_of(zone, first.from).day, last_day, end_ms;
	size_t n = 0;

	if (!read_rule(rule, &r, why))
		return 0;
	end_ms = rule_end(&r, zone);
	if (until_ms < end_ms)
		end_ms = until_ms;
	last_day = first_day + CALENDAR_REPEAT_DAYS;
	if (r.count == 0 && end_ms == NEVER)
		text_copy(why, 160,
		    "the rule has no end: give it COUNT or UNTIL");
	else if (end_ms != NEVER &&
	    end_ms > first.from + CALENDAR_REPEAT_DAYS * DAY_MS)
		text_copy(why, 160, "it ends more than 800 days ahead");
	else {
		if (end_ms != NEVER && clock_of(zone, end_ms).day < last_day)
			last_day = clock_of(zone, end_ms).day;
		if (!rule_days(&r, first_day, last_day, &budget, &days))
			text_format(why, 160, "it repeats more than %zu times",
			    room);
		else if (r.count > 0 && days.count < (size_t)r.count &&
		    end_ms == NEVER)
			text_copy(why, 160,
			    "it does not come so often within 800 days");
		else
			n = place(&days, zone, first, end_ms, out);
	}
	rule_days_clear(&days);
	return n;
}
