/* template: see template.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/template.h"
#include "lib/text.h"

#define TEXTS 13 /* the others are numbers and truths */

const char *const template_fields[] = { "intent", "kind", "person", "zone",
	"email", "phone", "incident", "subject", "sms", "body", "link",
	"thread", "merge_key", "severity", "attempt", "sent_ms",
	"possible_repeat", "store_down", NULL };
static const char *const otherwise[] = { "0", "0", "0", "false", "false" };

/* Its number, or -1. */
static int
field_of(const char *name, size_t length)
{
	for (int i = 0; template_fields[i] != NULL; i++)
		if (strlen(template_fields[i]) == length &&
		    memcmp(template_fields[i], name, length) == 0)
			return i;
	return -1;
}

/* As it stands between quotation marks. */
static void
add_escaped(struct text *t, const char *value)
{
	json_t *string = json_string(value);
	char *quoted;

	if (string == NULL)
		return; /* no UTF-8: the caller's values are */
	quoted = json_dumps(string, JSON_ENCODE_ANY);
	if (quoted == NULL)
		abort();
	text_add_bytes(t, quoted + 1, strlen(quoted) - 2);
	free(quoted);
	json_decref(string);
}

static void
add_field(struct text *t, int field, template_value *value, void *arg)
{
	const char *is = value(arg, template_fields[field]);

	if (field < TEXTS)
		add_escaped(t, is != NULL ? is : "");
	else
		text_add(t, is != NULL ? is : otherwise[field - TEXTS]);
}

char *
template_fill(const char *text, template_value *value, void *arg)
{
	struct text t = { 0 };
	const char *open;

	text_add(&t, "");
	while ((open = strstr(text, "{{")) != NULL) {
		size_t length = strcspn(open + 2, "}");
		int field = field_of(open + 2, length);

		text_add_bytes(&t, text, (size_t)(open - text));
		text = open + 2 + length + 2;
		add_field(&t, field, value, arg);
	}
	text_add(&t, text);
	return text_take(&t);
}

/* What shows whether a text stands where only a text may. */
static const char *
sample(void *arg, const char *field)
{
	int number = field_of(field, strlen(field));

	(void)arg;
	return number < TEXTS ? "a \"text\"" : otherwise[number - TEXTS];
}

static bool
has_fields(const char *text, char why[TEMPLATE_WHY])
{
	const char *open = text;

	while ((open = strstr(open, "{{")) != NULL) {
		size_t length = strcspn(open + 2, "}");

		if (strncmp(open + 2 + length, "}}", 2) != 0 ||
		    field_of(open + 2, length) == -1) {
			text_format(why, TEMPLATE_WHY,
			    "there is no field \"{{%.*s}}\"",
			    length < 40 ? (int)length : 40, open + 2);
			return false;
		}
		open += 2 + length + 2;
	}
	return true;
}

bool
template_check(const char *text, char why[TEMPLATE_WHY])
{
	json_error_t error;
	char *filled;
	json_t *o;

	if (strlen(text) > TEMPLATE_MAX) {
		text_format(why, TEMPLATE_WHY, "longer than %d bytes",
		    TEMPLATE_MAX);
		return false;
	}
	if (!has_fields(text, why))
		return false;
	filled = template_fill(text, sample, NULL);
	o = json_loads(filled, 0, &error);
	free(filled);
	if (o == NULL)
		text_format(why, TEMPLATE_WHY,
		    "no JSON once the fields are in (texts stand within "
		    "quotation marks): %.60s",
		    error.text);
	json_decref(o);
	return o != NULL;
}
