#ifndef PAGER_PAGE_H
#define PAGER_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/ladder.h"
#include "lib/ladder_when.h"

/*
 * page: the effort to get a human to take one incident, on its ladder.
 *
 * There is no clock, no I/O and no allocation in here.  The caller says what
 * happened and when; then page_next() says, one by one, what is due now, and
 * page_deadline() when to ask again.
 *
 * A level is called for its patience, and all its people at once.  Each way to
 * reach one of them starts after its own delay (counted from the first, which
 * starts at once) and again every min(patience, silence_max).  What fails for
 * certain lets that person's next way start at once; a level where everything
 * failed is left at once.  After the last level comes the first; after a round
 * in which everything failed, that is 60 s later, and the last resort is told.
 * So while a page calls, an attempt starts at least every silence_max, for
 * ever.
 *
 * Whoever takes it has it, and nobody else is called.  Where a level wants the
 * answer of all, who takes it is left alone for as long as a take is good, and
 * has it when the last of the others takes it; the others go on being called.
 * Who declines is called no more at this level; when nobody is left there who
 * has not answered, it is left at once.
 *
 * Which ladder it is on may depend on the hour; its level is one of the ladder
 * that the policy has.  Whoever changes that says so by page_switch(): while it
 * calls, the new one begins at once with its first level; who has it keeps it.
 *
 * Severity 3 is one notice to the watch, again every 4 h; when nobody takes
 * it for a while (its patience, but at least 30 min) it climbs with one notice
 * a level to those for whom it is office hours (Monday to Friday, 09:00 to
 * 17:00 in their zone).  Severity 4 calls nobody.
 */

#define PAGE_STEPS_MAX                                                         \
	8 /* ways to reach one person; further ones are not used */
#define PAGE_PEOPLE_MAX LADDER_PEOPLE_MAX /* whom one level calls */
#define PAGE_DIRECT (-1) /* level: the person somebody handed it to */
#define PAGE_HANDOVER_MS (15 * INT64_C(60000))
#define PAGE_PAUSE_MS INT64_C(60000)
#define PAGE_REMIND_MS (4 * INT64_C(3600000))
#define PAGE_ESCALATED_MS INT64_C(60000)    /* said again: nothing happens */
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

enum callee_state {
	CALLEE_ASKED,    /* is called until there is an answer */
	CALLEE_ANSWERED, /* has taken it, and others are still to */
	CALLEE_DECLINED, /* will not */
};

/* One of those whom a level calls. */
struct page_callee {
	char person[64];
	enum callee_state state;
	struct page_step steps[PAGE_STEPS_MAX];
	size_t step_count;
};

/* Somebody took it where all have to. */
struct page_answer {
	char person[64];
	int64_t at_ms;
};

struct page {
	enum page_state state;
	int level, round;
	unsigned call; /* counts levels called: tells late outcomes apart */
	int64_t escalated_ms; /* when somebody had this level called; or 0 */
	struct page_callee callees[PAGE_PEOPLE_MAX]; /* called now */
	size_t callee_count;                         /* 0: nobody */
	struct page_answer answers[PAGE_PEOPLE_MAX]; /* while it calls */
	size_t answer_count;
	char direct[64];        /* handed to; "": nobody */
	bool worse;             /* direct had it, and it became worse */
	int64_t began_ms;       /* of this level */
	int64_t level_until_ms; /* its patience */
	int64_t pause_until_ms; /* after a failed round; 0: no pause */
	int64_t noticed_ms;     /* severity 3: its watch was told last; or 0 */
	int64_t watch_until_ms; /* of callees or owner, as far as asked */
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
	unsigned turn; /* of the incident, where a group is called in turn */
	struct ladder_plan plan; /* of later hours; count 0: the same ladder */
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
/* What became of a way to somebody; of an earlier call it changes nothing. */
void page_sent(struct page *, unsigned call, const char *person, size_t step,
    enum page_outcome, int64_t now_ms);

/* Does the level want answers of others, too, before this one has it? */
bool
page_waits(const struct page *, const struct page_policy *, const char *person);
/* What people do.  A closed page stays closed: these return false then.  After
   a take by somebody of whom page_waits() was true it still calls. */
bool page_take(struct page *, const struct page_policy *, const char *person,
    int64_t now_ms);
/* False also when for_ms is not within 1..page_snooze_max(). */
bool page_snooze(struct page *, const struct page_policy *, const char *person,
    int64_t for_ms, int64_t now_ms);
bool page_hand_on(struct page *, const struct page_policy *, const char *to,
    int64_t now_ms);
/*
 * The level after the one that is called is called now, or after that of
 * whoever has it; after the last one the first.  It is nobody's then.
 */
bool page_escalate(struct page *, const struct page_policy *, int64_t now_ms);
/* Has somebody just had this level called? */
bool page_is_escalated(const struct page *, int64_t now_ms);
/* The person called, or the owner, will not; false: it is neither. */
bool page_decline(struct page *, const struct page_policy *, const char *person,
    int64_t now_ms);
/* A note, an update, an action: a take runs anew. */
void page_touch(struct page *, const struct page_policy *, int64_t now_ms);
/* The severity is another now (policy has the new one). */
void page_severity(struct page *, const struct page_policy *, bool raised,
    int64_t now_ms);
/* The ladder is another now (policy has the new one).  True: it calls anew,
   and those of the old one are not to be called. */
bool page_switch(struct page *, const struct page_policy *, int64_t now_ms);
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

/* Who answers for a level at an instant, the ladder's n-th time round. */
void page_people(const struct page_policy *, int level, int round,
    int64_t at_ms, struct ladder_people *out);
/* Is this one called now, and has not answered? */
bool page_asks(const struct page *, const char *person);
/* Of those called now one who has answered, or will not: no more calls. */
bool page_spares(const struct page *, const char *person);
/* One who has taken it, where others have to, too. */
bool page_has_answered(const struct page *, const char *person);
/* Names of those called now who are in this state, as "isla, tom". */
void
page_names(const struct page *, enum callee_state, char out[LADDER_NAMES_MAX]);

/* Is it office hours where this person is? */
bool page_in_office(const struct person *, int64_t at_ms);
/* The level that severity 3 climbs to at this instant, or -1. */
int page_quiet_level(const struct page *, const struct page_policy *,
    int64_t at_ms);

/* Whom it calls after the present level, and when; false: nobody. */
bool page_upcoming(const struct page *, const struct page_policy *,
    int64_t now_ms, struct ladder_people *, int64_t *at_ms);

const char *page_state_text(enum page_state);

#endif
