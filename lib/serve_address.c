/*
 * Addresses: where to listen, and under which key connections are counted.
 */
#include <sys/socket.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "lib/serve_parts.h"

/* "192.0.2.7" or "[2001:db8::7]" into "where"; its length, or 0. */
static int
parse_host(char *host, uint16_t port, struct sockaddr_storage *where)
{
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)where;
	struct sockaddr_in *four = (struct sockaddr_in *)where;
	size_t length = strlen(host);

	if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		return inet_pton(AF_INET6, host + 1, &six->sin6_addr) == 1
		    ? (int)sizeof(*six)
		    : 0;
	}
	four->sin_family = AF_INET;
	four->sin_port = htons(port);
	return inet_pton(AF_INET, host, &four->sin_addr) == 1
	    ? (int)sizeof(*four)
	    : 0;
}

int
serve_address_parse(const char *address, struct sockaddr_storage *where)
{
	const char *colon = strrchr(address, ':');
	char host[64];
	size_t digits;
	long port;

	memset(where, 0, sizeof(*where));
	if (colon == NULL || (size_t)(colon - address) >= sizeof(host))
		return 0;
	digits = strspn(colon + 1, "0123456789");
	port = strtol(colon + 1, NULL, 10);
	if (digits == 0 || digits > 5 || colon[1 + digits] != '\0' ||
	    port > 65535)
		return 0;
	memcpy(host, address, (size_t)(colon - address));
	host[colon - address] = '\0';
	return parse_host(host, (uint16_t)port, where);
}

static bool
is_loopback(const unsigned char ip[16], bool four)
{
	static const unsigned char one[16] = { [15] = 1 };

	return four ? ip[0] == 127 : memcmp(ip, one, sizeof(one)) == 0;
}

bool
serve_address_key(const struct sockaddr *from, bool loopback_too,
    unsigned char key[16], char peer[46])
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;
	const struct sockaddr_in *four = (const struct sockaddr_in *)from;
	unsigned char ip[16] = { 0 };

	if (from->sa_family == AF_INET) {
		memcpy(ip, &four->sin_addr, 4);
		inet_ntop(AF_INET, &four->sin_addr, peer, 46);
		memcpy(key, ip, 16);
	} else if (from->sa_family == AF_INET6) {
		memcpy(ip, &six->sin6_addr, 16);
		inet_ntop(AF_INET6, &six->sin6_addr, peer, 46);
		memcpy(key, ip, 8);
		memset(key + 8, 0xff, 8); /* never the key of an IPv4 */
	} else
		return false;
	return loopback_too || !is_loopback(ip, from->sa_family == AF_INET);
}
