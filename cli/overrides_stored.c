/* overrides_stored: see overrides_stored.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/overrides_stored.h"
#include "lib/store.h"

static void
on_override(void *arg, const char *field, const char *value, size_t length)
{
	json_t *o = json_loadb(value, length, 0, NULL);

	if (!json_is_object(o) || strncmp(field, "o-", 2) != 0) {
		json_decref(o);
		return;
	}
	json_object_set_new(o, "id", json_string(field));
	json_array_append_new(arg, o);
}

static int
compare_overrides(const void *a, const void *b)
{
	const struct override *x = a, *y = b;
	unsigned long long m = strtoull(x->id + 2, NULL, 10),
			   n = strtoull(y->id + 2, NULL, 10);

	return m < n ? -1 : m > n;
}

bool
overrides_stored(const struct settings *s, struct records *redis,
    struct overrides *out)
{
	json_t *answer = json_object(), *list = json_array();
	bool read = records_each(redis, STORE_PAGER_GROUP, "overrides",
	    on_override, list);

	json_object_set_new(answer, "overrides", list);
	overrides_read(answer, s, out);
	json_decref(answer);
	if (out->count > 0)
		qsort(out->items, out->count, sizeof(*out->items),
		    compare_overrides);
	return read;
}
