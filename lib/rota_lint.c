/*
 * Goes through everybody a ladder may call, and through the days to come.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/ladder.h"
#include "lib/rota_lint.h"
#include "lib/text.h"

#define DAY_MS INT64_C(86400000)
#define LEVELS_MAX 16
#define PAIRS_MAX 64 /* of levels and people, of one ladder */

struct pass {
	const struct lint_question *q;
	size_t found;
};

/* Two levels that call one person, since when, and for how long in all. */
struct pair {
	size_t low, high;
	const struct person *person;
	int64_t since_ms, total_ms;
};

struct pairs {
	struct pair items[PAIRS_MAX];
	size_t count;
};

static void
report(struct pass *p, struct lint *l)
{
	p->found++;
	if (p->q->found != NULL)
		p->q->found(p->q->arg, l);
}

/* Ways are begun by their delays after the first; a level ends with its
   patience. */
static void
lint_ways(struct pass *p, const struct ladder *d, const struct level *v,
    const struct person *who)
{
	const struct reach *ways = who->reach.items;
	char delay[32], patience[32];

	for (size_t i = 1; i < who->reach.count; i++) {
		struct lint l = { LINT_LATE, who, d, "" };
		int64_t after_ms = ways[i].delay_ms - ways[0].delay_ms;

		if (after_ms < v->patience_ms)
			continue;
		text_duration(after_ms, delay, sizeof(delay));
		text_duration(v->patience_ms, patience, sizeof(patience));
		text_format(l.text, sizeof(l.text),
		    "%s is never called by %s on ladder %s: it comes %s after "
		    "the first way, and \"%s\" is left after %s",
		    who->name, settings_channel_word(ways[i].channel), d->name,
		    delay, v->call_text, patience);
		report(p, &l);
	}
}

/* Everybody of these watches, each once. */
static void
each_member(struct pass *p, const struct ladder *d, const struct level *v,
    const struct person **seen, size_t *count, const struct conf_list *watches)
{
	CONF_EACH (const struct watch, w, watches)
		for (size_t i = 0; i < w->people.count + w->secondary.count;
		     i++) {
			const struct person *who = i < w->people.count
			    ? w->members[i]
			    : w->seconds[i - w->people.count];
			size_t j = 0;

			while (j < *count && seen[j] != who)
				j++;
			if (j < *count)
				continue;
			seen[(*count)++] = who;
			lint_ways(p, d, v, who);
		}
}

static size_t
count_members(const struct conf_list *watches)
{
	size_t count = 0;

	CONF_EACH (const struct watch, w, watches)
		count += w->people.count + w->secondary.count;
	return count;
}

static void
lint_rota(struct pass *p, const struct ladder *d, const struct level *v)
{
	const struct person **seen;
	size_t room = 1, count = 0;

	room += count_members(&v->rota->watches);
	CONF_EACH (const struct layer, y, &v->rota->layers)
		room += count_members(&y->watches);
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are meant */
	seen = mem_alloc(room * sizeof(*seen));
	each_member(p, d, v, seen, &count, &v->rota->watches);
	CONF_EACH (const struct layer, y, &v->rota->layers)
		each_member(p, d, v, seen, &count, &y->watches);
	free(seen);
}

static void
lint_level(struct pass *p, const struct ladder *d, const struct level *v)
{
	if (v->rota != NULL)
		lint_rota(p, d, v);
	if (v->person != NULL)
		lint_ways(p, d, v, v->person);
	for (size_t i = 0; v->group != NULL && i < v->group->people.count; i++)
		lint_ways(p, d, v, v->group->members[i]);
}

/* Who may be called at a level, and until when this is so: of a group in turn
   it can be anybody. */
static void
callees(const struct lint_question *q, const struct level *v, int64_t at_ms,
    struct ladder_people *out, int64_t *until_ms)
{
	const struct ladder_asked asked = { q->overrides, q->override_count, 0,
		at_ms };
	struct level whole = *v;

	if (whole.call == CALL_TURN)
		whole.call = CALL_GROUP;
	ladder_people(&whole, &asked, out);
	if (out->until_ms < *until_ms)
		*until_ms = out->until_ms;
}

static void
note_pair(struct pairs *all, struct pair found)
{
	for (size_t i = 0; i < all->count; i++) {
		struct pair *x = &all->items[i];

		if (x->low == found.low && x->high == found.high &&
		    x->person == found.person) {
			x->total_ms += found.total_ms;
			return;
		}
	}
	if (all->count < PAIRS_MAX)
		all->items[all->count++] = found;
}

static void
report_pair(struct pass *p, const struct ladder *d, const struct pair *x)
{
	struct lint l = { LINT_TWICE, x->person, d, "" };
	char since[40], total[32];

	civil_utc(x->since_ms, since, sizeof(since));
	text_duration(x->total_ms, total, sizeof(total));
	text_format(l.text, sizeof(l.text),
	    "%s answers for levels %zu and %zu of ladder %s, first from %s, in "
	    "all for %s in %d days",
	    x->person->name, x->low + 1, x->high + 1, d->name, since, total,
	    p->q->days);
	report(p, &l);
}

/* Of two levels everybody who answers for both. */
static void
note_both(struct pairs *all, const struct ladder_people *who, size_t low,
    size_t high, int64_t at_ms, int64_t to_ms)
{
	for (size_t i = 0; i < who[low].count; i++)
		if (ladder_has(&who[high], who[low].items[i]->name))
			note_pair(all,
			    (struct pair){ low, high, who[low].items[i], at_ms,
				to_ms - at_ms });
}

/* What a level of a ladder lacks: somebody to call. */
struct lack {
	int64_t since_ms, total_ms;
};

static void
report_lack(struct pass *p, const struct ladder *d, size_t level,
    const struct lack *lack)
{
	struct lint l = { LINT_NOBODY, NULL, d, "" };
	const struct level *levels = d->levels.items;
	char since[40], total[32];

	civil_utc(lack->since_ms, since, sizeof(since));
	text_duration(lack->total_ms, total, sizeof(total));
	text_format(l.text, sizeof(l.text),
	    "level %zu of ladder %s (%s) has nobody to call, first from %s, in "
	    "all for %s in %d days",
	    level + 1, d->name, levels[level].call_text, since, total,
	    p->q->days);
	report(p, &l);
}

static void
note_lack(struct lack *lack, int64_t at_ms, int64_t to_ms)
{
	if (lack->total_ms == 0)
		lack->since_ms = at_ms;
	lack->total_ms += to_ms - at_ms;
}

static void
lint_levels(struct pass *p, const struct ladder *d)
{
	const struct lint_question *q = p->q;
	struct ladder_people who[LEVELS_MAX];
	struct lack lacks[LEVELS_MAX] = { 0 };
	const struct level *levels = d->levels.items;
	int64_t at_ms = q->from_ms, end_ms = at_ms + q->days * DAY_MS, to_ms;
	size_t count = d->levels.count;
	struct pairs all = { .count = 0 };

	for (; at_ms < end_ms; at_ms = to_ms) {
		to_ms = end_ms;
		for (size_t i = 0; i < count; i++)
			callees(q, &levels[i], at_ms, &who[i], &to_ms);
		for (size_t i = 0; i < count; i++)
			if (who[i].count == 0)
				note_lack(&lacks[i], at_ms, to_ms);
		for (size_t j = 1; j < count; j++)
			for (size_t i = 0; i < j; i++)
				note_both(&all, who, i, j, at_ms, to_ms);
	}
	for (size_t i = 0; i < all.count; i++)
		report_pair(p, d, &all.items[i]);
	for (size_t i = 0; i < count; i++)
		if (lacks[i].total_ms > 0)
			report_lack(p, d, i, &lacks[i]);
}

static const struct contact *
contact_of(const struct lint_question *q, const struct person *who,
    enum channel_kind channel)
{
	for (size_t i = 0; i < q->contact_count; i++)
		if (q->contacts[i].channel == channel &&
		    strcmp(q->contacts[i].person, who->name) == 0)
			return &q->contacts[i];
	return NULL;
}

static void
lint_failed(struct pass *p, const struct person *who, const struct contact *c)
{
	struct lint l = { LINT_FAILED, who, NULL, "" };
	char at[48];

	civil_full(who->zone, c->failed_ms, at, sizeof(at));
	text_format(l.text, sizeof(l.text),
	    "%s: what was sent by %s at %s failed, and nothing got through "
	    "that "
	    "way since",
	    who->name, settings_channel_word(c->channel), at);
	report(p, &l);
}

/* Those who are nobody's to call need not be within reach. */
static void
lint_contacts(struct pass *p, const struct person *who)
{
	struct lint l = { LINT_UNTESTED, who, NULL, "" };
	bool tested = false;

	CONF_EACH (const struct reach, r, &who->reach) {
		const struct contact *c = contact_of(p->q, who, r->channel);

		tested = tested || (c != NULL && c->handed_ms > 0);
		if (c != NULL && c->failed_ms > c->handed_ms)
			lint_failed(p, who, c);
	}
	if (tested || who->reach.count == 0)
		return;
	text_format(l.text, sizeof(l.text),
	    "%s: nothing was ever handed over by any way: \"sunwatch page-test "
	    "%s\" tries them",
	    who->name, who->name);
	report(p, &l);
}

size_t
rota_lint(const struct lint_question *q)
{
	struct pass p = { .q = q };

	CONF_EACH (const struct ladder, d, &q->settings->ladders) {
		CONF_EACH (const struct level, v, &d->levels)
			lint_level(&p, d, v);
		lint_levels(&p, d);
	}
	if (q->contacts_known)
		CONF_EACH (const struct person, who, &q->settings->people)
			lint_contacts(&p, who);
	return p.found;
}
