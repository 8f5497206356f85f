/*
 * test_moved_night: all that random nights leave behind goes through lines and
 * back; what is taken in elsewhere is the same bytes, and says the same.
 */
#include "tests/unit/shard_night.h"

#include "collector/moved.h"
#include "lib/interval.h"
#include "lib/ledger_facts.h"

#define NIGHTS 6
#define END_MS (WORLD_BEGIN + (NIGHT_S + 600) * S)

static int
key_of(const char *name)
{
	for (int i = 0; i < MOVED_KEYS; i++)
		if (strcmp(moved_key_text((enum moved_key)i), name) == 0)
			return i;
	return -1;
}

static int
by_key_and_field(const void *a, const void *b)
{
	const struct moved *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return strcmp(x->field, y->field);
}

static struct moved list[FIELDS_MAX];
static size_t count;

static void
add(enum moved_key key, const char *field, const void *value, size_t length)
{
	assert_true(count < FIELDS_MAX);
	list[count++] = (struct moved){ .key = key,
		.field = mem_text(field),
		.value = mem_copy(value, length),
		.length = length };
}

static void
on_runs(void *arg, const char *field, const void *record, size_t length)
{
	(void)arg;
	add(MOVED_RUNS, field, record, length);
}

/* As it is stored, and runs as they are known. */
static void
gather(struct shard *shard)
{
	count = 0;
	for (size_t i = 0; i < live.field_count; i++) {
		const struct world_field *f = &live.fields[i];
		int key = key_of(f->key);

		if (key >= 0 && key != MOVED_RUNS)
			add((enum moved_key)key, f->field, f->value, f->length);
	}
	shard_runs(shard, on_runs, NULL);
	qsort(list, count, sizeof(list[0]), by_key_and_field);
}

static void
clear(void)
{
	for (size_t i = 0; i < count; i++)
		moved_clear(&list[i]);
	count = 0;
}

/* Another program with what is stored, and the end of the inbox. */
static struct shard *
loaded(void)
{
	struct shard *s = shard_new(live.settings, 0);
	char error[160];

	for (size_t i = 0; i < live.field_count; i++)
		assert_int_equal(shard_load(s, live.fields[i].key,
				     live.fields[i].field, live.fields[i].value,
				     live.fields[i].length, error),
		    0);
	shard_start(s, live.now_ms);
	for (size_t i = 0; i < live.inbox_count; i++)
		if (live.now_ms - strtoll(live.inbox[i].id, NULL, 10) <
		    1500 * S)
			shard_entry(s, live.inbox[i].id, live.inbox[i].data,
			    live.inbox[i].length, live.now_ms);
	return s;
}

/* What is not yet written is out of the inbox as it was in memory. */
static void
check_loaded_says_the_same(void)
{
	struct shard *other = loaded();
	struct text a = { 0 }, b = { 0 };

	for (int turn = 0; turn < 2; turn++) {
		gather(turn == 0 ? live.shard : other);
		for (size_t i = 0; i < count; i++) {
			moved_write(&list[i], turn == 0 ? &a : &b);
			text_add(turn == 0 ? &a : &b, "\n");
		}
		clear();
	}
	assert_string_equal(a.data, b.data);
	text_clear(&a);
	text_clear(&b);
	shard_free(other);
}

static void
check_round_trip(struct shard *into)
{
	struct moved_check *check = moved_check_new(live.settings, "acme");
	char error[160];

	for (size_t i = 0; i < count; i++) {
		struct text line = { 0 };
		struct moved m;

		moved_write(&list[i], &line);
		assert_null(strstr(line.data, "\"bytes\":"));
		if (moved_read(line.data, line.length, &m, error) != 0 ||
		    moved_check(check, &m, error) != 0)
			fail_msg("%s: %s", error, line.data);
		assert_int_equal(m.length, list[i].length);
		assert_memory_equal(m.value, list[i].value, m.length);
		assert_int_equal(shard_load(into, moved_key_text(m.key),
				     m.field, m.value, m.length, error),
		    0);
		moved_clear(&m);
		text_clear(&line);
	}
	moved_check_free(check);
}

static void
on_line(void *arg, const char *json, size_t length)
{
	text_add_bytes(arg, json, length);
}

static void
what_a_night_leaves(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= NIGHTS; i++) {
		struct shard *into;
		struct text a = { 0 }, b = { 0 };
		const struct world_field *judged;
		char error[160];
		size_t before;

		seed = 2000 + i;
		world_begin(&live, tree);
		live_through();
		world_pass(&live, END_MS);
		check_loaded_says_the_same();
		gather(live.shard);
		before = count;
		assert_true(count > 20);
		into = shard_new(live.settings, 0);
		check_round_trip(into);
		/* Its facts, up to when the other one has judged. */
		shard_export(live.shard, WORLD_BEGIN, END_MS - 600 * S, on_line,
		    &a);
		judged = world_find(&live, "meta", "judged");
		assert_int_equal(shard_load(into, "meta", "judged",
				     judged->value, judged->length, error),
		    0);
		shard_export(into, WORLD_BEGIN, END_MS - 600 * S, on_line, &b);
		assert_int_equal(a.length, b.length);
		clear();
		gather(into);
		assert_int_equal(count, before);
		clear();
		text_clear(&a);
		text_clear(&b);
		shard_free(into);
		world_end(&live);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_night_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
