/* Overrides, reloads, people who leave; questions and tests. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

static void
test_overrides(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"moana\",\"from_ms\":1,"
	    "\"to_ms\":1782907200000}");
	check_has(w.answer,
	    "o-1: moana has support from 2026-07-01 22:00:00 "
	    "NZST to 2026-07-02 00:00:00 NZST.");
	/* Whoever stands in is called now. */
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] rota isla by terminal\n"
	    "[    0] rota moana by mail\n"
	    "[    0] call moana by mail\n");
	check_refused(&w,
	    "{\"command\":\"override-add\","
	    "\"rota\":\"support\",\"for\":\"tom\","
	    "\"from_ms\":1782907199999,"
	    "\"to_ms\":1782909000000}",
	    "overlaps o-1 of moana, made by test");
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"from_ms\":1782907200000,"
	    "\"to_ms\":1782909000000}");
	assert_true(w.answer_ok);
	check_refused(&w,
	    "{\"command\":\"override-add\","
	    "\"rota\":\"support\",\"for\":\"tom\","
	    "\"from_ms\":1782909000000,"
	    "\"to_ms\":1882909000000}",
	    "within 400 days");
	world_end(&w);
}

/* They outlive a restart; what has been stays as it was. */
static void
test_overrides_end(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"moana\",\"from_ms\":1,"
	    "\"to_ms\":1782907200000}");
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"from_ms\":1782907200000,"
	    "\"to_ms\":1782909000000}");
	world_pass(&w, 60);
	world_restart(&w);
	check_asked(&w, "{\"command\":\"overrides\"}",
	    "{\"id\":\"o-1\",\"rota\":\"support\",\"person\":\"moana\"");
	check_asked(&w, "{\"command\":\"oncall\"}",
	    "\"primary\":\"moana\",\"zone\":\"Pacific/Auckland\","
	    "\"since_ms\":1782900000000,\"until_ms\":1782907200000,"
	    "\"next\":\"tom\",\"override\":\"o-1\"");
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"override-remove\","
	    "\"override\":\"o-1\"}");
	told(&w,
	    "[   60] answer 1 ok\n"
	    "[   60] rota moana by mail\n"
	    "[   60] rota isla by terminal\n"
	    "[   60] call isla by terminal\n");
	check_refused(&w,
	    "{\"command\":\"override-remove\","
	    "\"override\":\"o-1\"}",
	    "o-1 is over");
	world_command(&w,
	    "{\"command\":\"override-remove\","
	    "\"override\":\"o-2\"}");
	assert_null(world_field(&w, "overrides", "o-2"));
	check_asked(&w, "{\"command\":\"overrides\"}", "{\"overrides\":[]}");
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_pass(&w, 401 * 86400);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"to_ms\":1817550000000}");
	assert_true(w.answer_ok);
	assert_null(world_field(&w, "overrides", "o-1")); /* long past */
	world_end(&w);
}

static void
test_too_many_overrides(void **state)
{
	struct world w;
	char command[200];

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < DUTY_OVERRIDES_MAX; i++) {
		text_format(command, sizeof(command),
		    "{\"command\":\"override-add\",\"rota\":\"support\","
		    "\"for\":\"tom\",\"from_ms\":%lld,\"to_ms\":%lld}",
		    (long long)(w.now_ms + i * 60000),
		    (long long)(w.now_ms + (i + 1) * 60000));
		world_command(&w, command);
		assert_true(w.answer_ok);
	}
	world_command(&w,
	    "{\"command\":\"override-add\","
	    "\"rota\":\"support\",\"for\":\"tom\","
	    "\"from_ms\":1782990000000,"
	    "\"to_ms\":1782990060000}");
	assert_false(w.answer_ok);
	check_has(w.answer, "there are 1000 overrides already");
	world_command(&w,
	    "{\"command\":\"override-add\","
	    "\"rota\":\"support\",\"for\":\"tom\","
	    "\"from_ms\":1882990000000,"
	    "\"to_ms\":1882990060000}");
	assert_false(w.answer_ok);
	/* One that has not begun goes as if it had never been. */
	world_command(&w,
	    "{\"command\":\"override-remove\","
	    "\"override\":\"o-1000\"}");
	assert_true(w.answer_ok);
	assert_null(world_field(&w, "overrides", "o-1000"));
	world_end(&w);
}

/* Two rotas: overrides of one are no clash for the other. */
static void
test_overrides_of_two_rotas(void **state)
{
	static const char two[] =
	    HEAD "rotas:\n"
		 "  - name: one\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [isla] }\n"
		 "  - name: two\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [tom] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota two, patience: 5m }]\n";
	struct world w;

	(void)state;
	world_begin(&w, two, NIGHT);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"one\","
	    "\"for\":\"tom\",\"to_ms\":1782903600000}");
	assert_true(w.answer_ok);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"two\","
	    "\"for\":\"isla\",\"to_ms\":1782903600000}");
	assert_true(w.answer_ok);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"two\","
	    "\"for\":\"isla\",\"from_ms\":1782903600000,"
	    "\"to_ms\":1782907200000}");
	assert_true(w.answer_ok);
	check_asked(&w, "{\"command\":\"oncall\",\"rota\":\"two\"}",
	    "\"primary\":\"isla\"");
	world_end(&w);
}

/* A new tree in the middle of a watch: it stays whose it was. */
static void
test_reload(void **state)
{
	struct world w;
	char *tree, *place;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	text_clear(&w.text);
	tree = mem_text(world_tree);
	place = strstr(tree, "people: [isla]");
	memcpy(place, "people: [tom ]", 14);
	reload(&w, tree);
	told(&w, "[    0] rota isla by terminal\n[    0] rota tom by mail\n");
	check_asked(&w, "{\"command\":\"oncall\"}",
	    "\"primary\":\"isla\",\"zone\":\"Europe/London\"");
	world_pass(&w, 24 * 3600 - 7200);
	check_asked(&w, "{\"command\":\"oncall\"}", "\"primary\":\"tom\"");
	free(tree);
	world_end(&w);
}

/* A tree with another rota, and one whose people are others. */
static void
test_reload_of_rotas(void **state)
{
	static const char others[] =
	    HEAD "rotas:\n"
		 "  - name: new\n"
		 "    max_watch: 24h\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [isla] }\n"
		 "  - name: support\n"
		 "    max_watch: 24h\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [tom] }\n"
		 "ladders:\n"
		 "  - name: standard\n"
		 "    levels: [{ call: rota support, patience: 5m }]\n";
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	/* Under an override nobody's watch is kept. */
	world_command(&w,
	    "{\"command\":\"override-add\","
	    "\"rota\":\"support\",\"for\":\"moana\","
	    "\"to_ms\":1782903600000}");
	reload(&w, others);
	/* moana has left: the override does nothing any more. */
	check_asked(&w, "{\"command\":\"oncall\",\"rota\":\"support\"}",
	    "\"primary\":\"tom\"");
	/* The same tree again: nothing to keep. */
	reload(&w, others);
	check_asked(&w, "{\"command\":\"overrides\"}", "\"id\":\"o-1\"");
	assert_int_equal(w.duty->override_count, 1);
	/* Whoever is on watch has left: nobody can be kept. */
	reload(&w, world_tree);
	world_end(&w);
}

/* Who stands in for somebody lost the watch with whom they stood in for. */
static void
test_a_cover_lost_its_watch_by_a_reload(void **state)
{
	static const char isla[] =
	    HEAD "  - { name: maya, zone: UTC, email: m@kahu.example,"
		 " reach: [mail 0s] }\n"
		 "rotas:\n"
		 "  - name: all\n"
		 "    max_watch: 24h\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [isla] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota all, patience: 5m }]\n";
	char *tree = mem_text(isla), *place = strstr(tree, "people: [isla]");
	struct world w;

	(void)state;
	world_begin(&w, isla, NIGHT);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"all\","
	    "\"for\":\"tom\",\"instead\":\"isla\","
	    "\"to_ms\":1782907200000}");
	assert_true(w.answer_ok);
	memcpy(place, "people: [maya]", 14);
	reload(&w, tree);
	check_asked(&w, "{\"command\":\"oncall\"}",
	    "\"primary\":\"tom\",\"zone\":\"Europe/London\","
	    "\"since_ms\":1782900000000,\"until_ms\":1782907200000,"
	    "\"next\":\"maya\"");
	free(tree);
	world_end(&w);
}

/* Whoever was called has left the configuration: the others are called. */
static void
test_person_leaves(void **state)
{
	static const char few[] =
	    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
	    "redis: unix:/nowhere\n"
	    "agents:\n"
	    "  - { name: a, region: r1, token_sha256: "
	    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	    " }\n"
	    "channels:\n"
	    "  - { kind: mail, server: 'smtp://127.0.0.1:25',"
	    " from: p@kahu.example }\n"
	    "people:\n"
	    "  - { name: maya, zone: America/New_York,"
	    " email: m@kahu.example, reach: [mail 0s] }\n"
	    "ladders:\n"
	    "  - name: other\n"
	    "    levels: [{ call: person maya, patience: 5m }]\n";
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 61);
	text_clear(&w.text);
	w.outcome = SENT_HANDED_OVER;
	reload(&w, few);
	world_restart(&w);
	world_pass(&w, 300);
	check_has(w.text.data, "call maya by mail");
	check_lacks(w.text.data, "isla");
	check_quiet(&w);
	world_end(&w);
}

static void
test_opened_by_hand(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_command(&w,
	    "{\"command\":\"open\",\"subject\":\"acme/learn\","
	    "\"severity\":1,\"text\":\"they rang us\"}");
	check_has(w.answer, "INC-000001 is open, S1.");
	world_command(&w,
	    "{\"command\":\"open\",\"subject\":\"acme/learn\","
	    "\"severity\":2,\"text\":\"again\"}");
	check_has(w.answer, "INC-000001 is open already.");
	world_command(&w,
	    "{\"command\":\"open\",\"client\":\"birch\","
	    "\"severity\":3,\"text\":\"slow today\"}");
	world_command(&w,
	    "{\"command\":\"open\",\"severity\":4,"
	    "\"subject\":\"operations/disk\","
	    "\"text\":\"nearly full\"}");
	world_command(&w,
	    "{\"command\":\"open\",\"severity\":4,"
	    "\"text\":\"a question\"}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n"
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n"
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n");
	check_asked(&w, "{\"command\":\"incidents\"}", "birch/report-2");
	check_asked(&w, "{\"command\":\"incidents\"}",
	    "\"severity\":4,\"state\":\"open\"");
	check_asked(&w, "{\"command\":\"incidents\"}", "operations/report-4");
	world_end(&w);
}

/* Ways to name an incident, good and bad. */
static void
test_naming(void **state)
{
	static const char *const bad[] = { "\"\"", "\"12345678901234567890\"",
		"0", "-1", "\"1x\"", "null", "true" };
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":\"1\"}",
	    "INC-000001");
	check_asked(&w,
	    "{\"command\":\"incident\",\"incident\":"
	    "\"INC-000001\"}",
	    "INC-000001");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char question[96], *answer;
		bool ok;

		text_format(question, sizeof(question),
		    "{\"command\":\"incident\",\"incident\":%s}", bad[i]);
		answer = duty_query(w.duty, question, strlen(question),
		    w.now_ms, &ok);
		assert_false(ok);
		check_has(answer, "no such incident");
		free(answer);
	}
	world_end(&w);
}

static void
test_page_test(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_command(&w, "{\"command\":\"page-test\",\"for\":\"isla\"}");
	world_command(&w,
	    "{\"command\":\"page-test\",\"for\":\"isla\","
	    "\"channel\":\"mail\"}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] test isla by terminal\n"
	    "[    0] test isla by mail\n"
	    "[    0] answer 1 ok\n"
	    "[    0] test isla by mail\n");
	check_has(w.last.data, "This is a test of mail for isla");
	assert_string_equal(w.message.link, "");
	w.outcome = SENT_FAILED;
	world_command(&w,
	    "{\"command\":\"page-test\",\"for\":\"isla\","
	    "\"channel\":\"terminal\"}");
	told(&w, "[    0] answer 1 ok\n[    0] test isla by terminal\n");
	world_end(&w);
}

static void
test_trouble(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_trouble(w.duty, "operations/trees", 2, NULL, w.now_ms);
	duty_trouble(w.duty, "operations/trees", 2, "two trees", w.now_ms);
	world_settle(&w);
	world_pass(&w, 10);
	duty_trouble(w.duty, "operations/trees", 2, "two trees", w.now_ms);
	world_settle(&w);
	told(&w, "[    0] call isla by terminal\n");
	duty_trouble(w.duty, "operations/trees", 2, NULL, w.now_ms);
	duty_trouble(w.duty, "operations/trees", 2, NULL, w.now_ms);
	world_settle(&w);
	told(&w, "[   10] resolved isla by terminal\n");
	world_end(&w);
}

static void
test_bad_questions(void **state)
{
	static const char *const bad[][2] = {
		{ "{\"command\":\"incident\",\"incident\":5}", "no such" },
		{ "{\"command\":\"oncall\",\"rota\":\"x\"}", "no such rota" },
		{ "{\"command\":\"oncall\",\"at_ms\":-1}", "not a time" },
		{ "{\"command\":\"oncall\",\"at_ms\":9999999999999999}",
		    "not a time" },
	};
	struct world w;
	bool ok = true;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *answer = duty_query(w.duty, bad[i][0], strlen(bad[i][0]),
		    w.now_ms, &ok);

		assert_false(ok);
		check_has(answer, bad[i][1]);
		free(answer);
	}
	assert_null(duty_query(w.duty, "{", 1, w.now_ms, &ok));
	assert_null(
	    duty_query(w.duty, "{\"command\":\"take\"}", 18, w.now_ms, &ok));
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overrides),
		cmocka_unit_test(test_overrides_end),
		cmocka_unit_test(test_too_many_overrides),
		cmocka_unit_test(test_overrides_of_two_rotas),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_reload_of_rotas),
		cmocka_unit_test(test_a_cover_lost_its_watch_by_a_reload),
		cmocka_unit_test(test_person_leaves),
		cmocka_unit_test(test_opened_by_hand),
		cmocka_unit_test(test_naming),
		cmocka_unit_test(test_page_test),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_bad_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
