/*
 * Plans from hostile JSON.  What is accepted is written and read again, and
 * is then the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[160], *once, *twice;
	struct plan *p = plan_decode((const char *)data, size, error), *back;

	if ((p == NULL) != (error[0] != '\0'))
		abort();
	if (p == NULL)
		return 0;
	once = plan_encode(p);
	back = plan_decode(once, strlen(once), error);
	if (back == NULL)
		abort();
	twice = plan_encode(back);
	if (strcmp(once, twice) != 0)
		abort();
	free(once);
	free(twice);
	plan_free(p);
	plan_free(back);
	return 0;
}
