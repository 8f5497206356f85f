/* jobs: see jobs.h. */
#include <sys/mman.h>
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/sim/jobs.h"

int
jobs_count(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : (int)count;
}

void *
jobs_share(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		abort();
	return memory;
}

const char *
jobs_do(int count, void (*work)(void *arg, int job), void *arg)
{
	const char *died = NULL;
	int status;

	fflush(stdout);
	for (int job = 0; job < count; job++)
		if (fork() == 0) {
			work(arg, job);
			exit(EXIT_SUCCESS);
		}
	while (wait(&status) != -1)
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			died = "a worker died; run the seeds one by one";
	return died;
}
