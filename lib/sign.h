#ifndef LIB_SIGN_H
#define LIB_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* sign: hashes, tokens and random ids, by OpenSSL. */

#define SIGN_HEX (64 + 1) /* SHA-256 in hex with its 0 */

void sign_sha256(const void *data, size_t length, char hex[SIGN_HEX]);
void sign_hmac(const char *secret, const void *data, size_t length,
    char hex[SIGN_HEX]);
/* The same with a key of bytes, and as bytes. */
#define SIGN_DIGEST 32
void sign_hmac_raw(const void *key, size_t key_length, const void *data,
    size_t length, unsigned char out[SIGN_DIGEST]);
/* Only where another's interface wants it. */
#define SIGN_SHA1 20
void sign_hmac_sha1(const char *secret, const void *data, size_t length,
    unsigned char out[SIGN_SHA1]);
/* So many bytes as hex, with a 0 behind; and back, false: it is no hex. */
void sign_hex(const unsigned char *bytes, size_t count, char *hex);
bool sign_unhex(const char *hex, unsigned char *bytes, size_t count);
/* Equal, in a time that does not depend on where they differ. */
bool sign_equal(const char *a, const char *b);
/* The same for two that are hashes; never, if one is no hash by its length. */
bool sign_equal_hash(const char *a, const char *b);
/* count hex characters of good randomness and a 0; ends the process when
   there is none. */
void sign_random(char *hex, size_t count);
uint64_t sign_random_number(void);

#endif
