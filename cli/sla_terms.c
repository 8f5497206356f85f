/* sla_terms: see the header. */
#include <stdlib.h>
#include <string.h>

#include "cli/sla_terms.h"
#include "lib/interval.h"
#include "lib/ledger_facts.h"
#include "lib/report_agreed.h"
#include "lib/report_table.h"
#include "lib/sla_text.h"
#include "lib/text.h"

json_t *
sla_terms_json(const struct ledger_agreement *a, int64_t to_ms)
{
	struct sla_facts f = { .zone = a->zone,
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	struct sla_version v;
	json_t *o;

	if (a->more != NULL)
		report_agreed_contract(a->more, &f);
	if (!ledger_version(a, &f, &v))
		return json_object();
	v.to_ms = to_ms;
	o = report_agreed_json(&f, &v);
	if (a->said_ms != 0)
		json_object_set_new(o, "in_settings_since",
		    report_instant(a->said_ms));
	if (a->ended != NULL)
		json_object_set_new(o, "ended", json_string(a->ended));
	sla_version_clear(&v);
	return o;
}

static json_t *
plain_terms(void)
{
	struct sla_facts f = { .zone = (char[]){ "UTC" },
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	struct sla_version v;

	sla_version_init(&v);
	return report_agreed_json(&f, &v);
}

/* What the fields are called to people, and what their values are. */
enum value { PLAIN, SECONDS, PERCENT, DAYS, HOURS, WEIGHTS, CREDITS, SPAN };
static const struct {
	const char *key, *name;
	enum value value;
} words[] = {
	{ "name", "terms", PLAIN },
	{ "target", "guaranteed", PERCENT },
	{ "ended", "ended", PLAIN },
	{ "in_settings_since", "in the settings since", PLAIN },
	{ "period", "counted by the", PLAIN },
	{ "zone", "zone", PLAIN },
	{ "contract", "contract", SPAN },
	{ "coverage_floor", "seen at least, or nothing can be said", PERCENT },
	{ "unknown", "what nobody saw", PLAIN },
	{ "denominator", "a share of the time that is", PLAIN },
	{ "granularity", "counted in units of", PLAIN },
	{ "min_countable_s", "outages count from", SECONDS },
	{ "merge_gap_s", "they are one when apart less than", SECONDS },
	{ "weights", "a second weighs", WEIGHTS },
	{ "endpoint_weights", "a second of single endpoints weighs", WEIGHTS },
	{ "service_hours", "service hours", HOURS },
	{ "notice_s", "maintenance is announced ahead by", SECONDS },
	{ "maintenance_pattern", "maintenance lies in", HOURS },
	{ "maintenance_cap_s", "maintenance a month, at most", SECONDS },
	{ "credits", "credits", CREDITS },
	{ "credit_max", "credit, at most", PERCENT },
	{ "claim_days", "to be claimed within", DAYS },
};
#define WORDS (sizeof(words) / sizeof(words[0]))

static const char *
name_of(const char *key, enum value *value)
{
	for (size_t i = 0; i < WORDS; i++)
		if (strcmp(words[i].key, key) == 0) {
			*value = words[i].value;
			return words[i].name;
		}
	*value = PLAIN;
	return key;
}

static void
add_list(struct text *t, const json_t *list, const char *between)
{
	size_t i;
	json_t *o;

	json_array_foreach(list, i, o)
	{
		text_add(t, i > 0 ? between : "");
		text_add_plain(t,
		    json_is_string(o) ? json_string_value(o) : "...");
	}
}

/* Hours may be a list of texts, or an object of such lists. */
static void
add_hours(struct text *t, const json_t *value)
{
	const char *key;
	json_t *list;

	if (!json_is_object(value)) {
		add_list(t, value, "; ");
		return;
	}
	json_object_foreach((json_t *)(uintptr_t)value, key, list)
	{
		if (json_array_size(list) == 0)
			continue;
		text_addf(t, "%s%s ", t->length > 0 ? "; " : "", key);
		add_list(t, list, ", ");
	}
}

static const char *
string_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "as agreed";
}

static void
add_credits(struct text *t, const json_t *list)
{
	size_t i;
	json_t *o;

	json_array_foreach(list, i, o) text_addf(t, "%sbelow %s %% %s %%",
	    i > 0 ? ", " : "", string_of(o, "below"), string_of(o, "credit"));
}

static void
add_weights(struct text *t, const json_t *value)
{
	size_t i;
	json_t *o;

	if (json_is_object(value))
		text_addf(t, "%s when down, %s when partly",
		    string_of(value, "down"), string_of(value, "partial"));
	json_array_foreach(value, i, o)
	{
		text_add(t, i > 0 ? ", " : "");
		text_add_plain(t, string_of(o, "endpoint"));
		text_addf(t, " %s", string_of(o, "down"));
	}
}

static void
add_number(struct text *t, const json_t *value, enum value kind)
{
	char said[40];
	int64_t n = json_integer_value(value);

	if (kind == DAYS)
		text_addf(t, "%lld days", (long long)n);
	else {
		text_duration(n * 1000, said, sizeof(said));
		text_add(t, n > 0 ? said : "0 s");
	}
}

static void
add_span(struct text *t, const json_t *value)
{
	const json_t *from = json_object_get(value, "from");
	const json_t *to = json_object_get(value, "to");

	if (json_is_string(from))
		text_addf(t, "from %s", json_string_value(from));
	if (json_is_string(to))
		text_addf(t, "%sto %s", t->length > 0 ? " " : "",
		    json_string_value(to));
}

/* The field's value alone; "none" where nothing is said. */
static void
add_value(struct text *out, const json_t *value, enum value kind)
{
	struct text t = { 0 };

	if (json_is_string(value)) {
		text_add_plain(&t, json_string_value(value));
		text_add(&t, kind == PERCENT ? " %" : "");
	} else if (kind == SPAN)
		add_span(&t, value);
	else if (kind == HOURS)
		add_hours(&t, value);
	else if (kind == CREDITS)
		add_credits(&t, value);
	else if (kind == WEIGHTS)
		add_weights(&t, value);
	else if (json_is_integer(value))
		add_number(&t, value, kind);
	text_add(out, t.length > 0 ? t.data : "none");
	text_clear(&t);
}

static bool
is_head(const char *key)
{
	return strcmp(key, "from") == 0 || strcmp(key, "to") == 0 ||
	    strcmp(key, "name") == 0 || strcmp(key, "target") == 0 ||
	    strcmp(key, "ended") == 0 || strcmp(key, "in_settings_since") == 0;
}

void
sla_terms_say(struct cli *c, const json_t *before, const json_t *is)
{
	json_t *plain = before == NULL ? plain_terms() : NULL;
	const json_t *was = before != NULL ? before : plain;
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)is, key, value)
	{
		const json_t *other = json_object_get(was, key);
		enum value kind;
		const char *name = name_of(key, &kind);
		struct text t = { 0 };

		if ((is_head(key) && before == NULL) ||
		    strcmp(key, "from") == 0 || strcmp(key, "to") == 0 ||
		    strcmp(key, "consent") == 0 ||
		    (other != NULL && json_equal(other, value)))
			continue;
		if (before != NULL) {
			add_value(&t, other, kind);
			text_add(&t, " -> ");
		}
		add_value(&t, value, kind);
		fprintf(c->out, "  %s: %s\n", name, t.data);
		text_clear(&t);
	}
	json_decref(plain);
}
