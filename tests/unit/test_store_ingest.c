/* store: the inbox, gathering, replicas. */
#include "tests/unit/store_story.h"

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

/*
 * What is kept for reading again does not make it full; what nobody has
 * evaluated does.
 */
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
	ask(s, "SET " GROUP "appended 99999");
	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
	assert_string_equal(ingest(s, "aa", 2, 2), "busy 1");
	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
	ask(s, "HSET " GROUP "meta evaluated 1");
	assert_string_equal(ingest(s, "aa", 2, 2), "done 2");
	assert_string_equal(ingest(s, "aa", 3, 3), "busy 2");
	ask(s, "HSET " GROUP "meta evaluated 100001");
	assert_string_equal(ingest(s, "aa", 3, 3), "done 3");
	assert_string_equal(ask(s, "GET " GROUP "appended"), "100002");
	/* A short one is never full, whatever the counts say. */
	ask(s, "XTRIM " GROUP "in MAXLEN 99999");
	ask(s, "HDEL " GROUP "meta evaluated");
	assert_string_equal(ingest(s, "aa", 4, 4), "done 4");
	assert_string_equal(ingest(s, "aa", 5, 5), "busy 4");
}

/* It was appended to the inbox again with each attempt, and never accepted. */
static void
a_damaged_count_refused_every_part(void **state)
{
	struct story *s = *state;

	assert_string_equal(ingest(s, "aa", 1, 1), "done 1");
	ask(s, "SET " GROUP "appended rubbish");
	ask(s, "HSET " GROUP "meta evaluated 70");
	assert_string_equal(ingest(s, "aa", 2, 2), "done 2");
	assert_string_equal(ask(s, "GET " GROUP "appended"), "71");
	ask(s, "SET " GROUP "appended 1.5");
	ask(s, "HSET " GROUP "meta evaluated rubbish");
	assert_string_equal(ingest(s, "aa", 3, 3), "done 3");
	assert_string_equal(ask(s, "GET " GROUP "appended"), "1");
	assert_string_equal(read_stream(s, "in"), "aa:1-1\naa:2-2\naa:3-3\n");
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts_arrive_in_order_and_once,
		    begin, end),
		cmocka_unit_test_setup_teardown(a_hole_spans_what_was_lost,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    two_spools_of_an_agent_are_remembered, begin, end),
		cmocka_unit_test_setup_teardown(a_full_inbox_says_later, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    a_damaged_count_refused_every_part, begin, end),
		cmocka_unit_test_setup_teardown(parts_wait_a_moment_for_others,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    what_waits_for_others_is_told_lost, begin, end),
		cmocka_unit_test_setup_teardown(without_replicas_no_success,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    success_is_told_when_a_replica_has_it, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
