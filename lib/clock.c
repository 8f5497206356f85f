/* clock: see clock.h. */
#include <stdlib.h>
#include <time.h>

#include "lib/clock.h"

#ifdef SUNWATCH_TEST
#include <sys/mman.h>

#include <fcntl.h>
#include <unistd.h>
#endif

#define STALL_US INT64_C(5000000)
#define JUMP_MS 2000

#ifdef SUNWATCH_TEST
/* By how much a test has set this process's wall clock. */
static int64_t
set_by_ms(void)
{
	static const volatile int64_t none = 0, *by;
	const char *path;
	void *map;
	int fd;

	if (by != NULL)
		return *by;
	by = &none;
	path = getenv("SUNWATCH_CLOCK");
	if (path == NULL || (fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return 0;
	map = mmap(NULL, sizeof(none), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		by = map;
	return *by;
}
#else
#define set_by_ms() 0
#endif

int64_t
clock_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + set_by_ms();
}

int64_t
clock_monotonic_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

enum clock_break
clock_guard_look(struct clock_guard *g)
{
	struct clock_guard now = { clock_now_ms(), clock_monotonic_us() };
	int64_t went_us = now.monotonic_us - g->monotonic_us;
	int64_t apart_ms = now.wall_ms - g->wall_ms - went_us / 1000;
	int first = g->monotonic_us == 0;

	*g = now;
	if (first)
		return CLOCK_STEADY;
	if (llabs(apart_ms) > JUMP_MS)
		return CLOCK_JUMPED;
	return went_us > STALL_US ? CLOCK_STALLED : CLOCK_STEADY;
}
