/* What handlers of commands share: they refuse, agree, and find what is meant. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/duty_request.h"

/* A sentence that may hold what people wrote, made plain. */
static void __attribute__((format(printf, 3, 0)))
add_sentence(const struct request *r, struct text *out, const char *fmt,
    va_list ap)
{
	struct text t = { 0 };

	text_add(&t, r->lead != NULL ? r->lead : "");
	text_addv(&t, fmt, ap);
	text_add_plain(out, t.data);
	text_clear(&t);
}

void
request_refuse(struct request *r, const char *fmt, ...)
{
	json_t *o = json_object();
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	add_sentence(r, &t, fmt, ap);
	va_end(ap);
	json_object_set_new(o, "error", json_string(t.data));
	text_clear(&t);
	duty_answer(r->duty, r->id, false, o);
}

static void __attribute__((format(printf, 4, 0)))
agree(struct request *r, const struct incident *inc, const char *waits_for,
    const char *fmt, va_list ap)
{
	json_t *o = json_object();
	struct text t = { 0 };

	add_sentence(r, &t, fmt, ap);
	json_object_set_new(o, "text", json_string(t.data));
	if (inc != NULL)
		json_object_set_new(o, "incident", json_string(inc->id));
	if (waits_for != NULL)
		json_object_set_new(o, "waits_for", json_string(waits_for));
	text_clear(&t);
	duty_answer(r->duty, r->id, true, o);
}

void
request_agree(struct request *r, const struct incident *inc, const char *fmt,
    ...)
{
	va_list ap;

	if (r->is_quiet)
		return;
	va_start(ap, fmt);
	agree(r, inc, NULL, fmt, ap);
	va_end(ap);
}

void
request_wait(struct request *r, const struct incident *inc,
    const char *waits_for, const char *fmt, ...)
{
	va_list ap;

	if (r->is_quiet)
		return;
	va_start(ap, fmt);
	agree(r, inc, waits_for, fmt, ap);
	va_end(ap);
}

/* The open incident that is meant, or NULL, and it is refused. */
struct incident *
request_open_incident(struct request *r)
{
	struct incident *inc = duty_named(r->duty, r->json);

	if (inc == NULL)
		request_refuse(r, "incident: there is no such incident");
	else if (inc->closed_ms != 0)
		request_refuse(r, "incident: %s is closed (%s)", inc->id,
		    inc->ended);
	else
		return inc;
	return NULL;
}

/* A configured person; or it is refused. */
const struct person *
request_person(struct request *r, const char *field)
{
	const char *name = record_string(r->json, field);
	const struct person *p = NULL;

	if (name != NULL)
		p = settings_person(r->duty->settings, name);
	if (p != NULL)
		return p;
	if (name == NULL)
		request_refuse(r, "%s: is missing", field);
	else if (strcmp(field, "person") == 0)
		request_refuse(r,
		    "%s is not one of the people configured; "
		    "say as whom (--as)",
		    name);
	else
		request_refuse(r, "%s: %s is not one of the people configured",
		    field, name);
	return NULL;
}

/* One who can be called, too. */
const struct person *
request_callable(struct request *r, const char *field)
{
	const struct person *p = request_person(r, field);

	if (p == NULL || p->reach.count > 0)
		return p;
	request_refuse(r, "%s: there is no way to reach %s", field, p->name);
	return NULL;
}

/* A text of a sensible length, of which nothing but blanks is none; or NULL,
   and it is refused. */
const char *
request_text(struct request *r, const char *field, bool required)
{
	const char *text = record_string(r->json, field);

	if (text != NULL && strlen(text) > INCIDENT_TEXT_MAX) {
		request_refuse(r, "%s: longer than %d bytes", field,
		    INCIDENT_TEXT_MAX);
		return NULL;
	}
	text = text == NULL ? "" : text + strspn(text, REQUEST_BLANKS);
	if (required && text[0] == '\0') {
		request_refuse(r, "%s: is missing", field);
		return NULL;
	}
	return text;
}

bool
request_may_call(struct request *r, const struct incident *inc)
{
	if (incident_urgency(inc) < 4)
		return true;
	if (inc->severity == 4)
		request_refuse(r,
		    "severity: S4 calls nobody; say S1, S2 or S3 first");
	else
		request_refuse(r,
		    "severity: by the plan S%d calls nobody; say a worse one "
		    "first",
		    inc->severity);
	return false;
}
