#ifndef TESTS_UNIT_COVER_STORY_H
#define TESTS_UNIT_COVER_STORY_H

/* What the stories of overrides have in common. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* 2026-07-01T10:00Z is isla's until the 2nd, 08:00; then tom's, then maya's. */
static const char cover_tree[] =
    HEAD "  - { name: maya, zone: America/New_York, email: m@kahu.example,"
	 " reach: [mail 0s] }\n"
	 "  - { name: moana, zone: UTC }\n"
	 "rotas:\n"
	 "  - name: support\n"
	 "    max_watch: 48h\n"
	 "    anchor: 2026-07-01\n"
	 "    watches:\n"
	 "      - { zone: UTC, takes_over: '08:00', rotate: daily,"
	 " people: [isla, tom, maya] }\n"
	 "  - name: second\n"
	 "    max_watch: 7d\n"
	 "    watches: [{ zone: UTC, takes_over: '08:00', people: [tom] }]\n"
	 "ladders:\n"
	 "  - name: only\n"
	 "    levels: [{ call: rota support, patience: 5m }]\n";

/* Milliseconds of a day and an hour of July 2026. */
static inline long long
july(int day, int hour)
{
	return 1782864000000 + ((day - 1) * 24LL + hour) * 3600000;
}

static inline void order(struct world *w, const char *command, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

static inline void
order(struct world *w, const char *command, const char *fmt, ...)
{
	char text[700], rest[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(rest, sizeof(rest), fmt, ap);
	va_end(ap);
	text_format(text, sizeof(text), "{\"command\":\"override-%s\",%s}",
	    command, rest);
	world_command(w, text);
}

static inline void
agreed(const struct world *w, const char *part)
{
	check_has(w->answer, part);
	assert_true(w->answer_ok);
}

static inline void
refused(const struct world *w, const char *part)
{
	check_has(w->answer, part);
	assert_false(w->answer_ok);
}

/* The hours of support, for whom they are; more: further fields. */
static inline void
cover_with(struct world *w, const char *more, const char *person,
    long long from_ms, long long to_ms)
{
	order(w, "add",
	    "\"rota\":\"support\",\"for\":\"%s\"%s,\"from_ms\":%lld,"
	    "\"to_ms\":%lld",
	    person, more, from_ms, to_ms);
}

static inline void
cover(struct world *w, const char *person, long long from_ms, long long to_ms)
{
	cover_with(w, "", person, from_ms, to_ms);
}

/* The same, of somebody who has them. */
static inline void
cover_for(struct world *w, const char *person, const char *instead,
    long long from_ms, long long to_ms)
{
	char more[100];

	text_format(more, sizeof(more), ",\"instead\":\"%s\"", instead);
	cover_with(w, more, person, from_ms, to_ms);
}

/* The same, as a calendar says it. */
static inline void
cover_by(struct world *w, const char *uid, const char *person,
    long long from_ms, long long to_ms)
{
	char more[300];

	text_format(more, sizeof(more), ",\"uid\":\"%s\"", uid);
	cover_with(w, more, person, from_ms, to_ms);
}

/* One watch of support for another. */
static inline void
swap(struct world *w, const char *one, long long at_ms, const char *other,
    long long other_at_ms)
{
	order(w, "swap",
	    "\"rota\":\"support\",\"instead\":\"%s\",\"at_ms\":%lld,"
	    "\"for\":\"%s\",\"other_at_ms\":%lld",
	    one, at_ms, other, other_at_ms);
}

/* Somebody is away; more: further fields. */
static inline void
away_with(struct world *w, const char *more, const char *person,
    long long from_ms, long long to_ms)
{
	order(w, "away", "\"instead\":\"%s\",\"from_ms\":%lld,\"to_ms\":%lld%s",
	    person, from_ms, to_ms, more);
}

static inline void
away(struct world *w, const char *person, long long from_ms, long long to_ms)
{
	away_with(w, "", person, from_ms, to_ms);
}

/* What it would hit; nothing is changed. */
static inline void
away_try(struct world *w, const char *person, long long from_ms,
    long long to_ms)
{
	away_with(w, ",\"try\":true", person, from_ms, to_ms);
}

/* Away, and who has it instead. */
static inline void
away_for(struct world *w, const char *person, const char *by, long long from_ms,
    long long to_ms)
{
	char more[100];

	text_format(more, sizeof(more), ",\"for\":\"%s\"", by);
	away_with(w, more, person, from_ms, to_ms);
}

/* So many that touch nobody's hours. */
static inline void
others(struct world *w, int count)
{
	const struct override o = { .rota = "another",
		.from_ms = july(2, 12),
		.to_ms = july(2, 13),
		.person = "tom" };

	for (int i = 0; i < count; i++)
		assert_non_null(duty_add_override(w->duty, &o, w->now_ms));
}

static inline const char *
on_watch(const struct world *w, const char *rota, int day, int hour)
{
	static struct stretch s;
	const struct duty *d = w->duty;

	rota_at(settings_rota(w->settings, rota), d->overrides,
	    d->override_count, july(day, hour), &s);
	return s.person->name;
}

#endif
