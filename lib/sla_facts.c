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
clear_window(struct sla_window *w)
{
	free(w->name);
	free(w->text);
	free(w->scope.items);
	free(w->changes);
}

static void
clear_exclusion(struct sla_exclusion *x)
{
	free(x->scope.items);
	free(x->reason);
	free(x->claimant);
	free(x->evidence);
}

static void
clear_excluded(struct sla_facts *f)
{
	for (size_t i = 0; i < f->window_count; i++)
		clear_window(&f->windows[i]);
	for (size_t i = 0; i < f->exclusion_count; i++)
		clear_exclusion(&f->exclusions[i]);
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

static void
fit_weights(struct sla_facts *f)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->version_count; i++)
		if (count_weights(f, &f->versions[i]) <= SLA_WEIGHTS_MAX)
			f->versions[kept++] = f->versions[i];
		else {
			sla_version_clear(&f->versions[i]);
			f->left.versions++;
		}
	f->version_count = kept;
}

/* What is excluded is looked at once for each endpoint and version. */
#define WORK_MAX 2000000

static size_t
rows_of(const struct sla_scope *scope)
{
	return 1 + scope->count;
}

static size_t
count_rows(const struct sla_facts *f)
{
	size_t rows = 0;

	for (size_t i = 0; i < f->window_count; i++)
		rows += rows_of(&f->windows[i].scope);
	for (size_t i = 0; i < f->exclusion_count; i++)
		rows += rows_of(&f->exclusions[i].scope);
	return rows;
}

static bool
is_too_much(const struct sla_facts *f, size_t rows)
{
	return rows * f->endpoint_count * f->version_count > WORK_MAX;
}

/* Without them more counts as down, and nothing in our favour. */
static void
fit_work(struct sla_facts *f)
{
	size_t rows = count_rows(f);

	while (f->window_count > 0 && is_too_much(f, rows)) {
		struct sla_window *w = &f->windows[--f->window_count];

		rows -= rows_of(&w->scope);
		clear_window(w);
		f->left.windows++;
	}
	while (f->exclusion_count > 0 && is_too_much(f, rows)) {
		struct sla_exclusion *x = &f->exclusions[--f->exclusion_count];

		rows -= rows_of(&x->scope);
		clear_exclusion(x);
		f->left.windows++;
	}
}

void
sla_facts_fit(struct sla_facts *f)
{
	fit_weights(f);
	fit_work(f);
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
	else if (is_too_much(f, count_rows(f)))
		wrong = "too many endpoints, versions and exclusions at once";
	if (wrong != NULL)
		text_copy(why, 160, wrong);
	return wrong == NULL && follow(f, why);
}
