/* links: see links.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "lib/clock.h"
#include "lib/listener.h"
#include "lib/serve.h"
#include "lib/text.h"
#include "pager/link_form.h"
#include "pager/link_page.h"
#include "pager/link_token.h"
#include "pager/links.h"
#include "pager/links_calendar.h"
#include "pager/twilio.h"

struct links {
	struct serve *serve;
	struct desk *desk;
	const struct settings *settings;
	char *secret; /* NULL: not known yet */
};

/* One POST that waits for its commit. */
struct press {
	struct links *links;
	struct serve_request *request;
	struct link_token token;
	uint64_t command;
};

static void
set_headers(struct serve_request *r)
{
	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "Content-Security-Policy",
	    "default-src 'none'; style-src 'self'; form-action 'self'; "
	    "base-uri 'none'; frame-ancestors 'none'");
	serve_set_header(r, "Referrer-Policy", "no-referrer");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_set_header(r, "X-Robots-Tag", "noindex, nofollow");
}

static void
answer(struct serve_request *r, int status, const struct link_view *view)
{
	char *html = link_page(view);

	set_headers(r);
	serve_answer(r, status, "text/html; charset=utf-8", html, strlen(html));
	free(html);
}

static void
refuse(struct links *l, struct serve_request *r, int status, const char *why)
{
	struct link_view view = { .settings = l->settings,
		.notice = why,
		.refused = true };

	answer(r, status, &view);
}

/*
 * The incident as JSON, NULL when it is not known; the caller frees.  Then
 * *gone tells an incident that is forgotten from a pager that cannot say.
 */
static char *
look_up(struct links *l, const struct link_token *token, bool *gone)
{
	json_t *question = json_pack("{s:s, s:s, s:s}", "command", "incident",
	    "incident", token->incident, "person", token->person);
	char *text = json_dumps(question, JSON_COMPACT), *found, *inner = NULL;
	const char *why;
	json_t *object;
	bool ok = false;

	json_decref(question);
	found = desk_query(l->desk, text, strlen(text), &ok);
	free(text);
	object = found != NULL ? json_loads(found, 0, NULL) : NULL;
	free(found);
	if (ok && json_is_object(json_object_get(object, "incident")))
		inner = json_dumps(json_object_get(object, "incident"),
		    JSON_COMPACT);
	why = json_string_value(json_object_get(object, "error"));
	*gone = why != NULL && strncmp(why, "incident:", 9) == 0;
	json_decref(object);
	return inner;
}

/* Whose link it is, or NULL after having answered. */
static const struct person *
check(struct links *l, struct serve_request *r, struct link_token *token)
{
	const char *path = serve_path(r);
	const struct person *person;

	if (l->secret == NULL) {
		refuse(l, r, 503,
		    "The pager is starting. Try again in a moment.");
		return NULL;
	}
	if (strncmp(path, "/l/", 3) != 0 ||
	    !link_token_read(l->secret, path + 3, token)) {
		refuse(l, r, 404,
		    "This link is not valid. Nothing was changed.");
		return NULL;
	}
	person = settings_person(l->settings, token->person);
	if (person == NULL)
		refuse(l, r, 403,
		    "The person of this link is no longer configured. "
		    "Nothing was changed.");
	return person;
}

static void
show(struct links *l, struct serve_request *r, const struct link_token *token,
    int status, const char *notice)
{
	struct link_view view = { .settings = l->settings,
		.person = settings_person(l->settings, token->person),
		.notice = notice,
		.refused = notice != NULL && status != 200,
		.now_ms = clock_now_ms() };
	bool gone;
	char *incident = look_up(l, token, &gone);

	if (view.person == NULL || incident == NULL) {
		if (notice == NULL) {
			status = gone ? 410 : 503;
			view.notice = gone
			    ? "This incident was closed long ago, and is "
			      "forgotten. Nothing was changed."
			    : "This incident is not known here now. "
			      "Nothing was changed.";
			view.refused = true;
		}
	} else
		view.incident = incident;
	answer(r, status, &view);
	free(incident);
}

static void
on_get(void *arg, struct serve_request *r)
{
	struct links *l = arg;
	struct link_token token;

	if (check(l, r, &token) != NULL)
		show(l, r, &token, 200, NULL);
}

/* The commit is made, or refused: now, and not before, it may be said. */
static void
on_answer(void *arg, bool ok, const char *json)
{
	struct press *p = arg;
	json_t *object = json_loads(json, 0, NULL);
	const char *text =
	    json_string_value(json_object_get(object, ok ? "text" : "error"));
	int status = ok ? 200 : 409;

	if (json_is_true(json_object_get(object, "lost")))
		status = 503;
	if (text == NULL)
		text = ok ? "Done." : "That was refused.";
	show(p->links, p->request, &p->token, status, text);
	json_decref(object);
	free(p);
}

/* Whoever pressed has gone; what was asked for happens all the same. */
static void
on_gone(void *arg)
{
	struct press *p = arg;

	desk_forget(p->links->desk, p->command);
	free(p);
}

/* The form as a command, or NULL with why in error. */
static char *
command_of(struct links *l, struct serve_request *r,
    const struct link_token *token, char error[160])
{
	static const char form[] = "application/x-www-form-urlencoded";
	const char *type = serve_header(r, "Content-Type"), *body;
	size_t length;

	if (type == NULL || strncasecmp(type, form, sizeof(form) - 1) != 0) {
		text_format(error, 160,
		    "Content-Type: not a form. Nothing was changed.");
		return NULL;
	}
	body = serve_body(r, &length);
	return link_form(body, length, token, l->settings, error);
}

static bool
is_closed(struct links *l, const struct link_token *token, bool *gone)
{
	char *incident = look_up(l, token, gone);
	json_t *object;
	const char *state;
	bool closed;

	if (incident == NULL)
		return false; /* the core will say, if it is not gone */
	object = json_loads(incident, 0, NULL);
	state = json_string_value(json_object_get(object, "state"));
	closed = state != NULL && strcmp(state, "closed") == 0;
	json_decref(object);
	free(incident);
	return closed;
}

static void
press(struct links *l, struct serve_request *r, const struct link_token *token,
    const char *command)
{
	struct press *p = mem_alloc(sizeof(*p));
	const char *error = NULL;
	char by[96];

	*p = (struct press){ .links = l, .request = r, .token = *token };
	text_format(by, sizeof(by), "%s by link", token->person);
	p->command = desk_command(l->desk, command, strlen(command), by,
	    on_answer, p, &error);
	if (p->command == 0) {
		free(p);
		refuse(l, r, 503, error);
		return;
	}
	serve_defer(r, on_gone, p);
}

static void
on_post(void *arg, struct serve_request *r)
{
	struct links *l = arg;
	struct link_token token;
	char *command, error[160];
	bool gone;

	if (check(l, r, &token) == NULL)
		return;
	command = command_of(l, r, &token, error);
	if (command == NULL)
		show(l, r, &token, 400, error);
	else if (is_closed(l, &token, &gone))
		show(l, r, &token, 409,
		    "This incident is closed already. Nothing was changed.");
	else if (gone)
		show(l, r, &token, 410, NULL);
	else
		press(l, r, &token, command);
	free(command);
}

/* With another method: people read pages, whatever asked for it. */
static void
on_other(void *arg, struct serve_request *r)
{
	serve_set_header(r, "Allow", "GET, HEAD, POST");
	refuse(arg, r, 405,
	    "A link is opened, or a button on it is pressed; there is no "
	    "other way. Nothing was changed.");
}

static void
on_style(void *arg, struct serve_request *r)
{
	(void)arg;
	serve_set_header(r, "Cache-Control", "max-age=3600");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_answer(r, 200, "text/css; charset=utf-8", link_style,
	    strlen(link_style));
}

static void
on_health(void *arg, struct serve_request *r)
{
	(void)arg;
	serve_answerf(r, 200, "text/plain; charset=utf-8", "alive\n");
}

static void
on_calendar(void *arg, struct serve_request *r)
{
	const struct links *l = arg;

	links_calendar(l->desk, l->secret, r);
}

static void
on_twilio(void *arg, struct serve_request *r)
{
	const struct links *l = arg;
	const struct twilio_house house = { l->desk, l->settings, l->secret };

	twilio_hear(&house, r);
}

static const struct serve_route routes[] = {
	{ "GET", "/calendar/*", 0, on_calendar },
	{ "GET", "/l/*", 0, on_get },
	{ "POST", "/l/*", LINK_FORM_MAX, on_post },
	{ "*", "/l/*", LINK_FORM_MAX, on_other },
	{ "POST", "/twilio/*", TWILIO_BODY_MAX, on_twilio },
	{ "GET", "/style.css", 0, on_style },
	{ "GET", "/healthz", 0, on_health },
	{ NULL },
};

struct links *
links_new(struct event_base *base, struct desk *desk,
    const struct settings *settings, char error[160])
{
	struct links *l = mem_alloc(sizeof(*l));

	l->desk = desk;
	l->settings = settings;
	l->serve =
	    listener_new(base, &settings->listen_pager, routes, l, error);
	if (l->serve == NULL) {
		links_free(l);
		return NULL;
	}
	return l;
}

void
links_free(struct links *l)
{
	if (l == NULL)
		return;
	serve_free(l->serve);
	free(l->secret);
	free(l);
}

void
links_configure(struct links *l, const struct settings *settings)
{
	l->settings = settings;
	listener_configure(l->serve, &settings->listen_pager);
}

int
links_port(const struct links *l)
{
	return serve_port(l->serve);
}

void
links_set_secret(struct links *l, const char *secret)
{
	free(l->secret);
	l->secret = mem_text(secret);
}
