#ifndef LIB_STORE_TLS_H
#define LIB_STORE_TLS_H

#include <openssl/ssl.h>

/*
 * store_tls: a session with a Redis behind TLS (1.2 or later), not yet
 * connected.  Its certificate must name the host, a name or an address, and
 * lead to one of the authorities, which are read anew each time: a changed
 * file needs no restart.
 */

#define STORE_WHY 160

/* ca_file: NULL: the system's.  NULL with the reason in why. */
SSL *store_tls(const char *ca_file, const char *host, char why[STORE_WHY]);
/* Why the server is not trusted, or "" when that was not it. */
void store_tls_why(const SSL *, char why[STORE_WHY]);

#endif
