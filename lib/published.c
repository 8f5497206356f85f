/* published: see the header. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/published.h"
#include "lib/record.h"
#include "lib/record_whole.h"

void
published_clear(struct published *p)
{
	free(p->items);
	*p = (struct published){ 0 };
}

void
published_add(struct published *p, const struct published_version *v)
{
	p->items = mem_grow(p->items, (p->count + 1) * sizeof(*p->items));
	p->items[p->count++] = *v;
}

static void
read_version(const json_t *o, int64_t before, struct published_version *v,
    char error[160])
{
	v->version = record_int(o, "version", 0);
	if (v->version <= before)
		whole_fault(error, "version", "expected rising numbers");
	v->made_ms = whole_instant(o, "made", error);
	v->bytes = record_int(o, "bytes", -1);
	if (v->bytes < 0)
		whole_fault(error, "bytes", "expected a number");
	seal_read_hash(o, "hash", false, v->hash, error);
	seal_read_hash(o, "facts", false, v->facts, error);
	v->seen[0] = '\0';
	if (json_object_get(o, "seen") != NULL)
		seal_read_hash(o, "seen", false, v->seen, error);
}

int
published_read(const char *record, size_t length, struct published *p,
    char error[160])
{
	json_t *list = json_loadb(record, length, 0, NULL);
	size_t n = json_array_size(list);
	int64_t before = 0;

	*p = (struct published){ 0 };
	error[0] = '\0';
	if (n == 0 || n > PUBLISHED_VERSIONS_MAX)
		whole_fault(error, "versions", "expected a list");
	for (size_t i = 0; i < n && error[0] == '\0'; i++) {
		struct published_version v;

		read_version(json_array_get(list, i), before, &v, error);
		before = v.version;
		published_add(p, &v);
	}
	json_decref(list);
	if (error[0] == '\0')
		return 0;
	published_clear(p);
	return -1;
}

char *
published_text(const struct published *p)
{
	json_t *list = json_array();
	char *text;

	for (size_t i = 0; i < p->count; i++) {
		const struct published_version *v = &p->items[i];

		json_array_append_new(list,
		    json_pack("{s:I, s:I, s:I, s:s, s:s, s:s*}", "version",
			(json_int_t)v->version, "made", (json_int_t)v->made_ms,
			"bytes", (json_int_t)v->bytes, "hash", v->hash, "facts",
			v->facts, "seen", v->seen[0] != '\0' ? v->seen : NULL));
	}
	text = record_dump(list);
	json_decref(list);
	return text;
}

const struct published_version *
published_find(const struct published *p, int64_t version)
{
	if (version == 0 && p->count > 0)
		return &p->items[p->count - 1];
	for (size_t i = 0; i < p->count; i++)
		if (p->items[i].version == version)
			return &p->items[i];
	return NULL;
}

size_t
published_period_length(const char *text)
{
	static const char *const forms[] = { "dddd-dd-dd", "dddd-dd", "dddd-Qd",
		"dddd" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		for (n = 0; forms[i][n] != '\0'; n++)
			if (forms[i][n] == 'd' ? text[n] < '0' || text[n] > '9'
					       : text[n] != forms[i][n])
				break;
		if (forms[i][n] == '\0')
			return n;
	}
	return 0;
}

void
published_field(const char *client, const char *period,
    char out[PUBLISHED_FIELD])
{
	text_format(out, PUBLISHED_FIELD, "%s|%s", client, period);
}

bool
published_field_read(const char *field, char client[SEAL_NAME],
    char period[SEAL_PERIOD])
{
	const char *bar = strchr(field, '|');
	size_t n = bar != NULL ? published_period_length(bar + 1) : 0;

	if (bar == field || n == 0 || bar[1 + n] != '\0')
		return false;
	text_copy(period, SEAL_PERIOD, bar + 1);
	return text_format(client, SEAL_NAME, "%.*s", (int)(bar - field),
	    field);
}

size_t
published_parts(int64_t bytes)
{
	return bytes <= 0
	    ? 1
	    : ((size_t)bytes + PUBLISHED_PART - 1) / PUBLISHED_PART;
}

void
published_part_field(const char *client, const char *period, int64_t version,
    size_t part, char out[PUBLISHED_FIELD])
{
	text_format(out, PUBLISHED_FIELD, "%s|%s|%lld|%zu", client, period,
	    (long long)version, part);
}
