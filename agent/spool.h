#ifndef AGENT_SPOOL_H
#define AGENT_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/observation.h"
#include "lib/wire.h"

/*
 * spool: what was observed and is not yet, or only just, the collector's.
 *
 * Per shard a queue of observations, closed into numbered parts when they
 * can be sent.  A part stays until the collector has it and ten minutes
 * longer, so that one that lost its memory is given it again from what it
 * says it has.  What is gone becomes a hole that says from when to when.
 *
 * An observation keeps the clock that it was made with: when ours is set, or
 * may have been, a new one begins, and a part holds what was made with one.
 * What was made with one that nothing was ever known of becomes a hole from
 * what is known before it to the next clock's beginning.
 *
 * Everything is written down as records before it is sent; an earlier
 * life's records bring it back (docs/protocol.md has their format).
 */

#define SPOOL_CLOSE_MS 1000         /* after its first observation */
#define SPOOL_CLOSE_COUNT 100       /* observations in a part at most */
#define SPOOL_KEEP_MS 600000        /* accepted parts */
#define SPOOL_KEEP_BYTES (32 << 20) /* of all closed parts */
#define SPOOL_WAITING_MAX 200000    /* observations not yet closed */
#define SPOOL_FOLD_MS 10000       /* backlog from which equal oks are folded */
#define SPOOL_BLINDS 16           /* stretches kept; older ones are merged */
#define SPOOL_CLOCKS 32           /* in use; of the oldest two is made one */
#define SPOOL_MARKS 256           /* per shard: when what number began */
#define SPOOL_FILE_MIN (16 << 20) /* a smaller file is not written anew */
#define SPOOL_RECORD_MAX (1 << 20)

struct spool;

struct spool *spool_new(const char id[WIRE_SPOOL_LENGTH + 1], int64_t now_ms);
void spool_free(struct spool *);
const char *spool_id(const struct spool *);
void spool_set_shards(struct spool *, unsigned count);
/* What our clock shows. */
void spool_time(struct spool *, int64_t now_ms);
int64_t spool_shown_ms(const struct spool *); /* the last it showed */
/* What is known of our clock now; NEVER: nothing. */
void spool_set_offset(struct spool *, int64_t offset_ms, int64_t error_ms);
/*
 * Our clock is another one from now on, or may be: nothing is known of it,
 * and ages count anew.  It is so, too, after an earlier life's replay.
 */
void spool_break(struct spool *, int64_t now_ms);

/* urgent: to be closed at once.  The endpoint's name is copied. */
void spool_add(struct spool *, unsigned shard, const struct observation *,
    bool urgent, int64_t now_ms);
/* Blind since from, when both are equal; then, over at to. */
void spool_blind(struct spool *, int64_t from_ms, int64_t to_ms);
int64_t spool_blind_since(const struct spool *); /* NEVER: it sees */

/*
 * When there is something to send: 0 at once, NEVER nothing.  What is not
 * closed yet is held back until hold_ms.
 */
int64_t spool_due(const struct spool *, int64_t hold_ms);
/*
 * What to send now, closing what waits if it may.  The bytes are the
 * spool's, valid until it is changed.
 */
size_t spool_collect(struct spool *, bool may_close, int64_t now_ms,
    struct wire_bytes parts[WIRE_PARTS_MAX]);
/* What the collector has of a shard.  True when that is something new. */
bool spool_have(struct spool *, unsigned shard, int64_t have, bool unreadable,
    int64_t now_ms);
void spool_trim(struct spool *, int64_t now_ms); /* what was kept enough */

/*
 * Records since the last call, the caller's to free; false: none.  whole:
 * they are all there is, what was written before is void.
 */
bool spool_records(struct spool *, struct wire_bytes *out, bool *whole);
void spool_unwritten(struct spool *); /* they could not be: the whole is due */
size_t spool_record_length(const char *data, size_t length);
int spool_replay(struct spool *, const char *records, size_t length);

#endif
