#ifndef LIB_CRASH_H
#define LIB_CRASH_H

#include <stdint.h>

/*
 * crash: named points at which a test build can be made to die.
 *
 * SUNWATCH_CRASH=name[:n] in the environment kills the process with SIGKILL
 * the n-th time (default: the first) it passes CRASH_POINT("name").  Release
 * builds have none.  docs/design.md lists every name; a test compares.
 *
 * PATIENCE_MS("NAME", ms) is ms, or in a test build what $NAME says: tests
 * need not wait as long as people may.
 */

#ifdef SUNWATCH_TEST
void crash_point(const char *name);
int64_t crash_patience_ms(const char *name, int64_t ms);
/* A child has died of a point of this family: the next one is to live. */
void crash_spent(const char *family);
#define CRASH_POINT(name) crash_point(name)
#define CRASH_SPENT(family) crash_spent(family)
#define PATIENCE_MS(name, ms) crash_patience_ms(name, ms)
#else
#define CRASH_POINT(name) ((void)0)
#define CRASH_SPENT(family) ((void)0)
#define PATIENCE_MS(name, ms) (ms)
#endif

#endif
