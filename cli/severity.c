/* sunwatch severity: how bad it is, by a human's judgement. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who sets it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
severity(struct cli *c, const struct cli_arguments *a)
{
	int value;

	if (!cli_severity(c, a->words[1], &value))
		return CLI_USAGE;
	return control_run(c,
	    json_pack("{s:s, s:s, s:i}", "command", "severity", "incident",
		a->words[0], "severity", value),
	    cli_value(a, "as"));
}

const struct cli_command cmd_severity = {
	.name = "severity",
	.synopsis = "INCIDENT S1|S2|S3|S4 [--as NAME]",
	.summary = "Say how bad it is; worse than before calls anew",
	.options = options,
	.min = 2,
	.max = 2,
	.run = severity,
};
