#ifndef TESTS_UNIT_PAGE_STORY_H
#define TESTS_UNIT_PAGE_STORY_H

/* One page on its ladder, as stories with the clock in the margin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "pager/page.h"

static const char tree[] =
    "site: { name: Test, url: 'https://status.test.example' }\n"
    "redis: unix:/nowhere\n"
    "agents:\n"
    "  - { name: a, region: r, token_sha256: "
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n"
    "channels:\n"
    "  - { kind: terminal }\n"
    "  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@test.example }\n"
    "people:\n"
    "  - { name: isla, zone: Europe/London, email: i@test.example,"
    " reach: [terminal 0s, mail 1m] }\n"
    "  - { name: tom, zone: Europe/London, email: t@test.example,"
    " reach: [mail 30s] }\n"
    "  - { name: maya, zone: America/New_York, email: m@test.example,"
    " reach: [mail 0s] }\n"
    "  - { name: moana, zone: Pacific/Auckland, email: o@test.example,"
    " reach: [mail 0s, terminal 7m] }\n"
    "rotas:\n"
    "  - name: support\n"
    "    max_watch: 24h\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: '08:00', people: [isla] }\n"
    "      - { zone: America/New_York, takes_over: '09:00',"
    " people: [maya] }\n"
    "  - name: deep\n"
    "    max_watch: 24h\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: '08:00',"
    " people: [isla, tom], rotate: daily }\n"
    "      - { zone: America/New_York, takes_over: '09:00',"
    " people: [maya], secondary: [tom] }\n"
    "groups:\n"
    "  - { name: leads, people: [isla, tom, moana] }\n"
    "  - { name: pair, people: [isla, tom] }\n"
    "ladders:\n"
    "  - name: standard\n"
    "    levels:\n"
    "      - { call: rota support, patience: 5m }\n"
    "      - { call: person tom, patience: 2m }\n"
    "      - { call: person moana, patience: 10m }\n"
    "  - name: one\n"
    "    levels:\n"
    "      - { call: person isla, patience: 20m }\n"
    "  - name: group\n"
    "    levels:\n"
    "      - { call: group leads, patience: 5m }\n"
    "      - { call: person maya, patience: 5m }\n"
    "  - name: each\n"
    "    levels:\n"
    "      - { call: group leads, answer: all, patience: 5m }\n"
    "      - { call: person maya, patience: 5m }\n"
    "  - name: pair\n"
    "    levels:\n"
    "      - { call: group pair, patience: 5m }\n"
    "  - name: each-pair\n"
    "    levels:\n"
    "      - { call: group pair, answer: all, patience: 5m }\n"
    "  - name: turn\n"
    "    levels:\n"
    "      - { call: group leads in turn, patience: 5m }\n"
    "      - { call: person maya, patience: 5m }\n"
    "  - name: watch\n"
    "    levels:\n"
    "      - { call: rota deep all, patience: 5m }\n"
    "      - { call: person moana, patience: 5m }\n"
    "  - name: office\n"
    "    levels:\n"
    "      - { call: person maya, patience: 5m }\n"
    "      - { call: group leads, patience: 5m }\n"
    "  - name: zone\n"
    "    levels:\n"
    "      - { call: person moana, patience: 5m }\n"
    "      - { call: rota support next zone, patience: 5m }\n";

struct story {
	struct settings *settings;
	struct page page;
	struct page_policy policy;
	struct override overrides[1];
	struct text text;
	int64_t begin_ms, now_ms;
};

static inline void
note(struct story *s, const char *what, const char *who)
{
	text_addf(&s->text, "[%5lld] %s%s%s\n",
	    (long long)(s->now_ms - s->begin_ms) / 1000, what,
	    who[0] != '\0' ? " " : "", who);
}

/* Everything that is due now. */
static inline void
pump(struct story *s)
{
	static const char *const whats[] = { "call", "expired", "watch over",
		"awake", "hand over to", "last resort" };
	struct page_action did;

	while (page_next(&s->page, &s->policy, s->now_ms, &did)) {
		char who[80] = "";

		text_copy(who, sizeof who, did.person);
		if (did.what == PAGE_CALL)
			text_format(who, sizeof who, "%s/%zu", did.person,
			    did.step);
		note(s, whats[did.what], who);
	}
	if (page_deadline(&s->page, &s->policy) <= s->now_ms)
		fail_msg("a deadline that nothing came of");
}

static inline void
pass(struct story *s, int64_t seconds)
{
	int64_t until_ms = s->now_ms + seconds * 1000;

	while (page_deadline(&s->page, &s->policy) <= until_ms) {
		s->now_ms = page_deadline(&s->page, &s->policy);
		pump(s);
	}
	s->now_ms = until_ms;
}

static inline void
told(struct story *s, const char *expected)
{
	assert_string_equal(s->text.data == NULL ? "" : s->text.data, expected);
	text_clear(&s->text);
}

/* 10:00 UTC on a Wednesday in July: isla is on watch until 13:00 UTC. */
static inline void
begin(struct story *s, const char *ladder, int severity)
{
	struct conf_errors errors = { 0 };

	*s = (struct story){ 0 };
	s->settings = settings_from_text(tree, &errors);
	if (s->settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	s->policy = (struct page_policy){ .settings = s->settings,
		.ladder = settings_ladder(s->settings, ladder),
		.severity = severity };
	assert_true(civil_parse("2026-07-01T10:00Z", &s->begin_ms));
	s->now_ms = s->begin_ms;
	page_open(&s->page, &s->policy, s->now_ms);
	pump(s);
}

static inline void
end(struct story *s)
{
	text_clear(&s->text);
	settings_free(s->settings);
}

static inline void
sent(struct story *s, size_t step, enum page_outcome outcome)
{
	page_sent(&s->page, s->page.call, s->page.callees[0].person, step,
	    outcome, s->now_ms);
	pump(s);
}

static inline void
check_lacks(const char *text, const char *unwanted)
{
	if (text != NULL && strstr(text, unwanted) != NULL)
		fail_msg("\"%s\" is in:\n%s", unwanted, text);
}

static inline void
check_count(const char *text, const char *wanted, int count)
{
	int found = 0;

	for (const char *at = text; (at = strstr(at, wanted)) != NULL; at++)
		found++;
	if (found != count)
		fail_msg("%d of \"%s\" in:\n%s", found, wanted, text);
}

/* Whom it calls next, unless somebody takes it. */
static inline void
next_is(const struct story *s, const char *names, int64_t at_s)
{
	char found[LADDER_NAMES_MAX];
	struct ladder_people next;
	int64_t at_ms;

	assert_true(
	    page_upcoming(&s->page, &s->policy, s->now_ms, &next, &at_ms));
	ladder_names(&next, found);
	assert_string_equal(found, names);
	assert_int_equal((at_ms - s->begin_ms) / 1000, at_s);
}

#endif
