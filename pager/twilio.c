/*
 * twilio: see twilio.h.
 *
 * A request becomes a command and waits: its struct waiting lives until the
 * command is answered, or until whoever asked has gone; it happens all the
 * same.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/form.h"
#include "lib/log.h"
#include "lib/record.h"
#include "lib/serve.h"
#include "lib/text.h"
#include "pager/link_token.h"
#include "pager/twilio.h"
#include "pager/twilio_outcome.h"
#include "pager/twilio_sign.h"
#include "pager/twiml.h"

#define SAY_DENIED_MS 60000 /* at most one line in this time */

static const char prefix[] = "/twilio/";

/* One request, with what it is about. */
struct call {
	const struct twilio_house *house;
	struct serve_request *request;
	const struct channel_settings *channel;
	char what[16];    /* "status" */
	const char *rest; /* of the path: the token */
	struct form form;
};

struct waiting {
	struct desk *desk;
	struct serve_request *request;
	uint64_t command;
	bool speaks; /* answered by what is to be said */
};

void
twilio_status_url(const struct settings *s, const char *channel,
    const char *token, char *out, size_t room)
{
	if (s->site.links == NULL || token[0] == '\0' ||
	    !text_format(out, room, "%s%s%s/status/%s", s->site.links, prefix,
		channel, token))
		out[0] = '\0';
}

static void
answer_text(struct serve_request *r, int status, const char *text)
{
	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_answerf(r, status, "text/plain; charset=utf-8", "%s\n", text);
}

static void
answer_twiml(struct serve_request *r, const char *text)
{
	char *xml = twiml_message(text);

	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_answer(r, 200, "text/xml; charset=utf-8", xml, strlen(xml));
	free(xml);
}

/* Once a minute is said that somebody who is not known asks. */
static void
say_denied(struct serve_request *r)
{
	static int64_t said_ms;
	int64_t now_ms = clock_now_ms();

	if (now_ms - said_ms < SAY_DENIED_MS && now_ms >= said_ms)
		return;
	said_ms = now_ms;
	log_warnx("twilio: %s turned away: not signed by the channel's account",
	    serve_peer(r));
}

/* The channel of that name that comes by this interface, or NULL. */
static const struct channel_settings *
find_channel(const struct settings *s, const char *name, size_t length)
{
	CONF_EACH (const struct channel_settings, c, &s->channels)
		if (c->kind == CHANNEL_SMS && strlen(c->name) == length &&
		    strncmp(c->name, name, length) == 0)
			return c;
	return NULL;
}

/* "/twilio/sms/status/TOKEN": false when it is no address of ours. */
static bool
read_path(struct call *c)
{
	const char *path = serve_path(c->request) + sizeof(prefix) - 1, *end;
	size_t length = strcspn(path, "/");

	c->channel = find_channel(c->house->settings, path, length);
	if (c->channel == NULL || path[length] != '/')
		return false;
	path += length + 1;
	length = strcspn(path, "/");
	end = path + length;
	c->rest = *end == '/' ? end + 1 : end;
	return text_format(c->what, sizeof(c->what), "%.*s", (int)length, path);
}

/* As it was called from outside, whatever host a proxy gives us. */
static void
called_url(const struct call *c, char url[TWILIO_URL_MAX])
{
	const char *query = serve_query_text(c->request);

	text_format(url, TWILIO_URL_MAX, "%s%s%s%s",
	    c->house->settings->site.links, serve_path(c->request),
	    query[0] != '\0' ? "?" : "", query);
}

/* False: not signed, and answered; nobody hears why. */
static bool
is_proven(struct call *c)
{
	static const char form[] = "application/x-www-form-urlencoded";
	const char *type = serve_header(c->request, "Content-Type");
	const char *signature = serve_header(c->request, "X-Twilio-Signature");
	const char *token = c->channel->token;
	char url[TWILIO_URL_MAX];
	size_t length;
	const char *body = serve_body(c->request, &length);

	if (token == NULL || c->house->settings->site.links == NULL)
		return false;
	called_url(c, url);
	if (type != NULL && strncasecmp(type, form, sizeof(form) - 1) == 0)
		return form_read(body, length, &c->form) &&
		    twilio_is_signed(token, url, &c->form, signature);
	return twilio_body_is_signed(token, url, body, length, signature);
}

/* The commit is made, or refused: now, and not before, it may be said. */
static void
on_answer(void *arg, bool ok, const char *json)
{
	struct waiting *w = arg;
	json_t *o = json_loads(json, 0, NULL);
	const char *said = record_string(o, ok ? "text" : "error");

	CRASH_POINT("pager-before-heard");
	if (record_bool(o, "lost"))
		answer_text(w->request, 503,
		    "not known whether it is recorded");
	else if (!w->speaks)
		answer_text(w->request, 200, ok ? "heard" : "not known");
	else
		answer_twiml(w->request, record_bool(o, "silent") ? "" : said);
	json_decref(o);
	free(w);
}

static void
on_gone(void *arg)
{
	struct waiting *w = arg;

	desk_forget(w->desk, w->command);
	free(w);
}

/* Taken over: the command. */
static void
happen(const struct call *c, json_t *command, enum desk_lane lane, bool speaks)
{
	struct waiting *w = mem_alloc(sizeof(*w));
	char *text = record_dump(command);
	const char *error;

	*w = (struct waiting){ .desk = c->house->desk,
		.request = c->request,
		.speaks = speaks };
	w->command = desk_command_of(w->desk, lane, text, strlen(text),
	    c->channel->name, on_answer, w, &error);
	free(text);
	json_decref(command);
	if (w->command != 0) {
		serve_defer(c->request, on_gone, w);
		return;
	}
	free(w);
	answer_text(c->request, 503, error);
}

static void
hear_status(const struct call *c)
{
	const char *status = form_value(&c->form, "MessageStatus");
	const char *code = form_value(&c->form, "ErrorCode");
	const char *word = twilio_receipt(status, code);
	struct link_token token;
	char detail[120];
	json_t *o;

	if (!link_token_read(c->house->secret, c->rest, &token) ||
	    strncmp(token.incident, "tw.", 3) != 0) {
		answer_text(c->request, 404, "not an address of ours");
		return;
	}
	if (word == NULL) { /* nothing is settled */
		answer_text(c->request, 200, "heard");
		return;
	}
	text_format(detail, sizeof(detail), "%s: %s%s%s", c->channel->name,
	    status, code[0] != '\0' ? " " : "", code);
	o = json_object();
	record_set_text(o, "command", "receipt");
	record_set_text(o, "incident", token.incident + 3);
	record_set_text(o, "person", token.person);
	record_set_text(o, "intent", token.intent);
	record_set_text(o, "channel", settings_channel_word(c->channel->kind));
	record_set_text(o, "word", word);
	json_object_set_new(o, "detail", record_foreign(detail));
	happen(c, o, DESK_PROGRAMS, false);
}

static void
hear_sms(const struct call *c)
{
	json_t *o = json_object();

	record_set_text(o, "command", "reply");
	record_set_text(o, "channel", settings_channel_word(c->channel->kind));
	json_object_set_new(o, "from",
	    record_foreign(form_value(&c->form, "From")));
	json_object_set_new(o, "text",
	    record_foreign(form_value(&c->form, "Body")));
	happen(c, o, DESK_PEOPLE, true);
}

static void
dispatch(const struct call *c)
{
	if (strcmp(c->what, "status") == 0)
		hear_status(c);
	else if (strcmp(c->what, "sms") == 0 && *c->rest == '\0')
		hear_sms(c);
	else
		answer_text(c->request, 404, "not an address of ours");
}

void
twilio_hear(const struct twilio_house *house, struct serve_request *r)
{
	struct call c = { .house = house, .request = r };

	if (house->secret == NULL)
		answer_text(r, 503, "starting");
	else if (!read_path(&c))
		answer_text(r, 404, "not an address of ours");
	else if (!is_proven(&c)) {
		say_denied(r);
		answer_text(r, 403, "not signed");
	} else {
		serve_forgive(r); /* all that a provider says, from few hosts */
		dispatch(&c);
	}
	form_clear(&c.form);
}
