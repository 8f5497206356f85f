/*
 * run_live: that we are alive, and which tree we run with, in sw:{a}:; and
 * whether all programs run with the same, and the collectors get through what
 * they take.  All of it may be lost.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hiredis/hiredis.h>
#include <jansson.h>

#include "lib/log.h"
#include "lib/text.h"
#include "pager/run_parts.h"

#define TREE_AGE_MAX_MS INT64_C(180000) /* older: that program has gone */
#define TREE_REMOVE_MS INT64_C(3600000)
#define FULL_AGE_MAX_MS INT64_C(90000) /* older: nothing is refused any more */

static void
on_ignored(void *arg, const struct redisReply *reply)
{
	(void)arg, (void)reply;
}

static void
tell_live(struct run *r)
{
	store_commandf(r->store, on_ignored, NULL,
	    "HSET " STORE_AGENT_GROUP "live pager %lld commit %lld",
	    (long long)clock_now_ms(), (long long)r->commit_ok_ms);
}

static void
tell_tree(struct run *r)
{
	char host[256] = "", name[300], value[160];

	gethostname(host, sizeof(host) - 1);
	text_format(name, sizeof(name), "pager@%s", host);
	text_format(value, sizeof(value), "{\"hash\": \"%s\", \"at_ms\": %lld}",
	    r->settings->hash, (long long)clock_now_ms());
	store_commandf(r->store, on_ignored, NULL,
	    "HSET " STORE_AGENT_GROUP "trees %s %s", name, value);
}

/* The tree of one program, or NULL: it has gone. */
static json_t *
tree_of(struct run *r, const struct redisReply *name,
    const struct redisReply *value)
{
	json_t *tree = json_loadb(value->str, value->len, 0, NULL);
	int64_t age_ms =
	    clock_now_ms() - json_integer_value(json_object_get(tree, "at_ms"));

	if (age_ms > TREE_REMOVE_MS)
		store_commandf(r->store, on_ignored, NULL,
		    "HDEL " STORE_AGENT_GROUP "trees %b", name->str,
		    (size_t)name->len);
	if (age_ms <= TREE_AGE_MAX_MS &&
	    json_string_value(json_object_get(tree, "hash")) != NULL)
		return tree;
	json_decref(tree);
	return NULL;
}

/* "collector@a" of the first that differs from ours; "" when none does. */
static void
find_other(struct run *r, const struct redisReply *reply, char out[200])
{
	*out = '\0';
	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		json_t *tree;

		if (reply->element[i]->type != REDIS_REPLY_STRING ||
		    reply->element[i + 1]->type != REDIS_REPLY_STRING)
			continue;
		tree = tree_of(r, reply->element[i], reply->element[i + 1]);
		if (tree != NULL && *out == '\0' &&
		    strcmp(json_string_value(json_object_get(tree, "hash")),
			r->settings->hash) != 0)
			text_format(out, 200, "%s", reply->element[i]->str);
		json_decref(tree);
	}
}

static void
on_trees(void *arg, const struct redisReply *reply)
{
	struct run *r = arg;
	int64_t now_us = clock_monotonic_us();
	char other[200], text[300];

	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY ||
	    r->phase != RUN_ACTIVE)
		return;
	find_other(r, reply, other);
	if (*other == '\0')
		r->trees_differ_since_us = 0;
	else if (r->trees_differ_since_us == 0)
		r->trees_differ_since_us = now_us;
	if (r->trees_differ_since_us != 0 &&
	    now_us - r->trees_differ_since_us < r->differ_ms * 1000)
		return;
	text_format(text, sizeof(text),
	    "%s runs with another configuration tree than the pager", other);
	duty_trouble(r->duty, "operations/trees", 3,
	    *other != '\0' ? text : NULL, clock_now_ms());
	run_turn(r);
}

/* "full:3": when an agent was last refused because of that shard's inbox. */
static const char *
full_shard(const struct redisReply *field, const struct redisReply *value)
{
	int64_t age_ms;

	if (field->type != REDIS_REPLY_STRING ||
	    value->type != REDIS_REPLY_STRING ||
	    strncmp(field->str, "full:", 5) != 0)
		return NULL;
	age_ms = clock_now_ms() - strtoll(value->str, NULL, 10);
	return age_ms > FULL_AGE_MAX_MS ? NULL : field->str + 5;
}

static void
on_lives(void *arg, const struct redisReply *reply)
{
	const char *full = NULL;
	struct run *r = arg;
	char text[300];

	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY ||
	    r->phase != RUN_ACTIVE)
		return;
	for (size_t i = 0; i + 1 < reply->elements && full == NULL; i += 2)
		full = full_shard(reply->element[i], reply->element[i + 1]);
	text_format(text, sizeof(text),
	    "the inbox of shard %.16s is full: no collector evaluates it, and "
	    "what agents see is refused",
	    full != NULL ? full : "");
	duty_trouble(r->duty, "operations/inbox", 2, full != NULL ? text : NULL,
	    clock_now_ms());
	run_turn(r);
}

void
run_live(struct run *r)
{
	int64_t now_us = clock_monotonic_us();

	if (!store_is_up(r->store))
		return;
	if (r->phase == RUN_ACTIVE)
		tell_live(r);
	if (r->trees_at_us != 0 &&
	    now_us - r->trees_at_us < r->trees_every_ms * 1000)
		return;
	r->trees_at_us = now_us;
	tell_tree(r);
	store_commandf(r->store, on_trees, r,
	    "HGETALL " STORE_AGENT_GROUP "trees");
	store_commandf(r->store, on_lives, r,
	    "HGETALL " STORE_AGENT_GROUP "live");
}
