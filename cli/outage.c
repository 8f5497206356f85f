/*
 * sunwatch outage annotate, exclude, agree, dispute: what people say of
 * outages; written down with who said it, and never taken out.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/booked.h"
#include "cli/commands.h"
#include "cli/control.h"
#include "cli/maintenance.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/claim.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/renames.h"
#include "lib/sign.h"
#include "lib/text.h"

#define AS                                                                     \
	{                                                                      \
		"as", "NAME", "the person who writes it (default: the user)"   \
	}

static const struct cli_option annotate_options[] = {
	{ "at", "TIME", "any instant of the outage" },
	{ "cause", "TEXT", "what caused it, for the report" },
	AS,
	{ NULL, NULL, NULL },
};
static const struct cli_option exclude_options[] = {
	{ "from", "TIME", "the begin; a clock of the client's zone" },
	{ "to", "TIME", "the end" },
	{ "reason", "REASON",
	    "client, third-party, force-majeure or suspended" },
	{ "text", "TEXT", "what happened" },
	{ "claimant", "NAME", "who claims it" },
	{ "evidence", "TEXT", "where it can be seen" },
	AS,
	{ NULL, NULL, NULL },
};
static const struct cli_option consent_options[] = {
	{ "who", "NAME", "who of the client says so" },
	{ "client", "NAME", "only this client's" },
	{ "text", "TEXT", "what was said" },
	AS,
	{ NULL, NULL, NULL },
};

/* ---- of whom ---- */

static void
on_known(void *arg, const char *endpoint, const struct ledger_terms *terms)
{
	const char **name = arg;

	(void)terms;
	if (*name != NULL && strcmp(*name, endpoint) == 0)
		*name = NULL;
}

/* Whether accounts know it, though it left the tree. */
static bool
is_booked(struct cli *c, const struct settings *s, const struct client *client,
    const char *endpoint)
{
	int64_t known_ms;
	struct ledger *l =
	    booked_ledger(c, s, client->name, clock_now_ms(), &known_ms);

	if (l != NULL) {
		endpoint = renames_present(ledger_names(l), endpoint);
		ledger_each_terms(l, on_known, &endpoint);
	}
	ledger_free(l);
	return l != NULL && endpoint == NULL;
}

/* Of CLIENT/ENDPOINT, also one that was removed; NULL: complained about. */
static const struct client *
client_of(struct cli *c, const struct settings *s, const char *id)
{
	const struct client *client = NULL;
	const struct endpoint *e = settings_endpoint(s, id);
	char name[64];

	if (e != NULL)
		return e->client;
	if (strcspn(id, "/") < sizeof(name)) {
		text_copy(name, strcspn(id, "/") + 1, id);
		client = settings_client(s, name);
	}
	if (client != NULL && is_booked(c, s, client, id))
		return client;
	(void)tree_endpoint(c, s, id);
	return NULL;
}

/* ---- annotate ---- */

struct search {
	const char *endpoint;
	int64_t at_ms, from_ms; /* from: NEVER while nothing is found */
};

static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct search *x = arg;

	if (s->kind == LEDGER_DOWN && strcmp(endpoint, x->endpoint) == 0 &&
	    s->from_ms <= x->at_ms && x->at_ms < s->to_ms)
		x->from_ms = s->from_ms;
}

/* False: complained about. */
static bool
find_outage(struct cli *c, const struct settings *s,
    const struct client *client, struct search *x)
{
	int64_t known_ms;
	struct ledger *l =
	    booked_ledger(c, s, client->name, clock_now_ms(), &known_ms);
	char at[40];

	if (l == NULL)
		return false;
	x->endpoint = renames_present(ledger_names(l), x->endpoint);
	ledger_each(l, x->at_ms, x->at_ms + 1, on_stretch, x);
	civil_utc(x->at_ms, at, sizeof(at));
	if (x->from_ms == NEVER)
		cli_fail(c, "no outage of %s is booked at %s", x->endpoint, at);
	ledger_free(l);
	return x->from_ms != NEVER;
}

static int
annotate_in(struct cli *c, const struct cli_arguments *a,
    const struct settings *s)
{
	const struct client *client = client_of(c, s, a->words[0]);
	const char *cause = cli_value(a, "cause");
	struct search x = { .endpoint = a->words[0], .from_ms = NEVER };
	json_t *request;

	if (client == NULL)
		return CLI_FAILED;
	if (!maintenance_instant(c, "at", cli_value(a, "at"), client->zone,
		false, &x.at_ms))
		return CLI_USAGE;
	if (!find_outage(c, s, client, &x))
		return CLI_FAILED;
	request = json_pack("{s:s, s:[s], s:I}", "command", "outage-annotate",
	    "scope", a->words[0], "from_ms", (json_int_t)x.from_ms);
	if (cause != NULL)
		json_object_set_new(request, "cause", json_string(cause));
	if (a->count > 1)
		json_object_set_new(request, "text", json_string(a->words[1]));
	return control_run_collector(c, s, request, cli_value(a, "as"));
}

static int
with_tree(struct cli *c, const struct cli_arguments *a,
    int (*run)(struct cli *, const struct cli_arguments *,
	const struct settings *))
{
	struct settings *s = tree_load(c);
	int status;

	if (s == NULL)
		return CLI_FAILED;
	status = run(c, a, s);
	settings_free(s);
	return status;
}

static int
annotate(struct cli *c, const struct cli_arguments *a)
{
	if (cli_value(a, "at") == NULL)
		return cli_misuse(c, "--at is missing: when was the outage?");
	if (a->count < 2 && cli_value(a, "cause") == NULL)
		return cli_misuse(c, "give a text, or --cause");
	return with_tree(c, a, annotate_in);
}

/* ---- exclude ---- */

static int
send_claim(struct cli *c, const struct cli_arguments *a,
    const struct settings *s, int64_t from_ms, int64_t to_ms)
{
	static const char *const texts[] = { "reason", "text", "claimant",
		"evidence" };
	char random[11], id[CLAIM_ID_MAX + 1];
	json_t *request;

	sign_random(random, sizeof(random) - 1);
	text_format(id, sizeof(id), "x-%s", random);
	request = json_pack("{s:s, s:s, s:[s], s:I, s:I}", "command",
	    "outage-exclude", "exclusion", id, "scope", a->words[0], "from_ms",
	    (json_int_t)from_ms, "to_ms", (json_int_t)to_ms);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (cli_value(a, texts[i]) != NULL)
			json_object_set_new(request, texts[i],
			    json_string(cli_value(a, texts[i])));
	return control_run_collector(c, s, request, cli_value(a, "as"));
}

static int
exclude_in(struct cli *c, const struct cli_arguments *a,
    const struct settings *s)
{
	const struct client *client = strchr(a->words[0], '/') != NULL
	    ? client_of(c, s, a->words[0])
	    : tree_client(c, s, a->words[0]);
	int64_t from_ms, to_ms;

	if (client == NULL)
		return CLI_FAILED;
	if (!maintenance_instant(c, "from", cli_value(a, "from"), client->zone,
		false, &from_ms) ||
	    !maintenance_instant(c, "to", cli_value(a, "to"), client->zone,
		true, &to_ms))
		return CLI_USAGE;
	if (to_ms <= from_ms)
		return cli_misuse(c, "it ends before it begins");
	return send_claim(c, a, s, from_ms, to_ms);
}

static int
exclude(struct cli *c, const struct cli_arguments *a)
{
	static const char *const needed[] = { "from", "to", "reason", "text",
		"claimant" };

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (cli_value(a, needed[i]) == NULL)
			return cli_misuse(c, "--%s is missing", needed[i]);
	if (claim_reason_parse(cli_value(a, "reason")) < 0)
		return cli_misuse(c,
		    "--reason: \"%s\": expected client, third-party, "
		    "force-majeure or suspended",
		    cli_value(a, "reason"));
	return with_tree(c, a, exclude_in);
}

/* ---- agree, dispute ---- */

static int
consent(struct cli *c, const struct cli_arguments *a, const char *word)
{
	static const char *const texts[] = { "who", "client", "text" };
	struct settings *s;
	json_t *request;
	int status;

	if (cli_value(a, "who") == NULL)
		return cli_misuse(c, "--who is missing: who of the client?");
	if ((s = tree_parse(c)) == NULL)
		return CLI_FAILED;
	request = json_pack("{s:s, s:s, s:s}", "command", "outage-consent",
	    "exclusion", a->words[0], "consent", word);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (cli_value(a, texts[i]) != NULL)
			json_object_set_new(request, texts[i],
			    json_string(cli_value(a, texts[i])));
	status = control_run_collector(c, s, request, cli_value(a, "as"));
	settings_free(s);
	return status;
}

static int
agree(struct cli *c, const struct cli_arguments *a)
{
	return consent(c, a, "agreed");
}

static int
dispute(struct cli *c, const struct cli_arguments *a)
{
	return consent(c, a, "disputed");
}

const struct cli_command cmd_outage_annotate = {
	.name = "outage annotate",
	.synopsis = "CLIENT/ENDPOINT --at TIME [--cause TEXT] [TEXT]",
	.summary = "Note something about an outage",
	.options = annotate_options,
	.min = 1,
	.max = 2,
	.run = annotate,
	.asks_collector = true,
};
const struct cli_command cmd_outage_exclude = {
	.name = "outage exclude",
	.synopsis = "CLIENT[/ENDPOINT] --from TIME --to TIME --reason REASON"
		    " --text TEXT --claimant NAME [--evidence TEXT]",
	.summary = "Claim that a time does not count",
	.options = exclude_options,
	.min = 1,
	.max = 1,
	.run = exclude,
	.asks_collector = true,
};
const struct cli_command cmd_outage_agree = {
	.name = "outage agree",
	.synopsis = "EXCLUSION --who NAME [--text TEXT]",
	.summary = "Write down that the client agrees to an exclusion",
	.options = consent_options,
	.min = 1,
	.max = 1,
	.run = agree,
	.asks_collector = true,
};
const struct cli_command cmd_outage_dispute = {
	.name = "outage dispute",
	.synopsis = "EXCLUSION --who NAME [--text TEXT]",
	.summary = "Write down that the client disputes an exclusion",
	.options = consent_options,
	.min = 1,
	.max = 1,
	.run = dispute,
	.asks_collector = true,
};
