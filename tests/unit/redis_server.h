#ifndef TESTS_UNIT_REDIS_SERVER_H
#define TESTS_UNIT_REDIS_SERVER_H

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * redis_server: a private Redis on a unix socket in a temporary folder, for
 * tests.  It dies with the test.  Durable as docs/redis.md demands, unless
 * appendfsync says otherwise.
 */
struct redis_server {
	char dir[64];
	char address[112]; /* unix:/tmp/.../redis.sock */
	char path[96];
	const char *appendfsync; /* "always" */
	const char *password;    /* NULL: none */
	const char *replica_of;  /* "HOST PORT"; NULL: of nobody */
	pid_t pid;               /* 0 while it does not run */
};

static inline void
redis_server_run(struct redis_server *r)
{
	const char *argv[24] = { "redis-server", "--port", "0", "--unixsocket",
		r->path, "--dir", r->dir, "--save", "", "--appendonly", "yes",
		"--appendfsync", r->appendfsync, "--maxmemory-policy",
		"noeviction" };
	int null, n = 15;

	if (r->password != NULL) {
		argv[n++] = "--requirepass";
		argv[n++] = r->password;
	}
	if (r->replica_of != NULL) {
		argv[n++] = "--replicaof";
		argv[n++] = r->replica_of;
	}
	if ((r->pid = fork()) != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR);
	dup2(null, 1);
	dup2(null, 2);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static inline void
redis_server_start(struct redis_server *r, const char *appendfsync,
    const char *password)
{
	memset(r, 0, sizeof(*r));
	strcpy(r->dir, "/tmp/sunwatch-test-XXXXXX");
	if (mkdtemp(r->dir) == NULL)
		abort();
	snprintf(r->path, sizeof(r->path), "%s/redis.sock", r->dir);
	snprintf(r->address, sizeof(r->address), "unix:%s", r->path);
	r->appendfsync = appendfsync;
	r->password = password;
	redis_server_run(r);
}

static inline void
redis_server_kill(struct redis_server *r)
{
	if (r->pid == 0)
		return;
	kill(r->pid, SIGKILL);
	waitpid(r->pid, NULL, 0);
	unlink(r->path);
	r->pid = 0;
}

static inline void
redis_server_end(struct redis_server *r)
{
	char command[96];

	redis_server_kill(r);
	snprintf(command, sizeof(command), "rm -rf %s", r->dir);
	if (strncmp(r->dir, "/tmp/sunwatch-test-", 19) != 0 ||
	    system(command) != 0)
		abort();
}

#endif
