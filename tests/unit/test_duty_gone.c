/*
 * duty: alarms of which their shard does not know any more, since its store is
 * as it was before it told them.
 */
#include "tests/unit/duty_story.h"

static struct world w;
static int64_t judged_ms;
static struct renames names;

/* A minute later the shard has judged so much more, and knows of these. */
static void
look_of(unsigned shard, int64_t judged_for_s, const char *const *subjects,
    size_t count)
{
	world_pass(&w, 60);
	judged_ms += judged_for_s * 1000;
	duty_standing(w.duty, shard, judged_ms, subjects, count, &names,
	    w.now_ms);
	world_settle(&w);
}

static void
look(const char *known)
{
	look_of(0, 60, &known, known != NULL);
}

static void
start_with(const char *subject)
{
	world_begin(&w, world_tree, NIGHT);
	judged_ms = w.begin_ms;
	world_raise(&w, ALARM_RAISED, subject, 2);
	text_clear(&w.text);
}

static bool
is_open(const char *id)
{
	return strstr(world_field(&w, "incidents", id)->value,
		   "\"closed_ms\"") == NULL;
}

/* Until a human closed it, it called; nobody told that it was over. */
static void
test_an_end_that_the_store_forgot(void **state)
{
	(void)state;
	start_with("acme/web");
	look("acme/web");
	look(NULL);
	look(NULL);
	assert_true(is_open("INC-000001"));
	assert_true(duty_has_of(w.duty, 0));
	text_clear(&w.text);
	look(NULL);
	assert_false(is_open("INC-000001"));
	assert_false(duty_has_of(w.duty, 0));
	told(&w, "[  240] resolved isla by terminal\n");
	assert_non_null(
	    strstr(world_field(&w, "incidents", "INC-000001")->value,
		"is not known to evaluate any more"));
	world_end(&w);
}

/* Records bear the name that it had first; the pager knows it by the new. */
static void
test_a_renamed_one_is_known_by_its_key(void **state)
{
	(void)state;
	start_with("acme/web");
	renames_add(&names, "acme/site", 5, "acme/web");
	for (int i = 0; i < 5; i++)
		look("acme/site");
	assert_true(is_open("INC-000001"));
	for (int i = 0; i < 4; i++)
		look("acme/web");
	assert_false(is_open("INC-000001"));
	renames_clear(&names);
	world_end(&w);
}

/* Whoever has it hears of it, too. */
static void
test_a_taken_one_ends_for_its_owner(void **state)
{
	(void)state;
	start_with("acme/web");
	world_command(&w, TAKE("tom"));
	for (int i = 0; i < 3; i++)
		look(NULL);
	text_clear(&w.text);
	look(NULL);
	assert_false(is_open("INC-000001"));
	check_has(w.text.data, "resolved tom by mail");
	world_end(&w);
}

/* It catches up, or nobody evaluates: it may yet tell it anew. */
static void
test_a_shard_that_does_not_judge_is_not_believed(void **state)
{
	(void)state;
	start_with("acme/web");
	for (int i = 0; i < 10; i++)
		look_of(0, i % 2 == 0 ? 0 : 29, NULL, 0);
	look_of(0, -3600, NULL, 0);
	assert_true(is_open("INC-000001"));
	world_end(&w);
}

static void
test_known_again_in_between(void **state)
{
	(void)state;
	start_with("acme/web");
	for (int i = 0; i < 3; i++)
		look(NULL);
	look("acme/web");
	look(NULL);
	look(NULL);
	assert_true(is_open("INC-000001"));
	look(NULL);
	assert_false(is_open("INC-000001"));
	world_end(&w);
}

static void
test_told_again_in_between(void **state)
{
	(void)state;
	start_with("acme/web");
	for (int i = 0; i < 3; i++)
		look(NULL);
	world_raise(&w, ALARM_RAISED, "acme/web", 2);
	look(NULL);
	look(NULL);
	assert_true(is_open("INC-000001"));
	world_end(&w);
}

/* One of two that fail together: the incident goes on for the other. */
static void
test_one_of_two_members(void **state)
{
	static const char *const library[] = { "acme/library" };

	(void)state;
	start_with("acme/learn");
	world_raise(&w, ALARM_RAISED, "acme/library", 2);
	for (int i = 0; i < 4; i++)
		look_of(0, 60, library, 1);
	assert_true(is_open("INC-000001"));
	assert_non_null(
	    strstr(world_field(&w, "incidents", "INC-000001")->value,
		"is not known to evaluate any more"));
	world_raise(&w, ALARM_CLEARED, "acme/library", 2);
	assert_false(is_open("INC-000001"));
	world_end(&w);
}

/* A shard tells its alarms in any order, and each of them counts. */
static void
test_known_among_many(void **state)
{
	static const char *const known[] = { "zeta/web", "acme/web",
		"birch/learn", "acme/w", "acme/web2", "alpha/web" };
	static const char *const others[] = { "zeta/web", "acme/web2", "acme/w",
		"birch/learn" };

	(void)state;
	start_with("acme/web");
	for (int i = 0; i < 5; i++)
		look_of(0, 60, known, sizeof(known) / sizeof(known[0]));
	assert_true(is_open("INC-000001"));
	for (int i = 0; i < 3; i++)
		look_of(0, 60, others, sizeof(others) / sizeof(others[0]));
	assert_false(is_open("INC-000001"));
	world_end(&w);
}

static void
tell_of_shard(unsigned shard, const char *subject)
{
	struct alarm a = world_alarm(&w, ALARM_RAISED, subject, 2);
	char *json = alarm_encode(&a);

	duty_alarm(w.duty, shard, "1-0", json, strlen(json), w.now_ms);
	world_settle(&w);
	free(json);
}

/* Our own trouble is over when none of the shards knows of it. */
static void
test_trouble_of_two_shards(void **state)
{
	static const char agent[] = "operations/agent/a";

	(void)state;
	start_with(agent);
	tell_of_shard(1, agent);
	for (int i = 0; i < 4; i++)
		look(NULL);
	assert_true(is_open("INC-000001"));
	assert_false(duty_has_of(w.duty, 0));
	assert_true(duty_has_of(w.duty, 1));
	for (int i = 0; i < 4; i++)
		look_of(1, 60, NULL, 0);
	assert_false(is_open("INC-000001"));
	world_end(&w);
}

/* That something was set aside is told once: no shard keeps it, nor ends it. */
static void
test_what_was_set_aside_is_ended_by_humans(void **state)
{
	static const char *const subjects[] = { "operations/poison",
		"operations/poison/akl-1" };

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		start_with(subjects[n]);
		for (int i = 0; i < 5; i++)
			look(NULL);
		assert_true(is_open("INC-000001"));
		assert_false(duty_has_of(w.duty, 0));
		world_end(&w);
	}
}

/* No shard ever knew of what the pager itself says, or a human. */
static void
test_what_no_shard_told_stays(void **state)
{
	(void)state;
	world_begin(&w, world_tree, NIGHT);
	duty_trouble(w.duty, "operations/store", 2, "is slow", w.now_ms);
	world_settle(&w);
	world_command(&w,
	    "{\"command\":\"open\",\"person\":\"tom\",\"subject\":\"acme/web\","
	    "\"severity\":2,\"text\":\"is odd\"}");
	assert_true(w.answer_ok);
	assert_false(duty_has_of(w.duty, 0));
	for (int i = 0; i < 5; i++)
		look(NULL);
	assert_true(is_open("INC-000001"));
	assert_true(is_open("INC-000002"));
	duty_trouble(w.duty, "operations/store", 2, NULL, w.now_ms);
	world_settle(&w);
	assert_false(is_open("INC-000001"));
	world_end(&w);
}

/* Of another shard nothing follows, nor of one that cannot be. */
static void
test_another_shard_lacks_it(void **state)
{
	(void)state;
	start_with("acme/web");
	for (int i = 0; i < 5; i++) {
		look_of(1, 60, NULL, 0);
		look_of(64, 60, NULL, 0);
	}
	assert_true(is_open("INC-000001"));
	world_end(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_end_that_the_store_forgot),
		cmocka_unit_test(test_a_renamed_one_is_known_by_its_key),
		cmocka_unit_test(test_a_taken_one_ends_for_its_owner),
		cmocka_unit_test(
		    test_a_shard_that_does_not_judge_is_not_believed),
		cmocka_unit_test(test_known_again_in_between),
		cmocka_unit_test(test_told_again_in_between),
		cmocka_unit_test(test_one_of_two_members),
		cmocka_unit_test(test_known_among_many),
		cmocka_unit_test(test_trouble_of_two_shards),
		cmocka_unit_test(test_what_was_set_aside_is_ended_by_humans),
		cmocka_unit_test(test_what_no_shard_told_stays),
		cmocka_unit_test(test_another_shard_lacks_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
