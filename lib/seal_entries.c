/* seal_entries: lists of a journal's entries, and one against another. */
#include <stdlib.h>
#include <string.h>

#include "lib/commit.h"
#include "lib/seal.h"
#include "lib/seal_inside.h"

static bool
halves(const char *id, uint64_t out[2])
{
	char *end;

	if (strlen(id) >= SEAL_ID || !commit_is_id(id))
		return false;
	out[0] = strtoull(id, &end, 10);
	out[1] = strtoull(end + 1, NULL, 10);
	return true;
}

bool
seal_is_id(const char *id)
{
	uint64_t h[2];

	return halves(id, h);
}

int
seal_compare_ids(const char *a, const char *b)
{
	uint64_t x[2] = { 0 }, y[2] = { 0 };

	halves(a, x);
	halves(b, y);
	if (x[0] != y[0])
		return x[0] < y[0] ? -1 : 1;
	return (x[1] > y[1]) - (x[1] < y[1]);
}

static void
put(char *out, uint64_t n)
{
	for (int i = 7; i >= 0; i--, n >>= 8)
		out[i] = (char)(n & 255);
}

static uint64_t
get(const char *in)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | (unsigned char)in[i];
	return n;
}

static int
nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

bool
seal_pack_hash(const char *hex, char out[32])
{
	for (int i = 0; i < 32; i++) {
		int high = nibble(hex[2 * i]);
		int low = high < 0 ? -1 : nibble(hex[2 * i + 1]);

		if (low < 0)
			return false;
		out[i] = (char)(high << 4 | low);
	}
	return hex[64] == '\0';
}

static bool
add(struct text *list, const char *id, const char *const hashes[2],
    size_t count)
{
	char item[SEAL_ITEM];
	uint64_t h[2];

	if (!halves(id, h))
		return false;
	put(item, h[0]);
	put(item + 8, h[1]);
	for (size_t i = 0; i < count; i++)
		if (!seal_pack_hash(hashes[i], item + 16 + 32 * i))
			return false;
	text_add_bytes(list, item, 16 + 32 * count);
	return true;
}

bool
seal_entry_add(struct text *list, const char *id, const char *hex)
{
	const char *const hashes[2] = { hex, NULL };

	return add(list, id, hashes, 1);
}

bool
seal_item_add(struct text *list, const char *id, const char *bare,
    const char *hex)
{
	const char *const hashes[2] = { bare, hex };

	return add(list, id, hashes, 2);
}

void
seal_entry_id(const char *entry, char out[SEAL_ID])
{
	text_format(out, SEAL_ID, "%llu-%llu", (unsigned long long)get(entry),
	    (unsigned long long)get(entry + 8));
}

void
seal_entry_hash(const char *entry, int which, char hex[SEAL_HEX])
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *hash =
	    (const unsigned char *)entry + 16 + (size_t)which * 32;

	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
	hex[64] = '\0';
}

size_t
seal_later(const struct text *list, size_t size, const char *id)
{
	size_t low = 0, high = list->length / size;
	char at[SEAL_ID];

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		seal_entry_id(list->data + middle * size, at);
		if (seal_compare_ids(at, id) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low * size;
}

/* Two lists side by side. */
struct comparing {
	struct seal_changes *changes;
	int64_t kept_ms;
	seal_found *found;
	void *arg;
	struct seal_compared *out;
	bool has_begun; /* something older than what follows is there */
};

/* A sealed entry, and the same as it is now; NULL: it is not there. */
static void
judge(struct comparing *c, const char *sealed, const char *now)
{
	char id[SEAL_ID], bare[SEAL_HEX];

	seal_entry_id(sealed, id);
	seal_entry_hash(sealed, 0, bare);
	if (now != NULL && memcmp(sealed + 48, now + 16, 32) == 0)
		c->out->same++;
	else if (now == NULL && seal_changes_excuse(c->changes, id, bare))
		c->out->replaced++;
	else if (now == NULL && !c->has_begun &&
	    get(sealed) < (uint64_t)c->kept_ms)
		c->out->trimmed++;
	else
		c->found(c->arg, now == NULL ? SEAL_MISSING : SEAL_CHANGED, id);
	c->has_begun |= now != NULL;
}

void
seal_compare(const struct text *sealed, const struct text *now,
    struct seal_changes *changes, int64_t kept_ms, seal_found *found, void *arg,
    struct seal_compared *out)
{
	struct comparing c = { changes, kept_ms < 0 ? 0 : kept_ms, found, arg,
		out, false };
	size_t i = 0, k = 0;
	char id[SEAL_ID];

	*out = (struct seal_compared){ 0 };
	while (
	    i + SEAL_ITEM <= sealed->length || k + SEAL_ENTRY <= now->length) {
		const char *a = sealed->data + i, *b = now->data + k;
		int order = i + SEAL_ITEM > sealed->length ? 1
		    : k + SEAL_ENTRY > now->length         ? -1
							   : memcmp(a, b, 16);

		if (order > 0) {
			seal_entry_id(b, id);
			found(arg, SEAL_ADDED, id);
			c.has_begun = true;
		} else
			judge(&c, a, order == 0 ? b : NULL);
		i += order <= 0 ? SEAL_ITEM : 0;
		k += order >= 0 ? SEAL_ENTRY : 0;
	}
}
