/*
 * doctor_reports: is every report stored that is final by now, and does the
 * chain go on?
 */
#include <stdlib.h>
#include <string.h>

#include "cli/chain_read.h"
#include "cli/doctor.h"
#include "cli/publish.h"
#include "cli/records.h"
#include "lib/civil.h"
#include "lib/text.h"

#define GRACE_MS INT64_C(10800000) /* the publisher comes once an hour */
#define SEAL_MS INT64_C(108000000) /* it seals journals once a day */

struct looking {
	struct doctor *doctor;
	struct records *redis;
	size_t stored, overdue;
	char first[160]; /* which is overdue, and since when */
};

/* Whether anything was agreed in it, so that there is something to report. */
static bool
is_owed(const struct publish_client *client, struct publish_period *x)
{
	char error[REPORT_ERROR];
	struct report *r;
	bool is;

	publish_facts(client->ledger, x);
	r = publish_report(client->name, NULL, x, false, error);
	is = r != NULL || error[0] != '\0';
	report_free(r);
	return is;
}

static void
note_overdue(struct looking *l, const struct publish_client *client,
    const struct publish_period *x, bool is_judged, int64_t judged_ms)
{
	char since[40], judged[40];

	if (l->overdue++ > 0)
		return;
	civil_utc(x->final_ms, since, sizeof(since));
	civil_utc(judged_ms, judged, sizeof(judged));
	text_format(l->first, sizeof(l->first), "%s %s, final since %s%s%s",
	    client->name, x->is.name, since,
	    is_judged ? "" : ", but evaluated only as far as ",
	    is_judged ? "" : judged);
}

static void
look_at_period(struct looking *l, const struct publish_client *client,
    struct publish_period *x, int64_t judged_ms)
{
	bool is_judged = judged_ms >= x->facts.to_ms;
	struct published all;
	char error[160];

	if (chain_versions(l->redis, client->name, x->is.name, &all, error)) {
		l->stored++;
		published_clear(&all);
	} else if (is_owed(client, x))
		note_overdue(l, client, x, is_judged, judged_ms);
}

static void
look_at_client(struct looking *l, const struct publish_client *client,
    int64_t judged_ms)
{
	const struct client *c =
	    settings_client(l->doctor->settings, client->name);
	struct publish_walk *walk =
	    publish_begin(client->ledger, c != NULL ? c->zone : "UTC");
	struct publish_period x;
	bool is_final = true;

	while (is_final && publish_next(walk, &x)) {
		is_final = x.final_ms + GRACE_MS <= l->doctor->now_ms;
		if (is_final)
			look_at_period(l, client, &x, judged_ms);
		publish_clear(&x);
	}
	publish_end(walk);
}

static int64_t
number_of(struct records *redis, const char *field)
{
	char *text = records_field(redis, PUBLISHED_GROUP, "meta", field);
	int64_t n = text != NULL ? strtoll(text, NULL, 10) : 0;

	free(text);
	return n;
}

/* Whether some journal has an entry that the chain should have by now. */
static bool
lags(struct doctor *d, struct records *redis)
{
	char names[CHAIN_JOURNALS_MAX][8], last[SEAL_ID], field[16];
	size_t n = chain_journals(d->settings, names);
	bool is = false;

	for (size_t i = 0; i < n && !is; i++) {
		struct text list = { 0 };
		char *end;

		text_format(field, sizeof(field), "end|%s", names[i]);
		end = records_field(redis, PUBLISHED_GROUP, "meta", field);
		is = chain_entries(redis, names[i], end != NULL ? end : "0-0",
			 NULL, 1, &list, last, NULL, NULL) &&
		    list.length > 0 &&
		    strtoll(last, NULL, 10) < d->now_ms - SEAL_MS;
		text_clear(&list);
		free(end);
	}
	return is;
}

static void
look_at_chain(struct doctor *d, struct records *redis)
{
	int64_t seals = number_of(redis, "seals");
	char at[40] = "";

	if (seals == 0)
		return; /* nothing was ever published: overdue, or too soon */
	civil_utc(number_of(redis, "sealed"), at, sizeof(at));
	if (lags(d, redis))
		doctor_find(d, FINDING_DOUBT, "chain",
		    "journals have grown for over a day since seal %lld of %s",
		    (long long)seals, at);
	else
		doctor_find(d, FINDING_GOOD, "chain",
		    "%lld seals, the last of %s", (long long)seals, at);
}

void
doctor_reports(struct doctor *d, struct records *redis)
{
	struct looking l = { .doctor = d, .redis = redis };
	struct publish_shard shard;

	for (unsigned i = 0; i < d->settings->shards; i++) {
		if (publish_shard_read(redis, i, NULL, true, &shard))
			for (size_t k = 0; k < shard.count; k++)
				look_at_client(&l, shard.items[k],
				    shard.judged_ms);
		publish_shard_clear(&shard);
	}
	if (l.overdue > 0)
		doctor_find(d, FINDING_BAD, "reports",
		    "%zu are overdue, the first %s; is "
		    "sunwatch-publish.timer enabled?",
		    l.overdue, l.first);
	else if (l.stored > 0)
		doctor_find(d, FINDING_GOOD, "reports",
		    "all %zu that are final are stored", l.stored);
	else
		doctor_find(d, FINDING_GOOD, "reports", "none is final yet");
	look_at_chain(d, redis);
}
