/*
 * The command "open": what people report.
 *
 * A handler checks everything first; what is refused has changed nothing.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_request.h"

/* "": none is named, and none is known by the endpoint. */
static const char *
named_client(struct request *r, const struct endpoint *e)
{
	const char *client = record_string(r->json, "client");

	if (e != NULL)
		return e->client->name;
	if (client == NULL || client[0] == '\0')
		return "";
	if (settings_client(r->duty->settings, client) != NULL)
		return client;
	request_refuse(r, "client: there is no client %s", client);
	return NULL;
}

/* Of which endpoint it is, or NULL; false: refused. */
static bool
named_endpoint(struct request *r, const char *subject,
    const struct endpoint **e)
{
	*e = NULL;
	if (subject[0] == '\0')
		return true;
	*e = settings_endpoint(r->duty->settings, subject);
	if (*e != NULL || strncmp(subject, "operations/", 11) == 0)
		return true;
	request_refuse(r, "subject: there is no endpoint %s", subject);
	return false;
}

/* What was named, or a report of the client's. */
static void
set_subject(struct request *r, const char *subject, struct alarm *a)
{
	if (subject[0] != '\0')
		text_copy(a->subject, sizeof(a->subject), subject);
	else
		text_format(a->subject, sizeof(a->subject), "%s/report-%llu",
		    a->client[0] != '\0' ? a->client : "operations",
		    (unsigned long long)r->duty->last_incident + 1);
}

/* Of what it is; false: refused. */
static bool
opened_where(struct request *r, struct alarm *a)
{
	const char *subject = record_string(r->json, "subject"), *client;
	const struct endpoint *e;

	if (subject == NULL)
		subject = "";
	if (!named_endpoint(r, subject, &e) ||
	    (client = named_client(r, e)) == NULL)
		return false;
	if (client[0] == '\0')
		a->kind = ALARM_OPERATIONS;
	text_copy(a->client, sizeof(a->client), client);
	if (e != NULL && e->platform != NULL)
		text_copy(a->platform, sizeof(a->platform), e->platform->name);
	set_subject(r, subject, a);
	return true;
}

/* What a person opens, as if an alarm had said so; false: refused. */
static bool
opened_alarm(struct request *r, const char *text, struct alarm *a)
{
	*a = (struct alarm){ .event = ALARM_RAISED,
		.at_ms = r->now_ms,
		.since_ms = r->now_ms,
		.severity = record_choice(r->json, "severity", 5, 0) };
	a->kind = a->severity == 1 ? ALARM_DOWN : ALARM_DEGRADED;
	if (a->severity == 0) {
		request_refuse(r, "severity: 1 to 4");
		return false;
	}
	text_copy(a->text, sizeof(a->text), text);
	return opened_where(r, a);
}

void
command_open(struct request *r)
{
	const char *text = request_text(r, "text", true);
	struct incident *inc;
	struct alarm a;

	if (text == NULL || !opened_alarm(r, text, &a))
		return;
	inc = duty_of_subject(r->duty, a.subject);
	if (inc != NULL) {
		request_agree(r, inc, "%s is open already.", inc->id);
		return;
	}
	inc = duty_open(r->duty, &a, r->by, r->now_ms);
	inc->by_hand = true;
	request_agree(r, inc, "%s is open, S%d.", inc->id, inc->severity);
}
