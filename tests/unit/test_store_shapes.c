/*
 * test_store_shapes: what answers at the store's address may be no Redis, or
 * answer something else than it was asked; no such answer is taken for what
 * it is not.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "tests/unit/store_story.h"

#define SHA "$40\r\n0123456789012345678901234567890123456789\r\n"
#define SETTING "*2\r\n$1\r\na\r\n$1\r\nb\r\n"

struct fake {
	struct story story;
	char dir[64], path[80];
	int listener, fd;
};

/* Until the store has greeted somebody who takes its scripts. */
static int
begin_fake(void **state)
{
	struct fake *f = mem_alloc(sizeof(*f));
	struct sockaddr_un here = { .sun_family = AF_UNIX };
	struct story *s = &f->story;

	strcpy(f->dir, "/tmp/sunwatch-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	text_format(f->path, sizeof(f->path), "%s/redis.sock", f->dir);
	text_copy(here.sun_path, sizeof(here.sun_path), f->path);
	f->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(f->listener, (struct sockaddr *)&here,
			     sizeof(here)),
	    0);
	assert_int_equal(listen(f->listener, 1), 0);
	text_format(s->redis.address, sizeof(s->redis.address), "unix:%s",
	    f->path);
	s->base = event_base_new();
	s->store = store_new(s->base,
	    &(struct store_options){ .address = s->redis.address }, on_changed,
	    s);
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	f->fd = accept(f->listener, NULL, NULL);
	assert_true(f->fd != -1);
	*state = f;
	return 0;
}

static int
end_fake(void **state)
{
	struct fake *f = *state;

	close(f->fd);
	store_free(f->story.store);
	event_base_free(f->story.base);
	text_clear(&f->story.seen);
	close(f->listener);
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void
say(struct fake *f, const char *answer)
{
	assert_int_equal(send(f->fd, answer, strlen(answer), MSG_NOSIGNAL),
	    (ssize_t)strlen(answer));
}

static void
greet(struct fake *f, const char *setting)
{
	for (int i = 0; i < STORE_SCRIPTS; i++)
		say(f, SHA);
	for (int i = 0; i < 4; i++)
		say(f, setting);
	turn_until(&f->story, &f->story.ups, 1);
}

static void
settings_that_are_no_texts_cannot_be_read(void **state)
{
	struct fake *f = *state;

	greet(f, "*2\r\n:1\r\n$-1\r\n");
	assert_string_equal(f->story.advisory, "its settings cannot be read");
}

static void
a_script_that_answers_texts_did_nothing(void **state)
{
	static const char *const answers[] = {
		"*2\r\n$1\r\n0\r\n$1\r\n7\r\n",
		"*2\r\n:0\r\n$-1\r\n",
		"*2\r\n*0\r\n:7\r\n",
	};
	struct fake *f = *state;

	greet(f, SETTING);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		say(f, answers[i]);
		assert_int_equal(lease(&f->story, "t", 0, 1000), STORE_REFUSED);
	}
	say(f, "*2\r\n:0\r\n:7\r\n");
	assert_int_equal(lease(&f->story, "t", 0, 1000), STORE_DONE);
}

static void
a_hash_that_holds_no_texts_is_not_loaded(void **state)
{
	static const char *const keys[] = { "states", NULL };
	struct fake *f = *state;

	greet(f, SETTING);
	say(f, "*4\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n:1\r\n");
	load(&f->story, keys);
	assert_false(f->story.ok);
	assert_null(f->story.seen.data);
}

static void
an_entry_without_id_or_bytes_is_not_read(void **state)
{
	static const char *const answers[] = {
		"*1\r\n*2\r\n$-1\r\n*2\r\n$1\r\nd\r\n$1\r\ne\r\n",
		"*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nd\r\n$-1\r\n",
	};
	struct fake *f = *state;

	greet(f, SETTING);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		say(f, answers[i]);
		store_read(f->story.store, GROUP, "in", "", 10, on_entry,
		    on_end, &f->story);
		turn_until_told(&f->story);
		assert_false(f->story.ok);
		assert_null(f->story.seen.data);
	}
}

/* It would become a position, which nobody could load again. */
static void
an_entry_whose_id_is_none_is_not_read(void **state)
{
	static const char *const answers[] = {
		"*1\r\n*2\r\n$15\r\n18000001100000-\r\n"
		"*2\r\n$1\r\nd\r\n$1\r\ne\r\n",
		"*1\r\n*2\r\n$23\r\n18446744073709551616-17\r\n"
		"*2\r\n$1\r\nd\r\n$1\r\ne\r\n",
	};
	struct fake *f = *state;

	greet(f, SETTING);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		say(f, answers[i]);
		store_read(f->story.store, GROUP, "in", "", 10, on_entry,
		    on_end, &f->story);
		turn_until_told(&f->story);
		assert_false(f->story.ok);
		assert_null(f->story.seen.data);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    settings_that_are_no_texts_cannot_be_read, begin_fake,
		    end_fake),
		cmocka_unit_test_setup_teardown(
		    a_script_that_answers_texts_did_nothing, begin_fake,
		    end_fake),
		cmocka_unit_test_setup_teardown(
		    a_hash_that_holds_no_texts_is_not_loaded, begin_fake,
		    end_fake),
		cmocka_unit_test_setup_teardown(
		    an_entry_without_id_or_bytes_is_not_read, begin_fake,
		    end_fake),
		cmocka_unit_test_setup_teardown(
		    an_entry_whose_id_is_none_is_not_read, begin_fake,
		    end_fake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
