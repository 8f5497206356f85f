#ifndef TESTS_UNIT_SHARD_LONG_H
#define TESTS_UNIT_SHARD_LONG_H

/* The two agents of shard_life.h, and what they look at for a long time. */
#include "tests/unit/shard_life.h"

#define S 1000
#define MINUTE (60 * S)
#define DAY ((int64_t)86400 * S)

static const char *const agents[] = { "akl-1", "lon-1" };
static const char *const regions[] = { "auckland", "london" };
static struct world w;

static inline struct observation
looked(enum outcome outcome)
{
	struct observation o = { .endpoint = "acme/learn",
		.started_at_ms = w.now_ms,
		.until_at_ms = w.now_ms,
		.count = 1,
		.outcome = outcome,
		.reason = outcome == OUTCOME_FAILED ? REASON_TLS : REASON_NONE,
		.interval_ms = MINUTE };

	return o;
}

static inline void
send(unsigned a, const struct observation *o)
{
	struct wire_part part = world_part(&w);

	part.observations = o;
	part.count = 1;
	world_store(&w, agents[a], regions[a], &part, 0, false);
}

static inline void
both_look(enum outcome outcome)
{
	struct observation o = looked(outcome);

	send(0, &o);
	send(1, &o);
	world_read(&w);
}

static inline size_t
count_fields(const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < w.field_count; i++)
		n += strcmp(w.fields[i].key, key) == 0;
	return n;
}

/* The inbox forgets what was read long ago. */
static inline void
empty_inbox(void)
{
	for (size_t i = 0; i < w.inbox_count; i++)
		free(w.inbox[i].data);
	w.inbox_count = w.given = 0;
}

static inline void
live_until(int64_t until_ms)
{
	while (w.now_ms < until_ms) {
		world_pass(&w, w.now_ms + MINUTE);
		both_look(OUTCOME_OK);
		if (w.inbox_count > ENTRIES_MAX / 2)
			empty_inbox();
	}
}

#endif
