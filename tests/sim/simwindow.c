/* simwindow: see simwindow.h. */
#include "tests/sim/simwindow.h"
#include "tests/sim/simcollector.h"

#define MINUTE INT64_C(60000)
#define LAST_MS (NIGHT_START_MS + NIGHT_MS - 75 * MINUTE)
#define AGAIN_MS 5000
#define TRIES 10

/* What somebody says, until it is heard. */
struct saying {
	char command[24]; /* "maintenance-announce" ... */
	char window[8];
	int endpoint;
	bool whole; /* all of its client */
	int64_t from_ms, to_ms;
	int tries;
};

static void say(struct world *, int who, void *data);

static void
say_again(struct world *w, const struct saying *x)
{
	struct saying again = *x;

	if (--again.tries > 0)
		at(w, w->now_ms + AGAIN_MS, say, 0,
		    mem_copy(&again, sizeof(again)));
}

static void
say(struct world *w, int who, void *data)
{
	const struct saying *x = data;
	const char *client = truth_clients[truth_client(x->endpoint)];
	int64_t from_ms = x->from_ms > w->now_ms ? x->from_ms : w->now_ms;
	int64_t to_ms = x->to_ms > w->now_ms ? x->to_ms : w->now_ms;
	char json[400], error[300], name[TRUTH_NAME];

	(void)who;
	truth_name(x->endpoint, w->wish.called[x->endpoint], name);
	if (strcmp(x->command, "maintenance-announce") == 0)
		text_format(json, sizeof(json),
		    "{\"command\":\"%s\",\"window\":\"%s\",\"scope\":[\"%s\"],"
		    "\"text\":\"x\",\"times\":[[%lld,%lld]]}",
		    x->command, x->window, x->whole ? client : name,
		    (long long)from_ms, (long long)to_ms);
	else
		text_format(json, sizeof(json),
		    "{\"command\":\"%s\",\"window\":\"%s\",\"to_ms\":%lld}",
		    x->command, x->window, (long long)to_ms);
	if (sim_collector_command(w, settings_shard(w->settings, client), json,
		error))
		tell(w, "people: %s", json);
	else {
		tell(w, "people: %s: %s", json, error);
		say_again(w, x);
	}
}

static void
plan_say(struct world *w, const struct saying *x, int64_t at_ms)
{
	at(w, at_ms, say, 0, mem_copy(x, sizeof(*x)));
}

/* What they work on does not work meanwhile; or until later. */
static void
break_it(struct world *w, const struct saying *x)
{
	int64_t from_ms = x->from_ms + roll_between(w, 0, 5 * MINUTE);
	int64_t to_ms = chance(w, 50)
	    ? x->to_ms + roll_between(w, MINUTE, 15 * MINUTE)
	    : x->to_ms - roll_between(w, 0, 3 * MINUTE);
	bool page = chance(w, 40);

	for (int e = 0; e < w->truth.endpoints; e++) {
		if (e != x->endpoint &&
		    (!x->whole || truth_client(e) != truth_client(x->endpoint)))
			continue;
		if (page) {
			interval_set_add(&w->truth.maintenance[e], from_ms,
			    to_ms);
			continue;
		}
		for (int r = 0; r < TRUTH_REGIONS; r++)
			interval_set_add(&w->truth.fails[e][r], from_ms, to_ms);
	}
}

static void
change_mind(struct world *w, struct saying x, int64_t said_ms)
{
	static const char *const commands[] = { "maintenance-extend",
		"maintenance-shorten", "maintenance-cancel" };
	int64_t at_ms = roll_between(w, said_ms + MINUTE, x.to_ms);

	text_copy(x.command, sizeof(x.command), commands[roll(w, 3)]);
	if (strcmp(x.command, "maintenance-extend") == 0)
		x.to_ms += roll_between(w, MINUTE, 15 * MINUTE);
	else if (at_ms < x.from_ms)
		x.to_ms = roll_between(w, x.from_ms + 1, x.to_ms);
	else
		x.to_ms = at_ms + roll_between(w, 0, 5 * MINUTE);
	plan_say(w, &x, at_ms);
}

static void
plan_one(struct world *w, int number)
{
	int64_t said_ms =
	    NIGHT_START_MS + roll_between(w, 10 * MINUTE, 190 * MINUTE);
	struct saying x = { .endpoint =
				(int)roll(w, (uint64_t)w->truth.endpoints),
		.whole = chance(w, 40),
		.tries = TRIES };

	text_copy(x.command, sizeof(x.command), "maintenance-announce");
	text_format(x.window, sizeof(x.window), "m-%d", number);
	x.from_ms = said_ms + roll_between(w, 0, 20 * MINUTE);
	x.to_ms = x.from_ms + roll_between(w, 5 * MINUTE, 60 * MINUTE);
	if (x.to_ms > LAST_MS - 20 * MINUTE)
		return;
	w->faults[FAULT_ANNOUNCED]++;
	plan_say(w, &x, said_ms);
	if (chance(w, 80))
		break_it(w, &x);
	if (chance(w, 50))
		change_mind(w, x, said_ms);
}

/* In every third night; the others are as they were without. */
void
windows_plan(struct world *w)
{
	int count;

	if (w->seed % 3 != 0)
		return;
	count = (int)roll_between(w, 1, 4);
	for (int i = 0; i < count; i++)
		plan_one(w, i);
}
