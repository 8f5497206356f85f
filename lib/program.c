/*
 * program: see program.h.
 *
 * One waits (pid is 0; no events but the timer), runs (pid, errors_fd and
 * heard are there), or is only mourned: done is NULL, it was told
 * or cancelled, has been sent SIGKILL and is still to be reaped.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/program.h"
#include "lib/text.h"

#define LAST_WAIT_US 100000

struct program {
	TAILQ_ENTRY(program) entry;
	struct programs *programs;
	char **argv;
	char *input;
	size_t input_length;
	pid_t pid;
	int errors_fd; /* -1: none */
	struct event *timer, *heard;
	bool asked; /* SIGTERM was sent */
	char errors[PROGRAM_ERRORS_MAX + 1];
	size_t errors_length, heard_bytes;
	program_done *done; /* NULL: told, or cancelled */
	void *arg;
};

TAILQ_HEAD(program_list, program);

struct programs {
	struct event_base *base;
	struct event *turn;  /* somebody waits, and there may be room */
	struct event *child; /* SIGCHLD: somebody ended */
	struct program_list waiting, running;
	int count; /* of running */
};

static void on_turn(evutil_socket_t, short, void *);
static void on_child(evutil_socket_t, short, void *);

struct programs *
programs_new(struct event_base *base)
{
	struct programs *all = mem_alloc(sizeof(*all));

	all->base = base;
	TAILQ_INIT(&all->waiting);
	TAILQ_INIT(&all->running);
	all->turn = evtimer_new(base, on_turn, all);
	all->child = evsignal_new(base, SIGCHLD, on_child, all);
	if (all->turn == NULL || all->child == NULL)
		fatalx("program: no memory for an event");
	event_add(all->child, NULL);
	return all;
}

static void
event_gone(struct event **event)
{
	if (*event != NULL)
		event_free(*event);
	*event = NULL;
}

static void
fd_gone(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* Off the books; a process that is there was reaped, or is given up. */
static void
program_free(struct program *p)
{
	struct programs *all = p->programs;

	if (p->pid != 0) {
		TAILQ_REMOVE(&all->running, p, entry);
		all->count--;
	} else
		TAILQ_REMOVE(&all->waiting, p, entry);
	event_gone(&p->timer);
	event_gone(&p->heard);
	fd_gone(&p->errors_fd);
	for (char **arg = p->argv; *arg != NULL; arg++)
		free(*arg);
	free(p->argv);
	free(p->input);
	free(p);
}

/* Who was told or cancelled hears nothing more. */
static void
tell(struct program *p, enum program_end end, int code)
{
	const struct program_result result = { .end = end,
		.code = code,
		.errors = p->errors,
		.errors_length = p->errors_length };
	program_done *done = p->done;

	p->done = NULL;
	if (done != NULL)
		done(p->arg, &result);
}

static void
make_end(struct program *p)
{
	kill(-p->pid, SIGKILL);
	event_gone(&p->timer);
	event_gone(&p->heard);
	fd_gone(&p->errors_fd);
}

/* A bounded piece of what it says; the beginning is kept. */
static ssize_t
hear(struct program *p)
{
	char bytes[16384];
	size_t room = PROGRAM_ERRORS_MAX - p->errors_length;
	ssize_t n = read(p->errors_fd, bytes, sizeof(bytes));

	if (n <= 0)
		return n;
	if (room > (size_t)n)
		room = (size_t)n;
	memcpy(p->errors + p->errors_length, bytes, room);
	p->errors_length += room;
	p->heard_bytes += (size_t)n;
	return n;
}

static void
on_heard(evutil_socket_t fd, short what, void *arg)
{
	struct program *p = arg;
	ssize_t n = hear(p);

	(void)fd, (void)what;
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR) ||
	    p->heard_bytes > PROGRAM_HEARD_MAX)
		event_gone(&p->heard);
}

/*
 * It is a zombie now, and its number still its own, so that the rest of its
 * group can be ended.
 */
static void
bury(struct program *p)
{
	int status = SIGKILL; /* an end that is not known is no success */

	if (p->errors_fd != -1)
		(void)hear(p);
	kill(-p->pid, SIGKILL);
	(void)waitpid(p->pid, &status, WNOHANG);
	if (p->asked)
		tell(p, PROGRAM_TIME_OVER, 0);
	else if (WIFEXITED(status))
		tell(p, PROGRAM_EXITED, WEXITSTATUS(status));
	else
		tell(p, PROGRAM_KILLED, WTERMSIG(status));
	program_free(p);
}

static bool
has_ended(const struct program *p)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)p->pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == p->pid;
}

/* Several may have ended, and one signal came.  Whoever is told starts and
   cancels, by which nobody leaves the running but who is buried. */
static void
on_child(evutil_socket_t fd, short what, void *arg)
{
	struct programs *all = arg;
	struct program *p, *next;

	(void)fd, (void)what;
	for (p = TAILQ_FIRST(&all->running); p != NULL; p = next) {
		next = TAILQ_NEXT(p, entry);
		if (has_ended(p))
			bury(p);
	}
	event_active(all->turn, EV_TIMEOUT, 0);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval grace = { .tv_sec = PROGRAM_GRACE_MS / 1000 };
	struct program *p = arg;

	(void)fd, (void)what;
	if (p->pid == 0) {
		tell(p, PROGRAM_NO_TURN, 0);
		program_free(p);
	} else if (!p->asked) {
		p->asked = true;
		kill(-p->pid, SIGTERM);
		event_add(p->timer, &grace);
	} else {
		make_end(p);
		tell(p, PROGRAM_TIME_OVER, 0);
	}
}

/* The input as a file that has no name and no other reader; -1: errno. */
static int
input_file(const struct program *p)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	size_t written = 0;

	while (fd != -1 && written < p->input_length) {
		ssize_t n = pwrite(fd, p->input + written,
		    p->input_length - written, (off_t)written);

		if (n <= 0)
			fd_gone(&fd);
		else
			written += (size_t)n;
	}
	return fd;
}

static void
set_attributes(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setflags(attributes,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
		POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(attributes, 0);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setsigmask(attributes, &none);
}

/* 0, or what hindered it. */
static int
spawn(struct program *p, int input, int errors)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	static char language[] = "LANG=C.UTF-8";
	char *const environment[] = { path, language, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	pid_t pid;
	int why;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&files, input, 0);
	posix_spawn_file_actions_adddup2(&files, errors, 2);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	posix_spawn_file_actions_addchdir_np(&files, "/");
	set_attributes(&attributes);
	why = posix_spawn(&pid, p->argv[0], &files, &attributes, p->argv,
	    environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	if (why == 0)
		p->pid = pid;
	return why;
}

/* 0, or what hindered it; then nothing runs. */
static int
launch(struct program *p)
{
	int input = input_file(p), errors[2], why;

	if (input == -1)
		return errno;
	if (pipe2(errors, O_CLOEXEC) == -1) {
		why = errno;
		close(input);
		return why;
	}
	why = spawn(p, input, errors[1]);
	close(input);
	close(errors[1]);
	p->errors_fd = errors[0];
	if (why == 0)
		fcntl(p->errors_fd, F_SETFL, O_NONBLOCK);
	return why;
}

/* It runs: from now on it is listened to. */
static void
listen_to(struct program *p)
{
	struct programs *all = p->programs;

	TAILQ_REMOVE(&all->waiting, p, entry);
	TAILQ_INSERT_TAIL(&all->running, p, entry);
	all->count++;
	p->heard = event_new(all->base, p->errors_fd, EV_READ | EV_PERSIST,
	    on_heard, p);
	if (p->heard == NULL)
		fatalx("program: no memory for an event");
	event_add(p->heard, NULL);
}

static void
begin(struct program *p)
{
	int why = launch(p);

	if (why == 0) {
		listen_to(p);
		return;
	}
	tell(p, PROGRAM_NOT_STARTED, why);
	program_free(p);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct programs *all = arg;
	struct program *p;

	(void)fd, (void)what;
	while (all->count < PROGRAMS_MAX &&
	    (p = TAILQ_FIRST(&all->waiting)) != NULL)
		begin(p);
}

static char **
copy_of(char *const *argv)
{
	size_t count = 0;
	char **copy;

	while (argv[count] != NULL)
		count++;
	copy = mem_alloc((count + 1) * sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = mem_text(argv[i]);
	return copy;
}

struct program *
program_start(struct programs *all, const struct program_request *request,
    program_done *done, void *arg)
{
	const struct timeval limit = { .tv_sec = request->timeout_ms / 1000,
		.tv_usec = request->timeout_ms % 1000 * 1000 };
	struct program *p = mem_alloc(sizeof(*p));

	*p = (struct program){ .programs = all,
		.argv = copy_of(request->argv),
		.input = mem_copy(request->input, request->input_length),
		.input_length = request->input_length,
		.errors_fd = -1,
		.done = done,
		.arg = arg };
	p->timer = evtimer_new(all->base, on_timer, p);
	if (p->timer == NULL)
		fatalx("program: no memory for an event");
	event_add(p->timer, &limit);
	TAILQ_INSERT_TAIL(&all->waiting, p, entry);
	event_active(all->turn, EV_TIMEOUT, 0);
	return p;
}

void
program_cancel(struct program *p)
{
	p->done = NULL;
	if (p->pid != 0)
		make_end(p);
	else
		program_free(p);
}

/* Who hangs in the kernel is left; init will have it when we have ended. */
static void
wait_last(struct program *p, int64_t until_us)
{
	make_end(p);
	while (waitpid(p->pid, NULL, WNOHANG) == 0 &&
	    clock_monotonic_us() < until_us)
		usleep(1000);
	program_free(p);
}

void
programs_free(struct programs *all)
{
	int64_t until_us = clock_monotonic_us() + LAST_WAIT_US;
	struct program *p;

	while ((p = TAILQ_FIRST(&all->waiting)) != NULL)
		program_free(p);
	while ((p = TAILQ_FIRST(&all->running)) != NULL)
		wait_last(p, until_us);
	event_free(all->turn);
	event_free(all->child);
	free(all);
}
