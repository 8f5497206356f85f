/*
 * The pager's state: what goes into commits and what comes out after them.
 *
 * Effects never overtake what they rest on: an intent or answer made now
 * carries the number of the next commit, and comes out when that one is
 * durable, or at once when there is nothing left to write.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_parts.h"

#define HOUR_MS INT64_C(3600000)

struct duty *
duty_new(const struct settings *settings, duty_sign *sign, void *arg)
{
	struct duty *d = mem_alloc(sizeof(*d));

	d->settings = settings;
	d->sign = sign;
	d->sign_arg = arg;
	d->store_up = true;
	d->next_commit = 1;
	d->answers_end = &d->answers;
	commit_init(&d->pending);
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
	free(d->overrides);
	commit_clear(&d->pending);
	free(d);
}

void
duty_dirty(struct incident *inc)
{
	inc->dirty = true;
}

void
duty_public_dirty(struct incident *inc)
{
	inc->dirty = inc->public_dirty = true;
}

void
duty_journal(struct duty *d, const struct incident *inc, const char *by,
    const char *what, const char *text, int64_t now_ms)
{
	json_t *o = json_object();
	char *line;

	record_set_int(o, "at_ms", now_ms);
	if (inc != NULL)
		record_set_text(o, "incident", inc->id);
	record_set_text(o, "by", by);
	record_set_text(o, "what", what);
	record_set_text(o, "text", text);
	line = record_dump(o);
	json_decref(o);
	commit_append(&d->pending, "journal", line, strlen(line));
	free(line);
}

void
duty_answer(struct duty *d, uint64_t command, bool ok, json_t *answer)
{
	struct answer *a = mem_alloc(sizeof(*a));

	a->command = command;
	a->after = d->next_commit;
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

static void
not_after(int64_t *at_ms, int64_t latest_ms)
{
	if (*at_ms != NEVER && *at_ms > latest_ms)
		*at_ms = latest_ms;
}

/* The clock went back: nothing waits longer than if it began now. */
static void
clamp_news(const struct duty *d, struct incident *inc, int64_t now_ms)
{
	not_after(&inc->attempt_ms, now_ms);
	not_after(&inc->unheld_ms, now_ms);
	not_after(&inc->member_told_ms, now_ms);
	for (size_t i = 0; i < inc->audience_count; i++) {
		struct audience *a = &inc->audiences[i];
		const struct client *c =
		    settings_client(d->settings, a->client);

		not_after(&a->said_ms, now_ms);
		if (a->state == AUDIENCE_HELD)
			not_after(&a->publish_ms,
			    now_ms + (c != NULL ? c->publish_after_ms : 0));
	}
}

void
duty_break(struct duty *d, int64_t now_ms)
{
	struct incident *inc, *next;

	HASH_ITER (hh, d->incidents, inc, next) {
		struct page_policy policy;

		duty_policy(d, inc, &policy);
		if (inc->closed_ms != 0 || policy.ladder == NULL)
			continue;
		page_clamp(&inc->page, &policy, now_ms);
		duty_late_clamp(d, inc, now_ms);
		clamp_news(d, inc, now_ms);
		duty_dirty(inc);
	}
	for (struct intent *i = d->intents; i != NULL; i = i->hh.next)
		not_after(&i->due_ms, now_ms + DUTY_RETRY_MAX_MS);
	duty_time(d, now_ms);
}

void
duty_time(struct duty *d, int64_t now_ms)
{
	struct incident *inc, *next;

	duty_forget_oldest(d);
	duty_drop_unwanted(d, now_ms);
	duty_run_digest(d, now_ms);
	HASH_ITER (hh, d->incidents, inc, next)
		if (inc->closed_ms == 0)
			duty_run(d, inc, now_ms);
}

int64_t
duty_deadline(const struct duty *d)
{
	int64_t due_ms = duty_intents_deadline(d);
	int64_t digest_ms = duty_digest_deadline(d);

	if (digest_ms < due_ms)
		due_ms = digest_ms;

	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next) {
		int64_t at_ms;

		if (inc->closed_ms != 0)
			continue;
		at_ms = duty_incident_deadline(d, inc);
		if (at_ms < due_ms)
			due_ms = at_ms;
	}
	return due_ms;
}

static void
write_incident(const struct incident *inc, struct commit *out)
{
	char *record = incident_encode(inc);

	commit_set_text(out, "incidents", inc->id, record);
	free(record);
	if (inc->closed_ms != 0) {
		commit_unset(out, "pages", inc->id);
		return;
	}
	record = page_encode(&inc->page);
	commit_set_text(out, "pages", inc->id, record);
	free(record);
}

/* A word to whoever follows public changes; the whole is in incidents. */
static void
write_public(const struct incident *inc, struct commit *out)
{
	for (size_t i = 0; i < inc->audience_count; i++) {
		char *record;

		record = incident_public_record(inc, inc->audiences[i].client);
		if (record == NULL)
			continue;
		commit_append(out, "out", record, strlen(record));
		free(record);
	}
}

static void
write_number(struct commit *out, const char *field, uint64_t number)
{
	char text[24];

	text_format(text, sizeof(text), "%llu", (unsigned long long)number);
	commit_set_text(out, "meta", field, text);
}

static void
write_meta(struct duty *d, struct commit *out)
{
	for (unsigned s = 0; s < DUTY_SHARDS_MAX; s++) {
		char field[32];

		text_format(field, sizeof(field), "position:%u", s);
		if (d->positions[s][0] != '\0')
			commit_set_text(out, "meta", field, d->positions[s]);
	}
	write_number(out, "incident", d->last_incident);
	write_number(out, "intent", d->last_intent);
	write_number(out, "override", d->last_override);
	write_number(out, "digest", (uint64_t)d->digest_ms);
	d->meta_dirty = false;
}

/* False: not all of it fitted, and the rest waits for the next commit. */
static bool
gather(struct duty *d, struct commit *out)
{
	struct incident *inc, *next;

	HASH_ITER (hh, d->incidents, inc, next) {
		if (!inc->dirty)
			continue;
		if (commit_is_full(out))
			return false;
		write_incident(inc, out);
		if (inc->public_dirty)
			write_public(inc, out);
		inc->dirty = inc->public_dirty = false;
	}
	for (struct intent *i = d->intents; i != NULL; i = i->hh.next) {
		char *record;

		if (!i->dirty)
			continue;
		if (commit_is_full(out))
			return false;
		record = duty_intent_encode(i);
		commit_set_text(out, "intents", i->id, record);
		free(record);
		i->dirty = false;
		i->written = true;
	}
	if (d->meta_dirty)
		write_meta(d, out);
	return true;
}

/* What rests on a commit that was not the whole rests on the next as well. */
static void
postpone(struct duty *d)
{
	for (struct intent *i = d->intents; i != NULL; i = i->hh.next)
		if (i->after == d->next_commit)
			i->after++;
	for (struct answer *a = d->answers; a != NULL; a = a->next)
		if (a->after == d->next_commit)
			a->after++;
}

/* With what is written anyway, about once an hour. */
static void
trim(struct duty *d, struct commit *out, int64_t now_ms)
{
	char id[32];

	if (commit_is_empty(out) || now_ms - d->trimmed_ms < HOUR_MS)
		return;
	d->trimmed_ms = now_ms;
	text_format(id, sizeof(id), "%lld-0",
	    (long long)(now_ms - DUTY_OUT_KEPT_MS));
	commit_trim(out, "out", id);
	text_format(id, sizeof(id), "%lld-0",
	    (long long)(now_ms - DUTY_JOURNAL_KEPT_MS));
	commit_trim(out, "journal", id);
}

bool
duty_commit(struct duty *d, int64_t now_ms, struct commit *out)
{
	if (d->in_flight)
		return false;
	commit_clear(out);
	*out = d->pending;
	commit_init(&d->pending);
	if (!gather(d, out))
		postpone(d);
	trim(d, out, now_ms);
	d->flying = d->next_commit++;
	d->in_flight = !commit_is_empty(out);
	if (!d->in_flight)
		d->durable = d->flying; /* nothing is left to be written */
	return d->in_flight;
}

void
duty_committed(struct duty *d)
{
	assert(d->in_flight);
	d->in_flight = false;
	d->durable = d->flying;
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
	i->state = INTENT_SENDING;
	i->attempt++;
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
