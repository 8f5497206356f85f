/* Heartbeats: who is called when one does not call in, and when not. */
#include "pager/duty_heartbeats.h"
#include "tests/unit/heartbeat_story.h"

#define OK(at) "[" at "] answer 1 ok\n"

static void
test_late_after_its_grace_and_over_with_the_next_good_one(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "finish", "");
	world_pass(&w, 3600);
	beat_says(&w, "backup", "finish", "");
	told(&w, OK("    0") OK(" 3600"));
	world_pass(&w, 4199);
	told(&w, "");
	beat_check_state(&w, "backup", "well");
	world_pass(&w, 1);
	told(&w, "[ 7800] call isla by terminal\n");
	assert_string_equal(w.message.subject,
	    "[INC-000001] S1 Acme University: heartbeat backup alert: has not "
	    "called in for 1 h 10 min since 13:00 BST");
	check_has(w.last.data, "Runbook: https://wiki.kahu.example/backup\n");
	beat_check_state(&w, "backup", "late");
	world_pass(&w, 60);
	text_clear(&w.text);
	beat_says(&w, "backup", "finish", "");
	told(&w, OK(" 7860") "[ 7860] resolved isla by terminal\n");
	check_has(w.last.data, "It is over: it called in again.\n");
	beat_check_state(&w, "backup", "well");
	check_quiet(&w);
	world_end(&w);
}

/* What never calls in at all is waited for since it is known. */
static void
test_a_first_call_that_never_comes(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_check_state(&w, "backup", "new");
	world_pass(&w, 4199);
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[ 4200] call isla by terminal\n");
	check_has(w.message.subject,
	    "is waited for and has not called in for 1 h 10 min since");
	/* A run that begins is none that has ended. */
	beat_says(&w, "backup", "start", "");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	world_end(&w);
}

static void
test_a_failure_calls_at_once_with_what_was_said(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "fail",
	    ",'code':3,'said':'copying\\ndisk <full>'");
	told(&w, OK("    0") "[    0] call isla by terminal\n");
	check_has(w.message.subject,
	    "heartbeat backup alert: failed with exit "
	    "code 3");
	check_has(w.last.data, "From the alert:\n  copying\n  disk <full>\n");
	beat_check_state(&w, "backup", "failed");
	world_pass(&w, 30);
	text_clear(&w.text);
	/* Again within a minute of that: the same incident, and not yet told
	   what else it says. */
	beat_says(&w, "backup", "fail", ",'code':4,'said':'again'");
	told(&w, OK("   30"));
	world_pass(&w, 30);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "failed with exit code 4");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"details\":[\"again\"]");
	beat_says(&w, "backup", "finish", "");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	beat_says(&w, "backup", "fail", "");
	world_pass(&w, 60);
	check_has(w.message.subject, "INC-000002");
	check_has(w.message.subject, "said that it failed");
	world_end(&w);
}

/* Begun, it is waited for until it has taken too long, whenever the next one
   were due otherwise. */
static void
test_a_run_that_takes_too_long(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "batch", "start", "");
	beat_check_state(&w, "batch", "running");
	world_pass(&w, 600);
	beat_says(&w, "batch", "start", ""); /* the same run */
	world_pass(&w, 1199);
	text_clear(&w.text);
	world_pass(&w, 1);
	told(&w, "[ 1800] call isla by terminal\n");
	check_has(w.message.subject,
	    "S2 Operations: heartbeat batch alert: "
	    "has been running for more than 30 min");
	beat_check_state(&w, "batch", "too long");
	world_pass(&w, 30);
	beat_says(&w, "batch", "finish", "");
	check_asked(&w, "{\"command\":\"heartbeats\"}", "\"took_ms\":1830000");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	text_clear(&w.text);
	world_pass(&w, 3000); /* the other one calls in at 4200 */
	world_end(&w);
}

/* A human closed it, and it is as silent as before: each further time that it
   does not call in, somebody hears of it. */
static void
test_closed_by_a_human_and_silent_all_the_same(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	world_pass(&w, 4300);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	text_clear(&w.text);
	world_pass(&w, 7799 - 4300);
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[ 7800] call isla by terminal\n");
	assert_string_equal(w.message.incident, "INC-000002");
	/* While it is open nothing more is said of it. */
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\",\"incident\":2}");
	world_pass(&w, 3700);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	world_end(&w);
}

/* Whoever closes it hears of the next failure, were it in the same instant. */
static void
test_a_failure_after_a_human_closed_it_is_told(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "fail", "");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	beat_says(&w, "backup", "fail", "");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	world_pass(&w, 60); /* of one heartbeat once a minute */
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	world_end(&w);
}

static void
test_repeats_are_not_written_and_open_nothing(void **state)
{
	struct world w;
	int commits;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "finish", "");
	commits = w.commits;
	for (int i = 0; i < 9; i++) {
		world_pass(&w, 1);
		beat_says(&w, "backup", "finish", "");
		assert_true(w.answer_ok);
	}
	assert_int_equal(w.commits, commits);
	world_pass(&w, 1); /* ten seconds after the first one */
	beat_says(&w, "backup", "finish", "");
	assert_int_equal(w.commits, commits + 1);
	beat_says(&w, "backup", "start", "");
	commits = w.commits;
	beat_says(&w, "backup", "start", "");
	assert_int_equal(w.commits, commits);
	world_pass(&w, 100);
	beat_says(&w, "backup", "fail", "");
	commits = w.commits;
	for (int i = 0; i < 9; i++) {
		world_pass(&w, 1);
		beat_says(&w, "backup", "fail", "");
	}
	assert_int_equal(w.commits, commits);
	/* Good and bad in turn, many times a second: one a minute. */
	for (int i = 0; i < 100; i++) {
		beat_says(&w, "backup", "finish", "");
		beat_says(&w, "backup", "fail", "");
		w.now_ms += 100;
	}
	assert_null(world_field(&w, "incidents", "INC-000002"));
	world_pass(&w, 60);
	assert_non_null(world_field(&w, "incidents", "INC-000002"));
	assert_null(world_field(&w, "incidents", "INC-000003"));
	world_end(&w);
}

/* What the store knows is what is known; and nobody is accused of what we did
   not hear because we were not there. */
static void
test_over_a_restart_it_has_its_grace_anew(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "finish", "");
	w.now_ms += 4000 * 1000; /* nobody is there */
	text_clear(&w.text);
	world_restart(&w);
	told(&w, "");
	world_pass(&w, 599);
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[ 4600] call isla by terminal\n");
	check_has(w.message.subject, "has not called in for 1 h 16 min");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "this pager was away meanwhile, and may have missed it");
	/* Once more, while it is open: it goes on, and no other comes. */
	world_restart(&w);
	world_pass(&w, 1200);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	beat_says(&w, "backup", "finish", "");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	world_end(&w);
}

/* One that fails is told of, however soon we end afterwards. */
static void
test_a_failure_outlives_a_restart(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "fail", "");
	beat_says(&w, "backup", "finish", "");
	beat_says(&w, "backup", "fail", ",'code':9"); /* in a minute */
	text_clear(&w.text);
	world_restart(&w);
	check_lacks(w.text.data, "call");
	world_pass(&w, 60);
	check_has(w.text.data, "[   60] call isla by terminal\n");
	check_has(w.message.subject, "failed with exit code 9");
	world_end(&w);
}

static void
test_over_gaps_and_set_clocks(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "finish", "");
	text_clear(&w.text);
	/* We were held up, or the clock was set forward: its grace, anew. */
	w.now_ms += 5000 * 1000;
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	world_pass(&w, 599);
	told(&w, "");
	beat_says(&w, "backup", "finish", "");
	text_clear(&w.text);
	/* A gap in which nothing fell due changes nothing. */
	w.now_ms += 60 * 1000;
	duty_break(w.duty, w.now_ms);
	world_pass(&w, 4139);
	told(&w, "");
	world_pass(&w, 1);
	check_has(w.text.data, "call isla by terminal\n");
	beat_says(&w, "backup", "finish", "");
	text_clear(&w.text);
	/* Set back by an hour: it does not wait an hour longer. */
	w.now_ms -= 3600 * 1000;
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	world_pass(&w, 4199);
	told(&w, "");
	world_pass(&w, 1);
	check_has(w.text.data, "call isla by terminal\n");
	world_end(&w);
}

/* One that is paused calls nobody, and is waited for anew afterwards. */
static void
test_paused_in_the_tree(void **state)
{
	static const char paused[] =
	    "heartbeats:\n"
	    "  - { name: backup, token_sha256: " BEAT_HASH "1, every: 1h,"
	    " grace: 10m, severity: S1, disabled: new disks }\n";
	struct world w;

	(void)state;
	beat_begin(&w);
	world_pass(&w, 4200);
	text_clear(&w.text);
	beat_reload(&w, paused);
	told(&w, "[ 4200] resolved isla by terminal\n");
	check_has(w.last.data, "It is over: nobody waits for it any more.\n");
	beat_check_state(&w, "backup", "paused");
	check_asked(&w, "{\"command\":\"heartbeats\"}",
	    "\"disabled\":\"new disks\"");
	text_clear(&w.text);
	world_pass(&w, 100000);
	beat_says(&w, "backup", "fail", ""); /* heard, and that is all */
	assert_true(w.answer_ok);
	world_restart(&w);
	world_pass(&w, 100000);
	check_lacks(w.text.data, "call");
	text_clear(&w.text);
	beat_reload(&w, beats);
	world_pass(&w, 4199);
	told(&w, "");
	world_pass(&w, 1);
	check_has(w.text.data, "call maya by mail\n");
	world_end(&w);
}

static void
test_removed_and_renamed(void **state)
{
	static const char renamed[] =
	    "heartbeats:\n"
	    "  - { name: copy, was: backup, token_sha256: " BEAT_HASH "1,"
	    " every: 1h, grace: 10m, severity: S1 }\n";
	struct world w;

	(void)state;
	beat_begin(&w);
	world_pass(&w, 4200);
	text_clear(&w.text);
	beat_reload(&w, renamed);
	told(&w, "");
	assert_null(world_field(&w, "heartbeats", "backup"));
	assert_null(world_field(&w, "heartbeats", "batch"));
	check_asked(&w, "{\"command\":\"heartbeats\"}",
	    "\"incident\":\"INC-000001\"");
	beat_says(&w, "copy", "finish", "");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	beat_says(&w, "backup", "finish", "");
	assert_false(w.answer_ok);
	check_has(w.answer, "heartbeat: there is none of that name");
	/* The same tree again, and one that has none. */
	beat_reload(&w, renamed);
	beat_says(&w, "copy", "fail", "");
	world_pass(&w, 60);
	text_clear(&w.text);
	beat_reload(&w, "");
	check_has(w.text.data, "resolved isla");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	check_asked(&w, "{\"command\":\"heartbeats\"}", "\"heartbeats\":[]");
	assert_null(world_field(&w, "heartbeats", "copy"));
	world_end(&w);
}

/* While nobody ran the tree was edited. */
static void
test_removed_while_nobody_ran(void **state)
{
	struct settings *other;
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "fail", "");
	other = world_settings(world_tree);
	settings_free(w.settings);
	w.settings = other;
	world_restart(&w);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	assert_null(world_field(&w, "heartbeats", "backup"));
	world_end(&w);
}

/* A period that is shorter now accuses nobody of before. */
static void
test_other_terms(void **state)
{
	static const char often[] =
	    "heartbeats:\n"
	    "  - { name: backup, token_sha256: " BEAT_HASH "1, every: 1m,"
	    " grace: 1m, severity: S1 }\n";
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "finish", "");
	world_pass(&w, 3000);
	text_clear(&w.text);
	beat_reload(&w, often);
	world_pass(&w, 59);
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[ 3060] call isla by terminal\n");
	check_lacks(w.last.data, "away");
	world_end(&w);
}

static void
test_what_makes_no_sense(void **state)
{
	static const char *const records[] = { "", "[]", "{", "{}",
		"{\"last_ms\":-5,\"code\":999,\"said\":7,\"since_ms\":1e9}",
		"{\"last_ms\":72057594037927936,\"raised_ms\":1}" };
	char error[160], name[80];
	struct world w;
	int commits;

	(void)state;
	beat_begin(&w);
	commits = w.commits;
	check_refused(&w, "{\"command\":\"heartbeat\"}", "none of that name");
	check_refused(&w, "{\"command\":\"heartbeat\",\"heartbeat\":\"x\"}",
	    "none of that name");
	check_refused(&w,
	    "{\"command\":\"heartbeat\",\"heartbeat\":\"backup\"}",
	    "what: expected start");
	check_refused(&w,
	    "{\"command\":\"heartbeat\",\"heartbeat\":\"backup\","
	    "\"what\":\"end\"}",
	    "what: expected start");
	check_refused(&w,
	    "{\"command\":\"heartbeat\",\"heartbeat\":\"backup\","
	    "\"what\":\"fail\",\"code\":256}",
	    "code: expected 0 to 255");
	check_refused(&w,
	    "{\"command\":\"heartbeat\",\"heartbeat\":\"backup\","
	    "\"what\":\"fail\",\"code\":-1}",
	    "code: expected 0 to 255");
	assert_int_equal(w.commits, commits);
	world_end(&w);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		begin_unread(&w);
		assert_int_equal(duty_load(w.duty, "heartbeats", "backup",
				     records[i], strlen(records[i]), error),
		    i < 3 ? -1 : 0);
		reads(&w, "heartbeats", "batch", "{\"code\":1}");
		reads(&w, "heartbeats", "batch", "{\"code\":2}");
		memset(name, 'x', sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		assert_int_equal(duty_load(w.duty, "heartbeats", name, "{}", 2,
				     error),
		    -1);
		duty_start(w.duty, w.now_ms);
		world_settle(&w);
		world_end(&w);
	}
}

/* Nothing of it is public, and no client's page knows of it. */
static void
test_nothing_of_it_is_public(void **state)
{
	struct world w;

	(void)state;
	beat_begin(&w);
	beat_says(&w, "backup", "fail", "");
	world_pass(&w, 1200);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"public\":{\"state\":\"investigating\",\"clients\":[]}");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"client\":\"acme\"");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"runbook\":\"https://wiki.kahu.example/backup\"");
	world_end(&w);
}

/* A thousand fall silent in one instant: a handful of messages. */
static void
test_very_many_at_once(void **state)
{
	struct text list = { 0 };
	struct world w;

	(void)state;
	text_add(&list, "heartbeats:\n");
	for (int i = 0; i < 1000; i++)
		text_addf(&list,
		    "  - { name: h%d, token_sha256: %064x, every: 1h }\n", i,
		    (unsigned)i);
	beat_begin_with(&w, list.data);
	text_clear(&list);
	world_pass(&w, 4000);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":");
	assert_non_null(w.text.data);
	assert_true(w.sends <= 12);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_late_after_its_grace_and_over_with_the_next_good_one),
		cmocka_unit_test(test_a_first_call_that_never_comes),
		cmocka_unit_test(
		    test_a_failure_calls_at_once_with_what_was_said),
		cmocka_unit_test(test_a_run_that_takes_too_long),
		cmocka_unit_test(
		    test_closed_by_a_human_and_silent_all_the_same),
		cmocka_unit_test(
		    test_a_failure_after_a_human_closed_it_is_told),
		cmocka_unit_test(test_repeats_are_not_written_and_open_nothing),
		cmocka_unit_test(test_over_a_restart_it_has_its_grace_anew),
		cmocka_unit_test(test_a_failure_outlives_a_restart),
		cmocka_unit_test(test_over_gaps_and_set_clocks),
		cmocka_unit_test(test_paused_in_the_tree),
		cmocka_unit_test(test_removed_and_renamed),
		cmocka_unit_test(test_removed_while_nobody_ran),
		cmocka_unit_test(test_other_terms),
		cmocka_unit_test(test_what_makes_no_sense),
		cmocka_unit_test(test_nothing_of_it_is_public),
		cmocka_unit_test(test_very_many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
