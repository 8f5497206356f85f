/*
 * key: what is to be a key, as "sunwatch verify" and the publisher are given
 * one, and what is to be bytes in base64 or hex.  The first byte says which.
 *
 * A key that is taken says who it is and is read again from what it says.
 */
#include "tests/fuzz/fuzz.h"

#include "lib/base64.h"
#include "lib/sign_key.h"

static void
check_key(const struct sign_key *key)
{
	unsigned char signature[SIGN_KEY_SIGNATURE] = { 0 };
	char one[SIGN_HEX], other[SIGN_HEX], *pem = sign_key_pem(key);
	const char *why;
	struct sign_key *again = sign_key_public(pem, &why);

	must(again != NULL);
	sign_key_fingerprint(key, one);
	sign_key_fingerprint(again, other);
	must(strcmp(one, other) == 0);
	(void)sign_key_verify(again, "x", 1, signature);
	sign_key_free(again);
	free(pem);
}

static void
read_key(const char *text, bool private)
{
	const char *why = NULL;
	struct sign_key *key = private ? sign_key_private(text, &why)
				       : sign_key_public(text, &why);
	unsigned char signature[SIGN_KEY_SIGNATURE];

	must((key == NULL) == (why != NULL && why[0] != '\0'));
	if (key == NULL)
		return;
	check_key(key);
	if (private) {
		sign_key_sign(key, text, strlen(text), signature);
		must(sign_key_verify(key, text, strlen(text), signature));
	}
	sign_key_free(key);
}

/* There is one way to write bytes. */
static void
read_base64(const char *text)
{
	struct text again = { 0 };
	size_t length;
	void *bytes = base64_read(text, &length);

	if (bytes == NULL)
		return;
	base64_add(&again, bytes, length);
	must(strcmp(again.data != NULL ? again.data : "", text) == 0);
	text_clear(&again);
	free(bytes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char bytes[SIGN_KEY_SIGNATURE];
	char *text;

	if (size < 1)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	switch (data[0]) {
	case 'p':
	case 's':
		read_key(text, data[0] == 's');
		break;
	case 'b':
		read_base64(text);
		break;
	default:
		(void)sign_unhex(text, bytes, sizeof(bytes));
		break;
	}
	free(text);
	return 0;
}
