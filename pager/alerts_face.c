/* alerts_face: what each interface's senders are answered. */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/sign.h"
#include "pager/alerts_parts.h"

static void
answer(struct serve_request *r, int status, json_t *o)
{
	char *text = record_dump(o);

	json_decref(o);
	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	if (status == 503)
		serve_set_header(r, "Retry-After", "5");
	serve_answer(r, status, "application/json", text, strlen(text));
	free(text);
}

static void
pagerduty_done(struct serve_request *r, const char *dedup_key)
{
	answer(r, 202,
	    json_pack("{s:s, s:s, s:s}", "status", "success", "message",
		"Event processed", "dedup_key", dedup_key));
}

static void
pagerduty_refused(struct serve_request *r, int status, const char *why,
    const json_t *errors)
{
	json_t *o = json_pack("{s:s, s:s}", "status",
	    status == 503 ? "unavailable" : "invalid event", "message",
	    status == 503 ? why : "Event object is invalid");

	if (status != 503)
		json_object_set_new(o, "errors",
		    errors != NULL ? json_deep_copy(errors)
				   : json_pack("[s]", why));
	answer(r, status, o);
}

const struct alerts_face alerts_pagerduty = { "pagerduty", pagerduty_done,
	pagerduty_refused };

static void
alertmanager_done(struct serve_request *r, const char *dedup_key)
{
	(void)dedup_key;
	answer(r, 200, json_pack("{s:s}", "status", "success"));
}

static void
alertmanager_refused(struct serve_request *r, int status, const char *why,
    const json_t *errors)
{
	const char *first = json_string_value(json_array_get(errors, 0));

	if (status == 401)
		serve_set_header(r, "WWW-Authenticate", "Bearer");
	answer(r, status,
	    json_pack("{s:s, s:s}", "status", "error", "error",
		first != NULL ? first : why));
}

const struct alerts_face alerts_alertmanager = { "alertmanager",
	alertmanager_done, alertmanager_refused };

static void
opsgenie_done(struct serve_request *r, const char *dedup_key)
{
	answer(r, 202,
	    json_pack("{s:s, s:f, s:s}", "result", "Request will be processed",
		"took", 0.001, "requestId", dedup_key));
}

static void
opsgenie_refused(struct serve_request *r, int status, const char *why,
    const json_t *errors)
{
	const char *first = json_string_value(json_array_get(errors, 0));

	answer(r, status,
	    json_pack("{s:s, s:f, s:s}", "message", first != NULL ? first : why,
		"took", 0.001, "requestId", ""));
}

static void
heartbeat_done(struct serve_request *r, const char *dedup_key)
{
	(void)dedup_key;
	serve_answerf(r, 200, "text/plain; charset=utf-8", "noted\n");
}

static void
heartbeat_refused(struct serve_request *r, int status, const char *why,
    const json_t *errors)
{
	(void)errors;
	if (status == 503)
		serve_set_header(r, "Retry-After", "5");
	serve_answerf(r, status, "text/plain; charset=utf-8", "%s\n", why);
}

const struct alerts_face alerts_heartbeat = { "heartbeat", heartbeat_done,
	heartbeat_refused };

const struct alerts_face alerts_opsgenie = { "opsgenie", opsgenie_done,
	opsgenie_refused };
