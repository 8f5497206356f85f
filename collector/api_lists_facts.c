/* api_lists_facts: what the regions saw of an endpoint; see api_lists.h. */
#include <inttypes.h>
#include <string.h>

#include "collector/api_lists.h"
#include "collector/facts.h"
#include "collector/facts_reader.h"
#include "collector/pages_model_parts.h"
#include "lib/ledger.h"
#include "lib/record.h"
#include "lib/text.h"

#define SPAN_MS INT64_C(86400000) /* unless asked otherwise */
#define SPAN_MAX_MS (INT64_C(31) * 86400000)
#define TIMEOUT_MS 10000 /* of an endpoint that is no more */

/* ---- what is to be read ---- */

struct terms_of {
	const char *endpoint;
	struct text *regions;
	int64_t begin_ms;
};

static bool
has_name(const struct text *names, const char *name, size_t length)
{
	const char *p = names->length > 0 ? names->data : "";

	for (size_t n; *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		if (n == length && memcmp(p, name, n) == 0)
			return true;
	}
	return false;
}

static void
add_names(struct text *names, const char *more)
{
	for (size_t n; *more != '\0'; more += n + (more[n] == ' ')) {
		n = strcspn(more, " ");
		if (n == 0 || has_name(names, more, n))
			continue;
		if (names->length > 0)
			text_add(names, " ");
		text_add_bytes(names, more, n);
	}
}

static void
on_terms(void *arg, const char *endpoint, const struct ledger_terms *terms)
{
	struct terms_of *t = arg;

	if (strcmp(endpoint, t->endpoint) != 0 || terms->count == 0)
		return;
	t->begin_ms = terms->items[0].from_ms;
	for (size_t i = 0; i < terms->count; i++)
		if (terms->items[i].regions != NULL)
			add_names(t->regions, terms->items[i].regions);
}

static int
take_span(const struct api_view *v, const struct api_query *q, int64_t *from_ms,
    int64_t *to_ms, struct api_error *error)
{
	*to_ms = q->to_ms != API_NOT_GIVEN ? q->to_ms : v->now_ms;
	*from_ms = q->from_ms;
	if (*from_ms == API_NOT_GIVEN)
		*from_ms = *to_ms > SPAN_MS ? *to_ms - SPAN_MS : 0;
	if (*to_ms > *from_ms && *to_ms - *from_ms <= SPAN_MAX_MS)
		return 0;
	return api_refuse(error, 400, "from_ms",
	    "from_ms: has to be before to_ms (now, when it is not given), by "
	    "at most 31 days");
}

int
api_facts_question(const struct api_view *v, const struct api_query *q,
    struct facts_question *out, struct text *regions, struct api_error *error)
{
	const struct endpoint *e = settings_endpoint(v->settings, q->endpoint);
	struct terms_of t = { q->endpoint, regions, 0 };
	struct client_ledger *l;
	int64_t from_ms, to_ms;

	if (q->endpoint[0] == '\0')
		return api_refuse(error, 400, "endpoint",
		    "endpoint: has to be given");
	if (take_span(v, q, &from_ms, &to_ms, error) != 0)
		return -1;
	text_add(regions, "");
	HASH_FIND_STR(v->model->known.ledgers, q->client, l);
	if (l != NULL)
		ledger_each_terms(l->ledger, on_terms, &t);
	if (e == NULL && regions->length == 0)
		return api_refuse(error, 404, "endpoint",
		    "endpoint: there is none of this name");
	*out = (struct facts_question){
		.key =
		    renames_key(&v->model->known.names, q->endpoint, TIME_MAX),
		.regions = regions->data,
		.shard = settings_shard(v->settings, q->client),
		.timeout_ms = e != NULL ? e->probe.timeout_ms : TIMEOUT_MS,
		.from_ms = runs_bucket(from_ms) * RUNS_BUCKET_MS,
		.to_ms = (runs_bucket(to_ms - 1) + 1) * RUNS_BUCKET_MS,
		.begin_ms = t.begin_ms,
		.is_old = from_ms < v->now_ms - v->settings->site.late_accept_ms
	};
	return 0;
}

/* ---- what is said of it ---- */

static void
put_edges(const struct api_view *v, const char *endpoint, struct facts *f,
    int64_t known_ms)
{
	struct state_record *s;
	json_t *root, *r;
	size_t i;

	HASH_FIND_STR(v->model->known.states, endpoint, s);
	if (s == NULL)
		return;
	root = json_loadb(s->json, s->length, 0, NULL);
	json_array_foreach(json_object_get(root, "regions"), i, r)
	{
		const char *name = record_string(r, "region");
		const char *outcome = record_string(r, "outcome");

		if (name != NULL && outcome != NULL)
			facts_put_edge(f, name, outcome,
			    record_int(r, "since", 0), known_ms);
	}
	json_decref(root);
}

static json_t *
fact_item(const struct api_page *p, const struct facts *f, size_t region,
    const struct facts_item *i)
{
	const struct fact *x = &i->fact;

	return json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:b}", "endpoint",
	    p->query->endpoint, "region", f->regions[region].name, "from_ms",
	    (json_int_t)i->from_ms, "to_ms", (json_int_t)i->to_ms, "outcome",
	    x->is_none ? "none" : outcome_text(x->outcome), "reason",
	    reason_text(x->is_none ? REASON_NONE : x->reason), "blips",
	    (int)x->is_blippy);
}

/* "auckland~1795322928000": goes on there, from then on. */
static bool
read_cursor(const char *cursor, char region[64], int64_t *at_ms)
{
	const char *mark = strrchr(cursor, '~');
	char *end;

	region[0] = '\0';
	if (*cursor == '\0')
		return true;
	if (mark == NULL || mark[1] < '0' || mark[1] > '9' ||
	    !text_format(region, 64, "%.*s", (int)(mark - cursor), cursor))
		return false;
	*at_ms = strtoll(mark + 1, &end, 10);
	return *end == '\0' && *at_ms <= TIME_MAX;
}

struct span {
	int64_t from_ms, to_ms, known_ms;
};

/* False: the page is full. */
static bool
add_region(struct api_page *p, const struct facts *f, size_t region,
    const struct span *span)
{
	struct facts_item item;
	char place[176];

	for (int64_t at_ms = span->from_ms; at_ms < span->to_ms;
	     at_ms = item.to_ms) {
		facts_at(f, region, at_ms, span->to_ms, span->known_ms, &item);
		text_format(place, sizeof(place), "%s~%" PRId64,
		    f->regions[region].name, item.to_ms);
		if (!api_page_add(p, place, fact_item(p, f, region, &item)))
			return false;
	}
	return true;
}

static void
add_all(struct api_page *p, const struct facts *f, const struct span *whole,
    const char *from_region, int64_t from_ms)
{
	const char *only = p->query->region;

	for (size_t i = 0; i < f->count; i++) {
		const char *name = f->regions[i].name;
		struct span span = *whole;

		if (strcmp(name, from_region) < 0 ||
		    (only[0] != '\0' && strcmp(name, only) != 0))
			continue;
		if (strcmp(name, from_region) == 0 && from_ms > span.from_ms)
			span.from_ms = from_ms;
		if (!add_region(p, f, i, &span))
			return;
	}
}

int
api_list_facts(struct api_page *p, struct facts *f, struct api_error *error)
{
	const struct client *c =
	    settings_client(p->view->settings, p->query->client);
	struct span span = { .known_ms =
				 p->view->known_until(p->view->arg, c) };
	char region[64];
	int64_t at_ms = 0;

	if (f->is_too_much)
		return api_refuse(error, 400, "from_ms",
		    "from_ms: more than %d runs: ask for less time",
		    FACTS_RUNS_MAX);
	if (!read_cursor(p->query->cursor, region, &at_ms))
		return api_refuse(error, 400, "cursor",
		    "cursor: expected the \"next\" of an answer");
	if (take_span(p->view, p->query, &span.from_ms, &span.to_ms, error) !=
	    0)
		return -1;
	put_edges(p->view, p->query->endpoint, f, span.known_ms);
	if (span.to_ms > span.known_ms)
		span.to_ms = span.known_ms;
	add_all(p, f, &span, region, at_ms);
	return 0;
}
