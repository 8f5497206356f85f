/* shard: an endpoint gets another name, and its history goes on. */
#include "collector/shard_command.h"
#include "tests/unit/rename_story.h"

#define UNTIL_THEN                                                             \
	"[  110] acme/learn raised down S1: is down: answered 503, seen by 2 " \
	"of 3 regions\n"                                                       \
	"[  170] acme/learn changed down S1: is down: answered 503, seen by "  \
	"3 of 3 regions\n"
#define RENAMED "[  200] acme/academy renamed down S4: was called acme/learn\n"
#define FROM_THEN                                                              \
	"[  310] acme/academy changed down S1: is down: answered 503, seen "   \
	"by 2 of 3 regions\n"                                                  \
	"[  350] acme/academy cleared down S1: is up again after 3 min 30 s\n"

/*
 * It falls, is renamed while it is down, agents go on under the old name for
 * a minute, and it is well again.
 */
static void
fall_and_be_renamed(int64_t killed_s)
{
	begin_one();
	run(95);
	all_see(OUTCOME_FAILED);
	run(200);
	take(ACADEMY);
	for (int64_t second = 201; second <= 420; second++) {
		if (second == 260)
			st.endpoints[0] = "acme/academy";
		if (second == 301)
			all_see(OUTCOME_OK);
		run(second);
		if (second == killed_s)
			world_restart(&st.w);
	}
}

static void
test_an_outage_goes_on_under_another_name(void **state)
{
	(void)state;
	fall_and_be_renamed(0);
	told(UNTIL_THEN RENAMED FROM_THEN);
	booked(FIRST "acme/learn down 110..320 [80 290]\n");
	account_says("acme/academy down 210 s\n");
	journal_has("\"what\":\"renamed\",\"subject\":\"acme/academy\","
		    "\"was\":\"acme/learn\"");
	names("acme/learn [{\"from\":1800000200000,\"name\":\"acme/academy\"}]"
	      "\n");
	assert_true(has("states", "acme/learn"));
	assert_false(has("states", "acme/academy"));
	assert_false(has("terms", "acme/academy"));
	end();
}

/* Whenever the evaluator is killed, before, while and after. */
static void
test_a_crash_around_a_rename_changes_nothing(void **state)
{
	(void)state;
	for (int64_t killed_s = 201; killed_s < 420; killed_s += 23) {
		fall_and_be_renamed(killed_s);
		booked(FIRST "acme/learn down 110..320 [80 290]\n");
		account_says("acme/academy down 210 s\n");
		assert_non_null(strstr(st.w.story.data, RENAMED));
		assert_null(
		    strstr(strstr(st.w.story.data, RENAMED) + 30, "renamed"));
		assert_null(
		    strstr(strstr(st.w.story.data, "raised") + 1, "raised"));
		end();
	}
}

/* Decided, and killed before it was written: the start decides it anew. */
static void
test_a_rename_that_was_not_written_is_made_by_the_next_start(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *old;

	(void)state;
	begin_one();
	run(95);
	all_see(OUTCOME_FAILED);
	run(200);
	old = st.w.settings;
	st.w.settings = settings_from_text(ACADEMY, &errors);
	shard_configure(st.w.shard, st.w.settings, st.w.now_ms);
	world_restart(&st.w);
	settings_free(old);
	told(UNTIL_THEN RENAMED);
	st.endpoints[0] = "acme/academy";
	all_see(OUTCOME_OK);
	run(330);
	booked(FIRST "acme/learn down 110..220 [80 190]\n");
	account_says("acme/academy down 110 s\n");
	end();
}

/* What says it may go; the tree that says it again changes nothing, either. */
static void
test_was_may_leave_the_tree(void **state)
{
	struct text journal = { 0 };
	size_t sets;

	(void)state;
	begin_one();
	run(60);
	take(ACADEMY);
	text_add(&journal, st.w.journal.data);
	sets = st.w.sets;
	take(ACADEMY_PLAIN);
	take(ACADEMY);
	take(ACADEMY_PLAIN);
	assert_int_equal(st.w.sets, sets);
	assert_string_equal(st.w.journal.data, journal.data);
	world_restart(&st.w);
	assert_string_equal(st.w.journal.data, journal.data);
	told("[   60] acme/academy renamed down S4: was called acme/learn\n");
	text_clear(&journal);
	end();
}

/* What agents still send under the first name counts under the third. */
static void
test_a_chain_of_renames_is_one_line(void **state)
{
	(void)state;
	begin_one();
	run(60);
	take(ACADEMY);
	run(90);
	take(CAMPUS);
	run(100);
	all_see(OUTCOME_FAILED);
	run(130);
	st.endpoints[0] = "acme/academy";
	run(160);
	st.endpoints[0] = "acme/campus";
	run(190);
	world_restart(&st.w);
	all_see(OUTCOME_OK);
	run(300);
	booked(FIRST "acme/learn down 120..210 [90 180]\n");
	account_says("acme/campus down 90 s\n");
	names("acme/learn [{\"from\":1800000060000,\"name\":\"acme/academy\"},"
	      "{\"from\":1800000090000,\"name\":\"acme/campus\"}]\n");
	end();
}

/* With "was" the other way round, or by the old tree as it stood. */
static void
test_a_rename_can_be_taken_back(void **state)
{
	static const char *const back[] = { LEARN_AGAIN, LEARN };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		begin_one();
		run(60);
		take(ACADEMY);
		st.endpoints[0] = "acme/academy";
		all_see(OUTCOME_FAILED);
		run(120);
		take(back[i]);
		run(150);
		st.endpoints[0] = "acme/learn";
		all_see(OUTCOME_OK);
		run(240);
		booked(FIRST "acme/learn down 80..170 [50 140]\n");
		account_says("acme/learn down 90 s\n");
		end();
	}
}

/* An agent had the new plan before evaluate had the tree: it is not lost. */
static void
test_what_is_seen_just_before_a_name_begins_is_its_own(void **state)
{
	(void)state;
	begin_one();
	run(60);
	st.unread = true;
	st.endpoints[0] = "acme/academy";
	all_see(OUTCOME_FAILED);
	run(99);
	st.unread = false;
	st.w.now_ms = WORLD_BEGIN + 100 * S;
	take(ACADEMY);
	world_read(&st.w);
	run(150);
	booked(FIRST "acme/learn down 80..on [50]\n");
	end();
}

/* The clock was ahead when it was renamed: what is announced now is its. */
static void
test_a_rename_under_a_clock_that_was_ahead(void **state)
{
	(void)state;
	begin_one();
	run(600);
	take(JOINED);
	names("acme/learn [{\"from\":1800000600000,\"name\":\"acme/academy\"}]"
	      "\n");
	st.w.now_ms = WORLD_BEGIN + 300 * S;
	shard_break(st.w.shard, st.w.now_ms);
	world_commit(&st.w);
	names("acme/learn [{\"from\":1800000300000,\"name\":\"acme/academy\"}]"
	      "\n");
	shard_break(st.w.shard, st.w.now_ms - S);
	world_restart(&st.w);
	end();
}

static void
said(const char *json, bool done)
{
	struct shard_reply reply;

	assert_int_equal(shard_command(st.w.shard, json, strlen(json), "aroha",
			     false, st.w.now_ms, &reply),
	    done);
	shard_reply_clear(&reply);
	world_commit(&st.w);
}

/* What was announced or claimed under the old name, and what is later. */
static void
test_what_was_said_of_the_old_name_holds(void **state)
{
	struct ledger *l;
	struct sla_facts f;

	(void)state;
	begin_one();
	run(60);
	said("{\"command\":\"maintenance-announce\",\"window\":\"m-1\","
	     "\"scope\":[\"acme/learn\"],\"text\":\"disks\",\"times\":"
	     "[[1800000200000,1800000400000]]}",
	    true);
	said("{\"command\":\"outage-exclude\",\"exclusion\":\"x-1\","
	     "\"scope\":[\"acme/learn\"],\"reason\":\"client\","
	     "\"text\":\"theirs\",\"claimant\":\"aroha\","
	     "\"from_ms\":1800000010000,\"to_ms\":1800000050000}",
	    true);
	run(100);
	take(ACADEMY);
	st.endpoints[0] = "acme/academy";
	run(210);
	all_see(OUTCOME_FAILED);
	run(300);
	told("[  100] acme/academy renamed down S4: was called acme/learn\n");
	world_restart(&st.w);
	said("{\"command\":\"outage-annotate\",\"scope\":[\"acme/learn\"],"
	     "\"from_ms\":1800000230000,\"cause\":\"a cable\"}",
	    true);
	assert_true(has("annotations", "acme/learn|1800000230000"));
	run(399);
	told("");
	run(401);
	assert_non_null(strstr(st.w.story.data, "acme/academy raised down"));
	l = ledger_now();
	ledger_period_between(l, "UTC", WORLD_BEGIN, st.w.now_ms, &f);
	ledger_facts(l, &f);
	assert_int_equal(f.endpoint_count, 1);
	assert_int_equal(f.window_count, 1);
	assert_int_equal(f.exclusion_count, 1);
	assert_int_equal(f.outage_count, 1);
	assert_string_equal(f.outages[0].cause, "a cable");
	sla_facts_clear(&f);
	/* A period that was over when it was renamed calls it as it was. */
	ledger_period_between(l, "UTC", WORLD_BEGIN, WORLD_BEGIN + 90 * S, &f);
	ledger_facts(l, &f);
	assert_string_equal(f.endpoints[0].name, "acme/learn");
	sla_facts_clear(&f);
	ledger_free(l);
	end();
}

#define WEIGHTS(a, more)                                                       \
	HEAD CLIENT("acme") ENDPOINT(a, ", weight: 0.5" more)                  \
	    ENDPOINT("login", "")

/* Weights go with it; that is no other agreement. */
static void
test_terms_are_not_changed_by_a_rename(void **state)
{
	static const char *const ids[] = { "acme/learn", "acme/login" };
	struct sla_facts f;
	struct ledger *l;

	(void)state;
	begin(WEIGHTS("learn", ""), 2, ids);
	run(60);
	text_clear(&st.w.journal);
	take(WEIGHTS("zoo", ", was: learn"));
	assert_null(strstr(st.w.journal.data, "\"what\":\"terms\""));
	assert_null(strstr(st.w.journal.data, "\"what\":\"removed\""));
	run(90);
	l = ledger_now();
	ledger_period_between(l, "UTC", WORLD_BEGIN, st.w.now_ms, &f);
	ledger_facts(l, &f);
	assert_int_equal(f.version_count, 1);
	assert_int_equal(f.versions[0].weight_count, 1);
	assert_string_equal(f.versions[0].own_weights[0].endpoint, "acme/zoo");
	sla_facts_clear(&f);
	ledger_free(l);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_outage_goes_on_under_another_name),
		cmocka_unit_test(test_a_crash_around_a_rename_changes_nothing),
		cmocka_unit_test(
		    test_a_rename_that_was_not_written_is_made_by_the_next_start),
		cmocka_unit_test(test_was_may_leave_the_tree),
		cmocka_unit_test(test_a_chain_of_renames_is_one_line),
		cmocka_unit_test(test_a_rename_can_be_taken_back),
		cmocka_unit_test(
		    test_what_is_seen_just_before_a_name_begins_is_its_own),
		cmocka_unit_test(test_a_rename_under_a_clock_that_was_ahead),
		cmocka_unit_test(test_what_was_said_of_the_old_name_holds),
		cmocka_unit_test(test_terms_are_not_changed_by_a_rename),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
