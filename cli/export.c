/*
 * sunwatch export: what accounts are made of, as JSON lines; or all that is
 * stored of one client, to be taken in elsewhere by "sunwatch import".
 *
 * A shard core is filled with the stored records, as evaluate does at its
 * start, and asked for all that states follow from; then come the bookings
 * as they stand.  Whoever wants to can recompute every figure.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/history.h"
#include "cli/records.h"
#include "cli/shard_read.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/renames.h"
#include "lib/store.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "from", "TIME", "facts from here on (default: 31 days ago)" },
	{ "to", "TIME", "facts before this (default: now)" },
	{ NULL, NULL, NULL },
};

struct exporter {
	struct cli *cli;
	const struct settings *settings;
	struct records *redis;
	int64_t from_ms, to_ms;
	size_t unreadable;
	struct renames names;
};

static void
on_line(void *arg, const char *json, size_t length)
{
	struct exporter *e = arg;

	fwrite(json, 1, length, e->cli->out);
}

/* {"booked":"acme/learn","from":...,"record":{...}} */
static void
on_outage(void *arg, const char *field, const char *value, size_t length)
{
	const char *bar = strchr(field, '|');
	struct exporter *e = arg;
	char key[RENAMES_NAME_ROOM];
	json_t *record = json_loadb(value, length, 0, NULL), *line;

	if (bar == NULL || record == NULL) {
		json_decref(record);
		return;
	}
	text_format(key, sizeof(key), "%.*s", (int)(bar - field), field);
	line = json_pack("{s:s, s:I, s:o}", "booked",
	    renames_name(&e->names, key, TIME_MAX), "from",
	    (json_int_t)strtoll(bar + 1, NULL, 10), "record", record);
	json_dumpf(line, e->cli->out, JSON_COMPACT);
	fputc('\n', e->cli->out);
	json_decref(line);
}

static void
on_name(void *arg, const char *field, const char *value, size_t length)
{
	struct exporter *e = arg;
	char error[160];

	e->unreadable +=
	    renames_load(&e->names, field, value, length, error) != 0;
}

static bool
export_shard(struct exporter *e, unsigned number)
{
	const struct shard_span span = { NULL, e->from_ms, e->to_ms };
	struct shard *shard = shard_read(e->cli, e->settings, e->redis, number,
	    &span, &e->unreadable);
	char group[16];
	bool read;

	if (shard == NULL)
		return false;
	shard_export(shard, e->from_ms, e->to_ms, on_line, e);
	shard_free(shard);
	store_shard_group(number, group);
	read = records_each(e->redis, group, "names", on_name, e) &&
	    records_each(e->redis, group, "outages", on_outage, e);
	renames_clear(&e->names);
	if (!read)
		cli_fail(e->cli, "Redis cannot be read");
	return read;
}

static int
export_all(struct exporter *e)
{
	bool read = true;

	if ((e->redis = records_need(e->cli, e->settings)) == NULL)
		return CLI_FAILED;
	for (unsigned i = 0; read && i < e->settings->shards; i++)
		read = export_shard(e, i);
	records_close(e->redis);
	return read && e->unreadable == 0 ? CLI_DONE : CLI_FAILED;
}

/* Of one that has left the tree, too. */
static int
export_history(struct cli *c, const struct settings *s, const char *client)
{
	struct records *redis = records_need(c, s);
	struct history h = { 0 };
	int status = CLI_FAILED;

	if (redis == NULL)
		return CLI_FAILED;
	if (history_gather(c, s, redis, client, &h)) {
		if (h.count == 0 && settings_client(s, client) == NULL)
			(void)tree_client(c, s, client);
		else if (history_write(&h, c->out) != 0)
			cli_fail(c, "it could not be written");
		else
			status = CLI_DONE;
	}
	history_clear(&h);
	records_close(redis);
	return status;
}

static int
export_command(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms();
	struct exporter e = { .cli = c,
		.from_ms = now_ms - 31 * INT64_C(86400000),
		.to_ms = now_ms };
	struct settings *s;
	int status;

	if (!cli_period(c, a, now_ms, &e.from_ms, &e.to_ms))
		return CLI_USAGE;
	if (a->count > 0 &&
	    (cli_value(a, "from") != NULL || cli_value(a, "to") != NULL))
		return cli_misuse(c,
		    "a client's history is whole: no --from, no --to");
	if (a->count > 0 && !moved_is_client(a->words[0]))
		return cli_misuse(c, "\"%s\" is no client's name", a->words[0]);
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	e.settings = s;
	status =
	    a->count > 0 ? export_history(c, s, a->words[0]) : export_all(&e);
	settings_free(s);
	return status;
}

const struct cli_command cmd_export = {
	.name = "export",
	.synopsis = "[CLIENT | [--from TIME] [--to TIME]]",
	.summary = "Print facts, terms and bookings, or a client's history",
	.options = options,
	.max = 1,
	.run = export_command,
};
