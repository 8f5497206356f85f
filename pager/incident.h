#ifndef PAGER_INCIDENT_H
#define PAGER_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <jansson.h>
#include <uthash.h>

#include "lib/alarm.h"
#include "lib/heap.h"
#include "lib/settings.h"
#include "pager/page.h"

/*
 * incident: what people work with: what failed for whom, how bad, who was
 * called, what was said inside and outside.
 *
 * Its members are the things that fail together (endpoints of a platform);
 * it is over when each of them is.  Automatics only raise its severity; a
 * person sets any.  The timeline keeps internal notes and public updates
 * apart: a public line says for which client it is ("": for each of them),
 * so that no client reads another's name.
 */

#define INCIDENT_MEMBERS_MAX 1000
#define INCIDENT_NOTES_MAX 200  /* older ones are in the journal */
#define INCIDENT_UPDATES_MAX 50 /* public lines of each client; the same */
#define INCIDENT_UPDATES_BYTES (1 << 20) /* of all public lines */
#define INCIDENT_CALLS_MAX 100           /* the last of each person is kept */
#define INCIDENT_TEXT_MAX 4000           /* bytes of one note or update */
#define INCIDENT_LINE_MAX 4400           /* with what is promised besides */
#define INCIDENT_AUDIENCES_MAX 200       /* clients that are told in public */
#define INCIDENT_HOLDS_MAX 10            /* the last ones */

/* What ended it, when no human did. */
#define INCIDENT_ENDED_ITSELF "ended by itself"
#define INCIDENT_ENDED_THERE "resolved where it came from"
#define INCIDENT_ENDED_CALLED "it called in again"

struct member {
	char subject[192]; /* "acme/learn" */
	uint64_t shards;   /* of operations: bit N: shard N says it is so */
	char client[64];   /* "" for operations */
	enum alarm_kind kind;
	int severity;
	int64_t since_ms;
	int64_t until_ms;        /* 0: still so */
	int64_t until_before_ms; /* the last look before that; 0: not known */
	/* Closed while it failed, it was seen well then; 0: it was not. */
	int64_t well_ms;
	bool flapping;
	char text[256];
	/* Not written: bit N: shard N lacks it, at the last look or two. */
	uint64_t missed, missed_twice;
};

/* One stretch in which a person had it. */
struct hold {
	char person[64];
	int64_t from_ms;
	int64_t to_ms; /* 0: still has it */
};

enum called_outcome {
	CALLED_WAITING,
	CALLED_HANDED,
	CALLED_FAILED,
	CALLED_NOT_SENT
};

/* What the provider said after it had the message. */
enum called_receipt { RECEIPT_NONE, RECEIPT_DELIVERED, RECEIPT_FAILED };

/* One attempt to reach somebody. */
struct called {
	char person[64];
	enum channel_kind channel;
	int64_t at_ms; /* handed to the channel, the last time */
	enum called_outcome outcome;
	char intent[24];
	unsigned call; /* of the page: which way of it; 0: of none */
	size_t step;
	bool late; /* of the page for the promised update */
	enum called_receipt receipt;
};

enum public_state {
	PUBLIC_INVESTIGATING,
	PUBLIC_IDENTIFIED,
	PUBLIC_MONITORING,
	PUBLIC_RESOLVED,
	PUBLIC_POSTMORTEM
};
#define PUBLIC_STATES (PUBLIC_POSTMORTEM + 1)

struct line {
	int64_t at_ms;
	char by[64];
	bool public;
	enum public_state state; /* of public ones */
	char client[64];         /* of public ones; "": all of the incident's */
	char *text;
};

enum audience_state { AUDIENCE_HELD, AUDIENCE_SHOWN, AUDIENCE_VETOED };

/* One client and whether its page shows the incident. */
struct audience {
	char client[64];
	enum audience_state state;
	int64_t publish_ms; /* HELD: when the draft goes out; NEVER: it waits */
	size_t said;        /* of its members, as many were named in public */
	int64_t said_ms;    /* when members were named last */
	bool over;          /* it was said that its part is over */
	size_t gone;        /* of its updates, only in the journal by now */
};

struct intent;
TAILQ_HEAD(intent_list, intent);

#define INCIDENT_TURN_MAX 1000000000 /* then from 0 again */

struct incident {
	uint64_t number;
	char id[24]; /* "INC-000042" */
	char subject[192], client[64], platform[64], ladder[64];
	char by_hours[64]; /* the ladder by the hour, in its stead; "": none */
	int64_t hours_until_ms; /* not written: so long it stays that one */
	unsigned turn; /* of its ladder's incidents: whose in a group */
	enum alarm_kind kind;
	int severity;
	int auto_severity; /* the worst that automatics said */
	int calls_as; /* by the plan: the severity as which it calls; 0: none */
	int64_t since_ms, opened_ms;
	int64_t closed_ms; /* 0: open */
	int64_t last_good_ms, first_failed_ms;
	int64_t
	    ended_before_ms; /* the last look before the end; 0: not known */
	int fresh, quorum;
	bool flapping, by_hand;
	char text[256];                  /* what, in a few words */
	char ended[160];                 /* what ended it; "" while open */
	char *details;                   /* lines of an alert of another
					    system; NULL: none */
	struct alarm_evidence *evidence; /* NULL: none */
	size_t evidence_count;
	int64_t evidence_ms; /* as of when; 0: not known */

	struct member *members;
	size_t member_count;
	struct line *lines; /* notes and updates, as they came */
	size_t line_count;
	size_t update_count, update_bytes; /* of the public ones */
	size_t notes_gone; /* so many notes are only in the journal by now */
	struct called *called;
	size_t called_count;
	struct hold holds[INCIDENT_HOLDS_MAX];
	size_t hold_count;

	enum public_state state;
	int64_t eta_from_ms, eta_to_ms; /* 0: not said */
	int64_t next_ms;        /* next public update promised by; 0: none */
	struct page late;       /* calls for it when it is late, else CLOSED */
	int64_t late_after_ms;  /* somebody is at it: quiet until then; or 0 */
	int64_t member_told_ms; /* the owner heard of members; 0: never */
	bool members_untold;
	struct audience *audiences;
	size_t audience_count;

	char storm[24]; /* the storm whose page calls for this; "": its own */
	bool is_storm;
	int64_t digest_ms;  /* of the digest that told its end; 0: not yet */
	int64_t attempt_ms; /* the last attempt to reach a human; 0: none */
	int64_t unheld_ms;  /* since when nobody has it; 0: since opened */
	struct page page;

	/* Kept by duty, for what is there in large numbers. */
	bool dirty, public_dirty;        /* not yet as written */
	TAILQ_ENTRY(incident) unwritten; /* while dirty */
	struct heap_node due;            /* what is to be done for it next */
	struct heap_node past;           /* closed: which goes first */
	struct heap_node telling;        /* for the digest: which is oldest */
	size_t indexed;                  /* of its members */
	struct intent_list intents;
	LIST_ENTRY(incident) of_storm; /* while open and in one */
	LIST_HEAD(joined, incident)
	joined;                /* of a storm: those that are open */
	char joined_owner[64]; /* what those have seen of the storm's page */
	bool joined_calls;
	UT_hash_handle hh; /* by id */
};

/* As which severity it calls people; a storm insists, as all of it does. */
int incident_urgency(const struct incident *);
/* The name of the ladder that its page is on now. */
const char *incident_ladder(const struct incident *);

struct incident *incident_new(uint64_t number, int64_t now_ms);
void incident_free(struct incident *);

struct member *incident_member(const struct incident *, const char *subject);
/* NULL when there is no room for another. */
struct member *
incident_add_member(struct incident *, const char *subject, const char *client);
bool incident_is_over(const struct incident *); /* each member is */
size_t incident_count(const struct incident *); /* members not over */
/* The worst severity of members that are not over, 4 when there are none. */
int incident_worst(const struct incident *);

/* What is the matter, in a word or two: "down"; "was down" when it is over. */
const char *incident_matter(const struct incident *);
/* What it is about now: its own subject, or, when that is well again, the
   first of those that are not; NULL: it has no members. */
const struct member *incident_headline(const struct incident *);

/*
 * Our own trouble is told by each shard for itself: one cause, one incident.
 * True when an alarm is but one more shard saying what is known, or one of
 * several taking it back; it is taken note of and nothing else is to be done.
 */
bool incident_echo(struct incident *, const struct alarm *);
/* What an alarm says of a member goes in; true: anything is new. */
bool incident_alarm(struct incident *, const struct alarm *);
/* An end of what failed on when somebody closed it: that is kept as it was, and
   known for when it is reopened.  True: it is news. */
bool incident_well_since(struct incident *, const struct alarm *);
/* Automatics raise: true when severity rose. */
bool incident_raise(struct incident *);

void incident_note(struct incident *, int64_t at_ms, const char *by,
    const char *text);
void incident_public(struct incident *, int64_t at_ms, const char *by,
    enum public_state, const char *client, const char *text);
/* For who reads records: the same, and at the end the limits for all. */
void incident_said(struct incident *, int64_t at_ms, const char *by,
    enum public_state, const char *client, const char *text);
void incident_limit_said(struct incident *);
/* Lines of the timeline that are only in the journal by now. */
size_t incident_lines_gone(const struct incident *);
/* Who has it from now on; "": nobody.  False: that was known. */
bool incident_holds(struct incident *, const char *person, int64_t now_ms);
struct called *incident_called(struct incident *, const char *person,
    enum channel_kind, const char *intent, int64_t at_ms);
struct called *incident_find_called(struct incident *, const char *intent);
/* The last attempt to reach this person, or NULL. */
const struct called *
incident_last_called(const struct incident *, const char *person);

/* The clients concerned, each with its policy, as far as not yet there. */
void
incident_audiences(struct incident *, const struct settings *, int64_t now_ms);
struct audience *incident_audience(const struct incident *, const char *client);
/* Clients beyond INCIDENT_AUDIENCES_MAX, whom nobody tells in public. */
size_t incident_untold(const struct incident *, const struct settings *);
/* The drafted text for a client, in its zone; the caller's to free. */
char *incident_draft(const struct incident *, const struct settings *,
    const char *client, int64_t now_ms);
/* That more of the client's members fail than were named; NULL: none. */
char *incident_more(const struct incident *, const struct settings *,
    const struct audience *, int64_t now_ms);
size_t incident_members_of(const struct incident *, const char *client);
/* For one client: who joined later was well until then, and who is well again
   has no part in the rest: closed (not 0), maybe before others, until one of
   its members fails again. */
int64_t incident_since_for(const struct incident *, const char *client);
int64_t incident_closed_for(const struct incident *, const char *client);
/* What its page says of it: resolved when it is closed for this client. */
enum public_state
incident_state_for(const struct incident *, const char *client);
/* When a draft goes out by itself, or NEVER. */
int64_t incident_publish_deadline(const struct incident *);
/* How soon the next public update is promised. */
int64_t incident_update_span(const struct incident *);

/* Is this nobody's name, but a program's that acted? */
bool incident_is_program(const char *by);
/* Who acted on it before an instant, each line by its own; who was called and
   who had it only when it is over.  True: there was somebody. */
bool incident_erase_names(struct incident *, int64_t before_ms, bool is_over);

/* Records (docs/redis.md); texts are the caller's to free. */
char *incident_encode(const struct incident *);
struct incident *
incident_decode(const char *json, size_t length, char error[160]);
/* What a client's status page shows; NULL: nothing of it. */
char *incident_public_record(const struct incident *, const char *client);
char *page_encode(const struct page *);
json_t *page_json(const struct page *);
/* -1: no page; it is closed then. */
int page_parse(const json_t *, struct page *);
int
page_decode(const char *json, size_t length, struct page *, char error[160]);

json_t *incident_evidence_json(const struct incident *);
json_t *incident_called_json(const struct incident *);
json_t *incident_timeline_json(const struct incident *);
const char *called_outcome_text(enum called_outcome);
/* What is not known, or NULL, is waited for. */
enum called_outcome called_outcome_parse(const char *);
const char *public_state_text(enum public_state);
int public_state_parse(const char *); /* -1: no such state */
const char *channel_text(enum channel_kind);
int channel_parse(const char *); /* -1: no such channel */

#endif
