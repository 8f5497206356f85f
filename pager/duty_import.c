/*
 * Overrides that come in by calendar.
 *
 * A calendar says of each event when it takes place and whose hours these
 * are.  What an event said before is known by its name and time (UID and
 * RECURRENCE-ID): the same again is nothing, another takes its place, and a
 * time that is gone from it is gone.  Everything is looked at first as it
 * would be; one refusal, and nothing of it is made.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_cover.h"

/* What an event of the file speaks of: all its times, or one. */
struct said {
	char uid[OVERRIDE_UID], time[20];
};

enum fate {
	FATE_MADE,
	FATE_CHANGED, /* in the place of another */
	FATE_KEPT,    /* it was so */
	FATE_ALREADY, /* whose hours they are has them anyway */
	FATES,
};

struct wanted {
	struct override o;
	int64_t line;
	char title[80], was[16]; /* whose place it takes; "": nobody's */
	enum fate fate;
};

struct plan {
	struct request *r;
	struct wanted *wanted; /* NULL while count is 0 */
	size_t count;
	struct said *said;
	size_t said_count;
	char source[OVERRIDE_SOURCE];
	bool replace;
	bool alone;            /* one event, by override-add */
	bool *gone;            /* of the duty's overrides */
	struct override *list; /* as they would be */
	size_t list_count;
	size_t fates[FATES], removed; /* removed: with nothing in its place */
};

static void
clear(struct plan *p)
{
	free(p->wanted);
	free(p->said);
	free(p->gone);
	free(p->list);
}

static void __attribute__((format(printf, 3, 4)))
refuse(const struct plan *p, const struct wanted *w, const char *fmt, ...)
{
	char why[COVER_WHY + 100];
	va_list ap;

	va_start(ap, fmt);
	text_formatv(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (w->line > 0)
		request_refuse(p->r, "line %lld, \"%s\": %s",
		    (long long)w->line, w->title, why);
	else
		request_refuse(p->r, "%s", why);
}

static bool
is_begun(const struct override *o, int64_t now_ms)
{
	return o->from_ms < now_ms;
}

/* What has begun begins where it did. */
static bool
is_same(const struct override *a, const struct override *b, int64_t now_ms)
{
	return strcmp(a->rota, b->rota) == 0 &&
	    strcmp(a->person, b->person) == 0 &&
	    strcmp(a->instead, b->instead) == 0 && a->to_ms == b->to_ms &&
	    (a->from_ms == b->from_ms ||
		(is_begun(a, now_ms) && b->from_ms == now_ms));
}

static struct wanted *
find_wanted(const struct plan *p, const struct override *o)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->wanted[i].o.uid, o->uid) == 0 &&
		    strcmp(p->wanted[i].o.time, o->time) == 0)
			return &p->wanted[i];
	return NULL;
}

/* Does the file speak of it, by saying nothing of this time? */
static bool
is_said(const struct plan *p, const struct override *o)
{
	for (size_t i = 0; i < p->said_count; i++)
		if (strcmp(p->said[i].uid, o->uid) == 0 &&
		    (p->said[i].time[0] == '\0' ||
			strcmp(p->said[i].time, o->time) == 0))
			return true;
	return p->replace && strcmp(p->source, o->source) == 0;
}

/* Which of those that are there stay. */
static void
sort_out(struct plan *p)
{
	const struct duty *d = p->r->duty;
	int64_t now_ms = p->r->now_ms;

	p->gone = mem_alloc(d->override_count + 1);
	p->list =
	    mem_alloc((d->override_count + p->count + 1) * sizeof(*p->list));
	for (size_t i = 0; i < d->override_count; i++) {
		const struct override *o = &d->overrides[i];
		struct wanted *w = NULL;

		if (o->uid[0] != '\0' && o->to_ms > now_ms) {
			w = find_wanted(p, o);
			if (w == NULL)
				p->gone[i] = is_said(p, o);
			else if (is_same(o, &w->o, now_ms))
				w->fate = FATE_KEPT;
			else
				p->gone[i] = true;
		}
		if (w != NULL)
			text_copy(w->was, sizeof(w->was), o->id);
		p->removed += p->gone[i] && w == NULL;
		if (!p->gone[i])
			p->list[p->list_count++] = *o;
	}
}

static bool
place(struct plan *p, struct wanted *w)
{
	const struct rota *rota =
	    settings_rota(p->r->duty->settings, w->o.rota);
	bool already, good;
	char why[COVER_WHY];

	good = cover_check(rota, p->list, p->list_count, &w->o, &already, why);
	if (already && !p->alone) {
		w->fate = FATE_ALREADY;
		p->removed += w->was[0] != '\0';
		return true;
	}
	if (good && w->o.who->reach.count == 0)
		text_format(why, sizeof(why),
		    "for: there is no way to reach %s", w->o.person);
	if (!good || w->o.who->reach.count == 0) {
		refuse(p, w, "%s", why);
		return false;
	}
	w->fate = w->was[0] != '\0' ? FATE_CHANGED : FATE_MADE;
	p->list[p->list_count] = w->o;
	text_format(p->list[p->list_count].id, sizeof(w->o.id), "line %lld",
	    (long long)w->line);
	p->list_count++;
	return true;
}

/* All as it would be, or a refusal. */
static bool
place_all(struct plan *p)
{
	const struct duty *d = p->r->duty;
	size_t there;

	sort_out(p);
	there = cover_count(d, p->r->now_ms);
	for (size_t i = 0; i < p->count; i++) {
		struct wanted *w = &p->wanted[i];

		if (w->fate != FATE_KEPT && !place(p, w))
			return false;
		p->fates[w->fate]++;
	}
	/* One that has begun ends now, and is still there. */
	for (size_t i = 0; i < d->override_count; i++)
		there -=
		    p->gone[i] && !is_begun(&d->overrides[i], p->r->now_ms);
	if (there + p->fates[FATE_MADE] + p->fates[FATE_CHANGED] <=
	    DUTY_OVERRIDES_MAX)
		return true;
	request_refuse(p->r, "there are %d overrides already",
	    DUTY_OVERRIDES_MAX);
	return false;
}

static void
make_one(struct plan *p, struct wanted *w)
{
	struct duty *d = p->r->duty;
	char text[240];

	text_copy(w->o.id, sizeof(w->o.id), cover_put(d, &w->o)->id);
	cover_say(&w->o, d, text, sizeof(text));
	duty_journal(d, NULL, p->r->by, "override", text, p->r->now_ms);
}

static void
tell(const struct plan *p, char *out, size_t room)
{
	text_format(out, room,
	    "%zu made, %zu changed, %zu removed, %zu as before, "
	    "%zu on watch already",
	    p->fates[FATE_MADE], p->fates[FATE_CHANGED], p->removed,
	    p->fates[FATE_KEPT], p->fates[FATE_ALREADY]);
}

static void
touch(struct interval *span, const struct override *o, const struct rota *rota)
{
	if (strcmp(o->rota, rota->name) != 0)
		return;
	if (o->from_ms < span->from)
		span->from = o->from_ms;
	if (o->to_ms > span->to)
		span->to = o->to_ms;
}

/* Everyone whose hours of this rota change is told once. */
static void
compare(struct plan *p, const struct rota *rota, const struct override *was,
    size_t count)
{
	struct interval span = { INT64_MAX, INT64_MIN };
	char counts[120], source[61], what[200];

	for (size_t i = 0; i < count; i++)
		if (p->gone[i])
			touch(&span, &was[i], rota);
	for (size_t i = 0; i < p->count; i++)
		if (p->wanted[i].fate <= FATE_CHANGED)
			touch(&span, &p->wanted[i].o, rota);
	if (span.from > span.to)
		return;
	if (p->alone) {
		cover_say(&p->wanted[0].o, p->r->duty, what, sizeof(what));
	} else {
		tell(p, counts, sizeof(counts));
		text_copy(source, sizeof(source), p->source);
		text_format(what, sizeof(what), "calendar \"%s\": %s", source,
		    counts);
	}
	rotas_overridden(p->r->duty, rota->name, was, count, span.from, span.to,
	    p->r->by, what, p->r->now_ms);
}

static void
make_all(struct plan *p)
{
	struct duty *d = p->r->duty;
	size_t count = d->override_count;
	struct override *was =
	    mem_copy(d->overrides, count * sizeof(*d->overrides));

	for (size_t i = count; i > 0; i--)
		if (p->gone[i - 1]) {
			duty_journal(d, NULL, p->r->by, "override removed",
			    was[i - 1].id, p->r->now_ms);
			cover_take_out(d, i - 1, p->r->now_ms);
		}
	for (size_t i = 0; i < p->count; i++)
		if (p->wanted[i].fate <= FATE_CHANGED)
			make_one(p, &p->wanted[i]);
	cover_forget(d, p->r->now_ms);
	duty_recheck_pages(d, p->r->now_ms);
	CONF_EACH (const struct rota, rota, &d->settings->rotas)
		compare(p, rota, was, count);
	free(was);
}

static bool
plan_and_make(struct plan *p, bool try)
{
	if (!place_all(p))
		return false;
	if (!try)
		make_all(p);
	return true;
}

/* One event of a calendar alone. */
void
cover_import_one(struct request *r, const struct override *o)
{
	struct plan p = { .r = r, .alone = true };
	struct wanted *w;
	char text[240];

	p.wanted = w = mem_alloc(sizeof(*p.wanted));
	p.count = 1;
	w->o = *o;
	text_copy(w->o.by, sizeof(w->o.by), r->by);
	if (plan_and_make(&p, false)) {
		cover_say(&w->o, r->duty, text, sizeof(text));
		if (w->fate == FATE_KEPT)
			request_agree(r, NULL, "%s is as it was.", w->was);
		else
			request_agree(r, NULL, "%s.", text);
	}
	clear(&p);
}

/* ["20260701T080000Z", from_ms, to_ms] of an event. */
static bool
read_time(struct plan *p, const struct wanted *event, const json_t *time)
{
	struct wanted w = *event;
	const char *id = json_string_value(json_array_get(time, 0));
	const json_t *from = json_array_get(time, 1);
	const json_t *to = json_array_get(time, 2);
	int64_t now_ms = p->r->now_ms;

	w.o.from_ms = json_integer_value(from);
	w.o.to_ms = json_integer_value(to);
	if (w.o.from_ms < now_ms)
		w.o.from_ms = now_ms;
	if (id == NULL || !json_is_integer(from) || !json_is_integer(to) ||
	    strlen(id) >= sizeof(w.o.time) || p->count >= IMPORT_TIMES_MAX ||
	    w.o.to_ms > now_ms + 2 * COVER_SPAN_MAX_MS ||
	    (w.o.to_ms > now_ms &&
		(w.o.from_ms >= w.o.to_ms ||
		    w.o.from_ms - now_ms > COVER_SPAN_MAX_MS ||
		    w.o.to_ms - w.o.from_ms > COVER_SPAN_MAX_MS))) {
		refuse(p, event, "times: in order, within 400 days, at most %d",
		    IMPORT_TIMES_MAX);
		return false;
	}
	text_copy(w.o.time, sizeof(w.o.time), id);
	if (w.o.to_ms <= now_ms)
		return true; /* over in the meantime */
	if (find_wanted(p, &w.o) != NULL) {
		refuse(p, event, "the same time of the same event again");
		return false;
	}
	p->wanted = mem_room(p->wanted, p->count, sizeof(*p->wanted));
	p->wanted[p->count++] = w;
	return true;
}

/* Of one that takes place; else it is cancelled. */
static bool
read_whose(struct plan *p, const json_t *event, struct wanted *w)
{
	const struct settings *s = p->r->duty->settings;

	record_text(event, "rota", w->o.rota, sizeof(w->o.rota));
	record_text(event, "for", w->o.person, sizeof(w->o.person));
	w->o.who = settings_person(s, w->o.person);
	if (settings_rota(s, w->o.rota) == NULL)
		refuse(p, w, "rota: there is no rota %s", w->o.rota);
	else if (w->o.who == NULL)
		refuse(p, w, "for: %s is not one of the people configured",
		    w->o.person);
	else
		return true;
	return false;
}

static bool
read_event(struct plan *p, const json_t *event)
{
	const json_t *times = json_object_get(event, "times"), *time;
	struct wanted w = { .line = record_int(event, "line", 0) };
	struct said said = { 0 };
	size_t i;

	record_text(event, "title", w.title, sizeof(w.title));
	record_text(event, "only", said.time, sizeof(said.time));
	if (!record_text(event, "uid", said.uid, sizeof(said.uid)) ||
	    said.uid[0] == '\0' ||
	    strlen(record_string(event, "uid")) >= OVERRIDE_UID || w.line < 0 ||
	    w.line > INT32_MAX) {
		request_refuse(p->r, "events: each has a uid, and a line");
		return false;
	}
	p->said = mem_room(p->said, p->said_count, sizeof(*p->said));
	p->said[p->said_count++] = said;
	text_copy(w.o.uid, sizeof(w.o.uid), said.uid);
	text_copy(w.o.source, sizeof(w.o.source), p->source);
	text_copy(w.o.by, sizeof(w.o.by), p->r->by);
	if (json_array_size(times) > 0 && !read_whose(p, event, &w))
		return false;
	json_array_foreach(times, i, time)
	{
		if (!read_time(p, &w, time))
			return false;
	}
	return true;
}

static bool
read_plan(struct plan *p)
{
	const json_t *json = p->r->json, *event;
	const json_t *events = json_object_get(json, "events");
	struct text plain = { 0 };
	size_t i;

	text_add_plain(&plain,
	    record_string(json, "source") != NULL
		? record_string(json, "source")
		: "");
	text_copy(p->source, sizeof(p->source),
	    plain.data != NULL ? plain.data : "");
	text_clear(&plain);
	p->replace = record_bool(json, "replace");
	if (!json_is_array(events) ||
	    json_array_size(events) > IMPORT_EVENTS_MAX ||
	    p->source[0] == '\0') {
		request_refuse(p->r, "%s",
		    p->source[0] == '\0' ? "source: is missing"
					 : "events: a list of at most 2000");
		return false;
	}
	json_array_foreach(events, i, event)
	{
		if (!read_event(p, event))
			return false;
	}
	return true;
}

static json_t *
made_json(const struct plan *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->count; i++) {
		const struct wanted *w = &p->wanted[i];
		json_t *o;

		if (w->fate > FATE_CHANGED)
			continue;
		o = json_object();
		record_set_text(o, "override", w->o.id);
		record_set_text(o, "instead_of", w->was);
		record_set_int(o, "line", w->line);
		record_set_text(o, "rota", w->o.rota);
		record_set_text(o, "person", w->o.person);
		record_set_int(o, "from_ms", w->o.from_ms);
		record_set_int(o, "to_ms", w->o.to_ms);
		json_array_append_new(list, o);
	}
	return list;
}

void
command_override_import(struct request *r)
{
	struct plan p = { .r = r };
	bool try = record_bool(r->json, "try");
	char counts[120], text[160];
	json_t *o;

	if (read_plan(&p) && plan_and_make(&p, try)) {
		tell(&p, counts, sizeof(counts));
		text_format(text, sizeof(text), "%s%s.",
		    try ? "It would be " : "", counts);
		o = json_object();
		json_object_set_new(o, "text", json_string(text));
		json_object_set_new(o, "made", made_json(&p));
		json_object_set_new(o, "removed",
		    json_integer((json_int_t)p.removed));
		json_object_set_new(o, "kept",
		    json_integer((json_int_t)p.fates[FATE_KEPT]));
		json_object_set_new(o, "already",
		    json_integer((json_int_t)p.fates[FATE_ALREADY]));
		duty_answer(r->duty, r->id, true, o);
	}
	clear(&p);
}
