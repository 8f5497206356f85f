/*
 * Who stands in for whom, as commands: for some hours, two with each other,
 * while somebody is away, and from now on.
 *
 * Everything is looked at before anything is made: whose hours they are, who
 * has them by an earlier override, who is away.  What is refused says why.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/duty_cover.h"

#define HITS_SHOWN 8

/* What is found on one rota in the hours that somebody wants. */
struct hours_look {
	bool his;                     /* the one to be replaced has some */
	bool others;                  /* some are not the taker's already */
	const struct override *clash; /* has some of them already */
};

static const struct rota *
read_rota(struct request *r)
{
	const char *name = record_string(r->json, "rota");
	const struct rota *rota =
	    name == NULL ? NULL : settings_rota(r->duty->settings, name);

	if (rota == NULL)
		request_refuse(r, "rota: there is no such rota");
	return rota;
}

/* [from_ms, to_ms), from now on; false: refused. */
static bool
read_span(struct request *r, struct override *o)
{
	o->from_ms = record_int(r->json, "from_ms", r->now_ms);
	o->to_ms = record_int(r->json, "to_ms", 0);
	if (o->from_ms < r->now_ms) /* the past is as it happened */
		o->from_ms = r->now_ms;
	if (o->to_ms > o->from_ms &&
	    o->to_ms - o->from_ms <= COVER_SPAN_MAX_MS &&
	    o->from_ms - r->now_ms <= COVER_SPAN_MAX_MS)
		return true;
	request_refuse(r,
	    "from_ms, to_ms: in order, ahead, and within "
	    "400 days");
	return false;
}

static bool
is_called(const struct person *p, const char *name)
{
	return p != NULL && strcmp(p->name, name) == 0;
}

static struct hours_look
look_at(const struct rota *rota, const struct override *list, size_t count,
    const struct override *o)
{
	struct hours_look l = { 0 };
	struct stretch s;

	for (int64_t at_ms = o->from_ms; at_ms < o->to_ms; at_ms = s.to_ms) {
		bool his;

		(void)rota_at(rota, list, count, at_ms, &s);
		his = o->instead[0] == '\0' || is_called(s.person, o->instead);
		l.his = l.his || his;
		l.others = l.others || (his && !is_called(s.person, o->person));
		if (s.override == NULL || override_is_away(s.override) ||
		    l.clash != NULL)
			continue;
		if (o->instead[0] == '\0' || is_called(s.instead, o->instead))
			l.clash = s.override;
	}
	return l;
}

/* The override by which this person is away in some of these hours. */
static const struct override *
find_away(const struct override *list, size_t count, const char *person,
    const struct override *o)
{
	for (size_t i = 0; i < count; i++) {
		const struct override *v = &list[i];

		if (override_is_away(v) && strcmp(v->instead, person) == 0 &&
		    v->from_ms < o->to_ms && o->from_ms < v->to_ms)
			return v;
	}
	return NULL;
}

bool
cover_check(const struct rota *rota, const struct override *list, size_t count,
    const struct override *o, bool *already, char why[COVER_WHY])
{
	const struct override *away = find_away(list, count, o->person, o);
	struct hours_look l = look_at(rota, list, count, o);

	*already = !l.others && away == NULL;
	if (strcmp(o->instead, o->person) == 0)
		text_format(why, COVER_WHY, "for: %s would stand in for %s",
		    o->person, o->person);
	else if (l.clash != NULL)
		text_format(why, COVER_WHY, "overlaps %s of %s, made by %s",
		    l.clash->id, l.clash->person, l.clash->by);
	else if (away != NULL)
		text_format(why, COVER_WHY,
		    "for: %s is away then (%s, made by %s)", o->person,
		    away->id, away->by);
	else if (!l.his)
		text_format(why, COVER_WHY,
		    "instead: %s has no watch of %s in these "
		    "hours",
		    o->instead, o->rota);
	else if (!l.others)
		text_format(why, COVER_WHY, "for: %s is on watch then already",
		    o->person);
	else
		return true;
	return false;
}

/* May these hours become somebody's?  False: refused. */
static bool
check_cover(struct request *r, const struct override *o)
{
	const struct duty *d = r->duty;
	char why[COVER_WHY];
	bool already;

	if (cover_check(settings_rota(d->settings, o->rota), d->overrides,
		d->override_count, o, &already, why))
		return true;
	request_refuse(r, "%s", why);
	return false;
}

static bool
read_instead(struct request *r, struct override *o, bool required)
{
	const struct person *p;

	if (!required && record_string(r->json, "instead") == NULL)
		return true;
	p = request_person(r, "instead");
	if (p != NULL)
		text_copy(o->instead, sizeof(o->instead), p->name);
	return p != NULL;
}

static bool
read_taker(struct request *r, struct override *o)
{
	o->who = request_callable(r, "for");
	if (o->who != NULL)
		text_copy(o->person, sizeof(o->person), o->who->name);
	return o->who != NULL;
}

static bool
read_uid(struct request *r, struct override *o)
{
	const char *uid = record_string(r->json, "uid");

	if (uid != NULL && strlen(uid) >= sizeof(o->uid)) {
		request_refuse(r, "uid: longer than %zu bytes",
		    sizeof(o->uid) - 1);
		return false;
	}
	record_text(r->json, "uid", o->uid, sizeof(o->uid));
	return true;
}

void
command_override_add(struct request *r)
{
	const struct rota *rota = read_rota(r);
	struct override o = { 0 };
	char text[240];

	if (rota == NULL || !read_taker(r, &o) || !read_span(r, &o) ||
	    !read_instead(r, &o, false) || !read_uid(r, &o))
		return;
	text_copy(o.rota, sizeof(o.rota), rota->name);
	if (o.uid[0] != '\0') {
		cover_import_one(r, &o);
		return;
	}
	if (!check_cover(r, &o) || !cover_has_room(r, 1))
		return;
	cover_make(r, &o, 1);
	cover_say(&o, r->duty, text, sizeof(text));
	request_agree(r, NULL, "%s.", text);
}

/* The watch of somebody that holds an instant, as hours of another's. */
static bool
read_swapped(struct request *r, const char *field, const struct rota *rota,
    const struct person *whose, const struct person *taker, struct override *o)
{
	const struct duty *d = r->duty;
	int64_t at_ms = record_int(r->json, field, 0);
	struct stretch s;

	if (at_ms < r->now_ms || at_ms - r->now_ms > COVER_SPAN_MAX_MS) {
		request_refuse(r, "%s: ahead, and within 400 days", field);
		return false;
	}
	(void)rota_watch_at(rota, d->overrides, d->override_count, at_ms, &s);
	if (s.person != whose) {
		request_refuse(r, "%s: the watch is %s's then, not %s's", field,
		    s.person == NULL ? "nobody" : s.person->name, whose->name);
		return false;
	}
	*o = (struct override){ .from_ms = s.from_ms,
		.to_ms = s.to_ms,
		.who = taker };
	if (o->from_ms < r->now_ms)
		o->from_ms = r->now_ms;
	text_copy(o->rota, sizeof(o->rota), rota->name);
	text_copy(o->person, sizeof(o->person), taker->name);
	text_copy(o->instead, sizeof(o->instead), whose->name);
	return check_cover(r, o);
}

/* "instead" gives the watch at "at_ms" to "for", and gets that of
   "other_at_ms". */
void
command_override_swap(struct request *r)
{
	const struct rota *rota = read_rota(r);
	const struct person *a, *b;
	char first[240], second[240];
	struct override both[2];

	if (rota == NULL || (a = request_callable(r, "instead")) == NULL ||
	    (b = request_callable(r, "for")) == NULL ||
	    !read_swapped(r, "at_ms", rota, a, b, &both[0]) ||
	    !read_swapped(r, "other_at_ms", rota, b, a, &both[1]) ||
	    !cover_has_room(r, 2))
		return;
	cover_make(r, both, 2);
	cover_say(&both[0], r->duty, first, sizeof(first));
	cover_say(&both[1], r->duty, second, sizeof(second));
	request_agree(r, NULL, "%s; %s.", first, second);
}

/* The watch that somebody has now, from now to its end. */
void
command_override_relieve(struct request *r)
{
	const char *whose = record_string(r->json, "instead");
	const struct rota *rota = read_rota(r);
	struct override o = { .from_ms = r->now_ms };
	struct duty *d = r->duty;
	struct stretch s;
	char text[240];

	if (rota == NULL)
		return;
	(void)rota_watch_at(rota, d->overrides, d->override_count, r->now_ms,
	    &s);
	if (whose != NULL &&
	    (s.person == NULL || strcmp(s.person->name, whose) != 0)) {
		request_refuse(r, "instead: the watch of %s is not %s's now",
		    rota->name, whose);
		return;
	}
	o.who = s.secondary;
	if (record_string(r->json, "for") != NULL)
		o.who = request_callable(r, "for");
	else if (o.who == NULL)
		request_refuse(r,
		    "for: nobody is second on %s; say who takes "
		    "it",
		    rota->name);
	if (o.who == NULL)
		return;
	o.to_ms = s.to_ms;
	text_copy(o.rota, sizeof(o.rota), rota->name);
	text_copy(o.person, sizeof(o.person), o.who->name);
	if (s.person != NULL)
		text_copy(o.instead, sizeof(o.instead), s.person->name);
	if (!check_cover(r, &o) || !cover_has_room(r, 1))
		return;
	cover_make(r, &o, 1);
	cover_say(&o, d, text, sizeof(text));
	request_agree(r, NULL, "%s.", text);
}

/* Which watches somebody's absence hits, and who has each. */
struct hits {
	struct text text;
	size_t count;
	char left[300]; /* where nobody is left; "": somebody is everywhere */
};

static void
add_hit(struct hits *h, const struct stretch *now, const struct stretch *then,
    int64_t to_ms)
{
	char from[48], to[48];

	civil_full(now->person->zone, then->from_ms, from, sizeof(from));
	civil_full(now->person->zone, to_ms, to, sizeof(to));
	if (then->away && h->left[0] == '\0')
		text_format(h->left, sizeof(h->left), "on %s from %s to %s",
		    now->rota->name, from, to);
	if (h->count++ < HITS_SHOWN)
		text_addf(&h->text, "%s %s from %s to %s (%s has it)",
		    h->count == 1 ? ". Hit:" : ",", now->rota->name, from, to,
		    then->person->name);
}

static void
find_hits(const struct duty *d, const struct rota *rota,
    const struct override *list, size_t count, const struct override *away,
    struct hits *h)
{
	struct stretch now, then;
	int64_t to_ms;

	for (int64_t at_ms = away->from_ms; at_ms < away->to_ms;
	     at_ms = to_ms) {
		(void)rota_watch_at(rota, d->overrides, d->override_count,
		    at_ms, &now);
		(void)rota_watch_at(rota, list, count, at_ms, &then);
		to_ms = now.to_ms < then.to_ms ? now.to_ms : then.to_ms;
		if (to_ms > away->to_ms)
			to_ms = away->to_ms;
		if (then.from_ms < at_ms)
			then.from_ms = at_ms;
		if (is_called(now.person, away->instead))
			add_hit(h, &now, &then, to_ms);
	}
}

/* As if they were made already. */
static void
try_away(struct request *r, const struct override *made, size_t count,
    const struct override *away, struct hits *h)
{
	const struct duty *d = r->duty;
	size_t all = d->override_count + count;
	struct override *list = mem_alloc(all * sizeof(*list));

	if (d->override_count > 0)
		memcpy(list, d->overrides, d->override_count * sizeof(*list));
	memcpy(list + d->override_count, made, count * sizeof(*list));
	CONF_EACH (const struct rota, rota, &d->settings->rotas)
		find_hits(d, rota, list, all, away, h);
	free(list);
}

static const struct override *
find_absence(const struct duty *d, const char *person, const struct override *o)
{
	return find_away(d->overrides, d->override_count, person, o);
}

static bool
read_away(struct request *r, struct override *away, struct override *cover)
{
	const struct override *before;

	if (!read_instead(r, away, true) || !read_span(r, away))
		return false;
	*cover = *away;
	before = find_absence(r->duty, away->instead, away);
	if (before != NULL) {
		request_refuse(r, "%s is away then already (%s, made by %s)",
		    away->instead, before->id, before->by);
		return false;
	}
	if (record_string(r->json, "for") == NULL)
		return true;
	if (!read_taker(r, cover))
		return false;
	before = find_absence(r->duty, cover->person, cover);
	if (before == NULL && strcmp(cover->person, cover->instead) != 0)
		return true;
	request_refuse(r, "for: %s is away then", cover->person);
	return false;
}

/* "instead" is away; who is next has the watches, or whoever is said. */
void
command_override_away(struct request *r)
{
	struct override made[2] = { 0 };
	struct hits h = { 0 };
	size_t count;
	char text[240];

	if (!read_away(r, &made[0], &made[1]))
		return;
	count = made[1].who != NULL ? 2 : 1;
	try_away(r, made, count, &made[0], &h);
	if (h.left[0] != '\0')
		request_refuse(r, "for: nobody is left %s: say who has it",
		    h.left);
	else if (record_bool(r->json, "try"))
		request_agree(r, NULL, "%s would be away%s%s", made[0].instead,
		    h.count == 0 ? ": no watch is hit." : h.text.data,
		    h.count > HITS_SHOWN ? ", and more" : "");
	else if (cover_has_room(r, count)) {
		cover_make(r, made, count);
		cover_say(&made[0], r->duty, text, sizeof(text));
		request_agree(r, NULL, "%s%s%s", text,
		    h.count == 0 ? ". No watch is hit." : h.text.data,
		    h.count > HITS_SHOWN ? ", and more" : "");
	}
	text_clear(&h.text);
}
