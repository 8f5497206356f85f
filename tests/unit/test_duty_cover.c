/* duty: cover, swap, vacation, "take it from me now", and their undoing. */
#include "pager/duty_rotas.h"
#include "tests/unit/cover_story.h"

static void
test_cover(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover_for(&w, "maya", "tom", july(1, 12), july(4, 0));
	agreed(&w, "o-1: maya has support instead of tom from");
	assert_string_equal(on_watch(&w, "support", 1, 20), "isla");
	assert_string_equal(on_watch(&w, "support", 2, 20), "maya");
	assert_string_equal(on_watch(&w, "second", 2, 20), "tom");
	/* A second for the same hours, whoever it names. */
	cover_for(&w, "isla", "tom", july(2, 9), july(2, 10));
	refused(&w, "overlaps o-1 of maya, made by test");
	cover(&w, "isla", july(2, 9), july(2, 10));
	refused(&w, "overlaps o-1 of maya");
	/* Hours around it are free, those of others, too. */
	cover_for(&w, "tom", "isla", july(1, 13), july(1, 14));
	agreed(&w, "o-2: tom has support instead of isla");
	world_end(&w);
}

static void
test_refusals(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover_for(&w, "maya", "tom", july(1, 12), july(1, 14));
	refused(&w, "tom has no watch of support in these hours");
	cover(&w, "isla", july(1, 12), july(1, 14));
	refused(&w, "isla is on watch then already");
	cover_for(&w, "isla", "isla", july(1, 12), july(1, 14));
	refused(&w, "isla would stand in for isla");
	order(&w, "add",
	    "\"rota\":\"support\",\"for\":\"tom\",\"instead\":\"who\","
	    "\"to_ms\":%lld",
	    july(1, 14));
	refused(&w, "instead: who is not one of the people");
	order(&w, "add",
	    "\"rota\":\"support\",\"for\":\"moana\","
	    "\"to_ms\":%lld",
	    july(1, 14));
	refused(&w, "there is no way to reach moana");
	order(&w, "add", "\"rota\":\"x\",\"for\":\"tom\"%s", "");
	refused(&w, "there is no such rota");
	order(&w, "swap", "\"rota\":\"x\"%s", "");
	refused(&w, "there is no such rota");
	order(&w, "relieve", "\"for\":\"tom\"%s", "");
	refused(&w, "there is no such rota");
	assert_int_equal(w.duty->override_count, 0);
	world_end(&w);
}

/* Each has the other's watch, whole; one undoing undoes both. */
static void
test_swap(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	swap(&w, "tom", july(2, 9), "maya", july(6, 12));
	agreed(&w, "o-1: maya has support instead of tom from");
	agreed(&w, "; o-2: tom has support instead of maya from");
	assert_string_equal(on_watch(&w, "support", 2, 20), "maya");
	assert_string_equal(on_watch(&w, "support", 3, 20), "maya");
	assert_string_equal(on_watch(&w, "support", 6, 20), "tom");
	swap(&w, "tom", july(2, 9), "maya", july(6, 12));
	refused(&w, "at_ms: the watch is maya's then, not tom's");
	swap(&w, "tom", july(5, 9), "isla", july(1, 8));
	refused(&w, "other_at_ms: ahead, and within 400 days");
	world_restart(&w);
	order(&w, "remove", "\"override\":\"%s\"", "o-2");
	agreed(&w, "o-2 is removed");
	assert_int_equal(w.duty->override_count, 0);
	assert_null(world_field(&w, "overrides", "o-1"));
	assert_string_equal(on_watch(&w, "support", 2, 20), "tom");
	/* The watch that has begun: from now on. */
	swap(&w, "isla", july(1, 10), "tom", july(2, 12));
	agreed(&w, "tom has support instead of isla from 2026-07-01 11:00:00");
	world_end(&w);
}

/* Who is hit is told, before and when it is made. */
static void
test_vacation(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	away_try(&w, "maya", july(2, 0), july(7, 0));
	agreed(&w,
	    "maya would be away. Hit: support from 2026-07-03 04:00:00 "
	    "EDT to 2026-07-04 04:00:00 EDT (isla has it), support "
	    "from 2026-07-06 04:00:00 EDT to 2026-07-06 20:00:00 EDT "
	    "(isla has it)");
	assert_int_equal(w.duty->override_count, 0);
	away(&w, "maya", july(2, 0), july(7, 0));
	agreed(&w, "o-1: maya is away from");
	agreed(&w, ". Hit: support from 2026-07-03");
	assert_string_equal(on_watch(&w, "support", 3, 12), "isla");
	assert_string_equal(on_watch(&w, "support", 7, 2), "maya");
	away(&w, "maya", july(6, 0), july(9, 0));
	refused(&w, "maya is away then already (o-1, made by test)");
	/* Nor does she stand in for others then. */
	cover(&w, "maya", july(2, 9), july(2, 10));
	refused(&w, "maya is away then (o-1, made by test)");
	away_for(&w, "isla", "maya", july(6, 0), july(9, 0));
	refused(&w, "for: maya is away then");
	/* tom is alone on the other rota. */
	away(&w, "tom", july(2, 0), july(2, 12));
	refused(&w,
	    "for: nobody is left on second from 2026-07-02 01:00:00 BST to "
	    "2026-07-02 09:00:00 BST: say who has it");
	away_for(&w, "tom", "isla", july(2, 0), july(2, 12));
	agreed(&w, "o-2: tom is away from");
	assert_string_equal(on_watch(&w, "second", 2, 9), "isla");
	assert_string_equal(on_watch(&w, "support", 2, 9), "isla");
	world_restart(&w);
	assert_string_equal(on_watch(&w, "second", 2, 9), "isla");
	order(&w, "remove", "\"override\":\"%s\"", "o-2");
	assert_string_equal(on_watch(&w, "second", 2, 9), "tom");
	assert_int_equal(w.duty->override_count, 1);
	/* Away when nothing is theirs. */
	away(&w, "moana", july(2, 0), july(3, 0));
	agreed(&w, ". No watch is hit.");
	away_try(&w, "moana", july(12, 0), july(13, 0));
	agreed(&w, "moana would be away: no watch is hit.");
	order(&w, "away", "\"instead\":\"isla\",\"to_ms\":%d", 1);
	refused(&w, "in order, ahead");
	order(&w, "away", "\"to_ms\":%lld", july(12, 0));
	refused(&w, "instead: is missing");
	away_for(&w, "isla", "moana", july(12, 0), july(13, 0));
	refused(&w, "no way to reach moana");
	away(&w, "isla", july(10, 0), july(31, 0));
	agreed(&w, " (tom has it)");
	world_end(&w);
}

/* A year of every rota was compared for an override of one of them. */
static void
test_other_rotas_are_left_alone(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	world_pass(&w, 3600);
	order(&w, "add", "\"rota\":\"support\",\"for\":\"tom\",\"to_ms\":%lld",
	    july(2, 0));
	assert_true(w.answer_ok);
	assert_int_equal(rotas_last_row(w.duty, "support")->to_ms, w.now_ms);
	assert_int_equal(rotas_last_row(w.duty, "second")->to_ms,
	    w.now_ms - 3600000);
	order(&w, "away", "\"instead\":\"maya\",\"to_ms\":%lld", july(2, 0));
	assert_true(w.answer_ok);
	assert_int_equal(rotas_last_row(w.duty, "second")->to_ms, w.now_ms);
	world_end(&w);
}

/* More watches than are listed. */
static void
test_a_long_vacation(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	away_try(&w, "maya", july(2, 0), july(40, 0));
	assert_true(w.answer_ok);
	away(&w, "maya", july(2, 0), july(40, 0));
	assert_true(w.answer_ok);
	world_end(&w);
}

/* From now to the end of the watch: whoever is second, or is said. */
static void
test_take_it_from_me_now(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	world_pass(&w, 3600);
	order(&w, "relieve", "\"rota\":\"support\"%s", "");
	agreed(&w,
	    "o-1: tom has support instead of isla from 2026-07-01 "
	    "12:00:00 BST to 2026-07-02 09:00:00 BST");
	check_asked(&w, "{\"command\":\"oncall\",\"rota\":\"support\"}",
	    "\"primary\":\"tom\"");
	order(&w, "relieve", "\"rota\":\"support\",\"for\":\"%s\"", "tom");
	refused(&w, "tom would stand in for tom");
	order(&w, "relieve", "\"rota\":\"support\",\"for\":\"%s\"", "who");
	refused(&w, "who is not one of the people");
	/* It may be passed on, and each step can be taken back. */
	order(&w, "relieve", "\"rota\":\"support\",\"for\":\"%s\"", "maya");
	agreed(&w, "o-2: maya has support instead of tom");
	order(&w, "remove", "\"override\":\"%s\"", "o-2");
	assert_string_equal(on_watch(&w, "support", 1, 12), "tom");
	order(&w, "remove", "\"override\":\"%s\"", "o-1");
	assert_string_equal(on_watch(&w, "support", 1, 12), "isla");
	order(&w, "relieve", "\"rota\":\"second\"%s", "");
	refused(&w, "nobody is second on second; say who takes it");
	world_end(&w);
}

/* What a calendar says again is nothing; another word takes its place. */
static void
test_by_calendar(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	for (int i = 0; i < 2; i++) {
		cover_by(&w, "a@b", "maya", july(2, 9), july(2, 10));
		agreed(&w,
		    i == 0 ? "o-1: maya has support from"
			   : "o-1 is as it was.");
		world_restart(&w);
	}
	cover_by(&w, "a@b", "maya", july(2, 11), july(2, 12));
	agreed(&w, "o-2: maya has support from");
	assert_int_equal(w.duty->override_count, 1);
	world_end(&w);
}

/* It was taken for the same as long as it only began later. */
static void
test_an_event_that_begins_later_was_the_same(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover_by(&w, "a@b", "maya", july(2, 9), july(2, 12));
	agreed(&w, "o-1: maya has support from");
	cover_by(&w, "a@b", "maya", july(2, 11), july(2, 12));
	agreed(&w, "o-2: maya has support from");
	assert_string_equal(on_watch(&w, "support", 2, 10), "tom");
	assert_string_equal(on_watch(&w, "support", 2, 11), "maya");
	world_end(&w);
}

/* The hours that stood were lost with those that were refused. */
static void
test_a_refused_event_took_the_hours_away(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover_by(&w, "a@b", "maya", july(2, 9), july(2, 12));
	cover(&w, "isla", july(2, 12), july(2, 14));
	cover_by(&w, "a@b", "maya", july(2, 11), july(2, 13));
	refused(&w, "overlaps o-2 of isla");
	assert_string_equal(on_watch(&w, "support", 2, 9), "maya");
	assert_int_equal(w.duty->override_count, 2);
	/* Its own hours are no clash. */
	cover_by(&w, "a@b", "maya", july(2, 10), july(2, 12));
	agreed(&w, "o-3: maya has support from");
	assert_string_equal(on_watch(&w, "support", 2, 9), "tom");
	world_end(&w);
}

/* What has begun is cut; then the same again clashed with what came after. */
static void
test_a_begun_event_clashed_with_itself(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover_by(&w, "a@b", "maya", july(1, 11), july(1, 20));
	world_pass(&w, 2 * 3600);
	cover_by(&w, "a@b", "maya", july(1, 11), july(1, 20));
	agreed(&w, "o-1 is as it was.");
	cover_by(&w, "a@b", "maya", july(1, 11), july(1, 22));
	agreed(&w, "o-2: maya has support from 2026-07-01 08:00:00 EDT");
	world_pass(&w, 3600);
	cover_by(&w, "a@b", "maya", july(1, 11), july(1, 22));
	agreed(&w, "o-2 is as it was.");
	assert_string_equal(on_watch(&w, "support", 1, 11), "maya");
	assert_string_equal(on_watch(&w, "support", 1, 21), "maya");
	/* One that has been is another's name now. */
	world_pass(&w, 86400);
	cover_by(&w, "a@b", "maya", july(4, 9), july(4, 10));
	agreed(&w, "o-3: maya has support from");
	cover_by(&w, "a@b", "maya", july(4, 9), july(4, 10));
	agreed(&w, "o-3 is as it was.");
	world_end(&w);
}

/* Two long names were one when only their beginnings were kept. */
static void
test_an_event_of_a_long_name(void **state)
{
	char uid[257];
	struct world w;

	(void)state;
	memset(uid, 'a', sizeof(uid) - 1);
	uid[sizeof(uid) - 1] = '\0';
	world_begin(&w, cover_tree, NIGHT);
	cover_by(&w, uid, "maya", july(2, 9), july(2, 10));
	refused(&w, "uid: longer than 255 bytes");
	cover_by(&w, uid + 1, "maya", july(2, 9), july(2, 10));
	agreed(&w, "o-1: maya has support from");
	world_end(&w);
}

/* Full: one in the place of another needs room when that has begun. */
static void
test_an_event_in_a_full_list(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	cover_by(&w, "a@b", "maya", july(1, 11), july(1, 20));
	others(&w, DUTY_OVERRIDES_MAX - 1);
	cover_by(&w, "a@b", "maya", july(1, 12), july(1, 20));
	agreed(&w, "maya has support from");
	world_pass(&w, 4 * 3600);
	cover_by(&w, "a@b", "maya", july(1, 12), july(1, 22));
	refused(&w, "there are 1000 overrides already");
	assert_string_equal(on_watch(&w, "support", 1, 19), "maya");
	assert_int_equal(w.duty->override_count, DUTY_OVERRIDES_MAX);
	world_end(&w);
}

/* Two that are made together need room for both. */
static void
test_no_room_for_two(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	others(&w, DUTY_OVERRIDES_MAX - 1);
	swap(&w, "tom", july(2, 9), "maya", july(6, 12));
	refused(&w, "there are 1000 overrides already");
	assert_int_equal(w.duty->override_count, DUTY_OVERRIDES_MAX - 1);
	world_end(&w);
}

/* On the 2nd tom has the watch, and maya, who is second, is away from 12 to 14:
   isla is meanwhile, and is the one after the next. */
static void
test_oncall_said_then_tom_when_only_the_second_was_another(void **state)
{
	struct world w;
	char question[80];

	(void)state;
	world_begin(&w, cover_tree, NIGHT);
	away(&w, "maya", july(2, 12), july(2, 14));
	agreed(&w, "o-1: maya is away from");
	text_format(question, sizeof(question),
	    "{\"command\":\"oncall\",\"at_ms\":%lld}", july(2, 9));
	check_asked(&w, question,
	    "\"since_ms\":1782979200000,\"until_ms\":1783065600000,"
	    "\"secondary\":\"maya\",\"secondary_until_ms\":1782993600000,"
	    "\"next\":\"maya\"");
	text_format(question, sizeof(question),
	    "{\"command\":\"oncall\",\"at_ms\":%lld}", july(2, 13));
	check_asked(&w, question,
	    "\"since_ms\":1782979200000,\"until_ms\":1783065600000,"
	    "\"secondary\":\"isla\",\"secondary_until_ms\":1783000800000,"
	    "\"next\":\"maya\"");
	world_pass(&w, 29 * 3600); /* it has been, and the watch goes on */
	check_asked(&w, question,
	    "\"primary\":\"tom\",\"zone\":\"Europe/London\",\"since_ms\":"
	    "1782979200000,\"next\":\"maya\",\"until_ms\":1783065600000,"
	    "\"secondary\":\"isla\",\"version\":1,\"frozen\":true");
	world_pass(&w, 86400); /* it is over */
	check_asked(&w, question,
	    "\"since_ms\":1782979200000,\"next\":\"maya\",\"until_ms\":"
	    "1783065600000,\"secondary\":\"isla\"");
	world_end(&w);
}

/* Maya has the watch by an override; tom, who is second, is not by it. */
static void
test_the_second_was_called_by_the_firsts_override(void **state)
{
	struct text tree = { 0 }, journal = { 0 };
	const char *level = strstr(cover_tree, "support, patience");
	struct world w;

	(void)state;
	text_add_bytes(&tree, cover_tree, (size_t)(level - cover_tree));
	text_addf(&tree, "support secondary%s", level + strlen("support"));
	world_begin(&w, tree.data, NIGHT);
	cover(&w, "maya", july(1, 9), july(1, 20));
	agreed(&w, "o-1: maya has support");
	w.journal = &journal;
	world_command(&w,
	    "{\"command\":\"open\",\"severity\":1,\"text\":\"odd\"}");
	check_has(journal.data, "\"from\":\"rota support secondary\"");
	check_has(journal.data, "\"person\":\"tom\"");
	check_has(journal.data, "\"watch_until_ms\":1782936000000");
	check_lacks(journal.data, "\"override\":\"o-1\"");
	w.journal = NULL;
	world_end(&w);
	text_clear(&journal);
	text_clear(&tree);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cover),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_vacation),
		cmocka_unit_test(test_other_rotas_are_left_alone),
		cmocka_unit_test(test_a_long_vacation),
		cmocka_unit_test(test_take_it_from_me_now),
		cmocka_unit_test(test_by_calendar),
		cmocka_unit_test(test_an_event_that_begins_later_was_the_same),
		cmocka_unit_test(test_a_refused_event_took_the_hours_away),
		cmocka_unit_test(test_a_begun_event_clashed_with_itself),
		cmocka_unit_test(test_an_event_of_a_long_name),
		cmocka_unit_test(test_an_event_in_a_full_list),
		cmocka_unit_test(test_no_room_for_two),
		cmocka_unit_test(
		    test_the_second_was_called_by_the_firsts_override),
		cmocka_unit_test(
		    test_oncall_said_then_tom_when_only_the_second_was_another),
	};

	return cmocka_run_group_tests_name("duty_cover", tests, NULL, NULL);
}
