/* report_write: facts as JSON, by the tables: every field, in their order. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/report_table.h"
#include "lib/text.h"

json_t *
report_instant(int64_t at_ms)
{
	char text[48];
	size_t n;

	if (at_ms == ALWAYS || at_ms == NEVER)
		return json_null();
	civil_utc(at_ms, text, sizeof(text));
	n = strlen(text);
	if (at_ms % 1000 != 0)
		text_format(text + n - 1, sizeof(text) - n + 1, ".%03dZ",
		    (int)(at_ms % 1000));
	return json_string(text);
}

/* No end is null, as it is written by hand. */
static json_t *
end_instant(int64_t at_ms)
{
	return report_instant(at_ms == SLA_END_MS ? NEVER : at_ms);
}

json_t *
report_set(const struct interval_set *set)
{
	json_t *list = json_array();

	for (size_t i = 0; i < set->count; i++)
		json_array_append_new(list,
		    json_pack("[o,o]", report_instant(set->items[i].from),
			end_instant(set->items[i].to)));
	return list;
}

json_t *
report_texts(const struct sla_texts *texts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < texts->count; i++)
		json_array_append_new(list, json_string(texts->items[i]));
	return list;
}

json_t *
report_decimal(int64_t thousandths)
{
	char text[32];
	size_t n;

	text_format(text, sizeof(text), "%lld.%03lld",
	    (long long)(thousandths / 1000), (long long)(thousandths % 1000));
	n = strlen(text);
	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[n - 1] = '\0';
	return json_string(text);
}

static json_t *
number(const struct report_field *f, int64_t value)
{
	return value == NEVER
	    ? json_null()
	    : json_integer(value / (f->unit > 0 ? f->unit : 1));
}

static json_t *
scope(const struct report_writer *w, const struct sla_scope *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->count; i++)
		json_array_append_new(list,
		    json_string(w->facts->endpoints[s->items[i]].name));
	return list;
}

static json_t *
list(const struct report_writer *w, const struct report_field *f,
    const char *from)
{
	const char *items = *(char *const *)(from + f->offset);
	size_t count = *(const size_t *)(from + f->count_offset);
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(all,
		    report_write_object(w, f->item, items + i * f->item->size));
	return all;
}

static json_t *
endpoint(const struct report_writer *w, size_t at)
{
	return at == SLA_EVERY ? json_null()
			       : json_string(w->facts->endpoints[at].name);
}

static json_t *
text(const char *s)
{
	return s == NULL ? json_null() : json_string(s);
}

static json_t *
value_of(const struct report_writer *w, const struct report_field *f,
    const char *from)
{
	const void *member = from + f->offset;
	int64_t n = 0;

	if (f->type == REPORT_INSTANT || f->type == REPORT_NUMBER ||
	    f->type == REPORT_PERCENT || f->type == REPORT_WEIGHT)
		n = *(const int64_t *)member;
	switch (f->type) {
	case REPORT_TEXT:
		return text(*(char *const *)member);
	case REPORT_INSTANT:
		return report_instant(n);
	case REPORT_NUMBER:
		return number(f, n);
	case REPORT_PERCENT:
		return report_decimal(n);
	case REPORT_WEIGHT:
		return n == SLA_WEIGHT_INHERIT ? json_null()
					       : report_decimal(n);
	case REPORT_CHOICE:
		return json_string(f->choices[*(const int *)member]);
	case REPORT_BOOL:
		return json_boolean(*(const bool *)member);
	case REPORT_OBJECT:
		return report_write_object(w, f->item, member);
	case REPORT_LIST:
		return list(w, f, from);
	case REPORT_SET:
		return report_set(member);
	case REPORT_SET_OWN:
		return *(struct interval_set *const *)member == NULL
		    ? json_null()
		    : report_set(*(struct interval_set *const *)member);
	case REPORT_ENDPOINT:
		return endpoint(w, *(const size_t *)member);
	case REPORT_SCOPE:
		return scope(w, member);
	default: /* REPORT_CUSTOM */
		return f->give(w, from);
	}
}

json_t *
report_write_object(const struct report_writer *w,
    const struct report_table *table, const void *from)
{
	json_t *object = json_object();

	for (const struct report_field *f = table->fields; f->key != NULL;
	     f++) {
		json_t *value = value_of(w, f, from);

		if (value != NULL)
			json_object_set_new(object, f->key, value);
	}
	return object;
}
