/*
 * shard: a long life: weeks pass, clocks are set back, agents fold what is
 * equal.
 */
#include "tests/unit/shard_long.h"

static void
fall_for(int minutes)
{
	for (int i = 0; i < minutes; i++) {
		world_pass(&w, w.now_ms + MINUTE);
		both_look(OUTCOME_FAILED);
	}
}

/* What can no longer change leaves memory and "runs", not "history". */
static void
test_weeks(void **state)
{
	struct wire_part part;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + DAY);
	fall_for(5);
	part = world_part(&w);
	part.hole = "torn";
	part.hole_from_ms = w.now_ms - 10 * S;
	part.hole_to_ms = w.now_ms;
	world_store(&w, agents[0], regions[0], &part, 0, false);
	live_until(WORLD_BEGIN + DAY + DAY / 2);
	assert_int_equal(count_fields("history"), 0);
	assert_int_equal(count_fields("voids"), 1);
	assert_int_equal(count_fields("outages"), 4);
	live_until(WORLD_BEGIN + 5 * DAY);
	/* The first six hours, of two regions; what followed goes on. */
	assert_int_equal(count_fields("history"), 2);
	assert_int_equal(count_fields("voids"), 0);
	/* What long past states follow from stays stored. */
	assert_int_equal(count_fields("oldvoids"), 1);
	assert_int_equal(count_fields("outages"), 4);
	assert_int_equal(count_fields("runs"), 2);
	text_clear(&w.story);
	world_restart(&w);
	live_until(WORLD_BEGIN + 5 * DAY + DAY / 24);
	world_told(&w, "");
	assert_int_equal(count_fields("outages"), 4);
	world_end(&w);
}

static void
accept_late(const char *how_long)
{
	struct conf_errors errors = { 0 };
	struct settings *old = w.settings;
	struct text yaml = { 0 };
	const char *at = strstr(tree, "2d");

	text_addf(&yaml, "%.*s%s%s", (int)(at - tree), tree, how_long, at + 2);
	w.settings = settings_from_text(yaml.data, &errors);
	assert_non_null(w.settings);
	shard_configure(w.shard, w.settings, w.now_ms);
	settings_free(old);
	text_clear(&yaml);
	world_commit(&w);
}

static char *
all_of(const char *key)
{
	struct text t = { 0 };

	text_add(&t, "");
	for (size_t i = 0; i < w.field_count; i++) {
		if (strcmp(w.fields[i].key, key) != 0)
			continue;
		text_addf(&t, "%s", w.fields[i].field);
		for (size_t k = 0; k < w.fields[i].length; k++)
			text_addf(&t, " %02x",
			    (unsigned char)w.fields[i].value[k]);
		text_add(&t, "\n");
	}
	return text_take(&t);
}

static void
look_late(int64_t at_ms, enum outcome outcome)
{
	struct observation o = { .endpoint = "acme/learn",
		.started_at_ms = at_ms,
		.until_at_ms = at_ms,
		.count = 1,
		.outcome = outcome,
		.interval_ms = MINUTE };
	struct wire_part part = world_part(&w);

	part.observations = &o;
	part.count = 1;
	world_store(&w, agents[0], regions[0], &part, 0, false);
	world_read(&w);
}

/*
 * What has gone to history stays as it is, whatever late_accept says later:
 * neither is a late look written over it, nor are the books made anew without
 * it; and what late_accept says holds for what came after.
 */
static void
test_a_longer_late_accept_wrote_over_history(void **state)
{
	char *history, *outages, *text;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + DAY / 4);
	fall_for(5);
	live_until(WORLD_BEGIN + DAY);
	fall_for(5);
	live_until(WORLD_BEGIN + 5 * DAY);
	history = all_of("history");
	outages = all_of("outages");
	assert_true(count_fields("history") > 2);
	for (int restart = 0; restart < 2; restart++) {
		accept_late("20d");
		if (restart)
			world_restart(&w);
		look_late(WORLD_BEGIN + DAY / 8, OUTCOME_FAILED);
		assert_non_null(strstr(w.journal.data, "\"late\""));
		text_clear(&w.journal);
		live_until(w.now_ms + DAY / 2);
		text = all_of("history");
		assert_string_equal(text, history);
		free(text);
		text = all_of("outages");
		assert_string_equal(text, outages);
		free(text);
	}
	/* From when it was said on it holds. */
	live_until(WORLD_BEGIN + 10 * DAY);
	look_late(WORLD_BEGIN + 4 * DAY, OUTCOME_FAILED);
	assert_true(w.journal.data == NULL ||
	    strstr(w.journal.data, "\"late\"") == NULL);
	free(history);
	free(outages);
	world_end(&w);
}

/* Said under a clock that was years ahead, it would refuse all there is. */
static void
test_nothing_was_taken_after_a_clock_that_was_ahead(void **state)
{
	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + DAY / 4);
	w.now_ms += 1000 * DAY;
	shard_time(w.shard, w.now_ms);
	world_commit(&w);
	w.now_ms -= 1000 * DAY;
	shard_break(w.shard, w.now_ms);
	live_until(w.now_ms + DAY / 24);
	world_restart(&w);
	live_until(w.now_ms + DAY / 24);
	assert_true(w.journal.data == NULL ||
	    strstr(w.journal.data, "\"late\"") == NULL);
	world_end(&w);
}

static bool
is_booked_from(int64_t at_ms)
{
	char field[64];

	text_format(field, sizeof(field), "acme/learn|%lld", (long long)at_ms);
	return world_find(&w, "outages", field) != NULL;
}

/*
 * A look that is just not too late bridges the gap before it, in facts and so
 * in books, also where it began before anything could still be told.
 */
static void
test_books_stayed_where_facts_were_bridged(void **state)
{
	const int64_t away_ms = WORLD_BEGIN + DAY;
	struct observation o;

	(void)state;
	world_begin(&w, tree);
	live_until(away_ms);
	while (w.now_ms < away_ms + 2 * DAY + 90 * S) {
		world_pass(&w, w.now_ms + 30 * S);
		o = looked(OUTCOME_OK);
		send(1, &o);
		world_read(&w);
		if (w.inbox_count > ENTRIES_MAX / 2)
			empty_inbox();
	}
	assert_true(is_booked_from(away_ms + MINUTE));
	look_late(away_ms + 100 * S, OUTCOME_OK);
	world_pass(&w, w.now_ms + S);
	assert_false(is_booked_from(away_ms + MINUTE));
	assert_true(is_booked_from(away_ms + 160 * S));
	world_end(&w);
}

/* Older than late_accept: refused, and said so. */
static void
test_too_late(void **state)
{
	struct observation o;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + 3 * DAY);
	o = looked(OUTCOME_FAILED);
	o.started_at_ms = o.until_at_ms = WORLD_BEGIN + DAY / 2;
	text_clear(&w.journal);
	send(0, &o);
	send(1, &o);
	world_read(&w);
	assert_int_equal(count_fields("outages"), 1);
	assert_non_null(strstr(w.journal.data, "\"late\""));
	o.started_at_ms = o.until_at_ms = w.now_ms + DAY; /* nor the future */
	send(0, &o);
	send(1, &o);
	world_read(&w);
	/* When that really was, nobody knows; nor what was seen since. */
	assert_int_equal(count_fields("outages"), 2);
	assert_non_null(strstr(w.journal.data, "\"ahead\""));
	world_end(&w);
}

/* A running run is written again before the inbox forgets it. */
static void
test_refresh(void **state)
{
	size_t before;
	int64_t begin_ms;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + 20 * MINUTE);
	before = w.sets;
	begin_ms = w.now_ms;
	live_until(WORLD_BEGIN + 80 * MINUTE);
	/* Its name and three for the position in each commit; six refreshes of
	   two runs. */
	assert_in_range(w.sets - before, 4 * 60 + 2 * 5,
	    4 * 60 + 2 * 7 + 4 * 61);
	/* The inbox of a quarter of an hour is enough to know all. */
	for (size_t i = 0; i < w.inbox_count; i++)
		if (strtoll(w.inbox[i].id, NULL, 10) < w.now_ms - 15 * MINUTE) {
			free(w.inbox[i].data);
			memmove(w.inbox + i, w.inbox + i + 1,
			    (w.inbox_count - i - 1) * sizeof(w.inbox[0]));
			w.inbox_count--;
			i--;
		}
	world_restart(&w);
	live_until(w.now_ms + 10 * MINUTE);
	assert_int_equal(count_fields("outages"), 1);
	assert_true(begin_ms > WORLD_BEGIN);
	world_told(&w, "");
	world_end(&w);
}

/* Equal ok, folded by the agent into one observation. */
static void
test_folded(void **state)
{
	struct observation o;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + 10 * MINUTE);
	world_pass(&w, w.now_ms + 30 * MINUTE);
	o = looked(OUTCOME_OK);
	o.started_at_ms = WORLD_BEGIN + 11 * MINUTE;
	o.until_at_ms = WORLD_BEGIN + 40 * MINUTE;
	o.count = 30;
	send(0, &o);
	send(1, &o);
	world_read(&w);
	assert_int_equal(count_fields("outages"), 1);
	assert_int_equal(count_fields("runs"), 2);
	/* More probes than there can be are taken as far as it goes. */
	o.count = 1000000;
	send(0, &o);
	world_read(&w);
	assert_int_equal(count_fields("outages"), 1);
	world_end(&w);
}

/* The clock is set back by an hour: what was seen ahead of it is forgotten. */
static void
test_clock_set_back(void **state)
{
	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + 120 * MINUTE);
	fall_for(5);
	text_clear(&w.story);
	w.now_ms -= 60 * MINUTE;
	shard_break(w.shard, w.now_ms);
	assert_true(shard_is_catching_up(w.shard));
	live_until(w.now_ms + 10 * MINUTE);
	assert_non_null(strstr(w.story.data, "cleared down"));
	assert_int_equal(count_fields("outages"), 1);
	text_clear(&w.story);
	live_until(w.now_ms + 90 * MINUTE);
	world_told(&w, "");
	assert_int_equal(count_fields("outages"), 1);
	world_end(&w);
}

/* A clock that is a year ahead and unsure voids what it says, and no more. */
static void
test_clock_a_year_ahead(void **state)
{
	struct observation o;
	struct wire_part part;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + 10 * MINUTE);
	o = looked(OUTCOME_FAILED);
	o.started_at_ms = o.until_at_ms = w.now_ms + 366 * DAY;
	part = world_part(&w);
	part.closed_at_ms = w.now_ms + 366 * DAY + 3 * S;
	part.observations = &o;
	part.count = 1;
	world_store(&w, agents[0], regions[0], &part, 0, true);
	/* Nor does a hole reach into the future. */
	part = world_part(&w);
	part.hole = "odd";
	part.hole_from_ms = w.now_ms;
	part.hole_to_ms = w.now_ms + 366 * DAY;
	world_store(&w, agents[1], regions[1], &part, 0, false);
	world_read(&w);
	live_until(WORLD_BEGIN + 30 * MINUTE);
	for (size_t i = 0; i < w.field_count; i++)
		if (strcmp(w.fields[i].key, "voids") == 0)
			assert_true(strtoll(w.fields[i].value, NULL, 10) <=
			    WORLD_BEGIN + 15 * MINUTE);
	assert_int_equal(count_fields("voids"), 2);
	assert_non_null(strstr(world_find(&w, "states", "acme/learn")->value,
	    "\"state\":\"up\""));
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_weeks),
		cmocka_unit_test(test_a_longer_late_accept_wrote_over_history),
		cmocka_unit_test(
		    test_nothing_was_taken_after_a_clock_that_was_ahead),
		cmocka_unit_test(test_books_stayed_where_facts_were_bridged),
		cmocka_unit_test(test_too_late),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_clock_set_back),
		cmocka_unit_test(test_clock_a_year_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
