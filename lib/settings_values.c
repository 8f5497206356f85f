/*
 * Single values that need more than a type: addresses, days, channels.
 *
 * Each says in *why what is wrong, as conf.h describes.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/settings_inside.h"

#define URL_LENGTH_MAX 2048
#define HOST_LENGTH_MAX 253
#define MAIL_LENGTH_MAX 254

static const struct {
	const char *word;
	enum channel_kind kind;
	const char *refusal; /* NULL: it works */
} channels[] = {
	{ "terminal", CHANNEL_TERMINAL, NULL },
	{ "mail", CHANNEL_MAIL, NULL },
	{ "sms", CHANNEL_SMS, "sms is reserved for a later release" },
	{ "voice", CHANNEL_VOICE, "voice is reserved for a later release" },
	{ "ntfy", CHANNEL_NTFY, "ntfy is reserved for a later release" },
	{ "slack", CHANNEL_SLACK, "slack is reserved for a later release" },
	{ "webhook", CHANNEL_WEBHOOK,
	    "webhook is reserved for a later release" },
	{ "command", CHANNEL_COMMAND,
	    "command is reserved for a later release" },
};
#define CHANNEL_COUNT (sizeof(channels) / sizeof(channels[0]))

const char *
settings_channel_word(enum channel_kind kind)
{
	for (size_t i = 0; i < CHANNEL_COUNT; i++)
		if (channels[i].kind == kind)
			return channels[i].word;
	return "unknown";
}

static bool
is_host(const char *text, size_t length)
{
	if (length == 0 || length > HOST_LENGTH_MAX || text[0] == '.' ||
	    text[0] == '-')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) && text[i] != '.' &&
		    text[i] != '-')
			return false;
	return true;
}

static bool
is_ipv6(const char *text, size_t length)
{
	char address[INET6_ADDRSTRLEN];
	struct in6_addr parsed;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	return inet_pton(AF_INET6, address, &parsed) == 1;
}

static bool
is_port(const char *text, size_t length, long least)
{
	char *end;
	long port;

	if (length == 0 || length > 5 || !isdigit((unsigned char)text[0]))
		return false;
	port = strtol(text, &end, 10);
	return end == text + length && port >= least && port <= 65535;
}

/* "host", "host:port", "[::1]:port"; length is all of it. */
static bool
is_authority(const char *text, size_t length, bool port_needed, long least)
{
	const char *end, *rest;

	if (length > 0 && text[0] == '[') {
		end = memchr(text, ']', length);
		if (end == NULL || !is_ipv6(text + 1, (size_t)(end - text) - 1))
			return false;
		rest = end + 1;
	} else {
		end = memchr(text, ':', length);
		rest = end != NULL ? end : text + length;
		if (!is_host(text, (size_t)(rest - text)))
			return false;
	}
	if (rest == text + length)
		return !port_needed;
	return *rest == ':' &&
	    is_port(rest + 1, (size_t)(text + length - rest) - 1, least);
}

bool
value_url(const char *text, const char **why)
{
	const char *host;
	size_t length;

	*why = "expected a URL that begins with https:// or http://";
	if (strncmp(text, "https://", 8) == 0)
		host = text + 8;
	else if (strncmp(text, "http://", 7) == 0)
		host = text + 7;
	else
		return false;
	*why = "the URL is longer than 2048 bytes";
	if (strlen(text) > URL_LENGTH_MAX)
		return false;
	*why = "the URL contains a character that must be written as %XX";
	for (const char *p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("\"'<>\\^`{|}", *p))
			return false;
	*why = "the URL must not have a #fragment";
	if (strchr(text, '#') != NULL)
		return false;
	length = strcspn(host, "/?");
	*why = "the URL must not hold a user name or password";
	if (memchr(host, '@', length) != NULL)
		return false;
	*why = "the URL's host or port is not valid";
	return is_authority(host, length, false, 1);
}

bool
value_host(const char *text, const char **why)
{
	*why = "expected a host name such as status.acme.example";
	for (const char *p = text; *p != '\0'; p++)
		if (isupper((unsigned char)*p))
			return false;
	return is_host(text, strlen(text));
}

bool
value_mail(const char *text, const char **why)
{
	const char *at = strchr(text, '@');

	*why = "expected a mail address";
	if (at == NULL || at == text || at - text > 64 ||
	    strlen(text) > MAIL_LENGTH_MAX)
		return false;
	for (const char *p = text; p < at; p++)
		if (!isalnum((unsigned char)*p) &&
		    strchr(".!#$%&*+-/=?_~'", *p) == NULL)
			return false;
	return is_host(at + 1, strlen(at + 1));
}

bool
value_phone(const char *text, const char **why)
{
	size_t digits;

	*why = "expected a number such as \"+64211234567\"";
	if (text[0] != '+')
		return false;
	digits = strspn(text + 1, "0123456789");
	return digits >= 6 && digits <= 15 && text[1 + digits] == '\0';
}

bool
value_token_hash(const char *text, const char **why)
{
	*why = "expected 64 hex digits, the SHA-256 of the token";
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

bool
value_day(const char *text, const char **why)
{
	static const char days[][4] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };

	*why = "expected mon, tue, wed, thu, fri, sat or sun";
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (strcmp(days[i], text) == 0)
			return true;
	return false;
}

bool
value_status(const char *text, const char **why)
{
	int low, high, used = 0;

	*why = "expected a status such as 200 or 200-299";
	if (strspn(text, "0123456789-") != strlen(text) || strlen(text) > 7)
		return false;
	if (sscanf(text, "%3d%n", &low, &used) != 1)
		return false;
	high = low;
	if (text[used] == '-') {
		text += used + 1;
		if (sscanf(text, "%3d%n", &high, &used) != 1)
			return false;
	}
	return text[used] == '\0' && low >= 100 && low <= high && high <= 599;
}

bool
value_date(const char *text, const char **why)
{
	struct civil_date date;

	*why = "expected a date such as 2026-12-31";
	return civil_date_parse(text, &date);
}

bool
value_waive(const char *text, const char **why)
{
	char name[64], date[11];
	int used = 0;

	if (sscanf(text, "%63s until %10s%n", name, date, &used) != 2 ||
	    text[used] != '\0' || !value_date(date, why)) {
		*why = "expected who and until when, as in "
		       "\"aroha until 2026-12-31\"";
		return false;
	}
	return true;
}

bool
settings_is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 ||
	    strncmp(address, "[::1]:", 6) == 0;
}

bool
value_listen(const char *text, const char **why)
{
	char host[INET_ADDRSTRLEN];
	struct in_addr parsed;
	size_t length = strcspn(text, ":");

	*why = "expected an address and port such as 127.0.0.1:8443 or "
	       "[::1]:8443";
	if (!is_authority(text, strlen(text), true, 0))
		return false;
	if (text[0] == '[')
		return true;
	if (length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	return inet_pton(AF_INET, host, &parsed) == 1;
}

bool
value_redis(const char *text, const char **why)
{
	*why = "expected unix:/path or tcp:host:port";
	if (strncmp(text, "unix:/", 6) == 0)
		return strlen(text) - 5 < 108; /* of a socket's name */
	return strncmp(text, "tcp:", 4) == 0 &&
	    is_authority(text + 4, strlen(text + 4), true, 1);
}

bool
value_smtp(const char *text, const char **why)
{
	const char *host;

	*why = "expected smtp://host:port or smtps://host:port";
	if (strncmp(text, "smtps://", 8) == 0)
		host = text + 8;
	else if (strncmp(text, "smtp://", 7) == 0)
		host = text + 7;
	else
		return false;
	return is_authority(host, strlen(host), false, 1);
}

bool
value_include(const char *text, const char **why)
{
	*why = "expected a file, or a pattern such as \"clients.d/*.yaml\"";
	return text[0] != '\0';
}

bool
value_method(const char *text, const char **why)
{
	*why = "expected get or head";
	return strcmp(text, "get") == 0 || strcmp(text, "head") == 0;
}

bool
value_name(const char *text, const char **why)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-");

	*why = "expected a name of a-z, 0-9, \".\" and \"-\"";
	return length > 0 && length <= 63 && text[length] == '\0' &&
	    isalnum((unsigned char)text[0]);
}

bool
value_call(const char *text, const char **why)
{
	const char *name = NULL;

	if (strncmp(text, "rota ", 5) == 0)
		name = text + 5;
	else if (strncmp(text, "person ", 7) == 0)
		name = text + 7;
	if (name != NULL && value_name(name, why))
		return true;
	*why = "expected whom to call, as in \"rota support\" or "
	       "\"person moana\"";
	return false;
}

/* Several lines are welcome, other control characters are not. */
bool
value_notes(const char *text, const char **why)
{
	*why = "the text contains control characters";
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' &&
			*text != '\t') ||
		    *text == 0x7f)
			return false;
	return true;
}

bool
value_language(const char *text, const char **why)
{
	size_t length = strlen(text);

	*why = "expected a language such as en or mi-NZ";
	if (length < 2 || length > 11 || !islower((unsigned char)text[0]) ||
	    !islower((unsigned char)text[1]))
		return false;
	for (const char *p = text + 2; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && *p != '-')
			return false;
	return true;
}

bool
value_channel(const char *text, void *member, const char **why)
{
	enum channel_kind *kind = member;

	for (size_t i = 0; i < CHANNEL_COUNT; i++)
		if (strcmp(text, channels[i].word) == 0) {
			*kind = channels[i].kind;
			*why = channels[i].refusal;
			return channels[i].refusal == NULL;
		}
	*why = "expected terminal or mail";
	return false;
}

/* "mail", "mail 90s". */
bool
value_reach(const char *text, void *into, const char **why)
{
	static const char form[] =
	    "expected a channel and a delay, as in \"mail 30s\"";
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "s", 1000 }, { "m", 60000 }, { "h", 3600000 } };
	struct reach *reach = into;
	char word[16];
	int used = 0, digits;
	long n;

	*why = form;
	if (sscanf(text, "%15[a-z]%n", word, &used) != 1)
		return false;
	text += used;
	if (!value_channel(word, &reach->channel, why))
		return false;
	if (*text == '\0')
		return true;
	*why = form;
	used = 0;
	if (sscanf(text, " %n%4ld%n", &digits, &n, &used) != 1 ||
	    !isdigit((unsigned char)text[digits]) || text[0] != ' ')
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(text + used, units[i].unit) == 0) {
			reach->delay_ms = n * units[i].ms;
			*why = "the delay is longer than 1h";
			return reach->delay_ms <= 3600000;
		}
	return false;
}

bool
value_severity(const char *text, void *member, const char **why)
{
	int64_t *severity = member;

	*why = "expected S1, S2, S3 or S4";
	if (text[0] == 'S')
		text++;
	if (text[0] < '1' || text[0] > '4' || text[1] != '\0')
		return false;
	*severity = text[0] - '0';
	return true;
}
