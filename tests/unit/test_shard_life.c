/*
 * shard: a long life: weeks pass, clocks are set back, thousands of endpoints
 * go down at once, agents fold what is equal.
 */
#include "tests/unit/shard_life.h"

#define S 1000
#define MINUTE (60 * S)
#define DAY ((int64_t)86400 * S)

static const char *const agents[] = { "akl-1", "lon-1" };
static const char *const regions[] = { "auckland", "london" };
static struct world w;

static struct observation
looked(enum outcome outcome)
{
	struct observation o = { .endpoint = "acme/learn",
		.started_at_ms = w.now_ms,
		.until_at_ms = w.now_ms,
		.count = 1,
		.outcome = outcome,
		.reason = outcome == OUTCOME_FAILED ? REASON_TLS : REASON_NONE,
		.interval_ms = MINUTE };

	return o;
}

static void
send(unsigned a, const struct observation *o)
{
	struct wire_part part = world_part(&w);

	part.observations = o;
	part.count = 1;
	world_store(&w, agents[a], regions[a], &part, 0, false);
}

static void
both_look(enum outcome outcome)
{
	struct observation o = looked(outcome);

	send(0, &o);
	send(1, &o);
	world_read(&w);
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
live_until(int64_t until_ms)
{
	while (w.now_ms < until_ms) {
		world_pass(&w, w.now_ms + MINUTE);
		both_look(OUTCOME_OK);
		if (w.inbox_count > ENTRIES_MAX / 2)
			empty_inbox();
	}
}

static size_t
count_fields(const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < w.field_count; i++)
		n += strcmp(w.fields[i].key, key) == 0;
	return n;
}

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

#define MANY 900
#define MANY_PARTS 3
#define IN_A_PART (MANY / MANY_PARTS)

/* All of them in one tree, and the shard started on it. */
static void
begin_many(void)
{
	struct text yaml = { 0 };

	text_add(&yaml, HEAD);
	for (int i = 0; i < MANY; i++)
		text_addf(&yaml,
		    "      - { name: e%d, url: 'https://e.example/%d' }\n", i,
		    i);
	world_begin(&w,
	    "" HEAD "      - { name: e0, url: "
	    "'https://e.example/0' }\n");
	shard_free(w.shard);
	settings_free(w.settings);
	w.settings = settings_from_text(yaml.data, &(struct conf_errors){ 0 });
	assert_non_null(w.settings);
	w.shard = shard_new(w.settings, 0);
	shard_start(w.shard, w.now_ms);
	shard_read_all(w.shard, w.now_ms);
	for (size_t i = 0; i < w.field_count; i++)
		free(w.fields[i].value);
	w.field_count = 0;
	text_clear(&yaml);
}

/* One agent has seen a part of them fail. */
static void
many_fail(unsigned a, int first)
{
	struct observation o[IN_A_PART];
	char ids[IN_A_PART][32];
	struct wire_part part = world_part(&w);

	for (int i = 0; i < IN_A_PART; i++) {
		o[i] = looked(OUTCOME_FAILED);
		text_format(ids[i], sizeof(ids[i]), "acme/e%d", first + i);
		o[i].endpoint = ids[i];
	}
	part.observations = o;
	part.count = IN_A_PART;
	world_store(&w, agents[a], regions[a], &part, 0, false);
}

/* Until it is known to be durable there is no other. */
static void
no_other_commit(void)
{
	struct commit none;

	commit_init(&none);
	assert_false(shard_commit(w.shard, w.now_ms, &none));
	commit_clear(&none);
}

/* Commit after commit until all is written; how many, and the position. */
static int
commit_many(char position[48])
{
	struct commit c;
	int commits = 0;

	commit_init(&c);
	position[0] = '\0';
	while (shard_commit(w.shard, w.now_ms, &c)) {
		no_other_commit();
		assert_true(c.count <= COMMIT_OPS_MAX);
		assert_string_equal(position, "");
		commits++;
		world_apply(&w, &c);
		for (size_t i = 0; i < c.count; i++)
			if (c.ops[i].kind == COMMIT_SET &&
			    strcmp(c.ops[i].field, "position") == 0)
				text_copy(position, 48, c.ops[i].value);
		shard_committed(w.shard, w.now_ms);
	}
	commit_clear(&c);
	return commits;
}

/* More to write than one commit takes: the position comes last. */
static void
test_many_at_once(void **state)
{
	char position[48];

	(void)state;
	begin_many();
	commit_many(position);
	w.now_ms += 30 * S;
	for (unsigned a = 0; a < 2; a++)
		for (int i = 0; i < MANY_PARTS; i++)
			many_fail(a, i * IN_A_PART);
	for (size_t i = 0; i < w.inbox_count; i++)
		shard_entry(w.shard, w.inbox[i].id, w.inbox[i].data,
		    w.inbox[i].length, w.now_ms);
	assert_true(shard_is_urgent(w.shard));
	assert_true(commit_many(position) > 1);
	assert_string_equal(position, w.inbox[w.inbox_count - 1].id);
	assert_int_equal(count_fields("alarms"), MANY);
	assert_int_equal(count_fields("outages"), 2 * MANY);
	w.given = w.inbox_count;
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

static const char crowd[] = SITE("") "agents:\n" AGENT("akl-1", "auckland")
    AGENT("akl-2", "auckland") AGENT("lon-1", "london") PEOPLE
    "slas:\n"
    "  - { name: silver, guarantee: 99% }\n"
    "clients:\n"
    "  - name: acme\n"
    "    title: A client\n"
    "    sla: silver\n"
    "    zone: UTC\n"
    "    endpoints:\n"
    "      - { name: learn, url: 'https://learn.example/' }\n";

/* Two agents in one region are one region: they can not outvote another. */
static void
test_two_agents_in_one_region(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *old;

	(void)state;
	world_begin(&w, tree);
	live_until(WORLD_BEGIN + 10 * MINUTE);
	old = w.settings;
	w.settings = settings_from_text(crowd, &errors);
	if (w.settings == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	text_clear(&w.journal);
	shard_configure(w.shard, w.settings, w.now_ms);
	settings_free(old);
	world_commit(&w);
	assert_non_null(
	    strstr(w.journal.data, "\"what\":\"terms\",\"subject\":\"acme\""));
	assert_non_null(
	    strstr(w.journal.data, "\"regions\":\"auckland london\""));
	for (int i = 0; i < 5; i++) {
		struct observation bad = looked(OUTCOME_FAILED), good;

		world_pass(&w, w.now_ms + MINUTE / 2);
		bad.started_at_ms = bad.until_at_ms = w.now_ms;
		send(0, &bad);
		bad.started_at_ms = bad.until_at_ms = w.now_ms - S;
		world_store(&w, "akl-2", "auckland",
		    &(struct wire_part){ .from_seq = i + 1,
			.seq = i + 1,
			.spool = "aa112233445566ff",
			.closed_at_ms = w.now_ms,
			.observations = &bad,
			.count = 1 },
		    0, false);
		good = looked(OUTCOME_OK);
		send(1, &good);
		world_read(&w);
	}
	world_told(&w, "");
	assert_int_equal(count_fields("outages"), 1);
	/* Nothing has changed: nothing is journalled. */
	text_clear(&w.journal);
	shard_configure(w.shard, w.settings, w.now_ms);
	world_commit(&w);
	assert_null(w.journal.data);
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
		cmocka_unit_test(test_two_agents_in_one_region),
		cmocka_unit_test(test_many_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
