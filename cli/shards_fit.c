/* shards_fit: see the header. */
#include <stdlib.h>

#include "cli/records.h"
#include "cli/shards_fit.h"

bool
shards_fit(struct cli *c, struct records *redis, const struct settings *s,
    const char *group)
{
	const char *groups[] = { "sw:{c0}:", group };

	for (size_t i = 0; i < 2 && groups[i] != NULL; i++) {
		char *text;
		long there;

		if (!records_find(redis, groups[i], "worker", "shards",
			&text)) {
			cli_fail(c, "Redis cannot be read");
			return false;
		}
		there = text != NULL ? strtol(text, NULL, 10) : 0;
		free(text);
		if (there == 0 || there == (long)s->shards)
			continue;
		cli_fail(c,
		    "the store was begun with shards: %ld, the configuration "
		    "says %lld",
		    there, (long long)s->shards);
		return false;
	}
	return true;
}
