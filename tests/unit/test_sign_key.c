/* sign_key: keys that openssl made, and what they sign. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/sign_key.h"
#include "lib/text.h"

/* RFC 8410, section 10.3: a key that everybody knows. */
static const char private_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
static const char public_pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";
/* Of another kind: X25519. */
static const char other_pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";

static void
test_signed_and_verified(void **state)
{
	const char *why = NULL;
	struct sign_key *key = sign_key_private(private_pem, &why);
	struct sign_key *public = sign_key_public(public_pem, &why);
	unsigned char signature[SIGN_KEY_SIGNATURE];
	char *pem, mine[SIGN_HEX], theirs[SIGN_HEX];

	(void)state;
	assert_non_null(key);
	assert_non_null(public);
	sign_key_sign(key, "report", 6, signature);
	assert_true(sign_key_verify(public, "report", 6, signature));
	assert_false(sign_key_verify(public, "Report", 6, signature));
	assert_false(sign_key_verify(public, "report", 5, signature));
	signature[63] ^= 1;
	assert_false(sign_key_verify(public, "report", 6, signature));
	pem = sign_key_pem(key);
	assert_string_equal(pem, public_pem);
	sign_key_fingerprint(key, mine);
	sign_key_fingerprint(public, theirs);
	assert_string_equal(mine, theirs);
	free(pem);
	sign_key_free(key);
	sign_key_free(public);
}

static void
test_what_is_no_key(void **state)
{
	const char *why = NULL;

	(void)state;
	assert_null(sign_key_private("", &why));
	assert_string_equal(why,
	    "it cannot be read as PEM without a passphrase");
	assert_null(sign_key_private(public_pem, &why));
	assert_null(sign_key_public(private_pem, &why));
	assert_null(sign_key_public("-----BEGIN PUBLIC KEY-----\nx\n", &why));
	assert_null(sign_key_public(other_pem, &why));
	assert_string_equal(why, "it is not of Ed25519");
	sign_key_free(NULL);
}

static void
test_hex_and_back(void **state)
{
	unsigned char bytes[3] = { 0x00, 0x9f, 0xff }, back[3];
	char hex[7];

	(void)state;
	sign_hex(bytes, 3, hex);
	assert_string_equal(hex, "009fff");
	assert_true(sign_unhex(hex, back, 3));
	assert_memory_equal(bytes, back, 3);
	assert_false(sign_unhex("009ff", back, 3));
	assert_false(sign_unhex("009ffff", back, 3));
	assert_false(sign_unhex("009fFf", back, 3));
	assert_false(sign_unhex("0g9fff", back, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signed_and_verified),
		cmocka_unit_test(test_what_is_no_key),
		cmocka_unit_test(test_hex_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
