/*
 * Reports from hostile bytes.  What is read is written and read again, is
 * then the same byte by byte, and differs in nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/report_say.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
say(const struct report *r)
{
	struct text t = { 0 };

	report_say_text(r, &t);
	report_say_html(r, &t);
	report_say_csv(r, &t);
	text_clear(&t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[REPORT_ERROR], *once, *twice;
	struct report *r = report_read((const char *)data, size, error);
	struct report *again;
	json_t *differences;

	if (r == NULL) {
		must(error[0] != '\0');
		return 0;
	}
	differences = report_differences(r);
	json_decref(differences);
	say(r);
	once = report_text_of(report_json(r));
	again = report_read(once, strlen(once), error);
	must(again != NULL);
	twice = report_text_of(report_json(again));
	must(strcmp(once, twice) == 0);
	differences = report_differences(again);
	must(json_array_size(differences) == 0);
	json_decref(differences);
	free(once);
	free(twice);
	report_free(r);
	report_free(again);
	return 0;
}
