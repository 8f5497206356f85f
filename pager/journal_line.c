/* journal_line: see the header. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/record.h"
#include "lib/text.h"
#include "pager/journal_line.h"

static const char *const kinds[] = { "expect", "set", "unset", "append",
	"trim" };

/* Values are text; bytes that are not UTF-8 go as a list of numbers. */
static json_t *
value_json(const char *value, size_t length)
{
	json_t *text = json_stringn(value, length), *list;

	if (text != NULL)
		return text;
	list = json_array();
	for (size_t i = 0; i < length; i++)
		json_array_append_new(list,
		    json_integer((unsigned char)value[i]));
	return list;
}

static json_t *
op_json(const struct commit_op *op)
{
	assert(op->kind <= COMMIT_TRIM); /* a pager removes no entries */
	return json_pack("[s, s, s, o]", kinds[op->kind], op->key, op->field,
	    value_json(op->value, op->length));
}

/* NULL: one of them cannot be written, so that none is. */
static json_t *
ops_json(const struct commit *commit)
{
	json_t *ops = json_array();

	for (size_t i = 0; i < commit->count; i++)
		if (commit->ops[i].kind != COMMIT_EXPECT &&
		    json_array_append_new(ops, op_json(&commit->ops[i])) != 0) {
			json_decref(ops);
			return NULL;
		}
	return ops;
}

char *
journal_line(const struct commit *commit, int64_t fence, const char *house,
    int64_t now_ms)
{
	json_t *object =
	    json_pack("{s:I, s:I, s:o}", "fence", (json_int_t)fence, "at_ms",
		(json_int_t)now_ms, "ops", ops_json(commit));
	char *text;

	if (object == NULL)
		return NULL;
	record_set_text(object, "house", house);
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return text;
}

/* The bytes of a value; the caller's to free; NULL: not a value. */
static char *
value_bytes(const json_t *value, size_t *length)
{
	char *bytes;

	if (json_is_string(value)) {
		*length = json_string_length(value);
		return mem_copy(json_string_value(value), *length);
	}
	if (!json_is_array(value))
		return NULL;
	*length = json_array_size(value);
	bytes = mem_alloc(*length);
	for (size_t i = 0; i < *length; i++)
		bytes[i] = (char)json_integer_value(json_array_get(value, i));
	return bytes;
}

static void
add_op(struct commit *out, const char *kind, const char *key, const char *field,
    const char *value, size_t length)
{
	char *text;

	if (strcmp(kind, "set") == 0)
		commit_set(out, key, field, value, length);
	else if (strcmp(kind, "unset") == 0)
		commit_unset(out, key, field);
	else if (strcmp(kind, "append") == 0)
		commit_append(out, key, value, length);
	else if (strcmp(kind, "trim") == 0) {
		text = mem_alloc(length + 1);
		memcpy(text, value, length);
		commit_trim(out, key, text);
		free(text);
	}
}

static bool
read_op(const json_t *op, struct commit *out)
{
	const char *kind = json_string_value(json_array_get(op, 0));
	const char *key = json_string_value(json_array_get(op, 1));
	const char *field = json_string_value(json_array_get(op, 2));
	size_t length = 0;
	char *value = value_bytes(json_array_get(op, 3), &length);
	bool good =
	    kind != NULL && key != NULL && field != NULL && value != NULL;

	if (good)
		add_op(out, kind, key, field, value, length);
	free(value);
	return good;
}

bool
journal_line_read(const char *line, size_t length, struct commit *out)
{
	json_t *object = json_loadb(line, length, JSON_ALLOW_NUL, NULL), *op;
	const json_t *ops = json_object_get(object, "ops");
	bool good = json_is_array(ops);
	size_t i;

	json_array_foreach(ops, i, op) good = good && read_op(op, out);
	json_decref(object);
	return good;
}

void
journal_line_whose(const char *line, size_t length, int64_t *fence,
    char house[JOURNAL_HOUSE])
{
	json_t *object = json_loadb(line, length, JSON_ALLOW_NUL, NULL);
	const json_t *said = json_object_get(object, "fence");

	if (json_is_integer(said))
		*fence = json_integer_value(said);
	if (json_object_get(object, "house") != NULL)
		record_text(object, "house", house, JOURNAL_HOUSE);
	json_decref(object);
}
