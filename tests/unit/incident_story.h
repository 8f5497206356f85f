#ifndef TESTS_UNIT_INCIDENT_STORY_H
#define TESTS_UNIT_INCIDENT_STORY_H

/* What the tests of incidents have in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "pager/incident.h"
#include "tests/unit/duty_world.h"

static inline struct alarm
alarm_of(const char *subject, const char *client, int severity)
{
	struct alarm a = { .event = ALARM_RAISED,
		.kind = ALARM_DOWN,
		.severity = severity,
		.at_ms = 1000,
		.since_ms = 500 };

	text_copy(a.subject, sizeof(a.subject), subject);
	text_copy(a.client, sizeof(a.client), client);
	text_copy(a.text, sizeof(a.text), "is down");
	return a;
}

static inline struct incident *
incident_of(const char *subject, const char *client, int severity)
{
	struct alarm a = alarm_of(subject, client, severity);
	struct incident *inc = incident_new(7, 1000);

	text_copy(inc->subject, sizeof(inc->subject), subject);
	text_copy(inc->client, sizeof(inc->client), client);
	assert_true(incident_alarm(inc, &a));
	(void)incident_raise(inc);
	return inc;
}

/* So many lines of this kind and client are kept; the first says this. */
static inline size_t
count_lines(const struct incident *inc, bool public, const char *client,
    const char **first)
{
	size_t count = 0;

	for (size_t i = 0; i < inc->line_count; i++) {
		const struct line *l = &inc->lines[i];

		if (l->public != public || strcmp(l->client, client) != 0)
			continue;
		if (count++ == 0)
			*first = l->text;
	}
	return count;
}

#endif
