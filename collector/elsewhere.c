/* elsewhere: see elsewhere.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "collector/elsewhere.h"
#include "lib/text.h"

#define PIECE 1000 /* fields that Redis looks at in one step */

/* One question: first for the name, if there is one, then for the holder. */
struct asked {
	struct worker *worker;
	struct assent_named named;
	char cursor[32];
	elsewhere_done *done;
	void *arg;
};

static void
end(struct asked *x, const char *why)
{
	x->done(x->arg, why);
	free(x);
}

static void
on_holder(void *arg, const struct redisReply *r)
{
	struct asked *x = arg;
	char us[96], host[64] = "", by[64] = "", why[300];
	unsigned shard = x->worker->number;

	door_name(us);
	if (r == NULL)
		text_copy(why, sizeof(why),
		    "the store is away: nothing can be recorded");
	else if (r->type == REDIS_REPLY_ARRAY && r->elements == 2 &&
	    r->element[0]->type == REDIS_REPLY_STRING &&
	    r->element[1]->type == REDIS_REPLY_STRING &&
	    sscanf(r->element[1]->str, "%20[0-9] %63s", by, host) == 2)
		text_format(why, sizeof(why),
		    "shard %u is evaluated by process %s on %s, and this is "
		    "%s: ask there%s",
		    shard, by, host, us,
		    x->named.key != NULL ? ", for one client at a time" : "");
	else
		text_format(why, sizeof(why),
		    "shard %u is evaluated by nobody at the moment: try again "
		    "soon",
		    shard);
	end(x, why);
}

static void
ask_holder(struct asked *x)
{
	const char *group = x->worker->group;

	store_commandf(x->worker->evaluate->store, on_holder, x,
	    "EVAL %s 2 %slease %sworker",
	    "return {redis.call('GET', KEYS[1]), "
	    "redis.call('HGET', KEYS[2], 'holder')}",
	    group, group);
}

/* [cursor, [field, value, ...]] */
static bool
is_step(const redisReply *r)
{
	return r != NULL && r->type == REDIS_REPLY_ARRAY && r->elements == 2 &&
	    r->element[0]->type == REDIS_REPLY_STRING &&
	    r->element[1]->type == REDIS_REPLY_ARRAY;
}

static void ask_name(struct asked *);

static void
on_step(void *arg, const struct redisReply *r)
{
	struct asked *x = arg;

	if (!is_step(r)) {
		end(x, "the store is away: nothing can be recorded");
		return;
	}
	text_copy(x->cursor, sizeof(x->cursor), r->element[0]->str);
	if (r->element[1]->elements > 0)
		ask_holder(x);
	else if (strcmp(x->cursor, "0") != 0)
		ask_name(x);
	else
		end(x, NULL);
}

/* "CLIENT|NAME", of any client.  A name has nothing that means more. */
static void
ask_name(struct asked *x)
{
	store_commandf(x->worker->evaluate->store, on_step, x,
	    "HSCAN %s%s %s MATCH *|%s COUNT %d", x->worker->group, x->named.key,
	    x->cursor, x->named.id, PIECE);
}

void
elsewhere_ask(struct worker *w, const struct assent_named *named,
    elsewhere_done *done, void *arg)
{
	struct asked *x = mem_alloc(sizeof(*x));

	*x = (struct asked){ .worker = w,
		.named = *named,
		.cursor = "0",
		.done = done,
		.arg = arg };
	if (named->key != NULL)
		ask_name(x);
	else
		ask_holder(x);
}
