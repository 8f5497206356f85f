/*
 * up_child: start, restart and end the programs of "sunwatch up".
 *
 * A child leads a process group of its own, so that Ctrl-C reaches only us
 * and the end of a group takes its grandchildren along.  The kernel kills a
 * child whose parent is gone (PR_SET_PDEATHSIG).  No shell is involved.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "cli/up.h"
#include "lib/clock.h"
#include "lib/text.h"

#define PAUSE_MIN_MS 200
#define PAUSE_MAX_MS 5000
#define STEADY_MS 10000 /* after so long a death is a first one again */

void
up_say(struct up *up, const char *fmt, ...)
{
	va_list ap;

	fputs("sunwatch: ", up->cli->out);
	va_start(ap, fmt);
	vfprintf(up->cli->out, fmt, ap);
	va_end(ap);
	fputc('\n', up->cli->out);
	fflush(up->cli->out);
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	struct up_child *c = arg;

	(void)fd, (void)what;
	if (!c->up->ending)
		up_child_start(c);
}

struct up_child *
up_child_add(struct up *up, const char *name, bool speaks,
    const char *const *argv)
{
	struct up_child *c = &up->children[up->count++];
	char path[512];

	*c = (struct up_child){ .speaks = speaks,
		.phase = UP_DAEMONS,
		.pause_ms = PAUSE_MIN_MS,
		.fd = -1,
		.up = up };
	text_copy(c->name, sizeof(c->name), name);
	text_format(path, sizeof(path), "%s/%s", up->bin, argv[0]);
	c->argv[0] = mem_text(
	    strchr(argv[0], '/') == NULL && access(path, X_OK) == 0 ? path
								    : argv[0]);
	for (size_t i = 1; i < UP_ARGS_MAX && argv[i] != NULL; i++)
		c->argv[i] = mem_text(argv[i]);
	c->again = evtimer_new(up->base, on_again, c);
	return c;
}

/* In the child: nothing but system calls until exec. */
static void
become(const struct up_child *c, pid_t parent, int out, int log)
{
	sigset_t none;
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died in between */
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (in == -1 || dup2(in, 0) == -1 || dup2(out, 1) == -1 ||
	    dup2(log, 2) == -1)
		_exit(127);
	execvp(c->argv[0], c->argv);
	dprintf(2, "%s: %s\n", c->argv[0], strerror(errno));
	_exit(127);
}

static void
stop_hearing(struct up_child *c)
{
	if (c->heard != NULL)
		event_free(c->heard);
	if (c->fd != -1)
		close(c->fd);
	c->heard = NULL;
	c->fd = -1;
}

/* What it says goes to the terminal as it is: it escapes foreign text. */
static void
on_heard(evutil_socket_t fd, short what, void *arg)
{
	struct up_child *c = arg;
	char part[4096];
	ssize_t n = read(fd, part, sizeof(part));

	(void)what;
	if (n > 0) {
		fwrite(part, 1, (size_t)n, c->up->cli->out);
		fflush(c->up->cli->out);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		stop_hearing(c);
}

static void
hear(struct up_child *c, int fd)
{
	stop_hearing(c);
	c->fd = fd;
	fcntl(fd, F_SETFL, O_NONBLOCK);
	c->heard =
	    event_new(c->up->base, fd, EV_READ | EV_PERSIST, on_heard, c);
	event_add(c->heard, NULL);
}

static int
open_log(const struct up_child *c)
{
	char path[400];

	text_format(path, sizeof(path), "%s/log/%s.log", c->up->folder,
	    c->name);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void
try_later(struct up_child *c)
{
	struct timeval pause = { c->pause_ms / 1000,
		c->pause_ms % 1000 * 1000 };

	event_add(c->again, &pause);
	c->pause_ms *= 2;
	if (c->pause_ms > PAUSE_MAX_MS)
		c->pause_ms = PAUSE_MAX_MS;
}

void
up_child_start(struct up_child *c)
{
	int pipes[2] = { -1, -1 }, log = open_log(c);
	pid_t parent = getpid(), pid = -1;

	if (log != -1 && (!c->speaks || pipe2(pipes, O_CLOEXEC) == 0))
		pid = fork();
	if (pid == 0)
		become(c, parent, c->speaks ? pipes[1] : log, log);
	if (log != -1)
		close(log);
	if (pipes[1] != -1)
		close(pipes[1]);
	if (pid == -1) {
		up_say(c->up, "cannot start %s: %s", c->name, strerror(errno));
		if (pipes[0] != -1)
			close(pipes[0]);
		try_later(c);
		return;
	}
	setpgid(pid, pid); /* whoever is first */
	c->pid = pid;
	c->began_ms = clock_monotonic_us() / 1000;
	if (c->speaks)
		hear(c, pipes[0]);
}

static void
describe(int status, char *out, size_t room)
{
	if (WIFSIGNALED(status))
		text_format(out, room, "was killed by signal %d",
		    WTERMSIG(status));
	else
		text_format(out, room, "ended with status %d",
		    WEXITSTATUS(status));
}

/* The end of its log, where the reason stands. */
static void
show_log(struct up_child *c)
{
	char path[400], part[600], *line;
	ssize_t n;
	int fd;

	text_format(path, sizeof(path), "%s/log/%s.log", c->up->folder,
	    c->name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return;
	lseek(fd, -(off_t)(sizeof(part) - 1), SEEK_END);
	n = read(fd, part, sizeof(part) - 1);
	close(fd);
	if (n <= 0)
		return;
	part[n] = '\0';
	while (n > 0 && part[n - 1] == '\n')
		part[--n] = '\0';
	line = strrchr(part, '\n');
	fputs("  ", c->up->cli->out);
	cli_plain(c->up->cli, line != NULL ? line + 1 : part);
	fputc('\n', c->up->cli->out);
	fflush(c->up->cli->out);
}

static bool
any_running(const struct up *up, int phase)
{
	for (size_t i = 0; i < up->count; i++)
		if (up->children[i].pid != 0 &&
		    (int)up->children[i].phase <= phase)
			return true;
	return false;
}

static void
signal_all(struct up *up, int number, int phase)
{
	for (size_t i = 0; i < up->count; i++)
		if (up->children[i].pid != 0 &&
		    (int)up->children[i].phase == phase)
			kill(-up->children[i].pid, number);
}

/* One child has ended. */
static void
bury(struct up_child *c, int status)
{
	char how[64];

	kill(-c->pid, SIGKILL); /* what it may have left in its group */
	c->pid = 0;
	if (c->up->ending)
		return;
	if (clock_monotonic_us() / 1000 - c->began_ms > STEADY_MS)
		c->pause_ms = PAUSE_MIN_MS;
	describe(status, how, sizeof(how));
	up_say(c->up, "%s %s; starting it again in %" PRId64 " ms", c->name,
	    how, c->pause_ms);
	show_log(c);
	c->restarts++;
	try_later(c);
}

/* Whoever was asked is gone: ask the next. */
static void
end_further(struct up *up)
{
	while (up->phase < UP_PHASES && !any_running(up, up->phase)) {
		up->phase++;
		signal_all(up, up->killed ? SIGKILL : SIGTERM, up->phase);
	}
	if (up->phase == UP_PHASES)
		up->ended(up);
}

void
up_children_reap(struct up *up)
{
	int status;

	for (size_t i = 0; i < up->count; i++)
		if (up->children[i].pid != 0 &&
		    waitpid(up->children[i].pid, &status, WNOHANG) ==
			up->children[i].pid)
			bury(&up->children[i], status);
	if (up->ending)
		end_further(up);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct up *up = arg;

	(void)fd, (void)what;
	up->killed = true;
	for (int phase = 0; phase < UP_PHASES; phase++)
		signal_all(up, SIGKILL, phase);
}

void
up_children_end(struct up *up)
{
	struct timeval patience = { UP_TERM_MS / 1000,
		UP_TERM_MS % 1000 * 1000 };

	if (up->ending)
		return;
	up->ending = true;
	up->deadline = evtimer_new(up->base, on_deadline, up);
	event_add(up->deadline, &patience);
	signal_all(up, SIGTERM, up->phase);
	up_children_reap(up);
}

void
up_children_clear(struct up *up)
{
	for (size_t i = 0; i < up->count; i++) {
		struct up_child *c = &up->children[i];

		stop_hearing(c);
		event_free(c->again);
		for (size_t j = 0; c->argv[j] != NULL; j++)
			free(c->argv[j]);
	}
	up->count = 0;
	if (up->deadline != NULL)
		event_free(up->deadline);
	up->deadline = NULL;
}
