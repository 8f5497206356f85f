#ifndef PAGER_MAIL_TEXT_H
#define PAGER_MAIL_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "pager/duty.h"

/*
 * mail_text: a page as a mail (RFC 5322), byte for byte.
 *
 * Whatever stands in names, subject and body, the header has the lines
 * written here and no others: control characters become \xNN, all that is
 * not plain ASCII is encoded (RFC 2047), the body is quoted-printable.  The
 * Message-ID is the intent's, so that a repeat is the same mail to its
 * reader; all mails of an incident refer to one thread.  No answering
 * machine should reply to them.
 */

#define MAIL_BODY_MAX 65536 /* bytes of message.body used; the rest is cut */

struct mail {
	const struct message *message;
	const char *from;   /* address; its domain names the Message-IDs */
	const char *sender; /* "Kahu LMS Hosting"; may be "" */
	const char *to;     /* address */
	int64_t date_ms;
};

/*
 * The mail with CRLF line ends, the caller's to free; NULL when an address
 * is not good, with the reason in error.
 */
char *mail_text(const struct mail *, size_t *length, char error[160]);

#endif
