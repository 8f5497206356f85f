/*
 * import_may: whether a client's history may be taken in: nothing of the
 * client is there but what this file brought, and nobody else's facts become
 * others.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/import_parts.h"
#include "cli/records.h"
#include "lib/published.h"
#include "lib/record.h"
#include "lib/text.h"

static void
on_there(void *arg, const char *field, const char *value, size_t length)
{
	struct import *x = arg;
	const char *client = x->file.head.client;

	(void)value, (void)length;
	if (moved_is_of(MOVED_TERMS, field, client) ||
	    moved_is_of(MOVED_WINDOWS, field, client))
		x->is_there = true;
}

static void
on_report_there(void *arg, const char *field, const char *value, size_t length)
{
	struct import *x = arg;

	(void)field, (void)value, (void)length;
	x->is_there = true;
}

static bool
is_new(struct import *x)
{
	static const char *const hashes[] = { "names", "terms", "windows",
		"exclusions", "annotations", "states", "outages", "runs",
		"history", "alarms", "incidents" };
	char match[80];

	text_format(match, sizeof(match), "%s*", x->file.head.client);
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (!records_scan(x->redis, x->group, hashes[i], match,
			on_there, x)) {
			cli_fail(x->cli, "Redis cannot be read");
			return false;
		}
		if (!x->is_there)
			continue;
		cli_fail(x->cli,
		    "there is a history of %s already (%s%s): nothing was "
		    "changed",
		    x->file.head.client, x->group, hashes[i]);
		return false;
	}
	return true;
}

static void
on_other(void *arg, const char *field, const char *value, size_t length)
{
	struct import *x = arg;
	char region[64], error[160];
	int64_t begin_ms;

	(void)value, (void)length;
	if (!moved_is_of(MOVED_RUNS, field, x->file.head.client) &&
	    moved_runs_field(field, region, &begin_ms, error) == 0)
		moved_voids_other(x->file.voids, region, begin_ms);
}

static void
on_void(void *arg, const char *field, const char *value, size_t length)
{
	struct import *x = arg;

	if (x->error[0] == '\0')
		(void)moved_voids_there(x->file.voids, field, value, length,
		    x->error);
}

/* Nobody's facts become others by what the regions could not see. */
static bool
fits_voids(struct import *x)
{
	x->error[0] = '\0';
	if (!records_scan(x->redis, x->group, "runs", "*", on_other, x) ||
	    !records_scan(x->redis, x->group, "history", "*", on_other, x) ||
	    !records_scan(x->redis, x->group, "voids", "*", on_void, x) ||
	    !records_scan(x->redis, x->group, "oldvoids", "*", on_void, x)) {
		cli_fail(x->cli, "Redis cannot be read");
		return false;
	}
	if (x->error[0] == '\0' &&
	    moved_voids_bear(x->file.voids, x->error) == 0)
		return true;
	cli_fail(x->cli, "%s: it can go into a store of its own", x->error);
	return false;
}

/* An import that was begun: of this file it goes on. */
static bool
fits_mark(struct import *x)
{
	const char *client = x->file.head.client, *sum;
	json_t *mark;
	bool fits;

	if (!records_find(x->redis, x->group, "imports", client, &x->mark)) {
		cli_fail(x->cli, "Redis cannot be read");
		return false;
	}
	if (x->mark == NULL)
		x->mark = mem_text("");
	if (x->mark[0] == '\0')
		return is_new(x);
	mark = json_loads(x->mark, 0, NULL);
	sum = record_string(mark, "sha256");
	fits = !record_bool(mark, "whole") && sum != NULL &&
	    strcmp(sum, x->file.sum) == 0;
	x->done = (size_t)record_int(mark, "done", 0);
	if (record_bool(mark, "whole"))
		cli_fail(x->cli, "%s was imported already", client);
	else if (!fits)
		cli_fail(x->cli,
		    "the import of another file of %s was begun: go on with "
		    "that one",
		    client);
	json_decref(mark);
	return fits;
}

static bool
fits_reports(struct import *x)
{
	char match[80];

	text_format(match, sizeof(match), "%s|*", x->file.head.client);
	if (x->mark[0] != '\0')
		return import_reports_may(x->file.reports, x->redis, true);
	if (!records_scan(x->redis, PUBLISHED_GROUP, "reports", match,
		on_report_there, x)) {
		cli_fail(x->cli, "Redis cannot be read");
		return false;
	}
	if (x->is_there)
		cli_fail(x->cli,
		    "there are final reports of %s already: nothing was "
		    "changed",
		    x->file.head.client);
	return !x->is_there;
}

bool
import_may(struct import *x)
{
	return fits_mark(x) && fits_reports(x) && fits_voids(x);
}
