#ifndef LIB_WIRE_H
#define LIB_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/observation.h"

/*
 * wire: batches from agents, as MessagePack arrays (docs/protocol.md).
 *
 * A part is what one agent has for one shard under one sequence number.
 * The collector stores it as it came, inside an envelope that says who sent
 * it and when it arrived; the shard decodes it from the stream.
 */

#define WIRE_VERSION 1
#define WIRE_PART_MAX 262144       /* bytes of one encoded part */
#define WIRE_BODY_MAX 1048576      /* bytes of one request: several parts */
#define WIRE_OBSERVATIONS_MAX 1000 /* in one part */
#define WIRE_BLINDS_MAX 256        /* in one part */
#define WIRE_FOLD_MAX 4096         /* probes in one folded observation */
#define WIRE_PARTS_MAX 64          /* in one request */
#define WIRE_NAME_MAX 130          /* "client/endpoint" */
#define WIRE_SPOOL_LENGTH 16       /* hex characters of a spool's id */
#define WIRE_SHIFT_MS 500          /* a smaller offset is left alone */
#define WIRE_SEQ_MAX INT64_C(9007199254740991)
#define WIRE_UNSURE_MS 2000 /* a larger error makes the part's facts none */

/* A stretch in which the agent could not see: canaries failed, or it slept. */
struct blind {
	int64_t from_ms, to_ms; /* half-open; to_ms == from_ms while open */
};

struct wire_part {
	char spool[WIRE_SPOOL_LENGTH + 1];
	unsigned shard;
	int64_t from_seq; /* equals seq, but for a hole over several */
	int64_t seq;
	int64_t closed_at_ms;
	int64_t offset_ms;       /* add to the agent's times to get ours */
	int64_t offset_error_ms; /* NEVER when not yet known */
	const char *hole;        /* reason; NULL: not a hole */
	int64_t hole_from_ms, hole_to_ms; /* time lost with it */
	const struct observation *observations;
	size_t count;
	const struct blind *blinds;
	size_t blind_count;
};

/* Bytes of our own making; data is freed by wire_bytes_clear(). */
struct wire_bytes {
	char *data;
	size_t length;
};

void wire_bytes_clear(struct wire_bytes *);

/*
 * What is added to the times of a part to make them the collector's: its
 * offset, when that is larger than both WIRE_SHIFT_MS and its own error, and
 * nothing when the clock is unsure.
 */
int64_t wire_shift(int64_t offset_ms, int64_t offset_error_ms);

void wire_encode_part(const struct wire_part *, struct wire_bytes *out);

/*
 * A decoded part owns all it points to.  Return it, or NULL with what is
 * wrong and where in error (plain words, bounded).  Observations with a bad
 * value are counted in refused, the first one's fault in error.  Where
 * endpoint and start of such a one could be read it stands there as unknown
 * (agent): that there was a look, and what it saw is not known.  The others
 * are lost: left out, and counted there as well.
 */
struct wire_decoded {
	struct wire_part part;
	size_t refused, lost;
	char error[160];
};
struct wire_decoded *
wire_decode_part(const char *data, size_t length, char error[160]);
void wire_decoded_free(struct wire_decoded *);

/*
 * Of a part that cannot be read, what stands at its beginning: spool, shard,
 * seqs and times.  -1 when not even that can be.
 */
int wire_decode_head(const char *data, size_t length, struct wire_part *out);

/* One observation alone, as it stands in a part (for the agent's spool). */
void
wire_encode_observation(const struct observation *, struct wire_bytes *out);
int wire_decode_observation(const char *data, size_t length,
    struct observation *out, char endpoint[WIRE_NAME_MAX + 1], char error[160]);

/*
 * A request body: [version, sent_at_ms, [part, part, ...]], each part as bytes, so
 * that an unreadable one leaves the others readable.
 */
struct wire_request {
	int64_t sent_at_ms;
	struct {
		const char *data; /* into the body */
		size_t length;
	} parts[WIRE_PARTS_MAX];
	size_t count;
};
void wire_encode_request(int64_t sent_at_ms, const struct wire_bytes *parts,
    size_t count, struct wire_bytes *out);
int wire_decode_request(const char *body, size_t length,
    struct wire_request *out, char error[160]);

/* What stands in the shard's inbox stream. */
struct wire_envelope {
	const char *agent, *region; /* at most 63 characters */
	int64_t received_at_ms;
	int64_t shift_ms;  /* to be added to every time in the part */
	bool clock_unsure; /* error over 2 s: its facts are none */
	const char *part;
	size_t part_length;
};
void wire_encode_envelope(const struct wire_envelope *, struct wire_bytes *out);
/* The texts are copied into buffer; part points into data. */
int wire_decode_envelope(const char *data, size_t length,
    struct wire_envelope *out, char buffer[160], char error[160]);

#endif
