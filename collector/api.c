/* api: see api.h.  Who asks, how often, and what was answered just now. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <uthash.h>

#include "collector/api.h"
#include "collector/api_lists.h"
#include "collector/api_streams.h"
#include "collector/changes.h"
#include "collector/changes_find.h"
#include "collector/pages.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/sign.h"
#include "lib/text.h"

#define TYPE "application/json; charset=utf-8"
#define SAY_DENIED_MS 60000 /* at most one line in this time */
#define ETAG_ROOM 24

/* How many requests a reader may still make. */
struct quota {
	char name[64];
	int64_t left_milli, at_us;
	UT_hash_handle hh;
};

/* An answer, for whoever may see the same and asks the same. */
struct answer {
	char *key;
	char *body;
	size_t length;
	char etag[ETAG_ROOM];
	int64_t made_us;
	UT_hash_handle hh; /* the oldest first */
};

struct api {
	const struct settings *settings;
	const struct pages_model *model;
	struct api_index index;
	api_known *known;
	void *arg;
	struct quota *quotas;
	struct answer *answers;
	int64_t said_denied_us;
	struct changes *changes;
	struct api_streams *streams;
};

/* ---- who ---- */

static bool
has_token(const struct reader_settings *r, const char *hash)
{
	bool found = false;

	CONF_EACH (char *const, t, &r->tokens)
		found |= sign_equal_hash(*t, hash);
	return found;
}

/* All are compared, so that time tells nothing about which. */
static const struct reader_settings *
find_reader(const struct settings *s, const char *token)
{
	const struct reader_settings *found = NULL;
	char hash[SIGN_HEX];

	sign_sha256(token, strlen(token), hash);
	CONF_EACH (const struct reader_settings, r, &s->readers)
		if (has_token(r, hash) && found == NULL)
			found = r;
	return found;
}

static const struct reader_settings *
reader_of(struct api *a, struct serve_request *r)
{
	const char *token = serve_bearer(r);
	const struct reader_settings *reader =
	    token != NULL ? find_reader(a->settings, token) : NULL;
	int64_t now_us = clock_monotonic_us();

	if (reader != NULL)
		return reader;
	if (token != NULL &&
	    (a->said_denied_us == 0 ||
		now_us - a->said_denied_us >= SAY_DENIED_MS * 1000)) {
		a->said_denied_us = now_us;
		log_warnx("api: %s turned away: its token is nobody's",
		    serve_peer(r));
	}
	serve_set_header(r, "WWW-Authenticate", "Bearer");
	serve_fail(r, 401, "%s",
	    token == NULL ? "there is no Authorization: Bearer token"
			  : "this token is nobody's");
	return NULL;
}

/* ---- how often ---- */

static struct quota *
quota_of(struct api *a, const char *name, int64_t now_us)
{
	struct quota *q;

	HASH_FIND_STR(a->quotas, name, q);
	if (q != NULL)
		return q;
	q = mem_alloc(sizeof(*q));
	text_copy(q->name, sizeof(q->name), name);
	q->left_milli = API_BURST * 1000;
	q->at_us = now_us;
	HASH_ADD_STR(a->quotas, name, q);
	return q;
}

static bool
is_within_rate(struct api *a, const struct reader_settings *r)
{
	int64_t now_us = clock_monotonic_us();
	struct quota *q = quota_of(a, r->name, now_us);
	int64_t earned_milli = (now_us - q->at_us) / 1000 * API_RATE;

	if (earned_milli > 0) {
		q->left_milli += earned_milli;
		q->at_us = now_us;
	}
	if (q->left_milli > API_BURST * 1000)
		q->left_milli = API_BURST * 1000;
	if (q->left_milli < 1000)
		return false;
	q->left_milli -= 1000;
	return true;
}

/* ---- what was answered just now ---- */

static void
forget(struct api *a, struct answer *x)
{
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
	HASH_DEL(a->answers, x);
	free(x->key);
	free(x->body);
	free(x);
}

static void
forget_old(struct api *a, int64_t now_us)
{
	struct answer *x;

	while ((x = a->answers) != NULL &&
	    (now_us - x->made_us >= API_KEEP_MS * 1000 ||
		HASH_COUNT(a->answers) >= API_KEPT_MAX))
		forget(a, x);
}

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
tag(const json_t *root, char etag[ETAG_ROOM])
{
	char *text = dump(root), hex[SIGN_HEX];

	sign_sha256(text, strlen(text), hex);
	hex[16] = '\0';
	text_format(etag, ETAG_ROOM, "W/\"%s\"", hex);
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

/* The key becomes the answer's. */
static struct answer *
keep(struct api *a, char *key, json_t *root, int64_t as_of_ms, bool stale)
{
	struct answer *x = mem_alloc(sizeof(*x));

	json_object_set_new(root, "stale", json_boolean(stale));
	tag(root, x->etag);
	json_object_set_new(root, "as_of_ms",
	    json_integer((json_int_t)as_of_ms));
	x->key = key;
	x->body = dump(root);
	x->length = strlen(x->body);
	x->made_us = clock_monotonic_us();
	HASH_ADD_KEYPTR(hh, a->answers, x->key, strlen(x->key), x);
	json_decref(root);
	return x;
}

static void
give(struct serve_request *r, const struct answer *x)
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
		.only = only,
		.now_ms = clock_now_ms(),
		.known_until = a->known,
		.arg = a->arg };
}

static void
make(struct api *a, struct serve_request *r, const struct api_view *v,
    const struct api_query *q, const struct client *asked)
{
	struct api_error error;
	json_t *root = api_list(v, q, &error);
	int64_t as_of_ms;

	if (root == NULL) {
		refuse(r, &error);
		return;
	}
	as_of_ms = a->known(a->arg, asked);
	if (as_of_ms > v->now_ms)
		as_of_ms = v->now_ms;
	give(r,
	    keep(a, key_of(v->only, r), root, as_of_ms,
		v->now_ms - as_of_ms > PAGES_STALE_MS));
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
	    api_asked_client(&v, &q, &asked, &error) != 0 ||
	    api_check_endpoint(&v, &q, &error) != 0)
		refuse(r, &error);
	else if (q.resource == API_EVENTS)
		api_streams_open(a->streams, r, reader, &q, asked);
	else
		make(a, r, &v, &q, asked);
}

void
api_request(struct api *a, struct serve_request *r)
{
	const struct reader_settings *reader = reader_of(a, r);
	struct answer *known;
	char *key;

	if (reader == NULL)
		return;
	if (!is_within_rate(a, reader)) {
		serve_set_header(r, "Retry-After", "1");
		serve_fail(r, 429, "more than %d requests a second", API_RATE);
		return;
	}
	forget_old(a, clock_monotonic_us());
	key = key_of(reader->client, r);
	HASH_FIND_STR(a->answers, key, known);
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
	struct quota *q, *next;

	while (a->answers != NULL)
		forget(a, a->answers);
	HASH_ITER (hh, a->quotas, q, next) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
		HASH_DEL(a->quotas, q);
		free(q);
	}
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
api_new(struct event_base *base, const struct settings *s,
    struct pages_model *model, api_known *known, void *arg)
{
	struct api *a = mem_alloc(sizeof(*a));
	char secret[33];

	a->settings = s;
	a->model = model;
	a->known = known;
	a->arg = arg;
	api_index_make(s, &a->index);
	sign_random(secret, sizeof(secret) - 1);
	a->changes = changes_new(secret);
	a->streams = api_streams_new(base, a->changes, known, arg);
	pages_model_watch(model, on_changed, a);
	return a;
}

void
api_free(struct api *a)
{
	if (a == NULL)
		return;
	api_streams_free(a->streams);
	changes_free(a->changes);
	forget_all(a);
	free(a);
}

void
api_configure(struct api *a, const struct settings *s)
{
	api_streams_end(a->streams);
	forget_all(a);
	a->settings = s;
	api_index_make(s, &a->index);
}
