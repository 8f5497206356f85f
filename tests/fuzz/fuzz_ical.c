/*
 * An iCalendar file from hostile bytes, as holidays.
 *
 * Refused with a reason and without a change, or taken; it comes back in
 * time either way (libFuzzer's -timeout looks).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[CALENDAR_WHY] = "";
	char *bytes = mem_alloc(size + 1);
	struct interval_set open = { 0 };
	struct calendar c;

	memcpy(bytes, data, size);
	if (!calendar_init(&c, "Europe/London"))
		abort();
	if (!calendar_add_ical(&c, bytes, size, why) &&
	    (why[0] == '\0' || c.holidays.count + c.closed.count > 0))
		abort();
	calendar_open(&c, INT64_C(1770000000000), INT64_C(1780000000000),
	    &open);
	interval_set_clear(&open);
	calendar_clear(&c);
	free(bytes);
	return 0;
}
