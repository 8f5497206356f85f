#ifndef CONSOLE_DOOR_PARTS_H
#define CONSOLE_DOOR_PARTS_H

#include <sys/queue.h>

#include "console/console.h"
#include "console/door.h"
#include "console/guard.h"
#include "console/repeats.h"
#include "console/scrypt.h"
#include "console/session.h"
#include "lib/serve.h"

/* door_parts: what the files of door share, and nobody else. */

#define DOOR_LOGIN_MAX 2048         /* bytes of a body */
#define DOOR_ATTEMPTS_MAX 64        /* to log in, that wait ... */
#define DOOR_ATTEMPTS_ADDRESS_MAX 4 /* ... and of one address */
#define DOOR_STREAMS_PERSON_MAX 8
#define DOOR_LIVE_MS 1000 /* how often is looked for what has changed */

struct attempt;
struct watcher;
struct event;

struct door {
	struct event_base *base;
	struct serve *serve;
	struct desk *desk;
	const struct settings *settings;
	char *secret; /* NULL: not known yet */
	struct guard *guard;
	struct scrypt *scrypt;
	struct repeats *repeats;
	LIST_HEAD(attempts, attempt) attempts;
	LIST_HEAD(watchers, watcher) watchers;
	struct event *look; /* NULL while nobody watches */
	int64_t journalled; /* at the last look */
	int64_t said_stranger_ms;
};

/* Who is in. */
struct inside {
	const struct person *person;
	struct session session;
};

/* door_in.c */
/* False: it has been answered. */
bool door_who(struct door *, struct serve_request *, struct inside *);
/* May they stay?  Asked again of who watches. */
bool door_stays(struct door *, const struct inside *);
void door_let_in(struct door *, struct serve_request *, const struct person *,
    enum session_way, struct inside *);
void door_let_out(struct door *, struct serve_request *);
/* Was it pressed on a page of ours? */
bool door_is_ours(const struct door *, const struct serve_request *);
bool door_is_form(const struct serve_request *);

/* door_page.c */
void door_get(void *arg, struct serve_request *);
void door_post(void *arg, struct serve_request *);
bool door_admit(void *arg, struct serve_request *);
/* A question's answer; never NULL. */
json_t *door_ask(struct door *, const json_t *question);
void door_say(struct serve_request *, int status, const char *notice);
void door_html(struct serve_request *, int status, char *html);
struct inside;
void door_view(struct door *, struct serve_request *, const struct inside *,
    struct console_view *, char csrf[SESSION_CODE + 1], char once[17]);

/* door_login.c */
void door_login_form(struct serve_request *, int status, const char *notice,
    const char *name, const char *next);
void door_login(void *arg, struct serve_request *);
void door_logout(void *arg, struct serve_request *);
void door_forget_attempts(struct door *);

/* door_live.c */
void door_live(void *arg, struct serve_request *);
void door_end_watchers(struct door *);

#endif
