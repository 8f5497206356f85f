/*
 * sla_judge: figures and a verdict from sets.  Fractions are compared as
 * they are; what is printed of them has no part in it.
 */
#include "lib/sla_inside.h"
#include "lib/text.h"

/* Whether uptime is at least so many thousandths of a percent. */
bool
sla_reaches(int64_t total_s, int64_t down_ms, int64_t milli)
{
	wide total_ms = (wide)total_s * SECOND_MS;

	return (total_ms - down_ms) * WHOLE_MILLI >= milli * total_ms;
}

static int64_t
down_of(const struct sla_levels *levels, const struct sla_way *way)
{
	return sla_down_within(levels, way->from_s, way->to_s);
}

static int64_t
total_of(const struct sla_version *v, const struct sla_sets *s,
    const struct interval_set *agreed)
{
	return interval_set_length(
	    v->denominator == SLA_OF_TOTAL ? &s->service : agreed);
}

/* Missed even if all that was not seen had been up. */
static bool
is_missed_anyway(const struct sla_way *way, const struct sla_sets *s)
{
	const struct sla_version *v = way->version;
	struct sla_levels sliced = { 0 };
	int64_t down_ms, total_s = total_of(v, s, &s->expected);

	sla_slice_levels(&s->down, &s->expected, v,
	    v->slice_s == 60 ? 0 : way->origin_s, &sliced);
	down_ms = down_of(&sliced, way);
	sla_levels_clear(&sliced);
	return !sla_reaches(total_s, down_ms, v->target_milli);
}

/* Nothing was to be had, or nothing is known of any of it. */
static bool
is_empty(const struct sla_version *v, const struct sla_figures *f)
{
	return f->total_s == 0 || f->expected_s == 0 ||
	    (f->unknown_s == f->expected_s && v->unknown != SLA_UNKNOWN_DOWN);
}

static enum verdict
verdict_of(const struct sla_way *way, const struct sla_sets *s,
    const struct sla_figures *f)
{
	const struct sla_version *v = way->version;

	if (is_empty(v, f))
		return VERDICT_NOT_APPLICABLE;
	if (is_missed_anyway(way, s))
		return VERDICT_MISSED;
	if ((wide)(f->expected_s - f->unknown_s) * WHOLE_MILLI <
	    (wide)v->floor_milli * f->expected_s)
		return VERDICT_INDETERMINATE;
	if (!sla_reaches(f->total_s, f->down_ms, v->target_milli))
		return VERDICT_MISSED;
	/* What was left out might have been down. */
	return sla_is_incomplete(way->facts) ? VERDICT_INDETERMINATE
					     : VERDICT_MET;
}

/* The highest that applies, and no more than is agreed. */
static int64_t
credit_of(const struct sla_version *v, const struct sla_figures *f)
{
	int64_t credit = 0;

	if (f->verdict == VERDICT_NOT_APPLICABLE || v->credit_count == 0)
		return NEVER;
	for (size_t i = 0; i < v->credit_count; i++)
		if (v->credits[i].credit_milli > credit &&
		    !sla_reaches(f->total_s, f->down_ms,
			v->credits[i].below_milli))
			credit = v->credits[i].credit_milli;
	return credit < v->credit_max_milli ? credit : v->credit_max_milli;
}

void
sla_judge(const struct sla_way *way, const struct sla_sets *s,
    struct sla_figures *f)
{
	*f = (struct sla_figures){ 0 };
	f->service_s = interval_set_length(&s->service);
	f->expected_s = interval_set_length(&s->expected);
	f->maintenance_s = f->service_s - interval_set_length(&s->tended);
	f->excluded_s = f->service_s - f->maintenance_s - f->expected_s;
	f->unknown_s = interval_set_length(&s->unknown);
	f->total_s = total_of(way->version, s, &s->agreed);
	f->down_ms = down_of(&s->counted, way);
	f->verdict = verdict_of(way, s, f);
	f->credit_milli = credit_of(way->version, f);
}

#define MILLION 1000000

int64_t
sla_uptime(const struct sla_figures *f)
{
	wide total_ms = (wide)f->total_s * SECOND_MS;

	if (total_ms == 0)
		return 0;
	return (int64_t)((total_ms - f->down_ms) * MILLION / total_ms);
}

int64_t
sla_coverage(const struct sla_figures *f)
{
	if (f->expected_s == 0)
		return 0;
	return (int64_t)((wide)(f->expected_s - f->unknown_s) * MILLION /
	    f->expected_s);
}

void
sla_percent(int64_t millionths, char *out, size_t room)
{
	text_format(out, room, "%lld.%04lld", (long long)(millionths / 10000),
	    (long long)(millionths % 10000));
}
