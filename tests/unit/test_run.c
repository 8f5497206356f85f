/* test_run: who is active, and what an active pager does in which order. */
#include "tests/unit/run_world.h"

static void
an_alarm_is_durable_before_anything_is_sent(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	assert_string_equal(tape.data,
	    "new start alarm:hello commit:1 durable:1 send:1 sent:i-1:0 ");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "1");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta position"), "7-1");
	assert_int_equal(strlen(redis_says(&s, "HGET sw:{p}:meta secret")), 64);
	end(&s);
}

static void
only_one_is_active_and_the_other_follows(void **state)
{
	struct story s;
	char secret[80];

	(void)state;
	begin_active(&s);
	text_copy(secret, sizeof(secret),
	    redis_says(&s, "HGET sw:{p}:meta secret"));
	start(&s, 1);
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "sent:i-1:0 ");
	pass(&s, 1000);
	assert_string_equal(tape.data,
	    "new start alarm:hello commit:1 durable:1 send:1 sent:i-1:0 ");
	forget();
	crash(&s, 0);
	redis_says(&s, "XADD sw:{c0}:out 8-1 d again");
	until(&s, "sent:i-2:0 ");
	assert_string_equal(tape.data,
	    "free new meta/position=7-1 meta/heard=1 start alarm:again "
	    "commit:2 durable:2 send:2 sent:i-2:0 ");
	assert_string_equal(redis_says(&s, "GET sw:{p}:fence"), "2");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta secret"), secret);
	end(&s);
}

/* Once a minute, and again when it is asked anew. */
static void
what_a_shard_knows_is_asked_when_all_is_read(void **state)
{
	struct story s;

	(void)state;
	setenv("SUNWATCH_DOUBT_MS", "300", 1);
	is_open = true;
	begin(&s);
	until(&s, "start ");
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	redis_says(&s, "HSET sw:{c0}:meta judged 1700000000000 position 5-0");
	until(&s, "standing:1700000000000 ");
	assert_non_null(strstr(tape.data, "alarm:hello "));
	redis_says(&s, "HSET sw:{c0}:alarms acme/web {} operations/x {}");
	until(&s, "standing:1700000000000,acme/web,operations/x ");
	is_open = false;
	pass(&s, 100);
	forget();
	pass(&s, 700);
	assert_null(strstr(tape.data, "standing:"));
	unsetenv("SUNWATCH_DOUBT_MS");
	end(&s);
}

/* Held up for longer than its lease: another one may have begun. */
static void
who_lost_the_lease_writes_and_sends_no_more(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_says(&s, "SET sw:{p}:lease another");
	redis_says(&s, "INCR sw:{p}:fence");
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "free ");
	pass(&s, 500);
	assert_null(strstr(tape.data, "send:"));
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta heard"), "");
	redis_says(&s, "DEL sw:{p}:lease");
	until(&s, "sent:i-1:0 ");
	assert_string_equal(redis_says(&s, "GET sw:{p}:fence"), "3");
	end(&s);
}

/* What has begun cannot be called back, so it must be over in time. */
static void
a_send_begins_only_while_half_of_the_lease_is_left(void **state)
{
	struct story s;

	(void)state;
	setenv("SUNWATCH_AWAY_MS", "60000", 1);
	held = true;
	begin_active(&s);
	redis_says(&s, "XADD sw:{c0}:out 7-1 d hello");
	until(&s, "durable:1 ");
	redis_server_kill(&s.redis); /* nothing is renewed any more */
	pass(&s, 1100);
	held = false;
	pass(&s, 500);
	assert_null(strstr(tape.data, "send:"));
	redis_server_run(&s.redis);
	until(&s, "sent:i-1:0 ");
	assert_null(strstr(tape.data, "store:down"));
	end(&s);
	be_hasty();
}

static void
a_record_that_cannot_be_read_is_told_and_left(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	crash(&s, 0);
	redis_says(&s, "HSET sw:{p}:incidents INC-1 nonsense");
	forget();
	start(&s, 0);
	until(&s, "trouble:operations/records ");
	assert_string_equal(tape.data,
	    "new incidents/INC-1=nonsense start trouble:operations/records ");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:incidents INC-1"),
	    "nonsense");
	end(&s);
}

static void
a_newer_schema_is_not_touched(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	crash(&s, 0);
	redis_says(&s, "HSET sw:{p}:meta schema 99");
	forget();
	start(&s, 0);
	pass(&s, 3000);
	assert_string_equal(tape.data, "");
	assert_string_equal(redis_says(&s, "HGET sw:{p}:meta schema"), "99");
	end(&s);
}

static void
different_trees_are_told_after_a_while(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_says(&s, "HSET sw:{a}:trees evaluate@x %s",
	    "{\"hash\":\"another\",\"at_ms\":1}"); /* long gone */
	pass(&s, 3000);
	assert_null(strstr(tape.data, "trouble:"));
	redis_says(&s, "HSET sw:{a}:trees evaluate@x %s",
	    "{\"hash\":\"another\",\"at_ms\":9999999999999}");
	until(&s, "trouble:operations/trees ");
	end(&s);
}

static void
a_full_inbox_is_told(void **state)
{
	struct story s;

	(void)state;
	begin_active(&s);
	redis_says(&s, "HSET sw:{a}:live full:3 1"); /* long over */
	pass(&s, 1500);
	assert_null(strstr(tape.data, "trouble:"));
	redis_says(&s, "HSET sw:{a}:live full:3 9999999999999");
	until(&s, "trouble:operations/inbox ");
	end(&s);
}

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	fail_msg("%s", (const char *)arg);
}

static void
a_drained_pager_gives_its_lease_back(void **state)
{
	static char late[] = "did not end";
	struct timeval tv = { PATIENCE_S, 0 };
	struct event *bound;
	struct story s;

	(void)state;
	begin_active(&s);
	bound = evtimer_new(s.base, on_end, late);
	event_add(bound, &tv);
	run_drain(s.runs[0]);
	event_base_dispatch(s.base); /* until the run breaks it */
	event_free(bound);
	assert_string_equal(redis_says(&s, "GET sw:{p}:lease"), "");
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alarm_is_durable_before_anything_is_sent),
		cmocka_unit_test(only_one_is_active_and_the_other_follows),
		cmocka_unit_test(what_a_shard_knows_is_asked_when_all_is_read),
		cmocka_unit_test(who_lost_the_lease_writes_and_sends_no_more),
		cmocka_unit_test(
		    a_send_begins_only_while_half_of_the_lease_is_left),
		cmocka_unit_test(a_record_that_cannot_be_read_is_told_and_left),
		cmocka_unit_test(a_newer_schema_is_not_touched),
		cmocka_unit_test(different_trees_are_told_after_a_while),
		cmocka_unit_test(a_full_inbox_is_told),
		cmocka_unit_test(a_drained_pager_gives_its_lease_back),
	};

	be_hasty();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
