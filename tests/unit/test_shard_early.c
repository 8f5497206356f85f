/* shard: what agents see under a new name before evaluate knows it. */
#include "collector/quorum.h"
#include "tests/unit/shard_story.h"

#define ACADEMY HEAD CLIENT("acme") ENDPOINT("academy", ", was: learn")
#define LOGIN HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("login", "")

/* Before anybody had looked. */
#define FIRST "acme/learn unknown 0..20 [0 ?]\n"
#define RENAMED "acme/academy renamed down S4: was called acme/learn\n"

static void
take(const char *yaml)
{
	settings_free(reconfigure(yaml));
}

/* The shard has them, and nothing of that is written. */
static struct settings *
decide(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *old = st.w.settings;

	st.w.settings = settings_from_text(yaml, &errors);
	assert_non_null(st.w.settings);
	shard_configure(st.w.shard, st.w.settings, st.w.now_ms);
	return old;
}

static size_t
kept(void)
{
	size_t n = 0;

	for (size_t i = 0; i < st.w.field_count; i++)
		n += strcmp(st.w.fields[i].key, "early") == 0;
	return n;
}

static struct world_field *
last_kept(void)
{
	struct world_field *last = NULL;

	for (size_t i = 0; i < st.w.field_count; i++)
		if (strcmp(st.w.fields[i].key, "early") == 0)
			last = &st.w.fields[i];
	assert_non_null(last);
	return last;
}

static void
journal_lacks(const char *what)
{
	if (st.w.journal.data != NULL &&
	    strstr(st.w.journal.data, what) != NULL)
		fail_msg("%s in the journal: %s", what, st.w.journal.data);
}

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

/* The next holder of the lease has the new tree when it starts. */
static void
test_a_start_with_the_new_tree_takes_it_up(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *old;

	(void)state;
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	all_see(OUTCOME_FAILED);
	run(130);
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
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	all_see(OUTCOME_FAILED);
	run(130);
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
	begin_one();
	run(60);
	st.endpoints[0] = "acme/academy";
	all_see(OUTCOME_FAILED);
	run(130);
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

static void
send_late(const char *endpoint, int64_t at_ms)
{
	struct observation o = { .endpoint = endpoint,
		.started_at_ms = at_ms,
		.until_at_ms = at_ms,
		.count = 1,
		.interval_ms = 30 * S };
	struct wire_part part = world_part(&st.w);

	part.observations = &o;
	part.count = 1;
	world_store(&st.w, "akl-1", "auckland", &part, 0, false);
	world_read(&st.w);
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
		"x2345678901234567890123456789012345678901234567890123456789"
		"0123456789/learn" };

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

/* One entry with so many of them. */
static void
send_many(size_t count)
{
	struct observation *all = mem_alloc(count * sizeof(*all));
	struct wire_part part = world_part(&st.w);

	for (size_t i = 0; i < count; i++)
		all[i] = (struct observation){ .endpoint = "acme/campus",
			.started_at_ms = st.w.now_ms,
			.until_at_ms = st.w.now_ms,
			.count = 1,
			.interval_ms = 30 * S };
	part.observations = all;
	part.count = count;
	world_store(&st.w, "akl-1", "auckland", &part, 0, false);
	free(all);
}

static void
give_all(void)
{
	for (; st.w.given < st.w.inbox_count; st.w.given++)
		shard_entry(st.w.shard, st.w.inbox[st.w.given].id,
		    st.w.inbox[st.w.given].data, st.w.inbox[st.w.given].length,
		    st.w.now_ms);
}

/* What goes of "early"; the world has no room for so many fields. */
static void
gone(const char *expected)
{
	struct text out = { 0 };
	struct commit c;

	commit_init(&c);
	while (shard_commit(st.w.shard, st.w.now_ms, &c)) {
		for (size_t i = 0; i < c.count; i++) {
			const struct commit_op *op = &c.ops[i];

			if (op->kind == COMMIT_UNSET &&
			    strcmp(op->key, "early") == 0)
				text_addf(&out, "%s %s\n", op->key, op->field);
			if (op->kind == COMMIT_APPEND)
				text_addf(&st.w.journal, "%.*s\n",
				    (int)op->length, (const char *)op->value);
		}
		shard_committed(st.w.shard, st.w.now_ms);
	}
	commit_clear(&c);
	assert_string_equal(out.data == NULL ? "" : out.data, expected);
	text_clear(&out);
}

/* The oldest goes, and the journal is told. */
static void
test_too_much_of_it(void **state)
{
	char expected[80];

	(void)state;
	begin_one();
	run(60);
	st.silent[0] = st.silent[1] = st.silent[2] = true;
	for (int64_t i = 0; i < 3; i++)
		send_late("acme/academy", st.w.now_ms - i * S);
	assert_int_equal(kept(), 3);
	text_format(expected, sizeof(expected), "early acme/academy|%s|0\n",
	    st.w.inbox[st.w.given - 3].id);
	for (size_t left = SHARD_EARLY_MAX - 2; left > 0;) {
		size_t n = left < 500 ? left : 500;

		send_many(n);
		left -= n;
	}
	give_all();
	gone(expected);
	journal_has("\"what\":\"early\",\"subject\":\"akl-1\"");
	end();
}

static void
days(int n)
{
	for (int hour = 0; hour < n * 24; hour++)
		world_pass(&st.w, st.w.now_ms + 3600 * S);
}

/* What nobody takes goes when it is older than late_accept; a loss is told. */
static void
test_what_nobody_takes_is_forgotten_in_time(void **state)
{
	(void)state;
	begin_one();
	run(60);
	st.silent[0] = st.silent[1] = st.silent[2] = true;
	send_late("acme/academy", st.w.now_ms);
	days(6);
	assert_int_equal(kept(), 1);
	world_restart(&st.w);
	days(2);
	assert_int_equal(kept(), 0);
	journal_has("\"what\":\"early\",\"subject\":\"akl-1\"");
	end();
}

/* A record that is none is refused, and changes nothing. */
static void
test_damaged_records(void **state)
{
	static const char *const fields[] = { "acme/academy",
		"acme/academy|x|0", "acme/academy|1-0|x", "acme/academy|1-0|-1",
		"acme/academy|1-0|1000", "acme/campus|1-0|0", "|1-0|0" };
	const struct world_field *f;
	struct shard *s;
	char error[160];

	(void)state;
	begin_one();
	run(60);
	send_late("acme/academy", st.w.now_ms);
	f = last_kept();
	s = shard_new(st.w.settings, 0);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		assert_int_equal(shard_load(s, "early", fields[i], f->value,
				     f->length, error),
		    -1);
		assert_string_equal(error, "early: unreadable");
	}
	for (size_t n = 0; n < f->length; n++)
		assert_int_equal(shard_load(s, "early", f->field, f->value, n,
				     error),
		    -1);
	assert_int_equal(shard_load(s, "early", f->field, f->value, f->length,
			     error),
	    0);
	send_many(2);
	assert_int_equal(shard_load(s, "early", "acme/campus|1-0|0",
			     st.w.inbox[st.w.inbox_count - 1].data,
			     st.w.inbox[st.w.inbox_count - 1].length, error),
	    -1);
	memset(f->value + f->length - 24, 0xc1, 24);
	assert_int_equal(shard_load(s, "early", f->field, f->value, f->length,
			     error),
	    -1);
	shard_free(s);
	end();
}

/* late_accept is an hour by the tree that names it. */
static void
test_a_name_that_comes_too_late(void **state)
{
	struct text tree = { 0 };
	size_t site = (size_t)(strstr(ACADEMY, "name: Kahu") - ACADEMY);

	(void)state;
	text_addf(&tree, "%.*slate_accept: 1h, %s", (int)site, ACADEMY,
	    ACADEMY + site);
	begin_one();
	run(60);
	st.silent[0] = st.silent[1] = st.silent[2] = true;
	send_late("acme/academy", st.w.now_ms);
	world_pass(&st.w, st.w.now_ms + 4000 * S);
	assert_int_equal(kept(), 1);
	take(tree.data);
	assert_int_equal(kept(), 0);
	journal_has("\"what\":\"early\",\"subject\":\"akl-1\"");
	text_clear(&tree);
	end();
}

/* The longest that there can be: what a record takes at most. */
static void
test_a_record_is_small(void **state)
{
	struct observation o = { .endpoint = "x",
		.count = 1,
		.outcome = OUTCOME_FAILED,
		.reason = REASON_HTTP_STATUS,
		.flags = 3,
		.interval_ms = 86400 * (int64_t)S,
		.total_us = INT64_C(1) << 36,
		.dns_us = INT64_C(1) << 36,
		.connect_us = INT64_C(1) << 36,
		.tls_us = INT64_C(1) << 36,
		.first_byte_us = INT64_C(1) << 36,
		.lag_us = INT64_C(1) << 36,
		.status = 999 };
	char name[WIRE_NAME_MAX + 1] = "", long_one[64] = "";
	struct wire_part part;

	(void)state;
	begin_one();
	run(60);
	memset(name, 'x', WIRE_NAME_MAX);
	memcpy(name, "acme/", 5);
	memset(long_one, 'a', sizeof(long_one) - 1);
	memset(o.detail, 'y', DETAIL_MAX - 1);
	o.endpoint = name;
	o.started_at_ms = o.until_at_ms = st.w.now_ms;
	part = world_part(&st.w);
	part.observations = &o;
	part.count = 1;
	world_store(&st.w, long_one, long_one, &part, 0, false);
	world_read(&st.w);
	assert_in_range(last_kept()->length, 400, 700);
	end();
}

/* Loaded in any order they are taken in that in which they came. */
static void
test_records_come_in_any_order(void **state)
{
	static const size_t orders[][4] = { { 0, 1, 2, 3 }, { 3, 2, 1, 0 },
		{ 2, 0, 3, 1 }, { 1, 3, 0, 2 } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct world_field all[4], *places[4];
		struct text expected = { 0 };
		size_t n = 0;

		begin_one();
		run(60);
		st.silent[0] = st.silent[1] = st.silent[2] = true;
		send_many(2);
		send_many(2);
		world_read(&st.w);
		for (size_t k = 0; k < st.w.field_count; k++)
			if (strcmp(st.w.fields[k].key, "early") == 0) {
				assert_true(n < 4);
				places[n] = &st.w.fields[k];
				all[n++] = st.w.fields[k];
			}
		assert_int_equal(n, 4);
		for (size_t k = 0; k < 4; k++)
			*places[k] = all[orders[i][k]];
		for (size_t k = 0; k < 4; k++)
			text_addf(&expected, "early %s\n", all[k].field);
		world_restart(&st.w);
		settings_free(decide(HEAD CLIENT("acme") ENDPOINT("learn", "")
			ENDPOINT("campus", "")));
		gone(expected.data);
		text_clear(&expected);
		end();
	}
}

/* Regions of voids hold every place, and its own is none of the tree's: it
   waits, and is forgotten in its time. */
static void
test_no_place_for_its_region(void **state)
{
	struct observation o = { .endpoint = "acme/academy",
		.count = 1,
		.interval_ms = 30 * S };
	struct wire_part part;
	struct world_field f;
	char field[40], expected[80], error[160];

	(void)state;
	begin_one();
	run(60);
	part = world_part(&st.w);
	part.observations = &o;
	part.count = 1;
	o.started_at_ms = o.until_at_ms = st.w.now_ms;
	world_store(&st.w, "wlg-1", "wellington", &part, 0, false);
	world_read(&st.w);
	f = *last_kept();
	text_format(expected, sizeof(expected), "early %s\n", f.field);
	shard_free(st.w.shard);
	st.w.shard = shard_new(st.w.settings, 0);
	for (int i = 0; i < REGIONS_MAX; i++) {
		text_format(field, sizeof(field), "r%d|blind|a|5", i);
		assert_int_equal(shard_load(st.w.shard, "voids", field, "6", 1,
				     error),
		    0);
	}
	assert_int_equal(shard_load(st.w.shard, f.key, f.field, f.value,
			     f.length, error),
	    0);
	shard_start(st.w.shard, st.w.now_ms);
	settings_free(decide(ACADEMY));
	gone("");
	st.w.now_ms += 8 * 86400 * (int64_t)S;
	shard_time(st.w.shard, st.w.now_ms);
	gone(expected);
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
		cmocka_unit_test(test_too_much_of_it),
		cmocka_unit_test(test_what_nobody_takes_is_forgotten_in_time),
		cmocka_unit_test(test_damaged_records),
		cmocka_unit_test(test_a_name_that_comes_too_late),
		cmocka_unit_test(test_a_record_is_small),
		cmocka_unit_test(test_a_client_of_another_shard),
		cmocka_unit_test(test_a_name_without_terms_is_nobodys),
		cmocka_unit_test(test_records_come_in_any_order),
		cmocka_unit_test(test_no_place_for_its_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
