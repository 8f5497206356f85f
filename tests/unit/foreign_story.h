#ifndef TESTS_UNIT_FOREIGN_STORY_H
#define TESTS_UNIT_FOREIGN_STORY_H

/* What the stories of others' alerts have in common: sources, and events. */
#include "pager/alert.h"
#include "tests/unit/duty_story.h"

#define HASH "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0"
static const char foreign_sources[] =
    "alerts:\n"
    "  - { name: prom, key_sha256: " HASH "1, client: acme,"
    " runbook: 'https://wiki.kahu.example/prom',"
    " severities: ['critical S1', 'odd S3'] }\n"
    "  - { name: nagios, key_sha256: " HASH "2, severity: S3,"
    " acknowledges: true }\n";

static inline void
foreign_begin(struct world *w, const char *at)
{
	struct text t = { 0 };

	text_add(&t, world_tree);
	text_add(&t, foreign_sources);
	world_begin(w, t.data, at);
	text_clear(&t);
}

/* An event of this alert; more: further fields, each ",'name':'value'". */
static inline char *
foreign_event(const char *what, const char *name, const char *more)
{
	struct text t = { 0 };
	char key[ALERT_KEY];

	alert_hash("test", name, key);
	text_addf(&t, "{'do':'%s','key':'%s','name':'%s'%s}", what, key, name,
	    more);
	return text_take(&t);
}

static inline void
foreign_send(struct world *w, const char *source, const char *events)
{
	struct text t = { 0 };
	char by[80];

	text_addf(&t, "{'command':'alerts','source':'%s','events':[%s]}",
	    source, events);
	for (char *c = t.data; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	text_format(by, sizeof(by), "alert:%s", source);
	duty_command(w->duty, 1, t.data, t.length, by, w->now_ms);
	text_clear(&t);
	world_settle(w);
}

static inline void
foreign_one(struct world *w, const char *source, const char *what,
    const char *name, const char *more)
{
	char *event = foreign_event(what, name, more);

	foreign_send(w, source, event);
	free(event);
}

#endif
