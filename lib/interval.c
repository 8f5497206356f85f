/* interval: see interval.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"

void
interval_set_clear(struct interval_set *s)
{
	free(s->items);
	*s = (struct interval_set){ 0 };
}

/* Index of the first interval that ends at or after at. */
static size_t
first_ending(const struct interval_set *s, int64_t at)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->items[middle].to < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Put count intervals in the place of those in [begin, end). */
static void
replace(struct interval_set *s, size_t begin, size_t end,
    const struct interval *with, size_t count)
{
	size_t rest = s->count - end;

	if (s->count - (end - begin) + count > s->room) {
		s->room = 2 * s->room + count + 4;
		s->items = mem_grow(s->items, s->room * sizeof(*s->items));
	}
	if (rest > 0)
		memmove(s->items + begin + count, s->items + end,
		    rest * sizeof(*s->items));
	if (count > 0)
		memcpy(s->items + begin, with, count * sizeof(*with));
	s->count = begin + count + rest;
}

void
interval_set_add(struct interval_set *s, int64_t from, int64_t to)
{
	struct interval merged = { from, to };
	size_t begin = first_ending(s, from), end = begin;

	if (from >= to)
		return;
	for (; end < s->count && s->items[end].from <= to; end++) {
		if (s->items[end].from < merged.from)
			merged.from = s->items[end].from;
		if (s->items[end].to > merged.to)
			merged.to = s->items[end].to;
	}
	replace(s, begin, end, &merged, 1);
}

void
interval_set_remove(struct interval_set *s, int64_t from, int64_t to)
{
	struct interval left[2];
	size_t begin = first_ending(s, from), end, count = 0;

	if (from >= to)
		return;
	if (begin < s->count && s->items[begin].to == from)
		begin++; /* it only touches */
	for (end = begin; end < s->count && s->items[end].from < to; end++) {
		struct interval i = s->items[end];

		if (i.from < from)
			left[count++] = (struct interval){ i.from, from };
		if (i.to > to)
			left[count++] = (struct interval){ to, i.to };
	}
	replace(s, begin, end, left, count);
}

void
interval_set_union(struct interval_set *into, const struct interval_set *other)
{
	for (size_t i = 0; i < other->count; i++)
		interval_set_add(into, other->items[i].from,
		    other->items[i].to);
}

void
interval_set_subtract(struct interval_set *from,
    const struct interval_set *other)
{
	for (size_t i = 0; i < other->count; i++)
		interval_set_remove(from, other->items[i].from,
		    other->items[i].to);
}

void
interval_set_intersect(struct interval_set *into,
    const struct interval_set *other)
{
	struct interval_set both = { 0 };
	size_t i = 0, j = 0;

	while (i < into->count && j < other->count) {
		const struct interval *a = &into->items[i];
		const struct interval *b = &other->items[j];

		interval_set_add(&both, a->from > b->from ? a->from : b->from,
		    a->to < b->to ? a->to : b->to);
		if (a->to < b->to)
			i++;
		else
			j++;
	}
	interval_set_clear(into);
	*into = both;
}

int64_t
interval_set_length(const struct interval_set *s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->count; i++)
		sum += s->items[i].to - s->items[i].from;
	return sum;
}

int64_t
interval_set_within(const struct interval_set *s, int64_t from, int64_t to)
{
	int64_t sum = 0;

	for (size_t i = first_ending(s, from); i < s->count; i++) {
		int64_t begin = s->items[i].from, end = s->items[i].to;

		if (begin >= to)
			break;
		begin = begin > from ? begin : from;
		end = end < to ? end : to;
		if (begin < end)
			sum += end - begin;
	}
	return sum;
}
