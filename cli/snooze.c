/* sunwatch snooze: quiet for a while. */
#include "cli/commands.h"
#include "cli/control.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person who snoozes (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
snooze(struct cli *c, const struct cli_arguments *a)
{
	int64_t for_ms;

	if (!cli_duration(c, a->words[1], &for_ms))
		return CLI_USAGE;
	return control_run(c,
	    json_pack("{s:s, s:s, s:I}", "command", "snooze", "incident",
		a->words[0], "for_ms", (json_int_t)for_ms),
	    cli_value(a, "as"));
}

const struct cli_command cmd_snooze = {
	.name = "snooze",
	.synopsis = "INCIDENT DURATION [--as NAME]",
	.summary = "Keep a page quiet: S1 at most 30m, others 4h",
	.options = options,
	.min = 2,
	.max = 2,
	.run = snooze,
};
