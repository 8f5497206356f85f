#ifndef PAGER_DUTY_PARTS_H
#define PAGER_DUTY_PARTS_H

#include <uthash.h>

#include "lib/record.h"
#include "lib/rota_lint.h"
#include "pager/duty.h"
#include "pager/incident.h"

/*
 * duty_parts: what the files of duty share, and nobody else.
 *
 * Everything that changes marks what it changed as dirty; duty_commit()
 * gathers it.  An effect (an intent, an answer) carries the number of the
 * commit that has to be durable before it may be seen.
 */

#define DUTY_SHARDS_MAX 64
#define DUTY_OVERRIDES_MAX 1000
#define DUTY_CONTACTS_MAX 2000 /* people and ways */
#define DUTY_CLOSED_MAX 500    /* closed incidents that are kept in Redis */
#define DUTY_OUT_KEPT_MS (7 * INT64_C(86400000))
#define DUTY_STORM_MS INT64_C(60000)
#define DUTY_STORM_FROM 6 /* the sixth page of a ladder within that time */
#define DUTY_MEMBER_MS (2 * INT64_C(60000)) /* quiet updates, at most */
#define DUTY_MORE_MS INT64_C(60000)         /* between names in public */
#define DUTY_LATE_MS (15 * INT64_C(60000))  /* to write a late update */
#define DUTY_RETRY_MS INT64_C(15000)        /* doubling ... */
#define DUTY_RETRY_MAX_MS INT64_C(120000)   /* ... up to this */
#define DUTY_BEFORE_SHOWN 3 /* earlier incidents of the same thing */
#define DUTY_DIGEST_STALE_MS (4 * INT64_C(3600000)) /* nor a digest */
#define DUTY_ROTA_STALE_MS (24 * INT64_C(3600000))  /* whose watch it is */
#define DUTY_STALE_MS (15 * INT64_C(60000)) /* news nobody wants after that */

enum intent_state {
	INTENT_NEW,     /* waits for its commit: fresh */
	INTENT_READY,   /* may be handed out when it is due */
	INTENT_SENDING, /* handed out; no outcome yet */
};

#define INTENT_LOADED UINT64_MAX /* after: not known yet whether it is wanted */

/* One message decided and not yet known to be handed over or failed. */
struct intent {
	char id[24]; /* "i-000000123" */
	enum intent_state state;
	enum message_kind kind;
	enum channel_kind channel;
	char person[64], incident[24];
	char note[160]; /* what this message is about; may be "" */
	unsigned call;  /* of the page; CALL only */
	size_t step;    /* of the person's ways to be reached */
	int attempt;    /* handed out so often */
	bool went_on;   /* news: the next way has been begun */
	bool possible_repeat;
	bool dirty, written; /* to be written; stands in Redis */
	uint64_t after;      /* whole commit that must be durable first */
	int64_t made_ms;
	struct heap_node due;          /* READY: when */
	TAILQ_ENTRY(intent) fresh;     /* NEW */
	TAILQ_ENTRY(intent) unwritten; /* while dirty */
	TAILQ_ENTRY(intent) of_incident;
	UT_hash_handle hh;
};

TAILQ_HEAD(incident_list, incident);

/* Open incidents that share a name, in the order of their numbers. */
struct duty_group {
	struct incident **items;
	size_t count;
	UT_hash_handle hh;
	char name[];
};

/* Whose turn it is in the next incident of a ladder. */
struct duty_turn {
	char ladder[64];
	unsigned next;
	UT_hash_handle hh;
};

/* Of one person's sessions in the console, those ended before their time. */
#define DUTY_SESSION_ID 64
#define DUTY_SESSIONS_ENDED 32
struct duty_sessions {
	char person[64];
	int64_t before_ms; /* all that began until then; 0: none */
	struct duty_session {
		char id[DUTY_SESSION_ID + 1];
		int64_t until_ms; /* it would be over anyway */
	} ended[DUTY_SESSIONS_ENDED];
	size_t count;
	UT_hash_handle hh;
};

struct answer {
	uint64_t command, after;
	bool ok;
	json_t *json; /* without whether it is recorded */
	struct answer *next;
};

struct duty {
	const struct settings *settings;
	duty_sign *sign;
	void *sign_arg;
	bool store_up;
	bool started; /* all is loaded; before that nothing is decided */

	struct incident *incidents; /* by id, in the order of their numbers */
	struct intent *intents;     /* by id, in the order of their making */
	struct override *overrides; /* in the order of their making */
	size_t override_count;
	struct duty_rotas *rotas; /* versions, changes, the past */
	struct duty_heartbeats *heartbeats;
	struct contact *contacts; /* NULL while there are none */
	size_t contact_count;

	/* What a walk through all of them would find, kept in order. */
	struct heap due;     /* incidents for which something is to be done */
	struct heap past;    /* closed incidents, by their end */
	struct heap telling; /* incidents for the digest, by their opening */
	struct heap ready;   /* intents that may be handed out */
	struct intent_list fresh; /* intents that wait for their commit */
	struct intent_list loose; /* intents of no incident */
	struct incident_list unwritten;
	struct intent_list unwritten_intents;
	struct duty_group *subjects;    /* open incidents by their members */
	struct duty_group *platforms;   /* open ones that are no storm */
	struct duty_turn *turns;        /* by ladder */
	struct duty_sessions *sessions; /* by person */

	size_t foreign_count; /* of the subjects, others' alerts */

	uint64_t last_incident, last_intent, last_override;
	char positions[DUTY_SHARDS_MAX][40];
	int64_t judged_ms[DUTY_SHARDS_MAX]; /* at the last look; 0: none yet */
	bool meta_dirty;

	int64_t digest_ms; /* when the last digest went out; 0: never */
	int64_t digest_from_ms, digest_due_ms; /* of the next, as looked up */

	struct commit pending; /* appended, unset: goes with the next one */
	uint64_t next_whole;   /* number of the next whole one handed out */
	uint64_t journalled; /* lines, since we know: something has happened */
	uint64_t flying;     /* of the last one handed out */
	uint64_t durable;    /* of the last durable one */
	int64_t trimmed_ms;  /* when old entries of streams went */
	int64_t erased_ms;   /* when names were looked for that are old */
	bool in_flight;      /* flying is not known to be durable */
	struct answer *answers, **answers_end;
};

/* duty_commit.c: what is written. */
void duty_dirty(struct duty *, struct incident *);
void duty_public_dirty(struct duty *, struct incident *);
/* As written: nothing is to be written any more. */
void duty_clean(struct duty *, struct incident *);
/* One field of a hash; record is taken over. */
void duty_write_record(struct duty *, const char *key, const char *field,
    json_t *record);

/* duty_order.c: what comes first. */
/* Something may have to be done for it at once, or at another time. */
void duty_touch(struct duty *, struct incident *);
/* What is due, for each incident; then it waits for what is due next. */
void duty_run_due(struct duty *, int64_t now_ms);
void duty_run_now(struct duty *, struct incident *, int64_t now_ms);
/* By what it says now; NEVER when it is closed. */
int64_t duty_due(const struct duty *, const struct incident *);
/* Members, and its platform, so that they are found by name. */
void duty_index(struct duty *, struct incident *);
/* It is closed: nobody looks for it by name. */
void duty_unindex(struct duty *, struct incident *);
/* Not while anybody holds an incident: the oldest closed ones may go. */
void duty_forget_oldest(struct duty *);
/* Once an hour: names go from what was written "names_after" ago. */
void duty_erase_names(struct duty *, int64_t now_ms);

/* duty_group.c: incidents by name. */
void duty_group_add(struct duty_group **, const char *name, struct incident *);
void duty_group_remove(struct duty_group **, const char *name,
    const struct incident *);
const struct duty_group *
duty_group(const struct duty_group *, const char *name);
void duty_group_clear(struct duty_group **);

/* duty_turn.c: whose turn it is where a group is called in turn. */
unsigned duty_next_turn(struct duty *, const char *ladder);
void duty_resume_turns(struct duty *);
void duty_clear_turns(struct duty *);

/* duty_sessions.c: the console's that were ended before their time. */
void duty_clear_sessions(struct duty *);
int duty_load_sessions(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);
json_t *duty_query_session(const struct duty *, const json_t *request,
    int64_t now_ms, bool *ok);

/* duty.c: what comes out. */
void duty_journal(struct duty *, const struct incident *, const char *by,
    const char *what, const char *text, int64_t now_ms);
/* The same with further fields, for who reads it again (woken.h); they are
   taken over. */
void duty_journal_more(struct duty *, const struct incident *, const char *by,
    const char *what, const char *text, json_t *more, int64_t now_ms);
/* answer is taken over; without "text" or "error" it is a fault. */
void duty_answer(struct duty *, uint64_t command, bool ok, json_t *answer);
void duty_poison(struct duty *, const char *name, const void *record,
    size_t length, const char *why, int64_t now_ms);

/* duty_incident.c: life of incidents. */
void duty_policy(const struct duty *, const struct incident *,
    struct page_policy *out);
/* Operations' ladder, or NULL: there is none that has a level. */
const struct ladder *duty_first_ladder(const struct duty *);
struct incident *duty_find(const struct duty *, const char *id);
/* The incident whose page calls for this one: its storm, or itself. */
const struct incident *
duty_caller(const struct duty *, const struct incident *);
/* The open incident that has this subject as a member, or NULL. */
struct incident *duty_of_subject(const struct duty *, const char *subject);
struct incident *
duty_open(struct duty *, const struct alarm *, const char *by, int64_t now_ms);
void duty_resolve(struct duty *, struct incident *, const char *by,
    const char *ended, int64_t now_ms);
/* It is closed, and what it was opened for was not over. */
bool duty_fails_on(const struct incident *);
/* Told and no more: nobody ever says that it is over. */
bool duty_is_event(const struct member *);
/* An alarm, whoever says so. */
void
duty_heard(struct duty *, const struct alarm *, const char *by, int64_t now_ms);
/* duty_reopen.c: an end of what is not open, for when it is opened again. */
void duty_well_since(struct duty *, const struct alarm *);

/* duty_renamed.c: a subject has another name. */
void duty_renamed(struct duty *, const struct alarm *, const char *by,
    int64_t now_ms);
/* Its page begins to call. */
void duty_begin_page(struct duty *, struct incident *, int64_t now_ms);
/* An incident of its own, not yet of anything. */
struct incident *duty_create(struct duty *, const char *subject,
    const char *client, const char *ladder, int64_t now_ms);
/* Severity changed; what pages do about it.  by: whose page does not call
   anew if it is theirs. */
void duty_severity_changed(struct duty *, struct incident *, int was,
    const char *by, int64_t now_ms);
/* duty_storm.c: one page for many. */
/* From the sixth page of a ladder on, a storm's page calls for it. */
void duty_join_storm(struct duty *, struct incident *, int64_t now_ms);
/* Its page is its own again (somebody acted on it alone). */
void duty_leave_storm(struct duty *, struct incident *, int64_t now_ms);
/* It is closed; its storm may be over. */
void duty_left_storm(struct duty *, struct incident *, int64_t now_ms);
/* A storm calls as urgently as the worst of its incidents. */
void duty_raise_with_storm(struct duty *, struct incident *, int64_t now_ms);
/* Is it one of those that a storm's page lists? */
bool duty_is_in_storm(const struct incident *storm, const struct incident *);
/* It is closed: whatever is open of it is paged alone. */
void duty_end_storm(struct duty *, struct incident *, int64_t now_ms);
/* Whoever joined it looks anew, when they would see another page. */
void duty_show_storm(struct duty *, struct incident *);
/* After loading: who is in which storm, and which of them are over. */
void duty_resume_storms(struct duty *, int64_t now_ms);

/* Another ladder calls for it: its storm is the one of that. */
void duty_move_storm(struct duty *, struct incident *, int64_t now_ms);

/* duty_urgency.c: as which severity it calls, by the plans of its clients. */
void duty_weigh(const struct duty *, struct incident *, int64_t now_ms);
/* The same of what is open: its page is told. */
void duty_reweigh(struct duty *, struct incident *, int64_t now_ms);

/* duty_when.c: which ladder, by the hour. */
struct ladder_plan duty_plan(const struct duty *, const struct incident *);
/* For a page that begins: the one of this hour. */
void duty_choose_ladder(const struct duty *, struct incident *, int64_t now_ms);
/* When the hour or the tree says another one, its pages go over to that. */
void duty_follow_hours(struct duty *, struct incident *, int64_t now_ms);
int64_t duty_hours_deadline(const struct duty *, const struct incident *);

/* duty_run.c */
/* Everything of this incident that is due. */
void duty_run(struct duty *, struct incident *, int64_t now_ms);
int64_t duty_incident_deadline(const struct duty *, const struct incident *);
/* One client reads this. */
void duty_tell_client(struct duty *, struct incident *, const char *by,
    enum public_state, const char *client, const char *text, int64_t now_ms);
/* Publish what is drafted for this client; "" as by: the policy does. */
void duty_publish(struct duty *, struct incident *, struct audience *,
    const char *by, int64_t now_ms);

/* duty_late.c: the clock of the promised public update. */
void duty_run_late(struct duty *, struct incident *, int64_t now_ms);
int64_t duty_late_deadline(const struct duty *, const struct incident *);
/* Is a promised update missing? */
bool duty_is_late(const struct incident *, int64_t now_ms);
/* Somebody says that they are at it; or it is no longer owed. */
void duty_late_answered(struct duty *, struct incident *, int64_t now_ms);
void duty_late_over(struct incident *);
/* It is on another ladder. */
void duty_late_switch(struct duty *, struct incident *, int64_t now_ms);
/* The clock went back. */
bool duty_late_clamp(const struct duty *, struct incident *, int64_t now_ms);

/* duty_digest.c: what is told once a day. */
/* It is open, or its end was not told yet. */
bool duty_is_for_digest(const struct incident *);
void duty_run_digest(struct duty *, int64_t now_ms);
int64_t duty_digest_deadline(const struct duty *);
/* This one is given up, or failed for good. */
void duty_digest_lost(struct duty *, const struct intent *);
/* After loading: which ends were told. */
void duty_resume_digest(struct duty *);

/* duty_intent.c: messages on their way. */
struct intent *
duty_intent(struct duty *, enum message_kind, const struct incident *,
    const struct person *, size_t step, const char *note, int64_t now_ms);
/* What its page says is to be done: a call, by one way.  False: whom it would
   call has left the configuration, and the page knows. */
bool duty_call(struct duty *, enum message_kind, struct incident *,
    const struct page_action *, int64_t now_ms);
/* News for one person, by the first way that works. */
void duty_tell(struct duty *, enum message_kind, struct incident *,
    const char *person, const char *note, int64_t now_ms);
/* Everyone an attempt was made to reach, but except; each once.  That it is
   open again is not told to who is called for it now. */
void duty_tell_reached(struct duty *, enum message_kind, struct incident *,
    const char *except, const char *note, int64_t now_ms);
void duty_tell_last_resort(struct duty *, enum message_kind, struct incident *,
    int64_t now_ms);
/* Nobody need be called any more. */
void duty_cancel_calls(struct duty *, struct incident *, const char *why,
    int64_t now_ms);
/* This one need not be. */
void duty_cancel_calls_of(struct duty *, struct incident *, const char *person,
    const char *why, int64_t now_ms);
/* What became of one that is being sent, or waits to be. */
void duty_settle(struct duty *, struct intent *, enum sent, const char *detail,
    int64_t now_ms);
void duty_drop_intent(struct duty *, struct intent *);
/* Nothing more is done about it; whoever was never tried was not reached. */
void
duty_give_up(struct duty *, struct intent *, const char *why, int64_t now_ms);
void
duty_set_outcome(struct duty *, const struct intent *, enum called_outcome);
void duty_journal_intent(struct duty *, const struct intent *, const char *what,
    const char *detail, int64_t now_ms);
/* Those of one incident; or those of none. */
struct intent_list *duty_intents_of(struct duty *, const char *incident);
/* Does this kind ask somebody to take the incident? */
bool duty_is_call(enum message_kind);
/* It tells somebody something, and that by one way is enough. */
bool duty_is_news(enum message_kind);

/* duty_called.c: what the journal keeps of a call, and on whose account it
   is; page NULL: the last resort is told. */
void duty_journal_call(struct duty *, const struct incident *,
    const struct intent *, const struct page *, int64_t now_ms);

/* duty_ready.c: which is handed out next. */
/* No commit is waited for any more. */
void duty_make_ready(struct duty *, struct intent *, int64_t due_ms);
/* The next intent that may be handed out now, or NULL; those are dropped on
   the way that nobody need hear any more. */
struct intent *duty_next_intent(struct duty *, int64_t now_ms);
void duty_begin_sending(struct duty *, struct intent *);
int64_t duty_intents_deadline(const struct duty *);
/* The clock went back. */
void duty_clamp_intents(struct duty *, int64_t now_ms);
/* After loading: whose they are. */
void duty_link_intents(struct duty *);
/* After loading: which are sent again, which are not. */
void duty_resume_intents(struct duty *, int64_t now_ms);

/* duty_message.c: words. */
void duty_compose(const struct duty *, const struct intent *, int64_t now_ms,
    struct message *out);
/* "Acme University: learn" or the subject. */
void duty_title(const struct duty *, const struct incident *, char *out,
    size_t room);
const char *duty_zone(const struct duty *, const char *person);
/* Whom the page calls next, and when; false: nobody. */
bool duty_upcoming(const struct duty *, const struct incident *, int64_t now_ms,
    struct ladder_people *, int64_t *at_ms);
/* Several are called, and each has to take it. */
bool duty_wants_all(const struct duty *, const struct incident *);
/* Earlier incidents with the same subject, newest first; how many. */
size_t duty_before(const struct duty *, const struct incident *,
    const struct incident *last[DUTY_BEFORE_SHOWN]);

/* duty_incident_json.c */
json_t *duty_incident_json(const struct duty *, const struct incident *,
    bool whole, int64_t now_ms);

/* duty_query.c */
/* By "INC-000042", "42" or 42 in the field "incident"; NULL: no such. */
struct incident *duty_named(const struct duty *, const json_t *request);

/* duty_override.c */
/* wanted without its id; NULL: there are too many. */
const struct override *
duty_add_override(struct duty *, const struct override *wanted, int64_t now_ms);
void duty_recheck_pages(struct duty *, int64_t now_ms);

/* duty_calendar.c: watches as iCalendar files, and their addresses. */
json_t *duty_query_calendar(const struct duty *, const json_t *request,
    int64_t now_ms, bool *ok);
json_t *duty_query_calendar_url(const struct duty *, const json_t *request,
    int64_t now_ms, bool *ok);

/* duty_past.c, duty_rotas.c: who was on watch; what was changed. */
json_t *duty_query_watches(const struct duty *, const json_t *request,
    int64_t now_ms, bool *ok);
json_t *duty_query_past(const struct duty *, const json_t *request,
    int64_t now_ms, bool *ok);
json_t *duty_query_changes(const struct duty *, const json_t *request,
    int64_t now_ms, bool *ok);

/* duty_contact.c: which ways were seen to work. */
void duty_note_contact(struct duty *, const char *person, enum channel_kind,
    bool handed, int64_t now_ms);
/* It will not work until its owner sees to it, who is told once by another
   way; it is called all the same. */
void duty_break_contact(struct duty *, const char *person, enum channel_kind,
    const char *why, int64_t now_ms);
/* It works, or is said to. */
void duty_mend_contact(struct duty *, const char *person, enum channel_kind);
/* The same, kept; NULL: there are too many. */
struct contact *
duty_contact(struct duty *, const char *person, enum channel_kind);
int duty_load_contact(struct duty *, const char *field, const char *value,
    size_t length, char error[160]);
void duty_forget_contacts(struct duty *);
json_t *duty_contacts_json(const struct duty *);

/* duty_receipt.c: what a provider says once it has a message. */
#define RECEIPT_PREFIX "tw."

/* duty_reply.c: what people write back. */
#define REPLY_PREFIX "rc."
/* "" when nobody signs. */
void duty_reply_code(const struct duty *, const char *incident,
    const char *person, char code[REPLY_CODE]);

/* duty_configure.c */
/* What somebody has who left the configuration calls again. */
void duty_release_left(struct duty *, int64_t now_ms);

/* duty_load.c */
char *duty_intent_encode(const struct intent *);

#endif
