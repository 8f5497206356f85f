/*
 * How a worker comes to run: lease, schema, load, repairs; and how it keeps
 * its lease.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <hiredis/hiredis.h>

#include "collector/evaluate_parts.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/record.h"
#include "lib/sign.h"
#include "lib/text.h"

/* What of a group is loaded; the rest is streams, or ingest's. */
static const char *const loaded_keys[] = { "worker", "meta", "runs", "voids",
	"states", "outages", "terms", "windows", "exclusions", "annotations",
	"names", "early", "alarms", "agents", "poison", "imports", NULL };

static void
start(struct worker *w)
{
	w->state = WORKER_RUNNING;
	w->said_other = false;
	shard_start(w->shard, clock_now_ms());
	text_copy(w->position, sizeof(w->position), shard_position(w->shard));
	log_info("shard %u: evaluating fence=%" PRId64 " from=%s", w->number,
	    w->fence, w->position);
	CRASH_POINT("evaluate-loaded");
	worker_read(w);
	worker_pump(w);
}

static void
on_repaired(void *arg, enum store_outcome outcome)
{
	struct worker *w = errand_end(arg);

	if (w == NULL)
		return;
	if (outcome == STORE_DONE)
		start(w);
	else
		worker_drop(w, "what was set aside could not be written");
}

/*
 * A record that cannot be read must not stop the rest; only which program
 * wrote it is about all of it.
 */
static void
refuse_field(struct worker *w, const char *key, const char *field,
    const void *value, size_t length, const char *error)
{
	char name[400];

	if (strcmp(key, "meta") == 0 && strcmp(field, "shard_schema") == 0) {
		log_warnx("shard %u: %s", w->number, error);
		w->refused = "the schema does not fit";
		return;
	}
	if (commit_is_full(&w->repairs))
		return; /* the next load finds the rest */
	text_format(name, sizeof(name), "%s.%s", key, field);
	commit_unset(&w->repairs, key, field);
	worker_set_aside(w, &w->repairs, name, value, length, error);
}

/* What is half a history must not be taken for one. */
static void
look_at_import(struct worker *w, const char *client, const void *value,
    size_t length)
{
	json_t *mark = json_loadb(value, length, 0, NULL);
	bool is_whole = record_bool(mark, "whole");

	json_decref(mark);
	if (is_whole)
		return;
	log_warnx("shard %u: the import of %s was begun and is not finished: "
		  "run \"sunwatch import\" again",
	    w->number, client);
	w->refused = "an import is not finished";
}

static void
on_field(void *arg, const char *key, const char *field, const void *value,
    size_t length)
{
	struct worker *w = errand_worker(arg);
	char error[160] = "worker: unreadable";

	if (w == NULL)
		return;
	if (strcmp(key, "imports") == 0)
		look_at_import(w, field, value, length);
	else if (strcmp(key, "worker") == 0) {
		if (!worker_remember(w, field, value, length))
			refuse_field(w, key, field, value, length, error);
	} else if (shard_load(w->shard, key, field, value, length, error) != 0)
		refuse_field(w, key, field, value, length, error);
}

/* The number of shards is fixed when the first record is written. */
static void
agree_on_shards(struct worker *w)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", w->evaluate->count);
	if (w->shards_text[0] == '\0')
		commit_set_text(&w->repairs, "worker", "shards", text);
	else if (strcmp(text, w->shards_text) != 0) {
		log_warnx("shard %u: the store was begun with shards: %s, "
			  "the configuration says %s",
		    w->number, w->shards_text, text);
		w->refused = "the number of shards is fixed";
	}
}

static void
repair(struct worker *w)
{
	char holder[96];

	door_name(holder);
	commit_set_text(&w->repairs, "worker", "holder", holder);
	worker_count_start(w);
	store_commit(w->evaluate->store, w->group, w->token, &w->repairs,
	    on_repaired, errand_new(w));
	commit_clear(&w->repairs);
}

/* The first shard says so as well; beyond its number there is nobody's data. */
static void
on_first(void *arg, const redisReply *r)
{
	struct worker *w = errand_end(arg);
	long shards;

	if (w == NULL)
		return;
	shards = r != NULL && r->type == REDIS_REPLY_STRING
	    ? strtol(r->str, NULL, 10)
	    : 0;
	if (r == NULL)
		worker_drop(w, "it could not be loaded");
	else if (shards > 0 && shards != (long)w->evaluate->count)
		worker_drop(w, "the number of shards is fixed");
	else
		repair(w);
}

static void
on_loaded(void *arg, bool ok)
{
	struct worker *w = errand_end(arg);

	if (w == NULL)
		return;
	if (!ok)
		w->refused = "it could not be loaded";
	else
		agree_on_shards(w);
	if (w->refused != NULL) {
		worker_drop(w, w->refused);
		return;
	}
	if (w->number == 0)
		repair(w);
	else
		store_commandf(w->evaluate->store, on_first, errand_new(w),
		    "HGET sw:{c0}:worker shards");
}

static void
on_schema(void *arg, enum store_outcome outcome)
{
	struct worker *w = errand_end(arg);

	if (w == NULL)
		return;
	if (outcome != STORE_DONE) {
		if (outcome == STORE_NEWER)
			log_warnx("shard %u: a newer program has written "
				  "here",
			    w->number);
		worker_drop(w, "the schema does not fit");
		return;
	}
	w->shard = shard_new(w->evaluate->settings, w->number);
	store_load(w->evaluate->store, w->group, loaded_keys, on_field,
	    on_loaded, errand_new(w));
}

static void
on_taken(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct worker *w = errand_end(arg);

	if (w == NULL)
		return;
	if (outcome != STORE_DONE) {
		if (outcome == STORE_FENCED && !w->said_other)
			log_info("shard %u: another has the lease: standing "
				 "by",
			    w->number);
		w->said_other = outcome == STORE_FENCED;
		worker_drop(w, "");
		/* Whoever has it may die any moment: asked at each tick. */
		w->rest_ms = 0;
		w->not_before_ms = 0;
		return;
	}
	CRASH_POINT("evaluate-leased");
	w->state = WORKER_LOADING;
	w->fence = fence;
	store_schema(w->evaluate->store, w->group, w->token, on_schema,
	    errand_new(w));
}

/* Given back in good order: the next one need not wait for its end. */
void
worker_unlease(struct worker *w)
{
	if (w->token[0] != '\0' && store_is_up(w->evaluate->store))
		store_unlease(w->evaluate->store, w->group, w->token);
	w->token[0] = '\0';
	w->fence = 0;
}

/* A new token each time: an old one never comes to life again. */
void
worker_take(struct worker *w, int64_t now_ms)
{
	char dead[64];

	worker_unlease(w); /* it may still be ours under the old one */
	if (lease_file_dead(w->evaluate->leases, w->group, dead))
		store_unlease(w->evaluate->store, w->group, dead);
	w->state = WORKER_TAKING;
	w->renewed_ms = now_ms;
	sign_random(w->token, sizeof(w->token) - 1);
	lease_file_hold(w->evaluate->leases, w->group, w->token);
	store_lease(w->evaluate->store, w->group, w->token, 0,
	    EVALUATE_LEASE_MS, on_taken, errand_new(w));
}

static void
on_renewed(void *arg, enum store_outcome outcome, int64_t fence)
{
	struct worker *w = errand_end(arg);

	(void)fence;
	if (w != NULL && outcome == STORE_FENCED)
		worker_drop(w, "another has had the lease");
}

void
worker_renew(struct worker *w, int64_t now_ms)
{
	w->renewed_ms = now_ms;
	store_lease(w->evaluate->store, w->group, w->token, w->fence,
	    EVALUATE_LEASE_MS, on_renewed, errand_new(w));
}
