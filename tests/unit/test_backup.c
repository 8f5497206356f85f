/*
 * test_backup: lines of a backup come back as they were, what is none is
 * refused by name, and what is out of its order, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/backup.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void
must_come_back(enum backup_kind kind, const struct backup_item *items,
    size_t count)
{
	struct text line = { 0 };
	struct backup_line l;
	char error[160];

	backup_begin(&line, kind, "sw:{c0}:runs");
	for (size_t i = 0; i < count; i++)
		backup_add(&line, items[i].data, items[i].length);
	backup_end(&line);
	if (backup_read(line.data, line.length, &l, error) != 0)
		fail_msg("%s: %s", error, line.data);
	assert_int_equal(l.kind, kind);
	assert_string_equal(l.key, "sw:{c0}:runs");
	assert_int_equal(l.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(l.items[i].length, items[i].length);
		assert_memory_equal(l.items[i].data, items[i].data,
		    items[i].length);
	}
	backup_clear(&l);
	text_clear(&line);
}

static void
texts_come_back(void **state)
{
	static char plain[] = "r\303\251sum\303\251 \"\\\n",
		    bytes[] = "\0\377x", zero[] = "a\0b", empty[] = "";
	const struct backup_item items[] = { { plain, sizeof(plain) - 1 },
		{ bytes, 3 }, { zero, 3 }, { empty, 0 }, { empty, 0 },
		{ bytes, 1 } };

	(void)state;
	must_come_back(BACKUP_HASH, items, 6);
	must_come_back(BACKUP_STREAM, items, 3);
	must_come_back(BACKUP_STRING, items + 1, 1);
	must_come_back(BACKUP_LAST, items, 1);
}

static void
lines_that_are_none_are_refused(void **state)
{
#define K "{\"key\":\"sw:{c0}:runs\","
	static const struct {
		const char *line, *error;
	} cases[] = {
		{ "[]", "not an object: something else" },
		{ "{", "not an object: " },
		{ "{}", "key: expected" },
		{ "{\"key\":1}", "key: expected" },
		{ "{\"key\":\"\"}", "key: expected" },
		{ K "\"x\":1}", "expected one list" },
		{ K "\"hash\":{}}", "expected one list" },
		{ K "\"hash\":[],\"x\":1}", "expected one list" },
		{ K "\"hash\":[]}", "too few items" },
		{ K "\"hash\":[\"a\"]}", "too few items" },
		{ K "\"stream\":[\"a\",\"b\"]}", "too few items" },
		{ K "\"string\":[\"a\",\"b\"]}", "too few items" },
		{ K "\"last\":[]}", "too few items" },
		{ K "\"string\":[1]}", "neither text nor" },
		{ K "\"string\":[{\"b\":1}]}", "neither text nor" },
		{ K "\"string\":[{\"b\":\"A\"}]}", "neither text nor" },
		{ K "\"string\":[{\"b\":\"\",\"c\":1}]}", "neither text nor" },
	};
	struct text line = { 0 };
	struct backup_line l;
	char error[160], key[BACKUP_KEY_MAX + 2];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (backup_read(cases[i].line, strlen(cases[i].line), &l,
			error) == 0)
			fail_msg("taken: %s", cases[i].line);
		if (strstr(error, cases[i].error) == NULL)
			fail_msg("%s: %s", cases[i].line, error);
	}
	memset(key, 'x', BACKUP_KEY_MAX + 1);
	key[BACKUP_KEY_MAX + 1] = '\0';
	backup_begin(&line, BACKUP_STRING, key);
	backup_end(&line);
	assert_int_equal(backup_read(line.data, line.length, &l, error), -1);
	assert_string_equal(error, "key: expected a text, not too long");
	line.length = 0;
	backup_begin(&line, BACKUP_HASH, "sw:{c0}:runs");
	for (int i = 0; i < BACKUP_ITEMS_MAX + 2; i++)
		backup_add(&line, "", 0);
	backup_end(&line);
	assert_int_equal(backup_read(line.data, line.length, &l, error), -1);
	assert_string_equal(error, "too few items, or too many");
	text_clear(&line);
}

static void
heads(void **state)
{
	static const struct {
		const char *line, *error;
	} cases[] = {
		{ "1", "not an object" },
		{ "{}", "not a backup" },
		{ "{\"sunwatch\":\"history\"}", "not a backup" },
		{ "{\"sunwatch\":\"backup\"}", "another version" },
		{ "{\"sunwatch\":\"backup\",\"format\":1,\"shards\":0,\"at\":"
		  "1}",
		    "out of range" },
		{ "{\"sunwatch\":\"backup\",\"format\":1,\"shards\":65,\"at\":"
		  "1}",
		    "out of range" },
		{ "{\"sunwatch\":\"backup\",\"format\":1,\"shards\":1}",
		    "out of range" },
		{ "{\"sunwatch\":\"backup\",\"format\":1,\"shards\":1,\"at\":"
		  "253402300800000}",
		    "out of range" },
	};
	const struct backup_head h = { 4, 1800000000000 };
	struct backup_head again;
	struct text line = { 0 };
	char error[160];

	(void)state;
	backup_write_head(&h, &line);
	assert_int_equal(backup_read_head(line.data, line.length, &again,
			     error),
	    0);
	assert_int_equal(again.shards, h.shards);
	assert_int_equal(again.at_ms, h.at_ms);
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(backup_read_head(cases[i].line,
				     strlen(cases[i].line), &again, error),
		    -1);
		if (strstr(error, cases[i].error) == NULL)
			fail_msg("%s: %s", cases[i].line, error);
	}
	text_clear(&line);
}

static void
which_keys_are_kept(void **state)
{
	static const struct {
		const char *key, *group; /* NULL: none */
		bool kept;
	} cases[] = {
		{ "sw:{c0}:runs", "sw:{c0}:", true },
		{ "sw:{c0}:lease", "sw:{c0}:", false },
		{ "sw:{c0}:lease2", "sw:{c0}:", true },
		{ "sw:{p}:out", "sw:{p}:", true },
		{ "sw:{a}:live", "sw:{a}:", false },
		{ "sw:{a}", NULL, false },
		{ "sw:{c0}:", NULL, false },
		{ "sw:{}:x", NULL, false },
		{ "sw:{c0x", NULL, false },
		{ "sw:{C}:x", NULL, false },
		{ "sw:{abcdefghijklmnopq}:x", NULL, false },
		{ "sw:restore", NULL, false },
		{ "other", NULL, false },
	};
	char group[BACKUP_GROUP_ROOM];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool is = backup_group_of(cases[i].key, group);

		if (is != (cases[i].group != NULL) ||
		    (is && strcmp(group, cases[i].group) != 0) ||
		    backup_is_kept(cases[i].key) != cases[i].kept)
			fail_msg("%s", cases[i].key);
	}
}

/* Lines one behind the other; what is refused changes the order, too. */
static void
lines_in_their_order(void **state)
{
#define LINE(name, rest) "{\"key\":\"sw:{c0}:" name "\"," rest "}"
	static const struct {
		const char *line, *error; /* "": it is taken */
	} cases[] = {
		{ LINE("fence", "\"string\":[\"1\"]"), "" },
		{ LINE("fence", "\"string\":[\"1\"]"), "of another kind" },
		{ LINE("in",
		      "\"stream\":[\"1-0\",\"d\",\"x\",\"1-1\",\"d\","
		      "\"x\"]"),
		    "" },
		{ LINE("in", "\"stream\":[\"1-1\",\"d\",\"x\"]"), "not later" },
		{ LINE("in", "\"stream\":[\"0-9\",\"d\",\"x\"]"), "not later" },
		{ LINE("in", "\"stream\":[\"9\",\"d\",\"x\"]"), "not an id" },
		{ LINE("in", "\"stream\":[\"2-0\",\"d\",\"x\"]"), "" },
		{ LINE("in", "\"hash\":[\"2-0\",\"d\"]"), "of another kind" },
		{ LINE("in", "\"last\":[\"1-9\"]"), "before an entry" },
		{ LINE("in2", "\"stream\":[\"2-0\",\"d\",\"x\"]"), "" },
		{ LINE("in2", "\"last\":[\"2-0\"]"), "" },
		{ LINE("in2", "\"last\":[\"2-0\"]"), "of another kind" },
		{ LINE("in3", "\"last\":[\"0-0\"]"), "" },
		{ LINE("runs", "\"hash\":[\"a\",\"b\"]"), "" },
		{ LINE("runs", "\"hash\":[\"a\",\"b\"]"), "" },
		{ LINE("runs", "\"last\":[\"0-0\"]"), "of another kind" },
		{ "{\"key\":\"sw:{p}:meta\",\"hash\":[\"a\",\"b\"]}", "" },
		{ LINE("runs", "\"hash\":[\"a\",\"b\"]"), "there before" },
		{ LINE("lease", "\"string\":[\"a\"]"), "not one that is kept" },
	};
	struct backup_check *check = backup_check_new();
	char error[160];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct backup_line l;
		int result;

		assert_int_equal(backup_read(cases[i].line,
				     strlen(cases[i].line), &l, error),
		    0);
		error[0] = '\0';
		result = backup_check(check, &l, error);
		if ((result == 0) != (cases[i].error[0] == '\0') ||
		    strstr(error, cases[i].error) == NULL)
			fail_msg("case %zu: %s", i, error);
		backup_clear(&l);
	}
	assert_int_equal(backup_keys(check), 6);
	assert_string_equal(backup_group(check, 0), "sw:{c0}:");
	assert_string_equal(backup_group(check, 1), "sw:{p}:");
	assert_null(backup_group(check, 2));
	backup_check_free(check);
	backup_check_free(NULL);
}

static void
groups_have_an_end(void **state)
{
	struct backup_check *check = backup_check_new();
	char key[64], error[160] = "";
	int i;

	(void)state;
	for (i = 0; i < 1000 && error[0] == '\0'; i++) {
		struct backup_line l = { .kind = BACKUP_STRING, .key = key };

		text_format(key, sizeof(key), "sw:{x%d}:y", i);
		(void)backup_check(check, &l, error);
	}
	assert_string_equal(error, "too many groups of keys");
	assert_int_equal(i, 101);
	backup_check_free(check);
}

/* A hostile file made whoever looked at it remember as many as it liked. */
static void
keys_had_no_end(void **state)
{
	struct backup_check *check = backup_check_new();
	char key[64], error[160] = "";
	int i;

	(void)state;
	for (i = 0; i < 100000 && error[0] == '\0'; i++) {
		struct backup_line l = { .kind = BACKUP_STRING, .key = key };

		text_format(key, sizeof(key), "sw:{p}:%d", i);
		(void)backup_check(check, &l, error);
	}
	assert_string_equal(error, "too many keys");
	assert_int_equal(i, 50001);
	assert_int_equal(backup_keys(check), 50000);
	backup_check_free(check);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back),
		cmocka_unit_test(lines_that_are_none_are_refused),
		cmocka_unit_test(heads),
		cmocka_unit_test(which_keys_are_kept),
		cmocka_unit_test(lines_in_their_order),
		cmocka_unit_test(groups_have_an_end),
		cmocka_unit_test(keys_had_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
