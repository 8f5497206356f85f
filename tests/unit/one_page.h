#ifndef TESTS_ONE_PAGE_H
#define TESTS_ONE_PAGE_H

/* A page, and a page as a mail; cmocka.h is included before it. */
#include <stdlib.h>
#include <string.h>

#include "lib/mail.h"
#include "pager/mail_text.h"

/* What every channel says of it. */
static inline struct message
one_page(enum channel_kind channel, char *body)
{
	return (struct message){ .intent = "i-000000123",
		.kind = MESSAGE_CALL,
		.channel = channel,
		.person = "aroha",
		.incident = "INC-000042",
		.attempt = 1,
		.link = "https://pager.example/l/abc",
		.subject = "S1 Acme University: learn is down",
		.thread = "INC-000042",
		.body = body };
}

static inline char *
mail_made(const struct mail *m)
{
	char error[160];
	size_t length;
	char *text = mail_text(m, &length, error);

	assert_non_null(text);
	assert_int_equal(length, strlen(text));
	return text;
}

#endif
