#ifndef COLLECTOR_SHARD_COMMAND_H
#define COLLECTOR_SHARD_COMMAND_H

#include "collector/shard.h"
#include "lib/text.h"

/*
 * shard_command: what people say that bears on accounts and on waking.
 *
 * The request is as docs/protocol.md has it ("The collector's commands").  A
 * shard does of it what its own clients are concerned by; whoever hands it in
 * asks every shard to check first, so that one that refuses changes nothing
 * anywhere.  What was done is to be answered when shard_durable() has reached
 * what shard_put_so_far() is then.  Doing it again is harmless.
 */

/* Clients that a command could mean, of which it has to name one. */
#define SHARD_CHOICE_MAX 3 /* names that are told; of the others, how many */
struct shard_choice {
	const char *clients[SHARD_CHOICE_MAX]; /* of the shards */
	size_t count;
};
void shard_choice_add(struct shard_choice *, const char *client);
/* Whether there is more than one; then error says so. */
bool shard_choice_is_open(const struct shard_choice *, char error[300]);

struct shard_reply {
	size_t found; /* clients here that it is about */
	/* None, or those here; of all shards together there may be one. */
	struct shard_choice choice;
	struct text said;   /* a line for each, for people */
	struct text warned; /* the same */
	char error[300];    /* why it is refused; "" when it is not */
};

/* Whether there is a command of that name. */
bool shard_command_is_known(const char *name);
/* check: change nothing, only say what would be. */
bool shard_command(struct shard *, const char *json, size_t length,
    const char *by, bool check, int64_t now_ms, struct shard_reply *);
void shard_reply_clear(struct shard_reply *);

#endif
