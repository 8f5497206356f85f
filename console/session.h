#ifndef CONSOLE_SESSION_H
#define CONSOLE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

/*
 * session: who is in, as a cookie that only we can have written.
 *
 * "1~w~aroha~BEGUN~SEEN~ID~MAC".  Nothing is stored, so that a session
 * outlives a pager's restart and its takeover by another: the secret that
 * signs it is the one that signs links, which all pagers of a store share.
 * The hash of the person's password is signed, too: another password, and
 * every session of that person is over.  Which ones were ended before their
 * time, by logging out, the core knows by their ids (pager/duty_sessions.c).
 *
 * A session that is not used for idle_ms is over, and each after longest_ms.
 * One that is used gets another cookie when SEEN is older than a twentieth
 * of idle_ms.
 */

#define SESSION_ID 64 /* hex digits: 256 bits */
#define SESSION_CODE 64
#define SESSION_TEXT 320        /* with its 0 */
#define SESSION_AHEAD_MS 300000 /* the clock may go back so far */

enum session_way { SESSION_BY_PASSWORD = 'w', SESSION_BY_PROXY = 'p' };

struct session {
	char way; /* enum session_way */
	char person[64];
	int64_t begun_ms, seen_ms;
	char id[SESSION_ID + 1];
};

struct session_limits {
	int64_t idle_ms, longest_ms;
};

/* password: its hash as configured; NULL: none. */
void session_write(const char *secret, const char *password,
    const struct session *, char out[SESSION_TEXT]);
/* What it says, unproven; false: it is none. */
bool session_read(const char *text, struct session *);
/* Is the text what we have written, with this password? */
bool
session_is_ours(const char *secret, const char *password, const char *text);
bool session_is_over(const struct session *, const struct session_limits *,
    int64_t now_ms);
bool session_is_stale(const struct session *, const struct session_limits *,
    int64_t now_ms);

/* What every POST of this session brings. */
void session_csrf(const char *secret, const struct session *,
    char out[SESSION_CODE + 1]);
bool session_csrf_fits(const char *secret, const struct session *,
    const char *given);

/*
 * Does Origin say that it was pressed on a page of ours?  url: as configured,
 * or NULL: then as host and tls say.  NULL as origin or host: not there.
 */
bool session_origin_fits(const char *origin, const char *url, const char *host,
    bool tls);

#endif
