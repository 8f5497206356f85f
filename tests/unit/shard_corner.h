#ifndef TESTS_UNIT_SHARD_CORNER_H
#define TESTS_UNIT_SHARD_CORNER_H

/*
 * shard_corner: one endpoint, two agents in one region and one in another,
 * who say nothing but what a test has them say.
 */
#include "tests/unit/shard_tree.h"
#include "tests/unit/shard_world.h"

#include "collector/shard_look.h"
#include "lib/ledger.h"

#define S 1000
#define MINUTE (60 * S)
#define DAY (24 * 60 * (int64_t)MINUTE)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define HEAD SITE("") PEOPLE GOLD
#define AGENTS                                                                 \
	"agents:\n" AGENT("akl-1", "auckland") AGENT("akl-2", "auckland")      \
	    AGENT("lon-1", "london")
#define CLIENT                                                                 \
	"clients:\n"                                                           \
	"  - name: acme\n"                                                     \
	"    title: A client\n"                                                \
	"    sla: gold\n"                                                      \
	"    zone: UTC\n"                                                      \
	"    endpoints:\n"                                                     \
	"      - { name: learn, url: 'https://learn.example/', interval: 1m }" \
	"\n"

static const char tree[] = HEAD AGENTS CLIENT;
static struct world w;

static inline void
set_up(void)
{
	world_begin(&w, tree);
	world_pass(&w, WORLD_BEGIN + 10 * MINUTE);
}

static inline void
configure(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *old = w.settings;

	w.settings = settings_from_text(yaml, &errors);
	if (w.settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	shard_configure(w.shard, w.settings, w.now_ms);
	settings_free(old);
	world_commit(&w);
}

static inline size_t
count_fields(const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < w.field_count; i++)
		n += strcmp(w.fields[i].key, key) == 0;
	return n;
}

static inline const char *
value_of(const char *key, const char *field)
{
	const struct world_field *f = world_find(&w, key, field);

	return f == NULL ? NULL : f->value;
}

static inline struct observation
looked(int64_t at_ms, const char *endpoint)
{
	struct observation o = { .endpoint = endpoint,
		.started_at_ms = at_ms,
		.until_at_ms = at_ms,
		.count = 1,
		.outcome = OUTCOME_OK,
		.interval_ms = MINUTE };

	return o;
}

#endif
