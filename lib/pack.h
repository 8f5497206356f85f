#ifndef LIB_PACK_H
#define LIB_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * pack: reading MessagePack from bytes that nobody vouches for.
 *
 * A cursor over the bytes as they came: nothing is allocated, nothing is
 * believed.  (msgpack-c's own unpacker allocates what an array's header
 * claims before it has seen one element: five bytes ask for 96 GB.)  The
 * first thing that does not fit makes the cursor bad, and it stays bad:
 * later reads return zeros, so that a caller may check once at the end.
 */

struct pack {
	const unsigned char *at, *end;
	bool bad;
};

struct pack_text {
	const char *data; /* into the bytes; not 0-terminated */
	size_t length;
};

void pack_begin(struct pack *, const void *data, size_t length);
bool pack_is_over(const struct pack *); /* good, and nothing left */

/* How many elements follow; bad when that many bytes are not left. */
uint32_t pack_array(struct pack *);
int64_t pack_int(struct pack *); /* bad beyond an int64_t */
bool pack_bool(struct pack *);
bool pack_nil(struct pack *); /* true and past it, if it is nil */
bool pack_is_array(const struct pack *);
bool pack_is_int(const struct pack *);
bool pack_is_text(const struct pack *);
struct pack_text pack_text(struct pack *);
struct pack_text pack_bytes(struct pack *);
/* Past one value of any kind, whatever it holds, without recursion. */
void pack_skip(struct pack *);

#endif
