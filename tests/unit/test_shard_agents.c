/*
 * test_shard_agents: two agents in one region, what each says of itself, and
 * agents that come, go, move and are silent.
 */
#include "tests/unit/shard_corner.h"

static void
tell_blind(const char *agent, int64_t from_ms, int64_t to_ms)
{
	struct blind blind = { from_ms, to_ms };
	struct wire_part part = world_part(&w);

	part.blinds = &blind;
	part.blind_count = 1;
	world_store(&w, agent, "auckland", &part, 0, false);
	world_read(&w);
}

/* Each of two agents in one region ends its own blindness. */
static void
the_blindness_of_another_goes_on(void **state)
{
	const int64_t from_ms = WORLD_BEGIN + 9 * MINUTE;

	(void)state;
	set_up();
	tell_blind("akl-1", from_ms, from_ms);
	tell_blind("akl-2", from_ms, from_ms);
	assert_int_equal(count_fields("voids"), 2);
	tell_blind("akl-2", from_ms, from_ms + 30 * S);
	assert_string_equal(value_of("voids",
				"auckland|blind|akl-1|1800000540000"),
	    "0");
	assert_string_equal(value_of("voids",
				"auckland|blind|akl-2|1800000540000"),
	    "1800000570000");
	world_end(&w);
}

static void
tell_unsure(const char *agent, const struct observation *o)
{
	struct wire_part part = world_part(&w);

	part.observations = o;
	part.count = o != NULL ? 1 : 0;
	world_store(&w, agent, "auckland", &part, 0, true);
	world_read(&w);
}

/* An unsure clock lengthens its own stretch, not its neighbour's. */
static void
two_unsure_clocks_make_two_stretches(void **state)
{
	struct observation o;

	(void)state;
	set_up();
	o = looked(w.now_ms - 5 * S, "acme/learn");
	tell_unsure("akl-1", &o);
	tell_unsure("akl-2", &o);
	assert_int_equal(count_fields("voids"), 2);
	world_pass(&w, w.now_ms + 10 * S);
	o = looked(w.now_ms - 5 * S, "acme/learn");
	tell_unsure("akl-1", &o);
	assert_int_equal(count_fields("voids"), 2);
	assert_string_equal(value_of("voids",
				"auckland|clock|akl-1|1800000595000"),
	    "1800000610001");
	assert_string_equal(value_of("voids",
				"auckland|clock|akl-2|1800000595000"),
	    "1800000600001");
	world_end(&w);
}

/* However old what it says: closed facts stay closed. */
static void
an_unsure_clock_voids_nothing_that_is_closed(void **state)
{
	struct observation o;

	(void)state;
	set_up();
	o = looked(w.now_ms - 400 * DAY, "acme/learn");
	tell_unsure("akl-1", &o);
	assert_int_equal(count_fields("voids"), 1);
	for (size_t i = 0; i < w.field_count; i++)
		if (strcmp(w.fields[i].key, "voids") == 0)
			assert_true(strtoll(strrchr(w.fields[i].field, '|') + 1,
					NULL, 10) > WORLD_BEGIN - 300 * DAY);
	world_end(&w);
}

/* Holes that are none, or long closed, leave no trace. */
static void
holes_that_change_nothing(void **state)
{
	static const struct {
		int64_t from_ms, to_ms;
	} cases[] = {
		{ WORLD_BEGIN - 400 * DAY, WORLD_BEGIN - 399 * DAY },
		{ WORLD_BEGIN + 30 * DAY, WORLD_BEGIN + 31 * DAY },
	};

	(void)state;
	set_up();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct wire_part part = world_part(&w);

		part.hole = "torn";
		part.hole_from_ms = cases[i].from_ms;
		part.hole_to_ms = cases[i].to_ms;
		world_store(&w, "akl-1", "auckland", &part, 0, false);
	}
	world_read(&w);
	assert_int_equal(count_fields("voids"), 0);
	world_end(&w);
}

/*
 * A hole from long ago to now covers what of it can still change, and does so
 * once: where books stay as they are the facts do.
 */
static void
a_hole_from_before_all_that_can_change(void **state)
{
	struct wire_part part;
	char field[64];

	(void)state;
	set_up();
	part = world_part(&w);
	part.hole = "a long absence";
	part.hole_from_ms = WORLD_BEGIN - 30 * DAY;
	part.hole_to_ms = w.now_ms - MINUTE;
	world_store(&w, "akl-1", "auckland", &part, 0, false);
	w.now_ms += 5 * S;
	text_format(field, sizeof(field), "auckland|hole|akl-1|%lld",
	    (long long)(w.now_ms - 7 * DAY)); /* late_accept */
	world_read(&w);
	assert_int_equal(count_fields("voids"), 1);
	assert_non_null(world_find(&w, "voids", field));
	assert_non_null(strstr(w.journal.data, "a long absence"));
	w.now_ms += MINUTE;
	world_restart(&w); /* reads it again */
	assert_int_equal(count_fields("voids"), 1);
	world_end(&w);
}

/* Who was blind before anything that can change is so from there on: once,
   however often that is told, and with one end. */
static void
blind_since_before_all_that_can_change(void **state)
{
	const int64_t from_ms = WORLD_BEGIN - 30 * DAY;
	struct wire_part part;
	char field[64], end[24];

	(void)state;
	set_up();
	text_format(field, sizeof(field), "auckland|blind|akl-1|%lld",
	    (long long)(w.now_ms - 7 * DAY));
	tell_blind("akl-1", from_ms, from_ms);
	assert_string_equal(value_of("voids", field), "0");
	world_pass(&w, w.now_ms + MINUTE);
	tell_blind("akl-1", from_ms, from_ms);
	assert_int_equal(count_fields("voids"), 1);
	world_pass(&w, w.now_ms + MINUTE);
	for (int turn = 0; turn < 2; turn++) {
		tell_blind("akl-1", from_ms, WORLD_BEGIN + MINUTE);
		assert_int_equal(count_fields("voids"), 1);
		text_format(end, sizeof(end), "%lld",
		    (long long)WORLD_BEGIN + MINUTE);
		assert_string_equal(value_of("voids", field), end);
		world_pass(&w, w.now_ms + MINUTE);
	}
	/* Another's, of the same time, and another one of its own. */
	tell_blind("akl-2", from_ms, WORLD_BEGIN + MINUTE);
	tell_blind("akl-1", from_ms, WORLD_BEGIN + 2 * MINUTE);
	assert_int_equal(count_fields("voids"), 3);
	/* A hole of that time, and a day later one that began after it. */
	part = world_part(&w);
	part.hole = "torn";
	part.hole_from_ms = from_ms;
	part.hole_to_ms = WORLD_BEGIN + MINUTE;
	world_store(&w, "akl-1", "auckland", &part, 0, false);
	world_read(&w);
	assert_int_equal(count_fields("voids"), 4);
	w.now_ms += DAY;
	tell_blind("akl-1", w.now_ms - 7 * DAY - MINUTE,
	    WORLD_BEGIN + 2 * MINUTE);
	assert_int_equal(count_fields("voids"), 5);
	world_end(&w);
}

/* Blindness has a beginning and an end; outside them nothing is said of it. */
static void
blind_only_while_it_lasts(void **state)
{
	static const struct {
		int64_t after_ms;
		bool blind;
	} cases[] = { { 8 * MINUTE, false }, { 9 * MINUTE - 1, false },
		{ 9 * MINUTE, true }, { 9 * MINUTE + 29999, true },
		{ 9 * MINUTE + 30000, false } };

	(void)state;
	set_up();
	tell_blind("akl-1", WORLD_BEGIN + 9 * MINUTE,
	    WORLD_BEGIN + 9 * MINUTE + 30 * S);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct shard_view v;
		size_t blind = 0;

		assert_true(shard_look(w.shard, "acme/learn",
		    WORLD_BEGIN + cases[i].after_ms, &v));
		for (size_t r = 0; r < v.region_count; r++)
			blind += v.regions[r].blind != NULL;
		assert_int_equal(blind, cases[i].blind ? 1 : 0);
	}
	world_end(&w);
}

/* What several shards see is one trouble: each tells of it by the same name. */
static void
operations_do_not_name_the_shard(void **state)
{
	struct conf_errors errors = { 0 };
	unsigned ours;

	(void)state;
	world_begin(&w, tree);
	world_end(&w);
	memset(&w, 0, sizeof(w)); /* nothing was ever written */
	w.now_ms = WORLD_BEGIN;
	w.settings =
	    settings_from_text("shards: 2\n" HEAD AGENTS CLIENT, &errors);
	assert_non_null(w.settings);
	ours = settings_shard(w.settings, "acme");
	w.shard = shard_new(w.settings, ours);
	shard_start(w.shard, w.now_ms);
	shard_read_all(w.shard, w.now_ms);
	world_pass(&w, WORLD_BEGIN + 20 * MINUTE);
	assert_non_null(w.story.data);
	assert_non_null(
	    strstr(w.story.data, "operations/agent/lon-1 raised operations"));
	world_end(&w);
}

/* Silent is who has something to say; that begins with something to look at. */
static void
agents_with_nothing_to_look_at_are_not_silent(void **state)
{
	(void)state;
	world_begin(&w, HEAD AGENTS "clients: []\n");
	world_pass(&w, WORLD_BEGIN + 60 * MINUTE);
	configure(HEAD AGENTS CLIENT);
	world_pass(&w, w.now_ms + MINUTE);
	world_told(&w, "");
	world_pass(&w, w.now_ms + 10 * MINUTE);
	assert_non_null(strstr(w.story.data,
	    "agent/lon-1 raised operations S2: agent lon-1 in london has not "
	    "been heard for 3 min "));
	/* Taken out for a while: it begins anew. */
	configure(HEAD "agents:\n" AGENT("akl-1", "auckland") CLIENT);
	world_pass(&w, w.now_ms + 60 * MINUTE);
	text_clear(&w.story);
	configure(HEAD AGENTS CLIENT);
	world_pass(&w, w.now_ms + MINUTE);
	assert_true(w.story.data == NULL ||
	    strstr(w.story.data, "agent/lon-1 raised") == NULL);
	world_end(&w);
}

/*
 * What it sent before it was moved arrives late, from a region in which
 * nobody looks at anything any more: it is silent as soon as any other.
 */
static void
an_agent_that_was_moved_is_silent_in_time(void **state)
{
	struct wire_part part;

	(void)state;
	world_begin(&w, HEAD AGENTS CLIENT);
	part = world_part(&w);
	world_store(&w, "lon-1", "paris", &part, 0, false);
	world_read(&w);
	world_pass(&w, w.now_ms + MINUTE);
	text_clear(&w.story);
	world_pass(&w, w.now_ms + 3 * MINUTE);
	assert_non_null(strstr(w.story.data, "agent lon-1 in "));
	world_end(&w);
}

/* After a break, nobody waits for an agent that is none any more. */
static void
an_agent_taken_out_is_not_awaited(void **state)
{
	struct observation o;
	struct wire_part part;

	(void)state;
	set_up();
	for (int i = 0; i < 2; i++) {
		part = world_part(&w);
		o = looked(w.now_ms - S, "acme/learn");
		part.observations = &o;
		part.count = 1;
		world_store(&w, i == 0 ? "akl-2" : "lon-1",
		    i == 0 ? "auckland" : "london", &part, 0, false);
	}
	world_read(&w);
	shard_break(w.shard, w.now_ms);
	configure(HEAD "agents:\n" AGENT("lon-1", "london") "clients: []\n");
	text_clear(&w.story);
	world_pass(&w, w.now_ms + 20 * MINUTE);
	assert_true(w.story.data == NULL ||
	    strstr(w.story.data, "agent/akl-2 raised") == NULL);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_blindness_of_another_goes_on),
		cmocka_unit_test(two_unsure_clocks_make_two_stretches),
		cmocka_unit_test(an_unsure_clock_voids_nothing_that_is_closed),
		cmocka_unit_test(holes_that_change_nothing),
		cmocka_unit_test(a_hole_from_before_all_that_can_change),
		cmocka_unit_test(blind_since_before_all_that_can_change),
		cmocka_unit_test(blind_only_while_it_lasts),
		cmocka_unit_test(operations_do_not_name_the_shard),
		cmocka_unit_test(agents_with_nothing_to_look_at_are_not_silent),
		cmocka_unit_test(an_agent_that_was_moved_is_silent_in_time),
		cmocka_unit_test(an_agent_taken_out_is_not_awaited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
