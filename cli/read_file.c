/* A file that was named on the command line, or what comes in ("-"). */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "lib/text.h"

bool
cli_read_file(struct cli *c, const char *path, size_t most, struct text *into)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char part[65536];
	size_t n;
	bool whole;

	if (f == NULL) {
		cli_fail(c, "%s: %s", path, strerror(errno));
		return false;
	}
	text_add_bytes(into, "", 0);
	while (
	    into->length <= most && (n = fread(part, 1, sizeof(part), f)) > 0)
		text_add_bytes(into, part, n);
	whole = !ferror(f);
	if (!whole)
		cli_fail(c, "%s: %s", path, strerror(errno));
	if (f != stdin)
		fclose(f);
	return whole;
}
