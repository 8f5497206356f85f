/*
 * The first reason that holds: away, stood in for, second, another's turn,
 * another watch.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/rota_why.h"
#include "lib/text.h"

#define AHEAD_MS (400 * INT64_C(86400000))

static bool
is_same(const struct person *a, const struct person *b)
{
	return a != NULL && strcmp(a->name, b->name) == 0;
}

bool
rota_next_of(const struct rota *rota, const struct override *list, size_t count,
    const struct person *who, int64_t at_ms, bool second, struct stretch *out)
{
	int64_t end_ms = at_ms + AHEAD_MS;

	for (; at_ms < end_ms; at_ms = out->to_ms) {
		(void)rota_at(rota, list, count, at_ms, out);
		if (is_same(second ? out->secondary : out->person, who))
			return true;
	}
	return false;
}

static const struct override *
find_away(const struct rota *rota, const struct override *list, size_t count,
    const struct person *who, int64_t at_ms)
{
	for (size_t i = 0; i < count; i++) {
		const struct override *o = &list[i];

		if (override_is_away(o) && strcmp(o->instead, who->name) == 0 &&
		    (o->rota[0] == '\0' || strcmp(o->rota, rota->name) == 0) &&
		    o->from_ms <= at_ms && at_ms < o->to_ms)
			return o;
	}
	return NULL;
}

static bool
has_member(const struct watch *w, const struct person *who)
{
	for (size_t i = 0; w != NULL && i < w->people.count; i++)
		if (is_same(w->members[i], who))
			return true;
	return false;
}

/* "; next from 2026-07-02 08:00:00 NZST" */
static void
say_next(const struct rota *rota, const struct override *list, size_t count,
    const struct person *who, int64_t at_ms, char out[80])
{
	struct stretch next;
	char from[48];

	if (!rota_next_of(rota, list, count, who, at_ms, false, &next)) {
		text_copy(out, 80, "; not in the next 400 days");
		return;
	}
	civil_full(who->zone, next.from_ms, from, sizeof(from));
	text_format(out, 80, "; next from %s", from);
}

void
rota_why_not(const struct rota *rota, const struct override *list, size_t count,
    const struct person *who, int64_t at_ms, char *out, size_t room)
{
	const struct override *away = find_away(rota, list, count, who, at_ms);
	const char *on;
	struct stretch s;
	char until[48], next[80];

	(void)rota_at(rota, list, count, at_ms, &s);
	if (!is_same(s.secondary, who))
		rota_whole(list, count, &s);
	on = s.person == NULL ? "nobody" : s.person->name;
	civil_full(who->zone, away != NULL ? away->to_ms : s.to_ms, until,
	    sizeof(until));
	say_next(rota, list, count, who, at_ms, next);
	if (is_same(s.person, who))
		text_format(out, room, "on watch until %s", until);
	else if (away != NULL)
		text_format(out, room, "away until %s (%s)%s", until, away->id,
		    next);
	else if (is_same(s.instead, who))
		text_format(out, room, "%s has these hours until %s (%s)%s", on,
		    until, s.override->id, next);
	else if (is_same(s.secondary, who))
		text_format(out, room, "second to %s until %s%s", on, until,
		    next);
	else if (has_member(s.watch, who))
		text_format(out, room, "it is the turn of %s until %s%s", on,
		    until, next);
	else
		text_format(out, room,
		    "the watch is another one, of %s until %s%s", on, until,
		    next);
}
