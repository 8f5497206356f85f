/* woken_read: see woken_read.h. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/overrides_stored.h"
#include "cli/records_stream.h"
#include "cli/woken_read.h"
#include "lib/interval.h"
#include "lib/store.h"
#include "lib/text.h"

#define GROUP STORE_PAGER_GROUP
#define EARLY_MS INT64_C(86400000) /* clocks may differ; so much at most */
#define OPERATIONS "operations/"

const struct incident *
woken_record(const struct woken_read *r, const char *id)
{
	for (size_t i = 0; i < r->record_count; i++)
		if (strcmp(r->records[i]->id, id) == 0)
			return r->records[i];
	return NULL;
}

/* ---- incidents ---- */

bool
woken_has_member(const struct incident *inc, const struct woken_of *of)
{
	return incident_member(inc, of->name) != NULL ||
	    incident_member(inc, of->was) != NULL;
}

static void
want(struct woken_read *r, const char *id, bool is_storm)
{
	for (size_t i = 0; i < r->id_count; i++)
		if (strcmp(r->ids[i], id) == 0)
			return;
	if (r->id_count == WOKEN_INCIDENTS_MAX) {
		r->ids_left_out++;
		return;
	}
	r->is_storm[r->id_count] = is_storm;
	text_copy(r->ids[r->id_count++], sizeof(r->ids[0]), id);
}

static void
forget(struct woken_read *r, const char *id)
{
	for (size_t i = 0; i < r->id_count; i++)
		if (strcmp(r->ids[i], id) == 0) {
			r->id_count--;
			memmove(r->ids[i], r->ids[i + 1],
			    (r->id_count - i) * sizeof(r->ids[0]));
			return;
		}
}

static bool
is_near(const struct woken_read *r, const struct incident *inc)
{
	return inc->opened_ms <= r->at_ms + WOKEN_NEAR_MS &&
	    (inc->closed_ms == 0 || inc->closed_ms >= r->at_ms - WOKEN_NEAR_MS);
}

static bool
is_wanted(const struct woken_read *r, const struct incident *inc)
{
	return is_near(r, inc) &&
	    (woken_has_member(inc, &r->of) || inc->is_storm ||
		strncmp(inc->subject, OPERATIONS, strlen(OPERATIONS)) == 0);
}

static void
on_incident(void *arg, const char *field, const char *value, size_t length)
{
	struct woken_read *r = arg;
	char error[160];
	struct incident *inc = incident_decode(value, length, error);

	(void)field;
	if (inc == NULL)
		return; /* the pager says so, and keeps it aside */
	if (inc->number < r->first_number)
		r->first_number = inc->number;
	if (inc->closed_ms != 0 && inc->closed_ms < r->first_closed_ms)
		r->first_closed_ms = inc->closed_ms;
	if (!is_wanted(r, inc)) {
		incident_free(inc);
		return;
	}
	r->records = mem_grow(r->records,
	    (r->record_count + 1) * sizeof(struct incident *));
	r->records[r->record_count++] = inc;
}

static int
compare(const void *a, const void *b)
{
	const struct incident *x = *(struct incident *const *)a,
			      *y = *(struct incident *const *)b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* ---- the journal ---- */

typedef void on_line(struct woken_read *, const char *json, size_t length);

struct lines {
	struct woken_read *into;
	on_line *each;
};

static bool
on_entry(void *arg, const redisReply *entry)
{
	const redisReply *value = entry->element[1]->element[1];
	const struct lines *l = arg;

	l->each(l->into, value->str, value->len);
	return true;
}

/*
 * From its entries of then on: what was decided while Redis was away came
 * later, under the time at which it did.
 */
static bool
read_journal(struct woken_read *r, struct records *redis, int64_t from_ms,
    on_line *each)
{
	struct lines l = { r, each };
	char after[24];

	text_format(after, sizeof(after), "%lld-0",
	    (long long)(from_ms > EARLY_MS ? from_ms - EARLY_MS : 0));
	return records_stream(redis, GROUP "journal", after, NULL, RECORDS_ALL,
	    on_entry, &l);
}

/* Which incidents it had that are not kept any more. */
static void
find_old(struct woken_read *r, const char *json, size_t length)
{
	struct woken_about about;

	if (!woken_about(json, length, &r->of, &about))
		return;
	if (about.is_of && about.at_ms <= r->at_ms + WOKEN_NEAR_MS)
		want(r, about.incident, false);
	if (about.is_end && about.at_ms < r->at_ms - WOKEN_NEAR_MS)
		forget(r, about.incident);
}

static bool
is_asked_for(const struct woken_read *r, const char *id)
{
	for (size_t i = 0; i < r->id_count; i++)
		if (strcmp(r->ids[i], id) == 0)
			return true;
	return false;
}

static void
find_storms(struct woken_read *r, const char *json, size_t length)
{
	struct woken_about about;

	if (woken_about(json, length, &r->of, &about) &&
	    about.storm[0] != '\0' && is_asked_for(r, about.incident))
		want(r, about.storm, true);
}

static void
keep(struct woken_read *r, const char *json, size_t length)
{
	struct woken_about about;

	if (woken_about(json, length, &r->of, &about) &&
	    is_asked_for(r, about.incident))
		(void)woken_add(&r->journal, json, length);
}

/* The first of what is asked for was opened then; a storm with it. */
static int64_t
first_opened(const struct woken_read *r)
{
	int64_t from_ms = r->at_ms;

	for (size_t i = 0; i < r->id_count; i++) {
		const struct incident *inc = woken_record(r, r->ids[i]);

		if (inc == NULL)
			return 0;
		if (inc->opened_ms < from_ms)
			from_ms = inc->opened_ms;
	}
	return from_ms;
}

/* What was closed then may have left the records since. */
static bool
may_be_forgotten(const struct woken_read *r)
{
	return r->first_number > 1 && r->at_ms < r->first_closed_ms;
}

static bool
read_lines(struct woken_read *r, struct records *redis)
{
	int64_t from_ms;

	if (may_be_forgotten(r) && !read_journal(r, redis, 0, find_old))
		return false;
	if (r->id_count == 0)
		return true;
	from_ms = first_opened(r);
	return read_journal(r, redis, from_ms, find_storms) &&
	    read_journal(r, redis, from_ms, keep);
}

/* ---- the rest ---- */

static void
want_known(struct woken_read *r)
{
	if (r->record_count > 0)
		qsort(r->records, r->record_count, sizeof(struct incident *),
		    compare);
	for (size_t i = 0; i < r->record_count; i++)
		if (woken_has_member(r->records[i], &r->of))
			want(r, r->records[i]->id, false);
}

bool
woken_read(struct cli *c, const struct settings *s, struct records *redis,
    const struct woken_of *of, int64_t at_ms, struct woken_read *out)
{
	*out = (struct woken_read){ .of = *of,
		.at_ms = at_ms,
		.first_number = UINT64_MAX,
		.first_closed_ms = NEVER };
	if (records_each(redis, GROUP, "incidents", on_incident, out)) {
		want_known(out);
		if (read_lines(out, redis) &&
		    overrides_stored(s, redis, &out->overrides))
			return true;
	}
	cli_fail(c, "Redis cannot be read");
	return false;
}

void
woken_read_clear(struct woken_read *r)
{
	for (size_t i = 0; i < r->record_count; i++)
		incident_free(r->records[i]);
	free(r->records);
	woken_clear(&r->journal);
	overrides_clear(&r->overrides);
	*r = (struct woken_read){ 0 };
}

bool
woken_live_page(struct records *redis, const char *incident, struct page *out)
{
	char *json = records_field(redis, GROUP, "pages", incident), error[160];
	bool read =
	    json != NULL && page_decode(json, strlen(json), out, error) == 0;

	free(json);
	return read;
}
