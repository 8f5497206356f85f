/*
 * sunwatch why: why an endpoint is, or was, in the state it is in, and why
 * somebody was, or was not, woken.
 *
 * From what is stored, by the very code that evaluate and pager decide by:
 * what each region saw, what made a region blind, which terms were in force,
 * what was booked (why_seen); when the quorum was met (why_quorum); who was
 * called, and why (why_woken).
 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/records.h"
#include "cli/shard_read.h"
#include "cli/show.h"
#include "cli/tree.h"
#include "cli/why_seen.h"
#include "cli/why_woken.h"
#include "cli/woken_read.h"
#include "lib/clock.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "at", "TIME", "then (default: now)" },
	{ NULL, NULL, NULL },
};

struct question {
	struct cli *cli;
	const struct settings *settings;
	struct records *redis;
	const char *endpoint;
	int64_t at_ms, now_ms;
	bool is_now; /* no --at */
};

static int64_t
until(const struct question *q)
{
	return q->at_ms + WOKEN_NEAR_MS < q->now_ms ? q->at_ms + WOKEN_NEAR_MS
						    : q->now_ms + 1;
}

/* All of it, as one object; NULL: complained about. */
static json_t *
answer(const struct question *q, const struct shard *shard,
    const struct why_seen *seen)
{
	const struct why_question woken = { q->cli, q->settings, q->redis,
		q->endpoint, q->at_ms, q->is_now, seen->view };
	json_t *about_people = why_woken(&woken), *o;

	if (about_people == NULL)
		return NULL;
	o = why_seen_json(seen);
	json_object_set_new(o, "around",
	    why_quorum_json(seen, shard, q->at_ms - WOKEN_NEAR_MS, until(q)));
	json_object_set_new(o, "woken", about_people);
	return o;
}

static int
say(const struct question *q, const struct why_seen *seen, json_t *all)
{
	if (all == NULL)
		return CLI_FAILED;
	if (q->cli->json) {
		cli_print_json(q->cli, all);
		return CLI_DONE;
	}
	why_seen_print(seen);
	why_quorum_print(q->cli, json_object_get(all, "around"), q->at_ms);
	why_say_woken(q->cli, json_object_get(all, "woken"));
	json_decref(all);
	return CLI_DONE;
}

static int
explain(struct question *q, const struct shard *shard)
{
	struct shard_view view;
	struct why_seen seen = { q->cli, q->endpoint, q->at_ms, &view };

	if (!shard_look(shard, q->endpoint, q->at_ms, &view)) {
		/* One that was taken out of the tree may still be known. */
		if (tree_endpoint(q->cli, q->settings, q->endpoint) == NULL)
			return CLI_FAILED;
		return cli_fail(q->cli, "nothing is known of \"%s\" yet",
		    q->endpoint);
	}
	seen.endpoint = q->endpoint = view.endpoint;
	return say(q, &seen, answer(q, shard, &seen));
}

/* What the pager has in memory is all that can be said. */
static int
ask_pager_alone(const struct question *q)
{
	json_t *list = json_array();
	const json_t *incident;
	bool is_there =
	    q->is_now && why_by_pager(q->cli, q->settings, q->endpoint, list);
	size_t i;

	cli_fail(q->cli,
	    "what regions saw, and what was before, cannot be said%s",
	    !q->is_now      ? ""
		: !is_there ? "; nor does a pager answer"
			    : "; this the pager knows");
	if (q->cli->json && is_there)
		cli_print_json(q->cli,
		    json_pack("{s:s, s:I, s:O}", "endpoint", q->endpoint,
			"at_ms", (json_int_t)q->at_ms, "incidents", list));
	json_array_foreach(list, i, incident)
	{
		if (!q->cli->json)
			show_incident(q->cli, incident, q->now_ms);
	}
	if (is_there && !q->cli->json && json_array_size(list) == 0)
		fprintf(q->cli->out, "%s has no open incident\n", q->endpoint);
	json_decref(list);
	return CLI_FAILED;
}

static int
ask(struct question *q)
{
	const struct shard_span span = { q->endpoint, q->at_ms - WOKEN_NEAR_MS,
		until(q) };
	size_t unreadable = 0;
	struct shard *shard;
	char client[64];
	int status = CLI_FAILED;

	q->redis = records_need(q->cli, q->settings);
	if (q->redis == NULL)
		return ask_pager_alone(q);
	text_format(client, sizeof(client), "%.*s",
	    (int)strcspn(q->endpoint, "/"), q->endpoint);
	shard = shard_read(q->cli, q->settings, q->redis,
	    settings_shard(q->settings, client), &span, &unreadable);
	if (shard != NULL)
		status = explain(q, shard);
	shard_free(shard);
	records_close(q->redis);
	return status;
}

static int
why(struct cli *c, const struct cli_arguments *a)
{
	int64_t now_ms = clock_now_ms();
	const char *at = cli_value(a, "at");
	struct question q = { .cli = c,
		.endpoint = a->words[0],
		.at_ms = now_ms,
		.now_ms = now_ms,
		.is_now = at == NULL };
	struct settings *s;
	int status;

	if (strchr(q.endpoint, '/') == NULL)
		return cli_misuse(c, "\"%s\" is not CLIENT/ENDPOINT",
		    q.endpoint);
	if (at != NULL && !cli_time(c, "at", at, now_ms, &q.at_ms))
		return CLI_USAGE;
	if (q.at_ms > now_ms)
		return cli_misuse(c, "nobody has seen %s yet", at);
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	q.settings = s;
	status = ask(&q);
	settings_free(s);
	return status;
}

const struct cli_command cmd_why = {
	.name = "why",
	.synopsis = "CLIENT/ENDPOINT [--at TIME]",
	.summary =
	    "Say why an endpoint is, or was, in its state, and who was woken",
	.options = options,
	.min = 1,
	.max = 1,
	.run = why,
};
