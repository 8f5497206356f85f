#ifndef TESTS_UNIT_EARLY_STORY_H
#define TESTS_UNIT_EARLY_STORY_H

#include "tests/unit/shard_story.h"

/* Stories of looks under a name that nobody has yet. */

#define ACADEMY HEAD CLIENT("acme") ENDPOINT("academy", ", was: learn")
#define LOGIN HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("login", "")

/* Before anybody had looked. */
#define FIRST "acme/learn unknown 0..20 [0 ?]\n"
#define RENAMED "acme/academy renamed down S4: was called acme/learn\n"

static inline void
take(const char *yaml)
{
	settings_free(reconfigure(yaml));
}

/* The shard has them, and nothing of that is written. */
static inline struct settings *
decide(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *old = st.w.settings;

	st.w.settings = settings_from_text(yaml, &errors);
	assert_non_null(st.w.settings);
	shard_configure(st.w.shard, st.w.settings, st.w.now_ms);
	return old;
}

static inline size_t
kept(void)
{
	size_t n = 0;

	for (size_t i = 0; i < st.w.field_count; i++)
		n += strcmp(st.w.fields[i].key, "early") == 0;
	return n;
}

static inline struct world_field *
last_kept(void)
{
	struct world_field *last = NULL;

	for (size_t i = 0; i < st.w.field_count; i++)
		if (strcmp(st.w.fields[i].key, "early") == 0)
			last = &st.w.fields[i];
	assert_non_null(last);
	return last;
}

static inline void
journal_lacks(const char *what)
{
	if (st.w.journal.data != NULL &&
	    strstr(st.w.journal.data, what) != NULL)
		fail_msg("%s in the journal: %s", what, st.w.journal.data);
}

static inline void
send_late(const char *endpoint, int64_t at_ms)
{
	struct observation o = { .endpoint = endpoint,
		.started_at_ms = at_ms,
		.until_at_ms = at_ms,
		.count = 1,
		.interval_ms = 30 * S };
	struct wire_part part = world_part(&st.w);

	part.observations = &o;
	part.count = 1;
	world_store(&st.w, "akl-1", "auckland", &part, 0, false);
	world_read(&st.w);
}

#endif
