/* api_streams: see api_streams.h. */
#include <sys/queue.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "collector/api_streams.h"
#include "collector/changes.h"
#include "collector/pages.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/serve.h"
#include "lib/text.h"

#define TICK_MS 1000

/* One reader who listens. */
struct stream {
	TAILQ_ENTRY(stream) entry;
	struct api_streams *all;
	struct serve_stream *out;
	char reader[64], only[64], client[64], endpoint[136];
	const struct client *asked; /* of the tree; NULL: all */
	uint64_t at;                /* the last change that it has */
	bool stale;                 /* as it was told */
	int64_t beat_us;            /* when it last got anything */
};

struct api_streams {
	const struct changes *changes;
	int64_t (*known_until)(void *arg, const struct client *);
	void *arg;
	struct event *tick;
	TAILQ_HEAD(, stream) streams;
};

/* ---- saying ---- */

static bool
say(struct stream *s, const struct text *t)
{
	if (!serve_stream_send(s->out, t->data, t->length))
		return false;
	s->beat_us = clock_monotonic_us();
	return true;
}

static int64_t
known_of(const struct stream *s, int64_t now_ms)
{
	int64_t known_ms = s->all->known_until(s->all->arg, s->asked);

	return known_ms < now_ms ? known_ms : now_ms;
}

static bool
is_stale(int64_t known_ms, int64_t now_ms)
{
	return now_ms - known_ms > PAGES_STALE_MS;
}

/* What is no change of a record: up to when all is known. */
static bool
say_known(struct stream *s, const char *event, bool with_id)
{
	int64_t now_ms = clock_now_ms(), known_ms = known_of(s, now_ms);
	bool stale = is_stale(known_ms, now_ms), said;
	char id[CHANGE_ID];
	struct text t = { 0 };

	if (with_id) {
		changes_id(s->all->changes, id);
		text_addf(&t, "id: %s\n", id);
	}
	text_addf(&t,
	    "event: %s\ndata: {\"version\":1,\"stale\":%s,\"as_of_ms\":"
	    "%" PRId64 "}\n\n",
	    event, stale ? "true" : "false", known_ms);
	said = say(s, &t);
	if (said)
		s->stale = stale;
	text_clear(&t);
	return said;
}

/* The way from what it has to what there is was lost: it begins anew. */
static bool
reset(struct stream *s)
{
	uint64_t last = changes_last(s->all->changes);

	if (!say_known(s, "reset", true))
		return false;
	s->at = last;
	return true;
}

/* As much as its reader has room for; the rest when that has gone. */
static void
pump(struct stream *s)
{
	const struct changes *changes = s->all->changes;
	const struct change_filter filter = { s->only[0] != '\0' ? s->only
								 : NULL,
		s->client, s->endpoint };
	struct text t = { 0 };
	bool said = true;

	if (!changes_reach(changes, s->at) && !reset(s))
		return;
	while (said && s->at < changes_last(changes)) {
		uint64_t n = changes_next(changes, s->at, &filter, &t);

		if (n == 0)
			s->at = changes_last(changes);
		else if ((said = say(s, &t)))
			s->at = n;
		text_clear(&t);
	}
}

/* ---- the life of one ---- */

static void
forget(struct stream *s)
{
	TAILQ_REMOVE(&s->all->streams, s, entry);
	free(s);
}

static void
on_gone(void *arg)
{
	forget(arg);
}

static void
on_drained(void *arg)
{
	pump(arg);
}

static bool
has_too_many(const struct api_streams *a, const char *reader)
{
	const struct stream *s;
	int n = 0;

	TAILQ_FOREACH (s, &a->streams, entry)
		n += strcmp(s->reader, reader) == 0;
	return n >= API_STREAMS_OF_READER;
}

/* From where it was, if that is known here still, or from now on. */
static void
greet(struct stream *s, const char *id)
{
	char beginning[64];
	bool found = id == NULL || changes_find(s->all->changes, id, &s->at);

	if (id == NULL || !found)
		s->at = changes_last(s->all->changes);
	text_format(beginning, sizeof(beginning), "retry: %d\n", API_RETRY_MS);
	(void)serve_stream_send(s->out, beginning, strlen(beginning));
	if (!found)
		(void)say_known(s, "reset", true);
	else
		(void)say_known(s, "hello", id == NULL);
	pump(s);
}

static void
set_headers(struct serve_request *r)
{
	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_set_header(r, "X-Accel-Buffering", "no");
}

static struct stream *
make(struct api_streams *a, const struct reader_settings *reader,
    const struct api_query *q, const struct client *asked)
{
	struct stream *s = mem_alloc(sizeof(*s));

	s->all = a;
	text_copy(s->reader, sizeof(s->reader), reader->name);
	if (reader->client != NULL)
		text_copy(s->only, sizeof(s->only), reader->client->name);
	text_copy(s->client, sizeof(s->client), q->client);
	text_copy(s->endpoint, sizeof(s->endpoint), q->endpoint);
	s->asked = asked;
	TAILQ_INSERT_TAIL(&a->streams, s, entry);
	return s;
}

static void
refuse(struct serve_request *r)
{
	serve_set_header(r, "Retry-After", "10");
	serve_fail(r, 503, "as many event streams as may be are open");
}

void
api_streams_open(struct api_streams *a, struct serve_request *r,
    const struct reader_settings *reader, const struct api_query *q,
    const struct client *asked)
{
	struct serve_stream_owner owner = { .drained = on_drained,
		.gone = on_gone,
		.is_favoured = reader->client == NULL };
	const char *last = serve_header(r, "Last-Event-ID");
	char id[CHANGE_ID];
	bool has_id = last != NULL && *last != '\0';
	struct stream *s;

	if (!has_id && q->cursor[0] != '\0') {
		last = q->cursor;
		has_id = true;
	}
	/* Not as long as one is: nobody's, and not found. */
	text_copy(id, sizeof(id),
	    has_id && strlen(last) == CHANGE_ID - 1 ? last : "");
	set_headers(r);
	if (serve_is_head(r)) {
		serve_answer(r, 200, "text/event-stream", "", 0);
		return;
	}
	if (has_too_many(a, reader->name)) {
		refuse(r);
		return;
	}
	owner.arg = s = make(a, reader, q, asked);
	s->out = serve_stream_begin(r, "text/event-stream", &owner);
	if (s->out == NULL) {
		forget(s);
		refuse(r);
		return;
	}
	greet(s, has_id ? id : NULL);
}

/* ---- all of them ---- */

void
api_streams_wake(struct api_streams *a)
{
	struct stream *s;

	TAILQ_FOREACH (s, &a->streams, entry)
		pump(s);
}

/* A line that no reader is told of. */
static void
beat(struct stream *s, int64_t now_us)
{
	static char line[] = ":\n\n";

	if (now_us - s->beat_us >= API_BEAT_MS * INT64_C(1000))
		(void)say(s,
		    &(struct text){ .data = line, .length = strlen(line) });
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct api_streams *a = arg;
	int64_t now_us = clock_monotonic_us(), now_ms = clock_now_ms();
	struct stream *s;

	(void)fd, (void)what;
	TAILQ_FOREACH (s, &a->streams, entry) {
		if (is_stale(known_of(s, now_ms), now_ms) != s->stale)
			(void)say_known(s, "stale", false);
		beat(s, now_us);
	}
}

void
api_streams_end(struct api_streams *a)
{
	struct stream *s;

	while ((s = TAILQ_FIRST(&a->streams)) != NULL) {
		serve_stream_end(s->out);
		forget(s);
	}
}

struct api_streams *
api_streams_new(struct event_base *base, const struct changes *changes,
    int64_t (*known_until)(void *arg, const struct client *), void *arg)
{
	struct timeval every = { TICK_MS / 1000, TICK_MS % 1000 * 1000 };
	struct api_streams *a = mem_alloc(sizeof(*a));

	a->changes = changes;
	a->known_until = known_until;
	a->arg = arg;
	TAILQ_INIT(&a->streams);
	a->tick = event_new(base, -1, EV_PERSIST, on_tick, a);
	if (a->tick == NULL || event_add(a->tick, &every) != 0)
		fatalx("api: no memory for a timer");
	return a;
}

void
api_streams_free(struct api_streams *a)
{
	if (a == NULL)
		return;
	api_streams_end(a);
	event_free(a->tick);
	free(a);
}
