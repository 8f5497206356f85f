/*
 * report_differ: stated figures against what the facts come to, field by
 * field, in the order of the right ones.
 */
#include <stdlib.h>

#include "lib/report_table.h"
#include "lib/text.h"

struct differ {
	json_t *found;
	char path[300];
};

static void
differ_here(struct differ *d, json_t *stands, json_t *should)
{
	if (json_array_size(d->found) < REPORT_DIFFERENCES_MAX)
		json_array_append_new(d->found,
		    json_pack("{s:s, s:O*, s:O*}", "path", d->path, "stands",
			stands, "should_be", should));
}

static void compare(struct differ *, json_t *stands, json_t *should);

static size_t
end_of(const struct differ *d)
{
	size_t n = 0;

	while (d->path[n] != '\0')
		n++;
	return n;
}

/* What is right first, then what should not be there at all. */
static void
compare_objects(struct differ *d, json_t *stands, json_t *should)
{
	size_t mark = end_of(d);
	const char *key;
	json_t *value;

	json_object_foreach(should, key, value)
	{
		text_format(d->path + mark, sizeof(d->path) - mark, ".%s", key);
		compare(d, json_object_get(stands, key), value);
	}
	json_object_foreach(stands, key, value)
	{
		struct text plain = { 0 };

		if (json_object_get(should, key) != NULL)
			continue;
		text_add_plain(&plain, key);
		text_format(d->path + mark, sizeof(d->path) - mark, ".%s",
		    plain.data);
		differ_here(d, value, NULL);
		text_clear(&plain);
	}
	d->path[mark] = '\0';
}

static void
compare_arrays(struct differ *d, json_t *stands, json_t *should)
{
	size_t n = json_array_size(should), m = json_array_size(stands);
	size_t mark = end_of(d);

	for (size_t i = 0; i < n || i < m; i++) {
		text_format(d->path + mark, sizeof(d->path) - mark, "[%zu]", i);
		compare(d, json_array_get(stands, i),
		    json_array_get(should, i));
	}
	d->path[mark] = '\0';
}

static void
compare(struct differ *d, json_t *stands, json_t *should)
{
	bool comparable = stands != NULL && should != NULL &&
	    json_typeof(stands) == json_typeof(should);

	if (comparable && report_is(should, JSON_OBJECT))
		compare_objects(d, stands, should);
	else if (comparable && report_is(should, JSON_ARRAY))
		compare_arrays(d, stands, should);
	else if (!comparable || !json_equal(stands, should))
		differ_here(d, stands, should);
}

json_t *
report_differences_of(json_t *stands, json_t *should)
{
	struct differ d = { .found = json_array(), .path = "figures" };

	compare(&d, stands, should);
	return d.found;
}

json_t *
report_differences(const struct report *r)
{
	json_t *should = report_figures(r);
	json_t *found = report_differences_of(r->stated, should);

	json_decref(should);
	return found;
}
