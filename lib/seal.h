#ifndef LIB_SEAL_H
#define LIB_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/names.h"
#include "lib/text.h"

/*
 * seal: the chain over final reports and journals (docs/report.md).
 *
 * A seal names the hash of the one before, of each report that was stored
 * with it, and of a stretch of each journal.  Whoever changes any of them
 * later would have to make all seals anew that follow.  Hashes are SHA-256 in
 * hex and are given: nothing is hashed here.
 */

#define SEAL_HEX (64 + 1)
#define SEAL_ID 42             /* of a stream's entry, with its 0 */
#define SEAL_NAME 64           /* of a client, with its 0 */
#define SEAL_PERIOD 11         /* "2026-10", "2026-04-16" with its 0 */
#define SEAL_REPORTS_MAX 200   /* in one seal */
#define SEAL_JOURNALS_MAX 65   /* 64 shards, and the pager */
#define SEAL_ENTRIES_MAX 20000 /* of all journals, in one seal */
#define SEAL_BYTES_MAX 100000  /* of one seal */

struct seal_report {
	char client[SEAL_NAME], period[SEAL_PERIOD];
	int64_t version;
	char hash[SEAL_HEX]; /* of its bytes */
	/* It came with a client's history from another store, and is signed
	   by that key, or "" by none; of others it is the seal's. */
	bool has_key;
	char key[SEAL_HEX];
};
struct seal_stretch {
	char journal[8];                  /* "c0", "p": of its key group */
	char after[SEAL_ID], to[SEAL_ID]; /* later than, as far as */
	int64_t entries;
	char hash[SEAL_HEX]; /* of the list of its entries, see below */
};
struct seal {
	int64_t number, at_ms;
	char previous[SEAL_HEX]; /* "": the first */
	char key[SEAL_HEX];      /* fingerprint of what signs it; "": nothing */
	struct seal_report *reports;
	size_t report_count;
	struct seal_stretch *stretches;
	size_t stretch_count;
};
void seal_clear(struct seal *);
/* The same bytes for the same seal; they are what is hashed and signed. */
char *seal_text(const struct seal *);
int seal_read(const char *, size_t length, struct seal *, char error[160]);

/* What the seals so far come to: where the next one begins. */
struct seal_chain {
	int64_t number; /* of the last one; 0: there is none */
	int64_t at_ms;
	char hash[SEAL_HEX];                         /* of its bytes */
	struct seal_stretch ends[SEAL_JOURNALS_MAX]; /* the last of each */
	size_t count;
};
/*
 * The next seal, whose bytes have this hash, is taken to the chain; false
 * when it does not follow, and why.
 */
bool seal_follow(struct seal_chain *, const struct seal *,
    const char hash[SEAL_HEX], char why[160]);
/* The last sealed entry of a journal; "0-0": none was. */
const char *seal_end(const struct seal_chain *, const char *journal);

/*
 * Lists of entries: of each 48 bytes, both halves of its id and the hash of
 * its bytes (the field "d"), all with the highest byte first.
 */
#define SEAL_ENTRY 48
bool seal_entry_add(struct text *list, const char *id, const char *hex);
void seal_entry_id(const char *entry, char out[SEAL_ID]);
bool seal_is_id(const char *);
int seal_compare_ids(const char *, const char *); /* as strcmp() */

/*
 * What was replaced by us, and said so in the journal: that is no forgery.
 * Erasure of personal data replaces entries; in the same commit it appends
 * such a line to the same journal ("resealed", at most SEAL_REPLACED_MAX
 * entries in each).  That line itself is never to be erased.
 */
#define SEAL_REPLACED_MAX 1000
struct seal_replaced {
	char id[SEAL_ID];
	char was[SEAL_HEX], now[SEAL_HEX]; /* of its bytes; now "": removed */
};
struct commit;
void seal_reseal(struct commit *, const char *journal_key, int64_t at_ms,
    const char *by, const char *reason, const struct seal_replaced *,
    size_t count);

/* All of them of one journal. */
struct seal_changes {
	struct names by_id; /* struct seal_change: the first of an id */
	struct seal_change *all;
	size_t unsound; /* lines that say so and cannot be read */
};
/* Of an entry of the journal; whatever is no such line is passed over. */
void seal_changes_read(struct seal_changes *, const char *line, size_t length);
void seal_changes_clear(struct seal_changes *);

enum seal_finding { SEAL_CHANGED, SEAL_MISSING, SEAL_ADDED };
typedef void seal_found(void *arg, enum seal_finding, const char *id);
struct seal_compared {
	size_t same;     /* as they were sealed */
	size_t replaced; /* by us, and as it was said */
	size_t trimmed;  /* no longer there, and need not be */
};
/*
 * A sealed list against that of what is there now.  What is older than
 * kept_ms need not be there any more, as long as nothing before it is.
 */
void seal_compare(const struct text *sealed, const struct text *now,
    const struct seal_changes *, int64_t kept_ms, seal_found *, void *arg,
    struct seal_compared *out);

#endif
