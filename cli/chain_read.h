#ifndef CLI_CHAIN_READ_H
#define CLI_CHAIN_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/published.h"
#include "lib/seal.h"
#include "lib/sign_key.h"

struct records;
struct settings;

/*
 * chain_read: journals, stored reports and signatures, as they stand.
 */

/* "c0", "p": call each with the key group of every journal there may be. */
#define CHAIN_JOURNALS_MAX SEAL_JOURNALS_MAX
size_t
chain_journals(const struct settings *, char names[CHAIN_JOURNALS_MAX][8]);

/*
 * Entries of a journal later than "after" and as far as "to" (NULL: all), at
 * most so many, as a list of lib/seal.h; last is the id of the last one.  Each
 * is told to the function, if there is one.  False: an error.
 */
typedef void chain_entry(void *arg, const char *id, const char *hash,
    const char *data, size_t length);
bool chain_entries(struct records *, const char *journal, const char *after,
    const char *to, size_t most, struct text *list, char last[SEAL_ID],
    chain_entry *, void *arg);

/* Of an entry's bytes without names, as seals name it (lib/erase.h). */
void chain_bare_hash(const char *data, size_t length, bool is_first,
    char hash[SEAL_HEX]);
/* Of a salt and the hash of an entry's bytes. */
void chain_salted_hash(const char *salt, const char *hash, char out[SEAL_HEX]);

/* The versions of a period; without any there are none, or with error "" not
   empty they cannot be read. */
bool chain_versions(struct records *, const char *client, const char *period,
    struct published *, char error[160]);
/* A report's bytes, as they were stored; false: they are not there. */
bool chain_body(struct records *, const char *client, const char *period,
    const struct published_version *, struct text *);

/* Of the bytes with this hash; false: there is none. */
struct chain_signature {
	char key[SEAL_HEX]; /* fingerprint */
	unsigned char bytes[SIGN_KEY_SIGNATURE];
};
bool
chain_signature(struct records *, const char *hash, struct chain_signature *);
/* The public key with that fingerprint, as it was stored; or NULL. */
struct sign_key *chain_key(struct records *, const char *fingerprint);

#endif
