#ifndef PAGER_TENURE_H
#define PAGER_TENURE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * tenure: what the lease allows: when to ask for it, when a send may begin,
 * whose a journal is.
 *
 * Times are of a clock that is never set and goes on while the process is
 * stopped.  A lease lives from when it was asked for, not from when the answer
 * came.
 */

/* When the active pager dies, hangs or is cut off, another is active within
   10 s: these 8, the second after which it asks, and loading. */
#define TENURE_LIFE_MS 8000
#define TENURE_ASK_MS 1000

struct tenure {
	int64_t life_ms;
	int64_t asked_ms; /* the last time */
	int64_t until_ms; /* 0: it is not ours */
};

/* Whoever has it asks after three tenths of its life, others at least once a
   second. */
bool tenure_asks(const struct tenure *, bool has, int64_t now_ms);
/* It was granted to whoever asked last. */
void tenure_granted(struct tenure *);
/*
 * A send that has begun cannot be called back; with half the life left nobody
 * else begins the same before this one is over.  With Redis away there is no
 * lease to ask for: two pagers may call, but not none.
 */
bool tenure_may_send(const struct tenure *, bool away, int64_t now_ms);
/* A journal written under one fence goes into the store under another only if
   nobody else can have written in between.  0: it is not known under which. */
bool tenure_is_ours(int64_t written, int64_t fence);

#endif
