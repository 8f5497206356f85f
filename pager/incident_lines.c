/*
 * The timeline: internal notes, and what clients were told.
 *
 * Each kind has room of its own, and each client among those that are told,
 * so that neither many notes nor many clients push out what somebody read.
 * The oldest goes, it is counted, and whoever reads the rest is told how many
 * there were.  All of them stand in the journal.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/incident.h"

/* So much that each client has its last line, however many they are. */
_Static_assert(INCIDENT_UPDATES_BYTES >
	(INCIDENT_AUDIENCES_MAX + 1) * INCIDENT_LINE_MAX,
    "there is room for the last update of each client");

static void
remove_line(struct incident *inc, size_t i)
{
	struct line *l = &inc->lines[i];

	if (l->public) {
		inc->update_count--;
		inc->update_bytes -= strlen(l->text);
	}
	free(l->text);
	memmove(l, l + 1, (inc->line_count - i - 1) * sizeof(*l));
	inc->line_count--;
}

static struct line *
add_line(struct incident *inc, int64_t at_ms, const char *by, const char *text)
{
	size_t room = strnlen(text, INCIDENT_LINE_MAX) + 1;
	struct line *l;

	inc->lines =
	    mem_grow(inc->lines, (inc->line_count + 1) * sizeof(*inc->lines));
	l = &inc->lines[inc->line_count++];
	*l = (struct line){ .at_ms = at_ms };
	text_copy(l->by, sizeof(l->by), by);
	l->text = mem_alloc(room);
	text_copy(l->text, room, text);
	return l;
}

void
incident_note(struct incident *inc, int64_t at_ms, const char *by,
    const char *text)
{
	size_t oldest = 0;

	(void)add_line(inc, at_ms, by, text);
	if (inc->line_count - inc->update_count <= INCIDENT_NOTES_MAX)
		return;
	while (inc->lines[oldest].public)
		oldest++;
	remove_line(inc, oldest);
	inc->notes_gone++;
}

/* The first public line of this client from this one on, or line_count. */
static size_t
find_update(const struct incident *inc, const char *client, size_t from)
{
	size_t i = from;

	while (i < inc->line_count &&
	    (!inc->lines[i].public ||
		strcmp(inc->lines[i].client, client) != 0))
		i++;
	return i;
}

static void
drop_update(struct incident *inc, size_t i)
{
	const char *client = inc->lines[i].client;

	for (size_t k = 0; k < inc->audience_count; k++)
		if (client[0] == '\0' ||
		    strcmp(inc->audiences[k].client, client) == 0)
			inc->audiences[k].gone++;
	remove_line(inc, i);
}

static void
drop_old_of(struct incident *inc, const char *client)
{
	size_t first = find_update(inc, client, 0), count = 0, i;

	for (i = first; i < inc->line_count;
	     i = find_update(inc, client, i + 1))
		count++;
	for (; count > INCIDENT_UPDATES_MAX; count--) {
		drop_update(inc, first);
		first = find_update(inc, client, first);
	}
}

/* The oldest go first, but the last of each client stays. */
static void
drop_bytes(struct incident *inc)
{
	size_t i = 0;

	while (
	    i < inc->line_count && inc->update_bytes > INCIDENT_UPDATES_BYTES) {
		const struct line *l = &inc->lines[i];

		if (l->public &&
		    find_update(inc, l->client, i + 1) < inc->line_count)
			drop_update(inc, i);
		else
			i++;
	}
}

void
incident_said(struct incident *inc, int64_t at_ms, const char *by,
    enum public_state state, const char *client, const char *text)
{
	struct line *l = add_line(inc, at_ms, by, text);

	l->public = true;
	l->state = state;
	text_copy(l->client, sizeof(l->client), client);
	inc->update_count++;
	inc->update_bytes += strlen(l->text);
}

void
incident_public(struct incident *inc, int64_t at_ms, const char *by,
    enum public_state state, const char *client, const char *text)
{
	incident_said(inc, at_ms, by, state, client, text);
	drop_old_of(inc, client);
	drop_bytes(inc);
}

void
incident_limit_said(struct incident *inc)
{
	drop_old_of(inc, "");
	for (size_t i = 0; i < inc->audience_count; i++)
		drop_old_of(inc, inc->audiences[i].client);
	drop_bytes(inc);
}

size_t
incident_lines_gone(const struct incident *inc)
{
	size_t gone = inc->notes_gone;

	for (size_t i = 0; i < inc->audience_count; i++)
		gone += inc->audiences[i].gone;
	return gone;
}
