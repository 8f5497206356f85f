#ifndef LIB_SEAL_H
#define LIB_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

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

#define SEAL_FORM 2 /* "sunwatch_seal" */
#define SEAL_HEX (64 + 1)
#define SEAL_ID 42             /* of a stream's entry, with its 0 */
#define SEAL_NAME 64           /* of a client, with its 0 */
#define SEAL_PERIOD 11         /* "2026-10", "2026-04-16" with its 0 */
#define SEAL_REPORTS_MAX 200   /* in one seal */
#define SEAL_JOURNALS_MAX 65   /* 64 shards, and the pager */
#define SEAL_ENTRIES_MAX 10000 /* of all journals, in one seal */
#define SEAL_BYTES_MAX 100000  /* of one seal */

/* How long a journal is kept: what is in it, or after a contract's end. */
#define JOURNAL_KEPT_MS (400 * INT64_C(86400000))

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
	int64_t kept_ms;     /* what was older need not have been there */
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
/* A hash, or with may_lack an empty text; else a fault of that record. */
void seal_read_hash(const json_t *, const char *key, bool may_lack,
    char out[SEAL_HEX], char error[160]);

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
/* The last stretch of a journal, as far as "0-0" when there was none; NULL:
   there are too many journals. */
struct seal_stretch *seal_end(struct seal_chain *, const char *journal);

/*
 * Lists of entries as they are: of each 48 bytes, both halves of its id and the
 * hash of its bytes (the field "d"), all with the highest byte first.
 *
 * And as they are sealed: of each 80 bytes, its id, the hash of what of it is
 * the same before and after an erasure (lib/erase.h), and the hash of a salt
 * and the hash of its bytes.  The salts stand in a list of their own and are no
 * part of the seal: without its salt nobody can guess by whom an entry was.
 */
#define SEAL_ENTRY 48
#define SEAL_ITEM 80
#define SEAL_SALT 16 /* bytes; all 0: it is gone */
bool seal_entry_add(struct text *list, const char *id, const char *hex);
bool seal_item_add(struct text *list, const char *id, const char *bare,
    const char *hex);
void seal_entry_id(const char *entry, char out[SEAL_ID]);
/* A hash of an entry as hex: which 0 of SEAL_ENTRY; 0, bare, or 1 of
   SEAL_ITEM. */
void seal_entry_hash(const char *entry, int which, char hex[SEAL_HEX]);
/* Where in a list of such a size entries begin that are later than this. */
size_t seal_later(const struct text *list, size_t size, const char *id);
bool seal_is_id(const char *);
int seal_compare_ids(const char *, const char *); /* as strcmp() */

/*
 * What was replaced by us, and said so in the journal: that is no forgery.
 * Erasure of personal data removes an entry and appends the same without names
 * that says where it stood; in the same commit a line says so of at most
 * SEAL_REPLACED_MAX entries ("resealed"), which is never to be erased itself.
 *
 * Anybody who can write could write such a line.  So it excuses nothing but
 * an entry that stands elsewhere with nothing but its names changed: what it
 * is but for its names was sealed with it.
 */
#define SEAL_REPLACED_MAX 1000
struct seal_replaced {
	char id[SEAL_ID];    /* of what was removed */
	char bare[SEAL_HEX]; /* the hash of it without its names */
	char now[SEAL_HEX];  /* of the bytes that took its place */
};
struct commit;
void seal_reseal(struct commit *, const char *journal_key, int64_t at_ms,
    const char *by, const char *reason, const struct seal_replaced *,
    size_t count);

/* One replacement of which a line says something. */
struct seal_change {
	struct seal_replaced what;
	char line[SEAL_ID]; /* the id of that line */
	int64_t at_ms;
	char by[64], reason[160]; /* as it says */
	bool is_sealed; /* of an entry that was sealed, and is excused by it */
	struct seal_change *next;
};
/* All of them of one journal, and what took the place of others. */
struct seal_changes {
	struct seal_change *first, *last;
	struct names by_id;   /* struct seal_change: the last of an id */
	struct names by_now;  /* the same, by what is there now */
	struct names firsts;  /* struct seal_stand, by where it stood first */
	struct names by_bare; /* the same, by its hash without names */
	struct seal_stand *stands;
	size_t unsound; /* lines that say so and cannot be read */
};
/* Of the entry with that id ("": it does not matter); whatever is no such line is passed over. */
void seal_changes_read(struct seal_changes *, const char *id, const char *line,
    size_t length);
/*
 * An entry that says that it stood there first: the hash of its bytes, of it
 * without names, and of it without names and where it stood.
 */
void seal_changes_stands(struct seal_changes *, const char *stood,
    const char hash[SEAL_HEX], const char bare[SEAL_HEX],
    const char first[SEAL_HEX]);
void seal_changes_clear(struct seal_changes *);

enum seal_finding { SEAL_CHANGED, SEAL_MISSING, SEAL_ADDED };
typedef void seal_found(void *arg, enum seal_finding, const char *id);
struct seal_compared {
	size_t same;     /* as they were sealed */
	size_t replaced; /* by us, and as it was said */
	size_t trimmed;  /* no longer there, and need not be */
};
/*
 * What was sealed, items of SEAL_ITEM, but instead of the salted hash that of
 * its bytes as they are to be, or zeros where they are not, against a list of
 * what is there now.  What is older than kept_ms need not be there any more, as
 * long as nothing before it is.
 */
void seal_compare(const struct text *sealed, const struct text *now,
    struct seal_changes *, int64_t kept_ms, seal_found *, void *arg,
    struct seal_compared *out);

#endif
