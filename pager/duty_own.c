/*
 * Whose it is: taking, snoozing, handing on, declining.
 *
 * A handler checks everything first; what is refused has changed nothing.
 */
#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/duty_request.h"

static const char nobody_else[] =
    "There is nobody else on its ladder: you are called again unless somebody "
    "takes it.";

void
request_act(struct request *r, struct incident *inc, const char *what,
    const char *text, const char *person, int64_t for_ms)
{
	json_t *more = json_object();

	duty_leave_storm(r->duty, inc, r->now_ms);
	duty_cancel_calls(r->duty, inc, what, r->now_ms);
	duty_late_answered(r->duty, inc, r->now_ms);
	incident_note(inc, r->now_ms, r->by, text);
	record_set_text(more, "person", person);
	record_set_int(more, "until_ms", for_ms == 0 ? 0 : r->now_ms + for_ms);
	duty_journal_more(r->duty, inc, r->by, what, text, more, r->now_ms);
	duty_dirty(r->duty, inc);
}

/* The others hear who has it, whoever had it before too. */
static void
tell_owner_changed(struct request *r, struct incident *inc, const char *was,
    const char *note)
{
	const char *now = inc->page.owner;

	duty_tell_reached(r->duty, MESSAGE_TAKEN, inc, now, note, r->now_ms);
	if (was[0] != '\0' && strcmp(was, now) != 0 &&
	    incident_last_called(inc, was) == NULL)
		duty_tell(r->duty, MESSAGE_TAKEN, inc, was, note, r->now_ms);
}

static void
say_owned(struct request *r, const struct incident *inc, const struct person *p,
    const char *verb)
{
	char since[48], until[48];

	civil_clock(p->zone, inc->page.owned_at_ms, since, sizeof(since));
	civil_clock(p->zone, inc->page.until_ms, until, sizeof(until));
	request_agree(r, inc,
	    "You %s, since %s. %s %s unless there is a note, an update or an "
	    "action.",
	    verb, since,
	    incident_urgency(inc) > 3 ? "It is yours until"
				      : "It calls again at",
	    until);
}

/* Said before, and nothing asks for it anew: a repeat. */
static bool
is_had_by(const struct incident *inc, const struct person *p)
{
	return inc->storm[0] == '\0' && inc->page.state == PAGE_TAKEN &&
	    inc->page.handover_at_ms == 0 &&
	    strcmp(inc->page.owner, p->name) == 0;
}

static void
take(struct request *r, struct incident *inc, const struct person *p)
{
	struct page_policy policy;
	char was[64];

	text_copy(was, sizeof(was), inc->page.owner);
	request_act(r, inc, "taken", "takes it", p->name,
	    page_take_span(incident_urgency(inc)));
	duty_policy(r->duty, inc, &policy);
	(void)page_take(&inc->page, &policy, p->name, r->now_ms);
	tell_owner_changed(r, inc, was, p->name);
	say_owned(r, inc, p, "have it");
}

/* Severity 3, and nobody's office is open: who hears of it, and when.  False:
   somebody is called. */
static bool
find_later(struct request *r, const struct incident *inc,
    const struct person *p, char names[LADDER_NAMES_MAX], char at[48])
{
	struct ladder_people next;
	int64_t at_ms;

	if (page_insists(incident_urgency(inc)) ||
	    !duty_upcoming(r->duty, inc, r->now_ms, &next, &at_ms) ||
	    at_ms <= r->now_ms)
		return false;
	civil_near(p->zone, at_ms, r->now_ms, at, 48);
	ladder_names(&next, names);
	return true;
}

/* It is not theirs yet, and nobody is told that it is. */
static void
say_waits(struct request *r, const struct incident *inc, const struct person *p)
{
	char names[LADDER_NAMES_MAX], at[48], later[48];
	char later_names[LADDER_NAMES_MAX], rest[LADDER_NAMES_MAX + 160];

	civil_clock(p->zone, r->now_ms, at, sizeof(at));
	page_names(&inc->page, CALLEE_ASKED, names);
	if (names[0] != '\0')
		text_format(rest, sizeof(rest), "it goes on calling %s", names);
	else if (find_later(r, inc, p, later_names, later))
		text_format(rest, sizeof(rest),
		    "another will not: nobody else is called at this hour; %s "
		    "hears of it at %s",
		    later_names, later);
	else
		text_format(rest, sizeof(rest),
		    "another will not: the next one is called now");
	request_wait(r, inc, names,
	    "Noted at %s: you are not called for now. Each of those who are "
	    "called has to take it, and %s.",
	    at, rest);
}

/* One of several who all have to. */
static void
answer(struct request *r, struct incident *inc, const struct person *p,
    const struct page_policy *policy)
{
	if (!page_has_answered(&inc->page, p->name)) {
		duty_cancel_calls_of(r->duty, inc, p->name, "answered",
		    r->now_ms);
		(void)page_take(&inc->page, policy, p->name, r->now_ms);
		incident_note(inc, r->now_ms, r->by,
		    "takes it, as others have to, too");
		duty_journal_more(r->duty, inc, r->by, "answered",
		    "takes it, as others have to, too",
		    json_pack("{s:s}", "person", p->name), r->now_ms);
		duty_dirty(r->duty, inc);
	}
	duty_late_answered(r->duty, inc, r->now_ms);
	say_waits(r, inc, p);
}

/* Whatever it comes to is said. */
static void
take_it(struct request *r, struct incident *inc, const struct person *p)
{
	struct page_policy policy;

	if (is_had_by(inc, p)) {
		duty_late_answered(r->duty, inc, r->now_ms);
		say_owned(r, inc, p, "have it");
		return;
	}
	duty_leave_storm(r->duty, inc, r->now_ms);
	duty_policy(r->duty, inc, &policy);
	if (policy.ladder != NULL && page_waits(&inc->page, &policy, p->name))
		answer(r, inc, p, &policy);
	else
		take(r, inc, p);
}

void
request_take(struct request *r, struct incident *inc, const struct person *p)
{
	struct request quiet = *r;

	quiet.is_quiet = true;
	take_it(&quiet, inc, p);
}

void
command_take(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *p =
	    inc == NULL ? NULL : request_person(r, "person");

	if (p == NULL)
		return;
	take_it(r, inc, p);
}

/* 0: not a length that may be, and it is refused. */
static int64_t
read_snooze(struct request *r, const struct incident *inc)
{
	int64_t longest_ms = page_snooze_max(incident_urgency(inc));
	int64_t for_ms = record_int(r->json, "for_ms", 0);
	char longest[32];

	if (for_ms >= 1 && for_ms <= longest_ms)
		return for_ms;
	text_duration(longest_ms, longest, sizeof(longest));
	request_refuse(r, "for_ms: at most %s for severity S%d", longest,
	    inc->severity);
	return 0;
}

static void
snooze(struct request *r, struct incident *inc, const struct person *p,
    int64_t for_ms, const char *why)
{
	struct page_policy policy;
	char until[48], was[64];
	struct text note = { 0 };

	text_copy(was, sizeof(was), inc->page.owner);
	civil_clock(p->zone, r->now_ms + for_ms, until, sizeof(until));
	text_addf(&note, "snoozes it until %s%s", until,
	    why[0] != '\0' ? ": " : "");
	text_add_plain(&note, why);
	request_act(r, inc, "snoozed", note.data, p->name, for_ms);
	text_clear(&note);
	duty_policy(r->duty, inc, &policy);
	(void)page_snooze(&inc->page, &policy, p->name, for_ms, r->now_ms);
	tell_owner_changed(r, inc, was, p->name);
	request_agree(r, inc, "Quiet until %s; then it calls again.", until);
}

void
command_snooze(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *p =
	    inc == NULL ? NULL : request_person(r, "person");
	const char *why = p == NULL ? NULL : request_text(r, "note", false);
	int64_t for_ms = why == NULL ? 0 : read_snooze(r, inc);

	if (for_ms != 0)
		snooze(r, inc, p, for_ms, why);
}

/* Whoever had it and did not do this hears that it is theirs no more. */
static void
tell_former(struct request *r, struct incident *inc, const char *was,
    const struct person *to)
{
	const char *person = record_string(r->json, "person");
	char told[128];

	if (was[0] == '\0' || strcmp(was, to->name) == 0 ||
	    (person != NULL && strcmp(was, person) == 0))
		return;
	text_format(told, sizeof(told), "handed on to %s", to->name);
	duty_tell(r->duty, MESSAGE_EXPIRED, inc, was, told, r->now_ms);
}

static void
hand_on(struct request *r, struct incident *inc, const struct person *to,
    const char *note)
{
	struct page_policy policy;
	struct text t = { 0 };
	char was[64];

	text_copy(was, sizeof(was), inc->page.owner);
	text_addf(&t, "hands it to %s%s", to->name,
	    note[0] != '\0' ? ": " : "");
	text_add_plain(&t, note);
	request_act(r, inc, "handed on", t.data, to->name, 0);
	text_clear(&t);
	duty_policy(r->duty, inc, &policy);
	(void)page_hand_on(&inc->page, &policy, to->name, r->now_ms);
	inc->unheld_ms = r->now_ms;
	tell_former(r, inc, was, to);
}

void
command_hand_on(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *to =
	    inc == NULL ? NULL : request_callable(r, "to");
	const char *note = to == NULL ? NULL : request_text(r, "note", false);

	if (note == NULL)
		return;
	if (!request_may_call(r, inc))
		return;
	hand_on(r, inc, to, note);
	request_agree(r, inc, "%s is called now, and has to take it.",
	    to->name);
}

/* Who follows, the decliner perhaps, where a ladder has nobody else then. */
static void
say_next(struct request *r, const struct incident *inc, const struct person *p)
{
	struct ladder_people next;
	int64_t at_ms;

	if (!duty_upcoming(r->duty, inc, r->now_ms, &next, &at_ms))
		request_agree(r, inc, "Nobody is called for it now.");
	else if (next.count == 1 && ladder_has(&next, p->name))
		request_agree(r, inc, "%s", nobody_else);
	else
		request_agree(r, inc, "The next one is called now.");
}

/* Who is left at once is followed; alone on a ladder one is called again. */
static void
say_declined(struct request *r, const struct incident *inc,
    const struct person *p)
{
	char names[LADDER_NAMES_MAX], later[LADDER_NAMES_MAX], at[48];

	page_names(&inc->page, CALLEE_ASKED, names);
	if (names[0] != '\0' && page_spares(&inc->page, p->name))
		request_agree(r, inc,
		    "You are not called now; it goes on calling %s.", names);
	else if (find_later(r, inc, p, later, at))
		request_agree(r, inc,
		    "Nobody else is called at this hour; %s hears of it at %s.",
		    later, at);
	else if (inc->page.level_until_ms <= r->now_ms || names[0] == '\0')
		say_next(r, inc, p);
	else if (!page_asks(&inc->page, p->name))
		request_agree(r, inc, "%s is called now.", names);
	else
		request_agree(r, inc, "%s", nobody_else);
}

void
command_decline(struct request *r)
{
	struct incident *inc = request_open_incident(r);
	const struct person *p =
	    inc == NULL ? NULL : request_person(r, "person");
	struct page_policy policy;

	if (p == NULL)
		return;
	if (inc->storm[0] != '\0') {
		request_refuse(r,
		    "the page of %s calls for %s: decline that one", inc->storm,
		    inc->id);
		return;
	}
	duty_policy(r->duty, inc, &policy);
	if (!page_decline(&inc->page, &policy, p->name, r->now_ms)) {
		request_refuse(r, "%s is neither called for %s now nor has it",
		    p->name, inc->id);
		return;
	}
	duty_cancel_calls_of(r->duty, inc, p->name, "declined", r->now_ms);
	inc->unheld_ms = r->now_ms;
	incident_note(inc, r->now_ms, r->by, "declines");
	duty_journal_more(r->duty, inc, r->by, "declined", "",
	    json_pack("{s:s}", "person", p->name), r->now_ms);
	duty_dirty(r->duty, inc);
	say_declined(r, inc, p);
}
