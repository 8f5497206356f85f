#ifndef COLLECTOR_API_H
#define COLLECTOR_API_H

#include <stdint.h>

#include "lib/settings.h"

/*
 * api: the read API of role pages, under /api/v1/ (docs/protocol.md).
 *
 * Who asks shows a token of settings->readers; a client's sees that client
 * and learns of no other.  Answers come from what role pages has in memory,
 * are bounded, kept for a second (api_kept.h) for whoever asks the same, and carry an
 * ETag over what they say, without the instant as of which they say it.  A
 * reader that asks too often is told to wait.  Whoever asks for events gets a
 * stream of them (api_streams.h); facts are read for who asks for them
 * (facts_reader.h), and his request waits.
 */

struct api;
struct client;
struct event_base;
struct pages_model;
struct reports;
struct serve_request;
struct store;

/* Up to when all is known of a client's shard, or (NULL) of every shard. */
typedef int64_t api_known(void *arg, const struct client *);

/* It watches the model. */
struct api *api_new(struct event_base *, struct store *, struct reports *,
    const struct settings *, struct pages_model *, api_known *, void *arg);
void api_free(struct api *);
/* Other settings from now on; readers and their tokens are the new ones. */
void api_configure(struct api *, const struct settings *);

/* Answer a request whose path begins with API_PREFIX. */
void api_request(struct api *, struct serve_request *);

#endif
