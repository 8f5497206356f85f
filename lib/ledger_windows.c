/* ledger_windows: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/ledger_scope.h"
#include "lib/ledger_windows.h"
#include "lib/text.h"

struct taking {
	const struct ledger *ledger;
	struct sla_facts *facts;
	int64_t from_ms, to_ms; /* windows that touch this bear on it */
};

/*
 * What a month may have excluded is used up in the order of time, also by
 * windows before the period, where it begins within a month.
 */
static void
widen_by_months(struct taking *x)
{
	const struct sla_facts *f = x->facts;
	int64_t begin_ms, end_ms;

	for (size_t i = 0; i < f->version_count; i++) {
		if (f->versions[i].cap_ms == NEVER)
			continue;
		civil_month(f->zone, f->from_ms, &begin_ms, &end_ms);
		x->from_ms = begin_ms;
		return;
	}
}

static bool
is_elsewhere(const struct window_time *t, const struct taking *x)
{
	bool touches = t->from_ms < x->to_ms && t->to_ms > x->from_ms;

	for (size_t i = 0; i < t->count; i++)
		touches |= t->changes[i].from_ms < x->to_ms &&
		    t->changes[i].to_ms > x->from_ms;
	return !touches || t->to_ms > SLA_END_MS;
}

/* "m-5f0c9a1b22", or "m-5f0c9a1b22.3" of several times. */
static char *
name_of(const struct window *w, size_t nth)
{
	char name[WINDOW_ID_MAX + 16];

	if (w->count == 1)
		return mem_text(w->id);
	text_format(name, sizeof(name), "%s.%zu", w->id, nth + 1);
	return mem_text(name);
}

static void
add_changes(const struct window_time *t, struct sla_window *out)
{
	out->changes = mem_alloc((t->count + 1) * sizeof(*out->changes));
	for (size_t i = 0; i < t->count; i++) {
		const struct window_change *c = &t->changes[i];

		out->changes[out->change_count++] =
		    (struct sla_publication){ .announced_ms = c->at_ms,
			    .cancelled = c->cancelled,
			    .from_ms = c->from_ms,
			    .to_ms = c->to_ms };
	}
}

static void
add_time(const struct taking *x, const struct window *w, size_t nth)
{
	struct sla_facts *f = x->facts;
	const struct window_time *t = &w->times[nth];
	struct sla_window out = { 0 };

	if (is_elsewhere(t, x) ||
	    !ledger_scope(x->ledger, w->endpoints, w->endpoint_count, w->at_ms,
		f, &out.scope))
		return;
	if (f->window_count == SLA_ROWS_MAX) {
		f->left.windows++;
		free(out.scope.items);
		return;
	}
	out.name = name_of(w, nth);
	out.text = mem_text(w->text);
	out.first = (struct sla_publication){ .announced_ms = w->at_ms,
		.from_ms = t->from_ms,
		.to_ms = t->to_ms };
	add_changes(t, &out);
	f->windows = mem_room(f->windows, f->window_count, sizeof(*f->windows));
	f->windows[f->window_count++] = out;
}

static void
on_window(void *arg, const struct window *w)
{
	for (size_t i = 0; i < w->count; i++)
		add_time(arg, w, i);
}

static int
by_begin(const void *a, const void *b)
{
	const struct sla_window *x = a, *y = b;

	if (x->first.from_ms != y->first.from_ms)
		return x->first.from_ms < y->first.from_ms ? -1 : 1;
	return strcmp(x->name, y->name);
}

void
ledger_window_facts(const struct ledger *l, struct sla_facts *f)
{
	struct taking x = { l, f, f->from_ms, f->to_ms };

	widen_by_months(&x);
	ledger_each_window(l, on_window, &x);
	if (f->window_count > 0)
		qsort(f->windows, f->window_count, sizeof(*f->windows),
		    by_begin);
}
