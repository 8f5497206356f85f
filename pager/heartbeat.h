#ifndef PAGER_HEARTBEAT_H
#define PAGER_HEARTBEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "lib/settings_heartbeats.h"

/*
 * heartbeat: one thing that calls in when it is well, and what follows when it
 * does not.
 *
 * It is waited for from its last call on (start alone is none), for "every"
 * and the grace; or, while a run goes on and may take only so long, until that
 * is over.  Then it is late, once for each further "every": whoever closed
 * the incident hears of it again.  A failure is told at once.  Of one
 * heartbeat somebody is told at most every HEARTBEAT_CALM_MS.
 */

#define HEARTBEAT_SAID_MAX 1500 /* bytes of what it said: the end counts ... */
#define HEARTBEAT_LINES_MAX 20  /* ... of so many lines */
#define HEARTBEAT_SAME_MS 10000 /* the same again within this: a repeat */
#define HEARTBEAT_CALM_MS INT64_C(60000)
#define HEARTBEAT_CODE_MAX 255
#define HEARTBEAT_TOKEN 255 /* bytes of one, at most */

struct heartbeat {
	int64_t since_ms;   /* nobody waited for it before */
	int64_t last_ms;    /* when it was last well; 0: never */
	int64_t started_ms; /* of the run that goes on; 0: none does */
	int64_t took_ms;    /* the last whole run; 0: not known */
	int64_t failed_ms;  /* it said so, and was not well since; 0: not */
	int64_t raised_ms;  /* when somebody was last told; 0: never */
	int code;           /* as it ended last */
	bool untold;        /* that it failed */
	bool paused;        /* the tree says: disabled */
	char *said;         /* at its last end; NULL: nothing */
	/* In no record: before this it is not said to be late; when we began to
	   listen, or did so again. */
	int64_t excused_ms, listening_ms;
};

enum heartbeat_word { HEARTBEAT_START, HEARTBEAT_FINISH, HEARTBEAT_FAIL };

struct heartbeat_call {
	enum heartbeat_word word;
	int code;         /* 0..HEARTBEAT_CODE_MAX */
	const char *said; /* heartbeat_said(), or "" */
};

/* "start", "finish", "fail"; false: none of them. */
bool heartbeat_word(const char *, enum heartbeat_word *);
const char *heartbeat_word_text(enum heartbeat_word);
/* heartbeat_path.c: "/heartbeat/TOKEN/fail"; false: there is no token in it.
   *is_known: what follows the token is something that can be said. */
bool heartbeat_path(const char *path, char token[HEARTBEAT_TOKEN + 1],
    struct heartbeat_call *, bool *is_known);
/* What came with it, made a text of plain lines; the caller's to free. */
char *heartbeat_said(const void *, size_t length);

/* From now on it is waited for, from the beginning. */
void heartbeat_begin(struct heartbeat *, int64_t now_ms);
void heartbeat_clear(struct heartbeat *);

/* is_open: an incident of it is.  False: a repeat, and nothing has changed. */
bool heartbeat_take(struct heartbeat *, const struct heartbeat_settings *,
    const struct heartbeat_call *, bool is_open, int64_t now_ms);

/* Until when it has to call in, its grace included; NEVER: it is paused. */
int64_t
heartbeat_expected(const struct heartbeat *, const struct heartbeat_settings *);
/* When somebody is to be told. */
int64_t
heartbeat_due(const struct heartbeat *, const struct heartbeat_settings *);
/* Somebody is told now: of what, and since when that is so. */
struct heartbeat_fault {
	bool failed; /* it said so itself */
	int64_t since_ms;
	char text[200];
};
void heartbeat_raise(struct heartbeat *, const struct heartbeat_settings *,
    int64_t now_ms, struct heartbeat_fault *);

/* Other terms: what would be due by now gets its grace first. */
void heartbeat_excuse(struct heartbeat *, const struct heartbeat_settings *,
    int64_t now_ms);
/* We begin to listen (all: whatever is due when), or did not for a while: the
   same, and that it may have been our fault is said. */
void heartbeat_listen(struct heartbeat *, const struct heartbeat_settings *,
    bool all, int64_t now_ms);
/* The clock went back: nothing of it is in the future.  True: changed. */
bool heartbeat_clamp(struct heartbeat *, int64_t now_ms);

/* "well", "running", "late", "too long", "failed", "new", "paused". */
const char *heartbeat_state(const struct heartbeat *,
    const struct heartbeat_settings *, int64_t now_ms);

/* Its record, the caller's to release; and read back, whatever it is. */
json_t *heartbeat_record(const struct heartbeat *);
void heartbeat_read(const json_t *, struct heartbeat *);

#endif
