/* PagerDuty's Events API v2: see alert.h. */
#include <string.h>

#include "lib/record.h"
#include "pager/alert.h"

#define DEDUP_KEY_MAX 255 /* characters, as there */
#define LINKS_MAX 5

static const char *const actions[][2] = {
	{ "trigger", "trigger" },
	{ "acknowledge", "acknowledge" },
	{ "resolve", "resolve" },
};

const char *
alert_pagerduty_key(const json_t *root)
{
	const char *key = record_string(root, "routing_key");

	return key == NULL ? "" : key;
}

static const char *
read_action(const json_t *root, struct alert_read *out)
{
	const char *action = record_string(root, "event_action");

	for (size_t i = 0; action != NULL && i < 3; i++)
		if (strcmp(action, actions[i][0]) == 0)
			return actions[i][1];
	alert_complain(out,
	    action == NULL
		? "'event_action' is missing or blank"
		: "'event_action' is invalid (must be one of the following: "
		  "'trigger', 'acknowledge' or 'resolve')");
	return NULL;
}

static size_t
characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* What is neither missing nor a text is no key that anybody meant. */
static void
read_dedup_key(const json_t *root, bool is_trigger, const char *made,
    struct alert_read *out)
{
	const json_t *value = json_object_get(root, "dedup_key");
	const char *key = json_string_value(value);

	if (value != NULL && !json_is_null(value) && key == NULL)
		alert_complain(out, "'dedup_key' must be a string");
	else if (key == NULL || key[0] == '\0') {
		if (!is_trigger)
			alert_complain(out,
			    "'dedup_key' is missing or blank (it is required "
			    "for this event_action)");
		key = made;
	} else if (characters(key) > DEDUP_KEY_MAX)
		alert_complain(out,
		    "'dedup_key' is too long (at most %d characters)",
		    DEDUP_KEY_MAX);
	if (key != NULL)
		text_copy(out->dedup_key, sizeof(out->dedup_key), key);
}

static const char *
required(const json_t *payload, const char *field, struct alert_read *out)
{
	const char *text = record_string(payload, field);

	if (text != NULL && text[0] != '\0')
		return text;
	alert_complain(out, "'payload.%s' is missing or blank", field);
	return "";
}

static const char *
read_severity(const json_t *payload, struct alert_read *out)
{
	static const char *const words[] = { "critical", "error", "warning",
		"info" };
	const char *severity = required(payload, "severity", out);

	for (size_t i = 0; i < 4; i++)
		if (strcmp(severity, words[i]) == 0)
			return severity;
	if (severity[0] != '\0')
		alert_complain(out,
		    "'payload.severity' is invalid (must be one of the "
		    "following: 'critical', 'warning', 'error' or 'info')");
	return "";
}

/* "Link: the runbook https://...". */
static void
add_links(struct text *details, const json_t *links)
{
	const json_t *link;
	size_t i;

	json_array_foreach(links, i, link)
	{
		const char *href = record_string(link, "href");
		const char *text = record_string(link, "text");
		json_t *both;

		if (href == NULL || i == LINKS_MAX)
			continue;
		both = json_sprintf("%s%s%s", text == NULL ? "" : text,
		    text == NULL || text[0] == '\0' ? "" : " ", href);
		alert_add_detail(details, "Link", both);
		json_decref(both);
	}
}

static void
set_details(const json_t *root, const json_t *payload, json_t *event)
{
	const json_t *more = json_object_get(payload, "custom_details");
	struct text details = { 0 };

	alert_add_detail(&details, "Source",
	    json_object_get(payload, "source"));
	alert_add_detail(&details, "Component",
	    json_object_get(payload, "component"));
	alert_add_detail(&details, "Group", json_object_get(payload, "group"));
	alert_add_detail(&details, "Class", json_object_get(payload, "class"));
	alert_add_detail(&details, "Sent by", json_object_get(root, "client"));
	alert_add_detail(&details, "Seen at",
	    json_object_get(root, "client_url"));
	add_links(&details, json_object_get(root, "links"));
	if (json_is_object(more))
		alert_add_details(&details, more);
	else
		alert_add_detail(&details, "Details", more);
	alert_set_details(event, &details);
}

static void
read_trigger(const json_t *root, struct alert_read *out)
{
	const json_t *payload = json_object_get(root, "payload");
	const char *summary, *severity;
	json_t *event;

	if (!json_is_object(payload)) {
		alert_complain(out, "'payload' is missing or no object");
		return;
	}
	summary = required(payload, "summary", out);
	(void)required(payload, "source", out);
	severity = read_severity(payload, out);
	event = alert_add(out, "trigger", "pagerduty", out->dedup_key);
	alert_set(event, "severity", severity, ALERT_WORD_MAX);
	alert_set(event, "text", summary, ALERT_TEXT_MAX);
	alert_set_time(event, "since_ms", record_string(payload, "timestamp"));
	set_details(root, payload, event);
}

/* A change event: nothing that anybody is called for. */
void
alert_pagerduty_change(const json_t *root, struct alert_read *out)
{
	const json_t *payload = json_object_get(root, "payload");
	struct text details = { 0 };
	const char *summary;
	json_t *event;

	alert_begin(out);
	summary = required(payload, "summary", out);
	event = alert_add(out, "change", "pagerduty-change", summary);
	alert_set(event, "text", summary, ALERT_TEXT_MAX);
	alert_add_detail(&details, "Source",
	    json_object_get(payload, "source"));
	add_links(&details, json_object_get(root, "links"));
	alert_add_details(&details, json_object_get(payload, "custom_details"));
	alert_set_details(event, &details);
	alert_end(out);
}

void
alert_pagerduty(const json_t *root, const char *made, struct alert_read *out)
{
	const char *action;
	bool is_trigger;

	alert_begin(out);
	action = read_action(root, out);
	is_trigger = action != NULL && strcmp(action, "trigger") == 0;
	read_dedup_key(root, is_trigger || action == NULL, made, out);
	if (is_trigger)
		read_trigger(root, out);
	else if (action != NULL)
		alert_set(alert_add(out, action, "pagerduty", out->dedup_key),
		    "user", record_string(root, "user"), ALERT_WORD_MAX);
	alert_end(out);
}
