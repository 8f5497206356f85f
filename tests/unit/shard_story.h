#ifndef TESTS_UNIT_SHARD_STORY_H
#define TESTS_UNIT_SHARD_STORY_H

#include "tests/unit/shard_world.h"

/*
 * Stories of a shard.  Three regions look at every endpoint every 30 s; what
 * stands in the margin is the second since the beginning.
 */

#include "collector/shard_look.h"
#include "lib/ledger.h"
#include "tests/unit/shard_tree.h"

#define S 1000
#define AGENTS 3
#define ENDPOINTS_MAX 16

#define HEAD SHARD_TREE "clients:\n"
#define CLIENT(name)                                                           \
	"  - name: " name "\n"                                                 \
	"    title: A client\n"                                                \
	"    sla: gold\n"                                                      \
	"    zone: UTC\n"                                                      \
	"    endpoints:\n"
#define ENDPOINT(name, more)                                                   \
	"      - { name: " name ", url: 'https://" name ".example/'" more " }" \
	"\n"

static const char one[] = HEAD CLIENT("acme") ENDPOINT("learn", "");
static const char *const agents[AGENTS] = { "akl-1", "lon-1", "nyc-1" };
static const char *const regions[AGENTS] = { "auckland", "london", "new-york" };

/* A world whose agents probe by themselves. */
struct story {
	struct world w;
	const char *endpoints[ENDPOINTS_MAX];
	size_t count;
	/* What each agent sees of each endpoint, and whether it is alive. */
	enum outcome sees[ENDPOINTS_MAX][AGENTS];
	bool failed[ENDPOINTS_MAX][AGENTS], bad[ENDPOINTS_MAX][AGENTS];
	bool silent[AGENTS], unsure[AGENTS];
	bool unread;               /* the collector is away */
	bool spoiled[AGENTS];      /* what arrives of it cannot be read */
	int64_t ahead_ms[AGENTS];  /* it dates what it sees later by that */
	const char *spool[AGENTS]; /* NULL: the world's */
	const char *name[AGENTS];  /* NULL: agents[] */
	struct blind blind[AGENTS];
	bool has_blind[AGENTS];
	int64_t shift_ms;
};

static struct story st;

static inline void
send_probe(size_t e, size_t a, enum outcome outcome)
{
	struct observation o = { .endpoint = st.endpoints[e],
		.started_at_ms = st.w.now_ms - st.shift_ms,
		.until_at_ms = st.w.now_ms - st.shift_ms,
		.count = 1,
		.outcome = outcome,
		.interval_ms = 30 * S };
	struct wire_part part = world_part(&st.w);

	if (outcome == OUTCOME_FAILED) {
		o.reason = REASON_HTTP_STATUS;
		text_copy(o.detail, sizeof(o.detail), "HTTP 503");
	}
	if (outcome == OUTCOME_UNKNOWN)
		o.reason = REASON_BLOCKED;
	part.closed_at_ms -= st.shift_ms;
	part.observations = &o;
	part.count = 1;
	if (st.has_blind[a]) {
		part.blinds = &st.blind[a];
		part.blind_count = 1;
		st.has_blind[a] = false;
	}
	if (st.spool[a] != NULL)
		text_copy(part.spool, sizeof(part.spool), st.spool[a]);
	o.started_at_ms += st.ahead_ms[a];
	o.until_at_ms = o.started_at_ms;
	world_store(&st.w, st.name[a] != NULL ? st.name[a] : agents[a],
	    regions[a], &part, st.shift_ms, st.unsure[a]);
	if (st.spoiled[a]) {
		struct world_entry *e_last = &st.w.inbox[st.w.inbox_count - 1];

		memset(e_last->data + e_last->length - 24, 0xc1, 24);
	}
}

/* One agent's turn at one endpoint: a first failure is looked at again. */
static inline void
turn(size_t e, size_t a, int64_t second)
{
	bool due = (second + 10 * (int64_t)a + (int64_t)e) % 30 == 0;
	bool again = st.failed[e][a];

	st.failed[e][a] = false;
	if (st.silent[a] || (!due && !again))
		return;
	send_probe(e, a, st.sees[e][a]);
	st.failed[e][a] = !st.bad[e][a] && st.sees[e][a] == OUTCOME_FAILED;
	st.bad[e][a] = st.sees[e][a] == OUTCOME_FAILED;
}

static inline int64_t
second_now(void)
{
	return (st.w.now_ms - WORLD_BEGIN) / S;
}

static inline void
run(int64_t until_s)
{
	for (int64_t second = second_now() + 1; second <= until_s; second++) {
		if (st.unread)
			st.w.now_ms = WORLD_BEGIN + second * S;
		else
			world_pass(&st.w, WORLD_BEGIN + second * S);
		for (size_t e = 0; e < st.count; e++)
			for (size_t a = 0; a < AGENTS; a++)
				turn(e, a, second);
		if (!st.unread)
			world_read(&st.w);
	}
}

static inline void
begin(const char *yaml, size_t count, const char *const *endpoints)
{
	memset(&st, 0, sizeof(st));
	world_begin(&st.w, yaml);
	st.count = count;
	for (size_t e = 0; e < count; e++)
		st.endpoints[e] = endpoints[e];
}

static inline void
begin_one(void)
{
	static const char *const learn[] = { "acme/learn" };

	begin(one, 1, learn);
}

static inline void
end(void)
{
	world_end(&st.w);
}

static inline void
all_see(enum outcome outcome)
{
	for (size_t e = 0; e < st.count; e++)
		for (size_t a = 0; a < AGENTS; a++)
			st.sees[e][a] = outcome;
}

static inline void
told(const char *expected)
{
	world_told(&st.w, expected);
}

/* A second since the beginning; "?" where nobody had looked. */
static inline const char *
second_of(int64_t at_ms, char out[32])
{
	if (at_ms == LEDGER_UNSEEN)
		text_copy(out, 32, "?");
	else
		text_format(out, 32, "%lld",
		    (long long)(at_ms - WORLD_BEGIN) / S);
	return out;
}

/* What is booked: "down 100..200 [95 190]", one a line. */
static inline void
add_booked(struct text *out, const char *id, const struct ledger_stretch *s)
{
	char from[32], to[32] = "on", before[32], last[32];

	text_addf(out, "%s %s %s..%s [%s", id, ledger_kind_text(s->kind),
	    second_of(s->from_ms, from),
	    s->to_ms == NEVER ? to : second_of(s->to_ms, to),
	    second_of(s->from_before_ms, before));
	if (s->to_ms != NEVER)
		text_addf(out, " %s", second_of(s->to_before_ms, last));
	text_addf(out, "]%s\n", s->removed ? " removed" : "");
}

static inline int
by_field(const void *a, const void *b)
{
	return strcmp((*(struct world_field *const *)a)->field,
	    (*(struct world_field *const *)b)->field);
}

static inline void
booked(const char *expected)
{
	struct world_field *list[FIELDS_MAX];
	struct text out = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < st.w.field_count; i++)
		if (strcmp(st.w.fields[i].key, "outages") == 0)
			list[n++] = &st.w.fields[i];
	qsort(list, n, sizeof(list[0]), by_field);
	for (size_t i = 0; i < n; i++) {
		struct ledger_stretch s;
		char error[160], id[160];

		assert_int_equal(ledger_decode_stretch(list[i]->value,
				     list[i]->length, &s, error),
		    0);
		text_copy(id, sizeof(id), list[i]->field);
		*strchr(id, '|') = '\0';
		add_booked(&out, id, &s);
	}
	assert_string_equal(out.data == NULL ? "" : out.data, expected);
	text_clear(&out);
}

static inline void
journal_has(const char *what)
{
	if (st.w.journal.data == NULL ||
	    strstr(st.w.journal.data, what) == NULL)
		fail_msg("no %s in the journal: %s", what,
		    st.w.journal.data == NULL ? "" : st.w.journal.data);
}

static inline void
see(size_t e, size_t a, enum outcome outcome)
{
	st.sees[e][a] = outcome;
}

/* Other settings; the old ones are the caller's to free. */
static inline struct settings *
reconfigure(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *old = st.w.settings;

	st.w.settings = settings_from_text(yaml, &errors);
	assert_non_null(st.w.settings);
	shard_configure(st.w.shard, st.w.settings, st.w.now_ms);
	world_commit(&st.w);
	return old;
}

/* It says with its next look from when to when it was blind. */
static inline void
go_blind(size_t a, int64_t from_s, int64_t to_s)
{
	st.blind[a] =
	    (struct blind){ WORLD_BEGIN + from_s * S, WORLD_BEGIN + to_s * S };
	st.has_blind[a] = true;
}

/* What it saw is lost. */
static inline void
send_hole(size_t a, int64_t from_s, int64_t to_s)
{
	struct wire_part part = world_part(&st.w);

	part.hole = "torn";
	part.hole_from_ms = WORLD_BEGIN + from_s * S;
	part.hole_to_ms = WORLD_BEGIN + to_s * S;
	world_store(&st.w, agents[a], regions[a], &part, 0, false);
	world_read(&st.w);
}

#define PLATFORM(name, more) ENDPOINT(name, ", platform: p-" name more)

static const char four[] = HEAD CLIENT(
    "acme") PLATFORM("a", "") PLATFORM("b", "") PLATFORM("c", "")
    PLATFORM("d", ", severity: S3") "platforms:\n"
				    "  - { name: p-a }\n  - { name: p-b }\n"
				    "  - { name: p-c }\n  - { name: p-d }\n";

static inline void
begin_four(void)
{
	static const char *const ids[] = { "acme/a", "acme/b", "acme/c",
		"acme/d" };

	begin(four, 4, ids);
}

#endif
