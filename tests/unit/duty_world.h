#ifndef TESTS_UNIT_DUTY_WORLD_H
#define TESTS_UNIT_DUTY_WORLD_H

/*
 * A world for the pager's core: a store that keeps what was committed, and
 * sinks that write down what was handed to them, with the clock in the
 * margin.  A restart forgets everything but the store.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alarm.h"
#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty.h"
#include "tests/unit/duty_check.h"

struct field {
	char key[32], field[96];
	char *value;
	size_t length;
};

struct world {
	struct settings *settings;
	struct duty *duty;
	struct field *fields;
	size_t field_count;
	struct text text;       /* what sinks and askers saw */
	struct text last;       /* the last message's body */
	struct message message; /* the last one, without its body */
	char answer[800];
	bool answer_ok;
	int64_t begin_ms, now_ms;
	enum sent outcome;    /* of every message */
	bool hold_outcomes;   /* none is known yet */
	bool hold_commits;    /* none becomes durable */
	char pending[64][24]; /* intents without outcome, hold_outcomes */
	size_t pending_count;
	int sends, commits;
	struct text *tape;        /* whole messages go here, too; or NULL */
	struct text *journal;     /* its lines go here; or NULL */
	unsigned long long entry; /* number of the last alarm */
};

/* How these trees begin; more people follow. */
#define WORLD_HEAD                                                             \
	"site: { name: Kahu, url: 'https://status.kahu.example',"              \
	" links: 'https://p.example', last_resort: [moana] }\n"                \
	"redis: unix:/nowhere\n"                                               \
	"agents:\n"                                                            \
	"  - { name: a, region: r1, token_sha256: "                            \
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n" \
	"  - { name: b, region: r2, token_sha256: "                            \
	"8f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }\n" \
	"channels:\n"                                                          \
	"  - { kind: terminal }\n"                                             \
	"  - { kind: mail, server: 'smtp://127.0.0.1:25', from: "              \
	"p@kahu.example }\n"                                                   \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, email: i@kahu.example,"        \
	" reach: [terminal 0s, mail 1m] }\n"                                   \
	"  - { name: tom, zone: Europe/London, email: t@kahu.example,"         \
	" reach: [mail 0s] }\n"

static const char world_tree[] = WORLD_HEAD
    "  - { name: maya, zone: America/New_York, email: m@kahu.example,"
    " reach: [mail 0s] }\n"
    "  - { name: moana, zone: Pacific/Auckland, email: o@kahu.example,"
    " reach: [mail 0s] }\n"
    "rotas:\n"
    "  - name: support\n"
    "    max_watch: 24h\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: '08:00', people: [isla] }\n"
    "      - { zone: America/New_York, takes_over: '09:00',"
    " people: [maya] }\n"
    "ladders:\n"
    "  - name: standard\n"
    "    levels:\n"
    "      - { call: rota support, patience: 5m }\n"
    "      - { call: person tom, patience: 5m }\n"
    "platforms:\n"
    "  - { name: cluster, defaults: { runbook: "
    "'https://wiki.kahu.example/cluster' } }\n"
    "clients:\n"
    "  - name: acme\n"
    "    title: Acme University\n"
    "    zone: Pacific/Auckland\n"
    "    sla: gold\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.acme.example/',"
    " platform: cluster, runbook: 'https://wiki.kahu.example/learn' }\n"
    "      - { name: library, url: 'https://library.acme.example/',"
    " platform: cluster }\n"
    "      - { name: web, url: 'https://web.acme.example/' }\n"
    "  - name: birch\n"
    "    title: Birch College\n"
    "    zone: Europe/London\n"
    "    sla: gold\n"
    "    publish: held\n"
    "    publish_after: 10m\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.birch.example/',"
    " platform: cluster }\n";

static inline void
world_sign(void *arg, const char *incident, const char *person,
    const char *intent, char *token, size_t room)
{
	(void)arg;
	text_format(token, room, "%s~%s~%s", incident, person, intent);
}

static inline struct settings *
world_settings(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(yaml, &errors);

	if (s == NULL) {
		for (size_t i = 0; i < errors.list.count; i++)
			fprintf(stderr, "%s\n",
			    ((struct conf_complaint *)errors.list.items)[i]
				.text);
		abort();
	}
	conf_errors_clear(&errors);
	return s;
}

static inline void
world_begin(struct world *w, const char *yaml, const char *at)
{
	*w = (struct world){ .outcome = SENT_HANDED_OVER };
	w->settings = world_settings(yaml);
	if (!civil_parse(at, &w->begin_ms))
		abort();
	w->now_ms = w->begin_ms;
	w->duty = duty_new(w->settings, world_sign, w);
	duty_start(w->duty, w->now_ms);
}

static inline void
world_end(struct world *w)
{
	duty_free(w->duty);
	for (size_t i = 0; i < w->field_count; i++)
		free(w->fields[i].value);
	free(w->fields);
	text_clear(&w->text);
	text_clear(&w->last);
	settings_free(w->settings);
}

static inline struct field *
world_field(struct world *w, const char *key, const char *field)
{
	for (size_t i = 0; i < w->field_count; i++)
		if (strcmp(w->fields[i].key, key) == 0 &&
		    strcmp(w->fields[i].field, field) == 0)
			return &w->fields[i];
	return NULL;
}

static inline void
world_set(struct world *w, const struct commit_op *op)
{
	struct field *f = world_field(w, op->key, op->field);

	if (f == NULL) {
		w->fields = mem_grow(w->fields,
		    (w->field_count + 1) * sizeof(*w->fields));
		f = &w->fields[w->field_count++];
		*f = (struct field){ 0 };
		text_copy(f->key, sizeof(f->key), op->key);
		text_copy(f->field, sizeof(f->field), op->field);
	}
	free(f->value);
	f->value = mem_alloc(op->length + 1);
	memcpy(f->value, op->value, op->length);
	f->length = op->length;
}

static inline void
world_unset(struct world *w, const struct commit_op *op)
{
	struct field *f = world_field(w, op->key, op->field);

	if (f == NULL)
		return;
	free(f->value);
	*f = w->fields[--w->field_count];
}

static inline void
world_apply(struct world *w, const struct commit *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->ops[i].kind == COMMIT_SET)
			world_set(w, &c->ops[i]);
		if (c->ops[i].kind == COMMIT_UNSET)
			world_unset(w, &c->ops[i]);
		if (c->ops[i].kind == COMMIT_APPEND && w->journal != NULL &&
		    strcmp(c->ops[i].key, "journal") == 0)
			text_addf(w->journal, "%.*s\n", (int)c->ops[i].length,
			    (const char *)c->ops[i].value);
	}
	w->commits++;
}

static inline void
world_stamp(struct world *w)
{
	text_addf(&w->text, "[%5lld] ",
	    (long long)(w->now_ms - w->begin_ms) / 1000);
}

static inline void
world_sent_to_sink(struct world *w, struct message *m)
{
	static const char *const kinds[] = { "call", "taken", "resolved",
		"member", "expired", "hand-over", "test", "update due",
		"last resort", "digest", "rota", "reopened", "contact" };
	const char *channel = channel_text(m->channel);

	world_stamp(w);
	text_addf(&w->text, "%s %s by %s%s%s\n", kinds[m->kind], m->person,
	    channel, m->possible_repeat ? " (repeat?)" : "",
	    m->store_down ? " (store down)" : "");
	w->sends++;
	if (w->tape != NULL)
		text_addf(w->tape,
		    "==== %s to %s by %s\n%s\n[%zu] %s\n----\n%s\n",
		    kinds[m->kind], m->person, channel, m->subject,
		    strlen(m->sms), m->sms, m->body);
	text_clear(&w->last);
	text_add(&w->last, m->body);
	w->message = *m;
	w->message.body = NULL;
}

static inline void
world_act(struct world *w, struct duty_action *a)
{
	if (a->what == DUTY_ANSWER) {
		world_stamp(w);
		text_addf(&w->text, "answer %d %s\n", (int)a->command,
		    a->ok ? "ok" : "refused");
		text_copy(w->answer, sizeof(w->answer), a->answer);
		w->answer_ok = a->ok;
	} else {
		char intent[24];

		text_copy(intent, sizeof(intent), a->message.intent);
		world_sent_to_sink(w, &a->message);
		if (!w->hold_outcomes)
			duty_sent(w->duty, intent, w->outcome, "", w->now_ms);
		else if (w->pending_count < 64)
			text_copy(w->pending[w->pending_count++], 24, intent);
	}
	duty_action_clear(a);
}

/* What is kept in order is what a walk finds, while that is short. */
static inline void
world_check(const struct world *w)
{
	const char *wrong = NULL;

	if (HASH_COUNT(w->duty->incidents) < 100)
		wrong = duty_check(w->duty, w->now_ms);
	if (wrong == NULL)
		return;
	fprintf(stderr, "# at %lld s: %s\n",
	    (long long)(w->now_ms - w->begin_ms) / 1000, wrong);
	abort();
}

/* Commit and act until nothing more comes of it. */
static inline void
world_settle(struct world *w)
{
	struct duty_action a;
	struct commit c;
	bool busy = true;

	world_check(w);
	commit_init(&c);
	while (busy) {
		busy = !w->hold_commits && duty_commit(w->duty, w->now_ms, &c);
		if (busy) {
			world_apply(w, &c);
			duty_committed(w->duty);
		}
		commit_clear(&c);
		while (duty_next(w->duty, w->now_ms, &a) != DUTY_NOTHING) {
			world_act(w, &a);
			busy = true;
		}
	}
	world_check(w);
}

static inline void
world_pass(struct world *w, int64_t seconds)
{
	int64_t until_ms = w->now_ms + seconds * 1000, due_ms;

	while ((due_ms = duty_deadline(w->duty)) <= until_ms) {
		if (due_ms > w->now_ms)
			w->now_ms = due_ms;
		duty_time(w->duty, w->now_ms);
		world_settle(w);
		if (w->hold_commits && duty_deadline(w->duty) <= w->now_ms)
			break;
	}
	w->now_ms = until_ms;
}

/* kill -9, and a new process with what the store has. */
static inline void
world_restart(struct world *w)
{
	char error[160];

	duty_free(w->duty);
	w->duty = duty_new(w->settings, world_sign, w);
	for (size_t i = 0; i < w->field_count; i++)
		if (duty_load(w->duty, w->fields[i].key, w->fields[i].field,
			w->fields[i].value, w->fields[i].length, error) != 0)
			fprintf(stderr, "# %s %s: %s\n", w->fields[i].key,
			    w->fields[i].field, error);
	w->pending_count = 0;
	duty_start(w->duty, w->now_ms);
	world_settle(w);
}

/* An alarm about an endpoint; client and platform are as configured. */
static inline struct alarm
world_alarm(struct world *w, enum alarm_event event, const char *subject,
    int severity)
{
	const struct endpoint *e = settings_endpoint(w->settings, subject);
	struct alarm a = { .event = event,
		.kind = e == NULL ? ALARM_OPERATIONS : ALARM_DOWN,
		.severity = severity,
		.at_ms = w->now_ms,
		.since_ms = w->now_ms - 30000,
		.last_good_ms = w->now_ms - 60000,
		.first_failed_ms = w->now_ms - 30000,
		.fresh = 2,
		.quorum = 2,
		.evidence_count = 1 };

	text_copy(a.subject, sizeof(a.subject), subject);
	if (e != NULL) {
		text_copy(a.client, sizeof(a.client), e->client->name);
		if (e->platform != NULL)
			text_copy(a.platform, sizeof(a.platform),
			    e->platform->name);
	}
	if (event == ALARM_CLEARED) {
		a.since_ms = 0; /* as it was said before */
		a.until_ms = w->now_ms;
		a.until_before_ms = w->now_ms - 30000;
	}
	text_copy(a.text, sizeof(a.text),
	    "is down: answered 503, seen by 2 of 2 regions");
	text_copy(a.evidence[0].region, sizeof(a.evidence[0].region), "r1");
	a.evidence[0].outcome = OUTCOME_FAILED;
	a.evidence[0].reason = REASON_HTTP_STATUS;
	a.evidence[0].fresh = true;
	a.evidence[0].since_at_ms = w->now_ms - 30000;
	text_copy(a.evidence[0].detail, DETAIL_MAX, "answers 503");
	return a;
}

static inline void
world_tell(struct world *w, const struct alarm *a)
{
	char *json = alarm_encode(a), id[32];

	text_format(id, sizeof(id), "%llu-0", ++w->entry);
	duty_alarm(w->duty, 0, id, json, strlen(json), w->now_ms);
	free(json);
	world_settle(w);
}

static inline void
world_raise(struct world *w, enum alarm_event event, const char *subject,
    int severity)
{
	struct alarm a = world_alarm(w, event, subject, severity);

	world_tell(w, &a);
}

static inline void
world_command(struct world *w, const char *json)
{
	duty_command(w->duty, 1, json, strlen(json), "test", w->now_ms);
	world_settle(w);
}

#endif
