/*
 * shard: what could not be read of an agent's stream is none: never bridged,
 * never booked up; and humans hear of it.
 */
#include "tests/unit/shard_story.h"

static size_t
count_fields(const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < st.w.field_count; i++)
		n += strcmp(st.w.fields[i].key, key) == 0;
	return n;
}

/*
 * A minute in which two of three see it fail arrives unreadable.  Bridged, it
 * would be up.
 */
static void
test_failures_in_what_could_not_be_read(void **state)
{
	(void)state;
	begin_one();
	run(119);
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	st.spoiled[0] = st.spoiled[1] = true;
	run(165);
	st.spoiled[0] = st.spoiled[1] = false;
	all_see(OUTCOME_OK);
	run(300);
	told("[  120] operations/poison/akl-1 raised operations S2: a batch of "
	     "agent akl-1 was set aside (shard 0, seq 12): observations: cut "
	     "short; what was seen meanwhile is not known\n"
	     "[  140] operations/poison/lon-1 raised operations S2: a batch of "
	     "agent lon-1 was set aside (shard 0, seq 15): observations: cut "
	     "short; what was seen meanwhile is not known\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 100..170 [100 141]\n");
	journal_has("\"unreadable\"");
	end();
}

/* One region alone is not known: the others are a quorum, and go on. */
static void
test_one_of_three_is_lost(void **state)
{
	(void)state;
	begin_one();
	run(119);
	st.spoiled[0] = true;
	run(250);
	st.spoiled[0] = false;
	run(400);
	booked("acme/learn unknown 0..20 [0 ?]\n");
	end();
}

/* kill -9 afterwards: it is void still, told once, kept once. */
static void
test_restart_after_a_loss(void **state)
{
	(void)state;
	begin_one();
	run(119);
	st.spoiled[0] = st.spoiled[1] = true;
	run(125);
	st.spoiled[0] = st.spoiled[1] = false;
	run(140);
	assert_int_equal(count_fields("poison"), 1);
	assert_int_equal(count_fields("voids"), 1);
	text_clear(&st.w.story);
	text_clear(&st.w.journal);
	world_restart(&st.w);
	run(400);
	told("");
	assert_null(st.w.journal.data);
	assert_int_equal(count_fields("poison"), 1);
	assert_int_equal(count_fields("voids"), 1);
	booked("acme/learn unknown 0..20 [0 ?]\n");
	end();
}

/* The first is told at once, what follows every ten minutes, as a number. */
static void
test_many_are_lost(void **state)
{
	(void)state;
	begin_one();
	run(119);
	st.spoiled[0] = true;
	run(900);
	told("[  120] operations/poison/akl-1 raised operations S2: a batch of "
	     "agent akl-1 was set aside (shard 0, seq 12): observations: cut "
	     "short; what was seen meanwhile is not known\n"
	     "[  215] operations/agent/akl-1 raised operations S3: agent akl-1 "
	     "in auckland has not been heard for 2 min 5 s\n"
	     "[  725] operations/poison/akl-1 raised operations S2: 20 more "
	     "batches of agent akl-1 were set aside (shard 0)\n");
	assert_int_equal(count_fields("poison"), 20);
	end();
}

/* Nobody knows whose it was: then nobody vouches for that time. */
static void
test_an_entry_of_nobody_knows_whom(void **state)
{
	(void)state;
	begin_one();
	run(125);
	shard_entry(st.w.shard, "1800000125000-7", "x", 1, st.w.now_ms);
	world_commit(&st.w);
	told("[  125] operations/poison raised operations S2: a batch of an "
	     "unknown agent was set aside (shard 0, seq unknown): envelope: "
	     "expected an array; what was seen meanwhile is not known\n");
	run(400);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 100..140 [100 125]\n");
	end();
}

static void
set_aside_last(size_t length)
{
	struct world_entry *e = &st.w.inbox[st.w.given++];

	shard_set_aside(st.w.shard, e->id, e->data,
	    length < e->length ? length : e->length, "the program died of it",
	    st.w.now_ms);
	world_commit(&st.w);
}

/* What kills its reader is not read again, though it stands in the inbox. */
static void
test_an_entry_that_kills(void **state)
{
	const struct world_entry *e;
	struct commit_op op = { COMMIT_SET, "poison", NULL, "x", 1 };
	char field[64];

	(void)state;
	begin_one();
	run(119);
	see(0, 0, OUTCOME_FAILED);
	world_pass(&st.w, WORLD_BEGIN + 120 * S);
	turn(0, 0, 120);
	e = &st.w.inbox[st.w.given];
	text_format(field, sizeof(field), "in.%s", e->id);
	op.field = field;
	world_set(&st.w, &op); /* by who found out */
	set_aside_last(SIZE_MAX);
	told("[  120] operations/poison/akl-1 raised operations S2: a batch of "
	     "agent akl-1 was set aside (shard 0, seq 12): the program died of "
	     "it; what was seen meanwhile is not known\n");
	assert_int_equal(count_fields("voids"), 1);
	assert_int_equal(count_fields("poison"), 1);
	see(0, 0, OUTCOME_OK);
	run(150);
	world_restart(&st.w);
	run(400);
	told("");
	booked("acme/learn unknown 0..20 [0 ?]\n");
	end();
}

/* Not even its sender is looked at. */
static void
test_an_entry_not_to_be_touched(void **state)
{
	(void)state;
	begin_one();
	run(119);
	world_pass(&st.w, WORLD_BEGIN + 120 * S);
	turn(0, 0, 120);
	set_aside_last(0);
	assert_int_equal(count_fields("voids"), AGENTS);
	end();
}

/* It died between setting aside and making void: that is made good. */
static void
test_a_restart_before_it_was_void(void **state)
{
	struct commit_op op = { COMMIT_SET, "poison", NULL, "x", 1 };
	char field[64];

	(void)state;
	begin_one();
	run(119);
	world_pass(&st.w, WORLD_BEGIN + 120 * S);
	turn(0, 0, 120);
	text_format(field, sizeof(field), "in.%s", st.w.inbox[st.w.given].id);
	op.field = field;
	world_set(&st.w, &op);
	world_restart(&st.w);
	assert_int_equal(count_fields("voids"), 1);
	assert_int_equal(count_fields("poison"), 1);
	told("[  120] operations/poison/akl-1 raised operations S2: a batch of "
	     "agent akl-1 was set aside (shard 0, seq 12): the program died of "
	     "it, again and again; what was seen meanwhile is not known\n");
	end();
}

/* Kept for a month, twenty at most: the oldest go. */
static void
test_what_is_set_aside_is_not_kept_for_ever(void **state)
{
	char id[48];

	(void)state;
	begin_one();
	for (int i = 0; i < 25; i++) {
		text_format(id, sizeof(id), "%lld-%d", (long long)st.w.now_ms,
		    i);
		shard_entry(st.w.shard, id, "x", 1, st.w.now_ms);
		st.w.now_ms += S;
	}
	world_commit(&st.w);
	assert_int_equal(count_fields("poison"), 20);
	text_format(id, sizeof(id), "in.%lld-24", (long long)st.w.now_ms - S);
	assert_non_null(world_find(&st.w, "poison", id));
	world_restart(&st.w);
	st.w.now_ms += 29 * 86400 * (int64_t)S;
	shard_time(st.w.shard, st.w.now_ms);
	world_commit(&st.w);
	assert_int_equal(count_fields("poison"), 20);
	st.w.now_ms += 2 * 86400 * (int64_t)S;
	shard_time(st.w.shard, st.w.now_ms);
	world_commit(&st.w);
	assert_int_equal(count_fields("poison"), 0);
	end();
}

/* When it was is not known; nor what was seen since the look before. */
static void
test_looks_from_the_future(void **state)
{
	(void)state;
	begin_one();
	run(119);
	st.ahead_ms[0] = st.ahead_ms[1] = 400 * S;
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	run(165);
	st.ahead_ms[0] = st.ahead_ms[1] = 0;
	all_see(OUTCOME_OK);
	run(400);
	told("[  120] operations/ahead/akl-1 raised operations S4: agent akl-1 "
	     "dated 1 of its looks more than 5 min ahead; what it saw "
	     "meanwhile is not counted\n"
	     "[  140] operations/ahead/lon-1 raised operations S4: agent lon-1 "
	     "dated 1 of its looks more than 5 min ahead; what it saw "
	     "meanwhile is not counted\n");
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 100..170 [100 141]\n");
	run(3900);
	told("[ 3750] operations/ahead/akl-1 cleared operations S4: is over\n"
	     "[ 3750] operations/ahead/lon-1 cleared operations S4: is over\n");
	end();
}

/* Of one look nothing can be read, not even of what: the batch is void. */
static void
test_a_look_that_cannot_be_placed(void **state)
{
	struct observation o = { .endpoint = "acme/le arn",
		.started_at_ms = WORLD_BEGIN + 125 * S,
		.until_at_ms = WORLD_BEGIN + 125 * S,
		.count = 1,
		.interval_ms = 30 * S };
	struct wire_part part;

	(void)state;
	begin_one();
	run(125);
	part = world_part(&st.w);
	part.observations = &o;
	part.count = 1;
	world_store(&st.w, agents[0], regions[0], &part, 0, false);
	world_read(&st.w);
	assert_int_equal(count_fields("voids"), 1);
	journal_has("\"refused\"");
	told("");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures_in_what_could_not_be_read),
		cmocka_unit_test(test_one_of_three_is_lost),
		cmocka_unit_test(test_restart_after_a_loss),
		cmocka_unit_test(test_many_are_lost),
		cmocka_unit_test(test_an_entry_of_nobody_knows_whom),
		cmocka_unit_test(test_an_entry_that_kills),
		cmocka_unit_test(test_an_entry_not_to_be_touched),
		cmocka_unit_test(test_a_restart_before_it_was_void),
		cmocka_unit_test(test_what_is_set_aside_is_not_kept_for_ever),
		cmocka_unit_test(test_looks_from_the_future),
		cmocka_unit_test(test_a_look_that_cannot_be_placed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
