/*
 * alerts_heartbeat: calls of those that call in when they are well.
 *
 *   /heartbeat/TOKEN          it has ended well
 *   /heartbeat/TOKEN/start    a run begins
 *   /heartbeat/TOKEN/finish   it has ended well
 *   /heartbeat/TOKEN/fail     it has failed
 *   /heartbeat/TOKEN/3        it has ended with this exit code; 0 is well
 *
 * GET and POST are the same, since what calls is a line of a crontab with
 * whatever fetches addresses there.  HEAD is what looks without doing.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/sign.h"
#include "pager/alerts_parts.h"
#include "pager/heartbeat.h"

/* All are compared, so that time tells nothing about which. */
static const struct heartbeat_settings *
find(const struct settings *s, const char *token)
{
	const struct heartbeat_settings *found = NULL;
	char hash[SIGN_HEX];

	sign_sha256(token, strlen(token), hash);
	CONF_EACH (const struct heartbeat_settings, h, &s->heartbeats)
		CONF_EACH (char *const, t, &h->tokens)
			if (sign_equal_hash(*t, hash) && found == NULL)
				found = h;
	return found;
}

static json_t *
command_of(const struct heartbeat_settings *h,
    const struct heartbeat_call *call)
{
	return json_pack("{s:s, s:s, s:s, s:i}", "command", "heartbeat",
	    "heartbeat", h->name, "what", heartbeat_word_text(call->word),
	    "code", call->code);
}

static void
set_said(json_t *command, struct serve_request *r)
{
	size_t length;
	const char *body = serve_body(r, &length);
	char *said = heartbeat_said(body, length);

	if (said[0] != '\0')
		json_object_set_new(command, "said", json_string(said));
	free(said);
}

static void
refuse(struct serve_request *r, int status, const char *why)
{
	if (status == 405)
		serve_set_header(r, "Allow", "GET, POST");
	alerts_heartbeat.refused(r, status, why, NULL);
}

/* Who calls, and what is said; NULL: nobody of ours, and it is answered. */
static const struct heartbeat_settings *
caller(struct alerts *a, struct serve_request *r, struct heartbeat_call *call,
    bool *is_known)
{
	const struct heartbeat_settings *h = NULL;
	char token[HEARTBEAT_TOKEN + 1];

	if (heartbeat_path(serve_path(r), token, call, is_known))
		h = find(alerts_settings(a), token);
	if (h == NULL)
		alerts_deny(a, r, &alerts_heartbeat, 404);
	return h;
}

bool
alerts_admit_heartbeat(void *arg, struct serve_request *r)
{
	struct heartbeat_call call;
	bool is_known;

	return caller(arg, r, &call, &is_known) != NULL;
}

void
alerts_on_heartbeat(void *arg, struct serve_request *r)
{
	const struct heartbeat_settings *h;
	struct heartbeat_call call;
	bool is_known = false;
	json_t *command;
	char by[80];

	if ((h = caller(arg, r, &call, &is_known)) == NULL)
		return;
	serve_forgive(r);
	if (serve_is_head(r)) {
		refuse(r, 405, "only GET and POST count");
		return;
	}
	if (!is_known) {
		refuse(r, 404,
		    "expected start, finish, fail or an exit code of 0 to 255");
		return;
	}
	command = command_of(h, &call);
	set_said(command, r);
	text_format(by, sizeof(by), "heartbeat:%s", h->name);
	alerts_ask(arg, r, &alerts_heartbeat, command, by, "");
}
