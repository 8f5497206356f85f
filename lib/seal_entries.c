/*
 * seal_entries: lists of a journal's entries, what was replaced in them by
 * us, and one list against another.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/commit.h"
#include "lib/record.h"
#include "lib/seal.h"

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

/* 64 digits as 32 bytes. */
static bool
pack_hash(const char *hex, char out[32])
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

bool
seal_entry_add(struct text *list, const char *id, const char *hex)
{
	char entry[SEAL_ENTRY];
	uint64_t h[2];

	if (!halves(id, h) || !pack_hash(hex, entry + 16))
		return false;
	put(entry, h[0]);
	put(entry + 8, h[1]);
	text_add_bytes(list, entry, sizeof(entry));
	return true;
}

void
seal_entry_id(const char *entry, char out[SEAL_ID])
{
	text_format(out, SEAL_ID, "%llu-%llu", (unsigned long long)get(entry),
	    (unsigned long long)get(entry + 8));
}

static void
append(struct commit *out, const char *key, int64_t at_ms, const char *by,
    const char *reason, json_t *entries)
{
	json_t *line = json_pack("{s:I, s:s, s:s, s:s, s:o}", "at",
	    (json_int_t)at_ms, "what", "resealed", "by", by, "reason", reason,
	    "entries", entries);
	char *text = record_dump(line);

	commit_append(out, key, text, strlen(text));
	json_decref(line);
	free(text);
}

void
seal_reseal(struct commit *out, const char *journal_key, int64_t at_ms,
    const char *by, const char *reason, const struct seal_replaced *items,
    size_t count)
{
	json_t *entries = NULL;

	for (size_t i = 0; i < count; i++) {
		if (i % SEAL_REPLACED_MAX == 0)
			entries = json_array();
		json_array_append_new(entries,
		    json_pack("[s, s, s]", items[i].id, items[i].was,
			items[i].now));
		if (i + 1 == count || (i + 1) % SEAL_REPLACED_MAX == 0)
			append(out, journal_key, at_ms, by, reason, entries);
	}
}

/* One replacement; of an entry that was replaced again the next follows. */
struct seal_change {
	struct seal_replaced what;
	struct seal_change *later; /* of the same entry; NULL: the last */
	struct seal_change *next;  /* of all; NULL: the first that was read */
};

static bool
read_change(const json_t *item, struct seal_replaced *out)
{
	const char *id = json_string_value(json_array_get(item, 0));
	const char *was = json_string_value(json_array_get(item, 1));
	const char *now = json_string_value(json_array_get(item, 2));
	char packed[32];

	if (id == NULL || was == NULL || now == NULL || !seal_is_id(id) ||
	    !pack_hash(was, packed) ||
	    (*now != '\0' && !pack_hash(now, packed)))
		return false;
	text_copy(out->id, sizeof(out->id), id);
	text_copy(out->was, sizeof(out->was), was);
	text_copy(out->now, sizeof(out->now), now);
	return true;
}

static void
keep(struct seal_changes *all, const struct seal_replaced *what)
{
	struct seal_change *c = mem_alloc(sizeof(*c));
	struct seal_change *first = names_find(&all->by_id, what->id);

	c->what = *what;
	c->next = all->all;
	all->all = c;
	if (first == NULL) {
		names_add(&all->by_id, c->what.id, c);
		return;
	}
	while (first->later != NULL)
		first = first->later;
	first->later = c;
}

void
seal_changes_read(struct seal_changes *all, const char *line, size_t length)
{
	struct seal_replaced what;
	json_t *o, *list;

	if (memmem(line, length, "\"resealed\"", 10) == NULL)
		return;
	o = json_loadb(line, length, 0, NULL);
	list = json_object_get(o, "entries");
	if (text_differs(record_string(o, "what"), "resealed")) {
		json_decref(o);
		return;
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		if (read_change(json_array_get(list, i), &what))
			keep(all, &what);
		else
			all->unsound++;
	json_decref(o);
}

void
seal_changes_clear(struct seal_changes *all)
{
	struct seal_change *c;

	while ((c = all->all) != NULL) {
		all->all = c->next;
		free(c);
	}
	names_clear(&all->by_id);
}

/* Two lists side by side. */
struct comparing {
	const struct seal_changes *changes;
	int64_t kept_ms;
	seal_found *found;
	void *arg;
	struct seal_compared *out;
	bool has_begun; /* something older than what follows is there */
};

/* What an entry is to be by now; *removed: not there at all. */
static bool
was_replaced(const struct comparing *c, const char *id, const char *sealed,
    char hash[32], bool *removed)
{
	struct seal_change *s = names_find(&c->changes->by_id, id);
	char was[32];
	bool replaced = false;

	memcpy(hash, sealed + 16, 32);
	*removed = false;
	for (; s != NULL; s = s->later) {
		pack_hash(s->what.was, was);
		if (*removed || memcmp(was, hash, 32) != 0)
			continue;
		*removed = s->what.now[0] == '\0';
		if (!*removed)
			pack_hash(s->what.now, hash);
		replaced = true;
	}
	return replaced;
}

/* A sealed entry, and the same as it is now; NULL: it is not there. */
static void
judge(struct comparing *c, const char *sealed, const char *now)
{
	char id[SEAL_ID], hash[32];
	bool removed, replaced;

	seal_entry_id(sealed, id);
	replaced = was_replaced(c, id, sealed, hash, &removed);
	if (now == NULL ? removed
			: !removed && memcmp(hash, now + 16, 32) == 0) {
		c->out->replaced += replaced;
		c->out->same += !replaced;
	} else if (now == NULL && !c->has_begun &&
	    get(sealed) < (uint64_t)c->kept_ms)
		c->out->trimmed++;
	else
		c->found(c->arg, now == NULL ? SEAL_MISSING : SEAL_CHANGED, id);
	c->has_begun |= now != NULL;
}

void
seal_compare(const struct text *sealed, const struct text *now,
    const struct seal_changes *changes, int64_t kept_ms, seal_found *found,
    void *arg, struct seal_compared *out)
{
	struct comparing c = { changes, kept_ms < 0 ? 0 : kept_ms, found, arg,
		out, false };
	size_t i = 0, k = 0;
	char id[SEAL_ID];

	*out = (struct seal_compared){ 0 };
	while (
	    i + SEAL_ENTRY <= sealed->length || k + SEAL_ENTRY <= now->length) {
		const char *a = sealed->data + i, *b = now->data + k;
		int order = i + SEAL_ENTRY > sealed->length ? 1
		    : k + SEAL_ENTRY > now->length          ? -1
							    : memcmp(a, b, 16);

		if (order > 0) {
			seal_entry_id(b, id);
			found(arg, SEAL_ADDED, id);
			c.has_begun = true;
		} else
			judge(&c, a, order == 0 ? b : NULL);
		i += order <= 0 ? SEAL_ENTRY : 0;
		k += order >= 0 ? SEAL_ENTRY : 0;
	}
}
