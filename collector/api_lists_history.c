/* api_lists_history: outages and incidents; see api_lists.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/pages_incident.h"
#include "collector/pages_model_parts.h"
#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/text.h"

#define SPAN_MS (INT64_C(31) * 86400000) /* unless asked otherwise */

/* ---- outages: the latest first, then by endpoint ---- */

struct outage {
	char endpoint[136];
	struct ledger_stretch stretch;
};

struct outages {
	struct api_page *page;
	struct outage *items;
	size_t count, room;
	int64_t after_ms;
	const char *after; /* of the cursor; NULL: there is none */
};

/* Where a stretch stands in the list: "1795322928000~acme/learn". */
static int
compare_places(int64_t a_ms, const char *a, int64_t b_ms, const char *b)
{
	if (a_ms != b_ms)
		return a_ms > b_ms ? -1 : 1;
	return strcmp(a, b);
}

/* All behind the cursor: what is not asked for is gone through as well. */
static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct outages *o = arg;

	if (o->after != NULL &&
	    compare_places(s->from_ms, endpoint, o->after_ms, o->after) <= 0)
		return;
	if (o->count == o->room) {
		o->room = 2 * o->room + 64;
		o->items = mem_grow(o->items, o->room * sizeof(*o->items));
	}
	text_copy(o->items[o->count].endpoint, sizeof(o->items[0].endpoint),
	    endpoint);
	o->items[o->count++].stretch = *s;
}

static int
compare_outages(const void *a, const void *b)
{
	const struct outage *x = a, *y = b;

	return compare_places(x->stretch.from_ms, x->endpoint,
	    y->stretch.from_ms, y->endpoint);
}

static bool
read_place(const char *cursor, int64_t *at_ms, const char **endpoint)
{
	char *end;

	if (*cursor < '0' || *cursor > '9')
		return false;
	*at_ms = strtoll(cursor, &end, 10);
	*endpoint = end + 1;
	return *end == '~' && *at_ms <= TIME_MAX;
}

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

static bool
is_asked_for(const struct api_query *q, const struct outage *x)
{
	return (q->endpoint[0] == '\0' ||
		   strcmp(q->endpoint, x->endpoint) == 0) &&
	    (q->kind[0] == '\0' ||
		strcmp(q->kind, ledger_kind_text(x->stretch.kind)) == 0);
}

static void
add_outages(struct outages *o)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct outage *x = &o->items[i];
		char place[176];

		if (api_page_is_full(o->page))
			return;
		text_format(place, sizeof(place), "%" PRId64 "~%s",
		    x->stretch.from_ms, x->endpoint);
		if (is_asked_for(o->page->query, x))
			(void)api_page_add(o->page, place,
			    api_outage_item(x->endpoint, &x->stretch));
		else
			api_page_pass(o->page, place);
		o->page->work++;
	}
}

void
api_list_outages(struct api_page *p, struct api_error *error)
{
	const struct api_query *q = p->query;
	int64_t to_ms = q->to_ms != API_NOT_GIVEN ? q->to_ms : p->view->now_ms;
	int64_t from_ms = q->from_ms;
	struct outages o = { .page = p };

	if (from_ms == API_NOT_GIVEN)
		from_ms = to_ms > SPAN_MS ? to_ms - SPAN_MS : 0;
	if (to_ms <= from_ms || to_ms - from_ms > API_SPAN_MAX_MS) {
		api_refuse(error, 400, "from_ms",
		    "from_ms: has to be before to_ms (now, when it is not "
		    "given), by at most 400 days");
		return;
	}
	if (q->cursor[0] != '\0' &&
	    !read_place(q->cursor, &o.after_ms, &o.after)) {
		api_refuse(error, 400, "cursor",
		    "cursor: expected the \"next\" of an answer");
		return;
	}
	for (const struct client_ledger *l = p->view->model->known.ledgers;
	     l != NULL; l = l->hh.next)
		if (p->client == NULL || strcmp(l->name, p->client->name) == 0)
			ledger_each(l->ledger, from_ms, to_ms, on_stretch, &o);
	if (o.count > 0)
		qsort(o.items, o.count, sizeof(*o.items), compare_outages);
	add_outages(&o);
	free(o.items);
}

/* ---- incidents: the newest first ---- */

/* "INC-000042": its number; without a cursor beyond all. */
static bool
read_number(const char *cursor, int64_t *out)
{
	char *end;

	*out = INT64_MAX;
	if (*cursor == '\0')
		return true;
	if (strncmp(cursor, "INC-", 4) != 0 || cursor[4] < '0' ||
	    cursor[4] > '9')
		return false;
	*out = strtoll(cursor + 4, &end, 10);
	return *end == '\0';
}

/* NULL: it is not asked for, or not for whoever asks. */
static json_t *
incident_item(const struct api_page *p, const struct pages_incident *i)
{
	enum pages_incident_which which = INCIDENT_ANY;
	const char *state = p->query->state;

	if (state[0] != '\0')
		which = strcmp(state, "open") == 0 ? INCIDENT_OPEN
						   : INCIDENT_CLOSED;
	if (p->view->only != NULL)
		return pages_incident_for(i, p->view->only->name, which,
		    p->view->now_ms);
	return pages_incident_whole(i,
	    p->client != NULL ? p->client->name : NULL, which);
}

void
api_list_incidents(struct api_page *p, struct api_error *error)
{
	const struct incident_list *list = &p->view->model->known.incidents;
	char place[32];
	int64_t before;

	if (!read_number(p->query->cursor, &before)) {
		api_refuse(error, 400, "cursor",
		    "cursor: expected the \"next\" of an answer");
		return;
	}
	for (size_t k = 0; k < list->count; k++) {
		const struct pages_incident *i = list->items[k];
		int64_t number = pages_incident_number(i);
		json_t *item = number < before ? incident_item(p, i) : NULL;

		text_format(place, sizeof(place), "INC-%06" PRId64, number);
		if (item != NULL && !api_page_add(p, place, item))
			return;
	}
}
