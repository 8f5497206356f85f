/*
 * alerts: see alerts.h.
 *
 * A request is read (pager/alert.h), becomes one command to the core, and
 * waits: its struct waiting lives until the command is answered, or until
 * whoever asked has gone; the command happens all the same.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/listener.h"
#include "lib/log.h"
#include "lib/record.h"
#include "lib/sign.h"
#include "pager/alerts.h"
#include "pager/alerts_parts.h"
#include "pager/duty_foreign.h"

#define SAY_DENIED_MS 60000 /* at most one line in this time */
#define MADE_LENGTH 32      /* hex characters of a key that we give */

static const char nobody[] = "this key is nobody's";
static const char later[] = "not now; say it again";

struct alerts {
	struct serve *serve;
	struct alerts_options options;
	const struct settings *settings;
	int64_t said_denied_ms;
};

struct waiting {
	struct alerts *alerts;
	struct serve_request *request;
	const struct alerts_face *face;
	uint64_t command;
	char dedup_key[513];
};

/* All are compared, so that time tells nothing about which. */
static const struct alert_source *
find_source(const struct alerts *a, const char *key)
{
	const struct alert_source *found = NULL;
	char hash[SIGN_HEX];

	if (key == NULL || key[0] == '\0' || strlen(key) > ALERTS_KEY_MAX)
		return NULL;
	sign_sha256(key, strlen(key), hash);
	CONF_EACH (const struct alert_source, s, &a->settings->alerts)
		CONF_EACH (char *const, k, &s->keys)
			if (sign_equal_hash(*k, hash) && found == NULL)
				found = s;
	return found;
}

const struct settings *
alerts_settings(const struct alerts *a)
{
	return a->settings;
}

static void
say_denied(struct alerts *a, const struct serve_request *r,
    const struct alerts_face *face)
{
	int64_t now_ms = clock_now_ms();

	if (now_ms - a->said_denied_ms < SAY_DENIED_MS &&
	    now_ms >= a->said_denied_ms)
		return;
	a->said_denied_ms = now_ms;
	log_warnx("alerts: %s turned away, %s: %s", serve_peer(r), face->name,
	    nobody);
}

void
alerts_deny(struct alerts *a, struct serve_request *r,
    const struct alerts_face *face, int status)
{
	say_denied(a, r, face);
	face->refused(r, status, nobody, NULL);
}

/* Known from here on: nothing that it asks is too often. */
static const struct alert_source *
admit_source(struct alerts *a, struct serve_request *r,
    const struct alerts_face *face, const char *key, int status)
{
	const struct alert_source *source = find_source(a, key);

	if (source != NULL) {
		serve_forgive(r);
		return source;
	}
	alerts_deny(a, r, face, status);
	return NULL;
}

static json_t *
command_of(const struct alert_source *source, const char *field, json_t *value)
{
	return json_pack("{s:s, s:s, s:o}", "command", "alerts", "source",
	    source->name, field, value);
}

static uint64_t
give(struct alerts *a, json_t *command, const char *by, desk_answered *answered,
    void *arg)
{
	char *text = record_dump(command);
	const char *error;
	uint64_t id;

	id = desk_command_of(a->options.desk, DESK_PROGRAMS, text, strlen(text),
	    by, answered, arg, &error);
	free(text);
	json_decref(command);
	return id;
}

/* How the timeline names it. */
static void
set_by(const struct alert_source *source, char by[80])
{
	text_format(by, 80, "alert:%s", source->name);
}

static void
on_told(void *arg, bool ok, const char *json)
{
	(void)arg, (void)ok, (void)json;
}

/* Whoever sent it hears why at once; a human hears that there was one. */
static void
refuse(struct alerts *a, struct serve_request *r,
    const struct alerts_face *face, const struct alert_source *source,
    int status, const char *why, const json_t *errors)
{
	const char *first = json_string_value(json_array_get(errors, 0));
	char told[FOREIGN_REFUSED_MAX], by[80];

	set_by(source, by);
	text_format(told, sizeof(told), "%s: %s", face->name,
	    first != NULL ? first : why);
	log_warnx("alerts: %s refused: %s", source->name, told);
	(void)give(a, command_of(source, "refused", record_foreign(told)), by,
	    on_told, NULL);
	face->refused(r, status, why, errors);
}

/* The commit is made: now, and not before, it may be said. */
static void
on_answer(void *arg, bool ok, const char *json)
{
	struct waiting *w = arg;
	const struct alerts_options *o = &w->alerts->options;

	(void)json;
	CRASH_POINT("pager-before-accepted");
	if (ok && o->is_kept(o->arg))
		w->face->done(w->request, w->dedup_key);
	else
		w->face->refused(w->request, 503, later, NULL);
	free(w);
}

static void
on_gone(void *arg)
{
	struct waiting *w = arg;

	desk_forget(w->alerts->options.desk, w->command);
	free(w);
}

void
alerts_ask(struct alerts *a, struct serve_request *r,
    const struct alerts_face *face, json_t *command, const char *by,
    const char *key)
{
	struct waiting *w = mem_alloc(sizeof(*w));

	*w = (struct waiting){ .alerts = a, .request = r, .face = face };
	text_copy(w->dedup_key, sizeof(w->dedup_key), key);
	CRASH_POINT("pager-alert-read");
	w->command = give(a, command, by, on_answer, w);
	if (w->command != 0) {
		serve_defer(r, on_gone, w);
		return;
	}
	free(w);
	face->refused(r, 503, later, NULL);
}

/* What was read, in good order or not, is taken over. */
static void
happen(struct alerts *a, struct serve_request *r,
    const struct alerts_face *face, const struct alert_source *source,
    struct alert_read *read)
{
	char by[80];

	set_by(source, by);
	if (read->events == NULL)
		refuse(a, r, face, source, 400, "", read->errors);
	else
		alerts_ask(a, r, face,
		    command_of(source, "events", json_incref(read->events)), by,
		    read->dedup_key);
	alert_read_clear(read);
}

static json_t *
body_json(struct serve_request *r, char error[160])
{
	size_t length;
	const char *body = serve_body(r, &length);

	return alert_json(body, length, error);
}

static void
take_pagerduty(struct alerts *a, struct serve_request *r, bool is_change)
{
	char error[160], made[MADE_LENGTH + 1];
	json_t *root = body_json(r, error);
	const struct alert_source *source;
	struct alert_read read;

	if (root == NULL) { /* nor is it known whose it is */
		alerts_pagerduty.refused(r, 400, error, NULL);
		return;
	}
	source = admit_source(a, r, &alerts_pagerduty,
	    alert_pagerduty_key(root), 400);
	if (source != NULL) {
		sign_random(made, MADE_LENGTH);
		if (is_change)
			alert_pagerduty_change(root, &read);
		else
			alert_pagerduty(root, made, &read);
		happen(a, r, &alerts_pagerduty, source, &read);
	}
	json_decref(root);
}

static void
on_pagerduty(void *arg, struct serve_request *r)
{
	take_pagerduty(arg, r, false);
}

static void
on_change(void *arg, struct serve_request *r)
{
	take_pagerduty(arg, r, true);
}

static const struct alert_source *
alertmanager_source(struct alerts *a, struct serve_request *r)
{
	return admit_source(a, r, &alerts_alertmanager, serve_bearer(r), 401);
}

/* A body that is too long: the sender takes that for final, so it is told. */
static bool
fits(struct alerts *a, struct serve_request *r, const struct alerts_face *face,
    const struct alert_source *source, long long most)
{
	const char *length = serve_header(r, "Content-Length");
	char why[80];

	if (length == NULL || strtoll(length, NULL, 10) <= most)
		return true;
	text_format(why, sizeof(why), "a body of %s bytes, at most %lld",
	    length, most);
	refuse(a, r, face, source, 413, why, NULL);
	return false;
}

static bool
admit_alertmanager(void *arg, struct serve_request *r)
{
	const struct alert_source *source = alertmanager_source(arg, r);

	return source != NULL &&
	    fits(arg, r, &alerts_alertmanager, source, ALERTS_ALERTMANAGER_MAX);
}

static void
on_alertmanager(void *arg, struct serve_request *r)
{
	const struct alert_source *source = alertmanager_source(arg, r);
	char error[160];
	struct alert_read read;
	json_t *root;

	if (source == NULL)
		return;
	root = body_json(r, error);
	if (root == NULL) {
		refuse(arg, r, &alerts_alertmanager, source, 400, error, NULL);
		return;
	}
	alert_alertmanager(root, &read);
	json_decref(root);
	happen(arg, r, &alerts_alertmanager, source, &read);
}

static const struct alert_source *
opsgenie_source(struct alerts *a, struct serve_request *r)
{
	static const char scheme[] = "GenieKey ";
	const char *key = serve_header(r, "Authorization");

	if (key != NULL && strncasecmp(key, scheme, sizeof(scheme) - 1) == 0)
		key += sizeof(scheme) - 1;
	else
		key = NULL;
	return admit_source(a, r, &alerts_opsgenie, key, 401);
}

static bool
admit_opsgenie(void *arg, struct serve_request *r)
{
	const struct alert_source *source = opsgenie_source(arg, r);

	return source != NULL &&
	    fits(arg, r, &alerts_opsgenie, source, ALERTS_OPSGENIE_MAX);
}

/* "/v2/alerts/ALIAS/close": without its slash at the end, taken apart. */
static const char *
take_apart(const char *path, char alias[600])
{
	static const char front[] = "/v2/alerts/";
	char *slash;
	size_t length;

	alias[0] = '\0';
	if (strncmp(path, front, sizeof(front) - 1) == 0)
		text_copy(alias, 600, path + sizeof(front) - 1);
	length = strlen(alias);
	if (length > 0 && alias[length - 1] == '/')
		alias[length - 1] = '\0';
	if (alias[0] == '\0')
		return "create";
	slash = strrchr(alias, '/');
	if (slash == NULL)
		return "";
	*slash = '\0';
	return slash + 1;
}

/* What is to happen; events stays NULL, without errors: nothing. */
static void
read_opsgenie(const json_t *root, const char *path, struct alert_read *read)
{
	char alias[600], made[MADE_LENGTH + 1];
	const char *what = take_apart(path, alias);

	if (strcmp(what, "create") == 0) {
		sign_random(made, MADE_LENGTH);
		alert_opsgenie(root, made, read);
	} else if (strcmp(what, "close") == 0)
		alert_opsgenie_act(root, "resolve", alias, read);
	else if (strcmp(what, "acknowledge") == 0)
		alert_opsgenie_act(root, "acknowledge", alias, read);
	else
		*read = (struct alert_read){ 0 };
}

static void
on_opsgenie(void *arg, struct serve_request *r)
{
	const struct alert_source *source = opsgenie_source(arg, r);
	char error[160] = "";
	struct alert_read read;
	json_t *root = NULL;
	size_t length;

	if (source == NULL)
		return;
	(void)serve_body(r, &length);
	if (length > 0)
		root = body_json(r, error);
	if (length > 0 && root == NULL) {
		refuse(arg, r, &alerts_opsgenie, source, 400, error, NULL);
		return;
	}
	read_opsgenie(root, serve_path(r), &read);
	json_decref(root);
	if (read.events != NULL || read.errors != NULL)
		happen(arg, r, &alerts_opsgenie, source, &read);
	else /* a note, other words: nothing that anybody is called for */
		alerts_opsgenie.done(r, "");
}

static void
on_health(void *arg, struct serve_request *r)
{
	(void)arg;
	serve_answerf(r, 200, "text/plain; charset=utf-8", "alive\n");
}

static const struct serve_route routes[] = {
	{ "POST", "/v2/enqueue", ALERTS_PAGERDUTY_MAX, on_pagerduty },
	{ "POST", "/v2/enqueue/", ALERTS_PAGERDUTY_MAX, on_pagerduty },
	{ "POST", "/v2/change/enqueue", ALERTS_PAGERDUTY_MAX, on_change },
	{ "POST", "/v2/change/enqueue/", ALERTS_PAGERDUTY_MAX, on_change },
	{ "POST", "/alertmanager", ALERTS_READ_MAX, on_alertmanager,
	    admit_alertmanager },
	{ "POST", "/alertmanager/", ALERTS_READ_MAX, on_alertmanager,
	    admit_alertmanager },
	{ "POST", "/v2/alerts", ALERTS_READ_MAX, on_opsgenie, admit_opsgenie },
	{ "POST", "/v2/alerts/*", ALERTS_READ_MAX, on_opsgenie,
	    admit_opsgenie },
	{ "PUT", "/v2/alerts/*", ALERTS_READ_MAX, on_opsgenie, admit_opsgenie },
	{ "GET", "/heartbeat/*", 0, alerts_on_heartbeat },
	{ "POST", "/heartbeat/*", ALERTS_READ_MAX, alerts_on_heartbeat,
	    alerts_admit_heartbeat },
	{ "GET", "/healthz", 0, on_health },
	{ NULL },
};

struct alerts *
alerts_new(struct event_base *base, const struct alerts_options *options,
    char error[160])
{
	struct alerts *a = mem_alloc(sizeof(*a));

	a->options = *options;
	a->settings = options->settings;
	a->serve =
	    listener_new(base, &a->settings->listen_alerts, routes, a, error);
	if (a->serve == NULL) {
		alerts_free(a);
		return NULL;
	}
	serve_when_busy(a->serve, 503);
	return a;
}

void
alerts_free(struct alerts *a)
{
	if (a == NULL)
		return;
	serve_free(a->serve);
	free(a);
}

/* Who listens goes on to: that changes at the next start. */
void
alerts_configure(struct alerts *a, const struct settings *settings)
{
	a->settings = settings;
	listener_configure(a->serve, &settings->listen_alerts);
}

int
alerts_port(const struct alerts *a)
{
	return serve_port(a->serve);
}
