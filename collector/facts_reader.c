/*
 * facts_reader: see facts_reader.h.
 *
 * A read is a row of steps: voids of the shard, old ones if they bear on it,
 * then of each region the records of "runs" and of "history", piece by piece
 * backwards as long as what was seen last before the span is not found.
 * "runs" is asked first: what is moved to "history" meanwhile is found in
 * both.  Of what is in both "runs" is taken.
 *
 * A read is waiting, being read (the first), or done and kept.
 */
#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "collector/facts.h"
#include "collector/facts_reader.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/store.h"
#include "lib/text.h"

#define PIECE 200      /* buckets: fifty days */
#define SCAN_PIECE 500 /* voids */
#define SCANS_MAX 2000
#define TICK_MS 500

struct facts_wait {
	TAILQ_ENTRY(facts_wait) entry;
	struct read *read;
	facts_read *done;
	void *arg;
	int64_t until_us;
};

enum step { VOIDS, OLD_VOIDS, RUNS, HISTORY };

struct read {
	TAILQ_ENTRY(read) entry;
	struct facts_reader *reader;
	char group[16];
	int64_t begin_bucket; /* of all that can be */
	bool is_old;
	struct facts *facts;
	enum step step;
	char cursor[24]; /* of OLD_VOIDS */
	int scans;
	size_t region;
	int64_t from, to;  /* buckets of this piece */
	bool *had;         /* PIECE: the runs of this bucket are there */
	int64_t read_us;   /* when it was done; 0: it is not */
	bool is_abandoned; /* nobody keeps it when it ends */
	TAILQ_HEAD(, facts_wait) waits;
};

struct facts_reader {
	struct store *store;
	struct event *tick;
	TAILQ_HEAD(, read) row, kept; /* the first is being read */
	int row_count, kept_count, wait_count;
	bool is_busy; /* the store has our question */
	bool is_gone; /* freed when it has answered */
};

static void ask(struct read *);
static void go_on(struct facts_reader *);

/* ---- reads ---- */

static void
read_free(struct read *r)
{
	facts_free(r->facts);
	free(r->had);
	free(r);
}

static void
tell(struct facts_wait *w, struct facts *facts)
{
	facts_read *done = w->done;
	void *arg = w->arg;

	facts_wait_cancel(w);
	done(arg, facts);
}

static void
drop_kept(struct facts_reader *fr, int64_t now_us)
{
	struct read *r;

	while ((r = TAILQ_FIRST(&fr->kept)) != NULL &&
	    (fr->kept_count > FACTS_KEPT_MAX ||
		now_us - r->read_us >= FACTS_KEEP_MS * INT64_C(1000))) {
		struct facts_wait *w;

		while ((w = TAILQ_FIRST(&r->waits)) != NULL)
			tell(w, r->facts);
		TAILQ_REMOVE(&fr->kept, r, entry);
		fr->kept_count--;
		read_free(r);
	}
}

/* The first of the row is over, with or without what was asked for. */
static void
end(struct read *r, bool whole)
{
	struct facts_reader *fr = r->reader;
	struct facts_wait *w;

	TAILQ_REMOVE(&fr->row, r, entry);
	fr->row_count--;
	while ((w = TAILQ_FIRST(&r->waits)) != NULL)
		tell(w, whole ? r->facts : NULL);
	if (whole) {
		r->read_us = clock_monotonic_us();
		TAILQ_INSERT_TAIL(&fr->kept, r, entry);
		fr->kept_count++;
		go_on(fr);
	} else
		read_free(r); /* the store may be away: at the next tick */
}

/* ---- what is asked of Redis ---- */

/* The answer has come; false: it does not matter any more. */
static bool
answered(struct read *r)
{
	struct facts_reader *fr = r->reader;

	fr->is_busy = false;
	if (fr->is_gone)
		facts_reader_free(fr);
	else if (r->is_abandoned)
		end(r, false);
	else
		return true;
	return false;
}

static void
begin_region(struct read *r)
{
	r->step = RUNS;
	r->to = runs_bucket(r->facts->to_ms + FACTS_AROUND_MS);
	r->from = runs_bucket(r->facts->from_ms - FACTS_AROUND_MS);
	if (r->to - r->from >= PIECE)
		r->from = r->to - PIECE + 1;
}

/* The next piece of this region, or the next region. */
static void
next_piece(struct read *r)
{
	int64_t first = runs_bucket(r->facts->from_ms - FACTS_AROUND_MS);
	bool whole = r->from <= first &&
	    (!facts_lacks_begin(r->facts, r->region) ||
		r->from <= r->begin_bucket);

	if (whole || r->facts->is_too_much) {
		r->region++;
		begin_region(r);
	} else {
		r->to = r->from - 1;
		r->from = r->to - PIECE + 1;
		if (r->to >= first && r->from < first)
			r->from = first;
		r->step = RUNS;
	}
	ask(r);
}

static bool
is_strings(const struct redisReply *reply, size_t count)
{
	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY ||
	    reply->elements != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (reply->element[i]->type != REDIS_REPLY_STRING &&
		    reply->element[i]->type != REDIS_REPLY_NIL)
			return false;
	return true;
}

static void
take_records(struct read *r, const struct redisReply *reply)
{
	for (size_t i = 0; i < reply->elements; i++) {
		const struct redisReply *e = reply->element[i];

		if (r->step == RUNS)
			r->had[i] = e->type == REDIS_REPLY_STRING;
		if (e->type == REDIS_REPLY_STRING &&
		    (r->step == RUNS || !r->had[i]))
			facts_put_runs(r->facts, r->region, e->str,
			    (size_t)e->len);
	}
}

static void
on_records(void *arg, const struct redisReply *reply)
{
	struct read *r = arg;

	if (!answered(r))
		return;
	if (!is_strings(reply, (size_t)(r->to - r->from + 1))) {
		end(r, false);
		return;
	}
	take_records(r, reply);
	if (r->step == HISTORY) {
		next_piece(r);
		return;
	}
	r->step = HISTORY;
	ask(r);
}

/* HMGET sw:{c0}:runs acme/learn|auckland|81234 ... */
static void
ask_records(struct read *r)
{
	int count = (int)(r->to - r->from) + 1;
	const char *argv[PIECE + 2];
	char key[32], (*fields)[224] = mem_alloc(PIECE * sizeof(*fields));
	size_t lengths[PIECE + 2];

	text_format(key, sizeof(key), "%s%s", r->group,
	    r->step == RUNS ? "runs" : "history");
	argv[0] = "HMGET";
	argv[1] = key;
	for (int i = 0; i < count; i++) {
		text_format(fields[i], sizeof(fields[i]), "%s|%s|%lld",
		    r->facts->key, r->facts->regions[r->region].name,
		    (long long)(r->from + i));
		argv[i + 2] = fields[i];
	}
	for (int i = 0; i < count + 2; i++)
		lengths[i] = strlen(argv[i]);
	store_command(r->reader->store, on_records, r, count + 2, argv,
	    lengths);
	free(fields);
}

/* [field, value, ...] */
static void
take_voids(struct read *r, const struct redisReply *list)
{
	for (size_t i = 0; i + 1 < list->elements; i += 2)
		facts_put_void(r->facts, list->element[i]->str,
		    list->element[i + 1]->str,
		    (size_t)list->element[i + 1]->len);
}

/* [cursor, [field, value, ...]] */
static bool
is_scan(const struct redisReply *reply)
{
	return reply != NULL && reply->type == REDIS_REPLY_ARRAY &&
	    reply->elements == 2 &&
	    reply->element[0]->type == REDIS_REPLY_STRING &&
	    reply->element[1]->type == REDIS_REPLY_ARRAY &&
	    is_strings(reply->element[1], reply->element[1]->elements);
}

static void
on_voids(void *arg, const struct redisReply *reply)
{
	struct read *r = arg;

	if (!answered(r))
		return;
	if (!is_scan(reply) || ++r->scans > SCANS_MAX) {
		end(r, false);
		return;
	}
	take_voids(r, reply->element[1]);
	text_copy(r->cursor, sizeof(r->cursor), reply->element[0]->str);
	if (strcmp(r->cursor, "0") == 0) {
		if (r->step == VOIDS && r->is_old)
			r->step = OLD_VOIDS;
		else
			begin_region(r);
	}
	ask(r);
}

static void
ask(struct read *r)
{
	struct facts_reader *fr = r->reader;

	if (r->region == r->facts->count) {
		end(r, true);
		return;
	}
	fr->is_busy = true;
	if (r->step == RUNS || r->step == HISTORY)
		ask_records(r);
	else
		store_commandf(fr->store, on_voids, r, "HSCAN %s%s %s COUNT %d",
		    r->group, r->step == VOIDS ? "voids" : "oldvoids",
		    r->cursor, SCAN_PIECE);
}

static void
go_on(struct facts_reader *fr)
{
	struct read *r;

	while ((r = TAILQ_FIRST(&fr->row)) != NULL && !fr->is_busy &&
	    r->is_abandoned)
		end(r, false);
	if (r != NULL && !fr->is_busy)
		ask(r);
}

/* ---- who waits ---- */

static bool
is_asked(const struct read *r, const struct facts_question *q)
{
	return strcmp(r->facts->key, q->key) == 0 &&
	    r->facts->from_ms == q->from_ms && r->facts->to_ms == q->to_ms &&
	    !r->is_abandoned;
}

static struct read *
find(struct facts_reader *fr, const struct facts_question *q)
{
	struct read *r;

	TAILQ_FOREACH (r, &fr->kept, entry)
		if (is_asked(r, q))
			return r;
	TAILQ_FOREACH (r, &fr->row, entry)
		if (is_asked(r, q))
			return r;
	return NULL;
}

static struct read *
begin(struct facts_reader *fr, const struct facts_question *q)
{
	struct read *r;

	if (fr->row_count == FACTS_WAITING_MAX)
		return NULL;
	r = mem_alloc(sizeof(*r));
	r->reader = fr;
	store_shard_group(q->shard, r->group);
	r->begin_bucket = runs_bucket(q->begin_ms);
	r->is_old = q->is_old;
	r->had = mem_alloc(PIECE * sizeof(*r->had));
	text_copy(r->cursor, sizeof(r->cursor), "0");
	r->facts =
	    facts_new(q->key, q->timeout_ms, q->regions, q->from_ms, q->to_ms);
	TAILQ_INIT(&r->waits);
	TAILQ_INSERT_TAIL(&fr->row, r, entry);
	fr->row_count++;
	return r;
}

struct facts_wait *
facts_reader_ask(struct facts_reader *fr, const struct facts_question *q,
    facts_read *done, void *arg)
{
	struct facts_wait *w;
	struct read *r;

	drop_kept(fr, clock_monotonic_us());
	r = find(fr, q);
	if (fr->wait_count == FACTS_WAITERS_MAX ||
	    (r == NULL && (r = begin(fr, q)) == NULL))
		return NULL;
	w = mem_alloc(sizeof(*w));
	w->read = r;
	w->done = done;
	w->arg = arg;
	w->until_us = clock_monotonic_us() + FACTS_READ_MS * INT64_C(1000);
	TAILQ_INSERT_TAIL(&r->waits, w, entry);
	fr->wait_count++;
	event_active(fr->tick, EV_TIMEOUT, 0); /* not from inside */
	return w;
}

void
facts_wait_cancel(struct facts_wait *w)
{
	TAILQ_REMOVE(&w->read->waits, w, entry);
	w->read->reader->wait_count--;
	free(w);
}

/* Who waits for what is there is told; who has waited too long, too. */
static void
tell_those_who_wait(struct facts_reader *fr, int64_t now_us)
{
	struct facts_wait *w;
	struct read *r;

	TAILQ_FOREACH (r, &fr->kept, entry)
		while ((w = TAILQ_FIRST(&r->waits)) != NULL)
			tell(w, r->facts);
	TAILQ_FOREACH (r, &fr->row, entry) {
		while ((w = TAILQ_FIRST(&r->waits)) != NULL &&
		    w->until_us <= now_us)
			tell(w, NULL);
		r->is_abandoned = TAILQ_EMPTY(&r->waits);
	}
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct facts_reader *fr = arg;
	int64_t now_us = clock_monotonic_us();

	(void)fd, (void)what;
	tell_those_who_wait(fr, now_us);
	drop_kept(fr, now_us);
	go_on(fr);
}

/* ---- life ---- */

struct facts_reader *
facts_reader_new(struct event_base *base, struct store *store)
{
	struct timeval every = { TICK_MS / 1000, TICK_MS % 1000 * 1000 };
	struct facts_reader *fr = mem_alloc(sizeof(*fr));

	fr->store = store;
	TAILQ_INIT(&fr->row);
	TAILQ_INIT(&fr->kept);
	fr->tick = event_new(base, -1, EV_PERSIST, on_tick, fr);
	if (fr->tick == NULL || event_add(fr->tick, &every) != 0)
		fatalx("facts: no memory for a timer");
	return fr;
}

static void
free_reads(struct facts_reader *fr)
{
	struct facts_wait *w;
	struct read *r;

	while ((r = TAILQ_FIRST(&fr->row)) != NULL ||
	    (r = TAILQ_FIRST(&fr->kept)) != NULL) {
		if (r->read_us == 0)
			TAILQ_REMOVE(&fr->row, r, entry);
		else
			TAILQ_REMOVE(&fr->kept, r, entry);
		while ((w = TAILQ_FIRST(&r->waits)) != NULL)
			facts_wait_cancel(w);
		read_free(r);
	}
}

void
facts_reader_free(struct facts_reader *fr)
{
	if (fr == NULL)
		return;
	if (fr->tick != NULL)
		event_free(fr->tick);
	fr->tick = NULL;
	fr->is_gone = true;
	if (fr->is_busy) /* the store still has our question */
		return;
	free_reads(fr);
	free(fr);
}
