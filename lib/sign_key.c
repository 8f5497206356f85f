/* sign_key: see the header. */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "lib/log.h"
#include "lib/sign_key.h"
#include "lib/text.h"

struct sign_key {
	EVP_PKEY *pkey;
};

/* Nobody is there to be asked. */
static int
no_passphrase(char *buffer, int size, int rwflag, void *arg)
{
	(void)buffer;
	(void)size;
	(void)rwflag;
	(void)arg;
	return -1;
}

static struct sign_key *
key_of(EVP_PKEY *pkey, const char **why)
{
	struct sign_key *k;

	ERR_clear_error();
	if (pkey != NULL && EVP_PKEY_get_id(pkey) == EVP_PKEY_ED25519) {
		k = mem_alloc(sizeof(*k));
		k->pkey = pkey;
		return k;
	}
	EVP_PKEY_free(pkey);
	*why = pkey != NULL ? "it is not of Ed25519"
			    : "it cannot be read as PEM without a passphrase";
	return NULL;
}

typedef EVP_PKEY *pem_read(BIO *, EVP_PKEY **, pem_password_cb *, void *);

static struct sign_key *
read_pem(const char *pem, pem_read *read, const char **why)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)strlen(pem));
	EVP_PKEY *pkey =
	    bio == NULL ? NULL : read(bio, NULL, no_passphrase, NULL);

	BIO_free(bio);
	return key_of(pkey, why);
}

struct sign_key *
sign_key_private(const char *pem, const char **why)
{
	return read_pem(pem, PEM_read_bio_PrivateKey, why);
}

struct sign_key *
sign_key_public(const char *pem, const char **why)
{
	return read_pem(pem, PEM_read_bio_PUBKEY, why);
}

void
sign_key_free(struct sign_key *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}

void
sign_key_sign(const struct sign_key *k, const void *data, size_t length,
    unsigned char out[SIGN_KEY_SIGNATURE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t room = SIGN_KEY_SIGNATURE;

	if (ctx == NULL ||
	    EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->pkey) != 1 ||
	    EVP_DigestSign(ctx, out, &room, data, length) != 1 ||
	    room != SIGN_KEY_SIGNATURE)
		fatalx("sign_key: a signature failed");
	EVP_MD_CTX_free(ctx);
}

bool
sign_key_verify(const struct sign_key *k, const void *data, size_t length,
    const unsigned char signature[SIGN_KEY_SIGNATURE])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = ctx != NULL &&
	    EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k->pkey) == 1 &&
	    EVP_DigestVerify(ctx, signature, SIGN_KEY_SIGNATURE, data,
		length) == 1;

	ERR_clear_error();
	EVP_MD_CTX_free(ctx);
	return good;
}

void
sign_key_fingerprint(const struct sign_key *k, char hex[SIGN_HEX])
{
	unsigned char *der = NULL;
	int length = i2d_PUBKEY(k->pkey, &der);

	if (length <= 0)
		fatalx("sign_key: a public key cannot be written");
	sign_sha256(der, (size_t)length, hex);
	OPENSSL_free(der);
}

char *
sign_key_pem(const struct sign_key *k)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct text pem = { 0 };
	char *data;
	long length;

	if (bio == NULL || PEM_write_bio_PUBKEY(bio, k->pkey) != 1)
		fatalx("sign_key: a public key cannot be written");
	length = BIO_get_mem_data(bio, &data);
	text_add_bytes(&pem, data, (size_t)length);
	BIO_free(bio);
	return text_take(&pem);
}
