/*
 * sunwatch account: a client's uptime over a period, from what is booked.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/booked.h"
#include "cli/commands.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/ledger_facts.h"
#include "lib/report_say.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "default: the begin of the client's period" },
	{ "to", "TIME", "default: now" },
	{ NULL, NULL, NULL },
};

/* An instant, or null for one that has not come. */
static json_t *
instant(int64_t at_ms)
{
	return at_ms == NEVER ? json_null() : json_integer(at_ms);
}

/* The other side of an edge; null: none, or nobody had looked before. */
static json_t *
side(int64_t at_ms)
{
	return at_ms == LEDGER_UNSEEN ? json_null() : instant(at_ms);
}

static const char *
side_text(int64_t at_ms, char text[40])
{
	if (at_ms == LEDGER_UNSEEN)
		text_copy(text, 40, "unknown: not looked at before");
	else
		civil_utc(at_ms, text, 40);
	return text;
}

/* What an account is made of: a stretch with both sides of its edges. */
struct stretches {
	struct cli *cli;
	json_t *list; /* NULL: printed */
};

static json_t *
stretch_json(const char *endpoint, const struct ledger_stretch *s)
{
	return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:s, s:b}", "endpoint",
	    endpoint, "kind", ledger_kind_text(s->kind), "from_ms",
	    (json_int_t)s->from_ms, "from_before_ms", side(s->from_before_ms),
	    "to_ms", instant(s->to_ms), "to_before_ms", side(s->to_before_ms),
	    "reason", reason_text(s->reason), "removed", (int)s->removed);
}

static void
print_stretch(FILE *out, const char *endpoint, const struct ledger_stretch *s)
{
	bool down = s->kind == LEDGER_DOWN;
	char from[40], before[40], to[40], last[40];

	civil_utc(s->from_ms, from, sizeof(from));
	fprintf(out, "  %s %s from %s", endpoint, ledger_kind_text(s->kind),
	    from);
	if (down)
		fprintf(out, " (last good %s)",
		    side_text(s->from_before_ms, before));
	if (s->to_ms == NEVER) {
		fputs(", and it goes on\n", out);
		return;
	}
	civil_utc(s->to_ms, to, sizeof(to));
	fprintf(out, " to %s", to);
	if (down)
		fprintf(out, " (last failed %s)",
		    side_text(s->to_before_ms, last));
	fputs(s->removed ? ", removed\n" : "\n", out);
}

static void
on_stretch(void *arg, const char *endpoint, const struct ledger_stretch *s)
{
	struct stretches *all = arg;

	if (all->list != NULL)
		json_array_append_new(all->list, stretch_json(endpoint, s));
	else
		print_stretch(all->cli->out, endpoint, s);
}

static json_t *
percent(int64_t millionths)
{
	char text[24];

	sla_percent(millionths, text, sizeof(text));
	return json_string(text);
}

/* What stands in the records and has no room in the account. */
static json_t *
left_out(const struct sla_facts *f)
{
	struct text words = { 0 };
	json_t *said;

	report_say_left(f, &words);
	said = json_string(words.data);
	text_clear(&words);
	return said;
}

static void
print_left_out(struct cli *c, const struct sla_facts *f)
{
	struct text words = { 0 };

	report_say_left(f, &words);
	if (words.length > 0)
		fprintf(c->out, "  %s\n", words.data);
	text_clear(&words);
}

static json_t *
account_json(const char *client, const struct ledger_account *a)
{
	const struct account *w = &a->whole;
	json_t *o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
	    "client", client, "from_ms", (json_int_t)a->facts.from_ms, "to_ms",
	    (json_int_t)a->facts.to_ms, "period_s", (json_int_t)w->period_s,
	    "excluded_s", (json_int_t)w->excluded_s, "total_s",
	    (json_int_t)w->total_s, "down_s", (json_int_t)w->down_s,
	    "unknown_s", (json_int_t)w->unknown_s);

	json_object_set_new(o, "uptime",
	    w->total_s > 0 ? percent(w->uptime) : json_null());
	json_object_set_new(o, "coverage",
	    w->coverage >= 0 ? percent(w->coverage) : json_null());
	json_object_set_new(o, "allowed_s", json_integer(w->allowed_s));
	json_object_set_new(o, "left_s", json_integer(w->left_s));
	json_object_set_new(o, "verdict",
	    json_string(verdict_text(a->full.verdict)));
	if (sla_is_incomplete(&a->facts))
		json_object_set_new(o, "incomplete", left_out(&a->facts));
	if (a->full.is_under_way) {
		json_object_set_new(o, "counted_to_ms",
		    json_integer(a->facts.as_of_ms));
		json_object_set_new(o, "so_far",
		    json_string(verdict_so_far(w->verdict, a->best.verdict)));
	}
	return o;
}

static void
print(struct cli *c, const char *client, const struct ledger_account *a)
{
	const struct account *w = &a->whole;
	char from[40], to[40], known[40], uptime[24], coverage[24];

	civil_utc(a->facts.from_ms, from, sizeof(from));
	civil_utc(a->facts.to_ms, to, sizeof(to));
	account_percent(w->uptime, uptime, sizeof(uptime));
	account_percent(w->coverage > 0 ? w->coverage : 0, coverage,
	    sizeof(coverage));
	fprintf(c->out, "%s from %s to %s: %s\n", client, from, to,
	    a->full.is_under_way ? verdict_so_far(w->verdict, a->best.verdict)
				 : verdict_text(w->verdict));
	if (a->full.is_under_way) {
		civil_utc(a->facts.as_of_ms, known, sizeof(known));
		fprintf(c->out, "  known up to %s\n", known);
	}
	print_left_out(c, &a->facts);
	fprintf(c->out,
	    "  uptime %s, coverage %s\n"
	    "  agreed %" PRId64 " s, of these excluded %" PRId64
	    " s, not seen %" PRId64 " s; down %" PRId64 " s\n"
	    "  all of it allows %" PRId64 " s, left %" PRId64 " s\n",
	    w->total_s > 0 ? uptime : "not known", coverage, w->period_s,
	    w->excluded_s, w->unknown_s, w->down_s, w->allowed_s, w->left_s);
}

static void
show(struct cli *c, const struct ledger *ledger, const char *client,
    const struct ledger_account *account, int64_t now_ms)
{
	const struct sla_facts *f = &account->facts;
	struct stretches all = { .cli = c };
	json_t *o = NULL;

	if (c->json)
		o = account_json(client, account);
	else
		print(c, client, account);
	all.list = c->json ? json_array() : NULL;
	ledger_each(ledger, f->from_ms, f->to_ms < now_ms ? f->to_ms : now_ms,
	    on_stretch, &all);
	if (c->json) {
		json_object_set_new(o, "stretches", all.list);
		cli_print_json(c, o);
	}
}

/* Of the period under way, or of the time that was given. */
static int
show_client(struct cli *c, const struct cli_arguments *a,
    const struct settings *s, const struct client *client, int64_t from_ms,
    int64_t to_ms, int64_t now_ms)
{
	struct ledger_account account;
	struct sla_facts facts;
	struct ledger *ledger;
	int64_t known_ms;

	ledger = booked_ledger(c, s, client->name, now_ms, &known_ms);
	if (ledger == NULL)
		return CLI_FAILED;
	if (cli_value(a, "from") == NULL)
		ledger_period_at(ledger, client->zone, to_ms, &facts);
	else
		ledger_period_between(ledger, client->zone, from_ms, to_ms,
		    &facts);
	ledger_account(ledger, &facts, to_ms < known_ms ? to_ms : known_ms,
	    &account);
	show(c, ledger, client->name, &account, now_ms);
	ledger_account_clear(&account);
	ledger_free(ledger);
	return CLI_DONE;
}

static int
account(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms(), from_ms = 0, to_ms = now_ms;
	const struct client *client;
	struct settings *s;
	int status = CLI_FAILED;

	if (!cli_period(c, a, now_ms, &from_ms, &to_ms))
		return CLI_USAGE;
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	if ((client = tree_client(c, s, a->words[0])) != NULL)
		status = show_client(c, a, s, client, from_ms, to_ms, now_ms);
	settings_free(s);
	return status;
}

const struct cli_command cmd_account = {
	.name = "account",
	.synopsis = "CLIENT [--from TIME] [--to TIME]",
	.summary = "Say how a client's uptime stands",
	.options = options,
	.min = 1,
	.max = 1,
	.run = account,
};
