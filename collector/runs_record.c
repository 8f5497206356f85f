/*
 * runs_record: runs as bytes.  A record is [version][count][run...]; numbers
 * are varints, low seven bits first.  A run is: first_at less the last_at of
 * the run before (of 0 for the first), last_at less first_at, interval,
 * outcome and reason in one.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/runs.h"
#include "lib/text.h"

int64_t
runs_bucket(int64_t at_ms)
{
	int64_t q = at_ms / RUNS_BUCKET_MS;

	return at_ms < 0 && q * RUNS_BUCKET_MS != at_ms ? q - 1 : q;
}

static void
add(struct runs_bytes *out, uint64_t n)
{
	if (out->length + 10 > out->room) {
		out->room = out->room * 2 + 64;
		out->data = mem_grow(out->data, out->room);
	}
	while (n >= 128) {
		out->data[out->length++] = (unsigned char)(n | 128);
		n >>= 7;
	}
	out->data[out->length++] = (unsigned char)n;
}

void
runs_encode(const struct runs *runs, int64_t bucket, struct runs_bytes *out)
{
	size_t begin = 0, end;
	int64_t before_ms = 0;

	out->length = 0;
	while (begin < runs->count &&
	    runs_bucket(runs->items[begin].first_at_ms) < bucket)
		begin++;
	for (end = begin; end < runs->count &&
	     runs_bucket(runs->items[end].first_at_ms) == bucket;
	     end++)
		;
	if (begin == end)
		return;
	add(out, RUNS_VERSION);
	add(out, end - begin);
	for (size_t i = begin; i < end; i++) {
		const struct run *r = &runs->items[i];

		add(out, (uint64_t)(r->first_at_ms - before_ms));
		add(out, (uint64_t)(r->last_at_ms - r->first_at_ms));
		add(out, (uint64_t)r->interval_ms);
		add(out, (uint64_t)r->outcome * REASONS + r->reason);
		before_ms = r->last_at_ms;
	}
}

struct reader {
	const unsigned char *at, *end;
	bool bad;
};

static uint64_t
next(struct reader *in, uint64_t limit)
{
	uint64_t n = 0;

	for (int shift = 0; shift < 63 && in->at < in->end; shift += 7) {
		unsigned char c = *in->at++;

		n |= (uint64_t)(c & 127) << shift;
		if (c < 128) {
			in->bad |= n > limit;
			return n > limit ? 0 : n;
		}
	}
	in->bad = true;
	return 0;
}

#define TIME_LIMIT ((uint64_t)1 << 48) /* ms: the year 10889 */

static void
next_run(struct reader *in, int64_t before_ms, struct run *r)
{
	uint64_t value;

	r->first_at_ms = before_ms + (int64_t)next(in, TIME_LIMIT);
	r->last_at_ms = r->first_at_ms + (int64_t)next(in, TIME_LIMIT);
	r->interval_ms = (int64_t)next(in, RUNS_INTERVAL_MAX_MS);
	value = next(in, OUTCOMES * REASONS - 1);
	r->outcome = (enum outcome)(value / REASONS);
	r->reason = (enum reason)(value % REASONS);
	in->bad |= r->interval_ms < 1 || r->last_at_ms > (int64_t)TIME_LIMIT;
}

/* Where a run of the record belongs; -1 when it lies on another. */
static ptrdiff_t
position(const struct runs *runs, const struct run *r)
{
	size_t i = runs->count;

	while (i > 0 && runs->items[i - 1].first_at_ms > r->last_at_ms)
		i--;
	if (i > 0 && runs->items[i - 1].last_at_ms >= r->first_at_ms)
		return -1;
	return (ptrdiff_t)i;
}

static int
put(struct runs *runs, const struct run *r)
{
	ptrdiff_t at = position(runs, r);
	size_t i = (size_t)at;

	if (at < 0 || runs->count >= 2 * RUNS_MAX)
		return -1;
	if (runs->count == runs->room) {
		runs->room = runs->room * 2 + 2;
		runs->items =
		    mem_grow(runs->items, runs->room * sizeof(*runs->items));
	}
	memmove(runs->items + i + 1, runs->items + i,
	    (runs->count - i) * sizeof(*runs->items));
	runs->items[i] = *r;
	runs->count++;
	if (r->last_at_ms >= runs->known_from_ms)
		runs->known_from_ms = r->last_at_ms + 1;
	return 0;
}

int
runs_decode(struct runs *runs, const void *record, size_t length)
{
	struct reader in = { record, (const unsigned char *)record + length,
		length > RUNS_RECORD_MAX };
	uint64_t count;
	struct run r = { 0 };

	if (next(&in, UINT64_MAX) != RUNS_VERSION)
		return -1;
	count = next(&in, RUNS_BUCKET_MS);
	for (uint64_t i = 0; i < count && !in.bad; i++) {
		next_run(&in, r.last_at_ms, &r);
		if (in.bad || put(runs, &r) != 0)
			return -1;
	}
	return in.bad || in.at != in.end ? -1 : 0;
}
