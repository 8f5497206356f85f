/* The pager with levels that call several: takes, declines, words, restarts. */
#include "tests/unit/duty_story.h"

static const char tree[] = WORLD_HEAD
    "  - { name: moana, zone: Pacific/Auckland, email: o@kahu.example,"
    " reach: [mail 0s] }\n"
    "groups:\n"
    "  - { name: leads, people: [isla, tom] }\n"
    "ladders:\n"
    "  - name: each\n"
    "    levels:\n"
    "      - { call: group leads, answer: all, patience: 5m }\n"
    "      - { call: person moana, patience: 5m }\n"
    "  - name: turn\n"
    "    levels:\n"
    "      - { call: group leads in turn, patience: 5m }\n"
    "      - { call: person moana, patience: 5m }\n"
    "  - name: one\n"
    "    levels:\n"
    "      - { call: group leads, patience: 5m }\n"
    "clients:\n"
    "  - name: acme\n"
    "    title: Acme University\n"
    "    zone: Pacific/Auckland\n"
    "    sla: gold\n"
    "    defaults: { quorum: 1 }\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.acme.example/',"
    " ladder: each }\n"
    "      - { name: web, url: 'https://web.acme.example/', ladder: turn }\n"
    "      - { name: shop, url: 'https://shop.acme.example/', ladder: turn }\n"
    "      - { name: blog, url: 'https://blog.acme.example/', ladder: one }\n";

static json_t *
shown(struct world *w, int number)
{
	char json[80];
	bool ok;
	char *text;
	json_t *o, *i;

	text_format(json, sizeof(json),
	    "{\"command\":\"incident\",\"incident\":%d}", number);
	text = duty_query(w->duty, json, strlen(json), w->now_ms, &ok);
	o = json_loads(text, 0, NULL);
	i = json_incref(json_object_get(o, "incident"));
	json_decref(o);
	free(text);
	return i;
}

static void
shows(struct world *w, int number, const char *key, const char *expected)
{
	json_t *i = shown(w, number);
	const char *text = json_string_value(json_object_get(i, key));

	assert_string_equal(text == NULL ? "" : text, expected);
	json_decref(i);
}

/* Nobody is told to have it before the last one has answered. */
static void
test_each_answers(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, tree, "2026-07-01T10:00Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] call tom by mail\n");
	check_has(w.last.data, "each of those who are called has to");
	check_has(w.last.data, "isla by terminal");
	check_has(w.last.data,
	    "Next: moana at 11:05 BST, unless all who are called take it.");
	shows(&w, 1, "calling", "isla, tom");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	check_has(w.answer, "goes on calling isla");
	check_has(w.answer, "\"waits_for\":\"isla\"");
	assert_null(strstr(w.answer, "have it"));
	told(&w, "[    0] answer 1 ok\n");
	shows(&w, 1, "state", "calling");
	shows(&w, 1, "calling", "isla");
	shows(&w, 1, "answered", "tom");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}"); /* said again */
	check_has(w.answer, "goes on calling isla");
	world_restart(&w); /* and it is known to a new process */
	shows(&w, 1, "answered", "tom");
	text_clear(&w.text);
	world_pass(&w, 61);
	told(&w, "[   60] call isla by mail\n");
	check_has(w.last.data, "Has taken it, and is not called: tom.");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	check_has(w.answer, "You have it");
	told(&w,
	    "[   61] answer 1 ok\n"
	    "[   61] taken tom by mail\n");
	shows(&w, 1, "owner", "isla");
	world_end(&w);
}

/* One declines: the others are called on, and nothing more is sent there. */
static void
test_one_declines(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, tree, "2026-07-01T10:00Z");
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_RAISED, "acme/blog", 1);
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"isla\","
	    "\"incident\":1}");
	check_has(w.answer, "it goes on calling tom");
	shows(&w, 1, "declined", "isla");
	world_pass(&w, 290);
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[   15] call tom by mail (repeat?)\n");
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"tom\","
	    "\"incident\":1}");
	check_has(w.answer, "There is nobody else on its ladder");
	shows(&w, 1, "calling", "isla, tom");
	text_clear(&w.text);
	world_pass(&w, 10);
	check_has(w.text.data, "call tom by mail");
	check_has(w.text.data, "call isla by terminal");
	world_end(&w);
}

/* All have answered but one who will not: the next level at once. */
static void
test_answer_of_all_cannot_be(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, tree, "2026-07-01T10:00Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"isla\","
	    "\"incident\":1}");
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	check_has(w.answer, "another will not: the next one is called now");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call moana by mail\n");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":1}");
	check_has(w.answer, "You have it");
	world_end(&w);
}

/* "The next one is called now", at an hour at which nobody is. */
static void
test_answered_quietly_and_nobody_was_called(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, tree, "2026-07-04T10:00Z"); /* a Saturday */
	world_raise(&w, ALARM_RAISED, "acme/learn", 3);
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"isla\","
	    "\"incident\":1}");
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	check_has(w.answer,
	    "another will not: nobody else is called at this hour; isla hears "
	    "of it at 15:00 BST");
	told(&w, "[    0] answer 1 ok\n");
	world_end(&w);
}

/* Each incident of a ladder is another's; so it is after a restart. */
static void
test_turns(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, tree, "2026-07-01T10:00Z");
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_raise(&w, ALARM_RAISED, "acme/blog", 1); /* of another ladder */
	text_clear(&w.text);
	world_restart(&w);
	text_clear(&w.text);
	world_raise(&w, ALARM_RAISED, "acme/shop", 1);
	told(&w, "[    0] call tom by mail\n");
	check_has(w.last.data, "Next: moana at 11:05 BST");
	shows(&w, 1, "calling", "isla");
	shows(&w, 3, "calling", "tom");
	world_end(&w);
}

/* What a release that called one person at a time has written goes on. */
static void
test_page_of_the_last_release(void **state)
{
	static const char page[] =
	    "{\"state\":\"calling\",\"level\":0,\"round\":0,\"call\":1,"
	    "\"called\":\"isla\",\"direct\":\"\",\"steps\":[{\"state\":2,"
	    "\"due_ms\":1782900300000},{\"state\":0,\"due_ms\":1782900060000}],"
	    "\"began_ms\":1782900000000,\"level_until_ms\":1782900300000,"
	    "\"pause_until_ms\":0,\"noticed_ms\":1782900000000,\"alive\":true,"
	    "\"owner_level\":-1}";
	struct field *f;
	struct world w;

	(void)state;
	world_begin(&w, tree, "2026-07-01T10:00Z");
	world_raise(&w, ALARM_RAISED, "acme/blog", 1);
	f = world_field(&w, "pages", "INC-000001");
	free(f->value);
	f->value = mem_text(page);
	f->length = strlen(page);
	world_restart(&w);
	text_clear(&w.text);
	shows(&w, 1, "calling", "isla, tom"); /* the level has two */
	world_end(&w);
}

/* A late public update is the owner's first, also of a level of several. */
static void
test_late_update_is_the_owners(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, tree, "2026-07-01T10:00Z");
	world_raise(&w, ALARM_RAISED, "acme/blog", 3);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	world_command(&w,
	    "{\"command\":\"update\",\"person\":\"tom\","
	    "\"incident\":1,\"text\":\"We look.\","
	    "\"next_ms\":1782900600000}");
	check_has(w.answer, "text");
	text_clear(&w.text);
	world_pass(&w, 601);
	told(&w, "[  600] update due tom by mail\n");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_answers),
		cmocka_unit_test(test_one_declines),
		cmocka_unit_test(test_answer_of_all_cannot_be),
		cmocka_unit_test(test_answered_quietly_and_nobody_was_called),
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_page_of_the_last_release),
		cmocka_unit_test(test_late_update_is_the_owners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
