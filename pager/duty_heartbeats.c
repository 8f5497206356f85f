/* duty_heartbeats: see duty_heartbeats.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_foreign.h"
#include "pager/duty_heartbeats.h"

static const char prefix[] = "heartbeat:";

struct beat {
	char name[64];
	struct heartbeat core;
	const struct heartbeat_settings *settings; /* NULL: not in the tree */
	struct heap_node due;
	bool dirty;
	UT_hash_handle hh;
};

struct duty_heartbeats {
	struct beat *beats; /* by name */
	struct heap due;
	bool dirty; /* one of them is */
};

struct duty_heartbeats *
heartbeats_new(void)
{
	return mem_alloc(sizeof(struct duty_heartbeats));
}

static void
drop(struct duty_heartbeats *all, struct beat *b)
{
	HASH_DEL(all->beats, b);
	heap_remove(&all->due, &b->due);
	heartbeat_clear(&b->core);
	free(b);
}

void
heartbeats_free(struct duty_heartbeats *all)
{
	struct beat *b, *next;

	HASH_ITER (hh, all->beats, b, next)
		drop(all, b);
	heap_clear(&all->due);
	free(all);
}

const char *
heartbeats_name(const char *subject)
{
	if (strncmp(subject, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	return subject + sizeof(prefix) - 1;
}

const struct heartbeat_settings *
heartbeats_settings(const struct settings *s, const char *subject)
{
	const char *name = heartbeats_name(subject);

	return name == NULL ? NULL : settings_heartbeat(s, name);
}

static void
set_subject(const char *name, char subject[80])
{
	text_format(subject, 80, "%s%s", prefix, name);
}

static struct beat *
find(const struct duty *d, const char *name)
{
	struct beat *b;

	HASH_FIND_STR(d->heartbeats->beats, name, b);
	return b;
}

static struct beat *
add(struct duty *d, const char *name)
{
	struct beat *b = mem_alloc(sizeof(*b));

	text_copy(b->name, sizeof(b->name), name);
	b->due.owner = b;
	HASH_ADD_STR(d->heartbeats->beats, name, b);
	return b;
}

int
heartbeats_load(struct duty *d, const char *field, const char *value,
    size_t length, char error[160])
{
	json_t *o = record_object(value, length, error);
	struct beat *b = find(d, field);

	if (o == NULL || strlen(field) >= sizeof(b->name)) {
		json_decref(o);
		return text_refuse(error, "not the record of a heartbeat");
	}
	if (b == NULL)
		b = add(d, field);
	heartbeat_clear(&b->core);
	heartbeat_read(o, &b->core);
	json_decref(o);
	return 0;
}

static void
set_dirty(struct duty *d, struct beat *b)
{
	b->dirty = d->heartbeats->dirty = true;
}

bool
heartbeats_gather(struct duty *d, struct commit *out)
{
	struct duty_heartbeats *all = d->heartbeats;

	for (struct beat *b = all->beats; all->dirty && b != NULL;
	     b = b->hh.next) {
		json_t *o;
		char *text;

		if (!b->dirty)
			continue;
		if (commit_is_full(out))
			return false;
		o = heartbeat_record(&b->core);
		text = record_dump(o);
		commit_set_text(out, "heartbeats", b->name, text);
		free(text);
		json_decref(o);
		b->dirty = false;
	}
	all->dirty = false;
	return true;
}

/* What is open of it, or NULL. */
static struct member *
open_member(const struct duty *d, const char *name, struct incident **inc)
{
	char subject[80];
	struct member *m;

	set_subject(name, subject);
	*inc = duty_of_subject(d, subject);
	m = *inc == NULL ? NULL : incident_member(*inc, subject);
	return m == NULL || m->until_ms != 0 ? NULL : m;
}

static void
wait_for(struct duty *d, struct beat *b)
{
	int64_t at_ms = heartbeat_due(&b->core, b->settings);

	if (at_ms == NEVER)
		heap_remove(&d->heartbeats->due, &b->due);
	else
		heap_set(&d->heartbeats->due, &b->due, at_ms);
}

static void
take_evidence(struct duty *d, const struct beat *b)
{
	const char *said = b->core.said == NULL ? "" : b->core.said;
	struct incident *inc;
	char subject[80];

	set_subject(b->name, subject);
	inc = duty_of_subject(d, subject);
	if (strcmp(inc->subject, subject) != 0 ||
	    !text_differs(inc->details, said))
		return;
	free(inc->details);
	inc->details = mem_text(said);
	duty_dirty(d, inc);
}

/* What is open of it says so already, unless it failed since. */
static void
tell(struct duty *d, struct beat *b, int64_t now_ms)
{
	const struct heartbeat_settings *s = b->settings;
	struct alarm a = { .event = ALARM_RAISED,
		.kind = ALARM_FOREIGN,
		.shard = ALARM_OF_PAGER,
		.severity = (int)s->severity,
		.at_ms = now_ms };
	struct heartbeat_fault fault;
	struct incident *inc;
	struct member *m = open_member(d, b->name, &inc);

	heartbeat_raise(&b->core, s, now_ms, &fault);
	set_dirty(d, b);
	wait_for(d, b);
	if (m != NULL && !fault.failed)
		return;
	a.since_ms = m != NULL ? m->since_ms : fault.since_ms;
	set_subject(b->name, a.subject);
	if (s->client != NULL)
		text_copy(a.client, sizeof(a.client), s->client->name);
	text_copy(a.text, sizeof(a.text), fault.text);
	duty_heard(d, &a, a.subject, now_ms);
	if (fault.failed)
		take_evidence(d, b);
}

void
heartbeats_time(struct duty *d, int64_t now_ms)
{
	const struct heap_node *first;

	while ((first = heap_first(&d->heartbeats->due)) != NULL &&
	    first->at_ms <= now_ms)
		tell(d, first->owner, now_ms);
}

int64_t
heartbeats_deadline(const struct duty *d)
{
	const struct heap_node *first = heap_first(&d->heartbeats->due);

	return first == NULL ? NEVER : first->at_ms;
}

void
heartbeats_break(struct duty *d, int64_t now_ms)
{
	for (struct beat *b = d->heartbeats->beats; b != NULL; b = b->hh.next) {
		if (heartbeat_clamp(&b->core, now_ms))
			set_dirty(d, b);
		heartbeat_listen(&b->core, b->settings, false, now_ms);
		wait_for(d, b);
	}
}

/* Nobody waits for it any more, or it is well. */
static void
end(struct duty *d, const char *name, const char *by, int64_t now_ms)
{
	struct incident *inc;
	struct member *m = open_member(d, name, &inc);

	if (m != NULL)
		foreign_end(d, inc, m, by, now_ms, now_ms);
}

/* What is open of it goes on under its new name. */
static void
rename_beat(struct duty *d, struct beat *b, const char *name, int64_t now_ms)
{
	struct alarm a = { .event = ALARM_CHANGED, .kind = ALARM_FOREIGN };
	struct beat *new = add(d, name);

	set_subject(b->name, a.was);
	set_subject(name, a.subject);
	duty_renamed(d, &a, "reload", now_ms);
	new->core = b->core;
	b->core = (struct heartbeat){ 0 };
	set_dirty(d, new);
}

static void
leave(struct duty *d, struct beat *b, int64_t now_ms)
{
	end(d, b->name, "reload", now_ms);
	commit_unset(&d->pending, "heartbeats", b->name);
	duty_journal(d, NULL, "reload", "heartbeat left", b->name, now_ms);
	drop(d->heartbeats, b);
}

static void
set_paused(struct duty *d, struct beat *b, int64_t now_ms)
{
	bool paused = b->settings->disabled != NULL;

	if (paused == b->core.paused)
		return;
	if (paused)
		end(d, b->name, "reload", now_ms);
	else
		b->core.since_ms = now_ms;
	/* Whatever was before is nobody's concern any more. */
	b->core.started_ms = b->core.failed_ms = 0;
	b->core.untold = false;
	b->core.paused = paused;
	set_dirty(d, b);
}

static void
follow(struct duty *d, const struct heartbeat_settings *s, bool anew,
    int64_t now_ms)
{
	struct beat *b = find(d, s->name);
	struct beat *was = s->was == NULL ? NULL : find(d, s->was);

	if (b == NULL && was != NULL) {
		rename_beat(d, was, s->name, now_ms);
		b = find(d, s->name);
	}
	if (b == NULL) {
		b = add(d, s->name);
		heartbeat_begin(&b->core, now_ms);
		set_dirty(d, b);
	}
	b->settings = s;
	set_paused(d, b, now_ms);
	if (anew)
		heartbeat_listen(&b->core, s, true, now_ms);
	else
		heartbeat_excuse(&b->core, s, now_ms);
	wait_for(d, b);
}

void
heartbeats_follow(struct duty *d, bool anew, int64_t now_ms)
{
	struct beat *b, *next;

	HASH_ITER (hh, d->heartbeats->beats, b, next)
		b->settings = NULL; /* of the tree that goes */
	CONF_EACH (const struct heartbeat_settings, s, &d->settings->heartbeats)
		follow(d, s, anew, now_ms);
	HASH_ITER (hh, d->heartbeats->beats, b, next)
		if (b->settings == NULL)
			leave(d, b, now_ms);
}

/* False: it makes no sense, and is refused. */
static bool
read_call(struct request *r, struct heartbeat_call *call)
{
	const char *word = record_string(r->json, "what");
	const char *said = record_string(r->json, "said");
	int64_t code = record_int(r->json, "code", 0);

	if (word == NULL || !heartbeat_word(word, &call->word)) {
		request_refuse(r, "what: expected start, finish or fail");
		return false;
	}
	if (code < 0 || code > HEARTBEAT_CODE_MAX) {
		request_refuse(r, "code: expected 0 to %d", HEARTBEAT_CODE_MAX);
		return false;
	}
	call->code = (int)code;
	call->said = said == NULL ? "" : said;
	return true;
}

void
command_heartbeat(struct request *r)
{
	const char *name = record_string(r->json, "heartbeat");
	struct beat *b = name == NULL ? NULL : find(r->duty, name);
	struct heartbeat_call call;
	struct incident *inc;
	bool is_open;

	if (b == NULL) {
		request_refuse(r, "heartbeat: there is none of that name");
		return;
	}
	if (!read_call(r, &call))
		return;
	is_open = open_member(r->duty, b->name, &inc) != NULL;
	if (heartbeat_take(&b->core, b->settings, &call, is_open, r->now_ms))
		set_dirty(r->duty, b);
	wait_for(r->duty, b);
	if (call.word == HEARTBEAT_FINISH)
		end(r->duty, b->name, r->by, r->now_ms);
	request_agree(r, NULL, "Noted.");
}

static json_t *
beat_json(const struct duty *d, const struct heartbeat_settings *s,
    int64_t now_ms)
{
	const struct beat *b = find(d, s->name);
	const struct heartbeat *h = &b->core;
	json_t *o = json_object();
	struct incident *inc;

	record_set_text(o, "name", s->name);
	record_set_text(o, "state", heartbeat_state(h, s, now_ms));
	record_set_int(o, "every_ms", s->every_ms);
	record_set_int(o, "grace_ms", s->grace_ms);
	record_set_int(o, "severity", s->severity);
	if (s->client != NULL)
		record_set_text(o, "client", s->client->name);
	record_set_int(o, "last_ms", h->last_ms);
	record_set_int(o, "started_ms", h->started_ms);
	record_set_int(o, "took_ms", h->took_ms);
	record_set_int(o, "failed_ms", h->failed_ms);
	record_set_int(o, "code", h->code);
	if (h->said != NULL)
		record_set_text(o, "said", h->said);
	if (!h->paused)
		record_set_int(o, "next_ms", heartbeat_expected(h, s));
	else
		record_set_text(o, "disabled", s->disabled);
	if (open_member(d, s->name, &inc) != NULL)
		record_set_text(o, "incident", inc->id);
	return o;
}

json_t *
duty_query_heartbeats(const struct duty *d, const json_t *request,
    int64_t now_ms, bool *ok)
{
	json_t *list = json_array();

	(void)request;
	CONF_EACH (const struct heartbeat_settings, s, &d->settings->heartbeats)
		json_array_append_new(list, beat_json(d, s, now_ms));
	*ok = true;
	return json_pack("{s:o}", "heartbeats", list);
}
