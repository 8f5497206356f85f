/* sunwatch override add: somebody stands in on a rota. */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/tree.h"
#include "lib/clock.h"

static const struct cli_option options[] = {
	{ "rota", "NAME", "default: the first" },
	{ "from", "TIME", "default: now" },
	{ "to", "TIME", "the end" },
	{ "for", "DURATION", "or how long" },
	{ "as", "NAME", "the person who orders it (default: the user)" },
	{ NULL, NULL, NULL },
};

static bool
stretch_of(struct cli *c, const struct cli_arguments *a, int64_t *from_ms,
    int64_t *to_ms)
{
	const char *from = cli_value(a, "from"), *to = cli_value(a, "to"),
		   *length = cli_value(a, "for");
	int64_t now_ms = clock_now_ms(), length_ms;

	*from_ms = now_ms;
	if (from != NULL && !cli_time(c, "from", from, now_ms, from_ms))
		return false;
	if ((to == NULL) == (length == NULL)) {
		cli_misuse(c, "give either --to or --for");
		return false;
	}
	if (to != NULL && !cli_time(c, "to", to, now_ms, to_ms))
		return false;
	if (length != NULL) {
		if (!cli_duration(c, length, &length_ms))
			return false;
		*to_ms = *from_ms + length_ms;
	}
	if (*to_ms > *from_ms)
		return true;
	cli_misuse(c, "the override ends before it begins");
	return false;
}

static int
override_add(struct cli *c, const struct cli_arguments *a)
{
	const char *rota = cli_value(a, "rota");
	int64_t from_ms, to_ms;
	const struct rota *r;
	struct settings *s;
	json_t *request = NULL;

	if (!stretch_of(c, a, &from_ms, &to_ms))
		return CLI_USAGE;
	if ((s = tree_parse(c)) == NULL)
		return CLI_FAILED;
	r = tree_rota(c, s, rota);
	if (r != NULL && tree_person(c, s, a->words[0]) != NULL)
		request = json_pack("{s:s, s:s, s:s, s:I, s:I}", "command",
		    "override-add", "rota", r->name, "for", a->words[0],
		    "from_ms", (json_int_t)from_ms, "to_ms", (json_int_t)to_ms);
	settings_free(s);
	if (request == NULL)
		return CLI_FAILED;
	return control_run(c, request, cli_value(a, "as"));
}

const struct cli_command cmd_override_add = {
	.name = "override add",
	.synopsis =
	    "PERSON [--rota NAME] [--from TIME] --to TIME|--for DURATION",
	.summary = "Let a person stand in on a rota",
	.options = options,
	.min = 1,
	.max = 1,
	.run = override_add,
};
