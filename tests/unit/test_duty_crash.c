/* Restarts, repeats, a store that is away, records that are not good. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* kill -9 between handing over and its outcome: again, marked, once. */
static void
test_restart_mid_send(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 10);
	world_restart(&w);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   10] call isla by terminal (repeat?)\n");
	assert_string_equal(w.message.intent, "i-000000001");
	duty_sent(w.duty, "i-000000001", SENT_HANDED_OVER, "", w.now_ms);
	world_settle(&w);
	w.hold_outcomes = false;
	world_restart(&w);
	world_pass(&w, 50);
	told(&w, "[   60] call isla by mail\n");
	assert_string_equal(w.message.intent, "i-000000002");
	world_end(&w);
}

/* Taken before the restart: what was pending is recorded as not sent. */
static void
test_restart_after_take(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	text_clear(&w.text);
	world_restart(&w);
	told(&w, "[    0] taken isla by terminal (repeat?)\n");
	assert_null(world_field(&w, "intents", "i-000000001"));
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"failed\"");
	check_asked(&w, "{\"command\":\"incidents\"}",
	    "\"state\":\"taken\",\"owner\":\"tom\"");
	check_quiet(&w);
	world_end(&w);
}

/* The page goes on after a restart as if nothing had been. */
static void
test_restarts_all_night(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	for (int i = 0; i < 60; i++) {
		world_pass(&w, 11);
		world_restart(&w);
		check_quiet(&w);
	}
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   60] call isla by mail\n"
	    "[  300] call tom by mail\n"
	    "[  600] call isla by terminal\n"
	    "[  660] call isla by mail\n");
	world_end(&w);
}

/* The process was away for an hour: called at once when it is back. */
static void
test_long_absence(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "operations/x", 1);
	w.now_ms += 3600000;
	text_clear(&w.text);
	world_restart(&w);
	told(&w, "[ 3600] call tom by mail\n");
	w.now_ms += 3600000;
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "[ 7200] call isla by terminal\n");
	w.now_ms -= 7200000; /* the clock goes back */
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	text_clear(&w.text);
	world_pass(&w, 300);
	check_has(w.text.data, "call tom by mail");
	check_quiet(&w);
	world_end(&w);
}

/* The same entry twice, and the same alarm again: one incident, one call. */
static void
test_repeated_alarms(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	assert_string_equal(duty_position(w.duty, 0), "0-0");
	assert_string_equal(duty_position(w.duty, 64), "0-0");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	assert_string_equal(duty_position(w.duty, 0), "1-0");
	w.entry = 0;
	world_raise(&w, ALARM_RAISED, "acme/web", 1); /* an entry read twice */
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	world_restart(&w);
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	told(&w, "[    0] call isla by terminal\n");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1,\"pages\":1");
	duty_alarm(w.duty, 99, "1-1", "{}", 2, w.now_ms);
	duty_alarm(w.duty, 0, "not an id", "{}", 2, w.now_ms);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1,\"pages\":1");
	world_end(&w);
}

/* Two entries of one millisecond have numbers. */
static void
test_positions(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_alarm(w.duty, 3, "1700000000000-9", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000000-9");
	duty_alarm(w.duty, 3, "1700000000000-8", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000000-9");
	duty_alarm(w.duty, 3, "1700000000000-10", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000000-10");
	duty_alarm(w.duty, 3, "1700000000001", "", 0, w.now_ms);
	assert_string_equal(duty_position(w.duty, 3), "1700000000001");
	world_settle(&w);
	world_restart(&w);
	assert_string_equal(duty_position(w.duty, 3), "1700000000001");
	world_end(&w);
}

/* SIGHUP between an incident's record and its page: nobody is called for what
   somebody has. */
static void
test_reload_while_loading(void **state)
{
	const struct field *inc, *page;
	char error[160];
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	inc = world_field(&w, "incidents", "INC-000001");
	page = world_field(&w, "pages", "INC-000001");
	duty_free(w.duty);
	text_clear(&w.text);
	w.duty = duty_new(w.settings, world_sign, &w);
	assert_int_equal(duty_load(w.duty, "incidents", inc->field, inc->value,
			     inc->length, error),
	    0);
	duty_configure(w.duty, w.settings, w.now_ms);
	assert_null(w.duty->intents);
	assert_int_equal(duty_load(w.duty, "pages", page->field, page->value,
			     page->length, error),
	    0);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"owner\":\"tom\"");
	world_end(&w);
}

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
	world_begin(&w, world_tree, NIGHT);
	duty_free(w.duty);
	w.duty = duty_new(w.settings, world_sign, &w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		error[0] = '\0';
		assert_int_equal(duty_load(w.duty, bad[i][0], bad[i][1],
				     bad[i][2], strlen(bad[i][2]), error),
		    -1);
		assert_true(error[0] != '\0');
	}
	assert_int_equal(duty_load(w.duty, "poison", "x", "y", 1, error), 0);
	assert_int_equal(duty_load(w.duty, "meta", "secret",
			     "0123456789012345"
			     "67890123456789012345678901234567",
			     48, error),
	    0);
	assert_int_equal(duty_load(w.duty, "meta", "position:77", "1-1", 3,
			     error),
	    0);
	/* A page without its incident: somebody hears of it. */
	assert_int_equal(duty_load(w.duty, "pages", "INC-000007",
			     "{\"state\":\"calling\"}", 19, error),
	    0);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "[    0] call isla by terminal\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":7}",
	    "its record could not be read");
	world_end(&w);
}

/* Redis is away: it goes on, says so, and does not promise. */
static void
test_store_away(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_store(w.duty, false);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 70);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	told(&w,
	    "[    0] call isla by terminal (store down)\n"
	    "[   60] call isla by mail (store down)\n"
	    "[   70] answer 1 ok\n");
	check_has(w.answer,
	    "Heard, not yet recorded: you may be called "
	    "again.");
	check_has(w.answer, "\"recorded\":false");
	check_asked(&w, "{\"command\":\"status\"}", "\"store\":false");
	duty_store(w.duty, true);
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,"
	    "\"text\":\"x\"}");
	check_lacks(w.answer, "not yet recorded");
	world_end(&w);
}

/* The store goes away between the command and its commit: only the journal
   has the take then, and the answer must not say more. */
static void
test_take_recorded_only_in_the_journal(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	w.hold_commits = true;
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\",\"incident\":1}");
	check_lacks(w.answer, "You have it");
	duty_store(w.duty, false);
	w.hold_commits = false;
	world_settle(&w);
	check_has(w.answer, "Heard, not yet recorded");
	check_has(w.answer, "\"recorded\":false");
	world_end(&w);
}

/*
 * Found by a night of the simulation: what somebody has becomes worse just as
 * the store goes away, so that only the journal says so.  Its owner is called
 * for what is worse, with words that say it; and taken anew, though that is
 * in the journal only, it stays taken.
 */
static void
test_worse_in_the_journal_is_taken_anew_there(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\",\"incident\":1}");
	world_pass(&w, 60);
	text_clear(&w.text);
	w.hold_commits = true;
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	told(&w, "");
	duty_store(w.duty, false);
	w.hold_commits = false;
	world_settle(&w);
	told(&w, "[   60] call isla by terminal (store down)\n");
	check_has(w.message.subject, "] S1 ");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\",\"incident\":1}");
	check_has(w.answer, "Heard, not yet recorded");
	text_clear(&w.text);
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1); /* no worse */
	world_pass(&w, 1700);
	told(&w, "");
	duty_store(w.duty, true);
	world_restart(&w);
	world_pass(&w, 60);
	told(&w, "");
	world_pass(&w, 60); /* half an hour: the take of an S1 expires */
	check_has(w.text.data, "call isla by terminal");
	world_end(&w);
}

/* What does not fit into one commit waits, and so does what rests on it. */
static void
test_full_commits(void **state)
{
	struct world w;
	struct duty_action a;
	struct commit c;
	int commits = 0;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < 3000; i++) {
		struct alarm one = world_alarm(&w, ALARM_RAISED, "x", 3);
		char *json, id[32];

		text_format(one.subject, sizeof(one.subject), "operations/%d",
		    i);
		json = alarm_encode(&one);
		text_format(id, sizeof(id), "%llu-0", ++w.entry);
		duty_alarm(w.duty, 0, id, json, strlen(json), w.now_ms);
		free(json);
	}
	duty_command(w.duty, 1, "{}", 2, "isla", w.now_ms);
	commit_init(&c);
	while (duty_commit(w.duty, w.now_ms, &c)) {
		assert_true(c.count <= COMMIT_OPS_MAX + 3010);
		world_apply(&w, &c);
		duty_committed(w.duty);
		commit_clear(&c);
		if (commits++ == 0) /* the first held only a part */
			assert_int_equal(duty_next(w.duty, w.now_ms, &a),
			    DUTY_NOTHING);
	}
	commit_clear(&c);
	assert_true(commits > 1);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_ANSWER);
	duty_action_clear(&a);
	assert_non_null(world_field(&w, "incidents", "INC-003000"));
	assert_non_null(world_field(&w, "intents", "i-000003000"));
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
	char error[160];

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_free(w.duty);
	w.duty = duty_new(w.settings, world_sign, &w);
	for (size_t i = 0; i < sizeof(odd_records) / sizeof(odd_records[0]);
	     i++)
		assert_int_equal(duty_load(w.duty, odd_records[i].key,
				     odd_records[i].field, odd_records[i].value,
				     strlen(odd_records[i].value), error),
		    0);
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
	char error[160];

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_free(w.duty);
	w.duty = duty_new(w.settings, world_sign, &w);
	assert_int_equal(duty_load(w.duty, "incidents", "INC-000005", storm,
			     strlen(storm), error),
	    0);
	assert_int_equal(duty_load(w.duty, "incidents", "INC-000006", huge,
			     strlen(huge), error),
	    0);
	assert_int_equal(duty_load(w.duty, "pages", "INC-000006", page,
			     strlen(page), error),
	    0);
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
	world_begin(&w, world_tree, NIGHT);
	duty_free(w.duty);
	w.duty = duty_new(w.settings, world_sign, &w);
	assert_int_equal(duty_load(w.duty, "pages", "INC-000001", page,
			     strlen(page), error),
	    0);
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

/* Empty fields are as good as none. */
static void
test_empty_fields(void **state)
{
	static const struct {
		const char *command, *answer;
	} cases[] = {
		{ "{\"command\":\"open\",\"severity\":4,\"subject\":\"\","
		  "\"client\":\"\",\"text\":\"x\"}",
		    "INC-000001 is open, S4." },
		{ "{\"command\":\"open\",\"severity\":4,\"subject\":\"\","
		  "\"client\":\"acme\",\"text\":\"x\"}",
		    "INC-000002 is open, S4." },
		{ "{\"command\":\"open\",\"severity\":3,"
		  "\"subject\":\"acme/web\",\"text\":\"x\"}",
		    "INC-000003 is open, S3." },
		{ "{\"command\":\"note\",\"incident\":1,\"text\":\"\"}",
		    "text: is missing" },
		{ "{\"command\":\"override-add\",\"rota\":\"x\"}",
		    "no such rota" },
		{ "{\"command\":\"update\",\"incident\":3,"
		  "\"next_ms\":9782901800000}",
		    "next_ms: not within the next 7 days" },
		{ "{\"command\":\"update\",\"incident\":3,"
		  "\"eta_from_ms\":1782901800000,"
		  "\"eta_to_ms\":9782901800000}",
		    "eta_to_ms: not within the next 7 days" },
		{ "{\"command\":\"update\",\"incident\":3,\"publish\":true,"
		  "\"eta_from_ms\":1782901800000,"
		  "\"eta_to_ms\":1782903600000}",
		    "Published, state investigating." },
		{ "{\"command\":\"update\",\"incident\":3,\"publish\":true,"
		  "\"next_ms\":1782903600000}",
		    "Published, state investigating." },
		{ "{\"command\":\"hand-on\",\"incident\":3,"
		  "\"to\":\"tom\",\"note\":\"\"}",
		    "tom is called now" },
	};
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		world_command(&w, cases[i].command);
		check_has(w.answer, cases[i].answer);
	}
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_restart_mid_send),
		cmocka_unit_test(test_restart_after_take),
		cmocka_unit_test(test_restarts_all_night),
		cmocka_unit_test(test_long_absence),
		cmocka_unit_test(test_repeated_alarms),
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_reload_while_loading),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_unreadable_records),
		cmocka_unit_test(test_store_away),
		cmocka_unit_test(test_take_recorded_only_in_the_journal),
		cmocka_unit_test(test_worse_in_the_journal_is_taken_anew_there),
		cmocka_unit_test(test_full_commits),
		cmocka_unit_test(test_records_that_do_not_fit),
		cmocka_unit_test(test_records_that_are_damaged),
		cmocka_unit_test(
		    test_a_page_without_its_incident_keeps_its_number),
		cmocka_unit_test(test_empty_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
