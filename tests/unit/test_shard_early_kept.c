/* shard: what is kept under a name to come: how much, how long, what of it is
   believed. */
#include "collector/quorum.h"
#include "tests/unit/early_story.h"

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
	    &ACADEMY[site]);
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
		cmocka_unit_test(test_too_much_of_it),
		cmocka_unit_test(test_what_nobody_takes_is_forgotten_in_time),
		cmocka_unit_test(test_damaged_records),
		cmocka_unit_test(test_a_name_that_comes_too_late),
		cmocka_unit_test(test_a_record_is_small),
		cmocka_unit_test(test_records_come_in_any_order),
		cmocka_unit_test(test_no_place_for_its_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
