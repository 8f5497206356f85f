/*
 * shard_announce: maintenance is announced.
 *
 * It is written down as it was said: with its instant, so that accounts can
 * tell what was announced in time, and with who said it.
 */
#include <assert.h>
#include <string.h>

#include "collector/scope.h"
#include "collector/shard_order.h"
#include "lib/record.h"

#define COMING_MAX 1000 /* of one client, not yet over */
/* Said again so soon, for about the same times, it is the same: "+4d" is
   another instant whenever it is said. */
#define AGAIN_MS 600000

struct wish {
	const char *id, *text, *rule;
	const json_t *times;
	bool force;
	bool unnamed; /* nobody chose its id */
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
	if (to_ms - from_ms > ORDER_LENGTH_MAX_MS)
		return order_refuse(o, "times: at most 31 days long");
	if (i > 0 && from_ms < time_of(json_array_get(w->times, i - 1), 1))
		return order_refuse(o, "times: each after the one before");
	if (from_ms < now_ms - ORDER_LATE_MS)
		return order_refuse(o,
		    "from_ms: what has begun cannot be announced any more");
	if (from_ms > now_ms + ORDER_AHEAD_MAX_MS)
		return order_refuse(o, "from_ms: at most 800 days ahead");
	return true;
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
	    !order_flag(o, "force", &w->force) ||
	    !order_flag(o, "unnamed", &w->unnamed))
		return false;
	if (n == 0 || n > WINDOW_TIMES_MAX)
		return order_refuse(o, "times: 1 to %d are expected",
		    WINDOW_TIMES_MAX);
	for (size_t i = 0; i < n; i++)
		if (!check_time(o, w, i))
			return false;
	return true;
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
		assert(c->count <= WINDOW_ENDPOINTS_MAX); /* nobody has more */
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

/* Of the same scope and words, by the same rule, at as many times. */
static bool
is_alike(const struct window *a, const struct window *b)
{
	if (strcmp(a->text, b->text) != 0 || a->count != b->count ||
	    a->endpoint_count != b->endpoint_count ||
	    text_differs(a->rule, b->rule))
		return false;
	for (size_t i = 0; i < a->endpoint_count; i++)
		if (strcmp(a->endpoints[i], b->endpoints[i]) != 0)
			return false;
	return true;
}

static bool
is_same(const struct window *a, const struct window *b)
{
	if (!is_alike(a, b))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->times[i].from_ms != b->times[i].from_ms ||
		    a->times[i].to_ms != b->times[i].to_ms)
			return false;
	return true;
}

static bool
is_about_then(const struct window_time *a, const struct window_time *b)
{
	int64_t apart_ms = a->from_ms - b->from_ms;

	return apart_ms > -AGAIN_MS && apart_ms < AGAIN_MS &&
	    a->to_ms - a->from_ms == b->to_ms - b->from_ms;
}

static bool
is_withdrawn(const struct window *w)
{
	int64_t from_ms, to_ms;

	for (size_t i = 0; i < w->count; i++)
		if (window_stands(&w->times[i], &from_ms, &to_ms))
			return false;
	return true;
}

/* An answer was lost, or a finger struck twice: is this that one? */
static bool
is_said_again(const struct window *before, const struct window *w)
{
	if (w->at_ms - before->at_ms >= AGAIN_MS || !is_alike(before, w) ||
	    is_withdrawn(before))
		return false;
	for (size_t i = 0; i < w->count; i++)
		if (!is_about_then(&before->times[i], &w->times[i]))
			return false;
	return true;
}

static const struct window *
find_said_before(const struct agreed *a, const struct window *w)
{
	for (size_t i = 0; i < a->window_count; i++)
		if (is_said_again(a->windows[i], w))
			return a->windows[i];
	return NULL;
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

/* One of that name stands already: the same, said again, or another one. */
static bool
said_before(struct order *o, const struct window *before,
    const struct window *w)
{
	if (!is_same(before, w))
		return order_refuse(o, "window: %s is another one already",
		    w->id);
	if (is_withdrawn(before))
		return order_refuse(o,
		    "window: %s was announced and taken back: this one needs "
		    "another name",
		    w->id);
	say_announced(o, before, "was announced before");
	return true;
}

static bool
heed_blackouts(struct order *o, const struct wish *wish, const char *client,
    const char **forced)
{
	for (size_t i = 0; i < json_array_size(wish->times); i++) {
		const json_t *span = json_array_get(wish->times, i);

		if (!order_heed_blackouts(o, client, time_of(span, 0),
			time_of(span, 1), wish->force, forced))
			return false;
	}
	return true;
}

/* It is not there yet; takes the window over. */
static bool
announce_anew(struct order *o, struct agreed *a, struct window *w)
{
	if (!has_room(o, a)) {
		window_free(w);
		return order_refuse(o,
		    "%s: %d announcements are not over yet, which is all that "
		    "there may be",
		    a->client, COMING_MAX);
	}
	order_warn_of_notice(o, a->client, w->times[0].from_ms, "it");
	announce(o, a, w);
	return true;
}

static bool
announce_to(struct order *o, const void *arg, const struct scope_client *c)
{
	const struct wish *wish = arg;
	struct agreed *a = shard_agreed(o->s, c->client->name);
	const struct window *before = shard_window(a, wish->id), *again = NULL;
	const char *forced = NULL;
	struct window *w;
	bool done = true;

	if (!heed_blackouts(o, wish, a->client, &forced))
		return false;
	o->reply->found++;
	w = make_window(o, wish, c, forced);
	if (before == NULL && wish->unnamed)
		again = find_said_before(a, w);
	if (before == NULL && again == NULL)
		return announce_anew(o, a, w);
	if (before != NULL)
		done = said_before(o, before, w);
	else
		say_announced(o, again, "was announced before");
	window_free(w);
	return done;
}

bool
order_announce(struct order *o)
{
	struct wish wish;

	return read_wish(o, &wish) &&
	    order_each_client(o, scope_read, announce_to, &wish);
}
