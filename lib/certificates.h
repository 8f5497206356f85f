#ifndef LIB_CERTIFICATES_H
#define LIB_CERTIFICATES_H

#include <stddef.h>

struct x509_store_st;

/* certificates: authorities as PEM, from a file or a text, by OpenSSL. */

#define CERTIFICATES_FILE_MAX (1 << 20)
#define CERTIFICATES_WHY 160

/*
 * The certificates of a file, each written anew and nothing else of it: at
 * least one, and at most max bytes.  The caller's to free; NULL with why.
 */
char *
certificates_read(const char *path, size_t max, char why[CERTIFICATES_WHY]);

/* Add those of a text; how many it took, or -1 if one of them is none. */
int certificates_add(struct x509_store_st *, const char *pem);

#endif
