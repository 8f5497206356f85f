/* sunwatch rota history: what was changed, by whom; or who was on watch. */
#include <inttypes.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/show.h"
#include "lib/clock.h"

static const struct cli_option options[] = {
	{ "watches", NULL, "who was on watch" },
	{ "from", "TIME", "with --watches: since then (default: 7d ago)" },
	{ "to", "TIME", "with --watches: until then (default: now)" },
	{ NULL, NULL, NULL },
};

static json_t *
question(const struct cli_arguments *a, int64_t from_ms, int64_t to_ms)
{
	bool watches = cli_value(a, "watches") != NULL;
	json_t *o = json_pack("{s:s}", "command", watches ? "past" : "changes");

	if (a->words[0] != NULL)
		json_object_set_new(o, "rota", json_string(a->words[0]));
	if (watches) {
		json_object_set_new(o, "from_ms", json_integer(from_ms));
		json_object_set_new(o, "to_ms", json_integer(to_ms));
	}
	return o;
}

static void
print(struct cli *c, const json_t *answer, bool watches)
{
	const json_t *list =
	    json_object_get(answer, watches ? "past" : "changes");
	int64_t left_out =
	    json_integer_value(json_object_get(answer, "left_out"));
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		show_row(c, o,
		    watches ? "$rota @from_ms to @to_ms $person\n"
			    : "@at_ms $rota: $what, by $by\n");
	}
	if (json_array_size(list) == 0)
		fputs("nothing is known of that\n", c->out);
	if (left_out > 0)
		fprintf(c->out,
		    "and %" PRId64 " later ones: ask for a shorter time, or "
		    "for one rota\n",
		    left_out);
}

static int
rota_history(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms(), to_ms = now_ms;
	int64_t from_ms = now_ms - INT64_C(7) * 86400000;
	json_t *answer;

	if (!cli_period(c, a, now_ms, &from_ms, &to_ms))
		return CLI_USAGE;
	answer = control_command(c, question(a, from_ms, to_ms));
	if (answer == NULL)
		return CLI_FAILED;
	if (c->json) {
		cli_print_json(c, answer);
		return CLI_DONE;
	}
	print(c, answer, cli_value(a, "watches") != NULL);
	json_decref(answer);
	return CLI_DONE;
}

const struct cli_command cmd_rota_history = {
	.name = "rota history",
	.synopsis = "[ROTA] [--watches [--from TIME] [--to TIME]]",
	.summary = "List what was changed, or who was on watch",
	.options = options,
	.max = 1,
	.run = rota_history,
};
