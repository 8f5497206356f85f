#ifndef CLI_LEASED_H
#define CLI_LEASED_H

#include <stdbool.h>

#include "cli/cli.h"
#include "lib/commit.h"
#include "lib/settings.h"
#include "lib/store.h"

/*
 * leased: this command as the one writer of a key group, under its lease.
 *
 * Blocking: the store is the daemons' own, its loop turned only while
 * something is waited for.
 */

struct leased {
	struct cli *cli;
	struct event_base *base;
	struct store *store;
	char group[16], token[64];
	int64_t life_ms; /* of the lease */
	int64_t fence;   /* 0: it was never ours */
	int64_t renewed_ms;
	bool is_waiting; /* for an answer, which goes into the next */
	enum store_outcome outcome;
};

/* False: complained, Redis is not there.  To be closed in either case. */
bool leased_open(struct leased *, struct cli *, const struct redis_settings *,
    const char *group, const char *token_prefix, int64_t life_ms);
/* Gives the lease back, if it is ours. */
void leased_close(struct leased *);

/* STORE_DONE: it is ours, taken or renewed; STORE_FENCED: another's. */
enum store_outcome leased_take(struct leased *);
/* That no newer program has written here; with the lease. */
enum store_outcome leased_schema(struct leased *);
/* Renews the lease when a third of it is over.  The commit is cleared. */
enum store_outcome leased_commit(struct leased *, struct commit *);
/* One turn of the loop, at most this long. */
void leased_turn(struct leased *, int64_t ms);

#endif
