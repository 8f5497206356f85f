/* shard: a store that is as it was minutes ago, under a shard that goes on. */
#include "tests/unit/shard_story.h"

/* The group as it was at some instant. */
static struct world_field *then;
static size_t then_count;

static char *
text_of(const struct world_field *f)
{
	char *copy = mem_alloc(f->length + 1);

	memcpy(copy, f->value, f->length);
	return copy;
}

static void
copy_fields(struct world_field *to, const struct world_field *from,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		to[i] = from[i];
		to[i].value = text_of(&from[i]);
	}
}

static void
drop_fields(struct world_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(fields[i].value);
}

static void
remember(void)
{
	then_count = st.w.field_count;
	then = mem_alloc(then_count * sizeof(*then));
	copy_fields(then, st.w.fields, then_count);
}

static void
go_back(void)
{
	drop_fields(st.w.fields, st.w.field_count);
	copy_fields(st.w.fields, then, then_count);
	st.w.field_count = then_count;
}

static void
forget(void)
{
	drop_fields(then, then_count);
	free(then);
	end();
}

/* Would the commit script apply it? */
static bool
is_accepted(const struct commit *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct commit_op *op = &c->ops[i];
		const struct world_field *f =
		    world_find(&st.w, op->key, op->field);

		if (op->kind == COMMIT_EXPECT &&
		    strcmp(f == NULL ? "" : f->value, op->value) != 0)
			return false;
	}
	return true;
}

static bool
next_is_accepted(void)
{
	struct commit c;
	bool yes;

	commit_init(&c);
	assert_true(shard_commit(st.w.shard, st.w.now_ms, &c));
	yes = is_accepted(&c);
	commit_clear(&c);
	return yes;
}

/* All fall silent: nothing comes, and what is booked follows from that. */
static void
silence_is_booked(void)
{
	begin_one();
	run(300);
	for (size_t a = 0; a < AGENTS; a++)
		st.silent[a] = true;
	run(330);
	remember();
	run(500);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 320..on [290]\n");
}

/* Entries come again; until then the inbox says nothing of what is gone. */
static void
one_comes(void)
{
	st.w.now_ms += S;
	send_probe(0, 0, OUTCOME_OK);
	shard_entry(st.w.shard, st.w.inbox[st.w.given].id,
	    st.w.inbox[st.w.given].data, st.w.inbox[st.w.given].length,
	    st.w.now_ms);
}

static void
test_back_to_before_a_commit_that_left_the_position(void **state)
{
	char *position;

	(void)state;
	silence_is_booked();
	position = text_of(world_find(&st.w, "meta", "position"));
	go_back();
	assert_string_equal(world_find(&st.w, "meta", "position")->value,
	    position);
	one_comes();
	assert_false(next_is_accepted());
	free(position);
	forget();
}

static void
test_loaded_anew_books_it_again(void **state)
{
	(void)state;
	silence_is_booked();
	go_back();
	booked("acme/learn unknown 0..20 [0 ?]\n");
	world_restart(&st.w);
	run(700);
	booked("acme/learn unknown 0..20 [0 ?]\n"
	       "acme/learn unknown 320..on [290]\n");
	forget();
}

static void
test_a_store_that_stayed_is_written_to(void **state)
{
	(void)state;
	silence_is_booked();
	one_comes();
	assert_true(next_is_accepted());
	forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_back_to_before_a_commit_that_left_the_position),
		cmocka_unit_test(test_loaded_anew_books_it_again),
		cmocka_unit_test(test_a_store_that_stayed_is_written_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
