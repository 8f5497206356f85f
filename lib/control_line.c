/* control_line: see control_line.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/control_line.h"
#include "lib/record.h"
#include "lib/text.h"

#define NAME_MAX_BYTES 63

static int
read_id(const json_t *object, struct control_line *out, char error[160])
{
	const json_t *id = json_object_get(object, "id");
	char *text;
	bool fits;

	if (id == NULL)
		return 0;
	if (json_typeof(id) != JSON_STRING && json_typeof(id) != JSON_INTEGER)
		return text_refuse(error,
		    "id: a number or a string is expected");
	text = json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT);
	assert(text != NULL); /* what was read can be written */
	fits = strlen(text) <= CONTROL_ID_MAX;
	if (fits)
		text_copy(out->id, sizeof(out->id), text);
	free(text);
	return fits ? 0 : text_refuse(error, "id: longer than 64 bytes");
}

static bool
is_name(const char *s)
{
	size_t length = strlen(s);

	return length > 0 && length <= NAME_MAX_BYTES &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == length;
}

/* How it is told who did it; a host may call its users anything. */
static void
tell_who(const char *user, const char *person, char *out, size_t room)
{
	struct text by = { 0 };

	text_add_plain(&by, user);
	if (strcmp(person, user) != 0)
		text_addf(&by, " as %s", person);
	text_copy(out, room, by.data != NULL ? by.data : "");
	text_clear(&by);
}

/* Whose act it is.  A user need not be a person to ask, only to act as one;
   that is found out when the name is looked up. */
static int
read_person(json_t *object, const char *user, struct control_line *out,
    char error[160])
{
	const json_t *as = json_object_get(object, "as");
	const char *person = user;

	if (as != NULL && json_typeof(as) != JSON_STRING)
		return text_refuse(error,
		    "as: the name of a person is expected");
	if (as != NULL)
		person = json_string_value(as);
	if (as != NULL && !is_name(person))
		return text_refuse(error, "as: not the name of a person");
	tell_who(user, person, out->by, sizeof(out->by));
	json_object_set_new(object, "person", record_foreign(person));
	json_object_del(object, "as");
	json_object_del(object, "id");
	return 0;
}

int
control_line_read(const char *line, size_t length, const char *user,
    struct control_line *out, char error[160])
{
	json_error_t why;
	json_t *object;
	int result = -1;

	*out = (struct control_line){ 0 };
	if (length > CONTROL_LINE_MAX)
		return text_refuse(error, "a line is longer than 524288 bytes");
	object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
	if (object == NULL) {
		text_format(error, 160, "not JSON: column %d: %s", why.column,
		    why.text);
		return -1;
	}
	if (json_typeof(object) != JSON_OBJECT)
		text_refuse(error, "an object is expected");
	else if (read_id(object, out, error) == 0) {
		if (!json_is_string(json_object_get(object, "command")))
			text_refuse(error, "command: is missing, or no string");
		else
			result = read_person(object, user, out, error);
	}
	if (result == 0)
		out->json = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return result;
}

void
control_line_clear(struct control_line *line)
{
	free(line->json);
	*line = (struct control_line){ 0 };
}

char *
control_line_answer(const char *id, bool ok, const char *json)
{
	json_t *answer = json_object(), *more = json_loads(json, 0, NULL);
	struct text line = { 0 };
	char *text;

	if (*id != '\0')
		json_object_set_new(answer, "id",
		    json_loads(id, JSON_DECODE_ANY, NULL));
	json_object_set_new(answer, "ok", json_boolean(ok));
	if (more != NULL)
		json_object_update_missing(answer, more);
	text = json_dumps(answer, JSON_COMPACT);
	assert(text != NULL); /* values of jansson's own making */
	text_add(&line, text);
	text_add(&line, "\n");
	free(text);
	json_decref(answer);
	json_decref(more);
	return text_take(&line);
}

char *
control_line_refuse(const char *id, const char *error)
{
	json_t *object = json_object();
	char *json, *line;

	/* What was refused may not even be UTF-8. */
	if (json_object_set_new(object, "error", json_string(error)) == -1)
		json_object_set_new(object, "error",
		    json_string("not readable"));
	json = json_dumps(object, JSON_COMPACT);
	line = control_line_answer(id, false, json);
	free(json);
	json_decref(object);
	return line;
}
