/*
 * Which clock what was made with: agents that are killed, or whose clock is
 * set, while something waits.  START is right; a clock that is set is told
 * of by its offset, and what is seen says what the clock showed.
 */
#include "tests/unit/spool_story.h"

static struct story *
begin_telling(void)
{
	struct story *s = begin();

	s->clocks = true;
	spool_set_shards(s->spool, 1);
	write_down(s);
	return s;
}

static void
show(struct story *s, int64_t at_s)
{
	s->now_ms = START + at_s * 1000;
	spool_time(s->spool, s->now_ms);
}

static void
set_clock(struct story *s, int64_t at_s)
{
	s->now_ms = START + at_s * 1000;
	spool_break(s->spool, s->now_ms);
}

/* Everything that waits, as the collector takes it. */
static void
send_all(struct story *s)
{
	while (spool_due(s->spool, 0) != NEVER) {
		s->now_ms += 1000; /* whatever waits is due */
		tell(s, "sent\n");
		s->have += (int64_t)collect(s, true);
		assert_true(spool_have(s->spool, 0, s->have, false, s->now_ms));
	}
}

static void
die_and_live(struct story *s, int64_t at_s)
{
	write_down(s);
	s->now_ms = START + at_s * 1000;
	assert_int_equal(replay(s, 0), 0);
	spool_break(s->spool, s->now_ms);
	spool_set_shards(s->spool, 1);
	write_down(s);
}

/* Seed 1608: killed with looks not yet numbered, and its clock set then. */
static void
test_clock_set_while_dead_dates_old_looks(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	see(s, 0, "a/c", 31, OUTCOME_FAILED, true);
	die_and_live(s, 600);
	see(s, 0, "a/b", 630, OUTCOME_OK, false);
	spool_set_offset(s->spool, -570000, 20);
	send_all(s);
	end(s,
	    "sent\n0/1 -570000\n"
	    "sent\n0/2 a/b@30 a/c@31 failed +250\n0/3 a/b@630 -570000\n");
}

/* Seed 1368: set after the start, before the first question was answered. */
static void
test_clock_set_before_the_first_answer_dates_old_looks(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	die_and_live(s, 60);
	collect(s, false); /* asks; no answer comes */
	set_clock(s, 600);
	see(s, 0, "a/b", 601, OUTCOME_OK, false);
	set_clock(s, 70);
	spool_set_offset(s->spool, 250, 20);
	see(s, 0, "a/b", 90, OUTCOME_OK, false);
	spool_have(s->spool, 0, ++s->have, false, s->now_ms);
	send_all(s);
	end(s,
	    "sent\n0/2 a/b@30 +250\n"
	    "0/3 hole 30..70 made with a clock of which nothing was known\n"
	    "0/4 a/b@90 +250\n");
}

/* A life in which no answer ever came says nothing of when it looked. */
static void
test_looks_of_an_unknown_clock_are_a_hole(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	send_all(s);
	show(s, 40);
	die_and_live(s, -5000);
	see(s, 0, "a/b", -4990, OUTCOME_FAILED, true);
	spool_blind(s->spool, START - 4980000, START - 4980000);
	see(s, 0, "a/b", -4960, OUTCOME_FAILED, true);
	die_and_live(s, 120);
	assert_true(spool_blind_since(s->spool) == NEVER);
	see(s, 0, "a/b", 121, OUTCOME_OK, false);
	spool_set_offset(s->spool, 0, 20);
	tell(s, "the third life\n");
	send_all(s);
	tell(s, "and once more\n");
	die_and_live(s, 150);
	spool_set_offset(s->spool, 0, 20);
	see(s, 0, "a/b", 151, OUTCOME_OK, false);
	send_all(s);
	end(s,
	    "sent\n0/1 a/b@30 +250\n"
	    "the third life\n"
	    "sent\n0/2 +0\n"
	    "sent\n"
	    "0/3 hole 30..120 made with a clock of which nothing was known\n"
	    "0/4 a/b@121 +0\n"
	    "and once more\n"
	    "sent\n0/5 +0\n"
	    "sent\n0/6 a/b@151 +0\n");
}

/* Nothing was known before, either: as long as the looks span. */
static void
test_hole_of_a_first_unknown_clock(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	spool_set_offset(s->spool, 0, NEVER);
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	see(s, 0, "a/c", 50, OUTCOME_OK, false);
	set_clock(s, 1000);
	spool_set_offset(s->spool, 600000, 20);
	send_all(s);
	end(s,
	    "sent\n"
	    "0/1 hole 1580..1600 made with a clock of which nothing was "
	    "known\n");
}

/* The hole before it was among what is being collected, and was freed. */
static void
test_hole_made_while_a_hole_is_collected(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	s->follows = true;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, 0, true, s->now_ms);
	set_clock(s, 60);
	see(s, 0, "a/b", 61, OUTCOME_OK, true);
	set_clock(s, 100);
	spool_set_offset(s->spool, 0, 20);
	assert_int_equal(collect(s, true), 2);
	end(s,
	    "0/1 hole 30..30 unreadable for the collector\n"
	    "0/2 hole 30..100 made with a clock of which nothing was known\n");
}

/* An error too large to be used is no better than none. */
static void
test_hole_of_an_unsure_clock(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	show(s, 20);
	set_clock(s, 20);
	spool_set_offset(s->spool, 0, WIRE_UNSURE_MS + 1);
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	set_clock(s, 60);
	assert_true(spool_due(s->spool, START + 62000) == START + 62000);
	spool_set_offset(s->spool, 0, WIRE_UNSURE_MS);
	send_all(s);
	end(s,
	    "sent\n"
	    "0/1 hole 20..60 made with a clock of which nothing was known\n");
}

/* A collector that never says what time it is gets them all the same. */
static void
test_clocks_that_stay_unknown(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	spool_set_offset(s->spool, 0, NEVER);
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	show(s, 40);
	set_clock(s, 1000);
	see(s, 0, "a/b", 1030, OUTCOME_OK, false);
	send_all(s);
	end(s, "sent\n0/1 a/b@30 undated\n0/2 a/b@1030 undated\n");
}

/* A blind stretch is dated by the clock that it was seen by. */
static void
test_clock_set_while_a_blind_stretch_waits(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	spool_blind(s->spool, START + 10000, START + 10000);
	spool_blind(s->spool, START + 10000, START + 20000);
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	set_clock(s, 600);
	spool_set_offset(s->spool, -570000, 20);
	spool_blind(s->spool, START + 605000, START + 605000);
	send_all(s);
	end(s,
	    "sent\n0/1 a/b@30 +250 blind 10..20\n"
	    "0/2 -570000 blind 605..605\n");
}

/* Of an unknown clock's they are not told, but of those before they are. */
static void
test_blind_stretches_before_an_unknown_clock(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	spool_blind(s->spool, START + 10000, START + 10000);
	spool_blind(s->spool, START + 10000, START + 20000);
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	send_all(s);
	set_clock(s, 600);
	spool_blind(s->spool, START + 605000, START + 605000);
	see(s, 0, "a/b", 606, OUTCOME_OK, false);
	set_clock(s, 60);
	spool_set_offset(s->spool, 250, 20);
	spool_blind(s->spool, START + 61000, START + 61000);
	send_all(s);
	end(s,
	    "sent\n0/1 a/b@30 +250 blind 10..20\n"
	    "sent\n"
	    "0/2 hole 30..60 made with a clock of which nothing was known\n"
	    "0/3 +250 blind 10..20\n"
	    "0/4 +250 blind 61..61\n");
}

/* A clock by which a stretch is dated is kept for as long as that is. */
static void
test_clock_of_a_blind_stretch_is_kept(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	spool_blind(s->spool, START + 10000, START + 10000);
	spool_blind(s->spool, START + 10000, START + 20000);
	for (int i = 1; i < 2 * SPOOL_CLOCKS; i++) {
		see(s, 0, "a/b", 100 * i, OUTCOME_OK, true);
		collect(s, false);
		set_clock(s, 100 * i + 50);
		spool_set_offset(s->spool, 1000 * i, 20);
		spool_have(s->spool, 0, ++s->have, false, s->now_ms);
	}
	s->text[0] = '\0';
	show(s, 9000);
	see(s, 0, "a/b", 9000, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, s->have, true, s->now_ms);
	collect(s, true);
	end(s,
	    "0/64 hole 9063..9063 unreadable for the collector\n"
	    "0/65 +250 blind 10..20\n");
}

/* Equal looks of two clocks are not one run. */
static void
test_clock_set_within_a_run(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	s->now_ms += SPOOL_FOLD_MS;
	see(s, 0, "a/b", 60, OUTCOME_OK, false);
	set_clock(s, 70);
	s->now_ms += SPOOL_FOLD_MS;
	see(s, 0, "a/b", 90, OUTCOME_OK, false);
	see(s, 0, "a/b", 120, OUTCOME_OK, false);
	spool_set_offset(s->spool, 0, 20);
	send_all(s);
	end(s, "sent\n0/1 a/b@30..60 x2 +250\n0/2 a/b@90..120 x2 +0\n");
}

/* What a hole stands for was dated by another clock than ours is now. */
static void
test_hole_is_dated_by_the_collectors_clock(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	s->follows = true;
	spool_set_offset(s->spool, 100000, 20);
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	send_all(s);
	set_clock(s, 1000);
	spool_set_offset(s->spool, -700000, 20);
	see(s, 0, "a/b", 1001, OUTCOME_OK, true);
	send_all(s);
	s->now_ms += SPOOL_KEEP_MS;
	spool_trim(s->spool, s->now_ms);
	tell(s, "it forgot all\n");
	spool_have(s->spool, 0, 0, false, s->now_ms);
	collect(s, true);
	end(s,
	    "sent\n0/1 a/b@30 +100000\nsent\n0/2 a/b@1001 -700000\n"
	    "it forgot all\n"
	    "0/2 from 1 hole 130..301 kept no longer\n");
}

/* Of more clocks than are kept the oldest become one of no date. */
static void
test_more_clocks_than_are_kept(void **state)
{
	struct story *s = begin_telling();
	struct wire_bytes parts[WIRE_PARTS_MAX];

	(void)state;
	for (int i = 0; i <= SPOOL_CLOCKS; i++) {
		see(s, 0, "a/b", 100 * i, OUTCOME_FAILED, false);
		show(s, 100 * i + 50);
		set_clock(s, 100 * (i + 1));
		if (i % 2 == 0)
			spool_set_offset(s->spool, 0, 20);
		else
			spool_break(s->spool, s->now_ms); /* none of it */
	}
	spool_set_offset(s->spool, 0, 20);
	assert_in_range(spool_collect(s->spool, true, s->now_ms, parts), 20,
	    SPOOL_CLOCKS);
	collect(s, true);
	*strchrnul(s->text, '\n') = '\0';
	end(s,
	    "0/1 hole 100..300 made with a clock of which nothing was known");
}

/* One of which nothing is left makes room without harm. */
static void
test_clocks_of_which_nothing_is_left(void **state)
{
	struct story *s = begin_telling();

	(void)state;
	for (int i = 0; i < 2 * SPOOL_CLOCKS; i++) {
		see(s, 0, "a/b", 100 * i, OUTCOME_OK, true);
		collect(s, false);
		spool_have(s->spool, 0, ++s->have, false, s->now_ms);
		set_clock(s, 100 * (i + 1));
		spool_set_offset(s->spool, 1000 * i, 20);
	}
	die_and_live(s, 10000);
	spool_set_offset(s->spool, 77000, 20);
	see(s, 0, "a/b", 10001, OUTCOME_OK, true);
	send_all(s);
	end(s, "sent\n0/65 +77000\nsent\n0/66 a/b@10001 +77000\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_set_while_dead_dates_old_looks),
		cmocka_unit_test(
		    test_clock_set_before_the_first_answer_dates_old_looks),
		cmocka_unit_test(test_looks_of_an_unknown_clock_are_a_hole),
		cmocka_unit_test(test_hole_of_a_first_unknown_clock),
		cmocka_unit_test(test_hole_made_while_a_hole_is_collected),
		cmocka_unit_test(test_hole_of_an_unsure_clock),
		cmocka_unit_test(test_clocks_that_stay_unknown),
		cmocka_unit_test(test_clock_set_while_a_blind_stretch_waits),
		cmocka_unit_test(test_blind_stretches_before_an_unknown_clock),
		cmocka_unit_test(test_clock_of_a_blind_stretch_is_kept),
		cmocka_unit_test(test_clock_set_within_a_run),
		cmocka_unit_test(test_hole_is_dated_by_the_collectors_clock),
		cmocka_unit_test(test_more_clocks_than_are_kept),
		cmocka_unit_test(test_clocks_of_which_nothing_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
