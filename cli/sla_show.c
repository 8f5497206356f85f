/*
 * sunwatch sla show: the terms in force, and the budget of the period that is
 * under way.
 */
#include <stdlib.h>

#include "cli/booked.h"
#include "cli/commands.h"
#include "cli/sla_terms.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/ledger_facts.h"
#include "lib/report.h"
#include "lib/report_say.h"

struct shown {
	struct cli *cli;
	const char *client;
	const struct ledger_agreement *agreement; /* NULL: none in force */
	struct report *report;
	const struct sla_part *part; /* under way; NULL: nothing is counted */
	const struct ledger_agreement *next; /* ahead; NULL: none */
};

static void
say_instant(FILE *out, const char *before, int64_t at_ms)
{
	char utc[40];

	if (at_ms == NEVER)
		return;
	civil_utc(at_ms, utc, sizeof(utc));
	fprintf(out, "  %s %s\n", before, utc);
}

static void
say_rate(FILE *out, int64_t milli)
{
	fprintf(out, "%4lld.%03lld", (long long)(milli / 1000),
	    (long long)(milli % 1000));
}

static void
say_burn(FILE *out, const struct sla_burn *b)
{
	if (b->long_milli == NEVER)
		return;
	fprintf(out, "  last %3lld h ", (long long)(b->long_s / 3600));
	say_rate(out, b->long_milli);
	fprintf(out, ", last %4lld min ", (long long)(b->short_s / 60));
	say_rate(out, b->short_milli);
	fputs(", limit ", out);
	say_rate(out, b->limit_milli);
	fprintf(out, "%s\n", b->trips ? "  TRIPS" : "");
}

static void
say_budget(FILE *out, const struct sla_budget *b)
{
	char used[32], left[32];

	report_say_seconds(b->used_ms, used, sizeof(used));
	report_say_seconds(b->left_ms, left, sizeof(left));
	fprintf(out, "budget: allowed %lld s, used %s s, left %s s\n",
	    (long long)b->allowed_s, used, left);
	say_instant(out, "more than allowed since", b->exhausted_at_ms);
	say_instant(out, "at the rate so far used up at", b->forecast_at_ms);
	if (b->burns[0].long_milli == NEVER)
		return;
	fputs("burn rates: 1 uses the allowance up at the very end\n", out);
	for (size_t i = 0; i < SLA_BURNS; i++)
		say_burn(out, &b->burns[i]);
}

static void
say_part(FILE *out, const struct shown *s)
{
	char formula[120], period[100];

	report_say_period(s->report, period, sizeof(period));
	report_say_formula(&s->part->figures, formula, sizeof(formula));
	fprintf(out, "period %s, %s: %s\n", period, s->report->facts.zone,
	    report_say_verdict(s->report));
	say_instant(out, "since", s->part->from_ms);
	say_instant(out, "until", s->part->to_ms);
	say_instant(out, "known up to", s->part->counted_to_ms);
	fprintf(out, "  %s\n", formula);
	say_budget(out, &s->part->budget);
}

static void
say_accord(const struct shown *s)
{
	const struct sla_version v = { .accord = s->agreement->accord };
	struct text said = { 0 };

	report_say_accord(&v, &said);
	fputs("  ", s->cli->out);
	cli_plain(s->cli, said.data);
	fputs("\n", s->cli->out);
	text_clear(&said);
}

static void
say_next(const struct shown *s)
{
	const struct ledger_agreement *a = s->next;
	char utc[40];

	if (a == NULL)
		return;
	civil_utc(a->from_ms, utc, sizeof(utc));
	fprintf(s->cli->out, "  from %s on: %s, %lld.%03lld %%%s\n", utc,
	    a->sla, (long long)(a->guarantee_milli / 1000),
	    (long long)(a->guarantee_milli % 1000),
	    a->accord.ours != NULL ? "" : ", without recorded consent");
}

/* The one that the instant is in; of what is over the last. */
static const struct sla_part *
part_at(const struct sla_account *a, int64_t at_ms)
{
	const struct sla_part *found = a->count > 0 ? &a->parts[0] : NULL;

	for (size_t i = 1; i < a->count; i++)
		if (a->parts[i].from_ms <= at_ms)
			found = &a->parts[i];
	return found;
}

/* The first version that is still to begin. */
static const struct ledger_agreement *
next_of(const struct ledger *l, int64_t now_ms)
{
	const struct ledger_agreements *all = ledger_agreed(l);

	for (size_t i = 0; i < all->count; i++)
		if (all->items[i].from_ms > now_ms)
			return &all->items[i];
	return NULL;
}

static void
say(const struct shown *s)
{
	const struct ledger_agreement *a = s->agreement;
	json_t *terms;

	if (a == NULL) {
		fprintf(s->cli->out, "%s: nothing is agreed\n", s->client);
		return;
	}
	fprintf(s->cli->out, "%s: %s, %lld.%03lld %% guaranteed\n", s->client,
	    a->sla, (long long)(a->guarantee_milli / 1000),
	    (long long)(a->guarantee_milli % 1000));
	terms = sla_terms_json(a, NEVER);
	say_instant(s->cli->out, "in force since", a->from_ms);
	say_accord(s);
	sla_terms_say(s->cli, NULL, terms);
	json_decref(terms);
	say_next(s);
	if (s->part != NULL)
		say_part(s->cli->out, s);
}

static void
print_json(const struct shown *s)
{
	json_t *figures = report_figures(s->report);
	json_t *parts = json_object_get(figures, "parts");
	json_t *part = s->part != NULL
	    ? json_array_get(parts,
		  (size_t)(s->part - s->report->account.parts))
	    : NULL;

	cli_print_json(s->cli,
	    json_pack("{s:s, s:o, s:O, s:O, s:O, s:o, s:o}", "client",
		s->client, "terms",
		s->agreement != NULL ? sla_terms_json(s->agreement, NEVER)
				     : json_null(),
		"period", json_object_get(figures, "period"), "verdict",
		json_object_get(figures, "verdict"), "so_far",
		json_object_get(figures, "so_far"), "part",
		part != NULL ? json_incref(part) : json_null(), "next",
		s->next != NULL ? sla_terms_json(s->next, NEVER)
				: json_null()));
	json_decref(figures);
}

static int
show(struct cli *c, const struct client *client, const struct ledger *ledger,
    int64_t now_ms, int64_t known_ms)
{
	struct shown s = { .cli = c,
		.client = client->name,
		.agreement = ledger_agreement_at(ledger, now_ms),
		.next = next_of(ledger, now_ms) };
	char error[REPORT_ERROR];
	struct sla_facts f;

	ledger_period_at(ledger, client->zone, now_ms, &f);
	if (known_ms < f.to_ms)
		f.as_of_ms = known_ms;
	ledger_facts(ledger, &f);
	s.report = report_of(client->name, client->title, &f, error);
	if (s.report == NULL)
		return cli_fail(c, "%s", error);
	s.part = part_at(&s.report->account, now_ms);
	if (c->json)
		print_json(&s);
	else
		say(&s);
	report_free(s.report);
	return CLI_DONE;
}

static int
sla_show(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms(), known_ms;
	const struct client *client;
	struct ledger *ledger;
	struct settings *s;
	int status = CLI_FAILED;

	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	client = tree_client(c, s, a->words[0]);
	if (client != NULL &&
	    (ledger = booked_ledger(c, s, client->name, now_ms, &known_ms)) !=
		NULL) {
		status = show(c, client, ledger, now_ms, known_ms);
		ledger_free(ledger);
	}
	settings_free(s);
	return status;
}

const struct cli_command cmd_sla_show = {
	.name = "sla show",
	.synopsis = "CLIENT",
	.summary = "Show a client's terms and what is left of its budget",
	.min = 1,
	.max = 1,
	.run = sla_show,
};
