/* settings_blackout: days on which a client wants no maintenance. */
#include <string.h>

#include "lib/civil.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

#define DATE_LENGTH 10
#define WORDS_MAX 100

static bool
take_date(const char **text, struct civil_date *date)
{
	char plain[DATE_LENGTH + 1];

	text_format(plain, sizeof(plain), "%.10s", *text);
	if (!civil_date_parse(plain, date))
		return false;
	*text += DATE_LENGTH;
	return true;
}

/* "2026-11-02..2026-11-20 exams": both days, and no word of foreign bytes. */
static bool
read_days(const char *text, struct civil_date *first, struct civil_date *last)
{
	if (!take_date(&text, first))
		return false;
	*last = *first;
	if (strncmp(text, "..", 2) == 0) {
		text += 2;
		if (!take_date(&text, last) ||
		    civil_days(*last) < civil_days(*first))
			return false;
	}
	return *text == '\0' || (*text == ' ' && strlen(text) <= WORDS_MAX);
}

bool
value_blackout(const char *text, const char **why)
{
	struct civil_date first, last;

	if (!value_notes(text, why))
		return false;
	*why = "expected days such as \"2026-12-24\" or "
	       "\"2026-11-02..2026-11-20 exams\"";
	return strchr(text, '\n') == NULL && strchr(text, '\t') == NULL &&
	    read_days(text, &first, &last);
}

const char *
settings_blackout(const struct client *c, int64_t from_ms, int64_t to_ms)
{
	CONF_EACH (char *const, text, &c->blackouts) {
		struct civil_date first, last;

		if (!read_days(*text, &first, &last))
			continue; /* of a tree that was refused */
		last = civil_from_days(civil_days(last) + 1);
		if (from_ms < civil_first_ms(c->zone, last, 0) &&
		    to_ms > civil_first_ms(c->zone, first, 0))
			return *text;
	}
	return NULL;
}
