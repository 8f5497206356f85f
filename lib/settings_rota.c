/*
 * Rotas: from names to people, from days and dates to sets of days.
 *
 * A watch is absent on its holidays.  What a calendar file says of a stretch
 * of hours counts, too: the watch is absent when it would begin within one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

#define EVERY_MAX 400

/* "daily", "every 2 weeks", "3 days". */
bool
value_rotate(const char *text, void *member, const char **why)
{
	static const char *const units[][3] = { { "daily", "day", "days" },
		{ "weekly", "week", "weeks" },
		{ "monthly", "month", "months" } };
	struct rotation *r = member;
	const char *rest = text;
	int every = 1, used = 0;

	*why = "expected daily, weekly, monthly, or how many, as in \"every 2 "
	       "weeks\"";
	if (strncmp(rest, "every ", 6) == 0)
		rest += 6;
	if (sscanf(rest, "%3d %n", &every, &used) == 1)
		rest += used;
	if (every < 1 || every > EVERY_MAX)
		return false;
	for (int unit = 0; unit < 3; unit++)
		for (int form = 0; form < 3; form++)
			if (strcmp(rest, units[unit][form]) == 0 &&
			    (form == 0) == (rest == text)) {
				*r = (struct rotation){ unit, every };
				return true;
			}
	return false;
}

bool
value_day_off(const char *text, const char **why)
{
	if (text[0] == '/')
		return true; /* an iCalendar file */
	if (value_holiday(text, why))
		return true;
	*why = "expected a date such as 2026-04-03, 2026-12-24..2026-12-26 or "
	       "12-25, or the path of an iCalendar file";
	return false;
}

const struct person **
settings_people(struct settings_load *l, const struct conf_list *names,
    const struct conf_place *place)
{
	const struct person **all;
	size_t i = 0;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	all = mem_alloc((names->count + 1) * sizeof(*all));
	CONF_EACH (char *const, name, names)
		all[i++] = settings_refer(l, KIND_PERSON, name, place);
	return all;
}

static unsigned
resolve_days(const struct conf_list *days)
{
	static const char words[][4] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	unsigned mask = days->count == 0 ? 0x7f : 0;

	CONF_EACH (char *const, day, days)
		for (unsigned d = 0; d < 7; d++)
			if (strcmp(words[d], *day) == 0)
				mask |= 1U << d;
	return mask;
}

/* The dates on which the watch would begin within what is closed. */
static void
add_closed(struct watch *w, const struct interval_set *closed)
{
	int64_t begin = w->has_hours ? w->from_min : w->takes_over_min;

	for (size_t i = 0; i < closed->count; i++) {
		const struct interval *c = &closed->items[i];
		int64_t day, last;

		day = civil_days(civil_date_at(w->zone, c->from, NULL));
		last = civil_days(civil_date_at(w->zone, c->to - 1, NULL));
		for (; day <= last; day++) {
			int64_t at_ms = civil_first_ms(w->zone,
			    civil_from_days(day), (int)begin);

			if (c->from <= at_ms && at_ms < c->to)
				interval_set_add(&w->days_off, day, day + 1);
		}
	}
}

static bool
add_file(struct settings_load *l, const char *path, struct calendar *into,
    char said[CALENDAR_WHY])
{
	const char *why, *text = settings_file_text(l, path, &why);

	if (text == NULL)
		text_copy(said, CALENDAR_WHY, why);
	return text != NULL &&
	    calendar_add_ical(into, text, strlen(text), said);
}

static void
resolve_holidays(struct settings_load *l, struct watch *w)
{
	const struct conf_place *place =
	    conf_where(&l->reader, &w->holidays, &w->place);
	char said[CALENDAR_WHY];
	struct calendar made;

	if (w->holidays.count == 0 || w->zone == NULL ||
	    !calendar_init(&made, w->zone))
		return;
	CONF_EACH (char *const, item, &w->holidays)
		if ((*item)[0] != '/')
			(void)calendar_add_holidays(&made, *item, said);
		else if (!add_file(l, *item, &made, said))
			conf_complain(l->reader.errors, place,
			    "holidays: %s: %s", *item, said);
	interval_set_copy(&w->days_off, &made.holidays);
	add_closed(w, &made.closed);
	calendar_clear(&made);
}

static void
resolve_hours(struct settings_load *l, struct watch *w)
{
	bool over = conf_where(&l->reader, &w->takes_over_min, NULL) != NULL;
	bool from = conf_where(&l->reader, &w->from_min, NULL) != NULL;
	bool to = conf_where(&l->reader, &w->to_min, NULL) != NULL;

	w->has_hours = from || to;
	if (!over && !from && !to)
		conf_complain(l->reader.errors, &w->place,
		    "a watch needs \"takes_over\", or \"from\" and \"to\"");
	else if (over && w->has_hours)
		conf_complain(l->reader.errors, &w->place,
		    "a watch either takes over or has \"from\" and \"to\"");
	else if (from != to)
		conf_complain(l->reader.errors, &w->place,
		    "\"from\" and \"to\" go together");
}

static void
resolve_dates(struct settings_load *l, struct dates *d,
    const struct conf_place *place)
{
	struct civil_date date;

	d->since_day = INT64_MIN;
	d->until_day = INT64_MAX;
	if (d->since != NULL && civil_date_parse(d->since, &date))
		d->since_day = civil_days(date);
	if (d->until != NULL && civil_date_parse(d->until, &date))
		d->until_day = civil_days(date);
	if (d->until_day < d->since_day)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &d->until, place),
		    "until: is before \"since\"");
}

static void
resolve_watch(struct settings_load *l, struct watch *w)
{
	resolve_dates(l, &w->dates, &w->place);
	w->members = settings_people(l, &w->people, &w->place);
	w->seconds = settings_people(l, &w->secondary, &w->place);
	w->day_mask = resolve_days(&w->days);
	resolve_hours(l, w);
	resolve_holidays(l, w);
}

/* A ring's take-overs and hours of one's own do not mix in one list. */
static void
check_kinds(struct settings_load *l, const struct conf_list *watches,
    bool hours, const char *what)
{
	CONF_EACH (const struct watch, w, watches)
		if (w->has_hours != hours) {
			conf_complain(l->reader.errors, &w->place, "%s", what);
			return;
		}
}

static void
resolve_layer(struct settings_load *l, struct layer *y)
{
	resolve_dates(l, &y->dates, &y->place);
	CONF_EACH (struct watch, w, &y->watches)
		resolve_watch(l, w);
	check_kinds(l, &y->watches, true,
	    "the watches of a layer need \"from\" and \"to\"");
}

void
settings_resolve_rota(struct settings_load *l, struct rota *r)
{
	const struct watch *first;

	CONF_EACH (struct watch, w, &r->watches)
		resolve_watch(l, w);
	first = r->watches.items;
	if (first != NULL)
		check_kinds(l, &r->watches, first->has_hours,
		    "the watches of a rota either all take over, or all have "
		    "\"from\" and \"to\"; a layer may have the others");
	CONF_EACH (struct layer, y, &r->layers)
		resolve_layer(l, y);
}

void
settings_free_watch(struct watch *w)
{
	free(w->members);
	free(w->seconds);
	interval_set_clear(&w->days_off);
}

void
settings_free_rota(struct rota *r)
{
	CONF_EACH (struct watch, w, &r->watches)
		settings_free_watch(w);
	CONF_EACH (struct layer, y, &r->layers)
		CONF_EACH (struct watch, w, &y->watches)
			settings_free_watch(w);
}
