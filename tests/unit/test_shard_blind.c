/*
 * shard: the end of an agent's blindness that is never told.  Two of three
 * agents go blind; what ends that is said by what they do next.
 */
#include "tests/unit/shard_story.h"

/* Both are blind from 110 on, and say so with their next look. */
static void
begin_blind(void)
{
	begin_one();
	run(100);
	go_blind(0, 110, 110);
	go_blind(1, 110, 110);
	run(200);
}

/* With the end told all is as it was. */
static void
test_told(void **state)
{
	(void)state;
	begin_blind();
	go_blind(0, 110, 205);
	go_blind(1, 110, 206);
	run(400);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..205 [110 205]\n");
	end();
}

/* The agents' hosts were set up anew: they know nothing of having been blind. */
static void
test_a_new_spool(void **state)
{
	(void)state;
	begin_blind();
	st.spool[0] = "aaaaaaaaaaaaaaaa";
	st.spool[1] = "bbbbbbbbbbbbbbbb";
	run(400);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..210 [110 210]\n");
	journal_has("its end was not told");
	end();
}

/* The collector dies between the new spool's hello and its first look. */
static void
test_a_new_spool_and_a_restart(void **state)
{
	struct wire_part empty;

	(void)state;
	begin_blind();
	for (size_t a = 0; a < 2; a++) {
		st.spool[a] = a == 0 ? "aaaaaaaaaaaaaaaa" : "bbbbbbbbbbbbbbbb";
		st.w.now_ms += S;
		empty = world_part(&st.w);
		text_copy(empty.spool, sizeof(empty.spool), st.spool[a]);
		world_store(&st.w, agents[a], regions[a], &empty, 0, false);
	}
	world_read(&st.w);
	world_restart(&st.w);
	run(400);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..210 [110 210]\n");
	end();
}

/* Blind still, and says so under another beginning: one stretch, one end. */
static void
test_a_new_spool_that_is_blind(void **state)
{
	(void)state;
	begin_blind();
	st.spool[0] = "aaaaaaaaaaaaaaaa";
	st.spool[1] = "bbbbbbbbbbbbbbbb";
	go_blind(0, 190, 190);
	go_blind(1, 190, 190);
	run(260);
	go_blind(0, 190, 270);
	go_blind(1, 190, 270);
	run(500);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..270 [110 270]\n");
	end();
}

/* The end was in what was lost.  Whoever sees anything sees again. */
static void
test_the_end_is_lost_in_a_hole(void **state)
{
	(void)state;
	begin_blind();
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	send_hole(0, 150, 201);
	send_hole(1, 140, 201);
	run(290);
	all_see(OUTCOME_OK);
	run(500);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..300 [110 270]\n");
	end();
}

/* The same, when it was the collector that could not read it. */
static void
test_the_end_is_lost_on_our_side(void **state)
{
	(void)state;
	begin_blind();
	st.spoiled[0] = st.spoiled[1] = true;
	go_blind(0, 110, 205);
	go_blind(1, 110, 206);
	run(239);
	st.spoiled[0] = st.spoiled[1] = false;
	run(500);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..240 [110 210]\n");
	end();
}

/* It was blind all the while, and its end comes late: nothing is lost. */
static void
test_the_end_comes_after_all(void **state)
{
	(void)state;
	begin_blind();
	send_hole(0, 150, 201);
	run(250); /* it saw one thing, by chance */
	go_blind(0, 110, 300);
	go_blind(1, 110, 300);
	run(500);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..300 [110 300]\n");
	end();
}

#define OTHERS(first, where)                                                   \
	SITE("")                                                               \
	"agents:\n" AGENT(first, where) AGENT("akl-9", "auckland")             \
	    AGENT("lon-9", "london") AGENT("nyc-1", "new-york") PEOPLE GOLD    \
	    "clients:\n" CLIENT("acme")                                        \
		ENDPOINT("learn", ", regions: [auckland, london, new-york]")

/* Hosts that went blind; then others look from their regions. */
static void
check_others_take_over(const char *yaml)
{
	begin_blind();
	settings_free(reconfigure(yaml));
	st.name[0] = "akl-9";
	st.name[1] = "lon-9";
	run(400);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 110..200 [110 200]\n");
	journal_has("no agent of this region any more");
	end();
}

static void
test_who_was_blind_is_no_agent_any_more(void **state)
{
	static const char given_up[] = OTHERS("akl-2", "auckland");

	(void)state;
	check_others_take_over(given_up);
}

/* The same, but one of them looks from elsewhere now. */
static void
test_who_was_blind_has_moved(void **state)
{
	static const char moved[] = OTHERS("akl-1", "sydney");

	(void)state;
	check_others_take_over(moved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_a_new_spool),
		cmocka_unit_test(test_a_new_spool_and_a_restart),
		cmocka_unit_test(test_a_new_spool_that_is_blind),
		cmocka_unit_test(test_the_end_is_lost_in_a_hole),
		cmocka_unit_test(test_the_end_is_lost_on_our_side),
		cmocka_unit_test(test_the_end_comes_after_all),
		cmocka_unit_test(test_who_was_blind_is_no_agent_any_more),
		cmocka_unit_test(test_who_was_blind_has_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
