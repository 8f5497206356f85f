/* The pager's state: how time passes for it, and what comes out of it. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_heartbeats.h"
#include "pager/duty_rotas.h"

struct duty *
duty_new(const struct settings *settings, duty_sign *sign, void *arg)
{
	struct duty *d = mem_alloc(sizeof(*d));

	d->settings = settings;
	d->sign = sign;
	d->sign_arg = arg;
	d->store_up = true;
	d->next_whole = 1;
	TAILQ_INIT(&d->unwritten);
	TAILQ_INIT(&d->unwritten_intents);
	TAILQ_INIT(&d->fresh);
	TAILQ_INIT(&d->loose);
	d->answers_end = &d->answers;
	commit_init(&d->pending);
	d->rotas = rotas_new();
	d->heartbeats = heartbeats_new();
	return d;
}

void
duty_free(struct duty *d)
{
	struct incident *inc, *next_inc;
	struct intent *i, *next_i;

	if (d == NULL)
		return;
	HASH_ITER (hh, d->incidents, inc, next_inc) {
		HASH_DEL(d->incidents, inc);
		incident_free(inc);
	}
	HASH_ITER (hh, d->intents, i, next_i) {
		HASH_DEL(d->intents, i);
		free(i);
	}
	while (d->answers != NULL) {
		struct answer *a = d->answers;

		d->answers = a->next;
		json_decref(a->json);
		free(a);
	}
	heap_clear(&d->due);
	heap_clear(&d->past);
	heap_clear(&d->telling);
	heap_clear(&d->ready);
	duty_group_clear(&d->subjects);
	duty_group_clear(&d->platforms);
	duty_clear_turns(d);
	duty_clear_sessions(d);
	free(d->overrides);
	free(d->contacts);
	rotas_free(d->rotas);
	heartbeats_free(d->heartbeats);
	commit_clear(&d->pending);
	free(d);
}

void
duty_journal_more(struct duty *d, const struct incident *inc, const char *by,
    const char *what, const char *text, json_t *more, int64_t now_ms)
{
	json_t *o = json_object();
	char *line;

	record_set_int(o, "at_ms", now_ms);
	if (inc != NULL)
		record_set_text(o, "incident", inc->id);
	record_set_text(o, "by", by);
	record_set_text(o, "what", what);
	record_set_text(o, "text", text);
	if (more != NULL)
		json_object_update(o, more);
	line = record_dump(o);
	json_decref(o);
	json_decref(more);
	commit_append(&d->pending, "journal", line, strlen(line));
	d->journalled++;
	free(line);
}

void
duty_journal(struct duty *d, const struct incident *inc, const char *by,
    const char *what, const char *text, int64_t now_ms)
{
	duty_journal_more(d, inc, by, what, text, NULL, now_ms);
}

void
duty_answer(struct duty *d, uint64_t command, bool ok, json_t *answer)
{
	struct answer *a = mem_alloc(sizeof(*a));

	a->command = command;
	a->after = d->next_whole;
	a->ok = ok;
	a->json = answer;
	*d->answers_end = a;
	d->answers_end = &a->next;
}

/* As it was, so that a human can look at it; and somebody is told. */
void
duty_poison(struct duty *d, const char *name, const void *record, size_t length,
    const char *why, int64_t now_ms)
{
	char text[256];

	commit_set(&d->pending, "poison", name, length > 0 ? record : "",
	    length);
	text_format(text, sizeof(text), "set aside a record, %s: %s", name,
	    why);
	duty_journal(d, NULL, "pager", "poison", text, now_ms);
	duty_trouble(d, "operations/poison", 2, text, now_ms);
}

void
duty_trouble(struct duty *d, const char *subject, int severity,
    const char *text, int64_t now_ms)
{
	struct alarm a = { .event = ALARM_RAISED,
		.kind = ALARM_OPERATIONS,
		.shard = ALARM_OF_PAGER,
		.severity = severity,
		.at_ms = now_ms,
		.since_ms = now_ms };
	const struct incident *inc = duty_of_subject(d, subject);
	const struct member *m;

	m = inc == NULL ? NULL : incident_member(inc, subject);
	text_copy(a.subject, sizeof(a.subject), subject);
	if (text == NULL) {
		if (m == NULL || m->until_ms != 0)
			return;
		a.event = ALARM_CLEARED;
		a.until_ms = now_ms;
		text = m->text;
	}
	if (m != NULL)
		a.since_ms = m->since_ms;
	text_copy(a.text, sizeof(a.text), text);
	duty_heard(d, &a, "pager", now_ms);
}

void
duty_store(struct duty *d, bool up)
{
	d->store_up = up;
}

/* True: it was. */
static bool
not_after(int64_t *at_ms, int64_t latest_ms)
{
	if (*at_ms == NEVER || *at_ms <= latest_ms)
		return false;
	*at_ms = latest_ms;
	return true;
}

/* The clock went back: nothing waits longer than if it began now. */
static bool
clamp_news(const struct duty *d, struct incident *inc, int64_t now_ms)
{
	bool changed = not_after(&inc->attempt_ms, now_ms);

	changed |= not_after(&inc->unheld_ms, now_ms);
	changed |= not_after(&inc->member_told_ms, now_ms);
	for (size_t i = 0; i < inc->audience_count; i++) {
		struct audience *a = &inc->audiences[i];
		const struct client *c =
		    settings_client(d->settings, a->client);

		changed |= not_after(&a->said_ms, now_ms);
		if (a->state == AUDIENCE_HELD)
			changed |= not_after(&a->publish_ms,
			    now_ms + (c != NULL ? c->publish_after_ms : 0));
	}
	return changed;
}

static void
clamp(struct duty *d, struct incident *inc, int64_t now_ms)
{
	struct page_policy policy;
	bool changed;

	duty_touch(d, inc);
	duty_policy(d, inc, &policy);
	if (policy.ladder == NULL)
		return;
	inc->hours_until_ms = 0;
	changed = page_clamp(&inc->page, &policy, now_ms);
	changed |= duty_late_clamp(d, inc, now_ms);
	changed |= clamp_news(d, inc, now_ms);
	if (changed)
		duty_dirty(d, inc);
}

void
duty_break(struct duty *d, int64_t now_ms)
{
	struct incident *inc, *next;

	HASH_ITER (hh, d->incidents, inc, next)
		if (inc->closed_ms == 0)
			clamp(d, inc, now_ms);
	duty_clamp_intents(d, now_ms);
	heartbeats_break(d, now_ms);
	duty_time(d, now_ms);
}

void
duty_time(struct duty *d, int64_t now_ms)
{
	(void)duty_next_intent(d, now_ms); /* what nobody wants is dropped */
	heartbeats_time(d, now_ms);
	duty_run_due(d, now_ms);
	duty_run_digest(d, now_ms);
	duty_run_due(d, now_ms); /* what the digest has told of */
	duty_forget_oldest(d);
	duty_erase_names(d, now_ms);
	rotas_time(d, now_ms);
}

int64_t
duty_deadline(const struct duty *d)
{
	int64_t due_ms = duty_intents_deadline(d);
	int64_t digest_ms = duty_digest_deadline(d);
	const struct heap_node *first = heap_first(&d->due);

	if (digest_ms < due_ms)
		due_ms = digest_ms;
	if (rotas_deadline(d) < due_ms)
		due_ms = rotas_deadline(d);
	if (heartbeats_deadline(d) < due_ms)
		due_ms = heartbeats_deadline(d);
	if (first != NULL && first->at_ms < due_ms)
		due_ms = first->at_ms;
	return due_ms;
}

/*
 * Where it is recorded is known only now: the store may have gone away, or
 * come back, since the command was heard.
 */
static char *
answer_text(const struct duty *d, struct answer *a)
{
	const char *said = json_string_value(json_object_get(a->json, "text"));
	struct text t = { 0 };
	char *dumped;

	if (a->ok)
		json_object_set_new(a->json, "recorded",
		    json_boolean(d->store_up));
	if (a->ok && said != NULL && !d->store_up) {
		text_addf(&t,
		    "%s Heard, not yet recorded: you may be called again.",
		    said);
		json_object_set_new(a->json, "text", json_string(t.data));
		text_clear(&t);
	}
	dumped = record_dump(a->json);
	json_decref(a->json);
	return dumped;
}

static bool
next_answer(struct duty *d, struct duty_action *out)
{
	struct answer *a = d->answers;

	if (a == NULL || a->after > d->durable)
		return false;
	d->answers = a->next;
	if (d->answers == NULL)
		d->answers_end = &d->answers;
	out->what = DUTY_ANSWER;
	out->command = a->command;
	out->ok = a->ok;
	out->answer = answer_text(d, a);
	free(a);
	return true;
}

enum duty_do
duty_next(struct duty *d, int64_t now_ms, struct duty_action *out)
{
	struct incident *inc;
	struct intent *i;

	*out = (struct duty_action){ .what = DUTY_NOTHING };
	if (next_answer(d, out))
		return DUTY_ANSWER;
	i = duty_next_intent(d, now_ms);
	if (i == NULL)
		return DUTY_NOTHING;
	duty_begin_sending(d, i);
	out->what = DUTY_SEND;
	duty_compose(d, i, now_ms, &out->message);
	inc = duty_find(d, i->incident);
	if (inc != NULL &&
	    (i->kind == MESSAGE_CALL || i->kind == MESSAGE_LAST_RESORT))
		inc->attempt_ms = now_ms;
	return DUTY_SEND;
}

void
duty_action_clear(struct duty_action *a)
{
	free(a->message.body);
	free(a->answer);
	*a = (struct duty_action){ 0 };
}
