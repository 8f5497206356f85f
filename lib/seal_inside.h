#ifndef LIB_SEAL_INSIDE_H
#define LIB_SEAL_INSIDE_H

#include "lib/seal.h"

/* seal_inside: what the files of lib/seal.h share. */

/* 64 digits as 32 bytes; false: it is no hash. */
bool seal_pack_hash(const char *hex, char out[32]);

/* seal_changes.c: a sealed entry that is not there, with the hash of it without
   names: it stands elsewhere, and that was said. */
bool seal_changes_excuse(struct seal_changes *, const char *id,
    const char bare[SEAL_HEX]);

#endif
