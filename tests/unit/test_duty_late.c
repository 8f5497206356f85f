/* The clock of the promised public update. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* Taken by tom; an update promised for ten minutes from now. */
static void
promise(struct world *w, const char *owner)
{
	char command[200];

	world_begin(w, world_tree, NIGHT);
	world_raise(w, ALARM_RAISED, "acme/web", 2);
	text_format(command, sizeof(command),
	    "{\"command\":\"take\",\"person\":\"%s\",\"incident\":1}", owner);
	world_command(w, command);
	text_format(command, sizeof(command),
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"We look.\","
	    "\"next_ms\":%lld}",
	    (long long)w->now_ms + 600000);
	world_command(w, command);
	assert_true(w->answer_ok);
	text_clear(&w->text);
}

/* The owner first, then the ladder, again and again. */
static void
test_a_late_update_only_reminded(void **state)
{
	struct world w;

	(void)state;
	promise(&w, "tom");
	world_pass(&w, 599);
	told(&w, "");
	world_pass(&w, 901);
	told(&w,
	    "[  600] update due tom by mail\n"
	    "[  900] update due isla by terminal\n"
	    "[  960] update due isla by mail\n"
	    "[ 1200] update due tom by mail\n"
	    "[ 1500] update due isla by terminal\n");
	check_has(w.last.data, "The public update promised for 11:10 BST");
	check_has(w.last.data, "Next: tom at 11:30 BST, unless the update");
	/* It is still his: a late update takes nothing away. */
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"state\":\"taken\",\"owner\":\"tom\"");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"late\":true");
	check_quiet(&w);
	world_end(&w);
}

/* Who is on watch and has it is not called twice over. */
static void
test_owner_is_on_watch(void **state)
{
	struct world w;

	(void)state;
	promise(&w, "isla");
	world_pass(&w, 901);
	told(&w,
	    "[  600] update due isla by terminal\n"
	    "[  660] update due isla by mail\n"
	    "[  900] update due tom by mail\n");
	world_end(&w);
}

static void
test_the_update_ends_it(void **state)
{
	struct world w;

	(void)state;
	promise(&w, "tom");
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 610);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"Found it.\"}");
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 600);
	told(&w, "[  610] answer 1 ok\n");
	/* A new promise, an hour ahead. */
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,\"text\":\"x\"}");
	text_clear(&w.text);
	world_pass(&w, 3601 - 600);
	told(&w, "[ 4210] update due tom by mail\n");
	world_end(&w);
}

/* "I am at it" is good for a quarter of an hour. */
static void
test_somebody_is_at_it(void **state)
{
	struct world w;

	(void)state;
	promise(&w, "tom");
	world_pass(&w, 660);
	text_clear(&w.text);
	world_command(&w, TAKE("tom"));
	check_has(w.answer, "You have it, since 11:00 BST.");
	world_pass(&w, 899);
	told(&w, "[  660] answer 1 ok\n");
	world_pass(&w, 2);
	told(&w, "[ 1560] update due tom by mail\n");
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,\"text\":\"at it\"}");
	text_clear(&w.text);
	world_pass(&w, 898);
	told(&w, "");
	/* Another takes it: the next time it is asked of them. */
	world_command(&w, TAKE("moana"));
	text_clear(&w.text);
	world_pass(&w, 905);
	told(&w, "[ 3359] update due moana by mail\n");
	world_end(&w);
}

/* While its own page calls, that page says it. */
static void
test_late_while_it_calls(void **state)
{
	struct world w;

	(void)state;
	promise(&w, "tom");
	world_command(&w,
	    "{\"command\":\"hand-on\",\"to\":\"moana\",\"incident\":1}");
	text_clear(&w.text);
	world_pass(&w, 601);
	told(&w,
	    "[  300] call isla by terminal\n"
	    "[  360] call isla by mail\n"
	    "[  600] call tom by mail\n");
	check_has(w.last.data, "The promised public update is late.");
	world_end(&w);
}

static void
test_late_over_a_restart(void **state)
{
	struct world w;

	(void)state;
	promise(&w, "tom");
	world_pass(&w, 700);
	text_clear(&w.text);
	world_restart(&w);
	told(&w, "");
	world_pass(&w, 201);
	told(&w, "[  900] update due isla by terminal\n");
	world_end(&w);
}

/* Nobody can be reached: the last resort hears of it, as of a page. */
static void
test_late_and_everything_fails(void **state)
{
	struct world w;

	(void)state;
	promise(&w, "tom");
	w.outcome = SENT_FAILED;
	world_pass(&w, 610);
	told(&w,
	    "[  600] update due tom by mail\n"
	    "[  600] update due isla by terminal\n"
	    "[  600] update due isla by mail\n"
	    "[  600] update due tom by mail\n"
	    "[  600] update due moana by mail\n");
	world_pass(&w, 50);
	check_has(w.text.data, "[  660] update due isla by terminal\n");
	world_end(&w);
}

/* A promise made for what is mild is a promise. */
static void
test_late_and_mild(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 4);
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"We look.\","
	    "\"next_ms\":1782900600000}");
	text_clear(&w.text);
	world_pass(&w, 901);
	told(&w,
	    "[  600] update due isla by terminal\n"
	    "[  660] update due isla by mail\n"
	    "[  900] update due tom by mail\n");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	text_clear(&w.text);
	world_pass(&w, 86400);
	told(&w, "[10800] digest maya by mail\n");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_late_update_only_reminded),
		cmocka_unit_test(test_owner_is_on_watch),
		cmocka_unit_test(test_the_update_ends_it),
		cmocka_unit_test(test_somebody_is_at_it),
		cmocka_unit_test(test_late_while_it_calls),
		cmocka_unit_test(test_late_over_a_restart),
		cmocka_unit_test(test_late_and_everything_fails),
		cmocka_unit_test(test_late_and_mild),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
