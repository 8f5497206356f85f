/*
 * Versions of rotas: a tree that is taken, now or while nobody ran, is
 * compared with what was, and everyone is told whose hours change.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_rotas.h"

struct duty_rotas *
rotas_new(void)
{
	struct duty_rotas *r = mem_alloc(sizeof(*r));

	r->row_due_ms = NEVER;
	return r;
}

void
rotas_free(struct duty_rotas *r)
{
	for (size_t i = 0; i < r->version_count; i++)
		free(r->versions[i].text);
	free(r->versions);
	rotas_clear_changes(r);
	free(r->rows);
	free(r->feeds);
	free(r);
}

struct rota_version *
rotas_version(const struct duty *d, const char *rota)
{
	struct rota_version *found = NULL;

	for (size_t i = 0; i < d->rotas->version_count; i++)
		if (strcmp(d->rotas->versions[i].rota, rota) == 0)
			found = &d->rotas->versions[i];
	return found;
}

/* Of a rota that was followed once: each has a version since then. */
static unsigned
number_of(const struct duty *d, const char *rota)
{
	const struct rota_version *v = rotas_version(d, rota);

	assert(v != NULL);
	return v->number;
}

static void
name_field(const struct rota_version *v, char field[96])
{
	text_format(field, 96, "%s:%u", v->rota, v->number);
}

static void
write_version(struct duty *d, const struct rota_version *v)
{
	json_t *o = json_object();
	char field[96];

	record_set_int(o, "since_ms", v->since_ms);
	json_object_set_new(o, "text", json_string(v->text));
	name_field(v, field);
	duty_write_record(d, "rotas", field, o);
}

/* The oldest that is not its rota's latest goes. */
static void
make_room(struct duty *d)
{
	struct duty_rotas *r = d->rotas;

	for (size_t i = 0;
	     r->version_count >= ROTAS_VERSIONS_MAX && i < r->version_count;
	     i++) {
		struct rota_version *v = &r->versions[i];
		char field[96];

		if (rotas_version(d, v->rota) == v)
			continue;
		name_field(v, field);
		commit_unset(&d->pending, "rotas", field);
		free(v->text);
		memmove(v, v + 1, (--r->version_count - i) * sizeof(*v));
		return;
	}
}

struct rota_version *
rotas_add_version(struct duty *d, const char *rota, const char *text,
    int64_t now_ms)
{
	const struct rota_version *last = rotas_version(d, rota);
	unsigned number = last == NULL ? 1 : last->number + 1;
	struct duty_rotas *r = d->rotas;
	struct rota_version *v;

	make_room(d);
	r->versions =
	    mem_room(r->versions, r->version_count, sizeof(*r->versions));
	v = &r->versions[r->version_count++];
	*v = (struct rota_version){ .number = number,
		.since_ms = now_ms,
		.text = mem_text(text) };
	text_copy(v->rota, sizeof(v->rota), rota);
	write_version(d, v);
	return v;
}

static int
by_number(const void *a, const void *b)
{
	const struct rota_version *x = a, *y = b;
	int order = strcmp(x->rota, y->rota);

	if (order != 0)
		return order;
	return x->number < y->number ? -1 : x->number > y->number;
}

int
rotas_load_version(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	const char *colon = strrchr(field, ':');
	json_t *o = json_loadb(value, length, 0, NULL);
	const char *text = record_string(o, "text");
	struct duty_rotas *r = d->rotas;
	struct rota_version v = { 0 };

	if (colon != NULL)
		v.number = (unsigned)strtoul(colon + 1, NULL, 10);
	if (v.number == 0 || text == NULL ||
	    r->version_count >= ROTAS_VERSIONS_MAX) {
		text_format(error, 160, "not the record of a rota's version");
		json_decref(o);
		return -1;
	}
	text_format(v.rota, sizeof(v.rota), "%.*s", (int)(colon - field),
	    field);
	v.since_ms = record_int(o, "since_ms", 0);
	v.text = mem_text(text);
	json_decref(o);
	r->versions =
	    mem_room(r->versions, r->version_count, sizeof(*r->versions));
	r->versions[r->version_count++] = v;
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct rota_row *x = a, *y = b;

	return x->from_ms < y->from_ms ? -1 : x->from_ms > y->from_ms;
}

static int
by_making(const void *a, const void *b)
{
	const struct rota_change *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* Records come in any order. */
static void
sort(struct duty_rotas *r)
{
	if (r->version_count > 0)
		qsort(r->versions, r->version_count, sizeof(*r->versions),
		    by_number);
	if (r->change_count > 0)
		qsort(r->changes, r->change_count, sizeof(*r->changes),
		    by_making);
	if (r->row_count > 0)
		qsort(r->rows, r->row_count, sizeof(*r->rows), by_time);
}

/* A rota was edited in the middle of a watch: the watch is still theirs, also
   when they have it instead of somebody whose it would not be any more. */
static void
keep_watch(struct duty *d, const struct rota_side *was, const struct rota *rota,
    int64_t now_ms)
{
	struct override keep = { .from_ms = now_ms };
	struct stretch before, after, own;

	if (!rota_watch_at(was->rota, was->overrides, was->count, now_ms,
		&before))
		return;
	keep.who = settings_person(d->settings, before.person->name);
	text_copy(keep.person, sizeof(keep.person), before.person->name);
	if (!rota_watch_at(rota, d->overrides, d->override_count, now_ms,
		&after) ||
	    keep.who == NULL || strcmp(after.person->name, keep.person) == 0)
		return;
	/* To the take-over, and not to where an override or absence ends. */
	(void)rota_at(rota, NULL, 0, now_ms, &own);
	keep.to_ms = before.to_ms < own.to_ms ? before.to_ms : own.to_ms;
	text_copy(keep.rota, sizeof(keep.rota), rota->name);
	text_copy(keep.by, sizeof(keep.by), "reload");
	if (duty_add_override(d, &keep, now_ms) != NULL)
		duty_journal(d, NULL, "reload", "watch kept", keep.person,
		    now_ms);
}

/* Of one rota: NULL as is: there is none any more. */
static void
replace(struct duty *d, const struct rota_side *was, const struct rota *is,
    const char *name, const char *text, int64_t now_ms)
{
	const struct rota_version *v;
	char what[32];

	if (was->rota != NULL)
		rotas_freeze(d, was, number_of(d, name), true, now_ms);
	v = rotas_add_version(d, name, text, now_ms);
	if (v->number == 1)
		return; /* nothing is known of before */
	if (was->rota != NULL && is != NULL)
		keep_watch(d, was, is, now_ms);
	text_format(what, sizeof(what), "version %u", v->number);
	duty_journal(d, NULL, "reload", "rota", v->rota, now_ms);
	rotas_changed(d,
	    &(struct rota_edit){ .rota = name,
		.was = *was,
		.is = { is, d->overrides, d->override_count },
		.from_ms = now_ms,
		.to_ms = now_ms + ROTAS_AHEAD_MS,
		.version = v->number,
		.by = "reload",
		.what = what },
	    now_ms);
}

/* What was, of the tree that goes, or of the text that was kept. */
static struct settings *
read_version(const struct rota_version *v)
{
	struct conf_errors errors = { 0 };
	struct settings *s = NULL;

	if (v != NULL && v->text[0] != '\0')
		s = settings_glance_text(v->text, &errors);
	conf_errors_clear(&errors);
	return s;
}

static void
follow_rota(struct duty *d, const struct settings *old,
    const struct override *was, size_t count, const struct rota *is,
    const char *name, int64_t now_ms)
{
	const struct rota_version *last = rotas_version(d, name);
	struct rota_side side = { NULL, was, count };
	struct settings *kept = NULL;
	struct text text = { 0 };
	const char *written;

	if (is != NULL)
		rota_write(is, &text);
	written = text.data == NULL ? "" : text.data;
	if (last != NULL && strcmp(last->text, written) == 0) {
		text_clear(&text);
		return;
	}
	if (old == NULL)
		old = kept = read_version(last);
	if (old != NULL)
		side.rota = settings_rota(old, name);
	replace(d, &side, is, name, written, now_ms);
	settings_free(kept);
	text_clear(&text);
}

void
rotas_follow(struct duty *d, const struct settings *old,
    const struct override *was, size_t count, int64_t now_ms)
{
	size_t before = d->rotas->version_count;

	if (old == NULL)
		sort(d->rotas);
	CONF_EACH (const struct rota, r, &d->settings->rotas)
		follow_rota(d, old, was, count, r, r->name, now_ms);
	for (size_t i = 0; i < before; i++) {
		char name[64];

		text_copy(name, sizeof(name), d->rotas->versions[i].rota);
		if (settings_rota(d->settings, name) == NULL)
			follow_rota(d, old, was, count, NULL, name, now_ms);
	}
	d->rotas->row_due_ms = now_ms;
	rotas_time(d, now_ms);
}

void
rotas_overridden(struct duty *d, const char *rota, const struct override *was,
    size_t count, int64_t from_ms, int64_t to_ms, const char *by,
    const char *what, int64_t now_ms)
{
	if (from_ms < now_ms)
		from_ms = now_ms;
	CONF_EACH (const struct rota, r, &d->settings->rotas) {
		struct rota_side side = { r, was, count };

		if (rota[0] != '\0' && strcmp(rota, r->name) != 0)
			continue; /* a year of many rotas takes seconds */
		rotas_freeze(d, &side, number_of(d, r->name), true, now_ms);
		rotas_changed(d,
		    &(struct rota_edit){ .rota = r->name,
			.was = side,
			.is = { r, d->overrides, d->override_count },
			.from_ms = from_ms,
			.to_ms = to_ms,
			.by = by,
			.what = what },
		    now_ms);
	}
	d->rotas->row_due_ms = now_ms;
	rotas_time(d, now_ms);
}

void
rotas_time(struct duty *d, int64_t now_ms)
{
	if (now_ms < d->rotas->row_due_ms)
		return;
	d->rotas->row_due_ms = NEVER;
	CONF_EACH (const struct rota, r, &d->settings->rotas) {
		struct rota_side side = { r, d->overrides, d->override_count };

		rotas_freeze(d, &side, number_of(d, r->name), false, now_ms);
	}
	rotas_forget(d, now_ms);
}

int64_t
rotas_deadline(const struct duty *d)
{
	return d->rotas->row_due_ms;
}

/* Versions of a rota, and what was changed by whom; the newest come first. */
json_t *
duty_query_changes(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	const char *rota = record_string(request, "rota");
	json_t *o = json_object(), *list = json_array();
	const struct duty_rotas *r = d->rotas;

	(void)now_ms;
	for (size_t i = r->change_count; i > 0; i--) {
		const struct rota_change *c = &r->changes[i - 1];
		json_t *one;

		if (rota != NULL && strcmp(rota, c->rota) != 0)
			continue;
		one = json_object();
		record_set_int(one, "number", (int64_t)c->number);
		record_set_text(one, "rota", c->rota);
		record_set_int(one, "at_ms", c->at_ms);
		record_set_text(one, "by", c->by);
		record_set_text(one, "what", c->what);
		record_set_int(one, "version", c->version);
		record_set_int(one, "hours_ms", interval_set_length(&c->hours));
		json_array_append_new(list, one);
	}
	json_object_set_new(o, "changes", list);
	*ok = true;
	return o;
}
