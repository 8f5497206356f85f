/* The ladder depends on the hour: pages at the boundary, storms, reloads. */
#include "pager/duty_parts.h"
#include "tests/unit/when_story.h"

#define EVENING "2026-03-27T16:50Z" /* a Friday: ten minutes to closing time */
#define DAY_OUT                                                                \
	WHEN_HEAD("")                                                          \
	"clients:\n" ACME_OF("")

static void
fails(struct world *w, const char *subject, int severity)
{
	world_raise(w, ALARM_RAISED, subject, severity);
}

static void
begin_at(struct world *w, const char *at)
{
	world_begin(w, when_tree, at);
}

static void
take(struct world *w, const char *person)
{
	char command[120];

	text_format(command, sizeof(command),
	    "{\"command\":\"take\",\"person\":\"%s\",\"incident\":1}", person);
	world_command(w, command);
}

/* A page that calls goes over to the ladder of the evening at once. */
static void
test_at_closing_time(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, EVENING);
	fails(&w, "acme/learn", 1);
	world_pass(&w, 480);
	check_has(w.last.data, "Next: maya at 17:00 GMT");
	text_clear(&w.text);
	world_pass(&w, 420);
	told(&w,
	    "[  600] call maya by mail\n"
	    "[  900] call moana by mail\n");
	world_pass(&w, 299);
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[ 1200] call maya by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* Two minutes before the boundary its message says who is next, and when. */
static void
test_next_over_the_boundary(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T16:58Z");
	fails(&w, "acme/learn", 1);
	told(&w, "[    0] call isla by mail\n");
	check_has(w.last.data, "Next: maya at 17:00 GMT");
	world_pass(&w, 300);
	told(&w, "[  120] call maya by mail\n");
	check_has(w.last.data, "Next: moana at 13:05 EDT");
	world_end(&w);
}

/* Nobody hears of it less often because the ladder changes. */
static void
test_never_quieter(void **state)
{
	(void)state;
	for (int seconds = 0; seconds < 900; seconds += 7) {
		struct world w;
		int64_t last_ms, longest_ms = 0;
		int sends;

		begin_at(&w, "2026-03-27T16:45Z");
		world_pass(&w, seconds);
		fails(&w, "acme/learn", 1);
		last_ms = w.now_ms;
		sends = w.sends;
		for (int i = 0; i < 1800; i += 5) {
			world_pass(&w, 5);
			if (w.sends == sends)
				continue;
			sends = w.sends;
			if (w.now_ms - last_ms > longest_ms)
				longest_ms = w.now_ms - last_ms;
			last_ms = w.now_ms;
		}
		assert_true(longest_ms <= 305000);
		check_quiet(&w);
		world_end(&w);
	}
}

/* Who has it keeps it; when that is over, the ladder of then calls. */
static void
test_taken_over_the_boundary(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, EVENING);
	fails(&w, "acme/learn", 1);
	take(&w, "isla");
	text_clear(&w.text);
	world_pass(&w, 1799);
	told(&w, "");
	world_pass(&w, 1);
	told(&w,
	    "[ 1800] expired isla by mail\n"
	    "[ 1800] call maya by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* Whom it was handed to has the time of a level, whatever the hour. */
static void
test_handed_on_over_the_boundary(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T16:57Z");
	fails(&w, "acme/learn", 1);
	world_command(&w,
	    "{\"command\":\"hand-on\",\"person\":\"isla\",\"incident\":1,"
	    "\"to\":\"tom\"}");
	check_has(w.last.data, "Next: maya at 17:02 GMT");
	text_clear(&w.text);
	world_pass(&w, 320);
	told(&w, "[  300] call maya by mail\n");
	world_end(&w);
}

/* One notice of severity 3 is enough; who climbs is of the ladder of then. */
static void
test_one_notice(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, EVENING);
	fails(&w, "acme/learn", 3);
	told(&w, "[    0] call isla by mail\n");
	world_pass(&w, 1799);
	told(&w, "");
	/* Half an hour later it is a quarter past one in New York, and a
	   quarter past six on Saturday in Auckland. */
	world_pass(&w, 4 * 3600 - 1800);
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[14400] call maya by mail\n");
	world_end(&w);
}

/* Nobody was reached of the old ladder: the new one is told at once. */
static void
test_notice_that_failed(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, EVENING);
	w.outcome = SENT_FAILED;
	fails(&w, "acme/learn", 3);
	text_clear(&w.text);
	world_pass(&w, 599);
	text_clear(&w.text);
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 1);
	told(&w, "[  600] call maya by mail\n");
	world_end(&w);
}

/* Severity 4 calls nobody at any hour. */
static void
test_question(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, EVENING);
	fails(&w, "acme/learn", 4);
	world_pass(&w, 3600);
	told(&w, "");
	world_end(&w);
}

/* Whose ladder it names itself, whose alert does; whose alert does not. */
static void
test_whose_hours(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T10:00Z");
	fails(&w, "acme/lab", 1);
	fails(&w, "birch/learn", 1);
	fails(&w, "cedar/learn", 1);
	fails(&w, "operations/x", 1);
	told(&w,
	    "[    0] call tom by mail\n"
	    "[    0] call maya by mail\n"
	    "[    0] call maya by mail\n"
	    "[    0] call maya by mail\n");
	fails(&w, "alert:watcher/1", 1);
	fails(&w, "alert:other/1", 1);
	fails(&w, "heartbeat:backup", 1);
	fails(&w, "heartbeat:cron", 1);
	told(&w,
	    "[    0] call isla by mail\n"
	    "[    0] call tom by mail\n"
	    "[    0] call isla by mail\n"
	    "[    0] call tom by mail\n");
	world_end(&w);
}

/* A restart in between, and a record of a release that knew no hours. */
static void
test_restart(void **state)
{
	struct world w;
	struct field *f;
	char *at;

	(void)state;
	begin_at(&w, EVENING);
	fails(&w, "acme/learn", 1);
	f = world_field(&w, "incidents", "INC-000001");
	check_has(f->value, "\"by_hours\":\"day\"");
	w.now_ms += 1000000; /* it is down over closing time */
	text_clear(&w.text);
	world_restart(&w);
	world_pass(&w, 30);
	told(&w, "[ 1000] call maya by mail\n");
	f = world_field(&w, "incidents", "INC-000001");
	check_lacks(f->value, "by_hours");
	/* As the last release would have left it, by day. */
	w.now_ms += INT64_C(64) * 3600000;
	at = strstr(f->value, "\"ladder\":\"night\"");
	assert_non_null(at);
	text_clear(&w.text);
	world_restart(&w);
	world_pass(&w, 30);
	told(&w, "[231430] call isla by mail\n");
	world_end(&w);
}

/* A reload that takes the hours away, and one that brings them back. */
static void
test_reload(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T10:00Z");
	fails(&w, "acme/learn", 1);
	world_pass(&w, 60);
	text_clear(&w.text);
	reload(&w, DAY_OUT);
	world_pass(&w, 30);
	told(&w, "[   60] call maya by mail\n");
	reload(&w, when_tree);
	world_pass(&w, 30);
	told(&w, "[   90] call isla by mail\n");
	check_quiet(&w);
	world_end(&w);
}

/* The ladder of the hour is gone with the reload: its own, until the hours are
   looked at; and what nobody names any more is of operations. */
static void
test_reload_without_the_ladder(void **state)
{
	static const char no_day[] =
	    HEAD_OF("") "  - { name: maya, zone: America/New_York,"
			" email: m@kahu.example, reach: [mail 0s] }\n"
			"ladders:\n"
			"  - name: other\n"
			"    levels: [{ call: person tom, patience: 5m }]\n"
			"  - name: night\n"
			"    levels: [{ call: person maya, patience: 5m }]\n"
			"clients:\n" CLIENT("acme", "Europe/London", "")
			    ENDPOINT("lab", "acme", "");
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T10:00Z");
	fails(&w, "acme/learn", 1);
	world_pass(&w, 310);
	text_clear(&w.text);
	reload(&w, no_day);
	world_pass(&w, 30);
	told(&w, "[  310] call maya by mail\n");
	world_end(&w);
}

/* What could not be sent by the old ladder is not tried again. */
static void
test_what_is_still_to_be_sent(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T16:59:50Z");
	w.outcome = SENT_FAILED_NOW;
	fails(&w, "acme/learn", 1);
	text_clear(&w.text);
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 60);
	told(&w, "[   10] call maya by mail\n");
	world_end(&w);
}

/* No ladder is left at all: nothing can be done but to wait for one. */
static void
test_reload_without_any_ladder(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T10:00Z");
	fails(&w, "acme/learn", 1);
	text_clear(&w.text);
	reload(&w, no_ladders);
	world_pass(&w, 600);
	told(&w, "");
	reload(&w, when_tree);
	world_pass(&w, 1);
	told(&w, "[  600] call isla by mail\n");
	world_end(&w);
}

/* A storm of the day goes over to the ladder of the evening as one. */
static void
test_storm_over_the_boundary(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T16:58Z");
	fails(&w, "acme/learn", 1);
	for (int i = 1; i <= 7; i++) {
		char subject[32];

		text_format(subject, sizeof(subject), "acme/e%d", i);
		fails(&w, subject, 1);
	}
	world_pass(&w, 90);
	text_clear(&w.text);
	world_pass(&w, 31);
	/* Five pages of their own, and one storm. */
	told(&w,
	    "[  120] call maya by mail\n"
	    "[  120] call maya by mail\n"
	    "[  120] call maya by mail\n"
	    "[  120] call maya by mail\n"
	    "[  120] call maya by mail\n"
	    "[  120] call maya by mail\n"
	    "[  120] resolved isla by mail\n");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":6}",
	    "\"storm\":\"INC-000010\"");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":7}",
	    "another ladder");
	check_quiet(&w);
	world_end(&w);
}

/* Who has a storm keeps all of it; when that is over it is the evening's. */
static void
test_storm_that_is_taken(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T16:58Z");
	fails(&w, "acme/learn", 2);
	for (int i = 1; i <= 6; i++) {
		char subject[32];

		text_format(subject, sizeof(subject), "acme/e%d", i);
		fails(&w, subject, 2);
	}
	for (int i = 1; i <= 7; i++) {
		char command[120];

		text_format(command, sizeof(command),
		    "{\"command\":\"take\",\"person\":\"isla\","
		    "\"incident\":%d}",
		    i == 6 ? 7 : i);
		world_command(&w, command);
	}
	text_clear(&w.text);
	world_pass(&w, 3599);
	told(&w, "[  120] member isla by mail\n"); /* the sixth one */
	check_asked(&w, "{\"command\":\"incident\",\"incident\":6}",
	    "\"storm\":\"INC-000007\"");
	world_pass(&w, 1);
	check_has(w.text.data, "call maya by mail");
	check_lacks(w.text.data, "call isla");
	check_asked(&w, "{\"command\":\"incident\",\"incident\":6}",
	    "\"storm\":\"INC-000009\"");
	check_quiet(&w);
	world_end(&w);
}

/* A clock that goes back makes it the day's again. */
static void
test_clock_goes_back(void **state)
{
	struct world w;

	(void)state;
	begin_at(&w, "2026-03-27T16:59Z");
	fails(&w, "acme/learn", 1);
	world_pass(&w, 120);
	text_clear(&w.text);
	w.now_ms -= 120000;
	duty_break(w.duty, w.now_ms);
	world_settle(&w);
	world_pass(&w, 1);
	told(&w, "[    0] call isla by mail\n");
	world_pass(&w, 60);
	told(&w, "[   60] call maya by mail\n");
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_closing_time),
		cmocka_unit_test(test_next_over_the_boundary),
		cmocka_unit_test(test_never_quieter),
		cmocka_unit_test(test_taken_over_the_boundary),
		cmocka_unit_test(test_handed_on_over_the_boundary),
		cmocka_unit_test(test_one_notice),
		cmocka_unit_test(test_notice_that_failed),
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_whose_hours),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_reload_without_the_ladder),
		cmocka_unit_test(test_what_is_still_to_be_sent),
		cmocka_unit_test(test_reload_without_any_ladder),
		cmocka_unit_test(test_storm_over_the_boundary),
		cmocka_unit_test(test_storm_that_is_taken),
		cmocka_unit_test(test_clock_goes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
