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
#include "lib/published.h"
#include "lib/report.h"
#include "lib/report_say.h"

static const struct cli_option options[] = {
	{ "month", "YEAR-MM", "a month; default: the period under way" },
	{ "quarter", "YEAR-Qn", "a quarter, 2026-Q4" },
	{ "year", "YEAR", "a year" },
	{ "period", "NAME",
	    "any of them, or the contract's own that holds a date, "
	    "2026-04-16" },
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

/* What a report is made from. */
struct asked {
	const struct client *client;
	const struct ledger *ledger;
	int64_t now_ms;
};

/* Each names a period; of "period" the name says what it is. */
static const struct {
	const char *option, *form;
	enum sla_period kind;
} kinds[] = { { "month", "2026-10", SLA_MONTH },
	{ "quarter", "2026-Q4", SLA_QUARTER }, { "year", "2026", SLA_YEAR },
	{ "period", "2026-10, 2026-Q4, 2026, or a date in it", SLA_BETWEEN } };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Whether more than one way to say the period was used. */
static bool
is_ambiguous(const struct cli_arguments *a)
{
	int given = cli_value(a, "from") != NULL || cli_value(a, "to") != NULL;

	for (size_t i = 0; i < KINDS; i++)
		given += cli_value(a, kinds[i].option) != NULL;
	return given > 1;
}

/* The period's name that was given; NULL: none was. */
static const char *
named(const struct cli_arguments *a, size_t *kind)
{
	for (*kind = 0; *kind < KINDS; ++*kind)
		if (cli_value(a, kinds[*kind].option) != NULL)
			return cli_value(a, kinds[*kind].option);
	return NULL;
}

/* Whether a name is such a one at all. */
static bool
is_name(size_t kind, const char *name)
{
	int64_t first, next;

	if (kinds[kind].kind != SLA_BETWEEN)
		return sla_period_named_days(kinds[kind].kind, name, &first,
		    &next);
	return published_period_length(name) == strlen(name) && name[0] != '\0';
}

/* Which period; complains and returns false when it is none.  A stretch of
   time has no name. */
static bool
take_period(struct cli *c, const struct cli_arguments *a, const struct asked *q,
    struct ledger_period *x, struct sla_facts *f)
{
	int64_t from_ms = 0, to_ms = q->now_ms;
	const char *zone = q->client->zone;
	struct ledger_periods *p;
	size_t kind;
	const char *name = named(a, &kind);

	*x = (struct ledger_period){ 0 };
	if (name != NULL) {
		if (ledger_period_named(q->ledger, zone, name, x, f))
			return true;
		cli_misuse(c, "\"%s\": there is no such period", name);
		return false;
	}
	if (cli_value(a, "from") != NULL || cli_value(a, "to") != NULL) {
		if (!cli_period(c, a, q->now_ms, &from_ms, &to_ms))
			return false;
		ledger_period_between(q->ledger, zone, from_ms, to_ms, f);
		return true;
	}
	p = ledger_periods_new(q->ledger, zone);
	ledger_period_find(p, q->now_ms, x);
	ledger_period_facts(q->ledger, p, x, f);
	ledger_periods_free(p);
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

/* Until when the period's report is preliminary; 0: it is none of those. */
static int64_t
preliminary_ms(const struct cli_arguments *a, const struct asked *q,
    const struct ledger_period *x)
{
	int64_t at_ms;

	if (x->name[0] == '\0' || cli_value(a, "computed") != NULL)
		return 0;
	at_ms = publish_final_ms(q->ledger, q->client->zone, x);
	return at_ms != NEVER ? at_ms : 0;
}

static int
show(struct cli *c, const struct cli_arguments *a, const struct asked *q,
    int64_t known_ms)
{
	char error[REPORT_ERROR];
	struct ledger_period x;
	int64_t until_ms;
	struct sla_facts f;
	struct report *r;

	if (!take_period(c, a, q, &x, &f))
		return CLI_USAGE;
	until_ms = preliminary_ms(a, q, &x);
	f.as_of_ms = known_ms < f.to_ms ? known_ms : NEVER;
	ledger_facts(q->ledger, &f);
	r = report_of(q->client->name, q->client->title, &f, error);
	if (r == NULL)
		return cli_fail(c, "%s", error);
	if (r->facts.version_count > 0) /* else there will be none */
		r->preliminary_ms = until_ms;
	report_print(c, a, r);
	report_free(r);
	return CLI_DONE;
}

/* From what is booked. */
static int
compute(struct cli *c, const struct cli_arguments *a, const struct settings *s)
{
	struct asked q = { .client = tree_client(c, s, a->words[0]),
		.now_ms = clock_now_ms() };
	int status = CLI_FAILED;
	struct ledger *ledger;
	int64_t known_ms;

	if (q.client == NULL)
		return CLI_FAILED;
	ledger = booked_ledger(c, s, q.client->name, q.now_ms, &known_ms);
	if (ledger != NULL) {
		q.ledger = ledger;
		status = show(c, a, &q, known_ms);
		ledger_free(ledger);
	}
	return status;
}

/* Clients that have left the tree have their final reports all the same. */
static int
find(struct cli *c, const struct cli_arguments *a, const struct settings *s)
{
	int status = REPORT_NOT_STORED;
	size_t kind;
	const char *name = named(a, &kind);

	if (cli_value(a, "list") != NULL)
		return report_list(c, s, a->words[0]);
	if (name != NULL && cli_value(a, "computed") == NULL)
		status = report_stored(c, a, s, a->words[0], name);
	if (status == REPORT_NOT_STORED && cli_value(a, "signature") != NULL)
		return cli_fail(c, "there is no final report of %s for %s",
		    a->words[0], name);
	return status == REPORT_NOT_STORED ? compute(c, a, s) : status;
}

/* What does not go together; NULL: all does. */
static const char *
is_wrong(const struct cli *c, const struct cli_arguments *a)
{
	bool is_stored = cli_value(a, "version") != NULL ||
	    cli_value(a, "signature") != NULL;
	size_t kind;

	if ((cli_value(a, "html") != NULL) + (cli_value(a, "csv") != NULL) +
		(cli_value(a, "text") != NULL) + c->json >
	    1)
		return "one form at a time";
	if (is_ambiguous(a))
		return "one period at a time";
	if (is_stored &&
	    (named(a, &kind) == NULL || cli_value(a, "computed") != NULL))
		return "versions and signatures are of a final report";
	if (cli_value(a, "signature") != NULL && !c->json)
		return "what is signed is the JSON: --signature with --json";
	return NULL;
}

static int
report(struct cli *c, const struct cli_arguments *a)
{
	const char *wrong = is_wrong(c, a), *name;
	struct settings *s;
	size_t kind;
	int status;

	if (wrong != NULL)
		return cli_misuse(c, "%s", wrong);
	name = named(a, &kind);
	if (name != NULL && !is_name(kind, name))
		return cli_misuse(c, "\"%s\": expected %s", name,
		    kinds[kind].form);
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
	    " --period NAME | --from TIME [--to TIME]] [--html | --csv | "
	    "--json] | --list",
	.summary = "Print a period's report, with the facts it is made of",
	.options = options,
	.min = 1,
	.max = 1,
	.run = report,
};
