/* Others' alerts: how they open, repeat, are taken and end. */
#include "tests/unit/foreign_story.h"

#define DISK ",'severity':'critical','text':'disk full on web-1'"

static void
test_an_alert_calls_until_it_is_taken(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1",
	    DISK ",'details':'Source: web-1\\nfree: 1%\\n'");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n");
	assert_string_equal(w.message.subject,
	    "[INC-000001] S1 Acme University: prom alert: disk full on web-1 "
	    "since 11:00 BST");
	assert_string_equal(w.message.sms,
	    "Acme University: prom disk full on web-1 since 11:00 BST "
	    "INC-000001");
	check_has(w.last.data,
	    "From the alert:\n  Source: web-1\n  free: 1%\n");
	check_has(w.last.data, "Runbook: https://wiki.kahu.example/prom\n");
	world_pass(&w, 300);
	told(&w,
	    "[   60] call isla by mail\n"
	    "[  300] call tom by mail\n");
	world_command(&w, TAKE("tom"));
	text_clear(&w.text);
	world_pass(&w, 600);
	told(&w, "");
	foreign_one(&w, "prom", "resolve", "d1", "");
	told(&w,
	    "[  900] answer 1 ok\n"
	    "[  900] resolved isla by terminal\n"
	    "[  900] resolved tom by mail\n");
	check_has(w.last.data, "It is over: resolved where it came from.\n");
	check_has(w.message.subject, "Acme University: prom had an alert");
	check_quiet(&w);
	world_end(&w);
}

/* Said again it changes nothing, and nothing is written; not while it is
   taken, nor after a restart. */
static void
test_a_repeat_is_harmless(void **state)
{
	struct world w;
	int commits;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	world_command(&w, TAKE("isla"));
	text_clear(&w.text);
	commits = w.commits;
	for (int i = 0; i < 5; i++) {
		foreign_one(&w, "prom", "trigger", "d1", DISK);
		world_pass(&w, 10);
	}
	assert_int_equal(w.commits, commits);
	world_restart(&w);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	check_lacks(w.text.data, "call");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"owner\":\"isla\"");
	world_end(&w);
}

/* Figures change all the time: what is said last is shown, a line is written
   once a minute. */
static void
test_other_words(void **state)
{
	char more[80];
	struct world w;
	char *answer;
	size_t lines = 0;

	(void)state;
	foreign_begin(&w, NIGHT);
	for (int i = 0; i <= 100; i++) {
		text_format(more, sizeof(more),
		    ",'severity':'critical','text':'%d percent'", i);
		foreign_one(&w, "prom", "trigger", "d1", more);
		world_pass(&w, 3);
	}
	answer = asked(&w, "{\"command\":\"incident\",\"incident\":1}");
	check_has(answer, "\"text\":\"100 percent\"");
	for (const char *at = answer; (at = strstr(at, "changed: ")) != NULL;
	     at++)
		lines++;
	assert_int_equal(lines, 5); /* in five minutes */
	free(answer);
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "100 percent");
	world_end(&w);
}

/* After its end it is another one; each source has keys of its own; what ends
   and never was, is nothing. */
static void
test_anew_after_its_end(void **state)
{
	struct world w;
	int commits;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	foreign_one(&w, "nagios", "resolve", "d1", "");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	foreign_one(&w, "prom", "resolve", "d1", "");
	commits = w.commits;
	foreign_one(&w, "prom", "resolve", "d1", "");
	foreign_one(&w, "prom", "acknowledge", "d1", "");
	assert_int_equal(w.commits, commits);
	text_clear(&w.text);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n");
	assert_string_equal(w.message.incident, "INC-000002");
	/* A human closes it; it goes on: one more. */
	world_command(&w, "{\"command\":\"resolve\",\"incident\":2}");
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	assert_string_equal(w.message.incident, "INC-000003");
	world_end(&w);
}

/* Its word decides how bad it is; worse calls again, milder changes nothing. */
static void
test_severities(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1",
	    ",'severity':'odd','text':'slow'");
	check_has(w.message.subject, "] S3 ");
	world_command(&w, TAKE("isla"));
	text_clear(&w.text);
	foreign_one(&w, "prom", "trigger", "d1",
	    ",'severity':'critical','text':'slow'");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n");
	check_has(w.message.subject, "] S1 ");
	world_command(&w, TAKE("isla"));
	text_clear(&w.text);
	foreign_one(&w, "prom", "trigger", "d1",
	    ",'severity':'odd','text':'slow'");
	told(&w, "[    0] answer 1 ok\n");
	/* Words that nobody explained: as the source's severity has it. */
	foreign_one(&w, "prom", "trigger", "d2",
	    ",'severity':'purple','text':'x'");
	check_has(w.message.subject, "] S2 ");
	foreign_one(&w, "nagios", "trigger", "d2", ",'text':'x'");
	check_has(w.message.subject, "] S3 Alerts: nagios alert: x since");
	foreign_one(&w, "nagios", "trigger", "d3",
	    ",'severity':'P1','text':'x'");
	check_has(w.message.subject, "] S1 ");
	world_end(&w);
}

/* When it began and ended is the sender's word, within reason. */
static void
test_instants(void **state)
{
	struct world w;
	char more[160];

	(void)state;
	foreign_begin(&w, NIGHT);
	text_format(more, sizeof(more), "%s,'since_ms':%lld", DISK,
	    (long long)w.now_ms - 3600000);
	foreign_one(&w, "prom", "trigger", "d1", more);
	check_has(w.message.subject, "since 10:00 BST");
	text_format(more, sizeof(more), ",'until_ms':%lld",
	    (long long)w.now_ms - 1800000);
	foreign_one(&w, "prom", "resolve", "d1", more);
	check_has(w.message.subject, "10:00 BST to 10:30 BST (30 min)");
	/* Begun in the future, ended before it began. */
	text_format(more, sizeof(more), "%s,'since_ms':%lld", DISK,
	    (long long)w.now_ms + 3600000);
	foreign_one(&w, "prom", "trigger", "d1", more);
	check_has(w.message.subject, "since 11:00 BST");
	foreign_one(&w, "prom", "resolve", "d1", ",'until_ms':1000");
	check_has(w.message.subject, "11:00 BST to 11:00 BST");
	world_end(&w);
}

/* A machine that acknowledges is no human; one whom we know may be believed. */
static void
test_acknowledged_there(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	foreign_one(&w, "prom", "acknowledge", "d1", ",'user':'isla'");
	foreign_one(&w, "prom", "acknowledge", "d1", ",'user':'isla'");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"state\":\"calling\"");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "acknowledged there by isla; it calls until somebody takes it "
	    "here");
	world_pass(&w, 60);
	foreign_one(&w, "nagios", "trigger", "d1", DISK);
	foreign_one(&w, "nagios", "acknowledge", "d1", "");
	foreign_one(&w, "nagios", "acknowledge", "d1", ",'user':'root'");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":2}",
	    "\"state\":\"calling\"");
	text_clear(&w.text);
	foreign_one(&w, "nagios", "acknowledge", "d1",
	    ",'user':'T@kahu.example'");
	told(&w,
	    "[   60] answer 1 ok\n"
	    "[   60] taken isla by terminal\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":2}",
	    "\"owner\":\"tom\"");
	foreign_one(&w, "nagios", "acknowledge", "d1", ",'user':'tom'");
	told(&w, "[   60] answer 1 ok\n");
	world_end(&w);
}

/* Nothing of it is public, though it is about a client. */
static void
test_nothing_is_public(void **state)
{
	struct world w;
	struct text journal = { 0 };

	(void)state;
	foreign_begin(&w, NIGHT);
	w.journal = &journal;
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	world_pass(&w, 3600);
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "\"client\":\"acme\"");
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "\"audiences\":[]");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"clients\":[]");
	foreign_one(&w, "prom", "resolve", "d1", "");
	check_has(world_field(&w, "incidents", "INC-000001")->value,
	    "\"audiences\":[]");
	check_has(journal.data, "\"by\":\"alert:prom\",\"what\":\"opened\"");
	text_clear(&journal);
	world_end(&w);
}

/* No shard knows of it, and it goes on all the same. */
static void
test_no_shard_doubts_it(void **state)
{
	struct world w;
	struct renames names = { 0 };

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	assert_false(duty_has_of(w.duty, 0));
	for (int i = 1; i < 6; i++) {
		world_pass(&w, 60);
		duty_standing(w.duty, 0, w.now_ms, NULL, 0, &names, w.now_ms);
		world_settle(&w);
	}
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	world_end(&w);
}

/* What nobody could read is told to a human once, who ends it. */
static void
test_what_was_refused_is_told(void **state)
{
	static const char refused[] =
	    "{\"command\":\"alerts\",\"source\":\"prom\","
	    "\"refused\":\"alertmanager: alerts: is missing\"}";
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	world_command(&w, refused);
	world_command(&w, refused);
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] call isla by terminal\n"
	    "[    0] answer 1 ok\n");
	check_has(w.message.sms, "prom sent what could not be read: ");
	/* It may have been an S1, and was one notice in the night. */
	world_pass(&w, 300);
	check_has(w.text.data, "call tom by mail");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	check_has(w.last.data, "It is over: ");
	/* A source of which no word calls gives a notice. */
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"alerts\",\"source\":\"nagios\","
	    "\"refused\":\"pagerduty: what\"}");
	world_pass(&w, 300);
	check_lacks(w.text.data, "tom");
	world_end(&w);
}

/* What makes no sense is refused whole, and nothing is written. */
static void
test_refused_whole(void **state)
{
	static const char *const wrong[][2] = {
		{ "{'command':'alerts'}", "source: there is none" },
		{ "{'command':'alerts','source':'x'}", "source: there is" },
		{ "{'command':'alerts','source':'prom'}", "events: a list" },
		{ "{'command':'alerts','source':'prom','events':[7]}",
		    "events: number 1" },
		{ "{'command':'alerts','source':'prom','events':[{'do':"
		  "'trigger','key':'0123456789abcdef0123456789abcdef'},{'do':"
		  "'dance','key':'0123456789abcdef0123456789abcdef'}]}",
		    "events: number 2" },
		{ "{'command':'alerts','source':'prom','events':[{'do':"
		  "'trigger','key':'0123456789abcdef0123456789abcdeX'}]}",
		    "events: number 1" },
		{ "{'command':'alerts','source':'prom','events':[{'do':"
		  "'trigger','key':'short'}]}",
		    "events: number 1" },
		{ "{'command':'alerts','source':'prom','events':[{'do':"
		  "'trigger'}]}",
		    "events: number 1" },
	};
	struct world w;
	int commits;

	(void)state;
	foreign_begin(&w, NIGHT);
	world_settle(&w);
	commits = w.commits;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *json = mem_text(wrong[i][0]);

		for (char *c = json; *c != '\0'; c++)
			if (*c == '\'')
				*c = '"';
		check_refused(&w, json, wrong[i][1]);
		free(json);
	}
	assert_int_equal(w.commits, commits);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0");
	world_end(&w);
}

/* Its source has left the tree: it calls on, operations' ladder. */
static void
test_its_source_is_gone(void **state)
{
	struct world w;

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	reload(&w, world_tree);
	world_restart(&w);
	text_clear(&w.text);
	world_pass(&w, 300);
	check_has(w.text.data, "call tom by mail");
	check_has(w.message.subject, "Acme University: prom alert: disk full");
	world_end(&w);
}

/* What was changed stands in what is open of it, and calls nobody. */
static void
test_a_change_is_a_line_in_what_is_open(void **state)
{
	struct world w;
	char more[80];

	(void)state;
	foreign_begin(&w, NIGHT);
	foreign_one(&w, "prom", "trigger", "d1", DISK);
	foreign_one(&w, "nagios", "trigger", "d2", DISK);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1); /* prom is of acme */
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
	text_clear(&w.text);
	foreign_one(&w, "prom", "change", "c1",
	    ",'text':'release 4.2','details':'Source: ci\\nLink: x'");
	told(&w, "[    0] answer 1 ok\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"text\":\"change: release 4.2; Source: ci; Link: x\"");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":3}",
	    "\"text\":\"change: release 4.2");
	check_lacks(world_field(&w, "incidents", "INC-000002")->value,
	    "release");
	check_lacks(world_field(&w, "incidents", "INC-000004")->value,
	    "release");
	/* Very many leave room for people; after its end there is nothing. */
	for (int i = 0; i < 50; i++) {
		text_format(more, sizeof(more), ",'text':'again %d'", i % 25);
		foreign_one(&w, "prom", "change", "c1", more);
	}
	check_has(world_field(&w, "incidents", "INC-000001")->value, "again 3");
	check_lacks(world_field(&w, "incidents", "INC-000001")->value,
	    "again 4");
	world_command(&w, "{\"command\":\"resolve\",\"incident\":1}");
	w.now_ms += 120000;
	foreign_one(&w, "prom", "change", "c1", ",'text':'later'");
	check_lacks(world_field(&w, "incidents", "INC-000001")->value, "later");
	check_has(world_field(&w, "incidents", "INC-000003")->value, "later");
	assert_null(world_field(&w, "incidents", "INC-000005"));
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_alert_calls_until_it_is_taken),
		cmocka_unit_test(test_a_repeat_is_harmless),
		cmocka_unit_test(test_other_words),
		cmocka_unit_test(test_anew_after_its_end),
		cmocka_unit_test(test_severities),
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_acknowledged_there),
		cmocka_unit_test(test_nothing_is_public),
		cmocka_unit_test(test_no_shard_doubts_it),
		cmocka_unit_test(test_what_was_refused_is_told),
		cmocka_unit_test(test_refused_whole),
		cmocka_unit_test(test_its_source_is_gone),
		cmocka_unit_test(test_a_change_is_a_line_in_what_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
