/*
 * sunwatch erase: names of people go from what is kept of the past, now and
 * not when they are old enough.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/records.h"
#include "cli/records_stream.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/erase.h"
#include "lib/store.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "before", "TIME", "written before this (default: site.names_after)" },
	{ "person", "NAME", "only this one's (default: anybody's)" },
	{ "dry-run", NULL, "count what would be erased; change nothing" },
	{ NULL, NULL, NULL },
};

struct counting {
	struct records *redis;
	int64_t before_ms;
	const char *person;
	size_t records, entries;
};

static bool
has_names(const struct counting *n, const char *value, size_t length)
{
	char *text = erase_names(value, length, n->before_ms, n->person);
	bool has = text != NULL;

	free(text);
	return has;
}

static void
on_field(void *arg, const char *field, const char *value, size_t length)
{
	struct counting *n = arg;

	(void)field;
	n->records += has_names(n, value, length);
}

static bool
on_entry(void *arg, const redisReply *entry)
{
	struct counting *n = arg;
	const redisReply *value = entry->element[1]->element[1];

	n->entries += has_names(n, value->str, value->len);
	return true;
}

static bool
count_journal(struct counting *n, const char *group)
{
	char key[32];

	text_format(key, sizeof(key), "%sjournal", group);
	return records_stream(n->redis, key, "0-0", NULL, RECORDS_ALL, on_entry,
	    n);
}

static bool
count_shard(struct counting *n, unsigned shard)
{
	static const char *const keys[] = { "windows", "exclusions",
		"annotations" };
	char group[16];
	bool read = true;

	store_shard_group(shard, group);
	for (size_t i = 0; read && i < sizeof(keys) / sizeof(keys[0]); i++)
		read = records_each(n->redis, group, keys[i], on_field, n);
	return read && count_journal(n, group);
}

static int
count(struct cli *c, const struct settings *s, int64_t before_ms,
    const char *person)
{
	struct counting n = { .redis = records_need(c, s),
		.before_ms = before_ms,
		.person = person };
	bool read = n.redis != NULL;

	for (unsigned i = 0; read && i < s->shards; i++)
		if (!(read = count_shard(&n, i)))
			cli_fail(c, "Redis cannot be read");
	records_close(n.redis);
	if (!read)
		return CLI_FAILED;
	if (c->json)
		cli_print_json(c,
		    json_pack("{s:I, s:I}", "records", (json_int_t)n.records,
			"entries", (json_int_t)n.entries));
	else
		fprintf(c->out,
		    "names would be erased from %zu records and %zu entries "
		    "of journals\n",
		    n.records, n.entries);
	return CLI_DONE;
}

static int
erase_in(struct cli *c, const struct cli_arguments *a, const struct settings *s)
{
	const char *before = cli_value(a, "before");
	const char *person = cli_value(a, "person");
	int64_t now_ms = clock_now_ms();
	int64_t before_ms = now_ms - s->site.names_after_ms;
	json_t *request;

	if (before != NULL &&
	    !cli_time(c, "before", before, now_ms, &before_ms))
		return CLI_USAGE;
	if (cli_value(a, "dry-run") != NULL)
		return count(c, s, before_ms, person);
	request = json_pack("{s:s, s:I}", "command", "erase", "before_ms",
	    (json_int_t)before_ms);
	if (person != NULL)
		json_object_set_new(request, "name", json_string(person));
	return control_run_collector(c, s, request, NULL);
}

static int
erase(struct cli *c, const struct cli_arguments *a)
{
	struct settings *s = tree_load(c);
	int status;

	if (s == NULL)
		return CLI_FAILED;
	status = erase_in(c, a, s);
	settings_free(s);
	return status;
}

const struct cli_command cmd_erase = {
	.name = "erase",
	.synopsis = "[--before TIME] [--person NAME] [--dry-run]",
	.summary = "Take names of people out of what is kept",
	.options = options,
	.run = erase,
	.asks_collector = true,
};
