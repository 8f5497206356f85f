/* What clients are told, and who sees to it. */
#include "pager/incident.h"
#include "tests/unit/duty_story.h"

/* What was said of clients: each reads of its own, in its zone. */
static void
test_public(void **state)
{
	const struct field *f;
	struct world w;
	bool ok;
	char *answer;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_raise(&w, ALARM_RAISED, "birch/learn", 1);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"shown\":\"held\",\"publish_ms\":1782900600000");
	world_pass(&w, 600);
	f = world_field(&w, "incidents", "INC-000001");
	check_has(f->value,
	    "learn is not reachable since 21:59 NZST; we are "
	    "investigating; next update by 22:40 NZST.");
	check_has(f->value,
	    "learn is not reachable since 10:59 BST; we are "
	    "investigating; next update by 11:40 BST.");
	/* The promise is kept, or somebody hears of it. */
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	world_pass(&w, 1200);
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,"
	    "\"text\":\"x\"}");
	text_clear(&w.text);
	world_pass(&w, 1500);
	told(&w,
	    "[ 2400] update due tom by mail\n"
	    "[ 2700] update due isla by terminal\n"
	    "[ 2760] update due isla by mail\n"
	    "[ 3000] update due tom by mail\n"
	    "[ 3300] update due isla by terminal\n");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"state\":\"monitoring\",\"publish\":true,"
	    "\"text\":\"The database is back.\","
	    "\"next_ms\":1782907200000}");
	assert_true(w.answer_ok);
	f = world_field(&w, "incidents", "INC-000001");
	check_has(f->value, "The database is back. Next update by 00:00 NZST.");
	check_has(f->value, "The database is back. Next update by 13:00 BST.");
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	f = world_field(&w, "incidents", "INC-000001");
	check_has(f->value, "learn is working again since");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"state\":\"postmortem\",\"publish\":true}");
	assert_true(w.answer_ok);
	answer = duty_query(w.duty, "{\"command\":\"incident\",\"incident\":1}",
	    35, w.now_ms, &ok);
	check_has(answer, "We have looked into what happened.");
	free(answer);
	world_end(&w);
}

static void
test_public_is_vetoed_or_hurried(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"publish\":false}");
	check_has(w.answer, "no client sees it");
	world_pass(&w, 1200);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"shown\":\"vetoed\"");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"publish\":true}");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"shown\":\"shown\"");
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	check_refused(&w,
	    "{\"command\":\"update\",\"incident\":2,"
	    "\"text\":\"x\"}",
	    "concerns no client's page");
	/* Over before anybody was told: nobody is told. */
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	world_raise(&w, ALARM_CLEARED, "acme/web", 2);
	check_lacks(world_field(&w, "incidents", "INC-000003")->value,
	    "\"public\":true");
	world_end(&w);
}

static void
test_updates(void **state)
{
	struct world w;
	const char *record;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 2);
	/* Held back with words: a note, and no promise to anybody. */
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"publish\":false,\"text\":\"not yet\"}");
	assert_true(w.answer_ok);
	/* A promise alone; its words are the usual ones. */
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"next_ms\":1782901800000}");
	assert_true(w.answer_ok);
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record, "We are investigating. Next update by 22:30 NZST.");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"eta_from_ms\":1782901800000,"
	    "\"eta_to_ms\":1782903600000}");
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record, "over between 22:30 NZST and 23:00 NZST.");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"state\":\"monitoring\",\"publish\":true}");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"state\":\"monitoring\",\"text\":\"It works again; we keep "
	    "watching it. Next update by 23:00 NZST.\","
	    "\"eta_from_ms\":1782901800000,\"eta_to_ms\":1782903600000,"
	    "\"next_ms\"");
	/* Already shown: going ahead again says nothing twice. */
	check_refused(&w,
	    "{\"command\":\"update\",\"incident\":1,\"publish\":true}",
	    "nothing is drafted that is not out");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"publish\":false}");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"shown\":\"shown\"");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "The incident was closed; what still does not work is shown on "
	    "this page.");
	/* When it is closed no further update is promised. */
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"state\":\"resolved\",\"publish\":true}");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"state\":\"resolved\",\"text\":\"It is resolved.\","
	    "\"eta_from_ms\":1782901800000,\"eta_to_ms\":1782903600000,"
	    "\"clients\"");
	world_end(&w);
}

/* The page went out with the first endpoint's name, and stayed so. */
static void
test_only_one_of_several_was_named_in_public(void **state)
{
	const char *record;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,\"publish\":true}");
	w.now_ms += 10000;
	world_raise(&w, ALARM_RAISED, "acme/library", 1);
	world_pass(&w, 49);
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_lacks(record, "as well");
	world_pass(&w, 2);
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record,
	    "library is not reachable as well, since 21:59 NZST.");
	/* A further draft names those that still fail. */
	world_raise(&w, ALARM_RAISED, "birch/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_pass(&w, 600);
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record, "\"learn is not reachable since 11:00 BST; we");
	world_raise(&w, ALARM_CLEARED, "acme/library", 1);
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record, "learn and library are working again since");
	world_end(&w);
}

static void
check_update(struct world *w, const char *text, const char *said)
{
	char command[200];

	text_format(command, sizeof(command),
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"%s\","
	    "\"next_ms\":%lld}",
	    text, (long long)w->now_ms + 1800000);
	world_command(w, command);
	check_has(world_field(w, "incidents", "INC-000001")->value, said);
}

static void
test_sentences_ran_into_each_other(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	check_update(&w, "one", "\"one. Next update by 22:30 NZST.\"");
	check_update(&w, "two.", "\"two. Next update by");
	check_update(&w, "three! \\n", "\"three! Next update by");
	check_update(&w, "four (really.)", "\"four (really.) Next update by");
	check_update(&w, "five (really)", "\"five (really). Next update by");
	check_update(&w, "six?", "\"six? Next update by");
	check_update(&w, ")", "\"). Next update by");
	/* Only blanks: the usual words. */
	check_update(&w, " \\n ", "\"We are investigating. Next update by");
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,\"publish\":true,"
	    "\"text\":\"seven\"}");
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "\"seven. Next update by");
	world_end(&w);
}

/* What was cut off would not be what somebody meant to say. */
static void
test_an_update_has_a_limit(void **state)
{
	char command[INCIDENT_TEXT_MAX + 100];
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	text_format(command, sizeof(command),
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"%0*d\"}",
	    INCIDENT_TEXT_MAX + 1, 7);
	check_refused(&w, command, "text: longer than");
	world_end(&w);
}

/* Their page still stands for a while, in a zone that all know. */
static void
test_a_client_leaves_while_it_is_open(void **state)
{
	struct settings *s = world_settings(last_is_person);
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	duty_configure(w.duty, s, w.now_ms);
	settings_free(w.settings);
	w.settings = s;
	check_update(&w, "one", "\"one. Next update by 10:30 UTC.\"");
	world_end(&w);
}

/* What is far has its date, what is near its seconds. */
static void
test_times_in_public(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	world_command(&w,
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"x\","
	    "\"eta_from_ms\":1782900600000,\"eta_to_ms\":1782986400000,"
	    "\"next_ms\":1782900045000}");
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "x. We expect it to be over between 22:10 NZST and 2026-07-02 "
	    "22:00 NZST. Next update by 22:00:45 NZST.");
	world_end(&w);
}

/* From the 201st client of one platform on nobody was told, without a word. */
static void
test_some_clients_were_left_untold_in_silence(void **state)
{
	struct text tree = { 0 };
	char subject[32];
	struct world w;

	(void)state;
	text_add(&tree, world_tree);
	for (int i = 1; i <= INCIDENT_AUDIENCES_MAX + 1; i++)
		text_addf(&tree,
		    "  - name: c%d\n    sla: gold\n    zone: UTC\n"
		    "    endpoints: [{ name: x,"
		    " url: 'https://c%d.example/', platform: cluster }]\n",
		    i, i);
	world_begin(&w, tree.data, NIGHT);
	text_clear(&tree);
	for (int i = 1; i <= INCIDENT_AUDIENCES_MAX + 1; i++) {
		if (i == INCIDENT_AUDIENCES_MAX + 1) {
			world_pass(&w, 3600);
			check_lacks(w.last.data, "NOT TOLD");
		}
		text_format(subject, sizeof(subject), "c%d/x", i);
		world_raise(&w, ALARM_RAISED, subject, 1);
	}
	world_pass(&w, 3600);
	check_has(w.last.data,
	    "NOT TOLD: the status page of 1 more client says nothing of this "
	    "incident (it has room for 200). Tell them yourself.");
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "c201's status page says nothing of it: there is room for 200 "
	    "clients");
	world_end(&w);
}

/* Is this appended to the stream by what is not written yet? */
static bool
will_append(struct world *w, const char *stream, const char *wanted)
{
	struct commit c;
	bool found = false;

	commit_init(&c);
	assert_true(duty_commit(w->duty, w->now_ms, &c));
	for (size_t i = 0; i < c.count; i++)
		found |= c.ops[i].kind == COMMIT_APPEND &&
		    strcmp(c.ops[i].key, stream) == 0 &&
		    memmem(c.ops[i].value, c.ops[i].length, wanted,
			strlen(wanted)) != NULL;
	world_apply(w, &c);
	duty_committed(w->duty);
	commit_clear(&c);
	world_settle(w);
	return found;
}

/*
 * What a client read last stood nowhere else than in the incident, and what
 * went out of that went without a word.
 */
static void
test_what_was_told_is_in_the_journal_for_good(void **state)
{
	static const char update[] = "{\"command\":\"update\",\"incident\":1,"
				     "\"text\":\"still at it\"}";
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	for (int i = 0; i < INCIDENT_UPDATES_MAX; i++)
		world_command(&w, update);
	w.hold_commits = true;
	world_command(&w, update);
	assert_true(will_append(&w, "out", "\"updates_gone\":1"));
	world_command(&w, update);
	assert_true(will_append(&w, "journal",
	    "\"what\":\"published\",\"text\":\"to acme, investigating: "
	    "still at it."));
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	assert_true(will_append(&w, "journal",
	    "to acme, resolved: web is working again since"));
	w.hold_commits = false;
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"timeline_gone\":3");
	world_end(&w);
}

/* An update of full length lost its promise, which is put behind it. */
static void
test_a_long_update_keeps_its_promise(void **state)
{
	char command[INCIDENT_TEXT_MAX + 100];
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	text_format(command, sizeof(command),
	    "{\"command\":\"update\",\"incident\":1,\"text\":\"%0*d\"}",
	    INCIDENT_TEXT_MAX, 7);
	world_command(&w, command);
	assert_true(w.answer_ok);
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "7. Next update by 22:30 NZST.\"");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public),
		cmocka_unit_test(test_public_is_vetoed_or_hurried),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_only_one_of_several_was_named_in_public),
		cmocka_unit_test(test_sentences_ran_into_each_other),
		cmocka_unit_test(test_an_update_has_a_limit),
		cmocka_unit_test(test_a_client_leaves_while_it_is_open),
		cmocka_unit_test(test_times_in_public),
		cmocka_unit_test(test_some_clients_were_left_untold_in_silence),
		cmocka_unit_test(test_what_was_told_is_in_the_journal_for_good),
		cmocka_unit_test(test_a_long_update_keeps_its_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
