/*
 * shard_export: facts and terms as JSON lines.
 *
 *   {"terms":"acme/learn","steps":[{"from":..,"quorum":2,"regions":[..]},..]}
 *   {"facts":"acme/learn","region":"auckland","line":[[from,to,"ok"],..]}
 *   {"client":"acme","steps":[...]}
 *
 * A step without regions is one in which the endpoint was not watched.  Facts
 * are "ok", "slow", "failed", "maintenance", "unknown" or "none", with "+"
 * behind when the region had three blips in its last ten probes.  All times
 * are milliseconds; intervals are half-open and follow each other without a
 * gap.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/record.h"
#include "lib/text.h"

struct out {
	shard_line *line;
	void *arg;
};

static void
say(const struct out *out, json_t *root)
{
	char *json = record_dump(root);
	struct text line = { 0 };

	json_decref(root);
	text_add(&line, json);
	text_add(&line, "\n");
	out->line(out->arg, line.data, line.length);
	text_clear(&line);
	free(json);
}

/* By name: one of which nothing was ever seen has no place here. */
static json_t *
pack_regions(const struct ledger_step *step)
{
	json_t *names = json_array();
	const char *next = step->regions;

	while (step->ended == NULL && *next != '\0') {
		size_t n = strcspn(next, " ");

		if (n > 0)
			json_array_append_new(names, json_stringn(next, n));
		next += n + (next[n] == ' ');
	}
	return names;
}

static void
export_terms(const struct target *t, const struct out *out)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < t->steps.count; i++)
		json_array_append_new(steps,
		    json_pack("{s:I, s:I, s:b, s:o}", "from",
			(json_int_t)t->terms[i].from_ms, "quorum",
			(json_int_t)t->terms[i].quorum, "counts",
			(int)t->steps.items[i].counts, "regions",
			pack_regions(&t->steps.items[i])));
	say(out, json_pack("{s:s, s:o}", "terms", t->id, "steps", steps));
}

static const char *
fact_text(const struct fact *f, char text[24])
{
	text_format(text, 24, "%s%s",
	    f->is_none ? "none" : outcome_text(f->outcome),
	    f->is_blippy ? "+" : "");
	return text;
}

static void
export_facts(const struct shard *s, const struct target *t, size_t region,
    int64_t from_ms, int64_t to_ms, const struct out *out)
{
	json_t *line = json_array();
	struct fact f;
	char text[24];

	for (int64_t at_ms = from_ms; at_ms < to_ms; at_ms = f.until_ms) {
		runs_fact_outside(&t->series[region]->runs,
		    &s->regions[region].voids, at_ms, s->judge_ms, &f);
		json_array_append_new(line,
		    json_pack("[I,I,s]", (json_int_t)at_ms,
			(json_int_t)(f.until_ms < to_ms ? f.until_ms : to_ms),
			fact_text(&f, text)));
	}
	say(out,
	    json_pack("{s:s, s:s, s:o}", "facts", t->id, "region",
		s->regions[region].name, "line", line));
}

void
shard_export(const struct shard *s, int64_t from_ms, int64_t to_ms,
    shard_line *line, void *arg)
{
	struct out out = { line, arg };

	for (const struct agreed *a = s->agreed; a != NULL; a = a->hh.next) {
		char *record = ledger_encode_agreements(&a->list);

		say(&out,
		    json_pack("{s:s, s:o}", "client", a->client, "steps",
			json_loads(record, 0, NULL)));
		free(record);
	}
	for (const struct target *t = s->targets; t != NULL; t = t->hh.next) {
		export_terms(t, &out);
		for (size_t i = 0; i < s->region_count; i++)
			if (t->series[i] != NULL)
				export_facts(s, t, i, from_ms, to_ms, &out);
	}
}

/* The record of each bucket in which a run of the series begins. */
static void
tell_series(struct shard *s, const struct target *t, size_t region,
    shard_run_record *each, void *arg)
{
	const struct runs *runs = &t->series[region]->runs;
	char field[TARGET_ROOM + NAME_ROOM + 24];
	int64_t last = INT64_MIN;

	for (size_t i = 0; i < runs->count; i++) {
		int64_t bucket = runs_bucket(runs->items[i].first_at_ms);

		if (bucket == last)
			continue;
		last = bucket;
		runs_encode(runs, bucket, &s->scratch);
		text_format(field, sizeof(field), "%s|%s|%lld", t->key,
		    s->regions[region].name, (long long)bucket);
		each(arg, field, s->scratch.data, s->scratch.length);
	}
}

void
shard_runs(struct shard *s, shard_run_record *each, void *arg)
{
	for (const struct target *t = s->targets; t != NULL; t = t->hh.next)
		for (size_t i = 0; i < s->region_count; i++)
			if (t->series[i] != NULL)
				tell_series(s, t, i, each, arg);
}
