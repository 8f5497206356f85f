#ifndef LIB_CRASH_H
#define LIB_CRASH_H

/*
 * crash: named points at which a test build can be made to die.
 *
 * SUNWATCH_CRASH=name[:n] in the environment kills the process with SIGKILL
 * the n-th time (default: the first) it passes CRASH_POINT("name").  Release
 * builds have none.  docs/design.md lists every name; a test compares.
 */

#ifdef SUNWATCH_TEST
void crash_point(const char *name);
#define CRASH_POINT(name) crash_point(name)
#else
#define CRASH_POINT(name) ((void)0)
#endif

#endif
