/*
 * report_read: JSON that nobody vouches for into facts, by the tables.
 *
 * The first thing that is wrong ends it, and is said with its place.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/report_table.h"
#include "lib/text.h"

bool
report_wrong(struct report_reader *r, const char *fmt, ...)
{
	char why[REPORT_ERROR];
	struct text plain = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_formatv(why, sizeof(why), fmt, ap);
	va_end(ap);
	/* Keys and values are foreign: control characters are escaped. */
	text_add_plain(&plain, r->path);
	text_add_plain(&plain, r->path[0] != '\0' ? ": " : "");
	text_add_plain(&plain, why);
	text_copy(r->error, REPORT_ERROR, plain.data);
	text_clear(&plain);
	return false;
}

size_t
report_enter(struct report_reader *r, const char *key, size_t index)
{
	size_t mark = strlen(r->path);

	if (index != REPORT_NO_INDEX)
		text_format(r->path + mark, sizeof(r->path) - mark, "[%zu]",
		    index);
	else
		text_format(r->path + mark, sizeof(r->path) - mark, "%s%s",
		    mark > 0 ? "." : "", key);
	return mark;
}

void
report_leave(struct report_reader *r, size_t mark)
{
	r->path[mark] = '\0';
}

/* "x_" begins what is the writer's own and bears on nothing. */
static bool
is_own(const char *key)
{
	return strncmp(key, "x_", 2) == 0;
}

size_t
report_members(json_t *object)
{
	size_t count = 0;
	const char *key;
	json_t *value;

	json_object_foreach(object, key,
	    value) if (!is_own(key) && report_is_given(value)) count++;
	return count;
}

void
report_register(struct report_reader *r, size_t endpoint)
{
	r->numbers[endpoint] = endpoint;
	names_add(&r->endpoints, r->report->facts.endpoints[endpoint].name,
	    &r->numbers[endpoint]);
}

/* A name that was not listed is listed by being named, if none was. */
static bool
read_endpoint(struct report_reader *r, json_t *value, size_t *out)
{
	struct sla_facts *f = &r->report->facts;
	struct sla_endpoint *e;
	char *name = NULL;
	const size_t *known;

	if (!report_read_text(r, value, REPORT_NAME_MAX, &name))
		return false;
	known = names_find(&r->endpoints, name);
	if (known != NULL) {
		*out = *known;
		free(name);
		return true;
	}
	if (r->has_endpoints || f->endpoint_count == SLA_ENDPOINTS_MAX) {
		report_wrong(r, "there is no endpoint \"%.100s\"", name);
		free(name);
		return false;
	}
	f->endpoints = mem_grow(f->endpoints,
	    (f->endpoint_count + 1) * sizeof(*f->endpoints));
	e = &f->endpoints[f->endpoint_count];
	*e = (struct sla_endpoint){ .name = name,
		.weights = { SLA_WEIGHT_INHERIT, SLA_WEIGHT_INHERIT },
		.quorum = 2 };
	*out = f->endpoint_count++;
	report_register(r, *out);
	return true;
}

static bool
read_scope(struct report_reader *r, json_t *value, struct sla_scope *out)
{
	bool is_one = report_is(value, JSON_STRING);
	size_t count = is_one ? 1 : json_array_size(value);

	if (!is_one && !report_want_list(r, value, SLA_ENDPOINTS_MAX))
		return false;
	out->items = mem_alloc((count + 1) * sizeof(*out->items));
	for (size_t i = 0; i < count; i++, out->count++)
		if (!read_endpoint(r, is_one ? value : json_array_get(value, i),
			&out->items[i]))
			return false;
	return true;
}

static bool
read_list(struct report_reader *r, const struct report_field *f, json_t *value,
    char *into)
{
	char **items = (char **)(into + f->offset);
	size_t *count = (size_t *)(into + f->count_offset);
	size_t size = f->item->size, n = json_array_size(value);

	if (!report_want_list(r, value, (size_t)f->max))
		return false;
	*items = mem_alloc((n + 1) * size);
	for (size_t i = 0; i < n; i++) {
		size_t mark = report_enter(r, "", i);

		(*count)++;
		if (!report_read_object(r, f->item, json_array_get(value, i),
			*items + i * size))
			return false;
		report_leave(r, mark);
	}
	return true;
}

static bool
read_value(struct report_reader *r, const struct report_field *f, json_t *value,
    char *into)
{
	void *member = into + f->offset;
	struct interval_set **own = member;

	switch (f->type) {
	case REPORT_TEXT:
		return report_read_text(r, value, (size_t)f->max, member);
	case REPORT_INSTANT:
		return report_read_instant(r, value, member);
	case REPORT_NUMBER:
		return report_read_number(r, f, value, member);
	case REPORT_PERCENT:
		return report_read_decimal(r, value, 100000, member);
	case REPORT_WEIGHT:
		return report_read_decimal(r, value, SLA_WEIGHT_WHOLE, member);
	case REPORT_CHOICE:
		return report_read_choice(r, f, value, member);
	case REPORT_BOOL:
		if (!report_is(value, JSON_TRUE) &&
		    !report_is(value, JSON_FALSE))
			return report_wrong(r, "expected true or false");
		*(bool *)member = report_is(value, JSON_TRUE);
		return true;
	case REPORT_OBJECT:
		return report_read_object(r, f->item, value, member);
	case REPORT_LIST:
		return read_list(r, f, value, into);
	case REPORT_SET:
		return report_read_set(r, value, member);
	case REPORT_SET_OWN:
		*own = mem_alloc(sizeof(**own));
		return report_read_set(r, value, *own);
	case REPORT_ENDPOINT:
		return read_endpoint(r, value, member);
	case REPORT_SCOPE:
		return read_scope(r, value, member);
	default: /* REPORT_CUSTOM */
		return f->take(r, value, into);
	}
}

/* What stands where nothing is said. */
static void
set_fallback(const struct report_field *f, char *into)
{
	void *member = into + f->offset;

	switch (f->type) {
	case REPORT_INSTANT:
	case REPORT_NUMBER:
	case REPORT_PERCENT:
	case REPORT_WEIGHT:
		*(int64_t *)member = f->fallback;
		break;
	case REPORT_CHOICE:
		*(int *)member = (int)f->fallback;
		break;
	case REPORT_ENDPOINT:
		*(size_t *)member = SLA_EVERY;
		break;
	default:
		break; /* nothing, as memory comes */
	}
}

/* An object that is not there has the defaults of its fields. */
static bool
read_empty(struct report_reader *r, const struct report_field *f, char *into)
{
	json_t *empty = json_object();
	bool read = report_read_object(r, f->item, empty, into + f->offset);

	json_decref(empty);
	return read;
}

static bool
read_field(struct report_reader *r, const struct report_field *f,
    json_t *object, char *into)
{
	json_t *value = json_object_get(object, f->key);
	size_t mark;
	bool read;

	if (!report_is_given(value)) {
		if (f->required)
			return report_wrong(r, "\"%s\" is missing", f->key);
		if (f->type == REPORT_OBJECT)
			return read_empty(r, f, into);
		set_fallback(f, into);
		return true;
	}
	set_fallback(f, into);
	mark = report_enter(r, f->key, REPORT_NO_INDEX);
	read = read_value(r, f, value, into);
	if (read)
		report_leave(r, mark);
	return read;
}

static bool
know_all(struct report_reader *r, const struct report_field *fields,
    json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		const struct report_field *f = fields;

		while (f->key != NULL && strcmp(f->key, key) != 0)
			f++;
		if (f->key == NULL && !is_own(key))
			return report_wrong(r, "unknown field \"%.60s\"", key);
	}
	return true;
}

static bool
has_field(const struct report_table *table, const char *key)
{
	for (const struct report_field *f = table->fields; f->key != NULL; f++)
		if (strcmp(f->key, key) == 0)
			return true;
	return false;
}

/* [from, to] and a name alone say all that has to be said; NULL: it is
   neither. */
static json_t *
spelled_out(const struct report_table *table, json_t *value)
{
	const struct report_field *first = table->fields;

	if (json_array_size(value) == 2 && has_field(table, "to"))
		return json_pack("{s:O, s:O}", "from", json_array_get(value, 0),
		    "to", json_array_get(value, 1));
	if (report_is(value, JSON_STRING) && first->required &&
	    first->type == REPORT_TEXT)
		return json_pack("{s:O}", first->key, value);
	return NULL;
}

static bool
read_members(struct report_reader *r, const struct report_table *table,
    json_t *object, void *into)
{
	if (!report_is(object, JSON_OBJECT))
		return report_wrong(r, "expected an object");
	if (!know_all(r, table->fields, object))
		return false;
	for (const struct report_field *f = table->fields; f->key != NULL; f++)
		if (!read_field(r, f, object, into))
			return false;
	return table->check == NULL || table->check(r, into);
}

bool
report_read_object(struct report_reader *r, const struct report_table *table,
    json_t *value, void *into)
{
	json_t *whole = spelled_out(table, value);
	bool read = read_members(r, table, whole != NULL ? whole : value, into);

	json_decref(whole);
	return read;
}
