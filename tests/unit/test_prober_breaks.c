/* Stories of agents that go blind, stand still, die, or whose clock is set. */
#include "tests/unit/prober_story.h"

static void
test_blind(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 40);
	s->cut = true;
	until(s, 70);
	s->cut = false;
	until(s, 120);
	end(s,
	    "[  71.5] part 1/2: e1@46.8 failed/timeout\n"
	    "[  71.5] part 0/2: e0@48.2 unknown/agent blind 30.0..30.0\n"
	    "[  71.5] part 1/3: e1@48.8 unknown/agent (again) blind "
	    "30.0..30.0\n"
	    "[  72.8] part 0/3: blind 30.0..72.8\n"
	    "[  72.8] part 1/4: blind 30.0..72.8\n");
}

/* The way out is cut while a probe is under way and a canary just went well. */
static void
test_blind_in_between(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	s->takes_ms = 20000;
	until(s, 35);
	s->down[0] = true; /* what e0 sees from now on is the cut */
	until(s, 60.5);
	s->cut = true;
	until(s, 75);
	s->cut = s->down[0] = false;
	s->takes_ms = 100;
	until(s, 100);
	end(s,
	    "[  79.4] part 0/2: e0@48.2 failed/timeout\n"
	    "[  79.4] part 0/3: e0@69.2 unknown/agent (again) blind "
	    "48.2..78.2\n"
	    "[  79.4] part 1/1: blind 48.2..78.2\n");
}

/* Other canaries: what was under way of the old ones is not judged. */
static void
test_other_canaries(void **state)
{
	static const char *const canaries[] = {
		"[\"https://one.example/\"]",
		"[\"https://three.example/\"]",
		"[\"https://three.example/\",\"https://four.example/\"]",
	};
	struct story *s = begin(0, 30000, "");

	(void)state;
	s->cut = true;
	for (size_t i = 0; i < 3; i++) {
		struct plan *p = plan_with(0, 30000, "", canaries[i],
		    i == 2 ? 10000 : 30000);

		prober_plan(s->prober, p, agent_now(s));
		pump(s);
		until(s, 0.5 * (double)(i + 1));
	}
	s->cut = false;
	until(s, 2.2);
	assert_int_equal(s->canaries, 2 + 1 + 1 + 2);
	until(s, 30);
	end(s,
	    "[   2.0] part 0/1: blind -0.0..-0.0\n"
	    "[   2.0] part 1/1: blind -0.0..-0.0\n"
	    "[   6.0] part 0/2: blind -0.0..6.0\n"
	    "[   6.0] part 1/2: blind -0.0..6.0\n");
}

static void
test_crash(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 46.95); /* e1 was observed, and is not yet sent */
	die_and_live(s, 0);
	s->loud = true;
	until(s, 60);
	end(s,
	    "[  47.0] a new life of 00112233aabbccdd\n"
	    "[  48.0] part 1/2: e1@46.8 ok\n"
	    "[  48.2] probe e0\n"
	    "[  49.3] part 0/2: e0@48.2 ok\n");
}

/* Blind when it was killed: still blind afterwards, until it sees. */
static void
test_crash_while_blind(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 40);
	s->cut = true;
	until(s, 63);
	die_and_live(s, 0);
	s->cut = false;
	until(s, 80);
	end(s,
	    "[  63.0] a new life of 00112233aabbccdd\n"
	    "[  74.2] part 1/2: e1@46.8 failed/timeout\n"
	    "[  74.3] part 0/2: e0@48.2 unknown/agent blind 30.0..48.8\n"
	    "[  74.3] part 0/3: blind 63.0..68.0\n"
	    "[  74.3] part 1/3: e1@48.8 unknown/agent (again) blind "
	    "30.0..48.8\n"
	    "[  74.3] part 1/4: blind 63.0..68.0\n");
}

/* Loss of power: the file ends before what the collector has. */
static void
test_loss_of_power(void **state)
{
	struct story *s = begin(2, 30000, "");
	size_t length;

	(void)state;
	until(s, 60);
	length = s->file.length;
	until(s, 200);
	die_and_live(s, s->file.length - length + 3);
	s->loud = true;
	until(s, 240);
	end(s,
	    "[ 200.0] a new life of 00112233aabbccdd\n"
	    "[ 226.8] probe e1\n"
	    "[ 227.9] part 1/8: e1@226.8 ok\n"
	    "[ 228.2] probe e0\n"
	    "[ 229.3] part 0/8: e0@228.2 ok\n"
	    "[ 230.0] probe canary\n"
	    "[ 230.0] probe canary\n");
}

/* Ten minutes asleep: no burst, and what was under way is not judged. */
static void
test_stall(void **state)
{
	struct story *s = begin(10, 1000, "");
	size_t probes;

	(void)state;
	s->down[3] = true;
	until(s, 10);
	probes = s->probes;
	s->now_ms += 600000;
	prober_break(s->prober, agent_now(s));
	pump(s);
	tell(s, "awake, %zu probes", s->probes - probes);
	until(s, 611);
	tell(s, "%zu probes, offset %d", s->probes - probes, s->knows_offset);
	end(s,
	    "[   0.5] part 1/1: e3@0.4 failed/timeout\n"
	    "[   1.5] part 1/2: e3@1.4 failed/timeout (again)\n"
	    "[   2.7] part 1/3: e3@2.4 failed/timeout\n"
	    "[   3.8] part 1/4: e3@3.4 failed/timeout\n"
	    "[   4.8] part 1/5: e3@4.4 failed/timeout\n"
	    "[   5.9] part 1/6: e3@5.4 failed/timeout\n"
	    "[   7.0] part 1/7: e3@6.4 failed/timeout\n"
	    "[   8.1] part 1/8: e3@7.4 failed/timeout\n"
	    "[   9.3] part 1/9: e3@8.4 failed/timeout\n"
	    "[ 610.0] awake, 0 probes\n"
	    "[ 611.0] part 1/10: e3@9.4 failed/timeout\n"
	    "[ 611.0] part 1/11: e3@610.4 failed/timeout\n"
	    "[ 611.0] 10 probes, offset 1\n");
}

/* The machine slept while a batch was under way: its times are void. */
static void
test_stall_while_sending(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 17.91);
	assert_true(s->answer_ms != 0);
	s->skew_ms = 7000; /* the clock was set, too */
	s->now_ms += 20;
	prober_break(s->prober, agent_now(s));
	pump(s);
	s->loud = true;
	until(s, 45);
	tell(s, "offset known: %d", s->knows_offset);
	assert_int_equal(s->offset_ms, -7000);
	end(s,
	    "[  39.8] probe e1\n"
	    "[  40.9] part 1/2: e1@46.8 ok\n"
	    "[  41.2] probe e0\n"
	    "[  42.3] part 0/1: e0@48.2 ok\n"
	    "[  45.0] offset known: 1\n");
}

/* The answer never comes, and the clock has jumped besides. */
static void
test_stall_while_sending_in_vain(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	until(s, 9);
	s->status = 0;
	until(s, 11);
	assert_true(s->answer_ms != 0);
	prober_break(s->prober, agent_now(s));
	pump(s);
	until(s, 50);
	s->status = 200;
	s->loud = true;
	until(s, 52);
	prober_break(s->prober, agent_now(s)); /* and once more, backing off */
	pump(s);
	until(s, 75);
	end(s,
	    "[  52.0] probe canary\n"
	    "[  52.0] probe canary\n"
	    "[  68.5] part 0/1: hole 1-1 10.0..52.0 (made with a clock of "
	    "which nothing was known)\n");
}

/* Blind before a break, and seeing with the first canary after it. */
static void
test_seeing_at_once_after_a_break(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	until(s, 10);
	s->cut = true;
	until(s, 50);
	s->cut = false;
	s->now_ms += 300000;
	prober_break(s->prober, agent_now(s));
	pump(s);
	until(s, 365);
	end(s,
	    "[ 359.8] part 0/1: e0@18.2 failed/timeout e0@20.2 unknown/agent "
	    "(again) e0@48.2 unknown/agent blind 0.0..49.2\n"
	    "[ 359.8] part 0/2: blind 350.0..350.0\n"
	    "[ 359.8] part 1/1: blind 0.0..49.2\n"
	    "[ 359.8] part 1/2: blind 350.0..350.0\n");
}

/* What lies ahead of a break is due a little later: looks, orders too. */
static void
test_break_with_looks(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	s->down[0] = s->down[1] = true;
	until(s, 18.4);
	s->loud = true;
	tell(s, "asleep");
	s->now_ms += 300000;
	prober_break(s->prober, agent_now(s)); /* e0 is to be looked at */
	pump(s);
	until(s, 319.42);
	tell(s, "asleep again");
	s->now_ms += 300000;
	prober_break(s->prober, agent_now(s)); /* e0 is being looked at */
	pump(s);
	until(s, 622);
	end(s,
	    "[  16.9] part 1/1: e1@16.8 failed/timeout\n"
	    "[  18.0] part 1/2: e1@17.9 failed/timeout (again)\n"
	    "[  18.3] part 0/1: e0@18.2 failed/timeout\n"
	    "[  18.4] asleep\n"
	    "[ 318.4] probe canary\n"
	    "[ 318.4] probe canary\n"
	    "[ 319.4] probe e0 again\n"
	    "[ 319.4] asleep again\n"
	    "[ 619.4] probe canary\n"
	    "[ 619.4] probe canary\n"
	    "[ 620.4] probe e0 again\n"
	    "[ 620.5] part 0/2: e0@620.4 failed/timeout (again)\n");
}

/* The agent's clock jumps an hour ahead, and two back. */
static void
test_clock_jumps(void **state)
{
	struct story *s = begin(2, 30000, "");
	size_t probes;

	(void)state;
	until(s, 60);
	probes = s->probes;
	s->skew_ms = 3600000;
	prober_break(s->prober, agent_now(s));
	pump(s);
	until(s, 120);
	tell(s, "%zu probes, offset %d", s->probes - probes, s->knows_offset);
	probes = s->probes;
	s->skew_ms = -3600000;
	prober_break(s->prober, agent_now(s));
	pump(s);
	until(s, 180);
	tell(s, "%zu probes, offset %d", s->probes - probes, s->knows_offset);
	end(s,
	    "[ 120.0] 4 probes, offset 1\n"
	    "[ 180.0] 4 probes, offset 1\n");
}

/* The clock is set back while it is blind: each clock has its stretch. */
static void
test_clock_jumps_while_blind(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 40);
	s->cut = true;
	until(s, 63);
	s->skew_ms = -600000;
	prober_break(s->prober, agent_now(s));
	pump(s);
	until(s, 70);
	s->cut = false;
	until(s, 90);
	end(s,
	    "[  71.5] part 1/2: e1@46.8 failed/timeout\n"
	    "[  71.5] part 0/2: e0@48.2 unknown/agent blind 30.0..62.8\n"
	    "[  71.5] part 0/3: blind -537.0..-537.0\n"
	    "[  71.5] part 1/3: e1@48.8 unknown/agent (again) blind "
	    "30.0..62.8\n"
	    "[  71.5] part 1/4: blind -537.0..-537.0\n"
	    "[  73.0] part 0/4: blind -537.0..-527.0\n"
	    "[  73.0] part 1/5: blind -537.0..-527.0\n");
}

/*
 * All canaries were ill chosen and the operator takes them out: who has none is
 * never blind, also when it was blind until then.
 */
static void
test_no_canaries_any_more_while_blind(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 40);
	s->cut = true;
	until(s, 63);
	s->cut = false;
	prober_plan(s->prober, plan_of(2, 30000, "", false), agent_now(s));
	pump(s);
	until(s, 90);
	s->down[0] = true;
	until(s, 130);
	end(s,
	    "[  71.5] part 1/2: e1@46.8 failed/timeout\n"
	    "[  71.5] part 0/2: e0@48.2 unknown/agent blind 30.0..63.0\n"
	    "[  71.5] part 1/3: e1@48.8 unknown/agent (again) blind "
	    "30.0..63.0\n"
	    "[ 108.3] part 0/4: e0@108.2 failed/timeout\n"
	    "[ 109.4] part 0/5: e0@109.3 failed/timeout (again)\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blind),
		cmocka_unit_test(test_blind_in_between),
		cmocka_unit_test(test_other_canaries),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_crash_while_blind),
		cmocka_unit_test(test_loss_of_power),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_stall_while_sending),
		cmocka_unit_test(test_stall_while_sending_in_vain),
		cmocka_unit_test(test_seeing_at_once_after_a_break),
		cmocka_unit_test(test_break_with_looks),
		cmocka_unit_test(test_clock_jumps),
		cmocka_unit_test(test_clock_jumps_while_blind),
		cmocka_unit_test(test_no_canaries_any_more_while_blind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
