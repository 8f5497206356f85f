/*
 * channel_sms: text messages by Twilio's interface, and what copies it.
 *
 * What is sent is sms_text.h's, what an answer means twilio_outcome.h's, and
 * what is said of it later twilio.h's.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/channel.h"
#include "pager/poster.h"
#include "pager/sms_text.h"
#include "pager/twilio.h"
#include "pager/twilio_outcome.h"

#define STATUS_URL_MAX 600

struct text_channel {
	struct poster *poster;
	char *name;
	char *from, *service; /* one of them is NULL */
	int64_t validity_ms;
};

static char *
optional(const char *text)
{
	return text != NULL ? mem_text(text) : NULL;
}

static void *
sms_open(struct event_base *base, const struct channel_settings *s)
{
	struct text_channel *c = mem_alloc(sizeof(*c));
	bool has_key = s->user != NULL && s->secret != NULL;
	struct text url = { 0 };

	text_addf(&url, "%s/2010-04-01/Accounts/%s/Messages.json",
	    settings_twilio_url(s), s->account);
	c->poster =
	    poster_new_basic(base, s, url.data, has_key ? s->user : s->account,
		has_key                ? s->secret
		    : s->token != NULL ? s->token
				       : "");
	text_clear(&url);
	c->name = mem_text(s->name);
	c->from = optional(s->from);
	c->service = optional(s->messaging_service);
	c->validity_ms = s->validity_ms;
	return c;
}

static void
sms_close(void *channel)
{
	struct text_channel *c = channel;

	poster_free(c->poster);
	free(c->name);
	free(c->from);
	free(c->service);
	free(c);
}

static void
add_field(struct text *t, const char *name, const char *value)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

	text_addf(t, "%s%s=", t->length > 0 ? "&" : "", name);
	for (; *value != '\0'; value++)
		if (strchr(plain, *value) != NULL)
			text_add_bytes(t, value, 1);
		else
			text_addf(t, "%%%02X", (unsigned char)*value);
}

/* The form; the caller's to free. */
static char *
form_of(const struct text_channel *c, const struct outgoing *out)
{
	char status[STATUS_URL_MAX], validity[24];
	struct text t = { 0 };
	struct sms sms;

	sms_text(out->message, &sms);
	add_field(&t, "To", out->person->phone);
	if (c->service != NULL)
		add_field(&t, "MessagingServiceSid", c->service);
	else if (c->from != NULL)
		add_field(&t, "From", c->from);
	add_field(&t, "Body", sms.text);
	text_format(validity, sizeof(validity), "%" PRId64,
	    c->validity_ms / 1000);
	add_field(&t, "ValidityPeriod", validity);
	twilio_status_url(out->settings, c->name, out->message->token, status,
	    sizeof(status));
	if (status[0] != '\0')
		add_field(&t, "StatusCallback", status);
	return text_take(&t);
}

static void *
sms_send(void *channel, const struct outgoing *out,
    struct channel_answer *answer)
{
	struct text_channel *c = channel;
	struct poster_letter letter = {
		.type = "Content-Type: application/x-www-form-urlencoded",
		.answer_max = TWILIO_ANSWER_MAX,
		.outcome = twilio_outcome,
	};
	void *under_way;
	char *form;

	if (out->person->phone == NULL) {
		answer->sent = SENT_FAILED;
		text_copy(answer->detail, sizeof(answer->detail),
		    "this person has no phone");
		return NULL;
	}
	form = form_of(c, out);
	letter.body = form;
	under_way = poster_send(c->poster, &letter, out->delivery, answer);
	free(form);
	return under_way;
}

const struct channel_driver channel_sms = {
	.name = "sms",
	.open = sms_open,
	.close = sms_close,
	.send = sms_send,
	.cancel = poster_cancel,
};
