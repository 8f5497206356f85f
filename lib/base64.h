#ifndef LIB_BASE64_H
#define LIB_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/text.h"

/* base64: bytes as text (RFC 4648, with padding, on one line). */

void base64_add(struct text *, const void *data, size_t length);
/*
 * Bytes out of text, the caller's to free, with a 0 behind them.  NULL: not
 * base64, or not as base64_add() writes it.
 */
void *base64_read(const char *text, size_t *length);

#endif
