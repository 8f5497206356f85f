/*
 * shard: the edges of what is lost, told twice, or dated oddly.
 */
#include "tests/unit/shard_story.h"

#include "collector/shard_internal.h"

#define DAY (86400 * (int64_t)S)

static const char *
value_of(const char *key, const char *field)
{
	const struct world_field *f = world_find(&st.w, key, field);

	return f == NULL ? NULL : f->value;
}

static void
has_void(const char *field, const char *value)
{
	const char *found = value_of("voids", field);

	if (found == NULL)
		fail_msg("no %s", field);
	assert_string_equal(found, value);
}

static size_t
count_voids(void)
{
	size_t n = 0;

	for (size_t i = 0; i < st.w.field_count; i++)
		n += strcmp(st.w.fields[i].key, "voids") == 0;
	return n;
}

static void
load(const char *key, const char *field, const char *value)
{
	char error[160];

	if (shard_load(st.w.shard, key, field, value, strlen(value), error) !=
	    0)
		fail_msg("%s", error);
}

/* What cannot be read arrives at at_s and was closed at closed_s. */
static void
spoiled(size_t a, int64_t at_s, int64_t closed_s, bool unsure)
{
	struct observation o = { .endpoint = st.endpoints[0],
		.started_at_ms = WORLD_BEGIN + closed_s * S,
		.until_at_ms = WORLD_BEGIN + closed_s * S,
		.count = 1,
		.interval_ms = 30 * S };
	struct wire_part part = world_part(&st.w);
	struct world_entry *e;

	part.closed_at_ms = WORLD_BEGIN + closed_s * S;
	part.observations = &o;
	part.count = 1;
	st.w.now_ms = WORLD_BEGIN + at_s * S;
	world_store(&st.w, agents[a], regions[a], &part, 0, unsure);
	e = &st.w.inbox[st.w.inbox_count - 1];
	memset(e->data + e->length - 24, 0xc1, 24);
	world_read(&st.w);
}

/*
 * The void of a lost batch ends when it was closed, if that came before it
 * arrived; a clock that is unsure says nothing of that.
 */
static void
test_a_lost_batch_ends_with_its_closing(void **state)
{
	(void)state;
	begin_one();
	run(119);
	spoiled(0, 150, 130, false);
	has_void("auckland|hole|akl-1|1800000080000", "1800000130001");
	spoiled(1, 160, 130, true);
	has_void("london|hole|lon-1|1800000100000", "1800000160001");
	end();
}

/* Silent for three weeks: what is older than anything that changes stays. */
static void
test_a_lost_batch_after_weeks(void **state)
{
	(void)state;
	begin_one();
	run(119);
	st.w.now_ms += 21 * DAY;
	spoiled(0, 21 * 86400 + 119, 21 * 86400 + 119, false);
	has_void("auckland|hole|akl-1|1801209719000", "1801814519001");
	end();
}

/* It had lain in the inbox for weeks: it changes nothing, and is told. */
static void
test_a_lost_batch_of_weeks_ago(void **state)
{
	struct wire_part part;
	struct world_entry *e;

	(void)state;
	begin_one();
	run(119);
	part = world_part(&st.w);
	world_store(&st.w, agents[0], regions[0], &part, 0, false);
	e = &st.w.inbox[st.w.inbox_count - 1];
	memset(e->data + e->length - 6, 0xc1, 6);
	st.w.now_ms += 21 * DAY;
	world_read(&st.w);
	assert_int_equal(count_voids(), 0);
	journal_has("\"unreadable\"");
	end();
}

/* A second one of nobody knows whom is a number, ten minutes later. */
static void
test_more_of_nobody_knows_whom(void **state)
{
	(void)state;
	begin_one();
	run(125);
	shard_entry(st.w.shard, "1800000125000-7", "x", 1, st.w.now_ms);
	shard_entry(st.w.shard, "1800000125000-8", "x", 1, st.w.now_ms);
	world_commit(&st.w);
	text_clear(&st.w.story);
	run(800);
	told("[  725] operations/poison raised operations S2: 1 more batches "
	     "of an unknown agent were set aside (shard 0)\n");
	end();
}

/* A clock that is set back does not keep the next one from being told. */
static void
test_lost_again_after_the_clock_was_set_back(void **state)
{
	(void)state;
	begin_one();
	run(125);
	shard_entry(st.w.shard, "1800000125000-7", "x", 1, st.w.now_ms);
	world_commit(&st.w);
	text_clear(&st.w.story);
	st.w.now_ms -= 30 * S;
	shard_break(st.w.shard, st.w.now_ms);
	shard_entry(st.w.shard, "1800000125000-8", "x", 1, st.w.now_ms);
	world_commit(&st.w);
	assert_non_null(st.w.story.data);
	assert_non_null(strstr(st.w.story.data, "[   95] operations/poison"));
	end();
}

/* Of several endpoints the one that may take longest says how far back. */
static void
test_the_longest_timeout_counts(void **state)
{
	static const char *const ids[] = { "acme/learn", "acme/quick" };

	(void)state;
	begin(HEAD CLIENT("acme") ENDPOINT("learn", ", timeout: 20s")
		  ENDPOINT("quick", ", timeout: 5s"),
	    2, ids);
	st.count = 1;
	run(119);
	spoiled(0, 119, 119, false);
	has_void("auckland|hole|akl-1|1800000070000", "1800000119001");
	end();
}

/* Entries that are read again after a restart are told once. */
static void
test_read_again_and_not_told_again(void **state)
{
	struct observation late = { .endpoint = "acme/learn",
		.started_at_ms = WORLD_BEGIN - 30 * DAY,
		.until_at_ms = WORLD_BEGIN - 30 * DAY,
		.count = 1,
		.interval_ms = 30 * S };
	struct observation odd = late;
	struct wire_part part;

	(void)state;
	begin_one();
	run(119);
	part = world_part(&st.w);
	part.observations = &late;
	part.count = 1;
	world_store(&st.w, agents[0], regions[0], &part, 0, false);
	odd.endpoint = "acme/le arn";
	part = world_part(&st.w);
	part.observations = &odd;
	part.count = 1;
	world_store(&st.w, agents[0], regions[0], &part, 0, false);
	part = world_part(&st.w);
	part.hole = "torn";
	part.hole_from_ms = WORLD_BEGIN + 100 * S;
	part.hole_to_ms = WORLD_BEGIN + 110 * S;
	world_store(&st.w, agents[1], regions[1], &part, 0, false);
	st.ahead_ms[2] = 400 * S;
	send_probe(0, 2, OUTCOME_OK);
	world_read(&st.w);
	journal_has("\"late\"");
	journal_has("\"refused\"");
	journal_has("\"hole\"");
	journal_has("\"ahead\"");
	text_clear(&st.w.journal);
	world_restart(&st.w);
	assert_null(st.w.journal.data);
	end();
}

static void
begin_blind(void)
{
	begin_one();
	run(100);
	go_blind(0, 110, 110);
	run(200);
	has_void("auckland|blind|akl-1|1800000110000", "0");
}

/* Two holes, and then the end after all, with a look: all is clear. */
static void
test_the_end_follows_two_holes(void **state)
{
	(void)state;
	begin_blind();
	send_hole(0, 150, 201);
	send_hole(0, 140, 201);
	has_void("auckland|blind|akl-1|1800000110000", "0");
	go_blind(0, 110, 205);
	run(220);
	has_void("auckland|blind|akl-1|1800000110000", "1800000205000");
	assert_null(strstr(st.w.journal.data, "its end was not told"));
	end();
}

/* A clock that is unsure cannot say when it began to see again; slow is seen.
 */
static void
test_who_is_in_doubt_and_unsure_waits(void **state)
{
	(void)state;
	begin_blind();
	send_hole(0, 150, 201);
	see(0, 0, OUTCOME_SLOW);
	st.unsure[0] = true;
	run(239);
	has_void("auckland|blind|akl-1|1800000110000", "0");
	st.unsure[0] = false;
	run(241);
	has_void("auckland|blind|akl-1|1800000110000", "1800000240000");
	journal_has("its end was not told");
	end();
}

/* What was told late of an earlier blindness ends where the next began. */
static void
test_an_earlier_blindness_told_late(void **state)
{
	(void)state;
	begin_blind();
	load("voids", "auckland|blind|akl-9|1800000050000", "1800000055000");
	go_blind(0, 50, 50);
	run(220);
	has_void("auckland|blind|akl-1|1800000050000", "1800000110000");
	has_void("auckland|blind|akl-1|1800000110000", "0");
	end();
}

/* Several stretches cover now: the oldest of them is told of. */
static void
test_the_oldest_of_several_voids(void **state)
{
	const struct void_stretch *v;

	(void)state;
	begin_one();
	run(100);
	load("voids", "auckland|blind|a|1800000060000", "0");
	load("voids", "auckland|blind|b|1800000050000", "0");
	load("voids", "auckland|blind|c|1800000070000", "0");
	load("voids", "auckland|blind|d|1800000500000", "0");
	v = shard_void_now(st.w.shard,
	    (unsigned)shard_region(st.w.shard, "auckland"));
	assert_non_null(v);
	assert_string_equal(v->agent, "b");
	end();
}

/* Only entries of the inbox, each once; other fields are for humans. */
static void
test_what_of_poison_is_taken(void **state)
{
	static const char long_field[] =
	    "in.1800000000000-1234567890123456789012345678901234567890";

	(void)state;
	begin_one();
	load("poison", "in.1800000000000-1", "x");
	load("poison", "in.1800000000000-1", "x");
	load("poison", "out.1800000000000-2", "x");
	load("poison", long_field, "x");
	load("meta", "made_by", "hand");
	assert_true(shard_is_aside(st.w.shard, "1800000000000-1"));
	assert_false(shard_is_aside(st.w.shard, "1800000000000-2"));
	assert_false(shard_is_aside(st.w.shard, long_field + 3));
	assert_int_equal(st.w.shard->aside_count, 1);
	end();
}

/* Set back to before a region's first look: it begins anew, the others not. */
static void
test_a_clock_set_back_before_the_first_look(void **state)
{
	(void)state;
	begin_one();
	st.silent[2] = true;
	run(300);
	st.silent[2] = false;
	run(400);
	st.silent[2] = true;
	st.w.now_ms = WORLD_BEGIN + 305 * S;
	shard_break(st.w.shard, st.w.now_ms);
	world_read(&st.w);
	for (size_t i = 0; i < st.w.field_count; i++)
		assert_null(strstr(st.w.fields[i].field, "|new-york|"));
	run(600);
	assert_int_equal(st.w.shard->targets->state, STATE_UP);
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	run(700);
	assert_int_equal(st.w.shard->targets->state, STATE_DOWN);
	end();
}

/*
 * Set back by less than silence had been judged for; and then further, to
 * before a region that never looked.
 */
static void
test_a_clock_set_back_twice(void **state)
{
	(void)state;
	begin_one();
	st.silent[2] = true;
	run(300);
	shard_break(st.w.shard, st.w.now_ms);
	st.w.now_ms += 40 * S;
	shard_time(st.w.shard, st.w.now_ms);
	assert_int_equal(st.w.shard->judge_ms, WORLD_BEGIN + 300 * S);
	st.w.now_ms -= 20 * S;
	shard_break(st.w.shard, st.w.now_ms);
	assert_int_equal(st.w.shard->judge_ms, WORLD_BEGIN + 300 * S);
	st.w.now_ms -= 50 * S;
	shard_break(st.w.shard, st.w.now_ms);
	assert_int_equal(st.w.shard->judge_ms, WORLD_BEGIN + 270 * S);
	end();
}

/* It was judged under a clock that ran ahead: not so after the start. */
static void
test_judged_ahead_of_the_clock(void **state)
{
	(void)state;
	begin_one();
	run(300);
	st.w.now_ms -= 100 * S;
	world_restart(&st.w);
	assert_true(st.w.shard->judge_ms <= st.w.now_ms);
	end();
}

/* Who is in the records and not in the settings is not waited for. */
static void
test_an_agent_of_the_records_is_not_awaited(void **state)
{
	struct commit_op op = { COMMIT_SET, "agents", "old-1", NULL, 0 };

	(void)state;
	begin_one();
	run(300);
	op.value = (char[]){ "{\"heard\":1800000300000,\"closed\":"
			     "1800000300000,\"spool\":\"a\",\"before\":"
			     "\"\"}" };
	op.length = strlen(op.value);
	world_set(&st.w, &op);
	world_restart(&st.w);
	run(340); /* all others have spoken */
	assert_false(shard_is_catching_up(st.w.shard));
	/* Nor is anything lost of it. */
	shard_entry(st.w.shard, "1800000340000-7", "x", 1, st.w.now_ms);
	world_commit(&st.w);
	assert_int_equal(count_voids(), AGENTS);
	end();
}

/* Nobody asked for the time while it thawed: what was due is due at once. */
static void
test_due_at_once_after_a_thaw(void **state)
{
	(void)state;
	begin_one();
	run(300);
	shard_break(st.w.shard, st.w.now_ms);
	st.w.now_ms += 100 * S;
	shard_read_all(st.w.shard, st.w.now_ms);
	assert_int_equal(shard_deadline(st.w.shard), st.w.now_ms + 15 * S);
	st.w.now_ms += 60 * S;
	shard_read_all(st.w.shard, st.w.now_ms);
	assert_true(shard_deadline(st.w.shard) <= st.w.now_ms);
	end();
}

#define CLOUD(n)                                                               \
	"      - { name: e" n ", url: 'https://e" n                            \
	".example/', platform: p" n " }\n"
#define CLOUDS(X) X("0") X("1") X("2") X("3") X("4") X("5") X("6")
#define IS_PLATFORM(n) "  - { name: p" n " }\n"

/* Three of seven are enough to see, and too few to doubt it. */
static void
test_less_than_half_is_not_suspect(void **state)
{
	static const char *const ids[] = { "acme/e0", "acme/e1", "acme/e2",
		"acme/e3", "acme/e4", "acme/e5", "acme/e6" };

	(void)state;
	begin(HEAD CLIENT("acme")
		  CLOUDS(CLOUD) "platforms:\n" CLOUDS(IS_PLATFORM),
	    7, ids);
	run(100);
	for (size_t e = 0; e < 3; e++)
		see(e, 1, OUTCOME_FAILED);
	run(300);
	assert_int_equal(count_voids(), 0);
	see(3, 1, OUTCOME_FAILED); /* four are */
	run(400);
	assert_int_equal(count_voids(), 1);
	journal_has("\"suspect\"");
	end();
}

/* More voids than one commit holds: the position comes with the last. */
static void
test_more_voids_than_a_commit_holds(void **state)
{
	struct blind blinds[256];
	struct commit c;
	int commits = 0;

	(void)state;
	begin_one();
	run(100);
	for (int i = 0; i < 18 * 256; i++) {
		struct wire_part part;

		blinds[i % 256] =
		    (struct blind){ WORLD_BEGIN - (6000 - i) * 60 * S,
			    WORLD_BEGIN - (6000 - i) * 60 * S + 30 * S };
		if (i % 256 != 255)
			continue;
		part = world_part(&st.w);
		part.blinds = blinds;
		part.blind_count = 256;
		world_store(&st.w, agents[i / 256 % AGENTS],
		    regions[i / 256 % AGENTS], &part, 0, false);
	}
	for (; st.w.given < st.w.inbox_count; st.w.given++)
		shard_entry(st.w.shard, st.w.inbox[st.w.given].id,
		    st.w.inbox[st.w.given].data, st.w.inbox[st.w.given].length,
		    st.w.now_ms);
	commit_init(&c);
	for (; shard_commit(st.w.shard, st.w.now_ms, &c); commits++) {
		assert_true(c.count <= COMMIT_OPS_MAX);
		assert_string_not_equal(value_of("meta", "position"),
		    shard_position(st.w.shard));
		world_apply(&st.w, &c);
		shard_committed(st.w.shard, st.w.now_ms);
	}
	commit_clear(&c);
	assert_int_equal(commits, 2);
	assert_int_equal(count_voids(), 18 * 256);
	assert_string_equal(value_of("meta", "position"),
	    shard_position(st.w.shard));
	end();
}

/* The regions of the records leave no room: nobody waits for the rest. */
static void
test_no_room_for_the_regions_of_agents(void **state)
{
	char field[64];

	(void)state;
	begin_one();
	shard_free(st.w.shard);
	st.w.shard = shard_new(st.w.settings, 0);
	for (size_t i = 0; i < st.w.field_count; i++)
		if (strcmp(st.w.fields[i].key, "meta") == 0)
			load("meta", st.w.fields[i].field,
			    st.w.fields[i].value);
	for (int i = 0; i < REGIONS_MAX; i++) {
		text_format(field, sizeof(field), "r%d|blind|a|5", i);
		load("voids", field, "6");
	}
	shard_start(st.w.shard, st.w.now_ms);
	world_read(&st.w);
	assert_int_equal(st.w.shard->targets->terms[0].regions, 0);
	assert_true(st.w.shard->targets->terms[0].others);
	shard_entry(st.w.shard, "1800000000000-7", "x", 1, st.w.now_ms);
	world_commit(&st.w);
	assert_int_equal(count_voids(), 0);
	text_clear(&st.w.story);
	world_pass(&st.w, WORLD_BEGIN + 900 * S);
	assert_true(st.w.story.data == NULL ||
	    strstr(st.w.story.data, "operations/agent") == NULL);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_lost_batch_ends_with_its_closing),
		cmocka_unit_test(test_a_lost_batch_after_weeks),
		cmocka_unit_test(test_a_lost_batch_of_weeks_ago),
		cmocka_unit_test(test_more_of_nobody_knows_whom),
		cmocka_unit_test(test_lost_again_after_the_clock_was_set_back),
		cmocka_unit_test(test_the_longest_timeout_counts),
		cmocka_unit_test(test_read_again_and_not_told_again),
		cmocka_unit_test(test_the_end_follows_two_holes),
		cmocka_unit_test(test_who_is_in_doubt_and_unsure_waits),
		cmocka_unit_test(test_an_earlier_blindness_told_late),
		cmocka_unit_test(test_the_oldest_of_several_voids),
		cmocka_unit_test(test_what_of_poison_is_taken),
		cmocka_unit_test(test_a_clock_set_back_before_the_first_look),
		cmocka_unit_test(test_a_clock_set_back_twice),
		cmocka_unit_test(test_judged_ahead_of_the_clock),
		cmocka_unit_test(test_an_agent_of_the_records_is_not_awaited),
		cmocka_unit_test(test_due_at_once_after_a_thaw),
		cmocka_unit_test(test_less_than_half_is_not_suspect),
		cmocka_unit_test(test_no_room_for_the_regions_of_agents),
		cmocka_unit_test(test_more_voids_than_a_commit_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
