/* watcher_record: a watcher as JSON, so that a restart repeats no alarm. */
#include <jansson.h>
#include <string.h>

#include "collector/watcher.h"
#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"

char *
watcher_encode(const struct watcher *w)
{
	json_t *root = json_pack("{s:b, s:b, s:s, s:i, s:I, s:I, s:I, s:I,"
				 "s:i, s:i, s:s, s:s, s:[I,I,I], s:b, s:I}",
	    "open", (int)w->is_open, "flapping", (int)w->is_flapping, "kind",
	    alarm_kind_text(w->kind), "severity", w->severity, "since",
	    (json_int_t)w->since_ms, "last_good", (json_int_t)w->last_good_ms,
	    "raised_at", (json_int_t)w->raised_at_ms, "told_at",
	    (json_int_t)w->told_at_ms, "failing", w->told_failing, "fresh",
	    w->told_fresh, "reason", reason_text(w->told_reason), "state",
	    state_text(w->told_state), "falls", (json_int_t)w->falls_ms[0],
	    (json_int_t)w->falls_ms[1], (json_int_t)w->falls_ms[2], "bad",
	    (int)w->was_bad, "bad_at", (json_int_t)w->bad_at_ms);
	char *text = record_dump(root);

	json_decref(root);
	return text;
}

static int
kind_parse(const char *text)
{
	for (int k = 0; k < ALARM_OPERATIONS; k++)
		if (strcmp(text, alarm_kind_text((enum alarm_kind)k)) == 0)
			return k;
	return -1;
}

#define TIMES 8

static bool
are_times(const json_int_t at_ms[TIMES])
{
	for (int i = 0; i < TIMES; i++)
		if (at_ms[i] < -TIME_MAX || at_ms[i] > TIME_MAX)
			return false;
	return true;
}

static int
unpack(json_t *root, struct watcher *w, char error[160])
{
	json_error_t why;
	const char *kind, *reason, *state;
	json_int_t since, good, raised, told, falls[3], bad_at;
	int open, flapping, bad, k, r, s;

	if (json_unpack_ex(root, &why, 0,
		"{s:b, s:b, s:s, s:i, s:I, s:I, s:I, s:I, s:i, s:i, s:s, s:s,"
		"s:[I,I,I], s:b, s:I}",
		"open", &open, "flapping", &flapping, "kind", &kind, "severity",
		&w->severity, "since", &since, "last_good", &good, "raised_at",
		&raised, "told_at", &told, "failing", &w->told_failing, "fresh",
		&w->told_fresh, "reason", &reason, "state", &state, "falls",
		&falls[0], &falls[1], &falls[2], "bad", &bad, "bad_at",
		&bad_at) != 0) {
		text_format(error, 160, "%s", why.text);
		return -1;
	}
	if (!are_times((const json_int_t[]){ since, good, raised, told, bad_at,
		falls[0], falls[1], falls[2] })) {
		text_copy(error, 160, "a time is out of range");
		return -1;
	}
	k = kind_parse(kind);
	r = reason_parse(reason);
	s = state_parse(state);
	if (k < 0 || r < 0 || s < 0) {
		text_copy(error, 160, "kind, reason or state not known");
		return -1;
	}
	w->kind = (enum alarm_kind)k;
	w->told_reason = (enum reason)r;
	w->told_state = (enum state)s;
	w->is_open = open;
	w->is_flapping = flapping;
	w->was_bad = bad;
	w->since_ms = w->first_failed_ms = since;
	w->last_good_ms = good;
	w->raised_at_ms = raised;
	w->told_at_ms = told;
	w->bad_at_ms = bad_at;
	for (int i = 0; i < WATCHER_FALLS; i++)
		w->falls_ms[i] = falls[i];
	return 0;
}

int
watcher_decode(const char *data, size_t length, struct watcher *w,
    char error[160])
{
	json_error_t why;
	json_t *root = json_loadb(data, length, JSON_REJECT_DUPLICATES, &why);
	int result;

	watcher_init(w);
	if (root == NULL) {
		text_format(error, 160, "not JSON: %s", why.text);
		return -1;
	}
	result = unpack(root, w, error);
	json_decref(root);
	return result;
}
