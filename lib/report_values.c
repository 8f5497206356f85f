/*
 * report_values: single values of a report's JSON: texts, instants, numbers,
 * decimals, choices, and lists of times and texts.
 *
 * Nobody vouches for them: what is wrong is said with its place.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/report_table.h"
#include "lib/text.h"

#define WHOLE_MAX 1e15 /* up to there a double knows every whole number */

bool
report_read_text(struct report_reader *r, json_t *value, size_t max, char **out)
{
	const char *text = json_string_value(value);

	if (text == NULL)
		return report_wrong(r, "expected a text");
	if (json_string_length(value) > max)
		return report_wrong(r, "longer than %zu bytes", max);
	free(*out);
	*out = mem_text(text);
	return true;
}

/* A date is its first instant in the contract's zone. */
static bool
read_date(const struct report_reader *r, const char *text, int64_t *out)
{
	const char *zone = r->report->facts.zone;
	struct civil_date d;

	if (!civil_date_parse(text, &d))
		return false;
	*out = civil_first_ms(zone, d, 0);
	return true;
}

/* 5, and 5.0 as some programs write it. */
static bool
take_whole(json_t *value, int64_t *out)
{
	double real = json_real_value(value);

	*out = json_integer_value(value);
	if (!report_is(value, JSON_REAL))
		return report_is(value, JSON_INTEGER);
	if (real <= -WHOLE_MAX || real >= WHOLE_MAX)
		return false;
	*out = (int64_t)real;
	return (double)*out == real;
}

bool
report_read_instant(struct report_reader *r, json_t *value, int64_t *out)
{
	const char *text = json_string_value(value);
	int64_t at_ms = 0;
	bool is_whole = take_whole(value, &at_ms);

	if (text != NULL && !civil_read(text, NULL, false, &at_ms) &&
	    !read_date(r, text, &at_ms))
		return report_wrong(r,
		    "expected an instant with its offset "
		    "(2026-03-29T00:30:00Z) or a date, found \"%.60s\"",
		    text);
	if (text == NULL && !is_whole)
		return report_wrong(r, "expected an instant");
	if (at_ms < SLA_BEGIN_MS || at_ms > SLA_END_MS)
		return report_wrong(r, "outside of 1970 to 2069");
	*out = at_ms;
	return true;
}

/* Digits, at most three behind a point, and nothing or a percent sign. */
static bool
parse_decimal(const char *text, int64_t *out)
{
	int64_t value = 0;
	int digits = 0, decimals = -1;

	for (; (*text >= '0' && *text <= '9') || *text == '.'; text++) {
		if (*text == '.') {
			if (decimals >= 0 || digits == 0)
				return false;
			decimals = 0;
			continue;
		}
		if (++digits > 9)
			return false;
		if (decimals < 3 || *text != '0') {
			value = value * 10 + (*text - '0');
			decimals += decimals >= 0;
		}
	}
	if (digits == 0 || decimals > 3)
		return false;
	for (int i = decimals > 0 ? decimals : 0; i < 3; i++)
		value *= 10;
	*out = value;
	text += *text == ' ' && text[1] == '%';
	text += *text == '%';
	return *text == '\0';
}

bool
report_read_decimal(struct report_reader *r, json_t *value, int64_t max,
    int64_t *out)
{
	char text[40];

	if (report_is(value, JSON_STRING))
		text_copy(text, sizeof(text), json_string_value(value));
	else if (report_is(value, JSON_INTEGER))
		text_format(text, sizeof(text), "%lld",
		    (long long)json_integer_value(value));
	else if (report_is(value, JSON_REAL))
		text_format(text, sizeof(text), "%.10g",
		    json_real_value(value));
	else
		return report_wrong(r, "expected a decimal (\"99.95\")");
	if (!parse_decimal(text, out) || *out > max)
		return report_wrong(r,
		    "expected a decimal from 0 to %lld with at most three "
		    "places, found \"%.30s\"",
		    (long long)(max / 1000), text);
	return true;
}

bool
report_read_number(struct report_reader *r, const struct report_field *f,
    json_t *value, int64_t *out)
{
	int64_t n;

	if (!take_whole(value, &n))
		return report_wrong(r, "expected a whole number");
	if (n < f->min || n > f->max)
		return report_wrong(r, "%lld is not within %lld and %lld",
		    (long long)n, (long long)f->min, (long long)f->max);
	*out = n * (f->unit > 0 ? f->unit : 1);
	return true;
}

bool
report_read_choice(struct report_reader *r, const struct report_field *f,
    json_t *value, int *out)
{
	const char *text = json_string_value(value);
	struct text all = { 0 };

	for (int i = 0; text != NULL && f->choices[i] != NULL; i++)
		if (strcmp(f->choices[i], text) == 0) {
			*out = i;
			return true;
		}
	for (int i = 0; f->choices[i] != NULL; i++) {
		text_add(&all, i > 0 ? " or " : "");
		text_add(&all, f->choices[i]);
	}
	report_wrong(r, "expected %s", all.data);
	text_clear(&all);
	return false;
}

static bool
read_interval(struct report_reader *r, json_t *value, struct interval *out)
{
	json_t *from = json_object_get(value, "from");
	json_t *to = json_object_get(value, "to");

	if (json_array_size(value) == 2) {
		from = json_array_get(value, 0);
		to = json_array_get(value, 1);
	} else if (!report_is(value, JSON_OBJECT) ||
	    report_members(value) !=
		(size_t)report_is_given(from) + report_is_given(to)) {
		from = NULL;
	}
	out->to = SLA_END_MS;
	if (!report_is_given(from))
		return report_wrong(r, "expected [from, to]");
	if (!report_read_instant(r, from, &out->from) ||
	    (report_is_given(to) && !report_read_instant(r, to, &out->to)))
		return false;
	if (out->from > out->to)
		return report_wrong(r, "ends before it begins");
	return true;
}

bool
report_want_list(struct report_reader *r, json_t *value, size_t max)
{
	if (!report_is(value, JSON_ARRAY))
		return report_wrong(r, "expected a list");
	if (json_array_size(value) > max)
		return report_wrong(r, "more than %zu", max);
	return true;
}

bool
report_read_set(struct report_reader *r, json_t *value,
    struct interval_set *out)
{
	size_t count = json_array_size(value), i = 0;
	struct interval *items;

	if (!report_want_list(r, value, SLA_ROWS_MAX))
		return false;
	items = mem_alloc((count + 1) * sizeof(*items));
	for (; i < count; i++) {
		size_t mark = report_enter(r, "", i);

		if (!read_interval(r, json_array_get(value, i), &items[i]))
			break;
		report_leave(r, mark);
	}
	interval_set_of(out, items, i);
	free(items);
	return i == count;
}

bool
report_read_texts(struct report_reader *r, json_t *value, size_t max,
    struct sla_texts *out)
{
	bool is_one = report_is(value, JSON_STRING);
	size_t count = is_one ? 1 : json_array_size(value);

	if (!is_one && !report_want_list(r, value, max))
		return false;
	out->items = mem_alloc((count + 1) * sizeof(*out->items));
	for (size_t i = 0; i < count; i++, out->count++)
		if (!report_read_text(r,
			is_one ? value : json_array_get(value, i),
			REPORT_TEXT_MAX, &out->items[i])) {
			free(out->items[i]);
			return false;
		}
	return true;
}
