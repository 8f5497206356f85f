/* api_lists_maintenance: announced maintenance; see api_lists.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/api_lists_feeds.h"
#include "collector/pages_model_parts.h"
#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/text.h"
#include "lib/window.h"

/* The span that is asked about; to_ms NEVER: whatever is not over. */
struct span {
	int64_t from_ms, to_ms;
};

static bool
touches(const struct window_time *t, const struct span *span)
{
	int64_t from_ms, to_ms;

	(void)window_stands(t, &from_ms, &to_ms);
	return from_ms < span->to_ms && to_ms > span->from_ms;
}

static json_t *
time_item(const struct window_time *t)
{
	int64_t from_ms, to_ms;
	bool stands = window_stands(t, &from_ms, &to_ms);
	json_t *changed = json_null();

	if (t->count > 0)
		changed =
		    json_integer((json_int_t)t->changes[t->count - 1].at_ms);
	return json_pack("{s:I, s:I, s:b, s:o}", "from_ms", (json_int_t)from_ms,
	    "to_ms", (json_int_t)to_ms, "cancelled", (int)!stands, "changed_ms",
	    changed);
}

/* What it is about; null: all that the client has. */
static json_t *
endpoints_of(const struct renames *names, const struct window *w)
{
	json_t *list;

	if (w->endpoint_count == 0)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < w->endpoint_count; i++)
		json_array_append_new(list,
		    json_string(renames_now(names, w->endpoints[i], w->at_ms)));
	return list;
}

/* Who announced it, and why it was changed, is ours to know. */
static json_t *
item_of(const struct renames *names, const struct window *w,
    const struct span *span)
{
	json_t *times = json_array();

	for (size_t i = 0; i < w->count; i++)
		if (touches(&w->times[i], span))
			json_array_append_new(times, time_item(&w->times[i]));
	return json_pack("{s:s, s:s, s:I, s:s, s:o, s:o}", "id", w->id,
	    "client", w->client, "announced_ms", (json_int_t)w->at_ms, "text",
	    w->text, "endpoints", endpoints_of(names, w), "times", times);
}

json_t *
api_maintenance_item(const struct api_view *v, const struct window *w)
{
	const struct span ahead = { v->now_ms, NEVER };

	return item_of(&v->model->known.names, w, &ahead);
}

/* ---- the list: what was announced last first ---- */

struct listing {
	struct api_page *page;
	struct span span;
	int64_t at_ms; /* of the cursor; NEVER: there is none */
	const char *client, *id;
	struct api_feeds feeds; /* one for each client */
};

/* Whether it is at the cursor, or before it. */
static bool
is_passed(const struct listing *l, const struct window *w)
{
	int order = l->at_ms != NEVER ? strcmp(w->client, l->client) : 1;

	if (w->at_ms != l->at_ms)
		return w->at_ms > l->at_ms;
	return order != 0 ? order < 0 : strcmp(w->id, l->id) <= 0;
}

/* The first of them behind the cursor. */
static size_t
begin_at(const struct listing *l, const struct ledger *ledger)
{
	size_t low = 0, high = ledger_windows(ledger);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_passed(l, ledger_window(ledger, middle)))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
set_next(struct listing *l, struct api_feed *f, size_t place)
{
	f->place = place;
	if (place < ledger_windows(f->ledger))
		api_feeds_set(&l->feeds, f,
		    ledger_window(f->ledger, place)->at_ms);
	else
		api_feeds_end(&l->feeds, f);
}

static void
gather(struct listing *l)
{
	const struct client *only = l->page->client;
	const struct client_ledger *c = l->page->view->model->known.ledgers;

	for (; c != NULL; c = c->hh.next)
		if (only == NULL || strcmp(c->name, only->name) == 0)
			api_feeds_add(&l->feeds, c->name, c->ledger, 0);
	api_feeds_sort(&l->feeds);
	for (size_t i = 0; i < l->feeds.count; i++)
		set_next(l, &l->feeds.items[i],
		    begin_at(l, l->feeds.items[i].ledger));
}

static bool
is_asked_for(const struct listing *l, const struct window *w)
{
	const char *endpoint = l->page->query->endpoint;
	const struct renames *names = &l->page->view->model->known.names;

	if (endpoint[0] != '\0' &&
	    !window_covers(w, names, renames_key(names, endpoint, TIME_MAX)))
		return false;
	for (size_t i = 0; i < w->count; i++)
		if (touches(&w->times[i], &l->span))
			return true;
	return false;
}

/* The place of the last that was gone through, whether it was asked for or not,
   is the next cursor. */
static void
add_window(struct listing *l, const struct window *w)
{
	char place[176];

	text_format(place, sizeof(place), "%" PRId64 "~%s~%s", w->at_ms,
	    w->client, w->id);
	if (is_asked_for(l, w))
		(void)api_page_add(l->page, place,
		    item_of(&l->page->view->model->known.names, w, &l->span));
	else
		api_page_pass(l->page, place);
	l->page->work += 1 + w->count + w->endpoint_count;
}

static void
add_all(struct listing *l)
{
	struct api_feed *f;

	while ((f = api_feeds_first(&l->feeds)) != NULL &&
	    !api_page_is_full(l->page)) {
		add_window(l, ledger_window(f->ledger, f->place));
		set_next(l, f, f->place + 1);
	}
}

/* "1795322928000~acme~m-5f0c9a1b22" */
static bool
read_place(const char *cursor, struct listing *l, char client[64])
{
	const char *tilde = strrchr(cursor, '~');
	char *end;

	l->at_ms = NEVER;
	if (*cursor == '\0')
		return true;
	if (*cursor < '0' || *cursor > '9')
		return false;
	l->at_ms = strtoll(cursor, &end, 10);
	if (*end != '~' || tilde == end || l->at_ms > TIME_MAX)
		return false;
	l->client = client;
	l->id = tilde + 1;
	return text_format(client, 64, "%.*s", (int)(tilde - end - 1), end + 1);
}

static int
read_span(const struct api_page *p, struct span *out, struct api_error *error)
{
	const struct api_query *q = p->query;

	out->from_ms =
	    q->from_ms != API_NOT_GIVEN ? q->from_ms : p->view->now_ms;
	out->to_ms = q->to_ms != API_NOT_GIVEN ? q->to_ms : NEVER;
	if (out->to_ms > out->from_ms)
		return 0;
	return api_refuse(error, 400, "to_ms",
	    "to_ms: has to be later than from_ms (now, when it is not given)");
}

void
api_list_maintenance(struct api_page *p, struct api_error *error)
{
	struct listing l = { .page = p };
	char client[64];

	if (read_span(p, &l.span, error) != 0)
		return;
	if (!read_place(p->query->cursor, &l, client)) {
		api_refuse(error, 400, "cursor",
		    "cursor: expected the \"next\" of an answer");
		return;
	}
	gather(&l);
	add_all(&l);
	api_feeds_clear(&l.feeds);
}
