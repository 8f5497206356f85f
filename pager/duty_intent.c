/*
 * Messages on their way: made, handed out, tried again, given up.
 *
 * An intent is written before it is handed out, and goes when its outcome is
 * known.  What calls is wanted only while its page calls; news only for a
 * while.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_parts.h"

/* Does this kind ask somebody to take the incident? */
static bool
is_call(enum message_kind kind)
{
	return kind == MESSAGE_CALL || kind == MESSAGE_LAST_RESORT ||
	    kind == MESSAGE_UPDATE_DUE;
}

/* It tells somebody something, and that by one way is enough. */
static bool
is_news(enum message_kind kind)
{
	return !is_call(kind) && kind != MESSAGE_TEST;
}

static const struct reach *
reach_at(const struct person *p, size_t step)
{
	assert(step < p->reach.count);
	return (const struct reach *)p->reach.items + step;
}

void
duty_drop_intent(struct duty *d, struct intent *i)
{
	if (i->written)
		commit_unset(&d->pending, "intents", i->id);
	HASH_DEL(d->intents, i);
	free(i);
}

static void
set_outcome(struct duty *d, const struct intent *i, enum called_outcome outcome)
{
	struct incident *inc = duty_find(d, i->incident);
	struct called *c;

	c = inc == NULL ? NULL : incident_find_called(inc, i->id);
	if (c == NULL)
		return;
	c->outcome = outcome;
	duty_dirty(inc);
}

static void
journal_intent(struct duty *d, const struct intent *i, const char *what,
    const char *detail, int64_t now_ms)
{
	const struct incident *inc = duty_find(d, i->incident);
	char text[320];

	text_format(text, sizeof(text), "%s to %s by %s%s%.160s", i->id,
	    i->person, channel_text(i->channel), detail[0] != '\0' ? ": " : "",
	    detail);
	duty_journal(d, inc, "pager", what, text, now_ms);
}

/* Nothing more is done about it; whoever was never tried was not reached. */
static void
give_up(struct duty *d, struct intent *i, const char *why, int64_t now_ms)
{
	set_outcome(d, i,
	    i->attempt > 0 || i->possible_repeat ? CALLED_FAILED
						 : CALLED_NOT_SENT);
	journal_intent(d, i, "not sent", why, now_ms);
	duty_drop_intent(d, i);
}

/* A new call by the same way takes the place of one still being tried. */
static void
supersede(struct duty *d, const struct intent *new, int64_t now_ms)
{
	struct intent *i, *next;

	HASH_ITER (hh, d->intents, i, next)
		if (i != new && i->kind == new->kind &&
		    i->state != INTENT_SENDING &&
		    i->channel ==
			new->channel &&strcmp(i->person, new->person) == 0 &&
		    strcmp(i->incident, new->incident) == 0)
			give_up(d, i, "called again", now_ms);
}

struct intent *
duty_intent(struct duty *d, enum message_kind kind, const struct incident *inc,
    const struct person *person, size_t step, const char *note, int64_t now_ms)
{
	const struct reach *reach = reach_at(person, step);
	struct intent *i = mem_alloc(sizeof(*i));

	text_format(i->id, sizeof(i->id), "i-%09llu",
	    (unsigned long long)++d->last_intent);
	i->kind = kind;
	i->channel = reach->channel;
	i->step = step;
	text_copy(i->person, sizeof(i->person), person->name);
	text_copy(i->incident, sizeof(i->incident), inc == NULL ? "" : inc->id);
	text_copy(i->note, sizeof(i->note), note);
	i->made_ms = i->due_ms = now_ms;
	i->after = d->next_commit;
	i->dirty = d->meta_dirty = true;
	HASH_ADD_STR(d->intents, id, i);
	if (is_call(kind))
		supersede(d, i, now_ms);
	return i;
}

void
duty_tell(struct duty *d, enum message_kind kind, struct incident *inc,
    const char *name, const char *note, int64_t now_ms)
{
	const struct person *person = settings_person(d->settings, name);
	struct intent *i;

	if (person == NULL || person->reach.count == 0)
		return;
	i = duty_intent(d, kind, inc, person, 0, note, now_ms);
	if (kind == MESSAGE_HANDOVER)
		(void)incident_called(inc, name, i->channel, i->id, now_ms);
}

void
duty_tell_reached(struct duty *d, enum message_kind kind, struct incident *inc,
    const char *except, const char *note, int64_t now_ms)
{
	for (size_t i = 0; i < inc->called_count; i++) {
		const struct called *c = &inc->called[i];
		bool reached = false;

		if (incident_last_called(inc, c->person) != c ||
		    strcmp(c->person, except) == 0)
			continue;
		for (size_t k = 0; k <= i; k++)
			reached |= inc->called[k].outcome != CALLED_NOT_SENT &&
			    strcmp(inc->called[k].person, c->person) == 0;
		if (reached)
			duty_tell(d, kind, inc, c->person, note, now_ms);
	}
}

static void
ask_last_resort(struct duty *d, enum message_kind kind, struct incident *inc,
    const struct person *person, int64_t now_ms)
{
	for (size_t step = 0; step < person->reach.count; step++) {
		struct intent *i;

		i = duty_intent(d, kind, inc, person, step, "", now_ms);
		(void)incident_called(inc, person->name, i->channel, i->id,
		    now_ms);
	}
}

/* Those who are named for it; the settings name all of the last level where
   nobody is written, and only people that there are. */
void
duty_tell_last_resort(struct duty *d, enum message_kind kind,
    struct incident *inc, int64_t now_ms)
{
	const struct conf_list *names = &d->settings->site.last_resort;

	for (size_t i = 0; i < names->count; i++)
		ask_last_resort(d, kind, inc,
		    settings_person(d->settings, ((char **)names->items)[i]),
		    now_ms);
}

void
duty_cancel_calls(struct duty *d, struct incident *inc, const char *why,
    int64_t now_ms)
{
	struct intent *i, *next;

	HASH_ITER (hh, d->intents, i, next)
		if (strcmp(i->incident, inc->id) == 0 &&
		    i->state != INTENT_SENDING && i->kind != MESSAGE_RESOLVED &&
		    i->kind != MESSAGE_TAKEN)
			give_up(d, i, why, now_ms);
}

/* News that is not so any more is none: of what is told only what is over
   stays so. */
static const char *
outdated(const struct intent *i, const struct page *page)
{
	switch (i->kind) {
	case MESSAGE_RESOLVED:
		return NULL;
	case MESSAGE_TAKEN:
		return strcmp(page->owner, i->note) != 0 ? "no longer so"
							 : NULL;
	case MESSAGE_MEMBER:
		return strcmp(page->owner, i->person) != 0 ? "no longer theirs"
							   : NULL;
	case MESSAGE_EXPIRED:
		return page->state != PAGE_CALLING
		    ? page_state_text(page->state)
		    : NULL;
	default: /* MESSAGE_HANDOVER */
		return page->handover_at_ms == 0 ? "no longer so" : NULL;
	}
}

/* Why it need not be sent any more, or NULL. */
static const char *
unwanted(const struct duty *d, const struct intent *i, int64_t now_ms)
{
	const struct incident *inc = duty_find(d, i->incident);

	int64_t age_ms = now_ms - i->made_ms;

	if (i->kind == MESSAGE_DIGEST)
		return age_ms > DUTY_DIGEST_STALE_MS ? "too old" : NULL;
	if (!is_call(i->kind) && age_ms > DUTY_STALE_MS)
		return "too old";
	if (i->kind == MESSAGE_TEST)
		return NULL;
	if (inc == NULL)
		return "its incident is not known any more";
	if (is_news(i->kind))
		return outdated(i, &duty_caller(d, inc)->page);
	if (inc->closed_ms != 0)
		return "closed";
	if (i->kind == MESSAGE_UPDATE_DUE)
		return inc->late.state != PAGE_CALLING ? "answered" : NULL;
	if (inc->storm[0] != '\0')
		return "the storm's page calls";
	if (inc->page.state != PAGE_CALLING)
		return page_state_text(inc->page.state);
	return NULL;
}

static bool
is_ready(const struct duty *d, const struct intent *i)
{
	return i->state == INTENT_READY ||
	    (i->state == INTENT_NEW && i->after <= d->durable);
}

void
duty_drop_unwanted(struct duty *d, int64_t now_ms)
{
	struct intent *i, *next;

	HASH_ITER (hh, d->intents, i, next) {
		const char *why;

		if (!is_ready(d, i) || i->due_ms > now_ms)
			continue;
		why = unwanted(d, i, now_ms);
		if (why != NULL)
			give_up(d, i, why, now_ms);
	}
}

struct intent *
duty_next_intent(struct duty *d, int64_t now_ms)
{
	duty_drop_unwanted(d, now_ms);
	for (struct intent *i = d->intents; i != NULL; i = i->hh.next)
		if (is_ready(d, i) && i->due_ms <= now_ms)
			return i;
	return NULL;
}

int64_t
duty_intents_deadline(const struct duty *d)
{
	int64_t due_ms = NEVER;

	for (const struct intent *i = d->intents; i != NULL; i = i->hh.next)
		if (is_ready(d, i) && i->due_ms < due_ms)
			due_ms = i->due_ms;
	return due_ms;
}

/* After a crash nobody knows whether what was under way got through. */
void
duty_resume_intents(struct duty *d, int64_t now_ms)
{
	struct intent *i, *next;

	HASH_ITER (hh, d->intents, i, next) {
		const char *why;

		i->possible_repeat = true;
		i->state = INTENT_READY;
		i->due_ms = now_ms;
		why = unwanted(d, i, now_ms);
		if (why == NULL &&
		    settings_person(d->settings, i->person) == NULL)
			why = "nobody of that name any more";
		if (why != NULL)
			give_up(d, i, why, now_ms);
	}
}

static int64_t
retry_after(int attempt)
{
	int64_t wait_ms = DUTY_RETRY_MS;

	while (--attempt > 0 && wait_ms < DUTY_RETRY_MAX_MS)
		wait_ms *= 2;
	return wait_ms < DUTY_RETRY_MAX_MS ? wait_ms : DUTY_RETRY_MAX_MS;
}

/* The same news for the same person, by any way. */
static bool
is_same_news(const struct intent *a, const struct intent *b)
{
	return a->kind == b->kind && strcmp(a->person, b->person) == 0 &&
	    strcmp(a->incident, b->incident) == 0 &&
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

	if (!is_news(i->kind) || p == NULL || i->step + 1 >= p->reach.count ||
	    i->went_on)
		return;
	for (const struct intent *o = d->intents; o != NULL; o = o->hh.next)
		if (is_same_news(o, i) && o->step > i->step)
			return; /* is under way already */
	(void)duty_intent(d, i->kind, inc, p, i->step + 1, i->note, now_ms);
}

/* It got through by one way: the others need not try. */
static void
drop_other_ways(struct duty *d, const struct intent *i, int64_t now_ms)
{
	struct intent *o, *next;

	if (!is_news(i->kind))
		return;
	HASH_ITER (hh, d->intents, o, next)
		if (o != i && o->state != INTENT_SENDING && is_same_news(o, i))
			give_up(d, o, "told by another way", now_ms);
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
	page_sent(late ? &inc->late : &inc->page, i->call, i->step, outcome,
	    now_ms);
	duty_dirty(inc);
}

static void
failed_for_now(struct duty *d, struct intent *i, const char *detail,
    int64_t now_ms)
{
	journal_intent(d, i, "failed for now", detail, now_ms);
	next_way(d, i, now_ms);
	i->went_on = true;
	i->state = INTENT_READY;
	i->possible_repeat = true;
	i->due_ms = now_ms + retry_after(i->attempt);
}

/* Handed over, or given up for good. */
static void
settled(struct duty *d, struct intent *i, bool handed, const char *detail,
    int64_t now_ms)
{
	set_outcome(d, i, handed ? CALLED_HANDED : CALLED_FAILED);
	journal_intent(d, i, handed ? "handed over" : "failed", detail, now_ms);
	if (handed)
		drop_other_ways(d, i, now_ms);
	else
		next_way(d, i, now_ms);
	duty_drop_intent(d, i);
}

void
duty_sent(struct duty *d, const char *id, enum sent sent, const char *detail,
    int64_t now_ms)
{
	struct incident *inc;
	struct intent *i;

	HASH_FIND_STR(d->intents, id, i);
	if (i == NULL || i->state != INTENT_SENDING)
		return; /* known already */
	tell_page(d, i, sent, now_ms);
	inc = duty_find(d, i->incident);
	if (sent == SENT_FAILED_NOW)
		failed_for_now(d, i, detail, now_ms);
	else
		settled(d, i, sent == SENT_HANDED_OVER, detail, now_ms);
	if (inc != NULL && inc->closed_ms == 0)
		duty_run(d, inc, now_ms);
}
