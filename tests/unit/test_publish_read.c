/* What a publisher reads of a shard while others write there. */
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/publish.h"
#include "cli/records.h"
#include "tests/unit/terms_records.h"

/* A store as it answers while an import begins and ends: marks are of before
   until outages were asked for, and of after from then on. */
struct story {
	const char *before, *after; /* the mark of acme; NULL: none */
};

static void
put(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) == -1)
		_exit(1);
}

static void
put_field(int fd, const char *field, const char *value)
{
	char reply[4000];

	snprintf(reply, sizeof(reply), "*2\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n",
	    strlen(field), field, strlen(value), value);
	put(fd, reply);
}

/* One command is one write of who asks. */
static void
answer_all(int fd, const struct story *s)
{
	const char *mark = s->before;
	char asked[1000], *terms = agreement_record(1);
	ssize_t n;

	while ((n = read(fd, asked, sizeof(asked) - 1)) > 0) {
		asked[n] = '\0';
		if (strstr(asked, "outages") != NULL)
			mark = s->after;
		if (strstr(asked, "HGET\r\n") != NULL)
			put(fd, "$-1\r\n");
		else if (strstr(asked, "terms") != NULL)
			put_field(fd, "acme", terms);
		else if (strstr(asked, "imports") != NULL && mark != NULL)
			put_field(fd, "acme", mark);
		else
			put(fd, "*0\r\n");
	}
	free(terms);
}

struct server {
	char dir[32], path[64];
	pid_t pid;
};

static void
begin(struct server *x, const struct story *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(x->dir, "/tmp/sunwatch-test-XXXXXX");
	assert_non_null(mkdtemp(x->dir));
	snprintf(x->path, sizeof(x->path), "%s/redis.sock", x->dir);
	strcpy(address.sun_path, x->path);
	assert_int_equal(bind(listener, (struct sockaddr *)&address,
			     sizeof(address)),
	    0);
	assert_int_equal(listen(listener, 1), 0);
	if ((x->pid = fork()) == 0) {
		answer_all(accept(listener, NULL, NULL), s);
		_exit(0);
	}
	close(listener);
}

static void
end(struct server *x)
{
	kill(x->pid, SIGKILL);
	waitpid(x->pid, NULL, 0);
	unlink(x->path);
	rmdir(x->dir);
}

/* Whether acme's records are taken for half of a history. */
static bool
is_half(const struct story *s)
{
	char address[80], error[256];
	struct settings settings = { .redis = { .address = address } };
	struct publish_shard shard;
	struct records *redis;
	struct server x;
	bool half;

	begin(&x, s);
	snprintf(address, sizeof(address), "unix:%s", x.path);
	redis = records_open(&settings, error);
	assert_non_null(redis);
	assert_true(publish_shard_read(redis, 0, NULL, false, &shard));
	assert_int_equal(shard.count, 1);
	assert_int_equal(shard.items[0]->unreadable, 0);
	half = shard.items[0]->is_half;
	publish_shard_clear(&shard);
	records_close(redis);
	end(&x);
	return half;
}

#define HALF "{\"sha256\":\"a\",\"done\":3,\"at\":5}"
#define WHOLE "{\"sha256\":\"a\",\"done\":9,\"at\":7,\"whole\":true}"

/* Terms were there and outages not yet, and the mark said at the end that all
   was: months of full uptime would have been final reports. */
static void
an_import_that_ended_meanwhile_was_taken_for_whole(void **state)
{
	(void)state;
	assert_true(is_half(&(struct story){ NULL, WHOLE }));
	assert_true(is_half(&(struct story){ HALF, WHOLE }));
}

static void
what_was_imported_before_is_whole(void **state)
{
	(void)state;
	assert_false(is_half(&(struct story){ NULL, NULL }));
	assert_false(is_half(&(struct story){ WHOLE, WHOLE }));
	assert_true(is_half(&(struct story){ HALF, HALF }));
	assert_true(is_half(&(struct story){ NULL, HALF }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_import_that_ended_meanwhile_was_taken_for_whole),
		cmocka_unit_test(what_was_imported_before_is_whole),
	};

	return cmocka_run_group_tests_name("publish_read", tests, NULL, NULL);
}
