/* watcher: see the header. */
#include <string.h>

#include "collector/watcher.h"

void
watcher_init(struct watcher *w)
{
	*w = (struct watcher){ 0 };
	for (size_t i = 0; i < ALARM_OPERATIONS; i++)
		w->waiting_ms[i] = NEVER;
}

/* Which kinds the look speaks for, each after its wait. */
static bool
speaks_for(const struct watcher_look *look, enum alarm_kind kind)
{
	bool only_maintenance =
	    look->failing > 0 && look->maintenance == look->failing;
	bool all_fail = look->fresh > 0 && look->failing == look->fresh;

	switch (kind) {
	case ALARM_DOWN:
		return look->state == STATE_DOWN && !only_maintenance;
	case ALARM_PROBABLE:
		return look->state == STATE_UNKNOWN && all_fail &&
		    !only_maintenance;
	case ALARM_MAINTENANCE:
		return only_maintenance &&
		    (look->state == STATE_DOWN ||
			(look->state == STATE_UNKNOWN && all_fail));
	case ALARM_DEGRADED:
		return look->state == STATE_DEGRADED;
	case ALARM_OPERATIONS:
	case ALARM_FOREIGN:
		break;
	}
	return false;
}

static bool
is_held(const struct watcher_look *look)
{
	return look->held_until_ms != 0;
}

static int64_t
wait_ms(const struct watcher_look *look, enum alarm_kind kind)
{
	switch (kind) {
	case ALARM_PROBABLE:
		return 2 * look->interval_ms;
	case ALARM_MAINTENANCE:
		/* That it had its time was announced. */
		return look->since_ms < look->held_before_ms
		    ? 0
		    : WATCHER_MAINTENANCE_MS;
	case ALARM_DEGRADED:
		return WATCHER_DEGRADED_MS;
	default:
		return 0;
	}
}

static int64_t
since_of(const struct watcher_look *look, enum alarm_kind kind)
{
	if (kind == ALARM_PROBABLE && look->all_fail_since_ms != NEVER &&
	    look->all_fail_since_ms > look->since_ms)
		return look->all_fail_since_ms;
	return look->since_ms;
}

/*
 * A wait runs from when its reason began, even before we knew; but never from
 * a time still to come (a clock was set back), or it might run for hours.
 */
static void
keep_waits(struct watcher *w, const struct watcher_look *look, int64_t now_ms)
{
	for (int k = 0; k < ALARM_OPERATIONS; k++) {
		int64_t since_ms = since_of(look, (enum alarm_kind)k);

		if (!speaks_for(look, (enum alarm_kind)k)) {
			w->waiting_ms[k] = NEVER;
			continue;
		}
		if (since_ms > now_ms)
			since_ms = now_ms;
		if (since_ms < w->waiting_ms[k])
			w->waiting_ms[k] = since_ms;
	}
}

/* The worst kind that is due, or -1.  Kinds rise from worst to mildest. */
static int
due_kind(const struct watcher *w, const struct watcher_look *look,
    int64_t now_ms)
{
	for (int k = 0; k < ALARM_OPERATIONS; k++)
		if (w->waiting_ms[k] != NEVER &&
		    now_ms - w->waiting_ms[k] >=
			wait_ms(look, (enum alarm_kind)k))
			return k;
	return -1;
}

static int
severity_of(const struct watcher_look *look, enum alarm_kind kind)
{
	if (kind == ALARM_DOWN || kind == ALARM_PROBABLE)
		return look->severity;
	return look->severity > 2 ? look->severity : 2;
}

static bool
is_bad(const struct watcher_look *look)
{
	return speaks_for(look, ALARM_DOWN) ||
	    speaks_for(look, ALARM_PROBABLE) ||
	    speaks_for(look, ALARM_MAINTENANCE);
}

/* Count falls; three within half an hour flap. */
static void
count_falls(struct watcher *w, const struct watcher_look *look, int64_t now_ms)
{
	bool bad = is_bad(look);
	int64_t oldest_ms;

	if (!w->is_open)
		w->is_flapping = false;
	/* What became unknown neither fell nor rose. */
	if (look->state == STATE_UNKNOWN && !bad)
		return;
	if (is_held(look)) {
		w->was_bad = w->was_bad && bad;
		return;
	}
	if (bad && !w->was_bad) {
		memmove(w->falls_ms + 1, w->falls_ms,
		    (WATCHER_FALLS - 1) * sizeof(w->falls_ms[0]));
		w->falls_ms[0] = now_ms;
	}
	w->was_bad = bad;
	if (bad)
		w->bad_at_ms = now_ms;
	oldest_ms = w->falls_ms[WATCHER_FALLS - 1];
	if (bad && oldest_ms != 0 &&
	    w->falls_ms[0] - oldest_ms <= WATCHER_FLAP_MS)
		w->is_flapping = true;
}

static void
told(struct watcher *w, const struct watcher_look *look, int64_t now_ms)
{
	w->told_at_ms = now_ms;
	w->told_failing = look->failing;
	w->told_fresh = look->fresh;
	w->told_reason = look->reason;
	w->told_state = look->state;
}

static enum watcher_say
rise(struct watcher *w, const struct watcher_look *look, enum alarm_kind kind,
    int64_t now_ms)
{
	w->is_open = true;
	w->kind = kind;
	w->severity = severity_of(look, kind);
	w->since_ms = since_of(look, kind);
	w->last_good_ms = look->since_before_ms;
	w->first_failed_ms = w->since_ms;
	w->raised_at_ms = now_ms;
	told(w, look, now_ms);
	return WATCHER_RAISE;
}

/* As many regions as it takes to say so have seen it good twice. */
static bool
is_refuted(const struct watcher *w, const struct watcher_look *look)
{
	int needed = look->quorum;

	if (w->kind == ALARM_PROBABLE && w->told_fresh < needed &&
	    w->told_fresh > 0)
		needed = w->told_fresh;
	if (look->failing > 0 && look->fresh < look->quorum)
		return false;
	return look->good_regions >= needed;
}

static bool
is_over(const struct watcher *w, const struct watcher_look *look,
    int64_t now_ms)
{
	if (look->state == STATE_ABSENT)
		return true;
	if (look->state == STATE_DOWN ||
	    (look->state == STATE_UNKNOWN && w->kind != ALARM_PROBABLE) ||
	    (look->state == STATE_DEGRADED && w->kind == ALARM_DEGRADED))
		return false;
	if (w->is_flapping && now_ms - w->bad_at_ms < WATCHER_CALM_MS)
		return false;
	return is_refuted(w, look);
}

static enum watcher_say
clear(struct watcher *w)
{
	w->is_open = w->is_flapping = false;
	return WATCHER_CLEAR;
}

/* That it fell anew since is news, however much it looks as it was told. */
static bool
has_new_details(const struct watcher *w, const struct watcher_look *look)
{
	return (w->was_bad && w->falls_ms[0] > w->told_at_ms) ||
	    look->failing != w->told_failing || look->fresh != w->told_fresh ||
	    look->state != w->told_state ||
	    (look->failing > 0 && look->reason != w->told_reason);
}

/* What was told to be otherwise is down again: that waits for no minute. */
static bool
fell(const struct watcher *w, const struct watcher_look *look)
{
	return look->state == STATE_DOWN && w->told_state != STATE_DOWN;
}

/*
 * It was told to be better than it is.  A human may have closed what it belonged
 * to, and then that would call: inside announced maintenance it waits.
 */
static bool
is_kept_back(const struct watcher *w, const struct watcher_look *look)
{
	return is_held(look) && look->failing > 0 &&
	    (w->told_failing == 0 || fell(w, look));
}

static enum watcher_say
follow(struct watcher *w, const struct watcher_look *look, bool was_flapping,
    int64_t now_ms)
{
	int kind = is_held(look) ? -1 : due_kind(w, look, now_ms);
	bool is_worse = kind >= 0 && kind < (int)w->kind;

	if (is_kept_back(w, look))
		return WATCHER_NOTHING;
	if (is_worse)
		w->kind = (enum alarm_kind)kind;
	if (is_worse && severity_of(look, w->kind) < w->severity)
		w->severity = severity_of(look, w->kind);
	if (!is_worse && !fell(w, look) && w->is_flapping == was_flapping &&
	    !(has_new_details(w, look) &&
		now_ms - w->told_at_ms >= WATCHER_TELL_MS))
		return WATCHER_NOTHING;
	told(w, look, now_ms);
	return WATCHER_CHANGE;
}

/* What is noted as still to come (a clock was set back) was just now. */
static void
keep_past(struct watcher *w, int64_t now_ms)
{
	int64_t ahead_ms = w->falls_ms[0] - now_ms;

	if (w->told_at_ms > now_ms)
		w->told_at_ms = now_ms;
	if (w->bad_at_ms > now_ms)
		w->bad_at_ms = now_ms;
	for (size_t i = 0; ahead_ms > 0 && i < WATCHER_FALLS; i++)
		if (w->falls_ms[i] != 0)
			w->falls_ms[i] -= ahead_ms;
}

enum watcher_say
watcher_step(struct watcher *w, const struct watcher_look *look, int64_t now_ms)
{
	bool was_flapping = w->is_flapping;
	int kind;

	keep_past(w, now_ms);
	keep_waits(w, look, now_ms);
	count_falls(w, look, now_ms);
	if (w->is_open) {
		if (is_over(w, look, now_ms))
			return clear(w);
		return follow(w, look, was_flapping, now_ms);
	}
	kind = is_held(look) ? -1 : due_kind(w, look, now_ms);
	if (kind < 0)
		return WATCHER_NOTHING;
	return rise(w, look, (enum alarm_kind)kind, now_ms);
}

static void
sooner(int64_t *deadline_ms, int64_t at_ms, int64_t now_ms)
{
	if (at_ms > now_ms && at_ms < *deadline_ms)
		*deadline_ms = at_ms;
}

int64_t
watcher_deadline(const struct watcher *w, const struct watcher_look *look,
    int64_t now_ms)
{
	int64_t deadline_ms = NEVER;

	for (int k = 0; k < ALARM_OPERATIONS; k++)
		if (w->waiting_ms[k] != NEVER && is_held(look))
			sooner(&deadline_ms, look->held_until_ms, now_ms);
		else if (w->waiting_ms[k] != NEVER)
			sooner(&deadline_ms,
			    w->waiting_ms[k] +
				wait_ms(look, (enum alarm_kind)k),
			    now_ms);
	if (w->is_open && is_kept_back(w, look))
		sooner(&deadline_ms, look->held_until_ms, now_ms);
	else if (w->is_open && has_new_details(w, look))
		sooner(&deadline_ms, w->told_at_ms + WATCHER_TELL_MS, now_ms);
	if (w->is_open && w->is_flapping)
		sooner(&deadline_ms, w->bad_at_ms + WATCHER_CALM_MS, now_ms);
	return deadline_ms;
}

const char *
watcher_quiet_text(enum watcher_quiet quiet)
{
	static const char *const texts[] = { "due", "not watched", "well",
		"too few regions", "unknown", "too short", "maintenance" };

	return texts[quiet];
}

enum watcher_quiet
watcher_quiet(const struct watcher_look *look, int64_t now_ms, int64_t *due_ms)
{
	struct watcher fresh;

	*due_ms = NEVER;
	if (look->state == STATE_ABSENT)
		return WATCHER_GONE;
	watcher_init(&fresh);
	keep_waits(&fresh, look, now_ms);
	for (int k = 0; k < ALARM_OPERATIONS; k++)
		if (fresh.waiting_ms[k] != NEVER &&
		    fresh.waiting_ms[k] + wait_ms(look, (enum alarm_kind)k) <
			*due_ms)
			*due_ms = fresh.waiting_ms[k] +
			    wait_ms(look, (enum alarm_kind)k);
	if (*due_ms != NEVER && is_held(look)) {
		if (*due_ms < look->held_until_ms)
			*due_ms = look->held_until_ms;
		return WATCHER_HELD;
	}
	if (*due_ms != NEVER)
		return *due_ms <= now_ms ? WATCHER_LOUD : WATCHER_WAITS;
	if (look->state == STATE_UNKNOWN)
		return WATCHER_UNSEEN;
	return look->failing > 0 ? WATCHER_FEW : WATCHER_WELL;
}
