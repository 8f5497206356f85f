/* doctor_live: programs, agents and trees, by what they wrote last. */
#include <stdlib.h>
#include <string.h>

#include "cli/control.h"
#include "cli/doctor.h"
#include "cli/records.h"
#include "cli/show.h"
#include "lib/interval.h"
#include "lib/store.h"
#include "lib/text.h"

#define LIVE_MAX_MS 30000 /* told every 5 s; the auditor looks as often */
#define TREE_MAX_MS 180000

/* How long ago this program last said that all goes on; false: too long. */
static bool
look_at_life(struct doctor *d, struct records *r, const char *name)
{
	char *value = records_field(r, STORE_AGENT_GROUP, "live", name);
	int64_t at_ms = value != NULL ? strtoll(value, NULL, 10) : 0;
	int64_t age_ms = d->now_ms - at_ms;
	char age[32];

	free(value);
	if (at_ms <= 0 || at_ms > TIME_MAX) {
		doctor_find(d, FINDING_BAD, "live", "%s: has not been seen",
		    name);
		return false;
	}
	text_duration(age_ms > 0 ? age_ms : -age_ms, age, sizeof(age));
	if (age_ms < -LIVE_MAX_MS) {
		doctor_find(d, FINDING_BAD, "live",
		    "%s: dated %s ahead: a clock is wrong, or was", name, age);
		return false;
	}
	if (age_ms < 0)
		text_copy(age, sizeof(age), "0 s");
	doctor_find(d, age_ms > LIVE_MAX_MS ? FINDING_BAD : FINDING_GOOD,
	    "live", "%s: %s ago", name, age);
	return age_ms <= LIVE_MAX_MS;
}

static void
look_at_lives(struct doctor *d, struct records *r)
{
	static const char *const names[] = { "pager", "auditor", "commit" };
	bool calls = true, sees = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		calls = look_at_life(d, r, names[i]) && calls;
	for (int64_t i = 0; i < d->settings->shards; i++) {
		char name[32];

		text_format(name, sizeof(name), "evaluate:%d", (int)i);
		sees = look_at_life(d, r, name) && sees;
	}
	if (!calls)
		doctor_break(d, "2 and 3", "the pager stands still");
	if (!sees)
		doctor_break(d, "1", "results are kept, but not evaluated");
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

void
doctor_live(struct doctor *d, struct records *r)
{
	look_at_lives(d, r);
	if (!records_each(r, STORE_AGENT_GROUP, "trees", on_tree, d))
		doctor_find(d, FINDING_BAD, "redis", "cannot be read");
}

/* Of one that is not active only its store is known. */
static void
report_pager(struct doctor *d, const json_t *answer)
{
	bool active = json_is_true(json_object_get(answer, "active"));
	bool ready =
	    active || json_is_true(json_object_get(answer, "stands_by"));
	bool store = json_is_true(json_object_get(answer, "store"));
	int count = (int)show_number(answer, "open");
	char open[40] = "";

	if (active)
		text_format(open, sizeof(open), "; %d incident%s open", count,
		    count == 1 ? "" : "s");
	doctor_find(d, ready && store ? FINDING_GOOD : FINDING_BAD, "pager",
	    "%s; its store is %s%s", show_pager(answer), store ? "up" : "away",
	    open);
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
	report_pager(d, answer);
	json_decref(answer);
}
