/* Pages as JSON records, and back; and what status pages are given. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/record.h"
#include "lib/text.h"
#include "pager/incident.h"

#define COUNT_MAX 1000000000 /* one more is still a number */

/* NEVER is left out. */
static void
set_due(json_t *o, const char *key, int64_t at_ms)
{
	if (at_ms != NEVER)
		json_object_set_new(o, key, json_integer(at_ms));
}

static json_t *
steps_json(const struct page_callee *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->step_count; i++) {
		json_t *o = json_object();

		record_set_int(o, "state", (int)c->steps[i].state);
		set_due(o, "due_ms", c->steps[i].due_ms);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
callee_json(const struct page_callee *c)
{
	json_t *o = json_object();

	record_set_text(o, "person", c->person);
	record_set_int(o, "state", (int)c->state);
	json_object_set_new(o, "steps", steps_json(c));
	return o;
}

/* A release that knows of one person called goes on with the first of them who
   is asked. */
static const struct page_callee *
first_asked(const struct page *p)
{
	static const struct page_callee nobody;

	for (size_t i = 0; i < p->callee_count; i++)
		if (p->callees[i].state == CALLEE_ASKED)
			return &p->callees[i];
	return p->callee_count > 0 ? &p->callees[0] : &nobody;
}

static void
set_people(json_t *o, const struct page *p)
{
	const struct page_callee *first = first_asked(p);
	json_t *callees = json_array(), *answers = json_array();

	record_set_text(o, "called", first->person);
	json_object_set_new(o, "steps", steps_json(first));
	for (size_t i = 0; i < p->callee_count; i++)
		json_array_append_new(callees, callee_json(&p->callees[i]));
	for (size_t i = 0; i < p->answer_count; i++)
		json_array_append_new(answers,
		    json_pack("{s:s, s:I}", "person", p->answers[i].person,
			"at_ms", (json_int_t)p->answers[i].at_ms));
	if (p->callee_count > 1 || first->state != CALLEE_ASKED)
		json_object_set(o, "callees", callees);
	if (p->answer_count > 0)
		json_object_set(o, "answers", answers);
	json_decref(callees);
	json_decref(answers);
}

json_t *
page_json(const struct page *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "state", json_string(page_state_text(p->state)));
	record_set_int(o, "level", p->level);
	record_set_int(o, "round", p->round);
	record_set_int(o, "call", p->call);
	set_people(o, p);
	record_set_text(o, "direct", p->direct);
	record_set_bool(o, "worse", p->worse);
	record_set_int(o, "escalated_ms", p->escalated_ms);
	record_set_int(o, "began_ms", p->began_ms);
	set_due(o, "level_until_ms", p->level_until_ms);
	record_set_int(o, "pause_until_ms", p->pause_until_ms);
	set_due(o, "watch_until_ms", p->watch_until_ms);
	record_set_int(o, "noticed_ms", p->noticed_ms);
	record_set_bool(o, "alive", p->alive);
	record_set_int(o, "resort_at_ms", p->resort_at_ms);
	record_set_text(o, "owner", p->owner);
	record_set_int(o, "owned_at_ms", p->owned_at_ms);
	set_due(o, "until_ms", p->until_ms);
	json_object_set_new(o, "owner_level", json_integer(p->owner_level));
	record_set_int(o, "handover_at_ms", p->handover_at_ms);
	return o;
}

char *
page_encode(const struct page *p)
{
	json_t *o = page_json(p);
	char *text = record_dump(o);

	json_decref(o);
	return text;
}

static bool
get_state(const json_t *o, struct page *p)
{
	const char *state = record_string(o, "state");

	for (int i = 0; state != NULL && i <= PAGE_CLOSED; i++)
		if (strcmp(state, page_state_text((enum page_state)i)) == 0) {
			p->state = (enum page_state)i;
			return true;
		}
	return false;
}

static void
get_steps(const json_t *list, struct page_callee *c)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		if (c->step_count >= PAGE_STEPS_MAX)
			return;
		c->steps[c->step_count++] = (struct page_step){
			.state = (enum step_state)record_choice(o, "state",
			    STEP_FAILED + 1, STEP_WAITING),
			.due_ms = record_int(o, "due_ms", NEVER),
		};
	}
}

static void
get_callees(const json_t *list, struct page *p)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		struct page_callee *c = &p->callees[p->callee_count];

		if (p->callee_count >= PAGE_PEOPLE_MAX)
			return;
		*c = (struct page_callee){
			.state = (enum callee_state)record_choice(o, "state",
			    CALLEE_DECLINED + 1, CALLEE_ASKED),
		};
		get_steps(json_object_get(o, "steps"), c);
		if (record_text(o, "person", c->person, sizeof(c->person)))
			p->callee_count++;
	}
}

static void
get_answers(const json_t *list, struct page *p)
{
	const json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		struct page_answer *a = &p->answers[p->answer_count];

		if (p->answer_count >= PAGE_PEOPLE_MAX)
			return;
		a->at_ms = record_int(o, "at_ms", 0);
		if (record_text(o, "person", a->person, sizeof(a->person)))
			p->answer_count++;
	}
}

/* One of a release that called one person at a time has that one only. */
static void
get_people(const json_t *o, struct page *p)
{
	struct page_callee first = { .state = CALLEE_ASKED };

	get_callees(json_object_get(o, "callees"), p);
	get_answers(json_object_get(o, "answers"), p);
	record_text(o, "called", first.person, sizeof(first.person));
	get_steps(json_object_get(o, "steps"), &first);
	if (p->callee_count == 0 && first.person[0] != '\0')
		p->callees[p->callee_count++] = first;
}

int
page_parse(const json_t *o, struct page *p)
{
	*p = (struct page){ .state = PAGE_CLOSED };
	if (!get_state(o, p))
		return -1;
	p->level = PAGE_DIRECT;
	if (record_int(o, "level", 0) != PAGE_DIRECT)
		p->level = record_choice(o, "level", COUNT_MAX, 0);
	p->round = record_choice(o, "round", COUNT_MAX, 0);
	p->call = (unsigned)record_choice(o, "call", COUNT_MAX, 0);
	get_people(o, p);
	record_text(o, "direct", p->direct, sizeof(p->direct));
	p->worse = record_bool(o, "worse");
	p->escalated_ms = record_int(o, "escalated_ms", 0);
	p->began_ms = record_int(o, "began_ms", 0);
	p->level_until_ms = record_int(o, "level_until_ms", NEVER);
	p->pause_until_ms = record_int(o, "pause_until_ms", 0);
	p->watch_until_ms = record_int(o, "watch_until_ms", NEVER);
	p->noticed_ms = record_int(o, "noticed_ms", 0);
	p->alive = record_bool(o, "alive");
	p->resort_at_ms = record_int(o, "resort_at_ms", 0);
	record_text(o, "owner", p->owner, sizeof(p->owner));
	p->owned_at_ms = record_int(o, "owned_at_ms", 0);
	p->until_ms = record_int(o, "until_ms", NEVER);
	p->owner_level = record_choice(o, "owner_level", COUNT_MAX, -1);
	p->handover_at_ms = record_int(o, "handover_at_ms", 0);
	return 0;
}

int
page_decode(const char *json, size_t length, struct page *p, char error[160])
{
	json_t *o = json_loadb(json, length, 0, NULL);
	int result = page_parse(o, p);

	if (result != 0)
		text_format(error, 160, "not the record of a page");
	json_decref(o);
	return result;
}

static json_t *
updates_json(const struct incident *inc, const char *client)
{
	json_t *list = json_array();

	for (size_t i = 0; i < inc->line_count; i++) {
		const struct line *l = &inc->lines[i];
		json_t *o;

		if (!l->public ||
		    (l->client[0] != '\0' && strcmp(l->client, client) != 0))
			continue;
		o = json_object();
		record_set_int(o, "at_ms", l->at_ms);
		record_set_text(o, "state", public_state_text(l->state));
		json_object_set_new(o, "text", record_foreign(l->text));
		json_array_append_new(list, o);
	}
	return list;
}

static void
set_promises(json_t *o, const struct incident *inc)
{
	record_set_int(o, "eta_from_ms", inc->eta_from_ms);
	record_set_int(o, "eta_to_ms", inc->eta_to_ms);
	record_set_int(o, "next_ms", inc->next_ms);
}

char *
incident_public_record(const struct incident *inc, const char *client)
{
	const struct audience *a = incident_audience(inc, client);
	int64_t closed_ms = incident_closed_for(inc, client);
	json_t *o, *list;
	char *text;

	if (a == NULL || a->state != AUDIENCE_SHOWN)
		return NULL;
	o = json_object();
	record_set_text(o, "incident", inc->id);
	record_set_text(o, "client", client);
	record_set_int(o, "severity", inc->severity);
	record_set_text(o, "state",
	    public_state_text(incident_state_for(inc, client)));
	record_set_int(o, "since_ms", incident_since_for(inc, client));
	record_set_int(o, "opened_ms", inc->opened_ms);
	record_set_int(o, "closed_ms", closed_ms);
	if (closed_ms == 0 || inc->closed_ms != 0)
		set_promises(o, inc);
	list = json_array();
	for (size_t i = 0; i < inc->member_count; i++)
		if (strcmp(inc->members[i].client, client) == 0)
			json_array_append_new(list,
			    record_foreign(inc->members[i].subject));
	json_object_set_new(o, "members", list);
	json_object_set_new(o, "updates", updates_json(inc, client));
	record_set_int(o, "updates_gone", (int64_t)a->gone);
	text = record_dump(o);
	json_decref(o);
	return text;
}
