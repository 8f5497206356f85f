/*
 * window_record: a window as JSON.  Written by a shard, read strictly: a
 * record that is not whole is refused, naming the field.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/record.h"
#include "lib/record_whole.h"
#include "lib/text.h"
#include "lib/window.h"

static json_t *
pack_change(const struct window_change *c)
{
	json_t *o = json_pack("{s:I, s:o}", "at", (json_int_t)c->at_ms, "by",
	    record_foreign(c->by));

	if (c->why != NULL)
		record_set_text(o, "why", c->why);
	if (c->forced != NULL)
		record_set_text(o, "forced", c->forced);
	record_set_bool(o, "cancelled", c->cancelled);
	json_object_set_new(o, "from", json_integer(c->from_ms));
	json_object_set_new(o, "to", json_integer(c->to_ms));
	return o;
}

static json_t *
pack_time(const struct window_time *t)
{
	json_t *o = json_pack("{s:I, s:I}", "from", (json_int_t)t->from_ms,
	    "to", (json_int_t)t->to_ms);
	json_t *changes;

	if (t->count == 0)
		return o;
	changes = json_array();
	for (size_t i = 0; i < t->count; i++)
		json_array_append_new(changes, pack_change(&t->changes[i]));
	json_object_set_new(o, "changes", changes);
	return o;
}

char *
window_encode(const struct window *w)
{
	json_t *o = json_pack("{s:I, s:o, s:o}", "at", (json_int_t)w->at_ms,
	    "by", record_foreign(w->by), "text", record_foreign(w->text));
	json_t *list = json_array();
	char *text;

	if (w->rule != NULL)
		record_set_text(o, "rule", w->rule);
	if (w->forced != NULL)
		record_set_text(o, "forced", w->forced);
	for (size_t i = 0; i < w->endpoint_count; i++)
		json_array_append_new(list, json_string(w->endpoints[i]));
	if (w->endpoint_count > 0)
		json_object_set(o, "endpoints", list);
	json_decref(list);
	list = json_array();
	for (size_t i = 0; i < w->count; i++)
		json_array_append_new(list, pack_time(&w->times[i]));
	json_object_set_new(o, "times", list);
	text = record_dump(o);
	json_decref(o);
	return text;
}

/* ---- reading ---- */

static void
read_change(const json_t *o, struct window_time *t, char error[160])
{
	struct window_change *c = &t->changes[t->count++];

	*c = (struct window_change){ .at_ms = whole_instant(o, "at", error),
		.by = whole_text(o, "by", error),
		.why = whole_text_maybe(o, "why", error),
		.forced = whole_text_maybe(o, "forced", error),
		.cancelled = record_bool(o, "cancelled") };
	whole_span(o, &c->from_ms, &c->to_ms, error);
}

static void
read_time(const json_t *o, struct window *w, char error[160])
{
	const json_t *changes = json_object_get(o, "changes"), *change;
	struct window_time *t = &w->times[w->count++];
	size_t i;

	whole_span(o, &t->from_ms, &t->to_ms, error);
	if (json_array_size(changes) > WINDOW_CHANGES_MAX) {
		whole_fault(error, "changes", "too many");
		return;
	}
	t->changes =
	    mem_alloc((json_array_size(changes) + 1) * sizeof(*t->changes));
	json_array_foreach(changes, i, change) read_change(change, t, error);
}

static void
read_times(const json_t *o, struct window *w, char error[160])
{
	const json_t *times = json_object_get(o, "times"), *time;
	size_t n = json_array_size(times), i;

	if (n == 0 || n > WINDOW_TIMES_MAX) {
		whole_fault(error, "times", "expected 1 to 400 of them");
		return;
	}
	w->times = mem_alloc(n * sizeof(*w->times));
	json_array_foreach(times, i, time) read_time(time, w, error);
	for (i = 1; i < w->count; i++)
		if (w->times[i].from_ms < w->times[i - 1].to_ms)
			whole_fault(error, "times", "not one after the other");
}

struct window *
window_decode(const char *field, const void *data, size_t length,
    char error[160])
{
	json_t *o = whole_load(data, length, error);
	struct window *w;

	if (o == NULL)
		return NULL;
	w = mem_alloc(sizeof(*w));
	*w = (struct window){ .at_ms = whole_instant(o, "at", error),
		.by = whole_text(o, "by", error),
		.text = whole_text(o, "text", error),
		.rule = whole_text_maybe(o, "rule", error),
		.forced = whole_text_maybe(o, "forced", error) };
	whole_field(field, "window", WINDOW_ID_MAX, &w->client, &w->id, error);
	whole_endpoints(o, WINDOW_ENDPOINTS_MAX, &w->endpoints,
	    &w->endpoint_count, error);
	read_times(o, w, error);
	json_decref(o);
	if (error[0] == '\0')
		return w;
	window_free(w);
	return NULL;
}
