#ifndef PAGER_LINK_TOKEN_H
#define PAGER_LINK_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * link_token: what stands behind /l/ in a take link.
 *
 * "INC-000042~aroha~i-000000123~" and an HMAC over it: whoever has the link
 * may act for this person on this incident, until it is closed.  Nothing is
 * stored; the secret makes and checks it.
 */

#define LINK_TOKEN_MAX 160 /* with its 0 */
#define LINK_MAC 40        /* hex characters: 160 bits */

struct link_token {
	char incident[24];
	char person[64];
	char intent[24];
};

/* False when a part has a character that may not stand there, or the room
   is too small; out is "" then. */
bool link_token_make(const char *secret, const struct link_token *, char *out,
    size_t room);
/* False when it is not ours, whatever the reason; it is not said which. */
bool
link_token_read(const char *secret, const char *text, struct link_token *out);

#endif
