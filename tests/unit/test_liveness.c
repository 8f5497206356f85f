/* What the collector tells others and hears of them in sw:{a}:. */
#include "collector/ingest_parts.h"
#include "collector/liveness.h"
#include "lib/clock.h"
#include "lib/interval.h"
#include "tests/unit/store_story.h"

#define HOUR_MS INT64_C(3600000)

static void
say(struct story *s, const char *who, int64_t at_ms)
{
	char command[128];

	text_format(command, sizeof(command), "HSET sw:{a}:live %s %lld", who,
	    (long long)at_ms);
	ask(s, command);
}

static void
turn_for(struct story *s, int milliseconds)
{
	struct timeval tv = { 0, milliseconds * 1000 };

	event_base_loopexit(s->base, &tv);
	event_base_dispatch(s->base);
}

/* What stands in the store is read as soon as a tree is told. */
static struct liveness *
begin_liveness(struct story *s, struct ages *ages)
{
	struct liveness *l = liveness_new(s->base, s->store, "collector");

	liveness_tree(l, "0123");
	for (int i = 0; i < 200; i++) {
		turn_for(s, 10);
		liveness_ages(l, 2, clock_now_ms(), ages);
		if (ages->auditor_ms != NEVER)
			return l;
	}
	fail_msg("nothing was read");
	return l;
}

/* Its clock was an hour ahead, and then it died. */
static void
a_dead_pager_was_alive_until_its_clock_was_right(void **state)
{
	struct story *s = *state;
	int64_t now_ms = clock_now_ms();
	struct ages ages, later;
	struct liveness *l;

	say(s, "pager", now_ms + HOUR_MS);
	say(s, "commit", now_ms + HOUR_MS);
	say(s, "auditor", now_ms - 10000);
	say(s, "evaluate:0", now_ms + HOUR_MS);
	say(s, "evaluate:1", now_ms);
	l = begin_liveness(s, &ages);
	assert_in_range(ages.pager_ms, 0, 9000);
	turn_for(s, 100);
	liveness_ages(l, 2, clock_now_ms(), &later);
	assert_true(later.pager_ms >= ages.pager_ms + 100);
	assert_true(later.commit_ms >= 100);
	assert_in_range(later.auditor_ms, 10000, 30000);
	/* Nor does a page say that it knows what is to come. */
	assert_true(liveness_shard_ms(l, 0, now_ms + 50000) <= now_ms + 50000);
	liveness_free(l);
}

/* A shard evaluated here, and then the clock is set back. */
static void
a_shard_was_well_until_the_clock_had_come_again(void **state)
{
	struct story *s = *state;
	int64_t now_ms = clock_now_ms();
	struct ages ages;
	struct liveness *l;

	say(s, "pager", now_ms);
	say(s, "commit", now_ms);
	say(s, "auditor", now_ms);
	l = begin_liveness(s, &ages);
	assert_true(ages.commit_ms == NEVER);
	liveness_well(l, 0, now_ms);
	liveness_well(l, 1, now_ms);
	liveness_ages(l, 2, now_ms, &ages);
	assert_in_range(ages.commit_ms, 0, 1000);
	turn_for(s, 50);
	liveness_ages(l, 2, now_ms - HOUR_MS, &ages);
	assert_in_range(ages.commit_ms, 50, 20000);
	liveness_free(l);
}

/* Numbers that are no times are nobody's word. */
static void
what_is_no_time_is_not_known(void **state)
{
	struct story *s = *state;
	struct ages ages;
	struct liveness *l;

	say(s, "pager", INT64_MIN);
	say(s, "commit", INT64_MAX);
	say(s, "auditor", clock_now_ms());
	l = begin_liveness(s, &ages);
	assert_true(ages.pager_ms == NEVER && ages.commit_ms == NEVER);
	assert_int_equal(liveness_shard_ms(l, 1, clock_now_ms()), 0);
	assert_int_equal(liveness_shard_ms(l, 1000, clock_now_ms()), 0);
	liveness_free(l);
}

static void
wait_until_none_is_full(struct story *s)
{
	for (int i = 0; i < 200; i++) {
		turn_for(s, 10);
		ask(s, "HGET sw:{a}:live full:3");
		if (s->reply[0] == '\0')
			return;
	}
	fail_msg("it is still said to be full");
}

/* Who said so was killed; nobody else took it back. */
static void
an_inbox_was_full_for_ever_after_a_restart(void **state)
{
	struct story *s = *state;
	struct ingest *g = mem_alloc(sizeof(*g));

	g->options.store = s->store;
	say(s, "full:3", clock_now_ms());
	ingest_full_begin(g);
	ingest_has_room(g, 3); /* one yes proves nothing */
	turn_for(s, 20);
	assert_true(ask(s, "HGET sw:{a}:live full:3")[0] != '\0');
	g->full[3].refused_ms -= 16000;
	ingest_has_room(g, 3);
	wait_until_none_is_full(s);
	/* And so it goes when it was said here. */
	ingest_is_full(g, 3);
	turn_for(s, 20);
	assert_true(ask(s, "HGET sw:{a}:live full:3")[0] != '\0');
	g->full[3].refused_ms -= 16000;
	ingest_has_room(g, 3);
	wait_until_none_is_full(s);
	free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_dead_pager_was_alive_until_its_clock_was_right, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    a_shard_was_well_until_the_clock_had_come_again, begin,
		    end),
		cmocka_unit_test_setup_teardown(what_is_no_time_is_not_known,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    an_inbox_was_full_for_ever_after_a_restart, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
