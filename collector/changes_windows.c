/* changes_windows: announced maintenance that is new or was changed; see
   changes_find.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/changes.h"
#include "collector/changes_find_parts.h"
#include "collector/pages_model_parts.h"
#include "lib/ledger.h"
#include "lib/text.h"
#include "lib/window.h"

struct windows {
	const struct window **items; /* by id */
	size_t count;
};

static void
on_window(void *arg, const struct window *w)
{
	struct windows *all = arg;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	all->items = mem_room(all->items, all->count, sizeof(*all->items));
	all->items[all->count++] = w;
}

static int
by_id(const void *a, const void *b)
{
	const struct window *x = *(const struct window *const *)a;
	const struct window *y = *(const struct window *const *)b;

	return strcmp(x->id, y->id);
}

static void
collect(const struct client_ledger *l, struct windows *out)
{
	*out = (struct windows){ 0 };
	if (l != NULL)
		ledger_each_window(l->ledger, on_window, out);
	if (out->count > 0)
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): as above */
		qsort(out->items, out->count, sizeof(*out->items), by_id);
}

/* Changes are only ever appended. */
static size_t
count_changes(const struct window *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++)
		n += w->times[i].count;
	return n;
}

static const struct window *
find(const struct windows *all, const struct window *w)
{
	const struct window **found = NULL;

	if (all->count > 0)
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): as above */
		found = bsearch(&w, all->items, all->count, sizeof(*all->items),
		    by_id);
	return found != NULL ? *found : NULL;
}

/* Whoever listens for an endpoint does so by what it is called now. */
static void
add_window(const struct finding *f, const struct window *w)
{
	const struct renames *names = &f->view->model->known.names;
	struct text clients = { 0 }, endpoints = { 0 };

	text_addf(&clients, " %s ", w->client);
	text_add(&endpoints, w->endpoint_count == 0 ? " * " : " ");
	for (size_t i = 0; i < w->endpoint_count; i++)
		text_addf(&endpoints, "%s ",
		    renames_now(names, w->endpoints[i], w->at_ms));
	changes_add(f->changes,
	    &(struct change){ .kind = CHANGE_MAINTENANCE,
		.whom = CHANGE_FOR_CLIENTS | CHANGE_FOR_OPERATORS,
		.clients = clients.data,
		.endpoints = endpoints.data,
		.name = w->id,
		.json = changes_wrap("maintenance",
		    api_maintenance_item(f->view, w), false) });
	text_clear(&clients);
	text_clear(&endpoints);
}

static void
find_of(const struct finding *f, const struct client_ledger *was,
    const struct client_ledger *now)
{
	struct windows before, after;

	collect(was, &before);
	collect(now, &after);
	for (size_t i = 0; i < after.count; i++) {
		const struct window *w = after.items[i];
		const struct window *old = find(&before, w);

		if (old == NULL || count_changes(old) != count_changes(w))
			add_window(f, w);
	}
	free(before.items);
	free(after.items);
}

void
changes_find_windows(const struct finding *f, const struct records *was,
    const struct records *now)
{
	const struct client_ledger *l;
	struct client_ledger *old;

	for (l = now->ledgers; l != NULL; l = l->hh.next) {
		HASH_FIND_STR(was->ledgers, l->name, old);
		find_of(f, old, l);
	}
}
