#ifndef LIB_MAIL_H
#define LIB_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"

/*
 * mail: the lines of a mail (RFC 5322), one after another, with CRLF.
 *
 * Whatever stands in names, subject and body, the header has the lines that
 * were asked for and no others: control characters become \xNN, all that is
 * not plain ASCII is encoded (RFC 2047), the body is quoted-printable.
 */

#define MAIL_ADDRESS_MAX 254

/* Can this stand in an envelope and a header as it is? */
bool mail_address_is_good(const char *);

/* Header lines.  Addresses have to be good. */
void mail_add_date(struct text *, int64_t at_ms);
/* name: a person's, in words; may be "". */
void mail_add_mailbox(struct text *, const char *header, const char *name,
    const char *address);
void mail_add_text(struct text *, const char *header, const char *value);
/* A value of ours, as mail_add_id() writes it; none when it is "". */
void mail_add_token(struct text *, const char *header, const char *value);
/* No line: a part of a message id; letters, digits, "-", "_". */
void mail_add_id(struct text *, const char *);
/* That no answering machine is to reply, how the body is written, its begin. */
void mail_end_header(struct text *);

void mail_add_line(struct text *, const char *); /* one of the body */
void mail_add_body(struct text *, const char *, size_t length); /* several */

#endif
