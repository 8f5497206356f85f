/* settings_channels: whether ways to people can work at all. */
#include "lib/settings_inside.h"

static void
check_person(struct settings_load *l, const struct person *p)
{
	const struct conf_place *where =
	    conf_where(&l->reader, &p->reach, &p->place);

	CONF_EACH (const struct reach, r, &p->reach) {
		if (r->channel != CHANNEL_MAIL && r->channel != CHANNEL_COMMAND)
			continue;
		if (r->channel == CHANNEL_MAIL &&
		    !settings_is_written(l, &p->email))
			conf_complain(l->reader.errors, where,
			    "reach: mail needs an \"email\"");
		if (settings_channel(l->settings, r->channel) == NULL)
			conf_complain(l->reader.errors, where,
			    "reach: %s is not among the channels",
			    settings_channel_word(r->channel));
	}
}

static void
check_command(struct settings_load *l, const struct channel_settings *c)
{
	char *const *path = c->run.items;

	if (!settings_is_written(l, &c->run))
		conf_complain(l->reader.errors, &c->place,
		    "the command channel lacks \"run\"");
	else if (c->run.count > 0 && **path != '/')
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->run, &c->place),
		    "run: expected an absolute path, not \"%s\"", *path);
}

static void
check_channel(struct settings_load *l, const struct channel_settings *c)
{
	if (c->kind == CHANNEL_COMMAND)
		check_command(l, c);
	if (c->kind != CHANNEL_MAIL)
		return;
	if (!settings_is_written(l, &c->server))
		conf_complain(l->reader.errors, &c->place,
		    "the mail channel lacks \"server\"");
	if (!settings_is_written(l, &c->from))
		conf_complain(l->reader.errors, &c->place,
		    "the mail channel lacks \"from\"");
	if (settings_is_written(l, &c->user) !=
	    settings_is_written(l, &c->password))
		conf_complain(l->reader.errors, &c->place,
		    "the mail channel needs both \"user\" and \"password\", "
		    "or neither");
}

void
settings_check_channels(struct settings_load *l)
{
	CONF_EACH (const struct person, p, &l->settings->people)
		check_person(l, p);
	CONF_EACH (const struct channel_settings, c, &l->settings->channels)
		check_channel(l, c);
}
