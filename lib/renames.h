#ifndef LIB_RENAMES_H
#define LIB_RENAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * renames: what endpoints were called, and when.
 *
 * Records of an endpoint bear the name that it had first, its key, for as long
 * as there are any: so a rename moves none of them, and is one record.  Whoever
 * reads them asks here what a key is called, and whose name a name is.
 *
 * A name belongs to whoever took it last; before anybody took it, and where
 * nobody ever did, to the endpoint whose key it is.  Who lost its name to
 * another is called "acme/learn#2", and who takes a name that is still
 * somebody's key gets a key of that form: no name of the settings has a "#".
 */

#define RENAMES_STEPS_MAX 1000 /* of one key; the oldest go */
#define RENAMES_NAME_ROOM 136  /* of a name, and of a key */

struct renames_item;
struct renames_called;
struct renames {
	struct renames_item *items;    /* NULL: nothing was ever renamed */
	struct renames_called *called; /* by every name that one was given */
	size_t added;                  /* items, ever */
	size_t *looks; /* counts the keys looked at for a name; or NULL */
};

void renames_clear(struct renames *);

/* A field of "names"; -1: unreadable, told, and nothing has changed. */
int renames_load(struct renames *, const char *key, const void *value,
    size_t length, char error[160]);
/* The record of a key that was renamed; to be freed. */
char *renames_encode(const struct renames *, const char *key);

/*
 * From that instant on the key has this name: later than what was said of
 * both before, whatever the clock says.
 */
void renames_add(struct renames *, const char *key, int64_t from_ms,
    const char *name);

/* A clock was ahead, and is not any more: no name begins later than now.
   True: one did. */
bool renames_cut(struct renames *, const char *key, int64_t now_ms);

/* Both return what they are given when nobody says otherwise.  Whose a name is
   takes as long as there are keys that ever had it, not as there are any. */
const char *
renames_name(const struct renames *, const char *key, int64_t at_ms);
const char *
renames_key(const struct renames *, const char *name, int64_t at_ms);

/* Whose key it is who takes that name first after then; NULL: nobody does. */
const char *
renames_key_next(const struct renames *, const char *name, int64_t at_ms);

/* What is called so now who had that name then, or has it, or had it last. */
const char *
renames_now(const struct renames *, const char *name, int64_t at_ms);
const char *renames_present(const struct renames *, const char *name);

/* Since when the key is called as it is now; 0: since ever. */
int64_t renames_since(const struct renames *, const char *key);

/* "acme/learn#2", "#3" ...: the first that is nobody's key nor name. */
void renames_spare(const struct renames *, const char *name,
    char out[RENAMES_NAME_ROOM]);

/* The names that a key was given, the first is 0; NULL: it had no more. */
const char *renames_nth(const struct renames *, const char *key, size_t n);

#endif
