/* ledger_terms: what was agreed when, as lists of steps. */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger.h"
#include "lib/sla_text.h"
#include "lib/text.h"

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(text);
}

bool
ledger_is_same_step(const struct ledger_step *a, const struct ledger_step *b)
{
	return text_is_same(a->ended, b->ended) && a->quorum == b->quorum &&
	    a->interval_ms == b->interval_ms &&
	    a->timeout_ms == b->timeout_ms && a->counts == b->counts &&
	    text_is_same(a->regions, b->regions);
}

bool
ledger_is_same_agreement(const struct ledger_agreement *a,
    const struct ledger_agreement *b)
{
	return text_is_same(a->ended, b->ended) &&
	    text_is_same(a->sla, b->sla) && text_is_same(a->zone, b->zone) &&
	    a->guarantee_milli == b->guarantee_milli &&
	    a->coverage_floor_milli == b->coverage_floor_milli &&
	    text_is_same(a->more, b->more);
}

int64_t
ledger_kept_from(const struct ledger_agreements *list, int64_t ended_before_ms)
{
	const struct ledger_agreement *last =
	    list->count > 0 ? &list->items[list->count - 1] : NULL;

	if (last == NULL ||
	    (last->ended != NULL && last->from_ms < ended_before_ms))
		return NEVER;
	return list->items[0].from_ms;
}

static void
clear_step(struct ledger_step *s)
{
	free(s->ended);
	free(s->regions);
}

void
ledger_agreement_clear(struct ledger_agreement *a)
{
	free(a->ended);
	free(a->sla);
	free(a->zone);
	free(a->more);
	sla_accord_clear(&a->accord);
}

struct ledger_agreement
ledger_agreement_copy(const struct ledger_agreement *a)
{
	struct ledger_agreement own = *a;

	own.ended = copy(a->ended);
	own.sla = copy(a->sla);
	own.zone = copy(a->zone);
	own.more = copy(a->more);
	own.accord = sla_accord_copy(&a->accord);
	return own;
}

#define FRAME 300 /* bytes of a step beside its texts, at most */
#define BYTES_MAX (LEDGER_RECORD_MAX - 8192)

static size_t
length_of(const char *text)
{
	return text != NULL ? strlen(text) : 0;
}

/* Why it ended is free text: its quotes are escaped. */
static size_t
bytes_of_step(const struct ledger_step *s)
{
	return FRAME + 2 * length_of(s->ended) + length_of(s->regions);
}

static size_t
bytes_of_agreement(const struct ledger_agreement *a)
{
	const struct sla_accord *c = &a->accord;

	return FRAME + 2 * length_of(a->ended) + length_of(a->sla) +
	    length_of(a->zone) + length_of(a->more) +
	    2 *
	    (length_of(c->ours) + length_of(c->theirs) + length_of(c->by) +
		length_of(c->reason));
}

static void
remove_step(struct ledger_terms *terms, size_t i)
{
	struct ledger_step *s = &terms->items[i];

	terms->bytes -= bytes_of_step(s);
	clear_step(s);
	memmove(s, s + 1, (--terms->count - i) * sizeof(*s));
}

static void
remove_agreement(struct ledger_agreements *list, size_t i)
{
	struct ledger_agreement *a = &list->items[i];

	list->bytes -= bytes_of_agreement(a);
	ledger_agreement_clear(a);
	memmove(a, a + 1, (--list->count - i) * sizeof(*a));
}

/*
 * A record that is full makes room, for one that is too long could not be read
 * again: the oldest step that is to the account what the one before it was goes
 * into that one.  When it was is long past; what facts follow from (regions,
 * quorum) is not made anew there any more.  Where every step differs from the
 * one before it, the oldest of all goes.
 */
static void
forget_step(struct ledger_terms *terms)
{
	for (size_t i = 1; i < terms->count; i++) {
		const struct ledger_step *a = &terms->items[i - 1], *b = a + 1;

		if (a->counts != b->counts || !text_is_same(a->ended, b->ended))
			continue;
		remove_step(terms, i);
		return;
	}
	remove_step(terms, 0);
}

/* The same, of what was agreed with a client. */
static void
forget_agreement(struct ledger_agreements *list)
{
	for (size_t i = 1; i < list->count; i++) {
		const struct ledger_agreement *a = &list->items[i - 1],
					      *b = a + 1;

		if (!text_is_same(a->zone, b->zone) ||
		    a->guarantee_milli != b->guarantee_milli ||
		    a->coverage_floor_milli != b->coverage_floor_milli ||
		    !text_is_same(a->more, b->more) ||
		    !text_is_same(a->ended, b->ended) || b->accord.ours != NULL)
			continue;
		remove_agreement(list, i);
		return;
	}
	remove_agreement(list, 0);
}

void
ledger_add_step(struct ledger_terms *terms, const struct ledger_step *step)
{
	struct ledger_step own = *step;
	size_t bytes = bytes_of_step(step);

	own.ended = copy(step->ended);
	own.regions = copy(step->regions);
	if (terms->count > 0 &&
	    terms->items[terms->count - 1].from_ms == step->from_ms)
		remove_step(terms, terms->count - 1);
	while (terms->count > 0 &&
	    (terms->count >= LEDGER_STEPS_MAX ||
		terms->bytes + bytes > BYTES_MAX))
		forget_step(terms);
	terms->items = mem_grow(terms->items, (terms->count + 1) * sizeof(own));
	terms->items[terms->count++] = own;
	terms->bytes += bytes;
}

void
ledger_add_agreement(struct ledger_agreements *list,
    const struct ledger_agreement *agreement)
{
	struct ledger_agreement own = ledger_agreement_copy(agreement);
	size_t bytes = bytes_of_agreement(agreement);

	if (list->count > 0 &&
	    list->items[list->count - 1].from_ms == agreement->from_ms)
		remove_agreement(list, list->count - 1);
	while (list->count > 0 &&
	    (list->count >= LEDGER_STEPS_MAX ||
		list->bytes + bytes > BYTES_MAX))
		forget_agreement(list);
	list->items = mem_grow(list->items, (list->count + 1) * sizeof(own));
	list->items[list->count++] = own;
	list->bytes += bytes;
}

void
ledger_drop_agreement(struct ledger_agreements *list)
{
	remove_agreement(list, list->count - 1);
}

void
ledger_terms_clear(struct ledger_terms *terms)
{
	for (size_t i = 0; i < terms->count; i++)
		clear_step(&terms->items[i]);
	free(terms->items);
	*terms = (struct ledger_terms){ 0 };
}

void
ledger_agreements_clear(struct ledger_agreements *list)
{
	for (size_t i = 0; i < list->count; i++)
		ledger_agreement_clear(&list->items[i]);
	free(list->items);
	*list = (struct ledger_agreements){ 0 };
}
