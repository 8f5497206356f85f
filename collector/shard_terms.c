/*
 * shard_terms: what the settings say that bears on accounts, taken over with
 * its instant and journalled.  Terms never act before it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/text.h"

#define FALLBACK_INTERVAL_MS 30000
#define ENDED_ROOM 91 /* "disabled: " and why, 80 bytes of it */

static const struct ledger_step *
last_step(const struct target *t)
{
	return t->steps.count == 0 ? NULL : &t->steps.items[t->steps.count - 1];
}

int64_t
shard_interval(const struct target *t)
{
	const struct ledger_step *step = last_step(t);

	return step != NULL && step->interval_ms > 0 ? step->interval_ms
						     : FALLBACK_INTERVAL_MS;
}

int64_t
shard_timeout(const struct target *t)
{
	const struct ledger_step *step = last_step(t);

	return step != NULL ? step->timeout_ms : 0;
}

/* "auckland london" as bits; nothing was seen of those without a place. */
static void
take_regions(struct shard *s, const char *names, struct quorum_terms *out)
{
	char name[NAME_ROOM];

	while (*names != '\0') {
		size_t n = strcspn(names, " ");
		int region;

		if (n > 0 && n < sizeof(name)) {
			memcpy(name, names, n);
			name[n] = '\0';
			region = shard_named_region(s, name);
			if (region >= 0)
				out->regions |= UINT64_C(1) << region;
			else
				out->others = true;
		}
		names += n + (names[n] == ' ');
	}
}

void
shard_compile_terms(struct shard *s, struct target *t)
{
	free(t->terms);
	t->terms = mem_alloc(t->steps.count * sizeof(*t->terms));
	for (size_t i = 0; i < t->steps.count; i++) {
		const struct ledger_step *step = &t->steps.items[i];

		t->terms[i] = (struct quorum_terms){ .from_ms = step->from_ms,
			.quorum = step->quorum };
		if (step->ended == NULL)
			take_regions(s, step->regions, &t->terms[i]);
	}
	for (size_t i = 0; i < REGIONS_MAX; i++)
		if (t->series[i] != NULL)
			t->series[i]->runs.timeout_ms = shard_timeout(t);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names sorted, each once, a space between; the caller's to free. */
static char *
join_names(char **names, size_t count)
{
	struct text out = { 0 };

	qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(names[i], names[i - 1]) == 0)
			continue;
		if (out.length > 0)
			text_add(&out, " ");
		text_add(&out, names[i]);
	}
	return text_take(&out);
}

/* Where an endpoint is looked at from: its own list, or every region. */
static char *
regions_of(const struct shard *s, const struct endpoint *e)
{
	const struct conf_list *own = &e->probe.regions;
	const struct agent_settings *agents = s->settings->agents.items;
	size_t n = own->count > 0 ? own->count : s->settings->agents.count;
	char **names = mem_alloc((n + 1) * sizeof(*names)), *joined;

	for (size_t i = 0; i < n; i++)
		names[i] = own->count > 0 ? ((char **)own->items)[i]
					  : agents[i].region;
	joined = join_names(names, n);
	free(names);
	return joined;
}

/* Not before what was said last: a clock may have been set back. */
int64_t
shard_step_instant(const struct shard *s, int64_t last_ms)
{
	return s->now_ms > last_ms ? s->now_ms : last_ms;
}

/* The last of them alone, as a record. */
static char *
last_terms(const struct ledger_terms *all)
{
	const struct ledger_terms last = { .items = &all->items[all->count - 1],
		.count = 1 };

	return ledger_encode_terms(&last);
}

static void
add_step(struct shard *s, struct target *t, struct ledger_step *step)
{
	const struct ledger_step *last = last_step(t);
	const char *what = last == NULL || last->ended != NULL ? "added"
	    : step->ended != NULL                              ? "removed"
							       : "terms";
	char *record;

	step->from_ms =
	    shard_step_instant(s, last == NULL ? BEFORE_ALL : last->from_ms);
	ledger_add_step(&t->steps, step);
	shard_compile_terms(s, t);
	record = last_terms(&t->steps);
	shard_journal_terms(s, t->id, what, record);
	free(record);
	shard_put_text(s, COMMIT_SET, "terms", t->key,
	    ledger_encode_terms(&t->steps));
	shard_put_end(s);
	shard_mark(s, t, step->from_ms);
}

static void
take_endpoint(struct shard *s, const struct endpoint *e)
{
	struct target *t = shard_find(s, e->id);
	struct ledger_step step = { .quorum = e->probe.quorum,
		.interval_ms = e->probe.interval_ms,
		.timeout_ms = e->probe.timeout_ms,
		.counts = e->probe.counts };
	char ended[ENDED_ROOM];

	t->is_seen = true;
	t->endpoint = e->disabled == NULL ? e : NULL;
	text_copy(t->platform, sizeof(t->platform),
	    e->platform != NULL ? e->platform->name : "");
	if (e->disabled != NULL) {
		text_format(ended, sizeof(ended), "disabled: %s", e->disabled);
		step.ended = ended;
	}
	step.regions = regions_of(s, e);
	if (last_step(t) == NULL || !ledger_is_same_step(last_step(t), &step))
		add_step(s, t, &step);
	free(step.regions);
}

/* Names first: terms are of those who bear them. */
static void
take_client(struct shard *s, const struct client *c)
{
	shard_take_called(s, c);
	shard_take_agreement(s, c);
	CONF_EACH (const struct endpoint, e, &c->endpoints)
		take_endpoint(s, e);
}

/* What stood in the settings and does so no more. */
static void
end_the_rest(struct shard *s)
{
	static char removed[] = "removed";
	struct target *t;
	struct agreed *a;

	for (t = s->targets; t != NULL; t = t->hh.next) {
		const struct ledger_step *last = last_step(t);
		struct ledger_step step;

		if (t->is_seen)
			continue;
		t->endpoint = NULL;
		if (last == NULL || last->ended != NULL)
			continue;
		step = *last;
		step.ended = removed;
		step.regions = mem_text(last->regions);
		add_step(s, t, &step);
		free(step.regions);
	}
	for (a = s->agreed; a != NULL; a = a->hh.next)
		if (!a->is_seen)
			shard_end_agreement(s, a);
}

static void
take_interval(struct region *r, int64_t interval_ms)
{
	if (interval_ms < r->shortest_ms)
		r->shortest_ms = interval_ms;
}

/* Platforms, and how often each region looks at anything. */
static void
take_places(struct shard *s)
{
	struct target *t;

	for (size_t i = 0; i < s->region_count; i++)
		s->regions[i].shortest_ms = NEVER;
	for (t = s->targets; t != NULL; t = t->hh.next) {
		uint64_t bits;

		t->slot = shard_slot(s, t);
		if (t->endpoint == NULL)
			continue;
		bits = t->terms[t->steps.count - 1].regions;
		for (size_t i = 0; i < s->region_count; i++)
			if ((bits >> i & 1) != 0)
				take_interval(&s->regions[i],
				    shard_interval(t));
	}
}

static void
take_agents(struct shard *s)
{
	struct agent *a;

	for (a = s->agents; a != NULL; a = a->hh.next)
		a->is_configured = false;
	CONF_EACH (const struct agent_settings, settings,
	    &s->settings->agents) {
		a = shard_agent(s, settings->name);
		assert(a != NULL);
		a->is_configured = true;
		a->region = shard_region(s, settings->region);
	}
	for (a = s->agents; a != NULL; a = a->hh.next)
		a->is_awaited = a->is_awaited && a->is_configured;
	shard_end_blinds(s);
}

/* Who begins to have something to say was not silent before. */
static void
expect_agents(struct shard *s)
{
	for (struct agent *a = s->agents; a != NULL; a = a->hh.next) {
		bool was_expected = a->is_expected;

		a->is_expected = a->is_configured && a->region >= 0 &&
		    s->regions[a->region].shortest_ms != NEVER;
		if (s->is_started && a->is_expected && !was_expected)
			a->known_ms = s->now_ms;
	}
}

void
shard_take_terms(struct shard *s)
{
	struct target *t;
	struct agreed *a;

	for (t = s->targets; t != NULL; t = t->hh.next)
		t->is_seen = false;
	for (a = s->agreed; a != NULL; a = a->hh.next)
		a->is_seen = false;
	take_agents(s);
	CONF_EACH (const struct client, c, &s->settings->clients)
		if (settings_shard(s->settings, c->name) == s->number)
			take_client(s, c);
	end_the_rest(s);
	take_places(s);
	expect_agents(s);
	shard_take_early(s);
}
