#ifndef TESTS_UNIT_CALENDAR_STORY_H
#define TESTS_UNIT_CALENDAR_STORY_H

/* calendar_story: calendars as people say them; what is wrong fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "lib/civil.h"
#include "lib/text.h"

static inline int64_t
at(const char *text)
{
	int64_t ms;

	if (!civil_parse(text, &ms))
		fail_msg("no instant: %s", text);
	return ms;
}

/* Open at these hours. */
static inline void
set_up(struct calendar *c, const char *zone, const char *hours)
{
	char why[CALENDAR_WHY];

	assert_true(calendar_init(c, zone));
	if (!calendar_add_hours(c, hours, why))
		fail_msg("\"%s\": %s", hours, why);
}

static inline void
add_holidays(struct calendar *c, const char *days)
{
	char why[CALENDAR_WHY];

	if (!calendar_add_holidays(c, days, why))
		fail_msg("\"%s\": %s", days, why);
}

static inline void
add_exception(struct calendar *c, const char *text)
{
	char why[CALENDAR_WHY];

	if (!calendar_add_exception(c, text, why))
		fail_msg("\"%s\": %s", text, why);
}

#endif
