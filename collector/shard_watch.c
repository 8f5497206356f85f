/*
 * shard_watch: what humans hear of a target, and what others read of it: the
 * alarm core's steps with their evidence, and the state record.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/alarm.h"
#include "lib/names.h"
#include "lib/record.h"
#include "lib/text.h"

#define SEVERITY_UNSAID 3

static bool
is_in_force(const struct quorum_look *look, size_t region)
{
	return (look->regions >> region & 1) != 0;
}

int64_t
shard_all_fail_since(const struct shard *s, const struct quorum_look *look)
{
	int64_t since_ms = BEFORE_ALL;

	if (look->fresh == 0 || look->failing < look->fresh)
		return NEVER;
	for (size_t i = 0; i < s->region_count; i++)
		if (is_in_force(look, i) && quorum_is_fresh(&look->facts[i]) &&
		    look->facts[i].from_ms > since_ms)
			since_ms = look->facts[i].from_ms;
	return since_ms;
}

static int
good_regions(const struct shard *s, const struct target *t,
    const struct quorum_look *look)
{
	int good = 0;

	for (size_t i = 0; i < s->region_count; i++)
		good += is_in_force(look, i) &&
		    quorum_is_fresh(&look->facts[i]) && t->series[i] != NULL &&
		    runs_is_good_twice(&t->series[i]->runs, s->judge_ms);
	return good;
}

static struct watcher_look
look_of(const struct shard *s, const struct target *t,
    const struct quorum_look *look)
{
	return (struct watcher_look){ .state = t->state,
		.since_ms = t->since_ms,
		.since_before_ms = t->since_before_ms,
		.fresh = look->fresh,
		.failing = look->failing,
		.maintenance = look->maintenance,
		.quorum = look->quorum,
		.reason = look->reason,
		.good_regions = good_regions(s, t, look),
		.all_fail_since_ms = shard_all_fail_since(s, look),
		.interval_ms = shard_interval(t),
		.severity = t->endpoint != NULL
		    ? (int)t->endpoint->probe.severity
		    : SEVERITY_UNSAID,
		.held_until_ms = shard_held_until(s, t),
		.held_before_ms = shard_held_before(s, t) };
}

static bool
has_trouble(const struct fact *f)
{
	return quorum_is_fresh(f) && f->outcome != OUTCOME_OK;
}

/* So many of those that see nothing wrong find room beside those that do. */
static size_t
room_for_others(const struct shard *s, const struct quorum_look *look)
{
	size_t room = ALARM_EVIDENCE_MAX;

	for (size_t i = 0; i < s->region_count && room > 0; i++)
		if (is_in_force(look, i) && has_trouble(&look->facts[i]))
			room--;
	return room;
}

static void
add_evidence(const struct shard *s, const struct target *t,
    const struct quorum_look *look, struct alarm *a)
{
	size_t others = room_for_others(s, look);

	for (size_t i = 0; i < s->region_count; i++) {
		const struct fact *f = &look->facts[i];
		struct alarm_evidence *e = &a->evidence[a->evidence_count];

		if (!is_in_force(look, i) ||
		    a->evidence_count == ALARM_EVIDENCE_MAX ||
		    (!has_trouble(f) && others == 0))
			continue;
		if (!has_trouble(f))
			others--;
		text_copy(e->region, sizeof(e->region), s->regions[i].name);
		e->fresh = quorum_is_fresh(f);
		e->outcome = f->outcome;
		e->reason = f->reason;
		e->since_at_ms = f->from_ms == BEFORE_ALL ? 0 : f->from_ms;
		if (t->series[i] != NULL && t->series[i]->detail != NULL &&
		    f->outcome != OUTCOME_OK)
			text_copy(e->detail, sizeof(e->detail),
			    t->series[i]->detail);
		a->evidence_count++;
	}
}

/* What the first region that fails saw, in words. */
static void
say_seen(const struct quorum_look *look, const struct alarm *a, char *out,
    size_t room)
{
	text_copy(out, room, reason_words(look->reason));
	for (size_t i = 0; i < a->evidence_count; i++) {
		const struct alarm_evidence *e = &a->evidence[i];

		if (e->outcome != OUTCOME_FAILED || e->reason != look->reason)
			continue;
		(void)outcome_say(e->outcome, e->reason, e->detail, out, room);
		return;
	}
}

static void
say_good_again(const struct quorum_look *look, struct alarm *a)
{
	a->well = true;
	text_format(a->text, sizeof(a->text),
	    "looks good again in %d of %d regions, but not yet for "
	    "long enough",
	    look->fresh,
	    look->quorum > look->fresh ? look->quorum : look->fresh);
}

static void
say_maintenance(const struct quorum_look *look, struct alarm *a, bool outlived)
{
	text_format(a->text, sizeof(a->text),
	    outlived ? "still shows its maintenance page in %d of %d "
		       "regions, and what was announced is over"
		     : "shows a maintenance page that nobody "
		       "announced in %d of %d regions",
	    look->failing, look->fresh);
}

static void
say_wrong(const struct quorum_look *look, struct alarm *a, bool outlived)
{
	size_t room = sizeof(a->text);
	const char *more =
	    outlived ? "; its announced maintenance is over" : "";
	char seen[80];

	say_seen(look, a, seen, sizeof(seen));
	switch (a->kind) {
	case ALARM_DOWN:
		text_format(a->text, room, "%s: %s, seen by %d of %d regions%s",
		    look->state == STATE_DOWN ? "is down"
					      : "was down and is not well",
		    seen, look->failing, look->fresh, more);
		break;
	case ALARM_PROBABLE:
		text_format(a->text, room,
		    "is probably down, seen by %d of %d regions: %s%s",
		    look->failing, look->fresh, seen, more);
		break;
	case ALARM_MAINTENANCE:
		say_maintenance(look, a, outlived);
		break;
	default:
		text_format(a->text, room,
		    "is degraded: %d of %d regions fail at times or are slow%s",
		    look->impaired, look->fresh, more);
	}
}

/* outlived: it began before its announced maintenance was over. */
static void
say_open(const struct quorum_look *look, struct alarm *a, bool outlived)
{
	if (look->fresh == 0)
		text_copy(a->text, sizeof(a->text), "can no longer be seen");
	else if (look->failing == 0 && a->kind != ALARM_DEGRADED)
		say_good_again(look, a);
	else
		say_wrong(look, a, outlived);
}

static int64_t
known_time(int64_t at_ms)
{
	return at_ms == BEFORE_ALL ? 0 : at_ms;
}

static void
say_cleared(const struct target *t, struct alarm *a)
{
	char lasted[32];

	a->until_ms = a->at_ms;
	if (t->since_ms > a->since_ms) {
		a->until_ms = t->since_ms;
		a->until_before_ms = known_time(t->since_before_ms);
	}
	text_duration(a->until_ms - a->since_ms, lasted, sizeof(lasted));
	if (t->state == STATE_ABSENT)
		text_format(a->text, sizeof(a->text),
		    "is not watched any more");
	else if (t->state == STATE_UNKNOWN)
		text_format(a->text, sizeof(a->text),
		    "is seen well again by those who see it, after %s", lasted);
	else
		text_format(a->text, sizeof(a->text), "is %s again after %s",
		    state_text(t->state), lasted);
}

static void
write_alarm(struct shard *s, struct target *t, const struct quorum_look *look,
    enum alarm_event event)
{
	const struct watcher *w = &t->watcher;
	struct alarm a = { .event = event,
		.kind = w->kind,
		.severity = w->severity,
		.at_ms = s->now_ms,
		.since_ms = known_time(w->since_ms),
		.last_good_ms = known_time(w->last_good_ms),
		.first_failed_ms = known_time(w->first_failed_ms),
		.fresh = look->fresh,
		.quorum = look->quorum,
		.flapping = w->is_flapping };

	text_copy(a.subject, sizeof(a.subject), t->id);
	text_copy(a.client, sizeof(a.client), t->client);
	text_copy(a.platform, sizeof(a.platform), t->platform);
	add_evidence(s, t, look, &a);
	if (event == ALARM_CLEARED)
		say_cleared(t, &a);
	else
		say_open(look, &a, w->since_ms < shard_held_before(s, t));
	shard_put_text(s, COMMIT_APPEND, "out", "", alarm_encode(&a));
	if (event == ALARM_CLEARED)
		shard_put(s, COMMIT_UNSET, "alarms", t->key, NULL, 0);
	else
		shard_put_text(s, COMMIT_SET, "alarms", t->key,
		    watcher_encode(w));
	shard_put_end(s);
	s->is_urgent = true;
}

static bool
is_awaited(const struct shard *s, size_t region)
{
	for (const struct agent *a = s->agents; a != NULL; a = a->hh.next)
		if (a->region == (int)region && a->is_awaited)
			return true;
	return false;
}

/*
 * After a break an alarm rises if and only if nothing refutes it now: as long
 * as agents are awaited, only on the word of those that have spoken since.
 */
static bool
may_judge(const struct shard *s, const struct quorum_look *look)
{
	int spoken = 0;

	if (!shard_is_catching_up(s))
		return true;
	for (size_t i = 0; i < s->region_count; i++)
		spoken += is_in_force(look, i) &&
		    quorum_is_fresh(&look->facts[i]) &&
		    outcome_is_failing(look->facts[i].outcome) &&
		    !is_awaited(s, i);
	return look->state == STATE_DOWN && spoken >= look->quorum;
}

void
shard_watch(struct shard *s, struct target *t, const struct quorum_look *look)
{
	struct watcher_look now = look_of(s, t, look);
	int64_t due_ms;

	if (!may_judge(s, look))
		return;
	switch (watcher_step(&t->watcher, &now, s->now_ms)) {
	case WATCHER_NOTHING:
		break;
	case WATCHER_RAISE:
		write_alarm(s, t, look, ALARM_RAISED);
		break;
	case WATCHER_CHANGE:
		write_alarm(s, t, look, ALARM_CHANGED);
		break;
	case WATCHER_CLEAR:
		write_alarm(s, t, look, ALARM_CLEARED);
		break;
	}
	due_ms = watcher_deadline(&t->watcher, &now, s->now_ms);
	if (t->due.place == 0 || due_ms < t->due.at_ms)
		shard_schedule(s, t, due_ms);
}

static json_t *
pack_region(const struct shard *s, const struct target *t,
    const struct quorum_look *look, size_t i)
{
	const struct fact *f = &look->facts[i];
	json_t *o =
	    json_pack("{s:s, s:s, s:s, s:I}", "region", s->regions[i].name,
		"outcome", f->is_none ? "none" : outcome_text(f->outcome),
		"reason", reason_text(f->is_none ? REASON_NONE : f->reason),
		"since", (json_int_t)known_time(f->from_ms));

	if (!f->is_none && f->outcome != OUTCOME_OK && t->series[i] != NULL &&
	    t->series[i]->detail != NULL)
		json_object_set_new(o, "detail",
		    json_string(t->series[i]->detail));
	return o;
}

static char *
encode_state(const struct shard *s, const struct target *t,
    const struct quorum_look *look)
{
	json_t *regions = json_array(), *root;
	char *text;

	for (size_t i = 0; i < s->region_count; i++)
		if (is_in_force(look, i))
			json_array_append_new(regions,
			    pack_region(s, t, look, i));
	root = json_pack("{s:s, s:I, s:I, s:s, s:i, s:i, s:i, s:o}", "state",
	    state_text(t->state), "since", (json_int_t)known_time(t->since_ms),
	    "since_before", (json_int_t)known_time(t->since_before_ms),
	    "reason", reason_text(look->reason), "fresh", look->fresh,
	    "failing", look->failing, "quorum", look->quorum, "regions",
	    regions);
	text = record_dump(root);
	json_decref(root);
	return text;
}

void
shard_write_state(struct shard *s, struct target *t,
    const struct quorum_look *look)
{
	char *text;
	uint64_t hash;

	if (t->state == STATE_ABSENT) {
		if (t->written != 0)
			shard_put(s, COMMIT_UNSET, "states", t->key, NULL, 0);
		if (t->written != 0)
			shard_put_end(s);
		t->written = 0;
		return;
	}
	text = encode_state(s, t, look);
	hash = names_fnv(text, 0);
	if (hash == t->written) {
		free(text);
		return;
	}
	t->written = hash;
	shard_put_text(s, COMMIT_SET, "states", t->key, text);
	shard_put_end(s);
}
