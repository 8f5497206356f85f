/*
 * reading: checked values from a pack cursor, with the words for what was
 * wrong.  A value that was refused is the smallest allowed one, and so are
 * all after it.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/reading.h"
#include "lib/text.h"

void
reading_begin(struct reading *in, char why[READING_ERROR], const void *data,
    size_t length)
{
	pack_begin(&in->pack, data, length);
	in->why = why;
	why[0] = '\0';
}

void
reading_fail(struct reading *in, const char *fmt, ...)
{
	va_list ap;

	if (in->why[0] != '\0')
		return;
	va_start(ap, fmt);
	text_formatv(in->why, READING_ERROR, fmt, ap);
	va_end(ap);
}

bool
reading_is_well(const struct reading *in)
{
	return in->why[0] == '\0';
}

int64_t
reading_int(struct reading *in, const char *what, int64_t min, int64_t max)
{
	int64_t value;

	if (!reading_is_well(in))
		return min;
	value = pack_int(&in->pack);
	if (in->pack.bad)
		reading_fail(in, "%s: expected a whole number", what);
	else if (value < min || value > max)
		reading_fail(in, "%s: %" PRId64 " is out of range", what,
		    value);
	return reading_is_well(in) ? value : min;
}

/* An array of at least so many elements: how many it really has. */
uint32_t
reading_array(struct reading *in, const char *what, uint32_t least)
{
	uint32_t count;

	if (!reading_is_well(in))
		return 0;
	count = pack_array(&in->pack);
	if (in->pack.bad)
		reading_fail(in, "%s: expected an array", what);
	else if (count < least)
		reading_fail(in, "%s: %u elements are fewer than %u", what,
		    (unsigned)count, (unsigned)least);
	return reading_is_well(in) ? count : 0;
}

struct pack_text
reading_text(struct reading *in, const char *what, size_t max)
{
	struct pack_text t = { "", 0 };

	if (!reading_is_well(in))
		return t;
	t = pack_text(&in->pack);
	if (in->pack.bad)
		reading_fail(in, "%s: expected a text", what);
	else if (t.length > max)
		reading_fail(in, "%s: longer than %zu bytes", what, max);
	return reading_is_well(in) ? t : (struct pack_text){ "", 0 };
}

struct pack_text
reading_bytes(struct reading *in, const char *what, size_t max)
{
	struct pack_text t = { "", 0 };

	if (!reading_is_well(in))
		return t;
	t = pack_bytes(&in->pack);
	if (in->pack.bad)
		reading_fail(in, "%s: expected bytes", what);
	else if (t.length > max)
		reading_fail(in, "%s: more than %zu bytes", what, max);
	return reading_is_well(in) ? t : (struct pack_text){ "", 0 };
}

bool
reading_end(struct reading *in)
{
	if (reading_is_well(in) && !pack_is_over(&in->pack))
		reading_fail(in, "something follows");
	return reading_is_well(in);
}

/* Elements that a newer writer added. */
void
reading_rest(struct reading *in, uint32_t count, uint32_t known)
{
	for (; reading_is_well(in) && count > known; count--) {
		pack_skip(&in->pack);
		if (in->pack.bad)
			reading_fail(in, "cut short");
	}
}

/*
 * Names are printable ASCII without spaces: they become keys and lines.
 * Nor may '|' be in one: it stands between the names of a record's field.
 */
void
reading_name(struct reading *in, const char *what, size_t max, char *out)
{
	struct pack_text t = reading_text(in, what, max);

	out[0] = '\0';
	if (!reading_is_well(in))
		return;
	if (t.length == 0)
		reading_fail(in, "%s: empty", what);
	for (size_t i = 0; i < t.length; i++)
		if (t.data[i] <= ' ' || t.data[i] > '~' || t.data[i] == '|')
			reading_fail(in, "%s: a character is not allowed",
			    what);
	if (!reading_is_well(in))
		return;
	memcpy(out, t.data, t.length);
	out[t.length] = '\0';
}

/* How many bytes the UTF-8 character at s takes; 0: it is none. */
static size_t
character(const unsigned char *s, size_t left)
{
	size_t length = s[0] < 0x80       ? 1
	    : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
	    : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
	    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
					  : 0;

	if (length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

/* Control characters become spaces, what is not UTF-8 question marks. */
static void
tame(char *text, size_t length)
{
	unsigned char *s = (unsigned char *)text;

	for (size_t i = 0; i < length;) {
		size_t taken = character(s + i, length - i);

		if (taken == 0)
			s[i] = '?';
		else if (s[i] < ' ' || s[i] == 0x7f)
			s[i] = ' ';
		i += taken > 0 ? taken : 1;
	}
}

/* Words of a foreign server: cut, and without control characters. */
void
reading_words(struct reading *in, const char *what, size_t room, char *out)
{
	struct pack_text t = reading_text(in, what, SIZE_MAX);
	char *copy = mem_alloc(t.length + 1);

	memcpy(copy, t.data, t.length);
	tame(copy, t.length);
	text_copy(out, room, copy);
	free(copy);
}

bool
reading_bool(struct reading *in, const char *what)
{
	bool value;

	if (!reading_is_well(in))
		return false;
	value = pack_bool(&in->pack);
	if (in->pack.bad)
		reading_fail(in, "%s: expected true or false", what);
	return value;
}
