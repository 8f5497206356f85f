/*
 * Who is in: by a session's cookie, or by what a trusted proxy says.
 *
 * What a proxy says holds for each request anew; its session is only what
 * forms are bound to, and is worth nothing without the proxy's word.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console/door_parts.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/network.h"
#include "lib/sign.h"

#define SAY_STRANGER_MS 60000 /* at most one line in this time */

/* The browser keeps it from other hosts where it can prove that it is TLS. */
static bool
is_secure(const struct door *d)
{
	const char *url = d->settings->console.url;

	return d->settings->listen_console.certificate != NULL ||
	    (url != NULL && strncasecmp(url, "https://", 8) == 0);
}

static const char *
cookie_name(const struct door *d)
{
	return is_secure(d) ? "__Host-sunwatch" : "sunwatch";
}

static void
set_cookie(const struct door *d, struct serve_request *r, const char *value,
    int64_t seconds)
{
	struct text t = { 0 };

	text_addf(&t, "%s=%s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict",
	    cookie_name(d), value, (long long)seconds);
	if (is_secure(d))
		text_add(&t, "; Secure");
	serve_set_header(r, "Set-Cookie", t.data);
	text_clear(&t);
}

static struct session_limits
limits(const struct door *d)
{
	const struct console_settings *c = &d->settings->console;

	return (struct session_limits){ c->idle_ms, c->longest_ms };
}

/* What is signed besides: a proxy's word has no password. */
static const char *
bound_to(const struct person *p, const struct session *s)
{
	return s->way == SESSION_BY_PASSWORD ? p->password : "proxy";
}

static void
write_cookie(const struct door *d, struct serve_request *r,
    const struct inside *in)
{
	char text[SESSION_TEXT];

	session_write(d->secret, bound_to(in->person, &in->session),
	    &in->session, text);
	set_cookie(d, r, text, limits(d).idle_ms / 1000);
}

void
door_let_in(struct door *d, struct serve_request *r, const struct person *p,
    enum session_way way, struct inside *in)
{
	int64_t now_ms = clock_now_ms();

	in->person = p;
	in->session = (struct session){ .way = (char)way,
		.begun_ms = now_ms,
		.seen_ms = now_ms };
	text_copy(in->session.person, sizeof(in->session.person), p->name);
	sign_random(in->session.id, SESSION_ID);
	write_cookie(d, r, in);
	log_info("console: %s is in by=%s from=%s", p->name,
	    way == SESSION_BY_PROXY ? "proxy" : "password", serve_peer(r));
}

void
door_let_out(struct door *d, struct serve_request *r)
{
	set_cookie(d, r, "", 0);
}

static bool
is_proxy(const struct door *d, const char *peer)
{
	unsigned char address[16];

	if (!network_address_read(peer, address))
		return false;
	CONF_EACH (char *const, text, &d->settings->console.proxies) {
		struct network n;

		if (network_read(*text, &n) && network_holds(&n, address))
			return true;
	}
	return false;
}

static void
say_stranger(struct door *d, struct serve_request *r)
{
	int64_t now_ms = clock_now_ms();

	if (now_ms - d->said_stranger_ms < SAY_STRANGER_MS &&
	    now_ms >= d->said_stranger_ms)
		return;
	d->said_stranger_ms = now_ms;
	log_warnx("console: %s sends %s and is no proxy of ours: refused",
	    serve_peer(r), d->settings->console.proxy_header);
}

/* NULL with named false: no proxy says anything.  NULL with named true: it has
   been answered. */
static const struct person *
by_proxy(struct door *d, struct serve_request *r, bool *named)
{
	const char *field = d->settings->console.proxy_header;
	const char *name = field != NULL ? serve_header(r, field) : NULL;
	const struct person *p;

	*named = name != NULL;
	if (name == NULL)
		return NULL;
	if (!is_proxy(d, serve_peer(r))) {
		say_stranger(d, r);
		door_say(r, 403,
		    "This request says who is in, and does not come from a "
		    "proxy that may. Nothing was shown or changed.");
		return NULL;
	}
	/* A proxy that adds its own lets the browser's stand before it. */
	p = serve_header_repeats(r, field) ? NULL
					   : settings_person(d->settings, name);
	if (p == NULL)
		door_say(r, 403,
		    "The proxy names nobody who is known here, or more than "
		    "one.");
	return p;
}

/* The session of the cookie, if it is good for who the proxy says or, NULL,
   for whom it names itself. */
static bool
by_cookie(const struct door *d, const struct serve_request *r,
    const struct person *proxied, struct inside *in)
{
	const struct session_limits l = limits(d);
	char text[SESSION_TEXT];
	const struct person *p;

	if (serve_cookie(r, cookie_name(d), text, sizeof(text)) == NULL ||
	    !session_read(text, &in->session))
		return false;
	p = settings_person(d->settings, in->session.person);
	if (p == NULL || (proxied != NULL && proxied != p) ||
	    (proxied != NULL) != (in->session.way == SESSION_BY_PROXY) ||
	    (proxied == NULL && p->password == NULL))
		return false;
	in->person = p;
	return session_is_ours(d->secret, bound_to(p, &in->session), text) &&
	    !session_is_over(&in->session, &l, clock_now_ms());
}

/* 1: it was ended, 0: it was not, -1: the pager does not say. */
static int
is_ended(struct door *d, const struct inside *in)
{
	json_t *question = json_pack("{s:s, s:s, s:s, s:I}", "command",
	    "session", "person", in->person->name, "session", in->session.id,
	    "begun_ms", (json_int_t)in->session.begun_ms);
	json_t *answer = door_ask(d, question), *ended;
	int is;

	ended = json_object_get(answer, "ended");
	is = json_is_boolean(ended) ? json_is_true(ended) : -1;
	json_decref(question);
	json_decref(answer);
	return is;
}

bool
door_stays(struct door *d, const struct inside *in)
{
	const struct session_limits l = limits(d);

	return settings_person(d->settings, in->session.person) == in->person &&
	    !session_is_over(&in->session, &l, clock_now_ms()) &&
	    is_ended(d, in) != 1;
}

static void
turn_away(struct serve_request *r)
{
	const char *site = serve_header(r, "Sec-Fetch-Site");

	/* A link from elsewhere brings no cookie; from here it does. */
	if (site != NULL && strcmp(site, "cross-site") == 0)
		serve_set_header(r, "Refresh", "0");
	door_login_form(r, 401, NULL, NULL, serve_path(r));
}

static void
renew(const struct door *d, struct serve_request *r, struct inside *in)
{
	const struct session_limits l = limits(d);
	int64_t now_ms = clock_now_ms();

	if (!session_is_stale(&in->session, &l, now_ms))
		return;
	in->session.seen_ms = now_ms;
	write_cookie(d, r, in);
}

bool
door_who(struct door *d, struct serve_request *r, struct inside *in)
{
	const struct person *proxied;
	bool named;
	int ended;

	proxied = by_proxy(d, r, &named);
	if (named && proxied == NULL)
		return false;
	if (d->secret == NULL) {
		door_say(r, 503, "This pager is starting, or stands by.");
		return false;
	}
	ended = by_cookie(d, r, proxied, in) ? is_ended(d, in) : 1;
	if (ended == -1) {
		door_say(r, 503,
		    "This pager is not the active one now. Try again in a "
		    "moment.");
		return false;
	}
	if (ended == 0)
		renew(d, r, in);
	else if (proxied != NULL)
		door_let_in(d, r, proxied, SESSION_BY_PROXY, in);
	else
		turn_away(r);
	return ended == 0 || proxied != NULL;
}

bool
door_is_ours(const struct door *d, const struct serve_request *r)
{
	return session_origin_fits(serve_header(r, "Origin"),
	    d->settings->console.url, serve_header(r, "Host"),
	    d->settings->listen_console.certificate != NULL);
}

bool
door_is_form(const struct serve_request *r)
{
	static const char form[] = "application/x-www-form-urlencoded";
	const char *type = serve_header(r, "Content-Type");

	return type != NULL && strncasecmp(type, form, sizeof(form) - 1) == 0;
}
