/* link_form: see link_form.h. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/http_head.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/link_form.h"

struct form {
	const char *body;
	size_t length;
	const struct settings *settings;
	char *error; /* 160 bytes */
	json_t *command;
};

static bool
refuse(struct form *f, const char *field, const char *why)
{
	text_format(f->error, 160, "%s: %s. Nothing was changed.", field, why);
	return false;
}

static bool
read_note(struct form *f)
{
	char note[LINK_NOTE_MAX + 1], why[64];
	json_t *text;

	if (!http_param_given(f->body, f->length, "note"))
		return true;
	text_format(why, sizeof(why), "longer than %d bytes, or malformed",
	    LINK_NOTE_MAX);
	if (http_param(f->body, f->length, "note", note, sizeof(note)) == NULL)
		return refuse(f, "note", why);
	if ((text = json_string(note)) == NULL)
		return refuse(f, "note", "not UTF-8");
	json_object_set_new(f->command, "note", text);
	return true;
}

static bool
read_to(struct form *f)
{
	char to[64];

	if (!http_param_given(f->body, f->length, "to"))
		return refuse(f, "to", "say to whom");
	if (http_param(f->body, f->length, "to", to, sizeof(to)) == NULL ||
	    settings_person(f->settings, to) == NULL)
		return refuse(f, "to", "not one of the people configured");
	json_object_set_new(f->command, "to", json_string(to));
	return true;
}

static bool
read_minutes(struct form *f)
{
	char text[8], why[64];
	int minutes = 0;

	text_format(why, sizeof(why), "a number from 1 to %d",
	    LINK_MINUTES_MAX);
	if (http_param(f->body, f->length, "minutes", text, sizeof(text)) ==
	    NULL)
		return refuse(f, "minutes", why);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return refuse(f, "minutes", why);
		minutes = minutes * 10 + (*p - '0');
	}
	if (minutes < 1 || minutes > LINK_MINUTES_MAX)
		return refuse(f, "minutes", why);
	json_object_set_new(f->command, "for_ms",
	    json_integer(INT64_C(60000) * minutes));
	return true;
}

static const struct {
	const char *name;
	bool (*read[2])(struct form *);
} buttons[] = {
	{ "take", { NULL, NULL } },
	{ "decline", { NULL, NULL } },
	{ "hand-on", { read_to, read_note } },
	{ "snooze", { read_minutes, NULL } },
	{ "escalate", { read_note, NULL } },
	{ "resolve", { read_note, NULL } },
};

static bool
read_button(struct form *f)
{
	char name[16];

	if (http_param(f->body, f->length, "do", name, sizeof(name)) == NULL)
		name[0] = '\0';
	for (size_t i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++) {
		if (strcmp(buttons[i].name, name) != 0)
			continue;
		json_object_set_new(f->command, "command", json_string(name));
		for (size_t k = 0; k < 2; k++)
			if (buttons[i].read[k] != NULL &&
			    !buttons[i].read[k](f))
				return false;
		return true;
	}
	return refuse(f, "do", "there is no such button");
}

char *
link_form(const char *body, size_t length, const struct link_token *token,
    const struct settings *settings, char error[160])
{
	struct form f = { body, length, settings, error, NULL };
	char *text = NULL;

	f.command = json_pack("{s:s, s:s, s:s}", "incident", token->incident,
	    "person", token->person, "intent", token->intent);
	if (f.command == NULL)
		refuse(&f, "link", "not readable"); /* foreign bytes */
	else if (read_button(&f))
		text = record_dump(f.command);
	json_decref(f.command);
	return text;
}
