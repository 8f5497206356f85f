/* sunwatch override away: somebody is on vacation; who is hit is said. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/overrides.h"
#include "cli/tree.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "default: now" },
	{ "to", "TIME", "the end" },
	{ "for", "DURATION", "or how long" },
	{ "cover", "NAME", "who has their watches (default: the next)" },
	{ "try", NULL, "only say which watches would be hit" },
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static int
override_away(struct cli *c, const struct cli_arguments *a)
{
	int64_t from_ms, to_ms;
	json_t *request;

	if (!overrides_span(c, a, &from_ms, &to_ms))
		return CLI_USAGE;
	request = overrides_request(c, "override-away", NULL,
	    cli_value(a, "cover"), a->words[0]);
	if (request == NULL)
		return CLI_FAILED;
	json_object_del(request, "rota"); /* of every rota */
	json_object_set_new(request, "from_ms", json_integer(from_ms));
	json_object_set_new(request, "to_ms", json_integer(to_ms));
	if (cli_value(a, "try") != NULL)
		json_object_set_new(request, "try", json_true());
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_override_away = {
	.name = "override away",
	.synopsis = "PERSON [--from TIME] --to TIME|--for DURATION "
		    "[--cover NAME] [--try]",
	.summary = "Say that a person is away; others have their watches",
	.options = options,
	.min = 1,
	.max = 1,
	.run = override_away,
};
