/* press: see press.h. */
#include <stdlib.h>
#include <string.h>

#include "console/press.h"
#include "lib/http_head.h"
#include "lib/text.h"

static bool
refuse(struct pressed *p, const char *field, const char *why)
{
	text_format(p->error, 160, "%s: %s. Nothing was changed.", field, why);
	return false;
}

static bool
is_given(const struct pressed *p, const char *key)
{
	return http_param_given(p->body, p->length, key);
}

static bool
value(const struct pressed *p, const char *key, char *out, size_t room)
{
	return http_param(p->body, p->length, key, out, room) != NULL;
}

/* A text of at most so many bytes, if there is one. */
static bool
read_words(struct pressed *p, const char *key, size_t most)
{
	char words[PRESS_TEXT_MAX + 1], why[64];
	json_t *text;

	if (!is_given(p, key))
		return true;
	text_format(why, sizeof(why), "longer than %zu bytes, or malformed",
	    most);
	if (!value(p, key, words, most + 1))
		return refuse(p, key, why);
	if ((text = json_string(words)) == NULL)
		return refuse(p, key, "not UTF-8");
	json_object_set_new(p->command, key, text);
	return true;
}

bool
press_note(struct pressed *p)
{
	return read_words(p, "note", PRESS_NOTE_MAX);
}

bool
press_said(struct pressed *p)
{
	return read_words(p, "text", PRESS_TEXT_MAX);
}

bool
press_text(struct pressed *p)
{
	if (!is_given(p, "text"))
		return refuse(p, "text", "say something");
	return press_said(p);
}

bool
press_to(struct pressed *p)
{
	char to[64];

	if (!is_given(p, "to"))
		return refuse(p, "to", "say to whom");
	if (!value(p, "to", to, sizeof(to)) ||
	    settings_person(p->settings, to) == NULL)
		return refuse(p, "to", "not one of the people configured");
	json_object_set_new(p->command, "to", json_string(to));
	return true;
}

/* Digits, at most 15 of them; false: something else, or out of range. */
static bool
read_number(const struct pressed *p, const char *key, int64_t least,
    int64_t most, int64_t *number)
{
	char text[16];

	if (!value(p, key, text, sizeof(text)) || text[0] == '\0' ||
	    strspn(text, "0123456789") != strlen(text))
		return false;
	*number = strtoll(text, NULL, 10);
	return *number >= least && *number <= most;
}

bool
press_minutes(struct pressed *p)
{
	int64_t minutes;
	char why[64];

	text_format(why, sizeof(why), "a number from 1 to %d",
	    PRESS_MINUTES_MAX);
	if (!read_number(p, "minutes", 1, PRESS_MINUTES_MAX, &minutes))
		return refuse(p, "minutes", why);
	json_object_set_new(p->command, "for_ms",
	    json_integer(INT64_C(60000) * minutes));
	return true;
}

bool
press_severity(struct pressed *p)
{
	int64_t severity;

	if (!read_number(p, "severity", 1, 4, &severity))
		return refuse(p, "severity", "a number from 1 to 4");
	json_object_set_new(p->command, "severity", json_integer(severity));
	return true;
}

bool
press_state(struct pressed *p)
{
	char state[24];

	if (!is_given(p, "state"))
		return true;
	if (!value(p, "state", state, sizeof(state)) ||
	    strspn(state, "abcdefghijklmnopqrstuvwxyz") != strlen(state))
		return refuse(p, "state", "there is no such state");
	json_object_set_new(p->command, "state", json_string(state));
	return true;
}

/* In so many minutes, as it is chosen; or the instant that was shown. */
bool
press_next(struct pressed *p)
{
	int64_t number;

	if (is_given(p, "next_ms")) {
		if (!read_number(p, "next_ms", 1, INT64_C(1) << 48, &number))
			return refuse(p, "next_ms", "not an instant");
		json_object_set_new(p->command, "next_ms",
		    json_integer(number));
		return true;
	}
	if (!is_given(p, "next"))
		return true;
	if (!read_number(p, "next", 1, PRESS_NEXT_MAX, &number))
		return refuse(p, "next", "not within 7 days");
	json_object_set_new(p->command, "next_ms",
	    json_integer(p->now_ms + INT64_C(60000) * number));
	return true;
}

bool
press_digest(struct pressed *p)
{
	char digest[65];

	if (!value(p, "digest", digest, sizeof(digest)) ||
	    strlen(digest) != 64 || strspn(digest, "0123456789abcdef") != 64)
		return refuse(p, "digest", "look at the preview first");
	json_object_set_new(p->command, "digest", json_string(digest));
	return true;
}

bool
press_read(struct pressed *p, const struct press_button *buttons)
{
	const size_t most =
	    sizeof(buttons->fields) / sizeof(buttons->fields[0]);
	char name[16];

	if (!value(p, "do", name, sizeof(name)))
		name[0] = '\0';
	for (const struct press_button *b = buttons; b->name != NULL; b++) {
		if (strcmp(b->name, name) != 0)
			continue;
		json_object_set_new(p->command, "command",
		    json_string(b->command));
		for (size_t i = 0; i < most && b->fields[i] != NULL; i++)
			if (!b->fields[i](p))
				return false;
		return true;
	}
	return refuse(p, "do", "there is no such button");
}
