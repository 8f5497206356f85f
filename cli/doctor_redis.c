/* doctor_redis: what promises 1 and 8 demand of Redis; and its clock. */
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "cli/doctor.h"
#include "cli/records.h"
#include "lib/clock.h"
#include "lib/text.h"

#define CLOCK_DIFFERENCE_MS 1000

static const struct {
	const char *name, *want;
} demanded[] = {
	{ "appendonly", "yes" },
	{ "appendfsync", "always" },
	{ "no-appendfsync-on-rewrite", "no" },
	{ "maxmemory-policy", "noeviction" },
};

static void
look_at_setting(struct doctor *d, redisContext *r, const char *name,
    const char *want)
{
	redisReply *reply = records_ask(r, "CONFIG GET %s", name);

	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY ||
	    reply->elements != 2)
		doctor_find(d, FINDING_DOUBT, "redis",
		    "%s cannot be read: it must be %s", name, want);
	else if (strcmp(reply->element[1]->str, want) != 0)
		doctor_find(d, FINDING_BAD, "redis",
		    "%s is %s and must be %s: acknowledged data may be lost",
		    name, reply->element[1]->str, want);
	else
		doctor_find(d, FINDING_GOOD, "redis", "%s %s", name, want);
	if (reply != NULL)
		freeReplyObject(reply);
}

static void
look_at_clock(struct doctor *d, redisContext *r)
{
	int64_t before_ms = clock_now_ms(), theirs_ms, difference_ms;
	redisReply *reply = records_ask(r, "TIME");

	if (reply == NULL || reply->type != REDIS_REPLY_ARRAY ||
	    reply->elements != 2) {
		doctor_find(d, FINDING_DOUBT, "clock",
		    "the store's clock cannot be read");
	} else {
		theirs_ms = strtoll(reply->element[0]->str, NULL, 10) * 1000 +
		    strtoll(reply->element[1]->str, NULL, 10) / 1000;
		difference_ms = theirs_ms - before_ms;
		doctor_find(d,
		    llabs(difference_ms) > CLOCK_DIFFERENCE_MS ? FINDING_DOUBT
							       : FINDING_GOOD,
		    "clock", "the store's differs by %lld ms from ours",
		    (long long)difference_ms);
	}
	if (reply != NULL)
		freeReplyObject(reply);
}

void
doctor_redis(struct doctor *d, redisContext *r)
{
	for (size_t i = 0; i < sizeof(demanded) / sizeof(demanded[0]); i++)
		look_at_setting(d, r, demanded[i].name, demanded[i].want);
	look_at_clock(d, r);
}
