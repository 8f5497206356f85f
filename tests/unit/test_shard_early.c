/* shard: what agents see under a new name before evaluate knows it. */
#include "tests/unit/early_story.h"

/* Agents have the new plan at 60, evaluate the tree at 200; it fails and
   comes back meanwhile. */
static void
be_renamed_late(int64_t killed_s)
{
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	for (int64_t second = 61; second <= 300; second++) {
		if (second == 95)
			all_see(OUTCOME_FAILED);
		if (second == 155)
			all_see(OUTCOME_OK);
		if (second == 201)
			take(ACADEMY);
		run(second);
		if (second == killed_s)
			world_restart(&st.w);
	}
}

static void
test_what_was_seen_under_a_new_name_was_lost(void **state)
{
	(void)state;
	be_renamed_late(0);
	booked(FIRST "acme/learn down 110..170 [80 140]\n");
	assert_non_null(strstr(st.w.story.data, RENAMED));
	assert_int_equal(kept(), 0);
	journal_lacks("early");
	end();
}

/* Between arrival and rename, and after it: nothing is lost or counted twice. */
static void
test_a_crash_before_or_after_the_rename_loses_nothing(void **state)
{
	(void)state;
	for (int64_t killed_s = 61; killed_s < 300; killed_s += 17) {
		be_renamed_late(killed_s);
		booked(FIRST "acme/learn down 110..170 [80 140]\n");
		assert_int_equal(kept(), 0);
		end();
	}
}

/* Agents had the plan at 60, evaluate the tree at 200 and another at 260; what
   was seen under the name in between comes when nobody has it any more. */
static void
test_a_name_passed_on_before_its_looks_came(void **state)
{
	(void)state;
	begin_one();
	run(200);
	take(ACADEMY);
	run(260);
	take(HEAD CLIENT("acme") ENDPOINT("college", ", was: academy"));
	st.endpoints[0] = "acme/college";
	run(300);
	send_late("acme/academy", st.w.now_ms - 200 * S);
	run(330);
	assert_int_equal(kept(), 0);
	journal_lacks("early");
	booked(FIRST);
	end();
}

/* A start reads a quarter of an hour again; what is older stands in "early". */
static void
test_an_evaluator_that_hears_of_it_an_hour_later(void **state)
{
	(void)state;
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	run(100);
	all_see(OUTCOME_FAILED);
	run(200);
	all_see(OUTCOME_OK);
	run(1800);
	world_restart(&st.w);
	run(3600);
	take(ACADEMY);
	booked(FIRST "acme/learn down 120..220 [90 190]\n");
	/* Written at once: no start reads again what is so old. */
	world_restart(&st.w);
	run(3660);
	booked(FIRST "acme/learn down 120..220 [90 190]\n");
	end();
}

/* It was well all the time, so that only the end of a run moves: that is
   written at once too, or a start would not know it any more. */
static void
test_an_end_that_moved_an_hour_later(void **state)
{
	(void)state;
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	run(3600);
	take(ACADEMY);
	booked(FIRST);
	world_restart(&st.w);
	run(3660);
	booked(FIRST);
	end();
}

/* Agents call it otherwise already, and it fails for them. */
static void
fail_under_a_new_name(void)
{
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	all_see(OUTCOME_FAILED);
	run(130);
}

/* The next holder of the lease has the new tree when it starts. */
static void
test_a_start_with_the_new_tree_takes_it_up(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *old;

	(void)state;
	fail_under_a_new_name();
	all_see(OUTCOME_OK);
	run(1500);
	old = st.w.settings;
	st.w.settings = settings_from_text(ACADEMY, &errors);
	assert_non_null(st.w.settings);
	world_restart(&st.w);
	settings_free(old);
	run(1530);
	booked(FIRST "acme/learn down 80..150 [50 120]\n");
	assert_int_equal(kept(), 0);
	end();
}

/* Decided and not written: the next start has it all, and decides again. */
static void
test_a_rename_that_was_not_written_takes_it_up_again(void **state)
{
	struct settings *old;

	(void)state;
	fail_under_a_new_name();
	old = decide(ACADEMY);
	world_restart(&st.w);
	settings_free(old);
	all_see(OUTCOME_OK);
	run(200);
	booked(FIRST "acme/learn down 80..150 [50 120]\n");
	assert_int_equal(kept(), 0);
	end();
}

/* Its record goes with what it said, and not before. */
static void
test_killed_within_the_commits_of_a_rename(void **state)
{
	struct settings *old;
	struct commit c;
	bool has_runs = false;
	size_t gone = 0, before;

	(void)state;
	fail_under_a_new_name();
	before = kept();
	assert_true(before > 0);
	old = decide(ACADEMY);
	commit_init(&c);
	while (shard_commit(st.w.shard, st.w.now_ms, &c)) {
		for (size_t i = 0; i < c.count; i++) {
			has_runs |= strcmp(c.ops[i].key, "runs") == 0;
			if (strcmp(c.ops[i].key, "early") != 0)
				continue;
			assert_true(has_runs);
			gone++;
		}
		world_apply(&st.w, &c);
		shard_committed(st.w.shard, st.w.now_ms);
	}
	assert_int_equal(gone, before);
	assert_int_equal(kept(), 0);
	commit_clear(&c);
	settings_free(old);
	end();
}

/* The instants are those by which it was dated when it came. */
static void
test_the_shift_of_its_entry_is_applied(void **state)
{
	(void)state;
	begin_one();
	st.shift_ms = 90 * S;
	run(60);
	st.endpoints[0] = "acme/academy";
	all_see(OUTCOME_FAILED);
	run(130);
	st.shift_ms = 0;
	all_see(OUTCOME_OK);
	run(155);
	take(ACADEMY);
	run(200);
	booked(FIRST "acme/learn down 80..150 [50 120]\n");
	end();
}

/* Of an unsure clock nothing is taken, whatever the name. */
static void
test_what_an_unsure_clock_dates_is_not_kept(void **state)
{
	(void)state;
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	st.unsure[0] = st.unsure[1] = st.unsure[2] = true;
	run(130);
	assert_int_equal(kept(), 0);
	end();
}

/* The same rule as for any: dated ahead it is a hole. */
static void
test_what_is_dated_ahead_is_not_kept(void **state)
{
	(void)state;
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	st.ahead_ms[0] = 400 * S;
	st.silent[1] = st.silent[2] = true;
	run(130);
	assert_int_equal(kept(), 0);
	journal_has("\"what\":\"ahead\"");
	end();
}

/* Older than late_accept: not taken, and told, whatever the name. */
static void
test_what_is_too_old_is_not_kept(void **state)
{
	(void)state;
	begin_one();
	run(60);
	send_late("acme/academy", WORLD_BEGIN - 8 * INT64_C(86400000));
	assert_int_equal(kept(), 0);
	journal_has("\"what\":\"late\"");
	end();
}

/* A client that is none of ours, or has no name at all. */
static void
test_names_of_nobody_we_know_are_not_kept(void **state)
{
	static const char *const ids[] = { "birch/learn", "academy",
		("a-name-of-a-client-that-is-longer-than-any-that-there-can-be-"
		 "here/x") };

	(void)state;
	begin_one();
	run(60);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		send_late(ids[i], st.w.now_ms);
	assert_int_equal(kept(), 0);
	end();
}

/* A part that says that it is for this shard, and is for another. */
static void
test_a_client_of_another_shard(void **state)
{
	static const char *const ids[] = { "acme/new", "birch/new", "cedar/new",
		"delta/new" };
	size_t ours = 0;

	(void)state;
	begin(HEAD CLIENT("acme") ENDPOINT("a", "") CLIENT("birch")
		  ENDPOINT("a", "") CLIENT("cedar") ENDPOINT("a", "")
		      CLIENT("delta") ENDPOINT("a", "") "shards: 2\n",
	    0, NULL);
	for (size_t i = 0; i < 4; i++) {
		char client[8];

		text_format(client, sizeof(client), "%.5s", ids[i]);
		*strchrnul(client, '/') = '\0';
		ours += settings_shard(st.w.settings, client) == 0;
		send_late(ids[i], st.w.now_ms);
		assert_int_equal(kept(), ours);
	}
	assert_in_range(ours, 1, 3);
	end();
}

/* There is a record of it, and no terms: whose it is nobody has said. */
static void
test_a_name_without_terms_is_nobodys(void **state)
{
	char error[160];

	(void)state;
	begin_one();
	run(60);
	assert_int_equal(shard_load(st.w.shard, "states", "acme/academy", "{}",
			     2, error),
	    0);
	send_late("acme/academy", st.w.now_ms);
	assert_int_equal(kept(), 1);
	take(one);
	assert_int_equal(kept(), 1);
	take(LOGIN);
	assert_int_equal(kept(), 1);
	take(HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("academy", ""));
	assert_int_equal(kept(), 0);
	end();
}

/* Of a new endpoint it is a fact, and nothing is booked of the time before. */
static void
test_a_new_endpoint_begins_with_its_terms(void **state)
{
	static const char *const ids[] = { "acme/learn", "acme/login" };

	(void)state;
	begin(one, 2, ids);
	for (size_t a = 0; a < AGENTS; a++)
		see(1, a, OUTCOME_FAILED);
	run(100);
	assert_true(kept() > 0);
	take(LOGIN);
	assert_int_equal(kept(), 0);
	run(101);
	world_restart(&st.w);
	run(130);
	all_see(OUTCOME_OK);
	run(200);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/login down 100..149 [100 119]\n");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_seen_under_a_new_name_was_lost),
		cmocka_unit_test(
		    test_a_crash_before_or_after_the_rename_loses_nothing),
		cmocka_unit_test(
		    test_an_evaluator_that_hears_of_it_an_hour_later),
		cmocka_unit_test(test_a_name_passed_on_before_its_looks_came),
		cmocka_unit_test(test_an_end_that_moved_an_hour_later),
		cmocka_unit_test(test_a_start_with_the_new_tree_takes_it_up),
		cmocka_unit_test(
		    test_a_rename_that_was_not_written_takes_it_up_again),
		cmocka_unit_test(test_killed_within_the_commits_of_a_rename),
		cmocka_unit_test(test_the_shift_of_its_entry_is_applied),
		cmocka_unit_test(test_what_an_unsure_clock_dates_is_not_kept),
		cmocka_unit_test(test_what_is_dated_ahead_is_not_kept),
		cmocka_unit_test(test_what_is_too_old_is_not_kept),
		cmocka_unit_test(test_names_of_nobody_we_know_are_not_kept),
		cmocka_unit_test(test_a_new_endpoint_begins_with_its_terms),
		cmocka_unit_test(test_a_client_of_another_shard),
		cmocka_unit_test(test_a_name_without_terms_is_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
