/*
 * Adds up hours, nights and weekends of everybody on a rota.
 */
#include <stdlib.h>

#include "lib/civil.h"
#include "lib/rota_load.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
#define MORNING_MIN (6 * 60)
#define SATURDAY 5

/* Hours of one person in one watch, for the shares. */
struct part {
	const struct watch *watch;
	const struct person *person;
	int64_t ms;
};

struct tally {
	struct rota_load *load;
	struct part *parts;
	size_t part_count;
};

static int64_t
overlap(int64_t a_ms, int64_t b_ms, int64_t from_ms, int64_t to_ms)
{
	if (a_ms < from_ms)
		a_ms = from_ms;
	if (b_ms > to_ms)
		b_ms = to_ms;
	return b_ms > a_ms ? b_ms - a_ms : 0;
}

static struct rota_person *
person_of(struct rota_load *l, const struct person *p)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->people[i].person == p)
			return &l->people[i];
	l->people = mem_grow(l->people, (l->count + 1) * sizeof(*l->people));
	l->people[l->count] =
	    (struct rota_person){ .person = p, .last_ms = INT64_MIN };
	return &l->people[l->count++];
}

static struct part *
part_of(struct tally *t, const struct watch *w, const struct person *p)
{
	for (size_t i = 0; i < t->part_count; i++)
		if (t->parts[i].watch == w && t->parts[i].person == p)
			return &t->parts[i];
	t->parts = mem_grow(t->parts, (t->part_count + 1) * sizeof(*t->parts));
	t->parts[t->part_count] = (struct part){ w, p, 0 };
	return &t->parts[t->part_count++];
}

/* Its nights and weekends, day by day of the person's own calendar. */
static void
add_days(struct rota_person *p, int64_t from_ms, int64_t to_ms)
{
	const char *zone = p->person->zone;
	int64_t day = civil_days(civil_date_at(zone, from_ms, NULL));

	for (;; day++) {
		struct civil_date date = civil_from_days(day);
		int64_t begin_ms = civil_first_ms(zone, date, 0), end_ms;
		int weekday = civil_weekday(date);

		if (begin_ms >= to_ms)
			return;
		end_ms = civil_first_ms(zone, civil_from_days(day + 1), 0);
		p->night_ms += overlap(begin_ms,
		    civil_first_ms(zone, date, MORNING_MIN), from_ms, to_ms);
		if (weekday < SATURDAY ||
		    overlap(begin_ms, end_ms, from_ms, to_ms) == 0)
			continue;
		p->weekend_ms += overlap(begin_ms, end_ms, from_ms, to_ms);
		p->weekends += p->weekend_counted != day + 7 - weekday;
		p->weekend_counted = day + 7 - weekday;
	}
}

static void
add_stretch(struct tally *t, const struct stretch *s)
{
	struct rota_person *p = person_of(t->load, s->person);
	int64_t length_ms = s->to_ms - s->from_ms;

	if (p->last_ms != s->from_ms) {
		p->run_ms = 0;
		p->watches++;
	}
	p->last_ms = s->to_ms;
	p->run_ms += length_ms;
	if (p->run_ms > p->longest_ms)
		p->longest_ms = p->run_ms;
	p->total_ms += length_ms;
	add_days(p, s->from_ms, s->to_ms);
	if (s->watch != NULL)
		part_of(t, s->watch, s->person)->ms += length_ms;
}

/* Who of a watch's own people has most of it, and who least. */
static void
add_share(struct tally *t, const struct watch *w)
{
	struct rota_load *l = t->load;
	struct rota_share s = { .watch = w };

	for (size_t i = 0; i < w->people.count; i++) {
		int64_t ms = part_of(t, w, w->members[i])->ms;

		if (s.most == NULL || ms > s.most_ms) {
			s.most = w->members[i];
			s.most_ms = ms;
		}
		if (s.least == NULL || ms <= s.least_ms) {
			s.least = w->members[i];
			s.least_ms = ms;
		}
	}
	l->shares = mem_grow(l->shares, (l->share_count + 1) * sizeof(s));
	l->shares[l->share_count++] = s;
}

static void
add_watches(struct tally *t, const struct conf_list *watches, bool shares)
{
	CONF_EACH (const struct watch, w, watches) {
		for (size_t i = 0; !shares && i < w->people.count; i++)
			(void)person_of(t->load, w->members[i]);
		if (shares && w->people.count > 1)
			add_share(t, w);
	}
}

static void
add_all(struct tally *t, const struct rota *rota, bool shares)
{
	add_watches(t, &rota->watches, shares);
	CONF_EACH (const struct layer, y, &rota->layers)
		add_watches(t, &y->watches, shares);
}

void
rota_load(struct rota_load *l, const struct rota *rota,
    const struct override *list, size_t count, int64_t from_ms, int days)
{
	struct tally t = { .load = l };
	int64_t end_ms = from_ms + days * DAY_MS;
	struct stretch s;

	*l = (struct rota_load){ 0 };
	add_all(&t, rota, false);
	for (int64_t at_ms = from_ms; at_ms < end_ms; at_ms = s.to_ms) {
		rota_watch_at(rota, list, count, at_ms, &s);
		if (s.from_ms < from_ms)
			s.from_ms = from_ms;
		if (s.to_ms > end_ms)
			s.to_ms = end_ms;
		if (s.person != NULL)
			add_stretch(&t, &s);
	}
	add_all(&t, rota, true);
	free(t.parts);
}

void
rota_load_clear(struct rota_load *l)
{
	free(l->people);
	free(l->shares);
	*l = (struct rota_load){ 0 };
}
