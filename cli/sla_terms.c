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

static void
add_value(struct text *t, const json_t *value)
{
	char *dump = value == NULL
	    ? NULL
	    : json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	if (json_is_string(value))
		text_add_plain(t, json_string_value(value));
	else
		text_add_plain(t, dump != NULL ? dump : "not said");
	free(dump);
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
		struct text t = { 0 };

		if ((is_head(key) && before == NULL) ||
		    strcmp(key, "from") == 0 || strcmp(key, "to") == 0 ||
		    strcmp(key, "consent") == 0 ||
		    (other != NULL && json_equal(other, value)))
			continue;
		if (before != NULL) {
			add_value(&t, other);
			text_add(&t, " -> ");
		}
		add_value(&t, value);
		fprintf(c->out, "  %s: %s\n", key, t.data);
		text_clear(&t);
	}
	json_decref(plain);
}
