/* terminal_text: a page as people read it on a terminal; pure. */
#include <string.h>

#include "lib/text.h"
#include "pager/channel.h"

#define RULE "----------------------------------------------------------------"

static const char *const titles[] = {
	[MESSAGE_CALL] = "PAGE",
	[MESSAGE_TAKEN] = "TAKEN",
	[MESSAGE_RESOLVED] = "RESOLVED",
	[MESSAGE_MEMBER] = "UPDATE",
	[MESSAGE_EXPIRED] = "EXPIRED",
	[MESSAGE_HANDOVER] = "HAND-OVER",
	[MESSAGE_TEST] = "TEST",
	[MESSAGE_UPDATE_DUE] = "UPDATE DUE",
	[MESSAGE_LAST_RESORT] = "LAST RESORT",
	[MESSAGE_DIGEST] = "DIGEST",
	[MESSAGE_ROTA] = "ROTA",
	[MESSAGE_REOPENED] = "REOPENED",
	[MESSAGE_CONTACT] = "CONTACT",
};

static const char *
colour_of(enum message_kind kind)
{
	switch (kind) {
	case MESSAGE_CALL:
	case MESSAGE_EXPIRED:
	case MESSAGE_HANDOVER:
	case MESSAGE_LAST_RESORT:
		return "\033[1;31m";
	case MESSAGE_RESOLVED:
		return "\033[1;32m";
	default:
		return "\033[1m";
	}
}

static void
add_lines(struct text *t, const char *body)
{
	while (*body != '\0') {
		size_t length = strcspn(body, "\n");
		struct text line = { 0 };

		text_add_bytes(&line, body, length);
		text_add(t, "  ");
		text_add_plain(t, line.data);
		text_add(t, "\n");
		text_clear(&line);
		body += length + (body[length] == '\n');
	}
}

char *
terminal_text(const struct message *m, bool colour)
{
	struct text t = { 0 };

	text_add(&t, RULE "\n");
	if (colour)
		text_add(&t, colour_of(m->kind));
	text_addf(&t, "%s for ",
	    (size_t)m->kind < sizeof(titles) / sizeof(titles[0])
		? titles[m->kind]
		: "MESSAGE");
	text_add_plain(&t, m->person);
	if (m->possible_repeat)
		text_add(&t, " [possible repeat]");
	if (m->store_down)
		text_add(&t, " [store is down]");
	text_add(&t, ": ");
	text_add_plain(&t, m->subject);
	if (colour)
		text_add(&t, "\033[0m");
	text_add(&t, "\n");
	if (m->body != NULL)
		add_lines(&t, m->body);
	if (*m->link != '\0' &&
	    (m->body == NULL || strstr(m->body, m->link) == NULL)) {
		text_add(&t, "  Take it: ");
		text_add_plain(&t, m->link);
		text_add(&t, "\n");
	}
	text_addf(&t, "  [");
	text_add_plain(&t, m->intent);
	text_add(&t, "]\n" RULE "\n");
	return text_take(&t);
}
