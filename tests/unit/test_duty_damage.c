/* Records that are not good: poison, damage, another life's. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* Set aside, told to operations, and the rest goes on. */
static void
test_poison(void **state)
{
	const struct field *f;
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_alarm(w.duty, 0, "1-0", "{\"event\":", 9, w.now_ms);
	world_settle(&w);
	w.entry = 1;
	told(&w, "[    0] call isla by terminal\n");
	f = world_field(&w, "poison", "alarm 0 1-0");
	assert_non_null(f);
	assert_int_equal(f->length, 9);
	assert_memory_equal(f->value, "{\"event\":", 9);
	check_asked(&w, "{\"command\":\"incidents\"}", "operations/poison");
	duty_alarm_crashed(w.duty, 0, "2-0", "{\"a\":1}", 7, w.now_ms);
	world_settle(&w);
	w.entry = 2;
	f = world_field(&w, "poison", "alarm 0 2-0");
	assert_non_null(f);
	assert_int_equal(f->length, 7);
	assert_memory_equal(f->value, "{\"a\":1}", 7);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "crashed its reader three times");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	check_has(w.text.data, "call isla by terminal");
	world_end(&w);
}

/* Records that cannot be read stay where they are, and nobody is silent. */
static void
test_unreadable_records(void **state)
{
	static const char *const bad[][3] = {
		{ "incidents", "INC-000001", "{" },
		{ "incidents", "INC-000001", "{\"number\":1}" },
		{ "incidents", "INC-000001", "{\"subject\":\"x\"}" },
		{ "incidents", "INC-000001",
		    "{\"number\":2,\"subject\":\"x\"}" },
		{ "pages", "INC-000001", "{}" },
		{ "pages", "INC-000001", "{\"state\":\"asleep\"}" },
		{ "pages", "nonsense", "{\"state\":\"calling\"}" },
		{ "pages", "INC-0", "{\"state\":\"calling\"}" },
		{ "intents", "i-1", "[]" },
		{ "intents", "x", "{\"channel\":\"mail\",\"person\":\"tom\"}" },
		{ "intents", "i-1",
		    "{\"channel\":\"owl\",\"person\":\"tom\"}" },
		{ "intents", "i-1", "{\"channel\":\"mail\"}" },
		{ "overrides", "o-1", "{}" },
		{ "overrides", "x",
		    "{\"rota\":\"support\",\"person\":\"tom\","
		    "\"from_ms\":1,\"to_ms\":2}" },
		{ "overrides", "o-1",
		    "{\"rota\":\"support\","
		    "\"person\":\"tom\","
		    "\"from_ms\":2,\"to_ms\":2}" },
	};
	struct world w;
	char error[160];

	(void)state;
	begin_unread(&w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		error[0] = '\0';
		assert_int_equal(duty_load(w.duty, bad[i][0], bad[i][1],
				     bad[i][2], strlen(bad[i][2]), error),
		    -1);
		assert_true(error[0] != '\0');
	}
	reads(&w, "poison", "x", "y");
	reads(&w, "meta", "secret",
	    "012345678901234567890123456789012345678901234567");
	reads(&w, "meta", "position:77", "1-1");
	/* A page without its incident: somebody hears of it. */
	reads(&w, "pages", "INC-000007", "{\"state\":\"calling\"}");
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "[    0] call isla by terminal\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":7}",
	    "its record could not be read");
	world_end(&w);
}

static const struct {
	const char *key, *field, *value;
} odd_records[] = {
	{ "overrides", "o-10",
	    "{\"rota\":\"support\","
	    "\"person\":\"tom\",\"from_ms\":1,"
	    "\"to_ms\":2}" },
	{ "overrides", "o-9",
	    "{\"rota\":\"support\","
	    "\"person\":\"who\",\"from_ms\":1,"
	    "\"to_ms\":9999999999999}" },
	{ "meta", "incident", "40" },
	{ "meta", "intent", "7" },
	{ "meta", "override", "11" },
	{ "meta", "position:2", "5-5" },
	{ "meta", "schema", "1" },
	{ "incidents", "INC-000012",
	    "{\"number\":12,\"subject\":\"operations/b\","
	    "\"severity\":2,\"opened_ms\":5,\"storm\":\"INC-000099\","
	    "\"members\":[{\"subject\":\"operations/b\","
	    "\"severity\":2}]}" },
	{ "incidents", "INC-000003",
	    "{\"number\":3,\"subject\":\"operations/a\","
	    "\"severity\":4,\"opened_ms\":5,"
	    "\"members\":[{\"subject\":\"operations/a\","
	    "\"severity\":4}]}" },
	{ "pages", "INC-000003", "{\"state\":\"closed\",\"call\":3}" },
	{ "intents", "i-000000005",
	    "{\"channel\":\"mail\",\"person\":\"nobody\",\"kind\":1,"
	    "\"incident\":\"INC-000003\",\"made_ms\":1782900000000}" },
	{ "intents", "i-000000009",
	    "{\"channel\":\"mail\",\"person\":\"tom\",\"kind\":0,"
	    "\"incident\":\"INC-000077\",\"made_ms\":1782900000000}" },
	{ "intents", "i-000000008",
	    "{\"channel\":\"mail\",\"person\":\"tom\",\"kind\":2,"
	    "\"incident\":\"INC-000003\",\"made_ms\":5}" },
};

/* Records of another life: a storm that is gone, a closed page. */
static void
test_records_that_do_not_fit(void **state)
{
	const struct incident *inc;
	struct world w;

	(void)state;
	begin_unread(&w);
	for (size_t i = 0; i < sizeof(odd_records) / sizeof(odd_records[0]);
	     i++)
		reads(&w, odd_records[i].key, odd_records[i].field,
		    odd_records[i].value);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] digest isla by terminal\n");
	inc = duty_find(w.duty, "INC-000012");
	assert_string_equal(incident_last_called(inc, "isla")->intent,
	    "i-000000010");
	assert_string_equal(w.message.intent, "i-000000011");
	assert_string_equal(duty_position(w.duty, 2), "5-5");
	assert_string_equal(w.duty->overrides[0].id, "o-9");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":3}",
	    "\"state\":\"open\"");
	world_raise(&w, ALARM_RAISED, "operations/c", 2);
	assert_string_equal(w.message.incident, "INC-000041");
	assert_int_equal(w.duty->last_override, 11);
	world_end(&w);
}

/* Damaged: a storm that names nothing, and numbers that no time has. */
static void
test_records_that_are_damaged(void **state)
{
	static const char storm[] =
	    "{\"number\":5,\"subject\":\"operations/storm\",\"severity\":1,"
	    "\"opened_ms\":5,\"is_storm\":true}";
	static const char huge[] =
	    "{\"number\":6,\"subject\":\"operations/a\",\"severity\":1,"
	    "\"since_ms\":-9223372036854775807,\"opened_ms\":5,"
	    "\"fresh\":4294967297,\"members\":[{\"subject\":"
	    "\"operations/a\",\"shards\":-1}]}";
	static const char page[] =
	    "{\"state\":\"calling\",\"level\":4294967295,"
	    "\"round\":2147483647,\"pause_until_ms\":9223372036854775807}";
	struct incident *inc;
	struct world w;

	(void)state;
	begin_unread(&w);
	reads(&w, "incidents", "INC-000005", storm);
	reads(&w, "incidents", "INC-000006", huge);
	reads(&w, "pages", "INC-000006", page);
	inc = duty_find(w.duty, "INC-000006");
	assert_int_equal(inc->since_ms, 0);
	assert_int_equal(inc->fresh, 0);
	assert_true(inc->members[0].shards == UINT64_MAX);
	assert_int_equal(inc->page.level, 0);
	assert_int_equal(inc->page.round, 0);
	assert_int_equal(inc->page.pause_until_ms, 0);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	assert_true(duty_find(w.duty, "INC-000005")->closed_ms != 0);
	world_pass(&w, 900);
	assert_true(duty_find(w.duty, "INC-000006")->page.call > 0);
	world_end(&w);
}

/* All that is left of an incident is its page, and not even that of others. */
static void
test_a_page_without_its_incident_keeps_its_number(void **state)
{
	static const char page[] = "{\"state\":\"calling\",\"call\":1}";
	struct world w;
	char error[160];

	(void)state;
	begin_unread(&w);
	reads(&w, "pages", "INC-000001", page);
	assert_int_equal(duty_load(w.duty, "pages", "INC-0000001", page,
			     strlen(page), error),
	    -1);
	assert_string_equal(error, "would be that of INC-000001");
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	world_raise(&w, ALARM_RAISED, "operations/a", 2);
	assert_string_equal(w.message.incident, "INC-000002");
	world_end(&w);
}

/* What was given out last can be read from the records, too: a damaged or
   older number of meta, whenever it comes, must not give one out twice. */
static void
test_a_damaged_number_is_not_given_out_again(void **state)
{
	static const char *const damaged[] = { "1i-", "0", "",
		"99999999999999999999" };
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		begin_unread(&w);
		reads(&w, "incidents", "INC-000004",
		    "{\"number\":4,\"subject\":\"operations/x\"}");
		reads(&w, "meta", "incident", damaged[i]);
		duty_start(w.duty, w.now_ms);
		world_settle(&w);
		world_raise(&w, ALARM_RAISED, "operations/a", 2);
		assert_string_equal(w.message.incident, "INC-000005");
		world_end(&w);
	}
}

/* Nobody gave that out: whoever counts on from it begins again at 0. */
static void
test_a_name_that_nobody_gave_out_is_refused(void **state)
{
	static const char *const bad[][3] = {
		{ "pages", "INC-18446744073709551615",
		    "{\"state\":\"calling\",\"call\":1}" },
		{ "intents", "i-18446744073709551615",
		    "{\"channel\":\"mail\",\"person\":\"tom\"}" },
	};
	struct world w;
	char error[160];

	(void)state;
	begin_unread(&w);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(duty_load(w.duty, bad[i][0], bad[i][1],
				     bad[i][2], strlen(bad[i][2]), error),
		    -1);
	duty_start(w.duty, w.now_ms);
	world_raise(&w, ALARM_RAISED, "operations/a", 2);
	assert_string_equal(w.message.incident, "INC-000001");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_unreadable_records),
		cmocka_unit_test(test_records_that_do_not_fit),
		cmocka_unit_test(test_records_that_are_damaged),
		cmocka_unit_test(
		    test_a_page_without_its_incident_keeps_its_number),
		cmocka_unit_test(test_a_damaged_number_is_not_given_out_again),
		cmocka_unit_test(test_a_name_that_nobody_gave_out_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
