/* mail_text: see mail_text.h. */
#include <string.h>

#include "lib/mail.h"
#include "lib/text.h"
#include "pager/mail_text.h"

static void
add_ids(struct text *t, const struct mail *m)
{
	const char *domain = strchr(m->from, '@') + 1;
	struct text thread = { 0 };

	text_add(t, "Message-ID: <");
	mail_add_id(t, m->message->intent);
	if (*m->message->incident != '\0') {
		text_add(t, ".");
		mail_add_id(t, m->message->incident);
	}
	text_addf(t, "@%s>\r\n", domain);
	if (*m->message->thread == '\0')
		return;
	mail_add_id(&thread, m->message->thread);
	text_addf(t,
	    "In-Reply-To: <%s@%s>\r\n"
	    "References: <%s@%s>\r\n",
	    thread.data, domain, thread.data, domain);
	text_clear(&thread);
}

static void
add_header(struct text *t, const struct mail *m)
{
	const struct message *message = m->message;
	struct text subject = { 0 };

	if (message->possible_repeat)
		text_add(&subject, "[possible repeat] ");
	if (message->store_down)
		text_add(&subject, "[store is down] ");
	text_add(&subject, message->subject);
	mail_add_date(t, m->date_ms);
	mail_add_mailbox(t, "From", m->sender, m->from);
	mail_add_mailbox(t, "To", message->person, m->to);
	mail_add_text(t, "Subject", subject.data);
	add_ids(t, m);
	mail_add_token(t, "X-Sunwatch-Intent", message->intent);
	mail_add_token(t, "X-Sunwatch-Incident", message->incident);
	if (*message->merge_key != '\0')
		mail_add_text(t, "X-Sunwatch-Merge-Key", message->merge_key);
	mail_end_header(t);
	text_clear(&subject);
}

/* Is the link in the part of the body that goes? */
static bool
has_link(const struct message *m, size_t length)
{
	return memmem(m->body, length, m->link, strlen(m->link)) != NULL;
}

static void
add_notes(struct text *t, const struct message *m, size_t length)
{
	if (length < strlen(m->body))
		mail_add_line(t, "(The rest was too long and is left out.)");
	if (m->possible_repeat) {
		mail_add_line(t, "");
		mail_add_line(t, "You may have had this message before.");
	}
	if (m->store_down) {
		mail_add_line(t, "");
		mail_add_line(t,
		    "The store is down: what you answer is "
		    "heard, but recorded only later.");
	}
	if (*m->link != '\0' && !has_link(m, length)) {
		struct text link = { 0 };

		text_add_plain(&link, m->link);
		mail_add_line(t, "");
		mail_add_line(t, link.data);
		text_clear(&link);
	}
}

char *
mail_text(const struct mail *m, size_t *length, char error[160])
{
	struct text t = { 0 };
	size_t body;

	if (!mail_address_is_good(m->from) || !mail_address_is_good(m->to)) {
		text_format(error, 160, "not an address for mail: \"%s\"",
		    mail_address_is_good(m->from) ? m->to : m->from);
		return NULL;
	}
	body = strnlen(m->message->body, MAIL_BODY_MAX);
	add_header(&t, m);
	mail_add_body(&t, m->message->body, body);
	add_notes(&t, m->message, body);
	*length = t.length;
	return text_take(&t);
}
