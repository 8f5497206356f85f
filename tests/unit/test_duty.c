/* The pager's core as stories: alarms and people in, messages out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/duty_world.h"

#define NIGHT "2026-07-01T10:00Z" /* isla is on watch until 13:00 UTC */

static void
told(struct world *w, const char *expected)
{
	assert_string_equal(w->text.data == NULL ? "" : w->text.data, expected);
	text_clear(&w->text);
}

static void
check_has(const char *text, const char *wanted)
{
	if (text == NULL || strstr(text, wanted) == NULL)
		fail_msg("\"%s\" is not in:\n%s", wanted, text);
}

static void
check_lacks(const char *text, const char *unwanted)
{
	if (strstr(text, unwanted) != NULL)
		fail_msg("\"%s\" is in:\n%s", unwanted, text);
}

/* The answer to a question, which must be good. */
static char *
asked(struct world *w, const char *question)
{
	bool ok = false;
	char *answer =
	    duty_query(w->duty, question, strlen(question), w->now_ms, &ok);

	assert_non_null(answer);
	assert_true(ok);
	return answer;
}

static void
check_asked(struct world *w, const char *question, const char *wanted)
{
	char *answer = asked(w, question);

	check_has(answer, wanted);
	free(answer);
}

static void
check_refused(struct world *w, const char *command, const char *why)
{
	text_clear(&w->text);
	world_command(w, command);
	check_has(w->text.data, "refused");
	check_has(w->answer, why);
	text_clear(&w->text);
}

static void
check_quiet(struct world *w)
{
	char text[160];

	if (duty_audit(w->duty, w->now_ms, text) != NULL)
		fail_msg("the auditor complains: %s", text);
}

static void
test_nobody_answers(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	for (int i = 0; i < 90; i++) {
		world_pass(&w, 10);
		check_quiet(&w);
	}
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[   60] call isla by mail\n"
	    "[  300] call tom by mail\n"
	    "[  600] call isla by terminal\n"
	    "[  660] call isla by mail\n"
	    "[  900] call tom by mail\n");
	world_end(&w);
}

static void
test_what_a_call_says(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	assert_string_equal(w.message.sms,
	    "Acme University: learn is down: answered 503, seen by 2 of 2 "
	    "regions since 10:59 BST INC-000001");
	assert_string_equal(w.message.subject,
	    "[INC-000001] S1 Acme University: learn down since 10:59 BST");
	assert_string_equal(w.message.link,
	    "https://p.example/l/INC-000001~isla~i-000000001");
	assert_string_equal(w.message.incident, "INC-000001");
	check_has(w.last.data, "r1: answered 503, since 10:59 BST\n");
	check_has(w.last.data, "Nobody else was called so far.");
	check_has(w.last.data, "Next: tom at 11:05 BST");
	check_has(w.last.data, "Runbook: https://wiki.kahu.example/learn");
	check_has(w.last.data, "Platform: cluster");
	world_pass(&w, 300);
	check_has(w.last.data, "isla by terminal at 11:00 BST: handed over");
	check_has(w.last.data, "Next: isla at 11:10 BST");
	world_end(&w);
}

/* Whatever an alarm says, a message is plain, and 140 bytes stay 140. */
static void
test_foreign_text(void **state)
{
	struct world w;
	struct alarm a;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	a = world_alarm(&w, ALARM_RAISED, "acme/learn", 1);
	memset(a.text, 'x', 200);
	text_copy(a.text + 200, 40, "\033[2J\r\nSubject: hello");
	text_copy(a.evidence[0].detail, DETAIL_MAX, "\033[31mred\r\nBcc: x");
	world_tell(&w, &a);
	assert_true(strlen(w.message.sms) == 140);
	check_has(w.message.sms, "Acme University: learn xxxx");
	check_has(w.message.sms, " since 10:59 BST INC-000001");
	check_lacks(w.last.data, "\033");
	check_lacks(w.last.data, "\r");
	check_lacks(w.message.subject, "\n");
	world_end(&w);
}

static void
test_undeliverable(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_outcomes = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 2);
	duty_sent(w.duty, w.pending[0], SENT_FAILED, "no such tty", w.now_ms);
	world_settle(&w);
	world_pass(&w, 2);
	duty_sent(w.duty, w.pending[1], SENT_FAILED, "no such user", w.now_ms);
	duty_sent(w.duty, w.pending[1], SENT_HANDED_OVER, "late", w.now_ms);
	duty_sent(w.duty, "i-000000999", SENT_FAILED, "", w.now_ms);
	world_settle(&w);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    2] call isla by mail\n"
	    "[    4] call tom by mail\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"channel\":\"mail\",\"at_ms\":1782900002000,"
	    "\"outcome\":\"failed\"");
	world_end(&w);
}

/* A whole round failed: 60 s, and the last resort is told. */
static void
test_everything_fails(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.outcome = SENT_FAILED;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 60);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] call isla by mail\n"
	    "[    0] call tom by mail\n"
	    "[    0] last resort moana by mail\n"
	    "[   60] call isla by terminal\n"
	    "[   60] call isla by mail\n"
	    "[   60] call tom by mail\n");
	check_quiet(&w);
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 60);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":\"INC-000001\"}");
	told(&w,
	    "[  120] answer 1 ok\n"
	    "[  120] taken tom by mail\n"
	    "[  120] taken isla by terminal\n");
	world_end(&w);
}

/* Failed for now: tried again after 15 s, 30 s ..., the next not delayed. */
static void
test_retries(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.outcome = SENT_FAILED_NOW;
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_pass(&w, 14);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] call isla by mail\n");
	world_pass(&w, 30);
	told(&w,
	    "[   15] call isla by terminal (repeat?)\n"
	    "[   15] call isla by mail (repeat?)\n"
	    "[   15] call tom by mail\n"
	    "[   30] call tom by mail (repeat?)\n"
	    "[   30] last resort moana by mail\n");
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 16);
	told(&w,
	    "[   45] call isla by terminal (repeat?)\n"
	    "[   45] call isla by mail (repeat?)\n"
	    "[   45] last resort moana by mail (repeat?)\n"
	    "[   60] call tom by mail (repeat?)\n");
	world_end(&w);
}

/* A new call by the same way takes the place of the one still tried. */
static void
test_retries_are_superseded(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_pass(&w, 540);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 60);
	text_clear(&w.text);
	world_pass(&w, 30 * 60);
	/* However long it fails, at most one of each way is under way. */
	assert_true(w.field_count < 12);
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	world_pass(&w, 125);
	assert_null(world_field(&w, "intents", "i-000000004"));
	world_end(&w);
}

/* "You have it" only after the commit, and the others hear it then. */
static void
test_taken_after_the_commit(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 310);
	text_clear(&w.text);
	w.hold_commits = true;
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	told(&w, "");
	w.now_ms += 5000;
	w.hold_commits = false;
	world_settle(&w);
	told(&w,
	    "[  315] answer 1 ok\n"
	    "[  315] taken isla by terminal\n");
	check_has(w.answer, "You have it, since 11:05 BST.");
	check_has(w.answer, "again at 11:35 BST unless");
	check_has(w.last.data, "tom has it. Nothing is asked of you.");
	world_end(&w);
}

/* An answer to what is asked while a commit is under way waits as well. */
static void
test_answer_waits_for_its_own_commit(void **state)
{
	static const char one[] = "{\"command\":\"note\",\"incident\":1,"
				  "\"text\":\"one\"}";
	struct duty_action a;
	struct commit c, other;
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	commit_init(&c);
	commit_init(&other);
	duty_command(w.duty, 1, one, strlen(one), "isla", w.now_ms);
	assert_true(duty_commit(w.duty, w.now_ms, &c));
	duty_command(w.duty, 2, one, strlen(one), "isla", w.now_ms);
	assert_false(duty_commit(w.duty, w.now_ms, &other));
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_NOTHING);
	duty_committed(w.duty);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_ANSWER);
	assert_int_equal(a.command, 1);
	duty_action_clear(&a);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_NOTHING);
	assert_true(duty_commit(w.duty, w.now_ms, &other));
	duty_committed(w.duty);
	assert_int_equal(duty_next(w.duty, w.now_ms, &a), DUTY_ANSWER);
	assert_int_equal(a.command, 2);
	duty_action_clear(&a);
	commit_clear(&c);
	commit_clear(&other);
	world_end(&w);
}

static void
test_take_expires(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":\"1\"}");
	text_clear(&w.text);
	world_pass(&w, 1200);
	world_command(&w,
	    "{\"command\":\"note\",\"incident\":1,"
	    "\"text\":\"looking at the database\"}");
	world_pass(&w, 1799);
	check_quiet(&w);
	check_lacks(w.text.data, "call");
	text_clear(&w.text);
	world_pass(&w, 1);
	told(&w,
	    "[ 3000] expired tom by mail\n"
	    "[ 3000] call isla by terminal\n");
	check_quiet(&w);
	world_pass(&w, 60);
	world_end(&w);
}

/* Taking twice is harmless; another may take it over. */
static void
test_take_twice(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 310);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":1}");
	world_pass(&w, 100);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":1}");
	check_has(w.answer, "since 22:05 NZST");
	told(&w,
	    "[  310] answer 1 ok\n"
	    "[  310] taken isla by terminal\n"
	    "[  310] taken tom by mail\n"
	    "[  410] answer 1 ok\n");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	told(&w,
	    "[  410] answer 1 ok\n"
	    "[  410] taken tom by mail\n"
	    "[  410] taken moana by mail\n");
	world_end(&w);
}

static void
test_bad_commands_change_nothing(void **state)
{
	static const char *const bad[][2] = {
		{ "", "not a JSON object" },
		{ "[]", "not a JSON object" },
		{ "{\"a\":1,\"a\":2}", "not a JSON object" },
		{ "{}", "command: is missing" },
		{ "{\"command\":\"dance\"}", "no such command" },
		{ "{\"command\":\"take\",\"incident\":1}",
		    "person: is missing" },
		{ "{\"command\":\"take\",\"incident\":1,\"person\":\"root\"}",
		    "root is not one of the people" },
		{ "{\"command\":\"take\",\"incident\":9,\"person\":\"tom\"}",
		    "no such incident" },
		{ "{\"command\":\"take\",\"incident\":\"x\",\"person\":"
		  "\"tom\"}",
		    "no such incident" },
		{ "{\"command\":\"take\",\"incident\":{},\"person\":\"tom\"}",
		    "no such incident" },
		{ "{\"command\":\"hand-on\",\"incident\":1,\"to\":\"x\"}",
		    "to: x is not one of the people" },
		{ "{\"command\":\"hand-on\",\"incident\":1}",
		    "to: is missing" },
		{ "{\"command\":\"snooze\",\"incident\":1,\"person\":\"tom\","
		  "\"for_ms\":1800001}",
		    "for_ms: at most 30 min for severity S1" },
		{ "{\"command\":\"snooze\",\"incident\":1,\"person\":\"tom\"}",
		    "for_ms: at most" },
		{ "{\"command\":\"snooze\",\"incident\":1,\"person\":\"tom\","
		  "\"for_ms\":\"1800\"}",
		    "for_ms: at most" },
		{ "{\"command\":\"decline\",\"incident\":1,\"person\":\"tom\"}",
		    "tom is neither called" },
		{ "{\"command\":\"note\",\"incident\":1}", "text: is missing" },
		{ "{\"command\":\"note\",\"incident\":7,\"text\":\"x\"}",
		    "no such incident" },
		{ "{\"command\":\"severity\",\"incident\":1,\"severity\":5}",
		    "severity: 1 to 4" },
		{ "{\"command\":\"severity\",\"incident\":1}",
		    "severity: 1 to 4" },
		{ "{\"command\":\"severity\",\"incident\":2,\"severity\":1}",
		    "no such incident" },
		{ "{\"command\":\"open\",\"text\":\"x\"}", "severity: 1 to 4" },
		{ "{\"command\":\"open\",\"severity\":1}", "text: is missing" },
		{ "{\"command\":\"open\",\"severity\":1,\"text\":\"x\","
		  "\"subject\":\"acme/nothing\"}",
		    "no endpoint acme/nothing" },
		{ "{\"command\":\"open\",\"severity\":1,\"text\":\"x\","
		  "\"client\":\"zebra\"}",
		    "no client zebra" },
		{ "{\"command\":\"update\",\"incident\":1}",
		    "nothing else is said" },
		{ "{\"command\":\"update\",\"incident\":4,\"text\":\"x\"}",
		    "no such incident" },
		{ "{\"command\":\"update\",\"incident\":1,\"state\":\"well\"}",
		    "state: investigating" },
		{ "{\"command\":\"update\",\"incident\":1,\"eta_to_ms\":5}",
		    "both, in order" },
		{ "{\"command\":\"update\",\"incident\":1,\"eta_to_ms\":5,"
		  "\"eta_from_ms\":6}",
		    "both, in order" },
		{ "{\"command\":\"update\",\"incident\":1,\"eta_to_ms\":5,"
		  "\"eta_from_ms\":4}",
		    "not within the next 7 days" },
		{ "{\"command\":\"update\",\"incident\":1,\"next_ms\":5}",
		    "not within the next 7 days" },
		{ "{\"command\":\"page-test\",\"for\":\"nobody\"}",
		    "nobody is not one" },
		{ "{\"command\":\"page-test\",\"for\":\"tom\","
		  "\"channel\":\"voice\"}",
		    "tom is not reached that way" },
		{ "{\"command\":\"override-add\"}", "no such rota" },
		{ "{\"command\":\"override-add\",\"rota\":\"support\"}",
		    "for: is missing" },
		{ "{\"command\":\"override-add\",\"rota\":\"support\","
		  "\"for\":\"tom\"}",
		    "from_ms, to_ms" },
		{ "{\"command\":\"override-remove\",\"override\":\"o-1\"}",
		    "no such override" },
		{ "{\"command\":\"override-remove\"}", "no such override" },
	};
	struct world w;
	int commits;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	commits = w.commits;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_refused(&w, bad[i][0], bad[i][1]);
	assert_int_equal(w.commits, commits);
	world_end(&w);
}

static void
test_too_long_a_note(void **state)
{
	struct text t = { 0 };
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	text_add(&t, "{\"command\":\"note\",\"incident\":1,\"text\":\"");
	for (int i = 0; i < 4001; i++)
		text_add(&t, "x");
	text_add(&t, "\"}");
	check_refused(&w, t.data, "text: longer than 4000 bytes");
	text_clear(&t);
	world_end(&w);
}

static void
test_snooze(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"snooze\",\"person\":\"tom\","
	    "\"incident\":1,\"for_ms\":1800000}");
	check_has(w.answer, "Quiet until 11:30 BST");
	world_pass(&w, 1799);
	check_quiet(&w);
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] answer 1 ok\n"
	    "[    0] taken isla by terminal\n");
	world_pass(&w, 1);
	told(&w,
	    "[ 1800] expired tom by mail\n"
	    "[ 1800] call isla by terminal\n");
	world_end(&w);
}

static void
test_hand_on_and_decline(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	world_command(&w,
	    "{\"command\":\"hand-on\",\"person\":\"isla\","
	    "\"incident\":1,\"to\":\"maya\","
	    "\"note\":\"yours, I think\"}");
	check_has(w.last.data, "It was handed to you");
	world_pass(&w, 5);
	world_command(&w,
	    "{\"command\":\"decline\",\"person\":\"maya\","
	    "\"incident\":1}");
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    0] answer 1 ok\n"
	    "[    0] answer 1 ok\n"
	    "[    0] call maya by mail\n"
	    "[    5] answer 1 ok\n"
	    "[    5] call isla by terminal\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "hands it to maya: yours, I think");
	world_end(&w);
}

/* The owner stays until the new watch takes it, at most 15 min. */
static void
test_watch_change(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-07-01T12:30Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	text_clear(&w.text);
	world_pass(&w, 1800 + 899);
	told(&w, "[ 1800] hand-over maya by mail\n");
	check_has(w.last.data, "isla has it; please take it within 15 min");
	world_pass(&w, 1);
	told(&w,
	    "[ 2700] expired isla by terminal\n"
	    "[ 2700] call maya by mail\n");
	world_end(&w);
}

static void
test_watch_change_is_taken(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-07-01T12:30Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	world_pass(&w, 1860);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"maya\","
	    "\"incident\":1}");
	world_pass(&w, 1800);
	told(&w,
	    "[ 1860] answer 1 ok\n"
	    "[ 1860] taken isla by terminal\n");
	world_end(&w);
}

/* A page through the night when London's clocks go back. */
static void
test_clock_change_night(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, "2026-10-25T00:58Z");
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	/* New York is on watch until 08:00 GMT, now an hour later. */
	check_has(w.last.data, "Next: tom at 21:03 EDT");
	assert_string_equal(w.message.person, "maya");
	for (int i = 0; i < 60; i++) {
		world_pass(&w, 60);
		check_quiet(&w);
	}
	check_asked(&w, "{\"command\":\"oncall\",\"rota\":\"support\"}",
	    "\"until_ms\":1792915200000"); /* 08:00Z */
	check_has(w.text.data, "[  300] call tom by mail\n");
	world_end(&w);
}

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
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
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
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 1);
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
	duty_alarm(w.duty, 0, "2-0", "", 0, w.now_ms);
	world_settle(&w);
	w.entry = 2;
	assert_non_null(world_field(&w, "poison", "alarm 0 2-0"));
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
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
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

/* From the sixth page within a minute one page calls for all. */
static void
test_storm(void **state)
{
	char subject[32];
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_outcomes = true;
	for (int i = 1; i <= 9; i++) {
		text_format(subject, sizeof(subject), "operations/x%d", i);
		world_raise(&w, ALARM_RAISED, subject, 2);
		world_pass(&w, 1);
	}
	told(&w,
	    "[    0] call isla by terminal\n"
	    "[    1] call isla by terminal\n"
	    "[    2] call isla by terminal\n"
	    "[    3] call isla by terminal\n"
	    "[    4] call isla by terminal\n"
	    "[    5] call isla by terminal\n");
	assert_string_equal(w.message.incident, "INC-000007");
	check_has(w.message.sms, "has 6 open incidents");
	check_has(w.last.data,
	    "INC-000001 S2 Operations: x1 trouble since 10:59 BST "
	    "(own page)\n");
	check_has(w.last.data,
	    "INC-000006 S2 Operations: x6 trouble since 10:59 "
	    "BST\n");
	w.hold_outcomes = false;
	world_pass(&w, 60);
	/* Those that joined are heard of within a minute. */
	check_has(w.last.data, "INC-000010 S2 Operations: x9 trouble since");
	check_quiet(&w);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":7}");
	told(&w, "[   69] answer 1 ok\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":9}",
	    "\"state\":\"taken\",\"owner\":\"isla\"");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":2}",
	    "\"state\":\"calling\"");
	check_refused(&w, "{\"command\":\"resolve\",\"incident\":7}",
	    "it ends with its incidents");
	/* One of them alone leaves the storm; worse raises all of it. */
	world_command(&w,
	    "{\"command\":\"snooze\",\"person\":\"tom\","
	    "\"incident\":6,\"for_ms\":3600000}");
	text_clear(&w.text);
	world_raise(&w, ALARM_CHANGED, "operations/x9", 1);
	told(&w, "[   69] call isla by terminal\n");
	assert_string_equal(w.message.incident, "INC-000007");
	check_quiet(&w);
	world_end(&w);
}

static void
test_storm_ends(void **state)
{
	char subject[32];
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 1; i <= 7; i++) {
		text_format(subject, sizeof(subject), "operations/x%d", i);
		world_raise(&w, ALARM_RAISED, subject, 2);
	}
	world_restart(&w);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":8,\"pages\":6");
	for (int i = 1; i <= 6; i++) {
		text_format(subject, sizeof(subject), "operations/x%d", i);
		world_raise(&w, ALARM_CLEARED, subject, 2);
	}
	text_clear(&w.text);
	world_raise(&w, ALARM_CLEARED, "operations/x7", 2);
	told(&w, "[    0] resolved isla by terminal\n");
	assert_string_equal(w.message.incident, "INC-000007");
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":0,\"pages\":0");
	world_pass(&w, 7200);
	told(&w, "");
	world_end(&w);
}

/* A storm that somebody has does not swallow what fails later. */
static void
test_storm_that_is_taken(void **state)
{
	char subject[32];
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 1; i <= 6; i++) {
		text_format(subject, sizeof(subject), "operations/x%d", i);
		world_raise(&w, ALARM_RAISED, subject, 2);
	}
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":7}");
	text_clear(&w.text);
	world_raise(&w, ALARM_RAISED, "operations/x7", 2);
	told(&w, "[    0] call isla by terminal\n"); /* another storm */
	check_asked(&w, "{\"command\":\"incident\",\"incident\":8}",
	    "\"storm\":\"INC-000009\"");
	world_end(&w);
}

/* Everyone whom we tried to reach is told once, nobody else. */
static void
test_resolve_tells_the_reached_once(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_pass(&w, 910);
	text_clear(&w.text);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	told(&w,
	    "[  910] resolved isla by terminal\n"
	    "[  910] resolved tom by mail\n");
	check_has(w.last.data, "It is over: ended by itself.");
	world_pass(&w, 7200);
	world_restart(&w);
	told(&w, "");
	assert_null(world_field(&w, "pages", "INC-000001"));
	check_asked(&w, "{\"command\":\"incidents\"}", "{\"incidents\":[]}");
	check_asked(&w, "{\"command\":\"incidents\",\"all\":true}",
	    "\"state\":\"closed\"");
	check_refused(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}",
	    "INC-000001 is closed (ended by itself)");
	world_end(&w);
}

/* Whose call had not left when it ended was not reached. */
static void
test_resolved_before_the_call_left(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	w.hold_commits = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	w.hold_commits = false;
	world_settle(&w);
	told(&w, "");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":1}",
	    "\"outcome\":\"not sent\"");
	world_end(&w);
}

/* News by the next way when the first is broken; a person resolves. */
static void
test_resolved_by_a_person(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"moana\","
	    "\"incident\":1}");
	text_clear(&w.text);
	w.outcome = SENT_FAILED;
	world_command(&w,
	    "{\"command\":\"resolve\",\"incident\":1,"
	    "\"note\":\"restarted the database\"}");
	told(&w,
	    "[    0] answer 1 ok\n"
	    "[    0] resolved moana by mail\n"
	    "[    0] resolved isla by terminal\n"
	    "[    0] resolved isla by mail\n");
	check_has(w.last.data, "resolved by test: restarted the database");
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	told(&w, "");
	world_end(&w);
}

static void
test_severity_raise(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 3);
	told(&w, "[    0] call isla by terminal\n");
	world_pass(&w, 3600);
	told(&w, "");
	world_raise(&w, ALARM_CHANGED, "operations/x", 1);
	world_pass(&w, 300);
	told(&w,
	    "[ 3600] call isla by terminal\n"
	    "[ 3660] call isla by mail\n"
	    "[ 3900] call tom by mail\n");
	/* A person sets it down; the next alarm like the last does not undo
	   that. */
	world_command(&w,
	    "{\"command\":\"severity\",\"person\":\"isla\","
	    "\"incident\":1,\"severity\":4}");
	world_raise(&w, ALARM_CHANGED, "operations/x", 1);
	text_clear(&w.text);
	world_pass(&w, 100000);
	told(&w, "");
	/* And up again: whoever asks for it has it does not call anew. */
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	world_command(&w,
	    "{\"command\":\"severity\",\"person\":\"isla\","
	    "\"incident\":1,\"severity\":2}");
	check_asked(&w, "{\"command\":\"incidents\"}", "\"state\":\"taken\"");
	world_command(&w,
	    "{\"command\":\"severity\",\"person\":\"tom\","
	    "\"incident\":1,\"severity\":1}");
	check_asked(&w, "{\"command\":\"incidents\"}", "\"state\":\"calling\"");
	assert_string_equal(w.message.person, "isla");
	world_end(&w);
}

/* What fails together is one incident: a quiet word, no new call. */
static void
test_platform(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	world_pass(&w, 150);
	text_clear(&w.text);
	world_raise(&w, ALARM_RAISED, "birch/learn", 2);
	world_raise(&w, ALARM_RAISED, "acme/library", 2);
	world_pass(&w, 300);
	told(&w,
	    "[  150] member isla by terminal\n"
	    "[  270] member isla by terminal\n");
	check_has(w.last.data, "Together with it:\n  birch/learn, since");
	world_raise(&w, ALARM_CHANGED, "birch/learn", 1);
	told(&w, "[  450] call isla by terminal\n");
	/* Another platform, or none, is another incident. */
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	assert_string_equal(w.message.incident, "INC-000002");
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	world_raise(&w, ALARM_CLEARED, "acme/library", 1);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":2");
	world_raise(&w, ALARM_CLEARED, "birch/learn", 1);
	check_asked(&w, "{\"command\":\"status\"}", "\"open\":1");
	world_end(&w);
}

/* What was said of clients: each reads of its own, in its zone. */
static void
test_public(void **state)
{
	const struct field *f;
	struct world w;
	bool ok;
	char *answer;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
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
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
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
	    "\"public\"");
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

static void
test_overrides(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	text_clear(&w.text);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"moana\",\"from_ms\":1,"
	    "\"to_ms\":1782907200000}");
	check_has(w.answer,
	    "o-1: moana has support from 2026-07-01 22:00:00 "
	    "NZST to 2026-07-02 00:00:00 NZST.");
	/* Whoever stands in is called now. */
	told(&w, "[    0] answer 1 ok\n[    0] call moana by mail\n");
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
	told(&w, "[   60] answer 1 ok\n[   60] call isla by terminal\n");
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

/* The auditor looks at what was attempted, not at what is planned. */
static void
test_auditor(void **state)
{
	struct world w;
	char text[160];

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	assert_null(duty_audit(w.duty, w.now_ms, text));
	w.hold_commits = true;
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	w.now_ms += 315000;
	assert_null(duty_audit(w.duty, w.now_ms, text));
	w.now_ms += 1;
	assert_string_equal(duty_audit(w.duty, w.now_ms, text), "INC-000001");
	assert_string_equal(text,
	    "INC-000001 (S2) is open, nobody has it, and "
	    "nobody was called for 5 min 15 s");
	w.hold_commits = false;
	world_settle(&w);
	assert_null(duty_audit(w.duty, w.now_ms, text));
	/* A take that should have run out is no take. */
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"tom\","
	    "\"incident\":1}");
	w.now_ms += 3600000 + 14999;
	assert_null(duty_audit(w.duty, w.now_ms, text));
	w.now_ms += 1;
	assert_non_null(duty_audit(w.duty, w.now_ms, text));
	world_end(&w);
}

/* A new tree in the middle of a watch: it stays whose it was. */
static void
test_reload(void **state)
{
	struct settings *other;
	struct world w;
	char *tree, *place;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	text_clear(&w.text);
	tree = mem_text(world_tree);
	place = strstr(tree, "people: [isla]");
	memcpy(place, "people: [tom ]", 14);
	other = world_settings(tree);
	duty_configure(w.duty, other, w.now_ms);
	settings_free(w.settings);
	w.settings = other;
	world_settle(&w);
	told(&w, "");
	check_asked(&w, "{\"command\":\"oncall\"}",
	    "\"primary\":\"isla\",\"zone\":\"Europe/London\"");
	world_pass(&w, 24 * 3600 - 7200);
	check_asked(&w, "{\"command\":\"oncall\"}", "\"primary\":\"tom\"");
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
	struct settings *other;
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 61);
	text_clear(&w.text);
	other = world_settings(few);
	duty_configure(w.duty, other, w.now_ms);
	settings_free(w.settings);
	w.settings = other;
	w.outcome = SENT_HANDED_OVER;
	world_settle(&w);
	world_restart(&w);
	world_pass(&w, 300);
	check_has(w.text.data, "call maya by mail");
	check_lacks(w.text.data, "isla");
	check_quiet(&w);
	world_end(&w);
}

/* Three closed incidents of the same thing are told in the next. */
static void
test_what_was_before(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < 5; i++) {
		world_raise(&w, ALARM_RAISED, "acme/web", 1);
		world_pass(&w, 120);
		world_raise(&w, ALARM_CLEARED, "acme/web", 1);
		world_pass(&w, 3600);
	}
	world_raise(&w, ALARM_RAISED, "acme/web", 1);
	check_has(w.last.data, "Before:\n  INC-000005 2026-07-01 ");
	check_has(w.last.data, "INC-000003");
	check_lacks(w.last.data, "INC-000002");
	check_has(w.last.data, "ended by itself");
	world_end(&w);
}

static void
test_flapping_is_said(void **state)
{
	struct world w;
	struct alarm a;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	a = world_alarm(&w, ALARM_RAISED, "acme/web", 2);
	a.flapping = true;
	world_tell(&w, &a);
	check_has(w.last.data, "(flapping)");
	check_asked(&w, "{\"command\":\"incidents\"}", "\"flapping\":true");
	world_end(&w);
}

/* Only the latest closed incidents are kept. */
static void
test_old_incidents_go(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < 503; i++) {
		world_raise(&w, ALARM_RAISED, "operations/x", 4);
		world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	}
	assert_null(world_field(&w, "incidents", "INC-000003"));
	assert_non_null(world_field(&w, "incidents", "INC-000004"));
	/* One that was open all the while is the latest to close. */
	world_raise(&w, ALARM_RAISED, "operations/y", 4);
	for (int i = 0; i < 503; i++) {
		world_pass(&w, 1);
		world_raise(&w, ALARM_RAISED, "operations/x", 4);
		world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	}
	world_command(&w, "{\"command\":\"resolve\",\"incident\":504}");
	assert_non_null(world_field(&w, "incidents", "INC-000504"));
	check_has(w.answer, "INC-000504 is closed");
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_answers),
		cmocka_unit_test(test_what_a_call_says),
		cmocka_unit_test(test_foreign_text),
		cmocka_unit_test(test_undeliverable),
		cmocka_unit_test(test_everything_fails),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_retries_are_superseded),
		cmocka_unit_test(test_taken_after_the_commit),
		cmocka_unit_test(test_answer_waits_for_its_own_commit),
		cmocka_unit_test(test_take_expires),
		cmocka_unit_test(test_take_twice),
		cmocka_unit_test(test_bad_commands_change_nothing),
		cmocka_unit_test(test_too_long_a_note),
		cmocka_unit_test(test_snooze),
		cmocka_unit_test(test_hand_on_and_decline),
		cmocka_unit_test(test_watch_change),
		cmocka_unit_test(test_watch_change_is_taken),
		cmocka_unit_test(test_clock_change_night),
		cmocka_unit_test(test_restart_mid_send),
		cmocka_unit_test(test_restart_after_take),
		cmocka_unit_test(test_restarts_all_night),
		cmocka_unit_test(test_long_absence),
		cmocka_unit_test(test_repeated_alarms),
		cmocka_unit_test(test_positions),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_unreadable_records),
		cmocka_unit_test(test_store_away),
		cmocka_unit_test(test_take_recorded_only_in_the_journal),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_storm_ends),
		cmocka_unit_test(test_storm_that_is_taken),
		cmocka_unit_test(test_resolve_tells_the_reached_once),
		cmocka_unit_test(test_resolved_before_the_call_left),
		cmocka_unit_test(test_resolved_by_a_person),
		cmocka_unit_test(test_severity_raise),
		cmocka_unit_test(test_platform),
		cmocka_unit_test(test_public),
		cmocka_unit_test(test_public_is_vetoed_or_hurried),
		cmocka_unit_test(test_opened_by_hand),
		cmocka_unit_test(test_overrides),
		cmocka_unit_test(test_page_test),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_auditor),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_person_leaves),
		cmocka_unit_test(test_what_was_before),
		cmocka_unit_test(test_flapping_is_said),
		cmocka_unit_test(test_old_incidents_go),
		cmocka_unit_test(test_bad_questions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
