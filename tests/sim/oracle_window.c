/*
 * The oracle on announced maintenance: what it covers is not called for while
 * it lasts, and what is still broken at its end is told then (promise 2).
 *
 * By the records that are durable: whoever was told that it is announced was
 * told so after its commit.
 */
#include <jansson.h>

#include "tests/sim/oracle_parts.h"

#define THAWED_MS 110000 /* catching up, and what fell into a break */

struct search {
	int endpoint;
	int64_t at_ms;
	struct interval_set *held;
};

static int64_t
number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

/* One time, as far as it was known at that instant. */
static void
add_time(const struct search *x, const json_t *time)
{
	int64_t from_ms = number(time, "from"), to_ms = number(time, "to");
	const json_t *change;
	size_t i;

	json_array_foreach(json_object_get(time, "changes"), i, change)
	{
		int64_t at_ms = number(change, "at");

		if (at_ms > x->at_ms)
			break;
		if (!json_is_true(json_object_get(change, "cancelled")))
			to_ms = number(change, "to");
		else if (at_ms < to_ms)
			to_ms = at_ms;
	}
	interval_set_add(x->held, from_ms, to_ms);
}

static bool
is_about(const struct search *x, const char *field, const json_t *record)
{
	const char *name = truth_endpoints[x->endpoint];
	const json_t *list = json_object_get(record, "endpoints"), *one;
	size_t length = strcspn(name, "/"), i;

	if (strncmp(field, name, length) != 0 || field[length] != '|')
		return false;
	json_array_foreach(list, i,
	    one) if (truth_endpoint(json_string_value(one)) ==
	    x->endpoint) return true;
	return list == NULL;
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct search *x = arg;
	const json_t *time;
	json_t *record;
	size_t i;

	if (strcmp(key, "windows") != 0)
		return;
	record = json_loadb(value, length, 0, NULL);
	if (is_about(x, field, record) && number(record, "at") < x->at_ms)
		json_array_foreach(json_object_get(record, "times"), i, time)
		    add_time(x, time);
	json_decref(record);
}

/* When it was announced, by all that was known at that instant. */
void
oracle_held(const struct world *w, int e, int64_t at_ms,
    struct interval_set *held)
{
	struct search x = { e, at_ms, held };
	char group[12];

	text_format(group, sizeof(group), "sw:{c%u}:", endpoint_shard(w, e));
	simstore_fields(w->store, group, on_field, &x);
}

bool
oracle_was_held(const struct world *w, int e, int64_t from_ms, int64_t to_ms)
{
	struct interval_set held = { 0 };
	bool was;

	oracle_held(w, e, to_ms, &held);
	was = interval_set_within(&held, from_ms, to_ms + 1) > 0;
	interval_set_clear(&held);
	return was;
}

/* An alarm that rises, or calls for more than before. */
void
oracle_check_held(struct world *w, const struct subject *was,
    const struct alarm *a)
{
	int e = a->kind == ALARM_OPERATIONS ? -1 : field_endpoint(a->subject);
	struct interval_set held = { 0 };

	if (e < 0 || a->event == ALARM_CLEARED ||
	    (a->event == ALARM_CHANGED && a->severity >= was->severity))
		return;
	oracle_held(w, e, a->at_ms, &held);
	if (interval_set_contains(&held, a->at_ms))
		broken(w,
		    "promise 2: %s is called for inside its announced "
		    "maintenance",
		    a->subject);
	interval_set_clear(&held);
}

/*
 * Whether what is booked down since then must have been told by a commit of
 * that instant.
 */
bool
oracle_must_tell(struct world *w, int e, const struct standing *is,
    const struct span *now)
{
	struct interval_set held = { 0 };
	int64_t end_ms = 0;
	bool must;

	oracle_held(w, e, is->at_ms, &held);
	for (size_t i = 0; i < held.count; i++)
		if (held.items[i].from <= is->at_ms)
			end_ms = held.items[i].to;
	must = end_ms < is->at_ms &&
	    (end_ms < is->broke_ms || is->at_ms > is->broke_ms + THAWED_MS) &&
	    (!now->only_maintenance || now->from_ms < end_ms);
	interval_set_clear(&held);
	return must;
}
