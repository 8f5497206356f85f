/* What people do with incidents besides taking them. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

#define ESCALATE                                                               \
	"{\"command\":\"escalate\",\"person\":\"isla\",\"incident\":1,"        \
	"\"note\":\"both sites\"}"

/* The next level at once, once; the timeline says who wanted it and why. */
static void
test_escalate(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_pass(&w, 10);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "Escalated: level 2 of 2 (person tom) is called now: tom.");
	check_quiet(&w);
	world_pass(&w, 30);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "It was escalated just now, and calls tom; nothing is changed.");
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   10] answer 1 ok\n"
	    "[   10] call tom by mail\n"
	    "[   40] answer 1 ok\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "escalates it: level 2 of 2 (person tom) is called: both sites");
	world_restart(&w);
	world_command(&w, ESCALATE); /* the store knows it, too */
	check_has(w.answer, "It was escalated just now");
	world_pass(&w, 30);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "Escalated: level 1 of 2 (rota support) is called now: isla.");
	check_quiet(&w);
	world_end(&w);
}

/* Whoever had it hears that it is theirs no more, but who asked for it. */
static void
test_escalate_what_another_has(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w, TAKE("maya"));
	text_clear(&w.text);
	world_pass(&w, 10);
	world_command(&w, ESCALATE);
	check_quiet(&w);
	told(&w,
	    "[   10] answer 1 ok\n"
	    "[   10] expired maya by mail\n"
	    "[   10] call tom by mail\n");
	world_command(&w, TAKE("isla"));
	world_pass(&w, 60);
	text_clear(&w.text);
	world_command(&w, ESCALATE);
	told(&w,
	    "[   70] answer 1 ok\n"
	    "[   70] call tom by mail\n");
	world_end(&w);
}

/* The second level is a rota where nobody is on watch now. */
static const char nobody_next[] =
    HEAD "rotas:\n"
	 "  - name: night\n"
	 "    watches:\n"
	 "      - { zone: UTC, from: '22:00', to: '23:00', people: [isla] }\n"
	 "ladders:\n"
	 "  - name: only\n"
	 "    levels:\n"
	 "      - { call: person isla, patience: 5m }\n"
	 "      - { call: rota night, patience: 5m }\n"
	 "      - { call: person tom, patience: 5m }\n";

static void
test_escalate_to_nobody(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, nobody_next, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	text_clear(&w.text);
	world_command(&w, ESCALATE);
	check_has(w.answer,
	    "Escalated: at level 2 of 3 (rota night) nobody can be reached "
	    "now, so what comes after it is called.");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call tom by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* Out of a storm it is somebody's own; what calls nobody has no next level. */
static void
test_escalate_of_a_storm_and_of_none(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	raise_many(&w, 7, 1);
	text_clear(&w.text);
	world_command(&w, "{\"command\":\"escalate\",\"incident\":8}");
	check_has(w.answer, "Escalated: level 2 of 2");
	assert_string_equal(duty_find(w.duty, "INC-000008")->storm, "");
	world_command(&w,
	    "{\"command\":\"severity\",\"incident\":1,\"severity\":4}");
	check_refused(&w, ESCALATE, "severity: S4 calls nobody");
	world_end(&w);
	world_begin(&w, no_ladders, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	check_refused(&w, ESCALATE, "there is no ladder to climb");
	world_end(&w);
}

#define REOPEN                                                                 \
	"{\"command\":\"reopen\",\"person\":\"maya\",\"incident\":1,"          \
	"\"note\":\"quizzes still fail\"}"
#define SHOW "{\"command\":\"incident\",\"incident\":1}"

/* It ended by itself, and a person knows better: it calls, once. */
static void
test_reopen_what_ended_by_itself(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 2);
	world_pass(&w, 310);
	world_raise(&w, ALARM_CLEARED, "acme/web", 2);
	text_clear(&w.text);
	world_pass(&w, 60);
	world_command(&w, REOPEN);
	check_has(w.answer, "INC-000001 is open again, S2, and calls.");
	told(&w,
	    "[  370] answer 1 ok\n"
	    "[  370] reopened tom by mail\n"
	    "[  370] call isla by terminal\n");
	check_has(w.message.subject, "web degraded since");
	check_has(w.last.data, "Acme University: web quizzes still fail");
	check_lacks(w.last.data, "answered 503");
	check_asked(&w, SHOW, "quizzes still fail");
	check_quiet(&w);
	world_restart(&w);
	text_clear(&w.text);
	world_command(&w, REOPEN);
	check_has(w.answer, "INC-000001 is open; nothing is changed.");
	/* Nobody evaluates what a person says: time does not end it. */
	world_command(&w, TAKE("isla"));
	world_pass(&w, 600);
	check_quiet(&w);
	check_asked(&w, SHOW, "\"state\":\"taken\"");
	/* It does fail: then its end is an end. */
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	world_raise(&w, ALARM_CLEARED, "acme/web", 2);
	check_asked(&w, SHOW, "ended by itself");
	world_end(&w);
}

/* A person closed it while it failed: it is open as it was. */
static void
test_reopen_what_fails_on(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	check_refused(&w,
	    "{\"command\":\"reopen\",\"incident\":1,\"note\":\" \"}",
	    "note: is missing");
	check_refused(&w,
	    "{\"command\":\"reopen\",\"incident\":7,\"note\":\"x\"}",
	    "no such incident");
	text_clear(&w.text);
	world_command(&w, REOPEN);
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n");
	check_has(w.message.subject, "learn down since");
	check_has(w.last.data, "answered 503");
	world_command(&w, TAKE("tom"));
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	check_asked(&w, SHOW, "ended by itself");
	world_end(&w);
}

/* The shard knows of nothing, and looks again each minute. */
static void
nothing_stands(struct world *w)
{
	struct renames names = { 0 };

	for (int i = 0; i < 5; i++) {
		world_pass(w, 60);
		duty_standing(w->duty, 0, w->now_ms, NULL, 0, &names,
		    w->now_ms);
	}
}

/* Found: closed while it failed, well since, and reopened as "down", which its
   clients read; and the next looks at what evaluate knows closed it again. */
static void
test_reopened_as_down_though_well_since(void **state)
{
	struct world w;

	(void)state;
	for (int restarts = 0; restarts < 2; restarts++) {
		begin_with(&w, NIGHT, "acme/web", 1);
		world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
		world_pass(&w, 60);
		world_raise(&w, ALARM_CLEARED, "acme/web", 1);
		check_asked(&w, SHOW, "\"fails_on\":true"); /* as it was */
		if (restarts)
			world_restart(&w);
		text_clear(&w.text);
		world_command(&w, REOPEN);
		told(&w,
		    "[   60] answer 1 ok\n"
		    "[   60] call isla by terminal\n");
		check_has(w.message.subject, "web degraded since");
		check_has(w.last.data, "Acme University: web quizzes still");
		check_lacks(w.last.data, "answered 503");
		check_asked(&w, SHOW, "web is not working reliably since");
		nothing_stands(&w);
		check_asked(&w, SHOW, "\"state\":\"calling\"");
		world_end(&w);
	}
}

/* The same where it failed anew in between, and that has ended or has not. */
static void
test_reopened_as_down_though_the_next_one_ended(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	world_command(&w, REOPEN);
	check_has(w.message.subject, "[INC-000001]");
	check_has(w.message.subject, "web degraded since");
	world_end(&w);
	begin_with(&w, NIGHT, "acme/web", 1);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":2}");
	world_command(&w, REOPEN);
	check_has(w.message.subject, "[INC-000001]");
	check_has(w.message.subject, "web down since");
	world_end(&w);
}

/* Of several one is well since: it is open for the other. */
static void
test_reopened_for_what_still_fails(void **state)
{
	const struct incident *inc;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_raise(&w, ALARM_RAISED, "birch/learn", 1);
	inc = duty_find(w.duty, "INC-000001");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1); /* once more */
	world_command(&w, REOPEN);
	assert_int_not_equal(incident_closed_for(inc, "acme"), 0);
	assert_int_equal(incident_closed_for(inc, "birch"), 0);
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	check_asked(&w, SHOW, "ended by itself");
	world_end(&w);
}

static void
raise_in_second(struct world *w, enum alarm_event event, const char *subject,
    int severity)
{
	struct alarm a = world_alarm(w, event, subject, severity);
	char *json = alarm_encode(&a), id[32];

	text_format(id, sizeof(id), "%llu-0", ++w->entry);
	duty_alarm(w->duty, 1, id, json, strlen(json), w->now_ms);
	free(json);
	world_settle(w);
}

/* What two shards say is over when both do. */
static void
test_reopened_while_one_shard_says_so(void **state)
{
	const struct incident *inc;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "operations/x", 2);
	raise_in_second(&w, ALARM_RAISED, "operations/x", 2);
	inc = duty_find(w.duty, "INC-000001");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	world_raise(&w, ALARM_CLEARED, "operations/x", 2);
	world_command(&w, REOPEN);
	assert_false(inc->by_hand);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	raise_in_second(&w, ALARM_CLEARED, "operations/x", 2);
	world_command(&w, REOPEN);
	assert_true(inc->by_hand);
	world_end(&w);
}

/* What has failed anew is another incident, and one is enough. */
static void
test_reopen_what_failed_anew(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	check_refused(&w, REOPEN,
	    "incident: INC-000002 is open for what has failed of it since");
	world_end(&w);
	world_begin(&w, world_tree, NIGHT);
	raise_many(&w, 7, 1);
	check_refused(&w,
	    "{\"command\":\"reopen\",\"incident\":7,\"note\":\"x\"}",
	    "INC-000007 is a storm");
	world_end(&w);
}

/* Clients read of it again; whom nobody told is told by their policy. */
static void
test_reopened_in_public(void **state)
{
	struct world w;
	const struct incident *inc;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	world_raise(&w, ALARM_RAISED, "birch/learn", 1); /* held for 10 min */
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	inc = duty_find(w.duty, "INC-000001");
	assert_int_equal(inc->state, PUBLIC_RESOLVED);
	world_command(&w, REOPEN);
	assert_int_equal(inc->state, PUBLIC_INVESTIGATING);
	check_asked(&w, SHOW,
	    "web is not working reliably since 22:00 NZST; we are "
	    "investigating");
	world_command(&w,
	    "{\"command\":\"reopen\",\"incident\":2,\"note\":\"no\"}");
	inc = duty_find(w.duty, "INC-000002");
	assert_int_equal(inc->audiences[0].state, AUDIENCE_HELD);
	world_pass(&w, 600);
	assert_int_equal(inc->audiences[0].state, AUDIENCE_SHOWN);
	world_end(&w);
}

/* "It is over" that was still on its way is not so any more. */
static void
test_reopened_before_the_end_was_told(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	w.hold_commits = true;
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	world_command(&w, REOPEN);
	text_clear(&w.text);
	w.hold_commits = false;
	world_settle(&w);
	check_lacks(w.text.data, "resolved");
	check_has(w.text.data, "call isla by terminal");
	world_end(&w);
}

/* What calls nobody calls nobody; what was alone in a storm has its own page. */
static void
test_reopen_without_a_page(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 4);
	world_raise(&w, ALARM_CLEARED, "acme/web", 4);
	world_command(&w, REOPEN);
	check_has(w.answer, "INC-000001 is open again, S4; it calls nobody.");
	check_quiet(&w);
	world_end(&w);
	world_begin(&w, world_tree, NIGHT);
	raise_many(&w, 7, 1);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":8}");
	world_command(&w,
	    "{\"command\":\"reopen\",\"incident\":8,\"note\":\"x\"}");
	assert_string_equal(duty_find(w.duty, "INC-000008")->storm, "");
	check_quiet(&w);
	world_end(&w);
}

/* By nobody in particular, whoever has it hears of it; a note has its limit. */
static void
test_escalate_by_whoever_may(void **state)
{
	struct text t = { 0 };
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_command(&w, TAKE("isla"));
	text_clear(&w.text);
	world_command(&w, "{\"command\":\"escalate\",\"incident\":1}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] expired isla by terminal\n"
	    "[    0] call tom by mail\n");
	text_add(&t, "{\"command\":\"escalate\",\"incident\":1,\"note\":\"");
	for (int i = 0; i < 4001; i++)
		text_add(&t, "x");
	text_add(&t, "\"}");
	check_refused(&w, t.data, "note: longer than 4000 bytes");
	text_clear(&t);
	check_refused(&w, "{\"command\":\"reopen\",\"incident\":1}",
	    "note: is missing");
	world_end(&w);
}

/* Our own trouble stays that; who reopens it need not be a person of ours. */
static void
test_reopen_our_own_trouble(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "operations/x", 2);
	world_raise(&w, ALARM_CLEARED, "operations/x", 2);
	world_command(&w,
	    "{\"command\":\"reopen\",\"incident\":1,\"note\":\"no\"}");
	check_has(w.answer, "INC-000001 is open again, S2, and calls.");
	check_has(w.message.subject, "Operations: x trouble since");
	world_end(&w);
}

/* A record that names no member: it is open, by its own words. */
static void
test_reopen_a_record_without_members(void **state)
{
	struct world w;

	(void)state;
	begin_unread(&w);
	reads(&w, "incidents", "INC-000001",
	    "{\"number\":1,\"subject\":\"acme/web\",\"severity\":2,"
	    "\"opened_ms\":1782890000000,\"closed_ms\":1782899000000,"
	    "\"ended\":\"ended by itself\"}");
	duty_start(w.duty, w.now_ms);
	world_command(&w, REOPEN);
	check_has(w.answer, "INC-000001 is open again, S2, and calls.");
	check_asked(&w, SHOW, "quizzes still fail");
	check_quiet(&w);
	world_end(&w);
}

/* Of several clients each reads of its own part; one well again, of nothing. */
static void
test_reopened_for_those_it_concerns(void **state)
{
	struct world w;
	const struct incident *inc;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_raise(&w, ALARM_RAISED, "birch/learn", 1);
	world_pass(&w, 700); /* both were published */
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	inc = duty_find(w.duty, "INC-000001");
	assert_int_equal(inc->audience_count, 2);
	world_command(&w, REOPEN);
	assert_int_equal(incident_closed_for(inc, "acme"), 0);
	assert_int_not_equal(incident_closed_for(inc, "birch"), 0);
	check_asked(&w, SHOW, "learn is not reachable since");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escalate),
		cmocka_unit_test(test_escalate_what_another_has),
		cmocka_unit_test(test_escalate_to_nobody),
		cmocka_unit_test(test_escalate_of_a_storm_and_of_none),
		cmocka_unit_test(test_reopen_what_ended_by_itself),
		cmocka_unit_test(test_reopen_what_fails_on),
		cmocka_unit_test(test_reopened_as_down_though_well_since),
		cmocka_unit_test(
		    test_reopened_as_down_though_the_next_one_ended),
		cmocka_unit_test(test_reopened_for_what_still_fails),
		cmocka_unit_test(test_reopened_while_one_shard_says_so),
		cmocka_unit_test(test_reopen_what_failed_anew),
		cmocka_unit_test(test_reopened_in_public),
		cmocka_unit_test(test_reopened_before_the_end_was_told),
		cmocka_unit_test(test_reopen_without_a_page),
		cmocka_unit_test(test_escalate_by_whoever_may),
		cmocka_unit_test(test_reopen_our_own_trouble),
		cmocka_unit_test(test_reopen_a_record_without_members),
		cmocka_unit_test(test_reopened_for_those_it_concerns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
