#ifndef PAGER_TWILIO_SIGN_H
#define PAGER_TWILIO_SIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/form.h"

/*
 * twilio_sign: is what came in signed as Twilio signs it?
 *
 * The base64 of an HMAC-SHA1, keyed by the account's token, over the URL as
 * it was called and, of a form, each field's name and value, sorted; what is
 * repeated counts once for each value.  A body that is no form is signed by
 * its SHA-256 in the query ("bodySHA256").  Proxies add and drop default
 * ports, so the URL is good with and without one.
 */

#define TWILIO_SIGNATURE 29 /* with its 0 */
#define TWILIO_URL_MAX 1024 /* bytes of a URL that is looked at */

/* form NULL: there is none. */
void twilio_sign(const char *token, const char *url, const struct form *form,
    char signature[TWILIO_SIGNATURE]);

/* Takes as long whatever is wrong with the signature; NULL is none. */
bool twilio_is_signed(const char *token, const char *url,
    const struct form *form, const char *signature);
bool twilio_body_is_signed(const char *token, const char *url, const void *body,
    size_t length, const char *signature);

#endif
