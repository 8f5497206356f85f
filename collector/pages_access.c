/* pages_access: see pages_access.h. */
#include <string.h>

#include "collector/pages_access.h"
#include "lib/sign.h"
#include "lib/text.h"

#define COOKIE "sunwatch-page"

static bool
is_right(const struct client *c, const char *token)
{
	return token != NULL && c->status_page.token != NULL &&
	    sign_equal(c->status_page.token, token);
}

/* Reports name people, terms and evidence: an open page does not open them. */
bool
access_is_open(const struct client *c, enum access_what what)
{
	return c->status_page.access == PAGE_PUBLIC &&
	    (what == ACCESS_PAGE || c->status_page.reports == PAGE_PUBLIC);
}

bool
access_is_possible(const struct client *c, enum access_what what)
{
	return access_is_open(c, what) || c->status_page.token != NULL;
}

enum access
access_to(const struct client *c, enum access_what what,
    const struct serve_request *r)
{
	char token[SETTINGS_PAGE_TOKEN_MAX + 1];

	if (access_is_open(c, what) || is_right(c, serve_bearer(r)))
		return ACCESS_GRANTED;
	if (is_right(c, serve_query(r, "token", token, sizeof(token))) ||
	    is_right(c, serve_form(r, "token", token, sizeof(token))))
		return ACCESS_ENTERED;
	if (serve_cookie(r, COOKIE, token, sizeof(token)) != NULL &&
	    is_right(c, token))
		return ACCESS_GRANTED;
	return ACCESS_REFUSED;
}

void
access_remember(const struct settings *s, const struct client *c,
    const char *page, struct serve_request *r)
{
	char cookie[SETTINGS_PAGE_TOKEN_MAX + 200];

	text_format(cookie, sizeof(cookie),
	    COOKIE "=%s; Path=%s; Max-Age=2592000; HttpOnly; "
		   "SameSite=Strict%s",
	    c->status_page.token, page,
	    strncmp(s->site.url, "https:", 6) == 0 ? "; Secure" : "");
	serve_set_header(r, "Set-Cookie", cookie);
}

bool
access_any_private(const struct settings *s)
{
	CONF_EACH (const struct client, c, &s->clients)
		if (c->status_page.access != PAGE_PUBLIC)
			return true;
	return false;
}
