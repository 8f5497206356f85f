/*
 * shard: stories.  Three regions look at every endpoint every 30 s; what
 * stands in the margin is the second since the beginning.
 */
#include "tests/unit/shard_world.h"

#include "collector/shard_look.h"
#include "lib/ledger.h"

#define S 1000
#define TOKEN "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define AGENTS 3
#define ENDPOINTS_MAX 16

#define HEAD                                                                   \
	"site: { name: Kahu, url: 'https://status.kahu.example' }\n"           \
	"redis: unix:/nowhere\n"                                               \
	"agents:\n"                                                            \
	"  - { name: akl-1, region: auckland, token_sha256: " TOKEN " }\n"     \
	"  - { name: lon-1, region: london, token_sha256: " TOKEN " }\n"       \
	"  - { name: nyc-1, region: new-york, token_sha256: " TOKEN " }\n"     \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, email: i@kahu.example,"        \
	" reach: [mail 0s] }\n"                                                \
	"channels:\n"                                                          \
	"  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@k.example }" \
	"\n"                                                                   \
	"ladders:\n"                                                           \
	"  - name: standard\n"                                                 \
	"    levels:\n"                                                        \
	"      - { call: person isla, patience: 5m }\n"                        \
	"slas:\n"                                                              \
	"  - { name: gold, guarantee: 99.9% }\n"                               \
	"clients:\n"
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
	bool unread; /* the collector is away */
	struct blind blind[AGENTS];
	bool has_blind[AGENTS];
	int64_t shift_ms;
};

static struct story st;

static void
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
	world_store(&st.w, agents[a], regions[a], &part, st.shift_ms,
	    st.unsure[a]);
}

/* One agent's turn at one endpoint: a first failure is looked at again. */
static void
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

static int64_t
second_now(void)
{
	return (st.w.now_ms - WORLD_BEGIN) / S;
}

static void
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

static void
begin(const char *yaml, size_t count, const char *const *endpoints)
{
	memset(&st, 0, sizeof(st));
	world_begin(&st.w, yaml);
	st.count = count;
	for (size_t e = 0; e < count; e++)
		st.endpoints[e] = endpoints[e];
}

static void
begin_one(void)
{
	static const char *const learn[] = { "acme/learn" };

	begin(one, 1, learn);
}

static void
end(void)
{
	world_end(&st.w);
}

static void
all_see(enum outcome outcome)
{
	for (size_t e = 0; e < st.count; e++)
		for (size_t a = 0; a < AGENTS; a++)
			st.sees[e][a] = outcome;
}

static void
told(const char *expected)
{
	world_told(&st.w, expected);
}

/* What is booked: "down 100..200 (95..100, 190..200)", one a line. */
static void
add_booked(struct text *out, const char *id, const struct ledger_stretch *s)
{
	char to[64] = "on";

	if (s->to_ms != NEVER)
		text_format(to, sizeof(to), "%lld",
		    (long long)(s->to_ms - WORLD_BEGIN) / S);
	text_addf(out, "%s %s %lld..%s [%lld", id, ledger_kind_text(s->kind),
	    (long long)(s->from_ms - WORLD_BEGIN) / S, to,
	    (long long)(s->from_before_ms - WORLD_BEGIN) / S);
	if (s->to_ms != NEVER)
		text_addf(out, " %lld",
		    (long long)(s->to_before_ms - WORLD_BEGIN) / S);
	text_addf(out, "]%s\n", s->removed ? " removed" : "");
}

static int
by_field(const void *a, const void *b)
{
	return strcmp((*(struct world_field *const *)a)->field,
	    (*(struct world_field *const *)b)->field);
}

static void
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

static void
journal_has(const char *what)
{
	if (st.w.journal.data == NULL ||
	    strstr(st.w.journal.data, what) == NULL)
		fail_msg("no %s in the journal: %s", what,
		    st.w.journal.data == NULL ? "" : st.w.journal.data);
}

/* An outage, seen by all, with its edges. */
static void
test_outage(void **state)
{
	(void)state;
	begin_one();
	run(100);
	told("");
	booked("acme/learn unknown 0..20 [0 20]\n");
	all_see(OUTCOME_FAILED);
	run(300);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	all_see(OUTCOME_OK);
	run(500);
	told("[  310] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  350] acme/learn cleared down S1: is up again after 3 min "
	     "20 s\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..320 [90 290]\n");
	end();
}

/* kill -9 in the middle: nothing is told twice, nothing is lost. */
static void
test_restart_in_an_outage(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	world_restart(&st.w);
	run(300);
	told("");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..on [90]\n");
	all_see(OUTCOME_OK);
	run(320);
	world_restart(&st.w);
	run(500);
	/* Three agents are awaited; the last speaks at 350. */
	told("[  310] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  350] acme/learn cleared down S1: is up again after 3 min "
	     "20 s\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..320 [90 290]\n");
	end();
}

/* Two regions are gone; the one that is left sees it fail. */
static void
test_probably_down(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.silent[0] = st.silent[1] = true;
	run(330);
	told("[  205] operations/agent/lon-1 raised operations S2: agent "
	     "lon-1 in london has not been heard for 2 min 5 s\n"
	     "[  215] operations/agent/akl-1 raised operations S2: agent "
	     "akl-1 in auckland has not been heard for 2 min 5 s\n");
	all_see(OUTCOME_FAILED);
	run(500);
	told("[  400] acme/learn raised probable S1: is probably down, "
	     "seen by 1 of 1 regions: answered 503\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn unknown 120..on [90]\n");
	all_see(OUTCOME_OK);
	run(600);
	told("[  520] acme/learn changed probable S1: looks good again in "
	     "1 of 2 regions, but not yet for long enough\n"
	     "[  550] acme/learn cleared probable S1: is seen well again "
	     "by those who see it, after 3 min 30 s\n");
	end();
}

/* What was down and can no longer be seen stays an alarm. */
static void
test_down_becomes_unknown(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	text_clear(&st.w.story);
	st.silent[0] = st.silent[1] = st.silent[2] = true;
	all_see(OUTCOME_OK);
	run(400);
	told("[  280] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 2 regions\n"
	     "[  305] operations/agent/akl-1 raised operations S2: agent "
	     "akl-1 in auckland has not been heard for 2 min 5 s\n"
	     "[  315] operations/agent/nyc-1 raised operations S2: agent "
	     "nyc-1 in new-york has not been heard for 2 min 5 s\n"
	     "[  325] operations/agent/lon-1 raised operations S2: agent "
	     "lon-1 in london has not been heard for 2 min 5 s\n"
	     "[  340] acme/learn changed down S1: can no longer be seen\n");
	run(900);
	told("");
	st.silent[1] = st.silent[2] = false;
	run(1000);
	told("[  910] acme/learn changed down S1: looks good again in 1 "
	     "of 2 regions, but not yet for long enough\n"
	     "[  915] operations/agent/nyc-1 cleared operations S2: is "
	     "over\n"
	     "[  925] operations/agent/lon-1 cleared operations S2: is "
	     "over\n"
	     "[  950] acme/learn cleared down S1: is up again after 13 min\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..220 [90 190]\n"
	       "acme/learn unknown 220..920 [190 200]\n");
	end();
}

static void
see(size_t e, size_t a, enum outcome outcome)
{
	st.sees[e][a] = outcome;
}

/* A failure whose look again succeeds wakes nobody and counts for nothing. */
static void
test_blips(void **state)
{
	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i < 3; i++) {
		see(0, 0, OUTCOME_FAILED);
		see(0, 1, OUTCOME_FAILED);
		run(110 + i * 60);
		see(0, 1, OUTCOME_OK);
		run(120 + i * 60);
		see(0, 0, OUTCOME_OK);
		run(150 + i * 60);
	}
	told("");
	booked("acme/learn unknown 0..20 [0 20]\n");
	run(800);
	told("");
	end();
}

/* A page that says maintenance, and nobody announced it. */
static void
test_maintenance(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_MAINTENANCE);
	run(700);
	told("");
	run(800);
	told("[  720] acme/learn raised maintenance S2: shows a "
	     "maintenance page that nobody announced in 3 of 3 regions\n");
	see(0, 0, OUTCOME_FAILED);
	run(900);
	told("[  810] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	all_see(OUTCOME_OK);
	run(1000);
	told("[  910] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  950] acme/learn cleared down S1: is up again after 13 min\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..920 [90 890]\n");
	end();
}

static void
test_slow(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_SLOW);
	run(500);
	told("[  420] acme/learn raised degraded S2: is degraded: 3 of 3 "
	     "regions fail at times or are slow\n");
	all_see(OUTCOME_OK);
	run(700);
	told("[  520] acme/learn cleared degraded S2: is up again after 6 "
	     "min 40 s\n");
	booked("acme/learn unknown 0..20 [0 20]\n");
	end();
}

static void
test_flapping(void **state)
{
	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i < 5; i++) {
		all_see(OUTCOME_FAILED);
		run(200 + i * 300);
		all_see(OUTCOME_OK);
		run(400 + i * 300);
	}
	run(2300);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  240] acme/learn changed down S1: looks good again in 3 "
	     "of 3 regions, but not yet for long enough\n"
	     "[  250] acme/learn cleared down S1: is up again after 1 min "
	     "40 s\n"
	     "[  420] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  480] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  540] acme/learn changed down S1: looks good again in 3 "
	     "of 3 regions, but not yet for long enough\n"
	     "[  550] acme/learn cleared down S1: is up again after 1 min "
	     "40 s\n"
	     "[  720] acme/learn raised down S1 flapping: is down: answered "
	     "503, seen by 2 of 3 "
	     "regions\n"
	     "[  780] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 3 of "
	     "3 regions\n"
	     "[  840] acme/learn changed down S1 flapping: looks good "
	     "again in 3 of 3 regions, but not yet for long enough\n"
	     "[ 1010] acme/learn changed down S1 flapping: was down and "
	     "is not well: answered 503, seen by 1 of 3 regions\n"
	     "[ 1070] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 3 of "
	     "3 regions\n"
	     "[ 1130] acme/learn changed down S1 flapping: was down and "
	     "is not well: answered 503, seen by 1 of 3 regions\n"
	     "[ 1190] acme/learn changed down S1 flapping: looks good "
	     "again in 3 of 3 regions, but not yet for long enough\n"
	     "[ 1310] acme/learn changed down S1 flapping: was down and "
	     "is not well: answered 503, seen by 1 of 3 regions\n"
	     "[ 1370] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 3 of "
	     "3 regions\n"
	     "[ 1430] acme/learn changed down S1 flapping: was down and "
	     "is not well: answered 503, seen by 1 of 3 regions\n"
	     "[ 1490] acme/learn changed down S1 flapping: looks good "
	     "again in 3 of 3 regions, but not yet for long enough\n"
	     "[ 2010] acme/learn cleared down S1: is up again after 11 min\n");
	end();
}

/* The collector was away; what is over wakes nobody, but is booked. */
static void
test_away(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.unread = true;
	all_see(OUTCOME_FAILED);
	run(1000);
	all_see(OUTCOME_OK);
	run(2000);
	st.unread = false;
	shard_break(st.w.shard, st.w.now_ms);
	run(2200);
	told("");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..1020 [90 990]\n");
	journal_has("corrected");
	all_see(OUTCOME_FAILED);
	run(2250);
	text_clear(&st.w.story);
	st.unread = true;
	run(5000);
	st.unread = false;
	world_restart(&st.w);
	run(5100);
	told("[ 5010] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..1020 [90 990]\n"
	       "acme/learn down 2220..on [2190]\n");
	end();
}

/* The same, but it is still down when the collector comes back. */
static void
test_away_and_still_down(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.unread = true;
	all_see(OUTCOME_FAILED);
	run(3000);
	st.unread = false;
	world_restart(&st.w);
	run(3100);
	told("[ 3020] acme/learn raised down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..on [90]\n");
	end();
}

/* Agents that were alive and say nothing any more: at most 90 s. */
static void
test_break_and_an_agent_dies(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.silent[0] = true;
	shard_break(st.w.shard, st.w.now_ms);
	assert_true(shard_is_catching_up(st.w.shard));
	run(189);
	assert_true(shard_is_catching_up(st.w.shard));
	run(191);
	assert_false(shard_is_catching_up(st.w.shard));
	run(400);
	told("[  215] operations/agent/akl-1 raised operations S3: agent "
	     "akl-1 in auckland has not been heard for 2 min 5 s\n");
	end();
}

#define PLATFORM(name, more) ENDPOINT(name, ", platform: p-" name more)

static const char four[] = HEAD CLIENT(
    "acme") PLATFORM("a", "") PLATFORM("b", "") PLATFORM("c", "")
    PLATFORM("d", ", severity: S3") "platforms:\n"
				    "  - { name: p-a }\n  - { name: p-b }\n"
				    "  - { name: p-c }\n  - { name: p-d }\n";

static void
begin_four(void)
{
	static const char *const ids[] = { "acme/a", "acme/b", "acme/c",
		"acme/d" };

	begin(four, 4, ids);
}

/* One region sees everything fail that the two others see up. */
static void
test_suspect_region(void **state)
{
	(void)state;
	begin_four();
	run(100);
	for (size_t e = 0; e < 4; e++)
		see(e, 1, OUTCOME_FAILED);
	run(500);
	told("[  415] operations/suspect/london raised operations S3: "
	     "region london sees most platforms fail that others see up; "
	     "what it sees is not counted\n");
	/* What it says counts for nothing: two of two see it up. */
	see(0, 0, OUTCOME_FAILED);
	run(600);
	told("");
	all_see(OUTCOME_OK);
	run(800);
	told("[  625] operations/suspect/london cleared operations S3: is "
	     "over\n");
	booked("acme/a unknown 0..20 [0 20]\n"
	       "acme/b unknown 0..19 [0 19]\n"
	       "acme/c unknown 0..18 [0 18]\n"
	       "acme/d unknown 0..17 [0 17]\n");
	journal_has("\"suspect\"");
	end();
}

static bool
told_suspect(void)
{
	bool told_so = st.w.story.data != NULL &&
	    strstr(st.w.story.data, "suspect/london raised") != NULL;

	text_clear(&st.w.story);
	return told_so;
}

/*
 * While the others are silent nobody contradicts it; when they speak again
 * they do, though it sees nothing new itself.
 */
static void
test_suspect_when_the_others_are_back(void **state)
{
	(void)state;
	begin_four();
	run(100);
	st.silent[0] = st.silent[2] = true;
	run(400);
	for (size_t e = 0; e < 4; e++)
		see(e, 1, OUTCOME_FAILED);
	run(700);
	assert_false(told_suspect());
	st.silent[0] = st.silent[2] = false;
	run(1200);
	assert_true(told_suspect());
	end();
}

/* The suspicion ends for want of others, and comes again as it began. */
static void
test_suspect_again_since_the_same_time(void **state)
{
	(void)state;
	begin_four();
	run(100);
	for (size_t e = 0; e < 4; e++)
		see(e, 1, OUTCOME_FAILED);
	run(500);
	assert_true(told_suspect());
	st.silent[0] = st.silent[2] = true;
	run(700);
	see(0, 1, OUTCOME_OK);
	run(800);
	see(0, 1, OUTCOME_FAILED);
	run(900);
	assert_non_null(strstr(st.w.journal.data, "agrees with the others"));
	text_clear(&st.w.story);
	st.silent[0] = st.silent[2] = false;
	run(1500);
	assert_true(told_suspect());
	end();
}

/* Two platforms are too few to doubt a region. */
static void
test_not_suspect(void **state)
{
	(void)state;
	begin_four();
	run(100);
	see(0, 1, OUTCOME_FAILED);
	see(1, 1, OUTCOME_FAILED);
	run(500);
	told("");
	assert_null(st.w.journal.data == NULL
		? NULL
		: strstr(st.w.journal.data, "suspect"));
	end();
}

/* All canaries fail: what the agent saw since is not known. */
static void
test_blind(void **state)
{
	(void)state;
	begin_one();
	run(100);
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	run(119);
	st.has_blind[1] = true;
	st.blind[1] =
	    (struct blind){ WORLD_BEGIN + 105 * S, WORLD_BEGIN + 105 * S };
	run(600);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: was down and is not "
	     "well: answered 503, seen by 1 of 2 regions\n"
	     "[  405] operations/blind/london raised operations S3: "
	     "region london is blind: agent lon-1 reaches none of its "
	     "canaries\n");
	booked("acme/learn unknown 0..20 [0 20]\n");
	st.has_blind[1] = true;
	st.blind[1] =
	    (struct blind){ WORLD_BEGIN + 105 * S, WORLD_BEGIN + 600 * S };
	run(700);
	told("[  620] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  625] operations/blind/london cleared operations S3: is "
	     "over\n");
	world_restart(&st.w);
	run(800);
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 600..on [600]\n");
	end();
}

static void
test_hole(void **state)
{
	struct wire_part part;

	(void)state;
	begin_one();
	run(100);
	for (size_t a = 0; a < 2; a++) {
		part = world_part(&st.w);
		part.hole = "unreadable";
		part.hole_from_ms = WORLD_BEGIN + 50 * S;
		part.hole_to_ms = WORLD_BEGIN + 60 * S;
		world_store(&st.w, agents[a], regions[a], &part, 0, false);
	}
	run(200);
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn unknown 50..60 [50 60]\n");
	journal_has("\"hole\"");
	end();
}

/* An unsure clock: its times prove nothing. */
static void
test_unsure_clock(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.unsure[0] = st.unsure[1] = true;
	all_see(OUTCOME_FAILED);
	run(400);
	told("[  115] operations/clock/lon-1 raised operations S3: the "
	     "clock of agent lon-1 is off by an unknown amount; what it "
	     "sees is not counted\n"
	     "[  125] operations/clock/akl-1 raised operations S2: the "
	     "clock of agent akl-1 is off by an unknown amount; what it "
	     "sees is not counted\n"
	     "[  125] operations/clock/lon-1 changed operations S2: the "
	     "clock of agent lon-1 is off by an unknown amount; what it "
	     "sees is not counted\n"
	     "[  190] acme/learn raised probable S1: is probably down, "
	     "seen by 1 of 1 regions: answered 503\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn unknown 120..on [120]\n");
	st.unsure[0] = st.unsure[1] = false;
	all_see(OUTCOME_OK);
	run(600);
	told("[  410] acme/learn changed probable S1: is probably down, "
	     "seen by 1 of 2 regions: answered 503\n"
	     "[  450] acme/learn cleared probable S1: is up again after 4 "
	     "min 40 s\n"
	     "[  505] operations/clock/lon-1 cleared operations S2: is "
	     "over\n"
	     "[  515] operations/clock/akl-1 cleared operations S2: is "
	     "over\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn unknown 120..410 [120 80]\n");
	end();
}

/* A clock that is off by a known amount is put right. */
static void
test_shifted_clock(void **state)
{
	(void)state;
	begin_one();
	st.shift_ms = -3600 * S;
	run(100);
	all_see(OUTCOME_FAILED);
	run(300);
	all_see(OUTCOME_OK);
	run(500);
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..320 [90 290]\n");
	end();
}

/* Two agents were cut off for a while and now bring what they saw. */
static void
test_late_data(void **state)
{
	static struct world_entry kept[400];
	size_t begin_at, n = 0;

	(void)state;
	begin_one();
	run(100);
	begin_at = st.w.inbox_count;
	st.unread = true;
	run(400);
	all_see(OUTCOME_FAILED);
	run(600);
	all_see(OUTCOME_OK);
	run(900);
	st.unread = false;
	/* London and New York are late; Auckland's way was open. */
	for (size_t i = begin_at; i < st.w.inbox_count; i++) {
		if (i % 3 == 0)
			continue;
		kept[n++] = st.w.inbox[i];
	}
	for (size_t i = begin_at, k = begin_at; i < st.w.inbox_count; i++)
		if (i % 3 == 0)
			st.w.inbox[k++] = st.w.inbox[i];
	st.w.inbox_count -= n;
	shard_break(st.w.shard, st.w.now_ms);
	run(1200);
	text_clear(&st.w.story);
	text_clear(&st.w.journal);
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn unknown 120..420 [90 90]\n"
	       "acme/learn down 431..450 [400 420]\n"
	       "acme/learn unknown 450..920 [420 80]\n");
	for (size_t i = 0; i < n; i++) {
		text_format(kept[i].id, sizeof(kept[i].id), "%lld-%zu",
		    (long long)st.w.now_ms, 500 + i);
		st.w.inbox[st.w.inbox_count++] = kept[i];
	}
	run(1400);
	told("");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 420..620 [390 590]\n");
	journal_has("corrected");
	end();
}

static const char two[] =
    HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("files", "");
static const char other[] = HEAD CLIENT("acme")
    ENDPOINT("learn", ", disabled: moved") CLIENT("zeta") ENDPOINT("x", "");

static struct settings *
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

/* What is taken away while it is down is not down any more. */
static void
test_removed(void **state)
{
	static const char *const ids[] = { "acme/learn", "acme/files" };

	(void)state;
	begin(two, 2, ids);
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	text_clear(&st.w.story);
	settings_free(reconfigure(other));
	told("[  200] acme/learn cleared down S1: is not watched any more\n"
	     "[  200] acme/files cleared down S1: is not watched any more\n");
	booked("acme/files unknown 0..19 [0 19]\n"
	       "acme/files down 119..200 [89 200] removed\n"
	       "acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..200 [90 200] removed\n"
	       "zeta/x unknown 200..on [200]\n");
	journal_has("\"what\":\"removed\",\"subject\":\"acme/files\"");
	journal_has("disabled: moved");
	journal_has("\"what\":\"added\",\"subject\":\"zeta\"");
	run(300); /* what they still say of it is passed over */
	world_restart(&st.w);
	run(330);
	booked("acme/files unknown 0..19 [0 19]\n"
	       "acme/files down 119..200 [89 200] removed\n"
	       "acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..200 [90 200] removed\n"
	       "zeta/x unknown 200..on [200]\n");
	settings_free(reconfigure(two));
	journal_has("\"what\":\"removed\",\"subject\":\"zeta\"");
	all_see(OUTCOME_OK);
	run(500);
	told("[  330] acme/learn raised down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  330] acme/files raised down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  379] acme/files cleared down S1: is up again after 19 s\n"
	     "[  380] acme/learn cleared down S1: is up again after 20 s\n");
	booked("acme/files unknown 0..19 [0 19]\n"
	       "acme/files down 119..200 [89 200] removed\n"
	       "acme/files down 330..349 [330 319]\n"
	       "acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn down 120..200 [90 200] removed\n"
	       "acme/learn down 330..350 [330 320]\n"
	       "zeta/x unknown 200..330 [200 330] removed\n");
	end();
}

/* Orders: the others look at once, but not for a whole platform. */
static void
test_orders(void **state)
{
	struct shard_order order;
	struct text out = { 0 };

	(void)state;
	begin_one();
	run(100);
	assert_false(shard_next_order(st.w.shard, &order));
	see(0, 0, OUTCOME_FAILED);
	run(120);
	while (shard_next_order(st.w.shard, &order))
		text_addf(&out, "%s %s %lld\n", order.endpoint, order.region,
		    (long long)(order.at_ms - WORLD_BEGIN) / S);
	assert_string_equal(out.data,
	    "acme/learn london 120\nacme/learn new-york 120\n");
	text_clear(&out);
	run(600);
	assert_false(shard_next_order(st.w.shard, &order));
	end();
}

static void
test_orders_are_few(void **state)
{
	static const char many[] = HEAD CLIENT("acme")
	    ENDPOINT("a", ", platform: p") ENDPOINT("b", ", platform: p")
		ENDPOINT("c", ", platform: p") ENDPOINT("d", ", platform: p")
		    ENDPOINT("e", ", platform: p")
			ENDPOINT("f", ", platform: p") ENDPOINT("g",
			    ", platform: p") "platforms:\n  - { name: p }\n";
	static const char *const ids[] = { "acme/a", "acme/b", "acme/c",
		"acme/d", "acme/e", "acme/f", "acme/g" };
	struct shard_order order;
	int n = 0;

	(void)state;
	begin(many, 7, ids);
	run(110);
	for (size_t e = 0; e < 7; e++)
		see(e, 0, OUTCOME_FAILED);
	run(120);
	while (shard_next_order(st.w.shard, &order))
		n++;
	assert_int_equal(n, 2 * 5);
	end();
}

/* Two spools under one name. */
static void
test_two_spools(void **state)
{
	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i < 3; i++) {
		struct wire_part part = world_part(&st.w);

		text_copy(part.spool, sizeof(part.spool), "ffeeddccbbaa9988");
		world_store(&st.w, agents[0], regions[0], &part, 0, false);
		run(100 + 30 * (i + 1));
	}
	told("[  120] operations/spool/akl-1 raised operations S4: two "
	     "agents seem to run under the name akl-1\n");
	run(4000);
	told("[ 3780] operations/spool/akl-1 cleared operations S4: is "
	     "over\n");
	end();
}

/* Blocked everywhere: unknown, and no cause of ours to be named. */
static void
test_unknown_for_no_reason(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_UNKNOWN);
	run(600);
	told("[  425] operations/unknown raised operations S2: acme/learn "
	     "has been unknown for over 5 min\n");
	all_see(OUTCOME_OK);
	run(700);
	told("[  625] operations/unknown cleared operations S2: is over\n");
	booked("acme/learn unknown 0..20 [0 20]\n"
	       "acme/learn unknown 120..620 [90 590]\n");
	end();
}

/* Asked why, a shard says what it decided by, also of an earlier instant. */
static void
test_look(void **state)
{
	struct shard_view v;

	(void)state;
	begin_one();
	assert_false(shard_look(st.w.shard, "acme/none", st.w.now_ms, &v));
	run(100);
	all_see(OUTCOME_FAILED);
	run(300);
	assert_true(
	    shard_look(st.w.shard, "acme/learn", WORLD_BEGIN + 60 * S, &v));
	assert_int_equal(v.look.state, STATE_UP);
	assert_null(v.booked);
	assert_int_equal(v.region_count, AGENTS);
	assert_int_equal(v.step->quorum, 2);
	assert_true(
	    shard_look(st.w.shard, "acme/learn", WORLD_BEGIN + 200 * S, &v));
	assert_int_equal(v.look.state, STATE_DOWN);
	assert_int_equal(v.look.failing, 3);
	assert_int_equal(v.booked->kind, LEDGER_DOWN);
	assert_int_equal(v.booked->from_ms, WORLD_BEGIN + 120 * S);
	assert_string_equal(v.regions[0].detail, "HTTP 503");
	assert_null(v.regions[0].blind);
	/* Before there were terms there was nothing. */
	assert_true(shard_look(st.w.shard, "acme/learn", WORLD_BEGIN - S, &v));
	assert_int_equal(v.look.state, STATE_ABSENT);
	assert_null(v.step);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	end();
}

/* What made a region blind is named. */
static void
test_look_at_the_blind(void **state)
{
	struct shard_view v;
	size_t blind = 0;

	(void)state;
	begin_one();
	run(100);
	st.has_blind[0] = true;
	st.blind[0] =
	    (struct blind){ WORLD_BEGIN + 100 * S, WORLD_BEGIN + 100 * S };
	run(200);
	assert_true(
	    shard_look(st.w.shard, "acme/learn", WORLD_BEGIN + 150 * S, &v));
	for (size_t i = 0; i < v.region_count; i++)
		if (v.regions[i].blind != NULL) {
			assert_string_equal(v.regions[i].name, "auckland");
			assert_string_equal(v.regions[i].blind, "blind");
			assert_true(v.look.facts[i].is_none);
			blind++;
		}
	assert_int_equal(blind, 1);
	assert_int_equal(v.look.fresh, 2);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outage),
		cmocka_unit_test(test_restart_in_an_outage),
		cmocka_unit_test(test_probably_down),
		cmocka_unit_test(test_down_becomes_unknown),
		cmocka_unit_test(test_blips),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_flapping),
		cmocka_unit_test(test_away),
		cmocka_unit_test(test_away_and_still_down),
		cmocka_unit_test(test_break_and_an_agent_dies),
		cmocka_unit_test(test_suspect_region),
		cmocka_unit_test(test_suspect_when_the_others_are_back),
		cmocka_unit_test(test_suspect_again_since_the_same_time),
		cmocka_unit_test(test_not_suspect),
		cmocka_unit_test(test_blind),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_unsure_clock),
		cmocka_unit_test(test_shifted_clock),
		cmocka_unit_test(test_late_data),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_orders_are_few),
		cmocka_unit_test(test_two_spools),
		cmocka_unit_test(test_unknown_for_no_reason),
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_look_at_the_blind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
