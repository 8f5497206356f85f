/*
 * wire_read: parts, requests and envelopes from bytes that nobody vouches
 * for, by lib/pack, which allocates nothing on the word of the sender.
 *
 * An array may be longer than we know it (a newer program wrote it): what
 * follows is skipped.  Numbers are held to ranges in which sums of a few of
 * them cannot overflow.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/reading.h"
#include "lib/text.h"
#include "lib/wire.h"

#define PART_FIELDS 11
#define OBSERVATION_FIELDS 11
#define TIMES 6
#define REQUEST_FIELDS 3
#define ENVELOPE_FIELDS 7

#define SPAN_MAX INT64_C(31622400000)   /* 366 days, in milliseconds */
#define MICROS_MAX INT64_C(86400000000) /* a day */
#define AGENT_MAX 63
#define HOLE_MAX 120 /* bytes of a hole's reason */

/* A version first, so that a later one may mean anything by the rest. */
static uint32_t
begin_array(struct reading *in, const char *what, uint32_t fields)
{
	uint32_t count = reading_array(in, what, 1);
	int64_t version = reading_int(in, "version", 1, INT32_MAX);

	if (!reading_is_well(in))
		return 0;
	if (version != WIRE_VERSION)
		reading_fail(in, "version: %" PRId64 " is not %d", version,
		    WIRE_VERSION);
	else if (count < fields)
		reading_fail(in, "%s: %u elements are fewer than %u", what,
		    (unsigned)count, (unsigned)fields);
	return count;
}

static enum reason
get_reason(struct reading *in, enum outcome outcome)
{
	enum reason reason =
	    (enum reason)reading_int(in, "reason", 0, REASONS - 1);
	bool fits = true;

	if (outcome == OUTCOME_OK)
		fits = reason == REASON_NONE;
	else if (outcome == OUTCOME_FAILED)
		fits = reason > REASON_NONE && reason < REASON_AGENT;
	else if (outcome == OUTCOME_UNKNOWN)
		fits = reason >= REASON_AGENT;
	if (!fits)
		reading_fail(in, "reason: %s does not go with %s",
		    reason_text(reason), outcome_text(outcome));
	return reason;
}

static void
get_times(struct reading *in, struct observation *o)
{
	uint32_t count = reading_array(in, "times", TIMES);

	o->total_us = reading_int(in, "total", 0, MICROS_MAX);
	o->dns_us = reading_int(in, "dns", 0, MICROS_MAX);
	o->connect_us = reading_int(in, "connect", 0, MICROS_MAX);
	o->tls_us = reading_int(in, "tls", 0, MICROS_MAX);
	o->first_byte_us = reading_int(in, "first byte", 0, MICROS_MAX);
	o->lag_us = reading_int(in, "lag", 0, MICROS_MAX);
	reading_rest(in, count, TIMES);
}

/* True when it could be read of what and when it is. */
static bool
get_observation(struct reading *in, struct observation *o, char *endpoint)
{
	uint32_t count = reading_array(in, "observation", OBSERVATION_FIELDS);
	bool placed;

	reading_name(in, "endpoint", WIRE_NAME_MAX, endpoint);
	o->endpoint = endpoint;
	o->started_at_ms = reading_int(in, "started", 1, TIME_MAX);
	placed = reading_is_well(in);
	o->until_at_ms =
	    o->started_at_ms + reading_int(in, "until", 0, SPAN_MAX);
	o->count = reading_int(in, "count", 1, INT32_MAX);
	o->outcome = (enum outcome)reading_int(in, "outcome", 0, OUTCOMES - 1);
	o->reason = get_reason(in, o->outcome);
	o->flags = (unsigned)reading_int(in, "flags", 0, UINT16_MAX);
	o->interval_ms = reading_int(in, "interval", 1, SPAN_MAX);
	get_times(in, o);
	o->status = (int)reading_int(in, "status", 0, 999);
	reading_words(in, "detail", sizeof(o->detail), o->detail);
	reading_rest(in, count, OBSERVATION_FIELDS);
	if (o->count > 1 && o->outcome != OUTCOME_OK)
		reading_fail(in, "count: only equal ok's are folded");
	return placed;
}

/* A look of which only the place is known; it vouches for nothing around it. */
static void
make_unknown(struct observation *o)
{
	*o = (struct observation){ .endpoint = o->endpoint,
		.started_at_ms = o->started_at_ms,
		.until_at_ms = o->started_at_ms,
		.count = 1,
		.interval_ms = 1,
		.outcome = OUTCOME_UNKNOWN,
		.reason = REASON_AGENT };
}

int
wire_decode_observation(const char *data, size_t length,
    struct observation *out, char endpoint[WIRE_NAME_MAX + 1], char error[160])
{
	struct reading in;

	reading_begin(&in, error, data, length);
	(void)get_observation(&in, out, endpoint);
	return reading_end(&in) ? 0 : -1;
}

/* Its bytes, so that a fault inside leaves the others readable. */
static struct reading
inner(struct reading *in, char why[READING_ERROR])
{
	struct reading one = { .why = why };
	const unsigned char *begin = in->pack.at;

	why[0] = '\0';
	pack_skip(&in->pack);
	if (in->pack.bad)
		reading_fail(in, "observations: cut short");
	else
		pack_begin(&one.pack, begin, (size_t)(in->pack.at - begin));
	return one;
}

/* A text of n bytes took n + 1 in the part: the names fit in its length. */
static void
get_observations(struct reading *in, struct wire_decoded *d, char *names)
{
	uint32_t count = reading_array(in, "observations", 0);
	struct observation *all;
	char why[READING_ERROR];

	if (count > WIRE_OBSERVATIONS_MAX)
		reading_fail(in, "observations: %u are more than %d",
		    (unsigned)count, WIRE_OBSERVATIONS_MAX);
	if (!reading_is_well(in))
		return;
	d->part.observations = all =
	    mem_alloc((count + 1) * sizeof(struct observation));
	for (uint32_t i = 0; i < count && reading_is_well(in); i++) {
		struct reading one = inner(in, why);
		struct observation *o = &all[d->part.count];
		bool placed;

		if (!reading_is_well(in))
			return;
		placed = get_observation(&one, o, names);
		if (!reading_is_well(&one)) {
			if (d->refused++ == 0)
				text_format(d->error, sizeof(d->error),
				    "observation %u: %s", (unsigned)i, why);
			if (!placed) {
				d->lost++;
				continue;
			}
			make_unknown(o);
		}
		names += strlen(names) + 1;
		d->part.count++;
	}
}

static void
get_blind(struct reading *in, struct blind *b)
{
	uint32_t count = reading_array(in, "blind", 2);

	b->from_ms = reading_int(in, "blind from", 0, TIME_MAX);
	b->to_ms = reading_int(in, "blind to", b->from_ms, TIME_MAX);
	reading_rest(in, count, 2);
}

static void
get_blinds(struct reading *in, struct wire_part *part)
{
	uint32_t count = reading_array(in, "blinds", 0);
	struct blind *all;

	if (count > WIRE_BLINDS_MAX)
		reading_fail(in, "blinds: %u are more than %d", (unsigned)count,
		    WIRE_BLINDS_MAX);
	if (!reading_is_well(in) || count == 0)
		return;
	part->blinds = all = mem_alloc(count * sizeof(*all));
	for (; reading_is_well(in) && part->blind_count < count;
	     part->blind_count++)
		get_blind(in, &all[part->blind_count]);
}

static void
get_spool(struct reading *in, char out[WIRE_SPOOL_LENGTH + 1])
{
	struct pack_text t = reading_text(in, "spool", WIRE_SPOOL_LENGTH);

	if (reading_is_well(in) && t.length != WIRE_SPOOL_LENGTH)
		reading_fail(in, "spool: expected %d characters",
		    WIRE_SPOOL_LENGTH);
	for (size_t i = 0; i < t.length; i++)
		if (strchr("0123456789abcdef", t.data[i]) == NULL ||
		    t.data[i] == '\0')
			reading_fail(in, "spool: expected hex characters");
	if (reading_is_well(in))
		memcpy(out, t.data, t.length);
}

static void
get_seqs(struct reading *in, struct wire_part *part)
{
	part->shard = (unsigned)reading_int(in, "shard", 0, WIRE_PARTS_MAX - 1);
	part->from_seq = reading_int(in, "from_seq", 1, WIRE_SEQ_MAX);
	part->seq = reading_int(in, "seq", part->from_seq, WIRE_SEQ_MAX);
	part->closed_at_ms = reading_int(in, "closed_at", 1, TIME_MAX);
	part->offset_ms = reading_int(in, "offset", -TIME_MAX, TIME_MAX);
	if (reading_is_well(in) && pack_nil(&in->pack))
		part->offset_error_ms = NEVER;
	else
		part->offset_error_ms =
		    reading_int(in, "offset error", 0, TIME_MAX);
}

static void
get_hole(struct reading *in, struct wire_part *part, char *reason)
{
	uint32_t count;

	if (!reading_is_well(in) || pack_nil(&in->pack)) {
		if (reading_is_well(in) && part->from_seq != part->seq)
			reading_fail(in, "from_seq: only a hole spans several");
		return;
	}
	count = reading_array(in, "hole", 3);
	reading_words(in, "hole's reason", HOLE_MAX, reason);
	part->hole = reason;
	part->hole_from_ms = reading_int(in, "hole from", 0, TIME_MAX);
	part->hole_to_ms =
	    reading_int(in, "hole to", part->hole_from_ms, TIME_MAX);
	reading_rest(in, count, 3);
}

/* A struct wire_decoded and, behind it, the texts its part points to. */
struct decoded {
	struct wire_decoded d;
	char hole[HOLE_MAX];
	char names[];
};

struct wire_decoded *
wire_decode_part(const char *data, size_t length, char error[160])
{
	struct reading in;
	struct decoded *all;
	uint32_t count;

	reading_begin(&in, error, data, length);
	if (length > WIRE_PART_MAX) {
		reading_fail(&in, "part: more than %d bytes", WIRE_PART_MAX);
		return NULL;
	}
	all = mem_alloc(sizeof(*all) + length + WIRE_NAME_MAX + 1);
	count = begin_array(&in, "part", PART_FIELDS);
	get_spool(&in, all->d.part.spool);
	get_seqs(&in, &all->d.part);
	get_hole(&in, &all->d.part, all->hole);
	get_observations(&in, &all->d, all->names);
	get_blinds(&in, &all->d.part);
	reading_rest(&in, count, PART_FIELDS);
	if (reading_end(&in))
		return &all->d;
	wire_decoded_free(&all->d);
	return NULL;
}

int
wire_decode_head(const char *data, size_t length, struct wire_part *out)
{
	char why[READING_ERROR];
	struct reading in;

	*out = (struct wire_part){ 0 };
	reading_begin(&in, why, data, length);
	(void)begin_array(&in, "part", PART_FIELDS);
	get_spool(&in, out->spool);
	get_seqs(&in, out);
	return reading_is_well(&in) ? 0 : -1;
}

/* What the part points to was made here, whatever its type says. */
static void
drop(const void *ours)
{
	union {
		const void *in;
		void *out;
	} u = { ours };

	free(u.out);
}

void
wire_decoded_free(struct wire_decoded *d)
{
	if (d == NULL)
		return;
	drop(d->part.observations);
	drop(d->part.blinds);
	free(d);
}

int
wire_decode_request(const char *body, size_t length, struct wire_request *out,
    char error[160])
{
	struct reading in;
	uint32_t count, parts;

	out->count = 0;
	reading_begin(&in, error, body, length);
	if (length > WIRE_BODY_MAX)
		reading_fail(&in, "body: more than %d bytes", WIRE_BODY_MAX);
	count = begin_array(&in, "body", REQUEST_FIELDS);
	out->sent_at_ms = reading_int(&in, "sent_at", 1, TIME_MAX);
	parts = reading_array(&in, "parts", 0);
	if (parts > WIRE_PARTS_MAX)
		reading_fail(&in, "parts: more than %d", WIRE_PARTS_MAX);
	for (uint32_t i = 0; i < parts && reading_is_well(&in); i++) {
		struct pack_text t = reading_bytes(&in, "part", WIRE_PART_MAX);

		out->parts[i].data = t.data;
		out->parts[i].length = t.length;
		out->count++;
	}
	reading_rest(&in, count, REQUEST_FIELDS);
	return reading_end(&in) ? 0 : -1;
}

int
wire_decode_envelope(const char *data, size_t length, struct wire_envelope *out,
    char buffer[160], char error[160])
{
	struct reading in;
	struct pack_text part;
	uint32_t count;

	reading_begin(&in, error, data, length);
	count = begin_array(&in, "envelope", ENVELOPE_FIELDS);
	reading_name(&in, "agent", AGENT_MAX, buffer);
	reading_name(&in, "region", AGENT_MAX, buffer + AGENT_MAX + 1);
	out->agent = buffer;
	out->region = buffer + AGENT_MAX + 1;
	out->received_at_ms = reading_int(&in, "received_at", 1, TIME_MAX);
	out->shift_ms = reading_int(&in, "shift", -TIME_MAX, TIME_MAX);
	out->clock_unsure = reading_bool(&in, "clock_unsure");
	part = reading_bytes(&in, "part", WIRE_PART_MAX);
	out->part = part.data;
	out->part_length = part.length;
	reading_rest(&in, count, ENVELOPE_FIELDS);
	return reading_end(&in) ? 0 : -1;
}
