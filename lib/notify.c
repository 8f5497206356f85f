/*
 * notify: see notify.h.  libsystemd would do the same, and bring along five
 * libraries and 900 KB of memory for each program.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/notify.h"

/* The length of the address; 0: it is none. */
static socklen_t
take_address(const char *path, struct sockaddr_un *a)
{
	size_t length = strlen(path);

	if ((path[0] != '/' && path[0] != '@') || length < 2 ||
	    length >= sizeof(a->sun_path)) {
		log_warnx("NOTIFY_SOCKET: no address of a socket");
		return 0;
	}
	a->sun_family = AF_UNIX;
	memcpy(a->sun_path, path, length);
	if (path[0] == '@') /* an abstract one */
		a->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

void
notify_manager(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	const struct timeval patience = { 1, 0 }; /* a stuck manager's */
	struct sockaddr_un to = { 0 };
	socklen_t length;
	int fd;

	if (path == NULL || (length = take_address(path, &to)) == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
		sizeof(patience)) == -1 ||
	    sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		(const struct sockaddr *)&to, length) == -1)
		log_warn("the service manager is not told %s", state);
	if (fd != -1)
		close(fd);
}

int64_t
notify_watchdog_us(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long wanted = us != NULL ? strtoll(us, NULL, 10) : 0;

	if (pid != NULL && strtoll(pid, NULL, 10) != getpid())
		return 0; /* another process's */
	return wanted > 0 ? wanted : 0;
}
