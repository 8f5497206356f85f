/*
 * What another system says it has changed: a line in the timeline of what is
 * open of that system or of its client, since that is where people look for
 * causes; and in the journal, whatever is open.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_foreign.h"

static const char front[] = "change: ";

static bool
concerns(const struct incident *inc, const struct alert_source *source)
{
	char name[64];

	if (inc->closed_ms != 0 || inc->is_storm)
		return false;
	if (source->client != NULL &&
	    strcmp(inc->client, source->client->name) == 0)
		return true;
	foreign_name(inc->subject, name, sizeof(name));
	return foreign_is(inc->subject) && strcmp(name, source->name) == 0;
}

/* Many changes leave room for what people write. */
static bool
has_room(const struct incident *inc, const char *text, int64_t now_ms)
{
	int count = 0;

	for (size_t i = inc->line_count; i > 0; i--) {
		const struct line *l = &inc->lines[i - 1];

		if (now_ms - l->at_ms >= FOREIGN_NOTE_MS)
			break;
		if (strcmp(l->text, text) == 0)
			return false;
		count += strncmp(l->text, front, sizeof(front) - 1) == 0;
	}
	return count < FOREIGN_CHANGES_MAX;
}

void
foreign_changed(struct request *r, const struct alert_source *source,
    const char *text, const char *details)
{
	struct text line = { 0 };
	size_t shown = 0;

	text_addf(&line, "%s%s", front, text);
	for (size_t length; *details != '\0';
	     details += length + (details[length] == '\n')) {
		length = strcspn(details, "\n");
		text_addf(&line, "; %.*s", (int)length, details);
	}
	duty_journal(r->duty, NULL, r->by, "change", line.data, r->now_ms);
	for (struct incident *inc = r->duty->incidents;
	     inc != NULL && shown < FOREIGN_CHANGED_MAX; inc = inc->hh.next) {
		if (!concerns(inc, source) ||
		    !has_room(inc, line.data, r->now_ms))
			continue;
		incident_note(inc, r->now_ms, r->by, line.data);
		duty_dirty(r->duty, inc);
		shown++;
	}
	text_clear(&line);
}
