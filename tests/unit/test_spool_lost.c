/*
 * More waits than is kept, while it cannot be numbered or dated yet: what is
 * given up leaves a hole all the same.
 */
#include "tests/unit/spool_story.h"

#define OVER 150 /* so many more than are kept: two hundred go */

static void
see_too_many(struct story *s, int64_t from_s)
{
	s->follows = true;
	for (int i = 0; i < SPOOL_WAITING_MAX + OVER; i++)
		see(s, 0, "a/b", from_s + i, OUTCOME_FAILED, false);
}

/* The first two parts: a hole, and what was seen right after it. */
static void
tell_two(struct story *s)
{
	struct wire_bytes parts[WIRE_PARTS_MAX];
	char error[160];

	assert_true(spool_collect(s->spool, true, s->now_ms, parts) > 1);
	for (size_t i = 0; i < 2; i++) {
		struct wire_decoded *d =
		    wire_decode_part(parts[i].data, parts[i].length, error);

		assert_non_null(d);
		tell_part(s, &d->part);
		if (d->part.count > 0)
			tell(s, "from %.0f\n",
			    (double)(d->part.observations[0].started_at_ms -
				START) /
				1000);
		wire_decoded_free(d);
	}
}

/* A life that forgot its second part, which the collector has. */
static struct story *
begin_forgetful(void)
{
	struct story *s = begin();

	write_down(s);
	see(s, 0, "a/b", 30, OUTCOME_FAILED, true);
	assert_int_equal(collect(s, true), 1);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	write_down(s);
	see(s, 0, "a/b", 31, OUTCOME_FAILED, true);
	assert_int_equal(collect(s, true), 1);
	s->now_ms = START + 60000;
	assert_int_equal(live_again(s, 0), 0);
	write_down(s);
	return s;
}

/*
 * The hole had the number of a part that the collector had: it was taken for
 * that one, and what was in it was never told of.
 */
static void
test_hole_took_a_number_that_was_used(void **state)
{
	struct story *s = begin_forgetful();

	(void)state;
	see_too_many(s, 60);
	spool_have(s->spool, 0, 2, false, s->now_ms);
	tell_two(s);
	end(s,
	    "0/1 a/b@30 failed\n0/2 a/b@31 failed\n"
	    "0/3 hole 60..259 too much waited to be sent\n"
	    "0/4 100 observations\nfrom 260\n");
}

static void
test_given_up_is_known_after_a_restart(void **state)
{
	struct story *s = begin_forgetful();

	(void)state;
	see_too_many(s, 60);
	spool_unwritten(s->spool); /* all of it anew, marks and looks */
	write_down(s);
	assert_int_equal(live_again(s, 0), 0);
	spool_have(s->spool, 0, 2, false, s->now_ms);
	tell_two(s);
	end(s,
	    "0/1 a/b@30 failed\n0/2 a/b@31 failed\n"
	    "0/3 hole 60..259 too much waited to be sent\n"
	    "0/4 100 observations\nfrom 260\n");
}

/* The hole lay where our clock was wrong, and nothing where it was right. */
static void
test_hole_was_dated_by_a_clock_nobody_knew(void **state)
{
	struct story *s = begin();

	(void)state;
	s->now_ms = START + 3600000;
	spool_break(s->spool, s->now_ms);
	see_too_many(s, 3600);
	spool_set_offset(s->spool, -3600000, 20);
	tell_two(s);
	end(s,
	    "0/1 hole 0..199 too much waited to be sent\n"
	    "0/2 100 observations\nfrom 3800\n");
}

/* All that comes out, as the collector takes it; how many looks. */
static size_t
drain(struct story *s)
{
	struct wire_bytes parts[WIRE_PARTS_MAX];
	size_t looks = 0, count;
	char error[160];

	while ((count = spool_collect(s->spool, true, s->now_ms, parts)) > 0) {
		for (size_t i = 0; i < count; i++) {
			struct wire_decoded *d = wire_decode_part(parts[i].data,
			    parts[i].length, error);

			assert_non_null(d);
			looks += d->part.count;
			if (d->part.hole != NULL)
				tell_part(s, &d->part);
			wire_decoded_free(d);
		}
		s->have += (int64_t)count;
		spool_have(s->spool, 0, s->have, false, s->now_ms);
	}
	return looks;
}

/* The look for which a hole had made room was not taken up again. */
static void
test_look_lost_by_a_restart_of_a_full_spool(void **state)
{
	struct story *s = begin();

	(void)state;
	write_down(s);
	s->follows = true;
	for (int i = 0; i <= SPOOL_WAITING_MAX; i++)
		see(s, 0, "a/b", 30 + i, OUTCOME_FAILED, false);
	write_down(s);
	assert_int_equal(live_again(s, 0), 0);
	spool_have(s->spool, 0, 0, false, s->now_ms);
	assert_int_equal(drain(s), SPOOL_WAITING_MAX + 1 - SPOOL_CLOSE_COUNT);
	end(s, "0/1 hole 30..129 too much waited to be sent\n");
}

/* Two clocks of which nothing is known: each leaves a mark of its own, and
   looks that came late make it begin when they did. */
static void
test_two_unknown_clocks_leave_two_marks(void **state)
{
	struct story *s = begin();

	(void)state;
	s->clocks = true;
	s->now_ms = START + 3600000;
	spool_break(s->spool, s->now_ms);
	for (int i = 0; i < 5; i++)
		see(s, 0, "a/b", 3620 - i * 5, OUTCOME_FAILED, false);
	s->now_ms = START + 7200000;
	spool_break(s->spool, s->now_ms);
	see_too_many(s, 7200);
	s->clocks = false;
	spool_set_offset(s->spool, 250, 20);
	tell_two(s);
	end(s,
	    "0/1 hole 0..7200 made with a clock of which nothing was known\n"
	    "0/2 hole 7200..7399 too much waited to be sent\n");
}

/* What is known of the next clock dates what was made with none. */
static void
test_too_much_behind_an_unknown_clock(void **state)
{
	struct story *s = begin();

	(void)state;
	s->now_ms = START + 60000;
	spool_break(s->spool, s->now_ms);
	for (int i = 0; i < 5; i++)
		see(s, 0, "a/b", 60 + i, OUTCOME_FAILED, false);
	s->now_ms = START + 70000;
	spool_break(s->spool, s->now_ms);
	spool_set_offset(s->spool, 250, 20);
	see_too_many(s, 70);
	tell_two(s);
	end(s,
	    "0/3 from 1 hole 0..269 too much waited to be sent\n"
	    "0/4 100 observations\nfrom 270\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hole_took_a_number_that_was_used),
		cmocka_unit_test(test_given_up_is_known_after_a_restart),
		cmocka_unit_test(test_hole_was_dated_by_a_clock_nobody_knew),
		cmocka_unit_test(test_two_unknown_clocks_leave_two_marks),
		cmocka_unit_test(test_too_much_behind_an_unknown_clock),
		cmocka_unit_test(test_look_lost_by_a_restart_of_a_full_spool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
