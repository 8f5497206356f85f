/* test_program: other people's programs, and all that they can do to us. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <event2/event.h>

#include "lib/clock.h"
#include "lib/program.h"
#include "lib/text.h"

#define LONG_MS 30000 /* none of these ends by it */

struct stage {
	struct event_base *base;
	struct programs *programs;
	char folder[64], file[80];
	int count;
	struct program_result last;
	char errors[PROGRAM_ERRORS_MAX + 1];
};

static int
set_up(void **state)
{
	struct stage *s = mem_alloc(sizeof(*s));

	s->base = event_base_new();
	s->programs = programs_new(s->base);
	text_copy(s->folder, sizeof(s->folder), "/tmp/sunwatch-test-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	text_format(s->file, sizeof(s->file), "%s/said", s->folder);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	if (s->programs != NULL)
		programs_free(s->programs);
	event_base_free(s->base);
	unlink(s->file);
	assert_int_equal(rmdir(s->folder), 0);
	free(s);
	return 0;
}

static void
on_done(void *arg, const struct program_result *r)
{
	struct stage *s = arg;

	s->last = *r;
	assert_in_range(strnlen(r->errors, PROGRAM_ERRORS_MAX + 1), 0,
	    PROGRAM_ERRORS_MAX);
	text_copy(s->errors, sizeof(s->errors), r->errors);
	s->count++;
}

/* By sh, with the file to write to as $1. */
static struct program *
start(struct stage *s, const char *script, const char *input,
    int64_t timeout_ms)
{
	char *text = mem_text(script);
	char shell[] = "/bin/sh", flag[] = "-c", name[] = "it";
	char *const argv[] = { shell, flag, text, name, s->file, NULL };
	const struct program_request request = { .argv = argv,
		.input = input,
		.input_length = strlen(input),
		.timeout_ms = timeout_ms };
	int before = s->count;
	struct program *p = program_start(s->programs, &request, on_done, s);

	assert_int_equal(s->count, before); /* never from inside */
	free(text);
	return p;
}

/* Until so many were told. */
static void
wait_for(struct stage *s, int count)
{
	int64_t until_us = clock_monotonic_us() + 25000000;

	while (s->count < count && clock_monotonic_us() < until_us)
		event_base_loop(s->base, EVLOOP_ONCE);
	assert_int_equal(s->count, count);
}

static void
expect(struct stage *s, enum program_end end, int code)
{
	wait_for(s, s->count + 1);
	assert_int_equal(s->last.end, end);
	assert_int_equal(s->last.code, code);
}

static char *
said(const struct stage *s)
{
	char *text = mem_alloc(1 << 20);
	int fd = open(s->file, O_RDONLY);
	ssize_t n;

	assert_true(fd != -1);
	n = read(fd, text, (1 << 20) - 1);
	assert_true(n >= 0);
	close(fd);
	return text;
}

static bool
is_gone(pid_t pid)
{
	char path[64], stat[512] = "";
	int fd;

	text_format(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY);
	if (fd == -1)
		return true;
	if (read(fd, stat, sizeof(stat) - 1) <= 0)
		stat[0] = '\0';
	close(fd);
	return stat[0] == '\0' || strstr(stat, ") Z ") != NULL;
}

/* Whose number the file holds is gone, or a zombie, or soon is. */
static void
expect_gone(const struct stage *s)
{
	int64_t until_us = clock_monotonic_us() + 20000000;
	char *text = said(s);
	pid_t pid = (pid_t)strtol(text, NULL, 10);

	assert_true(pid > 1);
	while (!is_gone(pid) && clock_monotonic_us() < until_us)
		usleep(5000);
	assert_true(is_gone(pid));
	free(text);
}

/* The loop turns until the program has said something. */
static void
wait_until_it_speaks(struct stage *s)
{
	int64_t until_us = clock_monotonic_us() + 25000000;
	struct stat st;

	while (clock_monotonic_us() < until_us) {
		event_base_loop(s->base, EVLOOP_NONBLOCK);
		if (stat(s->file, &st) == 0 && st.st_size > 1)
			return;
		usleep(2000);
	}
	fail_msg("%s was never written", s->file);
}

static void
it_has_its_input_and_nothing_else_of_ours(void **state)
{
	struct stage *s = *state;
	char *text;

	assert_int_equal(setenv("SECRET", "not theirs", 1), 0);
	/* What has to be left open across exec is not left to it. */
	assert_int_equal(dup2(STDERR_FILENO, 77), 77);
	start(s,
	    "{ cat; echo; env | grep -v ^PWD= | sort; pwd; "
	    "ls /proc/$$/fd; readlink /proc/$$/fd/1; } >\"$1\"",
	    "{\"a\": \"$(id) `id`\"}", LONG_MS);
	expect(s, PROGRAM_EXITED, 0);
	close(77);
	unsetenv("SECRET");
	text = said(s);
	assert_non_null(strstr(text,
	    "{\"a\": \"$(id) `id`\"}\n"
	    "LANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n"));
	assert_null(strstr(text, "SECRET"));
	assert_null(strstr(text, "\n77\n"));
	assert_non_null(strstr(text, "\n/\n0\n1\n"));
	assert_string_equal(s->errors, "");
	free(text);
}

static void
it_runs_in_a_group_of_its_own_and_hears_signals(void **state)
{
	struct stage *s = *state;
	char *text;
	unsigned long long ignored;
	int pid, group;

	signal(SIGPIPE, SIG_IGN);
	start(s,
	    "cut -d' ' -f1,5 /proc/$$/stat >\"$1\"; "
	    "grep SigIgn /proc/$$/status >>\"$1\"",
	    "", LONG_MS);
	expect(s, PROGRAM_EXITED, 0);
	signal(SIGPIPE, SIG_DFL);
	text = said(s);
	pid = (int)strtol(text, NULL, 10);
	group = (int)strtol(strchr(text, ' '), NULL, 10);
	assert_int_equal(pid, group);
	/* All but the two that libc keeps to itself. */
	ignored = strtoull(strstr(text, "SigIgn:\t") + 8, NULL, 16);
	assert_int_equal(ignored & 0x7fffffff, 0);
	free(text);
}

static void
what_it_ends_with_is_told(void **state)
{
	static const struct {
		const char *script;
		enum program_end end;
		int code;
		const char *errors;
	} table[] = {
		{ "exit 0", PROGRAM_EXITED, 0, "" },
		{ "echo out; echo err >&2; exit 75", PROGRAM_EXITED, 75,
		    "err\n" },
		{ "exit 255", PROGRAM_EXITED, 255, "" },
		{ "echo last words >&2; kill -9 $$", PROGRAM_KILLED, SIGKILL,
		    "last words\n" },
		{ "kill -TERM $$", PROGRAM_KILLED, SIGTERM, "" },
		{ "exec 2>&-; exit 3", PROGRAM_EXITED, 3, "" },
		{ "exec 0<&- 1>&- 2>&-; exit 4", PROGRAM_EXITED, 4, "" },
		{ "echo by name >/dev/stderr; exit 5", PROGRAM_EXITED, 5,
		    "by name\n" },
	};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		start(s, table[i].script, "x", LONG_MS);
		expect(s, table[i].end, table[i].code);
		assert_string_equal(s->errors, table[i].errors);
	}
}

static void
what_cannot_be_run_says_why(void **state)
{
	struct stage *s = *state;
	const struct {
		const char *path;
		int why;
	} table[] = { { "/nowhere/at/all", ENOENT }, { "/etc/passwd", EACCES },
		{ "/", EACCES }, { s->file, ENOEXEC } };
	int fd = open(s->file, O_CREAT | O_WRONLY, 0700);

	assert_true(fd != -1);
	assert_int_equal(write(fd,
			     "\x7f"
			     "ELF?",
			     5),
	    5);
	close(fd);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char *path = mem_text(table[i].path);
		char *const argv[] = { path, NULL };
		const struct program_request request = { .argv = argv,
			.timeout_ms = LONG_MS };

		program_start(s->programs, &request, on_done, s);
		free(path);
		wait_for(s, (int)i + 1);
		/* Under valgrind a spawn is a fork, which cannot tell. */
		if (s->last.end == PROGRAM_EXITED)
			assert_int_equal(s->last.code, 127);
		else
			assert_int_equal(s->last.code, table[i].why);
	}
}

static void
who_is_slow_is_asked_to_end(void **state)
{
	struct stage *s = *state;
	char *text;

	start(s,
	    "trap 'echo asked >\"$1\"; exit 0' TERM; echo slow >&2; "
	    "while :; do sleep 0.02; done",
	    "", 300);
	expect(s, PROGRAM_TIME_OVER, 0); /* whatever it ends with */
	assert_int_equal(strncmp(s->errors, "slow\n", 5), 0);
	text = said(s);
	assert_string_equal(text, "asked\n");
	free(text);
}

static void
who_does_not_listen_is_made_to_end(void **state)
{
	struct stage *s = *state;

	start(s, "trap '' TERM; echo $$ >\"$1\"; while :; do sleep 0.1; done",
	    "", 200);
	expect(s, PROGRAM_TIME_OVER, 0);
	expect_gone(s);
}

static void
who_writes_endlessly_holds_nobody_up(void **state)
{
	struct stage *s = *state;

	start(s, "yes oh no >&2", "", 700);
	start(s, "yes oh yes", "", 700);
	start(s, "exit 0", "", LONG_MS);
	expect(s, PROGRAM_EXITED, 0); /* the loop goes on for others */
	wait_for(s, 3);
	assert_int_equal(s->last.end, PROGRAM_TIME_OVER);
}

static void
who_writes_much_and_ends_is_heard_out(void **state)
{
	struct stage *s = *state;

	start(s, "head -c 500000 /dev/zero | tr '\\0' x >&2; exit 7", "",
	    LONG_MS);
	expect(s, PROGRAM_EXITED, 7);
	assert_int_equal(s->last.errors_length, PROGRAM_ERRORS_MAX);
	assert_int_equal(strspn(s->errors, "x"), PROGRAM_ERRORS_MAX);
}

static void
who_does_not_read_holds_nobody_up(void **state)
{
	struct stage *s = *state;
	char *much = mem_alloc(1000001);
	char *text;

	memset(much, 'x', 1000000);
	start(s, "exit 0", much, LONG_MS);
	expect(s, PROGRAM_EXITED, 0);
	start(s, "exec 0<&-; exit 0", much, LONG_MS);
	expect(s, PROGRAM_EXITED, 0);
	start(s, "exec sleep 60", much, 100);
	expect(s, PROGRAM_TIME_OVER, 0);
	start(s, "wc -c >\"$1\"", much, LONG_MS);
	expect(s, PROGRAM_EXITED, 0);
	text = said(s);
	assert_int_equal(strtol(text, NULL, 10), 1000000);
	free(text);
	free(much);
}

static void
what_it_leaves_behind_is_ended(void **state)
{
	struct stage *s = *state;

	/* It holds standard error open, and nobody waits for it. */
	start(s, "sleep 60 & echo $! >\"$1\"; exit 0", "", LONG_MS);
	expect(s, PROGRAM_EXITED, 0);
	expect_gone(s);
}

static void
who_leaves_the_group_is_not_waited_for(void **state)
{
	struct stage *s = *state;
	char *text;

	start(s,
	    "setsid sleep 60 & "
	    "while [ \"$(cut -d' ' -f5 /proc/$!/stat)\" != $! ]; do "
	    "sleep 0.01; done; echo $! >\"$1\"; exit 0",
	    "", LONG_MS);
	expect(s, PROGRAM_EXITED, 0);
	text = said(s);
	/* It lives, and is ours to end here. */
	assert_int_equal(kill((pid_t)strtol(text, NULL, 10), SIGKILL), 0);
	free(text);
}

static void
cancelled_means_silence_and_the_end_of_its_group(void **state)
{
	struct stage *s = *state;
	struct program *p;

	program_cancel(start(s, "echo ran >\"$1\"", "", LONG_MS));
	p = start(s, "sleep 60 & echo $! >\"$1\"; wait", "", LONG_MS);
	wait_until_it_speaks(s);
	program_cancel(p);
	expect_gone(s);
	start(s, "exit 0", "", LONG_MS);
	wait_for(s, 1); /* the third's, and no other */
}

static void
all_end_with_their_owner(void **state)
{
	struct stage *s = *state;

	start(s, "echo $$ >\"$1\"; trap '' TERM; while :; do sleep 1; done", "",
	    LONG_MS);
	wait_until_it_speaks(s);
	start(s, "exit 0", "", LONG_MS);
	programs_free(s->programs);
	s->programs = NULL;
	expect_gone(s);
	event_base_loop(s->base, EVLOOP_NONBLOCK);
	assert_int_equal(s->count, 0);
}

static void
no_more_than_so_many_run_at_a_time(void **state)
{
	struct stage *s = *state;
	struct program *slow[PROGRAMS_MAX];

	for (int i = 0; i < PROGRAMS_MAX; i++)
		slow[i] = start(s, "exec sleep 60", "", LONG_MS);
	start(s, "echo ran >\"$1\"", "", 200);
	expect(s, PROGRAM_NO_TURN, 0);
	assert_int_equal(access(s->file, F_OK), -1);
	start(s, "echo ran >\"$1\"", "", LONG_MS);
	program_cancel(slow[0]); /* and there is room */
	expect(s, PROGRAM_EXITED, 0);
	assert_int_equal(access(s->file, F_OK), 0);
	for (int i = 1; i < PROGRAMS_MAX; i++)
		program_cancel(slow[i]);
}

static void
many_at_once_all_end(void **state)
{
	struct stage *s = *state;

	for (int i = 0; i < 3 * PROGRAMS_MAX; i++)
		start(s, "exit 0", "x", LONG_MS);
	wait_for(s, 3 * PROGRAMS_MAX);
}

static void
ends_are_known_whoever_started_us(void **state)
{
	struct stage *s = *state;

	programs_free(s->programs);
	signal(SIGCHLD, SIG_IGN);
	s->programs = programs_new(s->base);
	start(s, "exit 7", "", LONG_MS);
	expect(s, PROGRAM_EXITED, 7);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(it_has_its_input_and_nothing_else_of_ours),
		TEST(it_runs_in_a_group_of_its_own_and_hears_signals),
		TEST(what_it_ends_with_is_told),
		TEST(what_cannot_be_run_says_why),
		TEST(who_is_slow_is_asked_to_end),
		TEST(who_does_not_listen_is_made_to_end),
		TEST(who_writes_endlessly_holds_nobody_up),
		TEST(who_writes_much_and_ends_is_heard_out),
		TEST(who_does_not_read_holds_nobody_up),
		TEST(what_it_leaves_behind_is_ended),
		TEST(who_leaves_the_group_is_not_waited_for),
		TEST(cancelled_means_silence_and_the_end_of_its_group),
		TEST(all_end_with_their_owner),
		TEST(no_more_than_so_many_run_at_a_time),
		TEST(many_at_once_all_end),
		TEST(ends_are_known_whoever_started_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
