#ifndef LIB_SETTINGS_CHANNEL_H
#define LIB_SETTINGS_CHANNEL_H

#include "lib/conf.h"

/* settings_channel: the ways that messages leave by. */

enum channel_kind {
	CHANNEL_TERMINAL,
	CHANNEL_MAIL,
	CHANNEL_SMS,
	CHANNEL_VOICE, /* reserved, refused; so is SLACK */
	CHANNEL_NTFY,
	CHANNEL_SLACK,
	CHANNEL_WEBHOOK,
	CHANNEL_COMMAND,
};

/* Several of one kind are its providers, in written order. */
#define SETTINGS_PROVIDERS_MAX 4

struct channel_settings {
	struct conf_place place;
	enum channel_kind kind;
	char *name;   /* "mail", of the second one "mail-2", unless given */
	char *server; /* mail: smtp://host:port or smtps://host:port */
	char *from;   /* mail: envelope and From: address; sms: a number */
	char *user, *password; /* sms: an API key; NULL: account and token */
	char *ca_file;
	char *file; /* terminal: a file or fifo; NULL: standard output */
	struct conf_list run; /* command: char *: a path and its arguments */
	char *url;            /* webhook, ntfy, sms */
	char *secret;         /* webhook: signs; NULL: nothing does.  sms: the
				 API key's */
	char *old_secret;     /* webhook: signs as well; NULL: none */
	char *token;          /* webhook, ntfy: a bearer's; NULL: none.  sms:
				 the account's, which signs what comes back */
	char *body;           /* webhook: lib/template.h; NULL: none */
	char *account;        /* sms: "AC..." */
	char *messaging_service; /* sms: "MG...", instead of from; or NULL */
	int64_t validity_ms;     /* sms: of no use after that */
	int64_t timeout_ms;
};

/* The lower-case word of a channel. */
const char *settings_channel_word(enum channel_kind);

/* The bytes of a webhook's secret ("whsec_" and base64 of 24 to 64 of them), the
   caller's to free; NULL: it is none. */
unsigned char *settings_webhook_key(const char *secret, size_t *length);

/* By Twilio's interface: Twilio itself, unless its "url" says who else. */
#define SETTINGS_TWILIO_URL "https://api.twilio.com"
const char *settings_twilio_url(const struct channel_settings *);

#endif
