/*
 * Alertmanager's webhook, version 4: see alert.h.
 *
 * Each alert is known by its fingerprint, and those that come together by
 * "groupKey".  A message that had no room for all of its alerts
 * ("truncatedAlerts") is not believed to have told of each: what was left out
 * is an alert of its own, and with the group all of it is over.  The same is
 * so of a message that has more of them than one command takes.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "pager/alert.h"

/* Older ones, and what only resembles it, give none: the labels are it. */
static char *
fingerprint(const json_t *alert)
{
	const char *given = record_string(alert, "fingerprint");

	if (given != NULL && given[0] != '\0')
		return mem_text(given);
	return json_dumps(json_object_get(alert, "labels"),
	    JSON_COMPACT | JSON_SORT_KEYS);
}

static const char *
first_of(const json_t *object, const char *const *keys)
{
	for (; *keys != NULL; keys++) {
		const char *text = record_string(object, *keys);

		if (text != NULL && text[0] != '\0')
			return text;
	}
	return NULL;
}

/* "HighLatency: p99 is 3 s on web-1". */
static void
set_text(json_t *event, const json_t *labels, const json_t *annotations)
{
	static const char *const words[] = { "summary", "title", "message",
		"description", NULL };
	static const char *const where[] = { "instance", "host", "job", NULL };
	const char *name = record_string(labels, "alertname");
	const char *said = first_of(annotations, words);
	struct text t = { 0 };

	if (said == NULL)
		said = first_of(labels, where);
	text_add(&t, name != NULL && name[0] != '\0' ? name : "an alert");
	if (said != NULL)
		text_addf(&t, ": %s", said);
	alert_set(event, "text", t.data, ALERT_TEXT_MAX);
	text_clear(&t);
}

static void
set_details(json_t *event, const json_t *root, const json_t *alert)
{
	struct text details = { 0 };

	alert_add_details(&details, json_object_get(alert, "annotations"));
	alert_add_details(&details, json_object_get(alert, "labels"));
	alert_add_detail(&details, "Seen at",
	    json_object_get(alert, "generatorURL"));
	alert_add_detail(&details, "Sent by",
	    json_object_get(root, "externalURL"));
	alert_set_details(event, &details);
}

static bool
is_resolved(const json_t *object)
{
	const char *status = record_string(object, "status");

	return status != NULL && strcmp(status, "resolved") == 0;
}

static void
read_one(const json_t *root, const json_t *alert, const char *group,
    struct alert_read *out)
{
	const json_t *labels = json_object_get(alert, "labels");
	char *key = fingerprint(alert);
	json_t *event;

	if (key == NULL) {
		alert_complain(out,
		    "alerts: one has neither \"fingerprint\" nor \"labels\"");
		return;
	}
	event = alert_add(out, is_resolved(alert) ? "resolve" : "trigger",
	    "alertmanager", key);
	free(key);
	alert_set_time(event, "since_ms", record_string(alert, "startsAt"));
	if (is_resolved(alert)) {
		alert_set_time(event, "until_ms",
		    record_string(alert, "endsAt"));
		return;
	}
	alert_set(event, "group", group, ALERT_KEY);
	alert_set(event, "severity", record_string(labels, "severity"),
	    ALERT_WORD_MAX);
	set_text(event, labels, json_object_get(alert, "annotations"));
	set_details(event, root, alert);
}

/* How bad what nobody has read is: as what was read first. */
static const char *
any_severity(const json_t *root)
{
	return record_string(json_object_get(root, "commonLabels"), "severity");
}

/* What nobody can have counted is nothing. */
static int64_t
read_truncated(const json_t *root)
{
	int64_t count = record_int(root, "truncatedAlerts", 0);

	return count < 0 || count > INT32_MAX ? 0 : count;
}

/* untold: so many of this message, besides what was left out of it. */
static void
read_left_out(const json_t *root, const char *group_key, const char *group,
    int64_t untold, struct alert_read *out)
{
	int64_t count = untold + read_truncated(root);
	bool open = count > 0 && !is_resolved(root);
	char text[ALERT_TEXT_MAX];
	json_t *event = alert_add(out, open ? "trigger" : "resolve",
	    "alertmanager-left-out", group_key);

	if (open) {
		text_format(text, sizeof(text),
		    "%lld more alert%s of this group %s left out %s",
		    (long long)count, count == 1 ? "" : "s",
		    count == 1 ? "was" : "were",
		    untold > 0 ? "of a message of very many"
			       : "by Alertmanager (max_alerts)");
		alert_set(event, "group", group, ALERT_KEY);
		alert_set(event, "severity", any_severity(root),
		    ALERT_WORD_MAX);
		alert_set(event, "text", text, ALERT_TEXT_MAX);
	} else if (count > 0) {
		event =
		    alert_add(out, "resolve-group", "alertmanager", group_key);
		alert_set(event, "group", group, ALERT_KEY);
	}
}

/* As many as one command takes, and room for what was left out. */
static void
read_alerts(const json_t *root, const json_t *alerts, const char *group_key,
    struct alert_read *out)
{
	size_t count = json_array_size(alerts), most = ALERT_EVENTS_MAX - 2;
	char group[ALERT_KEY] = "";

	if (group_key != NULL && group_key[0] != '\0')
		alert_hash("alertmanager", group_key, group);
	if (count > most && group[0] == '\0') {
		alert_complain(out, "alerts: more than %zu, and no groupKey",
		    most);
		return;
	}
	if (count < most)
		most = count;
	for (size_t i = 0; i < most; i++)
		read_one(root, json_array_get(alerts, i), group, out);
	if (group[0] != '\0')
		read_left_out(root, group_key, group, (int64_t)(count - most),
		    out);
}

void
alert_alertmanager(const json_t *root, struct alert_read *out)
{
	const json_t *alerts = json_object_get(root, "alerts");

	alert_begin(out);
	if (!json_is_array(alerts))
		alert_complain(out, "alerts: is missing or no list");
	else
		read_alerts(root, alerts, record_string(root, "groupKey"), out);
	alert_end(out);
}
