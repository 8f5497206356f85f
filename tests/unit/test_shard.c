/*
 * shard: how outages are booked and told.
 */
#include "tests/unit/shard_story.h"

/* An outage, seen by all, with its edges. */
static void
test_outage(void **state)
{
	(void)state;
	begin_one();
	run(100);
	told("");
	booked("acme/learn unknown 0..20 [0 ?]\n");
	all_see(OUTCOME_FAILED);
	run(300);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	all_see(OUTCOME_OK);
	run(500);
	told("[  310] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  350] acme/learn cleared down S1: is up again after 3 min "
	     "20 s\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..320 [90 290]\n");
	end();
}

/* It was down when it was first looked at: since when, nobody can say. */
static void
test_down_from_the_first_look(void **state)
{
	const struct world_field *f;

	(void)state;
	begin_one();
	all_see(OUTCOME_FAILED);
	run(100);
	told("[   20] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 2 regions\n"
	     "[   80] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	all_see(OUTCOME_OK);
	run(300);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 20..120 [? 90]\n");
	f = world_find(&st.w, "outages", "acme/learn|1800000020000");
	assert_non_null(f);
	assert_non_null(strstr(f->value, "\"from_before\":0,"));
	end();
}

/* kill -9 in the middle: nothing is told twice, nothing is lost. */
static void
test_restart_in_an_outage(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	world_restart(&st.w);
	run(300);
	told("");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..on [90]\n");
	all_see(OUTCOME_OK);
	run(320);
	world_restart(&st.w);
	run(500);
	/* Three agents are awaited; the last speaks at 350. */
	told("[  310] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  350] acme/learn cleared down S1: is up again after 3 min "
	     "20 s\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..320 [90 290]\n");
	end();
}

/* Two regions are gone; the one that is left sees it fail. */
static void
test_probably_down(void **state)
{
	(void)state;
	begin_one();
	run(100);
	st.silent[0] = st.silent[1] = true;
	run(330);
	told("[  205] operations/agent/lon-1 raised operations S2: agent "
	     "lon-1 in london has not been heard for 2 min 5 s\n"
	     "[  215] operations/agent/akl-1 raised operations S2: agent "
	     "akl-1 in auckland has not been heard for 2 min 5 s\n");
	all_see(OUTCOME_FAILED);
	run(500);
	told("[  400] acme/learn raised probable S1: is probably down, "
	     "seen by 1 of 1 regions: answered 503\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 120..on [90]\n");
	all_see(OUTCOME_OK);
	run(600);
	told("[  520] acme/learn changed probable S1: looks good again in "
	     "1 of 2 regions, but not yet for long enough\n"
	     "[  550] acme/learn cleared probable S1: is seen well again "
	     "by those who see it, after 3 min 30 s\n");
	end();
}

/* What was down and can no longer be seen stays an alarm. */
static void
test_down_becomes_unknown(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	text_clear(&st.w.story);
	st.silent[0] = st.silent[1] = st.silent[2] = true;
	all_see(OUTCOME_OK);
	run(400);
	told("[  280] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 2 regions\n"
	     "[  305] operations/agent/akl-1 raised operations S2: agent "
	     "akl-1 in auckland has not been heard for 2 min 5 s\n"
	     "[  315] operations/agent/nyc-1 raised operations S2: agent "
	     "nyc-1 in new-york has not been heard for 2 min 5 s\n"
	     "[  325] operations/agent/lon-1 raised operations S2: agent "
	     "lon-1 in london has not been heard for 2 min 5 s\n"
	     "[  340] acme/learn changed down S1: can no longer be seen\n");
	run(900);
	told("");
	st.silent[1] = st.silent[2] = false;
	run(1000);
	told("[  910] acme/learn changed down S1: looks good again in 1 "
	     "of 2 regions, but not yet for long enough\n"
	     "[  915] operations/agent/nyc-1 cleared operations S2: is "
	     "over\n"
	     "[  925] operations/agent/lon-1 cleared operations S2: is "
	     "over\n"
	     "[  950] acme/learn cleared down S1: is up again after 13 min\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..220 [90 190]\n"
	       "acme/learn unknown 220..920 [190 200]\n");
	end();
}

/* A failure whose look again succeeds wakes nobody and counts for nothing. */
static void
test_blips(void **state)
{
	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i < 3; i++) {
		see(0, 0, OUTCOME_FAILED);
		see(0, 1, OUTCOME_FAILED);
		run(110 + i * 60);
		see(0, 1, OUTCOME_OK);
		run(120 + i * 60);
		see(0, 0, OUTCOME_OK);
		run(150 + i * 60);
	}
	told("");
	booked("acme/learn unknown 0..20 [0 ?]\n");
	run(800);
	told("");
	end();
}

/* A page that says maintenance, and nobody announced it. */
static void
test_maintenance(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_MAINTENANCE);
	run(700);
	told("");
	run(800);
	told("[  720] acme/learn raised maintenance S2: shows a "
	     "maintenance page that nobody announced in 3 of 3 regions\n");
	see(0, 0, OUTCOME_FAILED);
	run(900);
	told("[  810] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	all_see(OUTCOME_OK);
	run(1000);
	told("[  910] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  950] acme/learn cleared down S1: is up again after 13 min\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..920 [90 890]\n");
	end();
}

static void
test_slow(void **state)
{
	(void)state;
	begin_one();
	run(100);
	all_see(OUTCOME_SLOW);
	run(500);
	told("[  420] acme/learn raised degraded S2: is degraded: 3 of 3 "
	     "regions fail at times or are slow\n");
	all_see(OUTCOME_OK);
	run(700);
	told("[  520] acme/learn cleared degraded S2: is up again after 6 "
	     "min 40 s\n");
	booked("acme/learn unknown 0..20 [0 ?]\n");
	end();
}

static void
test_flapping(void **state)
{
	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i < 5; i++) {
		all_see(OUTCOME_FAILED);
		run(200 + i * 300);
		all_see(OUTCOME_OK);
		run(400 + i * 300);
	}
	run(2300);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  240] acme/learn changed down S1: looks good again in 3 "
	     "of 3 regions, but not yet for long enough\n"
	     "[  250] acme/learn cleared down S1: is up again after 1 min "
	     "40 s\n"
	     "[  420] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  480] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  540] acme/learn changed down S1: looks good again in 3 "
	     "of 3 regions, but not yet for long enough\n"
	     "[  550] acme/learn cleared down S1: is up again after 1 min "
	     "40 s\n"
	     "[  720] acme/learn raised down S1 flapping: is down: answered "
	     "503, seen by 2 of 3 "
	     "regions\n"
	     "[  780] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 3 of "
	     "3 regions\n"
	     "[  840] acme/learn changed down S1 flapping: looks good "
	     "again in 3 of 3 regions, but not yet for long enough\n"
	     "[ 1010] acme/learn changed down S1 flapping: was down and "
	     "is not well: answered 503, seen by 1 of 3 regions\n"
	     "[ 1020] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 2 of 3 regions\n"
	     "[ 1080] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 3 of 3 regions\n"
	     "[ 1140] acme/learn changed down S1 flapping: looks good "
	     "again in 3 of 3 regions, but not yet for long enough\n"
	     "[ 1310] acme/learn changed down S1 flapping: was down and "
	     "is not well: answered 503, seen by 1 of 3 regions\n"
	     "[ 1320] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 2 of 3 regions\n"
	     "[ 1380] acme/learn changed down S1 flapping: is down: answered "
	     "503, seen by 3 of 3 regions\n"
	     "[ 1440] acme/learn changed down S1 flapping: looks good "
	     "again in 3 of 3 regions, but not yet for long enough\n"
	     "[ 2010] acme/learn cleared down S1: is up again after 11 min\n");
	end();
}

static const char two[] =
    HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("files", "");
static const char other[] = HEAD CLIENT("acme")
    ENDPOINT("learn", ", disabled: moved") CLIENT("zeta") ENDPOINT("x", "");

/* What is taken away while it is down is not down any more. */
static void
test_removed(void **state)
{
	static const char *const ids[] = { "acme/learn", "acme/files" };

	(void)state;
	begin(two, 2, ids);
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	text_clear(&st.w.story);
	settings_free(reconfigure(other));
	told("[  200] acme/learn cleared down S1: is not watched any more\n"
	     "[  200] acme/files cleared down S1: is not watched any more\n");
	booked("acme/files unknown 0..19 [0 ?]\n"
	       "acme/files down 119..200 [89 200] removed\n"
	       "acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..200 [90 200] removed\n"
	       "zeta/x unknown 200..on [200]\n");
	journal_has("\"what\":\"removed\",\"subject\":\"acme/files\"");
	journal_has("disabled: moved");
	journal_has("\"what\":\"added\",\"subject\":\"zeta\"");
	run(300); /* what they still say of it is passed over */
	world_restart(&st.w);
	run(330);
	booked("acme/files unknown 0..19 [0 ?]\n"
	       "acme/files down 119..200 [89 200] removed\n"
	       "acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..200 [90 200] removed\n"
	       "zeta/x unknown 200..on [200]\n");
	settings_free(reconfigure(two));
	journal_has("\"what\":\"removed\",\"subject\":\"zeta\"");
	all_see(OUTCOME_OK);
	run(500);
	told("[  330] acme/learn raised down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  330] acme/files raised down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[  379] acme/files cleared down S1: is up again after 19 s\n"
	     "[  380] acme/learn cleared down S1: is up again after 20 s\n");
	booked("acme/files unknown 0..19 [0 ?]\n"
	       "acme/files down 119..200 [89 200] removed\n"
	       "acme/files down 330..349 [330 319]\n"
	       "acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..200 [90 200] removed\n"
	       "acme/learn down 330..350 [330 320]\n"
	       "zeta/x unknown 200..330 [200 330] removed\n");
	end();
}

/*
 * The agents had heard before us that it goes, so nobody looked any more when
 * we heard: that was not seen to be down.
 */
static void
test_nobody_looked_before_it_was_removed(void **state)
{
	static const char *const ids[] = { "acme/learn", "acme/files" };

	(void)state;
	begin(two, 2, ids);
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	for (size_t a = 0; a < AGENTS; a++)
		st.silent[a] = true;
	run(270);
	settings_free(reconfigure(other));
	run(400);
	booked("acme/files unknown 0..19 [0 ?]\n"
	       "acme/files down 119..219 [89 189]\n"
	       "acme/files unknown 219..270 [189 270] removed\n"
	       "acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 120..220 [90 190]\n"
	       "acme/learn unknown 220..270 [190 270] removed\n"
	       "zeta/x unknown 270..on [270]\n");
	end();
}

/* A reason in a language with accents, cut at its 80th byte: still over. */
static void
test_disabled_for_a_long_reason(void **state)
{
	static const char *const ids[] = { "acme/learn" };
	static const char disabled[] = HEAD CLIENT("acme") ENDPOINT("learn",
	    ", disabled: "
	    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxx\xc4\x81\xc4\x81'");
	const struct world_field *f;

	(void)state;
	begin(one, 1, ids);
	run(100);
	settings_free(reconfigure(disabled));
	f = world_find(&st.w, "terms", "acme/learn");
	assert_non_null(f);
	assert_non_null(strstr(f->value, "\"ended\":\"disabled: xxx"));
	end();
}

/* All that an account follows from is journalled with its instant, once. */
static void
test_terms_with_their_instant(void **state)
{
	static const char *const ids[] = { "acme/learn" };
	static const char quarterly[] = HEAD CLIENT("acme")
	    ENDPOINT("learn", "") "    contract: 2027-01-01\n"
				  "    slas: [{ name: gold, notice: 0s,"
				  " period: quarter, unknown: down }]\n";
	static const char record[] =
	    "\"guarantee\":99900,\"floor\":99000,\"terms\":{\"unknown\":"
	    "\"down\",\"period\":\"quarter\",\"contract\":{\"from\":"
	    "\"2027-01-01T00:00:00Z\",\"to\":null}}";
	const struct world_field *f;

	(void)state;
	begin(one, 1, ids);
	run(100);
	text_clear(&st.w.journal);
	settings_free(reconfigure(quarterly));
	journal_has("\"what\":\"terms\",\"subject\":\"acme\"");
	journal_has("{\"from\":1800000100000,\"sla\":\"gold\"");
	journal_has(record);
	f = world_find(&st.w, "terms", "acme");
	assert_non_null(f);
	assert_non_null(strstr(f->value, "{\"notice_s\":259200}"));
	assert_non_null(strstr(f->value, record));
	world_restart(&st.w);
	text_clear(&st.w.journal);
	settings_free(reconfigure(quarterly));
	assert_null(st.w.journal.data);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms_with_their_instant),
		cmocka_unit_test(test_outage),
		cmocka_unit_test(test_down_from_the_first_look),
		cmocka_unit_test(test_restart_in_an_outage),
		cmocka_unit_test(test_probably_down),
		cmocka_unit_test(test_down_becomes_unknown),
		cmocka_unit_test(test_blips),
		cmocka_unit_test(test_maintenance),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_flapping),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_disabled_for_a_long_reason),
		cmocka_unit_test(test_nobody_looked_before_it_was_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
