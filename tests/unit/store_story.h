#ifndef TESTS_UNIT_STORE_STORY_H
#define TESTS_UNIT_STORE_STORY_H

/*
 * A store against a real redis-server: how tests ask it, wait for it, and see
 * what was told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "lib/store_parts.h"
#include "lib/text.h"
#include "tests/unit/redis_server.h"

#define GROUP "sw:{c0}:"
#define PATIENCE_S 20 /* a wall-clock bound, far above what is needed */

struct story {
	struct event_base *base;
	struct redis_server redis;
	struct store *store;
	int wait_replicas;
	int ups, downs;
	char advisory[256];
	/* The last thing told. */
	bool told;
	enum store_outcome outcome;
	int64_t number;
	char reply[256];
	bool lost;
	struct text seen; /* fields and entries, one line each */
	bool ok;
};

static inline void
on_changed(void *arg, bool up, const char *advisory)
{
	struct story *s = arg;

	if (up)
		s->ups++;
	else
		s->downs++;
	text_copy(s->advisory, sizeof(s->advisory),
	    advisory != NULL ? advisory : "");
}

static inline void
on_too_long(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	fail_msg("nothing happened for %d s", PATIENCE_S);
}

/* Let the loop turn until *counter reaches what is wanted. */
static inline void
turn_until(struct story *s, const int *counter, int wanted)
{
	struct timeval tv = { PATIENCE_S, 0 };
	struct event *bound = evtimer_new(s->base, on_too_long, s);

	event_add(bound, &tv);
	while (*counter < wanted)
		event_base_loop(s->base, EVLOOP_ONCE);
	event_free(bound);
}

static inline void
turn_until_told(struct story *s)
{
	struct timeval tv = { PATIENCE_S, 0 };
	struct event *bound = evtimer_new(s->base, on_too_long, s);

	event_add(bound, &tv);
	while (!s->told)
		event_base_loop(s->base, EVLOOP_ONCE);
	event_free(bound);
	s->told = false;
}

static inline void
open_store(struct story *s, int64_t timeout_ms)
{
	struct store_options o = { .address = s->redis.address,
		.password = s->redis.password,
		.timeout_ms = timeout_ms,
		.wait_replicas = s->wait_replicas };

	s->store = store_new(s->base, &o, on_changed, s);
	assert_non_null(s->store);
	assert_false(store_is_up(s->store));
	turn_until(s, &s->ups, s->ups + 1);
	assert_true(store_is_up(s->store));
}

static inline int
begin(void **state)
{
	struct story *s = mem_alloc(sizeof(*s));

	s->base = event_base_new();
	redis_server_start(&s->redis, "always", NULL);
	open_store(s, 1000);
	*state = s;
	return 0;
}

static inline int
end(void **state)
{
	struct story *s = *state;

	store_free(s->store);
	redis_server_end(&s->redis);
	event_base_free(s->base);
	text_clear(&s->seen);
	free(s);
	return 0;
}

static inline void
on_leased(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct story *s = arg;

	s->told = true;
	s->outcome = outcome;
	s->number = fence;
}

static inline void
on_committed(void *arg, enum store_outcome outcome)
{
	struct story *s = arg;

	s->told = true;
	s->outcome = outcome;
}

static inline void
on_reply(void *arg, const redisReply *r)
{
	struct story *s = arg;

	s->told = true;
	s->lost = r == NULL;
	s->reply[0] = '\0';
	if (r != NULL && r->str != NULL)
		text_copy(s->reply, sizeof(s->reply), r->str);
	s->number = r != NULL ? r->integer : -1;
}

static inline enum store_outcome
lease(struct story *s, const char *token, int64_t fence, int64_t life_ms)
{
	store_lease(s->store, GROUP, token, fence, life_ms, on_leased, s);
	turn_until_told(s);
	return s->outcome;
}

static inline enum store_outcome
commit(struct story *s, const char *token, struct commit *c)
{
	store_commit(s->store, GROUP, token, c, on_committed, s);
	commit_clear(c);
	turn_until_told(s);
	return s->outcome;
}

static inline const char *
ask(struct story *s, const char *command)
{
	store_commandf(s->store, on_reply, s, command);
	turn_until_told(s);
	return s->reply;
}

static inline void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct story *s = arg;

	text_addf(&s->seen, "%s.%s=", key, field);
	text_add_bytes(&s->seen, value, length);
	text_add(&s->seen, "\n");
}

static inline void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct story *s = arg;

	assert_non_null(strchr(id, '-'));
	text_add_bytes(&s->seen, data, length);
	text_add(&s->seen, "\n");
}

static inline void
on_end(void *arg, bool ok)
{
	struct story *s = arg;

	s->told = true;
	s->ok = ok;
}

static inline const char *
load(struct story *s, const char *const *keys)
{
	text_clear(&s->seen);
	store_load(s->store, GROUP, keys, on_field, on_end, s);
	turn_until_told(s);
	return s->seen.length > 0 ? s->seen.data : "";
}

static inline const char *
read_stream(struct story *s, const char *stream)
{
	text_clear(&s->seen);
	store_read(s->store, GROUP, stream, "", 100, on_entry, on_end, s);
	turn_until_told(s);
	assert_true(s->ok);
	return s->seen.length > 0 ? s->seen.data : "";
}

#endif
