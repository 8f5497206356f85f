/*
 * shard_amend: both parties' consent to a version of the terms, and the
 * instant from which it holds.
 *
 * The terms themselves stand in the settings.  A version ahead is agreed to
 * where it stands; one that is in force may, by consent, have begun at another
 * instant than the one at which the settings changed.  Of a period of which
 * the report is final that needs to be said on purpose.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "collector/shard_order.h"
#include "lib/civil.h"
#include "lib/claim.h"
#include "lib/ledger_facts.h"
#include "lib/publish.h"
#include "lib/record.h"
#include "lib/sla_period.h"
#include "lib/sla_text.h"

#define PARTY_MAX 200              /* bytes */
#define FIRST_MS INT64_C(86400000) /* 1970 in every zone */

struct wish {
	const char *client;
	int64_t from_ms;
	bool correction;
	struct sla_accord accord; /* its texts are the request's */
};

static bool
read_wish(struct order *o, struct wish *w)
{
	const char *ours, *theirs, *reason;

	if (!order_text(o, "client", NAME_ROOM, true, &w->client) ||
	    !order_instant(o, "from_ms", &w->from_ms) ||
	    !order_text(o, "ours", PARTY_MAX, true, &ours) ||
	    !order_text(o, "theirs", PARTY_MAX, true, &theirs) ||
	    !order_text(o, "reason", CLAIM_TEXT_MAX, false, &reason) ||
	    !order_flag(o, "correction", &w->correction))
		return false;
	/* Copied where it is kept; nothing is written here. */
	w->accord = (struct sla_accord){ .ours = (char *)(uintptr_t)ours,
		.theirs = (char *)(uintptr_t)theirs,
		.by = (char *)(uintptr_t)o->by,
		.reason = (char *)(uintptr_t)reason,
		.at_ms = o->s->now_ms };
	return true;
}

static bool
is_same(const struct sla_accord *a, const struct sla_accord *b)
{
	return !text_differs(a->ours, b->ours) &&
	    !text_differs(a->theirs, b->theirs) &&
	    !text_differs(a->reason, b->reason);
}

static void
say_instant(const struct order *o, const struct wish *w, int64_t at_ms,
    char out[40])
{
	const struct client *c = settings_client(o->s->settings, w->client);

	civil_full(c->zone, at_ms, out, 40);
}

/* The record is a list of the one version. */
static void
put(struct order *o, struct agreed *a, const struct ledger_agreement *is,
    const char *what, int64_t was_from_ms)
{
	struct ledger_agreement own = ledger_agreement_copy(is);
	const struct ledger_agreements one = { .items = &own, .count = 1 };
	char *record = ledger_encode_agreements(&one), *head;
	struct text line = { 0 };
	json_t *start = json_pack("{s:I, s:s, s:s, s:o, s:I}", "at",
	    (json_int_t)o->s->now_ms, "what", what, "subject", a->client, "by",
	    record_foreign(o->by), "was_from", (json_int_t)was_from_ms);

	head = record_dump(start);
	text_add_bytes(&line, head, strlen(head) - 1);
	text_add(&line, ",\"terms\":");
	text_add_bytes(&line, record + 1, strlen(record) - 2);
	text_add(&line, "}");
	shard_put_text(o->s, COMMIT_APPEND, "journal", "", text_take(&line));
	shard_put_agreements(o->s, a);
	o->s->is_urgent = true;
	a->budget_ms = o->s->now_ms; /* its figures are other ones now */
	json_decref(start);
	free(head);
	free(record);
	ledger_agreement_clear(&own);
}

static void
say_agreed(struct order *o, const struct wish *w,
    const struct ledger_agreement *v, int64_t from_ms)
{
	char from[40];

	say_instant(o, w, from_ms, from);
	order_say(o, "%s: %s, %lld.%03lld %%, from %s is agreed by %s and %s",
	    w->client, v->sla, (long long)(v->guarantee_milli / 1000),
	    (long long)(v->guarantee_milli % 1000), from, w->accord.ours,
	    w->accord.theirs);
}

/* Of both: what one side wrote down alone is not undone by a second word. */
static bool
may_replace(struct order *o, const struct wish *w,
    const struct ledger_agreement *v)
{
	char from[40];

	if (v->accord.ours == NULL || w->correction)
		return true;
	say_instant(o, w, v->from_ms, from);
	return order_refuse(o,
	    "%s: %s from %s is agreed by %s and %s already; a correction "
	    "that both agree to takes --correction",
	    w->client, v->sla, from, v->accord.ours, v->accord.theirs);
}

/* A version that begins when they say: it is only written down. */
static bool
agree(struct order *o, const struct wish *w, struct agreed *a,
    struct ledger_agreement *v)
{
	if (v->ended != NULL)
		return order_refuse(o, "%s: nothing is agreed from then on",
		    w->client);
	if (is_same(&v->accord, &w->accord)) {
		say_agreed(o, w, v, v->from_ms);
		return true; /* said before */
	}
	if (!may_replace(o, w, v))
		return false;
	say_agreed(o, w, v, v->from_ms);
	if (o->check)
		return true;
	sla_accord_clear(&v->accord);
	v->accord = sla_accord_copy(&w->accord);
	put(o, a, v, "consent", v->from_ms);
	return true;
}

/* What is final first of all that the instant is in. */
static void
find_period(const struct agreed *a, int64_t at_ms, struct publish_period *x)
{
	struct ledger *l = ledger_new(a->client);

	ledger_put_agreements(l, &a->list);
	publish_earliest(l, "UTC", at_ms, x);
	ledger_free(l);
}

/* Whether a report that is final would say something else. */
static bool
look_at_report(struct order *o, const struct wish *w, const struct agreed *a,
    int64_t at_ms)
{
	struct publish_period x;
	char since[40];

	/* Where nothing was agreed there is no report. */
	if (at_ms < a->list.items[0].from_ms)
		at_ms = a->list.items[0].from_ms;
	find_period(a, at_ms, &x);
	if (x.final_ms > o->s->now_ms)
		return true;
	say_instant(o, w, x.final_ms, since);
	if (!w->correction)
		return order_refuse(o,
		    "from_ms: the report of %s is final since %s; a correction "
		    "that both agree to takes --correction",
		    x.is.name, since);
	order_warn(o, "the report of %s is final since %s: it is corrected",
	    x.is.name, since);
	return true;
}

/* When anything of the client was first looked at, or agreed. */
static int64_t
first_ms(const struct order *o, const struct agreed *a)
{
	int64_t at_ms = a->list.items[0].from_ms;
	size_t n = strlen(a->client);

	for (struct target *t = o->s->targets; t != NULL; t = t->hh.next)
		if (strncmp(t->id, a->client, n) == 0 && t->id[n] == '/' &&
		    t->steps.count > 0 && t->steps.items[0].from_ms < at_ms)
			at_ms = t->steps.items[0].from_ms;
	return at_ms;
}

/* Further back there is nothing to account for, and a wrong year is likely. */
static bool
may_reach(struct order *o, const struct wish *w, const struct agreed *a)
{
	int64_t at_ms = first_ms(o, a);
	char since[40];

	if (w->from_ms < FIRST_MS)
		return order_refuse(o,
		    "from_ms: no terms are known of before 1970-01-02");
	if (w->from_ms >= at_ms || w->correction)
		return true;
	say_instant(o, w, at_ms, since);
	return order_refuse(o,
	    "from_ms: nothing of %s was looked at before %s; a correction "
	    "that both agree to takes --correction",
	    w->client, since);
}

/* Whether the version in force may be said to have begun then. */
static bool
may_move(struct order *o, const struct wish *w, const struct agreed *a,
    size_t begun)
{
	const struct ledger_agreement *v = &a->list.items[begun - 1];
	const struct client *c = settings_client(o->s->settings, w->client);
	const struct sla *then = settings_sla_at(c, w->from_ms);

	if (then != settings_sla_at(c, o->s->now_ms))
		return order_refuse(o,
		    "from_ms: the settings have other terms then, %s",
		    then->name);
	if (begun == 1 && w->from_ms > v->from_ms && !w->correction)
		return order_refuse(o,
		    "from_ms: %s is the first version, and was in force "
		    "before; a correction that both agree to takes "
		    "--correction",
		    v->sla);
	if (!may_reach(o, w, a))
		return false;
	for (size_t i = 0; i < begun; i++)
		if ((i == begun - 1 ||
			a->list.items[i].from_ms >= w->from_ms) &&
		    !may_replace(o, w, &a->list.items[i]))
			return false;
	return look_at_report(o, w, a,
	    w->from_ms < v->from_ms ? w->from_ms : v->from_ms);
}

static bool
move(struct order *o, const struct wish *w, struct agreed *a)
{
	size_t begun = shard_begun(a, o->s->now_ms);
	const struct ledger_agreement *v;
	int64_t was_from_ms;
	char was[40];

	/* It stands in the settings, so it was taken over. */
	assert(begun > 0 && a->list.items[begun - 1].ended == NULL);
	if (!may_move(o, w, a, begun))
		return false;
	v = &a->list.items[begun - 1];
	was_from_ms = v->from_ms;
	say_agreed(o, w, v, w->from_ms);
	say_instant(o, w, was_from_ms, was);
	order_say(o, "%s: it was in force from %s", w->client, was);
	if (o->check)
		return true;
	shard_move_agreement(o->s, a, w->from_ms, &w->accord);
	begun = shard_begun(a, o->s->now_ms);
	put(o, a, &a->list.items[begun - 1], "amended", was_from_ms);
	return true;
}

static bool
amend(struct order *o, const struct wish *w, struct agreed *a)
{
	char from[40];

	/* People see whole seconds of when a version began. */
	for (size_t i = a->list.count; i-- > 0;)
		if (civil_floor_div(a->list.items[i].from_ms, 1000) ==
		    civil_floor_div(w->from_ms, 1000))
			return agree(o, w, a, &a->list.items[i]);
	if (w->from_ms <= o->s->now_ms)
		return move(o, w, a);
	say_instant(o, w, w->from_ms, from);
	return order_refuse(o,
	    "from_ms: no version of %s begins at %s: write it under "
	    "\"amendments\" of the client, reload, and say it again",
	    w->client, from);
}

bool
order_amend(struct order *o)
{
	struct wish w;

	if (!read_wish(o, &w))
		return false;
	if (settings_client(o->s->settings, w.client) == NULL ||
	    settings_shard(o->s->settings, w.client) != o->s->number)
		return true; /* another shard's */
	o->reply->found++;
	return amend(o, &w, shard_agreed(o->s, w.client));
}
