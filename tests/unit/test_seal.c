/* seal: its bytes, how one follows another, and lists of entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "lib/commit.h"
#include "lib/seal.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static struct seal_report one_report = { "acme", "2026-10", 1, A };
static struct seal_stretch one_stretch = { "c0", "0-0", "5-1", 2, 400, B };

static struct seal
a_seal(int64_t number, const char *previous)
{
	struct seal s = { .number = number,
		.at_ms = 1000 * number,
		.reports = &one_report,
		.report_count = 1,
		.stretches = &one_stretch,
		.stretch_count = 1 };

	text_copy(s.previous, sizeof(s.previous), previous);
	return s;
}

static void
test_bytes_are_the_same_again(void **state)
{
	struct seal s = a_seal(1, ""), back;
	char *text = seal_text(&s), *again, error[160];

	(void)state;
	assert_string_equal(text,
	    "{\"sunwatch_seal\":2,\"number\":1,\"at\":1000,\"previous\":\"\","
	    "\"key\":\"\",\"reports\":[{\"client\":\"acme\",\"month\":"
	    "\"2026-10\",\"version\":1,\"hash\":\"" A "\"}],\"journals\":[{"
	    "\"journal\":\"c0\",\"after\":\"0-0\",\"to\":\"5-1\","
	    "\"entries\":2,\"kept\":400,\"hash\":\"" B "\"}]}");
	assert_int_equal(seal_read(text, strlen(text), &back, error), 0);
	again = seal_text(&back);
	assert_string_equal(text, again);
	seal_clear(&back);
	free(text);
	free(again);
}

static void
test_what_is_no_seal(void **state)
{
	static const struct {
		const char *was, *is, *why;
	} rows[] = {
		{ "{", "[", "" },
		{ "seal\":2", "seal\":1", "sunwatch_seal: is not 2" },
		{ "number\":1", "number\":-1", "number: expected a number" },
		{ "\"at\":1000", "\"at\":null", "at: expected a number" },
		{ "previous\":\"\"", "previous\":\"x\"",
		    "previous: expected a hash" },
		{ "key\":\"\"", "key\":7", "key: expected a hash" },
		{ "\"acme\"", "\"\"", "client: expected a name" },
		{ "\"acme\"", "null", "client: expected a name" },
		{ "2026-10", "2026-10-100", "month: expected a name" },
		{ "version\":1", "version\":\"\"",
		    "version: expected a number" },
		{ A, "", "hash: expected a hash" },
		{ "aaa\"}", "aaG\"}", "hash: expected a hash" },
		{ "\"c0\"", "\"\"", "journal: expected a name" },
		{ "\"0-0\"", "\"0\"", "after: expected the id of an entry" },
		{ "\"5-1\"", "5", "to: expected the id of an entry" },
		{ "entries\":2", "entries\":{}", "entries: expected a number" },
		{ "kept\":400", "kept\":-1", "kept: expected a number" },
		{ "\"journals\":[", "\"journals\":{}, \"x\":[",
		    "journals: expected a list that is not too long" },
		{ "\"reports\"", "\"r\"",
		    "reports: expected a list that is not too long" },
	};
	struct seal s = a_seal(1, ""), back;
	char *text = seal_text(&s), error[160], *at;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct text t = { 0 };

		at = strstr(text, rows[i].was);
		assert_non_null(at);
		text_add_bytes(&t, text, (size_t)(at - text));
		text_add(&t, rows[i].is);
		text_add(&t, at + strlen(rows[i].was));
		assert_int_equal(seal_read(t.data, t.length, &back, error), -1);
		if (rows[i].why[0] != '\0')
			assert_string_equal(error, rows[i].why);
		assert_null(back.reports);
		text_clear(&t);
	}
	free(text);
}

static void
test_one_follows_another(void **state)
{
	struct seal_chain chain = { 0 };
	struct seal s = a_seal(1, "");
	struct seal_stretch next[2] = { { "c0", "5-1", "9-0", 1, 0, C },
		{ "p", "0-0", "2-0", 1, 0, C } };
	char why[160];

	(void)state;
	assert_string_equal(seal_end(&chain, "c0")->to, "0-0");
	assert_true(seal_follow(&chain, &s, A, why));
	s = a_seal(2, A);
	s.stretches = next;
	s.stretch_count = 2;
	assert_true(seal_follow(&chain, &s, B, why));
	assert_int_equal(chain.number, 2);
	assert_int_equal(chain.at_ms, 2000);
	assert_string_equal(chain.hash, B);
	assert_string_equal(seal_end(&chain, "c0")->to, "9-0");
	assert_string_equal(seal_end(&chain, "p")->to, "2-0");
	assert_string_equal(seal_end(&chain, "c1")->to, "0-0");
}

static void
test_what_does_not_follow(void **state)
{
	struct seal_chain chain = { 0 };
	struct seal s = a_seal(1, "");
	struct seal_stretch bad = { "c0", "4-0", "9-0", 1, 0, C };
	char why[160];

	(void)state;
	assert_true(seal_follow(&chain, &s, A, why));
	s = a_seal(3, A); /* one was taken out */
	assert_false(seal_follow(&chain, &s, B, why));
	assert_string_equal(why, "its number is 3, and not 2");
	s = a_seal(3, A); /* one was changed */
	assert_false(seal_follow(&chain, &s, C, why));
	assert_string_equal(why, "it does not name the hash of the one before");
	s = a_seal(4, C);
	s.stretches = &bad;
	assert_false(seal_follow(&chain, &s, A, why));
	assert_string_equal(why,
	    "its stretch of journal c0 begins after 4-0, and not after 5-1");
	text_copy(bad.after, sizeof(bad.after), "9-0");
	text_copy(bad.to, sizeof(bad.to), "5-0");
	s = a_seal(5, A);
	s.stretches = &bad;
	assert_false(seal_follow(&chain, &s, B, why));
	/* The fault of one is not that of the next. */
	s = a_seal(6, B);
	s.stretch_count = 0;
	assert_true(seal_follow(&chain, &s, C, why));
	chain.count = SEAL_JOURNALS_MAX;
	s = a_seal(7, C);
	text_copy(bad.journal, sizeof(bad.journal), "p");
	text_copy(bad.after, sizeof(bad.after), "0-0");
	s.stretches = &bad;
	assert_false(seal_follow(&chain, &s, A, why));
	assert_string_equal(why, "there are too many journals");
}

static void
test_ids(void **state)
{
	static const char *const rising[] = { "0-0", "1-0", "1-2", "1-10",
		"18446744073709551615-1" };

	(void)state;
	for (size_t i = 0; i < N(rising); i++)
		for (size_t k = 0; k < N(rising); k++)
			assert_int_equal(seal_compare_ids(rising[i], rising[k]),
			    (i > k) - (i < k));
	assert_false(seal_is_id("1"));
	assert_false(
	    seal_is_id("00000000000000000001-0000000000000000000000000000001"));
}

static const char *
hash_of(char letter)
{
	static char hash[SEAL_HEX];

	memset(hash, letter, 64);
	return hash;
}

/* "1-0 a, 2-0 b", each hash one letter again and again. */
static struct text
list_of(const char *words)
{
	struct text t = { 0 };
	char id[SEAL_ID], letter[2];
	int n;

	while (sscanf(words, " %41[0-9-] %1[a-f]%n", id, letter, &n) == 2) {
		assert_true(seal_entry_add(&t, id, hash_of(letter[0])));
		words += n;
		words += *words == ',';
	}
	return t;
}

/* "1-0 ea, 2-0 eb": what it is without names, and what it is. */
static struct text
items_of(const char *words)
{
	struct text t = { 0 };
	char id[SEAL_ID], bare, hash, hex[SEAL_HEX];
	int n;

	while (sscanf(words, " %41[0-9-] %c%c%n", id, &bare, &hash, &n) == 3) {
		text_copy(hex, sizeof(hex), hash_of(bare));
		assert_true(seal_item_add(&t, id, hex, hash_of(hash)));
		words += n;
		words += *words == ',';
	}
	return t;
}

static void
test_entries_of_a_list(void **state)
{
	struct text t = list_of("1-2 a, 18446744073709551615-7 b");
	char id[SEAL_ID], hash[SEAL_HEX];

	(void)state;
	assert_int_equal(t.length, 2 * SEAL_ENTRY);
	seal_entry_id(t.data, id);
	assert_string_equal(id, "1-2");
	assert_memory_equal(t.data + 16, "\xaa\xaa", 2);
	seal_entry_id(t.data + SEAL_ENTRY, id);
	assert_string_equal(id, "18446744073709551615-7");
	assert_false(seal_entry_add(&t, "x", A));
	assert_false(seal_entry_add(&t, "1-1", "aa"));
	assert_false(seal_entry_add(&t, "1-1", A "a"));
	assert_false(seal_item_add(&t, "1-1", A, "aa"));
	assert_int_equal(t.length, 2 * SEAL_ENTRY);
	text_clear(&t);
	t = items_of("1-0 ab, 3-0 cd");
	assert_int_equal(t.length, 2 * SEAL_ITEM);
	seal_entry_hash(t.data, 0, hash);
	assert_string_equal(hash, A);
	seal_entry_hash(t.data, 1, hash);
	assert_string_equal(hash, B);
	assert_int_equal(seal_later(&t, SEAL_ITEM, "0-9"), 0);
	assert_int_equal(seal_later(&t, SEAL_ITEM, "1-0"), SEAL_ITEM);
	assert_int_equal(seal_later(&t, SEAL_ITEM, "2-0"), SEAL_ITEM);
	assert_int_equal(seal_later(&t, SEAL_ITEM, "9-0"), 2 * SEAL_ITEM);
	text_clear(&t);
}

static void
on_found(void *arg, enum seal_finding f, const char *id)
{
	static const char *const words[] = { "changed", "missing", "added" };

	text_addf(arg, "%s %s; ", words[f], id);
}

/*
 * What stands elsewhere: of 10-0 under 200-0; of 11-0, replaced twice, under
 * 202-0; of 13-0 with something else changed than names; of 15-0 nobody has
 * said that it took another's place.
 */
static const struct {
	const char *id;
	char bare, now;
} replaced[] = {
	{ "10-0", 'a', 'b' },
	{ "11-0", 'c', 'd' },
	{ "201-0", 'e', 'f' },
	{ "12-0", 'a', 'd' }, /* nothing stands there */
	{ "13-0", 'a', '1' },
	{ "14-0", 'b', 'b' }, /* and so for what another one became */
	{ "15-0", '2', 'b' },
};
static const struct {
	const char *stood;
	char hash, bare, first;
} stands[] = {
	{ "10-0", 'b', 'd', 'a' },
	{ "11-0", 'f', 'e', 'c' },
	{ "13-0", '1', '3', '4' },
	{ "15-0", '5', '6', '2' },
	{ "", '7', '8', '9' },
};

static const struct {
	const char *name, *sealed, *now, *found;
	size_t same, replaced, trimmed;
} compared[] = {
	{ "nothing", "", "", "", 0, 0, 0 },
	{ "the same", "1-0 ea, 2-0 eb", "1-0 a, 2-0 b", "", 2, 0, 0 },
	{ "changed", "1-0 ea, 2-0 eb", "1-0 c, 2-0 b", "changed 1-0; ", 1, 0,
	    0 },
	{ "taken out", "101-0 ea, 102-0 eb", "102-0 b", "missing 101-0; ", 1, 0,
	    0 },
	{ "at the end", "1-0 ea, 2-0 eb", "1-0 a", "missing 2-0; ", 1, 0, 0 },
	{ "put in", "1-0 ea", "0-1 d, 1-0 a, 1-1 b", "added 0-1; added 1-1; ",
	    1, 0, 0 },
	{ "trimmed", "1-0 ea, 99-0 eb, 100-0 ec", "100-0 c", "", 1, 0, 2 },
	{ "all of it", "1-0 ea, 99-0 eb, 100-0 ec", "", "missing 100-0; ", 0, 0,
	    2 },
	{ "not trimmed from the middle", "1-0 ea, 2-0 eb, 3-0 ec",
	    "1-0 a, 3-0 c", "missing 2-0; ", 2, 0, 0 },
	{ "replaced by us", "5-0 ea, 10-0 ab", "5-0 a", "", 1, 1, 0 },
	{ "replaced twice", "5-0 ea, 11-0 cb", "5-0 a", "", 1, 1, 0 },
	{ "replaced twice, and sealed between", "5-0 ea, 11-0 cb, 201-0 ec",
	    "5-0 a", "", 1, 2, 0 },
	{ "not yet replaced", "10-0 ab", "10-0 b", "", 1, 0, 0 },
	{ "edited in its place, and excused", "10-0 ab", "10-0 c",
	    "changed 10-0; ", 0, 0, 0 },
	{ "removed, and excused", "5-0 ea, 12-0 ac", "5-0 a", "missing 12-0; ",
	    1, 0, 0 },
	{ "another line in its place", "5-0 ea, 13-0 ac", "5-0 a",
	    "missing 13-0; ", 1, 0, 0 },
	{ "another one's line", "5-0 ea, 14-0 ac", "5-0 a", "missing 14-0; ", 1,
	    0, 0 },
	{ "a line of which nothing is said", "5-0 ea, 15-0 2c", "5-0 a",
	    "missing 15-0; ", 1, 0, 0 },
	{ "what was sealed was another one", "5-0 ea, 10-0 db", "5-0 a",
	    "missing 10-0; ", 1, 0, 0 },
};

static void
read_changes(struct seal_changes *changes)
{
	struct seal_replaced items[N(replaced)] = { 0 };
	char hex[3][SEAL_HEX];
	struct commit c;

	for (size_t i = 0; i < N(replaced); i++) {
		text_copy(items[i].id, SEAL_ID, replaced[i].id);
		text_copy(items[i].bare, SEAL_HEX, hash_of(replaced[i].bare));
		text_copy(items[i].now, SEAL_HEX, hash_of(replaced[i].now));
	}
	commit_init(&c);
	seal_reseal(&c, "journal", 77, "maya", "erasure", items, N(items));
	assert_int_equal(c.count, 1);
	assert_int_equal(c.ops[0].kind, COMMIT_APPEND);
	assert_string_equal(c.ops[0].key, "journal");
	seal_changes_read(changes, "300-0", c.ops[0].value, c.ops[0].length);
	commit_clear(&c);
	for (size_t i = 0; i < N(stands); i++) {
		text_copy(hex[0], SEAL_HEX, hash_of(stands[i].hash));
		text_copy(hex[1], SEAL_HEX, hash_of(stands[i].bare));
		text_copy(hex[2], SEAL_HEX, hash_of(stands[i].first));
		seal_changes_stands(changes, stands[i].stood, hex[0], hex[1],
		    hex[2]);
	}
}

static void
compare_one(size_t i)
{
	struct text sealed = items_of(compared[i].sealed);
	struct text now = list_of(compared[i].now), said = { 0 };
	struct seal_changes changes = { 0 };
	struct seal_compared c;

	read_changes(&changes);
	assert_int_equal(changes.unsound, 0);
	text_add(&said, "");
	seal_compare(&sealed, &now, &changes, 100, on_found, &said, &c);
	if (strcmp(said.data, compared[i].found) != 0)
		fail_msg("%s: %s", compared[i].name, said.data);
	assert_int_equal(c.same, compared[i].same);
	assert_int_equal(c.replaced, compared[i].replaced);
	assert_int_equal(c.trimmed, compared[i].trimmed);
	for (const struct seal_change *k = changes.first; k != NULL;
	     k = k->next)
		c.replaced -= k->is_sealed;
	assert_int_equal(c.replaced, 0);
	seal_changes_clear(&changes);
	text_clear(&sealed);
	text_clear(&now);
	text_clear(&said);
}

static void
test_lists_side_by_side(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(compared); i++)
		compare_one(i);
}

/* All that a line says of what was replaced can be told to people. */
static void
test_what_is_said_of_replacements(void **state)
{
	struct seal_changes changes = { 0 };
	const struct seal_change *c;

	(void)state;
	read_changes(&changes);
	c = changes.first;
	assert_string_equal(c->what.id, "10-0");
	assert_string_equal(c->line, "300-0");
	assert_int_equal(c->at_ms, 77);
	assert_string_equal(c->by, "maya");
	assert_string_equal(c->reason, "erasure");
	assert_string_equal(changes.last->what.id, "15-0");
	seal_changes_clear(&changes);
	assert_null(changes.first);
}

static void
test_many_replaced_are_several_lines(void **state)
{
	size_t count = SEAL_REPLACED_MAX + 1;
	struct seal_replaced *items = mem_alloc(count * sizeof(*items));
	struct seal_changes changes = { 0 };
	struct commit c;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		text_format(items[i].id, SEAL_ID, "%zu-0", i + 1);
		text_copy(items[i].bare, SEAL_HEX, A);
		text_copy(items[i].now, SEAL_HEX, B);
	}
	commit_init(&c);
	seal_reseal(&c, "journal", 77, "maya", "erasure", items, 0);
	assert_int_equal(c.count, 0);
	seal_reseal(&c, "journal", 77, "maya", "erasure", items, count);
	assert_int_equal(c.count, 2);
	for (size_t i = 0; i < c.count; i++)
		seal_changes_read(&changes, "9-0", c.ops[i].value,
		    c.ops[i].length);
	assert_int_equal(changes.by_id.count, count);
	seal_changes_clear(&changes);
	commit_clear(&c);
	free(items);
}

static void
test_lines_that_say_nothing(void **state)
{
	static const struct {
		const char *line;
		size_t unsound;
	} rows[] = {
		{ "", 0 },
		{ "{\"what\":\"corrected\"}", 0 },
		{ "{\"what\":\"note\",\"text\":\"resealed\"}", 0 },
		{ "\"resealed\"", 0 },
		{ "{\"what\":\"resealed\"", 0 },
		{ "{\"what\":\"resealed\"}", 0 },
		{ "{\"what\":\"resealed\",\"entries\":[1]}", 1 },
		{ "{\"what\":\"resealed\",\"entries\":[[\"1-0\"]]}", 1 },
		{ "{\"what\":\"resealed\",\"entries\":[[\"1-0\",\"" A "\"]]}",
		    1 },
		{ "{\"what\":\"resealed\",\"entries\":[[\"1\",\"" A "\",\"" A
		  "\"]]}",
		    1 },
		{ "{\"what\":\"resealed\",\"entries\":[[\"1-0\",\"\",\"" A
		  "\"]]}",
		    1 },
		{ "{\"what\":\"resealed\",\"entries\":[[\"1-0\",\"" A
		  "\",\"a\"]]}",
		    1 },
		/* Removed, and nothing in its place: that is no erasure. */
		{ "{\"what\":\"resealed\",\"entries\":[[\"1-0\",\"" A
		  "\",\"\"]]}",
		    1 },
		{ "{\"what\":\"resealed\",\"entries\":[[\"1-0\",\"" A "\",\"" A
		  "\"],[]]}",
		    1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct seal_changes changes = { 0 };

		seal_changes_read(&changes, "9-0", rows[i].line,
		    strlen(rows[i].line));
		if (changes.unsound != rows[i].unsound)
			fail_msg("%s: %zu", rows[i].line, changes.unsound);
		seal_changes_clear(&changes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_are_the_same_again),
		cmocka_unit_test(test_what_is_no_seal),
		cmocka_unit_test(test_one_follows_another),
		cmocka_unit_test(test_what_does_not_follow),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_entries_of_a_list),
		cmocka_unit_test(test_lists_side_by_side),
		cmocka_unit_test(test_what_is_said_of_replacements),
		cmocka_unit_test(test_many_replaced_are_several_lines),
		cmocka_unit_test(test_lines_that_say_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
