/*
 * spool_record: what is written down.  A record is framed by its length and
 * a checksum, so that a torn one is known for what it is; inside it is a
 * MessagePack array whose first element is its kind.  docs/protocol.md has
 * the format.
 */
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool_inside.h"
#include "lib/interval.h"

#define GROWN 4 /* times what it need be: written anew */

static uint32_t
checksum(const char *data, size_t length)
{
	static const uint32_t nibbles[16] = { 0x00000000, 0x1db71064,
		0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158,
		0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c };
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc ^= (unsigned char)data[i];
		crc = crc >> 4 ^ nibbles[crc & 15];
		crc = crc >> 4 ^ nibbles[crc & 15];
	}
	return ~crc;
}

static void
put_u32(char *out, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		out[i] = (char)(unsigned char)(value >> 8 * i);
}

static uint32_t
get_u32(const char *in)
{
	uint32_t value = 0;

	for (int i = 3; i >= 0; i--)
		value = value << 8 | (unsigned char)in[i];
	return value;
}

/* Writing. */

static int
append(void *to, const char *data, size_t length)
{
	text_add_bytes(to, data, length);
	return 0;
}

struct record {
	msgpack_packer pk;
	size_t begin; /* of its frame in the spool's out */
};

static struct record
begin_record(struct spool *sp, enum kind kind, size_t fields)
{
	struct record r = { .begin = sp->out.length };

	text_add_bytes(&sp->out, "\0\0\0\0\0\0\0", FRAME);
	msgpack_packer_init(&r.pk, &sp->out, append);
	msgpack_pack_array(&r.pk, fields);
	msgpack_pack_int(&r.pk, (int)kind);
	return r;
}

static void
end_record(struct spool *sp, const struct record *r)
{
	char *frame = sp->out.data + r->begin;
	size_t length = sp->out.length - r->begin - FRAME;

	put_u32(frame, (uint32_t)length);
	put_u32(frame + 4, checksum(frame + FRAME, length));
}

static void
put_bytes(struct record *r, const void *data, size_t length)
{
	msgpack_pack_bin(&r->pk, length);
	msgpack_pack_bin_body(&r->pk, data, length);
}

static void
record_head(struct spool *sp)
{
	struct record r = begin_record(sp, HEAD, 4);

	msgpack_pack_int(&r.pk, RECORD_VERSION);
	msgpack_pack_str(&r.pk, WIRE_SPOOL_LENGTH);
	msgpack_pack_str_body(&r.pk, sp->id, WIRE_SPOOL_LENGTH);
	msgpack_pack_int64(&r.pk, sp->birth_ms);
	end_record(sp, &r);
}

void
spool_record_item(struct spool *sp, uint64_t number, unsigned shard,
    const struct observation *o)
{
	struct record r;
	struct wire_bytes b;

	if (sp->replaying || sp->whole_due)
		return; /* it will be in the whole */
	r = begin_record(sp, ITEM, 4);
	msgpack_pack_uint64(&r.pk, number);
	msgpack_pack_unsigned_int(&r.pk, shard);
	wire_encode_observation(o, &b);
	put_bytes(&r, b.data, b.length);
	wire_bytes_clear(&b);
	end_record(sp, &r);
}

void
spool_record_lost(struct spool *sp, const struct spool_item *item)
{
	struct record r = begin_record(sp, LOST, 5);

	msgpack_pack_uint64(&r.pk, item->number);
	msgpack_pack_unsigned_int(&r.pk, item->shard->index);
	msgpack_pack_int64(&r.pk, item->started_ms);
	msgpack_pack_int64(&r.pk, item->until_ms);
	end_record(sp, &r);
}

void
spool_record_blind(struct spool *sp, const struct spool_blind *b)
{
	struct record r;

	if (sp->replaying || sp->whole_due)
		return;
	r = begin_record(sp, BLIND, 4);
	msgpack_pack_uint64(&r.pk, b->number);
	msgpack_pack_int64(&r.pk, b->from_ms);
	msgpack_pack_int64(&r.pk, b->to_ms);
	end_record(sp, &r);
}

void
spool_record_part(struct spool *sp, const struct spool_part *part)
{
	struct record r;

	if (sp->replaying || sp->whole_due)
		return;
	r = begin_record(sp, PART, 4);
	msgpack_pack_uint64(&r.pk, part->number);
	msgpack_pack_int64(&r.pk, part->accepted_ms);
	put_bytes(&r, part->bytes.data, part->bytes.length);
	end_record(sp, &r);
}

void
spool_record_have(struct spool *sp, const struct spool_shard *sh,
    int64_t now_ms)
{
	struct record r;

	if (sp->replaying || sp->whole_due)
		return;
	r = begin_record(sp, HAVE, 4);
	msgpack_pack_unsigned_int(&r.pk, sh->index);
	msgpack_pack_int64(&r.pk, sh->have);
	msgpack_pack_int64(&r.pk, now_ms);
	end_record(sp, &r);
}

/* An error of -1: nothing is known. */
void
spool_record_clock(struct spool *sp, struct spool_clock *c)
{
	struct record r;

	if (sp->replaying || sp->whole_due)
		return;
	c->noted_offset_ms = c->offset_ms;
	c->noted_error_ms = c->error_ms;
	r = begin_record(sp, CLOCK, 6);
	msgpack_pack_uint64(&r.pk, c->after);
	msgpack_pack_int64(&r.pk, c->begin_ms);
	msgpack_pack_int64(&r.pk, c->last_ms);
	msgpack_pack_int64(&r.pk, c->offset_ms);
	msgpack_pack_int64(&r.pk, c->error_ms == NEVER ? -1 : c->error_ms);
	end_record(sp, &r);
}

static void
record_mark(struct spool *sp, unsigned shard, const struct spool_mark *m)
{
	struct record r = begin_record(sp, MARK, 4);

	msgpack_pack_unsigned_int(&r.pk, shard);
	msgpack_pack_int64(&r.pk, m->seq);
	msgpack_pack_int64(&r.pk, m->begin_ms);
	end_record(sp, &r);
}

static void
record_shard(struct spool *sp, const struct spool_shard *sh)
{
	struct observation o;
	struct spool_part *part;
	struct spool_item *item;

	for (size_t i = 0; i < sh->mark_count; i++)
		record_mark(sp, sh->index, &sh->marks[i]);
	TAILQ_FOREACH (part, &sh->parts, entry)
		spool_record_part(sp, part);
	if (sh->have > 0)
		spool_record_have(sp, sh, sp->birth_ms);
	STAILQ_FOREACH (item, &sh->items, entry) {
		if (spool_is_lost(item)) {
			spool_record_lost(sp, item);
			continue;
		}
		spool_item_observation(item, &o);
		spool_record_item(sp, item->number, sh->index, &o);
	}
}

/* Everything that is still of use, in place of all that was written. */
static void
record_whole(struct spool *sp)
{
	text_clear(&sp->out);
	sp->whole_due = sp->replaying = false;
	record_head(sp);
	for (size_t i = 0; i < sp->clock_count; i++)
		spool_record_clock(sp, &sp->clocks[i]);
	for (size_t i = 0; i < sp->blind_count; i++)
		spool_record_blind(sp, &sp->blinds[i]);
	for (unsigned i = 0; i < sp->shard_used; i++)
		record_shard(sp, &sp->shards[i]);
	sp->file_bytes = 0;
}

static bool
has_outgrown(const struct spool *sp)
{
	size_t need = sp->bytes + sp->waiting * sizeof(struct spool_item);

	return sp->file_bytes > SPOOL_FILE_MIN && sp->file_bytes > GROWN * need;
}

bool
spool_records(struct spool *sp, struct wire_bytes *out, bool *whole)
{
	*whole = sp->whole_due || has_outgrown(sp);
	if (*whole)
		record_whole(sp);
	if (sp->out.length == 0)
		return false;
	sp->file_bytes += sp->out.length;
	out->length = sp->out.length;
	out->data = text_take(&sp->out);
	return true;
}

void
spool_unwritten(struct spool *sp)
{
	sp->whole_due = true;
}

size_t
spool_record_length(const char *data, size_t length)
{
	size_t inside;

	if (length < FRAME)
		return 0;
	inside = get_u32(data);
	/* Zeros would have the right checksum. */
	if (inside == 0 || inside > SPOOL_RECORD_MAX || inside > length - FRAME)
		return 0;
	if (checksum(data + FRAME, inside) != get_u32(data + 4))
		return 0;
	return FRAME + inside;
}
