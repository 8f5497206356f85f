/*
 * Spool files from hostile bytes.  The input is a row of records without
 * their frames, each behind two bytes of length, so that the fuzzer need not
 * find checksums; and once as it is, as a file.
 *
 * What is replayed can be sent, answered in any way, and written anew.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/spool.h"
#include "lib/interval.h"
#include "lib/text.h"

#define NOW INT64_C(1795348800000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t
checksum(const uint8_t *data, size_t length)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < length; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void
add_record(struct text *file, const uint8_t *inside, size_t length)
{
	uint32_t crc = checksum(inside, length);
	char frame[8];

	for (int i = 0; i < 4; i++) {
		frame[i] = (char)(length >> 8 * i);
		frame[4 + i] = (char)(crc >> 8 * i);
	}
	text_add_bytes(file, frame, sizeof(frame));
	text_add_bytes(file, inside, length);
}

/* Whatever the collector says of what it has, nothing breaks. */
static void
answer(struct spool *sp, uint64_t dice)
{
	struct wire_bytes parts[WIRE_PARTS_MAX];
	char error[160];

	for (int round = 0; round < 6; round++) {
		size_t count =
		    spool_collect(sp, true, NOW + round * 1000, parts);

		for (size_t i = 0; i < count; i++) {
			struct wire_decoded *d = wire_decode_part(parts[i].data,
			    parts[i].length, error);

			if (d == NULL)
				abort();
			wire_decoded_free(d);
		}
		spool_have(sp, (unsigned)(dice % 3), (int64_t)(dice >> 8) % 40,
		    dice & 16, NOW + round * 1000);
		dice = dice * UINT64_C(6364136223846793005) + 1;
		spool_trim(sp, NOW + round * SPOOL_KEEP_MS / 2);
		(void)spool_due(sp, 0);
	}
	spool_time(sp, NOW + SPOOL_KEEP_MS);
	spool_break(sp, NOW - SPOOL_KEEP_MS);
}

/* What it writes, after what it wrote before, can be read again. */
static void
write_down(struct spool *sp, struct text *file)
{
	struct spool *again = spool_new("ffffffffffffffff", NOW);
	struct wire_bytes b;
	bool whole;

	while (spool_records(sp, &b, &whole)) {
		text_add_bytes(file, b.data, b.length);
		wire_bytes_clear(&b);
	}
	if (spool_replay(again, file->data, file->length) != 0)
		abort();
	if (strcmp(spool_id(again), spool_id(sp)) != 0)
		abort();
	if (spool_blind_since(again) != spool_blind_since(sp))
		abort();
	spool_free(again);
}

static void
live(const char *file, size_t length, uint64_t dice)
{
	struct spool *sp = spool_new("00112233aabbccdd", NOW);
	struct text written = { 0 };

	spool_set_shards(sp, 2);
	if (spool_replay(sp, file, length) == 0) {
		write_down(sp, &written);
		answer(sp, dice);
		write_down(sp, &written);
	}
	text_clear(&written);
	spool_free(sp);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text file = { 0 };
	uint64_t dice = checksum(data, size);

	live((const char *)data, size, dice);
	while (size >= 2) {
		size_t length = (size_t)data[0] << 8 | data[1];

		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		add_record(&file, data, length);
		data += length;
		size -= length;
	}
	live(file.data != NULL ? file.data : "", file.length, dice);
	text_clear(&file);
	return 0;
}
