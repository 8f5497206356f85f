/* link_form: see link_form.h. */
#include <jansson.h>

#include "console/press.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/link_form.h"

static const struct press_button buttons[] = {
	{ "take", "take", { NULL } },
	{ "decline", "decline", { NULL } },
	{ "hand-on", "hand-on", { press_to, press_note } },
	{ "snooze", "snooze", { press_minutes } },
	{ "escalate", "escalate", { press_note } },
	{ "resolve", "resolve", { press_note } },
	{ NULL },
};

char *
link_form(const char *body, size_t length, const struct link_token *token,
    const struct settings *settings, char error[160])
{
	struct pressed p = { .body = body,
		.length = length,
		.settings = settings,
		.error = error };
	char *text = NULL;

	p.command = json_pack("{s:s, s:s, s:s}", "incident", token->incident,
	    "person", token->person, "intent", token->intent);
	if (p.command == NULL) /* foreign bytes */
		text_format(error, 160,
		    "link: not readable. Nothing was changed.");
	else if (press_read(&p, buttons))
		text = record_dump(p.command);
	json_decref(p.command);
	return text;
}
