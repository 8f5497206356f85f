#ifndef COLLECTOR_API_KEPT_H
#define COLLECTOR_API_KEPT_H

#include <stddef.h>
#include <stdint.h>

/*
 * api_kept: what the read API answered just now, for whoever may see the same
 * and asks the same.
 *
 * For API_KEEP_MS, at most API_KEPT_MAX answers and API_KEPT_BYTES; the oldest
 * goes first.  The answer that was added last is there in any case, until the
 * next call.  Pure.
 */

#define API_KEEP_MS 1000 /* an answer is made anew after that */
#define API_KEPT_MAX 256
#define API_KEPT_BYTES (32 << 20) /* of bodies and keys */
#define API_ETAG_ROOM 24

struct api_kept; /* all of them */
struct api_answer {
	const char *body;
	size_t length;
	char etag[API_ETAG_ROOM];
};

struct api_kept *api_kept_new(void);
void api_kept_free(struct api_kept *);
/* NULL: it is not kept, or no longer; else good until the next call. */
const struct api_answer *
api_kept_find(struct api_kept *, const char *key, int64_t now_us);
/* In place of one of the same key; body is taken over, to be freed. */
const struct api_answer *api_kept_add(struct api_kept *, const char *key,
    char *body, const char *etag, int64_t now_us);
void api_kept_clear(struct api_kept *);
size_t api_kept_bytes(const struct api_kept *);

#endif
