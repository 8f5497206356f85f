/*
 * Who was woken, and why, or why nobody was: what the pager's own lines tell
 * of a night, asked of each instant of it.
 */
#include "pager/duty_parts.h"
#include "tests/unit/woken_tell.h"

static struct text lines; /* of the journal, as they were written */

static void
begin(struct world *w)
{
	told_ms = 0;
	text_clear(&lines);
	world_begin(w, world_tree, NIGHT);
	w->journal = &lines;
}

static void
end(struct world *w)
{
	world_end(w);
	text_clear(&lines);
}

static struct incident *
record(struct world *w, const char *id)
{
	struct field *f = world_field(w, "incidents", id);
	struct incident *inc;
	char error[160];

	if (f == NULL)
		return NULL;
	inc = incident_decode(f->value, f->length, error);
	assert_non_null(inc);
	return inc;
}

/* What was so of that incident so many seconds after the beginning; of calls
   and acts those since it was asked last. */
static void
was(struct world *w, int at_s, const char *id, const char *expected)
{
	struct incident *inc = record(w, id);
	struct woken_journal j = { 0 };
	struct text t = { 0 };
	struct woken k;

	read_lines(&j, lines.data);
	woken_at(&j, inc, id, &learn, w->begin_ms + at_s * INT64_C(1000), &k);
	tell(w, &k, &t);
	if (strcmp(t.data, expected) != 0)
		fail_msg("at %d s it was:\n%snot:\n%s", at_s, t.data, expected);
	told_ms = w->begin_ms + at_s * INT64_C(1000);
	text_clear(&t);
	woken_end(&k);
	woken_clear(&j);
	incident_free(inc);
}

/*
 * What follows of the journal is what the pager has: of each open incident its
 * state, whose it is and until when, how bad, and who is next.
 */
static void
same_as_live(struct world *w)
{
	struct woken_journal j = { 0 };

	read_lines(&j, lines.data);
	for (struct incident *inc = w->duty->incidents; inc != NULL;
	     inc = inc->hh.next) {
		struct ladder_people next, next_then;
		struct page_policy policy;
		int64_t at_ms, at_then_ms;
		struct woken k;
		struct page page;

		woken_at(&j, NULL, inc->id, &learn, w->now_ms, &k);
		assert_int_equal(k.opened_ms, inc->opened_ms);
		assert_int_equal(k.severity, inc->severity);
		assert_string_equal(k.storm,
		    inc->closed_ms != 0 ? k.storm : inc->storm);
		assert_int_equal(k.state, inc->page.state);
		assert_string_equal(k.owner, inc->page.owner);
		if (inc->page.owner[0] != '\0')
			assert_int_equal(k.until_ms, inc->page.until_ms);
		woken_page(&k, &page);
		duty_policy(w->duty, inc, &policy);
		if (inc->storm[0] == '\0' &&
		    page_upcoming(&inc->page, &policy, w->now_ms, &next,
			&at_ms) &&
		    inc->page.pause_until_ms == 0) {
			assert_true(page_upcoming(&page, &policy, w->now_ms,
			    &next_then, &at_then_ms));
			assert_memory_equal(&next, &next_then, sizeof(next));
			assert_int_equal(at_ms, at_then_ms);
		}
		woken_end(&k);
	}
	woken_clear(&j);
}

static void
pass(struct world *w, int to_s)
{
	world_pass(w, to_s - (w->now_ms - w->begin_ms) / 1000);
	same_as_live(w);
}

static void
say(struct world *w, const char *command)
{
	world_command(w, command);
	check_has(w->answer, "\"text\"");
	same_as_live(w);
}

/* Level after level, until tom takes it; then it is over. */
static void
test_from_the_first_call_to_the_end(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 1);
	pass(&w, 400);
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	pass(&w, 600);
	say(&w,
	    "{\"command\":\"note\",\"person\":\"tom\",\"incident\":1,"
	    "\"text\":\"disk\"}");
	pass(&w, 700);
	world_raise(&w, ALARM_CLEARED, "acme/learn", 1);
	was(&w, -1, "INC-000001", "S1 calling, not open\n");
	was(&w, 30, "INC-000001",
	    "S1 calling, calls\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n");
	was(&w, 399, "INC-000001",
	    "S1 calling, calls\n"
	    "[   60] calls isla by mail: rota support 1/2 round 1: handed "
	    "over\n"
	    "[  300] calls tom by mail: person tom 2/2 round 1: handed over\n");
	was(&w, 400, "INC-000001",
	    "S1 taken, taken: tom since 400 until 2200\n"
	    "[  400] taken by test: tom\n");
	was(&w, 601, "INC-000001",
	    "S1 taken, taken: tom since 400 until 2400\n");
	was(&w, 700, "INC-000001",
	    "S1 closed, closed\n"
	    "[  700] resolved by evaluate: \n");
	end(&w);
}

/* It changes hands in every way there is. */
static void
test_from_hand_to_hand(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	pass(&w, 10);
	say(&w,
	    "{\"command\":\"snooze\",\"person\":\"isla\",\"incident\":1,"
	    "\"for_ms\":600000}");
	was(&w, 11, "INC-000001",
	    "S2 snoozed, snoozed: isla since 10 until 610\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[   10] snoozed by test: isla\n");
	pass(&w, 620); /* the snooze is over, isla is called */
	say(&w, "{\"command\":\"decline\",\"person\":\"isla\",\"incident\":1}");
	was(&w, 621, "INC-000001",
	    "S2 calling, calls\n"
	    "[  610] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[  620] calls tom by mail: person tom 2/2 round 1: handed over\n"
	    "[  610] snooze over by pager: \n"
	    "[  620] declined by test: isla\n");
	pass(&w, 640);
	say(&w,
	    "{\"command\":\"hand-on\",\"person\":\"tom\",\"to\":\"moana\","
	    "\"incident\":1,\"note\":\"yours\"}");
	pass(&w, 650);
	was(&w, 650, "INC-000001",
	    "S2 calling, calls\n"
	    "[  640] calls moana by mail: handed on: handed over\n"
	    "[  640] handed on by test: moana\n");
	say(&w, "{\"command\":\"take\",\"person\":\"moana\",\"incident\":1}");
	pass(&w, 700);
	/* It becomes worse: who has it is called, and has to take it anew. */
	world_raise(&w, ALARM_CHANGED, "acme/learn", 1);
	pass(&w, 710);
	was(&w, 710, "INC-000001",
	    "S1 calling, calls\n"
	    "[  700] calls moana by mail: worse: handed over\n"
	    "[  700] severity by pager: \n");
	say(&w, "{\"command\":\"take\",\"person\":\"moana\",\"incident\":1}");
	/* Half an hour without a word. */
	pass(&w, 2600);
	was(&w, 2599, "INC-000001",
	    "S1 calling, calls\n"
	    "[ 2510] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 2570] calls isla by mail: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 2510] take expired by pager: \n");
	say(&w,
	    "{\"command\":\"severity\",\"person\":\"tom\",\"incident\":1,"
	    "\"severity\":3}");
	pass(&w, 2700);
	was(&w, 2699, "INC-000001",
	    "S3 calling, notice\n"
	    "[ 2600] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 2600] severity by tom: \n");
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	say(&w,
	    "{\"command\":\"severity\",\"person\":\"tom\",\"incident\":1,"
	    "\"severity\":4}");
	pass(&w, 2800);
	was(&w, 2799, "INC-000001",
	    "S4 taken, taken: tom since 2700 until 31500\n"
	    "[ 2700] taken by test: tom\n"
	    "[ 2700] severity by tom: \n");
	say(&w, "{\"command\":\"decline\",\"person\":\"tom\",\"incident\":1}");
	was(&w, 2800, "INC-000001",
	    "S4 calling, digest\n"
	    "[ 2800] declined by test: tom\n");
	end(&w);
}

/* The seventh within a minute is called for by the storm's page. */
static void
test_a_storm_calls_for_it(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	raise_many(&w, 6, 2);
	pass(&w, 5);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	pass(&w, 90);
	was(&w, 4, "INC-000007",
	    "S2 calling, calls\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n");
	was(&w, 89, "INC-000007",
	    "S2 calling, calls\n"
	    "[   60] calls isla by mail: rota support 1/2 round 1: handed "
	    "over\n"
	    "[   65] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n");
	was(&w, 89, "INC-000008", "S2 calling, storm of INC-000007\n");
	say(&w, "{\"command\":\"take\",\"person\":\"isla\",\"incident\":7}");
	was(&w, 91, "INC-000007",
	    "S2 taken, taken: isla since 90 until 3690\n"
	    "[   90] taken by test: isla\n");
	/* Alone, it is somebody's own. */
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":8}");
	pass(&w, 100);
	was(&w, 100, "INC-000008",
	    "S2 taken, taken: tom since 90 until 3690\n");
	end(&w);
}

/* What is mild wakes nobody: one notice, or nothing. */
static void
test_mild_trouble(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/web", 3);
	world_raise(&w, ALARM_RAISED, "acme/learn", 4);
	pass(&w, 3600);
	was(&w, 3600, "INC-000001",
	    "S3 calling, notice\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[ 1800] calls tom by mail: person tom 2/2 round 1: handed over\n");
	was(&w, 3600, "INC-000002", "S4 calling, digest\n");
	end(&w);
}

/* Nothing gets through, to anybody: the last resort is told. */
static void
test_nobody_is_reached(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	w.outcome = SENT_FAILED;
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	pass(&w, 30);
	was(&w, 30, "INC-000001",
	    "S2 calling, unreached\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: failed\n"
	    "[    0] calls isla by mail: rota support 1/2 round 1: failed\n"
	    "[    0] calls tom by mail: person tom 2/2 round 1: failed\n"
	    "[    0] calls moana by mail: last resort: failed\n"
	    "[    0] last resort by pager: \n");
	end(&w);
}

/* Whoever has it says when the next word of it comes: in two minutes. */
static void
promise(struct world *w, const char *person)
{
	char command[200];

	text_format(command, sizeof(command),
	    "{\"command\":\"update\",\"person\":\"%s\",\"incident\":1,"
	    "\"state\":\"identified\",\"text\":\"x\",\"publish\":true,"
	    "\"next_ms\":%lld}",
	    person, (long long)w->now_ms + 120000);
	say(w, command);
}

/* Tom stands in for isla; later he leaves what he promised undone. */
static void
test_an_override_and_a_late_update(void **state)
{
	char command[200];
	struct world w;

	(void)state;
	begin(&w);
	text_clear(&w.text);
	text_format(command, sizeof(command),
	    "{\"command\":\"override-add\",\"person\":\"isla\","
	    "\"rota\":\"support\",\"for\":\"tom\",\"from_ms\":%lld,"
	    "\"to_ms\":%lld}",
	    (long long)w.now_ms, (long long)w.now_ms + 3600000);
	say(&w, command);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	pass(&w, 60);
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	promise(&w, "tom");
	pass(&w, 200);
	was(&w, 200, "INC-000001",
	    "S2 taken, taken: tom since 60 until 3660\n"
	    "[    0] calls tom by mail: rota support 1/2 round 1 (o-1 of test) "
	    "(instead of isla): handed over\n"
	    "[  180] calls tom by mail: rota support 1/2 round 1 (o-1 of test) "
	    "(instead of isla) (late): handed over\n"
	    "[   60] taken by test: tom\n"
	    "[  180] update late by pager: \n");
	end(&w);
}

/* Who is on nobody's watch owes an update, and is asked first. */
static void
test_its_owner_owes_an_update(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 2);
	say(&w, "{\"command\":\"take\",\"person\":\"moana\",\"incident\":1}");
	promise(&w, "moana");
	pass(&w, 130);
	was(&w, 130, "INC-000001",
	    "S2 taken, taken: moana since 0 until 3600\n"
	    "[    0] calls isla by terminal: rota support 1/2 round 1: handed "
	    "over\n"
	    "[  120] calls moana by mail: owner (late): handed over\n"
	    "[    0] taken by test: moana\n"
	    "[  120] update late by pager: \n");
	end(&w);
}

/* From ten to twelve it is tom's, by a layer of the rota. */
static void
test_a_layer_of_the_rota(void **state)
{
	static const char layered[] =
	    HEAD "rotas:\n"
		 "  - name: all\n"
		 "    max_watch: 24h\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '08:00', people: [isla] }\n"
		 "    layers:\n"
		 "      - { name: noon, watches: [{ zone: UTC, from: '10:00',"
		 " to: '12:00', people: [tom] }] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota all, patience: 5m }]\n";
	struct world w;

	(void)state;
	told_ms = 0;
	text_clear(&lines);
	world_begin(&w, layered, NIGHT);
	w.journal = &lines;
	world_raise(&w, ALARM_RAISED, "operations/x", 2);
	pass(&w, 10);
	was(&w, 10, "INC-000001",
	    "S2 calling, calls\n"
	    "[    0] calls tom by mail: rota all 1/1 round 1 (layer noon): "
	    "handed over\n");
	end(&w);
}

/* Its plan is another after a reload: it calls, or is a notice, by that. */
static void
test_by_another_plan(void **state)
{
	struct text eager = { 0 };
	struct world w;

	(void)state;
	text_addf(&eager, "%sslas:\n  - { name: gold, s3: { calls: now } }\n",
	    world_tree);
	begin(&w);
	world_raise(&w, ALARM_RAISED, "acme/learn", 3);
	pass(&w, 60);
	reload(&w, eager.data);
	pass(&w, 400);
	say(&w, "{\"command\":\"take\",\"person\":\"tom\",\"incident\":1}");
	pass(&w, 420);
	reload(&w, world_tree);
	pass(&w, 430);
	reload(&w, eager.data);
	pass(&w, 440);
	text_clear(&eager);
	end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_another_plan),
		cmocka_unit_test(test_from_the_first_call_to_the_end),
		cmocka_unit_test(test_from_hand_to_hand),
		cmocka_unit_test(test_a_storm_calls_for_it),
		cmocka_unit_test(test_mild_trouble),
		cmocka_unit_test(test_nobody_is_reached),
		cmocka_unit_test(test_an_override_and_a_late_update),
		cmocka_unit_test(test_its_owner_owes_an_update),
		cmocka_unit_test(test_a_layer_of_the_rota),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
