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

/* Put what was worked out in the place of what it was worked out from. */
static void
become(struct interval_set *s, struct interval_set *result)
{
	interval_set_clear(s);
	*s = *result;
}

void
interval_set_union(struct interval_set *into, const struct interval_set *other)
{
	struct interval_set both = { 0 };
	size_t i = 0, j = 0;

	while (i < into->count || j < other->count) {
		const struct interval *next;

		if (j == other->count ||
		    (i < into->count &&
			into->items[i].from < other->items[j].from))
			next = &into->items[i++];
		else
			next = &other->items[j++];
		interval_set_add(&both, next->from, next->to);
	}
	become(into, &both);
}

void
interval_set_subtract(struct interval_set *from,
    const struct interval_set *other)
{
	struct interval_set left = { 0 };
	size_t j = 0;

	for (size_t i = 0; i < from->count; i++) {
		struct interval rest = from->items[i];

		while (j < other->count && other->items[j].to <= rest.from)
			j++;
		for (size_t k = j;
		     k < other->count && other->items[k].from < rest.to; k++) {
			interval_set_add(&left, rest.from,
			    other->items[k].from);
			rest.from = other->items[k].to;
		}
		interval_set_add(&left, rest.from, rest.to);
	}
	become(from, &left);
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
	become(into, &both);
}

static int
by_beginning(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

void
interval_set_of(struct interval_set *into, const struct interval *items,
    size_t count)
{
	struct interval_set all = { 0 };
	struct interval *sorted;

	if (count > 0) {
		sorted = mem_copy(items, count * sizeof(*items));
		qsort(sorted, count, sizeof(*sorted), by_beginning);
		for (size_t i = 0; i < count; i++)
			interval_set_add(&all, sorted[i].from, sorted[i].to);
		free(sorted);
	}
	become(into, &all);
}

void
interval_set_copy(struct interval_set *into, const struct interval_set *from)
{
	struct interval_set copy = { .count = from->count,
		.room = from->count };

	if (from->count > 0)
		copy.items =
		    mem_copy(from->items, from->count * sizeof(*from->items));
	become(into, &copy);
}

void
interval_set_clip(struct interval_set *s, int64_t from, int64_t to)
{
	struct interval only = { from, to };
	struct interval_set one = { &only, from < to ? 1 : 0, 0 };

	interval_set_intersect(s, &one);
}

void
interval_set_bridge(struct interval_set *s, int64_t gap)
{
	size_t kept = 0;

	for (size_t i = 1; i < s->count; i++) {
		struct interval *last = &s->items[kept];
		int64_t between;

		if (__builtin_sub_overflow(s->items[i].from, last->to,
			&between) ||
		    between >= gap)
			s->items[++kept] = s->items[i];
		else
			last->to = s->items[i].to;
	}
	s->count = s->count > 0 ? kept + 1 : 0;
}

static int64_t
length_of(int64_t from, int64_t to)
{
	int64_t length;

	return __builtin_sub_overflow(to, from, &length) ? NEVER : length;
}

void
interval_set_drop(struct interval_set *s, int64_t shorter_than)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (length_of(s->items[i].from, s->items[i].to) >= shorter_than)
			s->items[kept++] = s->items[i];
	s->count = kept;
}

bool
interval_set_contains(const struct interval_set *s, int64_t at)
{
	size_t i = first_ending(s, at);

	if (i < s->count && s->items[i].to == at)
		i++; /* half-open: its end is not in it */
	return i < s->count && s->items[i].from <= at;
}

bool
interval_set_equals(const struct interval_set *a, const struct interval_set *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].from != b->items[i].from ||
		    a->items[i].to != b->items[i].to)
			return false;
	return true;
}

static int64_t
sum_of(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? NEVER : sum;
}

int64_t
interval_set_length(const struct interval_set *s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->count; i++)
		sum = sum_of(sum, length_of(s->items[i].from, s->items[i].to));
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
			sum = sum_of(sum, length_of(begin, end));
	}
	return sum;
}

int64_t
interval_set_reach(const struct interval_set *s, int64_t from, int64_t length)
{
	if (length <= 0)
		return from;
	for (size_t i = first_ending(s, from); i < s->count; i++) {
		int64_t begin = s->items[i].from, end = s->items[i].to, part;

		begin = begin > from ? begin : from;
		part = length_of(begin, end);
		if (part >= length)
			return begin + length;
		length -= part;
	}
	return NEVER;
}
