/* Taking, snoozing, handing on, declining; what is refused. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* "You have it" only after the commit, and the others hear it then. */
static void
test_taken_after_the_commit(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 310);
	text_clear(&w.text);
	w.hold_commits = true;
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	told(&w, "");
	w.now_ms += 5000;
	w.hold_commits = false;
	world_settle(&w);
	told(&w,
	    "[  315] answer 1 ok\n"
	    "[  315] taken isla by terminal\n");
	check_has(w.answer, "You have it, since 11:05 BST.");
	check_has(w.answer, "again at 11:35 BST unless");
	check_has(w.last.data, "tom has it. Nothing is asked of you.");
	world_end(&w);
}

/* An answer to what is asked while a commit is under way waits as well. */
static void
test_answer_waits_for_its_own_commit(void **state)
{
	static const char one[] = "{\"command\":\"note\",\"incident\":1,"
				  "\"text\":\"one\"}";
	struct duty_action a;
	struct commit c, other;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	commit_init(&c);
	commit_init(&other);
	duty_command(w.duty, 1, one, strlen(one), "isla", w.now_ms);
	assert_true(duty_commit(w.duty, w.now_ms, &c));
	duty_command(w.duty, 2, one, strlen(one), "isla", w.now_ms);
	assert_false(duty_commit(w.duty, w.now_ms, &other));
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_NOTHING);
	duty_committed(w.duty);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_ANSWER);
	assert_int_equal(a.command, 1);
	duty_action_clear(&a);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_NOTHING);
	assert_true(duty_commit(w.duty, w.now_ms, &other));
	duty_committed(w.duty);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_ANSWER);
	assert_int_equal(a.command, 2);
	duty_action_clear(&a);
	commit_clear(&c);
	commit_clear(&other);
	world_end(&w);
}

static void
test_take_expires(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":\"1\"}");
	text_clear(&w.text);
	world_pass(&w, 1200);
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,"
	    "\"text\":\"looking at the database\"}");
	world_pass(&w, 1799);
	check_quiet(&w);
	check_lacks(w.text.data, "call");
	text_clear(&w.text);
	world_pass(&w, 1);
	told(&w,
	    "[ 3000] expired tom by mail\n"
	    "[ 3000] call isla by terminal\n");
	check_quiet(&w);
	world_pass(&w, 60);
	world_end(&w);
}

/* Taking twice is harmless; another may take it over. */
static void
test_take_twice(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 310);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":1}");
	world_pass(&w, 100);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":1}");
	check_has(w.answer, "since 22:05 NZST");
	told(&w,
	    "[  310] answer 1 ok\n"
	    "[  310] taken isla by terminal\n"
	    "[  310] taken tom by mail\n"
	    "[  410] answer 1 ok\n");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	told(&w,
	    "[  410] answer 1 ok\n"
	    "[  410] taken tom by mail\n"
	    "[  410] taken moana by mail\n");
	world_end(&w);
}

static void
test_snooze(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"snooze\",\"person\":\"tom\","
	    "\"incident\":1,\"for_ms\":1800000}");
	check_has(w.answer, "Quiet until 11:30 BST");
	world_pass(&w, 1799);
	check_quiet(&w);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] answer 1 ok\n"
	    "[    0] taken isla by terminal\n");
	world_pass(&w, 1);
	told(&w,
	    "[ 1800] expired tom by mail\n"
	    "[ 1800] call isla by terminal\n");
	world_end(&w);
}

static void
test_hand_on_and_decline(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	world_command(&w,
	    "{\"command\":\"hand-on\",\"person\":\"isla\","
	    "\"incident\":1,\"to\":\"maya\","
	    "\"note\":\"yours, I think\"}");
	check_has(w.last.data, "It was handed to you");
	world_pass(&w, 5);
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"maya\","
	    "\"incident\":1}");
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n"
	    "[    0] call maya by mail\n"
	    "[    5] answer 1 ok\n"
	    "[    5] call isla by terminal\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "hands it to maya: yours, I think");
	world_end(&w);
}

static const char *const bad_commands[][2] = {
	{ "", "not a JSON object" },
	{ "[]", "not a JSON object" },
	{ "{\"a\":1,\"a\":2}", "not a JSON object" },
	{ "{}", "command: is missing" },
	{ "{\"command\":\"dance\"}", "no such command" },
	{ "{\"command\":\"take\",\"incident\":1}", "person: is missing" },
	{ "{\"command\":\"take\",\"incident\":1,\"person\":\"root\"}",
	    "root is not one of the people" },
	{ "{\"command\":\"take\",\"incident\":9,\"person\":\"tom\"}",
	    "no such incident" },
	{ "{\"command\":\"take\",\"incident\":\"x\",\"person\":"
	  "\"tom\"}",
	    "no such incident" },
	{ "{\"command\":\"take\",\"incident\":{},\"person\":\"tom\"}",
	    "no such incident" },
	{ "{\"command\":\"hand-on\",\"incident\":1,\"to\":\"x\"}",
	    "to: x is not one of the people" },
	{ "{\"command\":\"hand-on\",\"incident\":1}", "to: is missing" },
	{ "{\"command\":\"snooze\",\"incident\":1,\"person\":\"tom\","
	  "\"for_ms\":1800001}",
	    "for_ms: at most 30 min for severity S1" },
	{ "{\"command\":\"snooze\",\"incident\":1,\"person\":\"tom\"}",
	    "for_ms: at most" },
	{ "{\"command\":\"snooze\",\"incident\":1,\"person\":\"tom\","
	  "\"for_ms\":\"1800\"}",
	    "for_ms: at most" },
	{ "{\"command\":\"decline\",\"incident\":1,\"person\":\"tom\"}",
	    "tom is neither called" },
	{ "{\"command\":\"escalate\",\"incident\":9}", "no such incident" },
	{ "{\"command\":\"note\",\"incident\":1}", "text: is missing" },
	{ "{\"command\":\"note\",\"incident\":7,\"text\":\"x\"}",
	    "no such incident" },
	{ "{\"command\":\"severity\",\"incident\":1,\"severity\":5}",
	    "severity: 1 to 4" },
	{ "{\"command\":\"severity\",\"incident\":1}", "severity: 1 to 4" },
	{ "{\"command\":\"severity\",\"incident\":2,\"severity\":1}",
	    "no such incident" },
	{ "{\"command\":\"open\",\"text\":\"x\"}", "severity: 1 to 4" },
	{ "{\"command\":\"open\",\"severity\":1}", "text: is missing" },
	{ "{\"command\":\"open\",\"severity\":1,\"text\":\"x\","
	  "\"subject\":\"acme/nothing\"}",
	    "no endpoint acme/nothing" },
	{ "{\"command\":\"open\",\"severity\":1,\"text\":\"x\","
	  "\"client\":\"zebra\"}",
	    "no client zebra" },
	{ "{\"command\":\"update\",\"incident\":1}", "nothing else is said" },
	{ "{\"command\":\"update\",\"incident\":4,\"text\":\"x\"}",
	    "no such incident" },
	{ "{\"command\":\"update\",\"incident\":1,\"state\":\"well\"}",
	    "state: investigating" },
	{ "{\"command\":\"update\",\"incident\":1,\"eta_to_ms\":5}",
	    "both, in order" },
	{ "{\"command\":\"update\",\"incident\":1,\"eta_to_ms\":5,"
	  "\"eta_from_ms\":6}",
	    "both, in order" },
	{ "{\"command\":\"update\",\"incident\":1,\"eta_to_ms\":5,"
	  "\"eta_from_ms\":4}",
	    "not within the next 7 days" },
	{ "{\"command\":\"update\",\"incident\":1,\"next_ms\":5}",
	    "not within the next 7 days" },
	{ "{\"command\":\"page-test\",\"for\":\"nobody\"}",
	    "nobody is not one" },
	{ "{\"command\":\"page-test\",\"for\":\"tom\","
	  "\"channel\":\"voice\"}",
	    "tom is not reached that way" },
	{ "{\"command\":\"override-add\"}", "no such rota" },
	{ "{\"command\":\"override-add\",\"rota\":\"support\"}",
	    "for: is missing" },
	{ "{\"command\":\"override-add\",\"rota\":\"support\","
	  "\"for\":\"tom\"}",
	    "from_ms, to_ms" },
	{ "{\"command\":\"override-remove\",\"override\":\"o-1\"}",
	    "no such override" },
	{ "{\"command\":\"override-remove\"}", "no such override" },
};

static void
test_bad_commands_change_nothing(void **state)
{
	struct world w;
	int commits;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	commits = w.commits;
	for (size_t i = 0; i < sizeof(bad_commands) / sizeof(bad_commands[0]);
	     i++)
		check_refused(&w, bad_commands[i][0], bad_commands[i][1]);
	assert_int_equal(w.commits, commits);
	world_end(&w);
}

/* Empty fields are as good as none. */
static void
test_empty_fields(void **state)
{
	static const struct {
		const char *command, *answer;
	} cases[] = {
		{ "{\"command\":\"open\",\"severity\":4,\"subject\":\"\","
		  "\"client\":\"\",\"text\":\"x\"}",
		    "INC-000001 is open, S4." },
		{ "{\"command\":\"open\",\"severity\":4,\"subject\":\"\","
		  "\"client\":\"acme\",\"text\":\"x\"}",
		    "INC-000002 is open, S4." },
		{ "{\"command\":\"open\",\"severity\":3,"
		  "\"subject\":\"acme/web\",\"text\":\"x\"}",
		    "INC-000003 is open, S3." },
		{ "{\"command\":\"note\",\"incident\":1,\"text\":\"\"}",
		    "text: is missing" },
		{ "{\"command\":\"override-add\",\"rota\":\"x\"}",
		    "no such rota" },
		{ "{\"command\":\"update\",\"incident\":3,"
		  "\"next_ms\":9782901800000}",
		    "next_ms: not within the next 7 days" },
		{ "{\"command\":\"update\",\"incident\":3,"
		  "\"eta_from_ms\":1782901800000,"
		  "\"eta_to_ms\":9782901800000}",
		    "eta_to_ms: not within the next 7 days" },
		{ "{\"command\":\"update\",\"incident\":3,\"publish\":true,"
		  "\"eta_from_ms\":1782901800000,"
		  "\"eta_to_ms\":1782903600000}",
		    "Published, state investigating." },
		{ "{\"command\":\"update\",\"incident\":3,\"publish\":true,"
		  "\"next_ms\":1782903600000}",
		    "Published, state investigating." },
		{ "{\"command\":\"hand-on\",\"incident\":3,"
		  "\"to\":\"tom\",\"note\":\"\"}",
		    "tom is called now" },
	};
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_command(&w, cases[i].command);
		check_has(w.answer, cases[i].answer);
	}
	world_end(&w);
}

static void
test_too_long_a_note(void **state)
{
	struct text t = { 0 };
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	text_add(&t, "{\"command\":\"note\",\"incident\":1,\"text\":\"");
	for (int i = 0; i < 4001; i++)
		text_add(&t, "x");
	text_add(&t, "\"}");
	check_refused(&w, t.data, "text: longer than 4000 bytes");
	text_clear(&t);
	world_end(&w);
}

/* Each act on what is closed, or by nobody, is refused. */
static void
test_acts_on_the_closed(void **state)
{
	static const char *const acts[] = { "take", "snooze", "hand-on",
		"decline", "resolve", "severity", "escalate" };
	struct world w;
	char command[200];

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 2);
	world_command(&w,
	    "{\"command\":\"severity\",\"incident\":1,"
	    "\"severity\":2}");
	assert_true(w.answer_ok); /* the same as before */
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (i >= 4)
			continue; /* done by anybody who may */
		text_format(command, sizeof(command),
		    "{\"command\":\"%s\",\"incident\":1,\"for_ms\":5}",
		    acts[i]);
		world_command(&w, command);
		assert_false(w.answer_ok);
	}
	world_raise(&w, ALARM_CLEARED, "acme/web", 2);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		text_format(command, sizeof(command),
		    "{\"command\":\"%s\",\"incident\":1,\"for_ms\":5,"
		    "\"person\":\"tom\",\"to\":\"tom\",\"severity\":1}",
		    acts[i]);
		world_command(&w, command);
		assert_false(w.answer_ok);
		check_has(w.answer, "INC-000001 is closed");
	}
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,"
	    "\"text\":\"afterwards\"}");
	assert_true(w.answer_ok);
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken_after_the_commit),
		cmocka_unit_test(test_answer_waits_for_its_own_commit),
		cmocka_unit_test(test_take_expires),
		cmocka_unit_test(test_take_twice),
		cmocka_unit_test(test_snooze),
		cmocka_unit_test(test_hand_on_and_decline),
		cmocka_unit_test(test_bad_commands_change_nothing),
		cmocka_unit_test(test_empty_fields),
		cmocka_unit_test(test_too_long_a_note),
		cmocka_unit_test(test_acts_on_the_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
