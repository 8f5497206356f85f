/* reports_list: see reports_list.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/reports_list.h"
#include "lib/text.h"

void
reports_list_add(struct reports_list *l, const struct reports_period *p)
{
	if (l->count == l->room) {
		l->room = 2 * l->room + 64;
		l->items = mem_grow(l->items, l->room * sizeof(*l->items));
	}
	l->items[l->count++] = *p;
}

static int
compare(const struct reports_period *p, const char *client, const char *period)
{
	int order = strcmp(p->client, client);

	return order != 0 ? order : strcmp(p->period, period);
}

static int
compare_periods(const void *a, const void *b)
{
	const struct reports_period *y = b;

	return compare(a, y->client, y->period);
}

void
reports_list_sort(struct reports_list *l)
{
	if (l->count > 0)
		qsort(l->items, l->count, sizeof(*l->items), compare_periods);
}

void
reports_list_clear(struct reports_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		published_clear(&l->items[i].versions);
	free(l->items);
	*l = (struct reports_list){ 0 };
}

size_t
reports_list_at(const struct reports_list *l, const char *client,
    const char *period)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&l->items[middle], client, period) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct reports_period *
reports_list_find(const struct reports_list *l, const char *client,
    const char *period)
{
	size_t i = reports_list_at(l, client, period);

	return i < l->count && compare(&l->items[i], client, period) == 0
	    ? &l->items[i]
	    : NULL;
}
