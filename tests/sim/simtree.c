/*
 * simtree: the configuration of a night, and what is changed in it while it
 * lasts: another interval, another quorum, an endpoint that goes or comes.
 * Every process takes a new tree over in its own time.
 */
#include "tests/sim/simagent.h"
#include "tests/sim/simbeat.h"
#include "tests/sim/simcollector.h"
#include "tests/sim/simpager.h"
#include "tests/sim/simtree.h"

#define TAKEN_MS 5000 /* a process takes so long at most */
#define LATER_MS (4 * INT64_C(60000))
#define AGAIN_MS 5000
#define RENAMED_MS (30 * INT64_C(60000)) /* no store forgets that much */

static const char tree[] =
    "site:\n"
    "  name: Simulated Hosting\n"
    "  url: http://127.0.0.1:1\n"
    "  links: http://127.0.0.1:2\n"
    "  state_dir: /nonexistent\n"
    "  operations_ladder: standard\n"
    "  last_resort: [p3]\n"
    "redis: unix:/nonexistent\n"
    "shards: %3$d\n"
    "agents:\n"
    "  - { name: a0, region: r0, token_sha256: %1$s0 }\n"
    "  - { name: a1, region: r1, token_sha256: %1$s1 }\n"
    "  - { name: a2, region: r2, token_sha256: %1$s2 }\n"
    "%4$s"
    "alerts:\n"
    "  - { name: alien, key_sha256: %1$sa }\n"
    "canaries: [\"http://127.0.0.1:3/\", \"http://127.0.0.1:4/\", "
    "\"http://127.0.0.1:5/\"]\n"
    "channels:\n"
    "%5$s"
    "people:\n"
    "  - { name: p0, zone: Pacific/Auckland, email: p0@w.example, "
    "phone: \"+640000000\", "
    "reach: [terminal 0s, mail 1m, command 90s] }\n"
    "  - { name: p1, zone: Europe/London, email: p1@w.example, "
    "phone: \"+640000001\", "
    "reach: [mail 0s, terminal 2m] }\n"
    "  - { name: p2, zone: America/New_York, email: p2@w.example, "
    "phone: \"+640000002\", "
    "reach: [mail 0s] }\n"
    "  - { name: p3, zone: Europe/London, email: p3@w.example, "
    "phone: \"+640000003\", "
    "reach: [terminal 0s, mail 0s, command 20s] }\n"
    "rotas:\n"
    "  - name: support\n"
    "    watches:\n"
    "      - { zone: Pacific/Auckland, takes_over: \"08:00\", "
    "people: [p0] }\n"
    "      - { zone: Europe/London, takes_over: \"02:30\", "
    "people: [p1, p3], rotate: daily }\n"
    "      - { zone: America/New_York, takes_over: \"09:00\", "
    "people: [p2] }\n"
    "groups:\n"
    "  - { name: leads, people: [p2, p3] }\n"
    "ladders:\n"
    "  - name: standard\n"
    "    levels:\n"
    "      - { call: %6$s, patience: %2$dm }\n"
    "      - { call: %7$s, patience: 10m }\n"
    "  - name: local\n"
    "    levels:\n"
    "      - { call: person p2, patience: %2$dm }\n"
    "      - { call: person p3, patience: 10m }\n"
    "calendars:\n"
    "  - { name: local, zone: Europe/London, "
    "hours: \"sun 00:00-00:30 01:15-02:30 03:00-03:30 04:00-04:30 "
    "05:00-05:30\" }\n"
    "platforms:\n"
    "  - { name: f0 }\n"
    "  - { name: f1 }\n"
    "  - { name: f2 }\n"
    "  - { name: f3 }\n"
    "  - { name: f4 }\n"
    "  - { name: f5 }\n"
    "clients:\n";

static void
add_terms(struct text *t, const struct sim_wish *wish, int client)
{
	static const char *const unknowns[] = { "exclude", "up", "down" };

	if (!wish->own_terms[client]) {
		text_add(t, "    sla: gold\n");
		if (wish->calls)
			text_add(t,
			    "    slas: [ { name: gold, s3: { calls: now } } "
			    "]\n");
		return;
	}
	text_addf(t,
	    "    sla: own\n"
	    "    slas:\n"
	    "      - { name: own, guarantee: %d.%03d%%, unknown: %s%s }\n",
	    wish->target_milli[client] / 1000,
	    wish->target_milli[client] % 1000, unknowns[wish->unknown[client]],
	    wish->calls ? ", s3: { calls: now }" : "");
}

static void
add_endpoint(struct text *t, const struct sim_wish *wish, int e)
{
	size_t skip = strlen(truth_clients[truth_client(e)]) + 1;
	char name[TRUTH_NAME], was[TRUTH_NAME], said[TRUTH_NAME + 8] = "";

	truth_name(e, wish->called[e], name);
	if (wish->was[e] >= 0) {
		truth_name(e, wish->was[e], was);
		text_format(said, sizeof(said), "was: %s, ", was + skip);
	}
	text_addf(t,
	    "      - { name: %s, %surl: \"http://127.0.0.1/e%d\", "
	    "platform: f%d, interval: %ds, timeout: 10s, quorum: %d%s%s }\n",
	    name + skip, said, e, e % wish->platforms, wish->interval_s[e],
	    wish->quorum[e], wish->calls && e % 2 == 1 ? ", severity: S3" : "",
	    wish->hours ? "" : ", ladder: standard");
}

static void
add_channels(struct text *t, const struct sim_wish *wish)
{
	static const char *const kinds[SIM_WAYS] = { "terminal",
		"mail, server: \"smtp://127.0.0.1:6\", from: s@w.example",
		"command, run: /nonexistent" };

	for (size_t c = 0; c < SIM_WAYS; c++)
		for (size_t i = 0; i < wish->providers[c]; i++)
			text_addf(t, "  - { kind: %s }\n", kinds[c]);
}

/* Whom the two levels call; oracle_who.c and oracle_several.c know. */
static const char *const ladders[][2] = {
	[LADDER_PLAIN] = { "rota support", "person p3" },
	[LADDER_WATCH] = { "rota support all", "person p3" },
	[LADDER_GROUP] = { "rota support", "group leads" },
	[LADDER_EACH] = { "rota support", "group leads, answer: all" },
	[LADDER_TURN] = { "rota support", "group leads in turn" },
	[LADDER_ZONE] = { "rota support", "rota support next zone" },
};

/* On this day no clock there shows 01:15: that begins with the jump, at one in
   UTC. */
static const char hours[] =
    "    ladder_when: [ { hours: local, ladder: local } ]\n";

/* The tree as it is now wished. */
static char *
text_of(struct world *w)
{
	static const char sixty[] = "0123456789abcdef0123456789abcdef"
				    "0123456789abcdef0123456789abcde";
	struct text t = { 0 }, channels = { 0 };
	char fourth[160] = "";

	if (w->agent_count > TRUTH_REGIONS)
		text_format(fourth, sizeof(fourth),
		    "  - { name: a3, region: r%d, token_sha256: %s3 }\n",
		    (int)(w->seed % TRUTH_REGIONS), sixty);
	add_channels(&channels, &w->wish);
	text_addf(&t, tree, sixty, w->wish.patience, w->wish.shards, fourth,
	    channels.data, ladders[w->wish.ladder][0],
	    ladders[w->wish.ladder][1]);
	text_clear(&channels);
	for (int e = 0; e < w->truth.endpoints; e++) {
		if (e == 0 || truth_client(e) != truth_client(e - 1)) {
			text_addf(&t, "  - name: %s\n",
			    truth_clients[truth_client(e)]);
			add_terms(&t, &w->wish, truth_client(e));
			text_addf(&t,
			    "    zone: Pacific/Auckland\n"
			    "%s"
			    "    endpoints:\n",
			    w->wish.hours ? hours : "");
		}
		if (!w->wish.removed[e])
			add_endpoint(&t, &w->wish, e);
	}
	if (beat_is_there(w))
		text_addf(&t, BEAT_TREE "%sb }\n", sixty);
	return text_take(&t);
}

static struct settings *
make(struct world *w)
{
	struct conf_errors errors = { 0 };
	char *text = text_of(w);
	struct settings *s = settings_from_text(text, &errors);

	if (s == NULL) {
		CONF_EACH (struct conf_complaint, c, &errors.list)
			printf("# %s\n", c->text);
		exit(EXIT_FAILURE);
	}
	free(text);
	conf_errors_clear(&errors);
	return s;
}

static void
take_over(struct world *w, struct settings *s)
{
	if (w->tree_count == SIM_TREES) {
		settings_free(s);
		return;
	}
	w->settings = w->trees[w->tree_count++] = s;
}

/* By the seed alone: other nights are as they were. */
static enum sim_ladder
draw_ladder(uint64_t seed)
{
	static const enum sim_ladder drawn[] = { LADDER_PLAIN, LADDER_EACH,
		LADDER_GROUP, LADDER_ZONE, LADDER_PLAIN, LADDER_WATCH,
		LADDER_EACH, LADDER_TURN };

	return drawn[seed / 3 % (sizeof(drawn) / sizeof(drawn[0]))];
}

void
sim_tree_draw(struct world *w)
{
	w->wish.ladder = draw_ladder(w->seed);
	w->wish.calls = w->seed % 7 == 3;
	w->wish.hours = w->wish.ladder == LADDER_PLAIN && w->seed % 5 < 3;
	w->wish.patience = (int)roll_between(w, 1, 8);
	/* Now and then each endpoint stands alone: then pages can be many. */
	w->wish.platforms = chance(w, 25) ? TRUTH_ENDPOINTS : PLATFORMS;
	if (w->wish.platforms == TRUTH_ENDPOINTS)
		w->truth.endpoints = TRUTH_ENDPOINTS;
	w->wish.shards = chance(w, 30) ? SIM_SHARDS : 1;
	for (size_t c = 0; c < SIM_WAYS; c++)
		w->wish.providers[c] = (size_t)roll_between(w, 1, 3);
	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		w->wish.interval_s[e] = e == 0 ? 30 : 60;
		w->wish.longest_s[e] = w->wish.interval_s[e];
		w->wish.quorum[e] = 2;
		w->wish.was[e] = -1;
	}
	take_over(w, make(w));
}

void
sim_tree_free(struct world *w)
{
	for (size_t i = 0; i < w->tree_count; i++)
		settings_free(w->trees[i]);
}

/* Its shard has taken up what it is called now. */
static bool
is_renamed(struct world *w, int e)
{
	char group[16], name[TRUTH_NAME];
	size_t length;
	const char *record;

	text_format(group, sizeof(group), "sw:{c%u}:",
	    settings_shard(w->settings, truth_clients[truth_client(e)]));
	record =
	    simstore_get(w->store, group, "names", truth_endpoints[e], &length);
	truth_name(e, w->wish.called[e], name);
	return record != NULL && strstr(record, name) != NULL;
}

/* Agents that cannot be told now are told later; the dead ask themselves. */
static void
tell_agent(struct world *w, int who, void *data)
{
	const struct sim_agent *a = w->agents[who];

	(void)data;
	if (!a->proc.up)
		return;
	if (a->proc.cut_until_ms > w->now_ms ||
	    truth_is_cut(&w->truth, a->place, w->now_ms) ||
	    !proc_runs(w, &a->proc)) {
		at(w, w->now_ms + AGAIN_MS, tell_agent, who, NULL);
		return;
	}
	sim_agent_plan(w, who);
}

static void
tell_collector(struct world *w, int who, void *data)
{
	(void)data;
	sim_collector_configure(w, who);
}

static void
tell_pager(struct world *w, int who, void *data)
{
	(void)data;
	sim_pager_configure(w, who);
}

/* Everybody hears of the newest tree; who evaluates so much later. */
static void
announce(struct world *w, int64_t later_ms)
{
	for (int i = 0; i < w->agent_count; i++)
		at(w, w->now_ms + roll_between(w, 1, TAKEN_MS), tell_agent, i,
		    NULL);
	for (int i = 0; i < COLLECTORS; i++)
		at_proc(w, &w->collectors[i]->proc,
		    w->now_ms + later_ms + roll_between(w, 1, TAKEN_MS),
		    tell_collector, i, NULL);
	for (int i = 0; i < w->pager_count; i++)
		at_proc(w, &w->pagers[i]->proc,
		    w->now_ms + roll_between(w, 1, TAKEN_MS), tell_pager, i,
		    NULL);
}

/* An endpoint that may go: four are left, and one of each client. */
static bool
may_go(const struct world *w, int e)
{
	return w->truth.endpoints == TRUTH_ENDPOINTS && e % 2 == 1 &&
	    !w->wish.removed[1] + !w->wish.removed[3] + !w->wish.removed[5] > 1;
}

void
sim_tree_change(struct world *w)
{
	static const int intervals[] = { 30, 60, 120 };
	int e = (int)roll(w, (uint64_t)w->truth.endpoints);

	switch (roll(w, 3)) {
	case 0:
		w->wish.interval_s[e] = intervals[roll(w, 3)];
		if (w->wish.interval_s[e] > w->wish.longest_s[e])
			w->wish.longest_s[e] = w->wish.interval_s[e];
		break;
	case 1:
		w->wish.quorum[e] = (int)roll_between(w, 1, 3);
		break;
	default:
		if (w->wish.removed[e])
			w->wish.removed[e] = false;
		else if (may_go(w, e))
			w->wish.removed[e] = true;
		break;
	}
	tell(w, "the configuration changes: %s is %s, every %d s, quorum %d",
	    truth_endpoints[e], w->wish.removed[e] ? "gone" : "there",
	    w->wish.interval_s[e], w->wish.quorum[e]);
	take_over(w, make(w));
	announce(w, 0);
}

void
sim_tree_change_terms(struct world *w, int client)
{
	static const int targets[] = { 99900, 99000, 100000, 50000 };

	w->wish.own_terms[client] = true;
	w->wish.unknown[client] = (int)roll(w, 3);
	w->wish.target_milli[client] = targets[roll(w, 4)];
	tell(w, "the terms of %s change: unknown %d", truth_clients[client],
	    w->wish.unknown[client]);
	take_over(w, make(w));
	announce(w, 0);
}

/* It has, and nothing makes it forget that: of two renames it would never hear
   of the first. */
static bool
may_be_renamed(struct world *w, int e)
{
	if (w->wish.renamed_ms[e] == 0)
		return true;
	return w->now_ms - w->wish.renamed_ms[e] >= RENAMED_MS &&
	    is_renamed(w, e);
}

/* Now and then those who evaluate are forgotten when all is reloaded. */
static int64_t
reload_late(struct world *w)
{
	int64_t later_ms = chance(w, 40) ? roll_between(w, 1000, LATER_MS) : 0;

	if (later_ms > 0)
		world_hurt(w, PART_COLLECTORS, later_ms + TAKEN_MS);
	return later_ms;
}

/* Back to a name that it had is also said by that name alone. */
void
sim_tree_rename(struct world *w)
{
	int e = (int)roll(w, (uint64_t)w->truth.endpoints);
	int was = w->wish.called[e];
	bool back = w->wish.names[e] > 0 && chance(w, 40);
	char from[TRUTH_NAME], to[TRUTH_NAME];

	if (w->wish.removed[e] || !may_be_renamed(w, e))
		return;
	w->wish.called[e] =
	    back ? (was + 1) % (w->wish.names[e] + 1) : ++w->wish.names[e];
	w->wish.was[e] = back && chance(w, 50) ? -1 : was;
	w->wish.renamed_ms[e] = w->now_ms;
	/* What was said once may leave the tree. */
	for (int i = 0; i < w->truth.endpoints; i++)
		if (i != e && w->wish.was[i] >= 0 && may_be_renamed(w, i) &&
		    chance(w, 50))
			w->wish.was[i] = -1;
	truth_name(e, was, from);
	truth_name(e, w->wish.called[e], to);
	tell(w, "the configuration changes: %s is called %s", from, to);
	take_over(w, make(w));
	announce(w, reload_late(w));
}

/* A complaint has a place: "sunwatch.yaml:12:3: ...". */
static bool
is_clear(const char *complaint)
{
	const char *line = strchr(complaint, ':');

	return line != NULL && line[1] >= '1' && line[1] <= '9' &&
	    strchr(line + 1, ':') != NULL && strlen(complaint) > 8;
}

void
sim_tree_spoil(struct world *w)
{
	struct conf_errors errors = { 0 };
	char *text = text_of(w);
	size_t length = strlen(text);
	struct settings *s;

	if (chance(w, 50))
		text[roll(w, length)] = '\0';
	else
		text[roll(w, length)] = "?{]\":x\t"[roll(w, 7)];
	s = settings_from_text(text, &errors);
	if (s == NULL && errors.list.count == 0)
		broken(w, "promise 9: a tree is refused without a word");
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		if (s == NULL && !is_clear(c->text))
			broken(w, "promise 9: a complaint without a place: %s",
			    c->text);
	settings_free(s);
	conf_errors_clear(&errors);
	free(text);
}
