/* role: see role.h. */
#include <string.h>

#include "console/role.h"
#include "lib/record.h"
#include "lib/text.h"

/* What is not listed is nobody's to do here; of several the mildest. */
static const struct {
	const char *command;
	enum console_role least;
	/* Where this field names the person who asks: this role will do. */
	const char *own;
	enum console_role least_own;
} rules[] = {
	{ "take", CONSOLE_RESPONDER },
	{ "decline", CONSOLE_RESPONDER },
	{ "hand-on", CONSOLE_RESPONDER },
	{ "snooze", CONSOLE_RESPONDER },
	{ "escalate", CONSOLE_RESPONDER },
	{ "note", CONSOLE_RESPONDER },
	{ "resolve", CONSOLE_RESPONDER },
	{ "severity", CONSOLE_LEAD },
	{ "update", CONSOLE_LEAD },
	{ "preview", CONSOLE_LEAD },
	{ "page-test", CONSOLE_LEAD, "for", CONSOLE_VIEWER },
	{ "calendar-renew", CONSOLE_LEAD, "name", CONSOLE_VIEWER },
	{ "override-add", CONSOLE_LEAD, "for", CONSOLE_RESPONDER },
	{ "override-add", CONSOLE_LEAD, "instead", CONSOLE_RESPONDER },
	{ "override-swap", CONSOLE_LEAD, "instead", CONSOLE_RESPONDER },
	{ "override-away", CONSOLE_LEAD, "instead", CONSOLE_RESPONDER },
	{ "override-relieve", CONSOLE_LEAD, "for", CONSOLE_RESPONDER },
	{ "override-relieve", CONSOLE_LEAD, "instead", CONSOLE_RESPONDER },
	{ "override-remove", CONSOLE_LEAD, "own", CONSOLE_RESPONDER },
};
#define RULES (sizeof(rules) / sizeof(rules[0]))

static const char *const words[] = { "viewer", "responder", "lead" };

const char *
role_text(enum console_role role)
{
	return words[role];
}

static enum console_role
least(const json_t *command, const char *person, size_t rule)
{
	const char *own = rules[rule].own == NULL
	    ? NULL
	    : record_string(command, rules[rule].own);

	if (own != NULL && strcmp(own, person) == 0)
		return rules[rule].least_own;
	return rules[rule].least;
}

bool
role_may(const struct person *person, const json_t *command, char why[160])
{
	const char *name = record_string(command, "command");
	enum console_role needed = CONSOLE_LEAD;
	bool is_command = false;

	for (size_t i = 0; name != NULL && i < RULES; i++) {
		enum console_role wants;

		if (strcmp(rules[i].command, name) != 0)
			continue;
		wants = least(command, person->name, i);
		if (person->role >= (int)wants)
			return true;
		if (wants < needed)
			needed = wants;
		is_command = true;
	}
	if (is_command) {
		text_format(why, 160,
		    "This needs the role %s, and yours is %s. Nothing was "
		    "changed.",
		    words[needed], words[person->role]);
		return false;
	}
	text_format(why, 160, "There is no such button. Nothing was changed.");
	return false;
}

bool
role_allows(const struct person *person, const char *command)
{
	for (size_t i = 0; i < RULES; i++)
		if (strcmp(rules[i].command, command) == 0)
			return person->role >= (int)(rules[i].own != NULL
						       ? rules[i].least_own
						       : rules[i].least);
	return false;
}
