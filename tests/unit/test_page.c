/* A page that calls: levels, ways, outcomes, watches. */
#include "tests/unit/page_story.h"

static void
test_nobody_answers(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 5 * 60 + 2 * 60 + 10 * 60 + 60);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call tom/0\n"
	    "[  420] call moana/0\n"
	    "[  720] call moana/0\n"
	    "[  840] call moana/1\n"
	    "[ 1020] call isla/0\n"
	    "[ 1080] call isla/1\n");
	assert_int_equal(s.page.round, 1);
	end(&s);
}

/* One level with much patience is called again every silence_max. */
static void
test_called_again_within_a_level(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 2);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 1260);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call isla/0\n"
	    "[  360] call isla/1\n"
	    "[  600] call isla/0\n"
	    "[  660] call isla/1\n"
	    "[  900] call isla/0\n"
	    "[  960] call isla/1\n"
	    "[ 1200] call isla/0\n"
	    "[ 1260] call isla/1\n");
	end(&s);
}

/* The next way follows at once, then the next level. */
static void
test_undeliverable(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 2);
	sent(&s, 0, PAGE_FAILED);
	pass(&s, 3);
	sent(&s, 1, PAGE_FAILED);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 100);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    2] call isla/1\n"
	    "[    5] call tom/0\n");
	end(&s);
}

/* Failed for now: the next way is not kept waiting, the level is. */
static void
test_stumbling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	sent(&s, 0, PAGE_STUMBLED);
	sent(&s, 1, PAGE_STUMBLED);
	pass(&s, 15);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call isla/1\n");
	sent(&s, 0, PAGE_FAILED); /* twice running */
	sent(&s, 1, PAGE_FAILED);
	told(&s, "[   15] call tom/0\n");
	end(&s);
}

/* A round in which everything failed: the last resort, and 60 s. */
static void
test_everything_fails(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 1);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED);
	pass(&s, 59);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call isla/1\n"
	    "[    0] last resort\n");
	pass(&s, 1);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED);
	told(&s,
	    "[   60] call isla/0\n"
	    "[   60] call isla/1\n"); /* told once in silence_max */
	for (int i = 0; i < 4; i++) {
		pass(&s, 60);
		sent(&s, 0, PAGE_FAILED);
		sent(&s, 1, PAGE_FAILED);
	}
	told(&s,
	    "[  120] call isla/0\n"
	    "[  120] call isla/1\n"
	    "[  180] call isla/0\n"
	    "[  180] call isla/1\n"
	    "[  240] call isla/0\n"
	    "[  240] call isla/1\n"
	    "[  300] call isla/0\n"
	    "[  300] call isla/1\n"
	    "[  300] last resort\n");
	end(&s);
}

/* A late outcome of an earlier call does not stop this one. */
static void
test_late_outcome(void **state)
{
	struct story s;
	unsigned first;

	(void)state;
	begin(&s, "standard", 1);
	first = s.page.call;
	pass(&s, 300);
	page_sent(&s.page, first, "isla", 0, PAGE_FAILED, s.now_ms);
	page_sent(&s.page, first, "isla", 1, PAGE_FAILED, s.now_ms);
	page_sent(&s.page, s.page.call, "tom", 5, PAGE_FAILED, s.now_ms);
	pump(&s);
	assert_string_equal(s.page.callees[0].person, "tom");
	assert_int_equal(s.page.callees[0].steps[0].state, STEP_TRYING);
	page_sent(&s.page, first, "isla", 0, PAGE_HANDED, s.now_ms);
	assert_true(s.page.alive);
	end(&s);
}

/* Severity 3: a notice to the watch, again after four hours. */
static void
test_notice(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 8 * 3600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[ 1800] call tom/0\n" /* it is noon where he is */
	    "[14400] call maya/0\n"
	    "[16200] call tom/0\n"
	    "[28800] call maya/0\n");
	end(&s);
}

/* From Friday evening on: the watch only, until it is Monday somewhere. */
static void
test_notice_over_a_weekend(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	page_close(&s.page);
	s.now_ms = s.begin_ms + INT64_C(1000) * (2 * 86400 + 7 * 3600);
	page_open(&s.page, &s.policy, s.now_ms); /* Friday, 18:00 in London */
	text_clear(&s.text);
	pass(&s, 52 * 3600 - 3);
	check_lacks(s.text.data, "call tom");
	check_lacks(s.text.data, "call moana");
	check_count(s.text.data, "call ", 13);
	text_clear(&s.text);
	pass(&s, 3600); /* nine o'clock in Auckland */
	told(&s,
	    "[385200] call maya/0\n"
	    "[387000] call moana/0\n");
	end(&s);
}

/* Handed to somebody: one notice to them, and the watch if nothing comes. */
static void
test_notice_handed_on(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	page_hand_on(&s.page, &s.policy, "moana", s.now_ms);
	pass(&s, 3600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call moana/0\n"
	    "[ 1800] call isla/0\n"
	    "[ 3600] call tom/0\n");
	end(&s);
}

static void
test_notice_undeliverable(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED); /* tom's turn */
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 0, PAGE_FAILED);
	sent(&s, 1, PAGE_FAILED);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call isla/1\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n"
	    "[    0] call moana/1\n");
	pass(&s, 900);
	told(&s, "[  900] call isla/0\n");
	end(&s);
}

/* Called at the watch's end: the newcomer is called at that instant. */
static void
test_watch_change_calling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	page_snooze(&s.page, &s.policy, "isla", 1800000, s.now_ms);
	text_clear(&s.text);
	s.now_ms += (3 * 3600 - 60) * 1000;
	page_hand_on(&s.page, &s.policy, "nobody", s.now_ms);
	pump(&s);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 59);
	told(&s, "[10740] call isla/0\n");
	pass(&s, 1);
	told(&s, "[10800] call maya/0\n");
	end(&s);
}

/* An override made while the page calls: the new one is called now. */
static void
test_override_while_calling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	text_clear(&s.text);
	s.overrides[0] = (struct override){ .from_ms = s.now_ms,
		.to_ms = s.now_ms + 7200000,
		.who = settings_person(s.settings, "moana") };
	text_copy(s.overrides[0].rota, 64, "support");
	s.policy.overrides = s.overrides;
	s.policy.override_count = 1;
	pass(&s, 10);
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s, "[   10] call moana/0\n");
	pass(&s, 300); /* on to tom: a person, no watch */
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s, "[  310] call tom/0\n");
	page_hand_on(&s.page, &s.policy, "maya", s.now_ms);
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s, "[  310] call maya/0\n");
	end(&s);
}

/* The clock went back an hour: nobody waits an hour longer. */
static void
test_clock_goes_back(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 1);
	sent(&s, 0, PAGE_HANDED);
	pass(&s, 60);
	text_clear(&s.text);
	s.now_ms -= 3600000;
	s.begin_ms -= 3600000;
	page_clamp(&s.page, &s.policy, s.now_ms);
	pass(&s, 300);
	told(&s,
	    "[  360] call isla/0\n"
	    "[  360] call isla/1\n");
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	s.now_ms -= 3600000;
	page_clamp(&s.page, &s.policy, s.now_ms);
	assert_int_equal(page_deadline(&s.page, &s.policy), s.now_ms + 1800000);
	page_snooze(&s.page, &s.policy, "isla", 1800000, s.now_ms);
	s.now_ms -= 3600000;
	page_clamp(&s.page, &s.policy, s.now_ms);
	assert_int_equal(page_deadline(&s.page, &s.policy), s.now_ms + 1800000);
	s.policy.severity = 3;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	page_clamp(&s.page, &s.policy, s.now_ms);
	end(&s);
}

/* An edited ladder is shorter than where the page stood. */
static void
test_ladder_edited(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 430);
	assert_int_equal(s.page.level, 2);
	text_clear(&s.text);
	s.policy.ladder = settings_ladder(s.settings, "one");
	pump(&s);
	assert_int_equal(s.page.level, 0);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	s.page.owner_level = 2;
	pump(&s);
	assert_int_equal(s.page.owner_level, -1);
	end(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_answers),
		cmocka_unit_test(test_called_again_within_a_level),
		cmocka_unit_test(test_undeliverable),
		cmocka_unit_test(test_stumbling),
		cmocka_unit_test(test_everything_fails),
		cmocka_unit_test(test_late_outcome),
		cmocka_unit_test(test_notice),
		cmocka_unit_test(test_notice_over_a_weekend),
		cmocka_unit_test(test_notice_handed_on),
		cmocka_unit_test(test_notice_undeliverable),
		cmocka_unit_test(test_watch_change_calling),
		cmocka_unit_test(test_override_while_calling),
		cmocka_unit_test(test_clock_goes_back),
		cmocka_unit_test(test_ladder_edited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
