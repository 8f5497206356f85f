/*
 * shard: regions that see nothing they can vouch for.
 */
#include "tests/unit/shard_story.h"

/* All of the four platforms, from london alone. */
static void
london_sees(enum outcome outcome)
{
	for (size_t e = 0; e < 4; e++)
		see(e, 1, outcome);
}

/* One region sees everything fail that the two others see up. */
static void
test_suspect_region(void **state)
{
	(void)state;
	begin_four();
	run(100);
	london_sees(OUTCOME_FAILED);
	run(500);
	told("[  415] operations/suspect/london raised operations S3: "
	     "region london sees most platforms fail that others see up; "
	     "what it sees is not counted\n");
	/* What it says counts for nothing: two of two see it up. */
	see(0, 0, OUTCOME_FAILED);
	run(600);
	told("");
	all_see(OUTCOME_OK);
	run(800);
	told("[  625] operations/suspect/london cleared operations S3: is "
	     "over\n");
	booked("acme/a unknown 0..20 [0 ?]\n"
	       "acme/b unknown 0..19 [0 ?]\n"
	       "acme/c unknown 0..18 [0 ?]\n"
	       "acme/d unknown 0..17 [0 ?]\n");
	journal_has("\"suspect\"");
	end();
}

static bool
told_suspect(void)
{
	bool told_so = st.w.story.data != NULL &&
	    strstr(st.w.story.data, "suspect/london raised") != NULL;

	text_clear(&st.w.story);
	return told_so;
}

/*
 * While the others are silent nobody contradicts it; when they speak again
 * they do, though it sees nothing new itself.
 */
static void
test_suspect_when_the_others_are_back(void **state)
{
	(void)state;
	begin_four();
	run(100);
	st.silent[0] = st.silent[2] = true;
	run(400);
	london_sees(OUTCOME_FAILED);
	run(700);
	assert_false(told_suspect());
	st.silent[0] = st.silent[2] = false;
	run(1200);
	assert_true(told_suspect());
	end();
}

/* The suspicion ends for want of others, and comes again as it began. */
static void
test_suspect_again_since_the_same_time(void **state)
{
	(void)state;
	begin_four();
	run(100);
	london_sees(OUTCOME_FAILED);
	run(500);
	assert_true(told_suspect());
	st.silent[0] = st.silent[2] = true;
	run(700);
	see(0, 1, OUTCOME_OK);
	run(800);
	see(0, 1, OUTCOME_FAILED);
	run(900);
	assert_non_null(strstr(st.w.journal.data, "agrees with the others"));
	text_clear(&st.w.story);
	st.silent[0] = st.silent[2] = false;
	run(1500);
	assert_true(told_suspect());
	end();
}

/*
 * Two regions saw acme/a fail, while the third was silent; then one of them
 * went on seeing it fail, and the rest, too.  Its suspicion took back what it
 * had seen together with the other, and the outage became unknown.
 */
static void
test_a_suspicion_begins_when_it_fails_alone(void **state)
{
	(void)state;
	begin_four();
	st.silent[2] = true;
	run(200);
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	run(500);
	st.silent[2] = false;
	see(0, 0, OUTCOME_OK);
	run(600);
	london_sees(OUTCOME_FAILED);
	run(900);
	assert_true(told_suspect());
	booked("acme/a unknown 0..30 [0 ?]\n"
	       "acme/a down 230..510 [200 510]\n"
	       "acme/a unknown 510..520 [510 ?]\n"
	       "acme/b unknown 0..29 [0 ?]\n"
	       "acme/b unknown 510..519 [510 ?]\n"
	       "acme/c unknown 0..28 [0 ?]\n"
	       "acme/c unknown 510..518 [510 ?]\n"
	       "acme/d unknown 0..27 [0 ?]\n"
	       "acme/d unknown 510..517 [510 ?]\n");
	end();
}

/* Two platforms are too few to doubt a region. */
static void
test_not_suspect(void **state)
{
	(void)state;
	begin_four();
	run(100);
	see(0, 1, OUTCOME_FAILED);
	see(1, 1, OUTCOME_FAILED);
	run(500);
	told("");
	assert_null(st.w.journal.data == NULL
		? NULL
		: strstr(st.w.journal.data, "suspect"));
	end();
}

/* All canaries fail: what the agent saw since is not known. */
static void
test_blind(void **state)
{
	(void)state;
	begin_one();
	run(100);
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	run(119);
	st.has_blind[1] = true;
	st.blind[1] =
	    (struct blind){ WORLD_BEGIN + 105 * S, WORLD_BEGIN + 105 * S };
	run(600);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: was down and is not "
	     "well: answered 503, seen by 1 of 2 regions\n"
	     "[  405] operations/blind/london raised operations S3: "
	     "region london is blind: agent lon-1 reaches none of its "
	     "canaries\n");
	booked("acme/learn unknown 0..20 [0 ?]\n");
	st.has_blind[1] = true;
	st.blind[1] =
	    (struct blind){ WORLD_BEGIN + 105 * S, WORLD_BEGIN + 600 * S };
	run(700);
	told("[  620] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  625] operations/blind/london cleared operations S3: is "
	     "over\n");
	world_restart(&st.w);
	run(800);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 600..on [600]\n");
	end();
}

static void
test_hole(void **state)
{
	struct wire_part part;

	(void)state;
	begin_one();
	run(100);
	for (size_t a = 0; a < 2; a++) {
		part = world_part(&st.w);
		part.hole = "unreadable";
		part.hole_from_ms = WORLD_BEGIN + 50 * S;
		part.hole_to_ms = WORLD_BEGIN + 60 * S;
		world_store(&st.w, agents[a], regions[a], &part, 0, false);
	}
	run(200);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 50..60 [50 59]\n");
	journal_has("\"hole\"");
	end();
}

/* An unsure clock: its times prove nothing. */
static void
test_unsure_clock(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.unsure[0] = st.unsure[1] = true;
	all_see(OUTCOME_FAILED);
	run(400);
	told("[  115] operations/clock/lon-1 raised operations S4: the "
	     "clock of agent lon-1 is off by an unknown amount; what it "
	     "sees is not counted\n"
	     "[  125] operations/clock/akl-1 raised operations S2: the "
	     "clock of agent akl-1 is off by an unknown amount; what it "
	     "sees is not counted\n"
	     "[  125] operations/clock/lon-1 changed operations S2: the "
	     "clock of agent lon-1 is off by an unknown amount; what it "
	     "sees is not counted\n"
	     "[  190] acme/learn raised probable S1: is probably down, "
	     "seen by 1 of 1 regions: answered 503\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 120..on [120]\n");
	st.unsure[0] = st.unsure[1] = false;
	all_see(OUTCOME_OK);
	run(600);
	told("[  410] acme/learn changed probable S1: is probably down, "
	     "seen by 1 of 2 regions: answered 503\n"
	     "[  450] acme/learn cleared probable S1: is up again after 4 "
	     "min 40 s\n"
	     "[  505] operations/clock/lon-1 cleared operations S2: is "
	     "over\n"
	     "[  515] operations/clock/akl-1 cleared operations S2: is "
	     "over\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 120..410 [120 80]\n");
	end();
}

/* A clock that is off by a known amount is put right. */
static void
test_shifted_clock(void **state)
{
	(void)state;
	begin_one();
	st.shift_ms = -3600 * S;
	run(100);
	all_see(OUTCOME_FAILED);
	run(300);
	all_see(OUTCOME_OK);
	run(500);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..320 [90 290]\n");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suspect_region),
		cmocka_unit_test(test_suspect_when_the_others_are_back),
		cmocka_unit_test(test_suspect_again_since_the_same_time),
		cmocka_unit_test(test_a_suspicion_begins_when_it_fails_alone),
		cmocka_unit_test(test_not_suspect),
		cmocka_unit_test(test_blind),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_unsure_clock),
		cmocka_unit_test(test_shifted_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
