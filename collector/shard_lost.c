/*
 * shard_lost: what an agent sent and nobody could read: an entry that is
 * unreadable, or was set aside because it killed its reader; observations
 * that cannot be placed, or are dated ahead.
 *
 * What it held is not known, so the region saw nothing it can vouch for from
 * the start of what may have been in it on: a void, as a hole that the agent
 * tells of itself.  It begins where the part before was closed, and earlier by
 * the longest that a probe may take, since a probe is told when it is over.
 *
 * An entry is kept in "poison", at most ASIDE_MAX of them for ASIDE_MS, and
 * told to humans: S2, at once, then at most every TELL_EVERY_MS.  That alarm
 * is an event and is never cleared from here: the incident is over when a
 * human resolves it.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/alarm.h"
#include "lib/text.h"

#define TELL_EVERY_MS 600000
#define LOST_SEVERITY 2

struct loss {
	const char *id, *why;
	const char *agent;  /* "": nobody knows whose it was */
	const char *region; /* as agent */
	int64_t shift_ms;
	int64_t received_at_ms;
	struct wire_part head;  /* seq 0: it cannot be read either */
	int64_t from_ms, to_ms; /* what is void because of it */
	struct telling *telling;
};

bool
shard_is_aside(const struct shard *s, const char *id)
{
	for (size_t i = 0; i < s->aside_count; i++)
		if (strcmp(s->aside[i], id) == 0)
			return true;
	return false;
}

static void
drop_oldest(struct shard *s)
{
	s->aside_count--;
	memmove(s->aside[0], s->aside[1], s->aside_count * sizeof(s->aside[0]));
}

/* The oldest leaves when there are too many. */
static void
forget_oldest(struct shard *s)
{
	char field[64];

	text_format(field, sizeof(field), "in.%s", s->aside[0]);
	shard_put(s, COMMIT_UNSET, "poison", field, NULL, 0);
	shard_put_end(s);
	drop_oldest(s);
}

/* They are loaded in any order. */
void
shard_keep_aside(struct shard *s, const char *id)
{
	size_t at;

	if (shard_is_aside(s, id))
		return;
	if (s->aside_count == ASIDE_MAX)
		forget_oldest(s);
	at = s->aside_count++;
	for (; at > 0 && shard_id_ms(s->aside[at - 1]) > shard_id_ms(id); at--)
		memcpy(s->aside[at], s->aside[at - 1], sizeof(s->aside[at]));
	text_copy(s->aside[at], sizeof(s->aside[at]), id);
}

void
shard_prune_aside(struct shard *s)
{
	while (s->aside_count > 0 &&
	    shard_id_ms(s->aside[0]) < s->now_ms - ASIDE_MS)
		forget_oldest(s);
}

static void
put_aside(struct shard *s, const char *id, const char *data, size_t length)
{
	char field[64];

	if (shard_is_aside(s, id))
		return;
	shard_keep_aside(s, id);
	text_format(field, sizeof(field), "in.%s", id);
	shard_put(s, COMMIT_SET, "poison", field, mem_copy(data, length),
	    length);
	shard_put_end(s);
}

static int64_t
longest_timeout(const struct shard *s)
{
	int64_t longest_ms = 1;

	for (const struct target *t = s->targets; t != NULL; t = t->hh.next)
		if (shard_timeout(t) > longest_ms)
			longest_ms = shard_timeout(t);
	return longest_ms;
}

/* Where what came after a part closed at before_ms (0: none) may begin. */
static int64_t
beginning(const struct shard *s, int64_t before_ms, int64_t to_ms)
{
	int64_t from_ms = before_ms != 0 ? before_ms : to_ms - REREAD_MS;

	from_ms -= longest_timeout(s);
	return from_ms > shard_horizon(s) ? from_ms : shard_horizon(s);
}

/*
 * The region's looks before and after may well have seen the same; what was
 * between them is not known all the same.  A look at the end of the void that
 * saw nothing keeps them apart: until the next one nothing is known.
 */
static void
seal(struct shard *s, unsigned region, int64_t to_ms)
{
	const struct run_point point = { .at_ms = to_ms - 1,
		.interval_ms = 1,
		.outcome = OUTCOME_UNKNOWN,
		.reason = REASON_AGENT };

	for (struct target *t = s->targets; t != NULL; t = t->hh.next) {
		struct series *series = t->series[region];
		int64_t from_ms;

		if (series == NULL)
			continue;
		from_ms = runs_insert(&series->runs, &point, s->judge_ms);
		if (from_ms == NEVER)
			continue;
		shard_series_changed(s, series);
		shard_mark(s, t, from_ms);
	}
}

void
shard_hole(struct shard *s, unsigned region, const char *agent, int64_t from_ms,
    int64_t to_ms)
{
	shard_void(s, region, VOID_HOLE, agent, from_ms, to_ms);
	if (from_ms < to_ms)
		seal(s, region, to_ms);
}

static void
lose_of(struct shard *s, const struct agent *a, struct loss *l)
{
	l->from_ms = beginning(s, a->closed_ms, l->to_ms);
	shard_hole(s, (unsigned)a->region, a->name, l->from_ms, l->to_ms);
}

/* It may have been anybody's. */
static void
lose_of_all(struct shard *s, struct loss *l)
{
	int64_t from_ms = l->to_ms;

	l->telling = &s->lost;
	for (struct agent *a = s->agents; a != NULL; a = a->hh.next) {
		if (!a->is_configured || a->region < 0)
			continue;
		lose_of(s, a, l);
		shard_doubt(s, a, DOUBT_LOST);
		if (l->from_ms < from_ms)
			from_ms = l->from_ms;
	}
	l->from_ms = from_ms;
}

static void
read_envelope(struct loss *l, const char *data, size_t length, char names[160])
{
	struct wire_envelope envelope;
	char error[160];

	l->agent = l->region = "";
	l->received_at_ms = shard_id_ms(l->id);
	if (length == 0 ||
	    wire_decode_envelope(data, length, &envelope, names, error) != 0)
		return;
	l->agent = envelope.agent;
	l->region = envelope.region;
	l->received_at_ms = envelope.received_at_ms;
	l->shift_ms = envelope.clock_unsure ? 0 : envelope.shift_ms;
	if (wire_decode_head(envelope.part, envelope.part_length, &l->head) !=
		0 ||
	    envelope.clock_unsure)
		l->head.closed_at_ms = 0;
}

/* Nothing in it is later than its closing, nor than its arrival. */
static int64_t
end_of(const struct shard *s, const struct loss *l)
{
	int64_t to_ms = l->received_at_ms;

	if (l->head.closed_at_ms != 0 &&
	    l->head.closed_at_ms + l->shift_ms < to_ms)
		to_ms = l->head.closed_at_ms + l->shift_ms;
	return (to_ms < s->now_ms ? to_ms : s->now_ms) + 1;
}

static void
append_alarm(struct shard *s, const char *agent, int64_t since_ms,
    const char *text)
{
	struct alarm a = { .event = ALARM_RAISED,
		.kind = ALARM_OPERATIONS,
		.severity = LOST_SEVERITY,
		.at_ms = s->now_ms,
		.since_ms = since_ms,
		.last_good_ms = since_ms,
		.first_failed_ms = since_ms };

	text_format(a.subject, sizeof(a.subject), "operations/poison%s%s",
	    agent[0] != '\0' ? "/" : "", agent);
	text_copy(a.text, sizeof(a.text), text);
	shard_put_text(s, COMMIT_APPEND, "out", "", alarm_encode(&a));
	shard_put_end(s);
	s->is_urgent = true;
}

static bool
may_tell(const struct shard *s, const struct telling *t)
{
	return t->told_ms == 0 || s->now_ms - t->told_ms >= TELL_EVERY_MS ||
	    s->now_ms < t->told_ms;
}

static void
tell(struct shard *s, const struct loss *l)
{
	char text[256], seq[40] = "unknown", whose[160] = "an unknown agent";

	if (!may_tell(s, l->telling) || l->telling->untold > 0) {
		l->telling->untold++;
		return;
	}
	l->telling->told_ms = s->now_ms;
	if (l->head.seq != 0)
		text_format(seq, sizeof(seq), "%lld", (long long)l->head.seq);
	if (l->agent[0] != '\0')
		text_format(whose, sizeof(whose), "agent %s", l->agent);
	text_format(text, sizeof(text),
	    "a batch of %s was set aside (shard %u, seq %s): %.100s; what was "
	    "seen meanwhile is not known",
	    whose, s->number, seq, l->why);
	append_alarm(s, l->agent, l->from_ms, text);
}

static void
tell_rest(struct shard *s, struct telling *t, const char *agent)
{
	char text[256];

	if (t->untold == 0 || !may_tell(s, t))
		return;
	text_format(text, sizeof(text),
	    "%zu more batches of %s%s were set aside (shard %u)", t->untold,
	    agent[0] != '\0' ? "agent " : "an unknown agent", agent, s->number);
	append_alarm(s, agent, t->told_ms, text);
	*t = (struct telling){ .told_ms = s->now_ms };
}

void
shard_tell_lost(struct shard *s)
{
	tell_rest(s, &s->lost, "");
	for (struct agent *a = s->agents; a != NULL; a = a->hh.next)
		tell_rest(s, &a->lost, a->name);
}

/* What was lost before a restart is void and told already. */
void
shard_lose(struct shard *s, const char *id, const char *data, size_t length,
    const char *why)
{
	struct loss l = { .id = id, .why = why };
	struct agent *a = NULL;
	char names[160], text[220];
	int region;

	if (!s->entry_is_new)
		return;
	read_envelope(&l, data, length, names);
	l.to_ms = end_of(s, &l);
	region = l.agent[0] != '\0' ? shard_region(s, l.region) : -1;
	if (region >= 0)
		a = shard_agent(s, l.agent);
	if (a != NULL) {
		a->region = region;
		l.telling = &a->lost;
		lose_of(s, a, &l);
		shard_doubt(s, a, DOUBT_LOST);
	} else
		lose_of_all(s, &l);
	text_format(text, sizeof(text), "%s: %s", id, why);
	shard_note(s, "unreadable", l.agent, l.from_ms, l.to_ms, text);
	put_aside(s, id, data, length);
	tell(s, &l);
}

static void
lose_part(struct shard *s, const struct arrival *in, const char *what,
    const char *why)
{
	int64_t to_ms = in->envelope->received_at_ms + 1;
	int64_t from_ms = beginning(s, in->before_ms, to_ms);

	shard_hole(s, in->region, in->agent->name, from_ms, to_ms);
	shard_note(s, what, in->agent->name, from_ms, to_ms, why);
}

/* When that really was is not known. */
void
shard_lose_ahead(struct shard *s, const struct arrival *in)
{
	char text[80];

	if (!s->entry_is_new)
		return;
	in->agent->ahead_ms = s->now_ms;
	in->agent->ahead += in->ahead;
	s->operations_ms = s->now_ms;
	text_format(text, sizeof(text),
	    "%zu observations dated more than 5 min ahead", in->ahead);
	lose_part(s, in, "ahead", text);
}

void
shard_lose_some(struct shard *s, const struct arrival *in, const char *why)
{
	if (s->entry_is_new)
		lose_part(s, in, "refused", why);
}
