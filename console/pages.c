/* Every page of the console: see console.h. */
#include <string.h>

#include "console/console.h"
#include "console/pages.h"

const struct console_page *const console_pages[] = {
	&console_page_incidents,
	&console_page_incident,
	&console_page_watches,
	&console_page_mine,
	&console_page_load,
	NULL,
};

const struct console_page *
console_page_of(const char *path)
{
	for (size_t i = 0; console_pages[i] != NULL; i++) {
		const char *pattern = console_pages[i]->path;
		size_t length = strlen(pattern);

		if (pattern[length - 1] == '*'
			? strncmp(path, pattern, length - 1) == 0 &&
			    strlen(path) < length + CONSOLE_PATH_MAX
			: strcmp(path, pattern) == 0)
			return console_pages[i];
	}
	return NULL;
}
