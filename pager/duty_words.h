#ifndef PAGER_DUTY_WORDS_H
#define PAGER_DUTY_WORDS_H

#include "lib/text.h"
#include "pager/duty_parts.h"

/*
 * duty_words: the pieces that messages are put together from; for the files
 * of duty that write what people read, and nobody else.
 *
 * Every piece appends to text, says what is so at now_ms, in the reader's
 * zone, and makes plain whatever comes from outside.
 */

#define SUBJECT_TITLE_MAX 70 /* bytes of a title in a subject */

struct words {
	struct text *text;
	const struct duty *duty;
	const struct incident *inc;
	const char *zone; /* the reader's */
	int64_t now_ms;
};

/* duty_words.c: small ones. */
void words_plain(struct words *, const char *);
void words_instant(struct words *, int64_t at_ms); /* with date and seconds */
void words_clock(struct words *, int64_t at_ms);   /* "11:02 BST" */
void words_length(struct words *, int64_t ms);     /* "12 min" */
/* "is down: answered 503, seen by 2 of 3 regions (and 2 more)". */
void words_what(struct words *);
/* Since when what still fails does. */
int64_t words_since(const struct incident *);
/* Client, what, since, in 140 characters; lead says what kind it is. */
void words_sms(struct words *, const char *lead, char sms[141]);

/* duty_body.c: an open incident. */
void words_state(struct words *);
void words_evidence(struct words *);
void words_members(struct words *);
void words_storm(struct words *);

/* duty_who.c: who was called (but by this intent), who is next and when. */
void words_called(struct words *, const char *but_intent);
void words_next(struct words *);

/* duty_known.c: what helps: addresses, runbooks, what was before. */
void words_known(struct words *);
void words_before(struct words *);

/* duty_over.c: a closed incident, from beginning to end. */
void words_over(struct words *);
void words_over_subject(struct words *, char *out, size_t room);
void words_over_sms(struct words *, char sms[141]);

#endif
