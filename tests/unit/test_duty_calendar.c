/* duty: watches as calendars, and the addresses of these. */
#include "pager/duty_rotas.h"
#include "tests/unit/duty_story.h"

#define TREE(people)                                                           \
	HEAD                                                                   \
	    "rotas:\n"                                                         \
	    "  - name: support\n"                                              \
	    "    max_watch: 48h\n"                                             \
	    "    anchor: 2026-07-01\n"                                         \
	    "    watches:\n"                                                   \
	    "      - { zone: UTC, takes_over: '08:00', rotate: daily,"         \
	    " people: " people " }\n"                                          \
	    "  - name: other\n"                                                \
	    "    max_watch: 7d\n"                                              \
	    "    watches: [{ zone: UTC, takes_over: '08:00', people: [tom] }]" \
	    "\n"                                                               \
	    "ladders:\n"                                                       \
	    "  - name: only\n"                                                 \
	    "    levels: [{ call: rota support, patience: 5m }]\n"

static const char both[] = TREE("[isla, tom]"), turned[] = TREE("[tom, isla]");

/* The calendar as its lines, the caller's. */
static char *
calendar(struct world *w, const char *kind, const char *name)
{
	char question[160], *answer, *text;
	json_t *o;

	text_format(question, sizeof(question),
	    "{\"command\":\"calendar\",\"kind\":\"%s\",\"name\":\"%s\"}", kind,
	    name);
	answer = asked(w, question);
	o = json_loads(answer, 0, NULL);
	text = mem_text(json_string_value(json_object_get(o, "calendar")));
	json_decref(o);
	free(answer);
	return text;
}

static int
count_of(const char *text, const char *part)
{
	int count = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		count++;
	return count;
}

/* The lines of one event, by its name. */
static void
check_event(const char *text, const char *uid, const char *expected)
{
	char head[160];
	const char *p;

	text_format(head, sizeof(head), "UID:%s\r\n", uid);
	p = strstr(text, head);
	if (p == NULL)
		fail_msg("no %s in the calendar", uid);
	if (strncmp(p + strlen(head), expected, strlen(expected)) != 0)
		fail_msg("%.300s", p);
}

static void
test_a_year_ahead_and_what_has_been(void **state)
{
	struct world w;
	char *text;

	(void)state;
	world_begin(&w, both, NIGHT);
	world_pass(&w, 86400);
	text = calendar(&w, "rota", "support");
	assert_int_equal(count_of(text, "BEGIN:VEVENT"), 367);
	assert_int_equal(count_of(text, "TRANSP:TRANSPARENT"), 367);
	assert_int_equal(count_of(text, "support: "), 367);
	check_event(text, "support.20260701.1@status.kahu.example",
	    "DTSTAMP:20260701T100000Z\r\nLAST-MODIFIED:20260701T100000Z\r\n"
	    "SEQUENCE:0\r\nDTSTART:20260701T080000Z\r\n"
	    "DTEND:20260702T080000Z\r\nSUMMARY:support: isla\r\n"
	    "DESCRIPTION:Second: tom\r\n");
	check_event(text, "support.20260702.1@status.kahu.example",
	    "DTSTAMP:20260701T100000Z\r\nLAST-MODIFIED:20260701T100000Z\r\n"
	    "SEQUENCE:0\r\nDTSTART:20260702T080000Z\r\n"
	    "DTEND:20260703T080000Z\r\nSUMMARY:support: tom\r\n");
	free(text);
	/* One person: as the first, and as the second. */
	text = calendar(&w, "person", "isla");
	check_has(text, "SUMMARY:On watch: support\r\n");
	check_has(text, "UID:support.20260702.1.second@status.kahu.example");
	check_has(text, "SUMMARY:On watch: support (second)\r\n");
	check_lacks(text, "other");
	free(text);
	text = calendar(&w, "team", "all");
	assert_int_equal(count_of(text, "BEGIN:VEVENT"), 2 * 367);
	check_has(text, "SUMMARY:other: tom\r\n");
	check_has(text, "NAME:Kahu: all watches\r\n");
	free(text);
	world_end(&w);
}

/* A watch keeps its name; its number grows when it is another's. */
static void
test_a_change_counts_on(void **state)
{
	struct world w;
	char *text;

	(void)state;
	world_begin(&w, both, NIGHT);
	world_pass(&w, 3600);
	reload(&w, turned);
	text = calendar(&w, "rota", "support");
	/* The watch that goes on is hers as it was. */
	check_event(text, "support.20260702.1@status.kahu.example",
	    "DTSTAMP:20260701T110000Z\r\nLAST-MODIFIED:20260701T110000Z\r\n"
	    "SEQUENCE:1\r\nDTSTART:20260702T080000Z\r\n"
	    "DTEND:20260703T080000Z\r\nSUMMARY:support: isla\r\n");
	free(text);
	world_pass(&w, 3600);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"instead\":\"isla\","
	    "\"from_ms\":1783051200000,\"to_ms\":1783058400000}");
	assert_true(w.answer_ok);
	world_restart(&w);
	text = calendar(&w, "rota", "support");
	/* 3 July is tom's now; 2 July has an hour in its middle. */
	check_event(text, "support.20260702.1@status.kahu.example",
	    "DTSTAMP:20260701T120000Z\r\nLAST-MODIFIED:20260701T120000Z\r\n"
	    "SEQUENCE:2\r\nDTSTART:20260702T080000Z\r\n"
	    "DTEND:20260703T040000Z\r\nSUMMARY:support: isla\r\n");
	check_event(text, "support.20260702.1.o-2@status.kahu.example",
	    "DTSTAMP:20260701T120000Z\r\nLAST-MODIFIED:20260701T120000Z\r\n"
	    "SEQUENCE:2\r\nDTSTART:20260703T040000Z\r\n"
	    "DTEND:20260703T060000Z\r\nSUMMARY:support: tom\r\n"
	    "DESCRIPTION:By o-2\r\n");
	check_event(text, "support.20260702.1.1783058400@status.kahu.example",
	    "DTSTAMP:20260701T120000Z\r\nLAST-MODIFIED:20260701T120000Z\r\n"
	    "SEQUENCE:2\r\nDTSTART:20260703T060000Z\r\n"
	    "DTEND:20260703T080000Z\r\nSUMMARY:support: isla\r\n");
	check_event(text, "support.20260704.1@status.kahu.example",
	    "DTSTAMP:20260701T110000Z\r\nLAST-MODIFIED:20260701T110000Z\r\n"
	    "SEQUENCE:1\r\n");
	free(text);
	world_end(&w);
}

/* Hours in the middle of others parted these into two of one name, of which a
   calendar shows one. */
static void
test_two_events_of_one_name(void **state)
{
	static const char hours[] =
	    HEAD "rotas:\n"
		 "  - name: support\n"
		 "    max_watch: 48h\n"
		 "    watches:\n"
		 "      - { zone: UTC, from: '00:00', to: '00:00',"
		 " people: [isla] }\n"
		 "      - { zone: UTC, from: '10:00', to: '12:00',"
		 " people: [tom] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota support, patience: 5m }]\n";
	struct world w;
	char *text;

	(void)state;
	world_begin(&w, hours, NIGHT);
	text = calendar(&w, "rota", "support");
	assert_int_equal(count_of(text,
			     "UID:support.20260702.1@status.kahu.example"),
	    1);
	assert_int_equal(count_of(text,
			     "UID:support.20260702.1.1782993600@"
			     "status.kahu.example"),
	    1);
	free(text);
	world_end(&w);
}

/* Tom, who is second, was away for two hours, and isla's watch became two. */
static void
test_another_ones_absence_parted_an_event(void **state)
{
	static const char tree[] =
	    HEAD "rotas:\n"
		 "  - name: support\n"
		 "    max_watch: 7d\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [isla],"
		 " secondary: [tom] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota support, patience: 5m }]\n";
	static const char whole[] =
	    "DTSTAMP:20260701T100000Z\r\nLAST-MODIFIED:20260701T100000Z\r\n"
	    "SEQUENCE:1\r\nDTSTART:20260702T080000Z\r\n"
	    "DTEND:20260703T080000Z\r\nSUMMARY:support: isla\r\n"
	    "DESCRIPTION:Second: tom\r\n";
	struct world w;
	char *text;

	(void)state;
	world_begin(&w, tree, NIGHT);
	world_command(&w,
	    "{\"command\":\"override-away\",\"instead\":\"tom\","
	    "\"rota\":\"support\",\"from_ms\":1782986400000,"
	    "\"to_ms\":1782993600000}");
	assert_true(w.answer_ok);
	for (int day = 0; day < 3; day++) {
		text = calendar(&w, "rota", "support");
		check_event(text, "support.20260702.1@status.kahu.example",
		    whole);
		check_lacks(text, "UID:support.20260702.1.");
		free(text);
		text = calendar(&w, "person", "tom");
		check_has(text,
		    "UID:support.20260702.1.second@status.kahu.example");
		check_has(text, "UID:support.20260702.1.second.1782993600@");
		free(text);
		world_pass(&w, day == 0 ? 86400 + 3600 : 86400);
	}
	world_end(&w);
}

/* The last of many rotas had no events when the first had them all. */
static void
test_the_last_of_many_rotas_had_no_events(void **state)
{
	struct text tree = { 0 };
	struct world w;
	char *text;

	(void)state;
	text_add(&tree, HEAD "rotas:\n");
	for (int i = 1; i <= 60; i++)
		text_addf(&tree,
		    "  - { name: r%d, max_watch: 48h, watches: [{ zone: UTC,"
		    " takes_over: '08:00', people: [isla] }] }\n",
		    i);
	text_add(&tree,
	    "ladders:\n"
	    "  - name: only\n"
	    "    levels: [{ call: rota r1, patience: 5m }]\n");
	world_begin(&w, tree.data, NIGHT);
	world_pass(&w, 3 * 86400);
	text = calendar(&w, "team", "all");
	assert_int_equal(count_of(text, "SUMMARY:r1: isla\r\n"),
	    count_of(text, "SUMMARY:r60: isla\r\n"));
	assert_int_equal(count_of(text, "BEGIN:VEVENT"), 60 * (166 + 2));
	check_has(text, "UID:r60.20260701.1@status.kahu.example");
	free(text);
	text_clear(&tree);
	world_end(&w);
}

/* Nothing has been yet: it begins with the watch that begins now. */
static void
test_a_calendar_from_the_first_instant(void **state)
{
	struct world w;
	char *text;

	(void)state;
	world_begin(&w, both, "2026-07-01T08:00Z");
	text = calendar(&w, "rota", "support");
	assert_int_equal(count_of(text, "BEGIN:VEVENT"), 365);
	check_has(text, "UID:support.20260701.1@status.kahu.example");
	free(text);
	world_end(&w);
}

/* Each address has its number; a renewed one makes the others worthless. */
static void
test_addresses(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, both, NIGHT);
	check_asked(&w,
	    "{\"command\":\"calendar-url\",\"kind\":\"person\","
	    "\"name\":\"isla\"}",
	    "https://status.kahu.example/calendar/"
	    "cal.person~isla~1.ics");
	world_command(&w,
	    "{\"command\":\"calendar-renew\",\"kind\":\"person\","
	    "\"name\":\"isla\"}");
	check_has(w.answer, "cal.person~isla~2.ics");
	world_command(&w,
	    "{\"command\":\"calendar-renew\",\"kind\":\"person\","
	    "\"name\":\"isla\"}");
	world_restart(&w);
	check_asked(&w,
	    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): a long one */
	    "{\"command\":\"calendar\",\"kind\":\"person\","
	    "\"name\":\"isla\",\"generation\":\"3\"}",
	    "BEGIN:VCALENDAR");
	check_asked(&w,
	    "{\"command\":\"calendar-url\",\"kind\":\"team\","
	    "\"name\":\"all\"}",
	    "cal.team~all~1.ics");
	world_end(&w);
}

static void
test_no_such_calendar(void **state)
{
	/* NOLINTBEGIN(bugprone-suspicious-missing-comma): long ones */
	static const char *const bad[] = {
		"{\"command\":\"calendar\"}",
		"{\"command\":\"calendar\",\"kind\":\"person\"}",
		"{\"command\":\"calendar\",\"kind\":\"person\","
		"\"name\":\"who\"}",
		"{\"command\":\"calendar\",\"kind\":\"rota\",\"name\":\"x\"}",
		"{\"command\":\"calendar\",\"kind\":\"team\",\"name\":\"x\"}",
		"{\"command\":\"calendar\",\"kind\":\"x\",\"name\":\"all\"}",
		"{\"command\":\"calendar\",\"kind\":\"person\","
		"\"name\":\"isla\",\"generation\":\"2\"}",
		"{\"command\":\"calendar-url\"}",
		"{\"command\":\"calendar-url\",\"kind\":\"x\"}",
		"{\"command\":\"calendar-url\",\"kind\":\"x\",\"name\":\"x\"}",
	};
	/* NOLINTEND(bugprone-suspicious-missing-comma) */
	struct world w;
	char error[160], name[40];

	(void)state;
	world_begin(&w, both, NIGHT);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bool ok = true;
		char *answer =
		    duty_query(w.duty, bad[i], strlen(bad[i]), w.now_ms, &ok);

		assert_false(ok);
		free(answer);
	}
	check_refused(&w, "{\"command\":\"calendar-renew\"}",
	    "there is no such calendar");
	check_refused(&w, "{\"command\":\"calendar-renew\",\"kind\":\"x\"}",
	    "there is no such calendar");
	check_refused(&w,
	    "{\"command\":\"calendar-renew\",\"kind\":\"x\",\"name\":\"x\"}",
	    "there is no such calendar");
	assert_int_equal(duty_load(w.duty, "calendars", "x", "{}", 2, error),
	    -1);
	for (int i = 0; i < ROTAS_FEEDS_MAX; i++) {
		text_format(name, sizeof(name), "person.p%d", i);
		reads(&w, "calendars", name, "{\"generation\":7}");
	}
	assert_int_equal(duty_load(w.duty, "calendars", "x",
			     "{\"generation\":7}", 16, error),
	    -1);
	check_refused(&w,
	    "{\"command\":\"calendar-renew\",\"kind\":\"person\","
	    "\"name\":\"isla\"}",
	    "there are 1000 renewed calendars already");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_year_ahead_and_what_has_been),
		cmocka_unit_test(test_a_change_counts_on),
		cmocka_unit_test(test_two_events_of_one_name),
		cmocka_unit_test(test_another_ones_absence_parted_an_event),
		cmocka_unit_test(test_the_last_of_many_rotas_had_no_events),
		cmocka_unit_test(test_a_calendar_from_the_first_instant),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_no_such_calendar),
	};

	return cmocka_run_group_tests_name("duty_calendar", tests, NULL, NULL);
}
