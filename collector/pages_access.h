#ifndef COLLECTOR_PAGES_ACCESS_H
#define COLLECTOR_PAGES_ACCESS_H

#include <stdbool.h>

#include "lib/serve.h"
#include "lib/settings.h"

/*
 * pages_access: who may see a status page.
 *
 * A private page wants its token: as a bearer token, in a cookie, or once in
 * the query or a form, which then sets the cookie.  Tokens are compared in
 * constant time.
 */

enum access {
	ACCESS_REFUSED,
	ACCESS_GRANTED,
	ACCESS_ENTERED, /* granted by query or form: set the cookie */
};

enum access access_to(const struct settings *, const struct client *,
    const struct serve_request *);
/* Set the cookie that grants from now on. */
void access_remember(const struct settings *, const struct client *,
    struct serve_request *);
bool access_any_private(const struct settings *);

#endif
