/* shard: maintenance that was announced wakes nobody, and is not for ever. */
#include "lib/ledger.h"
#include "lib/window.h"
#include "tests/unit/maintenance_story.h"

static void
what_is_still_broken_at_its_end_pages_that_second(void **state)
{
	(void)state;
	begin_within(OUTCOME_FAILED);
	run(4199);
	told("");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 720..on [690]\n");
	run(4300);
	told_at_its_end(4200, "acme/learn");
	assert_int_equal(st.w.last.since_ms, ms(720));
	end();
}

static void
what_is_well_by_its_end_is_never_told(void **state)
{
	(void)state;
	begin_announced("\"acme/learn\"");
	run(700);
	all_see(OUTCOME_FAILED);
	run(4000);
	all_see(OUTCOME_OK);
	run(6000);
	told("");
	/* Booked all the same: what of it counts is the account's question. */
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn down 720..4020 [690 3990]\n");
	end();
}

/* A page that says maintenance has no ten minutes more. */
static void
its_own_page_pages_at_the_end(void **state)
{
	(void)state;
	begin_announced("\"acme\"");
	run(4000);
	all_see(OUTCOME_MAINTENANCE);
	run(4300);
	told("[ 4200] acme/learn raised maintenance S2: still shows its "
	     "maintenance page in 3 of 3 regions, and what was announced is "
	     "over\n");
	end();
}

static void
what_began_before_it_stays_open(void **state)
{
	(void)state;
	begin_announced("\"acme\"");
	all_see(OUTCOME_FAILED);
	run(200);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	run(3000);
	told("");
	all_see(OUTCOME_OK);
	run(3100);
	told("[ 3010] acme/learn changed down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[ 3050] acme/learn cleared down S1: is up again after 48 min\n");
	end();
}

static void
one_that_is_shortened_pages_at_once(void **state)
{
	(void)state;
	begin_announced("\"acme\"");
	all_see(OUTCOME_OK);
	run(700);
	all_see(OUTCOME_FAILED);
	run(1000);
	/* Not yet over: it waits for the new end. */
	assert_true(change("shorten", 1500));
	run(1499);
	told("");
	run(1550);
	told_at_its_end(1500, "acme/learn");
	end();

	begin_within(OUTCOME_FAILED);
	run(1000);
	/* "now", said half a minute ago. */
	assert_true(command("{\"command\":\"maintenance-shorten\",\"window\":"
			    "\"m-1\",\"to_ms\":%lld,\"why\":\"done\"}",
	    ms(970)));
	told_at_its_end(1000, "acme/learn");
	journal_has("\"what\":\"maintenance shortened\",\"subject\":\"acme\","
		    "\"window\":\"m-1\",\"by\":\"root as aroha\","
		    "\"from\":1800000600000,\"to\":1800001000000,"
		    "\"text\":\"done\"");
	end();
}

static void
one_that_is_cancelled_pages_at_once(void **state)
{
	(void)state;
	begin_within(OUTCOME_MAINTENANCE);
	run(1000);
	told("");
	assert_true(cancel());
	assert_string_equal(answer, "acme: maintenance m-1 is cancelled\n");
	told("[ 1000] acme/learn raised maintenance S2: still shows its "
	     "maintenance page in 3 of 3 regions, and what was announced is "
	     "over\n");
	journal_has("\"what\":\"maintenance cancelled\"");
	/* Nothing is deleted. */
	assert_non_null(strstr(world_find(&st.w, "windows", "acme|m-1")->value,
	    "\"changes\":[{\"at\":1800001000000,\"by\":\"root as aroha\","
	    "\"cancelled\":true,\"from\":1800000600000,"
	    "\"to\":1800004200000}]"));
	/* Again: no harm. */
	assert_true(cancel());
	assert_string_equal(answer, "acme: maintenance m-1 was cancelled\n");
	end();
}

static void
one_that_is_extended_waits_longer(void **state)
{
	(void)state;
	begin_within(OUTCOME_FAILED);
	run(4000);
	assert_true(change("extend", 5000));
	run(4999);
	told("");
	run(5050);
	told_at_its_end(5000, "acme/learn");
	assert_false(change("extend", 6000));
	assert_string_equal(answer, "acme: m-1 is over");
	end();
}

/* kill -9 in the middle: what was announced is known again. */
static void
a_restart_within_it(void **state)
{
	(void)state;
	begin_within(OUTCOME_FAILED);
	run(2000);
	world_restart(&st.w);
	run(4199);
	told("");
	run(4300);
	told_at_its_end(4200, "acme/learn");
	end();
}

/* And while it ended nobody was there: it is told as soon as may be judged. */
static void
its_end_falls_into_a_break(void **state)
{
	(void)state;
	begin_within(OUTCOME_FAILED);
	run(4100);
	st.unread = true;
	run(4300);
	told("");
	st.unread = false;
	world_restart(&st.w);
	run(4400);
	told_at_its_end(4320, "acme/learn");
	end();
}

/* What lies side by side holds as one. */
static void
one_after_the_other(void **state)
{
	(void)state;
	begin_announced("\"acme\"");
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-2\",\"scope\":[\"acme/learn\"],\"text\":\"x\","
			    "\"times\":[[%lld,%lld]]}",
	    ms(4200), ms(5000)));
	run(700);
	all_see(OUTCOME_FAILED);
	run(4999);
	told("");
	run(5010);
	told_at_its_end(5000, "acme/learn");
	end();
}

static const char two[] = HEAD CLIENT("acme")
    ENDPOINT("learn", ", platform: farm") ENDPOINT("login", "") CLIENT("birch")
	ENDPOINT("learn", ", platform: farm") "platforms: [{ name: farm }]\n";

static void
begin_two(void)
{
	static const char *const ids[] = { "acme/learn", "acme/login",
		"birch/learn" };

	begin(two, 3, ids);
}

/* Of those whom it is about, and nobody else. */
static void
whom_it_is_about(void **state)
{
	(void)state;
	begin_two();
	run(100);
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-1\",\"platforms\":[\"farm\"],\"text\":\"x\","
			    "\"times\":[[%lld,%lld]]}",
	    ms(600), ms(4200)));
	assert_string_equal(answer,
	    "acme: maintenance m-1 is announced, 2027-01-15 08:10:00 UTC to "
	    "2027-01-15 09:10:00 UTC\n"
	    "birch: maintenance m-1 is announced, 2027-01-15 08:10:00 UTC to "
	    "2027-01-15 09:10:00 UTC\n");
	assert_non_null(strstr(world_find(&st.w, "windows", "acme|m-1")->value,
	    "\"endpoints\":[\"acme/learn\"]"));
	assert_null(
	    strstr(world_find(&st.w, "windows", "birch|m-1")->value, "acme"));
	run(700);
	all_see(OUTCOME_FAILED);
	run(760);
	told("[  719] acme/login raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n");
	/* For one client it is taken back. */
	assert_true(command("{\"command\":\"maintenance-cancel\",\"window\":"
			    "\"m-1\",\"client\":\"birch\"}"));
	assert_string_equal(answer, "birch: maintenance m-1 is cancelled\n");
	told("[  760] birch/learn raised down S1: is down: answered 503, seen "
	     "by 3 of 3 regions; its announced maintenance is over\n");
	end();
}

/* An endpoint that came later is the client's, too. */
static void
a_client_is_all_of_it(void **state)
{
	static const char *const ids[] = { "acme/learn", "acme/login" };
	struct settings *old;

	(void)state;
	begin(one, 2, ids);
	run(100);
	announce("\"acme\"", 600, 4200);
	old = reconfigure(two);
	run(700);
	settings_free(old);
	all_see(OUTCOME_FAILED);
	run(4199);
	assert_null(strstr(st.w.story.data, "acme/")); /* birch's is unknown */
	run(4210);
	assert_non_null(strstr(st.w.story.data, "[ 4200] acme/login raised"));
	assert_non_null(strstr(st.w.story.data, "[ 4200] acme/learn raised"));
	end();
}

/* Twice by a rule: between the two it pages as ever. */
static void
several_times(void **state)
{
	(void)state;
	begin_one();
	run(100);
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-1\",\"scope\":[\"acme\"],\"text\":\"x\","
			    "\"rule\":\"FREQ=DAILY;COUNT=2\","
			    "\"times\":[[%lld,%lld],[%lld,%lld]]}",
	    ms(600), ms(1200), ms(3000), ms(3600)));
	run(700);
	all_see(OUTCOME_FAILED);
	run(1100);
	all_see(OUTCOME_OK);
	run(1300);
	told("");
	run(3100);
	all_see(OUTCOME_FAILED);
	run(3200);
	assert_true(command("{\"command\":\"maintenance-shorten\",\"window\":"
			    "\"m-1\",\"nth\":2,\"to_ms\":%lld}",
	    ms(3300)));
	run(3310);
	told_at_its_end(3300, "acme/learn");
	assert_false(command("{\"command\":\"maintenance-shorten\",\"window\":"
			     "\"m-1\",\"nth\":3,\"to_ms\":%lld}",
	    ms(3300)));
	assert_string_equal(answer, "nth: m-1 has 2 times");
	end();
}

/* Four hundred times, and changes of each with a reason of full length. */
static void
its_record_never_outgrows_what_can_be_read(void **state)
{
	struct text times = { 0 };
	const struct world_field *r;
	char why[2 * WINDOW_TEXT_MAX + 1] = "";
	int turn = 0;

	(void)state;
	begin_one();
	run(100);
	for (size_t i = 0; i < WINDOW_TEXT_MAX; i++)
		memcpy(why + 2 * i, "\\\"", 3);
	for (int i = 0; i < WINDOW_TIMES_MAX; i++)
		text_addf(&times, "%s[%lld,%lld]", i > 0 ? "," : "",
		    ms(1000 + 1000 * i), ms(1100 + 1000 * i));
	assert_true(command("{\"command\":\"maintenance-announce\",\"window\":"
			    "\"m-1\",\"scope\":[\"acme\"],\"text\":\"x\","
			    "\"times\":[%s]}",
	    times.data));
	text_clear(&times);
	while (command("{\"command\":\"maintenance-extend\",\"window\":\"m-1\","
		       "\"nth\":%d,\"to_ms\":%lld,\"why\":\"%s\"}",
	    turn % WINDOW_TIMES_MAX + 1,
	    ms(1100 + 1000 * (turn % WINDOW_TIMES_MAX)) + turn + 1, why))
		assert_true(++turn < 10000);
	assert_string_equal(answer, "acme: m-1 was changed too often");
	assert_true(
	    command("{\"command\":\"maintenance-cancel\",\"window\":\"m-1\","
		    "\"why\":\"%s\"}",
		why));
	r = world_find(&st.w, "windows", "acme|m-1");
	assert_true(strlen(r->value) < LEDGER_RECORD_MAX);
	world_restart(&st.w);
	assert_true(cancel());
	assert_string_equal(answer, "acme: maintenance m-1 was cancelled\n");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_is_still_broken_at_its_end_pages_that_second),
		cmocka_unit_test(what_is_well_by_its_end_is_never_told),
		cmocka_unit_test(its_own_page_pages_at_the_end),
		cmocka_unit_test(what_began_before_it_stays_open),
		cmocka_unit_test(one_that_is_shortened_pages_at_once),
		cmocka_unit_test(one_that_is_cancelled_pages_at_once),
		cmocka_unit_test(one_that_is_extended_waits_longer),
		cmocka_unit_test(a_restart_within_it),
		cmocka_unit_test(its_end_falls_into_a_break),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(whom_it_is_about),
		cmocka_unit_test(a_client_is_all_of_it),
		cmocka_unit_test(several_times),
		cmocka_unit_test(its_record_never_outgrows_what_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
