/*
 * due_say: what "sunwatch due" answers, in words and as JSON.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/due.h"
#include "lib/civil.h"
#include "lib/text.h"

const struct due_step due_steps[] = {
	{ 50, "remind the owner" },
	{ 75, "call the owner and level 2" },
	{ 100, "breached: level 3, the client, a record" },
	{ 150, "the management" },
	{ 0, NULL },
};

/* ".250" before the place where the offset stands, when there is one. */
static void
add_fraction(struct text *t, int64_t at_ms)
{
	if (at_ms % 1000 != 0)
		text_addf(t, ".%03d", (int)((at_ms % 1000 + 1000) % 1000));
}

static void
add_clock(struct text *t, int64_t at_ms, int offset_s)
{
	char utc[40];

	civil_utc(at_ms + offset_s * INT64_C(1000), utc, sizeof(utc));
	text_addf(t, "%.19s", utc);
	add_fraction(t, at_ms);
}

void
due_utc(int64_t at_ms, char *out, size_t room)
{
	struct text t = { 0 };

	add_clock(&t, at_ms, 0);
	text_add(&t, "Z");
	text_copy(out, room, t.data);
	text_clear(&t);
}

/* RFC 3339 with the zone's offset. */
void
due_local(const char *zone, int64_t at_ms, char *out, size_t room)
{
	int offset_s = civil_offset_s(zone, at_ms);
	int minutes = abs(offset_s) / 60;
	struct text t = { 0 };

	add_clock(&t, at_ms, offset_s);
	text_addf(&t, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60,
	    minutes % 60);
	text_copy(out, room, t.data);
	text_clear(&t);
}

/* "due" and "due_local"; null when it never comes. */
void
due_set_instant(json_t *o, const char *key, const char *zone, int64_t at_ms)
{
	char text[64], local[48];

	text_format(local, sizeof(local), "%s_local", key);
	if (at_ms == NEVER) {
		json_object_set_new(o, key, json_null());
		json_object_set_new(o, local, json_null());
		return;
	}
	due_utc(at_ms, text, sizeof(text));
	json_object_set_new(o, key, json_string(text));
	due_local(zone, at_ms, text, sizeof(text));
	json_object_set_new(o, local, json_string(text));
}

static json_t *
steps_json(const struct due_clock *k)
{
	const char *zone = k->deadline.calendar->zone;
	json_t *list = json_array();

	for (const struct due_step *s = due_steps; s->percent != 0; s++) {
		json_t *o = json_pack("{s:i, s:s}", "percent", s->percent,
		    "act", s->act);

		due_set_instant(o, "at", zone,
		    deadline_percent_ms(&k->deadline, k->target_ms,
			s->percent));
		json_array_append_new(list, o);
	}
	return list;
}

/* What the pauses have cost of open time, until it is due or until now. */
static int64_t
paused_ms(const struct due_clock *k, int64_t at_ms)
{
	struct deadline unpaused = k->deadline;
	int64_t until_ms = k->due_ms != NEVER ? k->due_ms : at_ms;

	unpaused.pauses = NULL;
	return deadline_elapsed_ms(&unpaused, until_ms) -
	    deadline_elapsed_ms(&k->deadline, until_ms);
}

static json_t *
seconds(int64_t ms)
{
	return json_integer(ms / 1000);
}

json_t *
due_clock_json(const struct due_clock *k, int64_t at_ms)
{
	const char *zone = k->deadline.calendar->zone;
	int64_t elapsed_ms = deadline_elapsed_ms(&k->deadline, at_ms);
	json_t *o = json_object();
	char text[DEADLINE_TEXT_MAX], why[160];

	due_set_instant(o, "due", zone, k->due_ms);
	if (k->due_ms == NEVER)
		json_object_set_new(o, "never",
		    json_string(
			deadline_why_never(&k->deadline, k->target_ms, why)));
	deadline_target_text(k->target, text, sizeof(text));
	json_object_set_new(o, "target", json_string(text));
	json_object_set_new(o, "target_s", seconds(k->target_ms));
	json_object_set_new(o, "paused_s", seconds(paused_ms(k, at_ms)));
	due_set_instant(o, "at", zone, at_ms);
	json_object_set_new(o, "elapsed_s", seconds(elapsed_ms));
	json_object_set_new(o, "left_s",
	    seconds(elapsed_ms < k->target_ms ? k->target_ms - elapsed_ms : 0));
	json_object_set_new(o, "breached",
	    json_boolean(k->due_ms != NEVER && at_ms >= k->due_ms));
	json_object_set_new(o, "reminders", steps_json(k));
	return o;
}

void
due_print_instant(struct cli *c, const char *zone, int64_t at_ms)
{
	char local[64], utc[40];

	if (at_ms == NEVER) {
		fprintf(c->out, "never");
		return;
	}
	civil_full(zone, at_ms, local, sizeof(local));
	due_utc(at_ms, utc, sizeof(utc));
	fprintf(c->out, "%s  %s", local, utc);
}

/* Open time in hours: a day of it is not a day on the wall. */
static void
open_time(int64_t ms, char *out, size_t room)
{
	int64_t minutes = ms / 60000;

	text_format(out, room, "%" PRId64 " h %02" PRId64 " min", minutes / 60,
	    minutes % 60);
}

static void
print_state(struct cli *c, const struct due_clock *k, int64_t at_ms)
{
	char elapsed[32], target[DEADLINE_TEXT_MAX], paused[32];
	int64_t lost_ms = paused_ms(k, at_ms);

	open_time(deadline_elapsed_ms(&k->deadline, at_ms), elapsed,
	    sizeof(elapsed));
	deadline_target_text(k->target, target, sizeof(target));
	fprintf(c->out, "  %s of open time have passed of %s%s", elapsed,
	    target,
	    k->due_ms != NEVER && at_ms >= k->due_ms ? ": breached" : "");
	if (lost_ms > 0) {
		open_time(lost_ms, paused, sizeof(paused));
		fprintf(c->out, "; %s of open time were paused", paused);
	}
	fputc('\n', c->out);
}

void
due_print_clock(struct cli *c, const struct due_clock *k, int64_t at_ms)
{
	const char *zone = k->deadline.calendar->zone;

	due_print_instant(c, zone, k->due_ms);
	fputc('\n', c->out);
	for (const struct due_step *s = due_steps; s->percent != 0; s++) {
		fprintf(c->out, "  %3d %%  ", s->percent);
		due_print_instant(c, zone,
		    deadline_percent_ms(&k->deadline, k->target_ms,
			s->percent));
		fprintf(c->out, "  %s\n", s->act);
	}
	print_state(c, k, at_ms);
}

int
due_never(struct cli *c, const struct due_clock *k)
{
	char why[160];

	return cli_fail(c, "it is never due: %s",
	    deadline_why_never(&k->deadline, k->target_ms, why));
}
