/* sign: see sign.h. */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "lib/log.h"
#include "lib/sign.h"

void
sign_hex(const unsigned char *bytes, size_t count, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	hex[2 * count] = '\0';
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
sign_unhex(const char *hex, unsigned char *bytes, size_t count)
{
	if (strlen(hex) != 2 * count)
		return false;
	for (size_t i = 0; i < count; i++) {
		int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

void
sign_sha256(const void *data, size_t length, char hex[SIGN_HEX])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256(data, length, digest);
	sign_hex(digest, sizeof(digest), hex);
}

void
sign_hmac(const char *secret, const void *data, size_t length,
    char hex[SIGN_HEX])
{
	unsigned char digest[SIGN_DIGEST];

	sign_hmac_raw(secret, strlen(secret), data, length, digest);
	sign_hex(digest, sizeof(digest), hex);
}

void
sign_hmac_raw(const void *key, size_t key_length, const void *data,
    size_t length, unsigned char out[SIGN_DIGEST])
{
	unsigned int got = 0;

	if (HMAC(EVP_sha256(), key, (int)key_length, data, length, out, &got) ==
	    NULL)
		fatalx("sign: HMAC failed");
}

void
sign_hmac_sha1(const char *secret, const void *data, size_t length,
    unsigned char out[SIGN_SHA1])
{
	unsigned int got = 0;

	if (HMAC(EVP_sha1(), secret, (int)strlen(secret), data, length, out,
		&got) == NULL)
		fatalx("sign: HMAC failed");
}

/* Both are hashed first, so that not even their lengths show. */
bool
sign_equal(const char *a, const char *b)
{
	unsigned char x[SHA256_DIGEST_LENGTH], y[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)a, strlen(a), x);
	SHA256((const unsigned char *)b, strlen(b), y);
	return CRYPTO_memcmp(x, y, sizeof(x)) == 0;
}

/* Lengths of hashes are no secret, and what stands in them tells nothing. */
bool
sign_equal_hash(const char *a, const char *b)
{
	return strlen(a) == SIGN_HEX - 1 && strlen(b) == SIGN_HEX - 1 &&
	    CRYPTO_memcmp(a, b, SIGN_HEX - 1) == 0;
}

void
sign_random(char *hex, size_t count)
{
	unsigned char bytes[64];
	char digits[2 * sizeof(bytes) + 1];
	size_t done = 0, part;

	while (done < count) {
		if (RAND_bytes(bytes, sizeof(bytes)) != 1)
			fatalx("sign: no randomness");
		sign_hex(bytes, sizeof(bytes), digits);
		part = count - done < 2 * sizeof(bytes) ? count - done
							: 2 * sizeof(bytes);
		memcpy(hex + done, digits, part);
		done += part;
	}
	hex[count] = '\0';
}

uint64_t
sign_random_number(void)
{
	uint64_t n;

	if (RAND_bytes((unsigned char *)&n, sizeof(n)) != 1)
		fatalx("sign: no randomness");
	return n;
}
