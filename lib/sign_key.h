#ifndef LIB_SIGN_KEY_H
#define LIB_SIGN_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/sign.h"

/*
 * sign_key: Ed25519 keys in PEM, and signatures of 64 bytes, as plain openssl
 * makes and verifies them.
 */

#define SIGN_KEY_SIGNATURE 64
#define SIGN_KEY_PEM_MAX 4096 /* bytes */

struct sign_key;

/* NULL with *why.  A private key can verify, too. */
struct sign_key *sign_key_private(const char *pem, const char **why);
struct sign_key *sign_key_public(const char *pem, const char **why);
void sign_key_free(struct sign_key *);

/* Ends the process if it fails: the key was sound. */
void sign_key_sign(const struct sign_key *, const void *data, size_t length,
    unsigned char out[SIGN_KEY_SIGNATURE]);
bool sign_key_verify(const struct sign_key *, const void *data, size_t length,
    const unsigned char signature[SIGN_KEY_SIGNATURE]);
/* SHA-256 of the public key's DER form, in hex. */
void sign_key_fingerprint(const struct sign_key *, char hex[SIGN_HEX]);
char *sign_key_pem(const struct sign_key *); /* the public one; to be freed */

#endif
