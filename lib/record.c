/* record: see record.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/text.h"

#define NUMBER_MAX (INT64_C(1) << 56) /* sums of some do not overflow */

const char *
record_string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

bool
record_text(const json_t *object, const char *key, char *out, size_t room)
{
	const char *text = record_string(object, key);

	text_copy(out, room, text == NULL ? "" : text);
	return text != NULL;
}

int64_t
record_int(const json_t *object, const char *key, int64_t fallback)
{
	const json_t *value = json_object_get(object, key);
	int64_t n = json_integer_value(value);

	return json_is_integer(value) && n >= -NUMBER_MAX && n <= NUMBER_MAX
	    ? n
	    : fallback;
}

bool
record_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

int
record_choice(const json_t *object, const char *key, int count, int fallback)
{
	int64_t value = record_int(object, key, fallback);

	return value >= 0 && value < count ? (int)value : fallback;
}

json_t *
record_foreign(const char *text)
{
	json_t *value = json_string(text);
	struct text plain = { 0 };

	if (value != NULL)
		return value;
	text_add_plain(&plain, text); /* not UTF-8 */
	value = json_string(plain.data);
	text_clear(&plain);
	return value;
}

void
record_set_text(json_t *object, const char *key, const char *text)
{
	if (text[0] != '\0')
		json_object_set_new(object, key, record_foreign(text));
}

void
record_set_int(json_t *object, const char *key, int64_t value)
{
	if (value != 0)
		json_object_set_new(object, key, json_integer(value));
}

void
record_set_bool(json_t *object, const char *key, bool value)
{
	if (value)
		json_object_set_new(object, key, json_true());
}

json_t *
record_object(const char *bytes, size_t length, char error[160])
{
	json_error_t why;
	json_t *o = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &why);

	if (json_is_object(o))
		return o;
	text_format(error, 160, "not an object: %s",
	    o != NULL ? "something else" : why.text);
	json_decref(o);
	return NULL;
}

char *
record_dump(const json_t *object)
{
	char *text = json_dumps(object, JSON_COMPACT | JSON_ENCODE_ANY);

	assert(text != NULL); /* everything in it was checked before */
	return text;
}
