/* sunwatch load: what being on call asked of people, and how fast it went. */
#include "cli/commands.h"
#include "cli/load_read.h"
#include "cli/tree.h"
#include "lib/clock.h"

#define MONTH_MS (30 * INT64_C(86400000))

static const struct cli_option options[] = {
	{ "from", "TIME", "what began since then (default: 30d ago)" },
	{ "to", "TIME", "and before then (default: now)" },
	{ "person", "NAME", "only what was asked of this person" },
	{ NULL, NULL, NULL },
};

static int
say(struct cli *c, struct burden *b, const char *person)
{
	json_t *report = burden_report(b, person);

	if (report == NULL)
		return cli_fail(c, "nothing is known of \"%s\"", person);
	if (c->json) {
		cli_print_json(c, report);
		return CLI_DONE;
	}
	load_say(c, report);
	json_decref(report);
	return CLI_DONE;
}

static int
load(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms();
	struct burden_period period = { now_ms - MONTH_MS, now_ms, 0 };
	int status = CLI_FAILED;
	struct settings *s;
	struct burden *b;

	if (!cli_period(c, a, now_ms, &period.from_ms, &period.to_ms))
		return CLI_USAGE;
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	period.names_ms = now_ms - s->site.names_after_ms;
	b = load_read(c, s, &period, now_ms);
	if (b != NULL)
		status = say(c, b, cli_value(a, "person"));
	burden_free(b);
	settings_free(s);
	return status;
}

const struct cli_command cmd_load = {
	.name = "load",
	.synopsis = "[--from TIME] [--to TIME] [--person NAME]",
	.summary = "Say what being on call asked of people, and how fast it "
		   "went",
	.options = options,
	.run = load,
};
