#ifndef LIB_STORE_PARTS_H
#define LIB_STORE_PARTS_H

#include <sys/queue.h>
#include <sys/socket.h>

#include <stdarg.h>

#include <hiredis/hiredis.h>

#include "lib/store.h"
#include "lib/store_tls.h"
#include "lib/text.h"

/*
 * store_parts: what the files of store share and nobody else includes.
 */

enum store_script {
	SCRIPT_LEASE,
	SCRIPT_UNLEASE,
	SCRIPT_SCHEMA,
	SCRIPT_COMMIT,
	SCRIPT_INGEST,
	STORE_SCRIPTS,
};

/*
 * One command into a buffer of our own that may be sent more than once.
 */
struct store_line {
	char *data;
	size_t length;
	int holders; /* the command, and the connection while unsent */
};

/* One command: under way, or lost and not yet told. */
struct command {
	TAILQ_ENTRY(command) entry;
	store_reply *reply;
	void *arg;
	enum store_script script; /* meant only while line is not NULL */
	struct store_line *line;  /* a script call, kept to be sent again */
};
TAILQ_HEAD(commands, command);

struct store {
	struct event_base *base;
	store_changed *changed;
	void *arg;
	char *address, *password, *ca_file; /* the last two may be NULL */
	char host[256];                     /* "": a unix socket */
	int port;
	bool is_tls;
	struct sockaddr_storage where; /* for this attempt */
	int where_length;
	struct resolver *resolver; /* NULL until a name is to be found */
	struct lookup *lookup;     /* NULL: none under way */
	unsigned attempt;
	int64_t timeout_ms;
	int wait_replicas;

	struct bufferevent *bev; /* NULL while away */
	redisReader *reader;     /* NULL while away */
	struct commands under_way, lost;
	struct event *retry, *silence, *tell, *gather;
	int64_t retry_ms, heard_us, away_since_ms;
	bool up, closing, said_away;
	char sha[STORE_SCRIPTS][41];
	int greetings;        /* answers of the greeting still to come */
	struct text advisory; /* what durability lacks */
	const char *fault;    /* of the connection, seen inside a reply */
	char refused[96];     /* the last refusal logged; "" when none */
};

/* store.c */
void store_listen(struct store *); /* something is under way */
/* What was just asked may wait a moment for others, to be written with them. */
void store_gather(struct store *);

/*
 * store_dial.c.  An attempt ends with store_dialled(), when bev is there and
 * about to connect, or with store_dial_failed(); both are in store.c.
 */
int store_dial_parse(struct store *, const char *address);
void store_dial(struct store *);
void store_undial(struct store *); /* silence */
void store_dial_tune(struct store *);
void store_dial_why(const struct store *, short what, char why[STORE_WHY]);
void store_dialled(struct store *);
void store_dial_failed(struct store *, const char *why);

/* store_ask.c */
void store_on_tell(int fd, short what, void *store);
void store_take_replies(struct store *);
void store_finish_all(struct commands *); /* told NULL */

/* Ask for all that has to be settled before the store is up. */
void store_greet(struct store *);
void store_opened(struct store *); /* all of it is settled */
void store_vcommand(struct store *, store_reply *, void *arg, const char *fmt,
    va_list);

extern const char *const store_script_texts[STORE_SCRIPTS];

/*
 * Call a script: argv are numkeys, keys and arguments.  When Redis has
 * forgotten the script it is loaded and called again before reply is told.
 */
void store_script(struct store *, enum store_script, store_reply *, void *arg,
    int argc, const char *const *argv, const size_t *lengths);

/* Write why a command was refused, or what it was told, once per text. */
void store_say_why(struct store *, const char *what, const char *why);
void
store_say_refused(struct store *, const char *what, const struct redisReply *);

#endif
