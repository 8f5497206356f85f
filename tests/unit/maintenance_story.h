#ifndef TESTS_UNIT_MAINTENANCE_STORY_H
#define TESTS_UNIT_MAINTENANCE_STORY_H

/* Stories of a shard whose people announce maintenance. */
#include "collector/shard_command.h"
#include "tests/unit/shard_story.h"

/* What was answered last: the refusal, or what was said; and warned of. */
static char answer[2000], warning[2000];

static inline void
keep_answer(bool done, const struct shard_reply *r)
{
	text_format(answer, sizeof(answer), "%s%s",
	    done && r->said.data != NULL ? r->said.data : "",
	    done ? "" : r->error);
	text_copy(warning, sizeof(warning),
	    done && r->warned.data != NULL ? r->warned.data : "");
}

/* As the door does it: checked first, and durable when it is answered. */
static inline bool __attribute__((format(printf, 1, 2)))
command(const char *fmt, ...)
{
	struct text json = { 0 };
	struct shard_reply reply;
	bool done = true;
	va_list ap;

	va_start(ap, fmt);
	text_addv(&json, fmt, ap);
	va_end(ap);
	for (int turn = 0; done && turn < 2; turn++) {
		done = shard_command(st.w.shard, json.data, json.length,
		    "root as aroha", turn == 0, st.w.now_ms, &reply);
		keep_answer(done, &reply);
		shard_reply_clear(&reply);
	}
	world_commit(&st.w);
	assert_true(shard_durable(st.w.shard) == shard_put_so_far(st.w.shard));
	text_clear(&json);
	return done;
}

static inline long long
ms(int64_t second)
{
	return WORLD_BEGIN + second * S;
}

/* Of scope, as JSON in quotes, for [from_s, to_s). */
static inline void
announce(const char *scope, int64_t from_s, int64_t to_s)
{
	if (!command("{\"command\":\"maintenance-announce\",\"window\":"
		     "\"m-1\",\"scope\":[%s],\"text\":\"Upgrade\","
		     "\"times\":[[%lld,%lld]]}",
		scope, ms(from_s), ms(to_s)))
		fail_msg("%s", answer);
}

/* What most stories begin with: an hour of it, ten minutes from the start. */
static inline void
begin_announced(const char *scope)
{
	begin_one();
	run(100);
	announce(scope, 600, 4200);
}

/* And within it everybody sees the same. */
static inline void
begin_within(enum outcome outcome)
{
	begin_announced("\"acme\"");
	run(700);
	all_see(outcome);
}

/* "extend" or "shorten" it until then. */
static inline bool
change(const char *verb, int64_t to_s)
{
	return command("{\"command\":\"maintenance-%s\",\"window\":\"m-1\","
		       "\"to_ms\":%lld}",
	    verb, ms(to_s));
}

static inline bool
cancel(void)
{
	return command(
	    "{\"command\":\"maintenance-cancel\",\"window\":\"m-1\"}");
}

/* It was held back until then, and is down. */
static inline void
told_at_its_end(int64_t second, const char *endpoint)
{
	char expected[200];

	text_format(expected, sizeof(expected),
	    "[%5lld] %s raised down S1: is down: answered 503, seen by 3 of 3 "
	    "regions; its announced maintenance is over\n",
	    (long long)second, endpoint);
	told(expected);
}

#endif
