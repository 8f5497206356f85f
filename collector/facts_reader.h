#ifndef COLLECTOR_FACTS_READER_H
#define COLLECTOR_FACTS_READER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * facts_reader: reads facts for whoever asked for some, apart from requests.
 *
 * What is asked for waits in a short row and is read one after the other, a
 * few hundred fields at a time, so that no number of readers costs Redis, or
 * the reading of states beside it, more than that.  What was read is good for
 * FACTS_KEEP_MS for everybody who asks the same.
 */

#define FACTS_WAITING_MAX 20 /* to be read; and 200 that wait for them */
#define FACTS_WAITERS_MAX 200
#define FACTS_KEEP_MS 5000
#define FACTS_KEPT_MAX 16
#define FACTS_READ_MS 8000 /* then who waits is told that it cannot be read */

struct event_base;
struct facts;
struct facts_reader;
struct facts_wait;
struct store;

struct facts_question {
	const char *key;     /* of the endpoint */
	const char *regions; /* that ever looked at it, a space between */
	unsigned shard;
	int64_t timeout_ms;     /* of a probe of it */
	int64_t from_ms, to_ms; /* on borders of runs_bucket() are best */
	int64_t begin_ms;       /* nobody looked at it before */
	bool is_old;            /* "oldvoids" bear on it */
};

/* Called once, from the event loop; NULL: it cannot be read at the moment.
   Facts are good until it returns. */
typedef void facts_read(void *arg, struct facts *);

struct facts_reader *facts_reader_new(struct event_base *, struct store *);
void facts_reader_free(struct facts_reader *);
/* NULL: too many wait. */
struct facts_wait *facts_reader_ask(struct facts_reader *,
    const struct facts_question *, facts_read *, void *arg);
void facts_wait_cancel(struct facts_wait *);

#endif
