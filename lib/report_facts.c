/*
 * report_facts: the fields of facts, what each may be and what it is when
 * nothing is said.  docs/report.md says in words what each is for.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/report_table.h"
#include "lib/sla_text.h"
#include "lib/text.h"

#define YEAR_S (INT64_C(366) * 86400)
#define SECOND INT64_C(1000)
#define TEXT_MAX REPORT_TEXT_MAX
#define END                                                                    \
	{                                                                      \
		NULL                                                           \
	}

/* An interval's ends stand in one struct under these names. */
static bool
is_ordered(struct report_reader *r, int64_t from_ms, int64_t to_ms)
{
	if (from_ms > to_ms)
		return report_wrong(r, "ends before it begins");
	return true;
}

/* Weights by kind; of an endpoint, what is not said is the version's. */
#define DOWN_OFFSET (SLA_DOWN * sizeof(int64_t))
#define PARTIAL_OFFSET (SLA_PARTIAL * sizeof(int64_t))
static const struct report_field weight_fields[] = {
	{ "down", REPORT_WEIGHT, .offset = DOWN_OFFSET,
	    .fallback = SLA_WEIGHT_WHOLE },
	{ "partial", REPORT_WEIGHT, .offset = PARTIAL_OFFSET },
	END,
};
static const struct report_table weights_table = {
	.size = SLA_KINDS * sizeof(int64_t),
	.fields = weight_fields,
};
static const struct report_field own_weight_fields[] = {
	{ "down", REPORT_WEIGHT, .offset = DOWN_OFFSET,
	    .fallback = SLA_WEIGHT_INHERIT },
	{ "partial", REPORT_WEIGHT, .offset = PARTIAL_OFFSET,
	    .fallback = SLA_WEIGHT_INHERIT },
	END,
};
static const struct report_table own_weights_table = {
	.size = SLA_KINDS * sizeof(int64_t),
	.fields = own_weight_fields,
};

#define F(member) .offset = offsetof(struct sla_credit, member)
static const struct report_field credit_fields[] = {
	{ "below", REPORT_PERCENT, F(below_milli), .required = true },
	{ "credit", REPORT_PERCENT, F(credit_milli), .required = true },
	END,
};
#undef F
static const struct report_table credit_table = {
	.size = sizeof(struct sla_credit),
	.fields = credit_fields,
};

#define F(member) .offset = offsetof(struct sla_weight, member)
static const struct report_field endpoint_weight_fields[] = {
	{ "endpoint", REPORT_TEXT, F(endpoint), .required = true,
	    .max = REPORT_NAME_MAX },
	{ "down", REPORT_WEIGHT, F(weights[SLA_DOWN]),
	    .fallback = SLA_WEIGHT_INHERIT },
	{ "partial", REPORT_WEIGHT, F(weights[SLA_PARTIAL]),
	    .fallback = SLA_WEIGHT_INHERIT },
	END,
};
#undef F
static const struct report_table endpoint_weight_table = {
	.size = sizeof(struct sla_weight),
	.fields = endpoint_weight_fields,
};

static const char *const unknowns[] = { "exclude", "up", "down", NULL };
static const char *const denominators[] = { "agreed", "total", NULL };
static bool
check_version(struct report_reader *r, void *into)
{
	struct sla_version *v = into;

	const char *twice = sla_weights_sort(v);

	if (v->slice_s == 0)
		v->slice_s = 1;
	if (twice != NULL)
		return report_wrong(r,
		    "endpoint_weights: \"%.100s\" stands twice", twice);
	return is_ordered(r, v->from_ms, v->to_ms);
}

#define F(member) .offset = offsetof(struct sla_version, member)
#define LIST_OF(type, member, count)                                           \
	.offset = offsetof(struct type, member),                               \
	.count_offset = offsetof(struct type, count)
static const struct report_field version_fields[] = {
	{ "name", REPORT_TEXT, F(name), .max = TEXT_MAX },
	{ "from", REPORT_INSTANT, F(from_ms), .fallback = ALWAYS },
	{ "to", REPORT_INSTANT, F(to_ms), .fallback = NEVER },
	{ "target", REPORT_PERCENT, F(target_milli), .required = true },
	{ "coverage_floor", REPORT_PERCENT, F(floor_milli), .fallback = 99000 },
	{ "unknown", REPORT_CHOICE, F(unknown), .choices = unknowns },
	{ "denominator", REPORT_CHOICE, F(denominator),
	    .choices = denominators },
	{ "granularity", REPORT_CUSTOM, .take = report_read_granularity,
	    .give = report_write_granularity },
	{ "min_countable_s", REPORT_NUMBER, F(min_countable_s), .max = YEAR_S },
	{ "merge_gap_s", REPORT_NUMBER, F(merge_gap_s), .max = YEAR_S,
	    .fallback = 60 },
	{ "weights", REPORT_OBJECT, F(weights), .item = &weights_table },
	{ "endpoint_weights", REPORT_LIST,
	    LIST_OF(sla_version, own_weights, weight_count),
	    .item = &endpoint_weight_table, .max = SLA_ENDPOINTS_MAX },
	{ "service_hours", REPORT_CUSTOM, .take = report_read_hours,
	    .give = report_write_hours },
	{ "notice_s", REPORT_NUMBER, F(notice_ms), .max = YEAR_S,
	    .unit = SECOND },
	{ "maintenance_pattern", REPORT_CUSTOM, .take = report_read_pattern,
	    .give = report_write_pattern },
	{ "maintenance_cap_s", REPORT_NUMBER, F(cap_ms), .max = YEAR_S,
	    .unit = SECOND, .fallback = NEVER },
	{ "credits", REPORT_LIST, LIST_OF(sla_version, credits, credit_count),
	    .item = &credit_table, .max = SLA_CREDITS_MAX },
	{ "credit_max", REPORT_PERCENT, F(credit_max_milli),
	    .fallback = 100000 },
	{ "claim_days", REPORT_NUMBER, F(claim_days), .max = 3660 },
	{ "consent", REPORT_CUSTOM, .take = report_read_consent,
	    .give = report_write_consent },
	END,
};
#undef F
const struct report_table report_version_table = {
	.size = sizeof(struct sla_version),
	.fields = version_fields,
	.check = check_version,
};

/* Listed endpoints: each name once. */
static bool
check_endpoint(struct report_reader *r, void *into)
{
	const struct sla_endpoint *e = into;

	if (names_find(&r->endpoints, e->name) != NULL)
		return report_wrong(r, "\"%.100s\" stands twice", e->name);
	report_register(r, r->report->facts.endpoint_count - 1);
	r->has_endpoints = true;
	return true;
}

static const char *const shares[] = { "majority", "minority", NULL };
#define F(member) .offset = offsetof(struct sla_endpoint, member)
static const struct report_field endpoint_fields[] = {
	{ "name", REPORT_TEXT, F(name), .required = true,
	    .max = REPORT_NAME_MAX },
	{ "counts", REPORT_SET_OWN, F(counts) },
	{ "weights", REPORT_OBJECT, F(weights), .item = &own_weights_table },
	{ "quorum", REPORT_NUMBER, F(quorum), .min = 1, .max = 64,
	    .fallback = 2 },
	{ "share", REPORT_CHOICE, F(share), .choices = shares },
	END,
};
#undef F
static const struct report_table endpoint_table = {
	.size = sizeof(struct sla_endpoint),
	.fields = endpoint_fields,
	.check = check_endpoint,
};

static const char *const kinds[] = { "down", "partial", NULL };
static bool
check_outage(struct report_reader *r, void *into)
{
	const struct sla_outage *o = into;

	return is_ordered(r, o->from_ms, o->to_ms);
}

#define F(member) .offset = offsetof(struct sla_outage, member)
static const struct report_field outage_fields[] = {
	{ "endpoint", REPORT_ENDPOINT, F(endpoint) },
	{ "kind", REPORT_CHOICE, F(kind), .choices = kinds },
	{ "from", REPORT_INSTANT, F(from_ms), .required = true },
	{ "to", REPORT_INSTANT, F(to_ms), .fallback = NEVER },
	{ "last_good", REPORT_INSTANT, F(from_before_ms), .fallback = ALWAYS },
	{ "last_failed", REPORT_INSTANT, F(to_before_ms), .fallback = ALWAYS },
	{ "reason", REPORT_TEXT, F(reason), .max = TEXT_MAX },
	{ "cause", REPORT_TEXT, F(cause), .max = TEXT_MAX },
	END,
};
#undef F
static const struct report_table outage_table = {
	.size = sizeof(struct sla_outage),
	.fields = outage_fields,
	.check = check_outage,
};

static bool
check_gap(struct report_reader *r, void *into)
{
	const struct sla_gap *g = into;

	return is_ordered(r, g->from_ms, g->to_ms);
}

#define F(member) .offset = offsetof(struct sla_gap, member)
static const struct report_field gap_fields[] = {
	{ "endpoint", REPORT_ENDPOINT, F(endpoint) },
	{ "from", REPORT_INSTANT, F(from_ms), .required = true },
	{ "to", REPORT_INSTANT, F(to_ms), .fallback = NEVER },
	END,
};
#undef F
static const struct report_table gap_table = {
	.size = sizeof(struct sla_gap),
	.fields = gap_fields,
	.check = check_gap,
};

/* What a region saw is of one endpoint; the only one need not be named. */
static bool
check_region(struct report_reader *r, void *into)
{
	struct sla_region *g = into;

	if (g->endpoint == SLA_EVERY && r->report->facts.endpoint_count > 1)
		return report_wrong(r, "\"endpoint\" is missing");
	if (g->endpoint == SLA_EVERY)
		g->endpoint = 0;
	return true;
}

#define F(member) .offset = offsetof(struct sla_region, member)
static const struct report_field region_fields[] = {
	{ "endpoint", REPORT_ENDPOINT, F(endpoint) },
	{ "region", REPORT_TEXT, F(name), .max = TEXT_MAX },
	{ "failing", REPORT_SET, F(failing) },
	{ "silent", REPORT_SET, F(silent) },
	END,
};
#undef F
static const struct report_table region_table = {
	.size = sizeof(struct sla_region),
	.fields = region_fields,
	.check = check_region,
};

static bool
check_exclusion(struct report_reader *r, void *into)
{
	const struct sla_exclusion *x = into;

	return is_ordered(r, x->from_ms, x->to_ms);
}

static const char *const consents[] = { "agreed", "disputed", "unanswered",
	NULL };
#define F(member) .offset = offsetof(struct sla_exclusion, member)
static const struct report_field exclusion_fields[] = {
	{ "endpoints", REPORT_SCOPE, F(scope) },
	{ "from", REPORT_INSTANT, F(from_ms), .required = true },
	{ "to", REPORT_INSTANT, F(to_ms), .required = true },
	{ "reason", REPORT_TEXT, F(reason), .max = TEXT_MAX },
	{ "claimed_by", REPORT_TEXT, F(claimant), .max = TEXT_MAX },
	{ "claimed_at", REPORT_INSTANT, F(claimed_ms), .fallback = ALWAYS },
	{ "evidence", REPORT_TEXT, F(evidence), .max = TEXT_MAX },
	{ "consent", REPORT_CHOICE, F(consent), .choices = consents,
	    .fallback = SLA_UNANSWERED },
	END,
};
#undef F
static const struct report_table exclusion_table = {
	.size = sizeof(struct sla_exclusion),
	.fields = exclusion_fields,
	.check = check_exclusion,
};

/* A change says only what changes. */
static bool
check_window(struct report_reader *r, void *into)
{
	struct sla_window *w = into;
	const struct sla_publication *before = &w->first;

	if (!is_ordered(r, w->first.from_ms, w->first.to_ms))
		return false;
	for (size_t i = 0; i < w->change_count; i++) {
		struct sla_publication *p = &w->changes[i];

		if (p->from_ms == ALWAYS)
			p->from_ms = before->from_ms;
		if (p->to_ms == ALWAYS)
			p->to_ms = before->to_ms;
		if (!is_ordered(r, p->from_ms, p->to_ms))
			return false;
		before = p;
	}
	return true;
}

#define F(member) .offset = offsetof(struct sla_publication, member)
static const struct report_field change_fields[] = {
	{ "announced", REPORT_INSTANT, F(announced_ms), .required = true },
	{ "cancelled", REPORT_BOOL, F(cancelled) },
	{ "from", REPORT_INSTANT, F(from_ms), .fallback = ALWAYS },
	{ "to", REPORT_INSTANT, F(to_ms), .fallback = ALWAYS },
	END,
};
#undef F
static const struct report_table change_table = {
	.size = sizeof(struct sla_publication),
	.fields = change_fields,
};

#define F(member) .offset = offsetof(struct sla_window, member)
static const struct report_field window_fields[] = {
	{ "name", REPORT_TEXT, F(name), .max = TEXT_MAX },
	{ "text", REPORT_TEXT, F(text), .max = TEXT_MAX },
	{ "endpoints", REPORT_SCOPE, F(scope) },
	{ "announced", REPORT_INSTANT, F(first.announced_ms),
	    .fallback = ALWAYS },
	{ "from", REPORT_INSTANT, F(first.from_ms), .required = true },
	{ "to", REPORT_INSTANT, F(first.to_ms), .required = true },
	{ "changes", REPORT_LIST, LIST_OF(sla_window, changes, change_count),
	    .item = &change_table, .max = SLA_CHANGES_MAX },
	END,
};
#undef F
static const struct report_table window_table = {
	.size = sizeof(struct sla_window),
	.fields = window_fields,
	.check = check_window,
};

#define F(member) .offset = offsetof(struct sla_facts, member)
static const struct report_field contract_fields[] = {
	{ "from", REPORT_INSTANT, .offset = 0, .fallback = ALWAYS },
	{ "to", REPORT_INSTANT, .offset = sizeof(int64_t), .fallback = NEVER },
	END,
};
static const struct report_table contract_table = {
	.size = 2 * sizeof(int64_t),
	.fields = contract_fields,
};
_Static_assert(offsetof(struct sla_facts, end_ms) ==
	offsetof(struct sla_facts, begin_ms) + sizeof(int64_t),
    "a contract's ends stand side by side");

static const struct report_field facts_fields[] = {
	{ "zone", REPORT_TEXT, F(zone), .max = 63 },
	{ "contract", REPORT_OBJECT, F(begin_ms), .item = &contract_table },
	{ "period", REPORT_CUSTOM, .required = true, .take = report_read_period,
	    .give = report_write_period },
	{ "as_of", REPORT_INSTANT, F(as_of_ms), .fallback = NEVER },
	{ "versions", REPORT_LIST, LIST_OF(sla_facts, versions, version_count),
	    .item = &report_version_table, .max = SLA_VERSIONS_MAX,
	    .required = true },
	{ "endpoints", REPORT_LIST,
	    LIST_OF(sla_facts, endpoints, endpoint_count),
	    .item = &endpoint_table, .max = SLA_ENDPOINTS_MAX },
	{ "outages", REPORT_LIST, LIST_OF(sla_facts, outages, outage_count),
	    .item = &outage_table, .max = SLA_ROWS_MAX },
	{ "unknown", REPORT_LIST, LIST_OF(sla_facts, gaps, gap_count),
	    .item = &gap_table, .max = SLA_ROWS_MAX },
	{ "regions", REPORT_LIST, LIST_OF(sla_facts, regions, region_count),
	    .item = &region_table, .max = SLA_ROWS_MAX },
	{ "maintenance", REPORT_LIST, LIST_OF(sla_facts, windows, window_count),
	    .item = &window_table, .max = SLA_ROWS_MAX },
	{ "exclusions", REPORT_LIST,
	    LIST_OF(sla_facts, exclusions, exclusion_count),
	    .item = &exclusion_table, .max = SLA_ROWS_MAX },
	{ "incomplete", REPORT_CUSTOM, .take = report_read_left,
	    .give = report_write_left },
	END,
};
#undef F

/* Where no endpoint is named, it is all about one. */
static void
add_service(struct sla_facts *f)
{
	free(f->endpoints);
	f->endpoints = mem_alloc(sizeof(*f->endpoints));
	f->endpoints[0] = (struct sla_endpoint){ .name = mem_text("service"),
		.weights = { SLA_WEIGHT_INHERIT, SLA_WEIGHT_INHERIT },
		.quorum = 2 };
	f->endpoint_count = 1;
}

static int
by_beginning(const void *a, const void *b)
{
	const struct sla_version *x = a, *y = b;

	return (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

/* What weighs another endpoint than there is bears on nothing: a mistake. */
static bool
check_weighed(struct report_reader *r, const struct sla_facts *f)
{
	for (size_t i = 0; i < f->version_count; i++)
		for (size_t k = 0; k < f->versions[i].weight_count; k++) {
			const char *name =
			    f->versions[i].own_weights[k].endpoint;

			if (names_find(&r->endpoints, name) == NULL)
				return report_wrong(r,
				    "versions[%zu].endpoint_weights: there is "
				    "no endpoint \"%.100s\"",
				    i, name);
		}
	return true;
}

/* A version without an end is in force until the next one begins. */
static bool
check_facts(struct report_reader *r, void *into)
{
	struct sla_facts *f = into;
	char why[160];

	if (f->version_count > 1)
		qsort(f->versions, f->version_count, sizeof(*f->versions),
		    by_beginning);
	for (size_t i = 0; i + 1 < f->version_count; i++)
		if (f->versions[i].to_ms == NEVER)
			f->versions[i].to_ms = f->versions[i + 1].from_ms;
	if (f->endpoint_count == 0)
		add_service(f);
	if (!sla_facts_check(f, why))
		return report_wrong(r, "%s", why);
	return check_weighed(r, f);
}

const struct report_table report_facts_table = {
	.size = sizeof(struct sla_facts),
	.fields = facts_fields,
	.check = check_facts,
};
