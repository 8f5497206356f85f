#ifndef COLLECTOR_ASSENT_H
#define COLLECTOR_ASSENT_H

#include <jansson.h>

#include "collector/shard_command.h"
#include "lib/window.h"

/*
 * assent: one command of people, and what all shards that it concerns say to
 * it.  They are asked to check first, and to do it when nothing stands
 * against it (collector/shard_command.h).
 */

struct assent {
	struct text said, warned; /* a line for each client */
	struct shard_choice choice;
	size_t found;
};

/* One bit for each shard that it may concern; 0: refused, told in error. */
uint64_t
assent_shards(const struct settings *, const json_t *request, char error[300]);

/*
 * What a command is about when it names neither clients nor endpoints: a
 * window or an exclusion, as it is stored.  Shards that have none of that name
 * are not concerned, and somebody else may evaluate those.
 */
struct assent_named {
	const char *key; /* "windows", "exclusions"; NULL: another command */
	char id[WINDOW_ID_MAX + 1]; /* of a-z, 0-9 and "-" */
};
void assent_named(const json_t *request, struct assent_named *);

/* What a shard said when it was asked to check, and when it was done. */
void assent_checked(struct assent *, const struct shard_reply *);
void assent_done(struct assent *, const struct shard_reply *);

/* Whether it may be done once all have checked it; else error says why not. */
bool assent_is_clear(const struct assent *, const struct settings *,
    const json_t *request, char error[300]);

/* "said", "warnings" and "text", all that is said without its last newline. */
json_t *assent_answer(const struct assent *);
void assent_clear(struct assent *);

#endif
