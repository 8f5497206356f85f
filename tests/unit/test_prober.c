/* Stories of what is looked at when, and what is made of it. */
#include "tests/unit/prober_story.h"

static void
test_happy_path(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	s->loud = true;
	until(s, 59);
	assert_int_equal(s->canaries, 4);
	end(s,
	    "[  16.8] probe e1\n"
	    "[  17.9] part 1/1: e1@16.8 ok\n"
	    "[  18.2] probe e0\n"
	    "[  19.3] part 0/1: e0@18.2 ok\n"
	    "[  30.0] probe canary\n"
	    "[  30.0] probe canary\n"
	    "[  46.8] probe e1\n"
	    "[  47.9] part 1/2: e1@46.8 ok\n"
	    "[  48.2] probe e0\n"
	    "[  49.3] part 0/2: e0@48.2 ok\n");
}

/* One bad probe: told at once, looked at again after a second, forgiven. */
static void
test_blip(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 40);
	s->down[1] = true;
	until(s, 47);
	s->down[1] = false;
	until(s, 80);
	end(s,
	    "[  46.9] part 1/2: e1@46.8 failed/timeout\n"
	    "[  48.0] part 1/3: e1@47.9 ok (again)\n");
}

static void
test_confirmed_failure(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 40);
	s->down[1] = true;
	until(s, 110);
	s->down[1] = false;
	until(s, 140);
	end(s,
	    "[  46.9] part 1/2: e1@46.8 failed/timeout\n"
	    "[  48.0] part 1/3: e1@47.9 failed/timeout (again)\n"
	    "[  77.9] part 1/4: e1@76.8 failed/timeout\n"
	    "[ 107.9] part 1/5: e1@106.8 failed/timeout\n");
}

/* The regular probe comes up before the look: one probe does for both. */
static void
test_short_interval(void **state)
{
	struct story *s = begin(1, 1000, "");

	(void)state;
	until(s, 5);
	s->down[0] = true;
	s->loud = true;
	until(s, 8);
	end(s,
	    "[   5.2] probe e0\n"
	    "[   5.3] part 0/3: e0@4.2 ok e0@5.2 failed/timeout\n"
	    "[   5.3] probe canary\n"
	    "[   5.3] probe canary\n"
	    "[   6.2] probe e0 again\n"
	    "[   6.3] part 0/4: e0@6.2 failed/timeout (again)\n"
	    "[   7.2] probe e0\n");
}

/* A platform of ten fails: five look again, five wait. */
static void
test_platform_fails(void **state)
{
	struct story *s = begin(10, 30000, "cluster");
	size_t probes;

	(void)state;
	until(s, 60);
	assert_int_equal(s->probes, 20);
	for (int i = 0; i < 10; i++)
		s->down[i] = true;
	probes = s->probes;
	until(s, 90);
	end(s,
	    "[  61.7] part 1/9: e7@61.6 failed/timeout\n"
	    "[  62.5] part 1/10: e3@62.4 failed/timeout\n"
	    "[  62.8] part 1/11: e7@62.7 failed/timeout (again)\n"
	    "[  63.6] part 1/12: e3@63.5 failed/timeout (again)\n"
	    "[  65.8] part 1/13: e9@65.7 failed/timeout\n"
	    "[  66.9] part 1/14: e9@66.8 failed/timeout (again)\n"
	    "[  76.9] part 1/15: e1@76.8 failed/timeout\n"
	    "[  77.4] part 0/11: e4@77.3 failed/timeout\n"
	    "[  78.0] part 1/16: e1@77.9 failed/timeout (again)\n"
	    "[  78.3] part 0/12: e0@78.2 failed/timeout\n"
	    "[  78.5] part 0/13: e4@78.4 failed/timeout (again)\n"
	    "[  79.4] part 0/14: e0@79.3 failed/timeout (again)\n"
	    "[  82.8] part 0/15: e2@82.7 failed/timeout\n"
	    "[  83.9] part 0/16: e2@83.8 failed/timeout (again)\n"
	    "[  84.1] part 0/17: e8@84.0 failed/timeout\n"
	    "[  85.2] part 0/18: e8@85.1 failed/timeout (again)\n"
	    "[  86.5] part 0/19: e6@86.4 failed/timeout\n");
	(void)probes;
}

static void
test_orders(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 30);
	s->loud = true;
	prober_order(s->prober, "acme/e1", agent_now(s));
	prober_order(s->prober, "acme/e1", agent_now(s));
	prober_order(s->prober, "acme/nowhere", agent_now(s));
	until(s, 40);
	s->down[1] = true;
	prober_order(s->prober, "acme/e1", agent_now(s));
	until(s, 40.05);
	prober_order(s->prober, "acme/e1", agent_now(s)); /* one is under way */
	until(s, 45);
	end(s,
	    "[  30.0] probe e1 as ordered\n"
	    "[  30.1] part 1/2: e1@30.0 ok (ordered)\n"
	    "[  40.0] probe e1 as ordered\n"
	    "[  40.1] part 1/3: e1@40.0 failed/timeout (ordered)\n"
	    "[  40.1] probe canary\n"
	    "[  40.1] probe canary\n"
	    "[  40.1] probe e1 as ordered\n"
	    "[  40.2] part 1/4: e1@40.1 failed/timeout (ordered)\n"
	    "[  41.1] probe e1 again\n"
	    "[  41.2] part 1/5: e1@41.1 failed/timeout (again)\n");
}

/* No two of one endpoint at once, however long they take. */
static void
test_slow_probes_never_overlap(void **state)
{
	struct story *s = begin(1, 1000, "");

	(void)state;
	s->takes_ms = 4500;
	until(s, 100);
	assert_int_equal(s->most_under_way, 1);
	assert_in_range(s->probes, 19, 21);
	end(s, "");
}

static void
test_new_plan_while_probes_run(void **state)
{
	struct story *s = begin(3, 1000, "");

	(void)state;
	s->takes_ms = 800;
	until(s, 10);
	assert_int_equal(s->under_way, 2);
	tell(s, "only e0 and e1 from now on");
	prober_plan(s->prober, plan_of(2, 30000, "", false), agent_now(s));
	pump(s);
	s->loud = true;
	until(s, 40);
	end(s,
	    "[  10.0] only e0 and e1 from now on\n"
	    "[  11.5] part 0/8: e2@9.7 ok\n"
	    "[  11.5] part 1/8: e1@9.8 ok\n"
	    "[  16.8] probe e1\n"
	    "[  18.2] probe e0\n"
	    "[  18.6] part 1/9: e1@16.8 ok\n"
	    "[  20.0] part 0/9: e0@18.2 ok\n");
}

/* What the shell says of a probe is held to what can be. */
static void
test_odd_observations(void **state)
{
	struct observation odd = { .outcome = OUTCOME_OK,
		.count = -3,
		.total_us = -5,
		.connect_us = -5,
		.dns_us = INT64_MAX,
		.flags = 7,
		.until_at_ms = 5,
		.status = 200 };
	struct story *s = begin(1, 30000, "");
	struct end *e;

	(void)state;
	s->loud = true;
	until(s, 18.25);
	e = first_end(s);
	e->seen = odd;
	until(s, 20);
	end(s,
	    "[  18.2] probe e0\n"
	    "[  19.3] part 0/1: e0@18.2 ok\n");
}

/* Before there is a plan nothing is asked for and nothing breaks. */
static void
test_without_a_plan(void **state)
{
	struct prober *p = prober_new("00112233aabbccdd", START);
	struct prober_answer hello = { .hello = true, .status = 503 };
	struct observation o = { .count = 1 };
	struct prober_action a;

	(void)state;
	prober_order(p, "acme/e1", START);
	prober_answered(p, &hello, START);
	prober_done(p, 0, &o, START);
	prober_done(p, 17, &o, START);
	prober_told(p, true, START);
	prober_break(p, START + 1000);
	prober_time(p, START + 600000);
	assert_int_equal(prober_next(p, START + 600000, &a), PROBER_NOTHING);
	assert_int_equal(prober_deadline(p), NEVER);
	assert_true(prober_is_empty(p));
	prober_free(p);
	prober_free(NULL);
}

/* A hello brings clock and memory; a refused one changes nothing. */
static void
test_hello(void **state)
{
	struct story *s = begin(1, 30000, "");
	struct prober_answer hello = { .hello = true,
		.status = 200,
		.sent_at_ms = START,
		.received_at_ms = START + 10,
		.their_received_ms = START + 7005,
		.their_sent_ms = START + 7005,
		.have_count = 1,
		.have = { { .shard = 0, .have = 41 } } };

	(void)state;
	until(s, 1);
	prober_answered(s->prober, &hello, agent_now(s));
	s->have[0] = 41;
	hello.status = 0;
	hello.have_count = 0;
	prober_answered(s->prober, &hello, agent_now(s));
	s->loud = true;
	until(s, 20);
	assert_false(prober_is_empty(s->prober) && s->answer_ms != 0);
	end(s,
	    "[  18.2] probe e0\n"
	    "[  19.3] part 0/42: e0@18.2 ok\n");
}

/* A canary more, though the first two are as they were: all are asked. */
static void
test_a_canary_more_is_asked_at_once(void **state)
{
	static const char three[] = "[\"https://one.example/\","
				    "\"https://two.example/\","
				    "\"https://three.example/\"]";
	struct story *s = begin(1, 30000, "");

	(void)state;
	until(s, 10);
	assert_int_equal(s->canaries, 2);
	for (int i = 0; i < 2; i++) { /* the second plan changes nothing */
		prober_plan(s->prober, plan_with(1, 30000, "", three, 30000),
		    agent_now(s));
		pump(s);
		until(s, 11 + i);
		assert_int_equal(s->canaries, 5);
	}
	end(s, "");
}

/* An end that is told twice is one end. */
static void
test_an_end_counts_once(void **state)
{
	struct story *s = begin(1, 30000, "");
	struct end *e;

	(void)state;
	s->loud = true;
	until(s, 18.25);
	e = first_end(s);
	prober_done(s->prober, e->probe, &e->seen, agent_now(s));
	until(s, 29);
	end(s,
	    "[  18.2] probe e0\n"
	    "[  19.2] part 0/1: e0@18.2 ok\n");
}

/* The loop stood still: a slot missed by more than a second is let go. */
static void
test_a_slot_missed_by_much_is_skipped(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	s->loud = true;
	s->now_ms = START + 20000;
	until(s, 49);
	end(s,
	    "[  30.0] probe canary\n"
	    "[  30.0] probe canary\n"
	    "[  48.2] probe e0\n");
}

/* It stood still over a failure: the next slot in time takes the look. */
static void
test_a_missed_slot_takes_no_look(void **state)
{
	struct story *s = begin(1, 1000, "");
	struct end *e;

	(void)state;
	until(s, 4.25);
	e = first_end(s);
	e->seen.outcome = OUTCOME_FAILED;
	e->seen.reason = REASON_TIMEOUT;
	e->at_ms = s->now_ms = START + 7500;
	s->loud = true;
	prober_done(s->prober, e->probe, &e->seen, agent_now(s));
	e->at_ms = 0;
	pump(s);
	until(s, 8.25);
	end(s,
	    "[   7.5] part 0/3: e0@4.2 failed/timeout\n"
	    "[   7.5] probe canary\n"
	    "[   7.5] probe canary\n"
	    "[   8.2] probe e0 again\n");
}

/* Good again when ordered, and bad at the look: no look at the look. */
static void
test_a_look_is_not_looked_at_again(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	s->down[0] = true;
	until(s, 18.4);
	s->down[0] = false;
	prober_order(s->prober, "acme/e0", agent_now(s));
	pump(s);
	until(s, 18.6);
	s->down[0] = true;
	until(s, 40);
	assert_int_equal(s->probes, 3);
	end(s,
	    "[  18.3] part 0/1: e0@18.2 failed/timeout\n"
	    "[  18.5] part 0/2: e0@18.4 ok (ordered)\n"
	    "[  19.4] part 0/3: e0@19.3 failed/timeout (again)\n");
}

/* Turned away with nothing to send: asked less and less often. */
static void
test_turned_away_without_parts(void **state)
{
	struct story *s = begin(0, 30000, "");

	(void)state;
	s->status = 409;
	until(s, 60);
	assert_in_range(s->sends, 5, 8);
	s->text[0] = '\0';
	end(s, "");
}

/* Until parts are on their way. */
static void
until_sent(struct story *s, double seconds)
{
	for (int i = 0; i < 100 && s->answer_ms == 0; i++)
		until(s, seconds + i / 100.0);
	assert_true(s->answer_ms != 0);
}

/* Empty is what has nothing waiting and nothing on its way. */
static void
test_empty(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	until(s, 18);
	assert_true(prober_is_empty(s->prober));
	until(s, 18.5); /* seen and not closed */
	assert_false(prober_is_empty(s->prober));
	until_sent(s, 19); /* and not answered */
	assert_false(prober_is_empty(s->prober));
	until(s, 20);
	assert_true(prober_is_empty(s->prober));
	s->text[0] = '\0';
	end(s, "");
}

/*
 * The clock was set while parts were on their way.  A hello knows it anew, and
 * what is made from then on is dated by that.
 */
static void
test_a_hello_after_a_break_brings_the_clock(void **state)
{
	struct prober_answer hello = { .hello = true, .status = 200 };
	struct story *s = begin(1, 30000, "");
	size_t parts;

	(void)state;
	for (int i = 0; i < 200 && (s->parts == 0 || s->answer_ms == 0); i++)
		until(s, 18 + i / 100.0);
	assert_true(s->parts > 0 && s->answer_ms != 0);
	assert_true(s->knows_offset);
	assert_int_equal(s->offset_ms, 0);
	parts = s->parts;
	prober_break(s->prober, agent_now(s));
	hello.sent_at_ms = agent_now(s);
	hello.received_at_ms = hello.sent_at_ms + 10;
	hello.their_received_ms = hello.their_sent_ms = hello.sent_at_ms + 7005;
	prober_answered(s->prober, &hello, agent_now(s));
	until(s, 60);
	assert_true(s->parts > parts);
	assert_true(s->knows_offset);
	assert_int_equal(s->offset_ms, 7000);
	end(s, "");
}

/* Forty at once: there is room for what is under way. */
static void
test_many_under_way(void **state)
{
	struct story *s = begin(10, 1000, "");

	(void)state;
	s->takes_ms = 60000;
	until(s, 5);
	assert_int_equal(s->under_way, 10);
	for (int i = 0; i < 3; i++) {
		prober_plan(s->prober, plan_of(0, 1000, "", true),
		    agent_now(s));
		prober_plan(s->prober, plan_of(10, 1000, "", true),
		    agent_now(s));
		pump(s);
		until(s, 10 + 5 * i);
	}
	assert_int_equal(s->under_way, 40);
	until(s, 80);
	assert_true(s->observations >= 30);
	s->text[0] = '\0';
	end(s, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_happy_path),
		cmocka_unit_test(test_blip),
		cmocka_unit_test(test_confirmed_failure),
		cmocka_unit_test(test_short_interval),
		cmocka_unit_test(test_platform_fails),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_slow_probes_never_overlap),
		cmocka_unit_test(test_new_plan_while_probes_run),
		cmocka_unit_test(test_odd_observations),
		cmocka_unit_test(test_without_a_plan),
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_a_canary_more_is_asked_at_once),
		cmocka_unit_test(test_an_end_counts_once),
		cmocka_unit_test(test_a_slot_missed_by_much_is_skipped),
		cmocka_unit_test(test_a_missed_slot_takes_no_look),
		cmocka_unit_test(test_a_look_is_not_looked_at_again),
		cmocka_unit_test(test_turned_away_without_parts),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_a_hello_after_a_break_brings_the_clock),
		cmocka_unit_test(test_many_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
