/*
 * shard_maintenance: announced maintenance is extended, shortened, cancelled.
 *
 * Each change is written down as it was said, behind those before it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_order.h"
#include "lib/record.h"

/* That leaves room for every time's being cancelled, with a reason. */
#define LONG_BYTES (LEDGER_RECORD_MAX / 10 * 3)

struct amendment {
	const char *id, *client, *why;
	int nth; /* 0: the one that is under way, or comes next */
	int64_t to_ms;
	bool force;
};

static bool
read_amendment(struct order *o, struct amendment *m)
{
	return order_id(o, "window", 'm', &m->id) &&
	    order_text(o, "client", NAME_ROOM, false, &m->client) &&
	    order_text(o, "why", WINDOW_TEXT_MAX, false, &m->why) &&
	    order_number(o, "nth", WINDOW_TIMES_MAX, &m->nth) &&
	    order_flag(o, "force", &m->force);
}

/* Its record could not be read again with all that may still be said of it. */
static bool
is_long(const struct window *w)
{
	char *text = window_encode(w);
	bool yes = strlen(text) > LONG_BYTES;

	free(text);
	return yes;
}

/* The one that is meant; NULL: refused. */
static struct window_time *
pick(struct order *o, const struct amendment *m, const struct window *w)
{
	struct window_time *t;
	int64_t from_ms, to_ms;

	if ((size_t)m->nth > w->count) {
		order_refuse(o, "nth: %s has %zu times", w->id, w->count);
		return NULL;
	}
	t = m->nth > 0 ? &w->times[m->nth - 1] : window_next(w, o->s->now_ms);
	if (t == NULL) /* how did it come to an end? */
		t = &w->times[w->count - 1];
	assert(t != NULL); /* a window has times */
	if (!window_stands(t, &from_ms, &to_ms))
		order_refuse(o, "%s: %s is cancelled", w->client, w->id);
	else if (to_ms <= o->s->now_ms)
		order_refuse(o, "%s: %s is over", w->client, w->id);
	/* The last change that there is room for is its being cancelled. */
	else if (t->count >= WINDOW_CHANGES_MAX - 1 || is_long(w))
		order_refuse(o, "%s: %s was changed too often", w->client,
		    w->id);
	else
		return t;
	return NULL;
}

static void
change(struct order *o, struct agreed *a, const struct window *w,
    struct window_time *t, const struct window_change *c, const char *what)
{
	if (o->check)
		return;
	window_change(t, c);
	shard_put_window(o->s, a, w, what, t, o->by, c->why);
}

static struct window_change
change_of(const struct order *o, const struct amendment *m,
    const struct window_time *t)
{
	struct window_change c = { .at_ms = o->s->now_ms,
		/* window_change() copies, so that nothing is written here */
		.by = (char *)(uintptr_t)o->by,
		.why = (char *)(uintptr_t)m->why };

	(void)window_stands(t, &c.from_ms, &c.to_ms);
	return c;
}

static bool
fits(struct order *o, const struct window *w, const struct window_time *t,
    int64_t from_ms, int64_t to_ms)
{
	if (to_ms - from_ms > ORDER_LENGTH_MAX_MS)
		return order_refuse(o, "to_ms: at most 31 days long");
	if (t + 1 < w->times + w->count && t[1].from_ms < to_ms)
		return order_refuse(o,
		    "to_ms: beyond the begin of the next one");
	return true;
}

static bool
extend(struct order *o, const struct amendment *m, struct agreed *a,
    struct window *w)
{
	struct window_time *t = pick(o, m, w);
	const char *forced = NULL;
	char span[ORDER_SPAN_ROOM];
	struct window_change c;

	if (t == NULL)
		return false;
	c = change_of(o, m, t);
	if (m->to_ms < c.to_ms)
		return order_refuse(o,
		    "to_ms: %s ends later than that; shorten "
		    "makes it shorter",
		    w->id);
	if (!fits(o, w, t, c.from_ms, m->to_ms) ||
	    !order_heed_blackouts(o, w->client, c.to_ms, m->to_ms, m->force,
		&forced))
		return false;
	order_span(o, w->client, c.from_ms, m->to_ms, span);
	order_say(o, "%s: maintenance %s is %s", w->client, w->id, span);
	if (m->to_ms == c.to_ms)
		return true; /* said before */
	order_warn_of_notice(o, w->client, c.from_ms, "what is longer");
	c.to_ms = m->to_ms;
	c.forced = (char *)(uintptr_t)forced;
	change(o, a, w, t, &c, "maintenance extended");
	return true;
}

static bool
shorten(struct order *o, const struct amendment *m, struct agreed *a,
    struct window *w)
{
	struct window_time *t = pick(o, m, w);
	int64_t to_ms = m->to_ms, now_ms = o->s->now_ms;
	char span[ORDER_SPAN_ROOM];
	struct window_change c;

	if (t == NULL)
		return false;
	c = change_of(o, m, t);
	if (to_ms > c.to_ms)
		return order_refuse(o,
		    "to_ms: %s ends earlier than that; extend "
		    "makes it longer",
		    w->id);
	if (to_ms < now_ms - ORDER_LATE_MS || to_ms <= c.from_ms)
		return order_refuse(o,
		    "to_ms: an instant from now on, and after its begin, is "
		    "expected; cancel ends what has not begun");
	if (to_ms < now_ms)
		to_ms = now_ms;
	order_span(o, w->client, c.from_ms, to_ms, span);
	order_say(o, "%s: maintenance %s is %s", w->client, w->id, span);
	if (to_ms == c.to_ms)
		return true;
	c.to_ms = to_ms;
	change(o, a, w, t, &c, "maintenance shortened");
	return true;
}

static void
cancel_one(const struct order *o, const struct amendment *m,
    struct window_time *t)
{
	struct window_change c = change_of(o, m, t);

	c.cancelled = true;
	if (!o->check)
		window_change(t, &c);
}

/* All that are not over, or the one that is named. */
static bool
cancel(struct order *o, const struct amendment *m, struct agreed *a,
    struct window *w)
{
	const struct window_time *first = NULL;
	size_t before = 0;

	if ((size_t)m->nth > w->count)
		return order_refuse(o, "nth: %s has %zu times", w->id,
		    w->count);
	for (size_t i = 0; i < w->count; i++) {
		int64_t from_ms, to_ms;
		bool stands = window_stands(&w->times[i], &from_ms, &to_ms);

		if (m->nth > 0 && i + 1 != (size_t)m->nth)
			continue;
		before += !stands;
		if (!stands || to_ms <= o->s->now_ms)
			continue;
		cancel_one(o, m, &w->times[i]);
		if (first == NULL)
			first = &w->times[i];
	}
	if (first == NULL && before == 0)
		return order_refuse(o, "%s: %s is over", w->client, w->id);
	if (first != NULL && !o->check)
		shard_put_window(o->s, a, w, "maintenance cancelled", first,
		    o->by, m->why);
	order_say(o, "%s: maintenance %s %s cancelled", w->client, w->id,
	    first != NULL ? "is" : "was");
	return true;
}

static bool
amend(struct order *o, bool with_to,
    bool (*one)(struct order *, const struct amendment *, struct agreed *,
	struct window *))
{
	struct amendment m = { 0 };

	if (!read_amendment(o, &m) ||
	    (with_to && !order_instant(o, "to_ms", &m.to_ms)))
		return false;
	for (struct agreed *a = o->s->agreed; a != NULL; a = a->hh.next) {
		struct window *w = shard_window(a, m.id);

		if (w == NULL ||
		    (m.client != NULL && strcmp(m.client, a->client) != 0))
			continue;
		o->reply->found++;
		if (!one(o, &m, a, w))
			return false;
	}
	return true;
}

bool
order_extend(struct order *o)
{
	return amend(o, true, extend);
}

bool
order_shorten(struct order *o)
{
	return amend(o, true, shorten);
}

bool
order_cancel(struct order *o)
{
	return amend(o, false, cancel);
}
