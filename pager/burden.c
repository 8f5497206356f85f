/* burden: see the header.  What is kept, and what its files share. */
#include <stdlib.h>
#include <string.h>

#include "lib/hash_free.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/burden_parts.h"

struct burden *
burden_new(const struct settings *s, const struct burden_period *period)
{
	struct burden *b = mem_alloc(sizeof(*b));

	b->settings = s;
	b->period = *period;
	return b;
}

void
burden_free(struct burden *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->page_count; i++)
		free(b->pages[i]);
	HASH_FREE_ITEMS(b->incidents);
	free(b->pages);
	free(b->asked);
	free(b->watches);
	free(b);
}

bool
burden_is_within(const struct burden *b, int64_t at_ms)
{
	return b->period.from_ms <= at_ms && at_ms < b->period.to_ms;
}

void
burden_watch(struct burden *b, const struct burden_watch *w)
{
	struct burden_watch *kept;

	if (b->watch_count == BURDEN_WATCHES_MAX) {
		b->watches_left_out++;
		return;
	}
	b->watches = mem_room(b->watches, b->watch_count, sizeof(*b->watches));
	kept = &b->watches[b->watch_count++];
	*kept = *w;
	if (w->from_ms < b->period.names_ms)
		kept->person[0] = '\0';
}

void
burden_span(struct burden_spans *s, int64_t ms)
{
	s->items = mem_room(s->items, s->count, sizeof(*s->items));
	s->items[s->count++] = ms < 0 ? 0 : ms; /* clocks of two machines */
}

void
burden_spans_clear(struct burden_spans *s)
{
	free(s->items);
	*s = (struct burden_spans){ 0 };
}

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The least of them that so many in a hundred do not exceed. */
static int64_t
share(const struct burden_spans *s, size_t percent)
{
	return s->items[(s->count * percent + 99) / 100 - 1];
}

json_t *
burden_spans_json(struct burden_spans *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "known", json_integer((json_int_t)s->count));
	if (s->count == 0)
		return o;
	qsort(s->items, s->count, sizeof(*s->items), compare);
	json_object_set_new(o, "median_ms", json_integer(share(s, 50)));
	json_object_set_new(o, "p90_ms", json_integer(share(s, 90)));
	json_object_set_new(o, "max_ms", json_integer(share(s, 100)));
	return o;
}

json_t *
burden_report(struct burden *b, const char *person)
{
	json_t *o = json_object(), *people;

	burden_find_watches(b);
	people = burden_people_json(b, person);
	if (person != NULL && json_array_size(people) == 0 &&
	    settings_person(b->settings, person) == NULL) {
		json_decref(people);
		json_decref(o);
		return NULL;
	}
	record_set_int(o, "from_ms", b->period.from_ms);
	record_set_int(o, "to_ms", b->period.to_ms);
	record_set_int(o, "journal_ms", b->first_ms);
	json_object_set_new(o, "people", people);
	json_object_set_new(o, "watches", burden_watches_json(b, person));
	if (person == NULL) {
		json_object_set_new(o, "severities", burden_severities_json(b));
		json_object_set_new(o, "noise", burden_noise_json(b));
	}
	record_set_int(o, "left_out",
	    (int64_t)(b->incidents_left_out + b->pages_left_out +
		b->watches_left_out));
	return o;
}
