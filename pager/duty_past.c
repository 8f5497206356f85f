/*
 * Who was on watch: rows that no later edit of a rota changes.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_rotas.h"

struct rota_row *
rotas_last_row(const struct duty *d, const char *rota)
{
	const struct duty_rotas *r = d->rotas;

	for (size_t i = r->row_count; i > 0; i--)
		if (strcmp(r->rows[i - 1].rota, rota) == 0)
			return &r->rows[i - 1];
	return NULL;
}

static void
name_field(const struct rota_row *row, char field[96])
{
	text_format(field, 96, "%s:%lld", row->rota, (long long)row->from_ms);
}

static void
write_row(struct duty *d, const struct rota_row *row)
{
	json_t *o = json_object();
	char field[96];

	record_set_text(o, "person", row->person);
	record_set_text(o, "secondary", row->secondary);
	record_set_text(o, "uid", row->uid);
	record_set_text(o, "override", row->override);
	record_set_int(o, "to_ms", row->to_ms);
	record_set_int(o, "version", row->version);
	name_field(row, field);
	duty_write_record(d, "past", field, o);
}

static void
unset_row(struct duty *d, const struct rota_row *row)
{
	char field[96];

	name_field(row, field);
	commit_unset(&d->pending, "past", field);
}

/* The oldest go, some at once; of each rota the latest stays, from which its
   later ones go on. */
static void
make_room(struct duty *d)
{
	struct duty_rotas *r = d->rotas;
	size_t kept = 0, gone = 0;

	for (size_t i = 0; i < r->row_count; i++) {
		const struct rota_row *row = &r->rows[i];

		if (gone < ROTAS_ROWS_AT_ONCE &&
		    rotas_last_row(d, row->rota) != row) {
			unset_row(d, row);
			gone++;
		} else if (kept++ < i)
			r->rows[kept - 1] = *row;
	}
	r->row_count = kept;
}

static void
add_row(struct duty *d, const struct rota_row *row)
{
	struct duty_rotas *r = d->rotas;

	if (r->row_count >= ROTAS_ROWS_MAX)
		make_room(d);
	r->rows = mem_room(r->rows, r->row_count, sizeof(*r->rows));
	r->rows[r->row_count++] = *row;
	write_row(d, row);
}

/* What the watch is called, whoever is second in this part of it. */
static void
name_watch(const struct rota_side *side, const struct stretch *s,
    char out[ROTA_UID])
{
	struct stretch whole = *s;

	rota_whole(side->overrides, side->count, &whole);
	rota_uid(&whole, out);
}

/* The same watch going on with the same second is the same row. */
static void
freeze_stretch(struct duty *d, const struct rota_side *side,
    const struct stretch *s, unsigned version, int64_t from_ms, int64_t to_ms)
{
	struct rota_row *last = rotas_last_row(d, s->rota->name);
	struct rota_row row = { .from_ms = from_ms,
		.to_ms = to_ms,
		.version = version };

	text_copy(row.rota, sizeof(row.rota), s->rota->name);
	if (s->person != NULL)
		text_copy(row.person, sizeof(row.person), s->person->name);
	if (s->secondary != NULL)
		text_copy(row.secondary, sizeof(row.secondary),
		    s->secondary->name);
	if (s->override != NULL)
		text_copy(row.override, sizeof(row.override), s->override->id);
	name_watch(side, s, row.uid);
	if (last == NULL || last->to_ms != from_ms ||
	    strcmp(last->uid, row.uid) != 0 ||
	    strcmp(last->person, row.person) != 0 ||
	    strcmp(last->secondary, row.secondary) != 0) {
		add_row(d, &row);
		return;
	}
	last->to_ms = to_ms;
	write_row(d, last);
}

/* Up to now, or up to the last hand-off. */
void
rotas_freeze(struct duty *d, const struct rota_side *side, unsigned version,
    bool all, int64_t now_ms)
{
	const struct rota_row *last = rotas_last_row(d, side->rota->name);
	int64_t at_ms = last == NULL ? now_ms : last->to_ms;
	bool first = last == NULL; /* from which later ones go on */
	struct stretch s;

	(void)rota_watch_at(side->rota, side->overrides, side->count, at_ms,
	    &s);
	if (first)
		at_ms = s.from_ms; /* so far as is known */
	if (now_ms - at_ms > ROTAS_KEPT_MS)
		at_ms = now_ms - ROTAS_KEPT_MS;
	while (at_ms < now_ms) {
		int64_t to_ms;

		(void)rota_at(side->rota, side->overrides, side->count, at_ms,
		    &s);
		to_ms = s.to_ms < now_ms ? s.to_ms : now_ms;
		if (s.to_ms <= now_ms || all || first)
			freeze_stretch(d, side, &s, version, at_ms, to_ms);
		at_ms = to_ms;
	}
	(void)rota_at(side->rota, side->overrides, side->count, now_ms, &s);
	if (s.to_ms < d->rotas->row_due_ms)
		d->rotas->row_due_ms = s.to_ms;
}

void
rotas_forget(struct duty *d, int64_t now_ms)
{
	struct duty_rotas *r = d->rotas;
	size_t kept = 0;

	for (size_t i = 0; i < r->row_count; i++) {
		if (r->rows[i].to_ms > now_ms - ROTAS_KEPT_MS)
			r->rows[kept++] = r->rows[i];
		else
			unset_row(d, &r->rows[i]);
	}
	r->row_count = kept;
}

/* "support:1782900000000" */
int
rotas_load_row(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	const char *colon = strrchr(field, ':');
	json_t *o = json_loadb(value, length, 0, NULL);
	struct duty_rotas *r = d->rotas;
	struct rota_row row = { 0 };
	bool good;

	good = colon != NULL &&
	    record_text(o, "uid", row.uid, sizeof(row.uid)) &&
	    r->row_count < ROTAS_ROWS_MAX;
	record_text(o, "person", row.person, sizeof(row.person));
	record_text(o, "secondary", row.secondary, sizeof(row.secondary));
	record_text(o, "override", row.override, sizeof(row.override));
	row.to_ms = record_int(o, "to_ms", 0);
	row.version = (unsigned)record_int(o, "version", 0);
	json_decref(o);
	if (good) {
		row.from_ms = strtoll(colon + 1, NULL, 10);
		text_format(row.rota, sizeof(row.rota), "%.*s",
		    (int)(colon - field), field);
	}
	if (!good || row.from_ms < 0 || row.from_ms >= row.to_ms) {
		text_format(error, 160, "not the record of a watch");
		return -1;
	}
	r->rows = mem_room(r->rows, r->row_count, sizeof(*r->rows));
	r->rows[r->row_count++] = row;
	return 0;
}

static json_t *
row_json(const struct rota_row *row)
{
	json_t *o = json_object();

	record_set_text(o, "rota", row->rota);
	record_set_text(o, "person", row->person);
	record_set_text(o, "secondary", row->secondary);
	record_set_int(o, "from_ms", row->from_ms);
	record_set_int(o, "to_ms", row->to_ms);
	record_set_int(o, "version", row->version);
	record_set_text(o, "override", row->override);
	return o;
}

/* Who was on watch between two instants, at most so many; and how many rows
   more there are. */
json_t *
duty_query_past(const struct duty *d, const json_t *request, int64_t now_ms,
    bool *ok)
{
	const char *rota = record_string(request, "rota");
	int64_t from_ms = record_int(request, "from_ms", 0);
	int64_t to_ms = record_int(request, "to_ms", now_ms);
	json_t *o = json_object(), *list = json_array();
	int64_t left_out = 0;

	for (size_t i = 0; i < d->rotas->row_count; i++) {
		const struct rota_row *row = &d->rotas->rows[i];

		if (row->to_ms <= from_ms || row->from_ms >= to_ms ||
		    (rota != NULL && strcmp(rota, row->rota) != 0))
			continue;
		if (json_array_size(list) < ROTAS_SHOWN_MAX)
			json_array_append_new(list, row_json(row));
		else
			left_out++;
	}
	json_object_set_new(o, "past", list);
	record_set_int(o, "left_out", left_out);
	*ok = true;
	return o;
}

static const struct rota_row *
row_at(const struct duty *d, const char *rota, int64_t at_ms)
{
	for (size_t i = 0; i < d->rotas->row_count; i++) {
		const struct rota_row *row = &d->rotas->rows[i];

		if (row->from_ms <= at_ms && at_ms < row->to_ms &&
		    strcmp(row->rota, rota) == 0)
			return row;
	}
	return NULL;
}

static const char *
name_of(const struct person *p)
{
	return p != NULL ? p->name : "";
}

/* One watch of one person, whoever is second in each part of it. */
static bool
is_same_watch(const struct rota_row *a, const char *uid, const char *person)
{
	return strcmp(a->uid, uid) == 0 && strcmp(a->person, person) == 0;
}

/* The first row of the watch that a row is of. */
static const struct rota_row *
first_row(const struct duty *d, const struct rota_row *row)
{
	const struct rota_row *was = row;

	for (; was != NULL && is_same_watch(was, row->uid, row->person);
	     was = row_at(d, row->rota, row->from_ms - 1))
		row = was;
	return row;
}

/* Who came after the watch of a row, and until when it was so: of the watch
   that goes on only the beginning has been. */
static const char *
follow(const struct duty *d, const struct rota *rota,
    const struct rota_row *row, int64_t *until_ms)
{
	const struct rota_row *next = row;
	struct rota_side now = { rota, d->overrides, d->override_count };
	char uid[ROTA_UID];
	struct stretch s;

	for (; next != NULL && is_same_watch(next, row->uid, row->person);
	     next = row_at(d, row->rota, row->to_ms))
		row = next;
	*until_ms = row->to_ms;
	if (next != NULL)
		return next->person;
	(void)rota_watch_at(rota, d->overrides, d->override_count, row->to_ms,
	    &s);
	name_watch(&now, &s, uid);
	if (is_same_watch(row, uid, name_of(s.person))) {
		*until_ms = s.to_ms;
		(void)rota_watch_at(rota, d->overrides, d->override_count,
		    s.to_ms, &s);
	}
	return name_of(s.person);
}

json_t *
rotas_oncall_then(const struct duty *d, const struct rota *rota, int64_t at_ms)
{
	const struct rota_row *row = row_at(d, rota->name, at_ms);
	json_t *o;
	int64_t until_ms;

	if (row == NULL)
		return NULL;
	o = json_object();
	record_set_text(o, "rota", row->rota);
	record_set_text(o, "primary", row->person);
	record_set_text(o, "zone", duty_zone(d, row->person));
	record_set_int(o, "since_ms", first_row(d, row)->from_ms);
	record_set_text(o, "next", follow(d, rota, row, &until_ms));
	record_set_int(o, "until_ms", until_ms);
	record_set_text(o, "secondary", row->secondary);
	record_set_text(o, "override", row->override);
	record_set_int(o, "version", row->version);
	record_set_bool(o, "frozen", true);
	return o;
}
