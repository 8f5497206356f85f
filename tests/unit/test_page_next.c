/* Whom a page calls next, and when, as messages say it. */
#include "tests/unit/page_story.h"

/* Another of the group for each incident, and each time round. */
static void
test_in_turn(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "turn", 1);
	next_is(&s, "maya", 300);
	pass(&s, 300);
	next_is(&s, "tom", 600);
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call maya/0\n"
	    "[  600] call tom/0\n");
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s, "");
	s.policy.turn = 2;
	page_open(&s.page, &s.policy, s.now_ms);
	pump(&s);
	pass(&s, 600);
	told(&s,
	    "[  600] call moana/0\n"
	    "[  900] call maya/0\n"
	    "[ 1200] call isla/0\n");
	end(&s);
}

/* Whose watch of another zone comes next, and who does when it has come. */
static void
test_next_zone(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "zone", 1);
	next_is(&s, "maya", 300);
	pass(&s, 300);
	page_take(&s.page, &s.policy, "maya", s.now_ms);
	pump(&s); /* it is not her watch yet: none of hers can end */
	assert_int_equal(s.page.owner_level, -1);
	told(&s,
	    "[    0] call moana/0\n"
	    "[  300] call maya/0\n");
	s.now_ms = s.begin_ms + INT64_C(1000) * (3 * 3600 - 60);
	page_open(&s.page, &s.policy, s.now_ms);
	page_decline(&s.page, &s.policy, "moana", s.now_ms);
	pump(&s);
	pass(&s, 60);
	told(&s,
	    "[10740] call maya/0\n"
	    "[10800] call isla/0\n");
	end(&s);
}

/* An edited ladder is shorter than where the page stands: whoever asks before
   it is looked at again is answered. */
static void
test_next_on_a_ladder_that_was_cut(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 430);
	assert_int_equal(s.page.level, 2);
	s.policy.ladder = settings_ladder(s.settings, "zone");
	next_is(&s, "maya", 1020);
	s.policy.ladder = settings_ladder(s.settings, "one");
	next_is(&s, "isla", 1020);
	end(&s);
}

/* It was said that the next level is next when a new watch was to be called
   before that. */
static void
test_next_over_the_end_of_a_watch(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	page_close(&s.page);
	s.now_ms += 3 * 3600000 - 120000; /* maya takes over in two minutes */
	s.begin_ms = s.now_ms;
	page_open(&s.page, &s.policy, s.now_ms);
	pump(&s);
	next_is(&s, "maya", 120);
	text_clear(&s.text);
	pass(&s, 130);
	told(&s,
	    "[   60] call isla/1\n"
	    "[  120] call maya/0\n");
	next_is(&s, "tom", 420);
	pass(&s, 300);
	told(&s, "[  420] call tom/0\n");
	end(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_turn),
		cmocka_unit_test(test_next_zone),
		cmocka_unit_test(test_next_on_a_ladder_that_was_cut),
		cmocka_unit_test(test_next_over_the_end_of_a_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
