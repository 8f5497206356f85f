/* The settings of SLAs and calendars: see settings_tables.c. */
#include <stddef.h>

#include "lib/settings_fields.h"
#include "lib/settings_inside.h"

#define F(member) OF(calendar_settings, member)
static const struct conf_field calendar_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "zone", CONF_ZONE, F(zone) },
	{ "hours", CONF_STRINGS, F(hours), .min = 1, .max = 64,
	    .check = value_hours },
	{ "holidays", CONF_STRINGS, F(holidays), .min = 0,
	    .max = CALENDAR_DATES_MAX, .check = value_holiday },
	{ "exceptions", CONF_STRINGS, F(exceptions), .min = 0,
	    .max = CALENDAR_EXCEPTIONS_MAX, .check = value_exception },
	{ "ical", CONF_STRINGS, F(ical), .min = 0, .max = 16,
	    .check = value_path },
	{ NULL },
};
#undef F
const struct conf_table settings_calendar_table = { "a calendar",
	.size = sizeof(struct calendar_settings), .fields = calendar_fields,
	.place_offset = offsetof(struct calendar_settings, place),
	.given_offset = offsetof(struct calendar_settings, given) };

static const struct conf_choice calls[] = {
	{ "usual", CALLS_USUAL },
	{ "now", CALLS_NOW },
	{ "notice", CALLS_NOTICE },
	{ "digest", CALLS_DIGEST },
	{ NULL, 0 },
};
#define F(member) OF(sla_severity, member)
static const struct conf_field sla_severity_fields[] = {
	{ "calls", CONF_CHOICE, F(calls), .choices = calls,
	    .fallback = "usual" },
	{ "hours", CONF_NAME, F(hours), .fallback = "24x7" },
	{ "response", CONF_CUSTOM, F(response), .fallback = "none",
	    .parse = value_target },
	{ "update", CONF_CUSTOM, F(update), .fallback = "none",
	    .parse = value_target },
	{ "resolution", CONF_CUSTOM, F(resolution), .fallback = "none",
	    .parse = value_target },
	{ "escalate", CONF_STRINGS, F(escalate), .min = 0, .max = 16,
	    .check = value_after },
	{ NULL },
};
#undef F
static const struct conf_table sla_severity_table = { "a severity",
	.size = sizeof(struct sla_severity), .fields = sla_severity_fields,
	.place_offset = CONF_NONE,
	.given_offset = offsetof(struct sla_severity, given) };

#define F(member) OF(sla_credit, member)
static const struct conf_field sla_credit_fields[] = {
	{ "below", CONF_PERCENT, F(below_milli), .required = true, .min = 0,
	    .max = 100000 },
	{ "credit", CONF_PERCENT, F(credit_milli), .required = true, .min = 0,
	    .max = 100000 },
	{ NULL },
};
#undef F
static const struct conf_table sla_credit_table = { "a credit",
	PLAIN(sla_credit), .fields = sla_credit_fields };

static const struct conf_choice periods[] = {
	{ "month", SLA_MONTH },
	{ "quarter", SLA_QUARTER },
	{ "year", SLA_YEAR },
	{ "contract_year", SLA_CONTRACT_YEAR },
	{ NULL, 0 },
};
static const struct conf_choice unknowns[] = {
	{ "exclude", SLA_UNKNOWN_EXCLUDE },
	{ "up", SLA_UNKNOWN_UP },
	{ "down", SLA_UNKNOWN_DOWN },
	{ NULL, 0 },
};
static const struct conf_choice denominators[] = {
	{ "agreed", SLA_OF_AGREED },
	{ "total", SLA_OF_TOTAL },
	{ NULL, 0 },
};
#define F(member) OF(sla, member)
static const struct conf_field sla_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "guarantee", CONF_PERCENT, F(guarantee_milli), .min = 1,
	    .max = 100000 },
	{ "coverage_floor", CONF_PERCENT, F(coverage_floor_milli),
	    .fallback = "99%", .min = 0, .max = 100000 },
	{ "period", CONF_CHOICE, F(period), .choices = periods,
	    .fallback = "month" },
	{ "zone", CONF_ZONE, F(zone) },
	{ "service_hours", CONF_NAME, F(service_hours), .fallback = "24x7" },
	{ "notice", CONF_DURATION, F(notice_ms), .fallback = "3d", .min = 0,
	    .max = 366 * DAY },
	{ "maintenance_pattern", CONF_NAME, F(maintenance_pattern),
	    .fallback = "24x7" },
	{ "maintenance_cap", CONF_CUSTOM, F(cap_ms), .fallback = "none",
	    .parse = value_cap },
	{ "unknown", CONF_CHOICE, F(unknown), .choices = unknowns,
	    .fallback = "exclude" },
	{ "denominator", CONF_CHOICE, F(denominator), .choices = denominators,
	    .fallback = "agreed" },
	{ "granularity", CONF_STRING, F(granularity), .fallback = "second",
	    .check = value_granularity },
	{ "min_countable", CONF_DURATION, F(min_countable_ms), .fallback = "0s",
	    .min = 0, .max = DAY },
	{ "merge_gap", CONF_DURATION, F(merge_gap_ms), .fallback = "1m",
	    .min = 0, .max = DAY },
	{ "credits", CONF_LIST, F(credits), .min = 0, .max = SLA_CREDITS_MAX,
	    .item = &sla_credit_table },
	{ "credit_max", CONF_PERCENT, F(credit_max_milli), .fallback = "100%",
	    .min = 0, .max = 100000 },
	{ "claim_days", CONF_INT, F(claim_days), .fallback = "0", .min = 0,
	    .max = 3660 },
	{ "s1", CONF_STRUCT, F(severities[0]), .item = &sla_severity_table },
	{ "s2", CONF_STRUCT, F(severities[1]), .item = &sla_severity_table },
	{ "s3", CONF_STRUCT, F(severities[2]), .item = &sla_severity_table },
	{ "s4", CONF_STRUCT, F(severities[3]), .item = &sla_severity_table },
	{ NULL },
};
#undef F
const struct conf_table settings_sla_table = { "an SLA",
	.size = sizeof(struct sla), .fields = sla_fields,
	.place_offset = offsetof(struct sla, place),
	.given_offset = offsetof(struct sla, given) };
