/* burden_people: what was asked of each person, and in which watch. */
#include <stdlib.h>
#include <string.h>

#include "lib/hash_free.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/burden_parts.h"

/* ---- watches ---- */

static int
by_begin(const void *a, const void *b)
{
	const struct burden_watch *x = a, *y = b;

	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	return x->second != y->second ? x->second - y->second
				      : strcmp(x->rota, y->rota);
}

static int
by_rota(const void *a, const void *b)
{
	const struct burden_watch *x = a, *y = b;
	int order = strcmp(x->rota, y->rota);

	if (order == 0)
		order = x->second - y->second;
	return order != 0 ? order : by_begin(a, b);
}

/* Of a watch whose second changed there are two records. */
static bool
goes_on(const struct burden_watch *w, const struct burden_watch *next)
{
	return next->from_ms <= w->to_ms && next->second == w->second &&
	    strcmp(next->rota, w->rota) == 0 &&
	    strcmp(next->person, w->person) == 0 &&
	    strcmp(next->uid, w->uid) == 0;
}

static void
join_watches(struct burden *b)
{
	size_t kept = 0;

	qsort(b->watches, b->watch_count, sizeof(*b->watches), by_rota);
	for (size_t i = 0; i < b->watch_count; i++) {
		struct burden_watch *w = &b->watches[i];

		if (kept > 0 && goes_on(&b->watches[kept - 1], w))
			b->watches[kept - 1].to_ms = w->to_ms;
		else
			b->watches[kept++] = *w;
	}
	b->watch_count = kept;
	qsort(b->watches, kept, sizeof(*b->watches), by_begin);
	for (size_t i = 0; i < kept; i++) {
		const struct burden_watch *w = &b->watches[i];

		if (w->to_ms - w->from_ms > b->longest_ms)
			b->longest_ms = w->to_ms - w->from_ms;
	}
}

/* "rota support", "rota support all": is it this one? */
static bool
is_called(const char *from, const char *rota)
{
	size_t n = strlen(rota);

	return strncmp(from, "rota ", 5) == 0 &&
	    strncmp(from + 5, rota, n) == 0 &&
	    (from[5 + n] == '\0' || from[5 + n] == ' ');
}

/* So many of them had begun by then. */
static size_t
begun(const struct burden *b, int64_t at_ms)
{
	size_t low = 0, high = b->watch_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (b->watches[middle].from_ms <= at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The watch that they had then; of several the one that was called. */
static size_t
watch_of(const struct burden *b, const struct burden_page *p)
{
	size_t found = BURDEN_NO_WATCH;

	for (size_t i = begun(b, p->first_ms); i > 0; i--) {
		const struct burden_watch *w = &b->watches[i - 1];

		if (w->from_ms + b->longest_ms <= p->first_ms)
			break;
		if (p->first_ms >= w->to_ms ||
		    strcmp(p->person, w->person) != 0)
			continue;
		found = i - 1;
		if (is_called(p->from, w->rota))
			break;
	}
	return found;
}

void
burden_find_watches(struct burden *b)
{
	if (b->watch_count > 0)
		join_watches(b);
	for (size_t i = 0; i < b->page_count; i++)
		b->pages[i]->watch = watch_of(b, b->pages[i]);
}

static int64_t
fair(const struct burden_watch *w)
{
	int64_t length_ms = w->to_ms - w->from_ms;

	return (length_ms * BURDEN_FAIR + BURDEN_FAIR_MS - 1) / BURDEN_FAIR_MS;
}

/* What its hours asked for. */
struct load {
	size_t pages, nights, notices, incidents;
};

/* Is this the first page that the incident gave this watch? */
static bool
is_first(const struct burden *b, size_t page)
{
	const struct burden_page *p = b->pages[page];

	for (const struct burden_page *q = p->before; q != NULL; q = q->before)
		if (q->watch == p->watch && q->insists)
			return false;
	return true;
}

/* One for each watch. */
static struct load *
loads_of(const struct burden *b)
{
	struct load *all = mem_alloc((b->watch_count + 1) * sizeof(*all));

	for (size_t i = 0; i < b->page_count; i++) {
		const struct burden_page *p = b->pages[i];
		struct load *l;

		if (p->watch == BURDEN_NO_WATCH)
			continue;
		l = &all[p->watch];
		l->notices += !p->insists;
		l->pages += p->insists;
		l->nights += p->insists && p->night;
		l->incidents += p->insists && is_first(b, i);
	}
	return all;
}

static void
set_count(json_t *o, const char *key, size_t count)
{
	json_object_set_new(o, key, json_integer((json_int_t)count));
}

static json_t *
watch_json(const struct burden_watch *w, const struct load *l)
{
	json_t *o = json_object();

	record_set_text(o, "rota", w->rota);
	record_set_text(o, "person", w->person);
	record_set_bool(o, "second", w->second);
	record_set_int(o, "from_ms", w->from_ms);
	record_set_int(o, "to_ms", w->to_ms);
	set_count(o, "incidents", l->incidents);
	json_object_set_new(o, "fair", json_integer(fair(w)));
	json_object_set_new(o, "over",
	    json_boolean((int64_t)l->incidents > fair(w)));
	set_count(o, "pages", l->pages);
	set_count(o, "night_pages", l->nights);
	set_count(o, "notices", l->notices);
	return o;
}

static bool
is_meant(const struct burden *b, const struct burden_watch *w,
    const char *person)
{
	return burden_is_within(b, w->from_ms) &&
	    (person == NULL || strcmp(person, w->person) == 0);
}

json_t *
burden_watches_json(const struct burden *b, const char *person)
{
	struct load *loads = loads_of(b);
	json_t *list = json_array();

	for (size_t i = 0; i < b->watch_count; i++)
		if (is_meant(b, &b->watches[i], person))
			json_array_append_new(list,
			    watch_json(&b->watches[i], &loads[i]));
	free(loads);
	return list;
}

/* ---- people ---- */

struct somebody {
	char name[64];
	size_t pages, nights, notices, calls, asked, taken;
	size_t watches, over;
	int64_t watch_ms;
	struct burden_spans takes;
	UT_hash_handle hh;
};

static struct somebody *
somebody(struct somebody **all, const char *name)
{
	struct somebody *s;

	HASH_FIND_STR(*all, name, s);
	if (s != NULL)
		return s;
	s = mem_alloc(sizeof(*s));
	text_copy(s->name, sizeof(s->name), name);
	HASH_ADD_STR(*all, name, s);
	return s;
}

static void
count_page(struct somebody *s, const struct burden_page *p)
{
	s->calls += p->calls;
	s->notices += !p->insists;
	if (!p->insists)
		return;
	s->pages++;
	s->nights += p->night;
	if (p->taken_ms == 0)
		return;
	s->taken++;
	burden_span(&s->takes, p->taken_ms - p->first_ms);
}

static struct somebody *
count_all(const struct burden *b)
{
	struct load *loads = loads_of(b);
	struct somebody *all = NULL;

	for (size_t i = 0; i < b->page_count; i++)
		if (burden_is_within(b, b->pages[i]->first_ms))
			count_page(somebody(&all, b->pages[i]->person),
			    b->pages[i]);
	for (size_t i = 0; i < b->asked_count; i++)
		if (burden_is_within(b, b->asked[i].at_ms))
			somebody(&all, b->asked[i].person)->asked++;
	for (size_t i = 0; i < b->watch_count; i++) {
		const struct burden_watch *w = &b->watches[i];
		struct somebody *s;

		if (!is_meant(b, w, NULL))
			continue;
		s = somebody(&all, w->person);
		s->watches++;
		s->watch_ms += w->to_ms - w->from_ms;
		s->over += (int64_t)loads[i].incidents > fair(w);
	}
	free(loads);
	return all;
}

static json_t *
somebody_json(const struct burden *b, struct somebody *s)
{
	const struct person *p = settings_person(b->settings, s->name);
	json_t *o = json_object();

	record_set_text(o, "person", s->name);
	record_set_text(o, "zone", p != NULL ? p->zone : "");
	set_count(o, "pages", s->pages);
	set_count(o, "night_pages", s->nights);
	set_count(o, "notices", s->notices);
	set_count(o, "calls", s->calls);
	set_count(o, "asked_for_updates", s->asked);
	set_count(o, "taken", s->taken);
	json_object_set_new(o, "take", burden_spans_json(&s->takes));
	set_count(o, "watches", s->watches);
	json_object_set_new(o, "watch_ms", json_integer(s->watch_ms));
	set_count(o, "watches_over", s->over);
	return o;
}

/* Who was called most comes first. */
static int
by_load(const struct somebody *x, const struct somebody *y)
{
	if (x->pages != y->pages)
		return x->pages < y->pages ? 1 : -1;
	return strcmp(x->name, y->name);
}

json_t *
burden_people_json(const struct burden *b, const char *person)
{
	struct somebody *all = count_all(b);
	json_t *list = json_array();

	HASH_SORT(all, by_load);
	for (struct somebody *s = all; s != NULL; s = s->hh.next) {
		if (person == NULL || strcmp(person, s->name) == 0)
			json_array_append_new(list, somebody_json(b, s));
		burden_spans_clear(&s->takes);
	}
	HASH_FREE_ITEMS(all);
	return list;
}
