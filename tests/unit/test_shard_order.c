/*
 * shard: what is booked does not depend on the way.  Random nights are lived
 * through twice: once as they come, with restarts, breaks and delays; and once
 * by a new shard that is given every entry, some of them twice and all in
 * another order, long after.  Both must have booked the same.
 */
#include "tests/unit/shard_night.h"

#define NIGHTS 60

static struct world late;

/* The same entries, as if they had been read only now. */
static void
read_late(void)
{
	struct conf_errors errors = { 0 };

	memset(&late, 0, sizeof(late));
	late.settings = settings_from_text(tree, &errors);
	for (size_t i = 0; i < live.field_count; i++) {
		const struct world_field *f = &live.fields[i];
		struct commit_op op = { COMMIT_SET, f->key, f->field, f->value,
			f->length };

		if (strcmp(f->key, "terms") == 0)
			world_set(&late, &op);
	}
	late.now_ms = live.now_ms;
	world_load(&late);
	for (size_t i = 0; i < live.inbox_count; i++) {
		size_t with = i + draw(6);
		struct world_entry entry = live.inbox[i];

		if (with >= live.inbox_count)
			with = i;
		live.inbox[i] = live.inbox[with];
		live.inbox[with] = entry;
	}
	for (int twice = 0; twice < 2; twice++)
		for (size_t i = 0; i < live.inbox_count; i++)
			if (twice == 0 || draw(3) == 0)
				shard_entry(late.shard, live.inbox[i].id,
				    live.inbox[i].data, live.inbox[i].length,
				    late.now_ms);
	shard_read_all(late.shard, late.now_ms);
	world_commit(&late);
}

static void
list_booked(struct world *w, struct text *out)
{
	struct world_field *list[FIELDS_MAX], *swap;
	size_t n = 0;

	for (size_t i = 0; i < w->field_count; i++)
		if (strcmp(w->fields[i].key, "outages") == 0)
			list[n++] = &w->fields[i];
	for (size_t i = 1; i < n; i++)
		for (size_t k = i;
		     k > 0 && strcmp(list[k]->field, list[k - 1]->field) < 0;
		     k--) {
			swap = list[k];
			list[k] = list[k - 1];
			list[k - 1] = swap;
		}
	for (size_t i = 0; i < n; i++)
		text_addf(out, "%s %s\n", list[i]->field, list[i]->value);
}

static void
first_difference(const char *a, const char *b)
{
	size_t begin = 0;

	for (size_t i = 0; a[i] == b[i]; i++)
		if (a[i] == '\n')
			begin = i + 1;
	fail_msg("night %llu booked\n%.200s\nand late\n%.200s",
	    (unsigned long long)seed, a + begin, b + begin);
}

static void
one_night(unsigned number)
{
	struct text a = { 0 }, b = { 0 };

	seed = number;
	world_begin(&live, tree);
	live_through();
	read_late();
	/* Until all that is silent is known to be. */
	world_pass(&live, WORLD_BEGIN + (NIGHT_S + 600) * S);
	world_pass(&late, WORLD_BEGIN + (NIGHT_S + 600) * S);
	list_booked(&live, &a);
	list_booked(&late, &b);
	assert_non_null(a.data);
	assert_non_null(b.data);
	if (strcmp(a.data, b.data) != 0) {
		seed = number;
		first_difference(a.data, b.data);
	}
	text_clear(&a);
	text_clear(&b);
	world_end(&live);
	late.inbox_count = 0;
	world_end(&late);
}

static void
test_nights(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= NIGHTS; i++)
		one_night(i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
