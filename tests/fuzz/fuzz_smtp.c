/*
 * fuzz_smtp: whatever a mail server says, the dialogue ends with a verdict,
 * and is never said to have delivered without a 250 to the message.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <event2/bufferevent.h>
#include <event2/event.h>

#include "lib/fetch_mail.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
talk(struct mail *m, char *lines)
{
	enum smtp_do what = SMTP_WAIT;
	char *line;

	while (what == SMTP_WAIT && (line = strsep(&lines, "\n")) != NULL) {
		what = smtp_line(m, line);
		if (what == SMTP_SECURE) {
			m->secured = true;
			smtp_hello(m);
			what = SMTP_WAIT;
		}
		assert(strlen(m->fetch->error) < FETCH_ERROR_MAX);
	}
	if (what == SMTP_DONE && m->fetch->failure == FETCH_OK)
		assert(m->accepted > 0 && m->fetch->result.status / 100 == 2);
	if (what == SMTP_DONE && m->fetch->failure != FETCH_OK)
		assert(m->fetch->error[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	static struct event_base *base;
	char from[] = "a@b.test", body[] = ".x\r\n", user[] = "u",
	     password[] = "p", *lines;
	struct fetch f = { .mail_from = from,
		.body = body,
		.body_length = 4,
		.failure = FETCH_OURSELVES };
	struct mail m = { .fetch = &f };

	if (length == 0 || length > 65536)
		return 0;
	if (base == NULL)
		base = event_base_new();
	f.user = data[0] & 1 ? user : NULL;
	f.password = data[0] & 1 ? password : NULL;
	m.demanded = data[0] & 2;
	f.mail_to = curl_slist_append(NULL, "c@d.test");
	f.mail_to = curl_slist_append(f.mail_to, "e@f.test");
	m.bev = bufferevent_socket_new(base, -1, 0);
	lines = mem_alloc(length);
	memcpy(lines, data + 1, length - 1);
	talk(&m, lines);
	free(lines);
	bufferevent_free(m.bev);
	curl_slist_free_all(f.mail_to);
	return 0;
}
