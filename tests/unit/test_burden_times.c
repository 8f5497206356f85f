/* How fast it went, and what called for nothing. */
#include "tests/unit/burden_story.h"

/* ---- how fast it went ---- */

static void
median_and_nine_in_ten(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	for (int i = 1; i <= 10; i++) {
		opens(&s, 1000 * i, i, "acme/learn", 1, 10 * i);
		calls(&s, 1000 * i, i, "isla");
		does(&s, 1000 * i + i, i, "taken", "isla");
		ends(&s, 1000 * i + 100 * i, i);
	}
	opens(&s, 20000, 11, "acme/web", 2, 7);
	times_are(&s,
	    "S1 10: detect 10 (50 90 100) unknown 0, take 10 (5 9 10) "
	    "never 0 waiting 0, resolve 10 (500 900 1000) open 0\n"
	    "S2 1: detect 1 (7 7 7) unknown 0, take 0 never 0 waiting 1, "
	    "resolve 0 open 1\n");
	end(&s);
}

static void
what_is_not_known_is_said(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, -1); /* as releases before wrote it */
	ends(&s, 100, 1);
	happens(&s, 200, 2, "opened", "\"by\":\"evaluate\",\"text\":\"a/b\"");
	calls(&s, 300, 3, "isla"); /* opened before the first line */
	times_are(&s,
	    "S1 1: detect 0 unknown 1, take 0 never 1 waiting 0, "
	    "resolve 1 (100 100 100) open 0\n");
	people_are(&s, NULL,
	    "isla pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 0 over 0\n");
	end(&s);
}

/* Clocks of two machines differ: nothing is seen before it begins. */
static void
seen_before_it_began(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	happens(&s, 0, 1, "opened",
	    "\"by\":\"evaluate\",\"text\":\"a/b\",\"severity\":1,"
	    "\"since_ms\":1882900801000");
	times_are(&s,
	    "S1 1: detect 1 (0 0 0) unknown 0, take 0 never 0 waiting 1, "
	    "resolve 0 open 1\n");
	end(&s);
}

static void
who_takes_the_storm_takes_what_is_in_it(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	opens(&s, 0, 1, "acme/learn", 1, 20);
	happens(&s, 0, 2, "storm",
	    "\"by\":\"pager\",\"text\":\"operations/storm/x\",\"severity\":1");
	happens(&s, 0, 1, "joined storm",
	    "\"by\":\"pager\",\"text\":\"INC-000002\"");
	opens(&s, 10, 3, "acme/web", 1, 20);
	happens(&s, 10, 3, "joined storm",
	    "\"by\":\"pager\",\"text\":\"INC-000009\""); /* not known */
	calls(&s, 10, 2, "isla");
	does(&s, 60, 2, "taken", "isla");
	times_are(&s,
	    "S1 2: detect 2 (20 20 20) unknown 0, take 1 (60 60 60) "
	    "never 0 waiting 1, resolve 0 open 2\n");
	/* It leaves the storm, and calls for itself. */
	happens(&s, 100, 1, "left storm",
	    "\"by\":\"pager\",\"text\":\"INC-000002\"");
	calls(&s, 100, 1, "isla");
	does(&s, 130, 1, "taken", "tom"); /* who was not called */
	people_are(&s, NULL,
	    "isla pages 2 night 0 notices 0 calls 2 asked 0 taken 1 "
	    "(50 50 50) watches 0 over 0\n");
	end(&s);
}

/* ---- noise ---- */

static void
what_calls_for_nothing(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	fails_often(&s, 12 * HOUR_S, 1, 3); /* over before anybody took it */
	opens(&s, 0, 11, "acme/web", 1, 20);
	calls(&s, 0, 11, "isla");
	does(&s, 10, 11, "taken", "isla");
	happens(&s, 11, 11, "published",
	    "\"by\":\"pager\",\"text\":\"to acme, investigating: x\"");
	ends(&s, 20, 11); /* taken, and nothing done */
	does(&s, 21, 11, "note", "isla");
	opens(&s, 100, 12, "acme/web", 1, 20);
	calls(&s, 100, 12, "isla");
	does(&s, 110, 12, "taken", "isla");
	does(&s, 111, 12, "note", "isla");
	happens(&s, 120, 12, "resolved",
	    "\"by\":\"alert:x\",\"text\":\"resolved where it came from\"");
	opens(&s, 200, 13, "birch/learn", 1, 20);
	calls(&s, 200, 13, "isla");
	does(&s, 210, 13, "taken", "isla");
	happens(&s, 220, 13, "resolved",
	    "\"by\":\"isla\",\"text\":\"resolved by isla\"");
	opens(&s, 300, 14, "birch/library", 3, 20);
	calls(&s, 300, 14, "isla"); /* a notice wakes nobody */
	opens(&s, 400, 15, "birch/zoo", 1, 20);
	calls(&s, 400, 15, "isla");
	calls(&s, 400, 15, "tom"); /* louder than birch/learn, and later */
	noise_is(&s, "subjects",
	    "acme/learn: 3 for 3, 3 at night, 3 untaken, 0 idle\n"
	    "acme/web: 2 for 2, 0 at night, 0 untaken, 1 idle\n"
	    "birch/zoo: 2 for 1, 0 at night, 0 untaken, 0 idle\n"
	    "birch/learn: 1 for 1, 0 at night, 0 untaken, 0 idle\n");
	noise_is(&s, "clients",
	    "acme: 5 for 5, 3 at night, 3 untaken, 1 idle\n"
	    "birch: 3 for 2, 0 at night, 0 untaken, 0 idle\n");
	end(&s);
}

static void
the_loudest_are_listed(void **state)
{
	char subject[40];
	struct story s;
	json_t *report;

	(void)state;
	begin(&s);
	for (int i = 0; i < BURDEN_NOISY_MAX + 3; i++) {
		text_format(subject, sizeof(subject), "acme/e%02d", i);
		opens(&s, i, i + 1, subject, 1, 20);
		calls(&s, i, i + 1, "isla");
	}
	report = burden_report(s.b, NULL);
	assert_int_equal(json_array_size(
			     json_object_get(json_object_get(report, "noise"),
				 "subjects")),
	    BURDEN_NOISY_MAX);
	json_decref(report);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_and_nine_in_ten),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(seen_before_it_began),
		cmocka_unit_test(who_takes_the_storm_takes_what_is_in_it),
		cmocka_unit_test(what_calls_for_nothing),
		cmocka_unit_test(the_loudest_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
