/* doctor_redis: what promises 1 and 8 demand of Redis; and its clock. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/doctor.h"
#include "cli/records.h"
#include "lib/clock.h"
#include "lib/store.h"
#include "lib/text.h"

#define CLOCK_DIFFERENCE_MS 1000

/* False: it is known to be wrong. */
static bool
look_at_setting(struct doctor *d, struct records *r, const char *name,
    const char *want)
{
	redisReply *reply = records_ask(r, "CONFIG GET %s", name);
	bool kept = true;

	if (reply == NULL || !records_is_texts(reply) || reply->elements != 2)
		doctor_find(d, FINDING_DOUBT, "redis",
		    "%s cannot be read: it must be %s", name, want);
	else if (strcmp(reply->element[1]->str, want) != 0) {
		doctor_find(d, FINDING_BAD, "redis", "%s is %s and must be %s",
		    name, reply->element[1]->str, want);
		kept = false;
	} else
		doctor_find(d, FINDING_GOOD, "redis", "%s %s", name, want);
	if (reply != NULL)
		freeReplyObject(reply);
	return kept;
}

/* Every write waits for so many replicas, or is refused. */
static void
look_at_replicas(struct doctor *d, struct records *r)
{
	redisReply *reply = records_ask(r, "INFO replication");
	const char *at = NULL;
	long long have;

	if (reply != NULL && reply->type == REDIS_REPLY_STRING)
		at = strstr(reply->str, "connected_slaves:");
	have = at != NULL ? strtoll(at + strlen("connected_slaves:"), NULL, 10)
			  : -1;
	if (d->settings->redis.wait_replicas > have)
		doctor_find(d, have < 0 ? FINDING_DOUBT : FINDING_BAD, "redis",
		    "%lld replicas are waited for, %s has fewer: nothing is "
		    "recorded",
		    (long long)d->settings->redis.wait_replicas,
		    d->settings->redis.address);
	if (reply != NULL)
		freeReplyObject(reply);
}

static void
look_at_clock(struct doctor *d, struct records *r)
{
	int64_t before_ms = clock_now_ms(), theirs_ms, difference_ms;
	redisReply *reply = records_ask(r, "TIME");

	if (reply == NULL || !records_is_texts(reply) || reply->elements != 2 ||
	    strlen(reply->element[0]->str) > 12) {
		doctor_find(d, FINDING_DOUBT, "clock",
		    "that of Redis cannot be read");
	} else {
		theirs_ms = strtoll(reply->element[0]->str, NULL, 10) * 1000 +
		    strtoll(reply->element[1]->str, NULL, 10) / 1000;
		difference_ms = theirs_ms - before_ms;
		doctor_find(d,
		    llabs(difference_ms) > CLOCK_DIFFERENCE_MS ? FINDING_DOUBT
							       : FINDING_GOOD,
		    "clock", "Redis: %lld ms %s", llabs(difference_ms),
		    difference_ms >= 0 ? "ahead" : "behind");
	}
	if (reply != NULL)
		freeReplyObject(reply);
}

void
doctor_redis(struct doctor *d, struct records *r)
{
	const struct store_durability *s;
	bool kept = true;

	for (s = store_durability; s->name != NULL; s++)
		kept = look_at_setting(d, r, s->name, s->wanted) && kept;
	if (!kept)
		doctor_break(d, "1 and 8",
		    "what was acknowledged may be lost with the power");
	if (d->settings->redis.wait_replicas > 0)
		look_at_replicas(d, r);
	look_at_clock(d, r);
}
