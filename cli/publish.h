#ifndef CLI_PUBLISH_H
#define CLI_PUBLISH_H

#include "cli/cli.h"
#include "lib/ledger.h"
#include "lib/names.h"
#include "lib/publish.h"
#include "lib/published.h"
#include "lib/seal.h"
#include "lib/settings.h"
#include "lib/sign_key.h"
#include "lib/store.h"

/*
 * publish: what "sunwatch publish" is made of.
 *
 * publish_run.c goes through clients and periods and decides nothing that
 * lib/publish.h does not; publish_seal.c seals what is stored; both write
 * through publish_store.c, under a lease of the group's own.
 */

struct records;

/* publish_store.c: the store, one call after another. */
struct publish_store;
/* NULL: complained, or with *is_busy another publisher is at work. */
struct publish_store *
publish_store_open(struct cli *, const struct settings *, bool *is_busy);
void publish_store_close(struct publish_store *);
/* Renews the lease and commits; false: complained, and nothing more may be
   written.  The commit is empty afterwards. */
bool publish_store_commit(struct publish_store *, struct commit *);

/* publish_read.c: the ledgers of a shard's clients. */
struct publish_client {
	char *name;
	struct ledger *ledger;
	size_t unreadable; /* records: nothing can be said of it then */
	bool is_half;      /* its import was not finished when it was read */
};
struct publish_shard {
	struct publish_client **items; /* by name */
	size_t count;
	int64_t judged_ms;
	struct names by_name;
};
/* only: this client's, or NULL; false: an error.  terms_only: no more is read
   than says since when there is something to report. */
bool publish_shard_read(struct records *, unsigned number, const char *only,
    bool terms_only, struct publish_shard *);
void publish_shard_clear(struct publish_shard *);
/* Of a journal "c0" or "p": what is older need not be there; false: an error. */
bool publish_kept(struct records *, const char *journal, int64_t *kept_ms);

struct publisher {
	struct cli *cli;
	const struct settings *settings;
	struct records *redis;
	struct publish_store *store; /* NULL: a rehearsal, nothing is written */
	struct sign_key *key;        /* NULL: nothing is signed */
	const char *client, *period; /* only this one; NULL: all */
	int64_t now_ms;              /* as of when it is asked what is final */
	struct seal_chain chain;     /* as "meta" says that it ends */
	struct commit commit;        /* to be sealed */
	struct seal seal;            /* the same: what it names */
	json_t *reports, *waiting, *seals; /* what was done, as JSON */
	json_t *pending;                   /* reports that are in the commit */
	bool failed; /* something could not be done, and was complained of */
	bool broken; /* nothing more can be written */
};

/* publish_seal.c: where the chain ends, and what goes into the next seal. */
bool publish_chain_read(struct publisher *);
/* Sign these bytes, whose hash it is, in the commit. */
void
publish_sign(struct publisher *, const char *hash, const void *, size_t length);
/* Seal what waits, and of the journals as much as goes into one seal; *more:
   there is more of them. */
void publish_seal(struct publisher *, bool *more);
/* What is left: what waits, and the journals, once a day or with a report. */
void publish_seal_rest(struct publisher *);

/* publish_salts.c: the salts of what was erased since go as well; false:
   complained. */
bool publish_forget_salts(struct publisher *, const char *journal,
    const struct seal_changes *);

/* publish_run.c: every shard, client and period. */
void publish_all(struct publisher *);

#endif
