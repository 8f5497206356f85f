#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/cli.h"
#include "lib/settings.h"

struct records;

/*
 * doctor: findings of "sunwatch doctor", gathered by kind.
 *
 * Good, to be looked at, or bad; and beside what is bad, which of the
 * promises of docs/design.md does not hold while it is so.
 */

enum finding { FINDING_GOOD, FINDING_DOUBT, FINDING_BAD };

struct doctor {
	struct cli *cli;
	const struct settings *settings;
	int64_t now_ms;
	size_t bad, doubts;
	json_t *list;   /* NULL: printed line by line */
	json_t *broken; /* promises not kept: texts */
};

void doctor_find(struct doctor *, enum finding, const char *what,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* "1 and 8" is not kept, and why. */
void doctor_break(struct doctor *, const char *promises, const char *why);

/* doctor_redis.c: durability and clock of the store. */
void doctor_redis(struct doctor *, struct records *);
/* doctor_live.c: programs and trees, by what they wrote. */
void doctor_live(struct doctor *, struct records *);
void doctor_pager(struct doctor *);
/* doctor_agents.c: agents and their clocks, by what they sent. */
void doctor_agents(struct doctor *, struct records *);
/* doctor_reports.c: whether every final one is stored. */
void doctor_reports(struct doctor *, struct records *);
/* doctor_channels.c: whether each way to people leads anywhere. */
void doctor_channels(struct doctor *);
/* doctor_certificate.c: those of the listeners. */
void doctor_certificates(struct doctor *);

#endif
