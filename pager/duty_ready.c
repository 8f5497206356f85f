/*
 * Which message is handed out next: those whose commit is durable, as they
 * come due.  What calls is wanted only while its page calls; news only for a
 * while.
 */
#include <string.h>

#include "lib/interval.h"
#include "pager/duty_parts.h"

/* News that is not so any more is none: of what is told only what is over
   stays so. */
static const char *
outdated(const struct intent *i, const struct page *page)
{
	switch (i->kind) {
	case MESSAGE_RESOLVED:
		return NULL;
	case MESSAGE_REOPENED:
		return page->state == PAGE_CLOSED ? "closed" : NULL;
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

	if (i->kind == MESSAGE_ROTA || i->kind == MESSAGE_CONTACT)
		return age_ms > DUTY_ROTA_STALE_MS ? "too old" : NULL;
	if (i->kind == MESSAGE_DIGEST)
		return age_ms > DUTY_DIGEST_STALE_MS ? "too old" : NULL;
	if (!duty_is_call(i->kind) && age_ms > DUTY_STALE_MS)
		return "too old";
	if (i->kind == MESSAGE_TEST)
		return NULL;
	if (inc == NULL)
		return "its incident is not known any more";
	if (i->kind == MESSAGE_RESOLVED && inc->closed_ms == 0)
		return "open again";
	if (duty_is_news(i->kind))
		return outdated(i, &duty_caller(d, inc)->page);
	if (inc->closed_ms != 0)
		return "closed";
	if (i->kind == MESSAGE_UPDATE_DUE)
		return inc->late.state != PAGE_CALLING ? "answered" : NULL;
	if (inc->storm[0] != '\0')
		return "the storm's page calls";
	if (inc->page.state != PAGE_CALLING)
		return page_state_text(inc->page.state);
	if (i->kind == MESSAGE_CALL && page_spares(&inc->page, i->person))
		return "answered";
	return NULL;
}

static bool
is_durable(const struct duty *d, const struct intent *i)
{
	return i != NULL && i->after <= d->durable;
}

void
duty_make_ready(struct duty *d, struct intent *i, int64_t due_ms)
{
	if (i->state == INTENT_NEW)
		TAILQ_REMOVE(&d->fresh, i, fresh);
	i->state = INTENT_READY;
	heap_set(&d->ready, &i->due, due_ms);
}

struct intent *
duty_next_intent(struct duty *d, int64_t now_ms)
{
	const struct heap_node *first;
	struct intent *i;

	while (is_durable(d, i = TAILQ_FIRST(&d->fresh)))
		duty_make_ready(d, i, i->made_ms);
	while (
	    (first = heap_first(&d->ready)) != NULL && first->at_ms <= now_ms) {
		const char *why;

		i = first->owner;
		why = unwanted(d, i, now_ms);
		if (why == NULL)
			return i;
		duty_give_up(d, i, why, now_ms);
	}
	return NULL;
}

void
duty_begin_sending(struct duty *d, struct intent *i)
{
	heap_remove(&d->ready, &i->due);
	i->state = INTENT_SENDING;
	i->attempt++;
}

int64_t
duty_intents_deadline(const struct duty *d)
{
	const struct heap_node *first = heap_first(&d->ready);
	const struct intent *fresh = TAILQ_FIRST(&d->fresh);
	int64_t due_ms = first != NULL ? first->at_ms : NEVER;

	return is_durable(d, fresh) && fresh->made_ms < due_ms ? fresh->made_ms
							       : due_ms;
}

void
duty_clamp_intents(struct duty *d, int64_t now_ms)
{
	int64_t latest_ms = now_ms + DUTY_RETRY_MAX_MS;

	for (struct intent *i = d->intents; i != NULL; i = i->hh.next) {
		if (i->made_ms > now_ms)
			i->made_ms = now_ms;
		if (i->state == INTENT_READY && i->due.at_ms > latest_ms)
			heap_set(&d->ready, &i->due, latest_ms);
	}
}

void
duty_link_intents(struct duty *d)
{
	for (struct intent *i = d->intents; i != NULL; i = i->hh.next) {
		TAILQ_INSERT_TAIL(duty_intents_of(d, i->incident), i,
		    of_incident);
		TAILQ_INSERT_TAIL(&d->fresh, i, fresh);
	}
}

/* After a crash nobody knows whether what was under way got through. */
void
duty_resume_intents(struct duty *d, int64_t now_ms)
{
	struct intent *i, *next;

	HASH_ITER (hh, d->intents, i, next) {
		const char *why;

		if (i->after != INTENT_LOADED)
			continue; /* made since */
		i->possible_repeat = true;
		duty_make_ready(d, i, now_ms);
		why = unwanted(d, i, now_ms);
		if (why == NULL &&
		    settings_person(d->settings, i->person) == NULL)
			why = "nobody of that name any more";
		if (why != NULL)
			duty_give_up(d, i, why, now_ms);
	}
}
