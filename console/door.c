/* door: see door.h.  Who comes to which handler, and what never changes. */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "console/door_parts.h"
#include "console/layout.h"
#include "lib/listener.h"

static void
answer_file(struct serve_request *r, const char *type, const char *text)
{
	serve_set_header(r, "Cache-Control", "max-age=300");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_answer(r, 200, type, text, strlen(text));
}

static void
on_style(void *arg, struct serve_request *r)
{
	(void)arg;
	answer_file(r, "text/css; charset=utf-8", console_style);
}

static void
on_script(void *arg, struct serve_request *r)
{
	(void)arg;
	answer_file(r, "text/javascript; charset=utf-8", console_script);
}

static void
on_health(void *arg, struct serve_request *r)
{
	(void)arg;
	serve_answerf(r, 200, "text/plain; charset=utf-8", "alive\n");
}

static void
on_login(void *arg, struct serve_request *r)
{
	(void)arg;
	door_login_form(r, 200, NULL, NULL, NULL);
}

static const struct serve_route routes[] = {
	{ "GET", "/console.css", 0, on_style },
	{ "GET", "/console.js", 0, on_script },
	{ "GET", "/healthz", 0, on_health },
	{ "GET", "/live", 0, door_live },
	{ "GET", "/login", 0, on_login },
	{ "POST", "/login", DOOR_LOGIN_MAX, door_login },
	{ "POST", "/logout", DOOR_LOGIN_MAX, door_logout },
	{ "GET", "/*", 0, door_get },
	{ "POST", "/*", CONSOLE_FORM_MAX, door_post, door_admit },
	{ NULL },
};

struct door *
door_new(struct event_base *base, struct desk *desk,
    const struct settings *settings, char error[160])
{
	struct door *d = mem_alloc(sizeof(*d));

	*d = (struct door){ .base = base, .desk = desk, .settings = settings };
	LIST_INIT(&d->attempts);
	LIST_INIT(&d->watchers);
	d->guard = guard_new();
	d->repeats = repeats_new();
	d->serve =
	    listener_new(base, &settings->listen_console, routes, d, error);
	if (d->serve != NULL && (d->scrypt = scrypt_new(base)) == NULL)
		text_format(error, 160, "no thread for passwords");
	if (d->scrypt != NULL)
		return d;
	door_free(d);
	return NULL;
}

void
door_free(struct door *d)
{
	if (d == NULL)
		return;
	serve_free(d->serve); /* what is deferred or streams goes with it */
	door_forget_attempts(d);
	door_end_watchers(d);
	scrypt_free(d->scrypt);
	guard_free(d->guard);
	repeats_free(d->repeats);
	mem_wipe(d->secret);
	free(d);
}

void
door_configure(struct door *d, const struct settings *settings)
{
	d->settings = settings;
	listener_configure(d->serve, &settings->listen_console);
}

int
door_port(const struct door *d)
{
	return serve_port(d->serve);
}

void
door_set_secret(struct door *d, const char *secret)
{
	mem_wipe(d->secret);
	d->secret = mem_text(secret);
}
