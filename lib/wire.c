/*
 * wire: writing parts, requests and envelopes, by msgpack-c's packer.  The
 * order of the elements is the format; wire_read.c reads them back.
 */
#include <assert.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/wire.h"

#define PART_FIELDS 11
#define OBSERVATION_FIELDS 11
#define TIMES 6
#define REQUEST_FIELDS 3
#define ENVELOPE_FIELDS 7

void
wire_bytes_clear(struct wire_bytes *b)
{
	free(b->data);
	*b = (struct wire_bytes){ NULL, 0 };
}

int64_t
wire_shift(int64_t offset_ms, int64_t error_ms)
{
	int64_t least_ms = error_ms > WIRE_SHIFT_MS ? error_ms : WIRE_SHIFT_MS;

	if (error_ms > WIRE_UNSURE_MS ||
	    (offset_ms <= least_ms && offset_ms >= -least_ms))
		return 0;
	return offset_ms;
}

/* Writing. */

static void
put_text(msgpack_packer *pk, const char *text)
{
	size_t length = strlen(text);

	msgpack_pack_str(pk, length);
	msgpack_pack_str_body(pk, text, length);
}

static void
put_bytes(msgpack_packer *pk, const void *data, size_t length)
{
	msgpack_pack_bin(pk, length);
	msgpack_pack_bin_body(pk, data, length);
}

static void
put_observation(msgpack_packer *pk, const struct observation *o)
{
	msgpack_pack_array(pk, OBSERVATION_FIELDS);
	put_text(pk, o->endpoint);
	msgpack_pack_int64(pk, o->started_at_ms);
	msgpack_pack_int64(pk, o->until_at_ms - o->started_at_ms);
	msgpack_pack_int64(pk, o->count);
	msgpack_pack_int(pk, (int)o->outcome);
	msgpack_pack_int(pk, (int)o->reason);
	msgpack_pack_unsigned_int(pk, o->flags);
	msgpack_pack_int64(pk, o->interval_ms);
	msgpack_pack_array(pk, TIMES);
	msgpack_pack_int64(pk, o->total_us);
	msgpack_pack_int64(pk, o->dns_us);
	msgpack_pack_int64(pk, o->connect_us);
	msgpack_pack_int64(pk, o->tls_us);
	msgpack_pack_int64(pk, o->first_byte_us);
	msgpack_pack_int64(pk, o->lag_us);
	msgpack_pack_int(pk, o->status);
	put_text(pk, o->detail);
}

static void
put_hole(msgpack_packer *pk, const struct wire_part *part)
{
	if (part->hole == NULL) {
		msgpack_pack_nil(pk);
		return;
	}
	msgpack_pack_array(pk, 3);
	put_text(pk, part->hole);
	msgpack_pack_int64(pk, part->hole_from_ms);
	msgpack_pack_int64(pk, part->hole_to_ms);
}

static void
put_part(msgpack_packer *pk, const struct wire_part *part)
{
	msgpack_pack_array(pk, PART_FIELDS);
	msgpack_pack_int(pk, WIRE_VERSION);
	put_text(pk, part->spool);
	msgpack_pack_unsigned_int(pk, part->shard);
	msgpack_pack_int64(pk, part->from_seq);
	msgpack_pack_int64(pk, part->seq);
	msgpack_pack_int64(pk, part->closed_at_ms);
	msgpack_pack_int64(pk, part->offset_ms);
	if (part->offset_error_ms == NEVER)
		msgpack_pack_nil(pk);
	else
		msgpack_pack_int64(pk, part->offset_error_ms);
	put_hole(pk, part);
	msgpack_pack_array(pk, part->count);
	for (size_t i = 0; i < part->count; i++)
		put_observation(pk, &part->observations[i]);
	msgpack_pack_array(pk, part->blind_count);
	for (size_t i = 0; i < part->blind_count; i++) {
		msgpack_pack_array(pk, 2);
		msgpack_pack_int64(pk, part->blinds[i].from_ms);
		msgpack_pack_int64(pk, part->blinds[i].to_ms);
	}
}

static msgpack_packer
begin_writing(msgpack_sbuffer *buffer)
{
	msgpack_packer pk;

	msgpack_sbuffer_init(buffer);
	msgpack_packer_init(&pk, buffer, msgpack_sbuffer_write);
	return pk;
}

static void
end_writing(msgpack_sbuffer *buffer, struct wire_bytes *out)
{
	out->length = buffer->size;
	out->data = msgpack_sbuffer_release(buffer);
}

void
wire_encode_part(const struct wire_part *part, struct wire_bytes *out)
{
	msgpack_sbuffer buffer;
	msgpack_packer pk = begin_writing(&buffer);

	assert(part->count <= WIRE_OBSERVATIONS_MAX);
	assert(part->blind_count <= WIRE_BLINDS_MAX);
	put_part(&pk, part);
	end_writing(&buffer, out);
}

void
wire_encode_observation(const struct observation *o, struct wire_bytes *out)
{
	msgpack_sbuffer buffer;
	msgpack_packer pk = begin_writing(&buffer);

	put_observation(&pk, o);
	end_writing(&buffer, out);
}

void
wire_encode_request(int64_t sent_at_ms, const struct wire_bytes *parts,
    size_t count, struct wire_bytes *out)
{
	msgpack_sbuffer buffer;
	msgpack_packer pk = begin_writing(&buffer);

	assert(count <= WIRE_PARTS_MAX);
	msgpack_pack_array(&pk, REQUEST_FIELDS);
	msgpack_pack_int(&pk, WIRE_VERSION);
	msgpack_pack_int64(&pk, sent_at_ms);
	msgpack_pack_array(&pk, count);
	for (size_t i = 0; i < count; i++)
		put_bytes(&pk, parts[i].data, parts[i].length);
	end_writing(&buffer, out);
}

void
wire_encode_envelope(const struct wire_envelope *e, struct wire_bytes *out)
{
	msgpack_sbuffer buffer;
	msgpack_packer pk = begin_writing(&buffer);

	msgpack_pack_array(&pk, ENVELOPE_FIELDS);
	msgpack_pack_int(&pk, WIRE_VERSION);
	put_text(&pk, e->agent);
	put_text(&pk, e->region);
	msgpack_pack_int64(&pk, e->received_at_ms);
	msgpack_pack_int64(&pk, e->shift_ms);
	if (e->clock_unsure)
		msgpack_pack_true(&pk);
	else
		msgpack_pack_false(&pk);
	put_bytes(&pk, e->part, e->part_length);
	end_writing(&buffer, out);
}
