/* sunwatch open: an incident that no probe has seen. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "severity", "S1..S4", "default: S2" },
	{ "client", "NAME",
	    "whom it concerns, when the subject is no endpoint" },
	{ "as", "NAME", "the person who opens it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
open_incident(struct cli *c, const struct cli_arguments *a)
{
	const char *severity = cli_value(a, "severity");
	json_t *request;
	int value = 2;

	if (severity != NULL && !cli_severity(c, severity, &value))
		return CLI_USAGE;
	request = json_pack("{s:s, s:s, s:s, s:i}", "command", "open",
	    "subject", a->words[0], "text", a->words[1], "severity", value);
	if (cli_value(a, "client") != NULL)
		json_object_set_new(request, "client",
		    json_string(cli_value(a, "client")));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_open = {
	.name = "open",
	.synopsis =
	    "SUBJECT TEXT [--severity S1..S4] [--client NAME] [--as NAME]",
	.summary = "Open an incident by hand (subject: CLIENT/ENDPOINT)",
	.options = options,
	.min = 2,
	.max = 2,
	.run = open_incident,
};
