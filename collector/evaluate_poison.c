/*
 * An entry that kills whoever reads it must not stop the rest for ever.
 *
 * "starts" in the store counts starts that have not yet got through the
 * inbox.  A start that finds an earlier one there reads carefully: before
 * each entry it writes down which, and how often we have died of it.  After
 * POISON_DEATHS the entry is set aside: it stands in "poison", the shard
 * makes void what it may have held and tells a human, and the rest goes on.
 * Should even looking at who sent it be deadly, that is left out next time.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/evaluate_parts.h"
#include "lib/alarm.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"

#define POISON_DEATHS 3
#define COUNT_MAX 1000000000
#define POISON_SEVERITY 2
#define DEADLY "the program died of it, again and again"

/* A number of shards, starts or deaths; false: it is none. */
static bool
read_count(const char *text, int64_t *out)
{
	char *end;

	*out = strtoll(text, &end, 10);
	return end != text && *end == '\0' && *out >= 0 && *out <= COUNT_MAX;
}

bool
worker_remember(struct worker *w, const char *field, const char *value,
    size_t length)
{
	char text[80] = "";
	char *space;
	int64_t n;

	if (length < sizeof(text))
		memcpy(text, value, length);
	if (strcmp(field, "shards") == 0) {
		if (!read_count(text, &n) || n == 0)
			return false;
		text_copy(w->shards_text, sizeof(w->shards_text), text);
	} else if (strcmp(field, "starts") == 0) {
		if (!read_count(text, &n))
			return false;
		w->starts = n;
	} else if (strcmp(field, "suspect") == 0) {
		space = strchr(text, ' ');
		if (space == NULL || !read_count(space + 1, &n))
			return false;
		*space = '\0';
		text_copy(w->suspect, sizeof(w->suspect), text);
		w->suspected = n;
	}
	return true;
}

void
worker_count_start(struct worker *w)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, ++w->starts);
	commit_set_text(&w->repairs, "worker", "starts", text);
}

bool
worker_is_careful(const struct worker *w)
{
	return w->starts > 1;
}

/* The name may be anybody's bytes. */
static void
tell_human(struct worker *w, struct commit *c, const char *name,
    const char *why)
{
	struct alarm *a = mem_alloc(sizeof(*a));
	struct text said = { 0 };
	char *json;

	a->event = ALARM_RAISED;
	a->kind = ALARM_OPERATIONS;
	a->severity = POISON_SEVERITY;
	a->at_ms = a->since_ms = clock_now_ms();
	text_format(a->subject, sizeof(a->subject), "operations/poison/%u",
	    w->number);
	text_add_plain(&said, name);
	text_addf(&said, " of %s was set aside (poison): ", w->group);
	text_add_plain(&said, why);
	text_copy(a->text, sizeof(a->text), said.data);
	text_clear(&said);
	json = alarm_encode(a);
	commit_append(c, "out", json, strlen(json));
	free(json);
	free(a);
}

void
worker_set_aside(struct worker *w, struct commit *c, const char *name,
    const void *value, size_t length, const char *why)
{
	log_warnx("shard %u: %s set aside: %s", w->number, name, why);
	commit_set(c, "poison", name, value, length);
	tell_human(w, c, name, why);
}

static void
skip(struct worker *w, const char *data, size_t length)
{
	log_warnx("shard %u: entry %s set aside: %s", w->number, w->suspect,
	    DEADLY);
	CRASH_POINT("evaluate-aside");
	shard_set_aside(w->shard, w->suspect, data,
	    w->suspected > POISON_DEATHS + 1 ? 0 : length, DEADLY,
	    clock_now_ms());
}

/* The entry in w->entry may be read now, or has been set aside. */
static void
on_written(struct worker *w, bool may_read)
{
	char *data = w->entry;
	size_t length = w->entry_length;

	w->entry = NULL;
	if (may_read)
		worker_feed(w, w->suspect, data, length);
	else
		skip(w, data, length);
	free(data);
	worker_pump(w);
	if (w->state == WORKER_RUNNING)
		worker_read(w);
}

static void
on_suspected(void *arg, enum store_outcome outcome)
{
	struct worker *w = errand_end(arg);

	if (w == NULL)
		return;
	if (outcome == STORE_DONE)
		on_written(w, true);
	else
		worker_drop(w, "an entry could not be suspected");
}

static void
on_set_aside(void *arg, enum store_outcome outcome)
{
	struct worker *w = errand_end(arg);

	if (w == NULL)
		return;
	if (outcome == STORE_DONE)
		on_written(w, false);
	else
		worker_drop(w, "an entry could not be set aside");
}

void
worker_read_carefully(struct worker *w, const char *id, const char *data,
    size_t length)
{
	bool again = strcmp(w->suspect, id) == 0;
	char text[80], name[80];
	struct commit c;

	w->suspected = again ? w->suspected + 1 : 1;
	text_copy(w->suspect, sizeof(w->suspect), id);
	w->entry = mem_copy(data, length);
	w->entry_length = length;
	commit_init(&c);
	text_format(text, sizeof(text), "%s %" PRId64, id, w->suspected);
	commit_set_text(&c, "worker", "suspect", text);
	if (w->suspected > POISON_DEATHS) {
		text_format(name, sizeof(name), "in.%s", id);
		commit_set(&c, "poison", name, data, length);
	}
	store_commit(w->evaluate->store, w->group, w->token, &c,
	    w->suspected > POISON_DEATHS ? on_set_aside : on_suspected,
	    errand_new(w));
	commit_clear(&c);
}

static void
on_forgotten(void *arg, enum store_outcome outcome)
{
	struct worker *w = errand_end(arg);

	if (w != NULL && outcome != STORE_DONE)
		worker_drop(w, "a commit was refused");
}

void
worker_got_through(struct worker *w)
{
	struct commit c;

	if (w->starts == 0)
		return;
	w->starts = 0;
	commit_init(&c);
	commit_unset(&c, "worker", "starts");
	commit_unset(&c, "worker", "suspect");
	store_commit(w->evaluate->store, w->group, w->token, &c, on_forgotten,
	    errand_new(w));
	commit_clear(&c);
}
