/*
 * channel_mail: pages by SMTP.
 *
 * 250 is handed over, 4xx and a dead server are failed for now, 5xx is
 * failed for good for this person.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/fetch.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/channel.h"
#include "pager/mail_text.h"

struct mailer {
	struct fetcher *fetcher;
	char *server, *from, *user, *password;
	int64_t timeout_ms;
};

struct sending {
	struct fetch *fetch;
	struct delivery *delivery;
};

static char *
copy(const char *s)
{
	return s != NULL ? mem_text(s) : NULL;
}

static void *
mail_open(struct event_base *base, const struct channel_settings *s)
{
	const struct fetcher_options options = { .ca_file = s->ca_file };
	struct mailer *m = mem_alloc(sizeof(*m));

	*m = (struct mailer){ .fetcher = fetcher_new(base, &options),
		.server = copy(s->server),
		.from = copy(s->from),
		.user = copy(s->user),
		.password = copy(s->password),
		.timeout_ms = s->timeout_ms };
	if (m->fetcher == NULL)
		log_warnx("mail: cannot be set up; check ca_file");
	return m;
}

static void
mail_close(void *channel)
{
	struct mailer *m = channel;

	if (m->fetcher != NULL)
		fetcher_free(m->fetcher);
	free(m->server);
	free(m->from);
	free(m->user);
	free(m->password);
	free(m);
}

static enum sent
sent_of(const struct fetch_result *r)
{
	if (r->failure == FETCH_OK)
		return SENT_HANDED_OVER;
	return r->failure == FETCH_REFUSED ? SENT_FAILED : SENT_FAILED_NOW;
}

static void
on_sent(void *arg, const struct fetch_result *r)
{
	struct sending *s = arg;
	struct channel_answer answer = { .sent = sent_of(r) };
	struct text said = { 0 };

	if (r->failure == FETCH_OK) {
		text_add(&said, "the mail server has it: ");
		text_add_plain(&said, r->body);
	} else
		text_add(&said, r->error);
	text_copy(answer.detail, sizeof(answer.detail), said.data);
	text_clear(&said);
	delivery_done(s->delivery, &answer);
	free(s);
}

static void *
start(const struct mailer *m, const struct outgoing *out, const char *text,
    size_t length)
{
	const char *const to[] = { out->person->email, NULL };
	const struct fetch_request request = {
		.url = m->server,
		.body = text,
		.body_length = length,
		.timeout_ms = m->timeout_ms,
		.mail_from = m->from,
		.mail_to = to,
		.user = m->user,
		.password = m->password,
	};
	struct sending *s = mem_alloc(sizeof(*s));

	s->delivery = out->delivery;
	s->fetch = fetch_start(m->fetcher, &request, on_sent, s);
	if (s->fetch != NULL)
		return s;
	free(s);
	return NULL;
}

static void *
mail_send(void *channel, const struct outgoing *out,
    struct channel_answer *answer)
{
	const struct mailer *m = channel;
	const struct site *site = &out->settings->site;
	struct mail mail = { .message = out->message,
		.from = m->from != NULL ? m->from : "",
		.sender = site->name != NULL ? site->name : "",
		.to = out->person->email != NULL ? out->person->email : "",
		.date_ms = clock_now_ms() };
	size_t length;
	char *text;
	void *sending = NULL;

	answer->sent = SENT_FAILED;
	if ((text = mail_text(&mail, &length, answer->detail)) == NULL)
		return NULL;
	if (m->fetcher != NULL && m->server != NULL)
		sending = start(m, out, text, length);
	if (sending == NULL) {
		answer->sent = SENT_FAILED_NOW;
		text_copy(answer->detail, sizeof(answer->detail),
		    "the mail could not be started");
	}
	free(text);
	return sending;
}

static void
mail_cancel(void *under_way)
{
	struct sending *s = under_way;

	fetch_cancel(s->fetch);
	free(s);
}

const struct channel_driver channel_mail = {
	.name = "mail",
	.open = mail_open,
	.close = mail_close,
	.send = mail_send,
	.cancel = mail_cancel,
};
