#ifndef LIB_NAMES_H
#define LIB_NAMES_H

#include <stddef.h>
#include <stdint.h>

/*
 * names: a map from texts to what they name.
 *
 * The texts stand in what they name, or live as long; nothing is copied.
 */

struct names {
	struct names_entry *entries; /* NULL while room is 0 */
	size_t count, room;
};

uint64_t names_hash(const char *text, uint64_t seed);
/* FNV-1a as it is, seed 0: for what must be the same in every release. */
uint64_t names_fnv(const char *text, uint64_t seed);

void names_clear(struct names *); /* what was named is not freed */
void *names_find(const struct names *, const char *text); /* or NULL */
/* The text is not yet in it. */
void names_add(struct names *, const char *text, void *named);
void names_remove(struct names *, const char *text);

/*
 * One after another, in no order: *at is 0 at first; NULL after the last.
 * The one just returned may be removed by names_remove_at(), nothing else.
 */
void *names_next(const struct names *, size_t *at);
void names_remove_at(struct names *, size_t *at);

#endif
