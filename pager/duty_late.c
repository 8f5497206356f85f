/*
 * The clock of the public update: what was promised for an instant and is not
 * there then pages, whoever has the incident first and then its ladder, until
 * it is written, or somebody says that they are at it (for 15 min).  While the
 * incident's own page calls, that page says it.
 */
#include <assert.h>
#include <string.h>

#include "lib/interval.h"
#include "pager/duty_parts.h"

bool
duty_is_late(const struct incident *inc, int64_t now_ms)
{
	return inc->closed_ms == 0 && inc->next_ms != 0 &&
	    inc->next_ms <= now_ms;
}

/* A promise to a client wakes people, however mild the trouble is. */
static void
late_policy(const struct duty *d, const struct incident *inc,
    struct page_policy *out)
{
	duty_policy(d, inc, out);
	if (!page_insists(out->severity))
		out->severity = 2;
}

/* The same people are called for the incident anyway. */
static bool
is_called_anyway(const struct duty *d, const struct incident *inc)
{
	const struct incident *caller = duty_caller(d, inc);

	return caller->page.state == PAGE_CALLING &&
	    page_insists(incident_urgency(caller));
}

void
duty_late_over(struct incident *inc)
{
	page_close(&inc->late);
	inc->late_after_ms = 0;
}

void
duty_late_answered(struct duty *d, struct incident *inc, int64_t now_ms)
{
	if (!duty_is_late(inc, now_ms))
		return;
	page_close(&inc->late);
	inc->late_after_ms = now_ms + DUTY_LATE_MS;
	duty_dirty(d, inc);
}

void
duty_late_switch(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;

	late_policy(d, inc, &policy);
	(void)page_switch(&inc->late, &policy, now_ms);
}

static void
begin(struct duty *d, struct incident *inc, const struct page_policy *policy,
    int64_t now_ms)
{
	const char *owner = duty_caller(d, inc)->page.owner;

	page_open(&inc->late, policy, now_ms);
	if (owner[0] != '\0' &&
	    (inc->late.callee_count != 1 || !page_asks(&inc->late, owner)))
		(void)page_hand_on(&inc->late, policy, owner, now_ms);
	incident_note(inc, now_ms, "pager",
	    "the promised public update is late: calls for it");
	duty_journal(d, inc, "pager", "update late", "", now_ms);
}

void
duty_run_late(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;
	struct page_action did;

	if (duty_late_deadline(d, inc) > now_ms)
		return;
	late_policy(d, inc, &policy);
	if (inc->late.state == PAGE_CLOSED)
		begin(d, inc, &policy, now_ms);
	while (page_next(&inc->late, &policy, now_ms, &did)) {
		/* Nobody takes it, so that it never expires. */
		assert(did.what == PAGE_CALL || did.what == PAGE_LAST_RESORT);
		if (did.what == PAGE_CALL)
			duty_call(d, MESSAGE_UPDATE_DUE, inc, &did, now_ms);
		else
			duty_tell_last_resort(d, MESSAGE_UPDATE_DUE, inc,
			    now_ms);
	}
	duty_dirty(d, inc);
}

int64_t
duty_late_deadline(const struct duty *d, const struct incident *inc)
{
	struct page_policy policy;

	late_policy(d, inc, &policy);
	if (inc->closed_ms != 0 || inc->next_ms == 0 || policy.ladder == NULL ||
	    is_called_anyway(d, inc))
		return NEVER;
	if (inc->late.state == PAGE_CALLING)
		return page_deadline(&inc->late, &policy);
	return inc->late_after_ms > inc->next_ms ? inc->late_after_ms
						 : inc->next_ms;
}

bool
duty_late_clamp(const struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;
	bool changed = false;

	late_policy(d, inc, &policy);
	if (inc->late.state == PAGE_CALLING)
		changed = page_clamp(&inc->late, &policy, now_ms);
	if (inc->late_after_ms > now_ms + DUTY_LATE_MS) {
		inc->late_after_ms = now_ms + DUTY_LATE_MS;
		changed = true;
	}
	return changed;
}
