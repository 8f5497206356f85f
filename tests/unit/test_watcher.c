/* watcher: when humans hear of it, as stories with the clock in the margin. */
#include "tests/unit/watcher_story.h"

static void
test_down_and_up(void **state)
{
	(void)state;
	begin(1);
	pass(100);
	see(STATE_DOWN, 3, 2, 0, 1);
	told("[  100] raise down S1\n");
	assert_int_equal(st.w.last_good_ms, BASE + 70 * S);
	assert_int_equal(st.w.first_failed_ms, BASE + 100 * S);
	pass(110);
	see(STATE_DOWN, 3, 3, 0, 0); /* a detail: at most once a minute */
	pass(200);
	told("[  160] change down S1\n");
	see(STATE_UP, 3, 1, 0, 0);
	see(STATE_UP, 3, 0, 0, 1); /* one region is not enough */
	pass(250);
	told("[  220] change down S1\n");
	see(STATE_UP, 3, 0, 0, 2);
	told("[  250] clear down S1\n");
	see(STATE_UP, 3, 0, 0, 3);
	pass(5000);
	told("");
}

static void
test_probable(void **state)
{
	(void)state;
	begin(2);
	pass(100);
	see(STATE_UNKNOWN, 1, 0, 0, 1);
	pass(200);
	see(STATE_UNKNOWN, 1, 1, 0, 0);
	pass(259);
	told("");
	see(STATE_UNKNOWN, 1, 0, 0, 0); /* it was good for a moment */
	see(STATE_UNKNOWN, 1, 1, 0, 0);
	pass(318);
	told("");
	pass(400);
	told("[  319] raise probable S2\n");
	see(STATE_DOWN, 2, 2, 0, 0);
	told("[  400] change down S2\n");
	see(STATE_UNKNOWN, 1, 1, 0, 0);
	see(STATE_UNKNOWN, 0, 0, 0, 0); /* nobody sees anything: it stays */
	pass(90000);
	told("[  460] change down S2\n");
	see(STATE_UNKNOWN, 1, 0, 0, 1); /* less than the quorum: it stays */
	pass(90001);
	text_clear(&st.text);
	see(STATE_UP, 2, 0, 0, 2);
	told("[90001] clear down S2\n");
}

static void
test_probable_is_refuted_by_those_who_saw_it(void **state)
{
	(void)state;
	begin(1);
	see(STATE_UNKNOWN, 1, 1, 0, 0);
	pass(60);
	told("[   60] raise probable S1\n");
	see(STATE_UNKNOWN, 1, 0, 0, 0);
	pass(70);
	told("");
	see(STATE_UNKNOWN, 1, 0, 0, 1);
	told("[   70] clear probable S1\n");
	see(STATE_UNKNOWN, 2, 2, 0, 0);
	pass(200);
	told("[  130] raise probable S1\n");
	see(STATE_UNKNOWN, 2, 1, 0, 1); /* one still fails */
	pass(201);
	told("[  200] change probable S1\n");
}

static void
test_maintenance(void **state)
{
	(void)state;
	begin(1);
	pass(100);
	see(STATE_DOWN, 3, 3, 3, 0);
	pass(699);
	told("");
	pass(800);
	told("[  700] raise maintenance S2\n");
	see(STATE_DOWN, 3, 3, 2, 0);
	told("[  800] change down S1\n");
	see(STATE_DOWN, 3, 3, 3, 0); /* it does not become milder */
	pass(900);
	see(STATE_UP, 3, 0, 0, 2);
	told("[  900] clear down S1\n");
	/* A short one wakes nobody. */
	see(STATE_DOWN, 3, 3, 3, 0);
	pass(1000);
	see(STATE_UP, 3, 0, 0, 3);
	pass(2000);
	told("");
	/* Seen by one of one: the same wait. */
	see(STATE_UNKNOWN, 1, 1, 1, 0);
	pass(2599);
	told("");
	pass(2601);
	told("[ 2600] raise maintenance S2\n");
}

static void
test_degraded(void **state)
{
	(void)state;
	begin(3);
	pass(100);
	see(STATE_DEGRADED, 3, 0, 0, 3);
	pass(399);
	told("");
	pass(500);
	told("[  400] raise degraded S3\n");
	see(STATE_DOWN, 3, 3, 0, 0);
	told("[  500] change down S3\n");
	pass(520);
	see(STATE_DEGRADED, 3, 1, 0, 2);
	told("[  520] clear down S3\n");
	pass(900);
	told("[  820] raise degraded S3\n");
	see(STATE_UP, 3, 0, 0, 1);
	told("[  900] change degraded S3\n");
	see(STATE_UP, 3, 0, 0, 2);
	told("[  900] clear degraded S3\n");
}

static void
fall(int64_t from_s, int64_t to_s)
{
	pass(from_s);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass(to_s);
	see(STATE_UP, 3, 0, 0, 3);
}

static void
test_flapping(void **state)
{
	(void)state;
	begin(1);
	fall(100, 110);
	fall(700, 710);
	told("[  100] raise down S1\n[  110] clear down S1\n"
	     "[  700] raise down S1\n[  710] clear down S1\n");
	fall(1900, 1910); /* the third within half an hour */
	told("[ 1900] raise down S1 flapping\n");
	pass(2500);
	see(STATE_UP, 3, 0, 0, 3);
	told("[ 1960] change down S1 flapping\n");
	pass(2511);
	told("[ 2510] clear down S1\n");
	fall(6000, 6010); /* long after: an outage like any other */
	told("[ 6000] raise down S1\n[ 6010] clear down S1\n");
	/* Flapping is told when it begins within one alarm. */
	pass(20000);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass(20010);
	see(STATE_UP, 3, 0, 0, 1);
	pass(20020);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass(20030);
	see(STATE_UP, 3, 0, 0, 1);
	pass(20040);
	told("[20000] raise down S1\n");
	see(STATE_DOWN, 3, 3, 0, 0);
	told("[20040] change down S1 flapping\n");
}

/*
 * What flaps falls anew, and may have been closed by a human meanwhile: that is
 * told though it looks as it was told, and at once after it was told to be well.
 */
static void
test_fallen_anew_is_told(void **state)
{
	(void)state;
	begin(1);
	fall(100, 110);
	fall(200, 210);
	text_clear(&st.text);
	fall(300, 320);
	pass(330);
	see(STATE_DOWN, 3, 3, 0, 0);
	pass(400);
	told("[  300] raise down S1 flapping\n[  360] change down S1 "
	     "flapping\n");
	see(STATE_UP, 3, 0, 0, 3);
	pass(430);
	told("[  420] change down S1 flapping\n");
	see(STATE_DOWN, 3, 3, 0, 0);
	told("[  430] change down S1 flapping\n");
	pass(600);
	told("");
}

/* What became unknown neither fell nor rose. */
static void
test_unknown_is_no_fall(void **state)
{
	(void)state;
	begin(1);
	for (int i = 0; i < 5; i++) {
		see(STATE_DOWN, 3, 3, 0, 0);
		pass(i * 20 + 10);
		see(STATE_UNKNOWN, 0, 0, 0, 0);
		pass(i * 20 + 20);
	}
	assert_false(st.w.is_flapping);
	text_clear(&st.text);
}

static void
test_removed(void **state)
{
	(void)state;
	begin(1);
	see(STATE_DOWN, 3, 3, 0, 0);
	see(STATE_ABSENT, 0, 0, 0, 0);
	told("[    0] raise down S1\n[    0] clear down S1\n");
	pass(10000);
	told("");
}

/* After a break: however old, it pages at once. */
static void
test_old(void **state)
{
	(void)state;
	begin(1);
	st.look.state = STATE_DOWN;
	st.look.failing = 3;
	st.look.maintenance = 3;
	st.look.since_ms = BASE - 3600 * S;
	step();
	told("[    0] raise maintenance S2\n");
	assert_int_equal(st.w.since_ms, BASE - 3600 * S);
}

/* A clock was set back: a wait is never longer than it would be from now. */
static void
test_since_in_the_future(void **state)
{
	(void)state;
	begin(1);
	st.look.state = STATE_DEGRADED;
	st.look.since_ms = BASE + 36000 * S;
	pass(1000);
	told("[  300] raise degraded S2\n");
}

/* The same of what is to be calm first, and of what was told: not for hours. */
static void
test_clock_set_back_while_flapping(void **state)
{
	(void)state;
	begin(1);
	for (int i = 0; i < 3; i++)
		fall(36000 + 20 * i, 36010 + 20 * i);
	text_clear(&st.text);
	st.now_ms = BASE;
	pass(700);
	told("[   60] change down S1 flapping\n[  600] clear down S1\n");
}

static void
test_record(void **state)
{
	struct text out_of_time = { 0 };
	struct watcher again;
	char error[160], *json;

	(void)state;
	begin(1);
	fall(100, 110);
	fall(200, 210);
	pass(300);
	see(STATE_DOWN, 3, 2, 0, 0);
	text_clear(&st.text);
	json = watcher_encode(&st.w);
	assert_int_equal(watcher_decode(json, strlen(json), &again, error), 0);
	assert_true(again.is_open);
	assert_true(again.is_flapping);
	assert_int_equal(again.kind, ALARM_DOWN);
	assert_int_equal(again.told_failing, 2);
	assert_int_equal(again.since_ms, st.w.since_ms);
	assert_memory_equal(again.falls_ms, st.w.falls_ms,
	    sizeof(again.falls_ms));
	st.w = again;
	pass(1000); /* nothing is told again */
	told("");
	assert_int_equal(watcher_decode("{", 1, &again, error), -1);
	assert_int_equal(watcher_decode("{}", 2, &again, error), -1);
	/* A time that is none, at the end. */
	assert_non_null(strstr(json, "\"bad_at\":"));
	text_addf(&out_of_time, "%.*s\"bad_at\":253402300800000}",
	    (int)(strstr(json, "\"bad_at\":") - json), json);
	assert_int_equal(watcher_decode(out_of_time.data, out_of_time.length,
			     &again, error),
	    -1);
	assert_string_equal(error, "a time is out of range");
	text_clear(&out_of_time);
	*strstr(json, "down") = 'x';
	assert_int_equal(watcher_decode(json, strlen(json), &again, error), -1);
	assert_string_equal(error, "kind, reason or state not known");
	free(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_down_and_up),
		cmocka_unit_test(test_probable),
		cmocka_unit_test(test_probable_is_refuted_by_those_who_saw_it),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_degraded),
		cmocka_unit_test(test_flapping),
		cmocka_unit_test(test_fallen_anew_is_told),
		cmocka_unit_test(test_clock_set_back_while_flapping),
		cmocka_unit_test(test_unknown_is_no_fall),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_old),
		cmocka_unit_test(test_since_in_the_future),
		cmocka_unit_test(test_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
