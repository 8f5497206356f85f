/* facts: see facts.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/facts.h"
#include "lib/text.h"

static void
add_region(struct facts *f, const char *name, size_t length, int64_t timeout_ms)
{
	struct facts_region *r = &f->regions[f->count];

	if (f->count == REGIONS_MAX || length == 0 || length >= sizeof(r->name))
		return;
	memcpy(r->name, name, length);
	runs_init(&r->runs);
	r->runs.timeout_ms = timeout_ms;
	f->count++;
}

static int
compare_regions(const void *a, const void *b)
{
	return strcmp(((const struct facts_region *)a)->name,
	    ((const struct facts_region *)b)->name);
}

struct facts *
facts_new(const char *key, int64_t timeout_ms, const char *regions,
    int64_t from_ms, int64_t to_ms)
{
	struct facts *f = mem_alloc(sizeof(*f));
	size_t n;

	text_copy(f->key, sizeof(f->key), key);
	f->from_ms = from_ms;
	f->to_ms = to_ms;
	for (; *regions != '\0'; regions += n + (regions[n] == ' ')) {
		n = strcspn(regions, " ");
		add_region(f, regions, n, timeout_ms);
	}
	qsort(f->regions, f->count, sizeof(f->regions[0]), compare_regions);
	return f;
}

void
facts_free(struct facts *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->count; i++) {
		runs_clear(&f->regions[i].runs);
		interval_set_clear(&f->regions[i].voids);
	}
	free(f);
}

void
facts_put_runs(struct facts *f, size_t region, const void *record,
    size_t length)
{
	struct runs *runs = &f->regions[region].runs;
	size_t before = runs->count;

	if (f->is_too_much)
		return;
	if (runs_decode(runs, record, length) != 0)
		f->unreadable++;
	f->runs += runs->count - before;
	f->is_too_much = f->runs > FACTS_RUNS_MAX;
}

static bool
is_number(const char *text, int64_t *out)
{
	char *end;

	*out = strtoll(text, &end, 10);
	return *text != '\0' && *end == '\0' && *out >= -TIME_MAX &&
	    *out <= TIME_MAX;
}

/* "auckland|blind|akl-1|1700000000000": its end, 0 while it goes on. */
void
facts_put_void(struct facts *f, const char *field, const void *value,
    size_t length)
{
	const char *bar = strrchr(field, '|');
	size_t name = strcspn(field, "|");
	int64_t from_ms, to_ms;
	char to[24];

	if (bar == NULL || length >= sizeof(to) ||
	    !text_format(to, sizeof(to), "%.*s", (int)length,
		(const char *)value) ||
	    !is_number(bar + 1, &from_ms) || !is_number(to, &to_ms)) {
		f->unreadable++;
		return;
	}
	if (to_ms == 0)
		to_ms = NEVER;
	if (from_ms >= f->to_ms + FACTS_AROUND_MS ||
	    to_ms <= f->from_ms - FACTS_AROUND_MS)
		return;
	for (size_t i = 0; i < f->count; i++)
		if (strlen(f->regions[i].name) == name &&
		    memcmp(f->regions[i].name, field, name) == 0)
			interval_set_add(&f->regions[i].voids, from_ms, to_ms);
}

bool
facts_lacks_begin(const struct facts *f, size_t region)
{
	const struct runs *runs = &f->regions[region].runs;

	return runs->count == 0 || runs->items[0].first_at_ms > f->from_ms;
}

static struct facts_region *
find(struct facts *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->regions[i].name, name) == 0)
			return &f->regions[i];
	return NULL;
}

/* It sees nothing since then: the last look was an interval before. */
static int64_t
ended_at(const struct facts_region *r, int64_t since_ms)
{
	const struct run *last = &r->runs.items[r->runs.count - 1];

	if (interval_set_contains(&r->voids, since_ms))
		return last->last_at_ms; /* it would not tell */
	return since_ms - last->interval_ms;
}

void
facts_put_edge(struct facts *f, const char *region, const char *outcome,
    int64_t since_ms, int64_t known_ms)
{
	struct facts_region *r = find(f, region);
	struct run *last;
	int64_t at_ms;

	if (r == NULL || r->runs.count == 0)
		return;
	last = &r->runs.items[r->runs.count - 1];
	if (strcmp(outcome, "none") == 0)
		at_ms = ended_at(r, since_ms);
	else if (strcmp(outcome, outcome_text(last->outcome)) == 0 &&
	    since_ms - last->last_at_ms <= RUNS_BRIDGE * last->interval_ms)
		at_ms = known_ms - last->interval_ms;
	else
		return; /* of a run that was not written when we read */
	if (at_ms > last->last_at_ms)
		last->last_at_ms = at_ms;
}

static bool
is_same(const struct fact *a, const struct fact *b)
{
	return a->is_none == b->is_none && a->is_blippy == b->is_blippy &&
	    (a->is_none ||
		(a->outcome == b->outcome && a->reason == b->reason));
}

void
facts_at(const struct facts *f, size_t region, int64_t at_ms, int64_t until_ms,
    int64_t known_ms, struct facts_item *out)
{
	const struct facts_region *r = &f->regions[region];
	struct fact next;

	runs_fact_outside(&r->runs, &r->voids, at_ms, known_ms, &out->fact);
	out->from_ms = at_ms;
	out->to_ms = out->fact.until_ms;
	while (out->to_ms < until_ms) {
		runs_fact_outside(&r->runs, &r->voids, out->to_ms, known_ms,
		    &next);
		if (!is_same(&out->fact, &next))
			return;
		out->to_ms = next.until_ms;
	}
	out->to_ms = until_ms;
}
