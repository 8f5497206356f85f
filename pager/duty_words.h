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

#define SUBJECT_TITLE_MAX 70  /* bytes of a title in a subject ... */
#define SUBJECT_MATTER_MAX 60 /* ... and of what is the matter */
/* Bytes of a body beyond which a list of incidents has their numbers only,
   and bytes of these beyond which it says how many more: what follows it, who
   is next and the link, must leave by every channel. */
#define LIST_WORDS_MAX 24576
#define LIST_NUMBERS_MAX 8192

struct duty_words {
	struct text *text;
	const struct duty *duty;
	const struct incident *inc;
	const char *zone; /* the reader's */
	int64_t now_ms;
};

/* duty_words.c: small ones. */
void duty_say_plain(struct duty_words *, const char *);
void duty_say_instant(struct duty_words *,
    int64_t at_ms); /* with date and seconds */
void duty_say_clock(struct duty_words *, int64_t at_ms); /* "11:02 BST" */
void duty_say_length(struct duty_words *, int64_t ms);   /* "12 min" */
/* "is down: answered 503, seen by 2 of 3 regions (and 2 more)". */
void duty_say_what(struct duty_words *);
/* Since when what it is about now fails. */
int64_t duty_say_since(const struct incident *);
/* Is it about its own subject, and not what is left of it? */
bool duty_say_own(const struct incident *);
void duty_say_title(const struct duty *, const struct incident *, char *out,
    size_t room);
/* In a word or two; what another system says, as far as there is room. */
void duty_say_matter(const struct incident *, char *out, size_t room);
/* Client, what, since, in 140 characters; lead says what kind it is. */
void duty_say_sms(struct duty_words *, const char *lead, char sms[141]);

/* duty_body.c: an open incident. */
void duty_say_state(struct duty_words *);
void duty_say_evidence(struct duty_words *);
void duty_say_members(struct duty_words *);
/* What another system says besides. */
void duty_say_details(struct duty_words *);
void duty_say_storm(struct duty_words *);

/* duty_list.c: many incidents, the worst first: each that is wanted has its
   row, or, when there are too many, its number, or it is counted; then it is
   said where all of them are. */
void duty_say_list(struct duty_words *, const char *where,
    bool wanted(const struct duty_words *, const struct incident *),
    void row(struct duty_words *, const struct incident *));

/* duty_who.c: who was called (but by this intent), who is next and when. */
void duty_say_called(struct duty_words *, const char *but_intent);
void duty_say_next(struct duty_words *);
void duty_say_next_for_update(struct duty_words *);

/* duty_known.c: what helps: addresses, runbooks, what was before. */
void duty_say_known(struct duty_words *);
void duty_say_before(struct duty_words *);

/* duty_over.c: a closed incident, from beginning to end. */
void duty_say_over(struct duty_words *);
void duty_say_over_subject(struct duty_words *, char *out, size_t room);
/* duty_digest.c: subject and all. */
void
duty_say_digest(struct duty_words *, const struct intent *, struct message *);
/* duty_change.c: whose watches have changed. */
void
duty_say_rota(struct duty_words *, const struct intent *, struct message *);
/* duty_contact.c: a way to them does not work. */
void
duty_say_contact(struct duty_words *, const struct intent *, struct message *);
void duty_say_over_sms(struct duty_words *, char sms[141]);

#endif
