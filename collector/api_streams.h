#ifndef COLLECTOR_API_STREAMS_H
#define COLLECTOR_API_STREAMS_H

#include "collector/api_lists.h"

/*
 * api_streams: GET /api/v1/events, server-sent events for readers of the API.
 *
 * A stream has a place in what has changed and takes from there as far as its
 * reader has room, so nothing is kept for anybody: who falls so far behind
 * that what comes next has gone is told "reset" and goes on from now.  Each
 * gets a line at least every API_BEAT_MS, so that proxies keep it open, and is
 * told when what is known becomes out of date.
 */

#define API_STREAMS_OF_READER 10
#define API_BEAT_MS 15000
#define API_RETRY_MS 3000 /* readers are to wait before they come again */

struct api_streams;
struct changes;
struct event_base;
struct reader_settings;
struct serve_request;

/* Up to when all is known, as api_view.known_until has it. */
struct api_streams *api_streams_new(struct event_base *, const struct changes *,
    int64_t (*known_until)(void *arg, const struct client *), void *arg);
void api_streams_free(struct api_streams *);
/* Answered in any case. */
void api_streams_open(struct api_streams *, struct serve_request *,
    const struct reader_settings *, const struct api_query *,
    const struct client *asked);
/* Something has changed. */
void api_streams_wake(struct api_streams *);
/* All are ended and may come again: tokens may be others now. */
void api_streams_end(struct api_streams *);

#endif
