#ifndef CLI_LMS_SESSION_H
#define CLI_LMS_SESSION_H

#include <stdbool.h>
#include <stddef.h>

/*
 * lms_session: who is logged in at the training LMS.
 *
 * As in the LMS it imitates: a session is a cookie; a login token is bound
 * to its session and consumed by every attempt, right or wrong; a successful
 * login changes the cookie.
 */

#define LMS_SESSIONS_MAX 1024 /* then the oldest goes */
#define LMS_ID_LENGTH 32

struct lms_session {
	char id[LMS_ID_LENGTH + 1];    /* the cookie's value; "" when free */
	char token[LMS_ID_LENGTH + 1]; /* for the next attempt; "" when used */
	char key[11];                  /* has to stand in the logout link */
	bool logged_in;
};

struct lms_sessions {
	struct lms_session items[LMS_SESSIONS_MAX];
	size_t next; /* the oldest, taken for a new one */
};

/* NULL when there is none of that id. */
struct lms_session *lms_session_find(struct lms_sessions *, const char *id);
struct lms_session *lms_session_start(struct lms_sessions *);
void lms_session_end(struct lms_session *);

/* A fresh token for the form. */
const char *lms_session_offer(struct lms_session *);
/* True when it is the one offered last; used up either way. */
bool lms_session_spend(struct lms_session *, const char *token);
/* After the right password: a new id and key, logged in. */
void lms_session_enter(struct lms_session *);

#endif
