/* mail: see mail.h. */
#include <string.h>

#include "lib/base64.h"
#include "lib/civil.h"
#include "lib/mail.h"

#define LINE_MAX_CHARS 76
#define WORD_BYTES_MAX 45 /* 60 characters of base64, 72 with its frame */

static const char hex[] = "0123456789ABCDEF";

bool
mail_address_is_good(const char *address)
{
	const char *at = strchr(address, '@');

	if (at == NULL || at == address || at[1] == '\0' ||
	    strchr(at + 1, '@') != NULL || strlen(address) > MAIL_ADDRESS_MAX)
		return false;
	for (const char *p = address; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f ||
		    strchr("<>()[],;:\\\"", *p) != NULL)
			return false;
	return address[0] != '-' && at[1] != '.';
}

/* Characters of ASCII only, none of which begins an encoded word. */
static bool
is_plain(const char *s)
{
	for (const char *p = s; *p != '\0'; p++)
		if (*p < ' ' || *p >= 0x7f)
			return false;
	return strstr(s, "=?") == NULL;
}

/* Bytes of s that one encoded word takes, without cutting a character. */
static size_t
word_length(const char *s)
{
	size_t length = strnlen(s, WORD_BYTES_MAX + 1);

	if (length <= WORD_BYTES_MAX)
		return length;
	length = WORD_BYTES_MAX;
	while (length > 1 && ((unsigned char)s[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static void
add_encoded(struct text *t, const char *s)
{
	for (size_t length; *s != '\0'; s += length) {
		length = word_length(s);
		text_add(t, "=?UTF-8?B?");
		base64_add(t, s, length);
		text_add(t, s[length] != '\0' ? "?=\r\n " : "?=");
	}
}

/* Words of ASCII, folded before the one that would pass the margin. */
static void
add_folded(struct text *t, const char *s, size_t column)
{
	while (*s != '\0') {
		size_t word = strspn(s, " ");

		word += strcspn(s + word, " ");
		if (column + word > LINE_MAX_CHARS && *s == ' ' &&
		    s[strspn(s, " ")] != '\0') {
			text_add(t, "\r\n");
			column = 0;
		}
		text_add_bytes(t, s, word);
		column += word;
		s += word;
	}
}

void
mail_add_text(struct text *t, const char *name, const char *value)
{
	struct text clean = { 0 };

	text_add_plain(&clean, value);
	text_addf(t, "%s: ", name);
	if (is_plain(clean.data))
		add_folded(t, clean.data, strlen(name) + 2);
	else
		add_encoded(t, clean.data);
	text_add(t, "\r\n");
	text_clear(&clean);
}

static void
add_quoted(struct text *t, const char *s)
{
	text_add(t, "\"");
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			text_add(t, "\\");
		text_add_bytes(t, s, 1);
	}
	text_add(t, "\"");
}

void
mail_add_mailbox(struct text *t, const char *header, const char *name,
    const char *address)
{
	struct text clean = { 0 };

	text_add_plain(&clean, name);
	text_addf(t, "%s: ", header);
	if (*clean.data != '\0') {
		if (is_plain(clean.data) && clean.length < 60)
			add_quoted(t, clean.data);
		else
			add_encoded(t, clean.data);
		text_add(t, "\r\n ");
	}
	text_addf(t, "<%s>\r\n", address);
	text_clear(&clean);
}

void
mail_add_date(struct text *t, int64_t at_ms)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil_date date;
	int second;

	/* Without zone data, which an agent would carry for this alone. */
	date = civil_from_days(at_ms / 86400000);
	second = (int)(at_ms / 1000 % 86400);
	text_addf(t, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n",
	    days[civil_weekday(date)], date.day, months[date.month - 1],
	    date.year, second / 3600, second / 60 % 60, second % 60);
}

/* The left side of a message id: letters, digits, "-", "_" and single dots. */
void
mail_add_id(struct text *t, const char *s)
{
	for (; *s != '\0'; s++)
		if ((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
		    (*s >= 'A' && *s <= 'Z') || *s == '-' || *s == '_')
			text_add_bytes(t, s, 1);
		else
			text_addf(t, "_%02x", (unsigned char)*s);
}

void
mail_add_token(struct text *t, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	text_addf(t, "%s: ", name);
	mail_add_id(t, value);
	text_add(t, "\r\n");
}

/* No answering machine is to reply; the body follows. */
void
mail_end_header(struct text *t)
{
	text_add(t,
	    "Auto-Submitted: auto-generated\r\n"
	    "X-Auto-Response-Suppress: All\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "\r\n");
}

/* One line of the body, quoted-printable with soft breaks. */
void
mail_add_line(struct text *t, const char *line)
{
	size_t column = 0;

	for (const char *p = line; *p != '\0'; p++) {
		/* A dot or "From" at the beginning means something to MTAs;
		 * a blank at the end gets lost. */
		bool escape = *p == '=' || *p < ' ' || *p >= 0x7f ||
		    (column == 0 && (*p == '.' || *p == 'F')) ||
		    (*p == ' ' && p[1] == '\0');
		size_t width = escape ? 3 : 1;

		if (column + width > LINE_MAX_CHARS - 1) {
			text_add(t, "=\r\n");
			column = 0;
			escape = escape || *p == '.' || *p == 'F';
			width = escape ? 3 : 1;
		}
		if (escape) {
			char code[3] = { '=', hex[(unsigned char)*p >> 4],
				hex[*p & 15] };

			text_add_bytes(t, code, sizeof(code));
		} else
			text_add_bytes(t, p, 1);
		column += width;
	}
	text_add(t, "\r\n");
}

void
mail_add_body(struct text *t, const char *body, size_t length)
{
	size_t i = 0;

	while (i < length) {
		const char *end = memchr(body + i, '\n', length - i);
		size_t line =
		    end != NULL ? (size_t)(end - body) - i : length - i;
		struct text raw = { 0 }, clean = { 0 };

		text_add_bytes(&raw, body + i, line);
		if (raw.length > 0 && raw.data[raw.length - 1] == '\r')
			raw.data[raw.length - 1] = '\0';
		text_add_plain(&clean, raw.data);
		mail_add_line(t, clean.data);
		text_clear(&raw);
		text_clear(&clean);
		i += line + 1;
	}
}
