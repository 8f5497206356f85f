#ifndef LIB_ERASE_H
#define LIB_ERASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * erase: names of people out of a record of JSON.
 *
 * What stands in the fields "by" and "who" of an object that was written
 * before an instant ("at", its own or that of the object around it) becomes
 * "erased-1", "erased-2", ...: within one record the same word for the same
 * name.  All else stays as it is.  person: only this one's; NULL: anybody's.
 *
 * To be freed; NULL: there is nothing to be erased, or it is no such record.
 * A line that says what was replaced ("resealed") never changes.
 */
#define ERASE_NAMES_MAX 1000 /* of one record */
char *erase_names(const char *json, size_t length, int64_t before_ms,
    const char *person);

/*
 * The same of an entry of a journal, which will stand elsewhere afterwards:
 * "stood" says where it stood first.  *left_ms is the earliest instant of a
 * name that stays; NEVER: none does.
 */
#define ERASE_STOOD "stood"
char *erase_entry(const char *json, size_t length, int64_t before_ms,
    const char *person, const char *id, int64_t *left_ms);

/*
 * What of an entry is the same before and after an erasure: no name is in it,
 * and with is_first nothing of where it stood.  To be freed; NULL: it has no
 * names, and is itself the same.
 */
char *erase_bare(const char *json, size_t length, bool is_first);
/* Where it stood first, if it took another one's place ("": that is no text);
   false: it did not. */
bool erase_stood(const char *json, size_t length, char *id, size_t room);

/* Words for names: the same for the same name, none that is there already. */
struct erase_words {
	char **names; /* the n-th becomes erased-(base + n + 1) */
	size_t count, base;
};
#define ERASE_WORD 40
bool erase_is_word(const char *name);
void erase_words_keep(struct erase_words *, const char *word);
void
erase_words_give(struct erase_words *, const char *name, char out[ERASE_WORD]);
void erase_words_clear(struct erase_words *);

#endif
