/*
 * sla_windows: what of announced maintenance is excluded.
 *
 * The last publication is the window.  Of it that is excluded which stood in
 * a publication made in time and was not taken back since, lies within the
 * agreed pattern, and fits what a calendar month may have of it, consumed in
 * the order of time.
 */
#include <stdlib.h>

#include "lib/civil.h"
#include "lib/sla_inside.h"
#include "lib/text.h"

#define SEAM_MS (26 * INT64_C(3600000)) /* zones are not farther apart */

/*
 * The boundary is inclusive: announced exactly so long before is in time.
 * Of what was announced nobody knows when, nobody knows that it was earlier
 * than it began.
 */
static bool
is_in_time(const struct sla_publication *p, int64_t notice_ms)
{
	if (p->announced_ms == ALWAYS)
		return notice_ms == 0;
	return p->from_ms - p->announced_ms >= notice_ms;
}

/*
 * What was said later takes away at once, and adds only what it says in time:
 * what was shortened and made longer again too late stays short.
 */
static void
publish(const struct sla_publication *p, int64_t notice_ms,
    struct interval_set *out)
{
	struct interval_set said = { 0 };

	if (!p->cancelled)
		interval_set_add(&said, p->from_ms, p->to_ms);
	if (is_in_time(p, notice_ms))
		interval_set_union(out, &said);
	interval_set_intersect(out, &said);
	interval_set_clear(&said);
}

const struct sla_publication *
sla_window_stands(const struct sla_window *w)
{
	return w->change_count > 0 ? &w->changes[w->change_count - 1]
				   : &w->first;
}

/* The window as it stands, less what was not announced in time. */
static void
announced(const struct sla_window *w, int64_t notice_ms,
    struct interval_set *out, struct sla_window_row *row)
{
	const struct sla_publication *last = sla_window_stands(w);
	struct interval_set stands = { 0 };

	row->lead_ms = w->first.announced_ms == ALWAYS
	    ? NEVER
	    : w->first.from_ms - w->first.announced_ms;
	publish(&w->first, notice_ms, out);
	for (size_t i = 0; i < w->change_count; i++)
		publish(&w->changes[i], notice_ms, out);
	if (last->cancelled)
		return;
	interval_set_add(&stands, last->from_ms, last->to_ms);
	row->declared_s = (last->to_ms - last->from_ms) / SECOND_MS;
	interval_set_subtract(&stands, out);
	row->is_late = stands.count > 0;
	interval_set_clear(&stands);
}

/*
 * A contract that moved to another zone may begin a period some hours beside
 * the first midnight of a month of the new one.  Those hours are no month that
 * has a cap of its own: months are those that are reported.
 */
static bool
is_seam(const struct sla_facts *f, int64_t month_ms)
{
	int second;

	if (f->period == SLA_BETWEEN || llabs(f->from_ms - month_ms) >= SEAM_MS)
		return false;
	(void)civil_date_at(f->zone, f->from_ms, &second);
	return second != 0;
}

static int64_t
month_end(const struct sla_facts *f, int64_t at_ms)
{
	int64_t from_ms, to_ms;

	civil_month(f->zone, at_ms, &from_ms, &to_ms);
	if (at_ms >= f->from_ms && is_seam(f, to_ms))
		civil_month(f->zone, to_ms, &from_ms, &to_ms);
	else if (at_ms < f->from_ms && to_ms > f->from_ms &&
	    (is_seam(f, from_ms) || is_seam(f, to_ms)))
		return f->from_ms;
	return to_ms;
}

/* What of the set fits the cap of each month, the earlier first. */
static void
capped(const struct interval_set *all, const struct sla_facts *f,
    int64_t cap_ms, struct interval_set *out)
{
	int64_t end_ms = ALWAYS, left_ms = 0;

	for (size_t i = 0; i < all->count; i++) {
		int64_t at_ms = all->items[i].from, to_ms = all->items[i].to;

		while (at_ms < to_ms) {
			int64_t until_ms, take_ms;

			if (at_ms >= end_ms) {
				end_ms = month_end(f, at_ms);
				left_ms = cap_ms;
			}
			until_ms = to_ms < end_ms ? to_ms : end_ms;
			take_ms = until_ms - at_ms;
			take_ms = take_ms < left_ms ? take_ms : left_ms;
			interval_set_add(out, at_ms, at_ms + take_ms);
			left_ms -= take_ms;
			at_ms = until_ms;
		}
	}
}

static int64_t
seconds_of(const struct interval_set *ms)
{
	struct interval_set s = { 0 };
	int64_t length;

	account_inward(ms, &s);
	length = interval_set_length(&s);
	interval_set_clear(&s);
	return length;
}

/* All of them together, in the order of their beginnings. */
static void
join(const struct interval_set *sets, size_t count, struct interval_set *out)
{
	struct interval *items;
	size_t room = 0, n = 0;

	for (size_t i = 0; i < count; i++)
		room += sets[i].count;
	items = mem_alloc((room + 1) * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sets[i].count; k++)
			items[n++] = sets[i].items[k];
	interval_set_of(out, items, n);
	free(items);
}

static void
keep_pattern(const struct sla_version *v, struct interval_set *set,
    struct sla_window_row *row)
{
	struct interval_set beyond = { 0 };

	if (v->pattern == NULL)
		return;
	interval_set_copy(&beyond, set);
	interval_set_intersect(set, &v->pattern->open);
	interval_set_subtract(&beyond, set);
	row->beyond_pattern_s = seconds_of(&beyond);
	interval_set_clear(&beyond);
}

static void
keep_cap(const struct sla_facts *f, const struct sla_version *v,
    struct interval_set *out, struct sla_window_row *rows)
{
	struct interval_set all = { 0 }, fits = { 0 };

	if (v->cap_ms == NEVER)
		return;
	join(out, f->window_count, &all);
	capped(&all, f, v->cap_ms, &fits);
	for (size_t i = 0; i < f->window_count; i++) {
		struct interval_set beyond = { 0 };

		interval_set_copy(&beyond, &out[i]);
		interval_set_intersect(&out[i], &fits);
		interval_set_subtract(&beyond, &out[i]);
		rows[i].beyond_cap_s = seconds_of(&beyond);
		interval_set_clear(&beyond);
	}
	interval_set_clear(&all);
	interval_set_clear(&fits);
}

void
sla_windows(const struct sla_facts *f, const struct sla_version *v,
    struct interval_set *out, struct sla_window_row *rows)
{
	for (size_t i = 0; i < f->window_count; i++) {
		announced(&f->windows[i], v->notice_ms, &out[i], &rows[i]);
		keep_pattern(v, &out[i], &rows[i]);
	}
	keep_cap(f, v, out, rows);
}
