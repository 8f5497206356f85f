#ifndef TESTS_UNIT_COVERS_STORY_H
#define TESTS_UNIT_COVERS_STORY_H

/* What the stories of calendars of overrides have in common. */
#include <stdlib.h>

#include "lib/calendar_covers.h"
#include "lib/civil.h"
#include "tests/unit/duty_story.h"

static const char tree[] =
    HEAD "  - { name: maya, zone: America/New_York, email: M@kahu.example }\n"
	 "  - { name: moana, zone: UTC }\n"
	 "rotas:\n"
	 "  - name: support\n"
	 "    max_watch: 48h\n"
	 "    watches:\n"
	 "      - { zone: UTC, takes_over: '08:00', people: [isla, tom] }\n"
	 "  - name: second\n"
	 "    max_watch: 7d\n"
	 "    watches: [{ zone: UTC, takes_over: '08:00', people: [tom] }]\n";

/* A calendar of these lines, read at NIGHT, in words. */
struct story {
	struct settings *settings;
	struct covers_given given;
	struct text told;
	size_t line;
	char why[CALENDAR_WHY];
};

static inline void
begin(struct story *s)
{
	*s = (struct story){ .settings = world_settings(tree) };
	s->given.settings = s->settings;
	s->given.rota = settings_rota(s->settings, "support");
	assert_true(civil_parse(NIGHT, &s->given.now_ms));
}

static inline void
end(struct story *s)
{
	settings_free(s->settings);
	text_clear(&s->told);
}

static inline void
tell(struct story *s, const struct covers *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct cover_event *e = &c->events[i];

		text_addf(&s->told, "%zu %s%s%s %s %s\n", e->line, e->uid,
		    e->fixed[0] != '\0' ? "/" : "", e->fixed,
		    e->rota != NULL ? e->rota->name : "-",
		    e->person != NULL ? e->person->name : "-");
		for (size_t j = 0; j < e->count; j++) {
			char from[40], to[40];

			civil_utc(e->times[j].from_ms, from, sizeof(from));
			civil_utc(e->times[j].to_ms, to, sizeof(to));
			text_addf(&s->told, "  %s%s%s to %s\n", e->times[j].id,
			    e->times[j].id[0] != '\0' ? ": " : "", from, to);
		}
	}
	if (c->over + c->later + c->seconds > 0)
		text_addf(&s->told, "over %zu, later %zu, seconds %zu\n",
		    c->over, c->later, c->seconds);
}

static inline bool
read_bytes(struct story *s, const char *bytes)
{
	struct covers c;
	bool good =
	    covers_read(&c, &s->given, bytes, strlen(bytes), &s->line, s->why);

	text_clear(&s->told);
	text_add(&s->told, "");
	if (good)
		tell(s, &c);
	covers_clear(&c);
	return good;
}

static inline char *
text_of(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static inline char *
text_of(const char *fmt, ...)
{
	struct text t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	return text_take(&t);
}

static inline bool
read_lines(struct story *s, const char *lines)
{
	char *bytes = text_of("BEGIN:VCALENDAR\r\n%sEND:VCALENDAR\r\n", lines);
	bool good = read_bytes(s, bytes);

	free(bytes);
	return good;
}

static inline void
taken(struct story *s, const char *lines, const char *expected)
{
	if (!read_lines(s, lines))
		fail_msg("line %zu: %s", s->line, s->why);
	assert_string_equal(s->told.data, expected);
}

static inline void
refuses(struct story *s, const char *lines, size_t line, const char *why)
{
	if (read_lines(s, lines))
		fail_msg("taken: %s", s->told.data);
	check_has(s->why, why);
	assert_int_equal(s->line, line);
}

#define VEVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"
#define HOURS "DTSTART:20260702T080000Z\r\nDTEND:20260702T120000Z\r\n"
#define MORNING "  2026-07-02T08:00:00Z to 2026-07-02T12:00:00Z\n"

#endif
