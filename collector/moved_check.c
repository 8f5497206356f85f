/* moved_check: whether a history can be taken over; see moved.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "collector/moved.h"
#include "collector/moved_reports.h"
#include "collector/runs.h"
#include "collector/shard_internal.h"
#include "lib/record.h"

struct begin {
	char region[NAME_ROOM];
	int64_t at_ms;
};

struct moved_check {
	char client[64];
	struct shard *shard;   /* takes what evaluate loads */
	struct ledger *ledger; /* and what accounts read */
	enum moved_key key;    /* of the record before */
	char *field;           /* the same; NULL: none before in this key */
	size_t said[MOVED_KEYS];
	struct begin *begins;
	size_t begin_count;
	struct moved_reports *reports;
};

struct moved_check *
moved_check_new(const struct settings *settings, const char *client)
{
	struct moved_check *c = mem_alloc(sizeof(*c));

	text_copy(c->client, sizeof(c->client), client);
	c->shard = shard_new(settings, 0);
	c->ledger = ledger_new(client);
	c->reports = moved_reports_new();
	return c;
}

void
moved_check_free(struct moved_check *c)
{
	if (c == NULL)
		return;
	shard_free(c->shard);
	ledger_free(c->ledger);
	moved_reports_free(c->reports);
	free(c->field);
	free(c->begins);
	free(c);
}

/* ---- one kind of record after another ---- */

static int
load(struct moved_check *c, const struct moved *m, char error[160])
{
	const char *key = moved_key_text(m->key);

	if (shard_load(c->shard, key, m->field, m->value, m->length, error) !=
	    0)
		return -1;
	return ledger_load(c->ledger, key, m->field, m->value, m->length,
	    error);
}

/* They are looked up one by one: not without end. */
static int
check_said(struct moved_check *c, const struct moved *m, char error[160])
{
	if (++c->said[m->key] > MOVED_SAID_MAX)
		return text_refuse(error, "too many of this key");
	return load(c, m, error);
}

/* NULL: told. */
static json_t *
object_of(const struct moved *m, char error[160])
{
	json_t *o = json_loadb(m->value, m->length, 0, NULL);

	if (json_is_object(o))
		return o;
	json_decref(o);
	text_refuse(error, "the record is no object");
	return NULL;
}

static int
check_state(struct moved_check *c, const struct moved *m, char error[160])
{
	json_t *o = object_of(m, error);

	if (o == NULL)
		return -1;
	json_decref(o);
	return load(c, m, error);
}

int
moved_runs_field(const char *field, char region[64], int64_t *begin_ms,
    char error[160])
{
	char id[TARGET_ROOM];
	int64_t bucket;

	if (shard_field_part(&field, id, sizeof(id)) == NULL ||
	    shard_field_part(&field, region, NAME_ROOM) == NULL ||
	    !shard_field_time(field, &bucket) || bucket < 0 ||
	    bucket > TIME_MAX / RUNS_BUCKET_MS)
		return text_refuse(error,
		    "field is not endpoint|region|bucket");
	*begin_ms = bucket * RUNS_BUCKET_MS;
	return 0;
}

/* Every run of the record begins in its bucket. */
static int
check_bucket(const struct moved *m, int64_t begin_ms, char error[160])
{
	struct runs runs;
	bool fits;

	runs_init(&runs);
	fits = runs_decode(&runs, m->value, m->length) == 0 && runs.count > 0;
	for (size_t i = 0; fits && i < runs.count; i++)
		fits = runs_bucket(runs.items[i].first_at_ms) ==
		    begin_ms / RUNS_BUCKET_MS;
	runs_clear(&runs);
	return fits
	    ? 0
	    : text_refuse(error, "runs: unreadable, or of another bucket");
}

static void
seen_since(struct moved_check *c, const char *region, int64_t begin_ms)
{
	size_t i = 0;

	while (i < c->begin_count && strcmp(c->begins[i].region, region) != 0)
		i++;
	if (i == c->begin_count) {
		c->begins = mem_grow(c->begins,
		    (c->begin_count + 1) * sizeof(*c->begins));
		c->begins[i].at_ms = begin_ms;
		text_copy(c->begins[i].region, NAME_ROOM, region);
		c->begin_count++;
	}
	if (begin_ms < c->begins[i].at_ms)
		c->begins[i].at_ms = begin_ms;
}

int64_t
moved_check_begin(const struct moved_check *c, const char *region)
{
	for (size_t i = 0; i < c->begin_count; i++)
		if (strcmp(c->begins[i].region, region) == 0)
			return c->begins[i].at_ms;
	return NEVER;
}

/* What can still change is loaded; the rest is read piece by piece. */
static int
check_runs(struct moved_check *c, const struct moved *m, char error[160])
{
	char region[NAME_ROOM];
	int64_t begin_ms = 0;

	if (moved_runs_field(m->field, region, &begin_ms, error) != 0 ||
	    check_bucket(m, begin_ms, error) != 0)
		return -1;
	seen_since(c, region, begin_ms);
	if (c->begin_count > REGIONS_MAX)
		return text_refuse(error, "too many regions");
	return m->key == MOVED_RUNS ? load(c, m, error) : 0;
}

static int
check_void(struct moved_check *c, const struct moved *m, char error[160])
{
	char region[NAME_ROOM];
	struct void_stretch v;

	if (shard_read_void(m->field, m->value, m->length, region, &v, error) !=
	    0)
		return -1;
	if (v.from_ms >= v.to_ms)
		return text_refuse(error, "voids: not from before to");
	if (m->key == MOVED_OLDVOIDS && v.to_ms == NEVER)
		return text_refuse(error, "oldvoids: it goes on");
	if (moved_check_begin(c, region) == NEVER)
		return text_refuse(error, "voids: nothing was seen from there");
	return m->key == MOVED_VOIDS ? load(c, m, error) : 0;
}

/* "acme|INC-000042|OPENED", as its own page had it. */
static int
check_incident(struct moved_check *c, const struct moved *m, char error[160])
{
	json_t *o = object_of(m, error);
	char field[MOVED_FIELD_MAX];
	const char *client, *id;
	bool fits;

	if (o == NULL)
		return -1;
	client = record_string(o, "client");
	id = record_string(o, "incident");
	fits = client != NULL && strcmp(client, c->client) == 0 && id != NULL &&
	    text_format(field, sizeof(field), "%s|%s|%lld", client, id,
		(long long)record_int(o, "opened_ms", 0)) &&
	    strcmp(field, m->field) == 0;
	json_decref(o);
	return fits ? 0 : text_refuse(error, "incidents: of another field");
}

static int
check_journal(struct moved_check *c, const struct moved *m, char error[160])
{
	json_t *o = object_of(m, error);
	const char *what = record_string(o, "what");
	bool fits = record_int(o, "at", -1) >= 0 && what != NULL;
	bool is_reseal = fits && strcmp(what, "resealed") == 0;

	if (o == NULL)
		return -1;
	json_decref(o);
	if (!fits)
		return text_refuse(error, "journal: expected at and what");
	/* It would excuse what somebody has changed in this journal. */
	if (is_reseal)
		return text_refuse(error,
		    "journal: what was replaced elsewhere");
	return moved_is_about(m->value, m->length, c->client)
	    ? 0
	    : text_refuse(error, "journal: about somebody else");
}

static int
check_report(struct moved_check *c, const struct moved *m, char error[160])
{
	return moved_reports_check(c->reports, m, error);
}

/* ---- all of them ---- */

/* By key and field, each once. */
static int
check_order(struct moved_check *c, const struct moved *m, char error[160])
{
	if (m->key < c->key)
		return text_refuse(error, "key: not in its place");
	if (m->key > c->key || m->field == NULL) {
		free(c->field);
		c->field = NULL;
	}
	c->key = m->key;
	if (m->field == NULL)
		return 0;
	if (c->field != NULL && strcmp(m->field, c->field) <= 0)
		return text_refuse(error,
		    "field: there before, or not in order");
	free(c->field);
	c->field = mem_text(m->field);
	return 0;
}

/* Names become texts for people and other records. */
static bool
is_field(const char *field)
{
	for (; *field != '\0'; field++)
		if (*field <= ' ' || *field > '~')
			return false;
	return true;
}

int
moved_check(struct moved_check *c, const struct moved *m, char error[160])
{
	static int (*const checks[MOVED_KEYS])(struct moved_check *,
	    const struct moved *, char[160]) = {
		[MOVED_NAMES] = check_said,
		[MOVED_TERMS] = check_said,
		[MOVED_WINDOWS] = check_said,
		[MOVED_EXCLUSIONS] = check_said,
		[MOVED_ANNOTATIONS] = check_said,
		[MOVED_STATES] = check_state,
		[MOVED_OUTAGES] = load,
		[MOVED_RUNS] = check_runs,
		[MOVED_HISTORY] = check_runs,
		[MOVED_VOIDS] = check_void,
		[MOVED_OLDVOIDS] = check_void,
		[MOVED_INCIDENTS] = check_incident,
		[MOVED_JOURNAL] = check_journal,
		[MOVED_REPORTS] = check_report,
		[MOVED_SIGNATURES] = check_report,
		[MOVED_PUBLIC_KEYS] = check_report,
		[MOVED_BODIES] = check_report,
	};

	error[0] = '\0';
	if (m->field != NULL && !is_field(m->field))
		return text_refuse(error, "field: no name");
	if (m->field != NULL && !moved_is_of(m->key, m->field, c->client))
		return text_refuse(error, "field: of another client");
	if (check_order(c, m, error) != 0)
		return -1;
	return checks[m->key](c, m, error);
}

int
moved_check_end(const struct moved_check *c, char error[160])
{
	return moved_reports_end(c->reports, error);
}

const struct moved_reports *
moved_check_reports(const struct moved_check *c)
{
	return c->reports;
}
