/* descriptors: see descriptors.h. */
#include <sys/resource.h>

#include "lib/descriptors.h"
#include "lib/log.h"

void
descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		log_debug("the limit of descriptors stays as it is");
}
