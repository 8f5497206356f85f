/* why_facts: see why_facts.h. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/records.h"
#include "cli/why_facts.h"
#include "lib/store.h"
#include "lib/text.h"

/* The region of that name, new if need be; NULL: too many. */
static struct why_region *
region_of(struct why_facts *f, const char *name, size_t length)
{
	struct why_region *r;

	for (size_t i = 0; i < f->region_count; i++) {
		r = &f->regions[i];
		if (strlen(r->name) == length &&
		    memcmp(r->name, name, length) == 0)
			return r;
	}
	if (f->region_count == REGIONS_MAX || length >= sizeof(r->name))
		return NULL;
	r = &f->regions[f->region_count++];
	memcpy(r->name, name, length);
	r->name[length] = '\0';
	runs_init(&r->runs);
	return r;
}

/* Every field of a hash that begins with "ENDPOINT|". */
static bool
scan(redisContext *c, const char *group, const char *key, struct why_facts *f,
    void (*each)(struct why_facts *, const char *rest, const char *value,
	size_t length))
{
	size_t skip = strlen(f->endpoint) + 1;
	char cursor[32] = "0";

	do {
		redisReply *r =
		    records_ask(c, "HSCAN %s%s %s MATCH %s|* COUNT 1000", group,
			key, cursor, f->endpoint);

		if (r == NULL || r->type != REDIS_REPLY_ARRAY ||
		    r->elements != 2) {
			if (r != NULL)
				freeReplyObject(r);
			return false;
		}
		text_copy(cursor, sizeof(cursor), r->element[0]->str);
		for (size_t i = 0; i + 1 < r->element[1]->elements; i += 2)
			each(f, r->element[1]->element[i]->str + skip,
			    r->element[1]->element[i + 1]->str,
			    r->element[1]->element[i + 1]->len);
		freeReplyObject(r);
	} while (strcmp(cursor, "0") != 0);
	return true;
}

/* "REGION|BUCKET" */
static void
on_runs(struct why_facts *f, const char *rest, const char *value, size_t length)
{
	struct why_region *r = region_of(f, rest, strcspn(rest, "|"));

	if (r == NULL || runs_decode(&r->runs, value, length) != 0)
		f->unreadable++;
}

/* "FROM" */
static void
on_outage(struct why_facts *f, const char *rest, const char *value,
    size_t length)
{
	struct ledger_stretch s;
	char error[160];

	(void)rest;
	if (ledger_decode_stretch(value, length, &s, error) != 0) {
		f->unreadable++;
		return;
	}
	f->stretches = mem_grow(f->stretches,
	    (f->stretch_count + 1) * sizeof(*f->stretches));
	f->stretches[f->stretch_count++] = s;
}

/* "REGION|CAUSE|AGENT|FROM", the value is its end or 0. */
static void
on_void(void *arg, const char *field, const char *value, size_t length)
{
	struct why_facts *f = arg;
	size_t name = strcspn(field, "|");
	struct why_region *r = region_of(f, field, name);
	const char *last = strrchr(field, '|'), *cause = field + name + 1;
	int64_t from_ms, to_ms = strtoll(value, NULL, 10);

	(void)length;
	if (r == NULL || last <= cause) {
		f->unreadable++;
		return;
	}
	from_ms = strtoll(last + 1, NULL, 10);
	if (to_ms == 0)
		to_ms = NEVER;
	interval_set_add(&r->voids, from_ms, to_ms);
	if (f->at_ms >= from_ms && f->at_ms < to_ms) {
		size_t used = strlen(r->causes);

		text_format(r->causes + used, sizeof(r->causes) - used,
		    "%s%.*s", used > 0 ? ", " : "", (int)strcspn(cause, "|"),
		    cause);
	}
}

static void
read_terms(redisContext *c, const char *group, struct why_facts *f)
{
	char *record = records_field(c, group, "terms", f->endpoint);
	char error[160];

	if (record != NULL &&
	    ledger_decode_terms(record, strlen(record), &f->steps, error) != 0)
		f->unreadable++;
	free(record);
	/* A region that never saw it belongs to the answer, too. */
	for (size_t i = 0; i < f->steps.count; i++) {
		const char *name = f->steps.items[i].regions;

		while (name != NULL && *name != '\0') {
			size_t length = strcspn(name, " ");

			region_of(f, name, length);
			name += length + (name[length] == ' ');
		}
	}
}

/* Silence is judged by the terms of today, as evaluate does. */
static void
set_timeouts(struct why_facts *f)
{
	int64_t timeout_ms = 10000;

	if (f->steps.count > 0)
		timeout_ms = f->steps.items[f->steps.count - 1].timeout_ms;
	for (size_t i = 0; i < f->region_count; i++)
		f->regions[i].runs.timeout_ms = timeout_ms;
}

bool
why_facts_read(struct cli *cli, redisContext *c, unsigned shard,
    struct why_facts *f)
{
	char group[16], *judged;

	store_shard_group(shard, group);
	read_terms(c, group, f);
	f->state = records_field(c, group, "states", f->endpoint);
	judged = records_field(c, group, "meta", "judged");
	f->judged_ms = judged != NULL ? strtoll(judged, NULL, 10) : 0;
	free(judged);
	if (!scan(c, group, "runs", f, on_runs) ||
	    !scan(c, group, "outages", f, on_outage) ||
	    !records_each(c, group, "voids", on_void, f)) {
		cli_fail(cli, "Redis cannot be read");
		return false;
	}
	set_timeouts(f);
	return true;
}

void
why_facts_clear(struct why_facts *f)
{
	for (size_t i = 0; i < f->region_count; i++) {
		runs_clear(&f->regions[i].runs);
		interval_set_clear(&f->regions[i].voids);
	}
	ledger_terms_clear(&f->steps);
	free(f->stretches);
	free(f->state);
}

/* Bits of the regions whose names stand in a list with spaces between. */
static uint32_t
bits_of(const struct why_facts *f, const char *names)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < f->region_count; i++) {
		size_t length = strlen(f->regions[i].name);
		const char *p = names;

		while ((p = strstr(p, f->regions[i].name)) != NULL) {
			if ((p == names || p[-1] == ' ') &&
			    (p[length] == ' ' || p[length] == '\0'))
				bits |= UINT32_C(1) << i;
			p += length;
		}
	}
	return bits;
}

void
why_facts_look(const struct why_facts *f, struct quorum_look *out)
{
	struct quorum_region regions[REGIONS_MAX];
	struct quorum_terms *terms = mem_alloc(f->steps.count * sizeof(*terms));
	struct quorum_input input = { .regions = regions,
		.region_count = f->region_count,
		.terms = terms,
		.terms_count = f->steps.count,
		.now_ms = f->judged_ms > f->at_ms ? f->judged_ms : f->at_ms };

	for (size_t i = 0; i < f->region_count; i++)
		regions[i] = (struct quorum_region){
			.runs = &f->regions[i].runs,
			.voids = &f->regions[i].voids,
		};
	for (size_t i = 0; i < f->steps.count; i++) {
		const struct ledger_step *s = &f->steps.items[i];

		terms[i] = (struct quorum_terms){ .from_ms = s->from_ms,
			.quorum = s->quorum,
			.regions =
			    s->ended != NULL ? 0 : bits_of(f, s->regions) };
	}
	quorum_look(&input, f->at_ms, out);
	free(terms);
}

const struct ledger_step *
why_facts_step(const struct why_facts *f)
{
	const struct ledger_step *found = NULL;

	for (size_t i = 0; i < f->steps.count; i++)
		if (f->steps.items[i].from_ms <= f->at_ms)
			found = &f->steps.items[i];
	return found;
}
