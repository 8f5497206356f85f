#ifndef CONSOLE_SCRYPT_H
#define CONSOLE_SCRYPT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/settings_console.h"

/*
 * scrypt: passwords are compared in a thread of its own, one after the other
 * and with less of the processor than who pages, so that nothing else waits.
 *
 * What was accepted is answered once, from the event loop; unless it was
 * forgotten.
 */

#define SCRYPT_WAITING_MAX 32
#define SCRYPT_PASSWORD_MAX 200 /* bytes */

struct event_base;
struct scrypt;

typedef void scrypt_done(void *arg, bool right);

/* NULL: there is no thread to be had. */
struct scrypt *scrypt_new(struct event_base *);
void scrypt_free(struct scrypt *); /* nobody is answered any more */
/* An id to forget it by; 0: too many wait. */
uint64_t scrypt_ask(struct scrypt *, const struct console_password *,
    const char *password, scrypt_done *, void *arg);
void scrypt_forget(struct scrypt *, uint64_t id);

/* What stands in the tree for a password, with a salt of its own; false: it
   cannot be had. */
bool scrypt_write(const char *password, char out[CONSOLE_PASSWORD_TEXT]);

#endif
