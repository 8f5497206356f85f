/*
 * sunwatch report: one client's account of one period, with its facts: as it
 * was stored when it became final, or from what is booked.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/booked.h"
#include "cli/commands.h"
#include "cli/report_stored.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/ledger_facts.h"
#include "lib/publish.h"
#include "lib/report.h"
#include "lib/report_say.h"
#include "lib/sla_period.h"

static const struct cli_option options[] = {
	{ "month", "YEAR-MM", "a month; default: the period under way" },
	{ "quarter", "YEAR-Qn", "a quarter, 2026-Q4" },
	{ "year", "YEAR", "a year" },
	{ "from", "TIME", "from any instant ..." },
	{ "to", "TIME", "... to another; default: now" },
	{ "version", "N", "of a final report; default: the last" },
	{ "computed", NULL, "from what is booked now, also when it is final" },
	{ "signature", "FILE", "write the 64 bytes that sign the JSON there" },
	{ "list", NULL, "list the client's final reports" },
	{ "text", NULL, "plain text, the default" },
	{ "html", NULL, "a page to print" },
	{ "csv", NULL, "a table for spreadsheets" },
	{ NULL, NULL, NULL },
};

static const struct {
	const char *option;
	enum sla_period period;
} kinds[] = { { "month", SLA_MONTH }, { "quarter", SLA_QUARTER },
	{ "year", SLA_YEAR } };

/* Whether more than one way to say the period was used. */
static bool
is_ambiguous(const struct cli_arguments *a)
{
	int given = cli_value(a, "from") != NULL || cli_value(a, "to") != NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		given += cli_value(a, kinds[i].option) != NULL;
	return given > 1;
}

/* The option that names a period; NULL: none does. */
static const char *
named(const struct cli_arguments *a, enum sla_period *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (cli_value(a, kinds[i].option) != NULL) {
			*kind = kinds[i].period;
			return cli_value(a, kinds[i].option);
		}
	return NULL;
}

static bool
take_named(struct cli *c, const struct ledger *l, const struct client *client,
    enum sla_period kind, const char *name, struct sla_facts *f)
{
	if (ledger_period_named(l, client->zone, kind, name, f))
		return true;
	cli_misuse(c, "\"%s\": expected 2026-10, 2026-Q4 or 2026", name);
	return false;
}

/* Which period; complains and returns false when it is none. */
static bool
take_period(struct cli *c, const struct cli_arguments *a,
    const struct ledger *l, const struct client *client, int64_t now_ms,
    struct sla_facts *f)
{
	int64_t from_ms = 0, to_ms = now_ms;
	enum sla_period kind;
	const char *name = named(a, &kind);

	ledger_period_at(l, client->zone, now_ms, f);
	if (name != NULL)
		return take_named(c, l, client, kind, name, f);
	if (cli_value(a, "from") == NULL && cli_value(a, "to") == NULL)
		return true;
	if (!cli_period(c, a, now_ms, &from_ms, &to_ms))
		return false;
	sla_facts_clear(f);
	ledger_period_between(l, client->zone, from_ms, to_ms, f);
	return true;
}

void
report_print(struct cli *c, const struct cli_arguments *a,
    const struct report *r)
{
	struct text t = { 0 };
	char *json = NULL;

	if (c->json) {
		json = report_text_of(report_json(r));
		fputs(json, c->out);
		free(json);
		return;
	}
	if (cli_value(a, "html") != NULL)
		report_say_html(r, &t);
	else if (cli_value(a, "csv") != NULL)
		report_say_csv(r, &t);
	else
		report_say_text(r, &t);
	fwrite(t.data, 1, t.length, c->out);
	text_clear(&t);
}

/* Until when a month's report is preliminary; 0: it is no month. */
static int64_t
preliminary_ms(const struct cli_arguments *a, const struct ledger *l,
    const struct client *client, const struct sla_facts *f)
{
	struct publish_month m;
	char month[PUBLISH_MONTH];

	if (f->period != SLA_MONTH || cli_value(a, "computed") != NULL)
		return 0;
	sla_period_name(SLA_MONTH, f->zone, f->from_ms, month, sizeof(month));
	if (!publish_month(l, client->zone, month, &m))
		return 0;
	publish_clear(&m);
	return m.final_ms;
}

static int
show(struct cli *c, const struct cli_arguments *a, const struct client *client,
    const struct ledger *ledger, int64_t now_ms, int64_t known_ms)
{
	char error[REPORT_ERROR];
	int64_t until_ms;
	struct sla_facts f;
	struct report *r;

	if (!take_period(c, a, ledger, client, now_ms, &f)) {
		sla_facts_clear(&f);
		return CLI_USAGE;
	}
	until_ms = preliminary_ms(a, ledger, client, &f);
	f.as_of_ms = known_ms < f.to_ms ? known_ms : NEVER;
	ledger_facts(ledger, &f);
	r = report_of(client->name, client->title, &f, error);
	if (r == NULL)
		return cli_fail(c, "%s", error);
	r->preliminary_ms = until_ms;
	report_print(c, a, r);
	report_free(r);
	return CLI_DONE;
}

/* From what is booked. */
static int
compute(struct cli *c, const struct cli_arguments *a, const struct settings *s)
{
	const struct client *client = tree_client(c, s, a->words[0]);
	int64_t now_ms = clock_now_ms(), known_ms;
	struct ledger *ledger = NULL;
	int status = CLI_FAILED;

	if (client != NULL)
		ledger = booked_ledger(c, s, client->name, now_ms, &known_ms);
	if (ledger != NULL) {
		status = show(c, a, client, ledger, now_ms, known_ms);
		ledger_free(ledger);
	}
	return status;
}

/* Clients that have left the tree have their final reports all the same. */
static int
find(struct cli *c, const struct cli_arguments *a, const struct settings *s)
{
	const char *month = cli_value(a, "month");
	int status = REPORT_NOT_STORED;

	if (cli_value(a, "list") != NULL)
		return report_list(c, s, a->words[0]);
	if (month != NULL && cli_value(a, "computed") == NULL)
		status = report_stored(c, a, s, a->words[0], month);
	if (status == REPORT_NOT_STORED && cli_value(a, "signature") != NULL)
		return cli_fail(c, "there is no final report of %s for %s",
		    a->words[0], month);
	return status == REPORT_NOT_STORED ? compute(c, a, s) : status;
}

/* What does not go together; NULL: all does. */
static const char *
is_wrong(const struct cli *c, const struct cli_arguments *a)
{
	bool is_stored = cli_value(a, "version") != NULL ||
	    cli_value(a, "signature") != NULL;

	if ((cli_value(a, "html") != NULL) + (cli_value(a, "csv") != NULL) +
		(cli_value(a, "text") != NULL) + c->json >
	    1)
		return "one form at a time";
	if (is_ambiguous(a))
		return "one period at a time";
	if (is_stored &&
	    (cli_value(a, "month") == NULL || cli_value(a, "computed") != NULL))
		return "versions and signatures are of a final month";
	if (cli_value(a, "signature") != NULL && !c->json)
		return "what is signed is the JSON: --signature with --json";
	return NULL;
}

static int
report(struct cli *c, const struct cli_arguments *a)
{
	const char *wrong = is_wrong(c, a);
	struct settings *s;
	int status;

	if (wrong != NULL)
		return cli_misuse(c, "%s", wrong);
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	status = find(c, a, s);
	settings_free(s);
	return status;
}

const struct cli_command cmd_report = {
	.name = "report",
	.synopsis =
	    "CLIENT [--month YEAR-MM | --quarter YEAR-Qn | --year YEAR |"
	    " --from TIME [--to TIME]] [--html | --csv | --json] | --list",
	.summary = "Print a period's report, with the facts it is made of",
	.options = options,
	.min = 1,
	.max = 1,
	.run = report,
};
