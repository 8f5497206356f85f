/*
 * incident_erase: names of people go from what is old of an incident: who wrote
 * its lines, who was called, who had it.  Within it one name has one word,
 * "erased-1" and so on; the pager and other programs stay.
 */
#include <string.h>

#include "lib/erase.h"
#include "lib/text.h"
#include "pager/incident.h"

#define NAME_ROOM 64

struct erasing {
	struct erase_words words;
	bool is_first; /* only words that are there are looked for */
};

bool
incident_is_program(const char *by)
{
	static const char *const programs[] = { "", "pager", "evaluate",
		"reload", "sunwatch" };

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(by, programs[i]) == 0)
			return true;
	return strncmp(by, "alert:", 6) == 0;
}

static void
look_at(struct erasing *e, char name[NAME_ROOM], bool is_old)
{
	char word[ERASE_WORD];

	if (erase_is_word(name))
		erase_words_keep(&e->words, name);
	else if (!e->is_first && is_old && !incident_is_program(name)) {
		erase_words_give(&e->words, name, word);
		text_copy(name, NAME_ROOM, word);
	}
}

/* Who has it, until when: what is not over is never old. */
static bool
is_old_hold(const struct incident *inc, const struct hold *h, int64_t before_ms)
{
	return (h->to_ms != 0 ? h->to_ms : inc->closed_ms) < before_ms;
}

static void
look_at_all(struct erasing *e, struct incident *inc, int64_t before_ms,
    bool is_over)
{
	for (size_t i = 0; i < inc->hold_count; i++)
		look_at(e, inc->holds[i].person,
		    is_over && is_old_hold(inc, &inc->holds[i], before_ms));
	for (size_t i = 0; i < inc->called_count; i++)
		look_at(e, inc->called[i].person,
		    is_over && inc->called[i].at_ms < before_ms);
	for (size_t i = 0; i < inc->line_count; i++)
		look_at(e, inc->lines[i].by, inc->lines[i].at_ms < before_ms);
}

bool
incident_erase_names(struct incident *inc, int64_t before_ms, bool is_over)
{
	struct erasing e = { .is_first = true };
	bool has_erased;

	look_at_all(&e, inc, before_ms, is_over);
	e.is_first = false;
	look_at_all(&e, inc, before_ms, is_over);
	has_erased = e.words.count > 0;
	erase_words_clear(&e.words);
	return has_erased;
}
