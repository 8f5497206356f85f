/* woken_lines: lines of the pager's journal, as far as woken.h wants them. */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/text.h"
#include "pager/woken_parts.h"

/* Later ones stay behind those of the same instant that were there before. */
static void
insert(struct woken_journal *j, int64_t at_ms, json_t *o)
{
	size_t i = j->count++;

	for (; i > 0 && j->lines[i - 1].at_ms > at_ms; i--)
		j->lines[i] = j->lines[i - 1];
	j->lines[i] = (struct woken_line){ .at_ms = at_ms, .o = o };
}

bool
woken_add(struct woken_journal *j, const char *json, size_t length)
{
	json_t *o = json_loadb(json, length, 0, NULL);
	int64_t at_ms = record_int(o, "at_ms", 0);

	if (at_ms <= 0 || record_string(o, "what") == NULL ||
	    j->count == WOKEN_LINES_MAX) {
		json_decref(o);
		return false;
	}
	if (j->count == j->room) {
		j->room = j->room * 2 + 64;
		j->lines = mem_grow(j->lines, j->room * sizeof(*j->lines));
	}
	insert(j, at_ms, o);
	return true;
}

void
woken_clear(struct woken_journal *j)
{
	for (size_t i = 0; i < j->count; i++)
		json_decref(j->lines[i].o);
	free(j->lines);
	*j = (struct woken_journal){ 0 };
}

static bool
begins_with(const char *text, const char *name)
{
	size_t n = strlen(name);

	return strncmp(text, name, n) == 0 &&
	    (text[n] == '\0' || text[n] == ' ');
}

bool
woken_is_of(const char *text, const struct woken_of *of)
{
	return text != NULL &&
	    (begins_with(text, of->name) || begins_with(text, of->was));
}

const char *
woken_new_name(const char *text)
{
	static const char words[] = " is called ";
	const char *found = text != NULL ? strstr(text, words) : NULL;

	return found != NULL ? found + sizeof(words) - 1 : NULL;
}

/* It opens it for this subject, lets that join, or gives it another name. */
static bool
is_of(const char *what, const char *text, const struct woken_of *of)
{
	if (strcmp(what, "renamed") == 0)
		return woken_is_of(text, of) ||
		    woken_is_of(woken_new_name(text), of);
	return woken_is_of(text, of) &&
	    (strcmp(what, "opened") == 0 || strcmp(what, "joined") == 0);
}

bool
woken_about(const char *json, size_t length, const struct woken_of *of,
    struct woken_about *out)
{
	json_t *o = json_loadb(json, length, 0, NULL);
	const char *what = record_string(o, "what");
	const char *text = record_string(o, "text");

	*out = (struct woken_about){ .at_ms = record_int(o, "at_ms", 0) };
	record_text(o, "incident", out->incident, sizeof(out->incident));
	if (what != NULL) {
		out->is_of = is_of(what, text, of);
		out->is_end = strcmp(what, "resolved") == 0;
		if (strcmp(what, "joined storm") == 0)
			record_text(o, "text", out->storm, sizeof(out->storm));
	}
	json_decref(o);
	return what != NULL && out->at_ms > 0;
}
