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

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "collector/pages_inbox.h"
#include "collector/pages_probes.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/store.h"
#include "lib/text.h"

#define EVERY_MS 1000
#define PIECE 100
#define BEFORE_MS 120000
#define QUIET_US INT64_C(5000000)

struct inbox {
	char group[16];
	char position[48]; /* "": its end is not known */
	int64_t new_us;    /* when something new came, or the end was asked */
	bool ask_end;
};

struct pages_inbox {
	struct store *store;
	struct probes *probes;
	struct event *tick;
	struct inbox *inboxes;
	unsigned shards, at;
	size_t entries; /* of the piece under way */
	bool is_wanted, is_busy;
	bool is_gone; /* freed when what is under way has ended */
};

static void ask(struct pages_inbox *);

static void
end_round(struct pages_inbox *p)
{
	p->is_busy = false;
	if (p->is_gone)
		pages_inbox_free(p);
}

static void
next(struct pages_inbox *p)
{
	if (p->is_gone || ++p->at >= p->shards)
		end_round(p);
	else
		ask(p);
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct pages_inbox *p = arg;

	if (p->is_gone)
		return;
	text_copy(p->inboxes[p->at].position, sizeof(p->inboxes->position), id);
	p->entries++;
	probes_entry(p->probes, data, length);
}

static void
on_end(void *arg, bool ok)
{
	struct pages_inbox *p = arg;
	struct inbox *i = &p->inboxes[p->at];

	if (p->is_gone || !ok) {
		end_round(p);
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

	if (p->is_gone || r == NULL || r->type != REDIS_REPLY_ARRAY) {
		end_round(p);
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
		store_commandf(p->store, on_last, p,
		    "XREVRANGE %sin + - COUNT 1", i->group);
	else
		store_read(p->store, i->group, "in", i->position, PIECE,
		    on_entry, on_end, p);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct pages_inbox *p = arg;

	(void)fd, (void)what;
	if (p->is_busy || !p->is_wanted || !store_is_up(p->store))
		return;
	p->is_busy = true;
	p->at = 0;
	ask(p);
}

struct pages_inbox *
pages_inbox_new(struct event_base *base, struct store *store,
    struct probes *probes, unsigned shards, bool wanted)
{
	struct timeval every = { EVERY_MS / 1000, EVERY_MS % 1000 * 1000 };
	struct pages_inbox *p = mem_alloc(sizeof(*p));

	p->store = store;
	p->probes = probes;
	p->shards = shards;
	p->is_wanted = wanted;
	p->inboxes = mem_alloc(shards * sizeof(*p->inboxes));
	for (unsigned i = 0; i < shards; i++)
		store_shard_group(i, p->inboxes[i].group);
	p->tick = event_new(base, -1, EV_PERSIST, on_tick, p);
	if (p->tick == NULL || event_add(p->tick, &every) != 0)
		fatalx("pages: no memory for a timer");
	return p;
}

void
pages_inbox_free(struct pages_inbox *p)
{
	if (p == NULL)
		return;
	if (p->tick != NULL)
		event_free(p->tick);
	p->tick = NULL;
	p->is_gone = true;
	if (p->is_busy) /* the store still has our question */
		return;
	free(p->inboxes);
	free(p);
}

void
pages_inbox_want(struct pages_inbox *p, bool wanted)
{
	p->is_wanted = wanted;
}
