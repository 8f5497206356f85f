#ifndef LIB_PUBLISHED_H
#define LIB_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/seal.h"

/*
 * published: the records of final reports (docs/redis.md, "sw:{r}:").
 *
 * Of a client's period there is a field "acme|2026-10" of "reports", a list of
 * its versions, and of each version its bytes in "bodies", in parts:
 * "acme|2026-10|1|0", "acme|2026-10|1|1", ...  Periods are called as in
 * lib/ledger_period.h.
 */

#define PUBLISHED_GROUP "sw:{r}:"
#define PUBLISHED_PART 1000000      /* bytes of each part but the last */
#define PUBLISHED_VERSIONS_MAX 1000 /* of a period */
#define PUBLISHED_FIELD 96          /* bytes of a field's name, with its 0 */

struct published_version {
	int64_t version;
	int64_t made_ms;      /* when it was stored */
	int64_t bytes;        /* of its body */
	char hash[SEAL_HEX];  /* of its body */
	char facts[SEAL_HEX]; /* of the facts in it, as compact JSON */
	/* Of facts that came to the same figures later; "": none did. */
	char seen[SEAL_HEX];
};
struct published {
	struct published_version *items; /* by rising version */
	size_t count;
};
void published_clear(struct published *);
/* -1: it is none, and why. */
int published_read(const char *record, size_t length, struct published *,
    char error[160]);
char *published_text(const struct published *); /* to be freed */
void published_add(struct published *, const struct published_version *);
/* NULL: none.  version 0: the last. */
const struct published_version *
published_find(const struct published *, int64_t version);

/* How long the name of a period is that a text begins with: "2026-10.csv" has
   one of 7; 0: with none. */
size_t published_period_length(const char *text);
/* Of "reports"; false: it is no such field. */
void published_field(const char *client, const char *period,
    char out[PUBLISHED_FIELD]);
bool published_field_read(const char *field, char client[SEAL_NAME],
    char period[SEAL_PERIOD]);
size_t published_parts(int64_t bytes);
void published_part_field(const char *client, const char *month,
    int64_t version, size_t part, char out[PUBLISHED_FIELD]);

#endif
