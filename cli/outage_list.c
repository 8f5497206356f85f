/*
 * sunwatch outage list: a client's outages with what was noted of them, and
 * what is claimed not to count; from what stands in Redis.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/booked.h"
#include "cli/commands.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/claim.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "default: the begin of the client's month" },
	{ "to", "TIME", "default: now" },
	{ NULL, NULL, NULL },
};

struct listing {
	struct cli *cli;
	const struct ledger *ledger;
	int64_t from_ms, to_ms;
	json_t *outages, *exclusions; /* NULL: printed */
	json_t *notes;                /* of the outage in hand; NULL: printed */
	size_t count;
};

static void
print_span(struct cli *c, int64_t from_ms, int64_t to_ms)
{
	char from[40], to[40] = "now";

	civil_utc(from_ms, from, sizeof(from));
	if (to_ms != NEVER)
		civil_utc(to_ms, to, sizeof(to));
	fprintf(c->out, "%s to %s", from, to);
}

/* A text after some words, made plain; nothing when there is none. */
static void
print_text(struct cli *c, const char *words, const char *text)
{
	if (text == NULL)
		return;
	fputs(words, c->out);
	cli_plain(c, text);
}

static void
on_remark(void *arg, const struct ledger_remark *r)
{
	struct listing *l = arg;
	char at[40];

	if (l->notes != NULL) {
		json_array_append_new(l->notes,
		    json_pack("{s:I, s:s, s:s?, s:s?}", "at_ms",
			(json_int_t)r->at_ms, "by", r->by, "text", r->text,
			"cause", r->cause));
		return;
	}
	civil_utc(r->at_ms, at, sizeof(at));
	fprintf(l->cli->out, "  %s", at);
	print_text(l->cli, " ", r->by);
	print_text(l->cli, ": ", r->text);
	print_text(l->cli, ", cause: ", r->cause);
	fputc('\n', l->cli->out);
}

static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct listing *l = arg;

	if (s->kind != LEDGER_DOWN)
		return;
	l->count++;
	if (l->outages != NULL)
		l->notes = json_array();
	else {
		fprintf(l->cli->out, "%s down ", endpoint);
		print_span(l->cli, s->from_ms, s->to_ms);
		fprintf(l->cli->out, ", %s\n", reason_words(s->reason));
	}
	ledger_each_remark(l->ledger, endpoint, s->from_ms, s->to_ms, on_remark,
	    l);
	if (l->outages == NULL)
		return;
	json_array_append_new(l->outages,
	    json_pack("{s:s, s:I, s:o, s:s, s:o}", "endpoint", endpoint,
		"from_ms", (json_int_t)s->from_ms, "to_ms",
		s->to_ms == NEVER ? json_null() : json_integer(s->to_ms),
		"reason", reason_text(s->reason), "annotations", l->notes));
	l->notes = NULL;
}

static json_t *
claim_json(const struct claim *c)
{
	json_t *endpoints = json_array(), *answers = json_array();

	for (size_t i = 0; i < c->endpoint_count; i++)
		json_array_append_new(endpoints, json_string(c->endpoints[i]));
	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(answers,
		    json_pack("{s:I, s:s, s:s, s:s, s:s?}", "at_ms",
			(json_int_t)c->answers[i].at_ms, "by", c->answers[i].by,
			"who", c->answers[i].who, "consent",
			claim_consent_text(c->answers[i].consent), "text",
			c->answers[i].text));
	return json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s?, s:I, s:s, "
			 "s:o, s:o}",
	    "exclusion", c->id, "consent",
	    claim_consent_text((int)claim_consent(c)), "from_ms",
	    (json_int_t)c->from_ms, "to_ms", (json_int_t)c->to_ms, "reason",
	    claim_reason_text(c->reason), "text", c->text, "claimant",
	    c->claimant, "evidence", c->evidence, "claimed_ms",
	    (json_int_t)c->at_ms, "by", c->by, "endpoints", endpoints,
	    "answers", answers);
}

static void
on_claim(void *arg, const struct claim *c)
{
	struct listing *l = arg;

	if (c->from_ms >= l->to_ms || c->to_ms <= l->from_ms)
		return;
	l->count++;
	if (l->exclusions != NULL) {
		json_array_append_new(l->exclusions, claim_json(c));
		return;
	}
	fprintf(l->cli->out, "exclusion %s %s: ", c->id,
	    claim_consent_text((int)claim_consent(c)));
	print_span(l->cli, c->from_ms, c->to_ms);
	for (size_t i = 0; i < c->endpoint_count; i++)
		print_text(l->cli, i == 0 ? ", only " : " ", c->endpoints[i]);
	fprintf(l->cli->out, ", %s", claim_reason_text(c->reason));
	print_text(l->cli, ": ", c->text);
	print_text(l->cli, ", claimed by ", c->claimant);
	print_text(l->cli, ", evidence: ", c->evidence);
	fputc('\n', l->cli->out);
}

static void
show(struct listing *l)
{
	if (l->cli->json) {
		l->outages = json_array();
		l->exclusions = json_array();
	}
	ledger_each(l->ledger, l->from_ms, l->to_ms, on_stretch, l);
	ledger_each_claim(l->ledger, on_claim, l);
	if (l->cli->json)
		cli_print_json(l->cli,
		    json_pack("{s:o, s:o}", "outages", l->outages, "exclusions",
			l->exclusions));
	else if (l->count == 0)
		fputs("no outages, and no exclusions\n", l->cli->out);
}

static int
list(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms(), end_ms, known_ms;
	struct listing l = { .cli = c, .to_ms = now_ms };
	const struct client *client;
	struct ledger *ledger = NULL;
	struct settings *s;

	if (!cli_period(c, a, now_ms, &l.from_ms, &l.to_ms))
		return CLI_USAGE;
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	client = tree_client(c, s, a->words[0]);
	if (client != NULL && cli_value(a, "from") == NULL)
		civil_month(client->zone, l.to_ms, &l.from_ms, &end_ms);
	if (client != NULL)
		ledger = booked_ledger(c, s, client->name, now_ms, &known_ms);
	l.ledger = ledger;
	if (ledger != NULL)
		show(&l);
	ledger_free(ledger);
	settings_free(s);
	return ledger != NULL ? CLI_DONE : CLI_FAILED;
}

const struct cli_command cmd_outage_list = {
	.name = "outage list",
	.synopsis = "CLIENT [--from TIME] [--to TIME] [--json]",
	.summary = "List a client's outages and exclusions",
	.options = options,
	.min = 1,
	.max = 1,
	.run = list,
};
