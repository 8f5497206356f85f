#ifndef LIB_WINDOW_H
#define LIB_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * window: maintenance as it was announced to one client, and all that was said
 * of it since.
 *
 * One announcement has one or more times, each with its changes; what was said
 * last is the window.  Nothing is ever taken out of it: a change, also a
 * cancellation, stands behind what it changes, with its instant and whose it
 * was.  A shard writes the record (docs/redis.md: "windows"); status pages and
 * the command line read it.
 */

#define WINDOW_ID_MAX 31      /* "m-5f0c9a1b22" */
#define WINDOW_TEXT_MAX 500   /* bytes of what clients read, and of reasons */
#define WINDOW_TIMES_MAX 400  /* of one announcement */
#define WINDOW_CHANGES_MAX 64 /* of one time */
#define WINDOW_ENDPOINTS_MAX 1000

struct window_change {
	int64_t at_ms;
	char *by;
	char *why;    /* NULL: not said */
	char *forced; /* which blackout it lies in all the same; NULL */
	bool cancelled;
	int64_t from_ms, to_ms; /* the window from here on; as before if not */
};

struct window_time {
	int64_t from_ms, to_ms; /* as announced, half-open */
	struct window_change *changes;
	size_t count;
};

struct window {
	char *client, *id;
	int64_t at_ms; /* when it was announced */
	char *by;
	char *text;       /* what clients are told */
	char *rule;       /* by which its times repeat; NULL: by none */
	char *forced;     /* as above */
	char **endpoints; /* "acme/learn"; none: all of the client's */
	size_t endpoint_count;
	struct window_time *times; /* by rising from_ms */
	size_t count;
};

void window_free(struct window *);
/* To be freed. */
char *window_encode(const struct window *);
/* field: "acme|m-5f0c9a1b22".  NULL: unreadable, told in error. */
struct window *window_decode(const char *field, const void *data, size_t length,
    char error[160]);

/* The endpoint that was called so when it was announced; by its key. */
struct renames;
bool
window_covers(const struct window *, const struct renames *, const char *key);
/* How it stands; false: it is cancelled. */
bool
window_stands(const struct window_time *, int64_t *from_ms, int64_t *to_ms);
/*
 * When it held, whatever was said later: one that was cancelled while it ran
 * held until then.  False: it never did.
 */
bool window_held(const struct window_time *, int64_t *from_ms, int64_t *to_ms);
/* The first time that is not over, or NULL. */
struct window_time *window_next(const struct window *, int64_t now_ms);
/* What is given is copied. */
void window_change(struct window_time *, const struct window_change *);

#endif
