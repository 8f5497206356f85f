/*
 * sunwatch maintenance list: what stands in Redis; no collector is needed.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/store.h"
#include "lib/text.h"
#include "lib/window.h"

static const struct cli_option options[] = {
	{ "client", "NAME", "only of this client" },
	{ "all", NULL, "what is over or cancelled, too" },
	{ NULL, NULL, NULL },
};

struct listing {
	struct cli *cli;
	const struct settings *settings;
	const char *client; /* NULL: all */
	struct window **items;
	size_t count, unreadable;
};

static void
on_field(void *arg, const char *field, const char *value, size_t length)
{
	struct listing *l = arg;
	char error[160];
	struct window *w = window_decode(field, value, length, error);

	if (w == NULL) {
		cli_fail(l->cli, "%s: %s", field, error);
		l->unreadable++;
		return;
	}
	if (l->client != NULL && strcmp(w->client, l->client) != 0) {
		window_free(w);
		return;
	}
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	l->items = mem_grow(l->items, (l->count + 1) * sizeof(*l->items));
	l->items[l->count++] = w;
}

static bool
read_all(struct listing *l)
{
	struct records *redis = records_need(l->cli, l->settings);
	bool read = redis != NULL;

	for (unsigned i = 0; read && i < (unsigned)l->settings->shards; i++) {
		char group[16];

		if (l->client != NULL &&
		    settings_shard(l->settings, l->client) != i)
			continue;
		store_shard_group(i, group);
		read = records_each(redis, group, "windows", on_field, l);
	}
	if (redis != NULL && !read)
		cli_fail(l->cli, "Redis cannot be read");
	records_close(redis);
	return read;
}

/* ---- one time of a window ---- */

struct row {
	const struct window *window;
	const struct window_time *time;
	int64_t from_ms, to_ms;
	const char *state;
};

static const char *
state_of(const struct window_time *t, int64_t now_ms, struct row *row)
{
	if (!window_stands(t, &row->from_ms, &row->to_ms))
		return "cancelled";
	if (row->to_ms <= now_ms)
		return "over";
	return row->from_ms <= now_ms ? "now" : "coming";
}

static int
by_begin(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	if (strcmp(x->window->id, y->window->id) != 0)
		return strcmp(x->window->id, y->window->id);
	return strcmp(x->window->client, y->window->client);
}

static json_t *
change_json(const struct window_change *c)
{
	json_t *o = json_pack("{s:I, s:s, s:b, s:I, s:I}", "at_ms",
	    (json_int_t)c->at_ms, "by", c->by, "cancelled", (int)c->cancelled,
	    "from_ms", (json_int_t)c->from_ms, "to_ms", (json_int_t)c->to_ms);

	if (c->why != NULL)
		json_object_set_new(o, "why", json_string(c->why));
	if (c->forced != NULL)
		json_object_set_new(o, "forced", json_string(c->forced));
	return o;
}

static json_t *
row_json(const struct row *r)
{
	const struct window *w = r->window;
	json_t *o = json_pack("{s:s, s:s, s:i, s:s, s:I, s:I, s:I, s:s, s:s}",
	    "window", w->id, "client", w->client, "nth",
	    (int)(r->time - w->times) + 1, "state", r->state, "from_ms",
	    (json_int_t)r->from_ms, "to_ms", (json_int_t)r->to_ms,
	    "announced_ms", (json_int_t)w->at_ms, "by", w->by, "text", w->text);
	json_t *list = json_array();

	if (w->rule != NULL)
		json_object_set_new(o, "rule", json_string(w->rule));
	if (w->forced != NULL)
		json_object_set_new(o, "forced", json_string(w->forced));
	for (size_t i = 0; i < w->endpoint_count; i++)
		json_array_append_new(list, json_string(w->endpoints[i]));
	json_object_set_new(o, "endpoints", list);
	list = json_array();
	for (size_t i = 0; i < r->time->count; i++)
		json_array_append_new(list, change_json(&r->time->changes[i]));
	json_object_set_new(o, "changes", list);
	return o;
}

static void
print_row(const struct listing *l, const struct row *r)
{
	const struct window *w = r->window;
	const struct client *c = settings_client(l->settings, w->client);
	const char *zone = c != NULL ? c->zone : "UTC";
	char from[40], to[40];

	civil_full(zone, r->from_ms, from, sizeof(from));
	civil_full(zone, r->to_ms, to, sizeof(to));
	fprintf(l->cli->out, "%s%s", w->id, w->count > 1 ? "" : " ");
	if (w->count > 1)
		fprintf(l->cli->out, " (%d of %zu) ",
		    (int)(r->time - w->times) + 1, w->count);
	fprintf(l->cli->out, "%s %s: %s to %s", w->client, r->state, from, to);
	for (size_t i = 0; i < w->endpoint_count; i++)
		fprintf(l->cli->out, "%s%s", i == 0 ? ", only " : " ",
		    w->endpoints[i]);
	fputs(": ", l->cli->out);
	cli_plain(l->cli, w->text);
	fputs(" (by ", l->cli->out);
	cli_plain(l->cli, w->by);
	fputs(")\n", l->cli->out);
}

static void
show(struct listing *l, bool all)
{
	int64_t now_ms = clock_now_ms();
	struct row *rows = NULL;
	json_t *list = json_array();
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		for (size_t k = 0; k < l->items[i]->count; k++) {
			struct row r = { .window = l->items[i],
				.time = &l->items[i]->times[k] };

			r.state = state_of(r.time, now_ms, &r);
			if (!all && strcmp(r.state, "now") != 0 &&
			    strcmp(r.state, "coming") != 0)
				continue;
			rows = mem_grow(rows, (n + 1) * sizeof(*rows));
			rows[n++] = r;
		}
	if (n > 0)
		qsort(rows, n, sizeof(*rows), by_begin);
	for (size_t i = 0; i < n; i++)
		if (l->cli->json)
			json_array_append_new(list, row_json(&rows[i]));
		else
			print_row(l, &rows[i]);
	if (l->cli->json)
		cli_print_json(l->cli, json_pack("{s:O}", "windows", list));
	else if (n == 0)
		fputs("no maintenance is announced\n", l->cli->out);
	json_decref(list);
	free(rows);
}

static int
list(struct cli *c, const struct cli_arguments *a)
{
	struct settings *s = tree_load(c);
	struct listing l = { .cli = c,
		.settings = s,
		.client = cli_value(a, "client") };
	int status = CLI_FAILED;

	if (s == NULL)
		return CLI_FAILED;
	if ((l.client == NULL || tree_client(c, s, l.client) != NULL) &&
	    read_all(&l)) {
		show(&l, cli_value(a, "all") != NULL);
		status = l.unreadable == 0 ? CLI_DONE : CLI_FAILED;
	}
	for (size_t i = 0; i < l.count; i++)
		window_free(l.items[i]);
	free(l.items);
	settings_free(s);
	return status;
}

const struct cli_command cmd_maintenance_list = {
	.name = "maintenance list",
	.synopsis = "[--client NAME] [--all] [--json]",
	.summary = "List announced maintenance",
	.options = options,
	.run = list,
};
