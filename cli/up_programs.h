#ifndef CLI_UP_PROGRAMS_H
#define CLI_UP_PROGRAMS_H

#include "cli/up.h"

/* up_programs: which programs "sunwatch up" starts, and how. */

/* Ports, tokens, tree; complains and returns false on failure. */
bool up_prepare(struct up *, const char *redis);
void up_start_store(struct up *);
void up_start_rest(struct up *);
bool up_all_started(const struct up *);
/* The first program that does not answer yet; NULL when all do. */
const char *up_missing(const struct up *);
/* The few lines a newcomer wants to see. */
void up_welcome(struct up *);

#endif
