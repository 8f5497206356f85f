/*
 * report_terms: fields that are more than a value: granularity, hours, and
 * which period it is.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/report_table.h"
#include "lib/sla_period.h"
#include "lib/sla_text.h"
#include "lib/text.h"

/* Granularity: "second", "minute_full", "slice:5m:any". */

bool
report_read_granularity(struct report_reader *r, json_t *value, void *into)
{
	const char *text = json_string_value(value);

	if (text != NULL && sla_granularity_read(text, into))
		return true;
	return report_wrong(r, "expected " SLA_GRANULARITY_FORMS);
}

json_t *
report_write_granularity(const struct report_writer *w, const void *from)
{
	char text[40];

	(void)w;
	sla_granularity_text(from, text, sizeof(text));
	return json_string(text);
}

/* Hours: a text, a list of stretches, or an object of texts. */

/* Beside those that were written may stand the joined ones of files. */
#define HOLIDAYS_MAX (CALENDAR_DATES_MAX + 64)

static bool
read_closed(struct report_reader *r, json_t *value, struct sla_hours *h)
{
	size_t mark;
	bool read;

	if (!report_is_given(value))
		return true;
	mark = report_enter(r, "closed", REPORT_NO_INDEX);
	read = report_read_set(r, value, &h->closed);
	if (read)
		report_leave(r, mark);
	return read;
}

static bool
read_hours_texts(struct report_reader *r, json_t *value, struct sla_hours *h)
{
	static const char *const keys[] = { "hours", "holidays", "exceptions" };
	static const size_t max[] = { CALENDAR_WINDOWS_MAX, HOLIDAYS_MAX,
		CALENDAR_EXCEPTIONS_MAX };
	struct sla_texts *texts[] = { &h->hours, &h->holidays, &h->exceptions };
	json_t *closed = json_object_get(value, "closed");
	size_t known = report_is_given(closed);

	for (size_t i = 0; i < 3; i++) {
		json_t *list = json_object_get(value, keys[i]);
		size_t mark = report_enter(r, keys[i], REPORT_NO_INDEX);

		if (!report_is_given(list))
			list = NULL;
		known += list != NULL;
		if (list != NULL &&
		    !report_read_texts(r, list, max[i], texts[i]))
			return false;
		report_leave(r, mark);
	}
	if (known != report_members(value))
		return report_wrong(r,
		    "expected hours, holidays, exceptions and closed, nothing "
		    "else");
	if (!read_closed(r, closed, h))
		return false;
	if (h->hours.count + h->exceptions.count == 0)
		return report_wrong(r, "there are no hours");
	return true;
}

static bool
open_hours(struct report_reader *r, struct sla_hours *h)
{
	const struct sla_facts *f = &r->report->facts;
	char why[200];

	if (sla_hours_open(h, f->zone, f->from_ms, f->to_ms, why))
		return true;
	return report_wrong(r, "%s", why);
}

static bool
take_hours(struct report_reader *r, json_t *value, struct sla_hours **out)
{
	struct sla_hours *h = mem_alloc(sizeof(*h));

	*out = h;
	if (report_is(value, JSON_ARRAY) &&
	    !json_is_string(json_array_get(value, 0)))
		return report_read_set(r, value, &h->open);
	if (report_is(value, JSON_OBJECT)) {
		if (!read_hours_texts(r, value, h))
			return false;
	} else if (!report_read_texts(r, value, CALENDAR_WINDOWS_MAX,
		       &h->hours)) {
		return false;
	}
	return open_hours(r, h);
}

static json_t *
hours_json(const struct sla_hours *h)
{
	json_t *o;

	if (h == NULL)
		return json_null();
	if (h->hours.count + h->exceptions.count == 0)
		return report_set(&h->open);
	o = json_pack("{s:o, s:o, s:o}", "hours", report_texts(&h->hours),
	    "holidays", report_texts(&h->holidays), "exceptions",
	    report_texts(&h->exceptions));
	if (h->closed.count > 0)
		json_object_set_new(o, "closed", report_set(&h->closed));
	return o;
}

bool
report_read_hours(struct report_reader *r, json_t *value, void *into)
{
	return take_hours(r, value, &((struct sla_version *)into)->hours);
}

json_t *
report_write_hours(const struct report_writer *w, const void *from)
{
	(void)w;
	return hours_json(((const struct sla_version *)from)->hours);
}

bool
report_read_pattern(struct report_reader *r, json_t *value, void *into)
{
	return take_hours(r, value, &((struct sla_version *)into)->pattern);
}

json_t *
report_write_pattern(const struct report_writer *w, const void *from)
{
	(void)w;
	return hours_json(((const struct sla_version *)from)->pattern);
}

/* Who agreed to a version; null: that is not recorded. */

#define F(member) .offset = offsetof(struct sla_accord, member)
static const struct report_field consent_fields[] = {
	{ "ours", REPORT_TEXT, F(ours), .required = true,
	    .max = REPORT_TEXT_MAX },
	{ "theirs", REPORT_TEXT, F(theirs), .required = true,
	    .max = REPORT_TEXT_MAX },
	{ "recorded_at", REPORT_INSTANT, F(at_ms), .fallback = ALWAYS },
	{ "recorded_by", REPORT_TEXT, F(by), .max = REPORT_TEXT_MAX },
	{ "reason", REPORT_TEXT, F(reason), .max = REPORT_TEXT_MAX },
	{ NULL },
};
#undef F
static const struct report_table consent_table = {
	.size = sizeof(struct sla_accord),
	.fields = consent_fields,
};

bool
report_read_consent(struct report_reader *r, json_t *value, void *into)
{
	struct sla_version *v = into;

	return report_read_object(r, &consent_table, value, &v->accord);
}

json_t *
report_write_consent(const struct report_writer *w, const void *from)
{
	const struct sla_version *v = from;

	return v->accord.ours != NULL
	    ? report_write_object(w, &consent_table, &v->accord)
	    : json_null();
}

/*
 * The period: {"month": "2026-10"}, {"from": ..., "to": ...}; or both, when
 * the zone or the kind of period changed at its begin or within it.
 */

static const char *const periods[] = {
	[SLA_MONTH] = "month",
	[SLA_QUARTER] = "quarter",
	[SLA_YEAR] = "year",
	[SLA_CONTRACT_YEAR] = "contract_year",
};
#define PERIODS (sizeof(periods) / sizeof(periods[0]))

static bool
read_named(struct report_reader *r, int kind, json_t *name)
{
	struct sla_facts *f = &r->report->facts;
	const char *text = json_string_value(name);
	char year[24];
	bool found;

	if (kind == SLA_YEAR && report_is(name, JSON_INTEGER)) {
		text_format(year, sizeof(year), "%lld",
		    (long long)json_integer_value(name));
		text = year;
	}
	f->period = kind;
	found = text != NULL &&
	    sla_period_named((enum sla_period)kind, text, f->zone, f->begin_ms,
		&f->from_ms, &f->to_ms);
	if (!found && kind == SLA_CONTRACT_YEAR && f->begin_ms == ALWAYS)
		return report_wrong(r, "there is no contract.from");
	if (!found)
		return report_wrong(r,
		    "expected 2026-10 for a month, 2026-Q4, 2026, or a date in "
		    "a "
		    "contract year");
	return true;
}

/* Another begin or end than the clock of the zone gives to the name. */
static bool
read_cut(struct report_reader *r, int kind, json_t *name, json_t *from,
    json_t *to)
{
	struct sla_facts *f = &r->report->facts;
	char called[32];

	f->period = kind;
	if (!report_read_instant(r, from, &f->from_ms) ||
	    !report_read_instant(r, to, &f->to_ms))
		return false;
	sla_period_of(f, called, sizeof(called));
	if (strcmp(called, json_string_value(name)) != 0)
		return report_wrong(r, "from and to are of %s", called);
	return true;
}

/* "2026-10", "2026-Q4", "2026": which of them it is stands in the text. */
static int
kind_of(const char *text)
{
	if (strlen(text) == 4)
		return SLA_YEAR;
	return strchr(text, 'Q') != NULL ? SLA_QUARTER : SLA_MONTH;
}

bool
report_read_period(struct report_reader *r, json_t *value, void *into)
{
	struct sla_facts *f = into;
	json_t *from = json_object_get(value, "from");
	json_t *to = json_object_get(value, "to");
	size_t members = report_members(value);

	if (report_is(value, JSON_STRING))
		return read_named(r, kind_of(json_string_value(value)), value);
	for (size_t i = 0; i < PERIODS; i++) {
		json_t *name = json_object_get(value, periods[i]);

		if (members == 1 && report_is_given(name))
			return read_named(r, (int)i, name);
		if (members == 3 && json_is_string(name) && from != NULL &&
		    to != NULL)
			return read_cut(r, (int)i, name, from, to);
	}
	if (json_array_size(value) == 2) {
		from = json_array_get(value, 0);
		to = json_array_get(value, 1);
		members = 2;
	}
	if (from == NULL || to == NULL || members != 2)
		return report_wrong(r,
		    "expected one of month, quarter, year, contract_year, or "
		    "from and to");
	f->period = SLA_BETWEEN;
	return report_read_instant(r, from, &f->from_ms) &&
	    report_read_instant(r, to, &f->to_ms);
}

json_t *
report_write_period(const struct report_writer *w, const void *from)
{
	const struct sla_facts *f = from;
	json_t *o = json_object();
	char name[32];
	bool is_whole = sla_period_of(f, name, sizeof(name));

	(void)w;
	if (f->period != SLA_BETWEEN)
		json_object_set_new(o, periods[f->period], json_string(name));
	if (!is_whole) {
		json_object_set_new(o, "from", report_instant(f->from_ms));
		json_object_set_new(o, "to", report_instant(f->to_ms));
	}
	return o;
}
