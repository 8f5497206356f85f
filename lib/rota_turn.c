/*
 * Whose turn it is: calendar units since the anchor, never seconds.
 */
#include <assert.h>

#include "lib/civil.h"
#include "lib/rota_turn.h"

static struct civil_date
anchor_of(const struct rota *rota)
{
	struct civil_date anchor;

	if (rota->anchor == NULL || !civil_date_parse(rota->anchor, &anchor))
		anchor = (struct civil_date){ 2024, 1, 1 };
	return anchor;
}

static int
days_in_month(int year, int month)
{
	struct civil_date first = { year, month, 1 }, next = { year, month, 1 };

	next.month = month == 12 ? 1 : month + 1;
	next.year = month == 12 ? year + 1 : year;
	return (int)(civil_days(next) - civil_days(first));
}

/* The 31st of a month that has 28 days is its 28th. */
static int64_t
months_since(struct civil_date anchor, int64_t day)
{
	struct civil_date date = civil_from_days(day);
	int64_t months = (date.year - anchor.year) * INT64_C(12) +
	    (date.month - anchor.month);
	int last = days_in_month(date.year, date.month);
	int turns_on = anchor.day < last ? anchor.day : last;

	return date.day >= turns_on ? months : months - 1;
}

static int64_t
units_since(const struct rota *rota, const struct watch *w, int64_t day)
{
	struct civil_date anchor = anchor_of(rota);

	if (w->rotate.unit == ROTATE_DAILY)
		return day - civil_days(anchor);
	if (w->rotate.unit == ROTATE_WEEKLY)
		return civil_floor_div(day - civil_days(anchor), 7);
	return months_since(anchor, day);
}

size_t
turn_index(const struct rota *rota, const struct watch *w, int64_t day,
    size_t count)
{
	int64_t every = w->rotate.every > 0 ? w->rotate.every : 1;
	int64_t turns = civil_floor_div(units_since(rota, w, day), every);
	int64_t people = (int64_t)count;

	assert(count > 0);
	return (size_t)(turns - civil_floor_div(turns, people) * people);
}

const struct person *
turn_person(const struct rota *rota, const struct watch *w, int64_t day,
    size_t after)
{
	size_t count = w->people.count;

	if (count == 0)
		return NULL;
	return w->members[(turn_index(rota, w, day, count) + after) % count];
}
