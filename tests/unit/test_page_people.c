/* A page that calls several at once, one of them in turn, the next zone. */
#include "tests/unit/page_story.h"

static void
outcome_of(struct story *s, const char *person, size_t step,
    enum page_outcome outcome)
{
	page_sent(&s->page, s->page.call, person, step, outcome, s->now_ms);
	pump(s);
}

/* Takes it, and what is due at once. */
static void
take(struct story *s, const char *person)
{
	assert_true(page_take(&s->page, &s->policy, person, s->now_ms));
	pump(s);
}

static void
decline(struct story *s, const char *person)
{
	assert_true(page_decline(&s->page, &s->policy, person, s->now_ms));
	pump(s);
}

static void
names_are(const struct story *s, enum callee_state state, const char *names)
{
	char found[LADDER_NAMES_MAX];

	page_names(&s->page, state, found);
	assert_string_equal(found, names);
}

/* Each by their own ways, and again every five minutes; one take is enough. */
static void
test_all_at_once(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "group", 1);
	next_is(&s, "maya", 300);
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n"
	    "[   60] call isla/1\n"
	    "[  300] call maya/0\n");
	next_is(&s, "isla, tom, moana", 600);
	pass(&s, 300);
	take(&s, "tom");
	pass(&s, 1000);
	told(&s,
	    "[  600] call isla/0\n"
	    "[  600] call tom/0\n"
	    "[  600] call moana/0\n");
	assert_string_equal(s.page.owner, "tom");
	assert_int_equal(s.page.callee_count, 0);
	end(&s);
}

/* What fails for one is followed by that one's next way; the level is left when
   nobody's ways are left. */
static void
test_ways_fail_one_by_one(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "group", 1);
	outcome_of(&s, "isla", 0, PAGE_FAILED);
	outcome_of(&s, "tom", 0, PAGE_FAILED);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n"
	    "[    0] call isla/1\n");
	outcome_of(&s, "isla", 1, PAGE_FAILED);
	outcome_of(&s, "nobody", 0, PAGE_FAILED);
	told(&s, "");
	outcome_of(&s, "moana", 0, PAGE_STUMBLED);
	outcome_of(&s, "moana", 1, PAGE_FAILED);
	told(&s, "[    0] call moana/1\n");
	outcome_of(&s, "moana", 0, PAGE_FAILED);
	told(&s, "[    0] call maya/0\n");
	end(&s);
}

/* One will not: the others are called on.  The last one who will not lets the
   next level be called at once. */
static void
test_declined_one_by_one(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "group", 1);
	decline(&s, "isla");
	decline(&s, "isla"); /* said again */
	names_are(&s, CALLEE_ASKED, "tom, moana");
	names_are(&s, CALLEE_DECLINED, "isla");
	assert_true(page_spares(&s.page, "isla"));
	assert_false(page_spares(&s.page, "tom"));
	assert_false(page_asks(&s.page, "isla"));
	assert_false(page_asks(&s.page, "maya"));
	pass(&s, 100);
	decline(&s, "tom");
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n");
	decline(&s, "moana");
	told(&s, "[  100] call maya/0\n");
	assert_false(page_decline(&s.page, &s.policy, "tom", s.now_ms));
	pass(&s, 300); /* round the ladder everybody is asked again */
	told(&s,
	    "[  400] call isla/0\n"
	    "[  400] call tom/0\n"
	    "[  400] call moana/0\n");
	end(&s);
}

/* There is no other level: they are asked again at its pace. */
static void
test_all_decline_alone(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "pair", 1);
	decline(&s, "isla");
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[  300] call isla/0\n"
	    "[  300] call tom/0\n");
	decline(&s, "isla");
	decline(&s, "tom");
	names_are(&s, CALLEE_ASKED, "isla, tom");
	pass(&s, 300);
	told(&s,
	    "[  360] call isla/1\n"
	    "[  600] call isla/0\n"
	    "[  600] call tom/0\n");
	end(&s);
}

/* Each has to take it: who has is left alone, the last one has it. */
static void
test_each_has_to_answer(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "each", 1);
	assert_true(page_waits(&s.page, &s.policy, "tom"));
	assert_false(page_waits(&s.page, &s.policy, "maya")); /* not asked */
	pass(&s, 10);
	take(&s, "tom");
	take(&s, "tom"); /* said again */
	assert_int_equal(s.page.state, PAGE_CALLING);
	assert_true(page_has_answered(&s.page, "tom"));
	assert_false(page_has_answered(&s.page, "isla"));
	pass(&s, 90);
	take(&s, "isla");
	names_are(&s, CALLEE_ANSWERED, "isla, tom");
	assert_false(page_waits(&s.page, &s.policy, "moana"));
	take(&s, "moana");
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n"
	    "[   60] call isla/1\n");
	assert_int_equal(s.page.state, PAGE_TAKEN);
	assert_string_equal(s.page.owner, "moana");
	assert_int_equal(s.page.answer_count, 0);
	end(&s);
}

/* One does not answer: it climbs, and round the ladder only that one is called
   again, until the others' word is as old as a take may be. */
static void
test_one_does_not_answer(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "each", 1);
	take(&s, "tom");
	take(&s, "isla");
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n"
	    "[  300] call maya/0\n");
	next_is(&s, "moana", 600);
	pass(&s, 1200);
	told(&s,
	    "[  600] call moana/0\n"
	    "[  900] call maya/0\n"
	    "[ 1200] call moana/0\n"
	    "[ 1500] call maya/0\n");
	next_is(&s, "isla, tom, moana", 1800);
	pass(&s, 300);
	told(&s,
	    "[ 1800] call isla/0\n"
	    "[ 1800] call tom/0\n"
	    "[ 1800] call moana/0\n");
	take(&s, "maya"); /* was asked before, and has it alone */
	assert_string_equal(s.page.owner, "maya");
	end(&s);
}

/* One will not: then all cannot, and it goes on at once. */
static void
test_each_has_to_and_one_will_not(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "each", 1);
	decline(&s, "moana");
	take(&s, "tom");
	assert_int_equal(s.page.state, PAGE_CALLING);
	text_clear(&s.text);
	take(&s, "isla");
	told(&s, "[    0] call maya/0\n");
	decline(&s, "maya");
	told(&s, "[    0] call moana/0\n");
	decline(&s, "moana");
	take(&s, "tom"); /* out of turn, and nobody waits for an answer */
	assert_string_equal(s.page.owner, "tom");
	end(&s);
}

/* Who has taken it may still think better of it. */
static void
test_answer_taken_back(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "each-pair", 1);
	take(&s, "tom");
	decline(&s, "tom");
	names_are(&s, CALLEE_DECLINED, "tom");
	assert_int_equal(s.page.answer_count, 0);
	take(&s, "isla"); /* alone on its ladder: tom is asked again */
	names_are(&s, CALLEE_ASKED, "tom");
	pass(&s, 300);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[  300] call tom/0\n");
	take(&s, "tom");
	assert_string_equal(s.page.owner, "tom");
	end(&s);
}

/* All of a level have answered at different times, and somebody new is asked:
   it is theirs to complete. */
static void
test_answers_outlive_a_change_of_people(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "each-pair", 1);
	take(&s, "tom");
	text_clear(&s.text);
	s.overrides[0] = (struct override){ 0 };
	/* A reload: the group is another, of whom one has answered. */
	s.policy.ladder = settings_ladder(s.settings, "each");
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call moana/0\n");
	names_are(&s, CALLEE_ANSWERED, "tom");
	/* Now it is that one alone with another who has: both are asked. */
	take(&s, "isla");
	s.policy.ladder = settings_ladder(s.settings, "each-pair");
	page_recheck(&s.page, s.now_ms);
	pump(&s);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n");
	assert_int_equal(s.page.answer_count, 0);
	end(&s);
}

/* Answers of more people than a level has: the oldest go. */
static void
test_many_answers(void **state)
{
	static const char *const ladders[] = { "each", "each-pair" };
	struct story s;

	(void)state;
	begin(&s, "each", 1);
	for (int i = 0; i < 20; i++) {
		char name[16];

		text_format(name, sizeof(name), "p%d", i);
		s.policy.ladder = settings_ladder(s.settings, ladders[i % 2]);
		text_copy(s.page.callees[0].person, 64, name);
		s.page.callees[0].state = CALLEE_ASKED;
		assert_true(page_take(&s.page, &s.policy, name, s.now_ms));
		assert_int_equal(s.page.state, PAGE_CALLING);
	}
	assert_int_equal(s.page.answer_count, PAGE_PEOPLE_MAX);
	assert_string_equal(s.page.answers[PAGE_PEOPLE_MAX - 1].person, "p19");
	end(&s);
}

/* What becomes worse asks everybody anew. */
static void
test_worse_while_some_have_answered(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "each", 2);
	take(&s, "tom");
	text_clear(&s.text);
	s.policy.severity = 1;
	page_severity(&s.page, &s.policy, true, s.now_ms);
	pump(&s);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n");
	end(&s);
}

/* The watch, first and second: at its end the new one is called, and who has
   said no there is not called for saying it before. */
static void
test_whole_watch_changes(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "watch", 1);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n");
	page_snooze(&s.page, &s.policy, "isla", 1800000, s.now_ms);
	s.now_ms += (3 * 3600 - 60) * 1000;
	pump(&s);
	told(&s,
	    "[10740] awake isla\n"
	    "[10740] call isla/0\n"
	    "[10740] call tom/0\n");
	decline(&s, "tom");
	pass(&s, 60);
	told(&s, "[10800] call maya/0\n");
	names_are(&s, CALLEE_DECLINED, "tom"); /* second there, too */
	end(&s);
}

/* The owner was second of a watch that is over: the first of the new hears. */
static void
test_whole_watch_hands_over(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "watch", 3);
	s.policy.severity = 1;
	text_clear(&s.text);
	page_take(&s.page, &s.policy, "isla", s.now_ms);
	assert_int_equal(s.page.owner_level, 0);
	s.page.until_ms = NEVER;
	pass(&s, 3 * 3600);
	told(&s, "[10800] hand over to maya\n");
	/* Still on watch, as the second: nothing to hand over. */
	s.now_ms = s.begin_ms;
	page_take(&s.page, &s.policy, "tom", s.now_ms);
	s.page.until_ms = NEVER;
	pass(&s, 3 * 3600);
	told(&s, "");
	end(&s);
}

/* Severity 3: one notice to each, beyond the watch in their office hours. */
static void
test_notice_to_several(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "group", 3);
	pass(&s, 3 * 3600);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[    0] call moana/0\n"
	    "[10800] call maya/0\n");
	end(&s);
}

/* Of a level of several only those whose office is open are told. */
static void
test_notice_where_the_office_is_open(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "office", 3);
	pass(&s, 1800);
	told(&s,
	    "[    0] call maya/0\n"
	    "[ 1800] call isla/0\n"
	    "[ 1800] call tom/0\n"); /* it is night where moana is */
	next_is(&s, "maya", 14400);
	end(&s);
}

/* The clock went back: nobody's answer is good for longer, and no way, begun or
   not, waits for longer than if the level had begun now. */
static void
test_clock_goes_back(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "each", 1);
	take(&s, "tom");
	pass(&s, 60);
	s.now_ms -= 3600000;
	assert_true(page_clamp(&s.page, &s.policy, s.now_ms));
	assert_true(s.page.answers[0].at_ms == s.now_ms);
	for (size_t i = 0; i < s.page.callee_count; i++)
		for (size_t k = 0; k < s.page.callees[i].step_count; k++)
			assert_true(s.page.callees[i].steps[k].due_ms <=
			    s.now_ms + (i == 2 && k == 1 ? 420000 : 300000));
	end(&s);
}

/* More has failed: everybody who is called hears of it. */
static void
test_hurry(void **state)
{
	struct story s;

	(void)state;
	begin(&s, "pair", 1);
	pass(&s, 10);
	page_hurry(&s.page, s.now_ms + 20000);
	pass(&s, 40);
	told(&s,
	    "[    0] call isla/0\n"
	    "[    0] call tom/0\n"
	    "[   30] call isla/0\n"
	    "[   30] call tom/0\n");
	end(&s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_ways_fail_one_by_one),
		cmocka_unit_test(test_declined_one_by_one),
		cmocka_unit_test(test_all_decline_alone),
		cmocka_unit_test(test_each_has_to_answer),
		cmocka_unit_test(test_one_does_not_answer),
		cmocka_unit_test(test_each_has_to_and_one_will_not),
		cmocka_unit_test(test_answer_taken_back),
		cmocka_unit_test(test_answers_outlive_a_change_of_people),
		cmocka_unit_test(test_many_answers),
		cmocka_unit_test(test_worse_while_some_have_answered),
		cmocka_unit_test(test_whole_watch_changes),
		cmocka_unit_test(test_whole_watch_hands_over),
		cmocka_unit_test(test_notice_to_several),
		cmocka_unit_test(test_notice_where_the_office_is_open),
		cmocka_unit_test(test_clock_goes_back),
		cmocka_unit_test(test_hurry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
