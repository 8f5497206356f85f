/*
 * What two versions of a rota differ in.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/rota_diff.h"

enum { FIRST, SECOND, PLACES };

/* Who is in each place of one side; "": nobody. */
struct places {
	const char *names[PLACES];
};

struct walk {
	struct rota_difference pending[PLACES]; /* from_ms == to_ms: none */
	void (*found)(void *, const struct rota_difference *);
	void *arg;
};

static const char *
name_of(const struct person *p)
{
	return p == NULL ? "" : p->name;
}

/* Who has the hours, and until when this is known. */
static struct places
places_at(const struct rota_side *side, int64_t at_ms, int64_t *until_ms)
{
	struct stretch s;

	if (side->rota == NULL)
		return (struct places){ { "", "" } };
	(void)rota_at(side->rota, side->overrides, side->count, at_ms, &s);
	if (s.to_ms < *until_ms)
		*until_ms = s.to_ms;
	return (struct places){ { name_of(s.person), name_of(s.secondary) } };
}

static void
flush(struct walk *w, int place)
{
	struct rota_difference *p = &w->pending[place];

	if (p->from_ms < p->to_ms)
		w->found(w->arg, p);
	p->from_ms = p->to_ms = 0;
}

static void
note(struct walk *w, int place, const char *was, const char *is,
    int64_t from_ms, int64_t to_ms)
{
	struct rota_difference *p = &w->pending[place];

	if (strcmp(was, is) == 0)
		return;
	if (p->to_ms == from_ms && p->from_ms < p->to_ms &&
	    strcmp(p->was, was) == 0 && strcmp(p->is, is) == 0) {
		p->to_ms = to_ms;
		return;
	}
	flush(w, place);
	p->from_ms = from_ms;
	p->to_ms = to_ms;
	p->second = place == SECOND;
	text_copy(p->was, sizeof(p->was), was);
	text_copy(p->is, sizeof(p->is), is);
}

void
rota_diff(const struct rota_side *was, const struct rota_side *is,
    int64_t from_ms, int64_t to_ms,
    void (*found)(void *, const struct rota_difference *), void *arg)
{
	struct walk w = { .found = found, .arg = arg };
	int64_t next_ms;

	for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms = next_ms) {
		struct places before, after;

		next_ms = to_ms;
		before = places_at(was, at_ms, &next_ms);
		after = places_at(is, at_ms, &next_ms);
		for (int i = 0; i < PLACES; i++)
			note(&w, i, before.names[i], after.names[i], at_ms,
			    next_ms);
	}
	for (int i = 0; i < PLACES; i++)
		flush(&w, i);
}
