#ifndef TESTS_UNIT_RENAME_STORY_H
#define TESTS_UNIT_RENAME_STORY_H

/* What the stories of endpoints with other names have in common. */
#include "lib/ledger_facts.h"
#include "tests/unit/shard_story.h"

#define LEARN HEAD CLIENT("acme") ENDPOINT("learn", "")
#define ACADEMY HEAD CLIENT("acme") ENDPOINT("academy", ", was: learn")
#define ACADEMY_PLAIN HEAD CLIENT("acme") ENDPOINT("academy", "")
#define CAMPUS HEAD CLIENT("acme") ENDPOINT("campus", ", was: academy")
#define LEARN_AGAIN HEAD CLIENT("acme") ENDPOINT("learn", ", was: academy")
#define BOTH HEAD CLIENT("acme") ENDPOINT("academy", "") ENDPOINT("learn", "")
#define JOINED                                                                 \
	HEAD CLIENT("acme") ENDPOINT("academy", ", was: learn")                \
	    ENDPOINT("login", "")

static inline void
take(const char *yaml)
{
	settings_free(reconfigure(yaml));
}

/* The names that endpoints have, each with its key and since when. */
static inline void
names(const char *expected)
{
	struct text out = { 0 };

	for (size_t i = 0; i < st.w.field_count; i++)
		if (strcmp(st.w.fields[i].key, "names") == 0)
			text_addf(&out, "%s %s\n", st.w.fields[i].field,
			    st.w.fields[i].value);
	assert_string_equal(out.data == NULL ? "" : out.data, expected);
	text_clear(&out);
}

static inline bool
has(const char *key, const char *field)
{
	return world_find(&st.w, key, field) != NULL;
}

static inline struct ledger *
ledger_now(void)
{
	struct ledger *l = ledger_new("acme");
	char error[160];

	for (size_t i = 0; i < st.w.field_count; i++)
		if (ledger_load(l, st.w.fields[i].key, st.w.fields[i].field,
			st.w.fields[i].value, st.w.fields[i].length,
			error) != 0)
			fail_msg("%s", error);
	return l;
}

/* "acme/academy down 200 s" of the time so far. */
static inline void
account_says(const char *expected)
{
	struct ledger *l = ledger_now();
	struct text out = { 0 };
	struct sla_facts f;

	ledger_period_between(l, "UTC", WORLD_BEGIN, st.w.now_ms, &f);
	ledger_facts(l, &f);
	for (size_t i = 0; i < f.endpoint_count; i++) {
		int64_t down_ms = 0;

		for (size_t k = 0; k < f.outage_count; k++)
			if (f.outages[k].endpoint == i)
				down_ms += f.outages[k].to_ms == NEVER
				    ? 0
				    : f.outages[k].to_ms - f.outages[k].from_ms;
		text_addf(&out, "%s down %lld s\n", f.endpoints[i].name,
		    (long long)down_ms / S);
	}
	assert_string_equal(out.data == NULL ? "" : out.data, expected);
	text_clear(&out);
	sla_facts_clear(&f);
	ledger_free(l);
}

/* Before anybody had looked. */
#define FIRST "acme/learn unknown 0..20 [0 ?]\n"

#endif
