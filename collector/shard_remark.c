/*
 * shard_remark: what people note about an outage: one list for each, by the
 * name of its record in "outages"; only ever appended to.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/scope.h"
#include "collector/shard_order.h"
#include "lib/record.h"

#define REMARKS_MAX 64 /* of one outage */

struct remark *
shard_remark(struct shard *s, const char *field)
{
	struct remark *r;

	HASH_FIND_STR(s->remarks, field, r);
	if (r != NULL || strlen(field) >= sizeof(r->field))
		return r;
	r = mem_alloc(sizeof(*r));
	text_copy(r->field, sizeof(r->field), field);
	r->list = json_array();
	HASH_ADD_STR(s->remarks, field, r);
	return r;
}

bool
shard_load_remark(struct shard *s, const char *field, const void *value,
    size_t length)
{
	json_t *list = json_loadb(value, length, JSON_REJECT_DUPLICATES, NULL);
	struct remark *r = shard_remark(s, field);

	if (!json_is_array(list) || json_array_size(list) > REMARKS_MAX ||
	    r == NULL) {
		json_decref(list);
		return false;
	}
	json_decref(r->list);
	r->list = list;
	return true;
}

void
shard_free_remarks(struct shard *s)
{
	struct remark *r = s->remarks, *next;

	HASH_CLEAR(hh, s->remarks);
	for (; r != NULL; r = next) {
		next = r->hh.next;
		json_decref(r->list);
		free(r);
	}
}

static json_t *
make(const struct order *o, const char *text, const char *cause)
{
	json_t *entry = json_pack("{s:I, s:o}", "at", (json_int_t)o->s->now_ms,
	    "by", record_foreign(o->by));

	if (text != NULL)
		record_set_text(entry, "text", text);
	if (cause != NULL)
		record_set_text(entry, "cause", cause);
	return entry;
}

/* The last one says the same, whenever it was. */
static bool
is_said(const json_t *list, const json_t *entry)
{
	const json_t *last = json_array_get(list, json_array_size(list) - 1);
	static const char *const keys[] = { "by", "text", "cause" };

	for (size_t i = 0; i < 3; i++)
		if (text_differs(record_string(last, keys[i]),
			record_string(entry, keys[i])))
			return false;
	return last != NULL;
}

static void
put(struct order *o, const struct remark *r, const json_t *entry)
{
	json_t *line =
	    json_pack("{s:I, s:s, s:s}", "at", (json_int_t)o->s->now_ms, "what",
		"outage annotated", "subject", r->field);

	json_object_update_missing(line, (json_t *)(uintptr_t)entry);
	shard_put_text(o->s, COMMIT_APPEND, "journal", "", record_dump(line));
	json_decref(line);
	shard_put_text(o->s, COMMIT_SET, "annotations", r->field,
	    record_dump(r->list));
	shard_put_end(o->s);
	o->s->is_urgent = true;
}

/* One that is booked; of what is long past only the store knows. */
static bool
is_booked(const struct order *o, const struct target *t, int64_t from_ms)
{
	for (size_t i = 0; i < t->booked_count; i++)
		if (t->booked[i].from_ms == from_ms)
			return true;
	return from_ms < shard_horizon(o->s);
}

static bool
annotate(struct order *o, const struct target *t, int64_t from_ms,
    const char *text, const char *cause)
{
	char field[TARGET_ROOM + 24];
	struct remark *r;
	json_t *entry;

	if (!is_booked(o, t, from_ms))
		return order_refuse(o,
		    "from_ms: no outage of %s is booked from then on", t->id);
	text_format(field, sizeof(field), "%s|%lld", t->key,
	    (long long)from_ms);
	r = shard_remark(o->s, field);
	entry = make(o, text, cause);
	order_say(o, "%s: noted", t->id);
	if (is_said(r->list, entry) || o->check) {
		json_decref(entry);
		return true;
	}
	if (json_array_size(r->list) >= REMARKS_MAX) {
		json_decref(entry);
		return order_refuse(o, "%s: noted too often", t->id);
	}
	json_array_append(r->list, entry);
	put(o, r, entry);
	json_decref(entry);
	return true;
}

bool
order_annotate(struct order *o)
{
	const json_t *scope = json_object_get(o->request, "scope");
	const char *id = json_string_value(json_array_get(scope, 0)), *text,
		   *cause;
	const struct target *t = id != NULL ? shard_find(o->s, id) : NULL;
	int64_t from_ms;

	if (json_array_size(scope) != 1 || id == NULL ||
	    strchr(id, '/') == NULL)
		return order_refuse(o, "scope: one endpoint is expected");
	if (!order_instant(o, "from_ms", &from_ms) ||
	    !order_text(o, "text", CLAIM_TEXT_MAX, false, &text) ||
	    !order_text(o, "cause", CLAIM_TEXT_MAX, false, &cause))
		return false;
	if (text == NULL && cause == NULL)
		return order_refuse(o, "text: a text or a cause is expected");
	if (t == NULL)
		return true; /* another shard's */
	o->reply->found++;
	return annotate(o, t, from_ms, text, cause);
}
