/*
 * shard_operations: our own trouble, one alarm per cause: an agent is silent,
 * a region is blind or suspect, a clock is unsure, two spools share a name,
 * observations are dated ahead, endpoints are unknown for no reason known, or
 * an allowance is nearly used up (shard_budget).  It pages (S2) when an
 * endpoint that pages has fewer fresh regions than its quorum because of it.
 * Shards that find the same say so under the same subject; the pager has one
 * incident of it, which is over when none of them says so any more.
 *
 * A look goes through everything that can be wrong, marks the causes it finds,
 * and clears those it finds no more.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/alarm.h"
#include "lib/record.h"
#include "lib/text.h"

#define PAGING_SEVERITY 2
#define QUIET_SEVERITY 3
#define ADVISORY_SEVERITY 4
#define ALTERNATING_MS 3600000
#define CLOCK_FRESH_MS 120000
#define SILENT_INTERVALS 3
#define SILENT_EXTRA_MS 30000

/* What a look has found out about all targets before it looks at causes. */
struct blame {
	bool pages[REGIONS_MAX]; /* a paging endpoint lacks this region */
	bool explained[REGIONS_MAX];
	size_t orphans; /* unknown for no cause known */
	bool orphan_pages;
	char first_orphan[TARGET_ROOM];
	int64_t orphan_since_ms;
};

static void
write_cause(struct shard *s, const struct cause *c, enum alarm_event event,
    const char *text)
{
	struct alarm a = { .event = event,
		.kind = ALARM_OPERATIONS,
		.severity = c->severity,
		.at_ms = s->now_ms,
		.since_ms = c->since_ms,
		.last_good_ms = c->since_ms,
		.first_failed_ms = c->since_ms,
		.until_ms = event == ALARM_CLEARED ? s->now_ms : 0 };
	json_t *record;

	text_copy(a.subject, sizeof(a.subject), c->subject);
	text_copy(a.text, sizeof(a.text), text);
	shard_put_text(s, COMMIT_APPEND, "out", "", alarm_encode(&a));
	if (event == ALARM_CLEARED) {
		shard_put(s, COMMIT_UNSET, "alarms", c->subject, NULL, 0);
	} else {
		record = json_pack("{s:I, s:I, s:i}", "since",
		    (json_int_t)c->since_ms, "raised_at",
		    (json_int_t)c->raised_at_ms, "severity", c->severity);
		shard_put_text(s, COMMIT_SET, "alarms", c->subject,
		    record_dump(record));
		json_decref(record);
	}
	shard_put_end(s);
	s->is_urgent = true;
}

static struct cause *
cause_of(struct shard *s, const char *kind, const char *name)
{
	char subject[SUBJECT_ROOM];

	text_format(subject, sizeof(subject), "operations/%s%s%s", kind,
	    name[0] != '\0' ? "/" : "", name);
	return shard_cause(s, subject);
}

void
shard_found(struct shard *s, const char *kind, const char *name,
    int64_t since_ms, int severity, const char *text)
{
	struct cause *c = cause_of(s, kind, name);

	c->is_current = true;
	if (!c->is_open) {
		c->is_open = true;
		c->severity = severity;
		c->since_ms = since_ms;
		c->raised_at_ms = s->now_ms;
		write_cause(s, c, ALARM_RAISED, text);
	} else if (severity < c->severity) {
		c->severity = severity;
		write_cause(s, c, ALARM_CHANGED, text);
	}
}

static void
clear_the_rest(struct shard *s)
{
	struct cause *c, *next;

	for (c = s->causes; c != NULL; c = next) {
		next = c->hh.next;
		if (c->is_current) {
			c->is_current = false;
			continue;
		}
		if (c->is_open)
			write_cause(s, c, ALARM_CLEARED, "is over");
		shard_forget_cause(s, c);
	}
}

static bool
is_paging(const struct target *t)
{
	return t->endpoint != NULL &&
	    t->endpoint->probe.severity <= PAGING_SEVERITY;
}

static int64_t
silence_limit(const struct shard *s, const struct agent *a)
{
	int64_t shortest_ms = s->regions[a->region].shortest_ms;
	int64_t limit_ms;

	/* Its last part came from where it stood before, and nobody does now. */
	if (shortest_ms == NEVER)
		return LIVE_MS;
	limit_ms = SILENT_INTERVALS * shortest_ms + SILENT_EXTRA_MS;
	return limit_ms > LIVE_MS ? limit_ms : LIVE_MS;
}

static bool
is_silent(const struct shard *s, const struct agent *a, int64_t *since_ms)
{
	if (!a->is_expected)
		return false;
	*since_ms = a->heard_ms > a->known_ms ? a->heard_ms : a->known_ms;
	return s->now_ms - *since_ms >= silence_limit(s, a);
}

/* A region lacks facts for a reason we can name. */
static bool
is_explained(const struct shard *s, unsigned region)
{
	int64_t since_ms;

	if (shard_void_now(s, region) != NULL)
		return true;
	for (const struct agent *a = s->agents; a != NULL; a = a->hh.next)
		if (a->region == (int)region &&
		    (is_silent(s, a, &since_ms) ||
			s->now_ms - a->unsure_ms < CLOCK_FRESH_MS))
			return true;
	return false;
}

static void
blame_target(const struct shard *s, const struct target *t, struct blame *b)
{
	struct quorum_region regions[REGIONS_MAX];
	struct quorum_input in;
	struct quorum_look look;
	bool explained = false;

	shard_input(s, t, false, regions, &in);
	quorum_look(&in, s->now_ms, &look);
	for (size_t i = 0; i < s->region_count; i++) {
		const struct fact *f = &look.facts[i];

		if ((look.regions >> i & 1) == 0 ||
		    (!f->is_none && f->outcome != OUTCOME_UNKNOWN))
			continue;
		b->pages[i] |= is_paging(t);
		explained |= b->explained[i];
	}
	if (explained || s->now_ms - t->since_ms < UNKNOWN_MS)
		return;
	if (b->orphans++ == 0 || t->since_ms < b->orphan_since_ms) {
		text_copy(b->first_orphan, sizeof(b->first_orphan), t->id);
		b->orphan_since_ms = t->since_ms;
	}
	b->orphan_pages |= is_paging(t);
}

/* What it is worth when it costs no paging endpoint its quorum. */
static int
severity_for(const struct blame *b, int region, int otherwise)
{
	return region >= 0 && b->pages[region] ? PAGING_SEVERITY : otherwise;
}

static void
look_at_agent(struct shard *s, const struct agent *a, const struct blame *b)
{
	char text[256], lasted[32];
	int64_t since_ms;

	if (is_silent(s, a, &since_ms)) {
		text_duration(s->now_ms - since_ms, lasted, sizeof(lasted));
		text_format(text, sizeof(text),
		    "agent %s in %s has not been heard for %s", a->name,
		    s->regions[a->region].name, lasted);
		shard_found(s, "agent", a->name, since_ms,
		    severity_for(b, a->region, QUIET_SEVERITY), text);
	}
	if (a->unsure_ms != 0 && s->now_ms - a->unsure_ms < CLOCK_FRESH_MS) {
		text_format(text, sizeof(text),
		    "the clock of agent %s is off by an unknown amount; what "
		    "it sees is not counted",
		    a->name);
		shard_found(s, "clock", a->name, a->unsure_ms,
		    severity_for(b, a->region, ADVISORY_SEVERITY), text);
	}
	if (a->alternated_ms != 0 &&
	    s->now_ms - a->alternated_ms < ALTERNATING_MS) {
		text_format(text, sizeof(text),
		    "two agents seem to run under the name %s", a->name);
		shard_found(s, "spool", a->name, a->alternated_ms,
		    ADVISORY_SEVERITY, text);
	}
	if (a->ahead_ms != 0 && s->now_ms - a->ahead_ms < ALTERNATING_MS) {
		text_format(text, sizeof(text),
		    "agent %s dated %zu of its looks more than 5 min ahead; "
		    "what it saw meanwhile is not counted",
		    a->name, a->ahead);
		shard_found(s, "ahead", a->name, a->ahead_ms, ADVISORY_SEVERITY,
		    text);
	}
}

static void
look_at_region(struct shard *s, unsigned region, const struct blame *b)
{
	const struct void_stretch *v = shard_void_now(s, region);
	const char *name = s->regions[region].name;
	char text[256];

	if (v == NULL || v->to_ms != NEVER ||
	    s->now_ms - v->from_ms < UNKNOWN_MS)
		return;
	if (v->cause == VOID_SUSPECT)
		text_format(text, sizeof(text),
		    "region %s sees most platforms fail that others see up; "
		    "what it sees is not counted",
		    name);
	else
		text_format(text, sizeof(text),
		    "region %s is blind: agent %s reaches none of its "
		    "canaries",
		    name, v->agent);
	shard_found(s, void_cause_text(v->cause), name, v->from_ms,
	    severity_for(b, (int)region, QUIET_SEVERITY), text);
}

static void
look_at_orphans(struct shard *s, const struct blame *b)
{
	char text[256];

	if (b->orphans == 0)
		return;
	if (b->orphans == 1)
		text_format(text, sizeof(text),
		    "%s has been unknown for over 5 min", b->first_orphan);
	else
		text_format(text, sizeof(text),
		    "%s and %zu others have been unknown for over 5 min",
		    b->first_orphan, b->orphans - 1);
	shard_found(s, "unknown", "", b->orphan_since_ms,
	    b->orphan_pages ? PAGING_SEVERITY : QUIET_SEVERITY, text);
}

void
shard_operations(struct shard *s)
{
	struct blame b = { .orphan_since_ms = NEVER };

	s->operations_ms = s->now_ms + OPERATIONS_TICK_MS;
	for (size_t i = 0; i < s->region_count; i++)
		b.explained[i] = is_explained(s, (unsigned)i);
	/* Whether others contradict it may change without news of its own. */
	for (size_t i = 0; i < s->region_count; i++)
		s->regions[i].to_check = true;
	for (const struct target *t = s->targets; t != NULL; t = t->hh.next)
		if (t->state == STATE_UNKNOWN && t->endpoint != NULL)
			blame_target(s, t, &b);
	for (const struct agent *a = s->agents; a != NULL; a = a->hh.next)
		look_at_agent(s, a, &b);
	for (size_t i = 0; i < s->region_count; i++)
		look_at_region(s, (unsigned)i, &b);
	look_at_orphans(s, &b);
	shard_look_at_budgets(s);
	clear_the_rest(s);
	shard_tell_lost(s);
}
