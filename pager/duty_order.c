/*
 * What comes first of what is there in large numbers, so that nobody walks
 * through all of it: which incident is due next, which closed one goes first,
 * which is the oldest for the digest, which one is meant by a name.
 *
 * An incident that may have changed is touched, which makes it due at once.
 * When its turn comes it does what is due, and is put where it now belongs.
 * duty_check() compares all of this with what a walk finds.
 */
#include <string.h>

#include "lib/interval.h"
#include "pager/duty_foreign.h"

#define FORGET_MAX 100 /* at a time: they go into one commit */
#define ERASE_EVERY_MS INT64_C(3600000)

void
duty_touch(struct duty *d, struct incident *inc)
{
	heap_set(&d->due, &inc->due, 0);
}

static void
put(struct heap *heap, struct heap_node *node, int64_t at_ms)
{
	if (at_ms == NEVER)
		heap_remove(heap, node);
	else
		heap_set(heap, node, at_ms);
}

int64_t
duty_due(const struct duty *d, const struct incident *inc)
{
	return inc->closed_ms != 0 ? NEVER : duty_incident_deadline(d, inc);
}

/* What remains due is so for another reason: it is not looked at again in
   this instant. */
static void
settle(struct duty *d, struct incident *inc, int64_t now_ms)
{
	int64_t at_ms = duty_due(d, inc);

	put(&d->due, &inc->due, at_ms > now_ms ? at_ms : now_ms + 1);
	put(&d->past, &inc->past, inc->closed_ms != 0 ? inc->closed_ms : NEVER);
	put(&d->telling, &inc->telling,
	    duty_is_for_digest(inc) ? inc->opened_ms : NEVER);
}

void
duty_run_now(struct duty *d, struct incident *inc, int64_t now_ms)
{
	if (inc->closed_ms == 0)
		duty_run(d, inc, now_ms);
	if (inc->is_storm)
		duty_show_storm(d, inc);
	settle(d, inc, now_ms);
}

void
duty_run_due(struct duty *d, int64_t now_ms)
{
	const struct heap_node *first;

	while ((first = heap_first(&d->due)) != NULL && first->at_ms <= now_ms)
		duty_run_now(d, first->owner, now_ms);
}

void
duty_index(struct duty *d, struct incident *inc)
{
	if (inc->platform[0] != '\0' && !inc->is_storm)
		duty_group_add(&d->platforms, inc->platform, inc);
	for (; inc->indexed < inc->member_count; inc->indexed++) {
		const struct member *m = &inc->members[inc->indexed];

		duty_group_add(&d->subjects, m->subject, inc);
		d->foreign_count += foreign_is(m->subject);
	}
}

void
duty_unindex(struct duty *d, struct incident *inc)
{
	duty_group_remove(&d->platforms, inc->platform, inc);
	while (inc->indexed > 0) {
		const struct member *m = &inc->members[--inc->indexed];

		duty_group_remove(&d->subjects, m->subject, inc);
		d->foreign_count -= foreign_is(m->subject);
	}
}

static void
forget(struct duty *d, struct incident *inc)
{
	commit_unset(&d->pending, "incidents", inc->id);
	commit_unset(&d->pending, "pages", inc->id);
	duty_clean(d, inc);
	heap_remove(&d->due, &inc->due);
	heap_remove(&d->past, &inc->past);
	heap_remove(&d->telling, &inc->telling);
	HASH_DEL(d->incidents, inc);
	incident_free(inc);
}

/* Of the closed ones only the latest are kept, and those of which somebody is
   still to be told. */
void
duty_forget_oldest(struct duty *d)
{
	for (int i = 0; i < FORGET_MAX && d->past.count > DUTY_CLOSED_MAX;
	     i++) {
		struct incident *oldest = heap_first(&d->past)->owner;

		if (!TAILQ_EMPTY(&oldest->intents))
			return;
		forget(d, oldest);
	}
}

/* Nobody is to be told of it any more. */
static bool
is_over_for_all(const struct incident *inc)
{
	return inc->closed_ms != 0 && TAILQ_EMPTY(&inc->intents) &&
	    !duty_is_for_digest(inc);
}

void
duty_erase_names(struct duty *d, int64_t now_ms)
{
	int64_t before_ms = now_ms - d->settings->site.names_after_ms;
	struct incident *inc, *next;

	if (now_ms - d->erased_ms < ERASE_EVERY_MS && now_ms >= d->erased_ms)
		return;
	d->erased_ms = now_ms;
	HASH_ITER (hh, d->incidents, inc, next)
		if (incident_erase_names(inc, before_ms, is_over_for_all(inc)))
			duty_dirty(d, inc);
}
