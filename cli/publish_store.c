/* publish_store: the group of reports, written under its lease. */
#include <stdlib.h>

#include "cli/leased.h"
#include "cli/publish.h"
#include "lib/crash.h"
#include "lib/text.h"

#define LEASE_MS INT64_C(60000) /* longer than a report takes */

struct publish_store {
	struct leased leased;
};

/* The lease, and that no newer program has written here. */
static bool
begin(struct leased *l, bool *is_busy)
{
	enum store_outcome outcome = leased_take(l);

	*is_busy = outcome == STORE_FENCED;
	if (*is_busy)
		return false;
	if (outcome == STORE_DONE)
		outcome = leased_schema(l);
	if (outcome == STORE_NEWER)
		cli_fail(l->cli, "a newer program has written reports here");
	else if (outcome != STORE_DONE)
		cli_fail(l->cli, "Redis does not give the lease");
	return outcome == STORE_DONE;
}

struct publish_store *
publish_store_open(struct cli *c, const struct settings *settings,
    bool *is_busy)
{
	struct publish_store *s = mem_alloc(sizeof(*s));

	*is_busy = false;
	if (leased_open(&s->leased, c, &settings->redis, PUBLISHED_GROUP,
		"publish-",
		PATIENCE_MS("SUNWATCH_PUBLISH_LEASE_MS", LEASE_MS)) &&
	    begin(&s->leased, is_busy))
		return s;
	publish_store_close(s);
	return NULL;
}

void
publish_store_close(struct publish_store *s)
{
	if (s == NULL)
		return;
	leased_close(&s->leased);
	free(s);
}

bool
publish_store_commit(struct publish_store *s, struct commit *commit)
{
	enum store_outcome outcome;

	CRASH_POINT("publish-before-commit");
	outcome = leased_commit(&s->leased, commit);
	CRASH_POINT("publish-after-commit");
	if (outcome == STORE_DONE)
		return true;
	cli_fail(s->leased.cli,
	    outcome == STORE_FENCED || outcome == STORE_CONFLICT
		? "another publisher has the lease now; nothing more is "
		  "written"
		: "Redis has not said that it is written; run it again");
	return false;
}
