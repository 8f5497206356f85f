/* shard: names that change hands: several bear one, one after another. */
#include "lib/renames.h"
#include "tests/unit/rename_story.h"

/* A tree of before, in which the rename stands that was made long ago: by now
   somebody else has the old name, and is not who it means. */
static void
test_a_rename_that_was_made_is_not_made_of_who_has_the_old_name_now(
    void **state)
{
	(void)state;
	begin_one();
	run(60);
	take(ACADEMY);
	run(120);
	take(BOTH);
	run(180);
	told("[   60] acme/academy renamed down S4: was called acme/learn\n");
	take(ACADEMY);
	told("");
	names("acme/learn [{\"from\":1800000060000,\"name\":\"acme/academy\"}]"
	      "\nacme/learn#2 [{\"from\":1800000120000,\"name\":"
	      "\"acme/learn\"}]\n");
	/* The same of a name between the first and the one of now. */
	take(CAMPUS);
	told("[  180] acme/campus renamed down S4: was called acme/academy\n");
	take(
	    HEAD CLIENT("acme") ENDPOINT("campus", "") ENDPOINT("academy", ""));
	take(CAMPUS);
	told("");
	end();
}

/* Another endpoint takes the old name: it has a line of its own. */
static void
test_who_takes_an_old_name_is_somebody_else(void **state)
{
	(void)state;
	begin_one();
	run(60);
	take(ACADEMY);
	run(120);
	take(BOTH);
	names("acme/learn [{\"from\":1800000060000,\"name\":\"acme/academy\"}]"
	      "\nacme/learn#2 [{\"from\":1800000120000,\"name\":"
	      "\"acme/learn\"}]\n");
	st.endpoints[1] = "acme/academy";
	st.count = 2;
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	run(200);
	world_restart(&st.w);
	all_see(OUTCOME_OK);
	run(300);
	account_says("acme/academy down 0 s\nacme/learn down 60 s\n");
	assert_true(has("states", "acme/learn#2"));
	end();
}

/* What was seen of the old bearer before that, and comes late, is the old
   bearer's. */
static void
test_late_data_of_an_old_name_is_whose_name_it_was(void **state)
{
	(void)state;
	begin_one();
	run(60);
	take(ACADEMY);
	run(90);
	st.unread = true;
	all_see(OUTCOME_FAILED);
	run(119);
	st.unread = false;
	st.silent[0] = st.silent[1] = st.silent[2] = true;
	st.w.now_ms = WORLD_BEGIN + 200 * S;
	take(BOTH);
	world_read(&st.w);
	assert_true(has("runs", "acme/learn|auckland|83333"));
	assert_false(has("runs", "acme/learn#2|auckland|83333"));
	end();
}

/* Another endpoint has the new name already, and is down. */
static void
begin_with_a_history(void)
{
	static const char *const ids[] = { "acme/academy", "acme/login" };

	begin(HEAD CLIENT("acme") ENDPOINT("learn", "") ENDPOINT("academy", "")
		  ENDPOINT("login", ""),
	    2, ids);
	see(0, 0, OUTCOME_FAILED);
	see(0, 1, OUTCOME_FAILED);
	run(200);
}

/* The new name had a history: that ends, and is found under another one. */
static void
test_who_had_the_new_name_before_keeps_its_history(void **state)
{
	(void)state;
	begin_with_a_history();
	told("[   30] acme/academy raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n");
	take(JOINED);
	told("[  200] acme/academy#2 renamed down S4: was called acme/academy\n"
	     "[  200] acme/academy renamed down S4: was called acme/learn\n"
	     "[  200] acme/academy#2 cleared down S1: is not watched any "
	     "more\n");
	names("acme/academy [{\"from\":1800000200000,\"name\":"
	      "\"acme/academy#2\"}]\n"
	      "acme/learn [{\"from\":1800000200000,\"name\":\"acme/academy\"}]"
	      "\n");
	run(230);
	account_says("acme/academy#2 down 170 s\nacme/academy down 0 s\n"
		     "acme/login down 0 s\n");
	end();
}

/* A name that was somebody's was taken by mistake: one after the other they get
   their own back, the records too, which nothing could do before. */
static void
test_a_name_taken_from_another_could_not_be_given_back(void **state)
{
	(void)state;
	begin_with_a_history();
	take(JOINED);
	run(230);
	take(HEAD CLIENT("acme") ENDPOINT("academy", ", was: academy#2")
		ENDPOINT("login", ""));
	run(240);
	account_says("acme/academy down 170 s\nacme/academy#3 down 0 s\n"
		     "acme/login down 0 s\n");
	take(HEAD CLIENT("acme") ENDPOINT("academy", "") ENDPOINT("login", "")
		ENDPOINT("learn", ", was: academy#3"));
	run(250);
	account_says("acme/academy down 170 s\nacme/learn down 0 s\n"
		     "acme/login down 0 s\n");
	/* And once done it is not done again, whatever stays in the tree. */
	take(HEAD CLIENT("acme") ENDPOINT("academy", ", was: academy#2")
		ENDPOINT("login", "") ENDPOINT("learn", ", was: academy#3"));
	run(260);
	account_says("acme/academy down 170 s\nacme/learn down 0 s\n"
		     "acme/login down 0 s\n");
	end();
}

#define NAMED(name, was) ENDPOINT(name, ", was: " was)
#define PLAIN(name) ENDPOINT(name, "")

/* "acme/a is acme/b" of each that was renamed, by its key: what it is called. */
static void
called(const char *expected)
{
	struct renames all = { 0 };
	struct text out = { 0 };
	char error[160];

	for (size_t i = 0; i < st.w.field_count; i++) {
		const struct world_field *f = &st.w.fields[i];

		if (strcmp(f->key, "names") != 0)
			continue;
		assert_int_equal(renames_load(&all, f->field, f->value,
				     f->length, error),
		    0);
		assert_true(has("terms", f->field)); /* there is such a one */
		text_addf(&out, "%s is %s\n", f->field,
		    renames_name(&all, f->field, TIME_MAX));
	}
	assert_string_equal(out.data == NULL ? "" : out.data, expected);
	text_clear(&out);
	renames_clear(&all);
}

static void
begin_three(const char *yaml)
{
	static const char *const ids[] = { "acme/a", "acme/b", "acme/c" };

	begin(yaml, 3, ids);
	run(60);
	st.count = 0;
}

/* A new name was given before who had it got another: whoever had it ended, or
   was one that had only a name. */
static void
test_several_renames_in_one_reload(void **state)
{
	static const struct {
		const char *yaml, *told, *called;
	} cases[] = {
		{ HEAD CLIENT("acme") NAMED("b", "a") NAMED("c", "b")
			NAMED("d", "c"),
		    "[   60] acme/d renamed down S4: was called acme/c\n"
		    "[   60] acme/c renamed down S4: was called acme/b\n"
		    "[   60] acme/b renamed down S4: was called acme/a\n",
		    "acme/c is acme/d\nacme/b is acme/c\nacme/a is acme/b\n" },
		{ HEAD CLIENT("acme") NAMED("d", "c") NAMED("c", "b")
			NAMED("b", "a"),
		    "[   60] acme/d renamed down S4: was called acme/c\n"
		    "[   60] acme/c renamed down S4: was called acme/b\n"
		    "[   60] acme/b renamed down S4: was called acme/a\n",
		    "acme/c is acme/d\nacme/b is acme/c\nacme/a is acme/b\n" },
		{ HEAD CLIENT("acme") NAMED("a", "b") NAMED("b", "a")
			PLAIN("c"),
		    "[   60] acme/a#2 renamed down S4: was called acme/a\n"
		    "[   60] acme/a renamed down S4: was called acme/b\n"
		    "[   60] acme/b renamed down S4: was called acme/a#2\n",
		    "acme/a is acme/b\nacme/b is acme/a\n" },
		/* Who stands there under its name, and nobody is to have that,
		   stays; and so does who was to have its. */
		{ HEAD CLIENT("acme") NAMED("d", "b") NAMED("b", "c") PLAIN("c")
			PLAIN("a"),
		    "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin_three(
		    HEAD CLIENT("acme") PLAIN("a") PLAIN("b") PLAIN("c"));
		for (int times = 0; times < 3; times++) {
			take(cases[i].yaml);
			told(times == 0 ? cases[i].told : "");
			called(cases[i].called);
			world_restart(&st.w);
			told("");
			called(cases[i].called);
		}
		end();
	}
}

/* It had been given a key, and then lost the name that the key was for: the
   record named one that was nowhere else. */
static void
test_a_rename_after_one_of_who_had_its_name(void **state)
{
	(void)state;
	begin_three(HEAD CLIENT("acme") PLAIN("a") PLAIN("b") PLAIN("c"));
	take(HEAD CLIENT("acme") NAMED("d", "b") NAMED("x", "a") PLAIN("c"));
	take(HEAD CLIENT("acme") PLAIN("d") NAMED("b", "a") NAMED("x", "c"));
	told("[   60] acme/d renamed down S4: was called acme/b\n"
	     "[   60] acme/x renamed down S4: was called acme/a\n"
	     "[   60] acme/b renamed down S4: was called acme/x\n"
	     "[   60] acme/x renamed down S4: was called acme/c\n");
	called("acme/b is acme/d\nacme/a is acme/b\nacme/c is acme/x\n");
	world_restart(&st.w);
	called("acme/b is acme/d\nacme/a is acme/b\nacme/c is acme/x\n");
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_rename_that_was_made_is_not_made_of_who_has_the_old_name_now),
		cmocka_unit_test(test_who_takes_an_old_name_is_somebody_else),
		cmocka_unit_test(
		    test_late_data_of_an_old_name_is_whose_name_it_was),
		cmocka_unit_test(
		    test_who_had_the_new_name_before_keeps_its_history),
		cmocka_unit_test(
		    test_a_name_taken_from_another_could_not_be_given_back),
		cmocka_unit_test(test_several_renames_in_one_reload),
		cmocka_unit_test(test_a_rename_after_one_of_who_had_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
