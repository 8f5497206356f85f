/* Which addresses are everybody's, and which networks hold which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/network.h"

static const struct {
	const char *address;
	bool public;
} addresses[] = {
	{ "0.0.0.0", false },
	{ "0.255.255.255", false },
	{ "1.0.0.0", true },
	{ "9.255.255.255", true },
	{ "10.0.0.0", false },
	{ "10.255.255.255", false },
	{ "11.0.0.0", true },
	{ "100.63.255.255", true },
	{ "100.64.0.0", false },
	{ "100.127.255.255", false },
	{ "100.128.0.0", true },
	{ "127.0.0.1", false },
	{ "127.255.255.255", false },
	{ "128.0.0.0", true },
	{ "169.253.255.255", true },
	{ "169.254.169.254", false },
	{ "169.255.0.0", true },
	{ "172.15.255.255", true },
	{ "172.16.0.0", false },
	{ "172.31.255.255", false },
	{ "172.32.0.0", true },
	{ "192.0.0.170", false },
	{ "192.0.1.0", true },
	{ "192.0.2.1", false },
	{ "192.88.99.1", false },
	{ "192.167.255.255", true },
	{ "192.168.0.1", false },
	{ "192.169.0.0", true },
	{ "198.17.255.255", true },
	{ "198.18.0.1", false },
	{ "198.19.255.255", false },
	{ "198.20.0.0", true },
	{ "198.51.100.7", false },
	{ "203.0.113.7", false },
	{ "223.255.255.255", true },
	{ "224.0.0.1", false },
	{ "240.0.0.1", false },
	{ "255.255.255.255", false },
	{ "::", false },
	{ "::1", false },
	{ "::10.0.0.1", false },
	{ "::ffff:127.0.0.1", false },
	{ "::ffff:169.254.169.254", false },
	{ "::ffff:10.1.2.3", false },
	{ "::ffff:8.8.8.8", true },
	{ "64:ff9b::8.8.8.8", true },
	{ "64:ff9b::10.0.0.1", false },
	{ "64:ff9b::169.254.169.254", false },
	{ "64:ff9b:1::8.8.8.8", false },
	{ "100::1", false },
	{ "1fff:ffff::1", false },
	{ "2000::1", true },
	{ "2001::1", false },
	{ "2001:1ff:ffff::1", false },
	{ "2001:200::1", true },
	{ "2001:db8::1", false },
	{ "2001:4860:4860::8888", true },
	{ "2002:7f00:1::1", false },
	{ "3fff::1", false },
	{ "3fff:1000::1", true },
	{ "4000::1", false },
	{ "fc00::1", false },
	{ "fd00:ec2::254", false },
	{ "fe80::1", false },
	{ "fec0::1", false },
	{ "ff02::1", false },
};

static void
test_public_addresses(void **state)
{
	unsigned char address[16];

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		assert_true(
		    network_address_read(addresses[i].address, address));
		if (network_is_public(address) != addresses[i].public)
			fail_msg("%s", addresses[i].address);
	}
}

static void
test_what_is_a_network(void **state)
{
	static const char too_long[] = "1111:1111:1111:1111:1111:1111:1111:"
				       "1111:1111:1111:1111:1111:1111/8";
	static const char *const good[] = { "10.0.0.0/8", "10.1.2.3",
		"10.1.2.3/32", "0.0.0.0/0", "fd00::/8", "::/0", "::1",
		"::1/128", "192.168.128.0/17" };
	static const char *const bad[] = { "", "/", "/8", "10.0.0.0/",
		"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0.0/ 8",
		"10.0.0.1/8", "10.0.0/8", "192.168.128.0/16", "fd00::/129",
		"fd00::1/64", "[::1]", "localhost", "10.0.0.0/8/8",
		"10.0.0.0/0008", "fe80::1%eth0", too_long };
	struct network n;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!network_read(good[i], &n))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (network_read(bad[i], &n))
			fail_msg("%s", bad[i]);
}

static void
test_what_a_network_holds(void **state)
{
	static const struct {
		const char *network, *address;
		bool holds;
	} cases[] = {
		{ "10.0.0.0/8", "10.255.0.1", true },
		{ "10.0.0.0/8", "11.0.0.1", false },
		{ "10.0.0.0/8", "::ffff:10.0.0.1", true },
		{ "10.0.0.0/8", "64:ff9b::10.0.0.1", true },
		{ "10.128.0.0/9", "10.127.255.255", false },
		{ "10.128.0.0/9", "10.128.0.0", true },
		{ "10.1.2.3", "10.1.2.3", true },
		{ "10.1.2.3", "10.1.2.2", false },
		{ "0.0.0.0/0", "169.254.169.254", true },
		{ "0.0.0.0/0", "::1", false },
		{ "::/0", "fd00::1", true },
		{ "::/0", "10.0.0.1", false },
		{ "::ffff:0:0/96", "10.0.0.1", true },
		{ "fd00:20::/32", "fd00:20::9", true },
		{ "fd00:20::/32", "fd00:21::9", false },
	};
	unsigned char address[16];
	struct network n;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(network_read(cases[i].network, &n));
		assert_true(network_address_read(cases[i].address, address));
		if (network_holds(&n, address) != cases[i].holds)
			fail_msg("%s, %s", cases[i].network, cases[i].address);
	}
}

/* As a socket has it, and as it is shown. */
static void
test_addresses_of_sockets(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr other = { .sa_family = AF_UNIX };
	unsigned char address[16];
	char text[NETWORK_TEXT_MAX];

	(void)state;
	assert_int_equal(inet_pton(AF_INET, "10.1.2.3", &in.sin_addr), 1);
	assert_true(network_address((struct sockaddr *)&in, address));
	network_text(address, text);
	assert_string_equal(text, "10.1.2.3");
	assert_int_equal(inet_pton(AF_INET6, "::ffff:127.0.0.1",
			     &in6.sin6_addr),
	    1);
	assert_true(network_address((struct sockaddr *)&in6, address));
	assert_false(network_is_public(address));
	network_text(address, text);
	assert_string_equal(text, "127.0.0.1");
	assert_int_equal(inet_pton(AF_INET6, "fe80::1", &in6.sin6_addr), 1);
	assert_true(network_address((struct sockaddr *)&in6, address));
	network_text(address, text);
	assert_string_equal(text, "fe80::1");
	assert_false(network_address(&other, address));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_public_addresses),
		cmocka_unit_test(test_what_is_a_network),
		cmocka_unit_test(test_what_a_network_holds),
		cmocka_unit_test(test_addresses_of_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
