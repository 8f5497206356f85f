/* report_agreed: see the header. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/report_agreed.h"
#include "lib/report_table.h"
#include "lib/sla_text.h"
#include "lib/text.h"

/* What stands beside the text in a record. */
static const char *const beside[] = { "name", "from", "to", "target",
	"coverage_floor", "consent" };

static const char *const periods[] = {
	[SLA_MONTH] = "month",
	[SLA_QUARTER] = "quarter",
	[SLA_YEAR] = "year",
	[SLA_CONTRACT_YEAR] = "contract_year",
};
#define PERIODS (sizeof(periods) / sizeof(periods[0]))

static json_t *
without_defaults(const struct sla_version *v)
{
	struct report_writer w = { 0 };
	struct sla_version plain;
	json_t *all, *same, *value;
	const char *key;

	sla_version_init(&plain);
	all = report_write_object(&w, &report_version_table, v);
	same = report_write_object(&w, &report_version_table, &plain);
	json_object_foreach(same, key, value)
	{
		if (json_equal(value, json_object_get(all, key)))
			json_object_del(all, key);
	}
	json_decref(same);
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		json_object_del(all, beside[i]);
	return all;
}

static void
add_contract(json_t *o, const struct sla_facts *f)
{
	assert(f->period < (int)PERIODS);
	if (f->period != SLA_MONTH)
		json_object_set_new(o, "period",
		    json_string(periods[f->period]));
	if (f->begin_ms != ALWAYS || f->end_ms != NEVER)
		json_object_set_new(o, "contract",
		    json_pack("{s:o, s:o}", "from", report_instant(f->begin_ms),
			"to", report_instant(f->end_ms)));
}

char *
report_agreed_text(const struct sla_facts *f, const struct sla_version *v)
{
	json_t *o = without_defaults(v);
	char *text = NULL;

	add_contract(o, f);
	if (json_object_size(o) > 0)
		text = record_dump(o);
	json_decref(o);
	return text;
}

json_t *
report_agreed_json(const struct sla_facts *f, const struct sla_version *v)
{
	struct report_writer w = { .facts = f };
	json_t *o = report_write_object(&w, &report_version_table, v);

	json_object_set_new(o, "zone", json_string(f->zone));
	json_object_set_new(o, "period", json_string(periods[SLA_MONTH]));
	add_contract(o, f);
	return o;
}

static json_t *
parse(const char *text)
{
	size_t length = strlen(text);

	return length <= REPORT_AGREED_MAX
	    ? json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL)
	    : NULL;
}

static bool
take_period(json_t *value, struct sla_facts *f)
{
	const char *name = json_string_value(value);

	if (value == NULL)
		return true;
	for (size_t i = 0; name != NULL && i < PERIODS; i++)
		if (strcmp(periods[i], name) == 0) {
			f->period = (int)i;
			return true;
		}
	return false;
}

/* A reader that knows zone and period, for what needs them. */
static struct report_reader *
reader_new(const struct sla_facts *f, char error[REPORT_ERROR])
{
	struct report_reader *r = mem_alloc(sizeof(*r));

	r->report = mem_alloc(sizeof(*r->report));
	r->report->facts.zone = f->zone;
	r->report->facts.from_ms = f->from_ms;
	r->report->facts.to_ms = f->to_ms;
	r->error = error;
	error[0] = '\0';
	return r;
}

static void
reader_free(struct report_reader *r)
{
	free(r->report);
	free(r);
}

static bool
take_contract(json_t *value, struct sla_facts *f)
{
	char error[REPORT_ERROR];
	struct report_reader *r;
	json_t *from = json_object_get(value, "from");
	json_t *to = json_object_get(value, "to");
	bool read;

	if (value == NULL)
		return true;
	r = reader_new(f, error);
	read = report_is(value, JSON_OBJECT) &&
	    (!report_is_given(from) ||
		report_read_instant(r, from, &f->begin_ms)) &&
	    (!report_is_given(to) || report_read_instant(r, to, &f->end_ms));
	reader_free(r);
	return read && f->begin_ms < f->end_ms;
}

bool
report_agreed_contract(const char *text, struct sla_facts *f)
{
	json_t *o = parse(text);
	bool read = json_is_object(o) &&
	    take_period(json_object_get(o, "period"), f) &&
	    take_contract(json_object_get(o, "contract"), f) &&
	    (f->period != SLA_CONTRACT_YEAR || f->begin_ms != ALWAYS);

	json_decref(o);
	return read;
}

bool
report_agreed_version(const char *text, const struct sla_facts *f,
    struct sla_version *v, char error[REPORT_ERROR])
{
	struct report_reader *r = reader_new(f, error);
	json_t *o = parse(text);
	bool read = false;

	sla_version_init(v);
	text_copy(error, REPORT_ERROR, "expected an object");
	if (json_is_object(o)) {
		json_object_del(o, "period");
		json_object_del(o, "contract");
		json_object_set_new(o, "target", json_string("0"));
		read = report_read_object(r, &report_version_table, o, v);
	}
	if (!read)
		sla_version_clear(v);
	json_decref(o);
	reader_free(r);
	return read;
}
