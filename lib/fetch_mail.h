#ifndef LIB_FETCH_MAIL_H
#define LIB_FETCH_MAIL_H

#include "lib/fetch_inside.h"

/*
 * fetch_mail: what fetch_mail.c (the connection) and fetch_smtp.c (what is
 * said on it) share.
 *
 * Not by libcurl: it waits inside itself, not on the event loop, for the
 * answer to the end of a message and to QUIT, up to two minutes each.
 */

struct bufferevent;
struct curl_slist;

enum smtp_at { /* whose answer is awaited */
	SMTP_GREETING,
	SMTP_EHLO,
	SMTP_HELO,
	SMTP_STARTTLS,
	SMTP_AUTH,
	SMTP_AUTH_USER,
	SMTP_AUTH_PASSWORD,
	SMTP_FROM,
	SMTP_TO,
	SMTP_DATA,
	SMTP_MESSAGE,
	SMTP_QUIT, /* nobody's: all is said */
};

struct mail {
	struct fetch *fetch;
	struct bufferevent *bev; /* NULL: between two addresses */
	char *addresses, *next;  /* next: into addresses, not yet tried */
	bool connected, secured, demanded;
	enum smtp_at at;
	/* What the answer to EHLO offers. */
	bool offers_tls, offers_plain, offers_login, offers_8bit;
	const struct curl_slist *to; /* the recipient asked about */
	int accepted;                /* recipients */
	int refused;                 /* the last refusal's code; 0: none */
	char refusal[FETCH_ERROR_MAX];
};

/* fetch_smtp.c: one whole reply has come, or a line of one. */
enum smtp_do { SMTP_WAIT, SMTP_SECURE, SMTP_DONE };
/* SMTP_DONE: failure and error are set. */
enum smtp_do smtp_line(struct mail *, char *line);
/* The connection is secured: begin anew. */
void smtp_hello(struct mail *);
const char *smtp_awaited(const struct mail *);

#endif
