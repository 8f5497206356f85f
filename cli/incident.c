/* sunwatch incident: one of them, with evidence, calls and timeline. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/show.h"
#include "lib/clock.h"

static int
incident(struct cli *c, const struct cli_arguments *a)
{
	json_t *answer = control_command(c,
	    json_pack("{s:s, s:s}", "command", "incident", "incident",
		a->words[0]));

	if (answer == NULL)
		return CLI_FAILED;
	if (c->json) {
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	show_incident(c, json_object_get(answer, "incident"), clock_now_ms());
	json_decref(answer);
	return CLI_DONE;
}

const struct cli_command cmd_incident = {
	.name = "incident",
	.synopsis = "INCIDENT [--json]",
	.summary = "Show one incident: evidence, who was called, timeline",
	.min = 1,
	.max = 1,
	.run = incident,
};
