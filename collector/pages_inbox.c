/*
 * pages_inbox: see pages_inbox.h.
 *
 * A round is one shard after the other.  Of each first the end of its stream
 * is asked for, then what lies behind the position, a piece at a time.  A
 * stream in which nothing new came for long is asked for its end again: the
 * store may be another one, whose ids lie before.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "collector/pages_inbox.h"
#include "collector/pages_probes.h"
#include "collector/rounds.h"
#include "lib/attempt.h"
#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/store.h"
#include "lib/text.h"

#define EVERY_MS 1000
#define PIECE 100
#define BEFORE_MS 120000
#define QUIET_US INT64_C(5000000)
#define TELL_US INT64_C(60000000)

struct inbox {
	char group[16];
	char position[48]; /* "": its end is not known */
	int64_t new_us;    /* when something new came, or the end was asked */
	bool ask_end;
};

struct pages_inbox {
	struct rounds rounds;
	struct probes *probes;
	struct attempt *attempt;
	struct inbox *inboxes;
	unsigned shards, at;
	size_t entries;            /* of the piece under way */
	uint64_t unreadable, told; /* entries; of these said */
	char last[72], why[160];   /* of them: which, and what is wrong */
	int64_t told_us;
	bool is_wanted;
};

static void ask(struct pages_inbox *);

static void
next(struct pages_inbox *p)
{
	if (++p->at >= p->shards)
		rounds_end(&p->rounds);
	else
		ask(p);
}

/* This stream cannot be read now: the others can, unless the store is away. */
static void
give_up(struct pages_inbox *p)
{
	if (store_is_up(p->rounds.store))
		next(p);
	else
		rounds_end(&p->rounds);
}

/* At once, and what follows once a minute. */
static void
tell_unreadable(struct pages_inbox *p)
{
	int64_t now_us = clock_monotonic_us();

	if (p->unreadable == p->told ||
	    (p->told > 0 && now_us - p->told_us < TELL_US))
		return;
	log_warnx("pages: entries of inboxes that cannot be read: "
		  "count=%" PRIu64 " last=%s why=%s",
	    p->unreadable - p->told, p->last, p->why);
	p->told = p->unreadable;
	p->told_us = now_us;
}

/* False: it cannot be read, with the reason. */
static bool
read_entry(struct pages_inbox *p, const char *name, const char *data,
    size_t length, char why[160])
{
	bool read;

	if (!attempt_begin(p->attempt, name)) {
		probes_pass_over(p->probes);
		text_copy(why, 160,
		    "this program ended at it, again and again");
		return false;
	}
	CRASH_POINT("pages-entry");
	read = probes_entry(p->probes, data, length, why);
	attempt_end(p->attempt);
	return read;
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct pages_inbox *p = arg;
	struct inbox *i = &p->inboxes[p->at];
	char name[72], why[160] = "";

	if (rounds_are_over(&p->rounds))
		return;
	text_copy(i->position, sizeof(i->position), id);
	p->entries++;
	text_format(name, sizeof(name), "%sin:%s", i->group, id);
	if (read_entry(p, name, data, length, why))
		return;
	p->unreadable++;
	memcpy(p->last, name, sizeof(name));
	memcpy(p->why, why, sizeof(why));
}

static void
on_end(void *arg, bool ok)
{
	struct pages_inbox *p = arg;
	struct inbox *i = &p->inboxes[p->at];

	if (rounds_are_over(&p->rounds)) {
		rounds_end(&p->rounds);
		return;
	}
	tell_unreadable(p);
	if (!ok) {
		give_up(p);
		return;
	}
	if (p->entries > 0)
		i->new_us = clock_monotonic_us();
	else if (clock_monotonic_us() - i->new_us > QUIET_US)
		i->ask_end = true;
	if (p->entries < PIECE)
		next(p);
	else
		ask(p);
}

/* Of the one entry that was asked for; 0: there is none. */
static int64_t
last_ms(const struct redisReply *r)
{
	const struct redisReply *entry = r->elements > 0 ? r->element[0] : NULL;

	if (entry == NULL || entry->type != REDIS_REPLY_ARRAY ||
	    entry->elements == 0 ||
	    entry->element[0]->type != REDIS_REPLY_STRING)
		return 0;
	return strtoll(entry->element[0]->str, NULL, 10);
}

static void
on_last(void *arg, const struct redisReply *r)
{
	struct pages_inbox *p = arg;
	struct inbox *i = &p->inboxes[p->at];
	int64_t end_ms;

	if (rounds_are_over(&p->rounds)) {
		rounds_end(&p->rounds);
		return;
	}
	if (r == NULL || r->type != REDIS_REPLY_ARRAY) {
		give_up(p);
		return;
	}
	end_ms = last_ms(r);
	if (i->position[0] == '\0' || end_ms < strtoll(i->position, NULL, 10))
		text_format(i->position, sizeof(i->position), "%" PRId64 "-0",
		    end_ms > BEFORE_MS ? end_ms - BEFORE_MS : 0);
	i->new_us = clock_monotonic_us();
	i->ask_end = false;
	ask(p);
}

static void
ask(struct pages_inbox *p)
{
	struct inbox *i = &p->inboxes[p->at];

	p->entries = 0;
	if (i->position[0] == '\0' || i->ask_end)
		store_commandf(p->rounds.store, on_last, p,
		    "XREVRANGE %sin + - COUNT 1", i->group);
	else
		store_read(p->rounds.store, i->group, "in", i->position, PIECE,
		    on_entry, on_end, p);
}

static void
begin_round(void *arg)
{
	struct pages_inbox *p = arg;

	p->at = 0;
	if (p->is_wanted)
		ask(p);
	else
		rounds_end(&p->rounds);
}

static void
release(void *arg)
{
	struct pages_inbox *p = arg;

	attempt_free(p->attempt);
	free(p->inboxes);
	free(p);
}

struct pages_inbox *
pages_inbox_new(struct event_base *base, struct store *store,
    struct probes *probes, const struct settings *s)
{
	struct pages_inbox *p = mem_alloc(sizeof(*p));

	p->rounds = (struct rounds){ .store = store,
		.begin = begin_round,
		.release = release,
		.arg = p };
	p->probes = probes;
	p->attempt = attempt_in(s->site.state_dir, "pages.entry");
	p->shards = (unsigned)s->shards;
	p->is_wanted = s->listen_metrics.address != NULL;
	p->inboxes = mem_alloc(p->shards * sizeof(*p->inboxes));
	for (unsigned i = 0; i < p->shards; i++)
		store_shard_group(i, p->inboxes[i].group);
	rounds_start(&p->rounds, base, EVERY_MS);
	return p;
}

void
pages_inbox_free(struct pages_inbox *p)
{
	if (p != NULL)
		rounds_free(&p->rounds);
}

void
pages_inbox_want(struct pages_inbox *p, bool wanted)
{
	p->is_wanted = wanted;
}
