#ifndef CONSOLE_ROLE_H
#define CONSOLE_ROLE_H

#include <stdbool.h>

#include <jansson.h>

#include "lib/settings.h"

/*
 * role: who may give which command in the console.  The table is in
 * docs/operation.md, "The console", too.
 */

/* False, and why in a sentence for people. */
bool role_may(const struct person *, const json_t *command, char why[160]);
/* May they give it at all, whatever it says? */
bool role_allows(const struct person *, const char *command);
const char *role_text(enum console_role);

#endif
