/*
 * What became of a message: handed over, tried again, by another way, given
 * up.
 */
#include <string.h>

#include "pager/duty_parts.h"

static int64_t
retry_after(int attempt)
{
	int64_t wait_ms = DUTY_RETRY_MS;

	while (--attempt > 0 && wait_ms < DUTY_RETRY_MAX_MS)
		wait_ms *= 2;
	return wait_ms < DUTY_RETRY_MAX_MS ? wait_ms : DUTY_RETRY_MAX_MS;
}

/* Of one incident: the same news for the same person, by any way. */
static bool
is_same_news(const struct intent *a, const struct intent *b)
{
	return a->kind == b->kind && strcmp(a->person, b->person) == 0 &&
	    strcmp(a->note, b->note) == 0;
}

/*
 * News that one way could not carry, for certain or for now, goes by the
 * next, once; what failed for now is tried again besides, until one of them
 * gets through.
 */
static void
next_way(struct duty *d, const struct intent *i, int64_t now_ms)
{
	const struct person *p = settings_person(d->settings, i->person);
	struct incident *inc = duty_find(d, i->incident);
	const struct intent *o;

	if (!duty_is_news(i->kind) || p == NULL ||
	    i->step + 1 >= p->reach.count || i->went_on)
		return;
	TAILQ_FOREACH (o, duty_intents_of(d, i->incident), of_incident)
		if (is_same_news(o, i) && o->step > i->step)
			return; /* is under way already */
	(void)duty_intent(d, i->kind, inc, p, i->step + 1, i->note, now_ms);
}

/* It got through by one way: the others need not try. */
static void
drop_other_ways(struct duty *d, const struct intent *i, int64_t now_ms)
{
	struct intent *o, *next;

	if (!duty_is_news(i->kind))
		return;
	for (o = TAILQ_FIRST(duty_intents_of(d, i->incident)); o != NULL;
	     o = next) {
		next = TAILQ_NEXT(o, of_incident);
		if (o != i && o->state != INTENT_SENDING && is_same_news(o, i))
			duty_give_up(d, o, "told by another way", now_ms);
	}
}

static void
tell_page(struct duty *d, const struct intent *i, enum sent sent,
    int64_t now_ms)
{
	struct incident *inc = duty_find(d, i->incident);
	enum page_outcome outcome = PAGE_FAILED;
	bool late = i->kind == MESSAGE_UPDATE_DUE;

	if (inc == NULL || i->call == 0) /* none of a page's calls */
		return;
	if (sent == SENT_HANDED_OVER)
		outcome = PAGE_HANDED;
	else if (sent == SENT_FAILED_NOW && i->attempt < 2)
		outcome = PAGE_STUMBLED;
	page_sent(late ? &inc->late : &inc->page, i->call, i->person, i->step,
	    outcome, now_ms);
	duty_dirty(d, inc);
}

static void
failed_for_now(struct duty *d, struct intent *i, const char *detail,
    int64_t now_ms)
{
	duty_journal_intent(d, i, "failed for now", detail, now_ms);
	next_way(d, i, now_ms);
	i->went_on = true;
	i->possible_repeat = true;
	duty_make_ready(d, i, now_ms + retry_after(i->attempt));
}

/* Handed over, or given up for good. */
static void
settled(struct duty *d, struct intent *i, enum sent sent, const char *detail,
    int64_t now_ms)
{
	bool handed = sent == SENT_HANDED_OVER;

	duty_set_outcome(d, i, handed ? CALLED_HANDED : CALLED_FAILED);
	duty_note_contact(d, i->person, i->channel, handed, now_ms);
	if (sent == SENT_BROKEN)
		duty_break_contact(d, i->person, i->channel, detail, now_ms);
	duty_journal_intent(d, i, handed ? "handed over" : "failed", detail,
	    now_ms);
	if (handed)
		drop_other_ways(d, i, now_ms);
	else {
		next_way(d, i, now_ms);
		duty_digest_lost(d, i);
	}
	duty_drop_intent(d, i);
}

void
duty_settle(struct duty *d, struct intent *i, enum sent sent,
    const char *detail, int64_t now_ms)
{
	struct incident *inc = duty_find(d, i->incident);

	tell_page(d, i, sent, now_ms);
	if (sent == SENT_FAILED_NOW)
		failed_for_now(d, i, detail, now_ms);
	else
		settled(d, i, sent, detail, now_ms);
	if (inc != NULL && inc->closed_ms == 0)
		duty_run_now(d, inc, now_ms);
}

void
duty_sent(struct duty *d, const char *id, enum sent sent, const char *detail,
    int64_t now_ms)
{
	struct intent *i;

	HASH_FIND_STR(d->intents, id, i);
	if (i != NULL && i->state == INTENT_SENDING) /* or known already */
		duty_settle(d, i, sent, detail, now_ms);
}
