/* What people are answered is so, and what they leave out is left out. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

static void
act(struct world *w, const char *command, const char *person, const char *more)
{
	char json[300];

	text_format(json, sizeof(json),
	    "{\"command\":\"%s\",\"person\":\"%s\"%s}", command, person, more);
	world_command(w, json);
}

/* "The next one is called now", and nobody was: the storm's page calls. */
static void
one_of_a_storm_was_declined_and_nothing_came_of_it(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	raise_many(&w, 6, 2);
	check_refused(&w,
	    "{\"command\":\"decline\",\"person\":\"isla\",\"incident\":6}",
	    "the page of INC-000007 calls for INC-000006: decline that one");
	act(&w, "decline", "isla", ",\"incident\":7");
	check_has(w.answer, "The next one is called now.");
	check_has(w.text.data, "call tom by mail\n");
	world_end(&w);
}

/* Severity 4 calls nobody; it was said that somebody is called. */
static void
an_advisory_said_that_somebody_is_called(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 4);
	answer = asked(&w, "{\"command\":\"incident\",\"incident\":1}");
	check_lacks(answer, "\"calling\"");
	free(answer);
	check_refused(&w,
	    "{\"command\":\"decline\",\"person\":\"isla\",\"incident\":1}",
	    "isla is neither called for INC-000001 now nor has it");
	/* Raised by somebody it calls like any other. */
	act(&w, "severity", "tom", ",\"incident\":1,\"severity\":1");
	check_has(w.text.data, "call isla by terminal\n");
	world_end(&w);
}

/* Severity 3 climbs in office hours only: then nobody is called at once. */
static void
a_quiet_one_was_declined_and_the_next_was_not_called(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-07-04T10:00Z"); /* a Saturday */
	world_raise(&w, ALARM_RAISED, "acme/web", 3);
	text_clear(&w.text);
	act(&w, "decline", "isla", ",\"incident\":1");
	check_has(w.answer,
	    "Nobody else is called at this hour; maya hears of it at ");
	told(&w, "[    0] answer 1 ok\n");
	world_end(&w);
	world_begin(&w, world_tree, NIGHT); /* a Wednesday, eleven there */
	world_raise(&w, ALARM_RAISED, "acme/web", 3);
	text_clear(&w.text);
	act(&w, "decline", "isla", ",\"incident\":1");
	check_has(w.answer, "The next one is called now.");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call tom by mail\n");
	world_end(&w);
}

/* world_tree with other words in one place. */
static void
begin_instead(struct world *w, const char *from, const char *to)
{
	const char *at = strstr(world_tree, from);
	struct text tree = { 0 };

	assert_non_null(at);
	text_add_bytes(&tree, world_tree, (size_t)(at - world_tree));
	text_add(&tree, to);
	text_add(&tree, at + strlen(from));
	world_begin(w, tree.data, NIGHT);
	text_clear(&tree);
}

/* "The next one is called now", and that was who had just declined. */
static void
alone_on_a_ladder_it_was_said_that_another_is_called(void **state)
{
	struct world w;

	(void)state;
	begin_instead(&w, "call: person tom", "call: rota support secondary");
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	text_clear(&w.text);
	act(&w, "decline", "isla", ",\"incident\":1");
	check_has(w.answer,
	    "There is nobody else on its ladder: you are called again unless "
	    "somebody takes it.");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n");
	world_end(&w);
}

/* "The next one is called now": of an advisory nobody is. */
static void
an_owner_of_an_advisory_declined_and_somebody_was_to_be_called(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 4);
	act(&w, "take", "tom", ",\"incident\":1");
	text_clear(&w.text);
	act(&w, "decline", "tom", ",\"incident\":1");
	check_has(w.answer, "Nobody is called for it now.");
	told(&w, "[    0] answer 1 ok\n");
	world_end(&w);
}

/* "Is called now", and there was no way to; nor has an advisory any calls. */
static void
it_was_handed_to_somebody_who_was_not_called(void **state)
{
	struct text tape = { 0 };
	struct world w;

	(void)state;
	begin_instead(&w, "people:\n",
	    "people:\n  - { name: kiri, zone: UTC }\n");
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	check_refused(&w,
	    "{\"command\":\"hand-on\",\"incident\":1,\"to\":\"kiri\"}",
	    "to: there is no way to reach kiri");
	check_refused(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"kiri\",\"to_ms\":1782903600000}",
	    "for: there is no way to reach kiri");
	/* Who cannot be called may take it all the same. */
	act(&w, "take", "kiri", ",\"incident\":1");
	assert_true(w.answer_ok);
	act(&w, "severity", "kiri", ",\"incident\":1,\"severity\":4");
	check_refused(&w,
	    "{\"command\":\"hand-on\",\"incident\":1,\"to\":\"tom\"}",
	    "severity: S4 calls nobody; say S1, S2 or S3 first");
	act(&w, "take", "tom", ",\"incident\":1");
	check_has(w.answer, "You have it, since ");
	check_lacks(w.answer, "calls again");
	w.tape = &tape;
	world_pass(&w, 8 * 3600 + 1);
	check_has(tape.data,
	    "You have it no longer (take expired); nobody has it.\n");
	text_clear(&tape);
	world_end(&w);
}

/* Nothing but blanks went into the timeline, and was told as the reason. */
static void
blanks_were_taken_for_words(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	check_refused(&w,
	    "{\"command\":\"note\",\"incident\":1,\"text\":\" \\t\\n\"}",
	    "text: is missing");
	check_refused(&w,
	    "{\"command\":\"open\",\"severity\":2,\"text\":\"  \"}",
	    "text: is missing");
	act(&w, "resolve", "isla", ",\"incident\":1,\"note\":\"  \"");
	assert_true(w.answer_ok);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"ended\":\"resolved by test\"");
	world_end(&w);
}

/* Its page said "resolved" beside "does not work"; and the other way round. */
static void
in_public_it_was_over_before_it_was(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	for (int i = 0; i < 2; i++)
		check_refused(&w,
		    i == 0 ? "{\"command\":\"update\",\"incident\":1,"
			     "\"state\":\"resolved\"}"
			   : "{\"command\":\"update\",\"incident\":1,"
			     "\"state\":\"postmortem\",\"text\":\"x\"}",
		    "state: INC-000001 is still open; resolve it first, or "
		    "say monitoring");
	act(&w, "resolve", "isla", ",\"incident\":1");
	check_refused(&w,
	    "{\"command\":\"update\",\"incident\":1,"
	    "\"state\":\"investigating\",\"text\":\"x\"}",
	    "state: INC-000001 is closed; resolved or postmortem");
	act(&w, "update", "isla",
	    ",\"incident\":1,\"state\":\"postmortem\",\"text\":\"x\"");
	assert_true(w.answer_ok);
	world_end(&w);
}

/* There was no draft left, "Published" was said, and the promise was gone. */
static void
a_go_ahead_without_a_draft_took_back_the_promise(void **state)
{
	const char *record;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	act(&w, "take", "isla", ",\"incident\":1");
	act(&w, "update", "isla", ",\"incident\":1,\"publish\":true");
	check_refused(&w,
	    "{\"command\":\"update\",\"incident\":1,\"publish\":true}",
	    "text: is missing; nothing is drafted that is not out");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"next_ms\":1782901800000"); /* 22:30 NZST */
	/* Another client hears of the same promise, not of a later one. */
	world_pass(&w, 1200);
	world_raise(&w, ALARM_RAISED, "birch/learn", 1);
	act(&w, "update", "isla", ",\"incident\":1,\"publish\":true");
	assert_true(w.answer_ok);
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record, "investigating; next update by 11:30 BST.");
	text_clear(&w.text);
	world_pass(&w, 601);
	check_has(w.text.data, "update due isla");
	world_end(&w);
}

/* Vetoed until it was over, and then out after all: it promised an update. */
static void
what_is_over_promises_no_update(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	act(&w, "update", "isla", ",\"incident\":1,\"publish\":false");
	world_raise(&w, ALARM_CLEARED, "acme/web", 1);
	act(&w, "update", "isla", ",\"incident\":1,\"publish\":true");
	assert_true(w.answer_ok);
	answer = asked(&w, "{\"command\":\"incident\",\"incident\":1}");
	check_has(answer, "web is working again since");
	check_lacks(answer, "\"next_ms\"");
	free(answer);
	world_end(&w);
}

/* The promised update was late; a draft promised it for then once more. */
static void
a_draft_promised_an_update_for_the_past(void **state)
{
	const char *record;
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	act(&w, "take", "isla", ",\"incident\":1");
	act(&w, "update", "isla", ",\"incident\":1,\"publish\":true");
	world_pass(&w, 1300); /* promised for 1800 */
	world_raise(&w, ALARM_RAISED, "birch/learn", 1);
	world_pass(&w, 700); /* and this draft goes out at 1900 */
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record, "investigating; next update by 12:01 BST.");
	world_end(&w);
}

/* A client read how long another one's endpoint had failed. */
static void
who_was_well_again_was_told_the_end_of_others(void **state)
{
	const char *record;
	struct world w;
	char *public;

	(void)state;
	begin_with(&w, NIGHT, "birch/learn", 1);
	world_pass(&w, 600);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	act(&w, "update", "isla", ",\"incident\":1,\"publish\":true");
	world_pass(&w, 300);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_pass(&w, 1200);
	/* While birch's still fails acme's page shows no clock, and says so. */
	public =
	    incident_public_record(duty_find(w.duty, "INC-000001"), "acme");
	check_has(public, "\"state\":\"resolved\"");
	check_has(public, "\"closed_ms\":1782900900000");
	check_has(public, "learn is working again since 22:15 NZST.");
	check_lacks(public, "next_ms");
	free(public);
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	record = world_field(&w, "incidents", "INC-000001")->value;
	check_has(record,
	    "learn is working again since 22:15 NZST. The trouble began at "
	    "22:09 NZST and lasted 5 min 30 s.");
	check_has(record,
	    "learn is working again since 11:35 BST. The trouble began at "
	    "10:59 BST and lasted 35 min.");
	public =
	    incident_public_record(duty_find(w.duty, "INC-000001"), "acme");
	check_has(public,
	    "\"since_ms\":1782900570000,\"opened_ms\":1782900000000,"
	    "\"closed_ms\":1782900900000");
	free(public);
	world_end(&w);
}

/* Its page said that it is resolved, and nothing when it failed again. */
static void
who_failed_again_and_who_was_well_read_of_it(void **state)
{
	struct incident *inc;
	struct world w;
	char *public;

	(void)state;
	begin_with(&w, NIGHT, "birch/learn", 1);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	act(&w, "update", "isla", ",\"incident\":1,\"publish\":true");
	world_pass(&w, 600);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_pass(&w, 60);
	/* What is said of the rest is not for acme. */
	act(&w, "update", "isla",
	    ",\"incident\":1,\"text\":\"A disk has failed.\"");
	inc = duty_find(w.duty, "INC-000001");
	public = incident_public_record(inc, "acme");
	check_lacks(public, "A disk has failed");
	check_has(public, "\"closed_ms\"");
	free(public);
	public = incident_public_record(inc, "birch");
	check_has(public, "A disk has failed.");
	check_has(public, "\"next_ms\"");
	check_lacks(public, "\"closed_ms\"");
	free(public);
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	public = incident_public_record(inc, "acme");
	check_lacks(public, "\"closed_ms\"");
	check_has(public, "\"state\":\"investigating\"");
	free(public);
	world_restart(&w); /* that its end was told is not forgotten */
	world_pass(&w, 300);
	public =
	    incident_public_record(duty_find(w.duty, "INC-000001"), "acme");
	check_has(public, "is not reachable since 22:10");
	free(public);
	world_end(&w);
}

/* A client is well before its draft goes out: it need not hear of it. */
static void
a_held_draft_told_of_what_was_over(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	world_raise(&w, ALARM_RAISED, "birch/learn", 1);
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	world_pass(&w, 1800);
	assert_null(
	    incident_public_record(duty_find(w.duty, "INC-000001"), "birch"));
	world_raise(&w, ALARM_CHANGED, "birch/learn", 1);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"client\":\"birch\"");
	world_end(&w);
}

/* Set back by an hour, what waited a minute waited an hour and a minute. */
static void
the_clock_went_back_and_news_waited_for_it(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/learn", 1);
	act(&w, "take", "isla", ",\"incident\":1");
	world_raise(&w, ALARM_RAISED, "acme/library", 1);
	w.now_ms -= 3600000;
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	text_clear(&w.text);
	world_pass(&w, 121);
	check_has(w.text.data, "member isla by terminal\n");
	/* So did the draft that goes out after ten minutes. */
	world_pass(&w, 480);
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"shown\":\"shown\"");
	world_end(&w);
}

/* Who was on watch yesterday was not who it had been. */
static void
a_question_about_the_past_forgot_who_stood_in(void **state)
{
	struct world w;
	char *answer;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	act(&w, "override-add", "isla",
	    ",\"rota\":\"support\",\"for\":\"tom\","
	    "\"to_ms\":1782903600000"); /* an hour */
	assert_true(w.answer_ok);
	world_pass(&w, 7200);
	answer = asked(&w, "{\"command\":\"overrides\"}");
	check_lacks(answer, "o-1");
	free(answer);
	check_asked(&w, "{\"command\":\"overrides\",\"all\":true}",
	    "\"person\":\"tom\"");
	world_end(&w);
}

/* A stranger who named no incident was told about the stranger. */
static void
the_person_was_complained_of_before_the_incident(void **state)
{
	static const char *const commands[] = { "take", "snooze", "decline",
		"hand-on" };
	char json[160];
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 1);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		for (int number = 1; number <= 99; number += 98) {
			text_format(json, sizeof(json),
			    "{\"command\":\"%s\",\"person\":\"mallory\","
			    "\"to\":\"mallory\",\"incident\":%d}",
			    commands[i], number);
			check_refused(&w, json,
			    number == 1 ? "mallory is not one of the people"
					: "incident: there is no such");
		}
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    one_of_a_storm_was_declined_and_nothing_came_of_it),
		cmocka_unit_test(an_advisory_said_that_somebody_is_called),
		cmocka_unit_test(
		    a_quiet_one_was_declined_and_the_next_was_not_called),
		cmocka_unit_test(
		    alone_on_a_ladder_it_was_said_that_another_is_called),
		cmocka_unit_test(
		    an_owner_of_an_advisory_declined_and_somebody_was_to_be_called),
		cmocka_unit_test(it_was_handed_to_somebody_who_was_not_called),
		cmocka_unit_test(blanks_were_taken_for_words),
		cmocka_unit_test(in_public_it_was_over_before_it_was),
		cmocka_unit_test(
		    a_go_ahead_without_a_draft_took_back_the_promise),
		cmocka_unit_test(what_is_over_promises_no_update),
		cmocka_unit_test(a_draft_promised_an_update_for_the_past),
		cmocka_unit_test(who_was_well_again_was_told_the_end_of_others),
		cmocka_unit_test(who_failed_again_and_who_was_well_read_of_it),
		cmocka_unit_test(a_held_draft_told_of_what_was_over),
		cmocka_unit_test(
		    the_person_was_complained_of_before_the_incident),
		cmocka_unit_test(the_clock_went_back_and_news_waited_for_it),
		cmocka_unit_test(a_question_about_the_past_forgot_who_stood_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
