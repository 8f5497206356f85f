/* settings_twilio: channels by Twilio's interface. */
#include <string.h>

#include "lib/fetch.h"
#include "lib/settings_inside.h"

#define ACCOUNT_MAX 64

/* By mail it is an address, by sms a number: which it has to be is known with
   the channel's kind. */
bool
value_sender(const char *text, const char **why)
{
	return text[0] == '+' && strchr(text, '@') == NULL
	    ? value_phone(text, why)
	    : value_mail(text, why);
}

/* It stands in URLs. */
bool
value_account(const char *text, const char **why)
{
	size_t length = strspn(text,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	*why = "expected up to 64 letters, digits and \"-\"";
	return length > 0 && length <= ACCOUNT_MAX && text[length] == '\0';
}

const char *
settings_twilio_url(const struct channel_settings *c)
{
	return c->url != NULL ? c->url : SETTINGS_TWILIO_URL;
}

static void
check_address(struct settings_load *l, const struct channel_settings *c)
{
	const char *why;

	if (c->url == NULL || !value_url(c->url, &why))
		return;
	if (!fetch_url_is_safe(c->url))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->url, &c->place),
		    "url: expected https:// for a provider that is not on "
		    "this machine");
	else if (strpbrk(c->url, "?#") != NULL)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->url, &c->place),
		    "url: expected what stands before \"/2010-04-01\"");
}

/* Whoever is called answers to it, so it is one number. */
static void
check_from(struct settings_load *l, const struct channel_settings *c)
{
	const char *why;

	if (settings_is_written(l, &c->from) ==
	    settings_is_written(l, &c->messaging_service))
		conf_complain(l->reader.errors, &c->place,
		    "the %s channel needs \"from\" or "
		    "\"messaging_service\", and not both",
		    settings_channel_word(c->kind));
	else if (c->from != NULL && value_mail(c->from, &why))
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->from, &c->place),
		    "from: expected a number such as \"+64211234567\"");
}

void
settings_check_twilio(struct settings_load *l, const struct channel_settings *c)
{
	const char *word = settings_channel_word(c->kind);

	check_address(l, c);
	check_from(l, c);
	if (!settings_is_written(l, &c->account))
		conf_complain(l->reader.errors, &c->place,
		    "the %s channel lacks \"account\"", word);
	if (!settings_is_written(l, &c->token))
		conf_complain(l->reader.errors, &c->place,
		    "the %s channel lacks \"token\"", word);
	if (settings_is_written(l, &c->user) !=
	    settings_is_written(l, &c->secret))
		conf_complain(l->reader.errors, &c->place,
		    "the %s channel needs both \"user\" and \"secret\" (of an "
		    "API key), or neither",
		    word);
}
