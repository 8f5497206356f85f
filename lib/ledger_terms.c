/* ledger_terms: what was agreed when, as lists of steps. */
#include <stdlib.h>
#include <string.h>

#include "lib/ledger.h"
#include "lib/text.h"

static bool
is_same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

static char *
copy(const char *text)
{
	return text == NULL ? NULL : mem_text(text);
}

bool
ledger_is_same_step(const struct ledger_step *a, const struct ledger_step *b)
{
	return is_same_text(a->ended, b->ended) && a->quorum == b->quorum &&
	    a->interval_ms == b->interval_ms &&
	    a->timeout_ms == b->timeout_ms && a->counts == b->counts &&
	    is_same_text(a->regions, b->regions);
}

bool
ledger_is_same_agreement(const struct ledger_agreement *a,
    const struct ledger_agreement *b)
{
	return is_same_text(a->ended, b->ended) &&
	    is_same_text(a->sla, b->sla) && is_same_text(a->zone, b->zone) &&
	    a->guarantee_milli == b->guarantee_milli &&
	    a->coverage_floor_milli == b->coverage_floor_milli;
}

static void
clear_step(struct ledger_step *s)
{
	free(s->ended);
	free(s->regions);
}

static void
clear_agreement(struct ledger_agreement *a)
{
	free(a->ended);
	free(a->sla);
	free(a->zone);
}

/*
 * A record that is full makes room: the oldest step that is to the account what
 * the one before it was goes into that one.  When it was is long past; what
 * facts follow from (regions, quorum) is not made anew there any more.
 */
static void
forget_step(struct ledger_terms *terms)
{
	for (size_t i = 1; i < terms->count; i++) {
		const struct ledger_step *a = &terms->items[i - 1];
		struct ledger_step *b = &terms->items[i];

		if (a->counts != b->counts || !is_same_text(a->ended, b->ended))
			continue;
		clear_step(b);
		memmove(b, b + 1, (--terms->count - i) * sizeof(*b));
		return;
	}
}

/* The same, of what was agreed with a client. */
static void
forget_agreement(struct ledger_agreements *list)
{
	for (size_t i = 1; i < list->count; i++) {
		const struct ledger_agreement *a = &list->items[i - 1];
		struct ledger_agreement *b = &list->items[i];

		if (!is_same_text(a->zone, b->zone) ||
		    a->guarantee_milli != b->guarantee_milli ||
		    a->coverage_floor_milli != b->coverage_floor_milli ||
		    !is_same_text(a->ended, b->ended))
			continue;
		clear_agreement(b);
		memmove(b, b + 1, (--list->count - i) * sizeof(*b));
		return;
	}
}

void
ledger_add_step(struct ledger_terms *terms, const struct ledger_step *step)
{
	struct ledger_step own = *step;
	size_t n = terms->count;

	own.ended = copy(step->ended);
	own.regions = copy(step->regions);
	if (n > 0 && terms->items[n - 1].from_ms == step->from_ms) {
		clear_step(&terms->items[n - 1]);
		terms->items[n - 1] = own;
		return;
	}
	if (n >= LEDGER_STEPS_MAX)
		forget_step(terms);
	terms->items = mem_grow(terms->items, (terms->count + 1) * sizeof(own));
	terms->items[terms->count++] = own;
}

void
ledger_add_agreement(struct ledger_agreements *list,
    const struct ledger_agreement *agreement)
{
	struct ledger_agreement own = *agreement;
	size_t n = list->count;

	own.ended = copy(agreement->ended);
	own.sla = copy(agreement->sla);
	own.zone = copy(agreement->zone);
	if (n > 0 && list->items[n - 1].from_ms == agreement->from_ms) {
		clear_agreement(&list->items[n - 1]);
		list->items[n - 1] = own;
		return;
	}
	if (n >= LEDGER_STEPS_MAX)
		forget_agreement(list);
	list->items = mem_grow(list->items, (list->count + 1) * sizeof(own));
	list->items[list->count++] = own;
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
		clear_agreement(&list->items[i]);
	free(list->items);
	*list = (struct ledger_agreements){ 0 };
}
