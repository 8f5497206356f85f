/* Sessions of the console that were ended, and what an update would say. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

#define UNTIL "1782901000000"

static void
end_session(struct world *w, int number, const char *more)
{
	char command[300];

	text_format(command, sizeof(command),
	    "{\"command\":\"session-end\",\"person\":\"tom\",\"session\":"
	    "\"%064d\",\"begun_ms\":1782899000000,\"until_ms\":" UNTIL "%s}",
	    number, more);
	world_command(w, command);
	assert_true(w->answer_ok);
}

static void
is_ended(struct world *w, int number, const char *person, bool ended)
{
	char question[300];

	text_format(question, sizeof(question),
	    "{\"command\":\"session\",\"person\":\"%s\",\"session\":"
	    "\"%064d\",\"begun_ms\":1782899000000}",
	    person, number);
	check_asked(w, question, ended ? "\"ended\":true" : "\"ended\":false");
}

static void
a_session_that_was_ended_is_known(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	is_ended(&w, 1, "tom", false);
	end_session(&w, 1, "");
	end_session(&w, 1, "");
	is_ended(&w, 1, "tom", true);
	is_ended(&w, 2, "tom", false);
	is_ended(&w, 1, "isla", false);
	check_asked(&w, "{\"command\":\"session\"}", "\"ended\":true");
	check_has(world_field(&w, "sessions", "tom")->value, UNTIL);
	world_restart(&w);
	is_ended(&w, 1, "tom", true);
	end_session(&w, 2, ",\"all\":true");
	is_ended(&w, 3, "tom", true);
	world_end(&w);
}

/* One more than is kept ends all: none that was ended is ever good again. */
static void
more_than_are_kept_end_all(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	for (int i = 0; i < DUTY_SESSIONS_ENDED; i++)
		end_session(&w, i, "");
	is_ended(&w, 99, "tom", false);
	end_session(&w, 98, "");
	is_ended(&w, 0, "tom", true);
	is_ended(&w, 99, "tom", true);
	world_end(&w);
}

static void
what_would_be_over_anyway_is_forgotten(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	end_session(&w, 1, "");
	world_pass(&w, 1100); /* beyond UNTIL */
	world_command(&w,
	    "{\"command\":\"session-end\",\"person\":\"tom\",\"session\":"
	    "\"00000000000000000000000000000000000000000000000000000000000000"
	    "ff\",\"begun_ms\":1782901000000,\"until_ms\":1782909000000}");
	assert_true(w.answer_ok);
	is_ended(&w, 1, "tom", false);
	world_end(&w);
}

static void
what_is_no_session_is_refused(void **state)
{
	struct world w;
	char error[160];

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	check_refused(&w, "{\"command\":\"session-end\",\"person\":\"tom\"}",
	    "session: not one of ours");
	check_refused(&w,
	    "{\"command\":\"session-end\",\"person\":\"tom\",\"session\":"
	    "\"x\"}",
	    "session: not one of ours");
	check_refused(&w,
	    "{\"command\":\"session-end\",\"person\":\"tom\",\"session\":"
	    "\"X000000000000000000000000000000000000000000000000000000000000000"
	    "\"}",
	    "session: not one of ours");
	check_refused(&w,
	    "{\"command\":\"session-end\",\"person\":\"tom\",\"session\":"
	    "\"0000000000000000000000000000000000000000000000000000000000000000"
	    "\",\"until_ms\":1893456000000}",
	    "session: not one of ours");
	check_refused(&w, "{\"command\":\"session-end\",\"person\":\"nobody\"}",
	    "nobody is not one of the people configured");
	assert_int_equal(duty_load(w.duty, "sessions", "tom", "[]", 2, error),
	    -1);
	assert_int_equal(duty_load(w.duty, "sessions", "tom",
			     "{\"ended\":[7,{\"id\":8}]}", 22, error),
	    0);
	world_end(&w);
}

/* Only what was shown goes out; and showing it changes nothing. */
static void
an_update_says_what_its_preview_showed(void **state)
{
	char command[300], digest[65];
	struct world w;
	json_t *o;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"preview\",\"incident\":1,\"state\":\"identified\","
	    "\"text\":\"A disk is full\"}");
	assert_true(w.answer_ok);
	check_has(w.answer, "A disk is full. Next update by ");
	check_has(w.answer, "\"client\":\"acme\"");
	o = json_loads(w.answer, 0, NULL);
	text_copy(digest, sizeof(digest), record_string(o, "digest"));
	text_format(command, sizeof(command),
	    "{\"command\":\"update\",\"incident\":1,\"state\":\"identified\","
	    "\"text\":\"A disk is full\",\"next_ms\":%lld,\"digest\":\"%s\"}",
	    (long long)record_int(o, "next_ms", 0), digest);
	json_decref(o);
	assert_null(strstr(world_field(&w, "incidents", "INC-000001")->value,
	    "A disk is full"));
	check_refused(&w,
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"Other\","
	    "\"digest\":\"x\"}",
	    "look at it again");
	check_refused(&w, "{\"command\":\"preview\",\"incident\":9}",
	    "there is no such incident");
	world_command(&w, command);
	assert_true(w.answer_ok);
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "A disk is full. Next update by ");
	world_end(&w);
}

static void
a_snooze_says_why(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"snooze\",\"person\":\"tom\",\"incident\":1,"
	    "\"for_ms\":600000,\"note\":\"they restart it\"}");
	assert_true(w.answer_ok);
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    ": they restart it");
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_that_was_ended_is_known),
		cmocka_unit_test(more_than_are_kept_end_all),
		cmocka_unit_test(what_would_be_over_anyway_is_forgotten),
		cmocka_unit_test(what_is_no_session_is_refused),
		cmocka_unit_test(an_update_says_what_its_preview_showed),
		cmocka_unit_test(a_snooze_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
