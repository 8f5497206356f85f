/* duty: rotas of nobody, records that are too many, hours that are too many. */
#include "pager/duty_rotas.h"
#include "tests/unit/duty_story.h"

static const char two[] =
    HEAD "rotas:\n"
	 "  - name: support\n"
	 "    max_watch: 48h\n"
	 "    anchor: 2026-07-01\n"
	 "    watches:\n"
	 "      - { zone: UTC, takes_over: '08:00', rotate: daily,"
	 " people: [isla, tom] }\n"
	 "ladders:\n"
	 "  - name: only\n"
	 "    levels: [{ call: rota support, patience: 5m }]\n";

/* Nobody is on watch: it is said, recorded, and overridden all the same. */
static void
test_a_rota_of_nobody(void **state)
{
	struct rota *r;
	struct world w;
	size_t count;
	char *answer;

	(void)state;
	world_begin(&w, two, NIGHT);
	r = w.settings->rotas.items;
	count = r->watches.count;
	r->watches.count = 0;
	world_pass(&w, 2 * 86400);
	assert_string_equal(w.duty->rotas->rows[1].person, "");
	answer = asked(&w,
	    "{\"command\":\"calendar\",\"kind\":\"rota\","
	    "\"name\":\"support\"}");
	check_has(answer, "END:VCALENDAR");
	free(answer);
	world_command(&w,
	    "{\"command\":\"override-relieve\",\"rota\":\"support\","
	    "\"for\":\"tom\"}");
	assert_true(w.answer_ok);
	world_command(&w,
	    "{\"command\":\"override-swap\",\"rota\":\"support\","
	    "\"instead\":\"isla\",\"at_ms\":1783500000000,\"for\":\"tom\","
	    "\"other_at_ms\":1783500000000}");
	check_has(w.answer, "the watch is nobody's then, not isla's");
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"instead\":\"isla\","
	    "\"from_ms\":1783500000000,\"to_ms\":1783503600000}");
	check_has(w.answer, "isla has no watch of support in these hours");
	r->watches.count = count;
	world_end(&w);
}

/* An edit that changes every other day of a year is told as one stretch. */
static void
test_an_edit_of_everything(void **state)
{
	static const char four[] =
	    HEAD "rotas:\n"
		 "  - name: support\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '00:00', rotate: daily,"
		 " people: [isla, tom] }\n"
		 "      - { zone: UTC, takes_over: '06:00', people: [tom] }\n"
		 "      - { zone: UTC, takes_over: '12:00', rotate: daily,"
		 " people: [isla, tom] }\n"
		 "      - { zone: UTC, takes_over: '18:00', people: [tom] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota support, patience: 5m }]\n";
	char *tree = mem_text(four), *place = tree;
	const struct rota_change *c;
	struct world w;

	(void)state;
	world_begin(&w, four, NIGHT);
	while ((place = strstr(place, "[isla, tom]")) != NULL)
		memcpy(place, "[tom, isla]", 11);
	reload(&w, tree);
	c = rotas_change(w.duty, 1);
	assert_int_equal(c->hours.count, 1);
	assert_int_equal(c->told_count, 2);
	assert_true(strlen(c->told[0].text) <= ROTAS_TOLD_MAX);
	free(tree);
	world_end(&w);
}

/* More than is kept is refused where it is read, and not added. */
static void
test_too_many_records(void **state)
{
	struct rota_row row = { .rota = "x", .uid = "u", .to_ms = 5 };
	struct text told = { 0 };
	char error[160], field[64];
	struct duty_rotas *r;
	struct world w;

	(void)state;
	begin_unread(&w);
	r = w.duty->rotas;
	for (int i = 0; i < ROTAS_VERSIONS_MAX; i++) {
		text_format(field, sizeof(field), "r%d:1", i);
		reads(&w, "rotas", field, "{\"text\":\"\"}");
	}
	assert_int_equal(duty_load(w.duty, "rotas", "s:1", "{\"text\":\"\"}",
			     11, error),
	    -1);
	text_add(&told, "{\"rota\":\"x\",\"at_ms\":1782900000000,\"hours\":[");
	for (int i = 0; i < 500; i++)
		text_addf(&told, "[%d,%d],", 10 * i, 10 * i + 5);
	text_add(&told, "[9,9999999999999999]],\"told\":{\"p\":\"\"");
	for (int i = 0; i < 300; i++)
		text_addf(&told, ",\"p%d\":\"x\"", i);
	text_add(&told, "}}");
	for (int i = 1; i <= ROTAS_CHANGES_MAX; i++) {
		text_format(field, sizeof(field), "c-%d", i);
		reads(&w, "changes", field,
		    i == 1 ? told.data : "{\"rota\":\"x\"}");
	}
	assert_int_equal(duty_load(w.duty, "changes", "c-2000",
			     "{\"rota\":\"x\"}", 12, error),
	    -1);
	assert_int_equal(r->changes[0].told_count, ROTAS_PEOPLE_MAX);
	assert_int_equal(r->changes[0].hours.count, ROTAS_HOURS_MAX);
	text_clear(&told);
	for (int i = 0; i < ROTAS_ROWS_MAX; i++) {
		r->rows = mem_room(r->rows, r->row_count, sizeof(*r->rows));
		r->rows[r->row_count++] = row;
	}
	assert_int_equal(duty_load(w.duty, "past", "x:1",
			     "{\"uid\":\"x\",\"to_ms\":5}", 21, error),
	    -1);
	r->rows[ROTAS_ROWS_MAX - 1].to_ms = INT64_MAX; /* stays */
	duty_start(w.duty, w.now_ms); /* what is old went, support is there */
	assert_int_equal(r->row_count, 2);
	assert_string_equal(r->rows[0].rota, "x");
	assert_string_equal(r->rows[1].rota, "support");
	/* Every one is its rota's latest: none makes room. */
	assert_int_equal(r->version_count, ROTAS_VERSIONS_MAX + 1);
	world_end(&w);
}

/* It was kept no more once there was no room: the newest, and not the oldest,
   was missing. */
static void
test_the_past_ended_when_it_was_full(void **state)
{
	struct rota_row row = { .rota = "other", .uid = "u" };
	struct duty_rotas *r;
	struct world w;
	size_t kept;

	(void)state;
	world_begin(&w, two, NIGHT);
	r = w.duty->rotas;
	assert_int_equal(r->row_count, 1); /* isla's, which goes on */
	for (int i = 1; i < ROTAS_ROWS_MAX; i++) {
		row.from_ms = w.now_ms - ROTAS_ROWS_MAX + i;
		row.to_ms = row.from_ms + 1;
		r->rows = mem_room(r->rows, r->row_count, sizeof(*r->rows));
		r->rows[r->row_count++] = row;
	}
	text_copy(r->rows[1].rota, sizeof(row.rota), "quiet");
	world_pass(&w, 2 * 86400);
	kept = ROTAS_ROWS_MAX - ROTAS_ROWS_AT_ONCE;
	assert_int_equal(r->row_count, kept + 1);
	assert_string_equal(r->rows[0].rota, "support");
	assert_string_equal(r->rows[0].person, "isla");
	assert_string_equal(r->rows[1].rota, "quiet"); /* its only one */
	assert_int_equal(r->rows[2].to_ms,
	    row.to_ms - ROTAS_ROWS_MAX + ROTAS_ROWS_AT_ONCE + 3);
	assert_string_equal(r->rows[kept].rota, "support");
	assert_string_equal(r->rows[kept].person, "tom");
	world_end(&w);
}

/* No room for one more: the watch goes to whom the new tree says. */
static void
test_no_room_to_keep_a_watch(void **state)
{
	struct override o = { .rota = "another",
		.person = "tom",
		.from_ms = 1782900000000,
		.to_ms = 1782990000000 };
	char *tree = mem_text(two);
	struct world w;

	(void)state;
	world_begin(&w, two, NIGHT);
	for (int i = 0; i < DUTY_OVERRIDES_MAX; i++)
		assert_non_null(duty_add_override(w.duty, &o, w.now_ms));
	assert_null(duty_add_override(w.duty, &o, w.now_ms));
	memcpy(strstr(tree, "[isla, tom]"), "[tom, isla]", 11);
	reload(&w, tree);
	check_asked(&w, "{\"command\":\"oncall\"}", "\"primary\":\"tom\"");
	check_refused(&w, "{\"command\":\"override-remove\"}",
	    "there is no such override");
	check_refused(&w,
	    "{\"command\":\"override-away\",\"instead\":\"isla\","
	    "\"to_ms\":1782990000000}",
	    "there are 1000 overrides already");
	check_refused(&w,
	    "{\"command\":\"override-relieve\",\"rota\":\"support\"}",
	    "there are 1000 overrides already");
	free(tree);
	world_end(&w);
}

/* Overrides around others: what is near does not matter. */
static void
test_what_is_no_clash(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	world_begin(&w, two, NIGHT);
	w.duty->sign = NULL; /* an address that nobody signs is none */
	answer = asked(&w,
	    "{\"command\":\"calendar-url\",\"kind\":\"rota\","
	    "\"name\":\"support\"}");
	check_has(answer, "/calendar/.ics");
	free(answer);
	/* tom is away on the 2nd: isla's by that, and may be covered. */
	world_command(&w,
	    "{\"command\":\"override-away\",\"instead\":\"tom\","
	    "\"from_ms\":1782979200000,\"to_ms\":1783000000000}");
	assert_true(w.answer_ok);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"uid\":\"x\",\"instead\":\"isla\","
	    "\"from_ms\":1783065600000,\"to_ms\":1783070000000}");
	assert_true(w.answer_ok);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"isla\",\"uid\":\"y\",\"instead\":\"tom\","
	    "\"from_ms\":1782960000000,\"to_ms\":1783080000000}");
	check_has(w.answer, "o-3: isla has support instead of tom");
	world_command(&w,
	    "{\"command\":\"override-swap\",\"rota\":\"support\","
	    "\"instead\":\"isla\",\"at_ms\":9999999999999,\"for\":\"tom\","
	    "\"other_at_ms\":1}");
	check_has(w.answer, "at_ms: ahead, and within 400 days");
	world_command(&w,
	    "{\"command\":\"override-swap\",\"rota\":\"support\","
	    "\"instead\":\"who\"}");
	check_has(w.answer, "who is not one of the people");
	world_command(&w,
	    "{\"command\":\"override-swap\",\"rota\":\"support\","
	    "\"instead\":\"isla\"}");
	check_has(w.answer, "for: is missing");
	world_command(&w,
	    "{\"command\":\"override-away\",\"instead\":\"isla\","
	    "\"for\":\"isla\",\"from_ms\":1783200000000,"
	    "\"to_ms\":1783300000000}");
	check_has(w.answer, "for: isla is away then");
	world_end(&w);
}

/* Out for more than what is kept: the past begins 400 days ago. */
static void
test_a_long_sleep(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, two, NIGHT);
	world_settle(&w);
	w.now_ms += INT64_C(500) * 86400000;
	world_restart(&w);
	world_settle(&w);
	assert_true(w.duty->rotas->row_count <= 402);
	assert_true(w.duty->rotas->row_count >= 399);
	world_end(&w);
}

/* Hours told when nothing of it is known any more. */
static void
test_a_notice_of_what_is_forgotten(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, two, NIGHT);
	duty_tell(w.duty, MESSAGE_ROTA, NULL, "tom", "c-77", w.now_ms);
	world_settle(&w);
	check_has(w.last.data, "Your watches on rota  have changed");
	/* A notice that nobody could deliver for a day is none. */
	w.outcome = SENT_FAILED_NOW;
	duty_tell(w.duty, MESSAGE_ROTA, NULL, "tom", "c-77", w.now_ms);
	world_settle(&w);
	assert_non_null(w.duty->intents);
	world_pass(&w, 25 * 3600);
	assert_null(w.duty->intents);
	world_end(&w);
}

/* What a calendar says of an override that is over, or another in each part. */
static void
test_an_event_that_changes(void **state)
{
	static const char *const forms[] = {
		"\"rota\":\"support\",\"for\":\"tom\",\"from_ms\":"
		"1782903600000,"
		"\"to_ms\":1782907200000",
		"\"rota\":\"support\",\"for\":\"tom\",\"from_ms\":"
		"1782903600000,"
		"\"to_ms\":1782907200001",
		"\"rota\":\"support\",\"for\":\"tom\",\"instead\":\"isla\","
		"\"from_ms\":1782903600000,\"to_ms\":1782907200001",
		"\"rota\":\"support\",\"for\":\"tom\",\"instead\":\"isla\","
		"\"from_ms\":1782903500000,\"to_ms\":1782907200001",
	};
	char command[300];
	struct world w;

	(void)state;
	world_begin(&w, two, NIGHT);
	for (int i = 0; i < 8; i++) {
		text_format(command, sizeof(command),
		    "{\"command\":\"override-add\",\"uid\":\"e\",%s}",
		    forms[i / 2]);
		world_command(&w, command);
		check_has(w.answer, i % 2 == 0 ? "has support" : "as it was");
		assert_int_equal(w.duty->override_count, 1);
	}
	world_pass(&w, 7200);
	world_command(&w,
	    "{\"command\":\"override-add\",\"uid\":\"e\",\"rota\":\"support\","
	    "\"for\":\"tom\",\"from_ms\":1782910800000,"
	    "\"to_ms\":1782914400000}");
	assert_true(w.answer_ok);
	assert_int_equal(w.duty->override_count, 2);
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_rota_of_nobody),
		cmocka_unit_test(test_an_edit_of_everything),
		cmocka_unit_test(test_too_many_records),
		cmocka_unit_test(test_the_past_ended_when_it_was_full),
		cmocka_unit_test(test_no_room_to_keep_a_watch),
		cmocka_unit_test(test_what_is_no_clash),
		cmocka_unit_test(test_a_long_sleep),
		cmocka_unit_test(test_a_notice_of_what_is_forgotten),
		cmocka_unit_test(test_an_event_that_changes),
	};

	return cmocka_run_group_tests_name("duty_rota_corners", tests, NULL,
	    NULL);
}
