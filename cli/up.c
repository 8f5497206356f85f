/*
 * sunwatch up: a private Redis, collector (both roles), pager, three agents
 * and the training LMS, on loopback, until Ctrl-C.
 *
 * First the store, then everything else at once, then a few lines that say
 * where everything is.  A program that dies is started again; that is how
 * they are meant to be run.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "cli/commands.h"
#include "cli/tree.h"
#include "cli/up.h"
#include "cli/up_programs.h"
#include "lib/clock.h"
#include "lib/text.h"

#define READY_EVERY_MS 50
#define READY_PATIENCE_MS 30000
#define FOLDER_NAME UP_FOLDER "XXXXXX"
#define FOLDER_MAX 80 /* a socket's path has 107 characters */

static const struct cli_option options[] = {
	{ "dir", "DIR", "keep everything here (default: a temporary folder)" },
	{ "redis", "ADDRESS", "use this Redis instead of a private one" },
	{ NULL, NULL, NULL },
};

static void
on_ended(struct up *up)
{
	event_base_loopbreak(up->base);
}

static void
on_child(evutil_socket_t number, short what, void *arg)
{
	(void)number, (void)what;
	up_children_reap(arg);
}

static void
on_stop(evutil_socket_t number, short what, void *arg)
{
	struct up *up = arg;

	(void)number, (void)what;
	if (!up->ending)
		up_say(up, "ending what was started");
	up_children_end(up);
}

static void
check_again(struct up *up)
{
	struct timeval soon = { 0, READY_EVERY_MS * 1000 };

	event_add(up->ready, &soon);
}

/* The store first; then all; then say where everything is. */
static void
on_ready_timer(evutil_socket_t fd, short what, void *arg)
{
	struct up *up = arg;
	const char *missing;

	(void)fd, (void)what;
	if (up->ending)
		return;
	missing = up_missing(up);
	if (missing == NULL && !up_all_started(up)) {
		up_start_rest(up);
		missing = "";
	}
	if (missing == NULL) {
		up_welcome(up);
		return;
	}
	if (clock_monotonic_us() / 1000 - up->began_ms > READY_PATIENCE_MS) {
		up_say(up, "%s is not ready after %d s; its log is in %s/log",
		    *missing != '\0' ? missing : "something",
		    READY_PATIENCE_MS / 1000, up->folder);
		up->failed = true;
		up_children_end(up);
		return;
	}
	check_again(up);
}

/* ---- the folder ---- */

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *f)
{
	(void)st, (void)kind, (void)f;
	return remove(path);
}

/* Complains; false, to be returned. */
static bool
no_folder(struct up *up, const char *path)
{
	cli_fail(up->cli, "%s: %s", path, strerror(errno));
	return false;
}

/* The user's folder, which stays; its path as sockets can bear it. */
static bool
take_folder(struct up *up, const char *wanted)
{
	char *path;

	up->keep = true;
	if (mkdir(wanted, 0700) == -1 && errno != EEXIST)
		return no_folder(up, wanted);
	if ((path = realpath(wanted, NULL)) == NULL)
		return no_folder(up, wanted);
	text_copy(up->folder, sizeof(up->folder), path);
	errno = ENAMETOOLONG;
	if (strlen(path) > FOLDER_MAX)
		no_folder(up, path);
	free(path);
	return strlen(up->folder) <= FOLDER_MAX;
}

const char *
up_temporary(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp != NULL && *tmp == '/' ? tmp : "/tmp";
}

static bool
make_temporary(struct up *up)
{
	const char *tmp = up_temporary();

	errno = ENAMETOOLONG;
	if (strlen(tmp) + sizeof("/" FOLDER_NAME) > FOLDER_MAX)
		return no_folder(up, tmp);
	text_format(up->folder, sizeof(up->folder), "%s/" FOLDER_NAME, tmp);
	return mkdtemp(up->folder) != NULL || no_folder(up, up->folder);
}

/* One at a time; the lock goes with the process. */
static bool
lock_folder(struct up *up)
{
	char path[300];
	int fd;

	text_format(path, sizeof(path), "%s/up.lock", up->folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1)
		return no_folder(up, path);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	close(fd);
	cli_fail(up->cli, "another one runs in %s", up->folder);
	return false;
}

static bool
make_folder(struct up *up, const char *wanted)
{
	static const char *const parts[] = { "log", "state", "redis",
		"agents" };
	char sub[300];

	if (wanted != NULL ? !take_folder(up, wanted) : !make_temporary(up))
		return false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		text_format(sub, sizeof(sub), "%s/%s", up->folder, parts[i]);
		if (mkdir(sub, 0700) == -1 && errno != EEXIST)
			return no_folder(up, sub);
	}
	return lock_folder(up);
}

static void
remove_folder(struct up *up)
{
	if (up->keep)
		up_say(up, "everything is kept in %s", up->folder);
	else
		nftw(up->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool
find_bin(struct up *up)
{
	ssize_t n = readlink("/proc/self/exe", up->bin, sizeof(up->bin) - 1);
	char *slash;

	if (n <= 0)
		return false;
	up->bin[n] = '\0';
	slash = strrchr(up->bin, '/');
	*slash = '\0';
	return true;
}

static void
run(struct up *up)
{
	struct event *events[4] = {
		evsignal_new(up->base, SIGINT, on_stop, up),
		evsignal_new(up->base, SIGTERM, on_stop, up),
		evsignal_new(up->base, SIGHUP, on_stop, up),
		evsignal_new(up->base, SIGCHLD, on_child, up),
	};

	for (size_t i = 0; i < 4; i++)
		evsignal_add(events[i], NULL);
	up->ready = evtimer_new(up->base, on_ready_timer, up);
	up->began_ms = clock_monotonic_us() / 1000;
	up_start_store(up);
	check_again(up);
	event_base_dispatch(up->base);
	event_free(up->ready);
	for (size_t i = 0; i < 4; i++)
		event_free(events[i]);
}

static int
up_command(struct cli *c, const struct cli_arguments *a)
{
	struct up up = { .cli = c, .ended = on_ended };

	if (c->json)
		return cli_misuse(c, "up prints no JSON");
	if (!find_bin(&up))
		return cli_fail(c, "cannot find my own folder");
	signal(SIGPIPE, SIG_IGN);
	if (!make_folder(&up, cli_value(a, "dir")))
		return CLI_FAILED;
	up.base = event_base_new();
	if (up_prepare(&up, cli_value(a, "redis")))
		run(&up);
	else
		up.failed = true;
	up_children_clear(&up);
	event_base_free(up.base);
	remove_folder(&up);
	return up.failed ? CLI_FAILED : CLI_DONE;
}

const struct cli_command cmd_up = {
	.name = "up",
	.synopsis = "[--conf FILE] [--dir DIR] [--redis ADDRESS]",
	.summary = "Start everything on loopback, until Ctrl-C",
	.options = options,
	.run = up_command,
};
