/* text: see text.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

void *
mem_alloc(size_t size)
{
	void *p = calloc(1, size > 0 ? size : 1);

	if (p == NULL)
		abort(); /* the service manager restarts us */
	return p;
}

void *
mem_grow(void *old, size_t size)
{
	void *p = realloc(old, size > 0 ? size : 1);

	if (p == NULL)
		abort();
	return p;
}

void *
mem_room(void *old, size_t count, size_t size)
{
	bool is_full = (count & (count - 1)) == 0; /* 0, 1, 2, 4, 8 ... */

	return is_full ? mem_grow(old, (count > 0 ? 2 * count : 1) * size)
		       : old;
}

void *
mem_copy(const void *from, size_t size)
{
	void *p = mem_alloc(size);

	if (size > 0)
		memcpy(p, from, size);
	return p;
}

char *
mem_text(const char *from)
{
	return mem_copy(from, strlen(from) + 1);
}

void
mem_wipe(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}

static void
reserve(struct text *t, size_t more)
{
	size_t need = t->length + more + 1;

	if (need <= t->room)
		return;
	t->room = need > 2 * t->room ? need + 64 : 2 * t->room;
	t->data = mem_grow(t->data, t->room);
}

void
text_clear(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

void
text_add_bytes(struct text *t, const void *bytes, size_t length)
{
	reserve(t, length);
	if (length > 0)
		memcpy(t->data + t->length, bytes, length);
	t->length += length;
	t->data[t->length] = '\0';
}

void
text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void
text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_addv(t, fmt, ap);
	va_end(ap);
}

void
text_addv(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int length;

	va_copy(again, ap);
	length = vsnprintf(NULL, 0, fmt, ap);
	if (length > 0) {
		reserve(t, (size_t)length);
		vsnprintf(t->data + t->length, (size_t)length + 1, fmt, again);
		t->length += (size_t)length;
	} else
		text_add_bytes(t, "", 0);
	va_end(again);
}

void
text_add_html(struct text *t, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&':
			text_add(t, "&amp;");
			break;
		case '<':
			text_add(t, "&lt;");
			break;
		case '>':
			text_add(t, "&gt;");
			break;
		case '"':
			text_add(t, "&quot;");
			break;
		case '\'':
			text_add(t, "&#39;");
			break;
		default:
			text_add_bytes(t, s, 1);
		}
}

/* Least code point that needs a sequence of this length (RFC 3629). */
static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };

/* Length of the UTF-8 character at s, or 0 when it is not one to print. */
static size_t
printable(const unsigned char *s)
{
	size_t length;
	unsigned code;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	code = s[0] & (0xffU >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3fU);
	}
	if (code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000) || code < 0xa0)
		return 0;
	/* Marks that turn the direction of writing can hide text. */
	if ((code >= 0x202a && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069) || code == 0x200e ||
	    code == 0x200f || code == 0x2028 || code == 0x2029)
		return 0;
	return length;
}

void
text_add_plain(struct text *t, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t length;

	text_add_bytes(t, "", 0);
	while (*p != '\0') {
		if ((length = printable(p)) > 0) {
			text_add_bytes(t, p, length);
			p += length;
		} else
			text_addf(t, "\\x%02x", *p++);
	}
}

char *
text_take(struct text *t)
{
	char *data;

	text_add_bytes(t, "", 0);
	data = t->data;
	*t = (struct text){ 0 };
	return data;
}

/* Take back the beginning of a character that the cut left without end. */
static void
mend_end(char *out, size_t length)
{
	size_t i = length, back = 0;

	while (i > 0 && back < 4 && ((unsigned char)out[i - 1] & 0xc0) == 0x80)
		i--, back++;
	if (i > 0 && ((unsigned char)out[i - 1] & 0xc0) == 0xc0) {
		unsigned char lead = (unsigned char)out[i - 1];
		size_t want = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;

		if (back < want)
			out[i - 1] = '\0';
	}
}

bool
text_formatv(char *out, size_t room, const char *fmt, va_list ap)
{
	int length = vsnprintf(out, room, fmt, ap);

	if (length >= 0 && (size_t)length < room)
		return true;
	if (room > 0)
		mend_end(out, strlen(out));
	return false;
}

bool
text_format(char *out, size_t room, const char *fmt, ...)
{
	va_list ap;
	bool fitted;

	va_start(ap, fmt);
	fitted = text_formatv(out, room, fmt, ap);
	va_end(ap);
	return fitted;
}

bool
text_differs(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") != 0;
}

bool
text_is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void
text_copy(char *out, size_t room, const char *s)
{
	size_t length = strnlen(s, room);

	if (room == 0)
		return;
	if (length == room) /* does not fit */
		length--;
	memcpy(out, s, length);
	out[length] = '\0';
	if (s[length] != '\0')
		mend_end(out, length);
}

int
text_refuse(char error[160], const char *why)
{
	text_copy(error, 160, why);
	return -1;
}

void
text_duration(int64_t ms, char *out, size_t room)
{
	long long s = (long long)(ms < 0 ? 0 : ms / 1000);

	if (s < 60)
		text_format(out, room, "%lld s", s);
	else if (s < 600 && s % 60 != 0)
		text_format(out, room, "%lld min %lld s", s / 60, s % 60);
	else if (s < 3600)
		text_format(out, room, "%lld min", s / 60);
	else if (s < 86400)
		text_format(out, room, "%lld h %lld min", s / 3600,
		    s / 60 % 60);
	else
		text_format(out, room, "%lld d %lld h", s / 86400,
		    s / 3600 % 24);
}
