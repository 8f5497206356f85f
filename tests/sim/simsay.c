/* simsay: see simsay.h. */
#include "tests/sim/simsay.h"
#include "tests/sim/simcollector.h"
#include "tests/sim/simpager.h"
#include "tests/sim/simtree.h"

#define MINUTE INT64_C(60000)
#define LAST_MS (NIGHT_START_MS + NIGHT_MS - 20 * MINUTE)
#define AGAIN_MS 5000
#define TRIES 10
#define N(table) (sizeof(table) / sizeof((table)[0]))

/* What somebody says, until it is heard. */
struct saying {
	char json[500];
	int endpoint; /* whose client's shard is asked */
	int tries;
};

static void
say(struct world *w, int who, void *data)
{
	const struct saying *x = data;
	const char *client = truth_clients[truth_client(x->endpoint)];
	struct saying again = *x;
	char error[300];

	(void)who;
	if (sim_collector_command(w, settings_shard(w->settings, client),
		x->json, error)) {
		tell(w, "people: %s", x->json);
		return;
	}
	tell(w, "people: %s: %s", x->json, error);
	if (--again.tries > 0)
		at(w, w->now_ms + AGAIN_MS, say, 0,
		    mem_copy(&again, sizeof(again)));
}

static void plan(struct world *w, int e, int64_t at_ms, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void
plan(struct world *w, int e, int64_t at_ms, const char *fmt, ...)
{
	struct saying x = { .endpoint = e, .tries = TRIES };
	va_list ap;

	va_start(ap, fmt);
	text_formatv(x.json, sizeof(x.json), fmt, ap);
	va_end(ap);
	if (at_ms < LAST_MS)
		at(w, at_ms, say, 0, mem_copy(&x, sizeof(x)));
}

/* ---- claims ---- */

static void
answer(struct world *w, int e, int number, int64_t from_ms)
{
	plan(w, e, roll_between(w, from_ms, LAST_MS),
	    "{\"command\":\"outage-consent\",\"exclusion\":\"x-%d\","
	    "\"consent\":\"%s\",\"who\":\"the dean\"}",
	    number, chance(w, 60) ? "agreed" : "disputed");
}

/* Of whole seconds: what is less is not excluded. */
static void
claim(struct world *w, int number, int e, int64_t from_ms, int64_t to_ms)
{
	int64_t at_ms = roll_between(w, from_ms, LAST_MS);
	char scope[60];

	text_format(scope, sizeof(scope), "%s",
	    chance(w, 50) ? truth_clients[truth_client(e)]
			  : truth_endpoints[e]);
	plan(w, e, at_ms,
	    "{\"command\":\"outage-exclude\",\"exclusion\":\"x-%d\","
	    "\"scope\":[\"%s\"],\"reason\":\"third-party\",\"text\":\"t%d\","
	    "\"claimant\":\"us\",\"from_ms\":%lld,\"to_ms\":%lld}",
	    number, scope, number, (long long)(from_ms / 1000 * 1000),
	    (long long)(to_ms / 1000 * 1000 + 1000));
	if (chance(w, 80))
		answer(w, e, number, at_ms);
	if (chance(w, 30))
		answer(w, e, number, at_ms);
}

/* Several may be about one outage. */
static void
claims_plan(struct world *w)
{
	int count = (int)roll_between(w, 2, 6);

	for (int i = 0; i < count; i++) {
		int e = (int)roll(w, (uint64_t)w->truth.endpoints);
		const struct interval_set *fails = &w->truth.fails[e][0];
		struct interval about = { NIGHT_START_MS + 60 * MINUTE,
			NIGHT_START_MS + 90 * MINUTE };

		if (fails->count > 0)
			about = fails->items[roll(w, fails->count)];
		about.from += roll_between(w, -5 * MINUTE, 5 * MINUTE);
		about.to += roll_between(w, -5 * MINUTE, 5 * MINUTE);
		if (about.from < NIGHT_START_MS)
			about.from = NIGHT_START_MS;
		if (about.to > about.from && about.from < LAST_MS - MINUTE)
			claim(w, i, e, about.from, about.to);
	}
}

/* ---- terms ---- */

static void
change_terms(struct world *w, int client, void *data)
{
	(void)data;
	sim_tree_change_terms(w, client);
}

/* ---- nonsense ---- */

/* What is wrong, and the word that the answer must have. */
static const struct {
	const char *json, *word;
} nonsense[] = {
	{ "", "command" },
	{ "[]", "command" },
	{ "{\"command\":\"outage-forget\"}", "command" },
	{ "{\"command\":7}", "command" },
	{ "{\"command\":\"outage-exclude\"}", "exclusion" },
	{ "{\"command\":\"outage-exclude\",\"exclusion\":\"m-1\"}",
	    "exclusion" },
	{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-bad\","
	  "\"scope\":[\"acme\"],\"reason\":\"weather\",\"text\":\"t\","
	  "\"claimant\":\"us\",\"from_ms\":1,\"to_ms\":2}",
	    "reason" },
	{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-bad\","
	  "\"scope\":[\"acme\"],\"reason\":\"client\",\"text\":\"t\","
	  "\"claimant\":\"us\",\"from_ms\":2000,\"to_ms\":2000}",
	    "to_ms" },
	{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-bad\","
	  "\"scope\":[\"acme\"],\"reason\":\"client\",\"text\":\"t\","
	  "\"claimant\":\"us\",\"from_ms\":-5,\"to_ms\":2000}",
	    "from_ms" },
	{ "{\"command\":\"outage-exclude\",\"exclusion\":\"x-bad\","
	  "\"scope\":[\"nobody\"],\"reason\":\"client\",\"text\":\"t\","
	  "\"claimant\":\"us\",\"from_ms\":1,\"to_ms\":2000}",
	    "nobody" },
	{ "{\"command\":\"outage-consent\",\"exclusion\":\"x-0\","
	  "\"consent\":\"perhaps\",\"who\":\"the dean\"}",
	    "consent" },
	{ "{\"command\":\"outage-annotate\",\"scope\":[\"acme/e0\"],"
	  "\"from_ms\":1774738800001}",
	    "text" },
	{ "{\"command\":\"outage-annotate\",\"scope\":[\"acme/e0\"],"
	  "\"from_ms\":1774738800001,\"text\":\"a\\u0007b\"}",
	    "text" },
	{ "{\"command\":\"maintenance-announce\",\"window\":\"m-bad\","
	  "\"scope\":[\"acme\"],\"text\":\"t\",\"times\":[[2000,1000]]}",
	    "times" },
	{ "{\"command\":\"maintenance-announce\",\"window\":\"m-bad\","
	  "\"scope\":[\"acme\"],\"text\":\"t\",\"times\":[[1000,2000]]}",
	    "from_ms" },
	{ "{\"command\":\"maintenance-announce\",\"window\":\"m-bad\","
	  "\"scope\":[],\"text\":\"t\",\"times\":[[9e15,1]]}",
	    "times" },
};

static void
say_nonsense(struct world *w, int which, void *data)
{
	unsigned shard = settings_shard(w->settings, truth_clients[0]);
	char error[300];

	(void)data;
	if (sim_shard_active(w, shard) == NULL)
		return;
	if (sim_collector_command(w, shard, nonsense[which].json, error))
		broken(w, "promise 9: it is done: %s", nonsense[which].json);
	else if (strcmp(error, "nobody has the shard") != 0 &&
	    strstr(error, nonsense[which].word) == NULL)
		broken(w, "promise 9: \"%s\" does not name %s: %s", error,
		    nonsense[which].word, nonsense[which].json);
}

/* To the pager: it is answered, and nobody's incident is another one. */
static void
bother_pager(struct world *w, int which, void *data)
{
	static const char *const words[] = { "{}", "take",
		"{\"command\":\"take\",\"person\":\"p0\"}",
		"{\"command\":\"take\",\"person\":\"p0\","
		"\"incident\":\"INC-999999\"}",
		"{\"command\":\"snooze\",\"person\":\"p1\",\"incident\":"
		"\"INC-000001\",\"for_ms\":-1}",
		"{\"command\":\"severity\",\"person\":\"p1\",\"incident\":"
		"\"INC-000001\",\"severity\":9}",
		"{\"command\":\"hand-on\",\"person\":\"p1\",\"incident\":"
		"\"INC-000001\",\"to\":\"nobody\"}" };

	(void)data;
	sim_pager_command(w, "p0", "INC-999999", NONSENSE,
	    words[(size_t)which % N(words)]);
}

static void
bad_tree(struct world *w, int who, void *data)
{
	(void)who, (void)data;
	sim_tree_spoil(w);
}

static int64_t
some_time(struct world *w)
{
	return roll_between(w, NIGHT_START_MS + MINUTE, LAST_MS);
}

/* In every fourth night; the others are as they were without. */
void
says_plan(struct world *w)
{
	if (w->seed % 4 != 1)
		return;
	claims_plan(w);
	for (int64_t i = roll_between(w, 0, 3); i > 0; i--)
		at(w, some_time(w), change_terms,
		    truth_client((int)roll(w, (uint64_t)w->truth.endpoints)),
		    NULL);
	for (int i = 0; i < 8; i++)
		at(w, some_time(w), say_nonsense, (int)roll(w, N(nonsense)),
		    NULL);
	for (int i = 0; i < 3; i++)
		at(w, some_time(w), bother_pager, (int)roll(w, 7), NULL);
	at(w, some_time(w), bad_tree, 0, NULL);
}
