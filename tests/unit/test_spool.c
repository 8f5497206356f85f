/*
 * What waits, what is closed, what is kept, and what an earlier life left.
 * A story is the parts that come out, one line each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/spool.h"
#include "lib/interval.h"
#include "lib/text.h"

#define START INT64_C(1795348800000)

struct story {
	struct spool *spool;
	int64_t now_ms;
	bool follows; /* the clock is at what is seen */
	size_t wholes;
	struct text file;
	char text[8192];
};

static void __attribute__((format(printf, 2, 3)))
tell(struct story *s, const char *fmt, ...)
{
	size_t used = strlen(s->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->text + used, sizeof(s->text) - used, fmt, ap);
	va_end(ap);
}

static struct story *
begin(void)
{
	struct story *s = mem_alloc(sizeof(*s));

	s->now_ms = START;
	s->spool = spool_new("00112233aabbccdd", START);
	spool_set_shards(s->spool, 2);
	spool_set_offset(s->spool, 250, 20);
	return s;
}

/* Everything that was written down since the last time. */
static void
write_down(struct story *s)
{
	struct wire_bytes b;
	bool whole;

	while (spool_records(s->spool, &b, &whole)) {
		s->wholes += whole;
		if (whole)
			text_clear(&s->file);
		text_add_bytes(&s->file, b.data, b.length);
		wire_bytes_clear(&b);
	}
}

static void
end(struct story *s, const char *want)
{
	if (strcmp(s->text, want) != 0)
		fprintf(stderr, "%s", s->text);
	assert_string_equal(s->text, want);
	spool_free(s->spool);
	text_clear(&s->file);
	free(s);
}

static void
see(struct story *s, unsigned shard, const char *endpoint, int64_t at_s,
    enum outcome outcome, bool urgent)
{
	struct observation o = { .endpoint = endpoint,
		.started_at_ms = START + at_s * 1000,
		.until_at_ms = START + at_s * 1000,
		.count = 1,
		.outcome = outcome,
		.reason =
		    outcome == OUTCOME_FAILED ? REASON_TIMEOUT : REASON_NONE,
		.interval_ms = 30000,
		.total_us = at_s * 1000,
		.status = outcome == OUTCOME_FAILED ? 0 : 200 };

	if (s->follows && s->now_ms < o.started_at_ms)
		s->now_ms = o.started_at_ms;
	if (outcome == OUTCOME_FAILED)
		text_copy(o.detail, sizeof(o.detail), "gave up");
	spool_add(s->spool, shard, &o, urgent, s->now_ms);
}

static void
tell_part(struct story *s, const struct wire_part *p)
{
	tell(s, "%u/%lld", p->shard, (long long)p->seq);
	if (p->from_seq != p->seq)
		tell(s, " from %lld", (long long)p->from_seq);
	if (p->hole != NULL)
		tell(s, " hole %.0f..%.0f %s",
		    (double)(p->hole_from_ms - START) / 1000,
		    (double)(p->hole_to_ms - START) / 1000, p->hole);
	if (p->count > 5)
		tell(s, " %zu observations", p->count);
	for (size_t i = 0; p->count <= 5 && i < p->count; i++) {
		const struct observation *o = &p->observations[i];

		tell(s, " %s@%.0f", o->endpoint,
		    (double)(o->started_at_ms - START) / 1000);
		if (o->count > 1)
			tell(s, "..%.0f x%lld",
			    (double)(o->until_at_ms - START) / 1000,
			    (long long)o->count);
		if (o->outcome != OUTCOME_OK)
			tell(s, " %s", outcome_text(o->outcome));
	}
	for (size_t i = 0; i < p->blind_count; i++)
		tell(s, " blind %.0f..%.0f",
		    (double)(p->blinds[i].from_ms - START) / 1000,
		    (double)(p->blinds[i].to_ms - START) / 1000);
	tell(s, "\n");
}

/* What would be sent now. */
static size_t
collect(struct story *s, bool loud)
{
	struct wire_bytes parts[WIRE_PARTS_MAX];
	size_t count = spool_collect(s->spool, true, s->now_ms, parts),
	       bytes = 0;
	char error[160];

	for (size_t i = 0; i < count; i++) {
		struct wire_decoded *d =
		    wire_decode_part(parts[i].data, parts[i].length, error);

		assert_non_null(d);
		assert_int_equal(d->refused, 0);
		assert_int_equal(d->part.offset_ms, 250);
		if (loud)
			tell_part(s, &d->part);
		bytes += parts[i].length;
		wire_decoded_free(d);
	}
	assert_true(bytes < WIRE_BODY_MAX);
	return count;
}

/* A new life from what is in the file, but for the last bytes. */
static int
live_again(struct story *s, size_t torn)
{
	int rc;

	spool_free(s->spool);
	s->spool = spool_new("ffffffffffffffff", s->now_ms);
	rc = spool_replay(s->spool, s->file.data, s->file.length - torn);
	spool_set_shards(s->spool, 2);
	spool_set_offset(s->spool, 250, 20);
	return rc;
}

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
			spool_add(s->spool, 0, &o, false, s->now_ms);
		}
		spool_close_all(s->spool, s->now_ms);
		if (i < 100)
			spool_have(s->spool, 0, ++seq, false, s->now_ms);
	}
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
test_replay(void **state)
{
	struct story *s = begin();

	(void)state;
	write_down(s);
	see(s, 0, "a/b", 0, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false); /* closed, not accepted */
	see(s, 0, "a/b", 60, OUTCOME_FAILED, false);
	see(s, 1, "a/c", 61, OUTCOME_OK, false);
	spool_blind(s->spool, START + 5000, START + 5000);
	write_down(s);
	s->now_ms += 5000;
	assert_int_equal(live_again(s, 0), 0);
	assert_string_equal(spool_id(s->spool), "00112233aabbccdd");
	assert_int_equal(spool_blind_since(s->spool), START + 5000);
	collect(s, true);
	tell(s, "told what there is\n");
	spool_have(s->spool, 0, 2, false, s->now_ms);
	spool_have(s->spool, 1, 1, false, s->now_ms);
	collect(s, true);
	tell(s, "once more, from the whole\n");
	write_down(s);
	assert_int_equal(s->wholes, 2);
	assert_int_equal(live_again(s, 0), 0);
	collect(s, true);
	end(s,
	    "0/2 a/b@30\n1/1\n"
	    "told what there is\n"
	    "0/3 a/b@60 failed blind 5..5\n"
	    "1/2 a/c@61 blind 5..5\n"
	    "once more, from the whole\n"
	    "0/3 a/b@60 failed blind 5..5\n"
	    "1/2 a/c@61 blind 5..5\n");
}

/* What was accepted before the crash can still be asked for after it. */
static void
test_replay_keeps_what_was_accepted(void **state)
{
	struct story *s = begin();

	(void)state;
	for (int i = 1; i <= 3; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, true);
		collect(s, false);
		spool_have(s->spool, 0, i, false, s->now_ms);
		write_down(s);
	}
	s->now_ms += SPOOL_KEEP_MS - 1;
	assert_int_equal(live_again(s, 0), 0);
	assert_true(spool_due(s->spool, 0) == NEVER);
	spool_have(s->spool, 0, 1, false, s->now_ms);
	collect(s, true);
	end(s, "0/2 a/b@60\n0/3 a/b@90\n");
}

/* A file that was begun anew without the old one gone: the last one counts. */
static void
test_replay_twice(void **state)
{
	struct story *s = begin();
	char *once;

	(void)state;
	s->follows = true;
	for (int i = 1; i <= 3; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_FAILED, true);
		see(s, 0, "a/c", 30 * i + 5, OUTCOME_OK, true);
		spool_blind(s->spool, START + 40000 * i, START + 40000 * i);
		spool_blind(s->spool, START + 40000 * i,
		    START + 40000 * i + 1000);
		collect(s, false);
	}
	spool_have(s->spool, 0, 0, true, s->now_ms);
	see(s, 1, "a/d", 100, OUTCOME_OK, true);
	see(s, 1, "a/e", 101, OUTCOME_OK, true);
	write_down(s);
	once = mem_copy(s->file.data, s->file.length);
	text_add_bytes(&s->file, once, s->file.length);
	free(once);
	assert_int_equal(live_again(s, 0), 0);
	collect(s, true);
	tell(s, "and again\n");
	spool_have(s->spool, 0, 3, false, s->now_ms);
	spool_have(s->spool, 1, 3, false, s->now_ms);
	collect(s, true);
	end(s,
	    "0/1 hole 30..35 unreadable for the collector\n"
	    "0/2 a/b@60 failed a/c@65 blind 80..81\n"
	    "0/3 a/b@90 failed a/c@95 blind 120..121\n"
	    "1/1 blind 40..41\n"
	    "1/2 blind 80..81\n"
	    "1/3 blind 120..121\n"
	    "and again\n"
	    "0/4 blind 40..41 blind 80..81 blind 120..121\n"
	    "1/4 a/d@100 a/e@101\n");
}

/* Parts told their blinds before the crash: they are not told again. */
static void
test_replay_of_told_blinds(void **state)
{
	struct story *s = begin();

	(void)state;
	spool_set_shards(s->spool, 1);
	write_down(s);
	spool_blind(s->spool, START + 5000, START + 5000);
	collect(s, false);
	spool_blind(s->spool, START + 5000, START + 9000);
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	spool_have(s->spool, 0, 2, false, s->now_ms);
	write_down(s);
	spool_free(s->spool);
	s->spool = spool_new("ffffffffffffffff", s->now_ms);
	assert_int_equal(spool_replay(s->spool, s->file.data, s->file.length),
	    0);
	spool_set_shards(s->spool, 1);
	assert_true(spool_due(s->spool, 0) == NEVER);
	assert_int_equal(spool_record_length("\xff\xff\xff\xff....", 8), 0);
	spool_free(NULL);
	end(s, "");
}

/* The end of the file is lost: its numbers are not used a second time. */
static void
test_replay_of_a_torn_file(void **state)
{
	struct story *s = begin();
	size_t length;

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	collect(s, false);
	write_down(s);
	length = s->file.length;
	for (int i = 2; i <= 4; i++) {
		see(s, 0, "a/b", 30 * i, OUTCOME_OK, true);
		collect(s, false);
		write_down(s);
	}
	assert_int_equal(live_again(s, s->file.length - length), 0);
	spool_have(s->spool, 0, 4, false, s->now_ms); /* says the collector */
	see(s, 0, "a/b", 150, OUTCOME_OK, true);
	collect(s, true);
	end(s, "0/5 a/b@150\n");
}

static void
test_records(void **state)
{
	struct story *s = begin();
	size_t one, at = 0, count = 0;

	(void)state;
	see(s, 0, "a/b", 30, OUTCOME_OK, true);
	write_down(s);
	assert_int_equal(s->wholes, 1);
	while (at < s->file.length) {
		one =
		    spool_record_length(s->file.data + at, s->file.length - at);
		assert_true(one > 0);
		for (size_t torn = 0; torn < one; torn++)
			assert_int_equal(spool_record_length(s->file.data + at,
					     torn),
			    0);
		at += one;
		count++;
	}
	assert_int_equal(count, 2); /* head and item */
	s->file.data[s->file.length - 1] ^= 1;
	assert_int_equal(live_again(s, 0), -1);
	end(s, "");
}

/* Written anew when it has grown, and no larger than it need be. */
static void
test_file_is_written_anew(void **state)
{
	struct story *s = begin();
	size_t most = 0;

	(void)state;
	write_down(s);
	for (int i = 1; s->wholes < 3; i++) {
		see(s, 0, "a/b", i, OUTCOME_FAILED, true);
		collect(s, false);
		spool_have(s->spool, 0, i, false, s->now_ms);
		s->now_ms += 1000;
		spool_trim(s->spool, s->now_ms);
		write_down(s);
		if (s->file.length > most)
			most = s->file.length;
		assert_true(i < 1000000);
	}
	assert_in_range(most, SPOOL_FILE_MIN - 10000, SPOOL_FILE_MIN + 10000);
	assert_true(s->file.length < 500000);
	assert_int_equal(live_again(s, 0), 0);
	end(s, "");
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

/* Records framed and summed as they should be, but of nonsense. */
static void
put_record(struct story *s, const char *inside, size_t length)
{
	uint32_t crc = 0xffffffff;
	char frame[8];

	for (size_t i = 0; i < length; i++) {
		crc ^= (unsigned char)inside[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	crc = ~crc;
	for (int i = 0; i < 4; i++) {
		frame[i] = (char)(length >> 8 * i);
		frame[4 + i] = (char)(crc >> 8 * i);
	}
	text_add_bytes(&s->file, frame, 8);
	text_add_bytes(&s->file, inside, length);
}

#define HEAD                                                                   \
	"\x94\0\1\xb0"                                                         \
	"00112233aabbccdd"                                                     \
	"\1"
#define LITERAL(s) (s), sizeof(s) - 1

static void
test_damaged_records(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		int rc;
	} cases[] = {
		{ LITERAL(""), -1 },
		{ LITERAL("\x93\0\1\1"), -1 },
		{ LITERAL("\x94\0\2\xb0"
			  "00112233aabbccdd"
			  "\1"),
		    -1 },
		{ LITERAL("\x94\0\1\xb0"
			  "00112233aabbccdx"
			  "\1"),
		    -1 },
		{ LITERAL("\x94\0\1\xaf"
			  "00112233aabbccd"
			  "\1"),
		    -1 },
		{ LITERAL("\x94\x63\1\2\3"), 0 }, /* a newer program's */
		{ LITERAL("\x94\1\1\0\1"), -1 },
		{ LITERAL("\x94\1\1\0\xc4\1\x90"), -1 },
		{ LITERAL("\x94\2\1\5\4"), -1 },
		{ LITERAL("\x95\2\1\5\5\7"), 0 }, /* longer than we know it */
		{ LITERAL("\x94\3\1\0\xc4\1\x90"), -1 },
		{ LITERAL("\x94\3\1\0\1"), -1 },
		{ LITERAL("\x94\4\0\5\1"), 0 },
		{ LITERAL("\x94\4\x40\5\1"), -1 },
		{ LITERAL("\x94\5\0\1\1"), 0 },
		{ LITERAL("\x94\5\0\0\1"), -1 },
		{ LITERAL("\x94\5\0\1\1x"), -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct story *s = begin();

		put_record(s, LITERAL(HEAD));
		put_record(s, cases[i].bytes, cases[i].length);
		assert_int_equal(live_again(s, 0), cases[i].rc);
		end(s, "");
	}
}

static void
test_no_head_and_anothers_part(void **state)
{
	struct story *s = begin(), *other = begin();

	(void)state;
	put_record(s, LITERAL("\x94\5\0\1\1"));
	assert_int_equal(live_again(s, 0), -1);
	text_clear(&s->file);
	see(other, 0, "a/b", 0, OUTCOME_OK, true);
	collect(other, false);
	write_down(other);
	/* The head is the first record: put another's in its place. */
	put_record(s,
	    LITERAL("\x94\0\1\xb0"
		    "99999999aabbccdd"
		    "\1"));
	text_add_bytes(&s->file, other->file.data + 37,
	    other->file.length - 37);
	assert_int_equal(live_again(s, 0), -1);
	end(s, "");
	end(other, "");
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
	spool_close_all(s->spool, s->now_ms);
	s->now_ms += 10 * SPOOL_KEEP_MS; /* asleep */
	spool_break(s->spool, s->now_ms);
	spool_trim(s->spool, s->now_ms);
	spool_have(s->spool, 0, 0, false, s->now_ms);
	collect(s, true);
	end(s, "0/1 a/b@30\n0/2 a/b@60\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when_it_is_due),
		cmocka_unit_test(test_nothing_is_closed_when_it_may_not),
		cmocka_unit_test(test_much_at_once),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_folded_times),
		cmocka_unit_test(test_flagged_are_not_folded),
		cmocka_unit_test(test_rewinding),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_holes_of_one_kind_are_one),
		cmocka_unit_test(test_too_much_waits),
		cmocka_unit_test(test_too_many_bytes),
		cmocka_unit_test(test_blinds),
		cmocka_unit_test(test_many_blinds),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_replay_keeps_what_was_accepted),
		cmocka_unit_test(test_replay_twice),
		cmocka_unit_test(test_replay_of_told_blinds),
		cmocka_unit_test(test_replay_of_a_torn_file),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_file_is_written_anew),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_damaged_records),
		cmocka_unit_test(test_no_head_and_anothers_part),
		cmocka_unit_test(test_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
