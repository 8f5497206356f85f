/*
 * shard: what was not read for a while; breaks; data that come late.
 */
#include "tests/unit/shard_story.h"

/* The collector was away; what is over wakes nobody, but is booked. */
static void
test_away(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.unread = true;
	all_see(OUTCOME_FAILED);
	run(1000);
	all_see(OUTCOME_OK);
	run(2000);
	st.unread = false;
	shard_break(st.w.shard, st.w.now_ms);
	run(2200);
	told("");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..1020 [90 990]\n");
	journal_has("corrected");
	all_see(OUTCOME_FAILED);
	run(2250);
	text_clear(&st.w.story);
	st.unread = true;
	run(5000);
	st.unread = false;
	world_restart(&st.w);
	run(5100);
	told("[ 5010] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..1020 [90 990]\n"
	       "acme/learn down 2220..on [2190]\n");
	end();
}

/* The same, but it is still down when the collector comes back. */
static void
test_away_and_still_down(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.unread = true;
	all_see(OUTCOME_FAILED);
	run(3000);
	st.unread = false;
	world_restart(&st.w);
	run(3100);
	told("[ 3020] acme/learn raised down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..on [90]\n");
	end();
}

/* Agents that were alive and say nothing any more: at most 90 s. */
static void
test_break_and_an_agent_dies(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.silent[0] = true;
	shard_break(st.w.shard, st.w.now_ms);
	assert_true(shard_is_catching_up(st.w.shard));
	run(189);
	assert_true(shard_is_catching_up(st.w.shard));
	run(191);
	assert_false(shard_is_catching_up(st.w.shard));
	run(400);
	told("[  215] operations/agent/akl-1 raised operations S3: agent "
	     "akl-1 in auckland has not been heard for 2 min 5 s\n");
	end();
}

/* Two agents were cut off for a while and now bring what they saw. */
static void
test_late_data(void **state)
{
	static struct world_entry kept[400];
	size_t begin_at, n = 0;

	(void)state;
	begin_one();
	run(100);
	begin_at = st.w.inbox_count;
	st.unread = true;
	run(400);
	all_see(OUTCOME_FAILED);
	run(600);
	all_see(OUTCOME_OK);
	run(900);
	st.unread = false;
	/* London and New York are late; Auckland's way was open. */
	for (size_t i = begin_at; i < st.w.inbox_count; i++) {
		if (i % 3 == 0)
			continue;
		kept[n++] = st.w.inbox[i];
	}
	for (size_t i = begin_at, k = begin_at; i < st.w.inbox_count; i++)
		if (i % 3 == 0)
			st.w.inbox[k++] = st.w.inbox[i];
	st.w.inbox_count -= n;
	shard_break(st.w.shard, st.w.now_ms);
	run(1200);
	text_clear(&st.w.story);
	text_clear(&st.w.journal);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 120..420 [90 90]\n"
	       "acme/learn down 431..450 [400 420]\n"
	       "acme/learn unknown 450..920 [420 80]\n");
	for (size_t i = 0; i < n; i++) {
		text_format(kept[i].id, sizeof(kept[i].id), "%lld-%zu",
		    (long long)st.w.now_ms, 500 + i);
		st.w.inbox[st.w.inbox_count++] = kept[i];
	}
	run(1400);
	told("");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 420..620 [390 590]\n");
	journal_has("corrected");
	end();
}

/*
 * The collector's clock was an hour ahead and is set right.  Who falls silent
 * then is missed as soon as ever, and not an hour later.
 */
static void
test_clock_set_back_and_an_agent_dies(void **state)
{
	(void)state;
	begin_one();
	run(4000);
	st.w.now_ms -= 3600 * S;
	shard_break(st.w.shard, st.w.now_ms);
	run(500);
	st.silent[0] = true;
	run(700);
	told("[  605] operations/agent/akl-1 raised operations S3: agent "
	     "akl-1 in auckland has not been heard for 2 min 5 s\n");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_away),
		cmocka_unit_test(test_away_and_still_down),
		cmocka_unit_test(test_break_and_an_agent_dies),
		cmocka_unit_test(test_late_data),
		cmocka_unit_test(test_clock_set_back_and_an_agent_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
