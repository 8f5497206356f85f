#ifndef CLI_WHY_WOKEN_H
#define CLI_WHY_WOKEN_H

#include "cli/cli.h"
#include "cli/records.h"
#include "collector/shard_look.h"

/*
 * why_woken: why somebody was, or was not, woken, as one JSON object
 * (sunwatch(1), "why"), and how that is said to people.
 */

struct why_question {
	struct cli *cli;
	const struct settings *settings;
	struct records *redis;
	const char *endpoint;
	int64_t at_ms;
	bool is_now;                   /* pages are as they are; else as told */
	const struct shard_view *view; /* what was seen then */
};

/* NULL: complained about. */
json_t *why_woken(const struct why_question *);
/* The pager's word alone, when Redis is not there; true: it had one. */
bool why_by_pager(struct cli *, const struct settings *, const char *endpoint,
    json_t *into);

/* why_say.c: for people. */
void why_say_woken(struct cli *, const json_t *woken);
/* "operations/budget-gone/acme" is about acme's budget; NULL: about none. */
const char *why_budget_of(const char *subject);

#endif
