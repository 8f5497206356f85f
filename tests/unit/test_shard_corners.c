/*
 * test_shard_corners: records of places that are no more, entries at the edge
 * of what is taken, more regions than can be told.
 */
#include "tests/unit/shard_corner.h"

/* Twenty regions, of which the last three see it down. */
static void
set_up_regions(void)
{
	struct text yaml = { 0 };

	text_add(&yaml, HEAD "agents:\n");
	for (int i = 0; i < 20; i++)
		text_addf(&yaml, AGENT("a%02d", "r%02d"), i, i);
	text_add(&yaml, CLIENT);
	world_begin(&w, yaml.data);
	text_clear(&yaml);
}

static void
all_regions_look(int failing)
{
	for (int i = 0; i < 20; i++) {
		struct observation o = looked(w.now_ms - S, "acme/learn");
		struct wire_part part = world_part(&w);
		char agent[8], region[8];

		if (i >= 20 - failing) {
			o.outcome = OUTCOME_FAILED;
			o.reason = REASON_CONNECT;
		}
		part.observations = &o;
		part.count = 1;
		text_format(agent, sizeof(agent), "a%02d", i);
		text_format(region, sizeof(region), "r%02d", i);
		world_store(&w, agent, region, &part, 0, false);
	}
	world_read(&w);
}

/* The evidence of the last alarm: its regions in a row, failing in capitals. */
static const char *
evidence(char out[200])
{
	out[0] = '\0';
	for (size_t i = 0; i < w.last.evidence_count; i++) {
		const struct alarm_evidence *e = &w.last.evidence[i];

		text_format(out + strlen(out), 200 - strlen(out), "%s%s ",
		    e->outcome == OUTCOME_FAILED ? "F" : "", e->region);
	}
	return out;
}

/* What is told has room for sixteen: those that fail are among them. */
static void
those_that_fail_are_told_first(void **state)
{
	char told[200];

	(void)state;
	set_up_regions();
	world_pass(&w, WORLD_BEGIN + MINUTE);
	all_regions_look(0);
	world_pass(&w, WORLD_BEGIN + 2 * MINUTE);
	all_regions_look(11);
	assert_string_equal(evidence(told),
	    "r00 r01 r02 r03 r04 Fr09 Fr10 Fr11 Fr12 Fr13 Fr14 Fr15 Fr16 Fr17 "
	    "Fr18 Fr19 ");
	world_end(&w);
}

/* And when more than sixteen fail, the first of them. */
static void
more_fail_than_can_be_told(void **state)
{
	char told[200];

	(void)state;
	set_up_regions();
	world_pass(&w, WORLD_BEGIN + MINUTE);
	all_regions_look(0);
	world_pass(&w, WORLD_BEGIN + 2 * MINUTE);
	all_regions_look(18); /* raised by the eleventh */
	world_pass(&w, WORLD_BEGIN + 3 * MINUTE);
	all_regions_look(18);
	assert_int_equal(w.last.event, ALARM_CHANGED);
	assert_string_equal(evidence(told),
	    "Fr02 Fr03 Fr04 Fr05 Fr06 Fr07 Fr08 Fr09 Fr10 Fr11 Fr12 Fr13 Fr14 "
	    "Fr15 Fr16 Fr17 ");
	world_end(&w);
}

/* What is not watched here is not kept, and does no harm to what is. */
static void
an_endpoint_of_nobody_is_passed_over(void **state)
{
	struct observation list[2];
	struct wire_part part;
	struct shard_view v;

	(void)state;
	set_up();
	part = world_part(&w);
	list[0] = looked(w.now_ms - S, "gone/learn");
	list[1] = looked(w.now_ms - S, "acme/learn");
	part.observations = list;
	part.count = 2;
	world_store(&w, "akl-1", "auckland", &part, 0, false);
	world_read(&w);
	assert_int_equal(count_fields("runs"), 1);
	assert_false(shard_look(w.shard, "gone/learn", w.now_ms, &v));
	assert_true(shard_look(w.shard, "acme/learn", w.now_ms, &v));
	world_end(&w);
}

static void
unreadable(const struct wire_envelope *e, const char *id)
{
	struct wire_bytes bytes;

	text_clear(&w.journal);
	wire_encode_envelope(e, &bytes);
	shard_entry(w.shard, id, bytes.data, bytes.length, w.now_ms);
	wire_bytes_clear(&bytes);
	world_commit(&w);
	assert_non_null(w.journal.data);
	assert_non_null(strstr(w.journal.data, "\"unreadable\""));
	assert_non_null(strstr(w.journal.data, id));
}

/* Sixty-four regions fit; what comes from one more is told, not taken. */
static void
a_region_too_many(void **state)
{
	struct wire_envelope e = { .agent = "akl-1",
		.region = "one-more",
		.received_at_ms = WORLD_BEGIN,
		.part = "x",
		.part_length = 1 };
	char field[64], error[160];

	(void)state;
	set_up();
	for (int i = 0; i < REGIONS_MAX - 2; i++) {
		text_format(field, sizeof(field), "r%d|blind|a|5", i);
		assert_int_equal(shard_load(w.shard, "voids", field, "6", 1,
				     error),
		    0);
	}
	assert_int_equal(shard_load(w.shard, "voids", "one-more|blind|a|5", "6",
			     1, error),
	    -1);
	assert_string_equal(error, "voids: unreadable");
	assert_int_equal(shard_load(w.shard, "runs", "acme/learn|one-more|1",
			     "", 0, error),
	    -1);
	assert_string_equal(error, "runs: no such place");
	unreadable(&e, "1800000600000-1");
	assert_non_null(strstr(w.journal.data, "no room for its region"));
	e.region = "london";
	e.agent = "lon-1";
	unreadable(&e, "1800000600000-2"); /* its part is none */
	assert_null(strstr(w.journal.data, "no room for its region"));
	world_end(&w);
}

/* Positions are compared as numbers, whatever they look like. */
static void
an_older_entry_does_not_move_the_position(void **state)
{
	static const struct {
		const char *id, *position;
	} cases[] = {
		{ "1800000600000-9", "1800000600000-9" },
		{ "1800000600000-10", "1800000600000-10" },
		{ "1800000600000-9", "1800000600000-10" },
		{ "1800000599999-99", "1800000600000-10" },
		{ "1800000600000", "1800000600000-10" },
		{ "1800000600001", "1800000600001" },
		{ "1800000600001-1", "1800000600001" },
	};

	(void)state;
	set_up();
	for (size_t i = 0; i < COUNT(cases); i++) {
		shard_entry(w.shard, cases[i].id, "x", 1, w.now_ms);
		world_commit(&w);
		assert_string_equal(value_of("meta", "position"),
		    cases[i].position);
	}
	world_end(&w);
}

/* Records of a place that settings no longer have: kept, never ended twice. */
static void
what_is_gone_ends_once(void **state)
{
	static const char outage[] =
	    "{\"kind\":\"down\",\"reason\":\"dns\",\"from\":5,\"to\":6,"
	    "\"from_before\":4,\"to_before\":6,\"removed\":false}";
	struct shard_view v;
	char error[160];

	(void)state;
	set_up();
	assert_int_equal(shard_load(w.shard, "outages", "gone/learn|5", outage,
			     sizeof(outage) - 1, error),
	    0);
	/* Stretches alone do not say what was to be watched. */
	assert_false(shard_look(w.shard, "gone/learn", 5, &v));
	text_clear(&w.journal);
	configure(HEAD AGENTS "clients: []\n");
	assert_non_null(strstr(w.journal.data, "\"removed\""));
	assert_non_null(strstr(value_of("terms", "acme"), "removed"));
	assert_non_null(strstr(value_of("terms", "acme/learn"), "removed"));
	assert_null(value_of("terms", "gone/learn"));
	text_clear(&w.journal);
	configure(HEAD AGENTS "clients: []\n");
	assert_null(w.journal.data);
	configure(tree);
	assert_non_null(strstr(w.journal.data, "\"added\""));
	world_end(&w);
}

/* Names in terms that make no sense have no region, the others have theirs. */
static void
terms_with_odd_regions(void **state)
{
	struct ledger_terms terms = { 0 };
	struct ledger_step step = { .from_ms = WORLD_BEGIN - DAY,
		.quorum = 1,
		.regions = (char[]){
		    "  london xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx " } };
	struct shard_view v;
	char *json, error[160];

	(void)state;
	set_up();
	ledger_add_step(&terms, &step);
	json = ledger_encode_terms(&terms);
	assert_int_equal(shard_load(w.shard, "terms", "old/learn", json,
			     strlen(json), error),
	    0);
	assert_true(shard_look(w.shard, "old/learn", WORLD_BEGIN, &v));
	assert_int_equal(v.look.regions & (v.look.regions - 1), 0);
	assert_int_not_equal(v.look.regions, 0);
	free(json);
	ledger_terms_clear(&terms);
	world_end(&w);
}

/* A client belongs to one shard; the others do not take it over. */
static void
clients_of_other_shards_are_left_alone(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s =
	    settings_from_text("shards: 2\n" HEAD AGENTS CLIENT, &errors);
	unsigned ours;

	(void)state;
	assert_non_null(s);
	ours = settings_shard(s, "acme");
	for (unsigned number = 0; number < 2; number++) {
		struct shard *shard = shard_new(s, number);
		struct shard_view v;

		shard_start(shard, WORLD_BEGIN);
		assert_int_equal(shard_look(shard, "acme/learn", WORLD_BEGIN,
				     &v),
		    number == ours);
		shard_free(shard);
	}
	settings_free(s);
}

static void
fields_of_records_name_their_places(void **state)
{
	static const struct {
		const char *key, *field, *value, *error;
	} bad[] = {
		{ "runs", "|auckland|1", "", "runs: field is not a|b|c" },
		{ "voids", "|blind|-|5", "0",
		    "voids: field is not a|b|c|from" },
		{ "voids", "auckland||-|5", "0",
		    "voids: field is not a|b|c|from" },
		{ "voids", "auckland|blind||5", "0",
		    "voids: field is not a|b|c|from" },
		{ "voids", "auckland|blind|-|", "0",
		    "voids: field is not a|b|c|from" },
		{ "voids", "auckland|blind|-|5",
		    "0000000000000000000000000000000000000000000000000000000"
		    "000000000",
		    "voids: field is not a|b|c|from" },
		{ "voids", "auckland|blind|-|5", "", "voids: unreadable" },
	};
	char error[160];

	(void)state;
	set_up();
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(shard_load(w.shard, bad[i].key, bad[i].field,
				     bad[i].value, strlen(bad[i].value), error),
		    -1);
		assert_string_equal(error, bad[i].error);
	}
	assert_int_equal(shard_load(w.shard, "meta", "shard_schema", "1", 1,
			     error),
	    0);
	world_end(&w);
}

/* Nothing was agreed with them: nothing ends. */
static void
a_client_without_terms_does_not_end(void **state)
{
	char error[160];

	(void)state;
	set_up();
	assert_int_equal(shard_load(w.shard, "terms", "birch", "[]", 2, error),
	    0);
	configure(HEAD AGENTS "clients: []\n");
	assert_non_null(strstr(value_of("terms", "acme"), "removed"));
	assert_null(value_of("terms", "birch"));
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_that_fail_are_told_first),
		cmocka_unit_test(more_fail_than_can_be_told),
		cmocka_unit_test(an_endpoint_of_nobody_is_passed_over),
		cmocka_unit_test(a_region_too_many),
		cmocka_unit_test(an_older_entry_does_not_move_the_position),
		cmocka_unit_test(what_is_gone_ends_once),
		cmocka_unit_test(terms_with_odd_regions),
		cmocka_unit_test(clients_of_other_shards_are_left_alone),
		cmocka_unit_test(fields_of_records_name_their_places),
		cmocka_unit_test(a_client_without_terms_does_not_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
