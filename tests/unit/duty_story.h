#ifndef TESTS_UNIT_DUTY_STORY_H
#define TESTS_UNIT_DUTY_STORY_H

/*
 * What the stories of the pager's core have in common: a night, small trees,
 * and how they look at what was told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/duty_world.h"

#define NIGHT "2026-07-01T10:00Z" /* isla is on watch until 13:00 UTC */

#define TAKE(who) "{\"command\":\"take\",\"person\":\"" who "\",\"incident\":1}"

#define HEAD HEAD_OF("")
#define HEAD_OF(site)                                                          \
	"site: { name: Kahu, url: 'https://status.kahu.example'" site " }\n"   \
	"redis: unix:/nowhere\n"                                               \
	"agents:\n"                                                            \
	"  - { name: a, region: r1, token_sha256: "                            \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n" \
	"channels:\n"                                                          \
	"  - { kind: mail, server: 'smtp://127.0.0.1:25',"                     \
	" from: p@kahu.example }\n"                                            \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, email: i@kahu.example,"        \
	" reach: [mail 0s] }\n"                                                \
	"  - { name: tom, zone: Europe/London, email: t@kahu.example,"         \
	" reach: [mail 0s] }\n"

static const char no_ladders[] = HEAD;

static const char last_is_rota[] =
    HEAD "rotas:\n"
	 "  - name: all\n"
	 "    max_watch: 24h\n"
	 "    watches:\n"
	 "      - { zone: UTC, takes_over: '08:00', people: [isla, tom] }\n"
	 "ladders:\n"
	 "  - name: only\n"
	 "    levels: [{ call: rota all, patience: 5m }]\n";

static const char last_is_person[] =
    HEAD "ladders:\n"
	 "  - name: only\n"
	 "    levels: [{ call: person tom, patience: 5m }]\n";

/* Two ladders: isla's is that of operations, tom's that of acme/e1 to e6. */
static const char two_ladders[] =
    HEAD "ladders:\n"
	 "  - name: first\n"
	 "    levels: [{ call: person isla, patience: 5m }]\n"
	 "  - name: second\n"
	 "    levels: [{ call: person tom, patience: 5m }]\n"
	 "clients:\n"
	 "  - name: acme\n"
	 "    title: Acme University\n"
	 "    zone: Pacific/Auckland\n"
	 "    sla: gold\n"
	 "    defaults: { ladder: second }\n"
	 "    endpoints:\n"
	 "      - { name: e1, url: 'https://e1.acme.example/' }\n"
	 "      - { name: e2, url: 'https://e2.acme.example/' }\n"
	 "      - { name: e3, url: 'https://e3.acme.example/' }\n"
	 "      - { name: e4, url: 'https://e4.acme.example/' }\n"
	 "      - { name: e5, url: 'https://e5.acme.example/' }\n"
	 "      - { name: e6, url: 'https://e6.acme.example/' }\n";

/* This has failed, and its page has just begun. */
static inline void
begin_with(struct world *w, const char *at, const char *subject, int severity)
{
	world_begin(w, world_tree, at);
	world_raise(w, ALARM_RAISED, subject, severity);
}

/* A pager that has read nothing yet. */
static inline void
begin_unread(struct world *w)
{
	world_begin(w, world_tree, NIGHT);
	duty_free(w->duty);
	w->duty = duty_new(w->settings, world_sign, w);
}

static inline void
reads(struct world *w, const char *key, const char *field, const char *value)
{
	char error[160];

	if (duty_load(w->duty, key, field, value, strlen(value), error) != 0)
		fail_msg("%s %s: %s", key, field, error);
}

/* operations/x1, operations/x2 and so on fail at once. */
static inline void
raise_many(struct world *w, int count, int severity)
{
	char subject[40];

	for (int i = 1; i <= count; i++) {
		text_format(subject, sizeof(subject), "operations/x%d", i);
		world_raise(w, ALARM_RAISED, subject, severity);
	}
}

/* Another tree from now on. */
static inline void
reload(struct world *w, const char *yaml)
{
	struct settings *s = world_settings(yaml);

	duty_configure(w->duty, s, w->now_ms);
	settings_free(w->settings);
	w->settings = s;
	world_settle(w);
}

static inline void
told(struct world *w, const char *expected)
{
	assert_string_equal(w->text.data == NULL ? "" : w->text.data, expected);
	text_clear(&w->text);
}

static inline void
check_has(const char *text, const char *wanted)
{
	if (text == NULL || strstr(text, wanted) == NULL)
		fail_msg("\"%s\" is not in:\n%s", wanted,
		    text == NULL ? "nothing" : text);
}

static inline void
check_lacks(const char *text, const char *unwanted)
{
	if (text != NULL && strstr(text, unwanted) != NULL)
		fail_msg("\"%s\" is in:\n%s", unwanted, text);
}

/* The answer to a question, which must be good. */
static inline char *
asked(struct world *w, const char *question)
{
	bool ok = false;
	char *answer =
	    duty_query(w->duty, question, strlen(question), w->now_ms, &ok);

	assert_non_null(answer);
	assert_true(ok);
	return answer;
}

static inline void
check_asked(struct world *w, const char *question, const char *wanted)
{
	char *answer = asked(w, question);

	check_has(answer, wanted);
	free(answer);
}

static inline void
check_refused(struct world *w, const char *command, const char *why)
{
	text_clear(&w->text);
	world_command(w, command);
	check_has(w->text.data, "refused");
	check_has(w->answer, why);
	text_clear(&w->text);
}

static inline void
check_quiet(struct world *w)
{
	char text[160];

	if (duty_audit(w->duty, w->now_ms, text) != NULL)
		fail_msg("the auditor complains: %s", text);
}

#endif
