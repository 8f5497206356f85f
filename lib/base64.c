/* base64: see base64.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/base64.h"

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_add(struct text *t, const void *data, size_t length)
{
	const unsigned char *s = data;

	for (size_t i = 0; i < length; i += 3) {
		size_t left = length - i;
		unsigned bits = (unsigned)s[i] << 16 |
		    (left > 1 ? (unsigned)s[i + 1] << 8 : 0) |
		    (left > 2 ? s[i + 2] : 0);
		char quad[4] = { digits[bits >> 18], digits[bits >> 12 & 63],
			left > 1 ? digits[bits >> 6 & 63] : '=',
			left > 2 ? digits[bits & 63] : '=' };

		text_add_bytes(t, quad, sizeof(quad));
	}
}

/* What four characters are; -1: they are none. */
static int
read_quad(const char *text, unsigned char out[3])
{
	int count = text[3] != '=' ? 3 : text[2] != '=' ? 2 : 1;
	unsigned bits = 0;

	for (int i = 0; i < 4; i++) {
		const char *at = strchr(digits, text[i]);

		if (i <= count && (at == NULL || *at == '\0'))
			return -1;
		bits = bits << 6 | (i <= count ? (unsigned)(at - digits) : 0);
	}
	if ((bits & ((1U << (8 * (3 - count))) - 1)) != 0)
		return -1; /* bits that no byte has */
	out[0] = (unsigned char)(bits >> 16);
	out[1] = (unsigned char)(bits >> 8 & 255);
	out[2] = (unsigned char)(bits & 255);
	return count;
}

void *
base64_read(const char *text, size_t *length)
{
	size_t size = strlen(text);
	unsigned char *data = mem_alloc(size / 4 * 3 + 1);
	int count = 3;

	*length = 0;
	if (size % 4 != 0)
		count = -1;
	for (size_t i = 0; count == 3 && i < size; i += 4) {
		count = read_quad(text + i, data + *length);
		*length += count > 0 ? (size_t)count : 0;
		if (count != 3 && i + 4 < size)
			count = -1; /* an end before the end */
	}
	if (count < 0) {
		free(data);
		return NULL;
	}
	data[*length] = '\0';
	return data;
}
