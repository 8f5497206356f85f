#ifndef LIB_HTTP_HEAD_H
#define LIB_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * http_head: the first part of a request, from foreign bytes.
 *
 * Strict where leniency has been abused: one Content-Length in plain digits
 * and no other framing, no folded lines, no bare line feeds, no control
 * characters.  The text is taken apart in place and must outlive the head.
 */

#define HTTP_FIELDS_MAX 64

struct http_field {
	const char *name, *value;
};

struct http_head {
	const char *method;
	char *path;        /* percent-decoded; begins with a slash */
	const char *query; /* as it came, without its question mark; or "" */
	struct http_field fields[HTTP_FIELDS_MAX];
	size_t count;
	int64_t length;  /* of the body */
	bool keep_alive; /* may be followed by another request */
	bool wants_continue;
};

/* Bytes up to and with the empty line; 0 when it has not come yet. */
size_t http_head_size(const char *data, size_t length);

/*
 * Parse "text" (its last bytes are the empty line).  Return 0, or the HTTP
 * status to refuse it with and why in *error.
 */
int http_head_parse(char *text, size_t length, struct http_head *,
    const char **error);

/* The value of a header field, or NULL; names in any case. */
const char *http_head_field(const struct http_head *, const char *name);
size_t http_head_count(const struct http_head *, const char *name);

/*
 * The value of a key in "a=1&b=2", decoded, as 0-terminated text without
 * further zero bytes; NULL when absent, malformed or too long for room.
 */
const char *http_param(const char *text, size_t length, const char *key,
    char *out, size_t room);
/* Is there anything behind "key=", whether or not it can be decoded? */
bool http_param_given(const char *text, size_t length, const char *key);

#endif
