/* shard: names of people go, what was said and what it comes to stays. */
#include "collector/shard_erase.h"
#include "tests/unit/maintenance_story.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const char *
record(const char *key)
{
	for (size_t i = 0; i < st.w.field_count; i++)
		if (strcmp(st.w.fields[i].key, key) == 0)
			return st.w.fields[i].value;
	return NULL;
}

static const char announced[] =
    "{\"command\":\"maintenance-announce\",\"window\":\"m-1\",\"scope\":"
    "[\"acme/learn\"],\"times\":[[1800003600000,1800007200000]],"
    "\"text\":\"Moodle 5\"}";
static const char claimed[] =
    "{\"command\":\"outage-exclude\",\"exclusion\":\"x-1\",\"scope\":"
    "[\"acme/learn\"],\"from_ms\":1800000600000,\"to_ms\":1800000900000,"
    "\"reason\":\"client\",\"text\":\"moved its DNS\",\"claimant\":"
    "\"Kahu\",\"evidence\":\"ticket 7\"}";
static const char agreed_to[] =
    "{\"command\":\"outage-consent\",\"exclusion\":\"x-1\",\"consent\":"
    "\"agreed\",\"who\":\"Dean\"}";

/* All that has names in it, said by "root as aroha". */
static void
said(void)
{
	static const char remark[] =
	    "[{\"at\":1800000100000,\"by\":\"root as aroha\",\"text\":\"the "
	    "database\"}]";
	char error[160];

	begin_one();
	run(100);
	assert_true(command("%s", announced));
	assert_true(command("%s", claimed));
	assert_true(command("%s", agreed_to));
	assert_int_equal(shard_load(st.w.shard, "annotations",
			     "acme/learn|1800000000000", remark,
			     sizeof(remark) - 1, error),
	    0);
}

static void
nobody_is_named(void)
{
	assert_null(strstr(record("windows"), "aroha"));
	assert_non_null(strstr(record("windows"), "\"by\":\"erased-1\""));
	assert_non_null(strstr(record("windows"), "\"text\":\"Moodle 5\""));
	assert_null(strstr(record("exclusions"), "aroha"));
	assert_null(strstr(record("exclusions"), "Dean"));
	/* What the contract asks for is no name of ours to take away. */
	assert_non_null(strstr(record("exclusions"), "\"claimant\":\"Kahu\""));
	assert_non_null(strstr(record("exclusions"), "ticket 7"));
	assert_non_null(strstr(record("annotations"), "the database"));
	assert_null(strstr(record("annotations"), "aroha"));
}

static void
what_is_asked_for_goes_at_once(void **state)
{
	struct shard_erasing ordered, by_age;

	(void)state;
	said();
	shard_erasing(st.w.shard, &ordered, &by_age);
	assert_int_equal(ordered.round, 0);
	run(200);
	assert_true(command("{\"command\":\"erase\",\"before_ms\":"
			    "1800000150000}"));
	assert_string_equal(answer,
	    "shard 0: names are erased from 3 records; the journal is gone "
	    "through now\n");
	nobody_is_named();
	journal_has("\"what\":\"names erased\"");
	shard_erasing(st.w.shard, &ordered, &by_age);
	assert_int_equal(ordered.round, 1);
	assert_int_equal(ordered.before_ms, 1800000150000);
	/* A start finds nothing else. */
	world_restart(&st.w);
	nobody_is_named();
	assert_true(command("{\"command\":\"erase\",\"before_ms\":"
			    "1800000150000,\"name\":\"maya\"}"));
	assert_string_equal(answer,
	    "shard 0: names are erased from 0 records; the journal is gone "
	    "through now\n");
	end();
}

static void
only_one_person_and_only_the_past(void **state)
{
	(void)state;
	said();
	assert_true(command("{\"command\":\"erase\",\"before_ms\":"
			    "1800000100000}"));
	assert_non_null(strstr(record("windows"), "root as aroha"));
	run(200);
	assert_true(command("{\"command\":\"erase\",\"before_ms\":"
			    "1800000150000,\"name\":\"Dean\"}"));
	assert_null(strstr(record("exclusions"), "Dean"));
	assert_non_null(strstr(record("exclusions"), "root as aroha"));
	end();
}

static void
what_does_not_fit_is_refused(void **state)
{
	(void)state;
	begin_one();
	run(100);
	assert_false(command("{\"command\":\"erase\"}"));
	assert_string_equal(answer, "before_ms: an instant is expected");
	assert_false(command("{\"command\":\"erase\",\"before_ms\":"
			     "1900000000000}"));
	assert_string_equal(answer, "before_ms: it has not come yet");
	assert_false(command("{\"command\":\"erase\",\"before_ms\":1,"
			     "\"name\":7}"));
	assert_string_equal(answer, "name: a text is expected");
	end();
}

static void
what_is_old_goes_by_itself(void **state)
{
	struct shard_erasing ordered, by_age;

	(void)state;
	said();
	shard_time(st.w.shard, st.w.now_ms + 399 * INT64_C(86400000));
	world_commit(&st.w);
	assert_non_null(strstr(record("windows"), "root as aroha"));
	shard_time(st.w.shard, st.w.now_ms + 401 * INT64_C(86400000));
	world_commit(&st.w);
	nobody_is_named();
	shard_erasing(st.w.shard, &ordered, &by_age);
	assert_int_equal(ordered.round, 0);
	assert_in_range(by_age.round, 2, 4);
	end();
}

/* Each is removed, said again without names, and the line says so. */
static void
entries_of_the_journal(void **state)
{
	struct shard_erased list[4];
	const char *at;

	(void)state;
	begin_one();
	run(100);
	for (size_t i = 0; i < 4; i++) {
		list[i].text = mem_text("{\"at\":1,\"by\":\"erased-1\"}");
		text_format(list[i].id, SEAL_ID, "7-%zu", i);
		text_copy(list[i].bare, SEAL_HEX, A);
		text_copy(list[i].now, SEAL_HEX, B);
	}
	text_clear(&st.w.journal);
	shard_erase_entries(st.w.shard, list, 4);
	shard_erase_entries(st.w.shard, list, 0);
	world_commit(&st.w);
	at = strstr(st.w.journal.data,
	    "removed 7-0\n{\"at\":1,\"by\":"
	    "\"erased-1\"}\nremoved 7-1\n");
	assert_ptr_equal(at, st.w.journal.data);
	/* What was, without names, and what stands there now. */
	at = strstr(at, "\"what\":\"resealed\"");
	assert_non_null(at);
	assert_non_null(
	    strstr(at, "\"entries\":[[\"7-0\",\"" A "\",\"" B "\"],"));
	at = strstr(at, "removed 7-3\n");
	assert_non_null(at);
	assert_non_null(strstr(at, "\"what\":\"resealed\""));
	for (size_t i = 0; i < 4; i++)
		free(list[i].text);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for_goes_at_once),
		cmocka_unit_test(only_one_person_and_only_the_past),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(what_is_old_goes_by_itself),
		cmocka_unit_test(entries_of_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
