/*
 * shard_agreement: what the settings say is agreed with a client, taken over
 * with its instant and journalled.
 *
 * A record is a list of versions.  Those that have begun stay as they are,
 * but for what both parties agree to (shard_amend.c); those ahead are what
 * the settings say is to come, and begin without anything being done then.
 */
#include <assert.h>
#include <stdlib.h>

#include "collector/shard_internal.h"
#include "lib/report_agreed.h"
#include "lib/sla_text.h"
#include "lib/text.h"

size_t
shard_begun(const struct agreed *a, int64_t now_ms)
{
	const struct ledger_agreement *items = a->list.items;
	size_t n = a->list.count;

	while (
	    n > 0 && items[n - 1].said_ms != 0 && items[n - 1].from_ms > now_ms)
		n--;
	return n;
}

/* Put those ahead apart. */
static void
split(struct agreed *a, int64_t now_ms, struct ledger_agreements *ahead)
{
	size_t begun = shard_begun(a, now_ms);

	*ahead = (struct ledger_agreements){ 0 };
	for (size_t i = begun; i < a->list.count; i++)
		ledger_add_agreement(ahead, &a->list.items[i]);
	while (a->list.count > begun)
		ledger_drop_agreement(&a->list);
}

void
shard_put_agreements(struct shard *s, struct agreed *a)
{
	a->period_until_ms = 0;
	shard_put_text(s, COMMIT_SET, "terms", a->client,
	    ledger_encode_agreements(&a->list));
	shard_put_end(s);
}

static void
journal(struct shard *s, const struct agreed *a, const char *what,
    struct ledger_agreement *agreement)
{
	const struct ledger_agreements one = { .items = agreement, .count = 1 };
	char *record = ledger_encode_agreements(&one);

	shard_journal_terms(s, a->client, what, record);
	free(record);
}

/* By the keys of their endpoints: a rename is no other agreement. */
static void
key_weights(const struct shard *s, struct sla_version *v)
{
	for (size_t i = 0; i < v->weight_count; i++) {
		struct sla_weight *w = &v->own_weights[i];
		const struct target *t = shard_find(s, w->endpoint);

		assert(t != NULL); /* it stands in the settings */
		free(w->endpoint);
		w->endpoint = mem_text(t->key);
	}
	(void)sla_weights_sort(v);
}

static void
terms_of(const struct shard *s, const struct client *c, const struct sla *sla,
    struct ledger_agreement *out)
{
	struct sla_facts f;
	struct sla_version *v;

	settings_agreed(s->settings, c, sla, &f);
	v = &f.versions[0];
	key_weights(s, v);
	*out = (struct ledger_agreement){ .sla = v->name,
		.zone = f.zone,
		.guarantee_milli = v->target_milli,
		.coverage_floor_milli = v->floor_milli,
		.more = report_agreed_text(&f, v),
		.accord = SLA_ACCORD_NONE };
	v->name = NULL;
	f.zone = NULL;
	sla_facts_clear(&f);
}

static struct ledger_agreement *
last(const struct agreed *a)
{
	return a->list.count > 0 ? &a->list.items[a->list.count - 1] : NULL;
}

static bool
take_now(struct shard *s, struct agreed *a, const struct client *c)
{
	const struct ledger_agreement *before = last(a);
	struct ledger_agreement now;
	bool is_new;

	terms_of(s, c, settings_sla_at(c, s->now_ms), &now);
	is_new = before == NULL || !ledger_is_same_agreement(before, &now);
	if (is_new) {
		now.from_ms = shard_step_instant(s,
		    before == NULL ? BEFORE_ALL : before->from_ms);
		journal(s, a, before == NULL ? "added" : "terms", &now);
		ledger_add_agreement(&a->list, &now);
	}
	ledger_agreement_clear(&now);
	return is_new;
}

/* The same terms from the same instant; NULL: there are none. */
static const struct ledger_agreement *
find(const struct ledger_agreements *list, const struct ledger_agreement *like)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].from_ms == like->from_ms &&
		    ledger_is_same_agreement(&list->items[i], like))
			return &list->items[i];
	return NULL;
}

/* One that stood there before keeps when it was said, and who agreed. */
static bool
take_later(struct shard *s, struct agreed *a, const struct client *c,
    const struct later_sla *later, const struct ledger_agreements *ahead)
{
	const struct ledger_agreement *known;
	struct ledger_agreement next;

	terms_of(s, c, later->sla, &next);
	next.from_ms = later->from_ms;
	next.said_ms = s->now_ms;
	known = find(ahead, &next);
	if (known == NULL)
		journal(s, a, "terms", &next);
	ledger_add_agreement(&a->list, known != NULL ? known : &next);
	ledger_agreement_clear(&next);
	return known == NULL;
}

/* What was to come and is not to come any more. */
static bool
withdraw(struct shard *s, const struct agreed *a,
    const struct ledger_agreements *ahead)
{
	bool any = false;

	for (size_t i = 0; i < ahead->count; i++) {
		if (find(&a->list, &ahead->items[i]) != NULL)
			continue;
		journal(s, a, "withdrawn", &ahead->items[i]);
		any = true;
	}
	return any;
}

void
shard_take_agreement(struct shard *s, const struct client *c)
{
	struct agreed *a = shard_agreed(s, c->name);
	struct ledger_agreements ahead;
	bool changed;

	assert(a != NULL); /* settings have no longer names */
	a->is_seen = true;
	split(a, s->now_ms, &ahead);
	changed = take_now(s, a, c);
	CONF_EACH (const struct later_sla, later, &c->amendments)
		if (later->from_ms > s->now_ms &&
		    later->from_ms > last(a)->from_ms)
			changed |= take_later(s, a, c, later, &ahead);
	changed |= withdraw(s, a, &ahead);
	if (changed)
		shard_put_agreements(s, a);
	ledger_agreements_clear(&ahead);
}

/* The last one once more, with nothing agreed by it. */
static void
end_last(struct shard *s, struct agreed *a)
{
	static char removed[] = "removed";
	struct ledger_agreement end = *last(a), own;

	end.from_ms = shard_step_instant(s, end.from_ms);
	end.said_ms = 0;
	end.ended = removed;
	end.accord = (struct sla_accord)SLA_ACCORD_NONE;
	own = ledger_agreement_copy(&end);
	journal(s, a, "removed", &own);
	ledger_add_agreement(&a->list, &own);
	ledger_agreement_clear(&own);
}

void
shard_end_agreement(struct shard *s, struct agreed *a)
{
	struct ledger_agreements ahead;
	bool changed, ends;

	split(a, s->now_ms, &ahead);
	changed = withdraw(s, a, &ahead);
	ends = last(a) != NULL && last(a)->ended == NULL;
	if (ends)
		end_last(s, a);
	if (changed || ends)
		shard_put_agreements(s, a);
	ledger_agreements_clear(&ahead);
}

void
shard_move_agreement(struct shard *s, struct agreed *a, int64_t from_ms,
    const struct sla_accord *accord)
{
	static char corrected[] = "corrected";
	struct ledger_agreements ahead;
	struct ledger_agreement moved, before;

	split(a, s->now_ms, &ahead);
	moved = ledger_agreement_copy(last(a));
	before = moved;
	before.ended = corrected;
	do
		ledger_drop_agreement(&a->list);
	while (a->list.count > 0 && last(a)->from_ms >= from_ms);
	/* Of the first: reports of before say that nothing was agreed. */
	if (a->list.count == 0 && before.from_ms < from_ms) {
		before.accord = (struct sla_accord)SLA_ACCORD_NONE;
		ledger_add_agreement(&a->list, &before);
	}
	sla_accord_clear(&moved.accord);
	moved.accord = sla_accord_copy(accord);
	moved.from_ms = from_ms;
	moved.said_ms = 0;
	ledger_add_agreement(&a->list, &moved);
	for (size_t i = 0; i < ahead.count; i++)
		ledger_add_agreement(&a->list, &ahead.items[i]);
	ledger_agreement_clear(&moved);
	ledger_agreements_clear(&ahead);
}
