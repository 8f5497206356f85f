/*
 * What being on call asked of people: reckoned from lines of the journal, and
 * from those that the pager itself writes.
 */
#include "tests/unit/burden_story.h"

/* ---- people ---- */

static void
called_again_is_the_same_page(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	calls(&s, 300, 1, "isla"); /* by her next way */
	calls(&s, 300, 1, "tom");
	opens(&s, 400, 2, "acme/learn", 1, 20);
	calls(&s, 400, 2, "maya");
	opens(&s, 500, 3, "acme/learn", 1, 20);
	calls(&s, 500, 3, "maya"); /* two of hers: she comes first */
	does(&s, 360, 1, "taken", "isla");
	people_are(&s, NULL,
	    "maya pages 2 night 2 notices 0 calls 2 asked 0 taken 0 "
	    "watches 0 over 0\n"
	    "isla pages 1 night 0 notices 0 calls 2 asked 0 taken 1 "
	    "(360 360 360) watches 0 over 0\n"
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

/* Found: its later pages counted for nothing, and its end was the first. */
static void
reopened_it_calls_anew_and_is_not_over(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 2, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 60, 1, "taken", "isla");
	ends(&s, 600, 1);
	happens(&s, 1200, 1, "reopened",
	    "\"by\":\"tom\",\"text\":\"no\",\"severity\":2,\"calls_as\":2");
	calls(&s, 1200, 1, "isla");
	does(&s, 1230, 1, "taken", "isla");
	people_are(&s, NULL,
	    "isla pages 2 night 0 notices 0 calls 2 asked 0 taken 2 "
	    "(30 60 60) watches 0 over 0\n");
	times_are(&s,
	    "S2 1: detect 1 (20 20 20) unknown 0, take 1 (60 60 60) never 0 "
	    "waiting 0, resolve 0 open 1\n");
	noise_is(&s, "subjects",
	    "acme/learn: 2 for 1, 0 at night, 0 untaken, 0 idle\n");
	end(&s);
}

static void
after_a_take_it_is_another_page(void **state)
{
	static const char *const whats[] = { "take expired", "snooze over",
		"watch over", "owner left", "handed on", "declined",
		"escalated" };
	struct story s;

	(void)state;
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		begin(&s);
		opens(&s, 0, 1, "acme/learn", 1, 20);
		calls(&s, 0, 1, "isla");
		does(&s, 60, 1, "snoozed", "isla");
		does(&s, 1860, 1, whats[i], "pager");
		calls(&s, 1860, 1, "isla");
		does(&s, 2000, 1, "taken", "isla");
		people_are(&s, NULL,
		    "isla pages 2 night 0 notices 0 calls 2 asked 0 taken 2 "
		    "(60 140 140) watches 0 over 0\n");
		end(&s);
	}
}

static void
a_word_while_it_calls_is_no_new_page(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 2, 20);
	calls(&s, 0, 1, "isla");
	calls(&s, 0, 1, "tom");
	does(&s, 60, 1, "declined", "tom");
	does(&s, 70, 1, "escalated", "moana");
	calls(&s, 300, 1, "isla");
	does(&s, 310, 1, "answered", "isla"); /* where each has to */
	people_are(&s, "isla",
	    "isla pages 1 night 0 notices 0 calls 2 asked 0 taken 1 "
	    "(310 310 310) watches 0 over 0\n");
	end(&s);
}

/* 22:00 to 07:00 where the person lives: London has summer time. */
static void
nights_are_the_persons(void **state)
{
	static const struct {
		int at_s;
		const char *person;
		int night;
	} cases[] = {
		{ 11 * HOUR_S - 1, "isla", 0 },
		{ 11 * HOUR_S, "isla", 1 },
		{ 20 * HOUR_S - 1, "isla", 1 },
		{ 20 * HOUR_S, "isla", 0 },
		{ 0, "moana", 1 }, /* 22:00 in Auckland */
		{ 11 * HOUR_S, "moana", 0 },
		{ 11 * HOUR_S, "gone", 0 }, /* 21:00 UTC */
		{ 12 * HOUR_S, "gone", 1 },
	};
	struct story s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *report, *one;

		begin(&s);
		opens(&s, cases[i].at_s, 1, "acme/learn", 1, 20);
		calls(&s, cases[i].at_s, 1, cases[i].person);
		report = burden_report(s.b, NULL);
		one = json_array_get(json_object_get(report, "people"), 0);
		if (number(one, "night_pages") != cases[i].night)
			fail_msg("%s at %d s", cases[i].person, cases[i].at_s);
		assert_int_equal(number(one, "pages"), 1);
		assert_int_equal(json_object_get(one, "zone") == NULL,
		    strcmp(cases[i].person, "gone") == 0);
		json_decref(report);
		end(&s);
	}
}

static void
a_notice_is_no_page_until_it_gets_worse(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 3, 20);
	calls(&s, 0, 1, "isla");
	happens(&s, 100, 1, "severity",
	    "\"by\":\"pager\",\"severity\":2,\"again\":true");
	calls(&s, 100, 1, "isla");
	/* Worse still while she is called: the same page. */
	happens(&s, 200, 1, "severity",
	    "\"by\":\"pager\",\"severity\":1,\"again\":true");
	calls(&s, 200, 1, "isla");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 1 calls 3 asked 0 taken 0 "
	    "watches 0 over 0\n");
	times_are(&s,
	    "S1 1: detect 1 (20 20 20) unknown 0, take 0 never 0 waiting 1, "
	    "resolve 0 open 1\n");
	end(&s);
}

static void
lowered_and_released_it_is_a_notice(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 10, 1, "taken", "isla");
	happens(&s, 20, 1, "severity", "\"by\":\"isla\",\"severity\":3");
	happens(&s, 25, 1, "severity", "\"by\":\"isla\",\"text\":\"old\"");
	does(&s, 30, 1, "take expired", "pager");
	calls(&s, 30, 1, "isla");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 1 calls 2 asked 0 taken 1 "
	    "(10 10 10) watches 0 over 0\n");
	end(&s);
}

/* Who has it is asked anew; of what is known only from then on, too. */
static void
worse_while_somebody_has_it(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	happens(&s, 0, 1, "severity",
	    "\"by\":\"isla\",\"severity\":3,\"again\":true");
	calls(&s, 1, 1, "isla");
	calls(&s, 1, 1, "tom");
	does(&s, 10, 1, "taken", "isla");
	happens(&s, 20, 1, "severity",
	    "\"by\":\"pager\",\"severity\":2,\"again\":true");
	calls(&s, 20, 1, "isla");
	does(&s, 30, 1, "answered", "isla");
	does(&s, 40, 1, "taken", "isla"); /* she did before */
	happens(&s, 50, 1, "severity",
	    "\"by\":\"isla\",\"severity\":4,\"again\":true");
	calls(&s, 50, 1, "tom");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 1 calls 2 asked 0 taken 1 "
	    "(10 10 10) watches 0 over 0\n"
	    "tom pages 0 night 0 notices 2 calls 2 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

static void
asked_for_an_update(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 10, 1, "taken", "isla");
	happens(&s, 900, 1, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"late\":true");
	happens(&s, 11 * DAY_S, 1, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"late\":true");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 0 calls 1 asked 1 taken 1 "
	    "(10 10 10) watches 0 over 0\n");
	end(&s);
}

static void
what_began_in_the_period_counts(void **state)
{
	struct story s;

	(void)state;
	begin_period(&s, 0, 1000, -400 * DAY_S);
	opens(&s, -100, 1, "acme/learn", 1, 20);
	calls(&s, -100, 1, "isla");
	calls(&s, 200, 1, "isla"); /* the same page */
	calls(&s, 200, 1, "tom");
	does(&s, 1200, 1, "taken", "tom"); /* after it, and counted */
	opens(&s, 1000, 2, "acme/web", 1, 20);
	calls(&s, 1000, 2, "isla");
	people_are(&s, NULL,
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 1 "
	    "(1000 1000 1000) watches 0 over 0\n");
	times_are(&s, "");
	noise_is(&s, "subjects",
	    "acme/learn: 1 for 1, 0 at night, 0 untaken, 0 idle\n");
	end(&s);
}

static void
old_names_are_not_said(void **state)
{
	struct story s;

	(void)state;
	begin_period(&s, 0, DAY_S, 1000);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 10, 1, "taken", "isla");
	opens(&s, 2000, 2, "acme/web", 1, 20);
	calls(&s, 2000, 2, "isla");
	assert_true(had_watch(&s, "support", 0, HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u\""));
	people_are(&s, NULL,
	    "? pages 1 night 0 notices 0 calls 1 asked 0 taken 0 watches 1 "
	    "over 0\n"
	    "isla pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

static void
one_person_alone(void **state)
{
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	calls(&s, 0, 1, "gone");
	people_are(&s, "gone",
	    "gone pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	people_are(&s, "tom", ""); /* known, and never called */
	assert_null(burden_report(s.b, "nobody"));
	report = burden_report(s.b, "isla");
	assert_null(json_object_get(report, "noise"));
	assert_null(json_object_get(report, "severities"));
	json_decref(report);
	end(&s);
}

/* A notice is no page, until another plan has it call at once. */
static void
test_by_another_plan(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 11, "acme/web", 3, 20);
	calls(&s, 0, 11, "isla");
	noise_is(&s, "subjects", "");
	happens(&s, 60, 11, "urgency", "\"by\":\"pager\",\"calls_as\":2");
	calls(&s, 60, 11, "isla");
	happens(&s, 70, 11, "urgency", "\"by\":\"pager\",\"calls_as\":1");
	noise_is(&s, "subjects",
	    "acme/web: 1 for 1, 0 at night, 0 untaken, 0 idle\n");
	end(&s);
}

/* ---- lines ---- */

static void
no_line(void **state)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"at_ms\":5}",
		"{\"at_ms\":-1,\"what\":\"opened\"}",
		"{\"at_ms\":3155760000000,\"what\":\"opened\"}",
		"{\"what\":\"opened\",\"incident\":\"INC-000001\"}" };
	static const char *const other[] = {
		"{\"at_ms\":5,\"what\":\"digest\",\"text\":\"isla\"}",
		"{\"at_ms\":6,\"what\":\"opened\",\"incident\":\"\"}",
		"{\"at_ms\":7,\"what\":\"dance\",\"incident\":\"INC-000001\"}",
	};
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(burden_line(s.b, bad[i], strlen(bad[i])));
	report = burden_report(s.b, NULL);
	assert_int_equal(number(report, "journal_ms"), 0);
	json_decref(report);
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_true(burden_line(s.b, other[i], strlen(other[i])));
	report = burden_report(s.b, NULL);
	assert_int_equal(number(report, "journal_ms"), 5);
	assert_int_equal(json_array_size(json_object_get(report, "people")), 0);
	json_decref(report);
	end(&s);
	burden_free(NULL);
}

static void
what_there_is_no_room_for_is_counted(void **state)
{
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	for (int i = 1; i <= BURDEN_INCIDENTS_MAX + 2; i++)
		happens(&s, 0, i, "note", "\"by\":\"isla\"");
	for (int i = 0; i < BURDEN_PAGES_MAX + 1; i++) {
		char person[24];

		text_format(person, sizeof(person), "p%d", i);
		does(&s, i / 100, i % 50000 + 1, "take expired", "pager");
		calls(&s, i / 100, i % 50000 + 1, person);
		happens(&s, 0, 1, "calls", "\"late\":true");
	}
	for (int i = 0; i < BURDEN_WATCHES_MAX + 1; i++)
		assert_true(had_watch(&s, "support", i, i + 1,
		    "\"person\":\"isla\",\"uid\":\"u\""));
	report = burden_report(s.b, "isla");
	assert_int_equal(number(report, "left_out"), 2 + 2 + 1);
	json_decref(report);
	end(&s);
}

/* ---- as the pager writes it ---- */

static void
a_night_as_the_pager_tells_it(void **state)
{
	struct text lines = { 0 };
	struct story s;
	struct world w;
	char *next;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.journal = &lines;
	world_pass(&w, 60);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 400); /* isla by two ways, then tom */
	world_command(&w, TAKE("tom"));
	world_pass(&w, 100);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	begin(&s);
	for (char *line = lines.data; *line != '\0'; line = next) {
		next = strchr(line, '\n') + 1;
		assert_true(burden_line(s.b, line, (size_t)(next - line)));
	}
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 0 calls 2 asked 0 taken 0 "
	    "watches 0 over 0\n"
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 1 "
	    "(100 100 100) watches 0 over 0\n");
	times_are(&s,
	    "S1 1: detect 1 (30 30 30) unknown 0, take 1 (400 400 400) never 0 "
	    "waiting 0, resolve 1 (500 500 500) open 0\n");
	noise_is(&s, "subjects",
	    "acme/learn: 2 for 1, 0 at night, 0 untaken, 1 idle\n");
	end(&s);
	world_end(&w);
	text_clear(&lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(called_again_is_the_same_page),
		cmocka_unit_test(reopened_it_calls_anew_and_is_not_over),
		cmocka_unit_test(after_a_take_it_is_another_page),
		cmocka_unit_test(a_word_while_it_calls_is_no_new_page),
		cmocka_unit_test(nights_are_the_persons),
		cmocka_unit_test(a_notice_is_no_page_until_it_gets_worse),
		cmocka_unit_test(lowered_and_released_it_is_a_notice),
		cmocka_unit_test(worse_while_somebody_has_it),
		cmocka_unit_test(asked_for_an_update),
		cmocka_unit_test(what_began_in_the_period_counts),
		cmocka_unit_test(old_names_are_not_said),
		cmocka_unit_test(one_person_alone),
		cmocka_unit_test(test_by_another_plan),
		cmocka_unit_test(no_line),
		cmocka_unit_test(what_there_is_no_room_for_is_counted),
		cmocka_unit_test(a_night_as_the_pager_tells_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
