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
#include "lib/text.h"
#include "lib/window.h"

#define NAME_MAX_BYTES 200

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
fail(char error[160], const char *key, const char *why)
{
	if (error[0] == '\0')
		text_format(error, 160, "%s: %s", key, why);
}

static int64_t
instant(const json_t *o, const char *key, char error[160])
{
	int64_t at_ms = record_int(o, key, -1);

	if (at_ms < 0 || at_ms > TIME_MAX)
		fail(error, key, "expected an instant");
	return at_ms;
}

static char *
string(const json_t *o, const char *key, char error[160])
{
	const char *text = record_string(o, key);

	if (text == NULL)
		fail(error, key, "expected a text");
	return mem_text(text != NULL ? text : "");
}

static char *
maybe_string(const json_t *o, const char *key, char error[160])
{
	return json_object_get(o, key) != NULL ? string(o, key, error) : NULL;
}

static void
read_span(const json_t *o, int64_t *from_ms, int64_t *to_ms, char error[160])
{
	*from_ms = instant(o, "from", error);
	*to_ms = instant(o, "to", error);
	if (*from_ms >= *to_ms)
		fail(error, "to", "not after from");
}

static void
read_change(const json_t *o, struct window_time *t, char error[160])
{
	struct window_change *c = &t->changes[t->count++];

	*c = (struct window_change){ .at_ms = instant(o, "at", error),
		.by = string(o, "by", error),
		.why = maybe_string(o, "why", error),
		.forced = maybe_string(o, "forced", error),
		.cancelled = record_bool(o, "cancelled") };
	read_span(o, &c->from_ms, &c->to_ms, error);
}

static void
read_time(const json_t *o, struct window *w, char error[160])
{
	const json_t *changes = json_object_get(o, "changes"), *change;
	struct window_time *t = &w->times[w->count++];
	size_t i;

	read_span(o, &t->from_ms, &t->to_ms, error);
	if (json_array_size(changes) > WINDOW_CHANGES_MAX) {
		fail(error, "changes", "too many");
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
		fail(error, "times", "expected 1 to 400 of them");
		return;
	}
	w->times = mem_alloc(n * sizeof(*w->times));
	json_array_foreach(times, i, time) read_time(time, w, error);
	for (i = 1; i < w->count; i++)
		if (w->times[i].from_ms < w->times[i - 1].to_ms)
			fail(error, "times", "not one after the other");
}

static void
read_endpoints(const json_t *o, struct window *w, char error[160])
{
	const json_t *list = json_object_get(o, "endpoints"), *name;
	size_t n = json_array_size(list), i;

	if (list == NULL)
		return;
	if (n == 0 || n > WINDOW_ENDPOINTS_MAX) {
		fail(error, "endpoints", "expected 1 to 1000 of them");
		return;
	}
	w->endpoints = mem_alloc(n * sizeof(char *));
	json_array_foreach(list, i, name)
	{
		const char *text = json_string_value(name);

		if (text == NULL || strlen(text) > NAME_MAX_BYTES)
			fail(error, "endpoints", "expected names");
		w->endpoints[w->endpoint_count++] =
		    mem_text(text != NULL ? text : "");
	}
}

static void
read_name(const char *field, struct window *w, char error[160])
{
	const char *bar = strchr(field, '|');
	size_t length = bar != NULL ? (size_t)(bar - field) : 0;

	if (length == 0 || length >= 64 || bar[1] == '\0' ||
	    strlen(bar + 1) > WINDOW_ID_MAX) {
		text_copy(error, 160, "the field is not client|window");
		return;
	}
	w->client = mem_alloc(length + 1);
	memcpy(w->client, field, length);
	w->id = mem_text(bar + 1);
}

struct window *
window_decode(const char *field, const void *data, size_t length,
    char error[160])
{
	json_error_t why;
	struct window *w;
	json_t *o;

	error[0] = '\0';
	if (length > LEDGER_RECORD_MAX) {
		text_copy(error, 160, "record too long");
		return NULL;
	}
	if ((o = json_loadb(data, length, JSON_REJECT_DUPLICATES, &why)) ==
	    NULL) {
		text_format(error, 160, "not JSON: %s", why.text);
		return NULL;
	}
	w = mem_alloc(sizeof(*w));
	*w = (struct window){ .at_ms = instant(o, "at", error),
		.by = string(o, "by", error),
		.text = string(o, "text", error),
		.rule = maybe_string(o, "rule", error),
		.forced = maybe_string(o, "forced", error) };
	read_name(field, w, error);
	read_endpoints(o, w, error);
	read_times(o, w, error);
	json_decref(o);
	if (error[0] == '\0')
		return w;
	window_free(w);
	return NULL;
}
