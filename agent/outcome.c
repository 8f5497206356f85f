/*
 * outcome: the order is what fails first for a person: no answer, a wrong
 * status, a wrong page, a late page.
 */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "agent/outcome.h"
#include "lib/text.h"

#define ACCEPT_LOW 200 /* when the endpoint names no status */
#define ACCEPT_HIGH 299

static void __attribute__((format(printf, 4, 5))) say(struct observation *o,
    enum outcome outcome, enum reason reason, const char *fmt, ...)
{
	va_list ap;

	o->outcome = outcome;
	o->reason = reason;
	va_start(ap, fmt);
	text_formatv(o->detail, sizeof(o->detail), fmt, ap);
	va_end(ap);
}

/* How far it came: a time is 0 when its phase was not passed. */
static const char *
phase(const struct plan_endpoint *e, const struct seen *s)
{
	bool tls = strncasecmp(e->url, "https:", 6) == 0;

	if (s->first_byte_us > 0)
		return "reading the body";
	if (s->tls_us > 0 || (s->connect_us > 0 && !tls))
		return "waiting for the first byte";
	if (s->connect_us > 0)
		return "in the TLS handshake";
	return s->dns_us > 0 ? "connecting" : "resolving the name";
}

static void
judge_failure(const struct plan_endpoint *e, const struct seen *s,
    struct observation *o)
{
	const char *error = s->error != NULL ? s->error : "";

	if (s->failed == REASON_AGENT)
		say(o, OUTCOME_UNKNOWN, REASON_AGENT, "our own fault: %s",
		    error);
	else if (s->failed == REASON_PROBE_SAFETY)
		say(o, OUTCOME_UNKNOWN, REASON_PROBE_SAFETY, "%s", error);
	else if (s->failed == REASON_TIMEOUT)
		say(o, OUTCOME_FAILED, REASON_TIMEOUT,
		    "gave up after %" PRId64 " ms, %s", s->total_us / 1000,
		    phase(e, s));
	else
		say(o, OUTCOME_FAILED, s->failed, "%s",
		    error[0] != '\0' ? error : reason_text(s->failed));
}

static bool
is_accepted(const struct plan_endpoint *e, int status)
{
	if (e->status_count == 0)
		return status >= ACCEPT_LOW && status <= ACCEPT_HIGH;
	for (size_t i = 0; i < e->status_count; i++)
		if (status >= e->status[i].low && status <= e->status[i].high)
			return true;
	return false;
}

static void
judge_status(const struct seen *s, struct observation *o)
{
	if (s->status >= 300 && s->status <= 399)
		say(o, OUTCOME_FAILED, REASON_REDIRECT, "answers %d%s%s",
		    s->status, s->location != NULL ? ", to " : "",
		    s->location != NULL ? s->location : "");
	else
		say(o, OUTCOME_FAILED, REASON_HTTP_STATUS, "answers %d",
		    s->status);
}

static bool
holds(const struct seen *s, const char *text)
{
	return s->body != NULL &&
	    memmem(s->body, s->body_length, text, strlen(text)) != NULL;
}

/* True when the body is as it should be; otherwise it is said. */
static bool
judge_body(const struct plan_endpoint *e, const struct seen *s,
    struct observation *o)
{
	const char *where =
	    s->body_seen > s->body_length ? " in what was kept of it" : "";

	for (char **text = e->lacks; text != NULL && *text != NULL; text++)
		if (holds(s, *text)) {
			say(o, OUTCOME_FAILED, REASON_CONTENT,
			    "the page says \"%s\"", *text);
			return false;
		}
	for (char **text = e->contains; text != NULL && *text != NULL; text++)
		if (!holds(s, *text)) {
			say(o, OUTCOME_FAILED, REASON_CONTENT,
			    "the page lacks \"%s\"%s", *text, where);
			return false;
		}
	return true;
}

static void
copy_times(const struct seen *s, struct observation *o)
{
	o->status = s->status;
	o->total_us = s->total_us;
	o->dns_us = s->dns_us;
	o->connect_us = s->connect_us;
	o->tls_us = s->tls_us;
	o->first_byte_us = s->first_byte_us;
}

void
outcome_judge(const struct plan_endpoint *e, const struct seen *s,
    struct observation *o)
{
	copy_times(s, o);
	if (s->failed != REASON_NONE)
		judge_failure(e, s, o);
	else if (!is_accepted(e, s->status))
		judge_status(s, o);
	else if (!e->head && !judge_body(e, s, o))
		return;
	else if (e->slow_ms > 0 && s->total_us > e->slow_ms * 1000)
		say(o, OUTCOME_SLOW, REASON_NONE,
		    "took %" PRId64 " ms, over %" PRId64 " ms",
		    s->total_us / 1000, e->slow_ms);
	else
		say(o, OUTCOME_OK, REASON_NONE, "%s", "");
}

void
outcome_judge_canary(const struct seen *s, struct observation *o)
{
	copy_times(s, o);
	if (s->failed != REASON_NONE || s->status < 100 || s->status > 499)
		say(o, OUTCOME_FAILED,
		    s->failed != REASON_NONE ? s->failed : REASON_HTTP_STATUS,
		    "answers %d", s->status);
	else
		say(o, OUTCOME_OK, REASON_NONE, "%s", "");
}
