/*
 * store against a real redis-server, which is killed, stopped and flushed.
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

static void
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

static void
on_too_long(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	fail_msg("nothing happened for %d s", PATIENCE_S);
}

/* Let the loop turn until *counter reaches what is wanted. */
static void
turn_until(struct story *s, const int *counter, int wanted)
{
	struct timeval tv = { PATIENCE_S, 0 };
	struct event *bound = evtimer_new(s->base, on_too_long, s);

	event_add(bound, &tv);
	while (*counter < wanted)
		event_base_loop(s->base, EVLOOP_ONCE);
	event_free(bound);
}

static void
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

static void
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

static int
begin(void **state)
{
	struct story *s = mem_alloc(sizeof(*s));

	s->base = event_base_new();
	redis_server_start(&s->redis, "always", NULL);
	open_store(s, 1000);
	*state = s;
	return 0;
}

static int
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

static void
on_leased(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct story *s = arg;

	s->told = true;
	s->outcome = outcome;
	s->number = fence;
}

static void
on_committed(void *arg, enum store_outcome outcome)
{
	struct story *s = arg;

	s->told = true;
	s->outcome = outcome;
}

static void
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

static enum store_outcome
lease(struct story *s, const char *token, int64_t fence, int64_t life_ms)
{
	store_lease(s->store, GROUP, token, fence, life_ms, on_leased, s);
	turn_until_told(s);
	return s->outcome;
}

static enum store_outcome
commit(struct story *s, const char *token, struct commit *c)
{
	store_commit(s->store, GROUP, token, c, on_committed, s);
	commit_clear(c);
	turn_until_told(s);
	return s->outcome;
}

static const char *
ask(struct story *s, const char *command)
{
	store_commandf(s->store, on_reply, s, command);
	turn_until_told(s);
	return s->reply;
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct story *s = arg;

	text_addf(&s->seen, "%s.%s=", key, field);
	text_add_bytes(&s->seen, value, length);
	text_add(&s->seen, "\n");
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct story *s = arg;

	assert_non_null(strchr(id, '-'));
	text_add_bytes(&s->seen, data, length);
	text_add(&s->seen, "\n");
}

static void
on_end(void *arg, bool ok)
{
	struct story *s = arg;

	s->told = true;
	s->ok = ok;
}

static const char *
load(struct story *s, const char *const *keys)
{
	text_clear(&s->seen);
	store_load(s->store, GROUP, keys, on_field, on_end, s);
	turn_until_told(s);
	return s->seen.length > 0 ? s->seen.data : "";
}

static const char *
read_stream(struct story *s, const char *stream)
{
	text_clear(&s->seen);
	store_read(s->store, GROUP, stream, "", 100, on_entry, on_end, s);
	turn_until_told(s);
	assert_true(s->ok);
	return s->seen.length > 0 ? s->seen.data : "";
}

static void
a_durable_redis_has_no_advisory(void **state)
{
	struct story *s = *state;

	assert_string_equal(s->advisory, "");
	assert_string_equal(ask(s, "PING"), "PONG");
}

static void
what_durability_lacks_is_told(void **state)
{
	struct story *s = *state;

	store_free(s->store);
	redis_server_kill(&s->redis);
	s->redis.appendfsync = "everysec";
	redis_server_run(&s->redis);
	open_store(s, 1000);
	assert_string_equal(s->advisory,
	    "appendfsync is everysec, must be always");
}

static void
the_password_is_given(void **state)
{
	struct story *s = *state;

	store_free(s->store);
	redis_server_end(&s->redis);
	redis_server_start(&s->redis, "always", "open sesame");
	open_store(s, 1000);
	assert_string_equal(ask(s, "PING"), "PONG");
}

static void
no_address_no_store(void **state)
{
	static const char *const bad[] = { "", "redis",
		"unix:", "tcp:", "tcp:redis.example", "tcp:1.2.3.4:99999",
		"tcp::6379", "tcp:::1:6379", "tcp:[]:6379",
		"rediss:", "rediss:redis.example:x", "rediss:redis.example:0",
		"redis.example:6379", "http:/x" };
	struct story *s = *state;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(store_new(s->base,
		    &(struct store_options){ .address = bad[i] }, on_changed,
		    s));
}

static void
asked_while_away_is_lost_but_not_from_inside_the_call(void **state)
{
	struct story *s = *state;

	redis_server_kill(&s->redis);
	turn_until(s, &s->downs, 1);
	store_commandf(s->store, on_reply, s, "PING");
	assert_false(s->told);
	turn_until_told(s);
	assert_true(s->lost);
	assert_int_equal(lease(s, "a", 0, 1000), STORE_LOST);
	redis_server_run(&s->redis);
	turn_until(s, &s->ups, 2);
	assert_string_equal(ask(s, "PING"), "PONG");
}

static void
what_was_committed_survives_kill_9(void **state)
{
	static const char *const keys[] = { "states", NULL };
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "states", "acme/learn", "down");
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	redis_server_kill(&s->redis);
	turn_until(s, &s->downs, 1);
	redis_server_run(&s->redis);
	turn_until(s, &s->ups, 2);
	assert_string_equal(load(s, keys), "states.acme/learn=down\n");
	assert_true(s->ok);
}

static void
commands_under_way_are_lost_when_redis_dies(void **state)
{
	struct story *s = *state;

	kill(s->redis.pid, SIGSTOP);
	store_commandf(s->store, on_reply, s, "PING");
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	redis_server_kill(&s->redis);
	turn_until_told(s);
	assert_true(s->lost);
	assert_int_equal(s->downs, 1);
}

static void
a_silent_redis_is_given_up(void **state)
{
	struct story *s = *state;

	kill(s->redis.pid, SIGSTOP);
	store_commandf(s->store, on_reply, s, "PING");
	turn_until_told(s);
	assert_true(s->lost);
	assert_int_equal(s->downs, 1);
	kill(s->redis.pid, SIGCONT);
	turn_until(s, &s->ups, 2);
	assert_string_equal(ask(s, "PING"), "PONG");
}

static void
freeing_tells_those_under_way(void **state)
{
	struct story *s = *state;

	store_commandf(s->store, on_reply, s, "PING");
	store_free(s->store);
	s->store = NULL;
	assert_true(s->told);
	assert_true(s->lost);
}

static void
one_holder_at_a_time(void **state)
{
	struct story *s = *state;
	int64_t fence;

	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	fence = s->number;
	assert_int_equal(lease(s, "b", 0, 60000), STORE_FENCED);
	assert_int_equal(lease(s, "a", fence, 60000), STORE_DONE);
	assert_int_equal(s->number, fence);
	store_unlease(s->store, GROUP, "b"); /* not b's to give */
	assert_int_equal(lease(s, "b", 0, 60000), STORE_FENCED);
	store_unlease(s->store, GROUP, "a");
	assert_int_equal(lease(s, "b", 0, 60000), STORE_DONE);
	assert_true(s->number > fence);
}

static void
a_lease_ends_by_itself(void **state)
{
	struct story *s = *state;
	int tries = 0;

	assert_int_equal(lease(s, "a", 0, 50), STORE_DONE);
	while (lease(s, "b", 0, 60000) != STORE_DONE && tries++ < 2000)
		usleep(10000);
	assert_int_equal(s->outcome, STORE_DONE);
}

static void
a_renewal_never_takes_over_another_ones_work(void **state)
{
	struct story *s = *state;
	struct commit c;
	int64_t mine;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	mine = s->number;
	store_unlease(s->store, GROUP, "a"); /* as if it had run out */
	assert_int_equal(lease(s, "a", mine, 60000), STORE_DONE);

	store_unlease(s->store, GROUP, "a");
	assert_int_equal(lease(s, "b", 0, 60000), STORE_DONE);
	store_unlease(s->store, GROUP, "b");
	assert_int_equal(lease(s, "a", mine, 60000), STORE_FENCED);
	commit_set_text(&c, "states", "x", "stale");
	assert_int_equal(commit(s, "a", &c), STORE_FENCED);
}

static void
without_the_lease_nothing_is_written(void **state)
{
	static const char *const keys[] = { "states", NULL };
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	commit_set_text(&c, "states", "x", "1");
	assert_int_equal(commit(s, "a", &c), STORE_FENCED);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "states", "x", "1");
	assert_int_equal(commit(s, "b", &c), STORE_FENCED);
	assert_string_equal(load(s, keys), "");
}

static void
a_conflict_applies_nothing(void **state)
{
	static const char *const keys[] = { "meta", "states", NULL };
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_expect(&c, "meta", "position", "");
	commit_set_text(&c, "meta", "position", "5-0");
	assert_int_equal(commit(s, "a", &c), STORE_DONE);

	commit_set_text(&c, "states", "x", "1");
	commit_append(&c, "out", "alarm", 5);
	commit_expect(&c, "meta", "position", "4-0");
	assert_int_equal(commit(s, "a", &c), STORE_CONFLICT);
	assert_string_equal(load(s, keys), "meta.position=5-0\n");
	assert_string_equal(read_stream(s, "out"), "");
}

static void
a_refused_commit_applies_nothing(void **state)
{
	static const char *const keys[] = { "states", NULL };
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "states", "x", "1");
	commit_trim(&c, "in", "no id");
	assert_int_equal(commit(s, "a", &c), STORE_REFUSED);
	assert_string_equal(load(s, keys), "");
}

static void
every_kind_of_write(void **state)
{
	static const char *const keys[] = { "runs", "states", NULL };
	struct story *s = *state;
	struct commit c;
	char id[64];

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "runs", "r", "1");
	commit_set_text(&c, "states", "gone", "1");
	commit_set_text(&c, "states", "stays", "1");
	commit_append(&c, "out", "one", 3);
	commit_append(&c, "out", "two", 3);
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	assert_string_equal(read_stream(s, "out"), "one\ntwo\n");

	ask(s, "XADD sw:{c0}:out * d three");
	text_copy(id, sizeof(id), s->reply);
	commit_unset(&c, "states", "gone");
	commit_trim(&c, "out", id);
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	assert_string_equal(load(s, keys), "runs.r=1\nstates.stays=1\n");
	assert_string_equal(read_stream(s, "out"), "three\n");
}

static void
values_are_bytes(void **state)
{
	static const char *const keys[] = { "states", NULL };
	static const char value[] = "a\0b\r\n\xff%s";
	struct story *s = *state;
	struct commit c;
	size_t length = sizeof(value) - 1;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set(&c, "states", "x", value, length);
	commit_append(&c, "out", value, length);
	commit_expect(&c, "states", "absent", "");
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	load(s, keys);
	assert_int_equal(s->seen.length, strlen("states.x=\n") + length);
	assert_memory_equal(s->seen.data + strlen("states.x="), value, length);
	read_stream(s, "out");
	assert_memory_equal(s->seen.data, value, length);
}

/* As much as a commit may hold, over several turns of the loop. */
static void
a_big_commit(void **state)
{
	static const char *const keys[] = { "runs", NULL };
	struct story *s = *state;
	char *value = mem_alloc(1000), field[32];
	struct commit c;
	int i;

	memset(value, 'x', 1000);
	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	for (i = 0; !commit_is_full(&c); i++) {
		snprintf(field, sizeof(field), "endpoint-%d", i);
		commit_set(&c, "runs", field, value, 1000);
	}
	assert_true(i > 3000);
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	load(s, keys);
	assert_true(s->seen.length > (size_t)i * 1000);
	free(value);
}

static void
flushed_scripts_are_loaded_again(void **state)
{
	struct story *s = *state;
	struct commit c;

	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	assert_string_equal(ask(s, "SCRIPT FLUSH"), "OK");
	commit_set_text(&c, "states", "x", "1");
	assert_int_equal(commit(s, "a", &c), STORE_DONE);
	assert_int_equal(s->downs, 0);
	assert_string_equal(ask(s, "HGET sw:{c0}:states x"), "1");
}

static void
an_older_program_keeps_its_hands_off(void **state)
{
	struct story *s = *state;

	store_schema(s->store, GROUP, "a", on_committed, s);
	turn_until_told(s);
	assert_int_equal(s->outcome, STORE_FENCED);

	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	store_schema(s->store, GROUP, "a", on_committed, s);
	turn_until_told(s);
	assert_int_equal(s->outcome, STORE_DONE);
	assert_string_equal(ask(s, "HGET sw:{c0}:meta schema"), "1");

	ask(s, "HSET sw:{c0}:meta schema 2");
	store_schema(s->store, GROUP, "a", on_committed, s);
	turn_until_told(s);
	assert_int_equal(s->outcome, STORE_NEWER);
	assert_string_equal(ask(s, "HGET sw:{c0}:meta schema"), "2");
}

static void
a_key_of_the_wrong_kind_fails_the_load(void **state)
{
	static const char *const keys[] = { "states", "runs", NULL };
	struct story *s = *state;

	ask(s, "SET sw:{c0}:states text");
	load(s, keys);
	assert_false(s->ok);
}

/* One part: what comes back is written as "outcome have". */
static const char *
ingest(struct story *s, const char *spool, int64_t from_seq, int64_t seq)
{
	static const char *const names[] = { [STORE_DONE] = "done",
		[STORE_CONFLICT] = "gap",
		[STORE_BUSY] = "busy" };
	char envelope[64];
	struct store_ingest part = { .agent = "akl-1",
		.spool = spool,
		.from_seq = from_seq,
		.seq = seq,
		.envelope = envelope };

	part.length = (size_t)snprintf(envelope, sizeof(envelope), "%s:%d-%d",
	    spool, (int)from_seq, (int)seq);
	store_ingest(s->store, &part, on_leased, s);
	turn_until_told(s);
	snprintf(s->reply, sizeof(s->reply), "%s %d", names[s->outcome],
	    (int)s->number);
	return s->reply;
}

static int64_t
have(struct story *s, const char *agent, const char *spool)
{
	store_have(s->store, 0, agent, spool, on_leased, s);
	turn_until_told(s);
	assert_int_equal(s->outcome, STORE_DONE);
	return s->number;
}

static void
parts_arrive_in_order_and_once(void **state)
{
	struct story *s = *state;

	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
	assert_string_equal(ingest(s, "aa", 2, 2), "done 2");
	assert_string_equal(ingest(s, "aa", 2, 2), "done 2"); /* again */
	assert_string_equal(ingest(s, "aa", 1, 1), "done 2");
	assert_string_equal(ingest(s, "aa", 4, 4), "gap 2");
	assert_string_equal(ingest(s, "aa", 3, 3), "done 3");
	assert_string_equal(read_stream(s, "in"), "aa:1-1\naa:2-2\naa:3-3\n");
}

static void
a_hole_spans_what_was_lost(void **state)
{
	struct story *s = *state;

	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
	assert_string_equal(ingest(s, "aa", 3, 9), "gap 1");
	assert_string_equal(ingest(s, "aa", 1, 9), "done 9");
	assert_string_equal(ingest(s, "aa", 1, 9), "done 9");
	assert_string_equal(ingest(s, "aa", 10, 10), "done 10");
	assert_string_equal(read_stream(s, "in"), "aa:1-1\naa:1-9\naa:10-10\n");
}

static void
two_spools_of_an_agent_are_remembered(void **state)
{
	struct story *s = *state;

	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
	assert_string_equal(ingest(s, "bb", 1, 1), "done 1");
	assert_string_equal(ingest(s, "aa", 2, 2), "done 2");
	assert_string_equal(ingest(s, "bb", 2, 2), "done 2");
	assert_int_equal(have(s, "akl-1", "aa"), 2);
	assert_int_equal(have(s, "akl-1", "bb"), 2);
	assert_string_equal(ingest(s, "cc", 1, 5), "done 5");
	assert_int_equal(have(s, "akl-1", "aa"), 0); /* the older one */
	assert_int_equal(have(s, "akl-1", "bb"), 2);
	assert_int_equal(have(s, "akl-1", "cc"), 5);
	assert_int_equal(have(s, "lon-1", "cc"), 0);
	assert_int_equal(have(s, "akl-1", "c"), 0);
}

static void
a_full_inbox_says_later(void **state)
{
	/* In pieces, so that none outlasts the patience of a busy machine. */
	static const char *const fill[] = { "EVAL",
		"for i = 1, tonumber(ARGV[1]) do\n"
		"  redis.call('XADD', KEYS[1], '*', 'd', 'x')\n"
		"end",
		"1", GROUP "in", "11111" };
	size_t lengths[5], i;
	struct story *s = *state;

	for (i = 0; i < 5; i++)
		lengths[i] = strlen(fill[i]);
	for (i = 0; i < 9; i++) {
		store_command(s->store, on_reply, s, 5, fill, lengths);
		turn_until_told(s);
	}
	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
	assert_string_equal(ingest(s, "aa", 2, 2), "busy 1");
	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
}

/* Another part of an agent is asked; nobody waits for it here. */
static void
ask_for_part(struct story *s, int64_t seq)
{
	store_ingest(s->store,
	    &(struct store_ingest){ .agent = "akl-1",
		.spool = "aa",
		.from_seq = seq,
		.seq = seq,
		.envelope = "x",
		.length = 1 },
	    on_leased, s);
}

/* It is a matter of a moment, which may be over before we look. */
static void
parts_wait_a_moment_for_others(void **state)
{
	struct story *s = *state;
	struct evbuffer *out = bufferevent_get_output(s->store->bev);
	size_t one = 0, both = 0;
	int64_t seq = 1;

	for (int tries = 0; tries < 50 && both <= one; tries++) {
		ask_for_part(s, seq++);
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		one = evbuffer_get_length(out);
		ask_for_part(s, seq++);
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		both = one > 0 ? evbuffer_get_length(out) : 0;
		while (s->number != seq - 1)
			turn_until_told(s);
		assert_int_equal(s->outcome, STORE_DONE);
	}
	assert_true(both > one && one > 0);
}

static void
what_waits_for_others_is_told_lost(void **state)
{
	struct story *s = *state;

	ask_for_part(s, 1);
	redis_server_kill(&s->redis);
	turn_until_told(s);
	assert_int_equal(s->outcome, STORE_LOST);
	redis_server_run(&s->redis);
	turn_until(s, &s->ups, 2);
	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
}

static void
without_replicas_no_success(void **state)
{
	struct story *s = *state;
	struct commit c;

	store_free(s->store);
	s->wait_replicas = 1;
	open_store(s, 400);
	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	commit_set_text(&c, "states", "x", "1");
	assert_int_equal(commit(s, "a", &c), STORE_LOST);
	store_ingest(s->store,
	    &(struct store_ingest){ .agent = "akl-1",
		.spool = "aa",
		.from_seq = 1,
		.seq = 1,
		.envelope = "" },
	    on_leased, s);
	turn_until_told(s);
	assert_int_equal(s->outcome, STORE_LOST);
	assert_int_equal(s->downs, 0);
}

/* Two servers by TCP, one the other's replica: WAIT is satisfied. */
static void
success_is_told_when_a_replica_has_it(void **state)
{
	struct story *s = *state;
	struct redis_server replica;
	struct commit c;
	int port, tries = 0;
	char command[64];

	for (port = 21000 + (int)getpid() % 20000; tries < 50; port++) {
		snprintf(command, sizeof(command), "CONFIG SET port %d", port);
		if (strcmp(ask(s, command), "OK") == 0)
			break;
		tries++;
	}
	assert_true(tries < 50);
	ask(s, "CONFIG SET repl-diskless-sync-delay 0");
	snprintf(command, sizeof(command), "127.0.0.1 %d", port);
	redis_server_start(&replica, "always", NULL);
	redis_server_kill(&replica);
	replica.replica_of = command;
	redis_server_run(&replica);

	store_free(s->store);
	s->wait_replicas = 1;
	open_store(s, 2000);
	commit_init(&c);
	assert_int_equal(lease(s, "a", 0, 60000), STORE_DONE);
	for (tries = 0; tries < 20; tries++) {
		commit_set_text(&c, "states", "x", "1");
		if (commit(s, "a", &c) == STORE_DONE)
			break;
	}
	assert_true(tries < 20);
	redis_server_kill(&replica);
	commit_set_text(&c, "states", "x", "2");
	assert_int_equal(commit(s, "a", &c), STORE_LOST);
	redis_server_end(&replica);
}

int
main(void)
{
#define STORY(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		STORY(a_durable_redis_has_no_advisory),
		STORY(what_durability_lacks_is_told),
		STORY(the_password_is_given),
		STORY(no_address_no_store),
		STORY(asked_while_away_is_lost_but_not_from_inside_the_call),
		STORY(what_was_committed_survives_kill_9),
		STORY(commands_under_way_are_lost_when_redis_dies),
		STORY(a_silent_redis_is_given_up),
		STORY(freeing_tells_those_under_way),
		STORY(one_holder_at_a_time),
		STORY(a_lease_ends_by_itself),
		STORY(a_renewal_never_takes_over_another_ones_work),
		STORY(without_the_lease_nothing_is_written),
		STORY(a_conflict_applies_nothing),
		STORY(a_refused_commit_applies_nothing),
		STORY(every_kind_of_write),
		STORY(values_are_bytes),
		STORY(a_big_commit),
		STORY(flushed_scripts_are_loaded_again),
		STORY(an_older_program_keeps_its_hands_off),
		STORY(a_key_of_the_wrong_kind_fails_the_load),
		STORY(parts_arrive_in_order_and_once),
		STORY(a_hole_spans_what_was_lost),
		STORY(two_spools_of_an_agent_are_remembered),
		STORY(a_full_inbox_says_later),
		STORY(parts_wait_a_moment_for_others),
		STORY(what_waits_for_others_is_told_lost),
		STORY(without_replicas_no_success),
		STORY(success_is_told_when_a_replica_has_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
