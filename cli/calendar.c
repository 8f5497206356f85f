/* sunwatch calendar: where the watches of a person, rota or the team are. */
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "renew", NULL, "make the earlier address worthless" },
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
calendar(struct cli *c, const struct cli_arguments *a)
{
	const char *kind = a->words[0], *name = a->words[1];
	bool renew = cli_value(a, "renew") != NULL;

	if (strcmp(kind, "team") == 0 && name == NULL)
		name = "all";
	if (name == NULL ||
	    (strcmp(kind, "person") != 0 && strcmp(kind, "rota") != 0 &&
		strcmp(kind, "team") != 0))
		return cli_misuse(c, "write person NAME, rota NAME or team");
	return control_run(c,
	    json_pack("{s:s, s:s, s:s}", "command",
		renew ? "calendar-renew" : "calendar-url", "kind", kind, "name",
		name),
	    renew ? cli_value(a, "as") : NULL);
}

const struct cli_command cmd_calendar = {
	.name = "calendar",
	.synopsis = "person NAME|rota NAME|team [--renew]",
	.summary = "Say where watches can be subscribed to as a calendar",
	.options = options,
	.min = 1,
	.max = 2,
	.run = calendar,
};
