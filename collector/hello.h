#ifndef COLLECTOR_HELLO_H
#define COLLECTOR_HELLO_H

#include <stddef.h>

#include "lib/wire.h"

/*
 * hello: what an agent says of itself, as JSON (docs/protocol.md).
 */

struct hello {
	char spool[WIRE_SPOOL_LENGTH + 1]; /* "" when it has none */
};

/*
 * Read the body of a hello whose token is this agent's.  Return 0, or the
 * HTTP status to refuse it with and why in *error.
 */
int hello_read(const char *body, size_t length, const char *agent,
    struct hello *, const char **error);

#endif
