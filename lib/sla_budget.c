/*
 * sla_budget: what may fail, how much of it is used, how fast, and when it
 * will be used up at this rate.
 *
 * The budget is that of the whole stretch, to its end.  A burn rate is the
 * share of time that was down within a window, in shares of what may be: at
 * rate 1 the budget is just used up at the end.
 */
#include "lib/sla_inside.h"

#define HOUR_S INT64_C(3600)
#define DAY_S (24 * HOUR_S)

static const struct sla_burn burns[SLA_BURNS] = {
	{ .long_s = HOUR_S, .short_s = HOUR_S / 12, .budget_percent = 2 },
	{ .long_s = 6 * HOUR_S, .short_s = HOUR_S / 2, .budget_percent = 5 },
	{ .long_s = DAY_S, .short_s = 2 * HOUR_S, .budget_percent = 10 },
	{ .long_s = 3 * DAY_S, .short_s = 6 * HOUR_S, .budget_percent = 10 },
};

struct budget {
	const struct sla_part *part;
	const struct sla_sets *so_far, *best;
	int64_t from_s, now_s, to_s;
	wide allowed;    /* milliseconds, times WHOLE_MILLI: exact */
	int64_t used_ms; /* until now */
};

static int64_t
used_until(const struct budget *b, int64_t at_s)
{
	return sla_down_within(&b->so_far->counted, b->from_s, at_s);
}

/* Whether at this instant too much has been used. */
static bool
is_over(const struct budget *b, int64_t at_s)
{
	return (wide)used_until(b, at_s) * WHOLE_MILLI > b->allowed;
}

/* Whether at this instant too much will have been used, at the rate so far. */
static bool
will_be_over(const struct budget *b, int64_t at_s)
{
	int64_t so_far_s =
	    interval_set_within(&b->so_far->agreed, b->from_s, b->now_s);
	int64_t then_s = interval_set_within(&b->best->agreed, b->from_s, at_s);

	return (wide)b->used_ms * WHOLE_MILLI * then_s > b->allowed * so_far_s;
}

/* The first second in (low, high] that it is true of, in milliseconds. */
static int64_t
first_ms(const struct budget *b, int64_t low, int64_t high,
    bool (*is_true)(const struct budget *, int64_t at_s))
{
	if (high <= low || !is_true(b, high))
		return NEVER;
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (is_true(b, middle))
			high = middle;
		else
			low = middle;
	}
	return high * SECOND_MS;
}

static int64_t
rate_milli(int64_t down_ms, int64_t window_s, int64_t target_milli)
{
	if (target_milli == WHOLE_MILLI)
		return NEVER;
	return (int64_t)((wide)down_ms * WHOLE_MILLI /
	    ((wide)window_s * (WHOLE_MILLI - target_milli)));
}

/* More than percent of the budget in the long window, and as fast still. */
static bool
trips(const struct budget *b, const struct sla_burn *burn, int64_t long_ms,
    int64_t short_ms)
{
	wide limit = b->allowed * burn->budget_percent;

	return (wide)long_ms * WHOLE_MILLI * 100 > limit &&
	    (wide)short_ms * WHOLE_MILLI * 100 * burn->long_s >
	    limit * burn->short_s;
}

/* A window reaches back no further than the stretch: its budget is its own. */
static void
burn(const struct budget *b, const struct sla_version *v, struct sla_burn *out)
{
	const struct interval_set *agreed = &b->best->agreed;
	int64_t long_ms, short_ms;

	long_ms = sla_down_within(&b->so_far->counted, b->now_s - out->long_s,
	    b->now_s);
	short_ms = sla_down_within(&b->so_far->counted, b->now_s - out->short_s,
	    b->now_s);
	out->long_milli = rate_milli(long_ms, out->long_s, v->target_milli);
	out->short_milli = rate_milli(short_ms, out->short_s, v->target_milli);
	out->limit_milli = out->budget_percent * 10 *
	    (v->denominator == SLA_OF_TOTAL
		    ? interval_set_length(&b->best->service)
		    : interval_set_length(agreed)) /
	    out->long_s;
	out->trips = trips(b, out, long_ms, short_ms);
}

void
sla_budget(const struct sla_part *p, const struct sla_version *v,
    const struct sla_sets *so_far, const struct sla_sets *best,
    struct sla_budget *out)
{
	struct budget b = { .part = p,
		.so_far = so_far,
		.best = best,
		.from_s = account_floor_s(p->from_ms),
		.now_s = account_floor_s(p->counted_to_ms),
		.to_s = account_floor_s(p->to_ms) };

	b.allowed =
	    (wide)(WHOLE_MILLI - v->target_milli) * p->best.total_s * SECOND_MS;
	b.used_ms = used_until(&b, b.now_s);
	out->allowed_s = (int64_t)(b.allowed / WHOLE_MILLI / SECOND_MS);
	out->used_ms = b.used_ms;
	out->left_ms = out->allowed_s * SECOND_MS - b.used_ms;
	out->exhausted_at_ms = first_ms(&b, b.from_s, b.now_s, is_over);
	out->forecast_at_ms = NEVER;
	if (out->exhausted_at_ms == NEVER && b.used_ms > 0)
		out->forecast_at_ms =
		    first_ms(&b, b.now_s, b.to_s, will_be_over);
	for (size_t i = 0; i < SLA_BURNS; i++) {
		out->burns[i] = burns[i];
		burn(&b, v, &out->burns[i]);
	}
}
