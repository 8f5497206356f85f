/*
 * run_burden: what being on call asked of people, for who asks the pager.
 *
 * The journal is read in small pieces, so that nothing else waits; whoever
 * asks has what was reckoned last, and is told that it is reckoned anew.
 */
#include <stdlib.h>

#include "lib/record.h"
#include "lib/text.h"
#include "pager/burden.h"
#include "pager/run_parts.h"

#define READ_MAX 200 /* lines at once */
#define PERIOD_MS (30 * INT64_C(86400000))
#define KEPT_MS INT64_C(300000) /* then it is reckoned anew, when asked */

struct reckoning {
	struct run *run;
	unsigned generation;
	const struct settings *settings; /* void when the run's are others */
	struct burden *burden;
	int64_t now_ms;
	char after[48]; /* the last entry read */
	size_t entries;
};

static bool
is_void(const struct reckoning *k)
{
	const struct run *r = k->run;

	return k->generation != r->generation || r->phase != RUN_ACTIVE ||
	    k->settings != r->settings;
}

static void
on_entry(void *arg, const char *id, const char *data, size_t length)
{
	struct reckoning *k = arg;

	k->entries++;
	text_copy(k->after, sizeof(k->after), id);
	if (!is_void(k))
		(void)burden_line(k->burden, data, length);
}

static void on_end(void *, bool ok);

static void
read_on(struct reckoning *k)
{
	k->entries = 0;
	store_read(k->run->store, STORE_PAGER_GROUP, "journal", k->after,
	    READ_MAX, on_entry, on_end, k);
}

static void
finish(struct reckoning *k)
{
	struct run *r = k->run;

	duty_burden(r->duty, k->burden, k->now_ms);
	json_decref(r->load);
	r->load = burden_report(k->burden, NULL);
	r->load_ms = k->now_ms;
}

static void
on_end(void *arg, bool ok)
{
	struct reckoning *k = arg;
	bool goes_on = ok && !is_void(k);

	if (goes_on && k->entries == READ_MAX) {
		read_on(k);
		return;
	}
	if (goes_on)
		finish(k);
	k->run->reckoning = false;
	burden_free(k->burden);
	free(k);
}

static void
begin(struct run *r, int64_t now_ms)
{
	const struct burden_period period = { now_ms - PERIOD_MS, now_ms,
		now_ms - r->settings->site.names_after_ms };
	struct reckoning *k;

	if (r->reckoning || r->away || !store_is_up(r->store) ||
	    (r->load != NULL && now_ms >= r->load_ms &&
		now_ms - r->load_ms < KEPT_MS))
		return;
	r->reckoning = true;
	k = mem_alloc(sizeof(*k));
	k->run = r;
	k->generation = r->generation;
	k->settings = r->settings;
	k->burden = burden_new(r->settings, &period);
	k->now_ms = now_ms;
	text_format(k->after, sizeof(k->after), "%lld-0",
	    (long long)(period.from_ms - BURDEN_BEFORE_MS));
	read_on(k);
}

char *
run_burden(struct run *r, int64_t now_ms, bool *ok)
{
	json_t *answer = json_object();
	char *text;

	begin(r, now_ms);
	*ok = r->load != NULL || r->reckoning;
	if (!*ok)
		json_object_set_new(answer, "error",
		    json_string("the journal cannot be read now"));
	if (r->load != NULL)
		json_object_set(answer, "load", r->load);
	record_set_int(answer, "as_of_ms", r->load_ms);
	record_set_bool(answer, "reckoning", r->reckoning);
	text = record_dump(answer);
	json_decref(answer);
	return text;
}
