/*
 * The command "escalate": more is needed than who is called, or has it; the
 * next level of the ladder is called now.
 *
 * A handler checks everything first; what is refused has changed nothing.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_request.h"

/* "level 2 of 3 (rota consultants)" */
static void
say_level(const struct page_policy *policy, const struct page *page, char *out,
    size_t room)
{
	const struct level *levels = policy->ladder->levels.items;

	text_format(out, room, "level %d of %zu (%.120s)", page->level + 1,
	    policy->ladder->levels.count, levels[page->level].call_text);
}

/* Once more within a minute it is the same wish, and one level is enough. */
static bool
is_repeat(struct request *r, const struct incident *inc)
{
	char names[LADDER_NAMES_MAX];

	if (inc->storm[0] != '\0' || !page_is_escalated(&inc->page, r->now_ms))
		return false;
	page_names(&inc->page, CALLEE_ASKED, names);
	request_agree(r, inc,
	    "It was escalated just now, and calls %s; nothing is changed. "
	    "Escalate it again after a minute.",
	    names);
	return true;
}

static void
say_escalated(struct request *r, const struct incident *inc, const char *level)
{
	char names[LADDER_NAMES_MAX];

	page_names(&inc->page, CALLEE_ASKED, names);
	if (names[0] != '\0')
		request_agree(r, inc, "Escalated: %s is called now: %s.", level,
		    names);
	else
		request_agree(r, inc,
		    "Escalated: at %s nobody can be reached now, so what comes "
		    "after it is called.",
		    level);
}

/* Whoever had it and did not ask for this hears that it is theirs no more. */
static void
tell_former(struct request *r, struct incident *inc, const char *was)
{
	const char *person = record_string(r->json, "person");
	char told[128];

	if (was[0] == '\0' || (person != NULL && strcmp(was, person) == 0))
		return;
	text_format(told, sizeof(told), "escalated by %.90s", r->by);
	duty_tell(r->duty, MESSAGE_EXPIRED, inc, was, told, r->now_ms);
}

static void
escalate(struct request *r, struct incident *inc, const char *note)
{
	struct page_policy policy;
	struct text t = { 0 };
	char was[64], level[160];

	text_copy(was, sizeof(was), duty_caller(r->duty, inc)->page.owner);
	duty_leave_storm(r->duty, inc, r->now_ms);
	duty_policy(r->duty, inc, &policy);
	(void)page_escalate(&inc->page, &policy, r->now_ms);
	say_level(&policy, &inc->page, level, sizeof(level));
	text_addf(&t, "escalates it: %s is called%s", level,
	    note[0] != '\0' ? ": " : "");
	text_add_plain(&t, note);
	request_act(r, inc, "escalated", t.data, "", 0);
	text_clear(&t);
	inc->unheld_ms = r->now_ms;
	tell_former(r, inc, was);
	say_escalated(r, inc, level);
}

void
command_escalate(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const char *note = inc == NULL ? NULL : request_text(r, "note", false);
	struct page_policy policy;

	if (note == NULL || is_repeat(r, inc))
		return;
	if (!request_may_call(r, inc))
		return;
	duty_policy(r->duty, inc, &policy);
	if (policy.ladder == NULL) {
		request_refuse(r, "there is no ladder to climb");
		return;
	}
	escalate(r, inc, note);
}
