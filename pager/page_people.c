/*
 * Those whom a level calls at once: how each is called, who of them has
 * answered, who will not.
 */
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/page_parts.h"

bool
page_wants_all(const struct page_policy *policy, int level)
{
	return level != PAGE_DIRECT &&
	    page_level(policy->ladder, level)->answer == ANSWER_ALL;
}

/* Its index among those called now, or -1. */
static int
find(const struct page *p, const char *person)
{
	for (size_t i = 0; i < p->callee_count; i++)
		if (strcmp(p->callees[i].person, person) == 0)
			return (int)i;
	return -1;
}

struct page_callee *
page_callee(struct page *p, const char *person)
{
	int i = find(p, person);

	return i < 0 ? NULL : &p->callees[i];
}

bool
page_calls(const struct page *p, const struct ladder_people *people)
{
	if (p->callee_count != people->count)
		return false;
	for (size_t i = 0; i < people->count; i++)
		if (find(p, people->items[i]->name) < 0)
			return false;
	return true;
}

bool
page_asks(const struct page *p, const char *person)
{
	int i = find(p, person);

	return i >= 0 && p->callees[i].state == CALLEE_ASKED;
}

bool
page_spares(const struct page *p, const char *person)
{
	int i = find(p, person);

	return i >= 0 && p->callees[i].state != CALLEE_ASKED;
}

bool
page_has_answered(const struct page *p, const char *person)
{
	int i = find(p, person);

	return i >= 0 && p->callees[i].state == CALLEE_ANSWERED;
}

void
page_names(const struct page *p, enum callee_state state,
    char out[LADDER_NAMES_MAX])
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < p->callee_count; i++) {
		if (p->callees[i].state != state)
			continue;
		text_format(out + used, LADDER_NAMES_MAX - used, "%s%s",
		    used > 0 ? ", " : "", p->callees[i].person);
		used += strlen(out + used);
	}
}

static struct page_answer *
answer_of(struct page *p, const char *person)
{
	for (size_t i = 0; i < p->answer_count; i++)
		if (strcmp(p->answers[i].person, person) == 0)
			return &p->answers[i];
	return NULL;
}

void
page_forget_answer(struct page *p, const char *person)
{
	struct page_answer *a = answer_of(p, person);

	if (a != NULL)
		*a = p->answers[--p->answer_count];
}

/* Where there is no room the first one, who answered at another level, goes. */
void
page_note_answer(struct page *p, const char *person, int64_t now_ms)
{
	struct page_answer *a;

	page_forget_answer(p, person);
	if (p->answer_count == PAGE_PEOPLE_MAX)
		page_forget_answer(p, p->answers[0].person);
	a = &p->answers[p->answer_count++];
	a->at_ms = now_ms;
	text_copy(a->person, sizeof(a->person), person);
}

/* Did this one take it as long ago as a take is good for, at most? */
static bool
has_answered(const struct page *p, const struct page_policy *policy,
    const char *person, int64_t at_ms)
{
	for (size_t i = 0; i < p->answer_count; i++)
		if (strcmp(p->answers[i].person, person) == 0)
			return at_ms - p->answers[i].at_ms <
			    page_take_span(policy->severity);
	return false;
}

/* Severity 3 beyond the watch: those in their office, if any of them is. */
static void
keep_in_office(const struct page_policy *policy, int level, int64_t at_ms,
    struct ladder_people *people)
{
	struct ladder_people in = { .until_ms = people->until_ms };

	if (page_insists(policy->severity) || level <= 0)
		return;
	for (size_t i = 0; i < people->count; i++)
		if (page_in_office(people->items[i], at_ms))
			in.items[in.count++] = people->items[i];
	if (in.count > 0)
		*people = in;
}

/* When all of them have answered, all are asked anew. */
static size_t
count_unanswered(const struct page *p, const struct page_policy *policy,
    const struct ladder_people *people, int64_t at_ms)
{
	size_t count = 0;

	for (size_t i = 0; i < people->count; i++)
		count +=
		    !has_answered(p, policy, people->items[i]->name, at_ms);
	return count;
}

void
page_choose(const struct page *p, const struct page_policy *policy, int level,
    int64_t at_ms, struct ladder_people *people)
{
	struct ladder_people left = { .until_ms = people->until_ms };

	keep_in_office(policy, level, at_ms, people);
	if (!page_wants_all(policy, level) ||
	    count_unanswered(p, policy, people, at_ms) == 0)
		return;
	for (size_t i = 0; i < people->count; i++)
		if (!has_answered(p, policy, people->items[i]->name, at_ms))
			left.items[left.count++] = people->items[i];
	*people = left;
}

int64_t
page_delay(const struct person *person, size_t step)
{
	const struct reach *reach = person->reach.items;

	return reach[step].delay_ms - reach[0].delay_ms;
}

static void
plan_steps(struct page_callee *c, const struct page_policy *policy,
    const struct person *person, int64_t now_ms)
{
	size_t count = person->reach.count;

	c->step_count = count < PAGE_STEPS_MAX ? count : PAGE_STEPS_MAX;
	for (size_t i = 0; i < c->step_count; i++) {
		struct page_step *s = &c->steps[i];

		s->state = STEP_WAITING;
		s->due_ms = now_ms + page_delay(person, i);
		if (i > 0 && !page_insists(policy->severity))
			s->due_ms = NEVER; /* one notice is one message */
	}
}

/* Whoever has answered lately is left alone, unless all of them have. */
static void
spare_answered(struct page *p, const struct page_policy *policy,
    const struct ladder_people *people, int64_t now_ms)
{
	if (!page_wants_all(policy, p->level))
		return;
	if (count_unanswered(p, policy, people, now_ms) == 0)
		p->answer_count = 0;
	for (size_t i = 0; i < p->callee_count; i++)
		if (has_answered(p, policy, p->callees[i].person, now_ms))
			p->callees[i].state = CALLEE_ANSWERED;
}

void
page_call_people(struct page *p, const struct page_policy *policy,
    struct ladder_people *people, int64_t now_ms)
{
	keep_in_office(policy, p->level, now_ms, people);
	p->callee_count = people->count;
	for (size_t i = 0; i < people->count; i++) {
		const struct person *person = people->items[i];
		struct page_callee *c = &p->callees[i];

		*c = (struct page_callee){ .state = CALLEE_ASKED };
		text_copy(c->person, sizeof(c->person), person->name);
		plan_steps(c, policy, person, now_ms);
	}
	spare_answered(p, policy, people, now_ms);
}

void
page_renew_level(struct page *p, const struct page_policy *policy,
    int64_t now_ms)
{
	char declined[PAGE_PEOPLE_MAX][64];
	size_t count = 0;

	for (size_t i = 0; i < p->callee_count; i++)
		if (p->callees[i].state == CALLEE_DECLINED)
			text_copy(declined[count++], sizeof(declined[0]),
			    p->callees[i].person);
	page_begin_level(p, policy, p->level, now_ms);
	while (count > 0) {
		struct page_callee *c = page_callee(p, declined[--count]);

		if (c != NULL)
			c->state = CALLEE_DECLINED;
	}
}

static bool
has_failed(const struct page_callee *c)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].state != STEP_FAILED)
			return false;
	return true;
}

/* Severity 3 has told those who say no; it is not called again for that. */
bool
page_level_failed(const struct page *p, const struct page_policy *policy)
{
	bool insists = page_insists(policy->severity);

	for (size_t i = 0; i < p->callee_count; i++)
		if ((!insists || p->callees[i].state == CALLEE_ASKED) &&
		    !has_failed(&p->callees[i]))
			return false;
	return true;
}

/* Before a level is left: did anything there get through, or may have? */
void
page_note_alive(struct page *p)
{
	for (size_t i = 0; i < p->callee_count; i++)
		for (size_t k = 0; k < p->callees[i].step_count; k++) {
			enum step_state state = p->callees[i].steps[k].state;

			if (state == STEP_HANDED || state == STEP_TRYING)
				p->alive = true;
		}
}
