#ifndef TESTS_SIM_ORACLE_PARTS_H
#define TESTS_SIM_ORACLE_PARTS_H

#include <jansson.h>

#include "lib/alarm.h"
#include "tests/sim/oracle.h"
#include "tests/sim/oracle_books.h"

/* What the files of the oracle share. */

#define INCIDENTS_SEEN 200
#define SUBJECTS_SEEN 96
#define INTENTS_SEEN 20000
#define OVER_MS 30000 /* a clear is read and acted upon in this time */

/* What became of an alarm; looked at once each, in this order. */
enum news {
	NEWS_SEEN,    /* nothing is left to look at */
	NEWS_TO_CALL, /* whatever pages it must have begun to call ... */
	NEWS_TO_NAME  /* ... and must have named it, its storm too */
};

/* What the pager was told of one subject, as it stands in the outbox. */
struct subject {
	char name[192];
	unsigned shards; /* bit N: shard N says it is so */
	int severities[SIM_SHARDS];
	bool active, silenced; /* silenced: a human closed its incident */
	bool hushed; /* silenced, but for a journal that has it open */
	int64_t hidden_since_ms; /* rightly called down since then, by what was
				    last heard of a region; 0 */
	char caller[24];  /* who called for it, as a journal alone has it */
	bool forgotten;   /* the store forgot what it said of it */
	unsigned lingers; /* bit N: heard of shard N, which forgot it */
	bool unread;      /* raised, and nobody was called yet */
	int severity;
	enum alarm_kind kind;
	int64_t raised_at_ms; /* true time at which it became durable */
	int64_t due_able_ms;  /* the able clock when it was last attended to */
	enum news news;       /* what of its page is still to be seen */
	int64_t raised_read_ms; /* on the reading clock */
	int64_t over_read_ms;   /* and when it was over ... */
	int64_t over_ms;        /* ... in true time; 0: never yet */
};

/* One incident, by its id in messages. */
struct incident_seen {
	char id[24];
	char owner[64];
	int64_t doubt_ms; /* it was told to have it, and does not; 0 */
	char doubted[64];
	int64_t held_until_ms; /* true time; 0: nobody has it */
	int64_t sure_until_ms; /* the earliest that may end by a clock */
	int64_t held_at_ms;
	int held_severity; /* the durable one when it was taken */
	bool snoozed;
	int held_read;          /* its severity then, or as set since */
	int said_severity;      /* the last that somebody set; 0: nobody */
	int64_t failed_able_ms; /* a call failed for certain; NEVER: none */
	int64_t handed_able_ms; /* one was handed over; -1: none */
	int64_t first_call_ms;  /* 0: none yet */
	bool named;       /* in an attempt at a call: its own, or its storm's */
	unsigned reached; /* people, as bits, to whom a call was handed over */
	unsigned handed_to; /* people, as bits, to whom it was handed on */
	unsigned owed;      /* those who are to hear who has it ... */
	int64_t owed_able_ms;
	int64_t told_ms[SIM_PEOPLE]; /* when each heard that last */
	/* oracle_several.c */
	int64_t rung_able_ms[SIM_PEOPLE];   /* called last, by its ladder; 0 */
	int64_t echoed_able_ms[SIM_PEOPLE]; /* and otherwise; 0 */
	int64_t level_ms;  /* the first call of its group's level; 0 */
	unsigned heard;    /* whose take waits for others, recorded or not */
	unsigned answered; /* people, as bits, whose take waits for others */
	int64_t answered_ms[SIM_PEOPLE];
	int answered_severity;
	int turn; /* whom the group's turn called last, + 1; 0: nobody */
	int turn_severity; /* as that call said */
	bool watched;      /* and the watch was called since */
	bool failed;       /* and a call did, one way or the other */
	/* oracle_receipt.c */
	int attempts[SIM_PEOPLE];    /* at calls */
	char last_call[24];          /* the intent of the last one */
	int64_t undelivered_able_ms; /* it was the first of somebody, and not
					delivered; -1: not so */
	char undelivered[64];        /* whose */
	int64_t escalated_ms;        /* the last time; 0: never */
	bool reopened;        /* it may call though nothing of it fails */
	bool reopened_alone;  /* as a journal alone has it */
	bool closed;          /* by somebody ... */
	int64_t closed_at_ms; /* ... then */
};

/* For whom an intent was, and when: as it was written, or sent, first. */
struct meant_seen {
	char intent[24];
	int person;
	int64_t at_ms;
};

struct agent_seen {
	int64_t good_at_ms;    /* last answer with nothing silent */
	int64_t broke_ms;      /* its last start or break */
	unsigned told;         /* since then, that it is silent */
	int64_t dead_since_ms; /* nobody can hear it since; 0: they can */
};

struct intent_seen {
	char id[24];
	int person;
	bool stumbled;   /* its channel said: later */
	bool unrecorded; /* it was sent while the store was away */
};

/* A probe: when it began, as its agent said, and truly; what it saw. */
struct made {
	int64_t said_ms, true_ms;
	bool sure; /* no break of its agent lay in it: it has to count */
	enum outcome outcome;
	enum reason reason;
};

struct made_list {
	struct made *items;
	size_t count, room;
};

/* Who has which lease. */
struct lease_seen {
	char group[16], token[48];
	int64_t until_ms;
};

/* What one pager saw of one provider. */
struct way_seen {
	bool failed; /* the last time */
	int64_t failed_ms, rests_until_ms;
};

struct oracle {
	struct way_seen ways[PAGERS][SIM_WAYS][SETTINGS_PROVIDERS_MAX];
	struct lease_seen leases[SIM_SHARDS + 1];
	int cleared[TRUTH_ENDPOINTS]; /* a kind of alarm and one; or 0 */
	struct books *books;
	unsigned shards[TRUTH_ENDPOINTS]; /* where each endpoint is booked */
	struct subject subjects[SUBJECTS_SEEN];
	int subject_count, new_count; /* of those with news */
	struct incident_seen incidents[INCIDENTS_SEEN];
	int incident_count;
	struct intent_seen *intents;
	size_t intent_count;
	struct meant_seen *meant; /* as many at most */
	size_t meant_count;
	struct agent_seen agents[AGENTS];
	struct made_list made[TRUTH_ENDPOINTS][AGENTS];
	unsigned set_aside; /* agents of whom something was; AGENTS: nobody's */
	int64_t looked_about_ms;      /* when truth was last compared */
	int64_t jumped_ms;            /* when the pager's clock was last set */
	int64_t fit_since_ms[PAGERS]; /* it could be active; 0: not so */
	int64_t active_ms;            /* when one was last */
	bool was_away;                /* it went by its journal */

	/* Milliseconds in which a pager was able to call anybody. */
	int64_t able_ms, looked_at_ms;
	int64_t changing_able_ms; /* when the watch was about to change */
	bool was_able;
	/* And those in which it could read alarms besides. */
	int64_t read_ms;
	bool was_reading;
};

struct incident_seen *incident_seen(struct world *, const char *id);
/* The durable record of an incident as text, or NULL. */
char *incident_record(struct world *, const char *id);
/* What the store has of its page; NULL, or the caller's to free. */
char *page_record(struct world *, const char *incident);
bool record_is_closed(const char *record);

unsigned endpoint_shard(const struct world *, int endpoint);

/* oracle_truth.c */
/* A look became durable in an inbox: it was taken, and is dated right. */
void oracle_check_look(struct world *, int agent, const struct observation *,
    int64_t shift_ms);
/* oracle_wait.c: what a shard must not judge yet, and what it must tell */
void oracle_spoke(struct world *, unsigned shard, const struct entry_seen *);
void oracle_check_judged(struct world *, unsigned shard);
void oracle_check_alarmed(struct world *, int endpoint, const struct span *);
void oracle_check_cleared(struct world *, int endpoint);
void oracle_check_truth(struct world *);
/* oracle_window.c: announced maintenance */
void oracle_held(const struct world *, int endpoint, int64_t at_ms,
    struct interval_set *held);
bool oracle_was_held(const struct world *, int endpoint, int64_t from_ms,
    int64_t to_ms);
void oracle_check_held(struct world *, const struct subject *was,
    const struct alarm *);
bool oracle_must_tell(struct world *, int endpoint, const struct standing *,
    const struct span *now);
/* oracle_hold.c: who has what, and what follows from it */
/* In some nights what is severity 3 calls as 2 does, by every client's plan:
   an oracle on calls knows no difference. */
int called_as(const struct world *, int severity, bool of_client);
int record_severity(const struct world *, const char *record);
/* How severe a message says it is; 4: it does not say. */
int said_by(const struct message *);
void hold_release(struct world *, struct incident_seen *);
void
hold_check_call(struct world *, const struct message *, const char *record);
/* What was raised under that name, now and from now on. */
struct subject *subject_seen(struct world *, const char *name);
/* It is over now. */
void oracle_note_end(struct world *, struct subject *);
void hold_check_doubted(struct world *);
void hold_check_failed(struct world *);
void hold_note_change(struct world *);
/* oracle_truth.c: an alarm says what is so */
void truth_check_called(struct world *, const struct alarm *);
/* oracle_pagers.c: one is active, or another takes over */
void pagers_check(struct world *);
/* oracle_who.c: an attempt at a call goes to whom it should */
void who_check(struct world *, const struct message *);
/* oracle_receipt.c: what providers say later */
void receipt_attempt(struct incident_seen *, const struct message *);
void receipt_check(struct world *);
/* oracle_several.c: levels that call several, or one in turn */
void several_called(struct world *, const struct message *);
void several_answered(struct world *, struct incident_seen *,
    const char *person, const char *answer, const char *page);
void
several_took(struct world *, const struct incident_seen *, const char *person);
void several_check(struct world *);
/* It calls anew, from its beginning. */
void several_anew(struct incident_seen *);
/* Its level is left before its patience is over. */
void several_left(struct incident_seen *);
void several_jumped(struct incident_seen *);
/* By a store that is the truth again: whose take is noted there. */
void several_recall(struct incident_seen *, const json_t *answers);
/* Is this incident's own page one that must go on calling? */
bool hold_must_call(struct world *, const struct incident_seen *);
void who_handed(struct incident_seen *, const char *to);
void who_meant(struct world *, const char *intent, const char *person);
void who_written(struct world *, const char *intent, const void *record,
    size_t length);
/* oracle_news.c: who must be told, when a page opens, storms */
void news_attempt(struct world *, const struct message *);
void news_owed(struct world *, struct incident_seen *, const char *person);
void news_check(struct world *);
void news_begin(struct world *, struct subject *);
void news_forget(struct world *);
int person_number(const char *name); /* of "p2" */
/* oracle_page.c */
/* NULL: no alarm of that name was ever raised. */
const struct subject *subject_find(const struct world *, const char *name);
/* Does this incident's record name the subject? */
bool covers(const char *record, const struct subject *);
bool calls_for(struct world *, const char *id, const char *record,
    const struct subject *);
void oracle_check_pages(struct world *);
void oracle_end_pages(struct world *);
/* An alarm became durable in a shard's outbox. */
void
oracle_alarm(struct world *, unsigned shard, const void *data, size_t length);

#endif
