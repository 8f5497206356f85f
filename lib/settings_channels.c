/* settings_channels: whether ways to people can work at all. */
#include <stdlib.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/fetch.h"
#include "lib/settings_inside.h"
#include "lib/template.h"

#define KEY_MIN 24
#define KEY_MAX 64

/* Who wants one that is reserved was told so. */
static bool
is_offered(enum channel_kind kind)
{
	return kind == CHANNEL_MAIL || kind == CHANNEL_SMS ||
	    kind == CHANNEL_NTFY || kind == CHANNEL_WEBHOOK ||
	    kind == CHANNEL_COMMAND;
}

static void
check_person(struct settings_load *l, const struct person *p)
{
	const struct conf_place *where =
	    conf_where(&l->reader, &p->reach, &p->place);

	CONF_EACH (const struct reach, r, &p->reach) {
		if (!is_offered(r->channel))
			continue;
		if (r->channel == CHANNEL_MAIL &&
		    !settings_is_written(l, &p->email))
			conf_complain(l->reader.errors, where,
			    "reach: mail needs an \"email\"");
		if (r->channel == CHANNEL_NTFY &&
		    !settings_is_written(l, &p->ntfy))
			conf_complain(l->reader.errors, where,
			    "reach: ntfy needs a topic, as \"ntfy\"");
		if (r->channel == CHANNEL_SMS &&
		    !settings_is_written(l, &p->phone))
			conf_complain(l->reader.errors, where,
			    "reach: sms needs a \"phone\"");
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

unsigned char *
settings_webhook_key(const char *secret, size_t *length)
{
	static const char prefix[] = "whsec_";
	unsigned char *key;

	*length = 0;
	if (strncmp(secret, prefix, strlen(prefix)) != 0)
		return NULL;
	key = base64_read(secret + strlen(prefix), length);
	if (key != NULL && *length >= KEY_MIN && *length <= KEY_MAX)
		return key;
	free(key);
	*length = 0;
	return NULL;
}

/* A page's link acts for its person, so it travels like a password. */
static void
check_url(struct settings_load *l, const struct channel_settings *c)
{
	const char *word = settings_channel_word(c->kind), *why;

	if (!settings_is_written(l, &c->url))
		conf_complain(l->reader.errors, &c->place,
		    "the %s channel lacks \"url\"", word);
	else if (c->url != NULL && value_url(c->url, &why) &&
	    !fetch_url_is_safe(c->url))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->url, &c->place),
		    "url: expected https:// for a %s that is not on this "
		    "machine",
		    word);
}

/* What stands in a header line. */
static void
check_token(struct settings_load *l, const struct channel_settings *c)
{
	const char *bad = c->token;

	while (bad != NULL && *bad > ' ' && *bad < 0x7f)
		bad++;
	if (bad != NULL && *bad != '\0')
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->token, &c->place),
		    "token: a character that must not stand in a header");
}

/* secret: &c->secret or &c->old_secret, called so in the tree. */
static void
check_secret(struct settings_load *l, const struct channel_settings *c,
    char *const *secret, const char *called)
{
	unsigned char *key;
	size_t length;

	if (*secret == NULL)
		return;
	key = settings_webhook_key(*secret, &length);
	if (key == NULL)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, secret, &c->place),
		    "%s: expected \"whsec_\" and the base64 of %d to %d "
		    "bytes",
		    called, KEY_MIN, KEY_MAX);
	free(key);
}

static void
check_webhook(struct settings_load *l, const struct channel_settings *c)
{
	char why[TEMPLATE_WHY];

	check_url(l, c);
	check_token(l, c);
	if (c->body != NULL && !template_check(c->body, why))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->body, &c->place), "body: %s",
		    why);
	check_secret(l, c, &c->secret, "secret");
	check_secret(l, c, &c->old_secret, "old_secret");
	if (settings_is_written(l, &c->old_secret) &&
	    !settings_is_written(l, &c->secret))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->old_secret, &c->place),
		    "old_secret: there is no \"secret\" that follows it");
}

/* The topic stands in the message; in the URL it would be taken for one. */
static void
check_ntfy(struct settings_load *l, const struct channel_settings *c)
{
	const char *host = c->url != NULL ? strstr(c->url, "://") : NULL;

	check_url(l, c);
	check_token(l, c);
	if (host != NULL && host[3 + strcspn(host + 3, "/?")] != '\0')
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->url, &c->place),
		    "url: expected the server alone, as in "
		    "\"https://ntfy.example\"");
}

static void
check_mail(struct settings_load *l, const struct channel_settings *c)
{
	const char *why;

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
	if (c->from != NULL && value_phone(c->from, &why))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->from, &c->place),
		    "from: expected a mail address");
}

static void
check_channel(struct settings_load *l, const struct channel_settings *c)
{
	if (c->kind == CHANNEL_COMMAND)
		check_command(l, c);
	if (c->kind == CHANNEL_NTFY)
		check_ntfy(l, c);
	if (c->kind == CHANNEL_WEBHOOK)
		check_webhook(l, c);
	if (c->kind == CHANNEL_SMS)
		settings_check_twilio(l, c);
	if (c->kind == CHANNEL_MAIL)
		check_mail(l, c);
}

void
settings_check_channels(struct settings_load *l)
{
	CONF_EACH (const struct person, p, &l->settings->people)
		check_person(l, p);
	CONF_EACH (const struct channel_settings, c, &l->settings->channels)
		check_channel(l, c);
}
