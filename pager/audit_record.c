/* audit_record: what the auditor knows goes through a restart as one line. */
#include <stdlib.h>

#include <jansson.h>

#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/audit_parts.h"

/* Longer between two lines than this: nobody looked meanwhile. */
#define REMEMBERED_MS INT64_C(60000)

static const char *const names[AUDIT_PARTS] = { "loop", "quiet" };

void
audit_save(const struct audit *a, int64_t now_ms, char out[AUDIT_LINE_MAX])
{
	json_t *line = json_pack("{s:I}", "at_ms", (json_int_t)now_ms);
	char *text;

	for (int i = 0; i < AUDIT_PARTS; i++) {
		const struct audit_case *c = &a->cases[i];
		json_t *one = json_object();

		if (c->state != AUDIT_FINE)
			json_object_set(line, names[i], one);
		record_set_int(one, "state", c->state);
		record_set_int(one, "since_ms", c->since_ms);
		record_set_int(one, "seen_ms", c->seen_ms);
		record_set_int(one, "told_ms", c->told_ms);
		record_set_int(one, "ended_ms", c->ended_ms);
		record_set_int(one, "kill_ms", c->kill_ms);
		record_set_bool(one, "telling",
		    c->telling != AUDIT_FINE || c->repeat);
		record_set_text(one, "incident", c->incident);
		json_decref(one);
	}
	text = record_dump(line);
	text_copy(out, AUDIT_LINE_MAX, text);
	free(text);
	json_decref(line);
}

/* As a point in the past, whatever stands there. */
static int64_t
past(const json_t *one, const char *key, int64_t now_ms)
{
	int64_t at_ms = record_int(one, key, 0);

	return at_ms < 0 || at_ms > now_ms ? now_ms : at_ms;
}

static void
restore(struct audit_case *c, const json_t *one, int64_t now_ms)
{
	audit_forget(c);
	c->state = (enum audit_state)record_choice(one, "state",
	    AUDIT_TO_END + 1, AUDIT_FINE);
	if (c->state == AUDIT_FINE)
		return;
	c->since_ms = past(one, "since_ms", now_ms);
	c->seen_ms = past(one, "seen_ms", now_ms);
	c->told_ms = past(one, "told_ms", now_ms);
	c->ended_ms = past(one, "ended_ms", now_ms);
	c->kill_ms = past(one, "kill_ms", now_ms);
	c->repeat = record_bool(one, "telling");
	record_text(one, "incident", c->incident, sizeof(c->incident));
}

/* When the next telling is due was not written down; it follows. */
static void
take_up(const struct audit *a, enum audit_part part, struct audit_case *c,
    int64_t now_ms)
{
	if (c->state == AUDIT_TO_TELL || c->state == AUDIT_TO_END)
		c->tell_ms = now_ms;
	else if (c->state == AUDIT_TOLD && part == AUDIT_QUIET)
		c->tell_ms = c->told_ms + a->silence_max_ms;
}

/*
 * What was seen goes on if somebody looked until just now, so that a pager
 * that dies again and again is told of.  Otherwise the incident is quiet
 * because nothing ran, and has its grace once more.
 */
void
audit_restore(struct audit *a, const char *line, size_t length, int64_t now_ms)
{
	json_t *all = json_loadb(line, length, 0, NULL);
	int64_t at_ms = record_int(all, "at_ms", 0);

	for (enum audit_part part = AUDIT_LOOP; part < AUDIT_PARTS; part++) {
		struct audit_case *c = &a->cases[part];

		restore(c, json_object_get(all, names[part]), now_ms);
		if (c->state == AUDIT_SEEN &&
		    (now_ms < at_ms || now_ms - at_ms > REMEMBERED_MS))
			audit_forget(c);
		/* A new life turns: what nobody heard of is no matter. */
		if (part == AUDIT_LOOP &&
		    (c->state == AUDIT_SEEN || c->state == AUDIT_TO_TELL))
			audit_forget(c);
		take_up(a, part, c, now_ms);
	}
	json_decref(all);
}
