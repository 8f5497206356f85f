/*
 * report_figures: an account as JSON.  Whole numbers, and fractions as texts
 * that were cut off and never rounded; seconds down are rounded up where
 * weights have made fractions of them, seconds left down.
 */
#include <stdlib.h>

#include "lib/report_table.h"
#include "lib/text.h"

static void
put(json_t *o, const char *key, int64_t value)
{
	json_object_set_new(o, key, json_integer(value));
}

static json_t *
percent(int64_t millionths)
{
	char text[24];

	sla_percent(millionths, text, sizeof(text));
	return json_string(text);
}

/* "14.400"; null where there is no such rate. */
static json_t *
rate(int64_t milli)
{
	char text[32];

	if (milli == NEVER)
		return json_null();
	text_format(text, sizeof(text), "%lld.%03lld",
	    (long long)(milli / 1000), (long long)(milli % 1000));
	return json_string(text);
}

static void
put_figures(json_t *o, const struct sla_figures *f)
{
	put(o, "service_s", f->service_s);
	put(o, "maintenance_s", f->maintenance_s);
	put(o, "excluded_s", f->excluded_s);
	put(o, "unknown_s", f->unknown_s);
	put(o, "total_s", f->total_s);
	put(o, "down_s", account_ceiling_s(f->down_ms));
	put(o, "down_ms", f->down_ms);
	put(o, "up_ms", f->total_s * 1000 - f->down_ms);
	json_object_set_new(o, "uptime",
	    f->verdict == VERDICT_NOT_APPLICABLE ? json_null()
						 : percent(sla_uptime(f)));
	json_object_set_new(o, "coverage",
	    f->expected_s == 0 ? json_null() : percent(sla_coverage(f)));
	json_object_set_new(o, "verdict",
	    json_string(verdict_text(f->verdict)));
}

static json_t *
figures_json(const struct sla_figures *f)
{
	json_t *o = json_object();

	put_figures(o, f);
	return o;
}

static json_t *
credit(int64_t milli)
{
	return milli == NEVER ? json_null() : report_decimal(milli);
}

static json_t *
burn_json(const struct sla_burn *b)
{
	json_t *o = json_object();

	put(o, "window_s", b->long_s);
	put(o, "short_window_s", b->short_s);
	put(o, "budget_percent", b->budget_percent);
	json_object_set_new(o, "rate", rate(b->long_milli));
	json_object_set_new(o, "short_rate", rate(b->short_milli));
	json_object_set_new(o, "limit", rate(b->limit_milli));
	json_object_set_new(o, "trips", json_boolean(b->trips));
	return o;
}

static json_t *
budget_json(const struct sla_budget *b)
{
	json_t *o = json_object(), *burns = json_array();

	put(o, "allowed_s", b->allowed_s);
	put(o, "used_s", account_ceiling_s(b->used_ms));
	put(o, "left_s", account_floor_s(b->left_ms));
	json_object_set_new(o, "exhausted_at",
	    report_instant(b->exhausted_at_ms));
	json_object_set_new(o, "forecast_at",
	    report_instant(b->forecast_at_ms));
	for (size_t i = 0; i < SLA_BURNS; i++)
		json_array_append_new(burns, burn_json(&b->burns[i]));
	json_object_set_new(o, "burn", burns);
	return o;
}

static json_t *
with_credit(const struct sla_figures *f)
{
	json_t *o = figures_json(f);

	json_object_set_new(o, "credit", credit(f->credit_milli));
	return o;
}

static json_t *
part_json(const struct report *r, const struct sla_part *p)
{
	const struct sla_version *v = &r->facts.versions[p->version];
	json_t *o = json_object();

	json_object_set_new(o, "version",
	    v->name == NULL ? json_null() : json_string(v->name));
	json_object_set_new(o, "from", report_instant(p->from_ms));
	json_object_set_new(o, "to", report_instant(p->to_ms));
	json_object_set_new(o, "counted_to", report_instant(p->counted_to_ms));
	put(o, "seconds", (p->to_ms - p->from_ms) / 1000);
	json_object_set_new(o, "target", report_decimal(v->target_milli));
	put_figures(o, &p->figures);
	json_object_set_new(o, "verdict",
	    json_string(verdict_text(p->verdict)));
	json_object_set_new(o, "so_far",
	    p->counted_to_ms < p->to_ms
		? json_string(verdict_text(p->figures.verdict))
		: json_null());
	json_object_set_new(o, "credit", credit(p->figures.credit_milli));
	json_object_set_new(o, "claim_by", report_instant(p->claim_by_ms));
	json_object_set_new(o, "if_all_exclusions_hold",
	    p->is_contested ? with_credit(&p->contested) : json_null());
	json_object_set_new(o, "if_nothing_more_fails",
	    p->counted_to_ms < p->to_ms ? figures_json(&p->best) : json_null());
	json_object_set_new(o, "budget", budget_json(&p->budget));
	return o;
}

static json_t *
name_of(const struct report *r, size_t endpoint)
{
	return endpoint == SLA_EVERY
	    ? json_null()
	    : json_string(r->facts.endpoints[endpoint].name);
}

static json_t *
outages_json(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->facts.outage_count; i++) {
		const struct sla_outage *o = &r->facts.outages[i];
		const struct sla_outage_row *row = &r->account.outages[i];

		json_array_append_new(list,
		    json_pack("{s:o, s:o, s:I, s:b}", "endpoint",
			name_of(r, o->endpoint), "from",
			report_instant(o->from_ms), "counted_s",
			(json_int_t)row->counted_s, "too_short",
			(int)row->is_short));
	}
	return list;
}

static json_t *
window_json(const struct sla_window *w, const struct sla_window_row *row)
{
	json_t *o = json_object();

	json_object_set_new(o, "name",
	    w->name == NULL ? json_null() : json_string(w->name));
	json_object_set_new(o, "from", report_instant(w->first.from_ms));
	json_object_set_new(o, "lead_s",
	    row->lead_ms == NEVER
		? json_null()
		: json_integer(account_floor_s(row->lead_ms)));
	json_object_set_new(o, "late", json_boolean(row->is_late));
	put(o, "declared_s", row->declared_s);
	put(o, "excluded_s", row->excluded_s);
	put(o, "beyond_pattern_s", row->beyond_pattern_s);
	put(o, "beyond_cap_s", row->beyond_cap_s);
	return o;
}

static json_t *
windows_json(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->facts.window_count; i++)
		json_array_append_new(list,
		    window_json(&r->facts.windows[i], &r->account.windows[i]));
	return list;
}

static json_t *
exclusions_json(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->facts.exclusion_count; i++)
		json_array_append_new(list,
		    json_pack("{s:o, s:I, s:b}", "from",
			report_instant(r->facts.exclusions[i].from_ms),
			"excluded_s",
			(json_int_t)r->account.exclusions[i].excluded_s,
			"holds", (int)r->account.exclusions[i].holds));
	return list;
}

static json_t *
sum_json(const struct sla_account *a)
{
	json_t *o = figures_json(&a->sum);

	json_object_set_new(o, "verdict",
	    json_string(verdict_text(a->verdict)));
	return o;
}

json_t *
report_figures(const struct report *r)
{
	const struct sla_facts *f = &r->facts;
	json_t *o = json_object(), *parts = json_array();

	json_object_set_new(o, "period",
	    json_pack("{s:o, s:o, s:I}", "from", report_instant(f->from_ms),
		"to", report_instant(f->to_ms), "seconds",
		(json_int_t)(account_floor_s(f->to_ms) -
		    account_floor_s(f->from_ms))));
	json_object_set_new(o, "verdict",
	    json_string(verdict_text(r->account.verdict)));
	json_object_set_new(o, "so_far",
	    r->account.is_under_way
		? json_string(verdict_text(r->account.sum.verdict))
		: json_null());
	json_object_set_new(o, "sum", sum_json(&r->account));
	for (size_t i = 0; i < r->account.count; i++)
		json_array_append_new(parts,
		    part_json(r, &r->account.parts[i]));
	json_object_set_new(o, "parts", parts);
	json_object_set_new(o, "outages", outages_json(r));
	json_object_set_new(o, "maintenance", windows_json(r));
	json_object_set_new(o, "exclusions", exclusions_json(r));
	return o;
}
