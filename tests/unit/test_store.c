/* store: a connection that mends itself, and what it reads. */
#include "tests/unit/store_story.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_durable_redis_has_no_advisory,
		    begin, end),
		cmocka_unit_test_setup_teardown(what_durability_lacks_is_told,
		    begin, end),
		cmocka_unit_test_setup_teardown(the_password_is_given, begin,
		    end),
		cmocka_unit_test_setup_teardown(no_address_no_store, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    asked_while_away_is_lost_but_not_from_inside_the_call,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    what_was_committed_survives_kill_9, begin, end),
		cmocka_unit_test_setup_teardown(
		    commands_under_way_are_lost_when_redis_dies, begin, end),
		cmocka_unit_test_setup_teardown(a_silent_redis_is_given_up,
		    begin, end),
		cmocka_unit_test_setup_teardown(freeing_tells_those_under_way,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    flushed_scripts_are_loaded_again, begin, end),
		cmocka_unit_test_setup_teardown(
		    an_older_program_keeps_its_hands_off, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_key_of_the_wrong_kind_fails_the_load, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
