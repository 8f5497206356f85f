#ifndef TESTS_UNIT_HEARTBEAT_STORY_H
#define TESTS_UNIT_HEARTBEAT_STORY_H

/* What the stories of heartbeats have in common: a tree, and calls. */
#include "tests/unit/duty_story.h"

#define BEAT_HASH                                                              \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00b0"
#define BEAT_LISTEN "listen: { alerts: '127.0.0.1:8447' }\n"
/* One is of acme and called at once, one has only so long to run, one is of
   nobody and tells the office. */
#define BEATS                                                                  \
	"  - { name: backup, token_sha256: " BEAT_HASH "1, every: 1h,"         \
	" grace: 10m, severity: S1, client: acme,"                             \
	" runbook: 'https://wiki.kahu.example/backup' }\n"                     \
	"  - { name: batch, token_sha256: " BEAT_HASH "2, every: 1d,"          \
	" grace: 1h, longest: 30m }\n"

static const char beats[] = "heartbeats:\n" BEATS;

static inline void
beat_tree(struct text *t, const char *list)
{
	text_add(t, world_tree);
	text_add(t, list);
}

static inline void
beat_begin_with(struct world *w, const char *list)
{
	struct text t = { 0 };

	beat_tree(&t, list);
	world_begin(w, t.data, NIGHT);
	text_clear(&t);
	world_settle(w);
}

static inline void
beat_begin(struct world *w)
{
	beat_begin_with(w, beats);
}

static inline void
beat_reload(struct world *w, const char *list)
{
	struct text t = { 0 };

	beat_tree(&t, list);
	reload(w, t.data);
	text_clear(&t);
}

/* more: further fields, each ",'name':'value'". */
static inline void
beat_says(struct world *w, const char *name, const char *what, const char *more)
{
	struct text t = { 0 };
	char by[80];

	text_addf(&t, "{'command':'heartbeat','heartbeat':'%s','what':'%s'%s}",
	    name, what, more);
	for (char *c = t.data; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	text_format(by, sizeof(by), "heartbeat:%s", name);
	duty_command(w->duty, 1, t.data, t.length, by, w->now_ms);
	text_clear(&t);
	world_settle(w);
}

static inline void
beat_check_state(struct world *w, const char *name, const char *state)
{
	struct text wanted = { 0 };

	text_addf(&wanted, "\"name\":\"%s\",\"state\":\"%s\"", name, state);
	check_asked(w, "{\"command\":\"heartbeats\"}", wanted.data);
	text_clear(&wanted);
}

#endif
