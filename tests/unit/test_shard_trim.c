/* shard: how long streams are kept. */
#include "collector/runs.h"
#include "tests/unit/shard_story.h"

#define DAY (86400 * (int64_t)S)

/* Only behind what the pager has read, and only on its word. */
static void
test_the_outbox(void **state)
{
	static const char *const rubbish[] = { "", "x", "5", "5-", "-5", "5-x",
		"5-5 ", "1800000090000-1-1", "18446744073709551616-0",
		"1800000090000-000000000000000000000000000000000000001" };

	(void)state;
	begin_one();
	run(100);
	assert_string_equal(st.w.trims[1], "");
	shard_outbox_read(st.w.shard, "1800000050000-3");
	run(200);
	assert_string_equal(st.w.trims[1], "1800000050000-3");
	for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++)
		shard_outbox_read(st.w.shard, rubbish[i]);
	run(300);
	assert_string_equal(st.w.trims[1], "1800000050000-3");
	/* After a start nothing is known of the pager. */
	st.w.trims[1][0] = '\0';
	world_restart(&st.w);
	run(400);
	assert_string_equal(st.w.trims[1], "");
	end();
}

static void
configure(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *old = st.w.settings;

	st.w.settings = settings_from_text(yaml, &errors);
	assert_non_null(st.w.settings);
	shard_configure(st.w.shard, st.w.settings, st.w.now_ms);
	settings_free(old);
	world_commit(&st.w);
}

/* So many days later, with one look. */
static void
days_later(int days)
{
	st.w.now_ms += days * DAY;
	shard_time(st.w.shard, st.w.now_ms);
	send_probe(0, 0, OUTCOME_OK);
	world_read(&st.w);
}

static const char both[] =
    HEAD CLIENT("acme") ENDPOINT("learn", "") CLIENT("zeta") ENDPOINT("x", "");
static const char zeta[] = HEAD CLIENT("zeta") ENDPOINT("x", "");

/* As long as the oldest contract lives, and 400 days more. */
static void
test_the_journal(void **state)
{
	(void)state;
	begin_one();
	days_later(100);
	configure(both);
	days_later(100);
	assert_string_equal(st.w.trims[2], "1800000000000-0");
	configure(zeta);
	days_later(399);
	assert_string_equal(st.w.trims[2], "1800000000000-0");
	days_later(2);
	assert_string_equal(st.w.trims[2], "1808640000000-0");
	/* Nobody's any more: what is there stays. */
	configure(HEAD " []\n");
	days_later(500);
	assert_string_equal(st.w.trims[2], "1808640000000-0");
	end();
}

/* An entry that is read and not kept here: there are too many. */
static void
stream_probe(const char *id)
{
	struct world_entry *entry;

	send_probe(0, 0, OUTCOME_OK);
	entry = &st.w.inbox[--st.w.inbox_count];
	shard_entry(st.w.shard, id != NULL ? id : entry->id, entry->data,
	    entry->length, st.w.now_ms);
	free(entry->data);
}

/* So many entries, a hundred a second. */
static void
stream(int count)
{
	for (int i = 0; i < count; i++) {
		st.w.now_ms += 10;
		stream_probe(NULL);
		if (i % 100 == 99)
			world_commit(&st.w);
	}
}

static int64_t
seconds_kept(void)
{
	return (st.w.now_ms - strtoll(st.w.trims[0], NULL, 10)) / S;
}

static int64_t
written_until(void)
{
	struct runs runs;
	int64_t at_ms;

	runs_init(&runs);
	for (size_t i = 0; i < st.w.field_count; i++)
		if (strcmp(st.w.fields[i].key, "runs") == 0)
			assert_int_equal(runs_decode(&runs,
					     st.w.fields[i].value,
					     st.w.fields[i].length),
			    0);
	assert_true(runs.count > 0);
	at_ms = runs.items[runs.count - 1].last_at_ms;
	runs_clear(&runs);
	return at_ms;
}

/*
 * A quarter of an hour at most.  A hundred entries a second are 90,000 in that
 * time: they stay.
 */
static void
test_the_inbox_by_age(void **state)
{
	(void)state;
	begin_one();
	shard_read_all(st.w.shard, st.w.now_ms);
	stream(110000);
	assert_in_range(seconds_kept(), 900, 961);
	end();
}

/* Four hundred a second: a hundred thousand of them, which is four minutes. */
static void
test_the_inbox_by_number(void **state)
{
	char id[48];

	(void)state;
	begin_one();
	shard_read_all(st.w.shard, st.w.now_ms);
	for (int i = 0; i < 240000; i++) {
		if (i % 4 == 0)
			st.w.now_ms += 10;
		text_format(id, sizeof(id), "%lld-%d", (long long)st.w.now_ms,
		    i % 4);
		stream_probe(id);
		if (i % 400 != 399)
			continue;
		world_commit(&st.w);
		if (i > 120000) {
			/* 100,000 to 111,000 entries. */
			assert_in_range(seconds_kept(), 249, 279);
			/* And what lies before them is written. */
			assert_true(
			    written_until() > strtoll(st.w.trims[0], NULL, 10));
		}
	}
	/* Counted over a restart, too. */
	assert_string_equal(world_find(&st.w, "meta", "evaluated")->value,
	    "240000");
	world_restart(&st.w);
	stream(100);
	assert_string_equal(world_find(&st.w, "meta", "evaluated")->value,
	    "240100");
	end();
}

/* One entry given twice is evaluated once. */
static void
test_what_is_evaluated_is_counted(void **state)
{
	char error[160];

	(void)state;
	begin_one();
	run(30);
	world_restart(&st.w);
	run(31);
	assert_int_equal(strtoll(world_find(&st.w, "meta", "evaluated")->value,
			     NULL, 10),
	    st.w.inbox_count);
	assert_int_equal(shard_load(st.w.shard, "meta", "evaluated", "-1", 2,
			     error),
	    -1);
	assert_int_equal(shard_load(st.w.shard, "meta", "evaluated", "many", 4,
			     error),
	    -1);
	assert_string_equal(error, "meta evaluated: not a number");
	end();
}

/* Streams are trimmed by what is known: an empty contract keeps nothing. */
static void
test_what_has_no_begin_is_not_trimmed(void **state)
{
	char error[160];

	(void)state;
	begin_one();
	assert_int_equal(shard_load(st.w.shard, "terms", "birch", "[]", 2,
			     error),
	    0);
	st.w.now_ms += 120 * S;
	shard_entry(st.w.shard, "1000-1", "x", 1, st.w.now_ms);
	world_commit(&st.w);
	assert_string_equal(st.w.trims[0], "");
	assert_string_equal(st.w.trims[2], "1800000000000-0");
	end();
}

/* The store's clock leaps: what is not written yet stays in the inbox. */
static void
test_the_inbox_keeps_what_is_not_written(void **state)
{
	struct wire_part part;

	(void)state;
	begin_one();
	run(330);
	st.w.now_ms += 61 * S;
	part = world_part(&st.w);
	st.w.last_id_ms = WORLD_BEGIN + 3600 * S;
	world_store(&st.w, agents[0], regions[0], &part, 0, false);
	world_read(&st.w);
	assert_true(strtoll(st.w.trims[0], NULL, 10) <= WORLD_BEGIN + 330 * S);
	assert_string_not_equal(st.w.trims[0], "");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_outbox),
		cmocka_unit_test(test_the_journal),
		cmocka_unit_test(test_the_inbox_by_age),
		cmocka_unit_test(test_the_inbox_by_number),
		cmocka_unit_test(test_what_is_evaluated_is_counted),
		cmocka_unit_test(test_what_has_no_begin_is_not_trimmed),
		cmocka_unit_test(test_the_inbox_keeps_what_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
