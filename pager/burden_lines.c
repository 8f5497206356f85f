/* burden_lines: lines of the pager's journal, one after the other. */
#include <string.h>

#include "lib/civil.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/burden_parts.h"
#include "pager/incident.h"

#define EVENING_S (22 * 3600)
#define MORNING_S (7 * 3600)

struct told {
	struct burden *b;
	struct burden_incident *inc;
	const json_t *o;
	int64_t at_ms;
};

static const char *
field(const struct told *l, const char *key)
{
	const char *text = record_string(l->o, key);

	return text != NULL ? text : "";
}

/* It begins to call, after somebody had it or for the first time. */
static void
call_anew(struct burden_incident *inc)
{
	inc->owner[0] = '\0';
	inc->calling = true;
	inc->turn++;
}

static void
on_opened(const struct told *l)
{
	struct burden_incident *inc = l->inc;

	inc->opened_ms = l->at_ms;
	inc->since_ms = record_int(l->o, "since_ms", 0);
	inc->severity = inc->worst = record_choice(l->o, "severity", 5, 0);
	inc->calls_as = record_choice(l->o, "calls_as", 5, inc->severity);
	inc->is_storm = strcmp(field(l, "what"), "storm") == 0;
	text_copy(inc->subject, sizeof(inc->subject), field(l, "text"));
	call_anew(inc);
}

static void
note_act(const struct told *l)
{
	if (l->inc->closed_ms == 0 && !incident_is_program(field(l, "by")))
		l->inc->acted = true;
}

/* Worse than a notice asks for somebody anew, even who was told of it. */
static void
on_severity(const struct told *l)
{
	struct burden_incident *inc = l->inc;
	int is = record_choice(l->o, "severity", 5, 0);
	bool insisted = page_insists(inc->calls_as);

	note_act(l);
	if (is == 0)
		return; /* an earlier release said so in words alone */
	inc->severity = is;
	inc->calls_as = record_choice(l->o, "calls_as", 5, is);
	if (inc->worst == 0 || is < inc->worst)
		inc->worst = is;
	if (record_bool(l->o, "again") &&
	    (!inc->calling || (page_insists(inc->calls_as) && !insisted)))
		call_anew(inc);
}

/* The same by another plan. */
static void
on_urgency(const struct told *l)
{
	struct burden_incident *inc = l->inc;
	bool insisted = page_insists(inc->calls_as);

	inc->calls_as = record_choice(l->o, "calls_as", 5, inc->calls_as);
	if (page_insists(inc->calls_as) && !insisted)
		call_anew(inc);
}

/* They answered what called them; who was not called has it all the same. */
static void
answered(const struct told *l, const char *person)
{
	for (struct burden_page *p = l->inc->pages; p != NULL; p = p->before)
		if (p->turn == l->inc->turn && p->taken_ms == 0 &&
		    strcmp(p->person, person) == 0)
			p->taken_ms = l->at_ms;
}

static void
on_answered(const struct told *l)
{
	answered(l, field(l, "person"));
}

static void
on_owned(const struct told *l)
{
	struct burden_incident *inc = l->inc;

	answered(l, field(l, "person"));
	if (inc->taken_ms == 0)
		inc->taken_ms = l->at_ms;
	text_copy(inc->owner, sizeof(inc->owner), field(l, "person"));
	inc->calling = false;
}

static void
on_released(const struct told *l)
{
	note_act(l);
	call_anew(l->inc);
}

/* Who is only called, and says no, had nothing to give back. */
static void
on_declined(const struct told *l)
{
	if (!l->inc->calling)
		call_anew(l->inc);
}

/* More are called, whether somebody has it or not. */
static void
on_escalated(const struct told *l)
{
	note_act(l);
	on_declined(l);
}

static void
on_joined_storm(const struct told *l)
{
	text_copy(l->inc->storm, sizeof(l->inc->storm), field(l, "text"));
	l->inc->calling = false;
}

static void
on_left_storm(const struct told *l)
{
	l->inc->storm[0] = '\0';
	call_anew(l->inc);
}

static void
on_resolved(const struct told *l)
{
	const char *text = field(l, "text");
	struct burden_incident *inc = l->inc;

	note_act(l);
	inc->closed_ms = l->at_ms;
	inc->by_itself = strcmp(text, INCIDENT_ENDED_ITSELF) == 0 ||
	    strcmp(text, INCIDENT_ENDED_THERE) == 0 ||
	    strcmp(text, INCIDENT_ENDED_CALLED) == 0;
	inc->calling = false;
}

/* It was not over: neither its end nor what ended it is so. */
static void
on_reopened(const struct told *l)
{
	struct burden_incident *inc = l->inc;

	inc->closed_ms = 0;
	inc->by_itself = false;
	inc->storm[0] = '\0';
	note_act(l);
	inc->severity = record_choice(l->o, "severity", 5, inc->severity);
	inc->calls_as = record_choice(l->o, "calls_as", 5, inc->severity);
	call_anew(inc);
}

/* ---- calls ---- */

/* By the clock of the person; one that nobody knows any more lives by UTC. */
static bool
is_night(const struct burden *b, const char *person, int64_t at_ms)
{
	const struct person *p = settings_person(b->settings, person);
	int seconds;

	(void)civil_date_at(p != NULL ? p->zone : "UTC", at_ms, &seconds);
	return seconds >= EVENING_S || seconds < MORNING_S;
}

/* Of now; NULL: this person has not been called since it began to. */
static struct burden_page *
find_page(const struct burden_incident *inc, const char *person)
{
	for (struct burden_page *p = inc->pages; p != NULL; p = p->before)
		if (p->turn == inc->turn && strcmp(p->person, person) == 0)
			return p;
	return NULL;
}

static struct burden_page *
begin_page(const struct told *l, const char *person)
{
	struct burden *b = l->b;
	struct burden_page *p;

	if (b->page_count == BURDEN_PAGES_MAX) {
		b->pages_left_out++;
		return NULL;
	}
	p = mem_alloc(sizeof(*p));
	b->pages =
	    mem_room(b->pages, b->page_count, sizeof(struct burden_page *));
	b->pages[b->page_count++] = p;
	p->incident = l->inc;
	p->before = l->inc->pages;
	l->inc->pages = p;
	p->turn = l->inc->turn;
	p->insists = l->inc->calls_as == 0 || page_insists(l->inc->calls_as);
	p->first_ms = l->at_ms;
	p->night = is_night(b, person, l->at_ms);
	p->watch = BURDEN_NO_WATCH;
	text_copy(p->person, sizeof(p->person), person);
	text_copy(p->from, sizeof(p->from), field(l, "from"));
	return p;
}

static void
ask_for_update(const struct told *l, const char *person)
{
	struct burden *b = l->b;
	struct burden_asked *a;

	if (b->asked_count == BURDEN_PAGES_MAX) {
		b->pages_left_out++;
		return;
	}
	b->asked = mem_room(b->asked, b->asked_count, sizeof(*b->asked));
	a = &b->asked[b->asked_count++];
	a->at_ms = l->at_ms;
	text_copy(a->person, sizeof(a->person), person);
}

static void
on_calls(const struct told *l)
{
	bool is_old = l->at_ms < l->b->period.names_ms;
	const char *person = is_old ? "" : field(l, "person");
	struct burden_page *p;

	if (record_bool(l->o, "late")) {
		ask_for_update(l, person);
		return;
	}
	p = find_page(l->inc, person);
	if (p == NULL)
		p = begin_page(l, person);
	if (p != NULL)
		p->calls++;
}

static const struct {
	const char *what;
	void (*happened)(const struct told *);
} happenings[] = {
	{ "opened", on_opened },
	{ "storm", on_opened },
	{ "calls", on_calls },
	{ "severity", on_severity },
	{ "urgency", on_urgency },
	{ "taken", on_owned },
	{ "snoozed", on_owned },
	{ "answered", on_answered },
	{ "handed on", on_released },
	{ "take expired", on_released },
	{ "snooze over", on_released },
	{ "watch over", on_released },
	{ "owner left", on_released },
	{ "declined", on_declined },
	{ "escalated", on_escalated },
	{ "note", note_act },
	{ "published", note_act },
	{ "held", note_act },
	{ "joined storm", on_joined_storm },
	{ "left storm", on_left_storm },
	{ "resolved", on_resolved },
	{ "reopened", on_reopened },
};
#define HAPPENINGS (sizeof(happenings) / sizeof(happenings[0]))

/* NULL: it names none, or there is no room. */
static struct burden_incident *
incident_of(struct burden *b, const json_t *o)
{
	struct burden_incident *inc;
	char id[24];

	if (!record_text(o, "incident", id, sizeof(id)) || id[0] == '\0')
		return NULL;
	HASH_FIND_STR(b->incidents, id, inc);
	if (inc != NULL)
		return inc;
	if (HASH_COUNT(b->incidents) == BURDEN_INCIDENTS_MAX) {
		b->incidents_left_out++;
		return NULL;
	}
	inc = mem_alloc(sizeof(*inc));
	text_copy(inc->id, sizeof(inc->id), id);
	inc->calling = true; /* so far as is known */
	HASH_ADD_STR(b->incidents, id, inc);
	return inc;
}

bool
burden_line(struct burden *b, const char *json, size_t length)
{
	json_t *o = json_loadb(json, length, 0, NULL);
	struct told l = { .b = b, .o = o, .at_ms = record_int(o, "at_ms", 0) };
	const char *what = record_string(o, "what");
	bool is_line = what != NULL && l.at_ms > 0 && l.at_ms < BURDEN_END_MS;

	if (is_line && b->first_ms == 0)
		b->first_ms = l.at_ms;
	if (is_line)
		l.inc = incident_of(b, o);
	for (size_t i = 0; l.inc != NULL && i < HAPPENINGS; i++)
		if (strcmp(happenings[i].what, what) == 0)
			happenings[i].happened(&l);
	json_decref(o);
	return is_line;
}
