/* sunwatch status: every endpoint's state, and how the pager is. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/control.h"
#include "cli/records.h"
#include "cli/show.h"
#include "cli/tree.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/observation.h"
#include "lib/renames.h"
#include "lib/store.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "client", "NAME", "only this client" },
	{ NULL, NULL, NULL },
};

struct report {
	struct cli *cli;
	const struct settings *settings;
	const char *client; /* NULL: all */
	int64_t now_ms;
	json_t *list; /* NULL: printed */
	struct renames names;
};

/* Regions that do see it work, but not in time. */
static int
count_slow(const json_t *state)
{
	const json_t *region;
	int count = 0;
	size_t i;

	json_array_foreach(json_object_get(state, "regions"), i, region)
	    count += strcmp(show_text(region, "outcome"), "slow") == 0;
	return count;
}

static void
print_state(struct report *r, const struct endpoint *e, const json_t *state)
{
	char since[32];
	int64_t since_ms = show_number(state, "since");

	text_duration(r->now_ms - since_ms, since, sizeof(since));
	fprintf(r->cli->out, "%-28s ", e->id);
	show_state(r->cli, show_text(state, "state"));
	if (since_ms > 0)
		fprintf(r->cli->out, " for %s", since);
	if (strcmp(show_text(state, "reason"), "none") != 0 &&
	    *show_text(state, "reason") != '\0')
		fprintf(r->cli->out, ", %s",
		    reason_code_words(show_text(state, "reason")));
	fprintf(r->cli->out, ", %d of %d fresh regions fail",
	    (int)show_number(state, "failing"),
	    (int)show_number(state, "fresh"));
	if (count_slow(state) > 0)
		fprintf(r->cli->out, ", %d slow", count_slow(state));
	fputc('\n', r->cli->out);
}

static void
on_name(void *arg, const char *field, const char *value, size_t length)
{
	char error[160];

	(void)renames_load(arg, field, value, length, error);
}

/* Of all shards: no two have a client in common. */
static void
read_names(struct report *r, struct records *c)
{
	char group[16];

	for (unsigned i = 0; i < r->settings->shards; i++) {
		store_shard_group(i, group);
		(void)records_each(c, group, "names", on_name, &r->names);
	}
}

/* NULL: there is none; also under the name that evaluate still knows. */
static char *
state_record(struct report *r, struct records *c, const struct endpoint *e)
{
	const char *key = renames_key(&r->names, e->id, TIME_MAX);
	char group[16], *record;

	store_shard_group(settings_shard(r->settings, e->client->name), group);
	record = records_field(c, group, "states", key);
	if (record == NULL && e->was_id != NULL)
		record = records_field(c, group, "states",
		    renames_key(&r->names, e->was_id, TIME_MAX));
	return record;
}

static void
report_endpoint(struct report *r, struct records *c, const struct endpoint *e)
{
	char *record = e->disabled == NULL ? state_record(r, c, e) : NULL;
	json_t *state;

	state = record != NULL ? json_loads(record, 0, NULL) : NULL;
	free(record);
	if (state == NULL)
		state = json_pack("{s:s}", "state",
		    e->disabled != NULL ? "not watched" : "unknown");
	if (r->list != NULL) {
		json_object_set_new(state, "endpoint", json_string(e->id));
		json_array_append_new(r->list, state);
		return;
	}
	if (e->disabled != NULL)
		fprintf(r->cli->out, "%-28s not watched: %s\n", e->id,
		    e->disabled);
	else
		print_state(r, e, state);
	json_decref(state);
}

static void
report_all(struct report *r, struct records *c)
{
	CONF_EACH (const struct client, client, &r->settings->clients) {
		if (r->client != NULL && strcmp(r->client, client->name) != 0)
			continue;
		CONF_EACH (const struct endpoint, e, &client->endpoints)
			report_endpoint(r, c, e);
	}
}

/* The pager's answer, or an object that says why there is none. */
static json_t *
ask_pager(struct cli *c, const struct settings *s)
{
	char path[512], error[256];
	json_t *answer;

	if (c->socket != NULL)
		text_copy(path, sizeof(path), c->socket);
	else
		text_format(path, sizeof(path), "%s/pager.sock",
		    s->site.state_dir);
	answer =
	    control_ask(path, json_pack("{s:s}", "command", "status"), error);
	if (answer == NULL)
		answer = json_pack("{s:b, s:s}", "ok", 0, "error", error);
	return answer;
}

static void
print_pager(struct cli *c, const json_t *pager)
{
	int open = (int)show_number(pager, "open");
	int pages = (int)show_number(pager, "pages");

	if (!json_is_true(json_object_get(pager, "ok"))) {
		fputs("pager: ", c->out);
		cli_styled(c, STYLE_BAD, show_text(pager, "error"));
		fputc('\n', c->out);
		return;
	}
	fprintf(c->out, "pager: %s, store %s", show_pager(pager),
	    json_is_true(json_object_get(pager, "store")) ? "up" : "away");
	if (json_is_true(json_object_get(pager, "active")))
		fprintf(c->out, ", %d incident%s open, %d page%s call%s", open,
		    open == 1 ? "" : "s", pages, pages == 1 ? "" : "s",
		    pages == 1 ? "s" : "");
	fputc('\n', c->out);
}

static int
report(struct cli *c, const struct settings *s, const char *client)
{
	struct report r = { .cli = c,
		.settings = s,
		.client = client,
		.now_ms = clock_now_ms() };
	struct records *redis = records_need(c, s);
	json_t *pager;
	bool answers;

	if (redis == NULL)
		return CLI_FAILED;
	r.list = c->json ? json_array() : NULL;
	read_names(&r, redis);
	report_all(&r, redis);
	renames_clear(&r.names);
	records_close(redis);
	pager = ask_pager(c, s);
	answers = json_is_true(json_object_get(pager, "ok"));
	if (r.list != NULL)
		cli_print_json(c,
		    json_pack("{s:o, s:o}", "endpoints", r.list, "pager",
			pager));
	else {
		print_pager(c, pager);
		json_decref(pager);
	}
	return answers ? CLI_DONE : CLI_FAILED;
}

static int
status(struct cli *c, const struct cli_arguments *a)
{
	const char *client = cli_value(a, "client");
	struct settings *s = tree_load(c);
	int result;

	if (s == NULL)
		return CLI_FAILED;
	if (client != NULL && tree_client(c, s, client) == NULL)
		result = CLI_FAILED;
	else
		result = report(c, s, client);
	settings_free(s);
	return result;
}

const struct cli_command cmd_status = {
	.name = "status",
	.synopsis = "[--client NAME] [--json]",
	.summary = "Say how every endpoint and the pager are",
	.options = options,
	.run = status,
};
