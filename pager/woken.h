#ifndef PAGER_WOKEN_H
#define PAGER_WOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "pager/incident.h"

/*
 * woken: who was woken for an incident and why, or why nobody was, as it stood
 * at an instant: a pure function of the pager's journal and of that instant.
 *
 * What an incident's record knows besides fills what the journal of an earlier
 * release lacks.  A line that says nothing to this is passed over.
 */

#define WOKEN_LINES_MAX 100000 /* of the journal; later ones are left out */
#define WOKEN_CALLS_MAX 500    /* of one incident; later ones are counted */
#define WOKEN_ACTS_MAX 500     /* the same */
#define WOKEN_NAMES_MAX 16     /* of one thing, the latest */

/* What is asked for: as it is called now, and as it was called then. */
struct woken_of {
	const char *name, *was;
};

/* Lines of the journal, in the order of their instants. */
struct woken_journal {
	struct woken_line *lines; /* NULL while room is 0 */
	size_t count, room;
};
/* False: it is no such line, or there is no room. */
bool woken_add(struct woken_journal *, const char *json, size_t length);
void woken_clear(struct woken_journal *);

/* What a line is about, before it is kept. */
struct woken_about {
	int64_t at_ms;
	char incident[24]; /* "": none */
	bool is_of;        /* it opens it for this subject, lets that join, or
			      gives it another name */
	bool is_end;       /* it closes it */
	char storm[24];    /* whose page calls for it from then on; or "" */
};
bool woken_about(const char *json, size_t length, const struct woken_of *,
    struct woken_about *out);

/* One attempt to reach somebody. */
struct woken_call {
	int64_t at_ms;
	char intent[24], person[64], channel[16];
	/* The level that is called, from 1, of so many, the ladder's n-th time
	   round.  0: none, or it is not known. */
	int level, levels, round;
	/*
	 * On whose account: what the level calls ("rota support"), "handed on",
	 * "worse" (had it, and it became worse), "owner" (who has it is asked
	 * for a late update), "last resort"; "": not known.
	 */
	char from[160];
	char override[16], override_by[64]; /* "": by the ring */
	char layer[64];         /* of the rota; "": its own watches */
	char instead[64];       /* whose hours they would be; "": as it is */
	bool filled;            /* the watch covers absent hours of another */
	bool late;              /* for a promised update that is missing */
	int64_t until_ms;       /* the level's patience; 0: not known */
	int64_t watch_until_ms; /* 0: not known, or no watch */
	enum called_outcome outcome;
	char answer[256];    /* what the channel said, or why it was not sent */
	int64_t answered_ms; /* 0: no answer yet */
};

/* What people and time did with it: "taken", "snoozed", "take expired" ... */
struct woken_act {
	int64_t at_ms;
	char what[24], by[64], person[64];
	char text[200];
	int64_t until_ms; /* of a take, a snooze; or 0 */
};

struct woken {
	char incident[24], subject[192];
	bool is_storm;
	int severity;       /* 0: not known */
	int calls_as;       /* as which severity it calls people; the same */
	int64_t opened_ms;  /* 0: it was not open yet */
	int64_t joined_ms;  /* the subject asked for came later; or 0 */
	int64_t cleared_ms; /* that subject was well again; or 0 */
	int64_t closed_ms;  /* or 0 */
	char ended[160];    /* what ended it */
	enum page_state state;
	char owner[64], storm[24];  /* or "" */
	int64_t owned_ms, until_ms; /* until_ms 0: not known */
	int64_t calls_since_ms;     /* while it calls: when that began */
	struct woken_call *calls;
	struct woken_act *acts;
	size_t call_count, act_count;
	size_t calls_left_out, acts_left_out;
};

/* Into out, which is cleared by woken_end(); record may be NULL. */
void woken_at(const struct woken_journal *, const struct incident *record,
    const char *incident, const struct woken_of *, int64_t at_ms,
    struct woken *out);
void woken_end(struct woken *);

/* Names of people go from it, as they go from records of old: of what was done
   before an instant, or of all of it. */
void woken_hide_names(struct woken *, int64_t before_ms);
void woken_hide_all_names(struct woken *);
/* Did they go from this record? */
bool woken_is_nameless(const struct incident *);

/* Why nobody is being called for it just then; or that somebody is. */
enum woken_why {
	WOKEN_CALLS,     /* somebody is called until one takes it */
	WOKEN_UNREACHED, /* so they are, and no attempt got through so far */
	WOKEN_NOBODY,    /* it calls, and there was nobody to call */
	WOKEN_TAKEN,
	WOKEN_SNOOZED,
	WOKEN_STORM,    /* a storm's page calls for it */
	WOKEN_NOTICE,   /* S3: one notice, and more in office hours */
	WOKEN_DIGEST,   /* S4: told once a day */
	WOKEN_CLOSED,   /* it was over */
	WOKEN_NOT_OPEN, /* it was opened only later */
};
enum woken_why woken_why(const struct woken *);
const char *woken_why_text(enum woken_why); /* one stable word or two */

/* Its page as far as the journal tells it, for page_upcoming(). */
void woken_page(const struct woken *, struct page *out);

#endif
