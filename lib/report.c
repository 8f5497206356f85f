/* report: from bytes or facts to a report, and from a report to bytes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/report_table.h"
#include "lib/text.h"

void
report_free(struct report *r)
{
	if (r == NULL)
		return;
	free(r->client);
	free(r->title);
	sla_account_clear(&r->account);
	sla_facts_clear(&r->facts);
	json_decref(r->stated);
	json_decref(r->final);
	free(r);
}

struct report *
report_of(const char *client, const char *title, struct sla_facts *facts,
    char error[REPORT_ERROR])
{
	struct report *r = mem_alloc(sizeof(*r));
	char why[160];

	r->facts = *facts;
	*facts = (struct sla_facts){ 0 };
	r->client = client == NULL ? NULL : mem_text(client);
	r->title = title == NULL ? NULL : mem_text(title);
	if (sla_facts_check(&r->facts, why)) {
		sla_account(&r->facts, &r->account);
		return r;
	}
	text_format(error, REPORT_ERROR, "facts: %s", why);
	report_free(r);
	return NULL;
}

static bool
read_optional(struct report_reader *r, json_t *root, const char *key,
    char **out)
{
	json_t *value = json_object_get(root, key);
	size_t mark = report_enter(r, key, REPORT_NO_INDEX);

	if (report_is_given(value) &&
	    !report_read_text(r, value, REPORT_TEXT_MAX, out))
		return false;
	report_leave(r, mark);
	return true;
}

static bool
check_version(struct report_reader *r, json_t *root)
{
	json_t *version = json_object_get(root, "sunwatch_report");

	if (!report_is(root, JSON_OBJECT))
		return report_wrong(r, "expected an object");
	if (version == NULL)
		return report_wrong(r,
		    "\"sunwatch_report\" is missing: no report");
	if (json_integer_value(version) != REPORT_VERSION)
		return report_wrong(r,
		    "sunwatch_report: this program knows version %d",
		    REPORT_VERSION);
	return true;
}

/* Dates elsewhere are in this zone, so it comes first. */
static bool
read_zone(struct report_reader *r, json_t *facts)
{
	json_t *value = json_object_get(facts, "zone");
	const char *zone = "UTC";

	if (report_is_given(value))
		zone = json_string_value(value);
	if (zone == NULL || strlen(zone) > 63 || !civil_zone_exists(zone)) {
		report_enter(r, "facts.zone", REPORT_NO_INDEX);
		return report_wrong(r, "expected a time zone, Area/Place");
	}
	r->report->facts.zone = mem_text(zone);
	return true;
}

static bool
read_facts(struct report_reader *r, json_t *root)
{
	json_t *facts = json_object_get(root, "facts");

	if (!json_is_object(facts))
		return report_wrong(r,
		    "\"facts\" is missing: nothing can be "
		    "counted");
	if (!read_zone(r, facts))
		return false;
	report_enter(r, "facts", REPORT_NO_INDEX);
	return report_read_object(r, &report_facts_table, facts,
	    &r->report->facts);
}

static bool
read_report(struct report_reader *r, json_t *root)
{
	json_t *figures = json_object_get(root, "figures");
	json_t *final = json_object_get(root, "final");

	if (!check_version(r, root) ||
	    !read_optional(r, root, "client", &r->report->client) ||
	    !read_optional(r, root, "title", &r->report->title) ||
	    !read_facts(r, root))
		return false;
	if (report_is_given(figures))
		r->report->stated = json_incref(figures);
	if (json_is_object(final))
		r->report->final = json_incref(final);
	return true;
}

static json_t *
parse(const char *bytes, size_t length, char error[REPORT_ERROR])
{
	struct text plain = { 0 };
	json_error_t bad;
	json_t *root;

	if (length > REPORT_BYTES_MAX) {
		text_format(error, REPORT_ERROR, "larger than %d MiB",
		    REPORT_BYTES_MAX >> 20);
		return NULL;
	}
	root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &bad);
	if (root == NULL) {
		text_add_plain(&plain, bad.text);
		text_format(error, REPORT_ERROR, "line %d: %s", bad.line,
		    plain.data);
		text_clear(&plain);
	}
	return root;
}

struct report *
report_read(const char *bytes, size_t length, char error[REPORT_ERROR])
{
	json_t *root = parse(bytes, length, error);
	struct report_reader *r;
	struct report *report;
	bool read;

	if (root == NULL)
		return NULL;
	r = mem_alloc(sizeof(*r));
	report = r->report = mem_alloc(sizeof(*report));
	r->error = error;
	error[0] = '\0';
	read = read_report(r, root);
	if (read)
		sla_account(&report->facts, &report->account);
	names_clear(&r->endpoints);
	free(r);
	json_decref(root);
	if (read)
		return report;
	report_free(report);
	return NULL;
}

json_t *
report_facts_json(const struct sla_facts *f)
{
	struct report_writer w = { .facts = f };

	return report_write_object(&w, &report_facts_table, f);
}

json_t *
report_json(const struct report *r)
{

	return json_pack("{s:i, s:s?, s:s?, s:O*, s:o*, s:o, s:o}",
	    "sunwatch_report", REPORT_VERSION, "client", r->client, "title",
	    r->title, "final", r->final, "preliminary_until",
	    r->preliminary_ms == 0 ? NULL : report_instant(r->preliminary_ms),
	    "facts", report_facts_json(&r->facts), "figures",
	    report_figures(r));
}

char *
report_text_of(json_t *json)
{
	char *dump = json_dumps(json, JSON_INDENT(1)), *ours;
	struct text t = { 0 };

	json_decref(json);
	assert(dump != NULL); /* there is memory: nothing else can fail */
	text_add(&t, dump);
	text_add(&t, "\n");
	ours = text_take(&t);
	free(dump);
	return ours;
}
