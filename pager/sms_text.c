/* sms_text: see sms_text.h. */
#include <stdint.h>
#include <string.h>

#include "lib/text.h"
#include "pager/sms_text.h"

/* GSM 03.38: beside the letters, digits and signs of ASCII below. */
static const char basic_ascii[] = "@$\n !\"#%&'()*+,-./:;<=>?_";
static const uint16_t basic_others[] = { 0xa3, 0xa5, 0xe8, 0xe9, 0xf9, 0xec,
	0xf2, 0xc7, 0xd8, 0xf8, 0xc5, 0xe5, 0x394, 0x3a6, 0x393, 0x39b, 0x3a9,
	0x3a0, 0x3a8, 0x3a3, 0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9, 0xa4, 0xa1,
	0xc4, 0xd6, 0xd1, 0xdc, 0xa7, 0xbf, 0xe4, 0xf6, 0xf1, 0xfc, 0xe0 };
/* These take two places each; so does 0x20ac. */
static const char extended_ascii[] = "^{}\\[~]|";

static const struct {
	uint16_t from;
	const char *to;
} alike[] = {
	{ 0x60, "'" },
	{ 0x9, " " },
	{ 0xa0, " " },
	{ 0xab, "\"" },
	{ 0xbb, "\"" },
	{ 0xb7, "-" },
	{ 0xe1, "a" },
	{ 0xe2, "a" },
	{ 0xe3, "a" },
	{ 0xe7, "c" },
	{ 0xea, "e" },
	{ 0xeb, "e" },
	{ 0xed, "i" },
	{ 0xee, "i" },
	{ 0xef, "i" },
	{ 0xf3, "o" },
	{ 0xf4, "o" },
	{ 0xf5, "o" },
	{ 0xfa, "u" },
	{ 0xfb, "u" },
	{ 0xc0, "A" },
	{ 0xc1, "A" },
	{ 0xc2, "A" },
	{ 0xc3, "A" },
	{ 0xc8, "E" },
	{ 0xca, "E" },
	{ 0xcb, "E" },
	{ 0xcd, "I" },
	{ 0xce, "I" },
	{ 0xd3, "O" },
	{ 0xd4, "O" },
	{ 0xd5, "O" },
	{ 0xda, "U" },
	{ 0xdb, "U" },
	{ 0x100, "A" },
	{ 0x101, "a" },
	{ 0x112, "E" },
	{ 0x113, "e" },
	{ 0x12a, "I" },
	{ 0x12b, "i" },
	{ 0x14c, "O" },
	{ 0x14d, "o" },
	{ 0x16a, "U" },
	{ 0x16b, "u" },
	{ 0x141, "L" },
	{ 0x142, "l" },
	{ 0x144, "n" },
	{ 0x15a, "S" },
	{ 0x15b, "s" },
	{ 0x160, "S" },
	{ 0x161, "s" },
	{ 0x17a, "z" },
	{ 0x17c, "z" },
	{ 0x17d, "Z" },
	{ 0x17e, "z" },
	{ 0x107, "c" },
	{ 0x10d, "c" },
	{ 0x119, "e" },
	{ 0x105, "a" },
	{ 0x2010, "-" },
	{ 0x2013, "-" },
	{ 0x2014, "-" },
	{ 0x2018, "'" },
	{ 0x2019, "'" },
	{ 0x201c, "\"" },
	{ 0x201d, "\"" },
	{ 0x201e, "\"" },
	{ 0x2026, "..." },
	{ 0x202f, " " },
};

/* One character of UTF-8, and how many bytes it takes; what is none counts
   as one that GSM lacks. */
static uint32_t
take(const char *text, size_t *used)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0;
	uint32_t c = s[0];

	if (more > 0)
		c &= 0x3fU >> more;
	*used = 1;
	for (; more > 0 && (s[*used] & 0xc0) == 0x80; more--)
		c = c << 6 | (s[(*used)++] & 0x3fU);
	return more > 0 ? 0xfffd : c;
}

/* Places that it takes in GSM's alphabet; 0: it is not there. */
static size_t
places(uint32_t c)
{
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	    (c >= 'a' && c <= 'z'))
		return 1;
	if (c < 128 && strchr(basic_ascii, (int)c) != NULL)
		return 1;
	if (c < 128)
		return strchr(extended_ascii, (int)c) != NULL ? 2 : 0;
	for (size_t i = 0; i < sizeof(basic_others) / sizeof(basic_others[0]);
	     i++)
		if (basic_others[i] == c)
			return 1;
	return c == 0x20ac ? 2 : 0;
}

static int
parts_of(size_t count, size_t alone, size_t joined)
{
	return count <= alone ? 1 : (int)((count + joined - 1) / joined);
}

int
sms_parts(const char *text, bool *is_ucs2)
{
	size_t gsm = 0, ucs2 = 0, used;
	bool all = true;

	for (; *text != '\0'; text += used) {
		uint32_t c = take(text, &used);

		all = all && places(c) > 0;
		gsm += places(c);
		ucs2 += c > 0xffff ? 2 : 1;
	}
	*is_ucs2 = !all;
	/* A pair that does not fit at a part's end goes to the next: one less
	   is reckoned with. */
	return all ? parts_of(gsm, 160, 152) : parts_of(ucs2, 70, 66);
}

static const char *
look_alike(uint32_t c)
{
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i].from == c)
			return alike[i].to;
	return NULL;
}

/* With letters that look alike, if that makes it one of GSM's. */
static void
write_alike(char *text, size_t room)
{
	struct text t = { 0 };
	bool is_ucs2;
	size_t used;

	for (const char *p = text; *p != '\0'; p += used) {
		uint32_t c = take(p, &used);
		const char *to = places(c) > 0 ? NULL : look_alike(c);

		if (to != NULL)
			text_add(&t, to);
		else
			text_add_bytes(&t, p, used);
	}
	if (t.length > 0 && t.length < room) {
		(void)sms_parts(t.data, &is_ucs2);
		if (!is_ucs2)
			text_copy(text, room, t.data);
	}
	text_clear(&t);
}

/* What would make it longer than it may be is left out. */
static void
add_line(struct sms *s, const char *line)
{
	size_t length = strlen(s->text);
	bool is_ucs2;

	text_format(s->text + length, sizeof(s->text) - length, "\n%s", line);
	if (sms_parts(s->text, &is_ucs2) > SMS_PARTS_MAX)
		s->text[length] = '\0';
}

void
sms_text(const struct message *m, struct sms *s)
{
	char how[80];

	text_format(s->text, sizeof(s->text), "%s%s%s",
	    m->possible_repeat ? "(repeat?) " : "",
	    m->store_down ? "(store is down) " : "", m->sms);
	write_alike(s->text, sizeof(s->text));
	text_format(how, sizeof(how), "Reply %s take, or %s no.", m->reply,
	    m->reply);
	if (m->reply[0] != '\0')
		add_line(s, how);
	if (m->link[0] != '\0')
		add_line(s, m->link);
	s->parts = sms_parts(s->text, &s->is_ucs2);
}
