#ifndef TESTS_UNIT_SHARD_WORLD_H
#define TESTS_UNIT_SHARD_WORLD_H

#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/shard.h"
#include "lib/alarm.h"
#include "lib/text.h"
#include "lib/wire.h"

/*
 * A shard, a store in memory and the story of what came out, one line per
 * alarm, with the clock in the margin.
 */

#define WORLD_BEGIN 1800000000000 /* 2027-01-15T08:00:00Z */
#define FIELDS_MAX 8000
#define ENTRIES_MAX 20000

struct world_field {
	char key[16], field[256];
	char *value;
	size_t length;
};

struct world_entry {
	char id[48];
	char *data;
	size_t length;
};

struct world {
	struct settings *settings;
	struct shard *shard;
	int64_t now_ms;
	struct world_field fields[FIELDS_MAX];
	size_t field_count;
	struct world_entry inbox[ENTRIES_MAX];
	size_t inbox_count, given;
	int64_t last_id_ms;
	int sub_id;
	int64_t seq;
	struct text story;   /* alarms */
	struct alarm last;   /* of them */
	struct text journal; /* lines */
	size_t sets;         /* fields written */
	bool quiet;          /* agents send nothing by themselves */
	bool budgets;        /* allowances are part of the story */
	char trims[3][64];   /* up to where: in, out, journal */
};

static inline struct world_field *
world_find(struct world *w, const char *key, const char *field)
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
	struct world_field *f = world_find(w, op->key, op->field);

	if (f == NULL) {
		assert_true(w->field_count < FIELDS_MAX);
		f = &w->fields[w->field_count++];
		text_copy(f->key, sizeof(f->key), op->key);
		text_copy(f->field, sizeof(f->field), op->field);
		f->value = NULL;
	}
	free(f->value);
	f->value = mem_alloc(op->length + 1);
	memcpy(f->value, op->value, op->length);
	f->length = op->length;
	w->sets++;
}

static inline void
world_unset(struct world *w, const struct commit_op *op)
{
	struct world_field *f = world_find(w, op->key, op->field);

	if (f == NULL)
		return;
	free(f->value);
	*f = w->fields[--w->field_count];
}

static inline void
world_alarm(struct world *w, const struct commit_op *op)
{
	struct alarm a;
	char error[160];

	if (alarm_decode(op->value, op->length, &a, error) != 0)
		fail_msg("%s", error);
	if (strncmp(a.subject, "operations/budget-", 18) == 0 && !w->budgets)
		return;
	w->last = a;
	text_addf(&w->story, "[%5lld] %s %s %s S%d%s: %s\n",
	    (long long)(w->now_ms - WORLD_BEGIN) / 1000, a.subject,
	    alarm_event_text(a.event), alarm_kind_text(a.kind), a.severity,
	    a.flapping ? " flapping" : "", a.text);
}

static inline void
world_trim(struct world *w, const struct commit_op *op)
{
	int i = strcmp(op->key, "in") == 0 ? 0
	    : strcmp(op->key, "out") == 0  ? 1
					   : 2;

	if (i == 2)
		assert_string_equal(op->key, "journal");
	text_format(w->trims[i], sizeof(w->trims[i]), "%.*s", (int)op->length,
	    (const char *)op->value);
}

static inline void
world_apply(struct world *w, const struct commit *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct commit_op *op = &c->ops[i];
		struct world_field *f;

		switch (op->kind) {
		case COMMIT_EXPECT:
			f = world_find(w, op->key, op->field);
			assert_string_equal(f == NULL ? "" : f->value,
			    (const char *)op->value);
			break;
		case COMMIT_SET:
			world_set(w, op);
			break;
		case COMMIT_UNSET:
			world_unset(w, op);
			break;
		case COMMIT_APPEND:
			if (strcmp(op->key, "out") == 0) {
				world_alarm(w, op);
				break;
			}
			assert_string_equal(op->key, "journal");
			text_addf(&w->journal, "%.*s\n", (int)op->length,
			    (const char *)op->value);
			break;
		case COMMIT_TRIM:
			world_trim(w, op);
			break;
		case COMMIT_REMOVE:
			text_addf(&w->journal, "removed %s\n",
			    (const char *)op->value);
			break;
		}
	}
}

static inline void
world_commit(struct world *w)
{
	struct commit c;

	commit_init(&c);
	while (shard_commit(w->shard, w->now_ms, &c)) {
		world_apply(w, &c);
		shard_committed(w->shard, w->now_ms);
	}
	assert_false(shard_is_urgent(w->shard));
	commit_clear(&c);
}

/* As the collector does it: what is long past is not loaded. */
static inline bool
world_loads(const char *key)
{
	return strcmp(key, "history") != 0 && strcmp(key, "oldvoids") != 0;
}

static inline void
world_load(struct world *w)
{
	char error[160];

	w->shard = shard_new(w->settings, 0);
	for (size_t i = 0; i < w->field_count; i++)
		if (world_loads(w->fields[i].key) &&
		    shard_load(w->shard, w->fields[i].key, w->fields[i].field,
			w->fields[i].value, w->fields[i].length, error) != 0)
			fail_msg("%s %s: %s", w->fields[i].key,
			    w->fields[i].field, error);
	shard_start(w->shard, w->now_ms);
}

/* Everything in the inbox after the shard's position. */
static inline void
world_read(struct world *w)
{
	for (; w->given < w->inbox_count; w->given++)
		shard_entry(w->shard, w->inbox[w->given].id,
		    w->inbox[w->given].data, w->inbox[w->given].length,
		    w->now_ms);
	shard_read_all(w->shard, w->now_ms);
	world_commit(w);
}

/* The process is killed and starts again: only what was committed counts. */
static inline void
world_restart(struct world *w)
{
	int64_t after_ms;

	shard_free(w->shard);
	world_load(w);
	after_ms = strtoll(shard_position(w->shard), NULL, 10);
	w->given = 0;
	while (w->given < w->inbox_count &&
	    strtoll(w->inbox[w->given].id, NULL, 10) <= after_ms)
		w->given++;
	world_read(w);
}

static inline void
world_begin(struct world *w, const char *yaml)
{
	struct conf_errors errors = { 0 };

	memset(w, 0, sizeof(*w));
	w->settings = settings_from_text(yaml, &errors);
	if (w->settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	w->now_ms = WORLD_BEGIN;
	world_load(w);
	world_read(w);
}

static inline void
world_end(struct world *w)
{
	shard_free(w->shard);
	settings_free(w->settings);
	for (size_t i = 0; i < w->field_count; i++)
		free(w->fields[i].value);
	for (size_t i = 0; i < w->inbox_count; i++)
		free(w->inbox[i].data);
	text_clear(&w->story);
	text_clear(&w->journal);
}

/* An entry in the inbox, not yet read. */
static inline void
world_store(struct world *w, const char *agent, const char *region,
    const struct wire_part *part, int64_t shift_ms, bool unsure)
{
	struct wire_bytes bytes, envelope;
	struct wire_envelope e = { .agent = agent,
		.region = region,
		.received_at_ms = w->now_ms,
		.shift_ms = shift_ms,
		.clock_unsure = unsure };
	struct world_entry *entry = &w->inbox[w->inbox_count++];

	assert_true(w->inbox_count < ENTRIES_MAX);
	wire_encode_part(part, &bytes);
	e.part = bytes.data;
	e.part_length = bytes.length;
	wire_encode_envelope(&e, &envelope);
	if (w->now_ms > w->last_id_ms) {
		w->last_id_ms = w->now_ms;
		w->sub_id = 0;
	}
	text_format(entry->id, sizeof(entry->id), "%lld-%d",
	    (long long)w->last_id_ms, w->sub_id++);
	entry->data = envelope.data;
	entry->length = envelope.length;
	wire_bytes_clear(&bytes);
}

static inline struct wire_part
world_part(struct world *w)
{
	struct wire_part part = { .from_seq = ++w->seq,
		.seq = w->seq,
		.closed_at_ms = w->now_ms };

	text_copy(part.spool, sizeof(part.spool), "00112233445566ff");
	return part;
}

/* Let time pass, as far as the shard's deadlines allow. */
static inline void
world_pass(struct world *w, int64_t until_ms)
{
	for (int turns = 0; shard_deadline(w->shard) <= until_ms; turns++) {
		int64_t at_ms = shard_deadline(w->shard);

		assert_true(turns < 100000);
		w->now_ms = at_ms > w->now_ms ? at_ms : w->now_ms;
		shard_time(w->shard, w->now_ms);
		world_commit(w);
		assert_true(
		    shard_deadline(w->shard) > w->now_ms || turns < 1000);
	}
	w->now_ms = until_ms;
}

static inline void
world_told(struct world *w, const char *expected)
{
	assert_string_equal(w->story.data == NULL ? "" : w->story.data,
	    expected);
	text_clear(&w->story);
}

#endif
