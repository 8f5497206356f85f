/*
 * sunwatch sla history: the versions of a client's terms, as they were
 * journalled.
 */
#include "cli/booked.h"
#include "cli/commands.h"
#include "cli/sla_terms.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/report_say.h"

/* Who agreed, and of what is ahead since when it is known. */
static void
say_accord(struct cli *c, const struct ledger_agreement *a)
{
	const struct sla_version v = { .accord = a->accord };
	struct text said = { 0 };
	char utc[40];

	if (a->ended != NULL)
		return;
	report_say_accord(&v, &said);
	fputs("  ", c->out);
	cli_plain(c, said.data);
	if (a->said_ms != 0) {
		civil_utc(a->said_ms, utc, sizeof(utc));
		fprintf(c->out, "; in the settings since %s", utc);
	}
	fputs("\n", c->out);
	text_clear(&said);
}

static void
say_head(struct cli *c, const struct ledger_agreement *a, int64_t to_ms)
{
	char from[40], to[40] = "now";

	if (a->from_ms > clock_now_ms())
		text_copy(to, sizeof(to), "on");

	civil_utc(a->from_ms, from, sizeof(from));
	if (to_ms != NEVER)
		civil_utc(to_ms, to, sizeof(to));
	if (a->ended != NULL)
		fprintf(c->out, "%s to %s: nothing agreed (%s)\n", from, to,
		    a->ended);
	else
		fprintf(c->out, "%s to %s: %s, %lld.%03lld %%\n", from, to,
		    a->sla, (long long)(a->guarantee_milli / 1000),
		    (long long)(a->guarantee_milli % 1000));
	say_accord(c, a);
}

static void
show(struct cli *c, const char *client, const struct ledger_agreements *all)
{
	json_t *list = json_array(), *before = NULL;

	for (size_t i = 0; i < all->count; i++) {
		const struct ledger_agreement *a = &all->items[i];
		int64_t to_ms = i + 1 < all->count ? a[1].from_ms : NEVER;
		json_t *terms = sla_terms_json(a, to_ms);

		if (!c->json) {
			say_head(c, a, to_ms);
			sla_terms_say(c, before, terms);
		}
		json_array_append_new(list, terms);
		before = terms;
	}
	if (c->json)
		cli_print_json(c,
		    json_pack("{s:s, s:O}", "client", client, "versions",
			list));
	else if (all->count == 0)
		fprintf(c->out, "%s: nothing was agreed so far\n", client);
	json_decref(list);
}

static int
history(struct cli *c, const struct cli_arguments *a)
{
	const struct client *client;
	struct ledger *ledger;
	struct settings *s;
	int64_t known_ms;
	int status = CLI_FAILED;

	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	client = tree_client(c, s, a->words[0]);
	if (client != NULL &&
	    (ledger = booked_ledger(c, s, client->name, clock_now_ms(),
		 &known_ms)) != NULL) {
		show(c, client->name, ledger_agreed(ledger));
		ledger_free(ledger);
		status = CLI_DONE;
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_sla_history = {
	.name = "sla history",
	.synopsis = "CLIENT",
	.summary = "List the versions of a client's terms",
	.min = 1,
	.max = 1,
	.run = history,
};
