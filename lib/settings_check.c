/*
 * What only a checked load refuses.
 */
#include "lib/settings_inside.h"

void
settings_check(struct settings_load *l)
{
	const struct settings *s = l->settings;

	if (s->ladders.count == 0)
		conf_complain(l->reader.errors, &s->site.place,
		    "there is no ladder: nobody would be called");
}
