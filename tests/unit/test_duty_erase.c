/*
 * duty: who acted on an incident is forgotten "names_after" later; what happened
 * is not.
 */
#include "tests/unit/duty_story.h"

static struct world w;

static const char *
record(const char *id)
{
	return world_field(&w, "incidents", id)->value;
}

static void
days(int64_t n)
{
	duty_time(w.duty, w.now_ms + n * INT64_C(86400000));
	w.now_ms += n * INT64_C(86400000);
	world_settle(&w);
}

static void
test_names_of_a_closed_incident_go(void **state)
{
	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	world_command(&w, TAKE("tom"));
	world_command(&w,
	    "{\"command\":\"note\",\"person\":\"isla\",\"incident\":1,"
	    "\"text\":\"the disk\"}");
	world_command(&w,
	    "{\"command\":\"resolve\",\"person\":\"tom\",\"incident\":1}");
	world_pass(&w, 600);
	world_raise(&w, ALARM_RAISED, "birch/web", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\",\"incident\":2}");
	assert_non_null(strstr(record("INC-000001"), "\"tom\""));
	days(399);
	assert_non_null(strstr(record("INC-000001"), "\"tom\""));
	days(2);
	assert_null(strstr(record("INC-000001"), "tom"));
	assert_null(strstr(record("INC-000001"), "isla"));
	assert_non_null(strstr(record("INC-000001"), "erased-1"));
	assert_non_null(strstr(record("INC-000001"), "erased-2"));
	assert_non_null(strstr(record("INC-000001"), "the disk"));
	/* What is open has whom it has. */
	assert_non_null(strstr(record("INC-000002"), "tom"));
	world_end(&w);
}

static void
test_programs_are_nobody(void **state)
{
	struct incident *inc = incident_new(1, 1);

	(void)state;
	incident_note(inc, 1, "pager", "a");
	incident_note(inc, 2, "", "b");
	incident_note(inc, 3, "erased-7", "c");
	assert_false(incident_erase_names(inc, 9, false));
	incident_note(inc, 4, "isla", "d");
	incident_note(inc, 5, "isla", "e");
	assert_true(incident_erase_names(inc, 9, false));
	assert_string_equal(inc->lines[0].by, "pager");
	assert_string_equal(inc->lines[3].by, "erased-8");
	assert_string_equal(inc->lines[4].by, "erased-8");
	assert_false(incident_erase_names(inc, 9, false));
	incident_free(inc);
}

/* What evaluate had closed was by "erased-2", 400 days later. */
static void
test_what_evaluate_did_stays_its_own(void **state)
{
	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	world_command(&w, TAKE("tom"));
	world_pass(&w, 600);
	world_raise(&w, ALARM_CLEARED, "acme/web", 2);
	world_pass(&w, 600);
	assert_non_null(strstr(record("INC-000001"), "\"by\":\"evaluate\""));
	days(401);
	assert_null(strstr(record("INC-000001"), "tom"));
	assert_non_null(strstr(record("INC-000001"), "erased-1"));
	assert_non_null(strstr(record("INC-000001"), "\"by\":\"evaluate\""));
	world_end(&w);
}

/* [   9] the incident is closed; what was before 5 is old enough at 5 already. */
static void
test_each_line_goes_by_its_own_instant(void **state)
{
	struct incident *inc = incident_new(1, 1);

	(void)state;
	incident_note(inc, 4, "isla", "a");
	incident_note(inc, 5, "tom", "b");
	inc->holds[0] = (struct hold){ "isla", 3, 4 };
	inc->holds[1] = (struct hold){ "maya", 4, 0 };
	inc->hold_count = 2;
	assert_true(incident_erase_names(inc, 5, false));
	assert_string_equal(inc->lines[0].by, "erased-1");
	assert_string_equal(inc->lines[1].by, "tom");
	assert_string_equal(inc->holds[0].person, "isla");
	inc->closed_ms = 9;
	assert_true(incident_erase_names(inc, 9, true));
	/* Another name never gets a word that was given before. */
	assert_string_equal(inc->holds[0].person, "erased-2");
	assert_string_equal(inc->lines[0].by, "erased-1");
	assert_string_equal(inc->lines[1].by, "erased-3");
	assert_string_equal(inc->holds[1].person, "maya");
	assert_true(incident_erase_names(inc, 10, true));
	assert_string_equal(inc->holds[1].person, "erased-4");
	incident_free(inc);
}

/* A note of 401 days ago in what still goes on. */
static void
test_names_do_not_wait_for_the_end(void **state)
{
	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	world_command(&w,
	    "{\"command\":\"note\",\"person\":\"isla\",\"incident\":1,"
	    "\"text\":\"the disk\"}");
	days(399);
	assert_non_null(strstr(record("INC-000001"), "\"by\":\"test\""));
	days(2);
	assert_null(strstr(record("INC-000001"), "\"by\":\"test\""));
	assert_non_null(strstr(record("INC-000001"), "the disk"));
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_of_a_closed_incident_go),
		cmocka_unit_test(test_programs_are_nobody),
		cmocka_unit_test(test_what_evaluate_did_stays_its_own),
		cmocka_unit_test(test_each_line_goes_by_its_own_instant),
		cmocka_unit_test(test_names_do_not_wait_for_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
