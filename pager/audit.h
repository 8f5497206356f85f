#ifndef PAGER_AUDIT_H
#define PAGER_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pager/incident.h"

/*
 * audit: what the auditor decides.
 *
 * It reads the promises as they stand and knows no due times: an open
 * incident that calls (S1, S2) and that nobody has is not quiet for longer
 * than silence_max; and the pager's loop turns.  It is told what was
 * recorded of attempts and of what people said, and when the loop turned;
 * what it finds wrong it does not mend, but has the last resort told.
 *
 * QUIET  seen so for grace_ms on end (a restart, a take-over, a store that
 *        is slow may last so long), then told; again every silence_max, since
 *        then nobody else calls; when that does not help the pager is to be
 *        started anew, once.
 * LOOP   told once when the last turn is loop_ms ago; twice that, and the
 *        pager is to be started anew.
 *
 * When it is over, who was told is told so.  A telling that failed is tried
 * again every minute.  What is known goes through a restart as one line.
 */

#define AUDIT_SLACK_MS INT64_C(15000) /* for an attempt to be recorded */
#define AUDIT_GRACE_MS INT64_C(30000)
#define AUDIT_LOOP_MS INT64_C(20000) /* below WatchdogSec of the unit */
#define AUDIT_AGAIN_MS INT64_C(60000)
#define AUDIT_KILL_AGAIN_MS INT64_C(10000)
#define AUDIT_LINE_MAX 1024 /* of what goes through a restart */

/* How long an incident that calls has been quiet; 0: somebody has it, or it
   calls nobody.  caller: whose page calls for it, itself or its storm. */
int64_t audit_quiet_ms(const struct incident *, const struct incident *caller,
    int64_t now_ms);
/* The first incident that is too quiet, and what is wrong; or NULL. */
const struct incident *audit_find(const struct incident *all,
    int64_t allowed_ms, int64_t now_ms, char text[160]);

/* What a look at the records found, all of it as of one instant. */
struct audit_view {
	int64_t at_ms;
	char incident[24];      /* the first that is too quiet; "": none */
	char text[160];         /* what is wrong with it */
	int64_t quiet_since_ms; /* its last attempt */
	int quiet, unheld;      /* how many; all that nobody has */
	char list[400];         /* of these the first few, for people */
};
void audit_look(const struct incident *all, int64_t allowed_ms, int64_t at_ms,
    struct audit_view *out);

enum audit_part { AUDIT_LOOP, AUDIT_QUIET };
#define AUDIT_PARTS 2

/* What the pager last said of itself, as it says it. */
enum audit_pager {
	AUDIT_OPENING = 'o', /* neither of these; also before its first word */
	AUDIT_ACTIVE = 'a',
	AUDIT_STANDBY = 's', /* another one is active, and pages */
};

enum audit_state {
	AUDIT_FINE,
	AUDIT_SEEN, /* wrong, and not yet for long */
	AUDIT_TO_TELL,
	AUDIT_TOLD,
	AUDIT_TO_END, /* over, and those who were told do not know */
};

struct audit_case {
	enum audit_state state, telling; /* telling: which; FINE: nothing */
	int64_t since_ms; /* of the last turn, the last attempt */
	int64_t seen_ms, told_ms, ended_ms;
	int64_t tell_ms; /* when to try (again); NEVER */
	int64_t kill_ms; /* when the pager was to be killed last; 0: not yet */
	bool repeat; /* a telling was begun in an earlier life; how it ended is
			not known */
	char incident[24];
};

struct audit {
	char site[64], host[64];
	int64_t silence_max_ms, slack_ms, grace_ms, loop_ms;
	enum audit_pager pager;
	int64_t turned_ms;      /* the pager's loop */
	struct audit_view view; /* the last one */
	struct audit_case cases[AUDIT_PARTS];
};

enum audit_do { AUDIT_NOTHING, AUDIT_TELL, AUDIT_KILL };
struct audit_action {
	enum audit_do what;
	enum audit_part part;
	bool again;        /* KILL: it was killed before, and is still there */
	bool over;         /* TELL: it is no longer so */
	bool repeat;       /* TELL: it may have been told already */
	char incident[24]; /* TELL: which one may be taken; "": none */
	char subject[160];
	char text[900];
	/* LOOP: the same as agents have for the same silence. */
	char merge_key[128];
};

void audit_init(struct audit *, const char *site, const char *host,
    int64_t silence_max_ms, int64_t now_ms);
/* The pager's loop has turned, and said this. */
void audit_turned(struct audit *, enum audit_pager, int64_t now_ms);
void audit_saw(struct audit *, const struct audit_view *, int64_t now_ms);
/* We were held up, or the clock jumped: what fell into that is not judged. */
void audit_break(struct audit *, int64_t now_ms);
/* What is to be done now; ask until there is nothing. */
enum audit_do
audit_next(struct audit *, int64_t now_ms, struct audit_action *out);
/* How the telling ended: at least one channel has it. */
void
audit_told(struct audit *, enum audit_part, bool handed_over, int64_t now_ms);

bool audit_is_fine(const struct audit *); /* nothing worth remembering */
/* One line of JSON, and back.  Whatever cannot be read is forgotten. */
void audit_save(const struct audit *, int64_t now_ms, char out[AUDIT_LINE_MAX]);
void
audit_restore(struct audit *, const char *line, size_t length, int64_t now_ms);

#endif
