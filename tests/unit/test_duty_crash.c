/* Restarts, repeats, a store that is away. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* kill -9 between handing over and its outcome: again, marked, once. */
static void
test_restart_mid_send(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 10);
	world_restart(&w);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   10] call isla by terminal (repeat?)\n");
	assert_string_equal(w.message.intent, "i-000000001");
	duty_sent(w.duty, "i-000000001", SENT_HANDED_OVER, "", w.now_ms);
	world_settle(&w);
	w.hold_outcomes = false;
	world_restart(&w);
	world_pass(&w, 50);
	told(&w, "[   60] call isla by mail\n");
	assert_string_equal(w.message.intent, "i-000000002");
	world_end(&w);
}

/* Taken before the restart: what was pending is recorded as not sent. */
static void
test_restart_after_take(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	text_clear(&w.text);
	world_restart(&w);
	told(&w, "[    0] taken isla by terminal (repeat?)\n");
	assert_null(world_field(&w, "intents", "i-000000001"));
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"failed\"");
	check_asked(&w, "{\"command\":\"incidents\"}",
	    "\"state\":\"taken\",\"owner\":\"tom\"");
	check_quiet(&w);
	world_end(&w);
}

/* The page goes on after a restart as if nothing had been. */
static void
test_restarts_all_night(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	for (int i = 0; i < 60; i++) {
		world_pass(&w, 11);
		world_restart(&w);
		check_quiet(&w);
	}
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   60] call isla by mail\n"
	    "[  300] call tom by mail\n"
	    "[  600] call isla by terminal\n"
	    "[  660] call isla by mail\n");
	world_end(&w);
}

/* The process was away for an hour: called at once when it is back. */
static void
test_long_absence(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "operations/x", 1);
	w.now_ms += 3600000;
	text_clear(&w.text);
	world_restart(&w);
	told(&w, "[ 3600] call tom by mail\n");
	w.now_ms += 3600000;
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "[ 7200] call isla by terminal\n");
	w.now_ms -= 7200000; /* the clock goes back */
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	text_clear(&w.text);
	world_pass(&w, 300);
	check_has(w.text.data, "call tom by mail");
	check_quiet(&w);
	world_end(&w);
}

/* The same entry twice, and the same alarm again: one incident, one call. */
static void
test_repeated_alarms(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	assert_string_equal(duty_position(w.duty, 0), "0-0");
	assert_string_equal(duty_position(w.duty, 64), "0-0");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	assert_string_equal(duty_position(w.duty, 0), "1-0");
	w.entry = 0;
	world_raise(&w, ALARM_RAISED, "acme/web", 1); /* an entry read twice */
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	world_restart(&w);
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	told(&w, "[    0] call isla by terminal\n");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1,\"pages\":1");
	duty_alarm(w.duty, 99, "1-1", "{}", 2, w.now_ms);
	duty_alarm(w.duty, 0, "not an id", "{}", 2, w.now_ms);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1,\"pages\":1");
	world_end(&w);
}

/* Two entries of one millisecond have numbers. */
static void
test_positions(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_alarm(w.duty, 3, "1700000000000-9", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000000-9");
	duty_alarm(w.duty, 3, "1700000000000-8", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000000-9");
	duty_alarm(w.duty, 3, "1700000000000-10", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000000-10");
	duty_alarm(w.duty, 3, "1700000000001", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000001");
	world_settle(&w);
	world_restart(&w);
	assert_string_equal(duty_position(w.duty, 3), "1700000000001");
	world_end(&w);
}

/* SIGHUP between an incident's record and its page: nobody is called for what
   somebody has. */
static void
test_reload_while_loading(void **state)
{
	const struct field *inc, *page;
	char error[160];
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w, TAKE("tom"));
	inc = world_field(&w, "incidents", "INC-000001");
	page = world_field(&w, "pages", "INC-000001");
	duty_free(w.duty);
	text_clear(&w.text);
	w.duty = duty_new(w.settings, world_sign, &w);
	assert_int_equal(duty_load(w.duty, "incidents", inc->field, inc->value,
			     inc->length, error),
	    0);
	duty_configure(w.duty, w.settings, w.now_ms);
	assert_null(w.duty->intents);
	assert_int_equal(duty_load(w.duty, "pages", page->field, page->value,
			     page->length, error),
	    0);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"owner\":\"tom\"");
	world_end(&w);
}

/* Redis is away: it goes on, says so, and does not promise. */
static void
test_store_away(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_store(w.duty, false);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 70);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	told(&w,
	    "[    0] call isla by terminal (store down)\n"
	    "[   60] call isla by mail (store down)\n"
	    "[   70] answer 1 ok\n");
	check_has(w.answer,
	    "Heard, not yet recorded: you may be called "
	    "again.");
	check_has(w.answer, "\"recorded\":false");
	check_asked(&w, "{\"command\":\"status\"}", "\"store\":false");
	duty_store(w.duty, true);
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,"
	    "\"text\":\"x\"}");
	check_lacks(w.answer, "not yet recorded");
	world_end(&w);
}

/* The store goes away between the command and its commit: only the journal
   has the take then, and the answer must not say more. */
static void
test_take_recorded_only_in_the_journal(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	w.hold_commits = true;
	world_command(&w, TAKE("isla"));
	check_lacks(w.answer, "You have it");
	duty_store(w.duty, false);
	w.hold_commits = false;
	world_settle(&w);
	check_has(w.answer, "Heard, not yet recorded");
	check_has(w.answer, "\"recorded\":false");
	world_end(&w);
}

/*
 * Found by a night of the simulation: what somebody has becomes worse just as
 * the store goes away, so that only the journal says so.  Its owner is called
 * for what is worse, with words that say it; and taken anew, though that is
 * in the journal only, it stays taken.
 */
static void
test_worse_in_the_journal_is_taken_anew_there(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 2);
	world_command(&w, TAKE("isla"));
	world_pass(&w, 60);
	text_clear(&w.text);
	w.hold_commits = true;
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	told(&w, "");
	duty_store(w.duty, false);
	w.hold_commits = false;
	world_settle(&w);
	told(&w, "[   60] call isla by terminal (store down)\n");
	check_has(w.message.subject, "] S1 ");
	world_command(&w, TAKE("isla"));
	check_has(w.answer, "Heard, not yet recorded");
	text_clear(&w.text);
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1); /* no worse */
	world_pass(&w, 1700);
	told(&w, "");
	duty_store(w.duty, true);
	world_restart(&w);
	world_pass(&w, 60);
	told(&w, "");
	world_pass(&w, 60); /* half an hour: the take of an S1 expires */
	check_has(w.text.data, "call isla by terminal");
	world_end(&w);
}

/* What does not fit into one commit waits, and so does what rests on it. */
static void
test_full_commits(void **state)
{
	struct world w;
	struct duty_action a;
	struct commit c;
	int commits = 0;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < 3000; i++) {
		struct alarm one = world_alarm(&w, ALARM_RAISED, "x", 3);
		char *json, id[32];

		text_format(one.subject, sizeof(one.subject), "operations/%d",
		    i);
		json = alarm_encode(&one);
		text_format(id, sizeof(id), "%llu-0", ++w.entry);
		duty_alarm(w.duty, 0, id, json, strlen(json), w.now_ms);
		free(json);
	}
	duty_command(w.duty, 1, "{}", 2, "isla", w.now_ms);
	commit_init(&c);
	while (duty_commit(w.duty, w.now_ms, &c)) {
		assert_true(c.count <= COMMIT_OPS_MAX + 3010);
		world_apply(&w, &c);
		duty_committed(w.duty);
		commit_clear(&c);
		if (commits++ == 0) /* the first held only a part */
			assert_int_equal(duty_next(w.duty, w.now_ms, &a),
			    DUTY_NOTHING);
	}
	commit_clear(&c);
	assert_true(commits > 1);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_ANSWER);
	duty_action_clear(&a);
	assert_non_null(world_field(&w, "incidents", "INC-003000"));
	assert_non_null(world_field(&w, "intents", "i-000003000"));
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_restart_mid_send),
		cmocka_unit_test(test_restart_after_take),
		cmocka_unit_test(test_restarts_all_night),
		cmocka_unit_test(test_long_absence),
		cmocka_unit_test(test_repeated_alarms),
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_reload_while_loading),
		cmocka_unit_test(test_store_away),
		cmocka_unit_test(test_take_recorded_only_in_the_journal),
		cmocka_unit_test(test_worse_in_the_journal_is_taken_anew_there),
		cmocka_unit_test(test_full_commits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
