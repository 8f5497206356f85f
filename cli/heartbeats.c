/* sunwatch heartbeats: what calls in, how it is, and until when it has to. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/show.h"

static enum cli_style
style_of(const json_t *o)
{
	const char *state = show_text(o, "state");

	if (json_object_get(o, "incident") != NULL)
		return STYLE_BAD;
	return *state == 'w' ? STYLE_GOOD : STYLE_DOUBT; /* well */
}

static void
print_line(struct cli *c, const json_t *o)
{
	show_row(c, o, "$name ");
	cli_styled(c, style_of(o), show_text(o, "state"));
	if (json_object_get(o, "disabled") != NULL)
		show_row(c, o, ": $disabled");
	if (json_object_get(o, "failed_ms") != NULL)
		show_row(c, o, " at @failed_ms");
	if (json_object_get(o, "started_ms") != NULL)
		show_row(c, o, ", begun at @started_ms");
	show_row(c, o,
	    json_object_get(o, "last_ms") != NULL ? ", last well at @last_ms"
						  : ", never well");
	if (json_object_get(o, "next_ms") != NULL)
		show_row(c, o, ", awaited until @next_ms");
	if (json_object_get(o, "incident") != NULL)
		show_row(c, o, ", $incident");
	fputc('\n', c->out);
}

static int
heartbeats(struct cli *c, const struct cli_arguments *a)
{
	json_t *answer =
	    control_command(c, json_pack("{s:s}", "command", "heartbeats"));
	const json_t *list, *o;
	size_t i;

	(void)a;
	if (answer == NULL)
		return CLI_FAILED;
	if (c->json) {
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	list = json_object_get(answer, "heartbeats");
	json_array_foreach(list, i, o)
	{
		print_line(c, o);
	}
	if (json_array_size(list) == 0)
		fputs("no heartbeats\n", c->out);
	json_decref(answer);
	return CLI_DONE;
}

const struct cli_command cmd_heartbeats = {
	.name = "heartbeats",
	.synopsis = "[--json]",
	.summary = "List what calls in, how it is, and when it has to",
	.run = heartbeats,
};
