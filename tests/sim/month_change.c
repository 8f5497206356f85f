/*
 * month_change: the configuration of a simulated month, changed within it:
 * terms, zones, periods, and endpoints with their names.
 */
#include "tests/sim/month.h"

#define N(table) (sizeof(table) / sizeof((table)[0]))

static void
on_terms(struct world *w, int client, void *data)
{
	struct month *m = month_of(w);

	(void)data;
	month_terms_change(m, &m->wish.terms[client]);
	month_configure(m);
	month_pass(m);
}

void
month_change_terms(struct month *m, int client, int64_t at_ms)
{
	at(&m->world, at_ms, on_terms, client, NULL);
}

/* What follows is often meant to have held for longer. */
static void
take_terms(struct month *m, int client)
{
	struct world *w = &m->world;

	month_configure(m);
	month_pass(m);
	if (chance(w, 35) && w->now_ms + 2 * DAY < m->end_ms)
		at(w, w->now_ms + roll_between(w, MINUTE, 2 * DAY), month_amend,
		    client, NULL);
}

static void
on_move(struct world *w, int client, void *data)
{
	struct month *m = month_of(w);

	(void)data;
	m->wish.terms[client].zone = month_some_zone(m);
	take_terms(m, client);
}

/* Often when the month ends here or there. */
void
month_change_zone(struct month *m, int client, int64_t at_ms)
{
	struct world *w = &m->world;
	int64_t edge_ms =
	    roll_between(w, m->to_ms - 14 * HOUR, m->to_ms + 14 * HOUR);

	if (chance(w, 40) && edge_ms < m->end_ms - HOUR)
		at_ms = edge_ms;
	at(w, at_ms, on_move, client, NULL);
}

static void
on_period(struct world *w, int client, void *data)
{
	struct month *m = month_of(w);

	(void)data;
	month_period_change(m, &m->wish.terms[client]);
	take_terms(m, client);
}

void
month_change_period(struct month *m, int client, int64_t at_ms)
{
	at(&m->world, at_ms, on_period, client, NULL);
}

/* By a shard that hears of it at once. */
static void
on_rename(struct world *w, int e, void *data)
{
	struct month *m = month_of(w);
	struct month_endpoint *k = &m->wish.endpoints[e];

	(void)data;
	if (m->shard == NULL || k->removed || k->renamed + 1 == MONTH_NAMES)
		return;
	k->renamed++;
	k->says_was = true;
	month_configure(m);
	month_pass(m);
}

void
month_change_name(struct month *m, int e, int64_t at_ms)
{
	struct world *w = &m->world;

	while (at_ms < m->end_ms - HOUR) {
		at(w, at_ms, on_rename, e, NULL);
		if (chance(w, 50))
			return;
		at_ms += roll_between(w, MINUTE, 9 * DAY);
	}
}

static const int intervals_s[] = { 1200, 1800, 3600, 3600, 3600, 3600, 3600,
	3600 };

int
month_some_interval_s(struct month *m)
{
	return intervals_s[roll(&m->world, N(intervals_s))];
}

int
month_some_weight(struct month *m)
{
	static const int weights[] = { 500, 333, 1, 0 };

	return chance(&m->world, 75) ? 1000
				     : weights[roll(&m->world, N(weights))];
}

static void
change_endpoint(struct month *m, struct month_endpoint *k)
{
	struct world *w = &m->world;

	switch (roll(w, 7)) {
	case 6:
		k->weight_milli = month_some_weight(m);
		break;
	case 0:
		k->interval_s = month_some_interval_s(m);
		break;
	case 1:
		k->quorum = (int)roll_between(w, 1, 3);
		k->regions = 0;
		break;
	case 2:
		k->regions = chance(w, 50) ? 0 : 3 + (unsigned)roll(w, 2) * 3;
		if (k->quorum > 2)
			k->quorum = 2;
		break;
	case 3:
		k->counts = !k->counts;
		break;
	case 4:
		k->disabled = !k->disabled;
		break;
	default:
		k->removed = !k->removed;
		break;
	}
}

static void
on_endpoint(struct world *w, int e, void *data)
{
	struct month *m = month_of(w);

	(void)data;
	change_endpoint(m, &m->wish.endpoints[e]);
	month_configure(m);
	month_pass(m);
}

void
month_change_endpoint(struct month *m, int e, int64_t at_ms)
{
	at(&m->world, at_ms, on_endpoint, e, NULL);
}
