/* pages_windows: see the header. */
#include <stdlib.h>
#include <string.h>

#include "collector/pages_windows.h"
#include "lib/ledger.h"
#include "lib/renames.h"
#include "lib/window.h"

struct found {
	const struct window *window;
	struct view_window view; /* services: not yet */
};

struct listing {
	struct found *list;
	size_t count, room;
	int64_t now_ms;
};

/* "learn, login": without the client's name. */
static char *
services_of(const struct renames *names, const struct window *w)
{
	size_t skip = strlen(w->client) + 1;
	struct text t = { 0 };

	if (w->endpoint_count == 0)
		return NULL;
	for (size_t i = 0; i < w->endpoint_count; i++) {
		const char *id = renames_now(names, w->endpoints[i], w->at_ms);

		text_add(&t, i > 0 ? ", " : "");
		text_add(&t, strlen(id) > skip ? id + skip : id);
	}
	return text_take(&t);
}

static void
add_time(struct listing *l, const struct window *w, const struct window_time *t)
{
	struct view_window v = { .text = w->text,
		.announced_ms = w->at_ms,
		.changed_ms =
		    t->count > 0 ? t->changes[t->count - 1].at_ms : 0 };

	v.cancelled = !window_stands(t, &v.from_ms, &v.to_ms);
	if (v.to_ms <= l->now_ms)
		return;
	if (l->count == l->room) {
		l->room = 2 * l->room + 16;
		l->list = mem_grow(l->list, l->room * sizeof(*l->list));
	}
	l->list[l->count++] = (struct found){ w, v };
}

static void
on_window(void *arg, const struct window *w)
{
	for (size_t i = 0; i < w->count; i++)
		add_time(arg, w, &w->times[i]);
}

static int
by_begin(const void *a, const void *b)
{
	const struct view_window *x = &((const struct found *)a)->view,
				 *y = &((const struct found *)b)->view;

	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	if (x->to_ms != y->to_ms)
		return x->to_ms < y->to_ms ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* There may be very many: only of those that are shown more is made. */
void
pages_windows_view(const struct ledger *ledger, struct view *out)
{
	struct listing l = { .now_ms = out->now_ms };
	size_t count;
	struct view_window *list;

	ledger_each_window(ledger, on_window, &l);
	if (l.count > 0)
		qsort(l.list, l.count, sizeof(*l.list), by_begin);
	count = l.count < VIEW_WINDOWS_MAX ? l.count : VIEW_WINDOWS_MAX;
	list = mem_alloc((count + 1) * sizeof(*list));
	for (size_t i = 0; i < count; i++) {
		list[i] = l.list[i].view;
		list[i].services =
		    services_of(ledger_names(ledger), l.list[i].window);
	}
	out->windows = list;
	out->window_count = count;
	out->windows_left_out = l.count - count;
	free(l.list);
}

void
pages_windows_unview(struct view *v)
{
	for (size_t i = 0; i < v->window_count; i++)
		free(v->windows[i].services);
	free((void *)(uintptr_t)v->windows);
}
