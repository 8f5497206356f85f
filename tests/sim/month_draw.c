/*
 * month_draw: which month, and what goes wrong in it.
 */
#include "lib/civil.h"
#include "tests/sim/month.h"

#define N(table) (sizeof(table) / sizeof((table)[0]))

/* Where clocks change, at midnight and by half an hour too; and others. */
static const struct {
	const char *zone;
	int year, month;
} places[] = {
	{ "Europe/London", 2026, 3 },
	{ "Europe/London", 2026, 10 },
	{ "America/New_York", 2026, 3 },
	{ "America/New_York", 2026, 11 },
	{ "Australia/Lord_Howe", 2026, 4 },
	{ "Australia/Lord_Howe", 2026, 10 },
	{ "Pacific/Auckland", 2026, 4 },
	{ "Pacific/Auckland", 2026, 9 },
	{ "America/Havana", 2026, 3 },
	{ "America/Havana", 2026, 11 },
	{ "America/St_Johns", 2026, 11 },
	{ "Asia/Kathmandu", 2026, 5 },
	{ "America/Sao_Paulo", 2026, 2 },
	{ "UTC", 2028, 2 },
	{ "UTC", 2026, 12 },
};
/* Where clients may be besides: far apart, and clocks that skip midnight. */
static const char *const zones[] = { "Europe/London", "America/New_York",
	"Pacific/Auckland", "America/Havana", "Asia/Kathmandu", "UTC",
	"Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Cairo",
	"America/Santiago" };

/* Half of them have a change of clocks in the month, if any has. */
const char *
month_some_zone(struct month *m)
{
	struct world *w = &m->world;
	size_t place = roll(w, N(places));

	if (chance(w, 50))
		return zones[roll(w, N(zones))];
	while (
	    places[place].year != m->year || places[place].month != m->number)
		place = (place + 1) % N(places);
	return places[place].zone;
}

static int64_t
some_time(struct month *m)
{
	return roll_between(&m->world, m->begin_ms, m->end_ms - 6 * HOUR);
}

/* Mostly minutes or hours, now and then days. */
static int64_t
some_length(struct month *m)
{
	struct world *w = &m->world;

	switch (roll(w, 8)) {
	case 0:
		return roll_between(w, 1000, 2 * MINUTE);
	case 1:
	case 2:
	case 3:
		return roll_between(w, MINUTE, HOUR);
	case 7:
		return roll_between(w, 10 * HOUR, 3 * DAY);
	default:
		return roll_between(w, HOUR, 10 * HOUR);
	}
}

void
month_break(struct month *m, int e, int64_t from_ms, int64_t to_ms)
{
	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_add(&m->world.truth.fails[e][r], from_ms, to_ms);
	if (m->broken_count < (int)N(m->broken))
		m->broken[m->broken_count++] =
		    (struct month_broken){ e, from_ms, to_ms };
}

/* ---- what goes wrong ---- */

struct trouble {
	struct month *m;
	int endpoint, region, agent;
	int64_t from_ms, to_ms;
};

static void
outage(struct trouble *t)
{
	month_break(t->m, t->endpoint, t->from_ms, t->to_ms);
}

/* Regions see it at different times. */
static void
ragged(struct trouble *t)
{
	struct world *w = &t->m->world;

	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_add(&w->truth.fails[t->endpoint][r],
		    t->from_ms + roll_between(w, 0, HOUR),
		    t->to_ms + roll_between(w, 0, HOUR));
}

static void
everything(struct trouble *t)
{
	for (int e = 0; e < t->m->world.truth.endpoints; e++)
		month_break(t->m, e, t->from_ms, t->to_ms);
}

static void
regional(struct trouble *t)
{
	interval_set_add(&t->m->world.truth.fails[t->endpoint][t->region],
	    t->from_ms, t->to_ms);
}

/* One outage after the other, each short. */
static void
series(struct trouble *t)
{
	struct world *w = &t->m->world;
	int64_t at_ms = t->from_ms;

	for (int i = 0; i < 6; i++) {
		int64_t to_ms = at_ms + roll_between(w, MINUTE, 40 * MINUTE);

		month_break(t->m, t->endpoint, at_ms, to_ms);
		at_ms = to_ms + roll_between(w, 1000, 40 * MINUTE);
	}
}

static void
page(struct trouble *t)
{
	interval_set_add(&t->m->world.truth.maintenance[t->endpoint],
	    t->from_ms, t->to_ms);
}

static void
slow(struct trouble *t)
{
	for (int r = 0; r < TRUTH_REGIONS; r++)
		interval_set_add(&t->m->world.truth.slow[t->endpoint][r],
		    t->from_ms, t->to_ms);
}

static void
blocked(struct trouble *t)
{
	for (int r = 0; r < TRUTH_REGIONS; r++)
		if (r == t->region || chance(&t->m->world, 40))
			interval_set_add(&t->m->world.truth
					      .blocked[t->endpoint][r],
			    t->from_ms, t->to_ms);
}

static void
flaky(struct trouble *t)
{
	interval_set_add(&t->m->flaky[t->endpoint], t->from_ms, t->to_ms);
}

static void
sick(struct trouble *t)
{
	interval_set_add(&t->m->world.truth.sick[t->region], t->from_ms,
	    t->to_ms);
}

static void
cut(struct trouble *t)
{
	interval_set_add(&t->m->world.truth.cut[t->region], t->from_ms,
	    t->to_ms);
}

static void
dead(struct trouble *t)
{
	interval_set_add(&t->m->agents[t->agent].dead, t->from_ms, t->to_ms);
}

/* What is seen meanwhile comes late, up to days. */
static void
away(struct trouble *t)
{
	interval_set_add(&t->m->agents[t->agent].away, t->from_ms, t->to_ms);
}

static void
loses(struct trouble *t)
{
	away(t);
	interval_set_add(&t->m->agents[t->agent].loses, t->from_ms, t->to_ms);
}

static void
vague(struct trouble *t)
{
	interval_set_add(&t->m->agents[t->agent].vague, t->from_ms, t->to_ms);
}

static void
skewed(struct trouble *t)
{
	struct month_agent *a = &t->m->agents[t->agent];

	interval_set_add(&a->skewed, t->from_ms, t->to_ms);
	a->skew_ms = roll_between(&t->m->world, -5 * MINUTE, 5 * MINUTE);
}

/* All that look are away, or nothing is taken in: then much comes at once. */
static void
silence(struct trouble *t)
{
	for (int i = 0; i < t->m->agent_count; i++)
		if (chance(&t->m->world, 80))
			interval_set_add(&t->m->agents[i].dead, t->from_ms,
			    t->to_ms);
}

static void
refused(struct trouble *t)
{
	interval_set_add(&t->m->refused, t->from_ms, t->to_ms);
}

static void
on_start(struct world *w, int who, void *data)
{
	(void)who, (void)data;
	month_start(month_of(w));
}

static void
on_stop(struct world *w, int who, void *data)
{
	(void)data;
	if (month_of(w)->shard != NULL)
		month_stop(month_of(w), who != 0);
}

static void
killed(struct trouble *t)
{
	struct world *w = &t->m->world;
	int64_t for_ms = chance(w, 70) ? roll_between(w, 1000, 2 * MINUTE)
				       : t->to_ms - t->from_ms;

	if (for_ms > DAY)
		for_ms = DAY;
	at(w, t->from_ms, on_stop, chance(w, 50), NULL);
	at(w, t->from_ms + for_ms, on_start, 0, NULL);
}

static void
on_break(struct world *w, int who, void *data)
{
	struct month *m = month_of(w);

	(void)who, (void)data;
	if (m->shard == NULL)
		return;
	shard_break(m->shard, w->now_ms);
	month_pass(m);
}

static void
stalled(struct trouble *t)
{
	at(&t->m->world, t->from_ms, on_break, 0, NULL);
}

static void
terms(struct trouble *t)
{
	month_change_terms(t->m, truth_client(t->endpoint), t->from_ms);
}

static void
moved(struct trouble *t)
{
	month_change_zone(t->m, truth_client(t->endpoint), t->from_ms);
}

static void
period(struct trouble *t)
{
	month_change_period(t->m, truth_client(t->endpoint), t->from_ms);
}

static void
endpoint(struct trouble *t)
{
	month_change_endpoint(t->m, t->endpoint, t->from_ms);
}

static void
renamed(struct trouble *t)
{
	month_change_name(t->m, t->endpoint, t->from_ms);
}

static const struct {
	enum fault fault; /* what it is counted as */
	int weight;
	void (*happen)(struct trouble *);
} troubles[] = {
	{ FAULT_OUTAGE, 20, outage },
	{ FAULT_OUTAGE, 6, ragged },
	{ FAULT_OUTAGE, 4, series },
	{ FAULT_EVERYTHING, 3, everything },
	{ FAULT_REGIONAL, 5, regional },
	{ FAULT_MAINTENANCE, 4, page },
	{ FAULT_SLOW, 3, slow },
	{ FAULT_BLOCKED, 4, blocked },
	{ FAULT_BLIP, 4, flaky },
	{ FAULT_REGION_SICK, 2, sick },
	{ FAULT_REGION_CUT, 4, cut },
	{ FAULT_AGENT_CRASH, 5, dead },
	{ FAULT_AGENT_CUT, 8, away },
	{ FAULT_AGENT_CUT, 4, loses },
	{ FAULT_AGENT_CLOCK, 3, vague },
	{ FAULT_AGENT_CLOCK, 3, skewed },
	{ FAULT_AGENT_STALL, 3, silence },
	{ FAULT_NETWORK, 2, refused },
	{ FAULT_COLLECTOR_CRASH, 6, killed },
	{ FAULT_COLLECTOR_STALL, 3, stalled },
	{ FAULT_RELOAD, 9, terms },
	{ FAULT_RELOAD, 5, endpoint },
	{ FAULT_RELOAD, 4, moved },
	{ FAULT_RELOAD, 2, period },
	{ FAULT_RENAME, 5, renamed },
};

static void
draw_trouble(struct month *m)
{
	struct world *w = &m->world;
	struct trouble t = { .m = m,
		.endpoint = (int)roll(w, (uint64_t)w->truth.endpoints),
		.region = (int)roll(w, TRUTH_REGIONS),
		.agent = (int)roll(w, (uint64_t)m->agent_count),
		.from_ms = some_time(m) };
	uint64_t all = 0, drawn;
	size_t i = 0;

	t.to_ms = t.from_ms + some_length(m);
	for (size_t k = 0; k < N(troubles); k++)
		all += (uint64_t)troubles[k].weight;
	drawn = roll(w, all);
	for (; drawn >= (uint64_t)troubles[i].weight; i++)
		drawn -= (uint64_t)troubles[i].weight;
	w->faults[troubles[i].fault]++;
	troubles[i].happen(&t);
}

/* ---- which month ---- */

static void
draw_times(struct month *m)
{
	struct world *w = &m->world;
	size_t place = roll(w, N(places));
	struct civil_date first = { places[place].year, places[place].month,
		1 };

	m->zone = places[place].zone;
	m->year = first.year;
	m->number = first.month;
	civil_month(m->zone, civil_first_ms(m->zone, first, 0) + 10 * DAY,
	    &m->from_ms, &m->to_ms);
	m->late_ms = chance(w, 50) ? 2 * DAY : 7 * DAY;
	/* Some begin within the month. */
	m->begin_ms = m->from_ms +
	    (chance(w, 70) ? -roll_between(w, 0, 2 * DAY)
			   : roll_between(w, 0, 8 * DAY));
	m->end_ms = m->to_ms + roll_between(w, 6 * HOUR, 3 * DAY);
	w->now_ms = m->begin_ms;
	w->zero_ms = m->from_ms;
}

static void
draw_agents(struct month *m)
{
	m->agent_count = chance(&m->world, 20) ? MONTH_AGENTS : TRUTH_REGIONS;
	for (int i = 0; i < m->agent_count; i++) {
		struct month_agent *a = &m->agents[i];

		a->place = i % TRUTH_REGIONS;
		a->spools = 1;
		a->lag_ms = chance(&m->world, 30)
		    ? roll_between(&m->world, 0, 6 * HOUR)
		    : 0;
		text_format(a->name, sizeof(a->name), "a%d", i);
		text_format(a->region, sizeof(a->region), "r%d", a->place);
	}
}

static void
draw_wish(struct month *m)
{
	struct world *w = &m->world;
	/* Mostly the same for all, so that they look at the same time. */
	int interval_s = month_some_interval_s(m);
	bool away = chance(w, 35); /* some client is, from the site's zone */

	w->truth.endpoints = (int)roll_between(w, 2, 4);
	if (chance(w, 10))
		w->truth.endpoints = TRUTH_ENDPOINTS;
	for (int i = 0; i < TRUTH_CLIENTS; i++) {
		month_terms_draw(m, &m->wish.terms[i]);
		m->wish.terms[i].zone =
		    away && chance(w, 60) ? month_some_zone(m) : m->zone;
	}
	for (int e = 0; e < TRUTH_ENDPOINTS; e++) {
		w->truth.reason[e] = REASON_HTTP_STATUS;
		for (int n = 0; n < MONTH_NAMES; n++)
			truth_name(e, n, m->names[e][n].text);
		m->wish.endpoints[e] = (struct month_endpoint){
			.interval_s = chance(w, 5) ? 1800 : interval_s,
			.quorum =
			    chance(w, 80) ? 2 : (int)roll_between(w, 1, 3),
			.weight_milli = month_some_weight(m),
			.counts = !chance(w, 10),
		};
	}
}

void
month_draw(struct month *m)
{
	struct world *w = &m->world;
	int count;

	for (int i = 0; i < 8; i++)
		roll(w, 2); /* small seeds begin alike */
	draw_times(m);
	draw_agents(m);
	draw_wish(m);
	count = (int)roll_between(w, 6, 24);
	for (int i = 0; i < count; i++)
		draw_trouble(m);
}
