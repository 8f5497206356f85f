/*
 * test_shard_corners: two agents in one region, settings that come and go,
 * records of places that are no more, entries at the edge of what is taken.
 */
#include "tests/unit/shard_world.h"

#include "collector/shard_look.h"
#include "lib/ledger.h"

#define S 1000
#define MINUTE (60 * S)
#define DAY (24 * 60 * (int64_t)MINUTE)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define TOKEN "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define HEAD                                                                   \
	"site: { name: Kahu, url: 'https://status.kahu.example' }\n"           \
	"redis: unix:/nowhere\n"                                               \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, email: i@kahu.example,"        \
	" reach: [mail 0s] }\n"                                                \
	"channels:\n"                                                          \
	"  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@k.example }" \
	"\n"                                                                   \
	"ladders:\n"                                                           \
	"  - { name: standard, levels: [ { call: person isla } ] }\n"          \
	"slas:\n"                                                              \
	"  - { name: gold, guarantee: 99.9% }\n"
#define AGENTS                                                                 \
	"agents:\n"                                                            \
	"  - { name: akl-1, region: auckland, token_sha256: " TOKEN " }\n"     \
	"  - { name: akl-2, region: auckland, token_sha256: " TOKEN " }\n"     \
	"  - { name: lon-1, region: london, token_sha256: " TOKEN " }\n"
#define CLIENT                                                                 \
	"clients:\n"                                                           \
	"  - name: acme\n"                                                     \
	"    title: A client\n"                                                \
	"    sla: gold\n"                                                      \
	"    zone: UTC\n"                                                      \
	"    endpoints:\n"                                                     \
	"      - { name: learn, url: 'https://learn.example/', interval: 1m }" \
	"\n"

static const char tree[] = HEAD AGENTS CLIENT;
static struct world w;

static void
set_up(void)
{
	world_begin(&w, tree);
	world_pass(&w, WORLD_BEGIN + 10 * MINUTE);
}

static void
configure(const char *yaml)
{
	struct conf_errors errors = { 0 };
	struct settings *old = w.settings;

	w.settings = settings_from_text(yaml, &errors);
	if (w.settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	shard_configure(w.shard, w.settings, w.now_ms);
	settings_free(old);
	world_commit(&w);
}

static size_t
count_fields(const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < w.field_count; i++)
		n += strcmp(w.fields[i].key, key) == 0;
	return n;
}

static const char *
value_of(const char *key, const char *field)
{
	const struct world_field *f = world_find(&w, key, field);

	return f == NULL ? NULL : f->value;
}

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

static struct observation
looked(int64_t at_ms, const char *endpoint)
{
	struct observation o = { .endpoint = endpoint,
		.started_at_ms = at_ms,
		.until_at_ms = at_ms,
		.count = 1,
		.outcome = OUTCOME_OK,
		.interval_ms = MINUTE };

	return o;
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

/* A hole from long ago to now covers what is kept of it, and does so once. */
static void
a_hole_from_before_all_that_is_kept(void **state)
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
	/* late_accept is a week; a day more is kept. */
	text_format(field, sizeof(field), "auckland|hole|akl-1|%lld",
	    (long long)(w.now_ms - 8 * DAY));
	w.now_ms += 5 * S;
	world_read(&w);
	assert_int_equal(count_fields("voids"), 1);
	assert_non_null(world_find(&w, "voids", field));
	assert_non_null(strstr(w.journal.data, "a long absence"));
	w.now_ms += MINUTE;
	world_restart(&w); /* reads it again */
	assert_int_equal(count_fields("voids"), 1);
	world_end(&w);
}

/* Twenty regions, of which the last three see it down. */
static void
set_up_regions(void)
{
	struct text yaml = { 0 };

	text_add(&yaml, HEAD "agents:\n");
	for (int i = 0; i < 20; i++)
		text_addf(&yaml,
		    "  - { name: a%02d, region: r%02d, token_sha256: " TOKEN
		    " }\n",
		    i, i);
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
	configure(
	    HEAD "agents:\n"
		 "  - { name: akl-1, region: auckland, token_sha256: " TOKEN
		 " }\n" CLIENT);
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
	configure(HEAD "agents:\n"
		       "  - { name: lon-1, region: london, token_sha256: " TOKEN
		       " }\n"
		       "clients: []\n");
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
		cmocka_unit_test(a_hole_from_before_all_that_is_kept),
		cmocka_unit_test(those_that_fail_are_told_first),
		cmocka_unit_test(more_fail_than_can_be_told),
		cmocka_unit_test(an_endpoint_of_nobody_is_passed_over),
		cmocka_unit_test(a_region_too_many),
		cmocka_unit_test(an_older_entry_does_not_move_the_position),
		cmocka_unit_test(what_is_gone_ends_once),
		cmocka_unit_test(terms_with_odd_regions),
		cmocka_unit_test(blind_only_while_it_lasts),
		cmocka_unit_test(clients_of_other_shards_are_left_alone),
		cmocka_unit_test(fields_of_records_name_their_places),
		cmocka_unit_test(operations_do_not_name_the_shard),
		cmocka_unit_test(a_client_without_terms_does_not_end),
		cmocka_unit_test(agents_with_nothing_to_look_at_are_not_silent),
		cmocka_unit_test(an_agent_that_was_moved_is_silent_in_time),
		cmocka_unit_test(an_agent_taken_out_is_not_awaited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
