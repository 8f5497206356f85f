#ifndef TESTS_SIM_JOBS_H
#define TESTS_SIM_JOBS_H

#include <stddef.h>

/* jobs: one piece of work done by several processes. */

/* How many: one for each processor. */
int jobs_count(void);
/* Memory that all of them share, zeroed. */
void *jobs_share(size_t size);
/* Each does its part, job 0 to count - 1, and ends.  NULL: so they did; else
   what went wrong. */
const char *jobs_do(int count, void (*work)(void *arg, int job), void *arg);

#endif
