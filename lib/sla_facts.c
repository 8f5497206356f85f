/* sla_facts: the end of facts, and whether they can be counted. */
#include <stdlib.h>

#include "lib/sla_inside.h"
#include "lib/sla_text.h"
#include "lib/text.h"

static void
clear_terms(struct sla_facts *f)
{
	for (size_t i = 0; i < f->version_count; i++)
		sla_version_clear(&f->versions[i]);
	for (size_t i = 0; i < f->endpoint_count; i++) {
		free(f->endpoints[i].name);
		if (f->endpoints[i].counts != NULL)
			interval_set_clear(f->endpoints[i].counts);
		free(f->endpoints[i].counts);
	}
	free(f->versions);
	free(f->endpoints);
}

static void
clear_seen(struct sla_facts *f)
{
	for (size_t i = 0; i < f->outage_count; i++) {
		free(f->outages[i].reason);
		free(f->outages[i].cause);
	}
	for (size_t i = 0; i < f->region_count; i++) {
		free(f->regions[i].name);
		interval_set_clear(&f->regions[i].failing);
		interval_set_clear(&f->regions[i].silent);
	}
	free(f->outages);
	free(f->gaps);
	free(f->regions);
}

static void
clear_excluded(struct sla_facts *f)
{
	for (size_t i = 0; i < f->window_count; i++) {
		free(f->windows[i].name);
		free(f->windows[i].text);
		free(f->windows[i].scope.items);
		free(f->windows[i].changes);
	}
	for (size_t i = 0; i < f->exclusion_count; i++) {
		free(f->exclusions[i].scope.items);
		free(f->exclusions[i].reason);
		free(f->exclusions[i].claimant);
		free(f->exclusions[i].evidence);
	}
	free(f->windows);
	free(f->exclusions);
}

void
sla_facts_clear(struct sla_facts *f)
{
	clear_terms(f);
	clear_seen(f);
	clear_excluded(f);
	free(f->zone);
	*f = (struct sla_facts){ 0 };
}

struct seen_weights {
	bool seen[SLA_WEIGHT_WHOLE + 1];
	size_t count;
};

static void
see_weights(struct seen_weights *s, const int64_t weights[SLA_KINDS])
{
	for (int kind = 0; kind < SLA_KINDS; kind++) {
		int64_t w = weights[kind];

		if (w == SLA_WEIGHT_INHERIT || s->seen[w])
			continue;
		s->seen[w] = true;
		s->count++;
	}
}

bool
sla_is_incomplete(const struct sla_facts *f)
{
	const struct sla_left *l = &f->left;

	return l->versions + l->endpoints + l->outages + l->gaps + l->windows >
	    0;
}

/* How many different weights there are within one part. */
static size_t
count_weights(const struct sla_facts *f, const struct sla_version *v)
{
	struct seen_weights s = { .count = 1 };

	s.seen[SLA_WEIGHT_WHOLE] = true; /* unknown that counts as down */
	see_weights(&s, v->weights);
	for (size_t i = 0; i < v->weight_count; i++)
		see_weights(&s, v->own_weights[i].weights);
	for (size_t i = 0; i < f->endpoint_count; i++)
		see_weights(&s, f->endpoints[i].weights);
	return s.count;
}

static bool
has_many_weights(const struct sla_facts *f)
{
	for (size_t i = 0; i < f->version_count; i++)
		if (count_weights(f, &f->versions[i]) > SLA_WEIGHTS_MAX)
			return true;
	return false;
}

/* What is excluded is looked at once for each endpoint and version. */
#define WORK_MAX 2000000

static size_t
count_work(const struct sla_facts *f)
{
	size_t rows = 0;

	for (size_t i = 0; i < f->window_count; i++)
		rows += 1 + f->windows[i].scope.count;
	for (size_t i = 0; i < f->exclusion_count; i++)
		rows += 1 + f->exclusions[i].scope.count;
	return rows * f->endpoint_count * f->version_count;
}

static bool
follow(const struct sla_facts *f, char why[160])
{
	for (size_t i = 0; i < f->version_count; i++) {
		const struct sla_version *v = &f->versions[i];

		if (i > 0 && v[-1].from_ms == v->from_ms) {
			text_format(why, 160,
			    "versions[%zu]: begins at the same instant as the "
			    "one before: which of them is in force?",
			    i);
			return false;
		}
		if (v->from_ms > v->to_ms ||
		    (i > 0 && v[-1].to_ms > v->from_ms)) {
			text_format(why, 160,
			    "versions[%zu]: begins after its end, or before "
			    "the end of the one before",
			    i);
			return false;
		}
	}
	return true;
}

bool
sla_facts_check(const struct sla_facts *f, char why[160])
{
	const char *wrong = NULL;

	if (f->from_ms >= f->to_ms)
		wrong = "period: nothing lies in it";
	else if (f->endpoint_count == 0)
		wrong = "endpoints: there are none";
	else if (has_many_weights(f))
		wrong = "weights: too many different ones";
	else if (count_work(f) > WORK_MAX)
		wrong = "too many endpoints, versions and exclusions at once";
	if (wrong != NULL)
		text_copy(why, 160, wrong);
	return wrong == NULL && follow(f, why);
}
