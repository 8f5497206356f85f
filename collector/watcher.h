#ifndef COLLECTOR_WATCHER_H
#define COLLECTOR_WATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/quorum.h"
#include "lib/alarm.h"

/*
 * watcher: when humans hear of an endpoint.
 *
 * Booking and waking are decided apart: a watcher looks at the state now and
 * says when an alarm rises, changes and clears.  An alarm rises
 *   DOWN         at once when the state is down
 *   PROBABLE     when for two intervals every fresh region fails, though
 *                they are fewer than the quorum
 *   MAINTENANCE  when it is down by maintenance pages alone for 10 min
 *   DEGRADED     when it is degraded for 5 min
 * and becomes the worse kind when that is due.  It clears when the state is
 * good again and a quorum of regions has seen two good probes (a probable one:
 * as many regions as had seen it); never while the state is unknown.  Three
 * falls in half an hour make it flap: then it clears only after ten quiet
 * minutes.  What fell anew meanwhile is told as a change, since a human may
 * have closed what it belonged to.
 *
 * While maintenance is announced no alarm rises, none becomes worse, and none
 * that was told to be well fails again; one that was open before stays, and may
 * clear.  The waits of PROBABLE and DEGRADED run on meanwhile, and that of
 * MAINTENANCE is over with it: so what is still broken at its end is told in
 * that instant.  What falls inside it does not flap.
 */

#define WATCHER_FALLS 3
#define WATCHER_FLAP_MS 1800000
#define WATCHER_CALM_MS 600000
#define WATCHER_MAINTENANCE_MS 600000
#define WATCHER_DEGRADED_MS 300000
#define WATCHER_TELL_MS 60000 /* between changes that are only details */

/* What a watcher sees when it looks. */
struct watcher_look {
	enum state state;
	int64_t since_ms; /* of the state, or of what is worth an alarm */
	int64_t since_before_ms;
	int fresh, failing, maintenance, quorum;
	enum reason reason;
	int good_regions;          /* whose last two probes were good */
	int64_t all_fail_since_ms; /* fresh > 0 and all fail; or NEVER */
	int64_t interval_ms;
	int severity;           /* of the endpoint when down: 1..4 */
	int64_t held_until_ms;  /* announced maintenance goes on; 0: there is
	                           none now */
	int64_t held_before_ms; /* when the last one ended; 0: never yet */
};

struct watcher {
	bool is_open;
	bool is_flapping;
	enum alarm_kind kind;
	int severity;
	int64_t since_ms, last_good_ms, first_failed_ms;
	int64_t raised_at_ms, told_at_ms;
	int told_failing, told_fresh;
	enum reason told_reason;
	enum state told_state;
	/* Not bad: NEVER.  Else since when a wait for each kind runs. */
	int64_t waiting_ms[ALARM_OPERATIONS];
	int64_t falls_ms[WATCHER_FALLS]; /* newest first; 0: none */
	bool was_bad;
	int64_t bad_at_ms; /* last seen bad; 0: never */
};

enum watcher_say {
	WATCHER_NOTHING,
	WATCHER_RAISE,
	WATCHER_CHANGE,
	WATCHER_CLEAR
};

void watcher_init(struct watcher *);
enum watcher_say
watcher_step(struct watcher *, const struct watcher_look *, int64_t now_ms);
/* When to look again if nothing happens before; or NEVER. */
int64_t watcher_deadline(const struct watcher *, const struct watcher_look *,
    int64_t now_ms);

/*
 * Why nobody is told: what a watcher that has told nothing yet would make of
 * a look.  *due_ms: when humans hear of it if it stays as it is; or NEVER.
 */
enum watcher_quiet {
	WATCHER_LOUD,   /* they are told */
	WATCHER_GONE,   /* it is not watched */
	WATCHER_WELL,   /* nothing fails */
	WATCHER_FEW,    /* some regions see it fail, fewer than it takes */
	WATCHER_UNSEEN, /* too few regions see it */
	WATCHER_WAITS,  /* it has not lasted long enough */
	WATCHER_HELD,   /* announced maintenance */
};
enum watcher_quiet
watcher_quiet(const struct watcher_look *, int64_t now_ms, int64_t *due_ms);
const char *watcher_quiet_text(enum watcher_quiet);

/* As JSON for the record; what is only waited for is not kept. */
char *watcher_encode(const struct watcher *); /* to be freed */
int
watcher_decode(const char *, size_t length, struct watcher *, char error[160]);

#endif
