/* api: see api.h.  Who asks, how often, and what was answered just now. */
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "collector/api.h"
#include "collector/api_kept.h"
#include "collector/api_lists.h"
#include "collector/api_streams.h"
#include "collector/api_who.h"
#include "collector/changes.h"
#include "collector/changes_find.h"
#include "collector/facts_reader.h"
#include "collector/pages.h"
#include "collector/reports.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/sign.h"
#include "lib/text.h"

#define TYPE "application/json; charset=utf-8"

struct api {
	const struct settings *settings;
	const struct pages_model *model;
	struct api_index index;
	api_known *known;
	void *arg;
	struct api_who *who;
	struct api_kept *kept;
	struct changes *changes;
	struct api_streams *streams;
	struct facts_reader *facts;
	struct reports *reports;
	TAILQ_HEAD(, waiting) waiting;
};

/* A request whose answer is being read. */
struct waiting {
	TAILQ_ENTRY(waiting) entry;
	struct api *api;
	struct serve_request *request;
	struct facts_wait *wait;
	const struct client *only, *asked;
	struct api_query query;
};

static char *
key_of(const struct client *only, const struct serve_request *r)
{
	struct text t = { 0 };

	text_addf(&t, "%s %s?%s", only != NULL ? only->name : "*",
	    serve_path(r), serve_query_text(r));
	return text_take(&t);
}

/* ---- answering ---- */

static char *
dump(const json_t *root)
{
	char *text = json_dumps(root, JSON_COMPACT);

	if (text == NULL)
		fatalx("api: no memory");
	return text;
}

/* Over what it says; "W/", since the instant in it may differ. */
static void
tag(const json_t *root, char etag[API_ETAG_ROOM])
{
	char *text = dump(root), hex[SIGN_HEX];

	sign_sha256(text, strlen(text), hex);
	hex[16] = '\0';
	text_format(etag, API_ETAG_ROOM, "W/\"%s\"", hex);
	free(text);
}

static void
refuse(struct serve_request *r, const struct api_error *error)
{
	json_t *root = json_pack("{s:s}", "error", error->text);
	char *text;

	if (error->field[0] != '\0')
		json_object_set_new(root, "field", json_string(error->field));
	text = dump(root);
	serve_set_header(r, "Cache-Control", "no-store");
	serve_answer(r, error->status, TYPE, text, strlen(text));
	free(text);
	json_decref(root);
}

static const struct api_answer *
keep(struct api *a, const char *key, json_t *root, int64_t as_of_ms, bool stale)
{
	char etag[API_ETAG_ROOM];
	const struct api_answer *x;

	json_object_set_new(root, "stale", json_boolean(stale));
	tag(root, etag);
	json_object_set_new(root, "as_of_ms",
	    json_integer((json_int_t)as_of_ms));
	x = api_kept_add(a->kept, key, dump(root), etag, clock_monotonic_us());
	json_decref(root);
	return x;
}

static void
give(struct serve_request *r, const struct api_answer *x)
{
	const char *known = serve_header(r, "If-None-Match");

	serve_set_header(r, "ETag", x->etag);
	serve_set_header(r, "Cache-Control", "private, no-cache");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	/* Compared weakly: a proxy may have taken the W/ away. */
	if (known != NULL && strstr(known, x->etag + 2) != NULL)
		serve_answer(r, 304, NULL, "", 0);
	else
		serve_answer(r, 200, TYPE, x->body, x->length);
}

static struct api_view
view_for(const struct api *a, const struct client *only)
{
	return (struct api_view){ .settings = a->settings,
		.model = a->model,
		.index = &a->index,
		.reports = reports_known(a->reports),
		.only = only,
		.now_ms = clock_now_ms(),
		.known_until = a->known,
		.arg = a->arg };
}

/* root NULL: with the error instead. */
static void
answer(struct api *a, struct serve_request *r, const struct api_view *v,
    json_t *root, const struct api_error *error, const struct client *asked)
{
	int64_t as_of_ms;
	char *key;

	if (root == NULL) {
		refuse(r, error);
		return;
	}
	as_of_ms = a->known(a->arg, asked);
	if (as_of_ms > v->now_ms)
		as_of_ms = v->now_ms;
	key = key_of(v->only, r);
	give(r,
	    keep(a, key, root, as_of_ms,
		v->now_ms - as_of_ms > PAGES_STALE_MS));
	free(key);
}

/* ---- what has to be read first ---- */

static void
forget_waiting(struct waiting *w)
{
	TAILQ_REMOVE(&w->api->waiting, w, entry);
	free(w);
}

/* Whoever asked has gone. */
static void
on_gone(void *arg)
{
	struct waiting *w = arg;

	facts_wait_cancel(w->wait);
	forget_waiting(w);
}

static void
not_now(struct serve_request *r, const char *why)
{
	serve_set_header(r, "Retry-After", "1");
	serve_fail(r, 503, "%s", why);
}

static void
on_facts(void *arg, struct facts *facts)
{
	struct waiting *w = arg;
	struct api_view v = view_for(w->api, w->only);
	struct api_error error = { 0 };

	if (facts == NULL)
		not_now(w->request, "records cannot be read at the moment");
	else
		answer(w->api, w->request, &v,
		    api_facts(&v, &w->query, facts, &error), &error, w->asked);
	forget_waiting(w);
}

/* The tree changes: nobody waits with what was of the old one. */
static void
end_waiting(struct api *a)
{
	struct waiting *w;

	while ((w = TAILQ_FIRST(&a->waiting)) != NULL) {
		facts_wait_cancel(w->wait);
		not_now(w->request, "the settings have just changed");
		forget_waiting(w);
	}
}

static void
ask_facts(struct api *a, struct serve_request *r, const struct api_view *v,
    const struct api_query *q, const struct client *asked)
{
	struct waiting *w = mem_alloc(sizeof(*w));
	struct facts_question question;
	struct text regions = { 0 };
	struct api_error error;

	*w = (struct waiting){ .api = a,
		.request = r,
		.only = v->only,
		.asked = asked,
		.query = *q };
	TAILQ_INSERT_TAIL(&a->waiting, w, entry);
	if (api_facts_question(v, q, &question, &regions, &error) != 0) {
		refuse(r, &error);
		forget_waiting(w);
	} else if ((w->wait = facts_reader_ask(a->facts, &question, on_facts,
			w)) == NULL) {
		not_now(r, "too many wait for facts");
		forget_waiting(w);
	} else
		serve_defer(r, on_gone, w);
	text_clear(&regions);
}

static void
give_report(struct api *a, struct serve_request *r, const struct api_query *q)
{
	struct reports_wanted wanted = { .client = q->client,
		.version = q->version != API_NOT_GIVEN ? q->version : 0 };
	char name[24], period[SEAL_PERIOD];
	struct api_error error;

	text_format(name, sizeof(name), "%s%s", q->period, q->format);
	wanted.period = period;
	if (reports_name_read(name, period, &wanted.format) &&
	    reports_answer(a->reports, r, &wanted))
		return;
	api_refuse(&error, 404, "path", "path: there is no such report");
	refuse(r, &error);
}

/* Whoever is not a client any more still has reports. */
static int
ask_whose(const struct api_view *v, const struct api_query *q,
    const struct client **asked, struct api_error *error)
{
	*asked = NULL;
	return q->resource == API_REPORT && v->only == NULL
	    ? 0
	    : api_asked_client(v, q, asked, error);
}

/* What was not answered just now. */
static void
answer_anew(struct api *a, struct serve_request *r,
    const struct reader_settings *reader)
{
	struct api_view v = view_for(a, reader->client);
	const struct client *asked;
	struct api_error error;
	struct api_query q;

	if (api_query_read(serve_path(r), serve_query_text(r), &q, &error) !=
		0 ||
	    ask_whose(&v, &q, &asked, &error) != 0 ||
	    api_check_endpoint(&v, &q, &error) != 0)
		refuse(r, &error);
	else if (q.resource == API_EVENTS)
		api_streams_open(a->streams, r, reader, &q, asked);
	else if (q.resource == API_REPORT)
		give_report(a, r, &q);
	else if (q.resource == API_FACTS)
		ask_facts(a, r, &v, &q, asked);
	else {
		json_t *root = api_list(&v, &q, &error);

		answer(a, r, &v, root, &error, asked);
	}
}

void
api_request(struct api *a, struct serve_request *r)
{
	const struct reader_settings *reader =
	    api_who_asks(a->who, a->settings, r);
	const struct api_answer *known;
	char *key;

	if (reader == NULL)
		return;
	if (!api_who_may(a->who, reader)) {
		serve_set_header(r, "Retry-After", "1");
		serve_fail(r, 429, "more than %d requests a second", API_RATE);
		return;
	}
	key = key_of(reader->client, r);
	known = api_kept_find(a->kept, key, clock_monotonic_us());
	free(key);
	if (known != NULL)
		give(r, known);
	else
		answer_anew(a, r, reader);
}

/* ---- life ---- */

static void
forget_all(struct api *a)
{
	api_kept_clear(a->kept);
	api_who_forget(a->who);
	api_index_clear(&a->index);
}

static void
on_changed(void *arg, enum pages_part part, const struct records *was,
    const struct records *now)
{
	struct api *a = arg;
	struct api_view v = view_for(a, NULL);

	changes_find_in(a->changes, &v, part, was, now);
	api_streams_wake(a->streams);
}

struct api *
api_new(struct event_base *base, struct store *store, struct reports *reports,
    const struct settings *s, struct pages_model *model, api_known *known,
    void *arg)
{
	struct api *a = mem_alloc(sizeof(*a));
	char secret[33];

	a->settings = s;
	a->model = model;
	a->known = known;
	a->arg = arg;
	a->kept = api_kept_new();
	a->who = api_who_new();
	api_index_make(s, &a->index);
	sign_random(secret, sizeof(secret) - 1);
	a->changes = changes_new(secret);
	a->streams = api_streams_new(base, a->changes, known, arg);
	a->reports = reports;
	a->facts = facts_reader_new(base, store);
	TAILQ_INIT(&a->waiting);
	pages_model_watch(model, on_changed, a);
	return a;
}

void
api_free(struct api *a)
{
	if (a == NULL)
		return;
	facts_reader_free(a->facts);
	api_streams_free(a->streams);
	changes_free(a->changes);
	forget_all(a);
	api_kept_free(a->kept);
	api_who_free(a->who);
	free(a);
}

/* The tree of before is still there. */
void
api_configure(struct api *a, const struct settings *s)
{
	struct api_index index;

	api_index_make(s, &index);
	api_streams_end(a->streams);
	if (!api_index_is_same(&a->index, &index))
		changes_forget(a->changes);
	end_waiting(a);
	forget_all(a);
	a->settings = s;
	a->index = index;
}
