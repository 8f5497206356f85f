#ifndef CLI_WHY_SEEN_H
#define CLI_WHY_SEEN_H

#include "cli/cli.h"
#include "collector/shard_look.h"

/* why_seen: what was seen of an endpoint at an instant, and by whom. */

struct why_seen {
	struct cli *cli;
	const char *endpoint;
	int64_t at_ms;
	const struct shard_view *view;
};

void why_seen_print(const struct why_seen *);
json_t *why_seen_json(const struct why_seen *);

/*
 * why_quorum.c: the stretches around that instant in which the same regions
 * said the same, of [from_ms, to_ms), and whether they were a quorum.
 */
json_t *why_quorum_json(const struct why_seen *, const struct shard *,
    int64_t from_ms, int64_t to_ms);
void why_quorum_print(struct cli *, const json_t *stretches, int64_t at_ms);

#endif
