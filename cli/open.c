/* sunwatch open: an incident that no probe has seen. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "severity", "1..4", "default: 2" },
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

	if (severity == NULL)
		severity = "2";
	if (severity[0] < '1' || severity[0] > '4' || severity[1] != '\0')
		return cli_misuse(c, "\"%s\" is no severity: write 1 to 4",
		    severity);
	request = json_pack("{s:s, s:s, s:s, s:i}", "command", "open",
	    "subject", a->words[0], "text", a->words[1], "severity",
	    severity[0] - '0');
	if (cli_value(a, "client") != NULL)
		json_object_set_new(request, "client",
		    json_string(cli_value(a, "client")));
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_open = {
	.name = "open",
	.synopsis =
	    "SUBJECT TEXT [--severity 1..4] [--client NAME] [--as NAME]",
	.summary = "Open an incident by hand (subject: CLIENT/ENDPOINT)",
	.options = options,
	.min = 2,
	.max = 2,
	.run = open_incident,
};
