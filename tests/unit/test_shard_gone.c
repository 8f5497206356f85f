/*
 * shard: what was renamed or given up leaves it, and what comes instead finds
 * its place.
 */
#include "tests/unit/shard_life.h"

#define S 1000
#define HOUR ((int64_t)3600 * S)
#define DAY (24 * HOUR)
#define REGIONS SETTINGS_REGIONS_MAX

static struct world w;

/* As many regions as a tree may have: "a0" to "a31". */
static char *
tree_of(const char *prefix, const char *endpoints)
{
	const char *agents_begin = strstr(tree, "agents:\n");
	const char *agents_end = strstr(tree, "people:\n");
	struct text out = { 0 };
	char line[200];

	text_add_bytes(&out, tree, (size_t)(agents_begin - tree));
	text_add(&out, "agents:\n");
	for (int i = 0; i < REGIONS; i++) {
		text_format(line, sizeof(line), AGENT("agent-%d", "%s%d"), i,
		    prefix, i);
		text_add(&out, line);
	}
	text_add_bytes(&out, agents_end,
	    (size_t)(strstr(agents_end, "      - { name: learn") - agents_end));
	text_add(&out, endpoints);
	return text_take(&out);
}

#define LEARN                                                                  \
	"      - { name: learn, url: 'https://learn.example/', interval: 1h "  \
	"}\n"

static void
take_tree(const char *prefix, const char *endpoints)
{
	struct conf_errors errors = { 0 };
	struct settings *old = w.settings;
	char *yaml = tree_of(prefix, endpoints);

	w.settings = settings_from_text(yaml, &errors);
	if (w.settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	shard_configure(w.shard, w.settings, w.now_ms);
	settings_free(old);
	free(yaml);
	world_commit(&w);
}

/* The inbox forgets what was read long ago. */
static void
empty_inbox(void)
{
	for (size_t i = 0; i < w.inbox_count; i++)
		free(w.inbox[i].data);
	w.inbox_count = w.given = 0;
}

static void
all_look(const char *prefix, const char *endpoint, enum outcome outcome)
{
	char agent[32], region[32];

	for (int i = 0; i < REGIONS; i++) {
		struct observation o = { .endpoint = endpoint,
			.started_at_ms = w.now_ms,
			.until_at_ms = w.now_ms,
			.count = 1,
			.outcome = outcome,
			.reason = outcome == OUTCOME_OK ? REASON_NONE
							: REASON_CONNECT,
			.interval_ms = HOUR };
		struct wire_part part = world_part(&w);

		part.observations = &o;
		part.count = 1;
		text_format(agent, sizeof(agent), "agent-%d", i);
		text_format(region, sizeof(region), "%s%d", prefix, i);
		world_store(&w, agent, region, &part, 0, false);
	}
	world_read(&w);
}

static void
live_for(int64_t for_ms, const char *prefix)
{
	for (int64_t until_ms = w.now_ms + for_ms; w.now_ms < until_ms;) {
		world_pass(&w, w.now_ms + HOUR);
		all_look(prefix, "acme/learn", OUTCOME_OK);
		if (w.inbox_count > ENTRIES_MAX / 2)
			empty_inbox();
	}
}

static size_t
count_fields(const char *key, const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < w.field_count; i++)
		n += strcmp(w.fields[i].key, key) == 0 &&
		    strstr(w.fields[i].field, part) != NULL;
	return n;
}

static bool
is_state(const char *endpoint, const char *state)
{
	struct world_field *f = world_find(&w, "states", endpoint);
	char expected[64];

	text_format(expected, sizeof(expected), "\"state\":\"%s\"", state);
	return f != NULL && strstr(f->value, expected) != NULL;
}

/*
 * A full tree renames all its regions and is poisoned by none of them; days
 * later, when nothing needs the old ones any more, it does so again.
 */
static void
test_renamed_regions_are_no_poison(void **state)
{
	(void)state;
	world_begin(&w, tree);
	take_tree("a", LEARN);
	live_for(3 * HOUR, "a");
	for (const char *prefix = "bcd"; *prefix != '\0'; prefix++) {
		char name[2] = { *prefix, '\0' };

		take_tree(name, LEARN);
		live_for(5 * DAY, name);
		assert_true(is_state("acme/learn", "up"));
		assert_int_equal(count_fields("poison", ""), 0);
		world_restart(&w);
	}
	/* What the first ones saw is kept. */
	assert_int_equal(count_fields("history", "|a"), REGIONS);
	assert_int_equal(count_fields("runs", "|a"), 0);
	assert_int_equal(count_fields("runs", "|d"), REGIONS);
	all_look("d", "acme/learn", OUTCOME_FAILED);
	assert_true(is_state("acme/learn", "down"));
	world_end(&w);
}

static size_t
lines_of(const char *what)
{
	size_t n = 0;

	for (const char *at = w.journal.data; at != NULL; n++) {
		at = strstr(at, what);
		if (at == NULL)
			break;
		at++;
	}
	return n;
}

static void
tell_holes(int count)
{
	for (int i = 0; i < count; i++) {
		struct wire_part part = world_part(&w);

		part.hole = "torn";
		part.hole_from_ms = w.now_ms - 2 * S;
		part.hole_to_ms = w.now_ms - S;
		world_store(&w, "akl-1", "auckland", &part, 0, false);
		world_read(&w);
		world_pass(&w, w.now_ms + 10 * S);
	}
}

/* An agent whose every batch has a hole writes a line an hour, not one each. */
static void
test_the_journal_is_not_filled_with_holes(void **state)
{
	(void)state;
	world_begin(&w, tree);
	tell_holes(30);
	assert_int_equal(lines_of("\"what\":\"hole\""), 1);
	assert_int_equal(count_fields("voids", "|hole|"), 30);
	world_restart(&w); /* what is untold is not forgotten */
	tell_holes(30);
	assert_int_equal(lines_of("\"what\":\"hole\""), 1);
	for (int i = 0; i < 20; i++)
		world_pass(&w, w.now_ms + HOUR / 10);
	assert_int_equal(lines_of("\"what\":\"hole\""), 2);
	assert_non_null(strstr(w.journal.data, "59 more of that"));
	assert_int_equal(count_fields("meta", "note|"), 0);
	tell_holes(1);
	assert_int_equal(lines_of("\"what\":\"hole\""), 3);
	world_end(&w);
}

/* One that is far too old, and another one before it in its part. */
static void
tell_late(int64_t first_ms, int64_t shift_ms)
{
	struct observation both[2] = { { .endpoint = "acme/learn",
	    .started_at_ms = first_ms,
	    .until_at_ms = first_ms,
	    .count = 1,
	    .interval_ms = 30 * S } };
	struct wire_part part = world_part(&w);

	both[1] = both[0];
	both[1].started_at_ms = both[1].until_at_ms = S;
	part.observations = both;
	part.count = 2;
	world_store(&w, "akl-1", "auckland", &part, shift_ms, false);
	world_read(&w);
}

/*
 * Whatever an agent makes of its clock: what is noted of it can be read again,
 * or nothing of the shard would be evaluated any more.
 */
static void
test_looks_of_no_time_at_all_do_not_stop_a_start(void **state)
{
	(void)state;
	world_begin(&w, tree);
	for (int i = 0; i < 3; i++)
		tell_late(S, -10 * S);
	world_restart(&w);
	for (int i = 0; i < 3; i++)
		tell_late(TIME_MAX, S);
	world_restart(&w);
	assert_int_equal(count_fields("meta", "note|late|akl-1"), 1);
	for (int i = 0; i < 30; i++)
		world_pass(&w, w.now_ms + HOUR / 10);
	assert_int_equal(lines_of("\"what\":\"late\""), 2);
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_looks_of_no_time_at_all_do_not_stop_a_start),
		cmocka_unit_test(test_renamed_regions_are_no_poison),
		cmocka_unit_test(test_the_journal_is_not_filled_with_holes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
