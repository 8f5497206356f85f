/* What a service manager hears: its socket is ours here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/log.h"
#include "lib/notify.h"

static int
listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(strlen(path) < sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path));
	if (path[0] == '@')
		a.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&a,
			     (socklen_t)(offsetof(struct sockaddr_un,
					     sun_path) +
				 strlen(path))),
	    0);
	setenv("NOTIFY_SOCKET", path, 1);
	return fd;
}

static void
hears(int fd, const char *want)
{
	char got[64] = "";
	ssize_t n = recv(fd, got, sizeof(got) - 1, 0);

	assert_int_equal(n, (ssize_t)strlen(want));
	assert_string_equal(got, want);
}

static void
test_a_socket_in_a_folder(void **state)
{
	char folder[] = "/tmp/sunwatch-notify-XXXXXX", path[64];
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/notify", folder);
	fd = listen_at(path);
	notify_manager("READY=1");
	notify_manager("WATCHDOG=1");
	hears(fd, "READY=1");
	hears(fd, "WATCHDOG=1");
	close(fd);
	notify_manager("WATCHDOG=1"); /* gone: said, and no more */
	unlink(path);
	rmdir(folder);
}

static void
test_an_abstract_socket(void **state)
{
	char path[64];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "@sunwatch-notify-%d", (int)getpid());
	fd = listen_at(path);
	notify_manager("STOPPING=1");
	hears(fd, "STOPPING=1");
	close(fd);
}

/* A manager that reads nothing does not hold us up for long. */
static void
test_a_manager_that_is_stuck(void **state)
{
	char path[64];
	int fd, size = 1;

	(void)state;
	snprintf(path, sizeof(path), "@sunwatch-stuck-%d", (int)getpid());
	fd = listen_at(path);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	for (int i = 0; i < 600; i++) {
		struct sockaddr_un a = { .sun_family = AF_UNIX };
		int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		ssize_t n;

		memcpy(a.sun_path + 1, path + 1, strlen(path) - 1);
		n = sendto(from, "x", 1, 0, (struct sockaddr *)&a,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
			strlen(path)));
		close(from);
		if (n == -1)
			break;
	}
	alarm(20);
	notify_manager("WATCHDOG=1");
	alarm(0);
	hears(fd, "x");
	close(fd);
}

static void
test_nobody_asks(void **state)
{
	char long_path[200];

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify_manager("READY=1");
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify_manager("READY=1");
	setenv("NOTIFY_SOCKET", "/", 1);
	notify_manager("READY=1");
	memset(long_path, '/', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	setenv("NOTIFY_SOCKET", long_path, 1);
	notify_manager("READY=1");
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(notify_watchdog_us(), 0);
}

static void
test_watchdog(void **state)
{
	char pid[24];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(notify_watchdog_us(), 30000000);
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_us(), 30000000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_us(), 0);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "-5", 1);
	assert_int_equal(notify_watchdog_us(), 0);
	setenv("WATCHDOG_USEC", "soon", 1);
	assert_int_equal(notify_watchdog_us(), 0);
	unsetenv("WATCHDOG_USEC");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_socket_in_a_folder),
		cmocka_unit_test(test_an_abstract_socket),
		cmocka_unit_test(test_a_manager_that_is_stuck),
		cmocka_unit_test(test_nobody_asks),
		cmocka_unit_test(test_watchdog),
	};

	log_init("test_notify", false);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
