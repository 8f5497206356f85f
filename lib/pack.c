/*
 * pack: the cursor.  Every read first asks need() whether the bytes are
 * there; a bad cursor stands at its end, so that nothing more can be read.
 */
#include "lib/pack.h"

enum {
	NIL = 0xc0,
	FALSE = 0xc2,
	TRUE = 0xc3,
	BIN8 = 0xc4,
	EXT8 = 0xc7,
	FLOAT32 = 0xca,
	FLOAT64 = 0xcb,
	UINT8 = 0xcc,
	INT8 = 0xd0,
	FIXEXT1 = 0xd4,
	STR8 = 0xd9,
	ARRAY16 = 0xdc,
	ARRAY32 = 0xdd,
	MAP16 = 0xde,
	MAP32 = 0xdf,
};

void
pack_begin(struct pack *p, const void *data, size_t length)
{
	p->at = data;
	p->end = p->at + length;
	p->bad = false;
}

bool
pack_is_over(const struct pack *p)
{
	return !p->bad && p->at == p->end;
}

static void
spoil(struct pack *p)
{
	p->bad = true;
	p->at = p->end;
}

static bool
need(struct pack *p, uint64_t count)
{
	if ((uint64_t)(p->end - p->at) >= count)
		return true;
	spoil(p);
	return false;
}

/* The byte that says what follows; at the end one that says nothing. */
static unsigned
head(const struct pack *p)
{
	return p->at < p->end ? *p->at : 0xc1; /* 0xc1 is never used */
}

/* A big-endian number of 1, 2, 4 or 8 bytes. */
static uint64_t
number(struct pack *p, unsigned width)
{
	uint64_t value = 0;

	if (!need(p, width))
		return 0;
	for (; width > 0; width--)
		value = value << 8 | *p->at++;
	return value;
}

bool
pack_is_array(const struct pack *p)
{
	unsigned h = head(p);

	return (h & 0xf0) == 0x90 || h == ARRAY16 || h == ARRAY32;
}

bool
pack_is_int(const struct pack *p)
{
	unsigned h = head(p);

	return h < 0x80 || h >= 0xe0 || (h >= UINT8 && h < FIXEXT1);
}

bool
pack_is_text(const struct pack *p)
{
	unsigned h = head(p);

	return (h & 0xe0) == 0xa0 || (h >= STR8 && h < ARRAY16);
}

uint32_t
pack_array(struct pack *p)
{
	unsigned h = head(p);
	uint64_t count;

	if (!pack_is_array(p)) {
		spoil(p);
		return 0;
	}
	p->at++;
	if (h == ARRAY16)
		count = number(p, 2);
	else if (h == ARRAY32)
		count = number(p, 4);
	else
		count = h & 0x0f;
	return need(p, count) ? (uint32_t)count : 0;
}

/* Sign-extend a number of that many bytes. */
static int64_t
extend(uint64_t value, unsigned width)
{
	unsigned shift = 64 - 8 * width;

	return (int64_t)(value << shift) >> shift;
}

int64_t
pack_int(struct pack *p)
{
	unsigned h = head(p);
	uint64_t value;

	if (!pack_is_int(p)) {
		spoil(p);
		return 0;
	}
	p->at++;
	if (h < 0x80)
		return h;
	if (h >= 0xe0)
		return (int64_t)h - 256;
	if (h >= INT8)
		return extend(number(p, 1U << (h - INT8)), 1U << (h - INT8));
	value = number(p, 1U << (h - UINT8));
	if (value <= INT64_MAX)
		return (int64_t)value;
	spoil(p);
	return 0;
}

bool
pack_bool(struct pack *p)
{
	unsigned h = head(p);

	if (h != FALSE && h != TRUE) {
		spoil(p);
		return false;
	}
	p->at++;
	return h == TRUE;
}

bool
pack_nil(struct pack *p)
{
	if (head(p) != NIL)
		return false;
	p->at++;
	return true;
}

static struct pack_text
take(struct pack *p, uint64_t length)
{
	struct pack_text t = { "", 0 };

	if (!need(p, length) || p->bad)
		return t;
	t.data = (const char *)p->at;
	t.length = (size_t)length;
	p->at += length;
	return t;
}

struct pack_text
pack_text(struct pack *p)
{
	unsigned h = head(p);

	if (!pack_is_text(p)) {
		spoil(p);
		return take(p, 0);
	}
	p->at++;
	if ((h & 0xe0) == 0xa0)
		return take(p, h & 0x1f);
	return take(p, number(p, 1U << ((h - STR8) & 3)));
}

struct pack_text
pack_bytes(struct pack *p)
{
	unsigned h = head(p);

	if (h < BIN8 || h >= EXT8) {
		spoil(p);
		return take(p, 0);
	}
	p->at++;
	return take(p, number(p, 1U << ((h - BIN8) & 3)));
}

/* Bytes of a value whose head says them all; 0: more must be read. */
static unsigned
fixed_length(unsigned h)
{
	if (h < 0x80 || h >= 0xe0 || h == NIL || h == FALSE || h == TRUE)
		return 1;
	if (h == FLOAT32 || h == FLOAT64)
		return h == FLOAT32 ? 5 : 9;
	if (h >= UINT8 && h < FIXEXT1)
		return 1 + (1U << ((h - UINT8) & 3));
	if (h >= FIXEXT1 && h < STR8)
		return 2 + (1U << ((h - FIXEXT1) & 7));
	return 0;
}

static uint64_t
map_values(struct pack *p, unsigned h)
{
	p->at++;
	if (h == MAP16)
		return 2 * number(p, 2);
	if (h == MAP32)
		return 2 * number(p, 4);
	return 2 * (h & 0x0f);
}

/* Past the bytes of one value; return how many values stand inside it. */
static uint64_t
skip_one(struct pack *p)
{
	unsigned h = head(p);

	if (pack_is_array(p))
		return pack_array(p);
	if ((h & 0xf0) == 0x80 || h == MAP16 || h == MAP32)
		return map_values(p, h);
	if (pack_is_text(p))
		(void)pack_text(p);
	else if (h >= BIN8 && h < EXT8)
		(void)pack_bytes(p);
	else if (h >= EXT8 && h < FLOAT32) {
		p->at++;
		(void)take(p, number(p, 1U << ((h - EXT8) & 3)) + 1);
	} else if (fixed_length(h) > 0)
		(void)take(p, fixed_length(h));
	else
		spoil(p);
	return 0;
}

void
pack_skip(struct pack *p)
{
	uint64_t left = 1;

	/* Each value takes a byte at least: claims beyond that are lies. */
	for (; left > 0 && !p->bad; left--) {
		left += skip_one(p);
		if (left - 1 > (uint64_t)(p->end - p->at))
			spoil(p);
	}
}
