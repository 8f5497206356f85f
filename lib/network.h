#ifndef LIB_NETWORK_H
#define LIB_NETWORK_H

#include <stdbool.h>

/*
 * network: which addresses are everybody's, and which are somebody's own.
 *
 * An address is 16 bytes, IPv4 as ::ffff:192.0.2.1; so is what only wraps one
 * (NAT64's 64:ff9b::/96 is judged by the IPv4 address inside).
 */

struct sockaddr;

struct network {
	unsigned char address[16];
	unsigned bits; /* of the 128 that count */
};

#define NETWORK_TEXT_MAX 64

/* False: neither IPv4 nor IPv6. */
bool network_address(const struct sockaddr *, unsigned char out[16]);
/* "192.0.2.1", "2001:db8::1"; no name and no brackets. */
bool network_address_read(const char *text, unsigned char out[16]);
/* "10.0.0.0/8", "fd00::/8", or one address; nothing beyond the prefix. */
bool network_read(const char *text, struct network *);
/* One written as IPv6 holds no IPv4 address, however short its prefix is. */
bool network_holds(const struct network *, const unsigned char address[16]);
/* Reached from everywhere: not private, loopback, link-local, reserved ... */
bool network_is_public(const unsigned char address[16]);
void network_text(const unsigned char address[16], char out[NETWORK_TEXT_MAX]);

#endif
