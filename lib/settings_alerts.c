/*
 * settings_alerts: who may raise alerts from outside, and how bad what they
 * say is.
 */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "lib/settings_fields.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

#define WORD_MAX 63 /* bytes of a sender's word for a severity */

#define F(member) OF(alert_source, member)
static const struct conf_field alert_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "key_sha256", CONF_STRINGS, F(keys), .required = true, .min = 1,
	    .max = 2, .check = value_token_hash },
	{ "client", CONF_NAME, F(client_name) },
	{ "ladder", CONF_NAME, F(ladder_name) },
	{ "severity", CONF_CUSTOM, F(severity), .fallback = "S2",
	    .parse = value_severity },
	{ "severities", CONF_STRINGS, F(severities), .min = 1, .max = 32,
	    .check = value_severity_word },
	{ "runbook", CONF_STRING, F(runbook), .check = value_url },
	{ "acknowledges", CONF_BOOL, F(acknowledges), .fallback = "false" },
	{ NULL },
};
#undef F
const struct conf_table settings_alert_table = { "a source of alerts",
	PLACED(alert_source), .fields = alert_fields };

/* What senders say who were told nothing else. */
static const struct {
	const char *word;
	int severity;
} usual[] = {
	{ "critical", 1 },
	{ "fatal", 1 },
	{ "emergency", 1 },
	{ "page", 1 },
	{ "p1", 1 },
	{ "error", 2 },
	{ "major", 2 },
	{ "high", 2 },
	{ "p2", 2 },
	{ "warning", 3 },
	{ "minor", 3 },
	{ "p3", 3 },
	{ "info", 4 },
	{ "none", 4 },
	{ "low", 4 },
	{ "p4", 4 },
	{ "p5", 4 },
};

/* "critical S1": the severity, or 0. */
static int
mapped(const char *text, size_t *word_length)
{
	const char *space = strchr(text, ' ');
	int64_t severity;
	const char *why;

	*word_length = space == NULL ? 0 : (size_t)(space - text);
	if (*word_length == 0 || *word_length > WORD_MAX ||
	    !value_severity(space + 1, &severity, &why))
		return 0;
	return (int)severity;
}

bool
value_severity_word(const char *text, const char **why)
{
	size_t length;

	*why = "expected the sender's word and a severity, as in "
	       "\"critical S1\"";
	return mapped(text, &length) != 0;
}

int
settings_alert_severity(const struct alert_source *source, const char *word)
{
	CONF_EACH (char *const, text, &source->severities) {
		size_t length;
		int severity = mapped(*text, &length);

		if (strlen(word) == length &&
		    strncasecmp(*text, word, length) == 0)
			return severity;
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strcasecmp(usual[i].word, word) == 0)
			return usual[i].severity;
	return (int)source->severity;
}

const struct alert_source *
settings_alert_source(const struct settings *s, const char *name)
{
	return settings_find(s, KIND_ALERT, name);
}

void
settings_resolve_alerts(struct settings_load *l)
{
	struct settings *s = l->settings;

	CONF_EACH (struct alert_source, a, &s->alerts) {
		a->client =
		    settings_refer(l, KIND_CLIENT, &a->client_name, &a->place);
		a->ladder =
		    settings_refer(l, KIND_LADDER, &a->ladder_name, &a->place);
		if (a->ladder == NULL)
			a->ladder = s->site.ladder;
	}
}

static void
check_words(struct settings_load *l, const struct alert_source *a)
{
	char *const *words = a->severities.items;
	size_t length, other;

	for (size_t i = 0; i < a->severities.count; i++)
		for (size_t j = 0; j < i; j++)
			if (mapped(words[i], &length) != 0 &&
			    mapped(words[j], &other) != 0 && length == other &&
			    strncasecmp(words[i], words[j], length) == 0)
				conf_complain(l->reader.errors,
				    conf_where(&l->reader, &words[i],
					&a->place),
				    "severities: \"%.*s\" is said twice",
				    (int)length, words[i]);
}

/* There is a place where they can be sent to. */
void
settings_check_alerts(struct settings_load *l)
{
	const struct settings *s = l->settings;

	CONF_EACH (const struct alert_source, a, &s->alerts)
		check_words(l, a);
	if (s->alerts.count > 0 &&
	    !settings_is_written(l, &s->listen_alerts.address))
		conf_complain(l->reader.errors,
		    &((const struct alert_source *)s->alerts.items)->place,
		    "alerts: nobody can send any: \"listen\" has no "
		    "\"alerts\"");
}
