#ifndef AGENT_SPOOL_INSIDE_H
#define AGENT_SPOOL_INSIDE_H

#include <sys/queue.h>

#include "agent/spool.h"
#include "lib/names.h"
#include "lib/text.h"

/* What the spool's files share; nobody else includes this. */

struct spool_shard;

/* An endpoint's name, for as long as an observation of it waits. */
struct spool_name {
	size_t uses;
	struct spool_item *last; /* its newest that waits; NULL: closed */
	char id[];
};

/*
 * An observation that waits to be closed into a part; or, of count 0, a mark
 * for those of one clock that were given up before they could be numbered.
 */
struct spool_item {
	STAILQ_ENTRY(spool_item) entry;
	struct spool_name *name;
	struct spool_shard *shard;
	uint64_t number; /* of its first record; rises within a shard */
	int64_t added_ms;
	int64_t started_ms, until_ms, interval_ms;
	int64_t total_us, dns_us, connect_us, tls_us, first_byte_us, lag_us;
	int32_t count, status;
	uint16_t outcome, reason, flags;
	char detail[];
};

/* A closed part, ready to be sent, or accepted and kept a while. */
struct spool_part {
	TAILQ_ENTRY(spool_part) entry;
	int64_t from_seq, seq;
	/* Of what it observed, or was closed; by the collector's clock. */
	int64_t first_ms, last_ms;
	int64_t accepted_ms; /* 0: not yet */
	uint64_t number;     /* last item in it */
	bool hole;
	struct wire_bytes bytes;
};

struct spool_mark {
	int64_t seq, begin_ms; /* by the collector's clock */
};

/* From one setting of our clock to the next; times are its own. */
struct spool_clock {
	uint64_t after;            /* numbers above this were made with it */
	int64_t begin_ms, last_ms; /* the first and the last it showed */
	int64_t offset_ms, error_ms;
	int64_t noted_offset_ms, noted_error_ms; /* as written down */
};

struct spool_shard {
	unsigned index;
	STAILQ_HEAD(spool_items, spool_item) items;
	size_t count;
	bool urgent; /* one of the items cannot wait */
	/* After a restart: the collector may have more than we remember. */
	bool unsure;
	TAILQ_HEAD(spool_parts, spool_part)
	parts;        /* by rising seq, without gaps */
	size_t bytes; /* of the parts */
	int64_t last_seq, have;
	/* Of the last look in a part, by the collector's clock; 0: none. */
	int64_t last_ms;
	int64_t gone_ms;        /* the same, in parts that are kept no longer */
	uint64_t closed_number; /* items up to this are in parts */
	uint64_t blind_number;  /* blinds up to this are in parts */
	bool retell;            /* replayed a hole: tell all blinds again */
	struct spool_mark *marks; /* NULL while mark_count is 0 */
	size_t mark_count;
};

struct spool_blind {
	uint64_t number;
	int64_t from_ms, to_ms; /* equal: not over */
};

struct spool {
	char id[WIRE_SPOOL_LENGTH + 1];
	int64_t birth_ms;
	struct spool_clock clocks[SPOOL_CLOCKS]; /* the last is ours now */
	size_t clock_count;
	struct spool_shard shards[WIRE_PARTS_MAX];
	unsigned shard_count; /* the plan's */
	unsigned shard_used;  /* above any that was ever used */
	unsigned shard_first; /* whose turn it is to be collected first */
	struct names names;   /* struct spool_name */
	size_t waiting;       /* items of all shards */
	size_t bytes;         /* parts of all shards */
	uint64_t number;      /* of the last item or blind */
	struct spool_blind blinds[SPOOL_BLINDS];
	size_t blind_count;
	struct text out; /* records not yet handed out */
	size_t file_bytes;
	bool whole_due;
	bool replaying;
	struct observation scratch[SPOOL_CLOSE_COUNT];
};

/* spool.c */
struct spool_shard *spool_shard(struct spool *, unsigned index);
void spool_note_blind(struct spool *, uint64_t number, int64_t from_ms,
    int64_t to_ms);
bool spool_has_blinds(const struct spool *, const struct spool_shard *);

/* spool_queue.c */
void spool_enqueue(struct spool *, unsigned shard, const struct observation *,
    uint64_t number, int64_t now_ms);
void spool_drop_item(struct spool *, struct spool_shard *);
void spool_lose(struct spool *, unsigned shard, uint64_t number,
    int64_t from_ms, int64_t to_ms);
bool spool_is_lost(const struct spool_item *);
void spool_make_room(struct spool *, size_t most, int64_t now_ms);
void spool_item_observation(const struct spool_item *, struct observation *);

/* spool_clock.c */
void spool_clocks_init(struct spool *, int64_t now_ms);
struct spool_clock *spool_clock_now(struct spool *);
const struct spool_clock *spool_clock_of(const struct spool *, uint64_t number);
uint64_t spool_clock_until(const struct spool *, const struct spool_clock *);
bool spool_clock_is_known(const struct spool_clock *);
/* The known one after one of which nothing is known; NULL: no such one. */
const struct spool_clock *
spool_clock_known_after(const struct spool *, const struct spool_clock *);
/* The last that the nearest known one before showed, as theirs; 0: none. */
int64_t
spool_clock_known_until(const struct spool *, const struct spool_clock *);
int64_t spool_bounded(int64_t at_ms); /* to the years 1970 to 9999 */
/* As the collector's clock has it. */
int64_t spool_theirs(const struct spool_clock *, int64_t at_ms);
void spool_clock_begin(struct spool *, const struct spool_clock *);

/* spool_part.c */
#define SPOOL_TOO_MUCH "too much waited to be sent"
void spool_close(struct spool *, struct spool_shard *, size_t count,
    const char *hole, int64_t now_ms);
void spool_insert(struct spool *, struct spool_shard *, struct spool_part *);
void spool_drop_part(struct spool *, struct spool_shard *, struct spool_part *);
void spool_accept(struct spool_shard *, int64_t have, int64_t now_ms);
void spool_mark(struct spool_shard *, int64_t seq, int64_t begin_ms);
struct spool_part *spool_first_wanted(const struct spool_shard *);
void spool_fill_gap(struct spool *, struct spool_shard *, int64_t now_ms);
bool spool_set_aside(struct spool *, struct spool_shard *, int64_t now_ms);

/* spool_record.c, and read back by spool_replay.c */
#define RECORD_VERSION 1
#define FRAME 8 /* of a record: length and checksum */
enum kind { HEAD, ITEM, BLIND, PART, HAVE, MARK, CLOCK, LOST, KINDS };
void spool_record_item(struct spool *, uint64_t number, unsigned shard,
    const struct observation *);
void spool_record_lost(struct spool *, const struct spool_item *);
void spool_record_blind(struct spool *, const struct spool_blind *);
void spool_record_part(struct spool *, const struct spool_part *);
void spool_record_clock(struct spool *, struct spool_clock *);
void
spool_record_have(struct spool *, const struct spool_shard *, int64_t now_ms);

#endif
