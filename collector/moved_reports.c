/* moved_reports: see moved_reports.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/moved_reports.h"
#include "lib/names.h"
#include "lib/report.h"
#include "lib/sign_key.h"

struct entry {
	struct moved_report report;
	char name[PUBLISHED_FIELD]; /* "acme|2026-10|1" */
};
struct key {
	char fingerprint[SEAL_HEX];
	bool is_there;
};

struct moved_reports {
	struct entry **items;
	size_t count;
	struct names by_name, by_hash; /* struct entry */
	struct names keys;             /* struct key: what signatures name */
};

struct moved_reports *
moved_reports_new(void)
{
	return mem_alloc(sizeof(struct moved_reports));
}

void
moved_reports_free(struct moved_reports *r)
{
	struct key *k;
	size_t at = 0;

	if (r == NULL)
		return;
	while ((k = names_next(&r->keys, &at)) != NULL)
		free(k);
	names_clear(&r->keys);
	names_clear(&r->by_name);
	names_clear(&r->by_hash);
	for (size_t i = 0; i < r->count; i++)
		free(r->items[i]);
	free(r->items);
	free(r);
}

/* ---- records ---- */

static int
add_version(struct moved_reports *r, const char *field,
    const struct published_version *v, char error[160])
{
	struct entry *e;

	if (r->count == MOVED_REPORTS_MAX)
		return text_refuse(error, "too many of this key");
	if (v->bytes < 1 || v->bytes > REPORT_BYTES_MAX)
		return text_refuse(error, "reports: too long, or empty");
	if (names_find(&r->by_hash, v->hash) != NULL)
		return text_refuse(error, "reports: the same bytes twice");
	e = mem_alloc(sizeof(*e));
	e->report.version = *v;
	text_copy(e->report.field, sizeof(e->report.field), field);
	text_format(e->name, sizeof(e->name), "%s|%lld", field,
	    (long long)v->version);
	r->items = mem_room(r->items, r->count, sizeof(struct entry *));
	r->items[r->count++] = e;
	names_add(&r->by_name, e->name, e);
	names_add(&r->by_hash, e->report.version.hash, e);
	return 0;
}

static int
check_record(struct moved_reports *r, const struct moved *m, char error[160])
{
	char client[SEAL_NAME], period[SEAL_PERIOD];
	struct published all;
	int result;

	if (!published_field_read(m->field, client, period))
		return text_refuse(error,
		    "field: not of a client and a period");
	result = published_read(m->value, m->length, &all, error);
	if (result == 0 && all.count > SEAL_REPORTS_MAX)
		result = text_refuse(error,
		    "reports: more versions than a seal names");
	for (size_t i = 0; result == 0 && i < all.count; i++)
		result = add_version(r, m->field, &all.items[i], error);
	published_clear(&all);
	return result;
}

/* "FINGERPRINT SIGNATURE" of the bytes whose hash the field is. */
static int
check_signature(struct moved_reports *r, const struct moved *m, char error[160])
{
	struct entry *e = names_find(&r->by_hash, m->field);
	struct key *k;

	if (e == NULL)
		return text_refuse(error,
		    "signatures: of no report in the file");
	if (m->length != SEAL_HEX + (size_t)2 * SIGN_KEY_SIGNATURE ||
	    m->value[SEAL_HEX - 1] != ' ')
		return text_refuse(error, "signatures: unreadable");
	text_format(e->report.key, sizeof(e->report.key), "%.64s", m->value);
	if (names_find(&r->keys, e->report.key) != NULL)
		return 0;
	k = mem_alloc(sizeof(*k));
	text_copy(k->fingerprint, sizeof(k->fingerprint), e->report.key);
	names_add(&r->keys, k->fingerprint, k);
	return 0;
}

static int
check_key(struct moved_reports *r, const struct moved *m, char error[160])
{
	struct key *k = names_find(&r->keys, m->field);

	if (k == NULL)
		return text_refuse(error,
		    "keys: it signs no report in the file");
	k->is_there = true;
	return 0;
}

struct moved_report *
moved_reports_part(const struct moved_reports *r, const char *field,
    size_t *part)
{
	const char *bar = strrchr(field, '|');
	char name[PUBLISHED_FIELD] = "", again[PUBLISHED_FIELD];
	struct entry *e;

	if (bar == NULL ||
	    !text_format(name, sizeof(name), "%.*s", (int)(bar - field), field))
		return NULL;
	if ((e = names_find(&r->by_name, name)) == NULL)
		return NULL;
	*part = (size_t)strtoul(bar + 1, NULL, 10);
	text_format(again, sizeof(again), "%s|%zu", name, *part);
	return strcmp(again, field) == 0 &&
		*part < published_parts(e->report.version.bytes)
	    ? &e->report
	    : NULL;
}

static int
check_body(struct moved_reports *r, const struct moved *m, char error[160])
{
	size_t part, left;
	struct moved_report *of = moved_reports_part(r, m->field, &part);
	struct key *k;

	if (of == NULL)
		return text_refuse(error, "bodies: of no report in the file");
	k = names_find(&r->keys, of->key);
	if (k != NULL && !k->is_there)
		return text_refuse(error, "bodies: its key is not in the file");
	left = (size_t)of->version.bytes - part * PUBLISHED_PART;
	if (m->length != (left < PUBLISHED_PART ? left : PUBLISHED_PART))
		return text_refuse(error, "bodies: of another length");
	of->parts++; /* fields come in order, each once */
	return 0;
}

int
moved_reports_check(struct moved_reports *r, const struct moved *m,
    char error[160])
{
	switch (m->key) {
	case MOVED_REPORTS:
		return check_record(r, m, error);
	case MOVED_SIGNATURES:
		return check_signature(r, m, error);
	case MOVED_PUBLIC_KEYS:
		return check_key(r, m, error);
	default:
		return check_body(r, m, error);
	}
}

int
moved_reports_end(const struct moved_reports *r, char error[160])
{
	for (size_t i = 0; i < r->count; i++) {
		const struct moved_report *e = &r->items[i]->report;

		if (e->parts == published_parts(e->version.bytes))
			continue;
		text_format(error, 160, "bodies: not all of %s are there",
		    r->items[i]->name);
		return -1;
	}
	return 0;
}

const struct moved_report *
moved_reports_at(const struct moved_reports *r, size_t i)
{
	return i < r->count ? &r->items[i]->report : NULL;
}
