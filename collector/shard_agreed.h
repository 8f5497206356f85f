#ifndef COLLECTOR_SHARD_AGREED_H
#define COLLECTOR_SHARD_AGREED_H

#include <uthash.h>

#include "collector/shard.h"
#include "lib/claim.h"
#include "lib/ledger.h"
#include "lib/renames.h"
#include "lib/window.h"

/*
 * shard_agreed: what was agreed with a client, announced to it and claimed
 * from it, as a shard keeps it; for the files of shard, and nobody else.
 */

struct json_t;
struct target;

/* What a client's allowance gives reason to say. */
enum budget_word { BUDGET_HALF, BUDGET_GONE, BUDGET_BURNING };
#define BUDGET_WORDS (BUDGET_BURNING + 1)

struct agreed {
	char client[64];
	struct ledger_agreements list;
	int64_t budget_ms; /* when it is looked at next; 0: not known */
	bool is_looked_at; /* in this life */
	int64_t
	    period_from_ms; /* of the period under way, once looked at ... */
	int64_t period_until_ms; /* ... which it is until then; 0: look anew */
	char *budget[BUDGET_WORDS]; /* what is to be said; NULL: nothing */
	struct window **windows;    /* as they were announced */
	size_t window_count;
	struct claim **claims; /* of time that is not to count */
	size_t claim_count;
	bool is_seen;
	UT_hash_handle hh;
};

/* What people noted about one outage: "acme/learn|FROM". */
struct remark {
	char field[RENAMES_NAME_ROOM + 24];
	struct json_t *list;
	UT_hash_handle hh;
};

/* shard_agreement.c: versions of a client's terms */
void shard_take_agreement(struct shard *, const struct client *);
/* The client does not stand in the settings any more. */
void shard_end_agreement(struct shard *, struct agreed *);
/* How many have begun; those behind them are ahead. */
size_t shard_begun(const struct agreed *, int64_t now_ms);
/* The one in force began at that instant, in place of what began since. */
void shard_move_agreement(struct shard *, struct agreed *, int64_t from_ms,
    const struct sla_accord *);
void shard_put_agreements(struct shard *, struct agreed *);

/* shard_window.c: announced maintenance */
struct window *shard_window(const struct agreed *, const char *id); /* NULL */
void shard_keep_window(struct agreed *, struct window *taken);
/* Written and journalled; what it covers is held, or let go, from now on. */
void shard_put_window(struct shard *, struct agreed *, const struct window *,
    const char *what, const struct window_time *, const char *by,
    const char *why);
/* What is announced, as it bears on each target. */
void shard_hold_all(struct shard *);
/* The end of what is announced for it now, or 0; the last end before. */
int64_t shard_held_until(const struct shard *, const struct target *);
int64_t shard_held_before(const struct shard *, const struct target *);
void shard_free_windows(struct agreed *);

/* shard_claim.c: what is claimed not to count; shard_remark.c: what is noted */
struct claim *shard_claim(const struct agreed *, const char *id); /* or NULL */
void shard_keep_claim(struct agreed *, struct claim *taken);
void shard_free_claims(struct agreed *);
struct remark *shard_remark(struct shard *, const char *field);
bool shard_load_remark(struct shard *, const char *field, const void *value,
    size_t length);
void shard_free_remarks(struct shard *);

/* shard_budget.c: allowances, as advisories */
void shard_look_at_budgets(struct shard *);
/*
 * Booked stretches that end before this bear on no period that may be under
 * way, whatever is agreed from now on: it may be made to begin earlier.
 */
int64_t shard_budget_needs(const struct shard *);
void shard_free_budget(struct agreed *);

#endif
