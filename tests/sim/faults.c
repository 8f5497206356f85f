/*
 * faults: what goes wrong in a night, drawn from the seed before it begins.
 *
 * The last hour is quiet, so that everything can come right and be counted.
 */
#include "tests/sim/oracle.h"
#include "tests/sim/simagent.h"
#include "tests/sim/simtree.h"
#include "tests/sim/simsay.h"
#include "tests/sim/simwindow.h"
#include "tests/sim/world.h"

#define QUIET_MS (60 * INT64_C(60000))
#define MINUTE INT64_C(60000)
#define HIDDEN_MS INT64_C(100000) /* long enough for an alarm */
#define AWAY_MS                                                                \
	INT64_C(70000) /* longer than an interval, twice is less than three */

const char *const fault_names[FAULTS] = {
	[FAULT_OUTAGE] = "outage",
	[FAULT_PLATFORM] = "platform outage",
	[FAULT_REGIONAL] = "regional trouble",
	[FAULT_BLIP] = "blip",
	[FAULT_REGION_SICK] = "region sees all fail",
	[FAULT_REGION_CUT] = "region cut off",
	[FAULT_AGENT_CUT] = "agent cut from collector",
	[FAULT_AGENT_CRASH] = "agent killed",
	[FAULT_AGENT_STALL] = "agent stalled",
	[FAULT_AGENT_CLOCK] = "agent clock jump",
	[FAULT_COLLECTOR_CRASH] = "collector killed",
	[FAULT_COLLECTOR_STALL] = "collector stalled",
	[FAULT_COLLECTOR_CUT] = "collector cut from store",
	[FAULT_PAGER_CRASH] = "pager killed",
	[FAULT_PAGER_STALL] = "pager stalled",
	[FAULT_PAGER_CUT] = "pager cut from store",
	[FAULT_PAGER_CLOCK] = "pager clock jump",
	[FAULT_STORE_CRASH] = "store lost power",
	[FAULT_STORE_AWAY] = "store away for long",
	[FAULT_CHANNEL] = "channel trouble",
	[FAULT_NETWORK] = "bad network",
	[FAULT_EVERYTHING] = "everything at once",
	[FAULT_SLOW] = "slow",
	[FAULT_MAINTENANCE] = "maintenance page",
	[FAULT_BLOCKED] = "region turned away",
	[FAULT_STORE_FORGETS] = "store forgot minutes",
	[FAULT_RELOAD] = "configuration changed",
	[FAULT_CRASH_STEP] = "death between two steps",
	[FAULT_RENAME] = "endpoint renamed",
	[FAULT_POISON] = "unreadable in an inbox",
	[FAULT_ANNOUNCED] = "announced maintenance",
	[FAULT_STALL_STEP] = "stall between two steps",
};

/* Short ones are many, long ones are there. */
static int64_t
draw_length(struct world *w)
{
	switch (roll(w, 4)) {
	case 0:
		return roll_between(w, 5000, 90000);
	case 1:
		return roll_between(w, MINUTE, 5 * MINUTE);
	case 2:
		return roll_between(w, 5 * MINUTE, 20 * MINUTE);
	default:
		return roll_between(w, 20 * MINUTE, 90 * MINUTE);
	}
}

static enum reason
draw_reason(struct world *w)
{
	static const enum reason reasons[] = { REASON_HTTP_STATUS,
		REASON_CONNECT, REASON_TIMEOUT, REASON_CONTENT, REASON_TLS };

	return reasons[roll(w, 5)];
}

static void
outage(struct world *w, int endpoint, int64_t from_ms, int64_t length_ms)
{
	w->truth.reason[endpoint] = draw_reason(w);
	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_add(&w->truth.fails[endpoint][r], from_ms,
		    from_ms + length_ms);
}

static void
platform_outage(struct world *w, int64_t from_ms, int64_t length_ms)
{
	int platform = (int)roll(w, PLATFORMS);

	for (int e = 0; e < w->truth.endpoints; e++)
		if (e % PLATFORMS == platform)
			outage(w, e, from_ms + roll_between(w, 0, 20000),
			    length_ms);
}

/* A fault of processes or network, when its time comes. */
struct due {
	enum fault fault;
	int64_t length_ms;
};

static void
network_mends(struct world *w, int who, void *data)
{
	(void)who, (void)data;
	w->loss_percent = w->late_percent = w->twice_percent = 0;
}

static void
bad_network(struct world *w, int64_t length_ms)
{
	world_hurt(w, PART_NETWORK, length_ms + 30000);
	w->loss_percent = (int)roll(w, 40);
	w->late_percent = (int)roll(w, 40);
	w->twice_percent = (int)roll(w, 30);
	at(w, w->now_ms + length_ms, network_mends, 0, NULL);
}

static void
any_crash_soon(struct world *w)
{
	struct proc *p = sim_proc(w, (int)roll(w, (uint64_t)sim_proc_count(w)));

	if (p->up)
		p->crash_in = (int)roll_between(w, 1, 400);
}

static void
link_mends(struct world *w, int who, void *data)
{
	(void)data;
	w->agents[who]->link_ms = 0;
}

/* So slow that nobody can tell an agent how wrong its clock is. */
static void
slow_link(struct world *w, int agent, int64_t length_ms)
{
	tell(w, "%s has a slow link", w->agents[agent]->name);
	world_hurt(w, PART_NETWORK, length_ms + 30000);
	w->agents[agent]->link_ms = 2200 + length_ms % 1000;
	at(w, w->now_ms + length_ms, link_mends, agent, NULL);
}

/* One agent in five dies right after it saw a failure for the first time. */
static bool
dies_before_it_looks_again(int64_t length_ms)
{
	return length_ms % 5 == 0;
}

/* In half of these nights two agents do: then only a third can tell. */
static void
die_failing(struct world *w, int agent, int64_t length_ms)
{
	int dying = length_ms % 2 == 0 ? 2 : 1;

	for (int i = 0; i < dying; i++)
		w->agents[(agent + i) % w->agent_count]->dies_failing_ms =
		    AWAY_MS + length_ms % AWAY_MS;
}

static void
agent_fault(struct world *w, enum fault fault, int64_t length_ms)
{
	int n = (int)roll(w, (uint64_t)w->agent_count);
	int region = w->agents[n]->place;
	struct proc *p = sim_proc(w, n);

	switch (fault) {
	case FAULT_REGION_CUT:
		world_hurt(w, PART_AGENTS, length_ms);
		tell(w, "region r%d is cut off for %lld s", region,
		    (long long)length_ms / 1000);
		interval_set_add(&w->truth.cut[region], w->now_ms,
		    w->now_ms + length_ms);
		break;
	case FAULT_AGENT_CUT:
		world_hurt(w, PART_AGENTS, length_ms);
		tell(w, "%s is cut from the collector for %lld s", p->name,
		    (long long)length_ms / 1000);
		p->cut_until_ms = w->now_ms + length_ms;
		break;
	case FAULT_AGENT_CRASH:
		if (dies_before_it_looks_again(length_ms))
			die_failing(w, n, length_ms);
		else
			proc_kill(w, p, length_ms);
		break;
	case FAULT_AGENT_STALL:
		proc_stall(w, p, length_ms);
		break;
	default:
		proc_jump(w, p, roll_between(w, -600000, 600000), length_ms);
		if (length_ms % 3 == 0)
			slow_link(w, n, length_ms);
		break;
	}
}

/*
 * More than a store with appendfsync always may do: a replica that lagged, or
 * a backup.  In every other night it only loses power.
 */
static void
forget(struct world *w, int who, void *data)
{
	(void)who, (void)data;
	proc_kill(w, &w->store_proc, roll_between(w, 500, 20000));
	if (w->seed % 2 != 0)
		return;
	tell(w, "the store is as it was minutes ago, but for the pager");
	simstore_forget(w->store, "sw:{c");
	oracle_forgot(w);
}

/* In every fourth night what failed in between is well again by then. */
static bool
hides_an_outage(const struct world *w)
{
	return w->seed % 4 == 0;
}

static void
hide_an_outage(struct world *w, int64_t from_ms)
{
	int e = (int)(from_ms / 1000 % w->truth.endpoints);

	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_add(&w->truth.fails[e][r], from_ms + 2000,
		    from_ms + HIDDEN_MS);
}

/* Agents keep what was accepted for ten minutes. */
static void
forget_later(struct world *w)
{
	int64_t after_ms;

	if (simstore_is_keeping(w->store) || !w->store_proc.up)
		return;
	simstore_keep(w->store);
	after_ms = roll_between(w, 15000, 8 * MINUTE);
	if (hides_an_outage(w))
		after_ms = HIDDEN_MS;
	at(w, w->now_ms + after_ms, forget, 0, NULL);
}

static void
other_fault(struct world *w, enum fault fault, int64_t length_ms)
{
	struct proc *collector =
	    sim_proc(w, w->agent_count + (int)roll(w, COLLECTORS));
	struct proc *pager = sim_proc(w,
	    w->agent_count + COLLECTORS +
		(int)roll(w, (uint64_t)w->pager_count));

	switch (fault) {
	case FAULT_COLLECTOR_CRASH:
		proc_kill(w, collector, length_ms);
		break;
	case FAULT_COLLECTOR_STALL:
		proc_stall(w, collector, length_ms);
		break;
	case FAULT_COLLECTOR_CUT:
		tell(w, "%s is cut from the store", collector->name);
		world_hurt(w, PART_COLLECTORS, length_ms);
		collector->store_cut_until_ms = w->now_ms + length_ms;
		break;
	case FAULT_PAGER_CRASH:
		proc_kill(w, pager, length_ms);
		break;
	case FAULT_PAGER_STALL:
		proc_stall(w, pager, length_ms);
		break;
	case FAULT_PAGER_CUT:
		tell(w, "%s is cut from the store", pager->name);
		world_hurt(w, PART_PAGER, length_ms);
		pager->store_cut_until_ms = w->now_ms + length_ms;
		break;
	case FAULT_PAGER_CLOCK:
		proc_jump(w, pager, roll_between(w, -600000, 600000),
		    length_ms);
		break;
	case FAULT_STORE_CRASH:
		proc_kill(w, &w->store_proc, roll_between(w, 500, 20000));
		break;
	case FAULT_STORE_AWAY:
		proc_kill(w, &w->store_proc, length_ms);
		break;
	case FAULT_CHANNEL:
		sink_trouble(w, length_ms);
		break;
	case FAULT_NETWORK:
		bad_network(w, length_ms);
		break;
	case FAULT_STORE_FORGETS:
		forget_later(w);
		break;
	case FAULT_RELOAD:
		sim_tree_change(w);
		break;
	case FAULT_RENAME:
		sim_tree_rename(w);
		break;
	case FAULT_STALL_STEP:
		pager->stall_in = (int)roll_between(w, 1, 300);
		break;
	case FAULT_POISON:
		w->poison = (int)roll_between(w, 1, 3);
		break;
	default:
		any_crash_soon(w);
		break;
	}
}

static void
strike(struct world *w, int who, void *data)
{
	struct due *d = data;

	(void)who;
	w->faults[d->fault]++;
	if (d->fault <= FAULT_AGENT_CLOCK)
		agent_fault(w, d->fault, d->length_ms);
	else
		other_fault(w, d->fault, d->length_ms);
}

/* At most one in a night: two of three regions would be right. */
static void
sick_region(struct world *w, int64_t from_ms, int64_t length_ms)
{
	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (w->truth.sick[r].count > 0)
			return;
	interval_set_add(&w->truth.sick[roll(w, TRUTH_REGIONS)], from_ms,
	    from_ms + length_ms);
}

/* So short that one probe of a region sees it, or of several, at most. */
static void
blip(struct world *w, int endpoint, int64_t from_ms)
{
	bool all = chance(w, 50);
	int64_t to_ms = from_ms + roll_between(w, 100, 900);
	int region = (int)roll(w, TRUTH_REGIONS);

	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (all || r == region)
			interval_set_add(&w->truth.fails[endpoint][r], from_ms,
			    to_ms);
}

static void
slow(struct world *w, int e, int64_t from_ms, int64_t length_ms)
{
	int first = (int)roll(w, TRUTH_REGIONS);
	int count = (int)roll_between(w, 1, TRUTH_REGIONS);

	for (int i = 0; i < count; i++)
		interval_set_add(&w->truth.slow[e][(first + i) % TRUTH_REGIONS],
		    from_ms, from_ms + length_ms);
}

static bool
is_of_truth(enum fault fault)
{
	return fault <= FAULT_REGION_SICK ||
	    (fault >= FAULT_EVERYTHING && fault <= FAULT_BLOCKED);
}

static void
truth_fault(struct world *w, enum fault fault, int64_t from_ms,
    int64_t length_ms)
{
	int e = (int)roll(w, (uint64_t)w->truth.endpoints);

	w->faults[fault]++;
	switch (fault) {
	case FAULT_OUTAGE:
		outage(w, e, from_ms, length_ms);
		break;
	case FAULT_PLATFORM:
		platform_outage(w, from_ms, length_ms);
		break;
	case FAULT_REGIONAL:
		interval_set_add(&w->truth.fails[e][roll(w, TRUTH_REGIONS)],
		    from_ms, from_ms + length_ms);
		break;
	case FAULT_REGION_SICK:
		sick_region(w, from_ms, length_ms);
		break;
	case FAULT_EVERYTHING:
		for (e = 0; e < w->truth.endpoints; e++)
			outage(w, e, from_ms + roll_between(w, 0, 9000),
			    length_ms);
		break;
	case FAULT_SLOW:
		slow(w, e, from_ms, length_ms);
		break;
	case FAULT_MAINTENANCE:
		interval_set_add(&w->truth.maintenance[e], from_ms,
		    from_ms + length_ms);
		break;
	case FAULT_BLOCKED:
		interval_set_add(&w->truth.blocked[e][roll(w, TRUTH_REGIONS)],
		    from_ms, from_ms + length_ms);
		break;
	default:
		blip(w, e, from_ms);
		break;
	}
}

static void
one_fault(struct world *w, enum fault fault)
{
	int64_t from_ms = NIGHT_START_MS +
	    roll_between(w, 5 * MINUTE, NIGHT_MS - QUIET_MS - 10 * MINUTE);
	int64_t last_ms = NIGHT_START_MS + NIGHT_MS - QUIET_MS - from_ms;
	int64_t length_ms = draw_length(w);
	struct due d;

	if (length_ms > last_ms)
		length_ms = last_ms;
	d = (struct due){ fault, length_ms };
	if (fault == FAULT_STORE_FORGETS && hides_an_outage(w))
		hide_an_outage(w, from_ms);
	if (fault == FAULT_AGENT_CRASH && dies_before_it_looks_again(length_ms))
		outage(w, (int)(from_ms / 1000 % w->truth.endpoints), from_ms,
		    AWAY_MS);
	if (is_of_truth(fault))
		truth_fault(w, fault, from_ms, length_ms);
	else
		at(w, from_ms, strike, 0, mem_copy(&d, sizeof(d)));
}

/* In every sixth night something in an inbox cannot be read. */
static bool
has_poison(const struct world *w)
{
	return w->seed % 6 == 1;
}

/* In every third night endpoints get other names. */
static bool
has_renames(const struct world *w)
{
	return w->seed % 3 == 2;
}

/* Where another one is there to take over, the pager is in trouble more often:
   and not when nothing else happens. */
static void
pagers_plan(struct world *w)
{
	static const enum fault of_pagers[] = { FAULT_PAGER_CRASH,
		FAULT_PAGER_STALL, FAULT_PAGER_CUT, FAULT_STORE_AWAY,
		FAULT_STALL_STEP, FAULT_STALL_STEP };

	for (int64_t i = roll_between(w, 3, 9); i > 0 && w->pager_count > 1;
	     i--)
		one_fault(w, of_pagers[roll(w, 6)]);
}

/* At least two outages and eight faults; often many more. */
void
faults_plan(struct world *w)
{
	int count = (int)roll_between(w, 8, 24);

	one_fault(w, FAULT_OUTAGE);
	one_fault(w, chance(w, 50) ? FAULT_OUTAGE : FAULT_PLATFORM);
	if (w->wish.platforms == TRUTH_ENDPOINTS && chance(w, 50))
		one_fault(w, FAULT_EVERYTHING);
	for (int i = 2; i < count; i++)
		one_fault(w, (enum fault)roll(w, FAULT_POISON));
	for (int i = has_poison(w) ? (int)roll_between(w, 1, 3) : 0; i > 0; i--)
		one_fault(w, FAULT_POISON);
	for (int i = has_renames(w) ? (int)roll_between(w, 2, 5) : 0; i > 0;
	     i--)
		one_fault(w, FAULT_RENAME);
	if (w->pager_count > 1)
		pagers_plan(w);
	windows_plan(w);
	says_plan(w);
}
