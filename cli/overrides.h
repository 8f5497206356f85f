#ifndef CLI_OVERRIDES_H
#define CLI_OVERRIDES_H

#include "cli/cli.h"
#include "lib/rota.h"
#include "lib/settings.h"

/*
 * overrides: those of the running pager, if there is one.
 *
 * Quiet when there is none: who is on call by the tree can always be said.
 */

#define OVERRIDES_MAX 1000

struct overrides {
	struct override *items; /* NULL while count is 0 */
	size_t count;
	bool known; /* the pager has answered */
};

/* What the running pager says to this question; NULL: there is none. */
json_t *
overrides_question(struct cli *, const struct settings *, const char *question);
void overrides_ask(struct cli *, const struct settings *, struct overrides *);
void overrides_read(const json_t *answer, const struct settings *,
    struct overrides *);
/* --from, --to, --for; false: complained about. */
bool overrides_span(struct cli *, const struct cli_arguments *,
    int64_t *from_ms, int64_t *to_ms);
/* A command about people of a rota (NULL: the first); NULL: complained about.
   Nobody is meant by NULL. */
json_t *overrides_request(struct cli *, const char *command, const char *rota,
    const char *taker, const char *instead);
void overrides_clear(struct overrides *);

#endif
