/*
 * calendar_text: hours as people write them.
 *
 * One cursor over the text, letters in either case, any spaces.  Hours are
 * days, then windows, again and again: what is neither, or could be
 * meant in two ways, is refused with the place where it stands.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/calendar.h"
#include "lib/civil.h"
#include "lib/text.h"

#define DAY_MIN 1440
#define WORD_MAX 16
#define EVERY_DAY 0x7fU
#define WEEKDAYS 0x1fU
#define WEEKEND 0x60U

struct reader {
	const char *at;
	char *why;
};

/* One clock as written, so that doubtful ones can be told. */
struct clock {
	int minutes;
	bool short_hour; /* one digit, no minutes, neither am nor pm */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_spaces(struct reader *r)
{
	while (is_space(*r->at))
		r->at++;
}

/* Spaces, and what else stands between two things of a list. */
static void
skip(struct reader *r, const char *also)
{
	while (is_space(*r->at) || (*r->at != '\0' && strchr(also, *r->at)))
		r->at++;
}

static bool __attribute__((format(printf, 2, 3)))
refuse(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_formatv(r->why, CALENDAR_WHY, fmt, ap);
	va_end(ap);
	return false;
}

/* What stands here, for a complaint. */
static const char *
shown(const struct reader *r, char out[28])
{
	if (*r->at == '\0')
		return "its end";
	text_format(out, 28, "\"%.24s\"", r->at);
	return out;
}

/* The letters here in lower case; how many. */
static size_t
word_at(const struct reader *r, char word[WORD_MAX])
{
	size_t n = 0;

	for (; n < WORD_MAX - 1 && is_letter(r->at[n]); n++)
		word[n] = (char)(r->at[n] | 0x20);
	word[n] = '\0';
	return is_letter(r->at[n]) ? 0 : n;
}

static bool
take_word(struct reader *r, const char *wanted)
{
	char word[WORD_MAX];
	size_t n = word_at(r, word);

	if (n == 0 || strcmp(word, wanted) != 0)
		return false;
	r->at += n;
	return true;
}

/* "24x7" and the like, that are neither words nor numbers. */
static bool
take_literal(struct reader *r, const char *wanted)
{
	size_t n = strlen(wanted);

	if (strncasecmp(r->at, wanted, n) != 0 || is_digit(r->at[n]) ||
	    is_letter(r->at[n]))
		return false;
	r->at += n;
	return true;
}

/* "-", a longer dash, "..", "to"; with spaces around it. */
static bool
take_dash(struct reader *r)
{
	static const char *const dashes[] = { "-", "\xe2\x80\x93",
		"\xe2\x80\x94", ".." };
	const char *was = r->at;

	skip_spaces(r);
	for (size_t i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++)
		if (strncmp(r->at, dashes[i], strlen(dashes[i])) == 0) {
			r->at += strlen(dashes[i]);
			skip_spaces(r);
			return true;
		}
	if (take_word(r, "to")) {
		skip_spaces(r);
		return true;
	}
	r->at = was;
	return false;
}

/* "mon", "tues", "Wednesday", "fridays", and m, w, f, since t and s would be
   two days each: 0 to 6, or -1. */
static int
weekday_of(const char *word)
{
	static const char *const names[] = { "mondays", "tuesdays",
		"wednesdays", "thursdays", "fridays", "saturdays", "sundays" };
	size_t length = strlen(word);

	if (strcmp(word, "weds") == 0)
		return 2;
	for (int d = 0; d < 7; d++)
		if (length > 0 && strncmp(names[d], word, length) == 0 &&
		    (length > 1 || strchr("mwf", *word) != NULL))
			return d;
	return -1;
}

static bool
take_group(struct reader *r, unsigned *days)
{
	static const struct {
		const char *words;
		unsigned days;
	} groups[] = { { "daily", EVERY_DAY }, { "everyday", EVERY_DAY },
		{ "every day", EVERY_DAY }, { "all week", EVERY_DAY },
		{ "weekdays", WEEKDAYS }, { "weekday", WEEKDAYS },
		{ "workdays", WEEKDAYS }, { "working days", WEEKDAYS },
		{ "business days", WEEKDAYS }, { "weekends", WEEKEND },
		{ "weekend", WEEKEND } };

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (take_literal(r, groups[i].words)) {
			*days |= groups[i].days;
			return true;
		}
	return false;
}

/* A day, or a range of them, which may go over the end of the week. */
static bool
read_days(struct reader *r, unsigned *days)
{
	char word[WORD_MAX], here[28];
	size_t n = word_at(r, word);
	int first = weekday_of(word), last = first;

	if (take_group(r, days))
		return true;
	if (n == 0 || first < 0)
		return refuse(r, "expected a day such as mon at %s",
		    shown(r, here));
	r->at += n;
	if (take_dash(r)) {
		n = word_at(r, word);
		if (n == 0 || (last = weekday_of(word)) < 0)
			return refuse(r, "expected a day such as fri at %s",
			    shown(r, here));
		r->at += n;
	}
	for (int d = first;; d = (d + 1) % 7) {
		*days |= 1U << d;
		if (d == last)
			return true;
	}
}

/* Not a day, though it is a word: "sun closed", "sat all day". */
static bool
take_closed(struct reader *r)
{
	return take_literal(r, "closed") || take_literal(r, "off");
}

static bool
take_all_day(struct reader *r)
{
	return take_literal(r, "all day") || take_literal(r, "24h");
}

static bool
is_hours(const struct reader *r)
{
	struct reader ahead = *r;

	return take_closed(&ahead) || take_all_day(&ahead);
}

/* Days as far as they go: "mon-wed, fri and sun". */
static bool
read_day_list(struct reader *r, unsigned *days)
{
	*days = 0;
	do {
		if (!read_days(r, days))
			return false;
		skip(r, ",&+/");
		if (take_word(r, "and"))
			skip_spaces(r);
	} while (is_letter(*r->at) && !is_hours(r));
	if (*r->at == ':')
		r->at++;
	skip_spaces(r);
	return true;
}

static int
digits(struct reader *r, int *value)
{
	int n = 0;

	for (*value = 0; is_digit(*r->at) && n < 5; n++)
		*value = *value * 10 + (*r->at++ - '0');
	return n;
}

/* ":30" after an hour; seconds only as ":00". */
static bool
read_minutes(struct reader *r, int *minutes)
{
	if (!is_digit(r->at[1]) || !is_digit(r->at[2]) || is_digit(r->at[3]))
		return false;
	*minutes = (r->at[1] - '0') * 10 + r->at[2] - '0';
	r->at += 3;
	if (strncmp(r->at, ":00", 3) == 0 && !is_digit(r->at[3]))
		r->at += 3;
	return *minutes < 60 && *r->at != ':';
}

/* "5pm", "12 am"; false when there is no such hour. */
static bool
read_half(struct reader *r, int *hour, bool *given)
{
	const char *was = r->at;
	bool pm;

	skip_spaces(r);
	pm = take_word(r, "pm");
	*given = pm || take_word(r, "am");
	if (!*given) {
		r->at = was;
		return true;
	}
	if (*hour < 1 || *hour > 12)
		return false;
	*hour = *hour % 12 + (pm ? 12 : 0);
	return true;
}

/* "9", "09", "9:30", "09.30", "0930", "5pm": true if it is one. */
static bool
read_clock(struct reader *r, struct clock *out)
{
	int hour, minutes = 0, n = digits(r, &hour);
	bool half, alone = n == 1;

	if (n == 4) {
		minutes = hour % 100;
		hour /= 100;
	} else if (n != 1 && n != 2) {
		return false;
	} else if (*r->at == ':' || (*r->at == '.' && r->at[1] != '.')) {
		alone = false;
		if (!read_minutes(r, &minutes))
			return false;
	}
	if (minutes > 59 || !read_half(r, &hour, &half))
		return false;
	out->minutes = hour * 60 + minutes;
	out->short_hour = alone && !half;
	return out->minutes <= DAY_MIN;
}

/* "9-5" is more likely the day than the night. */
static bool
is_doubtful(const struct clock *from, const struct clock *to)
{
	return to->minutes <= from->minutes && from->minutes <= DAY_MIN / 2 &&
	    to->short_hour && to->minutes > 0;
}

static bool
read_window(struct reader *r, struct calendar_window *w)
{
	char here[28];
	const char *began = r->at;
	struct clock from, to;
	int length;

	if (!read_clock(r, &from) || from.minutes == DAY_MIN || !take_dash(r) ||
	    !read_clock(r, &to) || is_letter(*r->at)) {
		r->at = began;
		return refuse(r, "expected a window such as 09:00-17:00 at %s",
		    shown(r, here));
	}
	length = (int)(r->at - began);
	if (is_doubtful(&from, &to))
		return refuse(r,
		    "\"%.*s\" could be meant in two ways: write "
		    "%02d:%02d-%02d:00"
		    " or %02d:%02d-%02d:00",
		    length, began, from.minutes / 60, from.minutes % 60,
		    to.minutes / 60 + 12, from.minutes / 60, from.minutes % 60,
		    to.minutes / 60);
	w->from_min = from.minutes;
	w->to_min = to.minutes;
	if (w->to_min <= w->from_min)
		w->to_min += DAY_MIN;
	return true;
}

static bool
add_window(struct reader *r, struct calendar_hours *h,
    struct calendar_window window)
{
	if (h->count == CALENDAR_WINDOWS_MAX)
		return refuse(r, "more than %d windows", CALENDAR_WINDOWS_MAX);
	h->items = mem_grow(h->items, (h->count + 1) * sizeof(*h->items));
	h->items[h->count++] = window;
	return true;
}

/* The whole week, or whole office weeks, in a word. */
static bool
take_shorthand(struct reader *r, struct calendar_window *w)
{
	static const struct {
		const char *words;
		struct calendar_window window;
	} known[] = { { "24x7", { EVERY_DAY, 0, DAY_MIN } },
		{ "24x7x365", { EVERY_DAY, 0, DAY_MIN } },
		{ "24/7/365", { EVERY_DAY, 0, DAY_MIN } },
		{ "24/7", { EVERY_DAY, 0, DAY_MIN } },
		{ "always", { EVERY_DAY, 0, DAY_MIN } },
		{ "24x5", { WEEKDAYS, 0, DAY_MIN } },
		{ "24/5", { WEEKDAYS, 0, DAY_MIN } },
		{ "8x5", { WEEKDAYS, 9 * 60, 17 * 60 } } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (take_literal(r, known[i].words)) {
			*w = known[i].window;
			return true;
		}
	return false;
}

/* "daily" and no window: nothing else can be meant than all of each day. */
static bool
take_every_day(struct reader *r, struct calendar_window *w)
{
	struct reader ahead = *r;
	unsigned days = 0;

	if (!take_group(&ahead, &days) || days != EVERY_DAY)
		return false;
	skip_spaces(&ahead);
	if (*ahead.at != '\0' && *ahead.at != ';')
		return false;
	*r = ahead;
	*w = (struct calendar_window){ EVERY_DAY, 0, DAY_MIN };
	return true;
}

/* Days if they are named here, and one window; of days that are closed, one
   without a length. */
static bool
read_item(struct reader *r, unsigned *days, struct calendar_window *w)
{
	char here[28];

	*w = (struct calendar_window){ 0 };
	if (take_shorthand(r, w) || take_every_day(r, w))
		return true;
	if (is_letter(*r->at) && !read_day_list(r, days))
		return false;
	if (*days == 0)
		return refuse(r, "on which days? write daily or mon-fri at %s",
		    shown(r, here));
	w->days = *days;
	if (take_closed(r)) {
		*days = 0;
		return true;
	}
	if (take_all_day(r)) {
		w->to_min = DAY_MIN;
		return true;
	}
	return read_window(r, w);
}

/* "mon-fri 9-12 and 13-17; sat closed": what parts one from the next. */
static void
skip_joint(struct reader *r)
{
	skip(r, ",;&+/");
	if (take_word(r, "and"))
		skip_spaces(r);
}

/* A window more; or days that have none of those said before in this text. */
static bool
put_window(struct reader *r, struct calendar_hours *h, size_t said_before,
    struct calendar_window window)
{
	if (window.to_min > 0)
		return add_window(r, h, window);
	for (size_t i = said_before; i < h->count; i++)
		h->items[i].days &= ~window.days;
	return true;
}

bool
calendar_read_hours(struct calendar_hours *into, const char *text,
    unsigned days, char why[CALENDAR_WHY])
{
	struct reader r = { text, why };
	struct calendar_hours h = { 0 };
	struct calendar_window window;
	bool ok = strlen(text) <= CALENDAR_TEXT_MAX;

	if (!ok)
		refuse(&r, "longer than %d bytes", CALENDAR_TEXT_MAX);
	for (size_t i = 0; ok && i < into->count; i++)
		ok = add_window(&r, &h, into->items[i]);
	for (skip_joint(&r); ok && *r.at != '\0'; skip_joint(&r))
		ok = read_item(&r, &days, &window) &&
		    put_window(&r, &h, into->count, window);
	if (ok && h.count == into->count)
		ok = refuse(&r,
		    "no window is given: write mon-fri "
		    "09:00-17:00 or 24x7");
	if (!ok) {
		free(h.items);
		return false;
	}
	free(into->items);
	*into = h;
	return true;
}
