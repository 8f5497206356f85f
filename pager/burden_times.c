/* burden_times: how fast failures were seen, taken in hand, and over. */
#include <string.h>

#include "lib/text.h"
#include "pager/burden_parts.h"

#define SEVERITIES 4

struct times {
	size_t incidents, seen_unknown, never_taken, waiting, open;
	struct burden_spans detect, take, resolve;
};

/* Whoever took the storm's page took what is in it; 0: nobody did. */
static int64_t
taken_at(const struct burden *b, const struct burden_incident *inc)
{
	const struct burden_incident *storm = NULL;

	if (inc->taken_ms != 0 || inc->storm[0] == '\0')
		return inc->taken_ms;
	HASH_FIND_STR(b->incidents, inc->storm, storm);
	return storm != NULL ? storm->taken_ms : 0;
}

static void
count(const struct burden *b, const struct burden_incident *inc,
    struct times *t)
{
	int64_t taken_ms = taken_at(b, inc);

	t->incidents++;
	if (inc->since_ms != 0)
		burden_span(&t->detect, inc->opened_ms - inc->since_ms);
	else
		t->seen_unknown++;
	if (taken_ms != 0)
		burden_span(&t->take, taken_ms - inc->opened_ms);
	else if (inc->closed_ms != 0)
		t->never_taken++;
	else
		t->waiting++;
	if (inc->closed_ms != 0)
		burden_span(&t->resolve, inc->closed_ms - inc->opened_ms);
	else
		t->open++;
}

static json_t *
measure(struct burden_spans *s, const char *lacking, size_t count)
{
	json_t *o = burden_spans_json(s);

	json_object_set_new(o, lacking, json_integer((json_int_t)count));
	burden_spans_clear(s);
	return o;
}

static json_t *
times_json(struct times *t, int severity)
{
	json_t *o = json_object(), *take;

	json_object_set_new(o, "severity", json_integer(severity));
	json_object_set_new(o, "incidents",
	    json_integer((json_int_t)t->incidents));
	json_object_set_new(o, "detect",
	    measure(&t->detect, "unknown", t->seen_unknown));
	take = measure(&t->take, "never", t->never_taken);
	json_object_set_new(take, "waiting",
	    json_integer((json_int_t)t->waiting));
	json_object_set_new(o, "take", take);
	json_object_set_new(o, "resolve",
	    measure(&t->resolve, "open", t->open));
	return o;
}

/* A storm is a page for several, and no failure of its own. */
json_t *
burden_severities_json(const struct burden *b)
{
	struct times all[SEVERITIES] = { 0 };
	json_t *list = json_array();

	for (const struct burden_incident *inc = b->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (burden_is_within(b, inc->opened_ms) && !inc->is_storm &&
		    inc->worst != 0)
			count(b, inc, &all[inc->worst - 1]);
	for (int i = 0; i < SEVERITIES; i++)
		json_array_append_new(list, times_json(&all[i], i + 1));
	return list;
}
