/* watcher: what announced maintenance holds back, and what not. */
#include "tests/unit/watcher_story.h"

/* Announced for [from_s, to_s): as a shard says it at each instant. */
static int64_t from_s, to_s;

static void
announce(int64_t from, int64_t to)
{
	from_s = from;
	to_s = to;
}

/* Let time pass, and say at the edges how it stands. */
static void
pass_held(int64_t until_s)
{
	for (;;) {
		int64_t now_s = (st.now_ms - BASE) / S;
		bool held = from_s <= now_s && now_s < to_s;
		int64_t next_s = now_s < from_s ? from_s
		    : held                      ? to_s
						: until_s;

		st.look.held_until_ms = held ? BASE + to_s * S : 0;
		st.look.held_before_ms = now_s >= to_s ? BASE + to_s * S : 0;
		if (next_s > until_s || !(now_s < to_s)) {
			pass(until_s);
			return;
		}
		/* The edge itself belongs to what follows. */
		pass(next_s - 1);
		st.now_ms = BASE + next_s * S;
	}
}

static void
what_is_still_broken_at_the_end_pages_that_second(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(1200);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass_held(4599);
	told("");
	pass_held(5000);
	told("[ 4600] raise down S1\n");
	assert_int_equal(st.w.since_ms, BASE + 1200 * S);
	assert_int_equal(st.w.first_failed_ms, BASE + 1200 * S);
}

/* It has a deadline of its own: nothing else need happen. */
static void
the_end_is_a_deadline(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(1200);
	assert_int_equal(watcher_deadline(&st.w, &st.look, st.now_ms), NEVER);
	see(STATE_DOWN, 3, 3, 0, 0);
	assert_int_equal(watcher_deadline(&st.w, &st.look, st.now_ms),
	    BASE + 4600 * S);
}

static void
what_is_well_at_the_end_is_never_told(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(1200);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass_held(4000);
	see(STATE_UP, 3, 0, 0, 3);
	pass_held(9000);
	told("");
}

/* Its page had its time: no ten minutes more. */
static void
a_maintenance_page_at_the_end_pages_that_second(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(4500);
	see(STATE_DOWN, 3, 3, 3, 0);
	pass_held(4599);
	told("");
	pass_held(4700);
	told("[ 4600] raise maintenance S2\n");
}

static void
a_maintenance_page_after_the_end_has_its_ten_minutes(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(4700);
	see(STATE_DOWN, 3, 3, 3, 0);
	pass_held(5299);
	told("");
	pass_held(5400);
	told("[ 5300] raise maintenance S2\n");
}

/* One region sees it: that has to last, within the window or not. */
static void
a_probable_one_waits_its_two_intervals(void **state)
{
	(void)state;
	begin(2);
	announce(1000, 4600);
	pass_held(4580);
	see(STATE_UNKNOWN, 1, 1, 0, 0);
	pass_held(4639);
	told("");
	pass_held(4700);
	told("[ 4640] raise probable S2\n");

	begin(2);
	announce(1000, 4600);
	pass_held(4500);
	see(STATE_UNKNOWN, 1, 1, 0, 0);
	pass_held(4700);
	told("[ 4600] raise probable S2\n");
}

static void
what_was_open_before_stays(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(900);
	see(STATE_DOWN, 3, 3, 0, 0);
	told("[  900] raise down S1\n");
	pass_held(1500);
	see(STATE_DOWN, 3, 2, 0, 1); /* and is told of as ever */
	told("[ 1500] change down S1\n");
	pass_held(2000);
	see(STATE_UP, 3, 0, 0, 3);
	told("[ 2000] clear down S1\n");
	see(STATE_DOWN, 3, 3, 0, 0); /* this one is held */
	pass_held(4599);
	told("");
	pass_held(4700);
	told("[ 4600] raise down S1\n");
}

static void
what_was_open_does_not_become_worse(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(500);
	see(STATE_DEGRADED, 3, 0, 0, 0);
	pass_held(900);
	told("[  800] raise degraded S2\n");
	pass_held(1500);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass_held(4599);
	told("");
	pass_held(4700);
	told("[ 4600] change down S1\n");
}

/* A human may have closed what flaps: what falls again would call anew. */
static void
what_flaps_falls_again_at_the_end(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 1500);
	pass_held(800);
	for (int i = 0; i < 3; i++) {
		see(STATE_DOWN, 3, 3, 0, 0);
		see(STATE_UP, 3, 0, 0, 3);
	}
	pass_held(1100);
	text_clear(&st.text);
	assert_true(st.w.is_open);
	assert_int_equal(st.w.told_failing, 0);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass_held(1499);
	told("");
	pass_held(1510);
	told("[ 1500] change down S1 flapping\n");
}

/* Restarts in a window are no flapping; the one after it is a fall. */
static void
falls_within_it_do_not_flap(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 4600);
	pass_held(4000);
	for (int i = 0; i < 5; i++) {
		see(STATE_DOWN, 3, 3, 0, 0);
		pass_held(4050 + i * 100);
		see(STATE_UP, 3, 0, 0, 3);
		pass_held(4100 + i * 100);
	}
	see(STATE_DOWN, 3, 3, 0, 0);
	pass_held(4700);
	told("[ 4600] raise down S1\n");
	see(STATE_UP, 3, 0, 0, 3);
	told("[ 4700] clear down S1\n");
	see(STATE_DOWN, 3, 3, 0, 0);
	see(STATE_UP, 3, 0, 0, 3);
	told("[ 4700] raise down S1\n[ 4700] clear down S1\n");
	see(STATE_DOWN, 3, 3, 0, 0);
	told("[ 4700] raise down S1 flapping\n");
}

/* It was bad when it began, and has been well since: that is a fall again. */
static void
what_recovered_within_it_may_fall_again(void **state)
{
	(void)state;
	begin(1);
	announce(1000, 2000);
	pass_held(900);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass_held(1100);
	see(STATE_UP, 3, 0, 0, 3);
	pass_held(2100);
	told("[  900] raise down S1\n[ 1100] clear down S1\n");
	see(STATE_DOWN, 3, 3, 0, 0);
	assert_int_equal(st.w.falls_ms[0], BASE + 2100 * S);
	assert_int_equal(st.w.falls_ms[1], BASE + 900 * S);
	assert_int_equal(st.w.falls_ms[2], 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_is_still_broken_at_the_end_pages_that_second),
		cmocka_unit_test(the_end_is_a_deadline),
		cmocka_unit_test(what_is_well_at_the_end_is_never_told),
		cmocka_unit_test(
		    a_maintenance_page_at_the_end_pages_that_second),
		cmocka_unit_test(
		    a_maintenance_page_after_the_end_has_its_ten_minutes),
		cmocka_unit_test(a_probable_one_waits_its_two_intervals),
		cmocka_unit_test(what_was_open_before_stays),
		cmocka_unit_test(what_was_open_does_not_become_worse),
		cmocka_unit_test(what_flaps_falls_again_at_the_end),
		cmocka_unit_test(falls_within_it_do_not_flap),
		cmocka_unit_test(what_recovered_within_it_may_fall_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
