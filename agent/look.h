#ifndef AGENT_LOOK_H
#define AGENT_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/names.h"

/*
 * look: who may look again early.  When a whole platform fails, its first
 * few endpoints tell as much as all of them: at most five per platform in
 * ten seconds, the others wait for their next regular probe.
 */

#define LOOK_AFTER_MS 1000
#define LOOK_MAX 5
#define LOOK_WINDOW_MS 10000

struct looks {
	struct names platforms;
};

void looks_clear(struct looks *);
/* An endpoint without a platform stands alone: name it by its own id. */
bool looks_allow(struct looks *, const char *platform, int64_t now_ms);

#endif
