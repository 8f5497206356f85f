#ifndef CLI_DUE_H
#define CLI_DUE_H

#include "cli/cli.h"
#include "lib/deadline.h"

/* due: what the files of "sunwatch due" share. */

/* A stretch of time or several, as given on the command line. */
struct due_times {
	const char *zone; /* of times without an offset */
	int64_t from_ms, at_ms;
	struct interval_set pauses;
};

/* One clock, asked for and answered. */
struct due_clock {
	struct deadline deadline;
	struct deadline_target target;
	int64_t target_ms, due_ms;
};

/* A moment of the way to and past the target. */
struct due_step {
	int percent;
	const char *act; /* what happens then */
};
extern const struct due_step due_steps[]; /* ends with percent 0 */

/* due_read.c.  Times and pauses; false: complained. */
bool due_read_times(struct cli *, const struct cli_arguments *,
    const char *zone, struct due_times *);
/* Holidays, exceptions and calendar files of the command line: an exit status,
   after complaining. */
int
due_add_dates(struct cli *, const struct cli_arguments *, struct calendar *);
int due_add_ical(struct cli *, const char *path, struct calendar *);

/* Complains when there is no such zone. */
bool due_zone(struct cli *, const char *zone);

/* due_say.c: instants and clocks in words and as JSON. */
void due_utc(int64_t at_ms, char *out, size_t room);
void due_local(const char *zone, int64_t at_ms, char *out, size_t room);
void due_set_instant(json_t *, const char *key, const char *zone, int64_t);
json_t *due_clock_json(const struct due_clock *, int64_t at_ms);
/* "2026-04-07 12:00:00 BST  2026-04-07T11:00:00Z", or "never". */
void due_print_instant(struct cli *, const char *zone, int64_t at_ms);
void due_print_clock(struct cli *, const struct due_clock *, int64_t at_ms);

/* Complains that a clock is never due, and why. */
int due_never(struct cli *, const struct due_clock *);

/* due_sla.c: by the terms of a tree. */
int due_sla(struct cli *, const struct cli_arguments *);

#endif
