/*
 * month_report: what a simulated month leaves for the recount: lines of JSON.
 */
#include "lib/ledger_facts.h"
#include "lib/report.h"
#include "tests/sim/month.h"

#define GROUP "sw:{c0}:"

void
month_line(struct month *m, json_t *taken)
{
	char *text = json_dumps(taken, JSON_COMPACT);

	if (m->out != NULL)
		fprintf(m->out, "%s\n", text);
	free(text);
	json_decref(taken);
}

/* ---- what the shard exports ---- */

struct loading {
	struct month *month;
	struct shard *shard;
	struct ledger *ledger;
};

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct loading *l = arg;
	char error[160];

	if (shard_load(l->shard, key, field, value, length, error) != 0)
		broken(&l->month->world, "%s %s cannot be read: %s", key, field,
		    error);
}

static void
on_line(void *arg, const char *json, size_t length)
{
	fwrite(json, 1, length, arg);
}

/* As "sunwatch export" does it: all records, what is long past too. */
static void
write_export(struct month *m)
{
	struct loading l = { .month = m, .shard = shard_new(m->settings, 0) };

	simstore_fields(m->store, GROUP, on_field, &l);
	shard_start(l.shard, m->world.now_ms);
	shard_export(l.shard, m->begin_ms, m->world.now_ms, on_line, m->out);
	shard_free(l.shard);
}

/* ---- reports ---- */

static void
on_record(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	static const char *const keys[] = { "terms", "outages", "windows",
		"exclusions", "annotations", "names" };
	struct loading *l = arg;
	char error[160];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0 &&
		    ledger_load(l->ledger, key, field, value, length, error) !=
			0)
			broken(&l->month->world, "%s %s cannot be read: %s",
			    key, field, error);
}

/* Who has no more than the report finds the same; and it is written down. */
static void
write_report(struct month *m, const char *kind, const struct report *r)
{
	char error[REPORT_ERROR] = "", *text = report_text_of(report_json(r));
	struct report *again = report_read(text, strlen(text), error);
	json_t *differences;

	if (again == NULL)
		broken(&m->world, "promise 6: a report cannot be read: %s",
		    error);
	else {
		differences = report_differences(again);
		if (json_array_size(differences) > 0)
			broken(&m->world,
			    "promise 6: a report read again differs in %zu "
			    "figures",
			    json_array_size(differences));
		json_decref(differences);
	}
	month_line(m, json_pack("{s:o}", kind, json_loads(text, 0, NULL)));
	report_free(again);
	free(text);
}

/* ---- the same facts under other terms ---- */

static void
set(json_t *o, const char *key, json_t *taken)
{
	json_object_set_new(o, key, taken);
}

static const char *
one_of(struct month *m, const char *const *texts, uint64_t count)
{
	return texts[roll(&m->world, count)];
}

static void
vary_version(struct month *m, json_t *v)
{
	static const char *const weights[] = { "1", "0.5", "0.333", "0" };
	static const char *const unknowns[] = { "exclude", "up", "down" };
	static const char *const slices[] = { "second", "minute_full",
		"minute_any", "slice:7m:any", "slice:90s:whole" };
	struct world *w = &m->world;

	set(v, "unknown", json_string(one_of(m, unknowns, 3)));
	set(v, "denominator", json_string(chance(w, 50) ? "total" : "agreed"));
	set(v, "granularity", json_string(one_of(m, slices, 5)));
	set(v, "weights",
	    json_pack("{s:s, s:s}", "down",
		chance(w, 60) ? "1" : one_of(m, weights, 4), "partial",
		one_of(m, weights, 4)));
	if (!chance(w, 30))
		return;
	set(v, "min_countable_s", json_integer((json_int_t)roll(w, 20000)));
	set(v, "merge_gap_s", json_integer((json_int_t)roll(w, 20000)));
}

static void
vary_facts(struct month *m, json_t *facts)
{
	struct world *w = &m->world;
	json_t *o;
	size_t i;

	json_array_foreach(json_object_get(facts, "versions"), i, o)
	    vary_version(m, o);
	json_array_foreach(json_object_get(facts, "endpoints"), i, o)
	{
		if (chance(w, 40))
			set(o, "weights",
			    json_pack("{s:s, s:n}", "down",
				chance(w, 50) ? "0.5" : "0.25", "partial"));
	}
	json_array_foreach(json_object_get(facts, "outages"), i, o)
	{
		if (chance(w, 30))
			set(o, "kind", json_string("partial"));
		if (chance(w, 10))
			set(o, "endpoint", json_null());
	}
	json_array_foreach(json_object_get(facts, "unknown"), i, o)
	{
		if (chance(w, 10))
			set(o, "endpoint", json_null());
	}
}

static void
write_variant(struct month *m, const struct report *r)
{
	json_t *all = report_json(r);
	char error[REPORT_ERROR], *text;
	struct report *other;

	vary_facts(m, json_object_get(all, "facts"));
	text = report_text_of(all);
	other = report_read(text, strlen(text), error);
	if (other == NULL)
		broken(&m->world, "a report under other terms: %s", error);
	else
		write_report(m, "variant", other);
	report_free(other);
	free(text);
}

int64_t
month_judged(const struct month *m)
{
	size_t length;
	const char *text =
	    simstore_get(m->store, GROUP, "meta", "judged", &length);

	return text != NULL ? strtoll(text, NULL, 10) : m->world.now_ms;
}

struct ledger *
month_ledger(struct month *m, const char *client)
{
	struct loading l = { .month = m, .ledger = ledger_new(client) };

	simstore_fields(m->store, GROUP, on_record, &l);
	return l.ledger;
}

void
month_report_period(struct month *m, const struct ledger *l, const char *client,
    int64_t at_ms)
{
	int64_t known_ms = month_judged(m);
	char error[REPORT_ERROR] = "";
	struct sla_facts f;
	struct report *r;

	month_line(m, json_pack("{s:I}", "period", (json_int_t)at_ms));
	ledger_period_at(l, m->zone, at_ms, &f);
	f.as_of_ms = known_ms < f.to_ms ? known_ms : NEVER;
	ledger_facts(l, &f);
	r = report_of(client, NULL, &f, error);
	if (r == NULL)
		broken(&m->world, "no report of %s: %s", client, error);
	else {
		write_report(m, "report", r);
		m->reports++;
		if (at_ms == m->to_ms - 1)
			write_variant(m, r);
	}
	report_free(r);
}

static void
report_client(struct month *m, const char *client)
{
	struct ledger *l = month_ledger(m, client);
	int64_t at_ms = m->world.now_ms;

	month_report_period(m, l, client,
	    at_ms < m->to_ms ? at_ms : m->to_ms - 1);
	ledger_free(l);
}

void
month_report(struct month *m)
{
	struct world *w = &m->world;

	month_line(m,
	    json_pack("{s:I, s:I, s:s, s:i, s:i, s:I}", "reported",
		(json_int_t)w->now_ms, "known", (json_int_t)month_judged(m),
		"zone", m->zone, "year", m->year, "month", m->number, "begun",
		(json_int_t)m->begin_ms));
	write_export(m);
	for (int e = 0; e < w->truth.endpoints; e++)
		if (e == 0 || truth_client(e) != truth_client(e - 1))
			report_client(m, truth_clients[truth_client(e)]);
}
