/*
 * What two versions of a rota differ in.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/rota_diff.h"

struct walk {
	struct rota_difference pending; /* from_ms == to_ms: none */
	void (*found)(void *, const struct rota_difference *);
	void *arg;
};

/* Who is on watch, and until when this is known. */
static const char *
name_at(const struct rota_side *side, int64_t at_ms, int64_t *until_ms)
{
	struct stretch s;

	if (side->rota == NULL)
		return "";
	(void)rota_at(side->rota, side->overrides, side->count, at_ms, &s);
	if (s.to_ms < *until_ms)
		*until_ms = s.to_ms;
	return s.person == NULL ? "" : s.person->name;
}

static void
flush(struct walk *w)
{
	if (w->pending.from_ms < w->pending.to_ms)
		w->found(w->arg, &w->pending);
	w->pending.from_ms = w->pending.to_ms = 0;
}

static void
note(struct walk *w, const char *was, const char *is, int64_t from_ms,
    int64_t to_ms)
{
	struct rota_difference *p = &w->pending;

	if (strcmp(was, is) == 0)
		return;
	if (p->to_ms == from_ms && p->from_ms < p->to_ms &&
	    strcmp(p->was, was) == 0 && strcmp(p->is, is) == 0) {
		p->to_ms = to_ms;
		return;
	}
	flush(w);
	p->from_ms = from_ms;
	p->to_ms = to_ms;
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
		const char *before, *after;

		next_ms = to_ms;
		before = name_at(was, at_ms, &next_ms);
		after = name_at(is, at_ms, &next_ms);
		note(&w, before, after, at_ms, next_ms);
	}
	flush(&w);
}
