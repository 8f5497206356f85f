/*
 * deadline_text: targets as contracts write them.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/deadline.h"
#include "lib/text.h"

#define DAY_S INT64_C(86400)
#define WORD_MAX 16

enum unit_kind { UNIT_SECONDS, UNIT_BUSINESS };

static const struct unit {
	const char *words; /* each between spaces */
	enum unit_kind kind;
	int64_t worth;
} units[] = {
	{ " s sec secs second seconds ", UNIT_SECONDS, 1 },
	{ " m min mins minute minutes ", UNIT_SECONDS, 60 },
	{ " h hr hrs hour hours ", UNIT_SECONDS, 3600 },
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

/* Letters here, in lower case, added to the word. */
static bool
add_letters(const char **at, char word[WORD_MAX])
{
	size_t n = strlen(word);

	for (; (**at >= 'a' && **at <= 'z') || (**at >= 'A' && **at <= 'Z');
	     (*at)++) {
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

/* A number and its unit; false when it is neither, or too much. */
static bool
take_part(const char **at, int64_t *seconds, int64_t *business)
{
	const struct unit *unit;
	int64_t n = 0;
	const char *p = *at;

	for (; *p >= '0' && *p <= '9' && n < INT32_MAX; p++)
		n = n * 10 + (*p - '0');
	if (p == *at)
		return false;
	p = skip_spaces(p);
	if ((unit = take_unit(&p)) == NULL)
		return false;
	if (unit->kind == UNIT_BUSINESS)
		*business += n;
	else
		*seconds += n * unit->worth;
	*at = skip_spaces(p);
	return *seconds <= DEADLINE_DAYS_MAX * DAY_S &&
	    *business <= DEADLINE_DAYS_MAX;
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
	do
		if (!take_part(&text, &seconds, &business))
			return false;
	while (*text != '\0');
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
