/* crash: see crash.h. */
#include "lib/crash.h"

#ifdef SUNWATCH_TEST
#include <signal.h>
#include <stdlib.h>
#include <string.h>

void
crash_point(const char *name)
{
	static long left;
	static const char *chosen;
	const char *colon;
	size_t length = strlen(name);

	if (chosen == NULL) {
		chosen = getenv("SUNWATCH_CRASH");
		if (chosen == NULL)
			chosen = "";
		colon = strchr(chosen, ':');
		left = colon != NULL ? strtol(colon + 1, NULL, 10) : 1;
	}
	if (strncmp(chosen, name, length) == 0 &&
	    (chosen[length] == '\0' || chosen[length] == ':') && --left == 0)
		raise(SIGKILL);
}

void
crash_spent(const char *family)
{
	const char *given = getenv("SUNWATCH_CRASH");

	if (given != NULL && strncmp(given, family, strlen(family)) == 0)
		unsetenv("SUNWATCH_CRASH");
}

int64_t
crash_patience_ms(const char *name, int64_t ms)
{
	const char *given = getenv(name);

	return given != NULL ? strtoll(given, NULL, 10) : ms;
}
#endif
