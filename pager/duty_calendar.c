/*
 * Calendars of a person, a rota, or the whole team: the watches that have
 * been, as they were, and those of the year ahead.
 *
 * Whoever has the address may read.  It is signed, and has the number of its
 * making in it: a renewed one makes all earlier ones worthless.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/rota_ical.h"
#include "lib/text.h"
#include "pager/duty_request.h"
#include "pager/duty_rotas.h"

#define AHEAD_MS (365 * INT64_C(86400000))
#define EVENTS_MAX 20000 /* each rota has its part of them: half is ahead */

/* One event to come. */
struct part {
	struct rota_row row; /* to_ms 0: none */
	char seconds[200];   /* one after another: "tom, maya" */
	bool later;          /* the same is on watch before it, too */
};

/* One calendar being written. */
struct feed {
	const struct duty *duty;
	struct text *out;
	const char *person; /* NULL: everybody's */
	const char *rota;   /* NULL: every one */
	char host[128];
	int64_t now_ms;
	size_t room;         /* for events of this rota, behind or ahead */
	struct part open[2]; /* of the first, of the second: may go on */
};

static struct rota_feed *
find(const struct duty *d, const char *kind, const char *name)
{
	char key[80];

	text_format(key, sizeof(key), "%s.%s", kind, name);
	for (size_t i = 0; i < d->rotas->feed_count; i++)
		if (strcmp(d->rotas->feeds[i].name, key) == 0)
			return &d->rotas->feeds[i];
	return NULL;
}

static unsigned
generation(const struct duty *d, const char *kind, const char *name)
{
	const struct rota_feed *f = find(d, kind, name);

	return f == NULL ? 1 : f->generation;
}

/* Is there such a person, or rota?  The team is called "all". */
static bool
exists(const struct duty *d, const char *kind, const char *name)
{
	if (strcmp(kind, "person") == 0)
		return settings_person(d->settings, name) != NULL;
	if (strcmp(kind, "rota") == 0)
		return settings_rota(d->settings, name) != NULL;
	return strcmp(kind, "team") == 0 && strcmp(name, "all") == 0;
}

static void
find_host(const struct duty *d, char out[128])
{
	const char *url = d->settings->site.url;
	const char *host = strstr(url, "://");

	assert(host != NULL); /* no other address is let in */
	text_format(out, 128, "%.*s", (int)strcspn(host + 3, "/:?"), host + 3);
}

/* The last change of these hours, or of their edges. */
static void
find_change(const struct feed *f, const char *rota, struct ical_watch *w)
{
	const struct duty_rotas *r = f->duty->rotas;

	for (size_t i = r->version_count; i > 0; i--) /* the first stays */
		if (strcmp(r->versions[i - 1].rota, rota) == 0)
			w->modified_ms = r->versions[i - 1].since_ms;
	for (size_t i = 0; i < r->change_count; i++) {
		const struct rota_change *c = &r->changes[i];

		/* What only touches them may have moved an edge of theirs. */
		if (strcmp(c->rota, rota) != 0 ||
		    interval_set_within(&c->hours, w->from_ms - 1,
			w->to_ms + 1) == 0)
			continue;
		w->sequence = c->number;
		w->modified_ms = c->at_ms;
	}
}

/* Who is second, one after another, and by which override it is so. */
static void
describe(const struct part *p, char *out, size_t room)
{
	bool both = p->seconds[0] != '\0' && p->row.override[0] != '\0';

	text_format(out, room, "%s%s%s%s%s",
	    p->seconds[0] != '\0' ? "Second: " : "", p->seconds,
	    both ? "\n" : "", p->row.override[0] != '\0' ? "By " : "",
	    p->row.override);
}

/* Of several times that somebody is second in one watch each has a name. */
static void
name_event(const struct feed *f, const struct part *p, bool second, char *out,
    size_t room)
{
	char from[32] = "";

	if (second && p->later)
		text_format(from, sizeof(from), ".%" PRId64,
		    p->row.from_ms / 1000);
	text_format(out, room, "%s%s%s@%s", p->row.uid, second ? ".second" : "",
	    from, f->host);
}

static const char *
name_in(const struct rota_row *row, bool second)
{
	return second ? row->secondary : row->person;
}

static void
add_event(struct feed *f, const struct part *p, bool second)
{
	char uid[ROTA_UID + 160], summary[160], description[260] = "";
	const struct rota_row *row = &p->row;
	const char *who = name_in(row, second);
	struct ical_watch w = { .uid = uid,
		.summary = summary,
		.description = description,
		.rota = row->rota,
		.person = who,
		.second = second,
		.from_ms = row->from_ms,
		.to_ms = row->to_ms };

	if (f->room == 0)
		return;
	f->room--;
	name_event(f, p, second, uid, sizeof(uid));
	if (f->person != NULL)
		text_format(summary, sizeof(summary), "On watch: %s%s",
		    row->rota, second ? " (second)" : "");
	else
		text_format(summary, sizeof(summary), "%s: %s", row->rota, who);
	if (!second)
		describe(p, description, sizeof(description));
	find_change(f, row->rota, &w);
	ical_add(f->out, &w);
}

/* In everybody's calendar the second stands beside the first. */
static bool
is_shown(const struct feed *f, const struct rota_row *row, bool second)
{
	const char *who = name_in(row, second);

	if (f->person == NULL)
		return !second && who[0] != '\0';
	return strcmp(f->person, who) == 0;
}

static void
end_part(struct feed *f, bool second)
{
	struct part *p = &f->open[second];

	if (p->row.to_ms != 0 && is_shown(f, &p->row, second))
		add_event(f, p, second);
	p->row.to_ms = 0;
}

static void
end_parts(struct feed *f)
{
	end_part(f, false);
	end_part(f, true);
}

static void
join_seconds(struct part *p, const char *one, const char *other)
{
	char both[sizeof(p->seconds)];
	bool comma = one[0] != '\0' && other[0] != '\0';

	if (strcmp(one, other) == 0)
		return; /* with nobody in between */
	text_format(both, sizeof(both), "%s%s%s", one, comma ? ", " : "",
	    other);
	text_copy(p->seconds, sizeof(p->seconds), both);
}

/* It goes on in the next row, or in falling order began in this one. */
static bool
goes_on(struct part *p, const struct part *next, bool second)
{
	const struct rota_row *row = &next->row;

	if (p->row.to_ms == 0 || strcmp(p->row.uid, row->uid) != 0 ||
	    strcmp(name_in(&p->row, second), name_in(row, second)) != 0)
		return false;
	if (p->row.to_ms == row->from_ms) {
		p->row.to_ms = row->to_ms;
		join_seconds(p, p->seconds, row->secondary);
		return true;
	}
	if (p->row.from_ms != row->to_ms)
		return false;
	p->row.from_ms = row->from_ms;
	p->later = next->later;
	join_seconds(p, row->secondary, p->seconds);
	return true;
}

static void
add_part(struct feed *f, struct part *next)
{
	text_copy(next->seconds, sizeof(next->seconds), next->row.secondary);
	for (int second = 0; second < 2; second++) {
		if (goes_on(&f->open[second], next, second))
			continue;
		end_part(f, second);
		f->open[second] = *next;
	}
}

/* The part of the same watch that was before this row; NULL: it begins it. */
static const struct rota_row *
row_before(const struct feed *f, const struct rota_row *row)
{
	for (const struct rota_row *was = row; was-- > f->duty->rotas->rows;)
		if (strcmp(was->rota, row->rota) == 0)
			return was->to_ms == row->from_ms &&
				strcmp(was->uid, row->uid) == 0 &&
				strcmp(was->person, row->person) == 0
			    ? was
			    : NULL;
	return NULL;
}

static void
add_row(struct feed *f, const struct rota_row *row)
{
	struct part p = { .row = *row, .later = row_before(f, row) != NULL };

	add_part(f, &p);
}

/* What has been, the newest first. */
static void
add_past(struct feed *f, const char *rota, const struct rota_row *before)
{
	const struct duty_rotas *r = f->duty->rotas;

	for (const struct rota_row *row = before; row-- > r->rows;)
		if (strcmp(row->rota, rota) == 0)
			add_row(f, row);
	end_parts(f);
}

static void
make_row(struct rota_row *row, const struct stretch *s,
    const struct stretch *whole)
{
	*row = (struct rota_row){ .from_ms = s->from_ms, .to_ms = s->to_ms };
	text_copy(row->rota, sizeof(row->rota), s->rota->name);
	if (s->person != NULL)
		text_copy(row->person, sizeof(row->person), s->person->name);
	if (s->secondary != NULL)
		text_copy(row->secondary, sizeof(row->secondary),
		    s->secondary->name);
	if (s->override != NULL)
		text_copy(row->override, sizeof(row->override),
		    s->override->id);
	rota_uid(whole, row->uid);
}

/* The last watch of what has been, from its first row to its last, may still
   go on. */
static void
add_ahead(struct feed *f, const struct rota *rota, const struct rota_row *first,
    const struct rota_row *last)
{
	const struct duty *d = f->duty;
	int64_t at_ms = last == NULL ? f->now_ms : last->to_ms;
	struct stretch s, whole = { .to_ms = at_ms };

	for (const struct rota_row *row = first; row != NULL && row <= last;
	     row++)
		if (strcmp(row->rota, rota->name) == 0)
			add_row(f, row);
	for (; at_ms < f->now_ms + AHEAD_MS && f->room > 0; at_ms = s.to_ms) {
		struct part p = { .later = false };

		(void)rota_at(rota, d->overrides, d->override_count, at_ms, &s);
		if (at_ms >= whole.to_ms) {
			whole = s;
			rota_whole(d->overrides, d->override_count, &whole);
		}
		make_row(&p.row, &s, &whole);
		p.later = s.from_ms != whole.from_ms;
		if (last != NULL && p.row.from_ms < last->to_ms)
			p.row.from_ms = last->to_ms;
		add_part(f, &p);
	}
	end_parts(f);
}

static void
add_rota(struct feed *f, const struct rota *rota, size_t room)
{
	const struct rota_row *last = rotas_last_row(f->duty, rota->name);
	const struct rota_row *first = last, *was = last;

	for (; was != NULL; was = row_before(f, was))
		first = was;
	f->room = room;
	add_ahead(f, rota, first, last);
	f->room = room;
	if (first != NULL)
		add_past(f, rota->name, first);
}

static void
write_feed(struct feed *f, const char *title)
{
	const struct duty *d = f->duty;
	size_t rotas = f->rota != NULL ? 1 : d->settings->rotas.count;

	find_host(d, f->host);
	ical_begin(f->out, title);
	CONF_EACH (const struct rota, rota, &d->settings->rotas)
		if (f->rota == NULL || strcmp(f->rota, rota->name) == 0)
			add_rota(f, rota, EVENTS_MAX / 2 / rotas);
	ical_end(f->out);
}

static json_t *
fault(const char *text, bool *ok)
{
	json_t *o = json_object();

	*ok = false;
	json_object_set_new(o, "error", json_string(text));
	return o;
}

static void
make_url(const struct duty *d, const char *kind, const char *name, char *out,
    size_t room)
{
	char incident[24], number[24], token[200] = "";

	text_format(incident, sizeof(incident), "cal.%s", kind);
	text_format(number, sizeof(number), "%u", generation(d, kind, name));
	if (d->sign != NULL)
		d->sign(d->sign_arg, incident, name, number, token,
		    sizeof(token));
	text_format(out, room, "%s/calendar/%s.ics", d->settings->site.links,
	    token);
}

json_t *
duty_query_calendar(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	const char *kind = record_string(request, "kind");
	const char *name = record_string(request, "name");
	struct text out = { 0 };
	struct feed f = { .duty = d, .out = &out, .now_ms = now_ms };
	char title[160], number[24];
	const char *said = record_string(request, "generation");
	json_t *o;

	if (kind == NULL || name == NULL || !exists(d, kind, name))
		return fault("name: there is no such calendar", ok);
	text_format(number, sizeof(number), "%u", generation(d, kind, name));
	if (said != NULL && strcmp(said, number) != 0)
		return fault("generation: this address has been renewed", ok);
	if (strcmp(kind, "person") == 0)
		f.person = name;
	if (strcmp(kind, "rota") == 0)
		f.rota = name;
	text_format(title, sizeof(title), "%s: %s", d->settings->site.name,
	    f.person != NULL || f.rota != NULL ? name : "all watches");
	write_feed(&f, title);
	o = json_object();
	json_object_set_new(o, "calendar", json_string(out.data));
	text_clear(&out);
	*ok = true;
	return o;
}

json_t *
duty_query_calendar_url(const struct duty *d, const json_t *request,
    int64_t now_ms, bool *ok)
{
	const char *kind = record_string(request, "kind");
	const char *name = record_string(request, "name");
	char url[400];
	json_t *o;

	(void)now_ms;
	if (kind == NULL || name == NULL || !exists(d, kind, name))
		return fault("name: there is no such calendar", ok);
	make_url(d, kind, name, url, sizeof(url));
	o = json_object();
	json_object_set_new(o, "text", json_string(url));
	*ok = true;
	return o;
}

static void
write_generation(struct duty *d, const struct rota_feed *f)
{
	json_t *o = json_object();

	record_set_int(o, "generation", f->generation);
	duty_write_record(d, "calendars", f->name, o);
}

static struct rota_feed *
add_feed(struct duty *d, const char *name)
{
	struct duty_rotas *r = d->rotas;
	struct rota_feed *f;

	if (r->feed_count >= ROTAS_FEEDS_MAX)
		return NULL;
	r->feeds = mem_room(r->feeds, r->feed_count, sizeof(*r->feeds));
	f = &r->feeds[r->feed_count++];
	*f = (struct rota_feed){ .generation = 1 };
	text_copy(f->name, sizeof(f->name), name);
	return f;
}

void
command_calendar_renew(struct request *r)
{
	const char *kind = record_string(r->json, "kind");
	const char *name = record_string(r->json, "name");
	struct duty *d = r->duty;
	struct rota_feed *f;
	char key[80], url[400];

	if (kind == NULL || name == NULL || !exists(d, kind, name)) {
		request_refuse(r, "name: there is no such calendar");
		return;
	}
	text_format(key, sizeof(key), "%s.%s", kind, name);
	f = find(d, kind, name);
	if (f == NULL)
		f = add_feed(d, key);
	if (f == NULL) {
		request_refuse(r, "there are %d renewed calendars already",
		    ROTAS_FEEDS_MAX);
		return;
	}
	f->generation++;
	write_generation(d, f);
	duty_journal(d, NULL, r->by, "calendar renewed", key, r->now_ms);
	make_url(d, kind, name, url, sizeof(url));
	request_agree(r, NULL, "%s", url);
}

int
rotas_load_feed(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	json_t *o = json_loadb(value, length, 0, NULL);
	int64_t number = record_int(o, "generation", 0);
	struct rota_feed *f = NULL;

	json_decref(o);
	if (number > 0 && number < INT32_MAX && strlen(field) < 80)
		f = add_feed(d, field);
	if (f == NULL) {
		text_format(error, 160, "not the record of a calendar");
		return -1;
	}
	f->generation = (unsigned)number;
	return 0;
}
