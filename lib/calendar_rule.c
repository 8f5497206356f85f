/*
 * calendar_rule: see calendar_rule.h.
 *
 * A rule divides time into periods (days, weeks, months, years, every so many
 * of which count) and says which days of a period are meant.  So the days are
 * gone through one by one; those that are meant are gathered by period, since
 * BYSETPOS picks among them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/calendar_rule.h"
#include "lib/civil.h"
#include "lib/text.h"

#define PERIOD_MAX 366

struct day {
	int64_t number; /* since 1970-01-01 */
	struct civil_date date;
	int weekday; /* 0 Monday */
	int month_length, year_day, year_length;
};

struct walk {
	const struct icalrecurrencetype *rule;
	struct day first;
	int64_t until_day;
	int64_t period; /* which one the gathered days are of */
	int64_t gathered[PERIOD_MAX];
	size_t count;
	struct rule_days *into;
};

void
rule_days_clear(struct rule_days *d)
{
	free(d->items);
	*d = (struct rule_days){ 0 };
}

static bool
is_given(const short *list)
{
	return list[0] != ICAL_RECURRENCE_ARRAY_MAX;
}

/* How many days: the lists end with a mark, or when they are full. */
#define LENGTH_OF(list) list_length(list, sizeof(list) / sizeof((list)[0]))
static size_t
list_length(const short *list, size_t room)
{
	size_t n = 0;

	while (n < room && list[n] != ICAL_RECURRENCE_ARRAY_MAX)
		n++;
	return n;
}

const char *
rule_refusal(const struct icalrecurrencetype *r)
{
	if (r->freq != ICAL_DAILY_RECURRENCE &&
	    r->freq != ICAL_WEEKLY_RECURRENCE &&
	    r->freq != ICAL_MONTHLY_RECURRENCE &&
	    r->freq != ICAL_YEARLY_RECURRENCE)
		return "FREQ other than DAILY, WEEKLY, MONTHLY, YEARLY";
	if (is_given(r->by_second) || is_given(r->by_minute) ||
	    is_given(r->by_hour))
		return "BYHOUR, BYMINUTE, BYSECOND";
	if (is_given(r->by_week_no))
		return "BYWEEKNO";
	if (r->rscale != NULL && strcasecmp(r->rscale, "GREGORIAN") != 0)
		return "RSCALE";
	if (r->interval < 1 || r->count < 0)
		return "INTERVAL or COUNT below 1";
	for (size_t i = 0; i < LENGTH_OF(r->by_month); i++)
		if (r->by_month[i] < 1 || r->by_month[i] > 12)
			return "BYMONTH beyond 12";
	/* Every month by the standard, that of the first day by others. */
	if (r->freq == ICAL_YEARLY_RECURRENCE && is_given(r->by_month_day) &&
	    !is_given(r->by_month))
		return "FREQ=YEARLY and BYMONTHDAY without BYMONTH";
	return NULL;
}

static int
month_length(int year, int month)
{
	struct civil_date first = { year, month, 1 },
			  next = { year + month / 12, month % 12 + 1, 1 };

	return (int)(civil_days(next) - civil_days(first));
}

static void
set_day(struct day *d, int64_t number)
{
	int64_t year_first, year_next;

	d->number = number;
	d->date = civil_from_days(number);
	d->weekday = civil_weekday(d->date);
	d->month_length = month_length(d->date.year, d->date.month);
	year_first = civil_days((struct civil_date){ d->date.year, 1, 1 });
	year_next = civil_days((struct civil_date){ d->date.year + 1, 1, 1 });
	d->year_day = (int)(number - year_first) + 1;
	d->year_length = (int)(year_next - year_first);
}

static void
next_day(struct day *d)
{
	d->number++;
	d->weekday = (d->weekday + 1) % 7;
	d->year_day++;
	if (++d->date.day > d->month_length)
		set_day(d, d->number);
}

static bool
is_in(const short *list, size_t count, int value, int length)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == value || list[i] == value - length - 1)
			return true;
	return false;
}

/* "2MO", "-1FR", "SU": the place counts in the month or in the year. */
static bool
is_weekday_in(const struct icalrecurrencetype *r, const struct day *d)
{
	bool of_year =
	    r->freq == ICAL_YEARLY_RECURRENCE && !is_given(r->by_month);
	int at = of_year ? d->year_day : d->date.day,
	    length = of_year ? d->year_length : d->month_length;
	int from_start = (at - 1) / 7 + 1, from_end = -((length - at) / 7 + 1);

	for (size_t i = 0; i < LENGTH_OF(r->by_day); i++) {
		int weekday =
		    (int)icalrecurrencetype_day_day_of_week(r->by_day[i]);
		int place = icalrecurrencetype_day_position(r->by_day[i]);

		/* libical's week begins with Sunday, 1. */
		if ((weekday + 5) % 7 != d->weekday)
			continue;
		if (place == 0 || place == from_start || place == from_end ||
		    r->freq == ICAL_WEEKLY_RECURRENCE ||
		    r->freq == ICAL_DAILY_RECURRENCE)
			return true;
	}
	return false;
}

/* What the first day says where the rule is silent. */
static bool
fits_first(const struct walk *w, const struct day *d)
{
	const struct icalrecurrencetype *r = w->rule;

	switch (r->freq) {
	case ICAL_WEEKLY_RECURRENCE:
		return d->weekday == w->first.weekday;
	case ICAL_MONTHLY_RECURRENCE:
		return d->date.day == w->first.date.day;
	case ICAL_YEARLY_RECURRENCE:
		return d->date.day == w->first.date.day &&
		    (is_given(r->by_month) ||
			d->date.month == w->first.date.month);
	default:
		return true;
	}
}

static bool
is_meant(const struct walk *w, const struct day *d)
{
	const struct icalrecurrencetype *r = w->rule;

	if (is_given(r->by_month) &&
	    !is_in(r->by_month, LENGTH_OF(r->by_month), d->date.month, 99))
		return false;
	if (is_given(r->by_year_day) &&
	    !is_in(r->by_year_day, LENGTH_OF(r->by_year_day), d->year_day,
		d->year_length))
		return false;
	if (is_given(r->by_month_day) &&
	    !is_in(r->by_month_day, LENGTH_OF(r->by_month_day), d->date.day,
		d->month_length))
		return false;
	if (is_given(r->by_day))
		return is_weekday_in(r, d);
	return is_given(r->by_year_day) || is_given(r->by_month_day) ||
	    fits_first(w, d);
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Which period a day is in, counted from nowhere in particular. */
static int64_t
period_of(const struct walk *w, const struct day *d)
{
	/* Day 0 was a Thursday, 3 after a Monday; libical's Monday is 2. */
	int start = ((int)w->rule->week_start + 5) % 7;

	switch (w->rule->freq) {
	case ICAL_WEEKLY_RECURRENCE:
		return floor_div(d->number + 3 - start, 7);
	case ICAL_MONTHLY_RECURRENCE:
		return d->date.year * INT64_C(12) + d->date.month;
	case ICAL_YEARLY_RECURRENCE:
		return d->date.year;
	default:
		return d->number;
	}
}

static bool
is_full(const struct walk *w)
{
	return w->rule->count > 0 && w->into->count >= (size_t)w->rule->count;
}

static void
keep(struct walk *w, int64_t day)
{
	struct rule_days *d = w->into;

	if (is_full(w) || day <= w->first.number || day > w->until_day)
		return;
	if (d->count == d->room) {
		d->room = 2 * d->room + 16;
		d->items = mem_grow(d->items, d->room * sizeof(*d->items));
	}
	d->items[d->count++] = day;
}

/* Of the days gathered in a period keep those that are meant. */
static void
end_period(struct walk *w)
{
	const struct icalrecurrencetype *r = w->rule;
	size_t places = LENGTH_OF(r->by_set_pos);

	for (size_t i = 0; i < w->count; i++)
		if (places == 0 ||
		    is_in(r->by_set_pos, places, (int)i + 1, (int)w->count))
			keep(w, w->gathered[i]);
	w->count = 0;
}

static void
begin(struct walk *w, struct day *d, int64_t first_day)
{
	set_day(&w->first, first_day);
	/* A whole period, since places in it are counted from its start. */
	set_day(d, first_day);
	w->period = period_of(w, d);
	while (is_given(w->rule->by_set_pos) && period_of(w, d) == w->period)
		set_day(d, d->number - 1);
	if (d->number != first_day)
		set_day(d, d->number + 1);
	w->into->count = 0;
	w->first.number = first_day - 1; /* let the first day in */
	keep(w, first_day);
	w->first.number = first_day;
}

bool
rule_days(const struct icalrecurrencetype *rule, int64_t first_day,
    int64_t until_day, struct rule_budget *budget, struct rule_days *into)
{
	struct walk w = { .rule = rule, .until_day = until_day, .into = into };
	int64_t first_period, last_day = until_day;
	struct day d;

	begin(&w, &d, first_day);
	first_period = w.period;
	if (is_given(rule->by_set_pos))
		last_day +=
		    PERIOD_MAX; /* the period is whole at its end, too */
	for (; d.number <= last_day && !is_full(&w); next_day(&d)) {
		int64_t period = period_of(&w, &d);

		if (period != w.period)
			end_period(&w);
		w.period = period;
		if ((period - first_period) % rule->interval == 0 &&
		    is_meant(&w, &d))
			w.gathered[w.count++] = d.number;
		if (--budget->steps < 0 || into->count > budget->days)
			return false;
	}
	end_period(&w);
	if (into->count > budget->days)
		return false;
	budget->days -= into->count;
	return true;
}
