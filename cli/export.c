/*
 * sunwatch export: what accounts are made of, as JSON lines.
 *
 * For each endpoint: its terms, the facts of each region as a step function
 * of time (what made a region blind is "none"), and what was booked; then
 * each client's agreements.  Whoever wants to can recompute every figure.
 */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/commands.h"
#include "cli/records.h"
#include "cli/tree.h"
#include "cli/why_facts.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "lib/store.h"
#include "lib/text.h"

static const struct cli_option options[] = {
	{ "endpoint", "CLIENT/ENDPOINT", "only this one" },
	{ "from", "TIME", "facts from here on (default: 31 days ago)" },
	{ "to", "TIME", "facts before this (default: now)" },
	{ NULL, NULL, NULL },
};

struct exporter {
	struct cli *cli;
	redisContext *redis;
	unsigned shard;
	const char *only;
	int64_t from_ms, to_ms;
	char **endpoints;
	size_t count;
	size_t unreadable;
};

static void
put(struct exporter *e, json_t *line)
{
	json_dumpf(line, e->cli->out, JSON_COMPACT);
	fputc('\n', e->cli->out);
	json_decref(line);
}

static void
put_fact(struct exporter *e, const struct why_facts *f,
    const struct why_region *r, const struct fact *x, int64_t from_ms,
    int64_t to_ms)
{
	put(e,
	    json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "type", "fact",
		"endpoint", f->endpoint, "region", r->name, "from_ms",
		(json_int_t)from_ms, "to_ms", (json_int_t)to_ms, "outcome",
		x->is_none ? "none" : outcome_text(x->outcome), "reason",
		reason_text(x->is_none ? REASON_NONE : x->reason)));
}

static bool
same_fact(const struct fact *a, const struct fact *b)
{
	return a->is_none == b->is_none &&
	    (a->is_none ||
		(a->outcome == b->outcome && a->reason == b->reason));
}

/* The step function of one region, equal neighbours as one. */
static void
export_region(struct exporter *e, const struct why_facts *f,
    const struct why_region *r)
{
	int64_t end_ms = e->to_ms < f->judged_ms ? e->to_ms : f->judged_ms;
	int64_t at_ms = e->from_ms, begun_ms = e->from_ms;
	struct fact was = { .is_none = true }, now;

	while (at_ms < end_ms) {
		runs_fact_outside(&r->runs, &r->voids, at_ms, f->judged_ms,
		    &now);
		if (at_ms > begun_ms && !same_fact(&was, &now)) {
			put_fact(e, f, r, &was, begun_ms, at_ms);
			begun_ms = at_ms;
		}
		was = now;
		if (now.until_ms <= at_ms)
			break;
		at_ms = now.until_ms;
	}
	if (begun_ms < end_ms)
		put_fact(e, f, r, &was, begun_ms, end_ms);
}

static void
export_terms(struct exporter *e, const struct why_facts *f)
{
	for (size_t i = 0; i < f->steps.count; i++) {
		const struct ledger_step *s = &f->steps.items[i];

		put(e,
		    json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:b, "
			      "s:s?}",
			"type", "terms", "endpoint", f->endpoint, "from_ms",
			(json_int_t)s->from_ms, "quorum", (json_int_t)s->quorum,
			"interval_ms", (json_int_t)s->interval_ms, "timeout_ms",
			(json_int_t)s->timeout_ms, "regions",
			s->regions != NULL ? s->regions : "", "counts",
			(int)s->counts, "ended", s->ended));
	}
}

static void
export_booked(struct exporter *e, const struct why_facts *f)
{
	for (size_t i = 0; i < f->stretch_count; i++) {
		const struct ledger_stretch *s = &f->stretches[i];

		if (s->to_ms <= e->from_ms || s->from_ms >= e->to_ms)
			continue;
		put(e,
		    json_pack("{s:s, s:s, s:s, s:I, s:o, s:I, s:I, s:s, s:b}",
			"type", "booked", "endpoint", f->endpoint, "kind",
			ledger_kind_text(s->kind), "from_ms",
			(json_int_t)s->from_ms, "to_ms",
			s->to_ms == NEVER ? json_null()
					  : json_integer(s->to_ms),
			"from_before_ms", (json_int_t)s->from_before_ms,
			"to_before_ms", (json_int_t)s->to_before_ms, "reason",
			reason_text(s->reason), "removed", (int)s->removed));
	}
}

static bool
export_endpoint(struct exporter *e, const char *id)
{
	struct why_facts f = { .endpoint = id, .at_ms = e->from_ms };
	bool read = why_facts_read(e->cli, e->redis, e->shard, &f);

	if (read) {
		export_terms(e, &f);
		for (size_t i = 0; i < f.region_count; i++)
			export_region(e, &f, &f.regions[i]);
		export_booked(e, &f);
		e->unreadable += f.unreadable;
	}
	why_facts_clear(&f);
	return read;
}

static void
export_agreements(struct exporter *e, const char *client, const char *value,
    size_t length)
{
	struct ledger_agreements list = { 0 };
	char error[160];

	if (ledger_decode_agreements(value, length, &list, error) != 0)
		e->unreadable++;
	for (size_t i = 0; i < list.count; i++) {
		const struct ledger_agreement *a = &list.items[i];

		put(e,
		    json_pack("{s:s, s:s, s:I, s:s?, s:s?, s:I, s:I, s:s?}",
			"type", "agreement", "client", client, "from_ms",
			(json_int_t)a->from_ms, "sla", a->sla, "zone", a->zone,
			"guarantee_milli", (json_int_t)a->guarantee_milli,
			"coverage_floor_milli",
			(json_int_t)a->coverage_floor_milli, "ended",
			a->ended));
	}
	ledger_agreements_clear(&list);
}

/* A field of "terms": "acme" or "acme/learn". */
static void
on_terms(void *arg, const char *field, const char *value, size_t length)
{
	struct exporter *e = arg;

	if (strchr(field, '/') == NULL) {
		if (e->only == NULL)
			export_agreements(e, field, value, length);
		return;
	}
	if (e->only != NULL && strcmp(e->only, field) != 0)
		return;
	e->endpoints =
	    mem_grow(e->endpoints, (e->count + 1) * sizeof(*e->endpoints));
	e->endpoints[e->count++] = mem_text(field);
}

static bool
export_shard(struct exporter *e)
{
	char group[16];
	bool read;

	store_shard_group(e->shard, group);
	read = records_each(e->redis, group, "terms", on_terms, e);
	if (!read)
		cli_fail(e->cli, "Redis cannot be read");
	for (size_t i = 0; i < e->count; i++) {
		read = read && export_endpoint(e, e->endpoints[i]);
		free(e->endpoints[i]);
	}
	free(e->endpoints);
	e->endpoints = NULL;
	e->count = 0;
	return read;
}

static int
export_all(struct exporter *e, const struct settings *s)
{
	bool read = true;

	if ((e->redis = records_need(e->cli, s)) == NULL)
		return CLI_FAILED;
	for (e->shard = 0; read && e->shard < s->shards; e->shard++)
		read = export_shard(e);
	redisFree(e->redis);
	if (e->unreadable > 0)
		return cli_fail(e->cli, "%zu records cannot be read",
		    e->unreadable);
	return read ? CLI_DONE : CLI_FAILED;
}

static int
export_command(struct cli *c, const struct cli_arguments *a)
{
	const char *from = cli_value(a, "from"), *to = cli_value(a, "to");
	int64_t now_ms = clock_now_ms();
	struct exporter e = { .cli = c,
		.only = cli_value(a, "endpoint"),
		.from_ms = now_ms - 31 * INT64_C(86400000),
		.to_ms = now_ms };
	struct settings *s;
	int status;

	if ((from != NULL && !cli_time(c, from, now_ms, &e.from_ms)) ||
	    (to != NULL && !cli_time(c, to, now_ms, &e.to_ms)))
		return CLI_USAGE;
	if ((s = tree_load(c)) == NULL)
		return CLI_FAILED;
	status = export_all(&e, s);
	settings_free(s);
	return status;
}

const struct cli_command command_export = {
	.name = "export",
	.synopsis = "[--endpoint CLIENT/ENDPOINT] [--from TIME] [--to TIME]",
	.summary = "Print facts, terms and bookings as JSON lines",
	.options = options,
	.run = export_command,
};
