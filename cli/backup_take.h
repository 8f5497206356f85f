#ifndef CLI_BACKUP_TAKE_H
#define CLI_BACKUP_TAKE_H

#include <stdio.h>

#include "cli/cli.h"
#include "lib/linefile.h"
#include "lib/settings.h"

struct records;

/* backup_take: what stands in Redis, group by group, each as of one moment. */
struct backup_take {
	struct cli *cli;
	struct records *redis;
	struct linefile *out;
	size_t keys, texts;
};

/* False: complained about.  What could not be written shows at the end. */
bool backup_take(struct backup_take *, const struct settings *);

/* While it is there a restore is under way, or was broken off. */
#define BACKUP_MARK "sw:restore"

#endif
