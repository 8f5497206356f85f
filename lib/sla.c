/*
 * sla: an account is made of parts, one for each version of the terms that
 * was in force in the period, as far as the contract reaches.  Each part is
 * counted as far as facts go, and to its end as if nothing more went wrong;
 * and, where exclusions are disputed or not answered, as if all held.
 */
#include <stdlib.h>

#include "lib/civil.h"
#include "lib/sla_inside.h"
#include "lib/text.h"

struct work {
	const struct sla_facts *facts;
	struct sla_raw *raw;
	struct sla_account *out;
	int64_t origin_s; /* where slices begin */
};

static void
sum_up(struct sla_figures *sum, const struct sla_figures *f)
{
	sum->service_s += f->service_s;
	sum->maintenance_s += f->maintenance_s;
	sum->excluded_s += f->excluded_s;
	sum->expected_s += f->expected_s;
	sum->unknown_s += f->unknown_s;
	sum->total_s += f->total_s;
	sum->down_ms += f->down_ms;
}

/* How long a row is within the set, its ends rounded as rows are. */
static int64_t
row_within(const struct interval_set *s, int64_t from_ms, int64_t to_ms)
{
	struct interval_set ms = { 0 }, seconds = { 0 };
	int64_t sum = 0;

	interval_set_add(&ms, from_ms, to_ms);
	account_outward(&ms, &seconds);
	if (seconds.count > 0)
		sum = interval_set_within(s, seconds.items[0].from,
		    seconds.items[0].to);
	interval_set_clear(&ms);
	interval_set_clear(&seconds);
	return sum;
}

/* What of one endpoint's rows counts: in the agreed time that it owes. */
static void
owed(const struct sla_way *way, const struct sla_sets *sets, size_t endpoint,
    struct interval_set *out)
{
	struct interval_set ms = { 0 }, seconds = { 0 }, off = { 0 },
			    unseen = { 0 };

	interval_set_copy(out, &sets->counts);
	if (endpoint == SLA_EVERY)
		return;
	if (way->version->unknown == SLA_UNKNOWN_EXCLUDE)
		sla_unseen(way, endpoint, &unseen);
	interval_set_subtract(out, &unseen);
	sla_counting(&way->facts->endpoints[endpoint], &ms);
	account_outward(&ms, &seconds);
	interval_set_intersect(out, &seconds);
	sla_excluded(way, endpoint, true, true, &off);
	interval_set_subtract(out, &off);
	interval_set_clear(&ms);
	interval_set_clear(&seconds);
	interval_set_clear(&off);
	interval_set_clear(&unseen);
}

static void
tell_outage(const struct sla_outage *o, const struct interval_set *owed_s,
    const struct interval_set *shorts, int64_t latest_ms,
    struct sla_outage_row *row)
{
	int64_t to_ms = o->to_ms < latest_ms ? o->to_ms : latest_ms;

	row->counted_s += row_within(owed_s, o->from_ms, to_ms);
	if (row_within(shorts, o->from_ms, o->to_ms) > 0)
		row->is_short = true;
}

static void
tell_outages(const struct work *w, const struct sla_way *way,
    const struct sla_sets *sets)
{
	const struct sla_facts *f = w->facts;
	size_t n = f->endpoint_count;
	struct interval_set *owe = mem_alloc((n + 1) * sizeof(*owe));
	bool *is_made = mem_alloc((n + 1) * sizeof(*is_made));

	for (size_t i = 0; i < f->outage_count; i++) {
		const struct sla_outage *o = &f->outages[i];
		size_t at = o->endpoint == SLA_EVERY ? n : o->endpoint;

		if (sla_weight(way, at, o->kind) == 0 ||
		    account_floor_s(o->from_ms) >= way->to_s ||
		    account_floor_s(o->to_ms) < way->from_s)
			continue;
		if (!is_made[at])
			owed(way, sets, o->endpoint, &owe[at]);
		is_made[at] = true;
		tell_outage(o, &owe[at], &sets->shorts, way->to_s * SECOND_MS,
		    &w->out->outages[i]);
	}
	for (size_t i = 0; i <= n; i++)
		interval_set_clear(&owe[i]);
	free(owe);
	free(is_made);
}

/* What of the service time one set of milliseconds takes away. */
static int64_t
taken(const struct sla_sets *sets, const struct interval_set *ms)
{
	struct interval_set seconds = { 0 };
	int64_t sum;

	account_inward(ms, &seconds);
	interval_set_intersect(&seconds, &sets->service);
	sum = interval_set_length(&seconds);
	interval_set_clear(&seconds);
	return sum;
}

static void
tell_exclusions(const struct work *w, const struct sla_sets *sets)
{
	for (size_t i = 0; i < w->facts->exclusion_count; i++) {
		const struct sla_exclusion *x = &w->facts->exclusions[i];
		struct interval_set ms = { 0 };

		interval_set_add(&ms, x->from_ms, x->to_ms);
		w->out->exclusions[i].excluded_s += taken(sets, &ms);
		w->out->exclusions[i].holds = x->consent == SLA_AGREED;
		interval_set_clear(&ms);
	}
}

static void
tell_windows(const struct work *w, const struct sla_way *way,
    const struct sla_sets *sets, const struct sla_window_row *rows)
{
	for (size_t i = 0; i < w->facts->window_count; i++) {
		struct sla_window_row *row = &w->out->windows[i];
		int64_t before_s = row->excluded_s;

		/* By the terms in force when it begins; else the first's. */
		if (row->declared_s == 0 ||
		    w->facts->windows[i].first.from_ms >= way->version->from_ms)
			*row = rows[i];
		row->excluded_s = before_s + taken(sets, &way->windows[i]);
	}
}

static bool
is_contested(const struct sla_facts *f)
{
	for (size_t i = 0; i < f->exclusion_count; i++)
		if (f->exclusions[i].consent != SLA_AGREED)
			return true;
	return false;
}

/* Exclusions outside of the agreed time change nothing. */
static bool
is_same(const struct sla_figures *a, const struct sla_figures *b)
{
	return a->excluded_s == b->excluded_s &&
	    a->expected_s == b->expected_s && a->unknown_s == b->unknown_s &&
	    a->total_s == b->total_s && a->down_ms == b->down_ms;
}

static void
count_contested(const struct sla_way *way, struct sla_part *p)
{
	struct sla_way other = *way;
	struct sla_sets sets;

	if (!is_contested(way->facts))
		return;
	other.contested = true;
	sla_sets_of(&other, &sets);
	sla_judge(&other, &sets, &p->contested);
	sla_sets_clear(&sets);
	p->is_contested = !is_same(&p->contested, &p->figures);
}

static int64_t
claim_by(const struct sla_facts *f, const struct sla_version *v)
{
	struct civil_date d;

	if (v->claim_days == 0)
		return NEVER;
	d = civil_date_at(f->zone, f->to_ms, NULL);
	d = civil_from_days(civil_days(d) + v->claim_days);
	return civil_first_ms(f->zone, d, 0);
}

/* What has not ended is missed only when it can no longer be kept. */
static enum verdict
settled(const struct sla_part *p)
{
	if (p->counted_to_ms >= p->to_ms)
		return p->figures.verdict;
	return p->best.verdict == VERDICT_MISSED ||
		p->best.verdict == VERDICT_NOT_APPLICABLE
	    ? p->best.verdict
	    : VERDICT_UNDER_WAY;
}

static void
count_part(const struct work *w, struct sla_way *way, struct sla_part *p)
{
	const struct sla_facts *f = w->facts;
	size_t n = f->window_count;
	struct interval_set *windows = mem_alloc((n + 1) * sizeof(*windows));
	struct sla_window_row *rows = mem_alloc((n + 1) * sizeof(*rows));
	struct sla_sets so_far, best;
	struct sla_way whole;

	sla_windows(f, way->version, windows, rows);
	way->windows = windows;
	whole = *way;
	whole.to_s = account_floor_s(p->to_ms);
	sla_sets_of(way, &so_far);
	sla_judge(way, &so_far, &p->figures);
	sla_sets_of(&whole, &best);
	sla_judge(&whole, &best, &p->best);
	count_contested(way, p);
	p->verdict = settled(p);
	/* What will be owed whatever comes. */
	if (p->counted_to_ms < p->to_ms)
		p->figures.credit_milli = p->best.credit_milli;
	sla_budget(p, way->version, &so_far, &best, &p->budget);
	tell_outages(w, way, &so_far);
	tell_exclusions(w, &so_far);
	tell_windows(w, way, &so_far, rows);
	for (size_t i = 0; i < n; i++)
		interval_set_clear(&windows[i]);
	sla_sets_clear(&so_far);
	sla_sets_clear(&best);
	free(windows);
	free(rows);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The stretch of the period in which a version was in force. */
static void
add_part(const struct work *w, size_t version)
{
	const struct sla_facts *f = w->facts;
	const struct sla_version *v = &f->versions[version];
	struct sla_part p = { .version = version };
	struct sla_way way = { .facts = f,
		.version = v,
		.raw = w->raw,
		.origin_s = w->origin_s };

	p.from_ms = later(later(f->from_ms, f->begin_ms), v->from_ms);
	p.to_ms = earlier(earlier(f->to_ms, f->end_ms), v->to_ms);
	p.counted_to_ms = earlier(p.to_ms, f->as_of_ms);
	way.from_s = account_floor_s(p.from_ms);
	way.to_s = account_floor_s(p.counted_to_ms);
	if (way.from_s >= account_floor_s(p.to_ms))
		return;
	if (way.to_s < way.from_s)
		way.to_s = way.from_s;
	p.from_ms = way.from_s * SECOND_MS;
	p.to_ms = account_floor_s(p.to_ms) * SECOND_MS;
	p.counted_to_ms = way.to_s * SECOND_MS;
	p.claim_by_ms = claim_by(f, v);
	count_part(w, &way, &p);
	w->out->parts = mem_grow(w->out->parts,
	    (w->out->count + 1) * sizeof(*w->out->parts));
	w->out->parts[w->out->count++] = p;
}

static const int worse[] = {
	[VERDICT_NOT_APPLICABLE] = 0,
	[VERDICT_MET] = 1,
	[VERDICT_INDETERMINATE] = 2,
	[VERDICT_UNDER_WAY] = 3,
	[VERDICT_MISSED] = 4,
};

static void
worsen(enum verdict *worst, enum verdict other)
{
	if (worse[other] > worse[*worst])
		*worst = other;
}

/* That nothing was owed is not known either, where facts were left out. */
static void
doubt(struct sla_account *a)
{
	worsen(&a->verdict, VERDICT_INDETERMINATE);
	if (a->sum.total_s > 0)
		worsen(&a->sum.verdict, VERDICT_INDETERMINATE);
	if (a->best.total_s > 0)
		worsen(&a->best.verdict, VERDICT_INDETERMINATE);
}

/* Of all parts: the sums, and the worst of their verdicts. */
static void
add_up(struct sla_account *a)
{
	a->verdict = a->sum.verdict = a->best.verdict = VERDICT_NOT_APPLICABLE;
	for (size_t i = 0; i < a->count; i++) {
		const struct sla_part *p = &a->parts[i];

		sum_up(&a->sum, &p->figures);
		sum_up(&a->best, &p->best);
		worsen(&a->verdict, p->verdict);
		worsen(&a->sum.verdict, p->figures.verdict);
		worsen(&a->best.verdict, p->best.verdict);
		a->allowed_s += p->budget.allowed_s;
		a->left_ms += p->budget.left_ms;
		a->is_under_way |= p->counted_to_ms < p->to_ms;
	}
	a->sum.credit_milli = a->best.credit_milli = NEVER;
}

void
sla_account(const struct sla_facts *f, struct sla_account *out)
{
	struct work w = { .facts = f, .out = out };
	struct civil_date first = civil_date_at(f->zone, f->from_ms, NULL);

	*out = (struct sla_account){
		.outages =
		    mem_alloc((f->outage_count + 1) * sizeof(*out->outages)),
		.windows =
		    mem_alloc((f->window_count + 1) * sizeof(*out->windows)),
		.exclusions = mem_alloc(
		    (f->exclusion_count + 1) * sizeof(*out->exclusions)),
	};
	w.origin_s = account_floor_s(civil_first_ms(f->zone, first, 0));
	w.raw = sla_raw_of(f);
	for (size_t i = 0; i < f->version_count; i++)
		add_part(&w, i);
	add_up(out);
	if (sla_is_incomplete(f))
		doubt(out);
	sla_raw_free(w.raw, f->endpoint_count);
}

void
sla_account_clear(struct sla_account *a)
{
	free(a->parts);
	free(a->outages);
	free(a->windows);
	free(a->exclusions);
	*a = (struct sla_account){ 0 };
}
