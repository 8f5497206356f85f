/*
 * Who has how many connections, and how often it asks.
 *
 * Of each address there is a bucket of requests that fills by the second.
 * One whose last connection is closed rests until its bucket is full, so that
 * coming anew is no way round it; at most SERVE_ADDRESSES rest, the oldest
 * goes first.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/serve_parts.h"

static void
drop(struct serve *s, struct serve_address *a)
{
	TAILQ_REMOVE(&s->rested, a, rested);
	s->rested_count--;
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): not freed yet */
	HASH_DEL(s->addresses, a);
	free(a);
}

/* Those that have rested long enough to be strangers. */
static void
drop_rested(struct serve *s, int64_t now_us)
{
	struct serve_address *a;

	while ((a = TAILQ_FIRST(&s->rested)) != NULL &&
	    (s->rested_count > SERVE_ADDRESSES ||
		now_us - a->rests_us >= SERVE_BURST * INT64_C(1000000)))
		drop(s, a);
}

static struct serve_address *
find(struct serve *s, const unsigned char key[16], int64_t now_us)
{
	struct serve_address *a;

	HASH_FIND(hh, s->addresses, key, 16, a);
	if (a == NULL) {
		a = mem_alloc(sizeof(*a));
		memcpy(a->key, key, sizeof(a->key));
		a->left_milli = INT64_C(1000) * SERVE_BURST * s->options.rate;
		a->at_us = now_us;
		HASH_ADD(hh, s->addresses, key, 16, a);
	} else if (a->count == 0) {
		TAILQ_REMOVE(&s->rested, a, rested);
		s->rested_count--;
	}
	return a;
}

static bool
charge(const struct serve *s, struct serve_address *a)
{
	int64_t most = INT64_C(1000) * SERVE_BURST * s->options.rate;
	int64_t now_us = clock_monotonic_us();
	int64_t earned = (now_us - a->at_us) * s->options.rate / 1000;

	if (earned > 0) {
		a->left_milli += earned;
		a->at_us = now_us;
	}
	if (a->left_milli > most)
		a->left_milli = most;
	if (a->left_milli < 1000)
		return false;
	a->left_milli -= 1000;
	return true;
}

static void
leave(struct serve *s, struct serve_address *a)
{
	if (--a->count > 0)
		return;
	a->rests_us = clock_monotonic_us();
	TAILQ_INSERT_TAIL(&s->rested, a, rested);
	s->rested_count++;
	drop_rested(s, a->rests_us);
}

/* Whose time ends first, of those that nothing is being done for. */
static struct serve_connection *
least_missed(const struct serve *s)
{
	struct serve_connection *c, *least = NULL;

	TAILQ_FOREACH (c, &s->connections, entry)
		if (c->state != SERVE_HANDLING && c->state != SERVE_STREAMING &&
		    (least == NULL || c->deadline_us < least->deadline_us))
			least = c;
	return least;
}

/*
 * Those who only hold a place, however many they are, keep nobody out: one of
 * them goes for each that comes.
 */
static bool
make_room(struct serve *s, const char *peer)
{
	struct serve_connection *least;

	if (s->count < s->options.connections_max)
		return true;
	least = least_missed(s);
	serve_refuse(s, SERVE_REFUSED_FULL, least != NULL ? least->peer : peer);
	if (least != NULL)
		serve_connection_free(least);
	return least != NULL;
}

static bool
count_address(struct serve_connection *c, const struct sockaddr *from)
{
	struct serve *s = c->serve;
	int64_t now_us = clock_monotonic_us();
	struct serve_address *a;
	unsigned char key[16];
	bool counts =
	    serve_address_key(from, s->options.count_loopback, key, c->peer);
	bool few;

	if (!counts)
		return true;
	drop_rested(s, now_us);
	a = find(s, key, now_us);
	a->count++;
	few = a->count <= s->options.per_address_max;
	if (few && charge(s, a)) {
		c->address = a;
		c->charged_milli = 1000;
		return true;
	}
	serve_refuse(s, few ? SERVE_REFUSED_RATE : SERVE_REFUSED_CONNECTIONS,
	    c->peer);
	leave(s, a);
	return false;
}

bool
serve_count_admit(struct serve_connection *c, const struct sockaddr *from)
{
	if (!count_address(c, from))
		return false;
	if (make_room(c->serve, c->peer))
		return true;
	serve_count_leave(c);
	return false;
}

void
serve_count_leave(struct serve_connection *c)
{
	if (c->address != NULL)
		leave(c->serve, c->address);
	c->address = NULL;
}

bool
serve_count_request(struct serve_connection *c)
{
	if (c->address == NULL)
		return true;
	if (charge(c->serve, c->address)) {
		c->charged_milli += 1000;
		return true;
	}
	serve_refuse(c->serve, SERVE_REFUSED_RATE, c->peer);
	return false;
}

/* A bucket that is too full by it is levelled when it is looked at next. */
void
serve_forgive(struct serve_request *r)
{
	struct serve_connection *c = r->connection;

	if (c->address != NULL)
		c->address->left_milli += c->charged_milli;
	c->charged_milli = 0;
}

void
serve_count_clear(struct serve *s)
{
	while (!TAILQ_EMPTY(&s->rested))
		drop(s, TAILQ_FIRST(&s->rested));
}
