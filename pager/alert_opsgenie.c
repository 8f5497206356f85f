/* Opsgenie's Alert API v2: see alert.h. */
#include <string.h>

#include "lib/record.h"
#include "pager/alert.h"

#define ALIAS_MAX 512 /* characters, as there; bytes here */

static void
set_details(const json_t *root, json_t *event)
{
	static const struct {
		const char *label, *field;
	} lines[] = {
		{ "Description", "description" },
		{ "Source", "source" },
		{ "Entity", "entity" },
		{ "Note", "note" },
		{ "Tags", "tags" },
	};
	struct text details = { 0 };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		alert_add_detail(&details, lines[i].label,
		    json_object_get(root, lines[i].field));
	alert_add_details(&details, json_object_get(root, "details"));
	alert_set_details(event, &details);
}

/* Priorities are P1 to P5; without one it is P3 there. */
static const char *
read_priority(const json_t *root, struct alert_read *out)
{
	const json_t *value = json_object_get(root, "priority");
	const char *word = json_string_value(value);

	if (value == NULL || json_is_null(value))
		return "P3";
	if (word != NULL && word[0] == 'P' && word[1] >= '1' &&
	    word[1] <= '5' && word[2] == '\0')
		return word;
	alert_complain(out, "priority: is none of P1, P2, P3, P4 and P5");
	return "";
}

void
alert_opsgenie(const json_t *root, const char *made, struct alert_read *out)
{
	const char *message = record_string(root, "message");
	const char *alias = record_string(root, "alias"), *priority;
	json_t *event;

	alert_begin(out);
	if (message == NULL || message[0] == '\0')
		alert_complain(out, "message: is missing");
	if (alias != NULL && strlen(alias) > ALIAS_MAX)
		alert_complain(out, "alias: longer than %d bytes", ALIAS_MAX);
	priority = read_priority(root, out);
	text_copy(out->dedup_key, sizeof(out->dedup_key),
	    alias == NULL || alias[0] == '\0' ? made : alias);
	event = alert_add(out, "trigger", "opsgenie", out->dedup_key);
	alert_set(event, "severity", priority, ALERT_WORD_MAX);
	alert_set(event, "text", message, ALERT_TEXT_MAX);
	set_details(root, event);
	alert_end(out);
}

void
alert_opsgenie_act(const json_t *root, const char *what, const char *alias,
    struct alert_read *out)
{
	json_t *event;

	alert_begin(out);
	if (alias[0] == '\0')
		alert_complain(out, "identifier: is missing");
	if (strlen(alias) > ALIAS_MAX)
		alert_complain(out, "identifier: longer than %d bytes",
		    ALIAS_MAX);
	text_copy(out->dedup_key, sizeof(out->dedup_key), alias);
	event = alert_add(out, what, "opsgenie", out->dedup_key);
	alert_set(event, "user", record_string(root, "user"), ALERT_WORD_MAX);
	alert_set(event, "text", record_string(root, "note"), ALERT_TEXT_MAX);
	alert_end(out);
}
