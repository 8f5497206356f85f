/*
 * incident_erase: names of people go from a closed incident: who wrote its
 * lines, who was called, who had it.  Within it one name has one word,
 * "erased-1" and so on; the pager and other programs stay.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "pager/incident.h"

#define NAME_ROOM 64
#define WORD "erased-"

struct erasing {
	char (*names)[NAME_ROOM]; /* the n-th becomes erased-(n + 1) */
	size_t count;
};

/* Nobody: what a program did; or it is erased already. */
static bool
is_nobody(const char *name)
{
	static const char *const programs[] = { "", "pager", "reload",
		"sunwatch" };

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(name, programs[i]) == 0)
			return true;
	return strncmp(name, WORD, sizeof(WORD) - 1) == 0;
}

static void
erase(struct erasing *e, char name[NAME_ROOM])
{
	size_t i = 0;

	if (is_nobody(name))
		return;
	while (i < e->count && strcmp(e->names[i], name) != 0)
		i++;
	if (i == e->count) {
		e->names =
		    mem_grow(e->names, (e->count + 1) * sizeof(*e->names));
		text_copy(e->names[e->count++], NAME_ROOM, name);
	}
	text_format(name, NAME_ROOM, WORD "%zu", i + 1);
}

bool
incident_erase_names(struct incident *inc)
{
	struct erasing e = { 0 };

	for (size_t i = 0; i < inc->hold_count; i++)
		erase(&e, inc->holds[i].person);
	for (size_t i = 0; i < inc->called_count; i++)
		erase(&e, inc->called[i].person);
	for (size_t i = 0; i < inc->line_count; i++)
		erase(&e, inc->lines[i].by);
	free(e.names);
	return e.count > 0;
}
