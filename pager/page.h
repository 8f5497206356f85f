#ifndef PAGER_PAGE_H
#define PAGER_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/rota.h"
#include "lib/settings.h"

/*
 * page: the effort to get a human to take one incident, on its ladder.
 *
 * There is no clock, no I/O and no allocation in here.  The caller says what
 * happened and when; then page_next() says, one by one, what is due now, and
 * page_deadline() when to ask again.
 *
 * A level is called for its patience.  Each way to reach its person starts
 * after its own delay (counted from the first, which starts at once) and
 * again every min(patience, silence_max).  What fails for certain lets the
 * next way start at once; a level where everything failed is left at once.
 * After the last level comes the first; after a round in which everything
 * failed, that is 60 s later, and the last resort is told.  So while a page
 * calls, an attempt starts at least every silence_max, for ever.
 *
 * Severity 3 is one notice to the watch, again every 4 h; when nobody takes
 * it for a while (its patience, but at least 30 min) it climbs with one notice
 * a level to those for whom it is office hours (Monday to Friday, 09:00 to
 * 17:00 in their zone).  Severity 4 calls nobody.
 */

#define PAGE_STEPS_MAX                                                         \
	8 /* ways to reach one person; further ones are not used */
#define PAGE_DIRECT (-1) /* level: the person somebody handed it to */
#define PAGE_HANDOVER_MS (15 * INT64_C(60000))
#define PAGE_PAUSE_MS INT64_C(60000)
#define PAGE_REMIND_MS (4 * INT64_C(3600000))
#define PAGE_QUIET_MS (30 * INT64_C(60000)) /* least patience of severity 3 */

enum page_state {
	PAGE_CALLING, /* somebody must hear of it and has not taken it */
	PAGE_TAKEN,   /* by owner, until until_ms */
	PAGE_SNOOZED, /* by owner, until until_ms */
	PAGE_CLOSED,  /* the incident is over */
};

enum step_state {
	STEP_WAITING,  /* not yet started */
	STEP_TRYING,   /* handed to the channel, no outcome yet */
	STEP_HANDED,   /* the channel's server has it */
	STEP_STUMBLED, /* failed once, is tried again meanwhile */
	STEP_FAILED,   /* for certain, or twice running */
};

struct page_step {
	enum step_state state;
	int64_t due_ms; /* starts, or starts again */
};

struct page {
	enum page_state state;
	int level, round;
	unsigned call;   /* counts levels called: tells late outcomes apart */
	char called[64]; /* person called now; "": nobody */
	char direct[64]; /* handed to; "": nobody */
	bool worse;      /* direct had it, and it became worse */
	struct page_step steps[PAGE_STEPS_MAX];
	size_t step_count;
	int64_t began_ms;       /* of this level */
	int64_t level_until_ms; /* its patience */
	int64_t pause_until_ms; /* after a failed round; 0: no pause */
	int64_t noticed_ms;     /* severity 3: its watch was told last; or 0 */
	int64_t watch_until_ms; /* of called or owner, as far as asked */
	bool alive;             /* something of this round got through */
	int64_t resort_at_ms;   /* when the last resort was told; 0: never */
	char owner[64];         /* TAKEN, SNOOZED; otherwise "" */
	int64_t owned_at_ms, until_ms;
	int owner_level;        /* in whose rota the owner is on watch, or -1 */
	int64_t handover_at_ms; /* since when the owner's watch is over; 0 */
};

struct page_policy {
	const struct settings *settings;
	const struct ladder *ladder;
	const struct override *overrides;
	size_t override_count;
	int severity;
};

enum page_do {
	PAGE_CALL,        /* person, by way of reach number step */
	PAGE_EXPIRED,     /* person's take ran out; it calls again */
	PAGE_WATCH_OVER,  /* person's watch ended 15 min ago; it calls again */
	PAGE_AWAKE,       /* person's snooze is over; it calls again */
	PAGE_HANDOVER,    /* person is on watch now; owner still has it */
	PAGE_LAST_RESORT, /* a whole round failed */
};

struct page_action {
	enum page_do what;
	char person[64];
	size_t step;
	unsigned call;
};

void page_open(struct page *, const struct page_policy *, int64_t now_ms);
bool page_next(struct page *, const struct page_policy *, int64_t now_ms,
    struct page_action *out);
int64_t page_deadline(const struct page *, const struct page_policy *);

enum page_outcome { PAGE_HANDED, PAGE_STUMBLED, PAGE_FAILED };
/* An outcome of a call's step; one of an earlier call changes nothing. */
void page_sent(struct page *, unsigned call, size_t step, enum page_outcome,
    int64_t now_ms);

/* What people do.  A closed page stays closed: these return false then. */
bool page_take(struct page *, const struct page_policy *, const char *person,
    int64_t now_ms);
/* False also when for_ms is not within 1..page_snooze_max(). */
bool page_snooze(struct page *, const struct page_policy *, const char *person,
    int64_t for_ms, int64_t now_ms);
bool page_hand_on(struct page *, const struct page_policy *, const char *to,
    int64_t now_ms);
/* The person called, or the owner, will not; false: it is neither. */
bool page_decline(struct page *, const struct page_policy *, const char *person,
    int64_t now_ms);
/* A note, an update, an action: a take runs anew. */
void page_touch(struct page *, const struct page_policy *, int64_t now_ms);
/* The severity is another now (policy has the new one). */
void page_severity(struct page *, const struct page_policy *, bool raised,
    int64_t now_ms);
void page_close(struct page *);

/* There is more to say: call again by at_ms at the latest. */
void page_hurry(struct page *, int64_t at_ms);
/* Rotas, people or overrides changed: look anew who is on watch. */
void page_recheck(struct page *, int64_t now_ms);
/* The clock went back: nothing may be due later than if it began now.  True:
   something was. */
bool page_clamp(struct page *, const struct page_policy *, int64_t now_ms);

int64_t page_snooze_max(int severity);
int64_t page_take_span(int severity);
/* Does this severity call until somebody takes it? */
bool page_insists(int severity);

/* Who answers for a level at an instant; NULL: nobody. */
const struct person *page_callee(const struct page_policy *, int level,
    int64_t at_ms, int64_t *until_ms);

/* Is it office hours where this person is? */
bool page_in_office(const struct person *, int64_t at_ms);
/* The level that severity 3 climbs to at this instant, or -1. */
int page_quiet_level(const struct page *, const struct page_policy *,
    int64_t at_ms);

/* Whom it calls after the present level, and when; false: nobody. */
bool page_upcoming(const struct page *, const struct page_policy *,
    int64_t now_ms, const struct person **, int64_t *at_ms);

const char *page_state_text(enum page_state);

#endif
