/*
 * deadline_text: targets as contracts write them.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/deadline.h"
#include "lib/text.h"

#define DAY_S INT64_C(86400)
#define WORD_MAX 16
#define NUMBER_MAX 100000000 /* more is too much in any unit */

enum unit_kind { UNIT_SECONDS, UNIT_BUSINESS };

static const struct unit {
	const char *words; /* each between spaces */
	enum unit_kind kind;
	int64_t worth;
} units[] = {
	{ " s sec secs second seconds ", UNIT_SECONDS, 1 },
	/* All time of a target is open time, which is what these mean. */
	{ " m min mins minute minutes businessminutes workingminutes ",
	    UNIT_SECONDS, 60 },
	{ " h hr hrs hour hours businesshour businesshours workinghour "
	  "workinghours ",
	    UNIT_SECONDS, 3600 },
	{ " d day days ", UNIT_SECONDS, DAY_S },
	{ " w week weeks ", UNIT_SECONDS, 7 * DAY_S },
	{ " bd bds businessday businessdays workingday workingdays ",
	    UNIT_BUSINESS, 1 },
};
#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

static const char *
skip_spaces(const char *at)
{
	return at + strspn(at, " \t");
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters here, in lower case, added to the word. */
static bool
add_letters(const char **at, char word[WORD_MAX])
{
	size_t n = strlen(word);

	for (; is_letter(**at); (*at)++) {
		if (n == WORD_MAX - 1)
			return false;
		word[n++] = (char)(**at | 0x20);
		word[n] = '\0';
	}
	return n > 0;
}

/* "h", "business days". */
static const struct unit *
take_unit(const char **at)
{
	char word[WORD_MAX] = "", padded[WORD_MAX + 2];

	if (!add_letters(at, word))
		return NULL;
	if (strcmp(word, "business") == 0 || strcmp(word, "working") == 0) {
		*at = skip_spaces(*at);
		if (!add_letters(at, word))
			return NULL;
	}
	text_format(padded, sizeof(padded), " %s ", word);
	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (strstr(units[i].words, padded) != NULL)
			return &units[i];
	return NULL;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "4", "1.5": in thousandths. */
static bool
take_number(const char **at, int64_t *milli)
{
	const char *p = *at;
	int64_t n = 0;
	int decimals = -1;

	if (!is_digit(*p))
		return false;
	for (; is_digit(*p) && n < NUMBER_MAX; p++)
		n = n * 10 + (*p - '0');
	if (*p == '.' && is_digit(p[1]))
		for (p++, decimals = 0; is_digit(*p) && decimals < 3; p++)
			n = n * 10 + (*p - '0'), decimals++;
	for (int i = decimals > 0 ? decimals : 0; i < 3; i++)
		n *= 10;
	*milli = n;
	*at = p;
	return true;
}

/* So many of what is worth that many seconds; none but whole ones. */
static bool
add_seconds(int64_t milli, int64_t worth, int64_t *seconds)
{
	if (milli * worth % 1000 != 0)
		return false;
	*seconds += milli * worth / 1000;
	return *seconds <= DEADLINE_DAYS_MAX * DAY_S;
}

/* A number and its unit; false when it is neither, or too much. */
static bool
take_part(const char **at, int64_t *seconds, int64_t *business)
{
	const struct unit *unit;
	int64_t milli;
	const char *p = *at;

	if (!take_number(&p, &milli))
		return false;
	p = skip_spaces(p);
	if ((unit = take_unit(&p)) == NULL)
		return false;
	*at = skip_spaces(p);
	if (unit->kind == UNIT_SECONDS)
		return add_seconds(milli, unit->worth, seconds);
	*business += milli / 1000;
	return milli % 1000 == 0 && *business <= DEADLINE_DAYS_MAX;
}

/* "PT4H", "P1DT12H", "P2W": the rest of it as ISO 8601 has it. */
static bool
take_iso(const char *p, int64_t *seconds)
{
	static const char letters[] = "WDTHMS";
	static const int64_t worth[] = { 7 * DAY_S, DAY_S, 0, 3600, 60, 1 };
	const char *from = letters, *clock = letters + 2, *letter;
	int64_t milli;

	do {
		if ((*p == 'T' || *p == 't') && from <= clock)
			p++, from = clock + 1;
		if (!take_number(&p, &milli) || !is_letter(*p))
			return false;
		letter = strchr(from, *p++ & ~0x20);
		if (letter == NULL || letter == clock ||
		    (from <= clock && letter > clock) ||
		    !add_seconds(milli, worth[letter - letters], seconds))
			return false;
		from = letter + 1;
	} while (*skip_spaces(p) != '\0');
	return true;
}

/* "0", of which the unit does not matter. */
static bool
is_nothing(const char *text)
{
	return *text == '0' && *skip_spaces(text + 1) == '\0';
}

bool
deadline_target_read(const char *text, struct deadline_target *out,
    const char **why)
{
	int64_t seconds = 0, business = 0;

	*why = "expected a duration such as 90m, 4h, 1h30m or 2bd "
	       "(business days), at most 400 days";
	if (strlen(text) > DEADLINE_TEXT_MAX)
		return false;
	text = skip_spaces(text);
	if (*text == 'P' || *text == 'p') {
		if (!take_iso(text + 1, &seconds))
			return false;
	} else if (!is_nothing(text)) {
		do
			if (!take_part(&text, &seconds, &business))
				return false;
		while (*text != '\0');
	}
	out->seconds = (int32_t)seconds;
	out->business_days = (int32_t)business;
	return true;
}

void
deadline_target_text(struct deadline_target t, char *out, size_t room)
{
	static const struct {
		const char *unit;
		int32_t worth;
	} parts[] = { { "d", DAY_S }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };
	struct text all = { 0 };

	if (t.business_days != 0)
		text_addf(&all, "%" PRId32 "bd", t.business_days);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		int32_t n = t.seconds / parts[i].worth;

		if (n > 0)
			text_addf(&all, "%" PRId32 "%s", n, parts[i].unit);
		t.seconds -= n * parts[i].worth;
	}
	text_copy(out, room, all.length > 0 ? all.data : "0s");
	text_clear(&all);
}

int64_t
deadline_target_ms(struct deadline_target t, const struct calendar *c)
{
	int64_t day_ms = calendar_business_day_ms(c);

	if (t.business_days > 0 && day_ms == 0)
		return -1;
	return t.seconds * INT64_C(1000) + t.business_days * day_ms;
}
