/* settings_console: see settings_console.h. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/network.h"
#include "lib/settings_fields.h"
#include "lib/settings_inside.h"
#include "lib/sign.h"
#include "lib/text.h"

#define F(member) OF(console_settings, member)
static const struct conf_field console_fields[] = {
	{ "url", CONF_STRING, F(url), .check = value_origin },
	{ "proxy_header", CONF_STRING, F(proxy_header), .check = value_header },
	{ "proxies", CONF_STRINGS, F(proxies), .min = 1, .max = 16,
	    .check = value_proxy },
	{ "idle", CONF_DURATION, F(idle_ms), .fallback = "12h", .min = MINUTE,
	    .max = 30 * DAY },
	{ "longest", CONF_DURATION, F(longest_ms), .fallback = "7d",
	    .min = MINUTE, .max = 30 * DAY },
	{ NULL },
};
#undef F
const struct conf_table settings_console_table = { "the console",
	PLACED(console_settings), .fields = console_fields };

const struct conf_choice settings_roles[] = {
	{ "viewer", CONSOLE_VIEWER },
	{ "responder", CONSOLE_RESPONDER },
	{ "lead", CONSOLE_LEAD },
	{ NULL, 0 },
};

bool
settings_password_read(const char *text, struct console_password *out)
{
	char salt[2 * CONSOLE_SALT + 1], hash[2 * CONSOLE_HASH + 1];
	int used = 0;

	if (sscanf(text, "scrypt:%2u:%2u:%2u:%32[0-9a-f]:%64[0-9a-f]%n",
		&out->log_n, &out->r, &out->p, salt, hash, &used) != 5 ||
	    text[used] != '\0')
		return false;
	return out->log_n >= CONSOLE_LOG_N_MIN &&
	    out->log_n <= CONSOLE_LOG_N_MAX && out->r == CONSOLE_R &&
	    out->p == CONSOLE_P && strlen(salt) == 2 * CONSOLE_SALT &&
	    strlen(hash) == 2 * CONSOLE_HASH &&
	    sign_unhex(salt, out->salt, CONSOLE_SALT) &&
	    sign_unhex(hash, out->hash, CONSOLE_HASH);
}

void
settings_password_write(const struct console_password *p,
    char out[CONSOLE_PASSWORD_TEXT])
{
	char salt[2 * CONSOLE_SALT + 1], hash[2 * CONSOLE_HASH + 1];

	sign_hex(p->salt, CONSOLE_SALT, salt);
	sign_hex(p->hash, CONSOLE_HASH, hash);
	text_format(out, CONSOLE_PASSWORD_TEXT, "scrypt:%u:%u:%u:%s:%s",
	    p->log_n, p->r, p->p, salt, hash);
}

bool
value_password(const char *text, const char **why)
{
	struct console_password p;

	/* A sentence that does not repeat what may be a password. */
	*why = "this is not what \"sunwatch password\" prints";
	return settings_password_read(text, &p);
}

/* Its pages are at the root of a host, and browsers say which. */
bool
value_origin(const char *text, const char **why)
{
	const char *host = strstr(text, "://");

	if (!value_url(text, why))
		return false;
	*why = "expected an address without a path, such as "
	       "https://console.kahu.example";
	return host != NULL && host[3 + strcspn(host + 3, "/?#@")] == '\0';
}

bool
value_header(const char *text, const char **why)
{
	size_t length = strspn(text,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

	*why = "expected the name of a header field, such as X-Remote-User";
	return length > 0 && length <= 63 && text[length] == '\0';
}

bool
value_proxy(const char *text, const char **why)
{
	struct network network;

	*why = "expected a network such as 10.0.0.0/8, or an address";
	return network_read(text, &network);
}

static void
complain(struct settings_load *l, const char *why)
{
	conf_complain(l->reader.errors, &l->settings->console.place, "%s", why);
}

void
settings_check_console(struct settings_load *l)
{
	const struct console_settings *c = &l->settings->console;

	if (settings_is_written(l, &c->proxy_header) !=
	    settings_is_written(l, &c->proxies))
		complain(l,
		    "console: \"proxy_header\" and \"proxies\" go together");
	if (c->idle_ms > c->longest_ms && c->longest_ms > 0)
		complain(l, "console: \"idle\" is longer than \"longest\"");
}
