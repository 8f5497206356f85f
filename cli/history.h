#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include <stddef.h>
#include <stdio.h>

#include "cli/cli.h"
#include "collector/moved.h"
#include "lib/settings.h"

/*
 * history: all that is stored of one client, as of one commit of its shard.
 *
 * What can change is read by one script, so that nothing is written between
 * two keys of it; ends of runs that are not written yet are taken out of the
 * inbox, as evaluate does at a start, up to the position of that commit.
 * What can no longer change follows in small steps.
 */

struct records;

struct history {
	struct moved_head head;
	struct moved *records; /* by key and field once it is gathered */
	size_t count, room;
};

/* False: complained about. */
bool history_gather(struct cli *, const struct settings *, struct records *,
    const char *client, struct history *);
void history_clear(struct history *);
/* -1: it could not be written. */
int history_write(const struct history *, FILE *);

/* history_reports.c: final reports, and what signs them; complains. */
bool history_reports(struct cli *, struct records *, struct history *);
/* history_live.c: what can change; complains. */
bool history_live(struct cli *, const struct settings *, struct records *,
    struct history *);
/* Copies. */
void history_add(struct history *, enum moved_key, const char *field,
    const char *value, size_t length);

#endif
