/*
 * shard_maintenance: maintenance is announced, extended, shortened, cancelled.
 *
 * Each is written down as it was said: with its instant, so that accounts can
 * tell what was announced in time, and with who said it.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/scope.h"
#include "collector/shard_order.h"
#include "lib/record.h"

#define LATE_MS 60000 /* "now", said so long ago, is still now */
#define DAY_MS INT64_C(86400000)
#define AHEAD_MAX_MS (800 * DAY_MS)
#define LENGTH_MAX_MS (31 * DAY_MS)
#define COMING_MAX 1000 /* of one client, not yet over */
/* That leaves room for every time's being cancelled, with a reason. */
#define LONG_BYTES (LEDGER_RECORD_MAX / 10 * 3)

/* ---- announce ---- */

struct wish {
	const char *id, *text, *rule;
	const json_t *times;
	bool force;
};

static int64_t
time_of(const json_t *span, size_t side)
{
	const json_t *at = json_array_get(span, side);

	return json_is_integer(at) ? json_integer_value(at) : -1;
}

static bool
check_time(struct order *o, const struct wish *w, size_t i)
{
	const json_t *span = json_array_get(w->times, i);
	int64_t from_ms = time_of(span, 0), to_ms = time_of(span, 1);
	int64_t now_ms = o->s->now_ms;

	if (json_array_size(span) != 2 || from_ms < 0 || to_ms <= from_ms ||
	    to_ms > TIME_MAX)
		return order_refuse(o, "times: [from, to] is expected");
	if (to_ms - from_ms > LENGTH_MAX_MS)
		return order_refuse(o, "times: at most 31 days long");
	if (i > 0 && from_ms < time_of(json_array_get(w->times, i - 1), 1))
		return order_refuse(o, "times: each after the one before");
	if (from_ms < now_ms - LATE_MS)
		return order_refuse(o,
		    "from_ms: what has begun cannot be announced any more");
	return from_ms <= now_ms + AHEAD_MAX_MS ||
	    order_refuse(o, "from_ms: at most 800 days ahead");
}

static bool
read_wish(struct order *o, struct wish *w)
{
	size_t n;

	w->times = json_object_get(o->request, "times");
	n = json_array_size(w->times);
	if (!order_id(o, "window", 'm', &w->id) ||
	    !order_text(o, "text", WINDOW_TEXT_MAX, true, &w->text) ||
	    !order_text(o, "rule", WINDOW_TEXT_MAX, false, &w->rule) ||
	    !order_flag(o, "force", &w->force))
		return false;
	if (n == 0 || n > WINDOW_TIMES_MAX)
		return order_refuse(o, "times: 1 to %d are expected",
		    WINDOW_TIMES_MAX);
	for (size_t i = 0; i < n; i++)
		if (!check_time(o, w, i))
			return false;
	return true;
}

/* Which blackout the client has then; refused, unless it is forced. */
static bool
look_at_blackouts(struct order *o, const char *client, int64_t from_ms,
    int64_t to_ms, bool force, const char **found)
{
	const struct client *c = settings_client(o->s->settings, client);
	const char *blackout =
	    c != NULL ? settings_blackout(c, from_ms, to_ms) : NULL;
	char span[ORDER_SPAN_ROOM];

	if (blackout == NULL)
		return true;
	order_span(o, client, from_ms, to_ms, span);
	if (!force)
		return order_refuse(o,
		    "%s wants no maintenance %s, and this is %s (--force "
		    "announces it all the same)",
		    client, blackout, span);
	if (*found != NULL)
		return true;
	order_warn(o, "%s wants no maintenance %s, and this is %s", client,
	    blackout, span);
	*found = blackout;
	return true;
}

/* Whether it is said too late, by the terms in force now, to be excluded. */
static bool
is_late(const struct order *o, const char *client, int64_t from_ms,
    int64_t *notice_ms)
{
	const struct client *c = settings_client(o->s->settings, client);

	*notice_ms = c != NULL && c->sla != NULL ? c->sla->notice_ms : 0;
	return from_ms - o->s->now_ms < *notice_ms;
}

static void
warn_of_notice(struct order *o, const char *client, int64_t from_ms,
    const char *what)
{
	char wanted[32], lead[32];
	int64_t notice_ms;

	if (!is_late(o, client, from_ms, &notice_ms))
		return;
	text_duration(notice_ms, wanted, sizeof(wanted));
	text_duration(from_ms > o->s->now_ms ? from_ms - o->s->now_ms : 0, lead,
	    sizeof(lead));
	order_warn(o,
	    "%s has agreed to a notice of %s and this is %s: its account "
	    "excludes nothing of %s",
	    client, wanted, lead, what);
}

static struct window *
make_window(const struct order *o, const struct wish *wish,
    const struct scope_client *c, const char *forced)
{
	struct window *w = mem_alloc(sizeof(*w));
	size_t n = json_array_size(wish->times);

	*w = (struct window){ .client = mem_text(c->client->name),
		.id = mem_text(wish->id),
		.at_ms = o->s->now_ms,
		.by = mem_text(o->by),
		.text = mem_text(wish->text),
		.rule = wish->rule != NULL ? mem_text(wish->rule) : NULL,
		.forced = forced != NULL ? mem_text(forced) : NULL };
	if (!c->whole) {
		w->endpoints = mem_alloc(c->count * sizeof(char *));
		for (size_t i = 0; i < c->count; i++)
			w->endpoints[i] = mem_text(c->endpoints[i]);
		w->endpoint_count = c->count;
	}
	w->times = mem_alloc(n * sizeof(*w->times));
	for (size_t i = 0; i < n; i++) {
		const json_t *span = json_array_get(wish->times, i);

		w->times[w->count++] =
		    (struct window_time){ .from_ms = time_of(span, 0),
			    .to_ms = time_of(span, 1) };
	}
	return w;
}

static bool
is_same(const struct window *a, const struct window *b)
{
	if (strcmp(a->text, b->text) != 0 || a->count != b->count ||
	    a->endpoint_count != b->endpoint_count ||
	    text_differs(a->rule, b->rule))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->times[i].from_ms != b->times[i].from_ms ||
		    a->times[i].to_ms != b->times[i].to_ms)
			return false;
	for (size_t i = 0; i < a->endpoint_count; i++)
		if (strcmp(a->endpoints[i], b->endpoints[i]) != 0)
			return false;
	return true;
}

static bool
has_room(const struct order *o, const struct agreed *a)
{
	size_t coming = 0;

	for (size_t i = 0; i < a->window_count; i++)
		coming += window_next(a->windows[i], o->s->now_ms) != NULL;
	return coming < COMING_MAX;
}

static void
say_announced(struct order *o, const struct window *w, const char *how)
{
	char span[ORDER_SPAN_ROOM], more[40] = "";

	order_span(o, w->client, w->times[0].from_ms, w->times[0].to_ms, span);
	if (w->count > 1)
		text_format(more, sizeof(more), ", the first of %zu times",
		    w->count);
	order_say(o, "%s: maintenance %s %s, %s%s", w->client, w->id, how, span,
	    more);
}

/* Takes the window over. */
static void
announce(struct order *o, struct agreed *a, struct window *w)
{
	say_announced(o, w, "is announced");
	if (o->check) {
		window_free(w);
		return;
	}
	shard_keep_window(a, w);
	shard_put_window(o->s, a, w, "maintenance announced", &w->times[0],
	    o->by, w->text);
}

static bool
announce_to(struct order *o, const struct wish *wish,
    const struct scope_client *c)
{
	struct agreed *a = shard_agreed(o->s, c->client->name);
	const struct window *before = shard_window(a, wish->id);
	const char *forced = NULL;
	struct window *w;
	bool same;

	if (!c->whole && c->count > WINDOW_ENDPOINTS_MAX)
		return order_refuse(o,
		    "scope: more than %d endpoints of %s: announce it for the "
		    "client",
		    WINDOW_ENDPOINTS_MAX, a->client);
	for (size_t i = 0; i < json_array_size(wish->times); i++) {
		const json_t *span = json_array_get(wish->times, i);

		if (!look_at_blackouts(o, a->client, time_of(span, 0),
			time_of(span, 1), wish->force, &forced))
			return false;
	}
	w = make_window(o, wish, c, forced);
	o->reply->found++;
	if (before == NULL && has_room(o, a)) {
		warn_of_notice(o, a->client, w->times[0].from_ms, "it");
		announce(o, a, w);
		return true;
	}
	same = before != NULL && is_same(before, w);
	window_free(w);
	if (same)
		say_announced(o, before, "was announced before");
	else if (before != NULL)
		return order_refuse(o, "window: %s is another one already",
		    wish->id);
	else
		return order_refuse(o,
		    "%s: %d announcements are not over yet, which is all that "
		    "there may be",
		    a->client, COMING_MAX);
	return true;
}

bool
order_announce(struct order *o)
{
	const struct settings *settings = o->s->settings;
	char error[200];
	struct scope scope;
	struct wish wish;
	bool done = true;

	if (!read_wish(o, &wish))
		return false;
	if (!scope_read(settings, o->request, &scope, error))
		return order_refuse(o, "%s", error);
	for (size_t i = 0; done && i < scope.count; i++)
		if (settings_shard(settings, scope.items[i].client->name) ==
		    o->s->number)
			done = announce_to(o, &wish, &scope.items[i]);
	scope_clear(&scope);
	return done;
}

/* ---- changes ---- */

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
	if (t != NULL && !window_stands(t, &from_ms, &to_ms))
		order_refuse(o, "%s: %s is cancelled", w->client, w->id);
	else if (t == NULL || to_ms <= o->s->now_ms)
		order_refuse(o, "%s: %s is over", w->client, w->id);
	else if (t->count >= WINDOW_CHANGES_MAX || is_long(w))
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
	if (to_ms - from_ms > LENGTH_MAX_MS)
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
	    !look_at_blackouts(o, w->client, c.to_ms, m->to_ms, m->force,
		&forced))
		return false;
	order_span(o, w->client, c.from_ms, m->to_ms, span);
	order_say(o, "%s: maintenance %s is %s", w->client, w->id, span);
	if (m->to_ms == c.to_ms)
		return true; /* said before */
	warn_of_notice(o, w->client, c.from_ms, "what is longer");
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
	if (to_ms < now_ms - LATE_MS || to_ms <= c.from_ms)
		return order_refuse(o,
		    "to_ms: an instant from now on, and after its begin, is "
		    "expected; cancel ends what has not begun");
	if (to_ms < now_ms && c.from_ms < now_ms)
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
		if (!stands || to_ms <= o->s->now_ms ||
		    w->times[i].count >= WINDOW_CHANGES_MAX)
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
