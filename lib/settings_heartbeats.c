/* settings_heartbeats: see settings_heartbeats.h. */
#include <stddef.h>

#include "lib/settings_fields.h"
#include "lib/settings_heartbeats.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

#define F(member) OF(heartbeat_settings, member)
static const struct conf_field heartbeat_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "was", CONF_NAME, F(was) },
	{ "token_sha256", CONF_STRINGS, F(tokens), .required = true, .min = 1,
	    .max = 2, .check = value_token_hash },
	{ "every", CONF_DURATION, F(every_ms), .required = true, .min = SECOND,
	    .max = 400 * DAY },
	{ "grace", CONF_DURATION, F(grace_ms), .fallback = "5m", .min = SECOND,
	    .max = 30 * DAY },
	{ "longest", CONF_DURATION, F(longest_ms), .min = SECOND,
	    .max = 400 * DAY },
	{ "severity", CONF_CUSTOM, F(severity), .fallback = "S2",
	    .parse = value_severity },
	{ "client", CONF_NAME, F(client_name) },
	{ "ladder", CONF_NAME, F(ladder_name) },
	{ "runbook", CONF_STRING, F(runbook), .check = value_url },
	{ "disabled", CONF_STRING, F(disabled) },
	{ NULL },
};
#undef F
const struct conf_table settings_heartbeat_table = { "a heartbeat",
	PLACED(heartbeat_settings), .fields = heartbeat_fields };

const struct heartbeat_settings *
settings_heartbeat(const struct settings *s, const char *name)
{
	return settings_find(s, KIND_HEARTBEAT, name);
}

void
settings_resolve_heartbeats(struct settings_load *l)
{
	CONF_EACH (struct heartbeat_settings, h, &l->settings->heartbeats) {
		h->client =
		    settings_refer(l, KIND_CLIENT, &h->client_name, &h->place);
		h->ladder =
		    settings_refer(l, KIND_LADDER, &h->ladder_name, &h->place);
		if (h->ladder == NULL)
			h->ladder = l->settings->site.ladder;
	}
}

/* Whose history it carries on: nobody else's, and not of one that is there. */
static void
check_former(struct settings_load *l, const struct heartbeat_settings *h)
{
	const struct conf_place *where =
	    conf_where(&l->reader, &h->was, &h->place);

	if (settings_heartbeat(l->settings, h->was) != NULL)
		conf_complain(l->reader.errors, where,
		    "was: there is a heartbeat \"%s\" now", h->was);
	for (const struct heartbeat_settings *b = l->settings->heartbeats.items;
	     b != h; b++)
		if (text_is_same(b->was, h->was))
			conf_complain(l->reader.errors, where,
			    "was: another heartbeat says that it was \"%s\"",
			    h->was);
}

/* There is a place where they can call in. */
void
settings_check_heartbeats(struct settings_load *l)
{
	const struct settings *s = l->settings;

	CONF_EACH (const struct heartbeat_settings, h, &s->heartbeats)
		if (h->was != NULL)
			check_former(l, h);
	if (s->heartbeats.count > 0 &&
	    !settings_is_written(l, &s->listen_alerts.address))
		conf_complain(l->reader.errors,
		    &((const struct heartbeat_settings *)s->heartbeats.items)
			 ->place,
		    "heartbeats: none can call in: \"listen\" has no "
		    "\"alerts\"");
}
