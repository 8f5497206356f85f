/*
 * schedule: a binary heap.  heap[i] has place i + 1, its parent place / 2.
 */
#include <assert.h>
#include <stdlib.h>

#include "agent/schedule.h"
#include "lib/names.h"
#include "lib/text.h"

int64_t
schedule_phase(const char *id, const char *region, int64_t interval_ms)
{
	uint64_t hash = names_hash(region, names_hash(id, 0));
	int64_t grains = interval_ms / SCHEDULE_GRAIN_MS;

	assert(interval_ms > 0);
	if (grains == 0)
		return 0;
	return (int64_t)(hash % (uint64_t)grains) * SCHEDULE_GRAIN_MS;
}

int64_t
schedule_slot(int64_t phase_ms, int64_t interval_ms, int64_t after_ms)
{
	int64_t since = (after_ms - phase_ms) % interval_ms;

	if (since < 0)
		since += interval_ms;
	return after_ms - since + interval_ms;
}

void
schedule_clear(struct schedule *s)
{
	free(s->heap);
	*s = (struct schedule){ NULL, 0, 0 };
}

static void
set_place(struct schedule *s, struct schedule_entry *e, size_t place)
{
	s->heap[place - 1] = e;
	e->place = place;
}

static void
rise(struct schedule *s, struct schedule_entry *e)
{
	size_t place = e->place;

	while (place > 1 && s->heap[place / 2 - 1]->at_ms > e->at_ms) {
		set_place(s, s->heap[place / 2 - 1], place);
		place /= 2;
	}
	set_place(s, e, place);
}

static void
sink(struct schedule *s, struct schedule_entry *e)
{
	size_t place = e->place, child;

	while ((child = 2 * place) <= s->count) {
		if (child < s->count &&
		    s->heap[child]->at_ms < s->heap[child - 1]->at_ms)
			child++;
		if (s->heap[child - 1]->at_ms >= e->at_ms)
			break;
		set_place(s, s->heap[child - 1], place);
		place = child;
	}
	set_place(s, e, place);
}

void
schedule_set(struct schedule *s, struct schedule_entry *e, int64_t at_ms)
{
	if (e->place == 0) {
		if (s->count == s->room) {
			s->room = 2 * s->room + 16;
			s->heap = mem_grow(s->heap, s->room * sizeof(void *));
		}
		e->place = ++s->count;
	}
	e->at_ms = at_ms;
	rise(s, e);
	sink(s, e);
}

void
schedule_remove(struct schedule *s, struct schedule_entry *e)
{
	struct schedule_entry *last;

	if (e->place == 0)
		return;
	last = s->heap[--s->count];
	if (last != e) {
		last->place = e->place;
		s->heap[e->place - 1] = last;
		rise(s, last);
		sink(s, last);
	}
	e->place = 0;
}

struct schedule_entry *
schedule_first(const struct schedule *s)
{
	return s->count > 0 ? s->heap[0] : NULL;
}
