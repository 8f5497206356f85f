#ifndef COLLECTOR_SCOPE_H
#define COLLECTOR_SCOPE_H

#include <jansson.h>

#include "lib/settings.h"

/*
 * scope: whom a command is about, client by client.
 *
 * "scope" names clients and endpoints ("acme", "acme/learn"), "platforms" what
 * endpoints share: those that are on it now.
 */

#define SCOPE_NAMES_MAX 1000

struct scope_client {
	const struct client *client;
	bool whole;             /* all of its endpoints, also later ones */
	const char **endpoints; /* their ids; of the settings or the request */
	size_t count;
};

struct scope {
	struct scope_client *items; /* by the order of the settings' names */
	size_t count;
};

/* False: nothing, or what is not known; told in error. */
bool scope_read(const struct settings *, const json_t *request, struct scope *,
    char error[200]);
/* The same of what lies behind: endpoints that those clients have no more are
   let through, and whoever keeps the books knows whether there were any. */
bool scope_read_past(const struct settings *, const json_t *request,
    struct scope *, char error[200]);
void scope_clear(struct scope *);

#endif
