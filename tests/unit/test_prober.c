/*
 * Stories of an agent's nights: a virtual clock, endpoints and a collector
 * that fail when told to, and what the prober did about it, one line per
 * event with the seconds since the start in the margin.
 */
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

static void __attribute__((format(printf, 2, 3)))
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

static int64_t
agent_now(const struct story *s)
{
	return s->now_ms + s->skew_ms;
}

/* canaries: JSON; NULL: none. */
static struct plan *
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

static struct plan *
plan_of(int count, int64_t interval_ms, const char *platform, bool canaries)
{
	return plan_with(count, interval_ms, platform,
	    canaries ? "[\"https://one.example/\",\"https://two.example/\"]"
		     : NULL,
	    30000);
}

/* What a probe sees that starts now, and how long it takes. */
static void
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

static void
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

static void
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
static void
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

static void
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

static void
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

static struct end *
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
static void
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

static struct story *
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

static void
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
static void
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
	prober_plan(s->prober, plan_of(2, 30000, "", true), agent_now(s));
	tell(s, "a new life of %s", prober_spool(s->prober));
	pump(s);
}

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

static void
test_collector_away_for_an_hour(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 100);
	s->status = 0;
	until(s, 1000);
	s->down[1] = true;
	until(s, 1100);
	s->down[1] = false;
	until(s, 3700);
	s->status = 200;
	until(s, 3800);
	tell(s, "observations %zu of %zu probes, %lld counted", s->observations,
	    s->probes, (long long)s->probed_ms);
	end(s,
	    "[ 219.4] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:01:39Z (2 min): no answer. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 219.4] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[3703.5] part 1/5: e1@1006.8 failed/timeout e1@1007.9 "
	    "failed/timeout (again) e1@1036.8 failed/timeout e1@1066.8 "
	    "failed/timeout e1@1096.8 failed/timeout\n"
	    "[3703.5] tell: Sunwatch of Kahu answers again, after 1 h 0 min of "
	    "silence since 2026-11-22T12:01:39Z (no answer). Seen by agent "
	    "akl-1 in auckland.\n"
	    "[3703.5] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[3800.0] observations 23 of 255 probes, 255 counted\n");
}

static void
test_telling_in_vain(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	until(s, 10);
	s->status = 503;
	s->deaf = true;
	until(s, 300);
	s->deaf = false;
	until(s, 400);
	s->deaf = true;
	s->status = 200;
	until(s, 500);
	s->deaf = false;
	until(s, 600);
	end(s,
	    "[ 120.0] tell in vain: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (2 min): HTTP 503. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 120.0] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 180.0] tell in vain: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (3 min): HTTP 503. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 180.0] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 240.0] tell in vain: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (4 min): HTTP 503. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 240.0] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 300.0] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (5 min): HTTP 503. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 300.0] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 416.3] tell in vain: Sunwatch of Kahu answers again, after 6 "
	    "min 56 s of silence since 2026-11-22T12:00:00Z (HTTP 503). Seen "
	    "by agent akl-1 in auckland.\n"
	    "[ 416.3] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 476.3] tell in vain: Sunwatch of Kahu answers again, after 6 "
	    "min 56 s of silence since 2026-11-22T12:00:00Z (HTTP 503). Seen "
	    "by agent akl-1 in auckland.\n"
	    "[ 476.3] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 536.3] tell: Sunwatch of Kahu answers again, after 6 min 56 s "
	    "of silence since 2026-11-22T12:00:00Z (HTTP 503). Seen by agent "
	    "akl-1 in auckland.\n"
	    "[ 536.3] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

/* A silence of which nobody could be told ends without a word. */
static void
test_never_told(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	s->deaf = true;
	s->status = 503;
	until(s, 200);
	s->status = 200;
	until(s, 240);
	s->deaf = false;
	until(s, 600);
	end(s,
	    "[ 120.0] tell in vain: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (2 min): HTTP 503. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 120.0] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 180.0] tell in vain: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (3 min): HTTP 503. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees nothing "
	    "failing.\n"
	    "[ 180.0] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

static void
test_pager_stands_still(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	until(s, 100);
	s->ages_ms = 119000;
	until(s, 200);
	s->ages_ms = 121000;
	until(s, 300);
	s->ages_ms = NEVER;
	until(s, 400);
	s->ages_ms = 1000;
	until(s, 500);
	end(s,
	    "[ 219.4] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:01:38Z (2 min 1 s): the pager stands still. "
	    "Failures may reach nobody. Seen by agent akl-1 in auckland. It "
	    "sees nothing failing.\n"
	    "[ 219.4] key: sunwatch-silence/Kahu/2026-11-22T12\n"
	    "[ 409.3] tell: Sunwatch of Kahu answers again, after 5 min 10 s "
	    "of silence since 2026-11-22T12:01:38Z (the pager stands still). "
	    "Seen by agent akl-1 in auckland.\n"
	    "[ 409.3] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

/* Redis came back with less than it had: it is given again. */
static void
test_redis_forgot(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 300);
	tell(s, "have %lld %lld", (long long)s->have[0], (long long)s->have[1]);
	s->have[0] = 2;
	s->have[1] = 0;
	s->loud = true;
	until(s, 311);
	tell(s, "have %lld %lld", (long long)s->have[0], (long long)s->have[1]);
	end(s,
	    "[ 300.0] have 10 10\n"
	    "[ 309.4] part 0/3: e0@78.2 ok\n"
	    "[ 309.4] part 0/4: e0@108.2 ok\n"
	    "[ 309.4] part 0/5: e0@138.2 ok\n"
	    "[ 309.4] part 0/6: e0@168.2 ok\n"
	    "[ 309.4] part 0/7: e0@198.2 ok\n"
	    "[ 309.4] part 0/8: e0@228.2 ok\n"
	    "[ 309.4] part 0/9: e0@258.2 ok\n"
	    "[ 309.4] part 0/10: e0@288.2 ok\n"
	    "[ 309.4] part 1/1: e1@16.8 ok\n"
	    "[ 309.4] part 1/2: e1@46.8 ok\n"
	    "[ 309.4] part 1/3: e1@76.8 ok\n"
	    "[ 309.4] part 1/4: e1@106.8 ok\n"
	    "[ 309.4] part 1/5: e1@136.8 ok\n"
	    "[ 309.4] part 1/6: e1@166.8 ok\n"
	    "[ 309.4] part 1/7: e1@196.8 ok\n"
	    "[ 309.4] part 1/8: e1@226.8 ok\n"
	    "[ 309.4] part 1/9: e1@256.8 ok\n"
	    "[ 309.4] part 1/10: e1@286.8 ok\n"
	    "[ 311.0] have 10 10\n");
}

/* It forgot more than is kept: a hole says what is gone. */
static void
test_redis_forgot_much(void **state)
{
	struct story *s = begin(2, 30000, "");

	(void)state;
	until(s, 3600);
	s->have[0] = 5;
	s->have[1] = 0;
	until(s, 3620);
	tell(s, "have %lld %lld", (long long)s->have[0], (long long)s->have[1]);
	end(s,
	    "[3609.4] part 0/100: hole 6-100 168.2..3018.2 (kept no longer)\n"
	    "[3609.4] part 1/100: hole 1-100 16.8..3016.8 (kept no longer)\n"
	    "[3620.0] have 121 121\n");
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

static void
test_unreadable(void **state)
{
	struct story *s = begin(1, 30000, "");

	(void)state;
	s->unreadable = 2;
	s->loud = true;
	until(s, 85);
	end(s,
	    "[  18.2] probe e0\n"
	    "[  19.3] part 0/1: e0@18.2 ok\n"
	    "[  30.0] probe canary\n"
	    "[  30.0] probe canary\n"
	    "[  48.2] probe e0\n"
	    "[  49.3] part 0/2: hole 2-2 48.2..48.2 (unreadable for the "
	    "collector)\n"
	    "[  60.0] probe canary\n"
	    "[  60.0] probe canary\n"
	    "[  78.2] probe e0\n"
	    "[  79.3] part 0/3: e0@78.2 ok\n");
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
	    "[ 610.0] part 1/10: e3@9.4 failed/timeout\n"
	    "[ 610.0] awake, 0 probes\n"
	    "[ 611.0] 10 probes, offset 1\n");
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

/* It says 200 and took nothing: no storm of the same. */
static void
test_no_progress(void **state)
{
	struct story *s = begin(1, 30000, "");
	size_t sends;

	(void)state;
	until(s, 15);
	sends = s->sends;
	s->stubborn = true;
	until(s, 115);
	assert_in_range(s->sends - sends, 3, 12);
	s->stubborn = false;
	s->loud = true;
	until(s, 150);
	assert_int_equal(s->probed_ms, 5);
	s->text[0] = '\0';
	end(s, "");
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
	    "[  68.4] part 0/1: e0@18.2 ok\n");
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

static void
test_last_resort_hears_what_fails(void **state)
{
	struct story *s = begin(5, 30000, "");

	(void)state;
	s->down[2] = true;
	s->status = 0;
	until(s, 130);
	end(s,
	    "[ 120.0] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (2 min): no answer. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees failing: acme/e2 "
	    "(timeout).\n"
	    "[ 120.0] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

static void
test_last_resort_hears_of_many(void **state)
{
	struct story *s = begin(5, 30000, "");

	(void)state;
	s->status = 0;
	for (int i = 0; i < 5; i++)
		s->down[i] = true;
	until(s, 130);
	end(s,
	    "[ 120.0] tell: Sunwatch of Kahu is silent since "
	    "2026-11-22T12:00:00Z (2 min): no answer. Failures may reach "
	    "nobody. Seen by agent akl-1 in auckland. It sees failing: acme/e0 "
	    "(timeout), acme/e1 (timeout), acme/e2 (timeout) and 2 more.\n"
	    "[ 120.0] key: sunwatch-silence/Kahu/2026-11-22T12\n");
}

/* What the shell says of a probe is held to what can be. */
static void
test_odd_observations(void **state)
{
	struct observation odd = { .outcome = OUTCOME_OK,
		.count = -3,
		.total_us = -5,
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
	    "[  74.3] part 0/2: e0@48.2 unknown/agent blind 30.0..68.0\n"
	    "[  74.3] part 1/3: e1@48.8 unknown/agent (again) blind "
	    "30.0..68.0\n");
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
	    "[  71.5] part 0/2: e0@48.2 unknown/agent blind 30.0..62.8\n"
	    "[  71.5] part 1/2: e1@46.8 failed/timeout\n"
	    "[  71.5] part 1/3: e1@48.8 unknown/agent (again) blind "
	    "30.0..62.8\n"
	    "[  71.5] part 0/3: blind -537.0..-537.0\n"
	    "[  71.5] part 1/4: blind -537.0..-537.0\n"
	    "[  73.0] part 0/4: blind -537.0..-527.0\n"
	    "[  73.0] part 1/5: blind -537.0..-527.0\n");
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
		cmocka_unit_test(test_blind),
		cmocka_unit_test(test_blind_in_between),
		cmocka_unit_test(test_collector_away_for_an_hour),
		cmocka_unit_test(test_telling_in_vain),
		cmocka_unit_test(test_never_told),
		cmocka_unit_test(test_pager_stands_still),
		cmocka_unit_test(test_redis_forgot),
		cmocka_unit_test(test_redis_forgot_much),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_loss_of_power),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_slow_probes_never_overlap),
		cmocka_unit_test(test_new_plan_while_probes_run),
		cmocka_unit_test(test_stall),
		cmocka_unit_test(test_clock_jumps),
		cmocka_unit_test(test_without_a_plan),
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_no_progress),
		cmocka_unit_test(test_stall_while_sending),
		cmocka_unit_test(test_stall_while_sending_in_vain),
		cmocka_unit_test(test_break_with_looks),
		cmocka_unit_test(test_last_resort_hears_what_fails),
		cmocka_unit_test(test_last_resort_hears_of_many),
		cmocka_unit_test(test_odd_observations),
		cmocka_unit_test(test_other_canaries),
		cmocka_unit_test(test_crash_while_blind),
		cmocka_unit_test(test_clock_jumps_while_blind),
		cmocka_unit_test(test_many_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
