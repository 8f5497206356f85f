/* moved: records as lines and back; see moved.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "collector/moved.h"
#include "collector/runs.h"
#include "lib/base64.h"
#include "lib/record.h"

/* How a key's fields begin with the client's name. */
enum place { PLACE_NAME_OR_SLASH, PLACE_SLASH, PLACE_BAR, PLACE_ANY };

static const struct {
	const char *name;
	enum place place;
	bool has_runs;
} keys[MOVED_KEYS] = {
	[MOVED_NAMES] = { "names", PLACE_SLASH },
	[MOVED_TERMS] = { "terms", PLACE_NAME_OR_SLASH },
	[MOVED_WINDOWS] = { "windows", PLACE_BAR },
	[MOVED_EXCLUSIONS] = { "exclusions", PLACE_BAR },
	[MOVED_ANNOTATIONS] = { "annotations", PLACE_SLASH },
	[MOVED_STATES] = { "states", PLACE_SLASH },
	[MOVED_OUTAGES] = { "outages", PLACE_SLASH },
	[MOVED_RUNS] = { "runs", PLACE_SLASH, .has_runs = true },
	[MOVED_HISTORY] = { "history", PLACE_SLASH, .has_runs = true },
	[MOVED_VOIDS] = { "voids", PLACE_ANY },
	[MOVED_OLDVOIDS] = { "oldvoids", PLACE_ANY },
	[MOVED_INCIDENTS] = { "incidents", PLACE_BAR },
	[MOVED_JOURNAL] = { "journal", PLACE_ANY },
	[MOVED_REPORTS] = { "reports", PLACE_BAR },
	[MOVED_SIGNATURES] = { "signatures", PLACE_ANY },
	[MOVED_PUBLIC_KEYS] = { "keys", PLACE_ANY },
	[MOVED_BODIES] = { "bodies", PLACE_BAR },
};

const char *
moved_key_text(enum moved_key key)
{
	return keys[key].name;
}

void
moved_clear(struct moved *m)
{
	free(m->field);
	free(m->value);
	*m = (struct moved){ 0 };
}

static bool
begins(const char *text, const char *client, char *behind)
{
	size_t n = strlen(client);

	if (strncmp(text, client, n) != 0)
		return false;
	*behind = text[n];
	return true;
}

bool
moved_is_of(enum moved_key key, const char *field, const char *client)
{
	char behind;

	if (keys[key].place == PLACE_ANY)
		return true;
	if (!begins(field, client, &behind))
		return false;
	switch (keys[key].place) {
	case PLACE_BAR:
		return behind == '|';
	case PLACE_NAME_OR_SLASH:
		return behind == '/' || behind == '\0';
	default:
		return behind == '/';
	}
}

bool
moved_is_about(const char *json, size_t length, const char *client)
{
	json_t *o = json_loadb(json, length, 0, NULL);
	const char *subject = record_string(o, "subject");
	bool is = subject != NULL && moved_is_of(MOVED_TERMS, subject, client);

	json_decref(o);
	return is;
}

/* ---- writing ---- */

/* As jansson writes it, and so as it will come out again. */
static bool
is_our_json(const char *value, size_t length)
{
	json_t *o = json_loadb(value, length,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	char *again;
	bool is;

	if (o == NULL)
		return false;
	again = record_dump(o);
	is = strlen(again) == length && memcmp(again, value, length) == 0;
	free(again);
	json_decref(o);
	return is;
}

static void
add_run(struct text *line, const struct run *r)
{
	text_addf(line, "[%lld,%lld,%lld,\"%s\",\"%s\"]",
	    (long long)r->first_at_ms, (long long)r->last_at_ms,
	    (long long)r->interval_ms, outcome_text(r->outcome),
	    reason_text(r->reason));
}

/* False: encoded again they would not be the same bytes. */
static bool
write_runs(const struct moved *m, struct text *line)
{
	struct runs_bytes again = { 0 };
	struct runs runs;
	bool is_same;

	runs_init(&runs);
	is_same =
	    runs_decode(&runs, m->value, m->length) == 0 && runs.count > 0;
	if (is_same)
		runs_encode(&runs, runs_bucket(runs.items[0].first_at_ms),
		    &again);
	is_same = is_same && again.length == m->length &&
	    memcmp(again.data, m->value, m->length) == 0;
	for (size_t i = 0; is_same && i < runs.count; i++) {
		text_add(line, i == 0 ? ",\"runs\":[" : ",");
		add_run(line, &runs.items[i]);
	}
	if (is_same)
		text_add(line, "]}");
	free(again.data);
	runs_clear(&runs);
	return is_same;
}

static void
add_quoted(struct text *line, const char *text)
{
	json_t *value = record_foreign(text);
	char *quoted = record_dump(value);

	text_add(line, quoted);
	free(quoted);
	json_decref(value);
}

void
moved_write(const struct moved *m, struct text *line)
{
	text_addf(line, "{\"key\":\"%s\"", keys[m->key].name);
	if (m->field != NULL) {
		text_add(line, ",\"field\":");
		add_quoted(line, m->field);
	}
	if (keys[m->key].has_runs && write_runs(m, line))
		return;
	if (!keys[m->key].has_runs && is_our_json(m->value, m->length)) {
		text_add(line, ",\"value\":");
		text_add_bytes(line, m->value, m->length);
		text_add(line, "}");
		return;
	}
	text_add(line, ",\"bytes\":\"");
	base64_add(line, m->value, m->length);
	text_add(line, "\"}");
}

void
moved_write_head(const struct moved_head *h, struct text *line)
{
	json_t *o = json_pack("{s:s, s:i, s:s, s:I, s:I, s:I, s:I}", "sunwatch",
	    "history", "format", MOVED_FORMAT, "client", h->client, "shards",
	    (json_int_t)h->shards, "at", (json_int_t)h->at_ms, "judged",
	    (json_int_t)h->judged_ms, "settled", (json_int_t)h->settled_ms);
	char *text = record_dump(o);

	text_add(line, text);
	free(text);
	json_decref(o);
}

/* ---- reading ---- */

static int
read_key(const json_t *o, struct moved *m, char error[160])
{
	const char *name = record_string(o, "key");

	for (int i = 0; name != NULL && i < MOVED_KEYS; i++)
		if (strcmp(name, keys[i].name) == 0) {
			m->key = (enum moved_key)i;
			return 0;
		}
	return text_refuse(error, "key: there is none of that name");
}

static int
read_field(const json_t *o, struct moved *m, char error[160])
{
	const json_t *field = json_object_get(o, "field");

	if ((m->key == MOVED_JOURNAL) != (field == NULL))
		return text_refuse(error,
		    field == NULL ? "field: missing" : "field: unexpected");
	if (field == NULL)
		return 0;
	if (!json_is_string(field) || json_string_length(field) == 0 ||
	    json_string_length(field) > MOVED_FIELD_MAX)
		return text_refuse(error,
		    "field: expected a text, not too long");
	m->field = mem_text(json_string_value(field));
	return 0;
}

#define TIME_LIMIT (INT64_C(1) << 48) /* as records of runs have it */

static bool
read_run(const json_t *list, int64_t after_ms, struct run *r)
{
	const json_t *at[5];
	int outcome, reason;

	if (json_array_size(list) != 5)
		return false;
	for (size_t i = 0; i < 5; i++) {
		at[i] = json_array_get(list, i);
		if (i < 3 ? !json_is_integer(at[i]) : !json_is_string(at[i]))
			return false;
	}
	r->first_at_ms = json_integer_value(at[0]);
	r->last_at_ms = json_integer_value(at[1]);
	r->interval_ms = json_integer_value(at[2]);
	outcome = outcome_parse(json_string_value(at[3]));
	reason = reason_parse(json_string_value(at[4]));
	r->outcome = outcome >= 0 ? (enum outcome)outcome : OUTCOME_OK;
	r->reason = reason >= 0 ? (enum reason)reason : REASON_NONE;
	return outcome >= 0 && reason >= 0 && r->first_at_ms > after_ms &&
	    r->last_at_ms >= r->first_at_ms && r->last_at_ms <= TIME_LIMIT &&
	    r->interval_ms > 0 && r->interval_ms <= RUNS_INTERVAL_MAX_MS;
}

static int
read_runs(const json_t *list, struct moved *m, char error[160])
{
	size_t count = json_array_size(list), i;
	struct run *items = mem_alloc((count + 1) * sizeof(*items));
	const struct runs runs = { .items = items, .count = count };
	struct runs_bytes bytes = { 0 };
	int64_t bucket, after_ms = -1;

	for (i = 0; i < count; i++) {
		if (!read_run(json_array_get(list, i), after_ms, &items[i]))
			break;
		after_ms = items[i].last_at_ms;
	}
	bucket = runs_bucket(items[0].first_at_ms);
	if (count > 0 && i == count &&
	    runs_bucket(items[count - 1].first_at_ms) == bucket) {
		runs_encode(&runs, bucket, &bytes);
		m->value = (char *)bytes.data;
		m->length = bytes.length;
	}
	free(items);
	return m->value != NULL ? 0
				: text_refuse(error,
				      "runs: unreadable, or not of "
				      "one record");
}

static int
read_bytes(const json_t *text, struct moved *m, char error[160])
{
	if (json_is_string(text))
		m->value = base64_read(json_string_value(text), &m->length);
	return m->value != NULL ? 0
				: text_refuse(error, "bytes: expected base64");
}

/* One of the three, and nothing but what was looked at. */
static int
read_value(const json_t *o, struct moved *m, char error[160])
{
	const json_t *value = json_object_get(o, "value"),
		     *runs = json_object_get(o, "runs"),
		     *bytes = json_object_get(o, "bytes");

	if ((value != NULL) + (runs != NULL) + (bytes != NULL) != 1 ||
	    json_object_size(o) != (m->field != NULL ? 3 : 2))
		return text_refuse(error,
		    "expected one of value, runs and bytes");
	if (bytes != NULL)
		return read_bytes(bytes, m, error);
	if (keys[m->key].has_runs != (runs != NULL))
		return text_refuse(error,
		    runs != NULL ? "runs: unexpected" : "value: unexpected");
	if (runs != NULL)
		return read_runs(runs, m, error);
	m->value = record_dump(value);
	m->length = strlen(m->value);
	return 0;
}

int
moved_read(const char *line, size_t length, struct moved *m, char error[160])
{
	json_t *o = record_object(line, length, error);
	int result = -1;

	*m = (struct moved){ 0 };
	if (o != NULL && read_key(o, m, error) == 0 &&
	    read_field(o, m, error) == 0 && read_value(o, m, error) == 0)
		result = m->length <= MOVED_VALUE_MAX
		    ? 0
		    : text_refuse(error, "the record is too long");
	if (result != 0)
		moved_clear(m);
	json_decref(o);
	return result;
}

static bool
is_instant(int64_t at_ms)
{
	return at_ms >= 0 && at_ms <= TIME_MAX;
}

bool
moved_is_client(const char *name)
{
	return name[0] != '\0' &&
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-")] ==
	    '\0';
}

int
moved_read_head(const char *line, size_t length, struct moved_head *h,
    char error[160])
{
	json_t *o = record_object(line, length, error);
	const char *what = record_string(o, "sunwatch");
	int64_t shards = record_int(o, "shards", 0);
	int64_t format = record_int(o, "format", 0);

	if (o == NULL)
		return -1;
	error[0] = '\0';
	*h = (struct moved_head){ .at_ms = record_int(o, "at", -1),
		.judged_ms = record_int(o, "judged", -1),
		.settled_ms = record_int(o, "settled", -1) };
	if (what == NULL || strcmp(what, "history") != 0)
		text_refuse(error, "not the history of a client");
	else if (format != MOVED_FORMAT)
		text_refuse(error, "format: made by another version");
	else if (!record_text(o, "client", h->client, sizeof(h->client)) ||
	    !moved_is_client(h->client))
		text_refuse(error, "client: not a name");
	else if (shards < 1 || shards > 64 || !is_instant(h->at_ms) ||
	    !is_instant(h->judged_ms) || !is_instant(h->settled_ms))
		text_refuse(error, "shards, at, judged, settled: out of range");
	h->shards = (unsigned)shards;
	json_decref(o);
	return error[0] == '\0' ? 0 : -1;
}
