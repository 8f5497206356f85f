#ifndef TESTS_UNIT_VERSIONS_STORY_H
#define TESTS_UNIT_VERSIONS_STORY_H

/* Two people take turns, in one order or the other: versions and the past. */
#include "pager/duty_rotas.h"
#include "tests/unit/duty_story.h"

#define HOUR_MS INT64_C(3600000)

#define PEOPLE_OF(list)                                                        \
	HEAD "rotas:\n"                                                        \
	     "  - name: support\n"                                             \
	     "    max_watch: 48h\n"                                            \
	     "    watches:\n"                                                  \
	     "      - { zone: UTC, takes_over: '08:00', rotate: daily,"        \
	     " people: " list " }\n"                                           \
	     "ladders:\n"                                                      \
	     "  - name: only\n"                                                \
	     "    levels: [{ call: rota support, patience: 5m }]\n"

static __attribute__((unused)) const char both[] = PEOPLE_OF("[isla, tom]");
static __attribute__((unused)) const char turned[] = PEOPLE_OF("[tom, isla]");
/* Another tree while nobody ran. */
static inline void
restart_with(struct world *w, const char *tree)
{
	struct settings *s = world_settings(tree);

	settings_free(w->settings);
	w->settings = s;
	world_restart(w);
	world_settle(w);
}

static inline void
check_versions(const struct world *w, const char *expected)
{
	struct text t = { 0 };

	for (size_t i = 0; i < w->duty->rotas->version_count; i++) {
		const struct rota_version *v = &w->duty->rotas->versions[i];
		char since[40];

		civil_utc(v->since_ms, since, sizeof(since));
		text_addf(&t, "%s:%u %s%s\n", v->rota, v->number, since,
		    v->text[0] == '\0' ? " none" : "");
	}
	assert_string_equal(t.data, expected);
	text_clear(&t);
}

static inline void
check_past(const struct world *w, const char *expected)
{
	struct text t = { 0 };

	for (size_t i = 0; i < w->duty->rotas->row_count; i++) {
		const struct rota_row *row = &w->duty->rotas->rows[i];
		char from[40], to[40];

		civil_utc(row->from_ms, from, sizeof(from));
		civil_utc(row->to_ms, to, sizeof(to));
		text_addf(&t, "%.16s %.16s %s %u%s%s\n", from, to, row->person,
		    row->version, row->override[0] != '\0' ? " " : "",
		    row->override);
	}
	assert_string_equal(t.data == NULL ? "" : t.data, expected);
	text_clear(&t);
}

#endif
