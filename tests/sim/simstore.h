#ifndef TESTS_SIM_SIMSTORE_H
#define TESTS_SIM_SIMSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/commit.h"
#include "lib/store.h"

/*
 * simstore: Redis as the programs use it, in memory, with appendfsync always:
 * what was applied is durable, and answered, only after the next fsync; loss
 * of power takes it back to the last one.
 *
 * This is the state alone; tests/sim/simcall.c adds time and loss.
 */

struct simstore;

struct simstore *simstore_new(void);
void simstore_free(struct simstore *);

/* One write that is durable now; texts are valid during the call. */
struct simstore_change {
	const char *group, *key;
	const char *field; /* NULL: of a stream */
	const char *id;    /* stream: the new entry's; trimmed before this */
	const void *value; /* a field's is followed by a nul; NULL: the field
			      was removed, the stream trimmed */
	size_t length;
};
typedef void simstore_changed(void *arg, const struct simstore_change *);

/* Everything applied so far is durable now; each is told in its order. */
void simstore_fsync(struct simstore *, simstore_changed *, void *arg);
/* Power is lost: back to the last fsync. */
void simstore_lose(struct simstore *);
/*
 * A replica that lags takes over: from simstore_keep() on the way back is
 * remembered, and simstore_forget() goes it in all groups of this prefix.
 */
void simstore_keep(struct simstore *);
bool simstore_is_keeping(const struct simstore *);
void simstore_forget(struct simstore *, const char *prefix);

enum store_outcome simstore_lease(struct simstore *, const char *group,
    const char *token, int64_t *fence, int64_t life_ms, int64_t now_ms);
void simstore_unlease(struct simstore *, const char *group, const char *token);
enum store_outcome simstore_commit(struct simstore *, const char *group,
    const char *token, const struct commit *, int64_t now_ms);
enum store_outcome simstore_ingest(struct simstore *,
    const struct store_ingest *, int64_t now_ms, int64_t *have, bool *is_new);

/* Iterate over a group's fields, in a fixed order. */
typedef void simstore_field(void *arg, const char *key, const char *field,
    const void *value, size_t length);
void simstore_fields(const struct simstore *, const char *group,
    simstore_field *, void *arg);
const char *simstore_get(const struct simstore *, const char *group,
    const char *key, const char *field, size_t *length); /* NULL: none */

/* Entries of a stream after an id ("0-0", "ms-seq"), at most count. */
typedef void
simstore_entry(void *arg, const char *id, const char *data, size_t length);
size_t
simstore_read(const struct simstore *, const char *group, const char *stream,
    const char *after, size_t count, simstore_entry *, void *arg);

#endif
