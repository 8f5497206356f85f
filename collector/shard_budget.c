/*
 * shard_budget: what is left of each client's allowance, as advisories.
 *
 * They wake nobody: the digest tells them at nine in the morning of whoever
 * is on watch.  Three things are said of the terms in force, each as long as
 * it is so: half of the allowance is used; more than all of it; it is being
 * used so fast, in two windows at once, that it will not last.  An allowance
 * is looked at every ten minutes, the first time ten minutes after a start,
 * so that an outage that has only begun is no news of a budget.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/shard_internal.h"
#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/text.h"
#include "lib/window.h"

#define LOOK_MS 600000
#define LOOKS_MAX 20 /* at a time: accounts take their time */
#define ADVISORY 4
#define DAY_MS INT64_C(86400000)
/* A year, by clocks of two zones. */
#define PERIOD_MAX_MS (368 * DAY_MS)
/* So far before a period what is joined to outages in it may have ended: the
   most of min_countable and merge_gap. */
#define NEAR_MS (2 * DAY_MS)

static const char *const words[] = {
	[BUDGET_HALF] = "budget-half",
	[BUDGET_GONE] = "budget-gone",
	[BUDGET_BURNING] = "budget-burning",
};

static bool
is_of(const struct target *t, const char *client)
{
	return strcmp(t->client, client) == 0;
}

/* One that the ledger keeps as it stands in the store. */
static void
put_field(struct ledger *l, const char *key, const char *field,
    char *record_taken)
{
	char error[160];

	ledger_load(l, key, field, record_taken, strlen(record_taken), error);
	free(record_taken);
}

static void
put_record(struct ledger *l, const char *client, const char *key,
    const char *id, char *record_taken)
{
	char field[200];

	text_format(field, sizeof(field), "%s|%s", client, id);
	put_field(l, key, field, record_taken);
}

/* What pages and commands read of this client, from memory. */
static void
fill(const struct shard *s, const struct agreed *a, struct ledger *l)
{
	for (struct target *t = s->targets; t != NULL; t = t->hh.next) {
		if (!is_of(t, a->client))
			continue;
		if (t->named_ms != 0)
			put_field(l, "names", t->key,
			    renames_encode(&s->renames, t->key));
		ledger_put_terms(l, t->key, &t->steps);
		for (size_t i = 0; i < t->booked_count; i++)
			if (t->booked[i].to_ms >= a->period_from_ms - NEAR_MS)
				ledger_put_stretch(l, t->key, &t->booked[i]);
	}
	for (size_t i = 0; i < a->window_count; i++)
		put_record(l, a->client, "windows", a->windows[i]->id,
		    window_encode(a->windows[i]));
	for (size_t i = 0; i < a->claim_count; i++)
		put_record(l, a->client, "exclusions", a->claims[i]->id,
		    claim_encode(a->claims[i]));
}

static bool
was_down(const struct shard *s, const struct agreed *a)
{
	for (struct target *t = s->targets; t != NULL; t = t->hh.next)
		for (size_t i = 0; is_of(t, a->client) && i < t->booked_count;
		     i++)
			if (t->booked[i].kind == LEDGER_DOWN &&
			    t->booked[i].to_ms > a->period_from_ms)
				return true;
	return false;
}

static void
say(struct agreed *a, enum budget_word word, struct text *t)
{
	a->budget[word] = text_take(t);
}

static void
add_allowance(struct text *t, const struct sla_part *p)
{
	char until[40];

	civil_utc(p->to_ms, until, sizeof(until));
	text_addf(t, " of the %lld s that may fail until %s, %lld s are used",
	    (long long)p->budget.allowed_s, until,
	    (long long)((p->budget.used_ms + 999) / 1000));
}

static const struct sla_burn *
trips(const struct sla_budget *b)
{
	for (size_t i = 0; i < SLA_BURNS; i++)
		if (b->burns[i].trips)
			return &b->burns[i];
	return NULL;
}

static void
judge(struct agreed *a, const struct sla_part *p)
{
	const struct sla_budget *b = &p->budget;
	const struct sla_burn *burn = trips(b);
	struct text t = { 0 };
	char at[40];

	if (b->exhausted_at_ms != NEVER) {
		text_addf(&t, "%s: more than the SLA allows:", a->client);
		add_allowance(&t, p);
		say(a, BUDGET_GONE, &t);
	} else if (b->used_ms * 2 >= b->allowed_s * 1000) {
		text_addf(&t,
		    "%s: half of the SLA's allowance is gone:", a->client);
		add_allowance(&t, p);
		say(a, BUDGET_HALF, &t);
	}
	if (b->exhausted_at_ms != NEVER || burn == NULL)
		return;
	text_addf(&t,
	    "%s: over %lld %% of the SLA's allowance within %lld h:", a->client,
	    (long long)burn->budget_percent, (long long)(burn->long_s / 3600));
	add_allowance(&t, p);
	if (b->forecast_at_ms != NEVER) {
		civil_utc(b->forecast_at_ms, at, sizeof(at));
		text_addf(&t, "; at this rate all of it at %s", at);
	}
	say(a, BUDGET_BURNING, &t);
}

void
shard_free_budget(struct agreed *a)
{
	for (size_t i = 0; i < BUDGET_WORDS; i++) {
		free(a->budget[i]);
		a->budget[i] = NULL;
	}
}

/* It stays the same until it ends, or other terms begin or are written. */
static void
note_period(const struct shard *s, struct agreed *a, const struct sla_facts *f)
{
	const struct ledger_agreement *v = a->list.items;

	a->period_from_ms = f->from_ms;
	a->period_until_ms = f->to_ms;
	for (size_t i = 0; i < a->list.count; i++)
		if (v[i].from_ms > s->now_ms &&
		    v[i].from_ms < a->period_until_ms)
			a->period_until_ms = v[i].from_ms;
}

/* To read all terms again takes longer than to see that nothing failed. */
static bool
is_known_well(const struct shard *s, const struct agreed *a)
{
	return s->now_ms >= a->period_from_ms &&
	    s->now_ms < a->period_until_ms && !was_down(s, a);
}

/* The part that is under way, and only if something of it may fail. */
static void
look(struct shard *s, struct agreed *a)
{
	struct ledger_account account;
	struct ledger *l;
	struct sla_facts f;

	shard_free_budget(a);
	a->is_looked_at = true;
	if (is_known_well(s, a))
		return;
	l = ledger_new(a->client);
	ledger_put_agreements(l, &a->list);
	ledger_period_at(l, "UTC", s->now_ms, &f);
	note_period(s, a, &f);
	if (!was_down(s, a) || ledger_agreement_at(l, s->now_ms) == NULL) {
		sla_facts_clear(&f);
		ledger_free(l);
		return;
	}
	fill(s, a, l);
	ledger_account(l, &f, s->judge_ms, &account);
	for (size_t i = 0; i < account.full.count; i++) {
		const struct sla_part *p = &account.full.parts[i];

		if (p->counted_to_ms < p->to_ms && p->budget.used_ms > 0)
			judge(a, p);
	}
	ledger_account_clear(&account);
	ledger_free(l);
}

/* What was told before a restart stays until it is looked at again. */
static void
keep_told(struct shard *s, const struct agreed *a)
{
	for (struct cause *c = s->causes; c != NULL; c = c->hh.next)
		for (size_t i = 0; i < BUDGET_WORDS; i++) {
			char subject[SUBJECT_ROOM];

			text_format(subject, sizeof(subject),
			    "operations/%s/%s", words[i], a->client);
			if (strcmp(c->subject, subject) == 0)
				c->is_current = true;
		}
}

void
shard_look_at_budgets(struct shard *s)
{
	int looks = 0;

	for (struct agreed *a = s->agreed; a != NULL; a = a->hh.next) {
		if (a->budget_ms == 0)
			a->budget_ms = s->now_ms + LOOK_MS;
		if (s->now_ms >= a->budget_ms && looks < LOOKS_MAX &&
		    !shard_is_frozen(s)) {
			a->budget_ms = s->now_ms + LOOK_MS;
			look(s, a);
			looks++;
		}
		if (!a->is_looked_at)
			keep_told(s, a);
		for (size_t i = 0; i < BUDGET_WORDS; i++)
			if (a->budget[i] != NULL)
				shard_found(s, words[i], a->client, s->now_ms,
				    ADVISORY, a->budget[i]);
	}
}

int64_t
shard_budget_needs(const struct shard *s)
{
	return s->now_ms - PERIOD_MAX_MS - NEAR_MS;
}
