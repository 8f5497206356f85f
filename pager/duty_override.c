/* Overrides: what is made, kept and undone. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/duty_cover.h"

#define KEPT_MS (400 * INT64_C(86400000)) /* after its end */

static bool
is_kept(const struct override *o, int64_t now_ms)
{
	return o->to_ms > now_ms - KEPT_MS;
}

size_t
cover_count(const struct duty *d, int64_t now_ms)
{
	size_t count = 0;

	for (size_t i = 0; i < d->override_count; i++)
		count += is_kept(&d->overrides[i], now_ms);
	return count;
}

void
cover_forget(struct duty *d, int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->override_count; i++) {
		if (is_kept(&d->overrides[i], now_ms))
			d->overrides[kept++] = d->overrides[i];
		else
			commit_unset(&d->pending, "overrides",
			    d->overrides[i].id);
	}
	d->override_count = kept;
}

static void
write_override(struct duty *d, const struct override *v)
{
	json_t *o = json_object();

	record_set_text(o, "rota", v->rota);
	record_set_text(o, "person", v->person);
	record_set_text(o, "by", v->by);
	record_set_text(o, "instead", v->instead);
	record_set_text(o, "with", v->with);
	record_set_text(o, "uid", v->uid);
	record_set_text(o, "time", v->time);
	record_set_text(o, "source", v->source);
	record_set_int(o, "from_ms", v->from_ms);
	record_set_int(o, "to_ms", v->to_ms);
	duty_write_record(d, "overrides", v->id, o);
}

void
duty_recheck_pages(struct duty *d, int64_t now_ms)
{
	d->digest_from_ms = 0; /* another may be on watch then */
	for (struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (inc->closed_ms == 0) {
			page_recheck(&inc->page, now_ms);
			page_recheck(&inc->late, now_ms);
			inc->hours_until_ms = 0;
			duty_touch(d, inc);
		}
}

const struct override *
cover_put(struct duty *d, const struct override *wanted)
{
	struct override *o;

	d->overrides = mem_grow(d->overrides,
	    (d->override_count + 1) * sizeof(*d->overrides));
	o = &d->overrides[d->override_count++];
	*o = *wanted;
	text_format(o->id, sizeof(o->id), "o-%llu",
	    (unsigned long long)++d->last_override);
	d->meta_dirty = true;
	write_override(d, o);
	return o;
}

const struct override *
duty_add_override(struct duty *d, const struct override *wanted, int64_t now_ms)
{
	const struct override *o;

	cover_forget(d, now_ms);
	if (d->override_count >= DUTY_OVERRIDES_MAX)
		return NULL;
	o = cover_put(d, wanted);
	duty_recheck_pages(d, now_ms);
	return o;
}

/* "o-12: moana has support from 22:00 to 24:00", in the zone of whom it is
   about. */
void
cover_say(const struct override *o, const struct duty *d, char *out,
    size_t room)
{
	bool away = override_is_away(o);
	const char *zone = duty_zone(d, away ? o->instead : o->person);
	const char *rota = o->rota[0] != '\0' ? o->rota : "every rota";
	char from[48], to[48];

	civil_full(zone, o->from_ms, from, sizeof(from));
	civil_full(zone, o->to_ms, to, sizeof(to));
	if (away)
		text_format(out, room, "%s: %s is away from %s to %s", o->id,
		    o->instead, from, to);
	else
		text_format(out, room, "%s: %s has %s%s%s from %s to %s", o->id,
		    o->person, rota,
		    o->instead[0] != '\0' ? " instead of " : "", o->instead,
		    from, to);
}

bool
cover_has_room(struct request *r, size_t count)
{
	if (cover_count(r->duty, r->now_ms) + count <= DUTY_OVERRIDES_MAX)
		return true;
	request_refuse(r, "there are %d overrides already", DUTY_OVERRIDES_MAX);
	return false;
}

/* Several are made together; the first gives them their name.  Their texts
   are what is journalled. */
void
cover_make(struct request *r, struct override *all, size_t count)
{
	struct duty *d = r->duty;
	int64_t from_ms = all[0].from_ms, to_ms = all[0].to_ms;
	const struct override *made;
	char first[16] = "", text[240];

	for (size_t i = 0; i < count; i++) {
		text_copy(all[i].by, sizeof(all[i].by), r->by);
		text_copy(all[i].with, sizeof(all[i].with), first);
		made = duty_add_override(d, &all[i], r->now_ms);
		text_copy(all[i].id, sizeof(all[i].id), made->id);
		if (i == 0)
			text_copy(first, sizeof(first), made->id);
		from_ms = made->from_ms < from_ms ? made->from_ms : from_ms;
		to_ms = made->to_ms > to_ms ? made->to_ms : to_ms;
		cover_say(made, d, text, sizeof(text));
		duty_journal(d, NULL, r->by, "override", text, r->now_ms);
	}
	cover_say(&all[0], d, text, sizeof(text));
	rotas_overridden(d, all[0].rota, d->overrides,
	    d->override_count - count, from_ms, to_ms, r->by, text, r->now_ms);
}

void
cover_take_out(struct duty *d, size_t i, int64_t now_ms)
{
	struct override *o = &d->overrides[i];

	if (o->from_ms < now_ms) {
		o->to_ms = now_ms; /* what has been stays as it was */
		write_override(d, o);
	} else {
		commit_unset(&d->pending, "overrides", o->id);
		memmove(o, o + 1, (d->override_count - i - 1) * sizeof(*o));
		d->override_count--;
	}
}

/* Were both made by one command? */
static bool
is_with(const struct override *a, const struct override *b)
{
	const char *x = a->with[0] != '\0' ? a->with : a->id;
	const char *y = b->with[0] != '\0' ? b->with : b->id;

	return strcmp(x, y) == 0;
}

/* It and all that were made with it, as far as they are not over. */
void
cover_undo(struct duty *d, const struct override *one, const char *by,
    int64_t now_ms)
{
	struct override given = *one, *was;
	size_t count = d->override_count;
	int64_t from_ms = given.from_ms, to_ms = given.to_ms;
	char text[64];

	was = mem_copy(d->overrides, count * sizeof(*was));
	for (size_t i = d->override_count; i > 0; i--) {
		const struct override *o = &d->overrides[i - 1];

		if (!is_with(o, &given) || o->to_ms <= now_ms)
			continue;
		from_ms = o->from_ms < from_ms ? o->from_ms : from_ms;
		to_ms = o->to_ms > to_ms ? o->to_ms : to_ms;
		duty_journal(d, NULL, by, "override removed", o->id, now_ms);
		cover_take_out(d, i - 1, now_ms);
	}
	duty_recheck_pages(d, now_ms);
	text_format(text, sizeof(text), "%s is undone", given.id);
	rotas_overridden(d, given.rota, was, count, from_ms, to_ms, by, text,
	    now_ms);
	free(was);
}

/* Does it give this person hours, or take them from them? */
static bool
concerns(const struct override *o, const char *person)
{
	return strcmp(o->person, person) == 0 ||
	    strcmp(o->instead, person) == 0;
}

void
command_override_remove(struct request *r)
{
	const char *id = record_string(r->json, "override");
	const char *own = record_string(r->json, "own");
	struct duty *d = r->duty;

	for (size_t i = 0; id != NULL && i < d->override_count; i++) {
		if (strcmp(d->overrides[i].id, id) != 0)
			continue;
		if (d->overrides[i].to_ms <= r->now_ms) {
			request_refuse(r, "override: %s is over", id);
			return;
		}
		if (own != NULL && !concerns(&d->overrides[i], own)) {
			request_refuse(r, "override: %s is not of %s", id, own);
			return;
		}
		cover_undo(d, &d->overrides[i], r->by, r->now_ms);
		request_agree(r, NULL, "%s is removed.", id);
		return;
	}
	request_refuse(r, "override: there is no such override");
}
