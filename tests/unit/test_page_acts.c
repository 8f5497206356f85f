/* What people do to a page: take, snooze, hand on, decline. */
#include "tests/unit/page_story.h"

static void
test_taken_and_expired(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 10);
	assert_true(page_take(&s.page, &s.policy, "tom", s.now_ms));
	pump(&s);
	pass(&s, 1200);
	page_touch(&s.page, &s.policy, s.now_ms); /* a note renews it */
	pass(&s, 1799);
	told(&s, "[    0] call isla/0\n");
	assert_int_equal(s.page.state, PAGE_TAKEN);
	pass(&s, 1);
	told(&s,
	    "[ 3010] expired tom\n"
	    "[ 3010] call isla/0\n");
	assert_int_equal(s.page.state, PAGE_CALLING);
	end(&s);
}

static const struct {
	int severity;
	int64_t take_s, snooze_s;
} spans[] = { { 1, 1800, 1800 }, { 2, 3600, 14400 }, { 3, 28800, 14400 },
	{ 4, 28800, 14400 } };

static void
test_spans(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		int severity = spans[i].severity;

		assert_int_equal(page_take_span(severity),
		    spans[i].take_s * 1000);
		assert_int_equal(page_snooze_max(severity),
		    spans[i].snooze_s * 1000);
	}
}

static void
test_snooze(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	assert_false(
	    page_snooze(&s.page, &s.policy, "isla", 1800001, s.now_ms));
	assert_false(page_snooze(&s.page, &s.policy, "isla", 0, s.now_ms));
	assert_int_equal(s.page.state, PAGE_CALLING);
	assert_true(page_snooze(&s.page, &s.policy, "isla", 1800000, s.now_ms));
	pump(&s);
	page_touch(&s.page, &s.policy, s.now_ms); /* does not prolong it */
	pass(&s, 1800);
	told(&s,
	    "[    0] call isla/0\n"
	    "[ 1800] awake isla\n"
	    "[ 1800] call isla/0\n");
	end(&s);
}

/* Handed on: that person first, then the ladder from its beginning. */
static void
test_hand_on(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	pass(&s, 60);
	assert_true(page_hand_on(&s.page, &s.policy, "moana", s.now_ms));
	pump(&s);
	assert_string_equal(s.page.owner, "");
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call moana/0\n"
	    "[  360] call isla/0\n");
	/* Somebody who is no more: the ladder at once. */
	page_hand_on(&s.page, &s.policy, "nobody", s.now_ms);
	pump(&s);
	told(&s, "[  360] call isla/0\n");
	end(&s);
}

/* The next level at once; after the last one the first, called anew. */
static void
test_escalate(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 5);
	assert_true(page_escalate(&s.page, &s.policy, s.now_ms));
	pump(&s);
	assert_true(page_is_escalated(&s.page, s.now_ms));
	told(&s,
	    "[    0] call isla/0\n"
	    "[    5] call tom/0\n");
	pass(&s, 59);
	assert_true(page_is_escalated(&s.page, s.now_ms));
	pass(&s, 1);
	assert_false(page_is_escalated(&s.page, s.now_ms));
	assert_false(page_is_escalated(&s.page, s.now_ms - 65000));
	text_clear(&s.text);
	for (int i = 0; i < (int)s.policy.ladder->levels.count - 1; i++)
		assert_true(page_escalate(&s.page, &s.policy, s.now_ms));
	pump(&s);
	assert_int_equal(s.page.level, 0);
	assert_int_equal(s.page.round, 1);
	assert_non_null(strstr(s.text.data, "[   65] call isla/0\n"));
	page_close(&s.page);
	assert_false(page_escalate(&s.page, &s.policy, s.now_ms));
	assert_false(page_is_escalated(&s.page, s.now_ms));
	end(&s);
}

/* Whoever has it has it no more, and is not whom it calls. */
static void
test_escalate_what_somebody_has(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	pass(&s, 60);
	assert_true(page_escalate(&s.page, &s.policy, s.now_ms));
	pump(&s);
	assert_string_equal(s.page.owner, "");
	assert_int_equal(s.page.state, PAGE_CALLING);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call tom/0\n");
	/* Handed to somebody outside: after that one comes the ladder. */
	page_hand_on(&s.page, &s.policy, "moana", s.now_ms);
	assert_true(page_escalate(&s.page, &s.policy, s.now_ms));
	pump(&s);
	told(&s, "[   60] call isla/0\n");
	end(&s);
}

static void
test_decline(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	assert_false(page_decline(&s.page, &s.policy, "tom", s.now_ms));
	pass(&s, 5);
	assert_true(page_decline(&s.page, &s.policy, "isla", s.now_ms));
	pump(&s);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    5] call tom/0\n");
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	assert_false(page_decline(&s.page, &s.policy, "tom", s.now_ms));
	assert_true(page_decline(&s.page, &s.policy, "isla", s.now_ms));
	pump(&s); /* not to isla again, who has just declined */
	told(&s, "[    5] call tom/0\n");
	page_take(&s.page, &s.policy, "tom", s.now_ms);
	assert_true(page_decline(&s.page, &s.policy, "tom", s.now_ms));
	pump(&s);
	told(&s, "[    5] call isla/0\n");
	end(&s);
}

/* The only one there is stays on call, at the usual pace. */
static void
test_decline_alone(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "one", 1);
	assert_true(page_decline(&s.page, &s.policy, "isla", s.now_ms));
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call isla/0\n");
	end(&s);
}

/* Whoever has it hears first when it gets worse. */
static void
test_severity(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 2);
	page_take(&s.page, &s.policy, "moana", s.now_ms);
	s.policy.severity = 1;
	page_severity(&s.page, &s.policy, true, s.now_ms);
	pump(&s);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call moana/0\n");
	pass(&s, 60);
	page_severity(&s.page, &s.policy, true, s.now_ms);
	pump(&s);
	told(&s, "[   60] call moana/0\n");
	page_take(&s.page, &s.policy, "moana", s.now_ms);
	assert_int_equal(s.page.until_ms, s.now_ms + 30 * 60000);
	s.policy.severity = 3;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	assert_int_equal(s.page.state, PAGE_TAKEN);
	assert_int_equal(s.page.until_ms, s.now_ms + 8 * 3600000);
	page_snooze(&s.page, &s.policy, "moana", 4 * 3600000, s.now_ms);
	s.policy.severity = 1;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	assert_int_equal(s.page.until_ms, s.now_ms + 30 * 60000);
	end(&s);
}

/* Made less severe while it calls: no more calls, but one notice. */
static void
test_severity_lowered_while_calling(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	pass(&s, 310);
	s.policy.severity = 3;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	pump(&s);
	pass(&s, 3600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call tom/0\n"
	    "[  310] call isla/0\n"
	    "[ 2110] call tom/0\n");
	s.policy.severity = 4;
	page_severity(&s.page, &s.policy, false, s.now_ms);
	pump(&s);
	pass(&s, 100000);
	told(&s, "");
	assert_true(page_deadline(&s.page, &s.policy) == NEVER);
	end(&s);
}

/* At the watch's end the owner stays until the newcomer takes it. */
static void
test_watch_change_taken(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	pass(&s, 600);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	pass(&s, 3 * 3600 - 600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[10800] hand over to maya\n");
	assert_string_equal(s.page.owner, "isla");
	page_take(&s.page, &s.policy, "maya", s.now_ms);
	pass(&s, 3600);
	told(&s, "");
	end(&s);
}

static void
test_watch_change_nobody_takes_over(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	pass(&s, 600);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	pass(&s, 3 * 3600 - 600 + 15 * 60);
	told(&s,
	    "[    0] call isla/0\n"
	    "[10800] hand over to maya\n"
	    "[11700] watch over isla\n"
	    "[11700] call maya/0\n");
	end(&s);
}

/* Who is not on watch has no watch that could end. */
static void
test_watch_change_owner_from_elsewhere(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 3);
	page_take(&s.page, &s.policy, "moana", s.now_ms);
	pass(&s, 4 * 3600);
	told(&s, "[    0] call isla/0\n");
	end(&s);
}

static void
test_closed_stays_closed(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "standard", 1);
	text_clear(&s.text);
	page_close(&s.page);
	assert_false(page_take(&s.page, &s.policy, "isla", s.now_ms));
	assert_false(page_snooze(&s.page, &s.policy, "isla", 1000, s.now_ms));
	assert_false(page_hand_on(&s.page, &s.policy, "tom", s.now_ms));
	assert_false(page_decline(&s.page, &s.policy, "", s.now_ms));
	page_severity(&s.page, &s.policy, true, s.now_ms);
	page_sent(&s.page, s.page.call, "isla", 0, PAGE_FAILED, s.now_ms);
	pass(&s, 100000);
	told(&s, "");
	assert_string_equal(page_state_text(s.page.state), "closed");
	end(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken_and_expired),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_snooze),
		cmocka_unit_test(test_hand_on),
		cmocka_unit_test(test_escalate),
		cmocka_unit_test(test_escalate_what_somebody_has),
		cmocka_unit_test(test_decline),
		cmocka_unit_test(test_decline_alone),
		cmocka_unit_test(test_severity),
		cmocka_unit_test(test_severity_lowered_while_calling),
		cmocka_unit_test(test_watch_change_taken),
		cmocka_unit_test(test_watch_change_nobody_takes_over),
		cmocka_unit_test(test_watch_change_owner_from_elsewhere),
		cmocka_unit_test(test_closed_stays_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
