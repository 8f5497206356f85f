/*
 * sunwatch sla amend: a version of the terms that both parties agreed to.
 *
 * The terms stand in the settings; what is written down here is who agreed,
 * for each side, and from when on they hold.
 */
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/maintenance.h"
#include "cli/tree.h"
#include "lib/clock.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "since when, or from when on, the version holds" },
	{ "consent-ours", "NAME", "who agreed for us" },
	{ "consent-theirs", "NAME", "who agreed for the client" },
	{ "reason", "TEXT", "why, or where it is written" },
	{ "correction", NULL,
	    "of a period whose report is final, or of what was agreed" },
	{ "as", "NAME", "the person who writes it down (default: the user)" },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *option, *key;
	bool needed;
} texts[] = { { "consent-ours", "ours", true },
	{ "consent-theirs", "theirs", true }, { "reason", "reason", false } };
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static int
send(struct cli *c, const struct cli_arguments *a, const struct settings *s,
    int64_t from_ms)
{
	json_t *request = json_pack("{s:s, s:s, s:I}", "command", "sla-amend",
	    "client", a->words[0], "from_ms", (json_int_t)from_ms);

	for (size_t i = 0; i < TEXTS; i++)
		if (cli_value(a, texts[i].option) != NULL)
			json_object_set_new(request, texts[i].key,
			    json_string(cli_value(a, texts[i].option)));
	if (cli_value(a, "correction") != NULL)
		json_object_set_new(request, "correction", json_true());
	return control_run_collector(c, s, request, cli_value(a, "as"));
}

/* Clocks are those of the account. */
static const char *
zone_of(const struct client *client)
{
	const struct sla *sla = settings_sla_at(client, clock_now_ms());

	return sla->zone != NULL ? sla->zone : client->zone;
}

static int
amend_in(struct cli *c, const struct cli_arguments *a, const struct settings *s)
{
	const struct client *client = tree_client(c, s, a->words[0]);
	int64_t from_ms;

	if (client == NULL)
		return CLI_FAILED;
	if (!maintenance_instant(c, "from", cli_value(a, "from"),
		zone_of(client), false, &from_ms))
		return CLI_USAGE;
	return send(c, a, s, from_ms);
}

static int
amend(struct cli *c, const struct cli_arguments *a)
{
	struct settings *s;
	int status;

	if (cli_value(a, "from") == NULL)
		return cli_misuse(c, "--from is missing: from when on?");
	for (size_t i = 0; i < TEXTS; i++)
		if (texts[i].needed && cli_value(a, texts[i].option) == NULL)
			return cli_misuse(c,
			    "--%s is missing: both parties have to agree",
			    texts[i].option);
	if ((s = tree_parse(c)) == NULL)
		return CLI_FAILED;
	status = amend_in(c, a, s);
	settings_free(s);
	return status;
}

const struct cli_command cmd_sla_amend = {
	.name = "sla amend",
	.synopsis = "CLIENT --from TIME --consent-ours NAME"
		    " --consent-theirs NAME [--reason TEXT] [--correction]",
	.summary = "Write down that both parties agreed to a version",
	.options = options,
	.min = 1,
	.max = 1,
	.run = amend,
	.asks_collector = true,
};
