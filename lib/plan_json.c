/*
 * plan_json: a plan as JSON, and back from JSON that nobody vouches for.
 *
 * Tables name the fields once for both directions.  What is unknown is
 * ignored; what is missing has the default that its row says.
 */
#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/network.h"
#include "lib/plan_parts.h"
#include "lib/wire.h"

#define ERROR_MAX 160
#define URL_MAX 2048
#define TEXT_MAX 4096 /* as much as settings and secrets may have */
#define DAY_MS 86400000

struct field {
	const char *key;
	enum { TEXT, TEXTS, NUMBER, SHARD, FLAG } type;
	bool required;
	size_t offset;
	int64_t min, max; /* NUMBER; TEXT and TEXTS: bytes at most */
};

#define P(member) offsetof(struct plan, member)
#define E(member) offsetof(struct plan_endpoint, member)

static const struct field plan_fields[] = {
	{ "tag", TEXT, false, P(tag), 0, 128 },
	{ "agent", TEXT, true, P(agent), 0, 63 },
	{ "region", TEXT, true, P(region), 0, 63 },
	{ "shards", SHARD, true, P(shards), 1, WIRE_PARTS_MAX },
	{ "canaries", TEXTS, false, P(canaries), 0, URL_MAX },
	{ "canary_interval_ms", NUMBER, true, P(canary_interval_ms), 1000,
	    DAY_MS },
	{ "collector_silence_ms", NUMBER, true, P(collector_silence_ms), 1000,
	    DAY_MS },
	{ "mail_server", TEXT, false, P(mail_server), 0, URL_MAX },
	{ "mail_from", TEXT, false, P(mail_from), 0, TEXT_MAX },
	{ "mail_user", TEXT, false, P(mail_user), 0, TEXT_MAX },
	{ "mail_password", TEXT, false, P(mail_password), 0, TEXT_MAX },
	{ "mail_ca", TEXT, false, P(mail_ca), 0, PLAN_CA_MAX },
	{ "mail_to", TEXTS, false, P(mail_to), 0, TEXT_MAX },
	{ "site", TEXT, true, P(site), 0, TEXT_MAX },
	{ NULL },
};

static const struct field endpoint_fields[] = {
	{ "id", TEXT, true, E(id), 0, WIRE_NAME_MAX },
	{ "platform", TEXT, true, E(platform), 0, 63 },
	{ "shard", SHARD, true, E(shard), 0, WIRE_PARTS_MAX - 1 },
	{ "url", TEXT, true, E(url), 0, URL_MAX },
	{ "head", FLAG, false, E(head), 0, 0 },
	{ "interval_ms", NUMBER, true, E(interval_ms), 100, DAY_MS },
	{ "timeout_ms", NUMBER, true, E(timeout_ms), 1, DAY_MS },
	{ "slow_ms", NUMBER, false, E(slow_ms), 0, DAY_MS },
	{ "connect_ms", NUMBER, false, E(connect_ms), 0, DAY_MS },
	{ "tls_ms", NUMBER, false, E(tls_ms), 0, DAY_MS },
	{ "first_byte_ms", NUMBER, false, E(first_byte_ms), 0, DAY_MS },
	{ "redirects", NUMBER, false, E(redirects), 0, 50 },
	{ "body_max", NUMBER, false, E(body_max), 0, 64 << 20 },
	{ "contains", TEXTS, false, E(contains), 0, TEXT_MAX },
	{ "lacks", TEXTS, false, E(lacks), 0, TEXT_MAX },
	{ "allow_networks", TEXTS, false, E(allow_networks), 0,
	    NETWORK_TEXT_MAX - 1 },
	{ NULL },
};

/* Writing. */

static json_t *
texts_json(char *const *texts)
{
	json_t *list = json_array();

	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		json_array_append_new(list, json_string(texts[i]));
	return list;
}

static json_t *
field_json(const struct field *f, const void *from)
{
	const void *member = (const char *)from + f->offset;
	const char *text;

	switch (f->type) {
	case TEXT:
		text = *(char *const *)member;
		return text != NULL ? json_string(text) : NULL;
	case TEXTS:
		return texts_json(*(char **const *)member);
	case NUMBER:
		return json_integer(*(const int64_t *)member);
	case SHARD:
		return json_integer(*(const unsigned *)member);
	default: /* FLAG */
		return json_boolean(*(const bool *)member);
	}
}

static json_t *
object_json(const struct field *fields, const void *from)
{
	json_t *object = json_object(), *value;

	for (const struct field *f = fields; f->key != NULL; f++)
		if ((value = field_json(f, from)) != NULL)
			json_object_set_new(object, f->key, value);
	return object;
}

static json_t *
endpoint_json(const struct plan_endpoint *e)
{
	json_t *object = object_json(endpoint_fields, e);
	json_t *list = json_array();

	for (size_t i = 0; i < e->status_count; i++)
		json_array_append_new(list,
		    json_pack("[i,i]", e->status[i].low, e->status[i].high));
	json_object_set_new(object, "status", list);
	return object;
}

/* The object is no longer the caller's; the text is. */
static char *
text_of(json_t *object)
{
	char *json = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS), *ours;

	json_decref(object);
	assert(json != NULL); /* no memory: nothing else can fail */
	ours = mem_text(json);
	free(json);
	return ours;
}

static json_t *
head_json(const struct plan *p)
{
	json_t *object = object_json(plan_fields, p);

	json_object_set_new(object, "version", json_integer(PLAN_VERSION));
	return object;
}

char *
plan_encode(const struct plan *p)
{
	json_t *object = head_json(p), *list = json_array();

	for (size_t i = 0; i < p->count; i++)
		json_array_append_new(list, endpoint_json(&p->endpoints[i]));
	json_object_set_new(object, "endpoints", list);
	return text_of(object);
}

char *
plan_encode_head(const struct plan *p)
{
	json_t *object = head_json(p);

	json_object_del(object, "tag");
	return text_of(object);
}

void
plan_encode_endpoint(const struct plan_endpoint *e, struct text *out)
{
	char *json = text_of(endpoint_json(e));

	text_add(out, json);
	free(json);
}

/* Reading: true while all is well.  No value is NULL: those are missing. */

static bool __attribute__((format(printf, 2, 3)))
fail(char *error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_formatv(error, ERROR_MAX, fmt, ap);
	va_end(ap);
	return false;
}

static bool
read_text(const struct field *f, const json_t *value, char **out, char *error)
{
	const char *text = json_string_value(value);

	if (text == NULL)
		return fail(error, "%s: expected a text", f->key);
	if (json_string_length(value) > (size_t)f->max)
		return fail(error, "%s: longer than %" PRId64 " bytes", f->key,
		    f->max);
	*out = mem_text(text);
	return true;
}

static bool
read_texts(const struct field *f, const json_t *list, char ***out, char *error)
{
	size_t count = json_array_size(list);

	if (json_typeof(list) != JSON_ARRAY)
		return fail(error, "%s: expected a list", f->key);
	if (count > PLAN_TEXTS_MAX)
		return fail(error, "%s: more than %d", f->key, PLAN_TEXTS_MAX);
	*out = mem_alloc((count + 1) * sizeof(**out));
	for (size_t i = 0; i < count; i++)
		if (!read_text(f, json_array_get(list, i), *out + i, error))
			return false;
	return true;
}

static bool
read_number(const struct field *f, const json_t *value, int64_t *out,
    char *error)
{
	*out = json_integer_value(value);
	if (json_typeof(value) != JSON_INTEGER)
		return fail(error, "%s: expected a whole number", f->key);
	if (*out < f->min || *out > f->max)
		return fail(error, "%s: %" PRId64 " is out of range", f->key,
		    *out);
	return true;
}

static bool
read_flag(const struct field *f, const json_t *value, bool *out, char *error)
{
	*out = json_typeof(value) == JSON_TRUE;
	if (!*out && json_typeof(value) != JSON_FALSE)
		return fail(error, "%s: expected true or false", f->key);
	return true;
}

static bool
read_field(const struct field *f, const json_t *value, void *into, char *error)
{
	void *member = (char *)into + f->offset;
	int64_t number;

	switch (f->type) {
	case TEXT:
		return read_text(f, value, member, error);
	case TEXTS:
		return read_texts(f, value, member, error);
	case NUMBER:
		return read_number(f, value, member, error);
	case SHARD:
		if (!read_number(f, value, &number, error))
			return false;
		*(unsigned *)member = (unsigned)number;
		return true;
	default: /* FLAG */
		return read_flag(f, value, member, error);
	}
}

static bool
read_object(const struct field *fields, const json_t *object, void *into,
    char *error)
{
	static const char *const none[] = { NULL };

	for (const struct field *f = fields; f->key != NULL; f++) {
		const json_t *value = json_object_get(object, f->key);

		if (value != NULL && json_typeof(value) != JSON_NULL) {
			if (!read_field(f, value, into, error))
				return false;
		} else if (f->required)
			return fail(error, "%s: missing", f->key);
		else if (f->type == TEXTS)
			*(char ***)((char *)into + f->offset) =
			    mem_copy(none, sizeof(none));
	}
	return true;
}

static bool
read_range(const json_t *value, int *low, int *high, char *error)
{
	static const struct field f = { .key = "status",
		.min = 100,
		.max = 999 };
	int64_t from, to;

	if (json_array_size(value) < 2)
		return fail(error, "status: expected [low, high]");
	if (!read_number(&f, json_array_get(value, 0), &from, error) ||
	    !read_number(&f, json_array_get(value, 1), &to, error))
		return false;
	*low = (int)from;
	*high = (int)to;
	if (from > to)
		return fail(error, "status: low is above high");
	return true;
}

static bool
read_status(const json_t *list, struct plan_endpoint *e, char *error)
{
	size_t count = json_array_size(list);

	if (count > PLAN_TEXTS_MAX)
		return fail(error, "status: more than %d", PLAN_TEXTS_MAX);
	e->status = mem_alloc((count + 1) * sizeof(*e->status));
	for (; e->status_count < count; e->status_count++)
		if (!read_range(json_array_get(list, e->status_count),
			&e->status[e->status_count].low,
			&e->status[e->status_count].high, error))
			return false;
	return true;
}

/* An id becomes part of keys and lines: printable, without spaces. */
static bool
is_name(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

static bool
are_networks(char *const *texts, char *error)
{
	struct network n;

	for (; *texts != NULL; texts++)
		if (!network_read(*texts, &n))
			return fail(error,
			    "allow_networks: expected networks such as "
			    "10.0.0.0/8");
	return true;
}

static bool
read_endpoint(const json_t *object, const struct plan *p,
    struct plan_endpoint *e, char *error)
{
	if (!read_object(endpoint_fields, object, e, error) ||
	    !read_status(json_object_get(object, "status"), e, error))
		return false;
	if (!is_name(e->id))
		return fail(error, "id: a character is not allowed");
	if (strncmp(e->url, "http://", 7) != 0 &&
	    strncmp(e->url, "https://", 8) != 0)
		return fail(error, "url: expected http:// or https://");
	if (!are_networks(e->allow_networks, error))
		return false;
	if (e->shard >= p->shards)
		return fail(error, "shard: %u of %u", e->shard, p->shards);
	return true;
}

static bool
read_endpoints(const json_t *list, struct plan *p, char *error)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list))
		return fail(error, "endpoints: expected a list");
	if (count > PLAN_ENDPOINTS_MAX)
		return fail(error, "endpoints: more than %d",
		    PLAN_ENDPOINTS_MAX);
	p->endpoints = mem_alloc((count + 1) * sizeof(*p->endpoints));
	while (p->count < count) {
		size_t i = p->count++;
		char why[ERROR_MAX];

		if (!read_endpoint(json_array_get(list, i), p, &p->endpoints[i],
			why))
			return fail(error, "endpoint %zu: %s", i, why);
	}
	return true;
}

/* Whether they are certificates is seen by who uses them. */
static bool
is_pem(const char *text, char *error)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----\n";

	if (text == NULL)
		return true;
	if (strncmp(text, begin, strlen(begin)) != 0)
		return fail(error, "mail_ca: expected certificates as PEM");
	for (; *text != '\0'; text++)
		if ((*text < ' ' && *text != '\n') || *text > '~')
			return fail(error,
			    "mail_ca: a character is not allowed");
	return true;
}

static bool
read_plan(const json_t *object, struct plan *p, char *error)
{
	json_int_t version =
	    json_integer_value(json_object_get(object, "version"));

	if (json_typeof(object) != JSON_OBJECT)
		return fail(error, "expected an object");
	if (version != PLAN_VERSION)
		return fail(error, "version: %" PRId64 " is not %d",
		    (int64_t)version, PLAN_VERSION);
	return read_object(plan_fields, object, p, error) &&
	    is_pem(p->mail_ca, error) &&
	    read_endpoints(json_object_get(object, "endpoints"), p, error);
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Two endpoints of one id would be probed as one. */
static bool
ids_differ(const struct plan *p, char *error)
{
	char **ids = mem_alloc((p->count + 1) * sizeof(*ids));
	bool differ = true;

	for (size_t i = 0; i < p->count; i++)
		ids[i] = p->endpoints[i].id;
	qsort(ids, p->count, sizeof(*ids), by_id);
	for (size_t i = 1; i < p->count && differ; i++)
		if (strcmp(ids[i - 1], ids[i]) == 0)
			differ = fail(error, "endpoints: two are %s", ids[i]);
	free(ids);
	return differ;
}

struct plan *
plan_decode(const char *json, size_t length, char error[160])
{
	json_error_t where;
	struct plan *p;
	json_t *object;

	error[0] = '\0';
	if (length > PLAN_MAX) {
		fail(error, "more than %d bytes", PLAN_MAX);
		return NULL;
	}
	object = json_loadb(json, length, JSON_REJECT_DUPLICATES, &where);
	if (object == NULL) {
		fail(error, "line %d, column %d: not JSON", where.line,
		    where.column);
		return NULL;
	}
	p = mem_alloc(sizeof(*p));
	if (!read_plan(object, p, error) || !ids_differ(p, error)) {
		plan_free(p);
		p = NULL;
	}
	json_decref(object);
	return p;
}
