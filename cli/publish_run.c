/* publish_run: every client and period of every shard: what is due, and done. */
#include <stdlib.h>
#include <string.h>

#include "cli/chain_read.h"
#include "cli/publish.h"
#include "cli/records.h"
#include "lib/civil.h"
#include "lib/clock.h"
#include "lib/report_final.h"
#include "lib/text.h"

#define BATCH_BYTES 2000000 /* of reports in one commit, about */

/* One client's period, while it is looked at. */
struct looking {
	struct publisher *p;
	const struct publish_client *client;
	struct publish_period period;
	struct published stored; /* versions; count 0: none */
};

static void
complain(struct looking *l, const char *why)
{
	cli_fail(l->p->cli, "%s %s: %s", l->client->name, l->period.is.name,
	    why);
	l->p->failed = true;
}

/* The facts of a report as they are compared: without its figures. */
static void
hash_facts(const struct sla_facts *f, char hash[SEAL_HEX])
{
	json_t *json = report_facts_json(f);
	char *text = json_dumps(json, JSON_COMPACT);

	sign_sha256(text, strlen(text), hash);
	free(text);
	json_decref(json);
}

/* Parts of a body too large for one commit: nothing names them yet. */
static void
write_parts(struct looking *l, const struct published_version *v,
    const char *bytes)
{
	size_t parts = published_parts(v->bytes);
	struct commit c;
	char field[PUBLISHED_FIELD];

	commit_init(&c);
	for (size_t i = 0; i < parts && !l->p->broken; i++) {
		size_t at = i * PUBLISHED_PART, left = (size_t)v->bytes - at;

		published_part_field(l->client->name, l->period.is.name,
		    v->version, i, field);
		commit_set(parts == 1 ? &l->p->commit : &c, "bodies", field,
		    bytes + at, left < PUBLISHED_PART ? left : PUBLISHED_PART);
		if (parts > 1)
			l->p->broken = !publish_store_commit(l->p->store, &c);
	}
	commit_clear(&c);
}

/* The version into the commit, its record and the seal. */
static void
add_report(struct looking *l, const struct published_version *v,
    const char *bytes)
{
	struct seal *seal = &l->p->seal;
	struct seal_report *r;
	char field[PUBLISHED_FIELD], *record;

	write_parts(l, v, bytes);
	published_add(&l->stored, v);
	published_field(l->client->name, l->period.is.name, field);
	record = published_text(&l->stored);
	commit_set_text(&l->p->commit, "reports", field, record);
	free(record);
	publish_sign(l->p, v->hash, bytes, (size_t)v->bytes);
	seal->reports = mem_grow(seal->reports,
	    (seal->report_count + 1) * sizeof(*seal->reports));
	r = &seal->reports[seal->report_count++];
	*r = (struct seal_report){ .version = v->version };
	text_copy(r->client, sizeof(r->client), l->client->name);
	text_copy(r->period, sizeof(r->period), l->period.is.name);
	text_copy(r->hash, sizeof(r->hash), v->hash);
}

static void
note(struct looking *l, const struct published_version *v,
    const struct report *r)
{
	json_t *words = json_object_get(r->final, "words");

	json_array_append_new(l->p->pending,
	    json_pack("{s:s, s:s, s:I, s:s, s:I, s:O}", "client",
		l->client->name, "period", l->period.is.name, "version",
		(json_int_t)v->version, "hash", v->hash, "bytes",
		(json_int_t)v->bytes, "changed", words));
}

static void
store_report(struct looking *l, const struct report *r, const char *facts)
{
	char *bytes = report_text_of(report_json(r));
	size_t length = strlen(bytes);
	struct published_version v = { .version = report_final_version(r),
		.made_ms = clock_now_ms(),
		.bytes = (int64_t)length };
	bool more = false;

	sign_sha256(bytes, length, v.hash);
	text_copy(v.facts, sizeof(v.facts), facts);
	if (length > REPORT_BYTES_MAX || v.version > PUBLISHED_VERSIONS_MAX)
		complain(l, "the report is too large, or there are too many");
	else if (l->p->store == NULL)
		note(l, &v, r);
	else {
		if (l->p->commit.bytes + length > BATCH_BYTES ||
		    l->p->seal.report_count == SEAL_REPORTS_MAX)
			publish_seal(l->p, &more);
		if (!l->p->broken) {
			add_report(l, &v, bytes);
			note(l, &v, r);
		}
	}
	free(bytes);
}

/* The stored version, as it was told to the client; NULL: complained. */
static struct report *
read_stored(struct looking *l, const struct published_version *v)
{
	char error[REPORT_ERROR] = "it is not there", hash[SEAL_HEX];
	struct text bytes = { 0 };
	struct report *r = NULL;

	if (chain_body(l->p->redis, l->client->name, l->period.is.name, v,
		&bytes)) {
		sign_sha256(bytes.data, bytes.length, hash);
		if (strcmp(hash, v->hash) != 0)
			text_copy(error, sizeof(error),
			    "its bytes are not what was stored "
			    "(\"sunwatch verify --chain\")");
		else
			r = report_read(bytes.data, bytes.length, error);
	}
	text_clear(&bytes);
	if (r == NULL)
		complain(l, error);
	return r;
}

/* Said in the record, so that they need not be counted again and again. */
static void
note_seen(struct looking *l, const char *facts)
{
	struct published_version *v = &l->stored.items[l->stored.count - 1];
	char field[PUBLISHED_FIELD], *record;
	bool more;

	if (l->p->store == NULL)
		return;
	text_copy(v->seen, sizeof(v->seen), facts);
	published_field(l->client->name, l->period.is.name, field);
	record = published_text(&l->stored);
	commit_set_text(&l->p->commit, "reports", field, record);
	free(record);
	if (l->p->commit.bytes > BATCH_BYTES || commit_is_full(&l->p->commit))
		publish_seal(l->p, &more);
}

/* Stored before: another version when a figure is another one. */
static void
look_again(struct looking *l, struct report *now, const char *facts)
{
	const struct published_version *v = published_find(&l->stored, 0);
	struct report *before = read_stored(l, v);

	if (before == NULL)
		return;
	if (report_final_is_same(before, now))
		note_seen(l, facts);
	else {
		now->final =
		    report_final_next(before, v->hash, now, l->period.final_ms);
		store_report(l, now, facts);
	}
	report_free(before);
}

static void
count(struct looking *l, const char *facts)
{
	const struct client *client =
	    settings_client(l->p->settings, l->client->name);
	char error[REPORT_ERROR];
	struct report *r = publish_report(l->client->name,
	    client != NULL ? client->title : NULL, &l->period,
	    l->stored.count > 0, error);

	if (r == NULL) {
		if (error[0] != '\0')
			complain(l, error);
		return;
	}
	if (l->stored.count > 0)
		look_again(l, r, facts);
	else {
		r->final = report_final_first(l->period.final_ms);
		store_report(l, r, facts);
	}
	report_free(r);
}

/* Nothing is counted while the facts are those that were counted last. */
static void
look_at_facts(struct looking *l)
{
	const struct published_version *v = published_find(&l->stored, 0);
	char facts[SEAL_HEX];

	publish_facts(l->client->ledger, &l->period);
	hash_facts(&l->period.facts, facts);
	if (v == NULL ||
	    (strcmp(v->facts, facts) != 0 && strcmp(v->seen, facts) != 0))
		count(l, facts);
}

static void
wait_for_judgement(struct looking *l, int64_t judged_ms)
{
	char utc[40];

	civil_utc(judged_ms, utc, sizeof(utc));
	json_array_append_new(l->p->waiting,
	    json_pack("{s:s, s:s, s:s}", "client", l->client->name, "period",
		l->period.is.name, "evaluated_to", utc));
}

static void
look_at_period(struct looking *l, int64_t judged_ms)
{
	enum publish_step step;
	char error[160];

	if (!chain_versions(l->p->redis, l->client->name, l->period.is.name,
		&l->stored, error) &&
	    error[0] != '\0')
		complain(l, error);
	else {
		step = publish_step(&l->period, judged_ms, l->p->now_ms,
		    l->stored.count > 0);
		if (step == PUBLISH_NOT_JUDGED)
			wait_for_judgement(l, judged_ms);
		else if (step != PUBLISH_NOT_FINAL)
			look_at_facts(l);
	}
	published_clear(&l->stored);
}

static bool
is_readable(struct publisher *p, const struct publish_client *client)
{
	if (client->unreadable == 0 && !client->is_half)
		return true;
	if (client->is_half)
		cli_fail(p->cli,
		    "%s: its import was begun and is not finished, or has "
		    "just ended",
		    client->name);
	else
		cli_fail(p->cli, "%s: %zu records cannot be read", client->name,
		    client->unreadable);
	p->failed = true;
	return false;
}

static void
look_at_client(struct publisher *p, const struct publish_client *client,
    int64_t judged_ms)
{
	const struct client *c = settings_client(p->settings, client->name);
	struct looking l = { .p = p, .client = client };
	struct publish_walk *walk;
	bool is_final = true;

	if (ledger_agreed(client->ledger)->count == 0 ||
	    !is_readable(p, client))
		return;
	walk = publish_begin(client->ledger, c != NULL ? c->zone : "UTC");
	while (!p->broken && is_final && publish_next(walk, &l.period)) {
		is_final = l.period.final_ms <= p->now_ms;
		if (is_final &&
		    (p->period == NULL ||
			strcmp(p->period, l.period.is.name) == 0))
			look_at_period(&l, judged_ms);
		publish_clear(&l.period);
	}
	publish_end(walk);
}

static void
look_at_shard(struct publisher *p, unsigned number)
{
	struct publish_shard shard;

	if (publish_shard_read(p->redis, number, p->client, false, &shard))
		for (size_t i = 0; i < shard.count && !p->broken; i++)
			look_at_client(p, shard.items[i], shard.judged_ms);
	else {
		cli_fail(p->cli, "Redis cannot be read");
		p->broken = true;
	}
	publish_shard_clear(&shard);
}

void
publish_all(struct publisher *p)
{
	for (unsigned i = 0; i < p->settings->shards && !p->broken; i++)
		if (p->client == NULL ||
		    settings_shard(p->settings, p->client) == i)
			look_at_shard(p, i);
	publish_seal_rest(p);
}
