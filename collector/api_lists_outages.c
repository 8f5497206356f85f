/* api_lists_outages: outages, the latest first, then by endpoint; see
   api_lists.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/api_lists_feeds.h"
#include "collector/pages_model_parts.h"
#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/text.h"

#define SPAN_MS (INT64_C(31) * 86400000) /* unless asked otherwise */

struct outages {
	struct api_page *page;
	int64_t from_ms, to_ms; /* the span that is asked about */
	int64_t after_ms;       /* the place of the cursor ... */
	const char *after;      /* ... NULL: there is none */
	struct api_feeds feeds; /* one for each endpoint */
};

json_t *
api_outage_item(const char *endpoint, const struct ledger_stretch *s)
{
	size_t client = strcspn(endpoint, "/");

	return json_pack("{s:s, s:s%, s:s, s:I, s:o, s:I, s:o, s:s, s:b}",
	    "endpoint", endpoint, "client", endpoint, client, "kind",
	    ledger_kind_text(s->kind), "from_ms", (json_int_t)s->from_ms,
	    "to_ms",
	    s->to_ms == NEVER ? json_null()
			      : json_integer((json_int_t)s->to_ms),
	    "from_before_ms", (json_int_t)s->from_before_ms, "to_before_ms",
	    s->to_ms == NEVER ? json_null()
			      : json_integer((json_int_t)s->to_before_ms),
	    "reason", reason_text(s->reason), "removed", (int)s->removed);
}

/* ---- which, and in what order ---- */

/* "1795322928000~acme/learn" */
static bool
read_place(const char *cursor, int64_t *at_ms, const char **endpoint)
{
	char *end;

	if (*cursor == '\0')
		return true;
	if (*cursor < '0' || *cursor > '9')
		return false;
	*at_ms = strtoll(cursor, &end, 10);
	*endpoint = end + 1;
	return *end == '~' && *at_ms <= TIME_MAX;
}

/* What begins before that instant, as far back as the span goes. */
static void
set_next(struct outages *o, struct api_feed *f, int64_t before_ms)
{
	const struct ledger_stretch *s =
	    ledger_last_before(f->ledger, f->place, before_ms);

	if (s != NULL && s->to_ms > o->from_ms)
		api_feeds_set(&o->feeds, f, s->from_ms);
	else
		api_feeds_end(&o->feeds, f);
}

/* Behind the cursor: at its very instant only who comes later by name. */
static void
begin(struct outages *o, struct api_feed *f)
{
	int64_t before_ms = o->to_ms, after_ms;

	if (o->after != NULL) {
		after_ms = o->after_ms + (strcmp(f->name, o->after) > 0);
		before_ms = after_ms < before_ms ? after_ms : before_ms;
	}
	set_next(o, f, before_ms);
}

static void
add_feeds(struct outages *o, const struct ledger *l)
{
	const char *only = o->page->query->endpoint;

	for (size_t i = 0; i < ledger_endpoints(l); i++) {
		const char *name = ledger_endpoint_name(l, i);

		if (only[0] == '\0' || strcmp(only, name) == 0)
			api_feeds_add(&o->feeds, name, l, i);
	}
}

static void
gather(struct outages *o)
{
	const struct client *client = o->page->client;
	const struct client_ledger *l = o->page->view->model->known.ledgers;

	for (; l != NULL; l = l->hh.next)
		if (client == NULL || strcmp(l->name, client->name) == 0)
			add_feeds(o, l->ledger);
	api_feeds_sort(&o->feeds);
	for (size_t i = 0; i < o->feeds.count; i++)
		begin(o, &o->feeds.items[i]);
}

/* ---- the list ---- */

static void
add_outage(struct outages *o, const char *endpoint,
    const struct ledger_stretch *s)
{
	const char *kind = o->page->query->kind;
	char place[176];

	text_format(place, sizeof(place), "%" PRId64 "~%s", s->from_ms,
	    endpoint);
	if (kind[0] == '\0' || strcmp(kind, ledger_kind_text(s->kind)) == 0)
		(void)api_page_add(o->page, place,
		    api_outage_item(endpoint, s));
	else
		api_page_pass(o->page, place);
	o->page->work++;
}

static void
add_all(struct outages *o)
{
	struct api_feed *f;

	while ((f = api_feeds_first(&o->feeds)) != NULL &&
	    !api_page_is_full(o->page)) {
		int64_t at_ms = -f->node.at_ms;

		add_outage(o, f->name,
		    ledger_last_before(f->ledger, f->place, at_ms + 1));
		set_next(o, f, at_ms);
	}
}

static int
read_span(struct outages *o, struct api_error *error)
{
	const struct api_query *q = o->page->query;

	o->to_ms = q->to_ms != API_NOT_GIVEN ? q->to_ms : o->page->view->now_ms;
	o->from_ms = q->from_ms;
	if (o->from_ms == API_NOT_GIVEN)
		o->from_ms = o->to_ms > SPAN_MS ? o->to_ms - SPAN_MS : 0;
	if (o->to_ms > o->from_ms && o->to_ms - o->from_ms <= API_SPAN_MAX_MS)
		return 0;
	return api_refuse(error, 400, "from_ms",
	    "from_ms: has to be before to_ms (now, when it is not given), by "
	    "at most 400 days");
}

void
api_list_outages(struct api_page *p, struct api_error *error)
{
	struct outages o = { .page = p };

	if (read_span(&o, error) != 0)
		return;
	if (!read_place(p->query->cursor, &o.after_ms, &o.after)) {
		api_refuse(error, 400, "cursor",
		    "cursor: expected the \"next\" of an answer");
		return;
	}
	gather(&o);
	add_all(&o);
	api_feeds_clear(&o.feeds);
}
