#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/cli.h"
#include "lib/settings.h"

struct redisContext;

/* doctor: findings of "sunwatch doctor", gathered by kind. */

enum finding { FINDING_GOOD, FINDING_DOUBT, FINDING_BAD };

struct doctor {
	struct cli *cli;
	const struct settings *settings;
	int64_t now_ms;
	size_t bad, doubts;
	json_t *list; /* NULL: printed line by line */
};

void doctor_find(struct doctor *, enum finding, const char *what,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* doctor_redis.c: durability and clock of the store. */
void doctor_redis(struct doctor *, struct redisContext *);
/* doctor_live.c: programs, agents and trees, by what they wrote. */
void doctor_live(struct doctor *, struct redisContext *);
void doctor_pager(struct doctor *);
/* doctor_channels.c: whether each way to people leads anywhere. */
void doctor_channels(struct doctor *);

#endif
