/*
 * names: open addressing.  An entry stands at its hash's place or, in an
 * unbroken row, behind it; when one goes those behind it close up.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/names.h"
#include "lib/text.h"

struct names_entry {
	const char *text; /* NULL: free */
	void *named;
	uint64_t hash;
};

uint64_t
names_fnv(const char *text, uint64_t seed)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ seed;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return hash;
}

/* Stirred at the end because its low bits alone are poor. */
uint64_t
names_hash(const char *text, uint64_t seed)
{
	uint64_t hash = names_fnv(text, seed);

	hash ^= hash >> 31;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

void
names_clear(struct names *n)
{
	free(n->entries);
	*n = (struct names){ NULL, 0, 0 };
}

/* Where it stands, or the free place where it would. */
static size_t
place_of(const struct names *n, const char *text, uint64_t hash)
{
	size_t i = hash & (n->room - 1);

	while (n->entries[i].text != NULL &&
	    (n->entries[i].hash != hash ||
		strcmp(n->entries[i].text, text) != 0))
		i = (i + 1) & (n->room - 1);
	return i;
}

void *
names_find(const struct names *n, const char *text)
{
	if (n->count == 0)
		return NULL;
	return n->entries[place_of(n, text, names_hash(text, 0))].named;
}

static void
grow(struct names *n)
{
	struct names old = *n;

	n->room = old.room == 0 ? 16 : 2 * old.room;
	n->entries = mem_alloc(n->room * sizeof(*n->entries));
	for (size_t i = 0; i < old.room; i++) {
		struct names_entry *e = &old.entries[i];

		if (e->text != NULL)
			n->entries[place_of(n, e->text, e->hash)] = *e;
	}
	free(old.entries);
}

void
names_add(struct names *n, const char *text, void *named)
{
	uint64_t hash = names_hash(text, 0);
	size_t i;

	assert(named != NULL);
	if (4 * (n->count + 1) > 3 * n->room)
		grow(n);
	i = place_of(n, text, hash);
	assert(n->entries[i].text == NULL);
	n->entries[i] = (struct names_entry){ text, named, hash };
	n->count++;
}

/* Those behind it in the row that may stand here move up. */
static void
close_up(struct names *n, size_t hole)
{
	size_t mask = n->room - 1, i = hole;

	for (;;) {
		i = (i + 1) & mask;
		if (n->entries[i].text == NULL)
			break;
		/* How far it stands behind its place; and the hole. */
		if (((i - n->entries[i].hash) & mask) >= ((i - hole) & mask)) {
			n->entries[hole] = n->entries[i];
			hole = i;
		}
	}
	n->entries[hole] = (struct names_entry){ NULL, NULL, 0 };
	n->count--;
}

void
names_remove(struct names *n, const char *text)
{
	size_t i;

	if (n->count == 0)
		return;
	i = place_of(n, text, names_hash(text, 0));
	if (n->entries[i].text != NULL)
		close_up(n, i);
}

void *
names_next(const struct names *n, size_t *at)
{
	while (*at < n->room)
		if (n->entries[(*at)++].text != NULL)
			return n->entries[*at - 1].named;
	return NULL;
}

void
names_remove_at(struct names *n, size_t *at)
{
	close_up(n, --*at);
}
