/* What waits, what is closed, what is kept. */
#include "tests/unit/spool_story.h"

static void
test_when_it_is_due(void **state)
{
	struct story *s = begin();

	(void)state;
	assert_true(spool_due(s->spool, 0) == NEVER);
	see(s, 0, "a/b", 0, OUTCOME_OK, false);
	assert_int_equal(spool_due(s->spool, 0), START + 1000);
	assert_int_equal(spool_due(s->spool, START + 1500), START + 1500);
	see(s, 1, "a/c", 0, OUTCOME_FAILED, true);
	assert_int_equal(spool_due(s->spool, 0), 0);
	assert_int_equal(spool_due(s->spool, START + 1500), START + 1500);
	assert_int_equal(collect(s, true), 2);
	assert_int_equal(spool_due(s->spool, START + 1500), 0);
	assert_true(spool_have(s->spool, 0, 1, false, START));
	assert_false(spool_have(s->spool, 0, 1, false, START));
	assert_true(spool_have(s->spool, 1, 1, false, START));
	assert_true(spool_due(s->spool, 0) == NEVER);
	for (int i = 0; i < SPOOL_CLOSE_COUNT; i++)
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, false);
	assert_int_equal(spool_due(s->spool, 0), 0);
	end(s, "0/1 a/b@0\n1/1 a/c@0 failed\n");
}

static void
test_nothing_is_closed_when_it_may_not(void **state)
{
	struct wire_bytes parts[WIRE_PARTS_MAX];
	struct story *s = begin();

	(void)state;
	see(s, 0, "a/b", 0, OUTCOME_OK, true);
	assert_int_equal(spool_collect(s->spool, false, START, parts), 0);
	collect(s, true);
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	assert_int_equal(spool_collect(s->spool, false, START, parts), 1);
	end(s, "0/1 a/b@0\n");
}

/* A hundred in a part, sixty-four parts, a megabyte. */
static void
test_much_at_once(void **state)
{
	struct story *s = begin();
	size_t count;

	(void)state;
	for (int i = 0; i < 10000; i++)
		see(s, (unsigned)i % 2, "a/b", i, OUTCOME_FAILED, false);
	count = collect(s, false);
	assert_in_range(count, 30, 64);
	assert_int_equal(collect(s, false), count); /* and the same again */
	spool_have(s->spool, 0, (int64_t)count, false, START);
	assert_true(collect(s, false) > 1); /* the other shard's turn */
	end(s, "");
}

static void
test_folding(void **state)
{
	struct story *s = begin();

	(void)state;
	see(s, 0, "a/b", 0, OUTCOME_OK, false);
	see(s, 0, "a/b", 30, OUTCOME_OK, false); /* no backlog yet */
	s->now_ms += SPOOL_FOLD_MS;
	see(s, 0, "a/b", 60, OUTCOME_OK, false);
	see(s, 0, "a/b", 90, OUTCOME_OK, false);
	see(s, 0, "a/b", 135, OUTCOME_OK, false); /* 1.5 intervals */
	see(s, 0, "a/b", 181, OUTCOME_OK, false); /* more */
	see(s, 0, "a/b", 210, OUTCOME_FAILED, false);
	see(s, 0, "a/b", 240, OUTCOME_FAILED, false);
	collect(s, true);
	see(s, 1, "a/b", 270, OUTCOME_OK, false);
	see(s, 1, "a/c", 271, OUTCOME_OK, false);
	s->now_ms += SPOOL_FOLD_MS;
	see(s, 1, "a/b", 300, OUTCOME_OK, false);
	see(s, 1, "a/b", 300, OUTCOME_OK, false); /* not later: no run */
	see(s, 0, "a/c", 301, OUTCOME_OK, false); /* moved to another shard */
	spool_have(s->spool, 0, 1, false, START);
	collect(s, true);
	end(s,
	    "0/1 a/b@0 a/b@30..135 x4 a/b@181 a/b@210 failed a/b@240 failed\n"
	    "1/1 a/b@270..300 x2 a/c@271 a/b@300\n"
	    "0/2 a/c@301\n");
}

/* Folded means: the mean of the times, weighted by the probes. */
static void
test_folded_times(void **state)
{
	struct wire_bytes parts[WIRE_PARTS_MAX];
	struct story *s = begin();
	struct wire_decoded *d;
	char error[160];

	(void)state;
	see(s, 0, "a/b", 0, OUTCOME_OK, false);
	s->now_ms += SPOOL_FOLD_MS;
	see(s, 0, "a/b", 30, OUTCOME_OK, false);
	see(s, 0, "a/b", 60, OUTCOME_OK, false);
	assert_int_equal(spool_collect(s->spool, true, s->now_ms, parts), 1);
	d = wire_decode_part(parts[0].data, parts[0].length, error);
	assert_non_null(d);
	assert_int_equal(d->part.observations[0].count, 3);
	assert_int_equal(d->part.observations[0].total_us, 30000);
	wire_decoded_free(d);
	end(s, "");
}

/*
 * The collector takes so many probes out of one run and no more; beyond that
 * the gaps between those it takes would be seen as silence.
 */
static void
test_no_more_are_folded_than_are_taken_apart(void **state)
{
	struct observation o = { .endpoint = "a/b",
		.count = 1,
		.interval_ms = 2000,
		.started_at_ms = START,
		.until_at_ms = START };
	struct story *s = begin();

	(void)state;
	for (int i = 0; i < WIRE_FOLD_MAX + 100; i++) {
		spool_add(s->spool, 0, &o, false,
		    i == 0 ? START : START + SPOOL_FOLD_MS);
		o.started_at_ms = o.until_at_ms += 2000;
	}
	collect(s, true);
	end(s, "0/1 a/b@0..8190 x4096 a/b@8192..8390 x100\n");
}

static void
test_flagged_are_not_folded(void **state)
{
	struct observation o = { .endpoint = "a/b",
		.count = 1,
		.interval_ms = 30000,
		.started_at_ms = START,
		.until_at_ms = START };
	struct story *s = begin();

	(void)state;
	spool_add(s->spool, 0, &o, false, START);
	o.started_at_ms = o.until_at_ms += 20000;
	o.flags = OBSERVATION_ORDERED;
	spool_add(s->spool, 0, &o, false, START + SPOOL_FOLD_MS);
	o.started_at_ms = o.until_at_ms += 20000;
	o.flags = 0;
	spool_add(s->spool, 0, &o, false, START + SPOOL_FOLD_MS);
	o.started_at_ms = o.until_at_ms += 20000;
	o.interval_ms = 20000; /* a new plan's */
	spool_add(s->spool, 0, &o, false, START + SPOOL_FOLD_MS);
	o.started_at_ms = o.until_at_ms += 20000;
	o.status = 204;
	spool_add(s->spool, 0, &o, false, START + SPOOL_FOLD_MS);
	collect(s, true);
	end(s, "0/1 a/b@0 a/b@20 a/b@40 a/b@60 a/b@80\n");
}

static void
test_rewinding(void **state)
{
	struct story *s = begin();

	(void)state;
	s->follows = true;
	for (int i = 1; i <= 4; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, true);
		collect(s, false);
		spool_have(s->spool, 0, i, false, s->now_ms);
	}
	tell(s, "it forgot two\n");
	assert_true(spool_have(s->spool, 0, 2, false, s->now_ms));
	assert_int_equal(spool_due(s->spool, 0), 0);
	collect(s, true);
	spool_have(s->spool, 0, 4, false, s->now_ms);
	s->now_ms += SPOOL_KEEP_MS - 90001; /* the first is kept so long */
	spool_trim(s->spool, s->now_ms);
	tell(s, "it forgot all\n");
	spool_have(s->spool, 0, 0, false, s->now_ms);
	collect(s, true);
	spool_have(s->spool, 0, 4, false, s->now_ms);
	s->now_ms += SPOOL_KEEP_MS;
	spool_trim(s->spool, s->now_ms);
	tell(s, "too late\n");
	spool_have(s->spool, 0, 1, false, s->now_ms);
	collect(s, true);
	assert_false(spool_have(s->spool, 0, -1, false, s->now_ms));
	assert_false(spool_have(s->spool, WIRE_PARTS_MAX, 1, false, s->now_ms));
	end(s,
	    "it forgot two\n"
	    "0/3 a/b@90\n"
	    "0/4 a/b@120\n"
	    "it forgot all\n"
	    "0/1 a/b@30\n"
	    "0/2 a/b@60\n"
	    "0/3 a/b@90\n"
	    "0/4 a/b@120\n"
	    "too late\n"
	    "0/4 from 2 hole 60..120 kept no longer\n");
}

/* The only one is gone when it is asked for again: its beginning is known. */
static void
test_the_last_one_is_gone(void **state)
{
	struct story *s = begin();

	(void)state;
	s->follows = true;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	s->now_ms += SPOOL_KEEP_MS;
	spool_trim(s->spool, s->now_ms);
	spool_have(s->spool, 0, 0, false, s->now_ms);
	collect(s, true);
	end(s, "0/1 hole 30..30 kept no longer\n");
}

/* A hole made while our clock is unsure is dated by what it stands for. */
static void
test_a_hole_by_an_unsure_clock(void **state)
{
	struct wire_bytes parts[WIRE_PARTS_MAX];
	struct story *s = begin();
	struct wire_decoded *d;
	char error[160];

	(void)state;
	s->follows = true;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	s->now_ms += 3600000; /* set forward, and nobody told us yet */
	spool_break(s->spool, s->now_ms);
	spool_have(s->spool, 0, 0, true, s->now_ms);
	assert_int_equal(spool_collect(s->spool, true, s->now_ms, parts), 1);
	d = wire_decode_part(parts[0].data, parts[0].length, error);
	assert_non_null(d);
	assert_string_equal(d->part.hole, "unreadable for the collector");
	assert_int_equal(d->part.closed_at_ms, d->part.hole_to_ms);
	assert_int_equal(d->part.hole_to_ms, START + 30001);
	wire_decoded_free(d);
	end(s, "");
}

static void
test_unreadable(void **state)
{
	struct story *s = begin();

	(void)state;
	s->follows = true;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	see(s, 0, "a/b", 60, OUTCOME_OK, true);
	collect(s, true);
	assert_true(spool_have(s->spool, 0, 0, true, s->now_ms));
	collect(s, true);
	/* A hole that cannot be read is nothing we could mend. */
	assert_false(spool_have(s->spool, 0, 0, true, s->now_ms));
	spool_have(s->spool, 0, 2, false, s->now_ms);
	assert_false(spool_have(s->spool, 0, 2, true, s->now_ms));
	end(s,
	    "0/1 a/b@30\n0/2 a/b@60\n"
	    "0/1 hole 30..30 unreadable for the collector\n0/2 a/b@60\n");
}

static void
test_holes_of_one_kind_are_one(void **state)
{
	struct story *s = begin();

	(void)state;
	s->follows = true;
	for (int i = 1; i <= 3; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, true);
		collect(s, false);
	}
	spool_have(s->spool, 0, 0, true, s->now_ms);
	spool_have(s->spool, 0, 1, true, s->now_ms);
	collect(s, true);
	/* What was accepted is not asked for again. */
	spool_have(s->spool, 0, 0, false, s->now_ms);
	collect(s, true);
	end(s,
	    "0/2 hole 60..60 unreadable for the collector\n0/3 a/b@90\n"
	    "0/1 hole 30..30 unreadable for the collector\n"
	    "0/2 hole 60..60 unreadable for the collector\n0/3 a/b@90\n");
}

static void
test_too_much_waits(void **state)
{
	struct story *s = begin();

	(void)state;
	s->follows = true;
	for (int i = 0; i < SPOOL_WAITING_MAX + 150; i++)
		see(s, i % 3 == 0 ? 1 : 0, "a/b", 30 + i, OUTCOME_FAILED,
		    false);
	assert_int_equal(spool_due(s->spool, 0), 0);
	struct wire_bytes parts[WIRE_PARTS_MAX];

	assert_int_equal(spool_collect(s->spool, false, s->now_ms, parts), 1);
	struct wire_decoded *d =
	    wire_decode_part(parts[0].data, parts[0].length, s->text);
	assert_non_null(d);
	tell_part(s, &d->part);
	wire_decoded_free(d);
	end(s, "0/2 from 1 hole 31..329 too much waited to be sent\n");
}

/* Accepted parts go first when there are too many bytes, then the oldest. */
static void
test_too_many_bytes(void **state)
{
	struct story *s = begin();
	char name[24];
	int64_t seq = 0;

	(void)state;
	spool_set_shards(s->spool, 3); /* the second is the heaviest */
	for (int i = 0; i < 2000; i++) {
		for (int j = 0; j < SPOOL_CLOSE_COUNT; j++) {
			struct observation o = { .endpoint = name,
				.count = 1,
				.started_at_ms = START + i,
				.until_at_ms = START + i,
				.outcome = OUTCOME_FAILED,
				.reason = REASON_CONTENT,
				.interval_ms = 30000 };

			snprintf(name, sizeof(name), "acme/e%d", j);
			memset(o.detail, 'x', sizeof(o.detail) - 1);
			spool_add(s->spool, 1, &o, false, s->now_ms);
		}
		collect(s, false);
		spool_have(s->spool, 1, ++seq, false, s->now_ms);
	}
	spool_have(s->spool, 1, 100, false, s->now_ms); /* it forgot */
	spool_trim(s->spool, s->now_ms);
	struct wire_bytes parts[WIRE_PARTS_MAX];
	size_t count = spool_collect(s->spool, true, s->now_ms, parts);

	assert_true(count > 1);
	struct wire_decoded *d =
	    wire_decode_part(parts[0].data, parts[0].length, s->text);
	assert_non_null(d);
	assert_int_equal(d->part.from_seq, 101);
	assert_in_range(d->part.seq, 102, 600);
	assert_string_equal(d->part.hole, "too much waited to be sent");
	wire_decoded_free(d);
	s->text[0] = '\0';
	end(s, "");
}

static void
test_blinds(void **state)
{
	struct story *s = begin();

	(void)state;
	assert_true(spool_blind_since(s->spool) == NEVER);
	spool_blind(s->spool, START + 5000, START + 5000);
	assert_int_equal(spool_blind_since(s->spool), START + 5000);
	assert_int_equal(spool_due(s->spool, 0), 0);
	collect(s, true);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	spool_have(s->spool, 1, 1, false, s->now_ms);
	assert_true(spool_due(s->spool, 0) == NEVER);
	spool_blind(s->spool, START + 5000, START + 65000);
	assert_true(spool_blind_since(s->spool) == NEVER);
	collect(s, true);
	tell(s, "shard 1 lost its part\n");
	spool_have(s->spool, 1, 1, true, s->now_ms);
	spool_have(s->spool, 0, 2, false, s->now_ms);
	collect(s, true);
	end(s,
	    "0/1 blind 5..5\n1/1 blind 5..5\n"
	    "0/2 blind 5..65\n1/2 blind 5..65\n"
	    "shard 1 lost its part\n"
	    "1/2 hole 0..0 unreadable for the collector\n"
	    "1/3 blind 5..65\n");
}

/* Of seventeen the two oldest are told as one. */
static void
test_many_blinds(void **state)
{
	struct story *s = begin();

	(void)state;
	spool_set_shards(s->spool, 1);
	for (int i = 1; i <= SPOOL_BLINDS + 1; i++) {
		spool_blind(s->spool, START + 10000 * i, START + 10000 * i);
		spool_blind(s->spool, START + 10000 * i,
		    START + 10000 * i + 4000);
	}
	collect(s, true);
	end(s,
	    "0/1 blind 10..24 blind 30..34 blind 40..44 blind 50..54 "
	    "blind 60..64 blind 70..74 blind 80..84 blind 90..94 "
	    "blind 100..104 blind 110..114 blind 120..124 blind 130..134 "
	    "blind 140..144 blind 150..154 blind 160..164 blind 170..174\n");
}

static void
first_line_is(struct story *s, const char *want)
{
	collect(s, true);
	*strchrnul(s->text, '\n') = '\0';
	assert_string_equal(s->text, want);
	s->text[0] = '\0';
}

/* When what number began is remembered, ever coarser, back to the first. */
static void
test_marks(void **state)
{
	struct story *s = begin();

	(void)state;
	s->follows = true;
	for (int i = 1; i <= 3000; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, true);
		collect(s, false);
		spool_have(s->spool, 0, i, false, s->now_ms);
		s->now_ms += 30000;
		spool_trim(s->spool, s->now_ms);
	}
	write_down(s);
	spool_have(s->spool, 0, 2000, false, s->now_ms);
	first_line_is(s, "0/2981 from 2001 hole 60030..89460 kept no longer");
	live_again(s, 0);
	spool_have(s->spool, 0, 100, false, s->now_ms);
	first_line_is(s, "0/2981 from 101 hole 1950..89460 kept no longer");
	end(s, "");
}

/* A slow look begins before quick ones that are in the part before its own. */
static void
test_hole_left_out_slow_looks_at_its_edges(void **state)
{
	struct story *s = begin();

	(void)state;
	s->follows = true;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	see(s, 0, "a/b", 100, OUTCOME_OK, true);
	collect(s, false);
	see(s, 0, "a/c", 95, OUTCOME_FAILED, true);
	collect(s, false);
	spool_have(s->spool, 0, 3, false, s->now_ms);
	s->now_ms += SPOOL_KEEP_MS;
	spool_trim(s->spool, s->now_ms);
	see(s, 0, "a/d", 90, OUTCOME_FAILED, true);
	collect(s, false);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	first_line_is(s, "0/3 from 2 hole 90..100 kept no longer");
	end(s, "");
}

static void
test_break(void **state)
{
	struct story *s = begin();

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	see(s, 0, "a/b", 60, OUTCOME_OK, false);
	s->now_ms += 10 * SPOOL_KEEP_MS; /* asleep */
	spool_break(s->spool, s->now_ms);
	spool_trim(s->spool, s->now_ms);
	spool_have(s->spool, 0, 0, false, s->now_ms);
	collect(s, true);
	end(s, "0/1 a/b@30\n0/2 a/b@60\n");
}

/* A run is no longer than a day, however often it was looked. */
static void
test_a_run_ends_after_a_day(void **state)
{
	struct story *s = begin();
	struct observation o = { .endpoint = "a/b",
		.count = 1,
		.outcome = OUTCOME_OK,
		.interval_ms = 600000,
		.status = 200 };

	(void)state;
	for (int i = 0; i < 200; i++) {
		o.started_at_ms = o.until_at_ms = START + i * 600000;
		spool_add(s->spool, 0, &o, false, o.started_at_ms);
	}
	s->now_ms = o.started_at_ms;
	assert_int_equal(collect(s, true), 1);
	end(s, "0/1 a/b@0..86400 x145 a/b@87000..119400 x55\n");
}

/* A body has so many parts and no more; the others come with the next. */
static void
test_more_parts_than_a_body_has(void **state)
{
	struct story *s = begin();

	(void)state;
	for (int i = 0; i <= WIRE_PARTS_MAX; i++) {
		see(s, 0, "a/b", i, OUTCOME_FAILED, true);
		assert_int_equal(collect(s, false),
		    i < WIRE_PARTS_MAX ? i + 1 : WIRE_PARTS_MAX);
	}
	spool_have(s->spool, 0, WIRE_PARTS_MAX, false, s->now_ms);
	assert_int_equal(collect(s, true), 1);
	end(s, "0/65 a/b@64 failed\n");
}

/* The first answer after a restart is news only if anything was sent. */
static void
test_the_first_answer_to_a_new_life(void **state)
{
	struct story *s = begin();

	(void)state;
	write_down(s);
	see(s, 0, "a/b", 1, OUTCOME_FAILED, true);
	write_down(s);
	assert_int_equal(live_again(s, 0), 0);
	assert_false(spool_have(s->spool, 0, 0, false, s->now_ms));
	assert_int_equal(collect(s, true), 1);
	assert_true(spool_have(s->spool, 0, 1, false, s->now_ms));
	end(s, "0/1 a/b@1 failed\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_run_ends_after_a_day),
		cmocka_unit_test(test_more_parts_than_a_body_has),
		cmocka_unit_test(test_the_first_answer_to_a_new_life),
		cmocka_unit_test(test_when_it_is_due),
		cmocka_unit_test(test_nothing_is_closed_when_it_may_not),
		cmocka_unit_test(test_much_at_once),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_folded_times),
		cmocka_unit_test(test_no_more_are_folded_than_are_taken_apart),
		cmocka_unit_test(test_flagged_are_not_folded),
		cmocka_unit_test(test_rewinding),
		cmocka_unit_test(test_the_last_one_is_gone),
		cmocka_unit_test(test_a_hole_by_an_unsure_clock),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_holes_of_one_kind_are_one),
		cmocka_unit_test(test_too_much_waits),
		cmocka_unit_test(test_too_many_bytes),
		cmocka_unit_test(test_blinds),
		cmocka_unit_test(test_many_blinds),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_hole_left_out_slow_looks_at_its_edges),
		cmocka_unit_test(test_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
