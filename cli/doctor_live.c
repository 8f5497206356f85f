/* doctor_live: programs, agents and trees, by what they wrote last. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/control.h"
#include "cli/doctor.h"
#include "cli/records.h"
#include "cli/show.h"
#include "lib/store.h"
#include "lib/text.h"

#define LIVE_MAX_MS 20000 /* written every 5 s */
#define TREE_MAX_MS 180000

static void
on_live(void *arg, const char *field, const char *value, size_t length)
{
	struct doctor *d = arg;
	int64_t age_ms = d->now_ms - strtoll(value, NULL, 10);
	char age[32];

	(void)length;
	text_duration(age_ms, age, sizeof(age));
	doctor_find(d, age_ms > LIVE_MAX_MS ? FINDING_BAD : FINDING_GOOD,
	    "live", "%s: %s ago", field, age);
}

static void
on_tree(void *arg, const char *field, const char *value, size_t length)
{
	struct doctor *d = arg;
	json_t *tree = json_loadb(value, length, 0, NULL);
	const char *hash = show_text(tree, "hash");

	if (d->now_ms - show_number(tree, "at_ms") <= TREE_MAX_MS) {
		if (strcmp(hash, d->settings->hash) == 0)
			doctor_find(d, FINDING_GOOD, "tree", "%s uses this one",
			    field);
		else
			doctor_find(d, FINDING_DOUBT, "tree",
			    "%s uses another one: %.12s", field, hash);
	}
	json_decref(tree);
}

/* A shard writes down that it has heard an agent once in so long. */
#define AGENT_SAVED_MS 60000

/* One agent's record: last heard, spool (docs/redis.md). */
static void
on_agent(void *arg, const char *field, const char *value, size_t length)
{
	struct doctor *d = arg;
	json_t *agent = json_loadb(value, length, 0, NULL);
	int64_t heard_ms = show_number(agent, "heard_ms");
	char age[32];

	if (heard_ms == 0)
		heard_ms = show_number(agent, "heard");
	text_duration(d->now_ms - heard_ms, age, sizeof(age));
	doctor_find(d,
	    d->now_ms - heard_ms >
		    d->settings->site.collector_silence_ms + AGENT_SAVED_MS
		? FINDING_BAD
		: FINDING_GOOD,
	    "agent", "%s: heard %s ago", field, age);
	json_decref(agent);
}

void
doctor_live(struct doctor *d, redisContext *r)
{
	char group[16];

	if (!records_each(r, STORE_AGENT_GROUP, "live", on_live, d) ||
	    !records_each(r, STORE_AGENT_GROUP, "trees", on_tree, d))
		doctor_find(d, FINDING_BAD, "redis", "cannot be read");
	for (unsigned shard = 0; shard < d->settings->shards; shard++) {
		store_shard_group(shard, group);
		records_each(r, group, "agents", on_agent, d);
	}
}

void
doctor_pager(struct doctor *d)
{
	char path[512], error[256];
	json_t *answer;

	if (d->cli->socket != NULL)
		text_copy(path, sizeof(path), d->cli->socket);
	else
		text_format(path, sizeof(path), "%s/pager.sock",
		    d->settings->site.state_dir);
	answer =
	    control_ask(path, json_pack("{s:s}", "command", "status"), error);
	if (answer == NULL) {
		doctor_find(d, FINDING_BAD, "pager", "%s", error);
		return;
	}
	doctor_find(d,
	    json_is_true(json_object_get(answer, "store")) ? FINDING_GOOD
							   : FINDING_BAD,
	    "pager", "%s; its store is %s; %d incidents open",
	    json_is_true(json_object_get(answer, "active"))
		? "active"
		: "stands by for another",
	    json_is_true(json_object_get(answer, "store")) ? "up" : "away",
	    (int)show_number(answer, "open"));
	json_decref(answer);
}
