/* shard: what leaves memory makes room, and nothing leaves it unwritten. */
#include "tests/unit/shard_corner.h"

#define HOUR (60 * MINUTE)
#define WELLINGTON AGENT("wlg-1", "wellington")

static const char four_agents[] = HEAD AGENTS WELLINGTON CLIENT;

static void
load(const char *key, const char *field, const char *value)
{
	char error[160];

	if (shard_load(w.shard, key, field, value, strlen(value), error) != 0)
		fail_msg("%s %s: %s", key, field, error);
}

static void
pass(int64_t for_ms)
{
	for (int64_t until_ms = w.now_ms + for_ms; w.now_ms < until_ms;)
		world_pass(&w, w.now_ms + HOUR / 10);
}

static bool
has_place(const char *region)
{
	struct shard_view v;

	assert_true(shard_look(w.shard, "acme/learn", w.now_ms, &v));
	for (size_t i = 0; i < v.region_count; i++)
		if (strcmp(v.regions[i].name, region) == 0)
			return true;
	return false;
}

/* Voids of long ago, and records that could not be read, hold every place. */
static void
an_agent_without_a_place_gets_one(void **state)
{
	char field[80], error[160];

	(void)state;
	set_up();
	for (int i = 0; i < REGIONS_MAX - 2; i += 2) {
		text_format(field, sizeof(field), "r%d|blind|a|5", i);
		load("voids", field, "6");
		text_format(field, sizeof(field), "gone/learn|r%d|1", i + 1);
		assert_int_equal(shard_load(w.shard, "runs", field, "x", 1,
				     error),
		    -1);
	}
	configure(four_agents);
	assert_false(has_place("wellington"));
	pass(HOUR + MINUTE);
	assert_true(has_place("wellington"));
	world_end(&w);
}

static void
look_now(const char *agent, const char *region)
{
	struct observation o = looked(w.now_ms, "acme/learn");
	struct wire_part part = world_part(&w);
	const struct world_entry *e;

	part.observations = &o;
	part.count = 1;
	world_store(&w, agent, region, &part, 0, false);
	e = &w.inbox[w.inbox_count - 1];
	shard_entry(w.shard, e->id, e->data, e->length, w.now_ms);
	w.given = w.inbox_count;
}

/* The store is away for hours while the hour of pruning passes. */
static void
what_is_not_yet_written_stays(void **state)
{
	(void)state;
	set_up();
	look_now("akl-1", "auckland");
	for (int i = 0; i < 30; i++)
		shard_time(w.shard, w.now_ms += HOUR);
	assert_int_equal(count_fields("runs"), 0);
	world_commit(&w);
	assert_int_equal(count_fields("runs"), 1);
	world_end(&w);
}

/* Nobody watches it any more: its runs are closed, and then it is gone. */
static void
the_last_of_an_endpoint_goes_to_history(void **state)
{
	(void)state;
	set_up();
	look_now("akl-1", "auckland");
	world_commit(&w);
	assert_int_equal(count_fields("runs"), 1);
	configure(HEAD AGENTS "clients: []\n");
	pass(9 * DAY);
	assert_int_equal(count_fields("runs"), 0);
	assert_int_equal(count_fields("history"), 1);
	world_end(&w);
}

/* Its line of the hour covers all that nobody was told of. */
static void
what_was_untold_is_told_from_its_first_to_its_last(void **state)
{
	static const int64_t holes[][2] = { { 9, 8 }, { 50, 49 }, { 300, 20 },
		{ 60, 59 }, { 5, 2 } };
	int64_t now_ms;
	char expected[80];

	(void)state;
	set_up();
	now_ms = w.now_ms;
	for (size_t i = 0; i < COUNT(holes); i++) {
		struct wire_part part = world_part(&w);

		part.hole = "torn";
		part.hole_from_ms = now_ms - holes[i][0] * S;
		part.hole_to_ms = now_ms - holes[i][1] * S;
		world_store(&w, "akl-1", "auckland", &part, 0, false);
		world_read(&w);
	}
	assert_null(strstr(w.journal.data, "more of that"));
	pass(2 * HOUR);
	text_format(expected, sizeof(expected), "\"from\":%lld,\"to\":%lld",
	    (long long)now_ms - 300 * S, (long long)now_ms - 2 * S);
	assert_non_null(strstr(w.journal.data, "4 more of that"));
	assert_non_null(strstr(w.journal.data, expected));
	world_end(&w);
}

/* Nobody to look, nothing to look at: a tree as it begins. */
static void
a_tree_of_nobody_and_nothing(void **state)
{
	static const char bare[] = HEAD "clients:\n"
					"  - name: acme\n"
					"    sla: gold\n"
					"    zone: UTC\n";

	(void)state;
	world_begin(&w, bare);
	assert_non_null(value_of("terms", "acme"));
	pass(2 * HOUR);
	world_told(&w, "");
	configure(tree);
	assert_non_null(value_of("terms", "acme/learn"));
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_agent_without_a_place_gets_one),
		cmocka_unit_test(what_is_not_yet_written_stays),
		cmocka_unit_test(the_last_of_an_endpoint_goes_to_history),
		cmocka_unit_test(
		    what_was_untold_is_told_from_its_first_to_its_last),
		cmocka_unit_test(a_tree_of_nobody_and_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
