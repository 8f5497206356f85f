/* sunwatch override list. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/show.h"

/* Whoever's hours, one person's hours, an absence. */
static const char *const rows[] = {
	"$id $rota @from_ms to @to_ms $person, by $by\n",
	"$id $rota @from_ms to @to_ms $person instead of $instead, by $by\n",
	"$id @from_ms to @to_ms $instead is away, by $by\n",
};

static int
kind_of(const json_t *o)
{
	if (json_object_get(o, "person") == NULL)
		return 2;
	return json_object_get(o, "instead") != NULL;
}

static int
override_list(struct cli *c, const struct cli_arguments *a)
{
	json_t *answer =
	    control_command(c, json_pack("{s:s}", "command", "overrides"));
	const json_t *list, *o;
	size_t i;

	(void)a;
	if (answer == NULL)
		return CLI_FAILED;
	if (c->json) {
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	list = json_object_get(answer, "overrides");
	json_array_foreach(list, i, o)
	{
		show_row(c, o, rows[kind_of(o)]);
	}
	if (json_array_size(list) == 0)
		fputs("no overrides\n", c->out);
	json_decref(answer);
	return CLI_DONE;
}

const struct cli_command cmd_override_list = {
	.name = "override list",
	.synopsis = "[--json]",
	.summary = "List who stands in when",
	.run = override_list,
};
