/*
 * keeper: see keeper.h.
 *
 * pid is 0 while no auditor runs; fd is -1 when it is to end, or has ended.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "lib/clock.h"
#include "lib/crash.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/auditor.h"
#include "pager/keeper.h"

#define TICK_MS 500
#define END_US INT64_C(1000000)
#define HELD_UP_US INT64_C(5000000)

struct keeper {
	struct keeper_options options;
	struct event *tick;
	pid_t pid;
	int fd;
	int64_t silent_ms;
	int64_t started_us, heard_us, ticked_us;
	bool wanted; /* its end is ours */
};

/*
 * Between fork and exec: nothing but system calls, since the mail's threads
 * may have held any lock.  It must not outlive us, whatever we die of.
 */
static void __attribute__((noreturn)) become(const struct keeper *k, int fd)
{
	union {
		const char *const *in;
		char *const *out;
	} argv = { .in = k->options.argv };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd == AUDITOR_FD || dup2(fd, AUDITOR_FD) == AUDITOR_FD)
		close_range(AUDITOR_FD + 1, ~0U, 0);
	if (fcntl(AUDITOR_FD, F_SETFD, 0) == 0)
		execv("/proc/self/exe", argv.out);
	_exit(127);
}

static void
start(struct keeper *k)
{
	int pair[2];

	k->started_us = k->heard_us = clock_monotonic_us();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		pair) == -1) {
		log_warn("the auditor cannot be started");
		return;
	}
	k->pid = fork();
	if (k->pid == 0)
		become(k, pair[1]);
	close(pair[1]);
	k->fd = pair[0];
	if (k->pid != -1)
		return;
	log_warn("the auditor cannot be started");
	k->pid = 0;
	close(k->fd);
	k->fd = -1;
}

/* True when there is none any more. */
static bool
reap(struct keeper *k)
{
	int status = 0;

	if (k->pid == 0)
		return true;
	if (waitpid(k->pid, &status, WNOHANG) != k->pid)
		return false;
	CRASH_SPENT("pager-auditor-");
	if (k->wanted && WIFSIGNALED(status))
		log_warnx("the auditor has died of signal %d",
		    WTERMSIG(status));
	else if (k->wanted)
		log_warnx("the auditor has ended status=%d",
		    WEXITSTATUS(status));
	k->pid = 0;
	if (k->fd != -1)
		close(k->fd);
	k->fd = -1;
	return true;
}

static void
listen_to_it(struct keeper *k, int64_t now_us)
{
	char words[4096];

	while (recv(k->fd, words, sizeof(words), MSG_DONTWAIT) > 0)
		k->heard_us = now_us;
	/* We were stopped, and it perhaps with us. */
	if (now_us - k->ticked_us > HELD_UP_US)
		k->heard_us = now_us;
	k->ticked_us = now_us;
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct keeper *k = arg;
	char word = (char)k->options.standing(k->options.arg);
	int64_t now_us = clock_monotonic_us();

	(void)fd, (void)what;
	if (reap(k)) {
		if (!k->wanted ||
		    now_us - k->started_us >= KEEPER_PAUSE_MS * 1000) {
			k->wanted = true;
			start(k);
		}
		return;
	}
	if (k->fd == -1) { /* it ought to have ended */
		if (now_us - k->heard_us > END_US)
			kill(k->pid, SIGKILL);
		return;
	}
	listen_to_it(k, now_us);
	/* One that is stopped does not take it; it hears the next. */
	(void)!send(k->fd, &word, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (now_us - k->heard_us < k->silent_ms * 1000)
		return;
	log_warnx("the auditor says nothing; starting another one");
	k->heard_us = now_us;
	kill(k->pid, SIGKILL);
}

struct keeper *
keeper_new(struct event_base *base, const struct keeper_options *options)
{
	const struct timeval tick = { 0, TICK_MS * 1000 };
	struct keeper *k = mem_alloc(sizeof(*k));

	k->options = *options;
	k->fd = -1;
	k->silent_ms = PATIENCE_MS("SUNWATCH_KEEPER_MS", KEEPER_SILENT_MS);
	k->tick = event_new(base, -1, EV_PERSIST, on_tick, k);
	if (k->tick == NULL || event_add(k->tick, &tick) == -1)
		fatalx("keeper: no timer");
	k->wanted = true;
	start(k);
	return k;
}

/* It ends when its socket does, and the next tick starts another one. */
static void
let_go(struct keeper *k)
{
	k->wanted = false;
	k->heard_us = clock_monotonic_us();
	if (k->fd != -1)
		close(k->fd);
	k->fd = -1;
}

void
keeper_renew(struct keeper *k)
{
	let_go(k);
}

void
keeper_free(struct keeper *k)
{
	int64_t until_us = clock_monotonic_us() + END_US;

	if (k == NULL)
		return;
	let_go(k);
	while (!reap(k)) {
		if (clock_monotonic_us() > until_us)
			kill(k->pid, SIGKILL);
		usleep(5000);
	}
	event_free(k->tick);
	free(k);
}
