/* record_whole: see the header. */
#include <string.h>

#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/record.h"
#include "lib/record_whole.h"
#include "lib/text.h"

#define NAME_MAX_BYTES 200
#define CLIENT_ROOM 64

json_t *
whole_load(const void *data, size_t length, char error[160])
{
	json_error_t why;
	json_t *o;

	error[0] = '\0';
	if (length > LEDGER_RECORD_MAX) {
		text_copy(error, 160, "record too long");
		return NULL;
	}
	o = json_loadb(data, length, JSON_REJECT_DUPLICATES, &why);
	if (o == NULL)
		text_format(error, 160, "not JSON: %s", why.text);
	return o;
}

void
whole_fault(char error[160], const char *key, const char *why)
{
	if (error[0] == '\0')
		text_format(error, 160, "%s: %s", key, why);
}

int64_t
whole_instant(const json_t *o, const char *key, char error[160])
{
	int64_t at_ms = record_int(o, key, -1);

	if (at_ms < 0 || at_ms > TIME_MAX)
		whole_fault(error, key, "expected an instant");
	return at_ms;
}

void
whole_span(const json_t *o, int64_t *from_ms, int64_t *to_ms, char error[160])
{
	*from_ms = whole_instant(o, "from", error);
	*to_ms = whole_instant(o, "to", error);
	if (*from_ms >= *to_ms)
		whole_fault(error, "to", "not after from");
}

char *
whole_text(const json_t *o, const char *key, char error[160])
{
	const char *text = record_string(o, key);

	if (text == NULL)
		whole_fault(error, key, "expected a text");
	return mem_text(text != NULL ? text : "");
}

char *
whole_text_maybe(const json_t *o, const char *key, char error[160])
{
	return json_object_get(o, key) != NULL ? whole_text(o, key, error)
					       : NULL;
}

void
whole_endpoints(const json_t *o, size_t max, char ***names, size_t *count,
    char error[160])
{
	const json_t *list = json_object_get(o, "endpoints"), *name;
	size_t n = json_array_size(list), i;
	char why[48];

	if (list == NULL)
		return;
	if (n == 0 || n > max) {
		text_format(why, sizeof(why), "expected 1 to %zu of them", max);
		whole_fault(error, "endpoints", why);
		return;
	}
	*names = mem_alloc(n * sizeof(char *));
	json_array_foreach(list, i, name)
	{
		const char *text = json_string_value(name);

		if (text == NULL || strlen(text) > NAME_MAX_BYTES)
			whole_fault(error, "endpoints", "expected names");
		(*names)[(*count)++] = mem_text(text != NULL ? text : "");
	}
}

void
whole_field(const char *field, const char *what, size_t id_max, char **client,
    char **id, char error[160])
{
	const char *bar = strchr(field, '|');
	size_t length = bar != NULL ? (size_t)(bar - field) : 0;

	if (length == 0 || length >= CLIENT_ROOM || bar[1] == '\0' ||
	    strlen(bar + 1) > id_max) {
		text_format(error, 160, "the field is not client|%s", what);
		return;
	}
	*client = mem_alloc(length + 1);
	memcpy(*client, field, length);
	*id = mem_text(bar + 1);
}
