/*
 * Logging in and out.
 *
 * An attempt waits as long as the guard says, then for its turn to be
 * compared.  Who does not exist, or has no password, is compared with one
 * that nobody has, so that it takes as long.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "console/door_parts.h"
#include "console/layout.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/record.h"
#include "lib/sign.h"

#define NAME_ROOM 64
#define NEXT_ROOM 300

/* timer is NULL when it need not wait, id is 0 while it does. */
struct attempt {
	LIST_ENTRY(attempt) entry;
	struct door *door;
	struct serve_request *request;
	struct event *timer;
	uint64_t id; /* of scrypt */
	char name[NAME_ROOM], next[NEXT_ROOM], address[64];
	char *password;
};

void
door_login_form(struct serve_request *r, int status, const char *notice,
    const char *name, const char *next)
{
	const struct console_door door = { .notice = notice,
		.refused = status >= 400,
		.form = true,
		.name = name,
		.next = next };

	door_html(r, status, console_door_page(&door));
}

static void
end(struct attempt *a)
{
	LIST_REMOVE(a, entry);
	if (a->timer != NULL)
		event_free(a->timer);
	if (a->id != 0)
		scrypt_forget(a->door->scrypt, a->id);
	mem_wipe(a->password);
	free(a);
}

void
door_forget_attempts(struct door *d)
{
	struct attempt *a, *next;

	for (a = LIST_FIRST(&d->attempts); a != NULL; a = next) {
		next = LIST_NEXT(a, entry);
		end(a);
	}
}

static void
on_gone(void *arg)
{
	end(arg);
}

/* A path of ours and nothing else. */
static bool
is_next(const char *path)
{
	size_t length = strspn(path,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "/-._~");

	return path[0] == '/' && path[1] != '/' && path[length] == '\0';
}

static void
refuse(struct attempt *a)
{
	struct door *d = a->door;

	guard_wrong(d->guard, a->name, a->address, clock_now_ms());
	log_warnx("console: wrong name or password from=%s wrong=%d",
	    a->address, guard_count(d->guard, a->name, clock_now_ms()));
	door_login_form(a->request, 403, "The name or the password is wrong.",
	    a->name, a->next);
	end(a);
}

static void
on_compared(void *arg, bool right)
{
	struct attempt *a = arg;
	const struct person *p;
	struct inside in;

	a->id = 0;
	p = settings_person(a->door->settings, a->name);
	if (!right || p == NULL || p->password == NULL ||
	    a->door->secret == NULL) {
		refuse(a);
		return;
	}
	guard_right(a->door->guard, a->name);
	door_let_in(a->door, a->request, p, SESSION_BY_PASSWORD, &in);
	serve_set_header(a->request, "Location", a->next);
	serve_set_header(a->request, "Cache-Control", "no-store");
	serve_answerf(a->request, 303, "text/plain; charset=utf-8",
	    "You are in.\n");
	end(a);
}

static void
wanted(const struct attempt *a, struct console_password *out)
{
	const struct person *p = settings_person(a->door->settings, a->name);

	if (p != NULL && p->password != NULL &&
	    settings_password_read(p->password, out))
		return;
	*out = (struct console_password){ .log_n = CONSOLE_LOG_N,
		.r = CONSOLE_R,
		.p = CONSOLE_P };
	sign_random((char *)out->salt, CONSOLE_SALT - 1);
}

static void
compare(struct attempt *a)
{
	struct console_password p;

	wanted(a, &p);
	a->id = scrypt_ask(a->door->scrypt, &p, a->password, on_compared, a);
	mem_wipe(a->password);
	a->password = NULL;
	if (a->id != 0)
		return;
	serve_set_header(a->request, "Retry-After", "5");
	door_login_form(a->request, 503,
	    "Too many are logging in at once. Try again in a moment.", a->name,
	    a->next);
	end(a);
}

static void
on_waited(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	compare(arg);
}

/* Later, never from within. */
static void
begin(struct attempt *a)
{
	struct door *d = a->door;
	int64_t wait_ms =
	    guard_wait_ms(d->guard, a->name, a->address, clock_now_ms());
	const struct timeval tv = { wait_ms / 1000, wait_ms % 1000 * 1000 };

	a->timer = evtimer_new(d->base, on_waited, a);
	if (a->timer == NULL || evtimer_add(a->timer, &tv) == -1)
		fatalx("console: no timer");
	serve_defer(a->request, on_gone, a);
}

static bool
has_room(const struct door *d, const char *address)
{
	const struct attempt *a;
	int all = 0, here = 0;

	LIST_FOREACH (a, &d->attempts, entry) {
		all++;
		here += strcmp(a->address, address) == 0;
	}
	return all < DOOR_ATTEMPTS_MAX && here < DOOR_ATTEMPTS_ADDRESS_MAX;
}

static struct attempt *
read_attempt(struct door *d, struct serve_request *r)
{
	char password[SCRYPT_PASSWORD_MAX + 1];
	struct attempt *a = mem_alloc(sizeof(*a));

	a->door = d;
	a->request = r;
	text_copy(a->address, sizeof(a->address), serve_peer(r));
	if (serve_form(r, "name", a->name, sizeof(a->name)) == NULL)
		a->name[0] = '\0';
	if (serve_form(r, "next", a->next, sizeof(a->next)) == NULL ||
	    !is_next(a->next))
		text_copy(a->next, sizeof(a->next), "/");
	if (serve_form(r, "password", password, sizeof(password)) != NULL)
		a->password = mem_text(password);
	explicit_bzero(password, sizeof(password));
	if (a->name[0] != '\0' && a->password != NULL) {
		LIST_INSERT_HEAD(&d->attempts, a, entry);
		return a;
	}
	mem_wipe(a->password);
	free(a);
	return NULL;
}

void
door_login(void *arg, struct serve_request *r)
{
	struct door *d = arg;
	struct attempt *a;

	if (d->secret == NULL)
		door_say(r, 503, "This pager is starting, or stands by.");
	else if (!door_is_ours(d, r) || !door_is_form(r))
		door_login_form(r, 403,
		    "This was not pressed on a page of this console.", NULL,
		    NULL);
	else if (!has_room(d, serve_peer(r))) {
		serve_set_header(r, "Retry-After", "30");
		door_login_form(r, 429,
		    "Earlier attempts from here still wait to be looked at. "
		    "Try again in a moment.",
		    NULL, NULL);
	} else if ((a = read_attempt(d, r)) == NULL)
		door_login_form(r, 400, "Name and password: both are needed.",
		    NULL, NULL);
	else
		begin(a);
}

/* A logout that waits for its commit. */
struct leaving {
	struct door *door;
	struct serve_request *request;
	uint64_t command;
};

static void
on_left(void *arg, bool ok, const char *json)
{
	struct leaving *l = arg;

	(void)json;
	if (ok)
		door_let_out(l->door, l->request);
	if (ok)
		door_login_form(l->request, 200, "You are logged out.", NULL,
		    NULL);
	else
		door_say(l->request, 503,
		    "It is not sure that you are logged out: try again.");
	free(l);
}

static void
on_leaver_gone(void *arg)
{
	struct leaving *l = arg;

	desk_forget(l->door->desk, l->command);
	free(l);
}

static void
leave(struct door *d, struct serve_request *r, const struct inside *in)
{
	struct leaving *l = mem_alloc(sizeof(*l));
	json_t *o =
	    json_pack("{s:s, s:s, s:s, s:I, s:I}", "command", "session-end",
		"person", in->person->name, "session", in->session.id,
		"begun_ms", (json_int_t)in->session.begun_ms, "until_ms",
		(json_int_t)(in->session.begun_ms +
		    d->settings->console.longest_ms));
	char *text = record_dump(o), by[96];
	const char *error = NULL;

	json_decref(o);
	*l = (struct leaving){ .door = d, .request = r };
	text_format(by, sizeof(by), "%s by console", in->person->name);
	l->command =
	    desk_command(d->desk, text, strlen(text), by, on_left, l, &error);
	free(text);
	if (l->command != 0) {
		serve_defer(r, on_leaver_gone, l);
		return;
	}
	free(l);
	door_say(r, 503, error);
}

void
door_logout(void *arg, struct serve_request *r)
{
	struct door *d = arg;
	char given[SESSION_CODE + 1];
	struct inside in;

	if (!door_who(d, r, &in))
		return;
	if (door_is_ours(d, r) && door_is_form(r) &&
	    serve_form(r, "csrf", given, sizeof(given)) != NULL &&
	    session_csrf_fits(d->secret, &in.session, given))
		leave(d, r, &in);
	else
		door_say(r, 403,
		    "This was not pressed on a page of this session. You are "
		    "still logged in.");
}
