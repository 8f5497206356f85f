/* Overrides: who stands in for whom, as commands. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/duty_request.h"

#define OVERRIDE_LENGTH_MAX_MS (400 * INT64_C(86400000))

/* Those that count for nothing any more make room. */
static void
forget_past(struct duty *d, int64_t now_ms)
{
	int64_t old_ms = now_ms - INT64_C(400) * 86400000;
	size_t kept = 0;

	for (size_t i = 0; i < d->override_count; i++) {
		if (d->overrides[i].to_ms > old_ms)
			d->overrides[kept++] = d->overrides[i];
		else
			commit_unset(&d->pending, "overrides",
			    d->overrides[i].id);
	}
	d->override_count = kept;
}

static void
write_override(struct duty *d, const struct override *o)
{
	char *record = duty_override_encode(o);

	commit_set_text(&d->pending, "overrides", o->id, record);
	free(record);
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
			duty_touch(d, inc);
		}
}

const struct override *
duty_add_override(struct duty *d, const struct override *wanted, int64_t now_ms)
{
	struct override *o;

	forget_past(d, now_ms);
	if (d->override_count >= DUTY_OVERRIDES_MAX)
		return NULL;
	d->overrides = mem_grow(d->overrides,
	    (d->override_count + 1) * sizeof(*d->overrides));
	o = &d->overrides[d->override_count++];
	*o = *wanted;
	text_format(o->id, sizeof(o->id), "o-%llu",
	    (unsigned long long)++d->last_override);
	d->meta_dirty = true;
	write_override(d, o);
	duty_recheck_pages(d, now_ms);
	return o;
}

/* The first override of this rota in these hours, or NULL. */
static const struct override *
find_clash(const struct duty *d, const struct override *wanted)
{
	for (size_t i = 0; i < d->override_count; i++) {
		const struct override *o = &d->overrides[i];

		if (strcmp(o->rota, wanted->rota) == 0 &&
		    o->from_ms < wanted->to_ms && wanted->from_ms < o->to_ms)
			return o;
	}
	return NULL;
}

static bool
read_override(struct request *r, struct override *o)
{
	const char *rota = record_string(r->json, "rota");

	*o = (struct override){ 0 };
	if (rota == NULL || settings_rota(r->duty->settings, rota) == NULL) {
		request_refuse(r, "rota: there is no such rota");
		return false;
	}
	o->who = request_callable(r, "for");
	if (o->who == NULL)
		return false;
	o->from_ms = record_int(r->json, "from_ms", r->now_ms);
	o->to_ms = record_int(r->json, "to_ms", 0);
	if (o->from_ms < r->now_ms) /* the past is as it happened */
		o->from_ms = r->now_ms;
	if (o->to_ms <= o->from_ms ||
	    o->to_ms - o->from_ms > OVERRIDE_LENGTH_MAX_MS ||
	    o->from_ms - r->now_ms > OVERRIDE_LENGTH_MAX_MS) {
		request_refuse(r,
		    "from_ms, to_ms: in order, ahead, and within "
		    "400 days");
		return false;
	}
	text_copy(o->rota, sizeof(o->rota), rota);
	text_copy(o->person, sizeof(o->person), o->who->name);
	text_copy(o->by, sizeof(o->by), r->by);
	return true;
}

void
command_override_add(struct request *r)
{
	const struct override *clash, *made;
	struct override o;
	char from[48], to[48], text[200];

	if (!read_override(r, &o))
		return;
	clash = find_clash(r->duty, &o);
	if (clash != NULL) {
		request_refuse(r, "overlaps %s of %s, made by %s", clash->id,
		    clash->person, clash->by);
		return;
	}
	made = duty_add_override(r->duty, &o, r->now_ms);
	if (made == NULL) {
		request_refuse(r, "there are %d overrides already",
		    DUTY_OVERRIDES_MAX);
		return;
	}
	civil_full(made->who->zone, made->from_ms, from, sizeof(from));
	civil_full(made->who->zone, made->to_ms, to, sizeof(to));
	text_format(text, sizeof(text), "%s: %s has %s from %s to %s", made->id,
	    made->person, made->rota, from, to);
	duty_journal(r->duty, NULL, r->by, "override", text, r->now_ms);
	request_agree(r, NULL, "%s.", text);
}

static void
remove_override(struct duty *d, size_t i, int64_t now_ms)
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
	duty_recheck_pages(d, now_ms);
}

void
command_override_remove(struct request *r)
{
	const char *id = record_string(r->json, "override");
	struct duty *d = r->duty;

	for (size_t i = 0; id != NULL && i < d->override_count; i++) {
		if (strcmp(d->overrides[i].id, id) != 0)
			continue;
		if (d->overrides[i].to_ms <= r->now_ms) {
			request_refuse(r, "override: %s is over", id);
			return;
		}
		duty_journal(d, NULL, r->by, "override removed", id, r->now_ms);
		remove_override(d, i, r->now_ms);
		request_agree(r, NULL, "%s is removed.", id);
		return;
	}
	request_refuse(r, "override: there is no such override");
}
