/*
 * Single values that say where something is: URLs, hosts, mail addresses.
 *
 * Each says in *why what is wrong, as conf.h describes.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/network.h"
#include "lib/settings_inside.h"

#define URL_LENGTH_MAX 2048
#define HOST_LENGTH_MAX 253
#define MAIL_LENGTH_MAX 254

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
	*why = "expected unix:/path, tcp:host:port or rediss:host:port";
	if (strncmp(text, "unix:/", 6) == 0)
		return strlen(text) - 5 < 108; /* of a socket's name */
	if (strncmp(text, "rediss:", 7) == 0)
		return is_authority(text + 7, strlen(text + 7), true, 1);
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
value_network(const char *text, const char **why)
{
	struct network n;

	*why = "expected a network such as \"10.20.0.0/16\" or "
	       "\"fd00:20::/32\", with no bit set beyond its prefix";
	return network_read(text, &n);
}
