/* duty: versions of rotas, and what everyone is told whose hours change. */
#include "tests/unit/versions_story.h"

static const char without[] =
    HEAD "ladders: [{ name: only, levels: [{ call: person tom }] }]\n";

/* The first is no news; the same tree is none; another says who gains what. */
static void
test_an_edit_is_a_version_and_is_told(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT); /* a Wednesday; isla's */
	reload(&w, both);
	told(&w, "");
	check_versions(&w, "support:1 2026-07-01T10:00:00Z\n");
	world_pass(&w, 3600);
	reload(&w, turned);
	told(&w, "[ 3600] rota tom by mail\n[ 3600] rota isla by mail\n");
	check_versions(&w,
	    "support:1 2026-07-01T10:00:00Z\n"
	    "support:2 2026-07-01T11:00:00Z\n");
	assert_string_equal(w.message.subject,
	    "Your watches on rota support have changed");
	assert_string_equal(w.message.thread, "rota.support");
	check_has(w.last.data, "(version 2, by reload)");
	/* The watch that goes on is kept: the change begins at the next. */
	check_has(w.last.data,
	    "You are on watch now:\n"
	    "  2026-07-02 09:00:00 BST to 2026-07-03 09:00:00 BST, and not "
	    "tom\n");
	check_has(w.last.data,
	    "You are not on watch any more:\n"
	    "  2026-07-03 09:00:00 BST to");
	check_has(w.last.data, " more, in all ");
	world_end(&w);
}

/* It is to be from next week on, and whom it will hit hears of it today. */
static void
test_a_change_that_waits_is_told_when_it_is_written(void **state)
{
	static const char planned[] =
	    HEAD "rotas:\n"
		 "  - name: support\n"
		 "    max_watch: 48h\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', rotate: daily,"
		 " people: [isla, tom], until: 2026-07-07 }\n"
		 "      - { zone: UTC, takes_over: '08:00', rotate: daily,"
		 " people: [tom, isla], since: 2026-07-08 }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota support, patience: 5m }]\n";
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT);
	reload(&w, planned);
	told(&w, "[    0] rota tom by mail\n[    0] rota isla by mail\n");
	check_has(w.last.data,
	    "You are on watch now:\n"
	    "  2026-07-08 09:00:00 BST to 2026-07-09 09:00:00 BST, and not "
	    "tom\n");
	check_has(w.last.data,
	    "You are not on watch any more:\n"
	    "  2026-07-09 09:00:00 BST to 2026-07-10 09:00:00 BST");
	world_end(&w);
}

/* It was, only until the one came back whose it is by the new rota. */
static void
test_a_kept_watch_ended_with_an_absence(void **state)
{
	static const char alone[] = PEOPLE_OF("[tom]");
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT); /* 10:00 of a Wednesday; isla's */
	world_command(&w,
	    "{\"command\":\"override-away\",\"instead\":\"tom\","
	    "\"from_ms\":1782900000000,\"to_ms\":1782910800000}");
	world_settle(&w);
	world_pass(&w, 3600);
	reload(&w, alone);
	world_pass(&w, 24 * 3600);
	check_past(&w,
	    "2026-07-01T08:00 2026-07-01T10:00 isla 1\n"
	    "2026-07-01T10:00 2026-07-01T11:00 isla 1\n"
	    "2026-07-01T11:00 2026-07-02T08:00 isla 2 o-2\n");
	world_end(&w);
}

/* The rota was edited while the pager was down: the same, as of the start. */
static void
test_an_edit_while_nobody_ran(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT);
	world_settle(&w);
	w.now_ms += 36 * HOUR_MS; /* 2 July 22:00: tom's */
	restart_with(&w, turned);
	check_past(&w,
	    "2026-07-01T08:00 2026-07-02T08:00 isla 1\n"
	    "2026-07-02T08:00 2026-07-02T22:00 tom 1\n");
	check_has(w.text.data, "rota tom by mail\n");
	check_has(w.text.data, "rota isla by mail\n");
	check_asked(&w, "{\"command\":\"oncall\"}", "\"primary\":\"tom\"");
	check_asked(&w, "{\"command\":\"overrides\"}", "\"by\":\"reload\"");
	/* Nothing is told twice. */
	text_clear(&w.text);
	world_restart(&w);
	world_settle(&w);
	told(&w, "");
	world_end(&w);
}

/* What was made before was read from where it had been. */
static void
test_an_edit_while_nobody_ran_lost_overrides(void **state)
{
	struct text tape = { 0 };
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT); /* a Wednesday; isla's */
	world_command(&w,             /* and Friday would be */
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"from_ms\":1783065600000,"
	    "\"to_ms\":1783152000000}");
	check_has(w.answer, "o-1: tom has support");
	w.now_ms += HOUR_MS;
	w.tape = &tape;
	restart_with(&w, turned); /* the watch of now is kept */
	check_asked(&w, "{\"command\":\"overrides\"}", "\"by\":\"reload\"");
	check_has(tape.data, "  2026-07-04 09:00:00 BST to 2026-07-05 09:00");
	/* Friday is tom's, and was. */
	assert_null(strstr(tape.data,
	    "  2026-07-03 09:00:00 BST to 2026-07-04 09:00:00 BST, and not"));
	text_clear(&tape);
	world_end(&w);
}

/* A rota that is gone, and comes again. */
static void
test_a_rota_that_left(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT);
	reload(&w, without);
	check_has(w.text.data, "rota isla by mail\n");
	check_lacks(w.last.data, "You are on watch now");
	text_clear(&w.text);
	reload(&w, without);
	told(&w, "");
	check_versions(&w,
	    "support:1 2026-07-01T10:00:00Z\n"
	    "support:2 2026-07-01T10:00:00Z none\n");
	world_pass(&w, 86400);
	restart_with(&w, both);
	check_has(w.text.data, "rota isla by mail\n");
	check_has(w.last.data, "You are on watch now");
	check_versions(&w,
	    "support:1 2026-07-01T10:00:00Z\n"
	    "support:2 2026-07-01T10:00:00Z none\n"
	    "support:3 2026-07-02T10:00:00Z\n");
	world_end(&w);
}

/* Everything that bears on hours, and nothing else, makes a version; and a
   text that is read gives the same rota. */
static void
test_a_text_of_a_rota(void **state)
{
	static const char tree[] = HEAD
	    "rotas:\n"
	    "  - name: support\n"
	    "    fill: extend\n"
	    "    anchor: 2026-01-31\n"
	    "    watches:\n"
	    "      - { zone: UTC, takes_over: '08:30', people: [isla, tom],"
	    " rotate: every 2 months, days: [mon, sun], holidays: [12-25,"
	    " 2026-12-30..2027-01-02] }\n"
	    "      - { zone: Europe/London, takes_over: '20:00', people: [tom],"
	    " secondary: [isla] }\n"
	    "    layers:\n"
	    "      - { name: x, since: 2026-06-01, until: 2026-06-30, watches:"
	    " [{ zone: UTC, from: '09:00', to: '24:00', people: isla }] }\n"
	    "      - { name: y, watches: [{ zone: UTC, from: '23:00', to:"
	    " '01:00', people: tom, days: [wed] }] }\n"
	    "ladders: [{ name: only, levels: [{ call: person tom }] }]\n";
	struct settings *s = world_settings(tree), *again;
	struct conf_errors errors = { 0 };
	struct text one = { 0 }, two = { 0 };

	(void)state;
	rota_write(settings_rota(s, "support"), &one);
	check_has(one.data, "2026-12-25,2026-12-30..2027-01-02,2027-12-25");
	again = settings_glance_text(one.data, &errors);
	conf_errors_clear(&errors);
	assert_non_null(again);
	rota_write(settings_rota(again, "support"), &two);
	assert_string_equal(one.data, two.data);
	for (int64_t at_ms = 1767225600000; at_ms < 1798761600000;
	     at_ms += 7 * HOUR_MS) {
		struct stretch a, b;

		rota_at(settings_rota(s, "support"), NULL, 0, at_ms, &a);
		rota_at(settings_rota(again, "support"), NULL, 0, at_ms, &b);
		assert_string_equal(a.person->name, b.person->name);
		assert_int_equal(a.to_ms, b.to_ms);
	}
	text_clear(&one);
	text_clear(&two);
	settings_free(s);
	settings_free(again);
}

/* What is too long to be kept is another text for another rota. */
static void
test_a_text_too_long(void **state)
{
	static char name[] = "r", zone[] = "UTC";
	struct watch w = { .zone = zone };
	struct rota r = { .name = name, .watches = { &w, 1 } };
	struct text one = { 0 }, two = { 0 };

	(void)state;
	for (int64_t day = 0; day < 9000; day += 2)
		interval_set_add(&w.days_off, day, day + 1);
	rota_write(&r, &one);
	assert_true(one.length < 100);
	interval_set_add(&w.days_off, 9002, 9003);
	rota_write(&r, &two);
	assert_string_not_equal(one.data, two.data);
	interval_set_clear(&w.days_off);
	text_clear(&one);
	text_clear(&two);
}

#define SECONDS_OF(list)                                                       \
	HEAD "rotas:\n"                                                        \
	     "  - name: support\n"                                             \
	     "    max_watch: 7d\n"                                             \
	     "    watches:\n"                                                  \
	     "      - { zone: UTC, takes_over: '08:00', people: [isla]" list   \
	     " }\n"                                                            \
	     "ladders:\n"                                                      \
	     "  - name: only\n"                                                \
	     "    levels: [{ call: rota support, patience: 5m }]\n"

/* Only the first was looked at: another second heard nothing, and calendars
   kept their numbers. */
static void
test_another_second_was_not_told(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	world_begin(&w, SECONDS_OF(", secondary: [tom]"), NIGHT);
	world_pass(&w, 3600);
	reload(&w, SECONDS_OF(""));
	told(&w, "[ 3600] rota tom by mail\n");
	check_has(w.last.data,
	    "You are not second any more:\n"
	    "  2026-07-01 12:00:00 BST to ");
	check_lacks(w.last.data, "on watch now");
	world_pass(&w, 3600);
	reload(&w, SECONDS_OF(", secondary: [tom]"));
	told(&w, "[ 7200] rota tom by mail\n");
	check_has(w.last.data, "You are second now:\n");
	answer = asked(&w,
	    "{\"command\":\"calendar\",\"kind\":\"person\",\"name\":"
	    "\"tom\"}");
	check_has(answer, "SEQUENCE:2\\r\\nDTSTART:20260702T080000Z");
	check_lacks(answer, "SEQUENCE:0");
	free(answer);
	world_end(&w);
}

/* Whose hours an override changes hears of it. */
static void
test_an_override_is_told(void **state)
{
	struct text tape = { 0 };
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT);
	w.tape = &tape;
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"to_ms\":1782907200000}");
	check_has(w.text.data, "rota isla by mail\n");
	check_has(w.text.data, "rota tom by mail\n");
	check_has(w.last.data,
	    "You are on watch now:\n"
	    "  2026-07-01 11:00:00 BST to 2026-07-01 13:00:00 BST, and not "
	    "isla\n");
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"override-remove\",\"override\":\"o-1\"}");
	check_has(w.text.data, "rota isla by mail\n");
	check_has(tape.data, "You are not on watch any more:\n");
	text_clear(&tape);
	world_end(&w);
}

static const char *const odd[][3] = {
	{ "rotas", "support", "{\"text\":\"\"}" },
	{ "rotas", "support:0", "{\"text\":\"\"}" },
	{ "rotas", "support:1", "{}" },
	{ "rotas", "support:1", "[" },
	{ "changes", "c-0", "{\"rota\":\"support\"}" },
	{ "changes", "x-1", "{\"rota\":\"support\"}" },
	{ "changes", "c-1", "{}" },
	{ "changes", "c-99999999999", "{\"rota\":\"support\"}" },
	{ "past", "support", "{\"uid\":\"x\",\"to_ms\":5}" },
	{ "past", "support:7", "{\"uid\":\"x\",\"to_ms\":5}" },
	{ "past", "support:-7", "{\"uid\":\"x\",\"to_ms\":5}" },
	{ "past", "support:1", "{\"to_ms\":5}" },
};

static void
test_odd_records(void **state)
{
	char error[160];
	struct world w;

	(void)state;
	begin_unread(&w);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (duty_load(w.duty, odd[i][0], odd[i][1], odd[i][2],
			strlen(odd[i][2]), error) != -1)
			fail_msg("%s %s was taken", odd[i][0], odd[i][1]);
	reads(&w, "changes", "c-7",
	    "{\"rota\":\"support\",\"at_ms\":1782900000000,\"hours\":[[1,2],7,["
	    "-1,4],[5,6]],"
	    "\"told\":{\"isla\":\"x\",\"tom\":7}}");
	reads(&w, "changes", "c-3",
	    "{\"rota\":\"support\",\"at_ms\":1782900000000,\"told\":[]}");
	reads(&w, "rotas", "support:2", "{\"text\":\"no rota\"}");
	reads(&w, "rotas", "support:1", "{\"text\":\"rotas: [\"}");
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	assert_int_equal(w.duty->rotas->changes[0].number, 3);
	assert_int_equal(w.duty->rotas->changes[1].hours.count, 2);
	assert_int_equal(w.duty->rotas->changes[1].told_count, 1);
	assert_int_equal(w.duty->rotas->version_count, 3);
	assert_null(rotas_change(w.duty, 4));
	world_end(&w);
}

/* Old ones go: the oldest first, and never a rota's latest. */
static void
test_limits_of_versions_and_changes(void **state)
{
	struct world w;
	char field[40];

	(void)state;
	begin_unread(&w);
	for (int i = 1; i <= ROTAS_VERSIONS_MAX; i++) {
		text_format(field, sizeof(field), "%s:%d",
		    i == 1 ? "another" : "support", i);
		reads(&w, "rotas", field, "{\"text\":\"x\"}");
	}
	for (int i = 1; i <= ROTAS_CHANGES_MAX; i++) {
		text_format(field, sizeof(field), "c-%d", i);
		reads(&w, "changes", field,
		    "{\"rota\":\"support\",\"at_ms\":1782900000000}");
	}
	duty_start(w.duty, w.now_ms);
	assert_int_equal(w.duty->rotas->version_count, ROTAS_VERSIONS_MAX);
	assert_non_null(rotas_version(w.duty, "another"));
	assert_int_equal(w.duty->rotas->change_count, ROTAS_CHANGES_MAX);
	assert_int_equal(w.duty->rotas->last_change, ROTAS_CHANGES_MAX + 2);
	world_pass(&w, 401 * 86400);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"to_ms\":1817550000000}");
	assert_true(w.answer_ok);
	assert_int_equal(w.duty->rotas->change_count, 1);
	assert_true(w.duty->rotas->row_count <= 803);
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_edit_is_a_version_and_is_told),
		cmocka_unit_test(
		    test_a_change_that_waits_is_told_when_it_is_written),
		cmocka_unit_test(test_a_kept_watch_ended_with_an_absence),
		cmocka_unit_test(test_an_edit_while_nobody_ran),
		cmocka_unit_test(test_an_edit_while_nobody_ran_lost_overrides),
		cmocka_unit_test(test_a_rota_that_left),
		cmocka_unit_test(test_a_text_of_a_rota),
		cmocka_unit_test(test_a_text_too_long),
		cmocka_unit_test(test_another_second_was_not_told),
		cmocka_unit_test(test_an_override_is_told),
		cmocka_unit_test(test_odd_records),
		cmocka_unit_test(test_limits_of_versions_and_changes),
	};

	return cmocka_run_group_tests_name("duty_versions", tests, NULL, NULL);
}
