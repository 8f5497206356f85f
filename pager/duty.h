#ifndef PAGER_DUTY_H
#define PAGER_DUTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/alarm.h"
#include "lib/commit.h"
#include "lib/interval.h"
#include "lib/renames.h"
#include "lib/settings.h"

/*
 * duty: what the active pager knows and decides: incidents, pages, intents,
 * takes, overrides.
 *
 * No I/O and no clock.  Every call may change what is known; what has to be
 * written accumulates and comes out as one commit at a time.  Only after
 * duty_committed() do its effects come out by duty_next(): messages to send,
 * answers to give.  So nothing is said that is not so.
 *
 * Keys of the group sw:{p}: (docs/redis.md has the fields):
 *   meta       positions of the shards' outboxes, counters, schema
 *   incidents  one field per incident, JSON
 *   pages      one field per open page, JSON
 *   intents    one field per unfinished intent, JSON
 *   overrides  one field per override, JSON
 *   contacts   one field per person and way, JSON
 *   rotas      one field per version of a rota, JSON
 *   changes    one field per change of hours, JSON
 *   calendars  one field per calendar whose address was renewed, JSON
 *   past       one field per watch that has been, JSON
 *   sessions   one field per person who has logged out of the console, JSON
 *   poison     records set aside
 *   journal    stream: everything that happened, with who and when
 *   out        stream: for status pages: public changes
 */

struct duty;

enum duty_do {
	DUTY_NOTHING,
	DUTY_SEND,   /* hand this message to its channel; then duty_sent() */
	DUTY_ANSWER, /* answer the command with this id */
};

enum message_kind {
	MESSAGE_CALL,        /* take this, please */
	MESSAGE_TAKEN,       /* X has it */
	MESSAGE_RESOLVED,    /* it is over */
	MESSAGE_MEMBER,      /* quiet update to the owner */
	MESSAGE_EXPIRED,     /* your take has run out; it pages again */
	MESSAGE_HANDOVER,    /* watch change: yours now */
	MESSAGE_TEST,        /* page-test */
	MESSAGE_UPDATE_DUE,  /* the promised public update is late */
	MESSAGE_LAST_RESORT, /* nobody could be reached */
	MESSAGE_DIGEST,      /* once a day: what calls nobody */
	MESSAGE_ROTA,        /* your watches have changed */
	MESSAGE_REOPENED,    /* it was said to be over, and is not */
	MESSAGE_CONTACT,     /* a way to reach you does not work */
};
#define MESSAGE_KINDS (MESSAGE_CONTACT + 1)

#define REPLY_CODE 8 /* "042817" */

struct message {
	char intent[24]; /* "i-000000123" */
	enum message_kind kind;
	enum channel_kind channel;
	char person[64];
	char incident[24];      /* "INC-000042"; "" for a test, a digest */
	int severity;           /* 1 to 4; 0: of no incident */
	bool possible_repeat;   /* an earlier attempt may have got through */
	bool store_down;        /* written to the journal only */
	int attempt;            /* 1 is the first */
	char link[256];         /* take link, "" where none is wanted */
	char token[200];        /* by which a provider tells of it; or "" */
	char reply[REPLY_CODE]; /* what an answer to it begins with; or "" */
	char subject[160];      /* one line */
	char sms[141];          /* client, what, since: 140 characters */
	char *body;             /* plain text; freed by duty_action_clear() */
	char thread[80];        /* the same for all messages of an incident */
	char merge_key[128]; /* the same for all who tell of one thing, or "" */
};

struct duty_action {
	enum duty_do what;
	struct message message; /* SEND */
	uint64_t command;       /* ANSWER: the id given to duty_command() */
	bool ok;
	char *answer; /* JSON; freed by duty_action_clear() */
};
void duty_action_clear(struct duty_action *);

enum sent {
	SENT_HANDED_OVER, /* the channel's server has it; no human yet */
	SENT_FAILED_NOW,  /* may work later */
	SENT_FAILED,      /* will not work for this person and channel */
	SENT_BROKEN,      /* nor will it until this person sees to it */
};

/* A message could be put together only with this: who signs links. */
typedef void duty_sign(void *arg, const char *incident, const char *person,
    const char *intent, char *token, size_t room);

struct duty *duty_new(const struct settings *, duty_sign *, void *arg);
void duty_free(struct duty *);
/* -1: not readable, and left as it is; a page without its readable incident
   pages as an incident of operations. */
int duty_load(struct duty *, const char *key, const char *field,
    const void *value, size_t length, char error[160]);
void duty_start(struct duty *, int64_t now_ms);
/* The old settings must still be there; they are not looked at afterwards.
   Before duty_start() they are only replaced. */
void duty_configure(struct duty *, const struct settings *, int64_t now_ms);

/*
 * Position in shard's outbox; entries after it come by duty_alarm().  One
 * that cannot be decoded goes to poison and is told to operations; so does,
 * without a look at it, one that has crashed its reader three times (the
 * shell counts).
 */
const char *duty_position(const struct duty *, unsigned shard);
void duty_alarm(struct duty *, unsigned shard, const char *id, const char *json,
    size_t length, int64_t now_ms);
void duty_alarm_crashed(struct duty *, unsigned shard, const char *id,
    const char *json, size_t length, int64_t now_ms);

/*
 * Is anything open that this shard has told?  Then the shell looks about once
 * a minute, each time after it has read the outbox to its end, at what the
 * shard's records know of: the fields of "alarms", which are keys, "names",
 * which says what these are called, and "judged" of "meta".
 * What they lack in three such looks, while the shard judged on, is over.
 */
bool duty_has_of(const struct duty *, unsigned shard);
void duty_standing(struct duty *, unsigned shard, int64_t judged_ms,
    const char *const *keys, size_t count, const struct renames *,
    int64_t now_ms);

/*
 * A person's command as a JSON object (docs/protocol.md, "Control socket"):
 * {"command": "take", "person": "aroha", ...}.  The shell has proven and set
 * "person", whose act it is; "by" is how the timeline names it ("root as
 * aroha", "aroha by link").  Exactly one DUTY_ANSWER follows for each id: an
 * object with "text" (one sentence for people) when ok, otherwise "error".
 */
void duty_command(struct duty *, uint64_t command, const char *json,
    size_t length, const char *by, int64_t now_ms);

/*
 * A question in the same form, answered at once from memory and changing
 * nothing: incidents, incident, oncall, overrides, status.  The answer is a
 * JSON object, the caller's to free; *ok false: it has only "error".  NULL:
 * this is no question but a command.
 */
char *duty_query(const struct duty *, const char *json, size_t length,
    int64_t now_ms, bool *ok);

/* Who was on watch until now, for that reckoning (pager/burden.h). */
struct burden;
void duty_burden(const struct duty *, struct burden *, int64_t now_ms);

void duty_sent(struct duty *, const char *intent, enum sent, const char *detail,
    int64_t now_ms);

/*
 * Redis has been away for over 30 s (up false), or is back and has all that
 * was written meanwhile (up true).  Away, commits go on as ever, only that
 * the shell keeps them in its local journal: messages are marked store_down,
 * and a take is answered "heard, not yet recorded, you may be called again".
 */
void duty_store(struct duty *, bool up);
void duty_break(struct duty *, int64_t now_ms);

/*
 * Trouble of our own that the shell sees ("operations/trees", "operations/
 * store"): raised while text says what, over with NULL.  An incident of
 * operations like those that shards raise; repeats are harmless.
 */
void duty_trouble(struct duty *, const char *subject, int severity,
    const char *text, int64_t now_ms);

void duty_time(struct duty *, int64_t now_ms);
int64_t duty_deadline(const struct duty *);

bool duty_commit(struct duty *, int64_t now_ms, struct commit *out);
void duty_committed(struct duty *);
enum duty_do duty_next(struct duty *, int64_t now_ms, struct duty_action *out);

/*
 * The auditor's question, asked of the state alone by other code than that
 * which pages: is any open page quieter than promised?  NULL, or the
 * incident's id and what is wrong in text.
 */
const char *duty_audit(const struct duty *, int64_t now_ms, char text[160]);

#endif
