/*
 * sunwatch sla history: the versions of a client's terms, and those that were
 * to come and were withdrawn.
 */
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/booked.h"
#include "cli/commands.h"
#include "cli/records.h"
#include "cli/records_stream.h"
#include "cli/sla_terms.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/record.h"
#include "lib/report_say.h"
#include "lib/store.h"

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

/* ---- what was to come, and was taken back ---- */

struct withdrawing {
	const char *client;
	json_t *rows;
};

static bool
on_entry(void *arg, const redisReply *entry)
{
	const redisReply *value = entry->element[1]->element[1];
	struct withdrawing *w = arg;
	const json_t *terms;
	char at[40], from[40];
	json_t *o;

	if (memmem(value->str, value->len, "\"withdrawn\"", 11) == NULL)
		return true; /* most are about something else */
	o = json_loadb(value->str, value->len, 0, NULL);
	terms = json_object_get(o, "terms");
	if (!text_differs(record_string(o, "what"), "withdrawn") &&
	    !text_differs(record_string(o, "subject"), w->client) &&
	    record_string(terms, "sla") != NULL) {
		civil_utc(record_int(o, "at", 0), at, sizeof(at));
		civil_utc(record_int(terms, "from", 0), from, sizeof(from));
		json_array_append_new(w->rows,
		    json_pack("{s:s, s:s, s:s}", "withdrawn", at, "name",
			record_string(terms, "sla"), "from", from));
	}
	json_decref(o);
	return true;
}

/* From the journal alone: the record has what holds.  NULL: complained. */
static json_t *
read_withdrawn(struct cli *c, const struct settings *s, const char *client)
{
	struct withdrawing w = { client, json_array() };
	struct records *redis = records_need(c, s);
	char group[16], key[32];
	bool read = false;

	store_shard_group(settings_shard(s, client), group);
	text_format(key, sizeof(key), "%sjournal", group);
	if (redis != NULL &&
	    !(read = records_stream(redis, key, "0-0", NULL, RECORDS_ALL,
		  on_entry, &w)))
		cli_fail(c, "the journal cannot be read");
	records_close(redis);
	if (read)
		return w.rows;
	json_decref(w.rows);
	return NULL;
}

static void
say_withdrawn(struct cli *c, const json_t *rows)
{
	size_t i;
	json_t *o;

	json_array_foreach(rows, i, o)
	{
		fprintf(c->out,
		    "withdrawn %s: ", record_string(o, "withdrawn"));
		cli_plain(c, record_string(o, "name"));
		fprintf(c->out, ", which was to begin %s\n",
		    record_string(o, "from"));
	}
}

static void
show(struct cli *c, const char *client, const struct ledger_agreements *all,
    json_t *withdrawn)
{
	json_t *list = json_array(), *before = NULL;

	for (size_t i = 0; i < all->count; i++) {
		const struct ledger_agreement *a = &all->items[i];
		int64_t to_ms = i + 1 < all->count ? a[1].from_ms : NEVER;
		json_t *terms = sla_terms_json(a, to_ms);

		if (!c->json)
			say_head(c, a, to_ms);
		json_array_append_new(list, terms);
		if (a->ended != NULL)
			continue; /* what its terms were bears on nothing */
		if (!c->json)
			sla_terms_say(c, before, terms);
		before = terms;
	}
	if (c->json)
		cli_print_json(c,
		    json_pack("{s:s, s:O, s:O}", "client", client, "versions",
			list, "withdrawn", withdrawn));
	else if (all->count == 0)
		fprintf(c->out, "%s: nothing was agreed so far\n", client);
	if (!c->json)
		say_withdrawn(c, withdrawn);
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
	json_t *withdrawn;

	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	client = tree_client(c, s, a->words[0]);
	if (client != NULL &&
	    (ledger = booked_ledger(c, s, client->name, clock_now_ms(),
		 &known_ms)) != NULL) {
		withdrawn = read_withdrawn(c, s, client->name);
		if (withdrawn != NULL) {
			show(c, client->name, ledger_agreed(ledger), withdrawn);
			status = CLI_DONE;
		}
		json_decref(withdrawn);
		ledger_free(ledger);
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
