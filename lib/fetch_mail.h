#ifndef LIB_FETCH_MAIL_H
#define LIB_FETCH_MAIL_H

#include "lib/fetch_inside.h"

/*
 * fetch_mail: what fetch_mail.c (the event loop's side), fetch_post.c (the
 * threads) and fetch_letter.c (what a thread does with a mail) share.
 *
 * libcurl waits inside itself, not on the event loop, for the answer to the
 * end of a message and to QUIT, up to two minutes each.  So a mail is carried
 * by a thread.  It shares nothing with the loop but the post's lists.
 */

struct line;
struct x509_store_st;

/*
 * QUEUED   in the post's queue; the loop's
 * CARRIED  a thread's; line is set, and only post_drop() may touch it else
 * DONE     in the post's list of what is done; the loop's again
 */
enum letter_stage { LETTER_QUEUED, LETTER_CARRIED, LETTER_DONE };

/* What libcurl does not know. */
enum letter_fault {
	LETTER_FINE,
	LETTER_TOO_MUCH,
	LETTER_NO_SMTP,
	LETTER_NO_TURN,
};

struct letter {
	TAILQ_ENTRY(letter) entry;
	/* Under the post's lock. */
	enum letter_stage stage;
	struct fetch *fetch; /* never looked into by a thread */
	struct line *line;

	/* What is asked. */
	char *url, *user, *password, *from, *body;
	size_t body_length;
	struct curl_slist *to, *resolve;
	struct x509_store_st *store; /* a reference of its own, or NULL */
	bool demanded;               /* TLS, and verified */
	int64_t deadline_us;

	/* What came of it. */
	CURLcode code;
	enum letter_fault fault;
	long status, os_error, verdict;
	int64_t connect_us, tls_us;
	const char *awaited; /* what was missing at the end */
	char reply[FETCH_ERROR_MAX];
	char curl_error[CURL_ERROR_SIZE];
};

TAILQ_HEAD(letter_list, letter);

/* fetch_post.c: at most POST_THREADS, started on demand, ended when idle. */
#define POST_THREADS 8
struct post *post_new(int *fd); /* readable when something is done */
/* All letters must be dropped.  Waits two seconds for the threads at most;
   who is later frees what is left. */
void post_free(struct post *);
int post_give(struct post *, struct letter *); /* -1: there is no thread */
struct letter *post_take(struct post *);       /* one that is done, or NULL */
enum letter_stage post_stage(struct post *, const struct letter *);
/* Forget it, at once and wherever it is. */
void post_drop(struct post *, struct letter *);

/* For letter_carry() alone, from its thread. */
bool line_add(struct line *, int fd);    /* false: too many */
void line_remove(struct line *, int fd); /* before it is closed */
bool line_is_dropped(struct line *);
bool line_is_long(struct line *, uint64_t bytes_max); /* received more */
void line_listen_no_more(struct line *);

/* fetch_letter.c */
void letter_free(struct letter *);
/* The handle, to be cleaned up (which says goodbye) after the letter, with
   what came of it, was given back. */
CURL *letter_carry(struct letter *, struct line *);

#endif
