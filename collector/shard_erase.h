#ifndef COLLECTOR_SHARD_ERASE_H
#define COLLECTOR_SHARD_ERASE_H

#include "collector/shard.h"
#include "lib/seal.h"

/*
 * shard_erase: names of people go from what a shard keeps, after
 * "site.names_after" or when somebody asks for it.
 *
 * Announcements, claims and notes are in memory and are written again without
 * them.  The journal is not: whoever has the shard reads it from its beginning
 * (lib/erase.h says what of an entry is to go) and hands in what has to be
 * another one.  An entry of a stream cannot be changed: it is removed and
 * stands again at the end, saying where it stood, and a line of the same commit
 * says so, by which the seals over the journal still hold (lib/seal.h).
 */

/* What is to be erased; another round each time that it is to be looked for. */
struct shard_erasing {
	uint64_t round; /* 0: nothing was to be erased in this life */
	int64_t before_ms;
	char person[64]; /* "": anybody's name */
};
/* What somebody asked for, and what is so by its age. */
void shard_erasing(const struct shard *, struct shard_erasing *ordered,
    struct shard_erasing *by_age);

struct shard_erased {
	char id[SEAL_ID];
	char *text;          /* as it is to stand at the end */
	char bare[SEAL_HEX]; /* SHA-256 of what stood there, without names */
	char now[SEAL_HEX];  /* and of the text */
};
void
shard_erase_entries(struct shard *, const struct shard_erased *, size_t count);

#endif
