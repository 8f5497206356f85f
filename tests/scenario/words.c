/* words: see words.h. */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "tests/scenario/words.h"

void
words_wrong(struct words *w, const char *fmt, ...)
{
	va_list ap;

	if (w->error[0] != '\0')
		return;
	va_start(ap, fmt);
	text_formatv(w->error, sizeof(w->error), fmt, ap);
	va_end(ap);
}

/* One word from *line on; false at the end. */
static bool
split_one(struct words *w, const char **line)
{
	const char *p = *line + strspn(*line, " \t\r\n");
	size_t length;
	bool quoted = *p == '"';

	if (*p == '\0' || *p == '#')
		return false;
	p += quoted;
	length = strcspn(p, quoted ? "\"" : " \t\r\n");
	if (quoted && p[length] == '\0')
		words_wrong(w, "a text has no end");
	if (length >= WORD_MAX || w->count == WORDS_MAX) {
		words_wrong(w, "too long");
		return false;
	}
	memcpy(w->list[w->count], p, length);
	w->list[w->count++][length] = '\0';
	*line = p + length + (p[length] == '"');
	return true;
}

void
words_split(struct words *w, const char *line, int64_t midnight_ms)
{
	w->midnight_ms = midnight_ms;
	w->count = w->next = 0;
	w->error[0] = '\0';
	while (split_one(w, &line))
		;
}

bool
words_left(const struct words *w)
{
	return w->error[0] == '\0' && w->next < w->count;
}

bool
words_are(struct words *w, const char *word)
{
	if (!words_left(w) || strcmp(w->list[w->next], word) != 0)
		return false;
	w->next++;
	return true;
}

void
words_must(struct words *w, const char *word)
{
	if (words_are(w, word))
		return;
	if (w->next < w->count)
		words_wrong(w, "expected \"%s\", not \"%s\"", word,
		    w->list[w->next]);
	else
		words_wrong(w, "expected \"%s\" after \"%s\"", word,
		    w->count > 0 ? w->list[w->count - 1] : "nothing");
}

const char *
words_take(struct words *w, const char *what)
{
	if (words_left(w))
		return w->list[w->next++];
	words_wrong(w, "expected %s after \"%s\"", what,
	    w->count > 0 ? w->list[w->count - 1] : "nothing");
	return "";
}

static int64_t
span_of(const char *unit)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 },
		{ "h", 3600000 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i].unit) == 0)
			return units[i].ms;
	return 0;
}

int64_t
words_span(struct words *w)
{
	const char *word = words_take(w, "a time such as 5s");
	char *unit;
	long number = strtol(word, &unit, 10);

	if (unit == word || span_of(unit) == 0) {
		words_wrong(w, "expected a time such as 5s, not \"%s\"", word);
		return 0;
	}
	return number * span_of(unit);
}

/* Two digits and, but for the last, what parts them from the next. */
static bool
read_clock(const char *text, size_t length, int64_t *out_ms)
{
	int64_t unit_ms = 3600000, ms = 0;
	size_t i = 0;

	for (; unit_ms >= 1000; unit_ms /= 60) {
		if (i + 2 > length || !isdigit((unsigned char)text[i]) ||
		    !isdigit((unsigned char)text[i + 1]))
			return false;
		ms += ((text[i] - '0') * 10 + text[i + 1] - '0') * unit_ms;
		i += 2;
		if (i == length || text[i] != ':')
			break;
		i++;
	}
	if (i < length && text[i] == '.' && unit_ms == 1000)
		for (i++, unit_ms = 100; i < length && unit_ms > 0 &&
		     isdigit((unsigned char)text[i]);
		     i++, unit_ms /= 10)
			ms += (text[i] - '0') * unit_ms;
	*out_ms = ms;
	return i == length;
}

static int64_t
clock_part(struct words *w, const char *word, size_t length)
{
	int64_t ms = 0;

	if (!read_clock(word, length, &ms))
		words_wrong(w,
		    "expected a time of day such as 12:00:05, not "
		    "\"%s\"",
		    word);
	return w->midnight_ms + ms;
}

int64_t
words_clock(struct words *w)
{
	const char *word = words_take(w, "a time of day");

	return clock_part(w, word, strlen(word));
}

void
words_window(struct words *w, int64_t *low_ms, int64_t *high_ms)
{
	const char *word = words_take(w, "a time of day");
	const char *dots = strstr(word, "..");

	if (dots == NULL) {
		*low_ms = *high_ms = clock_part(w, word, strlen(word));
		return;
	}
	*low_ms = clock_part(w, word, (size_t)(dots - word));
	*high_ms = clock_part(w, dots + 2, strlen(dots + 2));
	if (*high_ms < *low_ms)
		words_wrong(w, "\"%s\" ends before it begins", word);
}

int
words_number(struct words *w, int low, int high)
{
	const char *word = words_take(w, "a number");
	char *end;
	long number = strtol(word, &end, 10);

	if (end == word || *end != '\0' || number < low || number > high)
		words_wrong(w, "expected a number from %d to %d, not \"%s\"",
		    low, high, word);
	return (int)number;
}
