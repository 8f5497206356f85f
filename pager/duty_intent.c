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

bool
duty_is_call(enum message_kind kind)
{
	return kind == MESSAGE_CALL || kind == MESSAGE_LAST_RESORT ||
	    kind == MESSAGE_UPDATE_DUE;
}

bool
duty_is_news(enum message_kind kind)
{
	return !duty_is_call(kind) && kind != MESSAGE_TEST;
}

static const struct reach *
reach_at(const struct person *p, size_t step)
{
	assert(step < p->reach.count);
	return (const struct reach *)p->reach.items + step;
}

struct intent_list *
duty_intents_of(struct duty *d, const char *incident)
{
	struct incident *inc = duty_find(d, incident);

	return inc != NULL ? &inc->intents : &d->loose;
}

void
duty_drop_intent(struct duty *d, struct intent *i)
{
	if (i->written)
		commit_unset(&d->pending, "intents", i->id);
	if (i->dirty)
		TAILQ_REMOVE(&d->unwritten_intents, i, unwritten);
	if (i->state == INTENT_NEW)
		TAILQ_REMOVE(&d->fresh, i, fresh);
	heap_remove(&d->ready, &i->due);
	TAILQ_REMOVE(duty_intents_of(d, i->incident), i, of_incident);
	HASH_DEL(d->intents, i);
	free(i);
}

void
duty_set_outcome(struct duty *d, const struct intent *i,
    enum called_outcome outcome)
{
	struct incident *inc = duty_find(d, i->incident);
	struct called *c;

	c = inc == NULL ? NULL : incident_find_called(inc, i->id);
	if (c == NULL)
		return;
	c->outcome = outcome;
	duty_dirty(d, inc);
}

void
duty_journal_intent(struct duty *d, const struct intent *i, const char *what,
    const char *detail, int64_t now_ms)
{
	const struct incident *inc = duty_find(d, i->incident);
	char text[400];

	text_format(text, sizeof(text), "%s to %s by %s%s%s", i->id, i->person,
	    channel_text(i->channel), detail[0] != '\0' ? ": " : "", detail);
	duty_journal(d, inc, "pager", what, text, now_ms);
}

void
duty_give_up(struct duty *d, struct intent *i, const char *why, int64_t now_ms)
{
	duty_set_outcome(d, i,
	    i->attempt > 0 || i->possible_repeat ? CALLED_FAILED
						 : CALLED_NOT_SENT);
	duty_journal_intent(d, i, "not sent", why, now_ms);
	duty_digest_lost(d, i);
	duty_drop_intent(d, i);
}

/* A new call by the same way takes the place of one still being tried. */
static void
supersede(struct duty *d, const struct intent *new, int64_t now_ms)
{
	struct intent *i, *next;

	for (i = TAILQ_FIRST(duty_intents_of(d, new->incident)); i != NULL;
	     i = next) {
		next = TAILQ_NEXT(i, of_incident);
		if (i != new && i->kind == new->kind &&
		    i->state != INTENT_SENDING &&
		    i->channel ==
			new->channel &&strcmp(i->person, new->person) == 0)
			duty_give_up(d, i, "called again", now_ms);
	}
}

/* It is new: to be written, and to wait for that. */
static void
add(struct duty *d, struct intent *i)
{
	i->dirty = d->meta_dirty = true;
	i->due.owner = i;
	i->due.rank = d->last_intent;
	HASH_ADD_STR(d->intents, id, i);
	TAILQ_INSERT_TAIL(&d->unwritten_intents, i, unwritten);
	TAILQ_INSERT_TAIL(&d->fresh, i, fresh);
	TAILQ_INSERT_TAIL(duty_intents_of(d, i->incident), i, of_incident);
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
	i->made_ms = now_ms;
	i->after = d->next_whole;
	add(d, i);
	if (duty_is_call(kind))
		supersede(d, i, now_ms);
	return i;
}

bool
duty_call(struct duty *d, enum message_kind kind, struct incident *inc,
    const struct page_action *did, int64_t now_ms)
{
	const struct person *p = settings_person(d->settings, did->person);
	struct page *page =
	    kind == MESSAGE_UPDATE_DUE ? &inc->late : &inc->page;
	struct called *c;
	struct intent *i;

	/* They left the configuration since the level began. */
	if (p == NULL || did->step >= p->reach.count) {
		page_sent(page, did->call, did->person, did->step, PAGE_FAILED,
		    now_ms);
		return false;
	}
	i = duty_intent(d, kind, inc, p, did->step, "", now_ms);
	i->call = did->call;
	c = incident_called(inc, p->name, i->channel, i->id, now_ms);
	c->call = did->call;
	c->step = did->step;
	c->late = kind == MESSAGE_UPDATE_DUE;
	duty_journal_call(d, inc, i, page, now_ms);
	return true;
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
		    strcmp(c->person, except) == 0 ||
		    (kind == MESSAGE_REOPENED &&
			page_asks(&inc->page, c->person)))
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
		duty_journal_call(d, inc, i, NULL, now_ms);
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

	for (i = TAILQ_FIRST(&inc->intents); i != NULL; i = next) {
		next = TAILQ_NEXT(i, of_incident);
		if (i->state != INTENT_SENDING && i->kind != MESSAGE_RESOLVED &&
		    i->kind != MESSAGE_TAKEN)
			duty_give_up(d, i, why, now_ms);
	}
}

void
duty_cancel_calls_of(struct duty *d, struct incident *inc, const char *person,
    const char *why, int64_t now_ms)
{
	struct intent *i, *next;

	for (i = TAILQ_FIRST(&inc->intents); i != NULL; i = next) {
		next = TAILQ_NEXT(i, of_incident);
		if (i->state != INTENT_SENDING && i->kind == MESSAGE_CALL &&
		    strcmp(i->person, person) == 0)
			duty_give_up(d, i, why, now_ms);
	}
}
