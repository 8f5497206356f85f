#ifndef TESTS_UNIT_PROBER_STORY_H
#define TESTS_UNIT_PROBER_STORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/prober.h"
#include "agent/schedule.h"
#include "lib/interval.h"
#include "lib/text.h"

/*
 * Stories of an agent's nights: a virtual clock, endpoints and a collector
 * that fail when told to, and what the prober did about it, one line per
 * event with the seconds since the start in the margin.
 */

#define START INT64_C(1795348800000) /* 2026-11-22 12:00 UTC */
#define ENDS_MAX 400
#define SHARDS 2

struct end {
	int64_t at_ms; /* 0: free */
	uint64_t probe;
	struct observation seen;
	char name[64];
};

struct story {
	struct prober *prober;
	int64_t now_ms;
	int64_t skew_ms; /* of the agent's clock */
	/* The world. */
	bool down[10];      /* acme/e0.. acme/e9 */
	bool cut;           /* the agent's way out */
	int64_t takes_ms;   /* an endpoint to answer; above 5 s: it times out */
	int status;         /* of the collector; 0: no answer */
	int64_t ages_ms;    /* in its answers */
	bool deaf;          /* the mail server of the last resort is away */
	bool loud;          /* tell of probes and good results, too */
	int64_t unreadable; /* seq that the collector cannot read */
	bool stubborn;      /* says 200 and takes nothing */
	/* The collector's memory. */
	int64_t have[SHARDS];
	size_t observations, holes, probes, sends, parts, canaries;
	int64_t probed_ms; /* probes folded or not */
	bool knows_offset; /* of the last part */
	int64_t offset_ms;
	/* What is under way. */
	struct end ends[ENDS_MAX];
	size_t under_way, most_under_way;
	struct prober_answer answer;
	int64_t answer_ms; /* 0: none is coming */
	/* The spool file. */
	struct text file;
	size_t wholes;
	char text[16384];
};

static inline void __attribute__((format(printf, 2, 3)))
tell(struct story *s, const char *fmt, ...)
{
	size_t used = strlen(s->text);
	int64_t ms = s->now_ms - START;
	va_list ap;

	used += (size_t)snprintf(s->text + used, sizeof(s->text) - used,
	    "[%6.1f] ", (double)ms / 1000);
	va_start(ap, fmt);
	vsnprintf(s->text + used, sizeof(s->text) - used, fmt, ap);
	va_end(ap);
	used = strlen(s->text);
	snprintf(s->text + used, sizeof(s->text) - used, "\n");
}

static inline int64_t
agent_now(const struct story *s)
{
	return s->now_ms + s->skew_ms;
}

/* canaries: JSON; NULL: none. */
static inline struct plan *
plan_with(int count, int64_t interval_ms, const char *platform,
    const char *canaries, int canary_interval_ms)
{
	struct text t = { 0 };
	struct plan *p;
	char error[160];

	text_addf(&t,
	    "{\"version\":1,\"agent\":\"akl-1\",\"region\":\"auckland\","
	    "\"site\":\"Kahu\",\"shards\":%d,\"canary_interval_ms\":%d,"
	    "\"collector_silence_ms\":120000,",
	    SHARDS, canary_interval_ms);
	if (canaries != NULL)
		text_addf(&t, "\"canaries\":%s,", canaries);
	text_add(&t, "\"endpoints\":[");
	for (int i = 0; i < count; i++)
		text_addf(&t,
		    "%s{\"id\":\"acme/e%d\",\"platform\":\"%s\","
		    "\"shard\":%d,\"url\":\"https://e%d.example/\","
		    "\"interval_ms\":%lld,\"timeout_ms\":5000}",
		    i > 0 ? "," : "", i, platform, i % SHARDS, i,
		    (long long)interval_ms);
	text_add(&t, "]}");
	p = plan_decode(t.data, t.length, error);
	assert_string_equal(error, "");
	text_clear(&t);
	return p;
}

static inline struct plan *
plan_of(int count, int64_t interval_ms, const char *platform, bool canaries)
{
	return plan_with(count, interval_ms, platform,
	    canaries ? "[\"https://one.example/\",\"https://two.example/\"]"
		     : NULL,
	    30000);
}

/* What a probe sees that starts now, and how long it takes. */
static inline void
probe(struct story *s, const struct prober_action *a)
{
	struct end *e = s->ends;
	int number = a->endpoint != NULL ? a->endpoint->id[6] - '0' : 0;
	bool canary = a->endpoint == NULL;
	bool failed = s->cut || (!canary && s->down[number]);

	while (e->at_ms != 0)
		e++;
	assert_true(e < s->ends + ENDS_MAX);
	*e = (struct end){ .probe = a->probe };
	text_copy(e->name, sizeof(e->name),
	    canary ? "canary" : a->endpoint->id + 5);
	e->seen.started_at_ms = agent_now(s);
	e->seen.outcome = failed ? OUTCOME_FAILED : OUTCOME_OK;
	e->seen.reason = failed ? REASON_TIMEOUT : REASON_NONE;
	e->seen.status = failed ? 0 : 200;
	e->at_ms =
	    s->now_ms + (canary || s->cut ? (s->cut ? 1000 : 50) : s->takes_ms);
	if (canary)
		s->canaries++;
	else {
		s->probes++;
		if (++s->under_way > s->most_under_way)
			s->most_under_way = s->under_way;
	}
	if (s->loud)
		tell(s, "probe %s%s%s", e->name,
		    a->flags & OBSERVATION_LOOK_AGAIN ? " again" : "",
		    a->flags & OBSERVATION_ORDERED ? " as ordered" : "");
}

static inline void
take_observation(struct story *s, struct text *t, const struct observation *o)
{
	s->observations++;
	s->probed_ms += o->count;
	if (o->outcome == OUTCOME_OK && !s->loud && o->flags == 0)
		return;
	text_addf(t, " %s@%.1f %s", o->endpoint + 5,
	    (double)(o->started_at_ms - START) / 1000,
	    outcome_text(o->outcome));
	if (o->reason != REASON_NONE)
		text_addf(t, "/%s", reason_text(o->reason));
	if (o->flags & OBSERVATION_LOOK_AGAIN)
		text_add(t, " (again)");
	if (o->flags & OBSERVATION_ORDERED)
		text_add(t, " (ordered)");
}

static inline void
take_part(struct story *s, const struct wire_part *p)
{
	struct text t = { 0 };

	s->parts++;
	s->knows_offset = p->offset_error_ms != NEVER;
	s->offset_ms = p->offset_ms;
	for (size_t i = 0; i < p->count; i++)
		take_observation(s, &t, &p->observations[i]);
	for (size_t i = 0; i < p->blind_count; i++)
		text_addf(&t, " blind %.1f..%.1f",
		    (double)(p->blinds[i].from_ms - START) / 1000,
		    (double)(p->blinds[i].to_ms - START) / 1000);
	if (p->hole != NULL) {
		s->holes++;
		text_addf(&t, " hole %lld-%lld %.1f..%.1f (%s)",
		    (long long)p->from_seq, (long long)p->seq,
		    (double)(p->hole_from_ms - START) / 1000,
		    (double)(p->hole_to_ms - START) / 1000, p->hole);
	}
	if (t.length > 0 || s->loud)
		tell(s, "part %u/%lld:%s", p->shard, (long long)p->seq,
		    t.data != NULL ? t.data : "");
	text_clear(&t);
}

/* As ingest: in order, each once, and what it has of every shard. */
static inline void
collect(struct story *s, const struct prober_action *a)
{
	char error[160];

	s->answer.status = s->status;
	for (size_t i = 0; i < a->part_count; i++) {
		struct wire_decoded *d = wire_decode_part(a->parts[i].data,
		    a->parts[i].length, error);
		const struct wire_part *p = &d->part;

		assert_non_null(d);
		assert_string_equal(p->spool, prober_spool(s->prober));
		assert_int_equal(d->refused, 0);
		if (p->seq == s->unreadable && p->hole == NULL) {
			s->answer.status = 422;
			s->answer.have[p->shard].unreadable = true;
		} else if (!s->stubborn &&
		    p->from_seq <= s->have[p->shard] + 1 &&
		    p->seq > s->have[p->shard]) {
			s->have[p->shard] = p->seq;
			take_part(s, p);
		}
		wire_decoded_free(d);
	}
	s->answer.have_count = SHARDS;
	for (unsigned i = 0; i < SHARDS; i++) {
		s->answer.have[i].shard = i;
		s->answer.have[i].have = s->have[i];
	}
}

static inline void
send_parts(struct story *s, const struct prober_action *a)
{
	assert_int_equal(s->answer_ms, 0); /* one at a time */
	s->sends++;
	s->answer = (struct prober_answer){ .sent_at_ms = agent_now(s),
		.pager_age_ms = s->ages_ms,
		.auditor_age_ms = 1000,
		.commit_age_ms = 1000 };
	s->answer_ms = s->now_ms + 40;
	if (s->cut || s->status == 0) {
		s->answer_ms = s->now_ms + 10000;
		return;
	}
	s->answer.status = s->status;
	s->answer.their_received_ms = s->now_ms + 20;
	s->answer.their_sent_ms = s->now_ms + 20;
	if (s->status == 200)
		collect(s, a);
}

static inline void
pump(struct story *s)
{
	struct prober_action a;

	for (;;) {
		switch (prober_next(s->prober, agent_now(s), &a)) {
		case PROBER_NOTHING:
			return;
		case PROBER_PROBE:
			probe(s, &a);
			break;
		case PROBER_RECORD:
			s->wholes += a.whole;
			if (a.whole)
				text_clear(&s->file);
			text_add_bytes(&s->file, a.record.data,
			    a.record.length);
			wire_bytes_clear(&a.record);
			break;
		case PROBER_SEND:
			send_parts(s, &a);
			break;
		case PROBER_TELL:
			tell(s, "tell%s: %s", s->deaf ? " in vain" : "",
			    a.text);
			tell(s, "key: %s", a.merge_key);
			prober_told(s->prober, !s->deaf, agent_now(s));
			break;
		}
	}
}

static inline struct end *
first_end(struct story *s)
{
	struct end *first = NULL;

	for (size_t i = 0; i < ENDS_MAX; i++)
		if (s->ends[i].at_ms != 0 &&
		    (first == NULL || s->ends[i].at_ms < first->at_ms))
			first = &s->ends[i];
	return first;
}

/* Let everything happen that is due until then. */
static inline void
until(struct story *s, double seconds)
{
	int64_t until_ms = START + (int64_t)(seconds * 1000);

	for (;;) {
		struct end *e = first_end(s);
		int64_t due_ms = prober_deadline(s->prober), at_ms = due_ms;

		if (due_ms != NEVER)
			at_ms = due_ms -= s->skew_ms;
		if (e != NULL && e->at_ms < at_ms)
			at_ms = e->at_ms;
		if (s->answer_ms != 0 && s->answer_ms < at_ms)
			at_ms = s->answer_ms;
		if (at_ms > until_ms)
			break;
		if (at_ms > s->now_ms)
			s->now_ms = at_ms;
		if (e != NULL && e->at_ms <= s->now_ms) {
			struct end ended = *e;

			e->at_ms = 0;
			s->under_way -= strcmp(e->name, "canary") != 0;
			ended.seen.total_us = 1000;
			prober_done(s->prober, ended.probe, &ended.seen,
			    agent_now(s));
		} else if (s->answer_ms != 0 && s->answer_ms <= s->now_ms) {
			s->answer_ms = 0;
			s->answer.received_at_ms = agent_now(s);
			prober_answered(s->prober, &s->answer, agent_now(s));
		} else
			prober_time(s->prober, agent_now(s));
		pump(s);
	}
	s->now_ms = until_ms;
}

static inline struct story *
begin(int endpoints, int64_t interval_ms, const char *platform)
{
	struct story *s = mem_alloc(sizeof(*s));

	s->now_ms = START;
	s->status = 200;
	s->takes_ms = 100;
	s->ages_ms = 1000;
	s->prober = prober_new("00112233aabbccdd", agent_now(s));
	assert_int_equal(prober_deadline(s->prober), NEVER);
	pump(s); /* nothing without a plan */
	prober_plan(s->prober, plan_of(endpoints, interval_ms, platform, true),
	    agent_now(s));
	pump(s);
	return s;
}

static inline void
end(struct story *s, const char *want)
{
	if (strcmp(s->text, want) != 0)
		fprintf(stderr, "%s", s->text);
	assert_string_equal(s->text, want);
	prober_free(s->prober);
	text_clear(&s->file);
	free(s);
}

/* kill -9, and a new life from the spool file as far as it was written. */
static inline void
die_and_live(struct story *s, size_t torn)
{
	const char *at = s->file.data;
	size_t left = s->file.length - torn, one;

	prober_free(s->prober);
	memset(s->ends, 0, sizeof(s->ends));
	s->under_way = 0;
	s->answer_ms = 0;
	s->prober = prober_new("ffffffffffffffff", agent_now(s));
	while ((one = prober_record_length(at, left)) > 0) {
		assert_int_equal(prober_replay(s->prober, at, one), 0);
		at += one;
		left -= one;
	}
	assert_true(torn > 0 || left == 0);
	prober_begin(s->prober, agent_now(s));
	prober_plan(s->prober, plan_of(2, 30000, "", true), agent_now(s));
	tell(s, "a new life of %s", prober_spool(s->prober));
	pump(s);
}

#endif
