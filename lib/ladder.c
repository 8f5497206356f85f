/*
 * Whom a level calls, and whether a ladder always has somebody.
 */
#include <assert.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/ladder.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
/* So far round a ring it is looked for who comes next; a watch that nobody
   else ever has is left out rather than searched for ever. */
#define ROUND_MAX 64

static void
add(struct ladder_people *out, const struct person *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < out->count; i++)
		if (out->items[i] == p)
			return;
	assert(out->count < LADDER_PEOPLE_MAX); /* no group is larger */
	out->items[out->count++] = p;
}

static bool
has_zones(const struct rota *rota)
{
	const struct watch *watches = rota->watches.items;

	for (size_t i = 1; i < rota->watches.count; i++)
		if (strcmp(watches[i].zone, watches[0].zone) != 0)
			return true;
	return false;
}

/* Another watch's zone; in a rota that has but one, another person. */
static bool
comes_next(const struct stretch *now, const struct stretch *then, bool zones)
{
	if (then->person == NULL || then->person == now->person)
		return false;
	return !zones || now->watch == NULL || then->watch == NULL ||
	    strcmp(now->watch->zone, then->watch->zone) != 0;
}

/* Who of another zone takes over next. */
static const struct person *
next_zone(const struct rota *rota, const struct ladder_asked *q,
    const struct stretch *now)
{
	struct stretch then = *now;
	bool zones = has_zones(rota);

	for (int i = 0; i < ROUND_MAX && then.to_ms != NEVER; i++) {
		(void)rota_watch_at(rota, q->overrides, q->override_count,
		    then.to_ms, &then);
		if (comes_next(now, &then, zones))
			return then.person;
	}
	return NULL;
}

static void
of_rota(const struct level *l, const struct ladder_asked *q,
    struct ladder_people *out)
{
	struct stretch s;

	(void)rota_at(l->rota, q->overrides, q->override_count, q->at_ms, &s);
	out->until_ms = s.to_ms;
	if (l->call == CALL_ROTA || l->call == CALL_WATCH)
		add(out, s.person);
	if (l->call == CALL_SECONDARY || l->call == CALL_WATCH)
		add(out, s.secondary);
	if (l->call == CALL_NEXT)
		add(out, next_zone(l->rota, q, &s));
}

void
ladder_people(const struct level *l, const struct ladder_asked *q,
    struct ladder_people *out)
{
	*out = (struct ladder_people){ .until_ms = NEVER };
	switch (l->call) {
	case CALL_PERSON:
		add(out, l->person);
		break;
	case CALL_GROUP:
		for (size_t i = 0; i < l->group->people.count; i++)
			add(out, l->group->members[i]);
		break;
	case CALL_TURN:
		add(out, l->group->members[q->turn % l->group->people.count]);
		break;
	case CALL_ROTA:
	case CALL_SECONDARY:
	case CALL_WATCH:
	case CALL_NEXT:
		of_rota(l, q, out);
		break;
	}
}

bool
ladder_has(const struct ladder_people *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->items[i]->name, name) == 0)
			return true;
	return false;
}

void
ladder_names(const struct ladder_people *p, char out[LADDER_NAMES_MAX])
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < p->count; i++) {
		text_format(out + used, LADDER_NAMES_MAX - used, "%s%s",
		    i > 0 ? ", " : "", p->items[i]->name);
		used += strlen(out + used);
	}
}

bool
ladder_names_have(const char *names, const char *name)
{
	size_t length = strlen(name);

	while (*names != '\0') {
		size_t one = strcspn(names, ",");

		if (one == length && strncmp(names, name, length) == 0)
			return true;
		names += one;
		names += strspn(names, ", ");
	}
	return false;
}

/* Has it a level that always has somebody? */
static bool
is_safe(const struct ladder *d)
{
	CONF_EACH (const struct level, l, &d->levels)
		if (l->call != CALL_SECONDARY && l->call != CALL_NEXT)
			return true;
	return false;
}

/* Is there anybody at this instant, and until when is that so? */
static bool
is_anybody(const struct ladder *d, const struct ladder_asked *q,
    int64_t *until_ms)
{
	struct ladder_people people;
	bool found = false;

	CONF_EACH (const struct level, l, &d->levels) {
		ladder_people(l, q, &people);
		found = found || people.count > 0;
		if (people.until_ms < *until_ms)
			*until_ms = people.until_ms;
	}
	return found;
}

static void
tell(struct ladder_hole *hole,
    void (*found)(void *arg, const struct ladder_hole *), void *arg)
{
	char from[40], to[40];

	civil_utc(hole->from_ms, from, sizeof(from));
	civil_utc(hole->to_ms, to, sizeof(to));
	text_format(hole->text, sizeof(hole->text),
	    "ladder %s calls nobody from %s to %s: none of its levels has "
	    "anybody then",
	    hole->ladder->name, from, to);
	if (found != NULL)
		found(arg, hole);
}

size_t
ladder_prove(const struct ladder *d, const struct override *overrides,
    size_t count, int64_t from_ms, int days,
    void (*found)(void *arg, const struct ladder_hole *), void *arg)
{
	struct ladder_asked q = { overrides, count, 0, from_ms };
	struct ladder_hole hole = { .ladder = d };
	int64_t end_ms = from_ms + days * DAY_MS, to_ms;
	size_t holes = 0;
	bool open = false;

	if (is_safe(d))
		return 0;
	for (; q.at_ms < end_ms; q.at_ms = to_ms) {
		to_ms = end_ms;
		if (is_anybody(d, &q, &to_ms)) {
			if (open)
				tell(&hole, found, arg);
			open = false;
			continue;
		}
		if (!open)
			hole.from_ms = q.at_ms;
		holes += !open;
		open = true;
		hole.to_ms = to_ms;
	}
	if (open)
		tell(&hole, found, arg);
	return holes;
}
