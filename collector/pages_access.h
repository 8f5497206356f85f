#ifndef COLLECTOR_PAGES_ACCESS_H
#define COLLECTOR_PAGES_ACCESS_H

#include <stdbool.h>

#include "lib/serve.h"
#include "lib/settings.h"

/*
 * pages_access: who may see a status page, and who its final reports.
 *
 * What is private wants the page's token: as a bearer token, in a cookie, or once in
 * the query or a form, which then sets the cookie.  Tokens are compared in
 * constant time.
 */

enum access {
	ACCESS_REFUSED,
	ACCESS_GRANTED,
	ACCESS_ENTERED, /* granted by query or form: set the cookie */
};
enum access_what { ACCESS_PAGE, ACCESS_REPORTS };

enum access access_to(const struct client *, enum access_what,
    const struct serve_request *);
/* Whether anybody can be let in. */
bool access_is_possible(const struct client *, enum access_what);
/* Whether everybody is. */
bool access_is_open(const struct client *, enum access_what);
/* Set the cookie that grants from now on, for all beneath page's path. */
void access_remember(const struct settings *, const struct client *,
    const char *page, struct serve_request *);
bool access_any_private(const struct settings *);

#endif
