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
#include "lib/interval.h"
#include "lib/ledger.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "default: the begin of the client's month" },
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
account_json(const char *client, const struct ledger_account *a,
    int64_t from_ms, int64_t to_ms, bool is_month)
{
	const struct account *w = &a->whole;
	json_t *o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "client",
	    client, "from_ms", (json_int_t)from_ms, "to_ms", (json_int_t)to_ms,
	    "period_s", (json_int_t)w->period_s, "total_s",
	    (json_int_t)w->total_s, "down_s", (json_int_t)w->down_s,
	    "unknown_s", (json_int_t)w->unknown_s);

	json_object_set_new(o, "uptime_milli", json_integer(w->uptime_milli));
	json_object_set_new(o, "coverage_milli",
	    json_integer(w->coverage_milli));
	json_object_set_new(o, "allowed_s", json_integer(w->allowed_s));
	json_object_set_new(o, "left_s", json_integer(w->left_s));
	if (is_month) {
		json_object_set_new(o, "month_allowed_s",
		    json_integer(a->best.allowed_s));
		json_object_set_new(o, "month_left_s",
		    json_integer(a->best.left_s));
		json_object_set_new(o, "month_verdict",
		    json_string(verdict_under_way(&a->best)));
		json_object_set_new(o, "so_far",
		    json_string(verdict_so_far(w, &a->best)));
	} else
		json_object_set_new(o, "verdict",
		    json_string(verdict_text(w->verdict)));
	return o;
}

static void
print(struct cli *c, const char *client, const struct ledger_account *a,
    int64_t from_ms, int64_t to_ms, bool is_month)
{
	const struct account *w = &a->whole;
	char from[40], to[40], uptime[24], coverage[24];

	civil_utc(from_ms, from, sizeof(from));
	civil_utc(to_ms, to, sizeof(to));
	account_percent(w->uptime_milli, uptime, sizeof(uptime));
	account_percent(w->coverage_milli, coverage, sizeof(coverage));
	fprintf(c->out, "%s from %s to %s: %s\n", client, from, to,
	    is_month ? verdict_so_far(w, &a->best) : verdict_text(w->verdict));
	fprintf(c->out,
	    "  uptime %s, coverage %s\n"
	    "  agreed %" PRId64 " s, of these not seen %" PRId64
	    " s; down %" PRId64 " s, allowed of these %" PRId64 " s\n",
	    uptime, coverage, w->period_s, w->unknown_s, w->down_s,
	    w->allowed_s);
	if (is_month)
		fprintf(c->out,
		    "  the whole month allows %" PRId64 " s, left %" PRId64
		    " s\n",
		    a->best.allowed_s, a->best.left_s);
}

/* month_ms: the end of the month that is under way; 0: a period was given. */
static int
show(struct cli *c, const struct settings *s, const char *client,
    int64_t from_ms, int64_t to_ms, int64_t month_ms)
{
	struct ledger *ledger = booked_ledger(c, s, client, NULL);
	struct stretches all = { .cli = c };
	struct ledger_account account = { 0 };
	json_t *o = NULL;

	if (ledger == NULL)
		return CLI_FAILED;
	ledger_account(ledger, from_ms, month_ms > 0 ? month_ms : to_ms, to_ms,
	    &account);
	if (c->json)
		o = account_json(client, &account, from_ms, to_ms,
		    month_ms > 0);
	else
		print(c, client, &account, from_ms, to_ms, month_ms > 0);
	all.list = c->json ? json_array() : NULL;
	ledger_each(ledger, from_ms, to_ms, on_stretch, &all);
	if (c->json) {
		json_object_set_new(o, "stretches", all.list);
		cli_print_json(c, o);
	}
	ledger_account_clear(&account);
	ledger_free(ledger);
	return CLI_DONE;
}

static int
account(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms(), from_ms = 0, to_ms = now_ms,
		end_ms = 0;
	const struct client *client;
	struct settings *s;
	int status = CLI_FAILED;

	if (!cli_period(c, a, now_ms, &from_ms, &to_ms))
		return CLI_USAGE;
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	if ((client = tree_client(c, s, a->words[0])) != NULL) {
		if (cli_value(a, "from") == NULL)
			civil_month(client->zone, to_ms, &from_ms, &end_ms);
		status = show(c, s, client->name, from_ms, to_ms, end_ms);
	}
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
