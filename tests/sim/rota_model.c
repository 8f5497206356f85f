/* rota_model: see rota_model.h. */
#include "lib/text.h"
#include "tests/sim/rota_model.h"

#define HOUR INT64_C(3600000)
#define DAY INT64_C(86400000)
#define ANCHOR_DAY INT64_C(19723) /* 2024-01-01 */
#define LAYER_DAY INT64_C(20541)  /* 2026-03-29 */
#define FAR INT64_MAX

/* From an instant on a zone's clock is ahead of UTC by so many hours. */
struct step {
	int64_t at_ms;
	int hours;
};

/* 2026-04-04T14Z, 2026-09-26T14Z, 2027-04-03T14Z, 2027-09-25T14Z; the last
   Sundays of March and October at 01Z; in America the second of March at 07Z
   and the first of November at 06Z. */
static const struct step clocks[MODEL_WATCHES][6] = {
	{ { 0, 13 }, { 1775311200000, 12 }, { 1790431200000, 13 },
	    { 1806760800000, 12 }, { 1821880800000, 13 }, { FAR, 0 } },
	{ { 0, 0 }, { 1774746000000, 1 }, { 1792890000000, 0 },
	    { 1806195600000, 1 }, { 1824944400000, 0 }, { FAR, 0 } },
	{ { 0, -4 }, { 1793512800000, -5 }, { 1805007600000, -4 },
	    { 1825567200000, -5 }, { FAR, 0 }, { FAR, 0 } },
};

enum { LONDON = 1 };

/* The first instant at or after this wall clock on that day. */
static int64_t
instant(int zone, int64_t day, int minutes)
{
	int64_t local_ms = day * DAY + minutes * INT64_C(60000);

	for (const struct step *s = clocks[zone];; s++) {
		int64_t at_ms = local_ms - s->hours * HOUR;

		if (at_ms < s[1].at_ms)
			return at_ms < s->at_ms ? s->at_ms : at_ms;
	}
}

static int64_t
local_day(int zone, int64_t at_ms)
{
	const struct step *s = clocks[zone];

	while (s[1].at_ms <= at_ms)
		s++;
	return (at_ms + s->hours * HOUR) / DAY;
}

static const struct model_ring *
ring_at(const struct model *m, int64_t at_ms)
{
	size_t i = m->version_count - 1;

	while (i > 0 && m->since_ms[i] > at_ms)
		i--;
	return &m->rings[i];
}

/* Whose hours these are by the ring, and on which day they began. */
struct turn {
	const struct model_watch *watch;
	int64_t day;
};

static struct turn
turn_at(const struct model_ring *r, int64_t at_ms)
{
	struct turn found = { 0 };
	int64_t last_ms = 0;

	for (int z = 0; z < MODEL_WATCHES; z++) {
		int64_t today = local_day(z, at_ms);

		for (int64_t day = today - 1; day <= today; day++) {
			int64_t from_ms =
			    instant(z, day, r->watches[z].takes_over_min);

			if (from_ms > at_ms || from_ms < last_ms)
				continue;
			last_ms = from_ms;
			found = (struct turn){ &r->watches[z], day };
		}
	}
	return found;
}

static int
in_turn(const struct turn *t, int after)
{
	int64_t turn = t->watch->daily ? t->day - ANCHOR_DAY : 0;

	return t->watch->people[(turn + after) % t->watch->count];
}

static bool
is_in_layer(const struct model_ring *r, int64_t at_ms)
{
	return r->layer && at_ms >= instant(LONDON, LAYER_DAY, 30) &&
	    at_ms < instant(LONDON, LAYER_DAY, 135);
}

static bool
holds(const struct model_override *o, int64_t at_ms)
{
	return o->from_ms <= at_ms && at_ms < o->to_ms;
}

static bool
is_away(const struct model *m, int person, int64_t at_ms)
{
	for (size_t i = 0; i < m->override_count; i++)
		if (m->overrides[i].person == NOBODY &&
		    m->overrides[i].instead == person &&
		    holds(&m->overrides[i], at_ms))
			return true;
	return false;
}

/* Of the watch's people the next who is there, and is neither of two. */
static int
next_there(const struct model *m, const struct turn *t, int64_t at_ms, int but,
    int nor)
{
	for (int i = 1; i < t->watch->count; i++) {
		int p = in_turn(t, i);

		if (p != but && p != nor && !is_away(m, p, at_ms))
			return p;
	}
	return NOBODY;
}

struct model_duty
model_at(const struct model *m, int64_t at_ms)
{
	static const struct model_watch exams = { 0, { 2 }, 1, false };
	const struct model_ring *r = ring_at(m, at_ms);
	struct turn t = turn_at(r, at_ms);
	struct model_duty d;
	int own, other;

	if (is_in_layer(r, at_ms))
		t.watch = &exams;
	d.first = own = in_turn(&t, 0);
	for (size_t i = 0; i < m->override_count; i++) {
		const struct model_override *o = &m->overrides[i];

		if (o->person != NOBODY && holds(o, at_ms) &&
		    (o->instead == NOBODY || o->instead == d.first))
			d.first = o->person;
	}
	if (is_away(m, d.first, at_ms)) {
		other = next_there(m, &t, at_ms, d.first, NOBODY);
		d.first = other == NOBODY ? d.first : other;
	}
	d.second =
	    next_there(m, &t, at_ms, d.first, d.first != own ? own : NOBODY);
	return d;
}

static void
narrow(int64_t *next_ms, int64_t at_ms, int64_t edge_ms)
{
	if (edge_ms > at_ms && edge_ms < *next_ms)
		*next_ms = edge_ms;
}

static int64_t
next_of_ring(const struct model_ring *r, int64_t at_ms)
{
	int64_t next_ms = at_ms + 2 * DAY;

	for (int z = 0; z < MODEL_WATCHES; z++) {
		int64_t today = local_day(z, at_ms);

		for (int64_t day = today; day <= today + 1; day++)
			narrow(&next_ms, at_ms,
			    instant(z, day, r->watches[z].takes_over_min));
	}
	if (r->layer) {
		narrow(&next_ms, at_ms, instant(LONDON, LAYER_DAY, 30));
		narrow(&next_ms, at_ms, instant(LONDON, LAYER_DAY, 135));
	}
	return next_ms;
}

int64_t
model_next(const struct model *m, int64_t at_ms)
{
	int64_t next_ms = next_of_ring(ring_at(m, at_ms), at_ms);

	for (size_t i = 0; i < m->version_count; i++)
		narrow(&next_ms, at_ms, m->since_ms[i]);
	for (size_t i = 0; i < m->override_count; i++) {
		narrow(&next_ms, at_ms, m->overrides[i].from_ms);
		narrow(&next_ms, at_ms, m->overrides[i].to_ms);
	}
	return next_ms;
}

/* Until when somebody is first without a break, and without a take-over. */
static int64_t
watch_end(const struct model *m, int64_t at_ms)
{
	int first = model_at(m, at_ms).first;
	int64_t hand_off_ms = next_of_ring(ring_at(m, at_ms), at_ms);
	int64_t end_ms = at_ms;

	do
		end_ms = model_next(m, end_ms);
	while (end_ms < hand_off_ms && model_at(m, end_ms).first == first);
	return end_ms;
}

void
model_edit(struct model *m, const struct model_ring *r, int64_t since_ms)
{
	struct model was = *m;
	struct model_override *keep = &m->overrides[m->override_count];
	int first = model_at(&was, since_ms).first;
	int64_t before_ms = watch_end(&was, since_ms), after_ms;

	if (m->version_count == MODEL_VERSIONS ||
	    m->override_count == MODEL_OVERRIDES)
		return;
	m->rings[m->version_count] = *r;
	m->since_ms[m->version_count++] = since_ms;
	if (model_at(m, since_ms).first == first)
		return;
	after_ms = watch_end(m, since_ms);
	*keep = (struct model_override){ .id = "kept",
		.person = first,
		.instead = NOBODY,
		.from_ms = since_ms,
		.to_ms = before_ms < after_ms ? before_ms : after_ms };
	m->override_count++;
}

static unsigned
bit(int person)
{
	return person == NOBODY ? 0 : 1U << person;
}

unsigned
model_differ(const struct model *a, const struct model *b, int64_t from_ms,
    int64_t to_ms)
{
	unsigned who = 0;

	while (from_ms < to_ms) {
		struct model_duty x = model_at(a, from_ms);
		struct model_duty y = model_at(b, from_ms);
		int64_t next_ms = model_next(a, from_ms);
		int64_t other_ms = model_next(b, from_ms);

		if (x.first != y.first)
			who |= bit(x.first) | bit(y.first);
		if (x.second != y.second)
			who |= bit(x.second) | bit(y.second);
		from_ms = next_ms < other_ms ? next_ms : other_ms;
	}
	return who;
}
