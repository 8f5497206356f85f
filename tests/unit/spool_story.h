#ifndef TESTS_UNIT_SPOOL_STORY_H
#define TESTS_UNIT_SPOOL_STORY_H

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

/*
 * A spool, its file and a collector's questions.  A story is the parts that
 * come out, one line each.
 */

#define START INT64_C(1795348800000)

struct story {
	struct spool *spool;
	int64_t now_ms;
	bool follows; /* the clock is at what is seen */
	bool clocks;  /* tell what parts say of it */
	size_t wholes;
	int64_t have; /* of shard 0, where a story keeps count */
	struct text file;
	char text[8192];
};

static inline void __attribute__((format(printf, 2, 3)))
tell(struct story *s, const char *fmt, ...)
{
	size_t used = strlen(s->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->text + used, sizeof(s->text) - used, fmt, ap);
	va_end(ap);
}

static inline struct story *
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
static inline void
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

static inline void
end(struct story *s, const char *want)
{
	if (strcmp(s->text, want) != 0)
		fprintf(stderr, "%s", s->text);
	assert_string_equal(s->text, want);
	spool_free(s->spool);
	text_clear(&s->file);
	free(s);
}

static inline void
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
		.total_us = llabs(at_s) * 1000,
		.status = outcome == OUTCOME_FAILED ? 0 : 200 };

	if (s->follows && s->now_ms < o.started_at_ms)
		s->now_ms = o.started_at_ms;
	if (outcome == OUTCOME_FAILED)
		text_copy(o.detail, sizeof(o.detail), "gave up");
	spool_add(s->spool, shard, &o, urgent, s->now_ms);
}

static inline void
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
	if (s->clocks && p->hole == NULL && p->offset_error_ms == NEVER)
		tell(s, " undated");
	else if (s->clocks && p->hole == NULL)
		tell(s, " %+lld", (long long)p->offset_ms);
	for (size_t i = 0; i < p->blind_count; i++)
		tell(s, " blind %.0f..%.0f",
		    (double)(p->blinds[i].from_ms - START) / 1000,
		    (double)(p->blinds[i].to_ms - START) / 1000);
	tell(s, "\n");
}

/* What would be sent now. */
static inline size_t
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
		if (d->part.hole == NULL && !s->clocks)
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
static inline int
replay(struct story *s, size_t torn)
{
	spool_free(s->spool);
	s->spool = spool_new("ffffffffffffffff", s->now_ms);
	return spool_replay(s->spool, s->file.data, s->file.length - torn);
}

static inline int
live_again(struct story *s, size_t torn)
{
	int rc = replay(s, torn);

	spool_break(s->spool, s->now_ms);
	spool_set_shards(s->spool, 2);
	spool_set_offset(s->spool, 250, 20);
	return rc;
}

#endif
