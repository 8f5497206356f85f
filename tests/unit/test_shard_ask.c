/*
 * shard: what it asks of others, and what it answers.
 */
#include "tests/unit/shard_story.h"

/* Orders: the others look at once, but not for a whole platform. */
static void
test_orders(void **state)
{
	struct shard_order order;
	struct text out = { 0 };

	(void)state;
	begin_one();
	run(100);
	assert_false(shard_next_order(st.w.shard, &order));
	see(0, 0, OUTCOME_FAILED);
	run(120);
	while (shard_next_order(st.w.shard, &order))
		text_addf(&out, "%s %s %lld\n", order.endpoint, order.region,
		    (long long)(order.at_ms - WORLD_BEGIN) / S);
	assert_string_equal(out.data,
	    "acme/learn london 120\nacme/learn new-york 120\n");
	text_clear(&out);
	run(600);
	assert_false(shard_next_order(st.w.shard, &order));
	end();
}

static void
test_orders_are_few(void **state)
{
	static const char many[] = HEAD CLIENT("acme")
	    ENDPOINT("a", ", platform: p") ENDPOINT("b", ", platform: p")
		ENDPOINT("c", ", platform: p") ENDPOINT("d", ", platform: p")
		    ENDPOINT("e", ", platform: p")
			ENDPOINT("f", ", platform: p") ENDPOINT("g",
			    ", platform: p") "platforms:\n  - { name: p }\n";
	static const char *const ids[] = { "acme/a", "acme/b", "acme/c",
		"acme/d", "acme/e", "acme/f", "acme/g" };
	struct shard_order order;
	int n = 0;

	(void)state;
	begin(many, 7, ids);
	run(110);
	for (size_t e = 0; e < 7; e++)
		see(e, 0, OUTCOME_FAILED);
	run(120);
	while (shard_next_order(st.w.shard, &order))
		n++;
	assert_int_equal(n, 2 * 5);
	end();
}

/* Two spools under one name. */
static void
test_two_spools(void **state)
{
	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i < 3; i++) {
		struct wire_part part = world_part(&st.w);

		text_copy(part.spool, sizeof(part.spool), "ffeeddccbbaa9988");
		world_store(&st.w, agents[0], regions[0], &part, 0, false);
		run(100 + 30 * (i + 1));
	}
	told("[  120] operations/spool/akl-1 raised operations S4: two "
	     "agents seem to run under the name akl-1\n");
	run(4000);
	told("[ 3780] operations/spool/akl-1 cleared operations S4: is "
	     "over\n");
	end();
}

/* Blocked everywhere: unknown, and no cause of ours to be named. */
static void
test_unknown_for_no_reason(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_UNKNOWN);
	run(600);
	told("[  425] operations/unknown raised operations S2: acme/learn "
	     "has been unknown for over 5 min\n");
	all_see(OUTCOME_OK);
	run(700);
	told("[  625] operations/unknown cleared operations S2: is over\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 120..620 [90 590]\n");
	end();
}

/* Asked why, a shard says what it decided by, also of an earlier instant. */
static void
test_look(void **state)
{
	struct shard_view v;

	(void)state;
	begin_one();
	assert_false(shard_look(st.w.shard, "acme/none", st.w.now_ms, &v));
	run(100);
	all_see(OUTCOME_FAILED);
	run(300);
	assert_true(
	    shard_look(st.w.shard, "acme/learn", WORLD_BEGIN + 60 * S, &v));
	assert_int_equal(v.look.state, STATE_UP);
	assert_null(v.booked);
	assert_int_equal(v.region_count, AGENTS);
	assert_int_equal(v.step->quorum, 2);
	assert_true(
	    shard_look(st.w.shard, "acme/learn", WORLD_BEGIN + 200 * S, &v));
	assert_int_equal(v.look.state, STATE_DOWN);
	assert_int_equal(v.look.failing, 3);
	assert_int_equal(v.booked->kind, LEDGER_DOWN);
	assert_int_equal(v.booked->from_ms, WORLD_BEGIN + 120 * S);
	assert_string_equal(v.regions[0].detail, "HTTP 503");
	assert_null(v.regions[0].blind);
	/* Before there were terms there was nothing. */
	assert_true(shard_look(st.w.shard, "acme/learn", WORLD_BEGIN - S, &v));
	assert_int_equal(v.look.state, STATE_ABSENT);
	assert_null(v.step);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	end();
}

/* What made a region blind is named. */
static void
test_look_at_the_blind(void **state)
{
	struct shard_view v;
	size_t blind = 0;

	(void)state;
	begin_one();
	run(100);
	st.has_blind[0] = true;
	st.blind[0] =
	    (struct blind){ WORLD_BEGIN + 100 * S, WORLD_BEGIN + 100 * S };
	run(200);
	assert_true(
	    shard_look(st.w.shard, "acme/learn", WORLD_BEGIN + 150 * S, &v));
	for (size_t i = 0; i < v.region_count; i++)
		if (v.regions[i].blind != NULL) {
			assert_string_equal(v.regions[i].name, "auckland");
			assert_string_equal(v.regions[i].blind, "blind");
			assert_true(v.look.facts[i].is_none);
			blind++;
		}
	assert_int_equal(blind, 1);
	assert_int_equal(v.look.fresh, 2);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_orders_are_few),
		cmocka_unit_test(test_two_spools),
		cmocka_unit_test(test_unknown_for_no_reason),
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_look_at_the_blind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
