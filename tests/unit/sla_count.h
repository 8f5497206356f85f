#ifndef TESTS_UNIT_SLA_COUNT_H
#define TESTS_UNIT_SLA_COUNT_H

#include "tests/unit/sla_random.h"

/*
 * sla_count: an account by counting.  No interval is ever merged, cut or
 * rounded: every quarter of a second is asked what it was.
 */

/* The count.  One of these for one version and way. */
struct count {
	const struct sla_facts *f;
	const struct sla_version *v;
	int64_t from_s, to_s, known_ms;
	bool contested;
	/* By seconds since FIRST_S. */
	bool maintained[SECONDS][ENDPOINTS], excluded[SECONDS][ENDPOINTS];
	bool serving[SECONDS][ENDPOINTS];
	bool service[SECONDS], tended[SECONDS], expected[SECONDS];
	int64_t weight[SECONDS]; /* of what was down, too short or not */
	int64_t seen[SECONDS];   /* of these, less what was unknown of it */
	bool unseen[SECONDS][ENDPOINTS], unseen_all[SECONDS];
	bool was_down[SECONDS]; /* uncut, excluded or not */
	bool is_short[SECONDS];
	bool unknown[SECONDS], agreed[SECONDS];
	int64_t counted[SECONDS], if_up[SECONDS];
	bool window[ROWS][QUARTERS]; /* excludes */
};

static inline int64_t
at_quarter(int64_t quarter)
{
	return FIRST_S * 1000 + quarter * 250;
}

static inline bool
in(int64_t at_ms, int64_t from_ms, int64_t to_ms)
{
	return from_ms <= at_ms && at_ms < to_ms;
}

static inline bool
in_set(const struct interval_set *s, int64_t at_ms)
{
	for (size_t i = 0; i < s->count; i++)
		if (in(at_ms, s->items[i].from, s->items[i].to))
			return true;
	return false;
}

static inline bool
covers(const struct sla_scope *s, size_t endpoint)
{
	bool found = s->count == 0;

	for (size_t i = 0; i < s->count; i++)
		found = found || s->items[i] == endpoint;
	return found;
}

static inline bool
in_time(const struct count *c, const struct sla_publication *p)
{
	return !p->cancelled &&
	    (p->announced_ms == ALWAYS
		    ? c->v->notice_ms == 0
		    : p->announced_ms + c->v->notice_ms <= p->from_ms);
}

static inline bool
window_at(const struct count *c, const struct sla_window *w, int64_t at_ms)
{
	const struct sla_publication *last = &w->first;
	bool told = in_time(c, last) && in(at_ms, last->from_ms, last->to_ms);

	for (size_t i = 0; i < w->change_count; i++) {
		last = &w->changes[i];
		told = !last->cancelled && (told || in_time(c, last)) &&
		    in(at_ms, last->from_ms, last->to_ms);
	}
	return told &&
	    (c->v->pattern == NULL || in_set(&c->v->pattern->open, at_ms));
}

/* Quarter by quarter, until the month's cap is used up. */
static inline void
count_windows(struct count *c)
{
	int64_t left_ms[2] = { c->v->cap_ms, c->v->cap_ms };
	const int64_t april_ms = (BEGIN_S + 3600) * 1000;

	for (int64_t q = 0; q < QUARTERS; q++) {
		int64_t at_ms = at_quarter(q),
			*left = &left_ms[at_ms >= april_ms];
		bool any = false;

		for (size_t i = 0; i < c->f->window_count; i++) {
			c->window[i][q] =
			    window_at(c, &c->f->windows[i], at_ms) &&
			    *left >= 250;
			any = any || c->window[i][q];
		}
		if (any && *left != NEVER)
			*left -= 250;
	}
}

static inline bool
maintained_at(const struct count *c, size_t endpoint, int64_t quarter)
{
	for (size_t i = 0; i < c->f->window_count; i++)
		if (c->window[i][quarter] &&
		    covers(&c->f->windows[i].scope, endpoint))
			return true;
	return false;
}

static inline bool
otherwise_at(const struct count *c, size_t endpoint, int64_t at_ms)
{
	for (size_t i = 0; i < c->f->exclusion_count; i++) {
		const struct sla_exclusion *x = &c->f->exclusions[i];

		if ((c->contested || x->consent == SLA_AGREED) &&
		    covers(&x->scope, endpoint) &&
		    in(at_ms, x->from_ms, x->to_ms))
			return true;
	}
	return false;
}

static inline bool
counts_at(const struct count *c, size_t endpoint, int64_t at_ms)
{
	const struct sla_endpoint *e = &c->f->endpoints[endpoint];

	return e->counts == NULL || in_set(e->counts, at_ms);
}

/* A second is excluded when all of it is; it serves as its end does. */
static inline void
count_excluded(struct count *c, int64_t s, size_t e)
{
	int64_t last_ms = at_quarter(s * 4 + 3);

	c->maintained[s][e] = c->excluded[s][e] = true;
	for (int64_t q = s * 4; q < s * 4 + 4; q++) {
		bool m = maintained_at(c, e, q);

		c->maintained[s][e] &= m;
		c->excluded[s][e] &= m || otherwise_at(c, e, at_quarter(q));
	}
	c->serving[s][e] = in(FIRST_S + s, c->from_s, c->to_s) &&
	    (c->v->hours == NULL || in_set(&c->v->hours->open, last_ms)) &&
	    counts_at(c, e, last_ms);
	c->service[s] |= c->serving[s][e];
	c->tended[s] |= c->serving[s][e] && !c->maintained[s][e];
	c->expected[s] |= c->serving[s][e] && !c->excluded[s][e];
}

static inline int64_t
weight_of(const struct count *c, size_t endpoint, int kind)
{
	int64_t own = endpoint == SLA_EVERY
	    ? SLA_WEIGHT_INHERIT
	    : c->f->endpoints[endpoint].weights[kind];

	for (size_t i = 0; endpoint != SLA_EVERY && i < c->v->weight_count; i++)
		if (strcmp(c->v->own_weights[i].endpoint,
			c->f->endpoints[endpoint].name) == 0 &&
		    c->v->own_weights[i].weights[kind] != SLA_WEIGHT_INHERIT)
			own = c->v->own_weights[i].weights[kind];
	return own == SLA_WEIGHT_INHERIT ? c->v->weights[kind] : own;
}

/* Whether what is said of an endpoint, or of all, is said of one that
   counts at that instant. */
static inline bool
applies(const struct count *c, size_t endpoint, int64_t at_ms)
{
	if (endpoint != SLA_EVERY)
		return counts_at(c, endpoint, at_ms);
	for (size_t e = 0; e < c->f->endpoint_count; e++)
		if (counts_at(c, e, at_ms))
			return true;
	return false;
}

/* Whether all of the second is in gaps of this endpoint, or of all. */
static inline bool
is_gap(const struct count *c, int64_t s, size_t endpoint)
{
	for (int64_t q = s * 4; q < s * 4 + 4; q++) {
		bool found = false;

		for (size_t i = 0; i < c->f->gap_count; i++) {
			const struct sla_gap *g = &c->f->gaps[i];

			found = found ||
			    ((g->endpoint == endpoint ||
				 g->endpoint == SLA_EVERY) &&
				at_quarter(q) < c->known_ms &&
				in(at_quarter(q), g->from_ms, g->to_ms));
		}
		if (!found)
			return false;
	}
	return true;
}

/* Of all nothing is seen when nothing that is owed is. */
static inline void
count_unseen(struct count *c, int64_t s)
{
	bool any = false;

	for (size_t e = 0; e < c->f->endpoint_count; e++) {
		c->unseen[s][e] = is_gap(c, s, e);
		any = any ||
		    (c->serving[s][e] && !c->excluded[s][e] &&
			!c->unseen[s][e]);
	}
	c->unseen_all[s] = is_gap(c, s, SLA_EVERY) || !any;
}

static inline void
count_down(struct count *c, int64_t s, const struct sla_outage *o)
{
	int64_t weight = weight_of(c, o->endpoint, o->kind);
	bool touched = false, off;

	for (int64_t q = s * 4; q < s * 4 + 4; q++)
		touched = touched ||
		    (at_quarter(q) < c->known_ms &&
			in(at_quarter(q), o->from_ms, o->to_ms) &&
			applies(c, o->endpoint, at_quarter(q)));
	if (!touched || weight == 0)
		return;
	c->was_down[s] = true;
	off = o->endpoint != SLA_EVERY && c->excluded[s][o->endpoint];
	if (!c->expected[s] || off)
		return;
	if (weight > c->weight[s])
		c->weight[s] = weight;
	if (o->endpoint == SLA_EVERY ? c->unseen_all[s]
				     : c->unseen[s][o->endpoint])
		return;
	if (weight > c->seen[s])
		c->seen[s] = weight;
}

/* A second is unknown when in each quarter of it something is. */
static inline bool
unknown_at(const struct count *c, int64_t s, int64_t quarter)
{
	int64_t at_ms = at_quarter(quarter);

	for (size_t i = 0; i < c->f->gap_count; i++) {
		const struct sla_gap *g = &c->f->gaps[i];

		if (at_ms < c->known_ms && in(at_ms, g->from_ms, g->to_ms) &&
		    applies(c, g->endpoint, at_ms) &&
		    !(g->endpoint != SLA_EVERY && c->excluded[s][g->endpoint]))
			return true;
	}
	return false;
}

/* Outages less than the gap apart are one; a whole one may be too short. */
static inline void
count_short(struct count *c)
{
	int64_t first = -1, last = -1;

	for (int64_t s = 0; s <= SECONDS; s++) {
		bool down = s < SECONDS && c->was_down[s];

		if (first >= 0 &&
		    ((down && s - last - 1 >= c->v->merge_gap_s &&
			 s - last > 1) ||
			s == SECONDS)) {
			for (int64_t k = first; k <= last; k++)
				c->is_short[k] = c->was_down[k] &&
				    last - first + 1 < c->v->min_countable_s;
			first = -1;
		}
		if (down && first < 0)
			first = s;
		if (down)
			last = s;
	}
}

/* What a slice weighs: the least of its agreed seconds, or the most. */
static inline void
count_slices(const struct count *c, const bool *agreed, const int64_t *weight,
    int64_t *out)
{
	const struct sla_version *v = c->v;
	int64_t origin =
	    v->slice_s == 60 ? 0 : BEGIN_S - BEGIN_S % 86400; /* midnight */

	for (int64_t s = 0; s < SECONDS; s++) {
		int64_t at = FIRST_S + s - origin;
		int64_t begin = s - at % v->slice_s, best = -1;

		for (int64_t k = begin < 0 ? 0 : begin;
		     k < begin + v->slice_s && k < SECONDS; k++)
			if (agreed[k] &&
			    (best < 0 ||
				(v->slice == SLA_SLICE_ANY ? weight[k] > best
							   : weight[k] < best)))
				best = weight[k];
		out[s] = agreed[s] ? best : 0;
	}
}

static inline void
count_all(struct count *c)
{
	int64_t if_up[SECONDS], weight[SECONDS];
	bool exclude = c->v->unknown == SLA_UNKNOWN_EXCLUDE;

	count_windows(c);
	for (int64_t s = 0; s < SECONDS; s++) {
		for (size_t e = 0; e < c->f->endpoint_count; e++)
			count_excluded(c, s, e);
		count_unseen(c, s);
		for (size_t i = 0; i < c->f->outage_count; i++)
			count_down(c, s, &c->f->outages[i]);
		c->unknown[s] = c->expected[s] && c->seen[s] == 0;
		for (int64_t q = s * 4; c->unknown[s] && q < s * 4 + 4; q++)
			c->unknown[s] = unknown_at(c, s, q);
	}
	count_short(c);
	for (int64_t s = 0; s < SECONDS; s++) {
		if_up[s] = c->is_short[s] ? 0 : c->weight[s];
		weight[s] = exclude ? c->seen[s] : c->weight[s];
		if (c->is_short[s])
			weight[s] = 0;
		c->agreed[s] = c->expected[s] && !(exclude && c->unknown[s]);
	}
	count_slices(c, c->expected, if_up, c->if_up);
	for (int64_t s = 0; s < SECONDS; s++)
		if (c->v->unknown == SLA_UNKNOWN_DOWN && c->unknown[s])
			weight[s] = 1000;
	count_slices(c, c->agreed, weight, c->counted);
}

#endif
