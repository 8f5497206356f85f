#ifndef TESTS_UNIT_LAB_H
#define TESTS_UNIT_LAB_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * lab: a temporary folder, and real servers in it, for unit tests.
 *
 * Everything a test starts dies with it, whatever happens to the test.
 */

#define LAB_PATIENCE_MS 20000

static inline void
lab_panic(const char *what)
{
	fprintf(stderr, "lab: %s: %s\n", what, strerror(errno));
	exit(99);
}

/* Make a temporary folder and write its path to dir. */
static inline void
lab_open(char dir[64])
{
	snprintf(dir, 64, "/tmp/sunwatch-lab-XXXXXX");
	if (mkdtemp(dir) == NULL)
		lab_panic(dir);
}

static inline int
lab_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void
lab_close(const char *dir)
{
	nftw(dir, lab_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void __attribute__((format(printf, 3, 4)))
lab_write(const char *dir, const char *name, const char *fmt, ...)
{
	char path[256];
	va_list ap;
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	if (out == NULL)
		lab_panic(path);
	va_start(ap, fmt);
	vfprintf(out, fmt, ap);
	va_end(ap);
	if (fclose(out) != 0)
		lab_panic(path);
}

/* A listening socket on a free port of loopback. */
static inline int
lab_listen(uint16_t *port, int backlog)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t length = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&in, sizeof(in)) == -1 ||
	    listen(fd, backlog) == -1 ||
	    getsockname(fd, (struct sockaddr *)&in, &length) == -1)
		lab_panic("listen");
	*port = ntohs(in.sin_port);
	return fd;
}

/* A port on which nobody listens. */
static inline uint16_t
lab_port(void)
{
	uint16_t port;

	close(lab_listen(&port, 1));
	return port;
}

static inline bool
lab_answers(uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers;

	in.sin_port = htons(port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	answers = connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0;
	close(fd);
	return answers;
}

static inline void
lab_sleep(int ms)
{
	usleep((useconds_t)ms * 1000);
}

static inline void
lab_wait(uint16_t port)
{
	for (int ms = 0; ms < LAB_PATIENCE_MS; ms += 10) {
		if (lab_answers(port))
			return;
		lab_sleep(10);
	}
	errno = ETIMEDOUT;
	lab_panic("a server does not come up");
}

/* Start a program; its output goes to dir/NAME.log.  argv ends with NULL. */
static inline pid_t
lab_start(const char *dir, const char *name, const char *const *argv)
{
	pid_t parent = getpid(), pid = fork();
	char path[256];
	int fd;

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	snprintf(path, sizeof(path), "%s/%s.log", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static inline void
lab_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Run a shell script in dir; the test ends when it fails. */
static inline void
lab_run(const char *dir, const char *script)
{
	const char *const argv[] = { "/bin/sh", "-ec", script, NULL };
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/dev/null", O_RDWR);

		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		if (chdir(dir) == -1)
			_exit(126);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status != 0)
		lab_panic(script);
}

#endif
