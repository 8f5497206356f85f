/*
 * network: the registries of special addresses (IANA) as two tables; see
 * network.h.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "lib/network.h"
#include "lib/text.h"

#define V4_BITS 96 /* before an IPv4 address in its 16 bytes */

static const unsigned char v4_prefix[16] = { [10] = 0xff, [11] = 0xff };
static const unsigned char nat64_prefix[16] = { 0x00, 0x64, 0xff, 0x9b };

/* What is not reached from everywhere: of IPv4 ... */
static const char *const not_public_v4[] = {
	"0.0.0.0/8",       /* this network */
	"10.0.0.0/8",      /* private */
	"100.64.0.0/10",   /* a carrier's own */
	"127.0.0.0/8",     /* loopback */
	"169.254.0.0/16",  /* link-local; clouds' metadata */
	"172.16.0.0/12",   /* private */
	"192.0.0.0/24",    /* protocols */
	"192.0.2.0/24",    /* documentation */
	"192.88.99.0/24",  /* relays of old */
	"192.168.0.0/16",  /* private */
	"198.18.0.0/15",   /* measurements */
	"198.51.100.0/24", /* documentation */
	"203.0.113.0/24",  /* documentation */
	"224.0.0.0/4",     /* multicast */
	"240.0.0.0/4",     /* reserved, and broadcast */
};

/* ... and of IPv6 within 2000::/3; outside of it nothing is. */
static const char *const not_public_v6[] = {
	"2001::/23",     /* protocols, and tunnels of old */
	"2001:db8::/32", /* documentation */
	"2002::/16",     /* tunnels of old, with any address inside */
	"3fff::/20",     /* documentation */
};

static bool
begins_with(const unsigned char *address, const unsigned char *prefix,
    unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(address, prefix, whole) != 0)
		return false;
	return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

static bool
is_v4(const unsigned char *address)
{
	return begins_with(address, v4_prefix, V4_BITS);
}

/* What only wraps an IPv4 address becomes it. */
static void
unwrap(unsigned char *address)
{
	if (begins_with(address, nat64_prefix, V4_BITS))
		memcpy(address, v4_prefix, V4_BITS / 8);
}

bool
network_address(const struct sockaddr *sa, unsigned char out[16])
{
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(out, v4_prefix, V4_BITS / 8);
		memcpy(out + V4_BITS / 8, &in.sin_addr, 4);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(out, &in6.sin6_addr, 16);
		unwrap(out);
		return true;
	}
	return false;
}

bool
network_address_read(const char *text, unsigned char out[16])
{
	memcpy(out, v4_prefix, V4_BITS / 8);
	if (inet_pton(AF_INET, text, out + V4_BITS / 8) == 1)
		return true;
	if (inet_pton(AF_INET6, text, out) != 1)
		return false;
	unwrap(out);
	return true;
}

/* The prefix's length after the slash: digits, no more than max. */
static bool
read_bits(const char *text, unsigned max, unsigned *out)
{
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 3 || text[length] != '\0')
		return false;
	*out = (unsigned)strtoul(text, NULL, 10);
	return *out <= max;
}

static bool
is_zero_beyond(const struct network *n)
{
	for (unsigned bit = n->bits; bit < 128; bit++)
		if (n->address[bit / 8] & (0x80 >> bit % 8))
			return false;
	return true;
}

bool
network_read(const char *text, struct network *n)
{
	char address[NETWORK_TEXT_MAX];
	size_t length = strcspn(text, "/");
	unsigned max;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (!network_address_read(address, n->address))
		return false;
	max = strchr(address, ':') == NULL ? 128 - V4_BITS : 128;
	n->bits = max;
	if (text[length] == '/' && !read_bits(text + length + 1, max, &n->bits))
		return false;
	n->bits += 128 - max;
	return is_zero_beyond(n);
}

bool
network_holds(const struct network *n, const unsigned char address[16])
{
	if (is_v4(address) && n->bits < V4_BITS)
		return false;
	return begins_with(address, n->address, n->bits);
}

static bool
is_in(const unsigned char *address, const char *const *networks, size_t count)
{
	struct network n;

	for (size_t i = 0; i < count; i++)
		if (network_read(networks[i], &n) && network_holds(&n, address))
			return true;
	return false;
}

bool
network_is_public(const unsigned char address[16])
{
	if (is_v4(address))
		return !is_in(address, not_public_v4,
		    sizeof(not_public_v4) / sizeof(not_public_v4[0]));
	return address[0] >> 5 == 1 && /* 2000::/3 */
	    !is_in(address, not_public_v6,
		sizeof(not_public_v6) / sizeof(not_public_v6[0]));
}

void
network_text(const unsigned char address[16], char out[NETWORK_TEXT_MAX])
{
	if (is_v4(address))
		inet_ntop(AF_INET, address + V4_BITS / 8, out,
		    NETWORK_TEXT_MAX);
	else
		inet_ntop(AF_INET6, address, out, NETWORK_TEXT_MAX);
}
