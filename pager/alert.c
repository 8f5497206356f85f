/* alert: see alert.h.  What the readers of all interfaces have in common. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/sign.h"
#include "pager/alert.h"

#define YEAR_MS (366 * INT64_C(86400000))

void
alert_read_clear(struct alert_read *r)
{
	json_decref(r->events);
	json_decref(r->errors);
	*r = (struct alert_read){ 0 };
}

/* ASCII stays; what of the rest was meant nobody knows. */
static char *
only_ascii(const char *body, size_t length)
{
	char *copy = mem_copy(body, length);

	for (size_t i = 0; i < length; i++)
		if ((copy[i] & 0x80) != 0)
			copy[i] = '?';
	return copy;
}

json_t *
alert_json(const char *body, size_t length, char error[160])
{
	size_t flags = JSON_ALLOW_NUL;
	json_error_t why;
	json_t *o = json_loadb(body, length, flags, &why);
	char *copy = NULL;

	if (o == NULL && json_error_code(&why) == json_error_invalid_utf8) {
		body = copy = only_ascii(body, length);
		o = json_loadb(body, length, flags, &why);
	}
	if (o == NULL && json_error_code(&why) == json_error_numeric_overflow)
		o = json_loadb(body, length, flags | JSON_DECODE_INT_AS_REAL,
		    &why);
	free(copy);
	if (json_is_object(o))
		return o;
	text_format(error, 160, "not a JSON object: %.100s",
	    o == NULL ? why.text : "something else");
	json_decref(o);
	return NULL;
}

void
alert_begin(struct alert_read *r)
{
	*r = (struct alert_read){ .events = json_array(),
		.errors = json_array() };
}

void
alert_complain(struct alert_read *r, const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	if (json_array_size(r->errors) == ALERT_ERRORS_MAX)
		return;
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	json_array_append_new(r->errors, json_string(t.data));
	text_clear(&t);
}

void
alert_end(struct alert_read *r)
{
	if (json_array_size(r->errors) == 0)
		return;
	json_decref(r->events);
	r->events = NULL;
}

void
alert_hash(const char *space, const char *key, char out[ALERT_KEY])
{
	struct text t = { 0 };
	char hex[SIGN_HEX];

	text_addf(&t, "%s:%s", space, key);
	sign_sha256(t.data, t.length, hex);
	text_clear(&t);
	text_copy(out, ALERT_KEY, hex);
}

json_t *
alert_add(struct alert_read *r, const char *what, const char *space,
    const char *key)
{
	json_t *event = json_object();
	char hash[ALERT_KEY];

	alert_hash(space, key, hash);
	json_object_set_new(event, "do", json_string(what));
	json_object_set_new(event, "key", json_string(hash));
	alert_set(event, "name", key, ALERT_NAME_MAX);
	json_array_append_new(r->events, event);
	return event;
}

/* Whatever breaks lines, or a terminal, is a blank. */
static void
make_line(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = ' ';
}

void
alert_set(json_t *event, const char *field, const char *text, size_t room)
{
	char *copy;

	if (text == NULL || text[0] == '\0')
		return;
	copy = mem_alloc(room);
	text_copy(copy, room, text);
	make_line(copy);
	json_object_set_new(event, field, json_string(copy));
	free(copy);
}

/* Go writes fractions of a second, others "+0000". */
static void
tidy_time(const char *text, char *out, size_t room)
{
	size_t n = strcspn(text, "."), length;
	const char *rest = text + n;

	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	text_format(out, room, "%.*s%s", (int)n, text, rest);
	length = strlen(out);
	if (length > 5 && length + 1 < room &&
	    strspn(out + length - 4, "0123456789") == 4 &&
	    strchr("+-", out[length - 5]) != NULL && strchr(out, 'T') != NULL) {
		memmove(out + length - 1, out + length - 2, 3);
		out[length - 2] = ':';
	}
}

void
alert_set_time(json_t *event, const char *field, const char *text)
{
	char tidy[48];
	int64_t at_ms;

	if (text == NULL || strlen(text) >= sizeof(tidy))
		return;
	tidy_time(text, tidy, sizeof(tidy));
	if (civil_parse(tidy, &at_ms) && at_ms > YEAR_MS)
		json_object_set_new(event, field, json_integer(at_ms));
}

static bool
is_nothing(const json_t *value)
{
	return value == NULL || json_is_null(value) ||
	    (json_is_string(value) && json_string_length(value) == 0) ||
	    (json_is_object(value) && json_object_size(value) == 0) ||
	    (json_is_array(value) && json_array_size(value) == 0);
}

void
alert_add_detail(struct text *details, const char *label, const json_t *value)
{
	char line[ALERT_LINE_MAX], name[ALERT_LABEL_MAX], *dumped = NULL;
	const char *text = json_string_value(value);

	if (is_nothing(value) ||
	    details->length + ALERT_LINE_MAX > ALERT_DETAILS_MAX)
		return;
	if (text == NULL)
		text = dumped =
		    json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	text_copy(name, sizeof(name), label);
	text_format(line, sizeof(line) - 1, "%s: %s", name, text);
	free(dumped);
	make_line(line);
	text_add(details, line);
	text_add(details, "\n");
}

void
alert_add_details(struct text *details, const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	    alert_add_detail(details, key, value);
}

void
alert_set_details(json_t *event, struct text *details)
{
	if (details->length > 0)
		json_object_set_new(event, "details",
		    json_string(details->data));
	text_clear(details);
}
