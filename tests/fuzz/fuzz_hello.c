/* fuzz_hello: a hello is refused with a reason, or its spool is one. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "collector/hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	struct hello hello;
	const char *error = NULL;
	int status =
	    hello_read((const char *)data, length, "akl-1", &hello, &error);

	if (status != 0)
		assert((status == 400 || status == 403) && error != NULL);
	else
		assert(hello.spool[0] == '\0' ||
		    strlen(hello.spool) == WIRE_SPOOL_LENGTH);
	return 0;
}
