/* links_calendar: see links_calendar.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/desk.h"
#include "lib/serve.h"
#include "lib/text.h"
#include "pager/link_token.h"
#include "pager/links_calendar.h"

static const char prefix[] = "/calendar/", suffix[] = ".ics";

static void
refuse(struct serve_request *r, int status, const char *why)
{
	serve_set_header(r, "Cache-Control", "no-store");
	serve_set_header(r, "X-Content-Type-Options", "nosniff");
	serve_answerf(r, status, "text/plain; charset=utf-8", "%s\n", why);
}

/* "cal.person", "aroha", "1": false when it is no address of ours. */
static bool
read_path(const char *secret, const char *path, struct link_token *token)
{
	char text[LINK_TOKEN_MAX];
	size_t length = strlen(path);

	if (strncmp(path, prefix, sizeof(prefix) - 1) != 0 ||
	    length < sizeof(prefix) + sizeof(suffix) ||
	    strcmp(path + length - (sizeof(suffix) - 1), suffix) != 0)
		return false;
	length -= sizeof(prefix) - 1 + sizeof(suffix) - 1;
	if (length >= sizeof(text))
		return false;
	memcpy(text, path + sizeof(prefix) - 1, length);
	text[length] = '\0';
	return link_token_read(secret, text, token) &&
	    strncmp(token->incident, "cal.", 4) == 0;
}

/* NULL: the pager does not say. */
static json_t *
ask(struct desk *desk, const struct link_token *token, bool *ok)
{
	json_t *question = json_pack("{s:s, s:s, s:s, s:s}", "command",
	    "calendar", "kind", token->incident + 4, "name", token->person,
	    "generation", token->intent);
	char *text = json_dumps(question, JSON_COMPACT), *found;
	json_t *answer;

	json_decref(question);
	found = desk_query(desk, text, strlen(text), ok);
	free(text);
	answer = found != NULL ? json_loads(found, 0, NULL) : NULL;
	free(found);
	return answer;
}

void
links_calendar(struct desk *desk, const char *secret, struct serve_request *r)
{
	struct link_token token;
	const char *calendar;
	json_t *answer;
	bool ok = false;

	if (secret == NULL) {
		refuse(r, 503, "The pager is starting. Try again in a moment.");
		return;
	}
	if (!read_path(secret, serve_path(r), &token)) {
		refuse(r, 404, "This address is not valid.");
		return;
	}
	answer = ask(desk, &token, &ok);
	calendar = json_string_value(json_object_get(answer, "calendar"));
	if (ok && calendar != NULL) {
		serve_set_header(r, "Cache-Control", "private, max-age=300");
		serve_set_header(r, "Referrer-Policy", "no-referrer");
		serve_set_header(r, "X-Content-Type-Options", "nosniff");
		serve_answer(r, 200, "text/calendar; charset=utf-8", calendar,
		    strlen(calendar));
	} else if (json_object_get(answer, "active") == NULL &&
	    json_object_get(answer, "error") != NULL && !ok)
		refuse(r, 404, "This address is not valid any more.");
	else
		refuse(r, 503, "The pager is not active here now.");
	json_decref(answer);
}
