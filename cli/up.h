#ifndef CLI_UP_H
#define CLI_UP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/cli.h"

/*
 * up: everything on loopback, from one command.
 *
 * One folder holds it all: the tree, tokens, sockets, Redis data, logs.
 * Every child dies with us, however we die; what one child wrote to stderr
 * is in its log, and the pager's terminal channel speaks in our terminal.
 */

struct event;
struct event_base;
struct up;

#define UP_CHILDREN_MAX 16
#define UP_ARGS_MAX 24
#define CONF_ROOM 4096
#define UP_TERM_MS 5000 /* from SIGTERM to SIGKILL */

/* Where folders are made that nobody named: TMPDIR, or /tmp; they are called
   UP_FOLDER and something. */
#define UP_FOLDER "sunwatch."
const char *up_temporary(void);

/* ---- up_conf.c: the demonstration's tree ---- */

#define UP_DEMO_AGENTS 3
#define UP_DEMO_LEAD "moana" /* who gets into the console */
#define UP_PASSWORD 16       /* bytes, made anew at each start */
#define UP_AGENTS_MAX 8      /* started of an operator's own tree */

struct up_ports {
	/* Where daemons listen. */
	int agents, pages, pager, metrics, alerts, console;
	int lms, panel, canaries; /* the training LMS, its switch */
};

struct up_agent {
	char name[64], region[64];
	char token[64 + 1];
};

/* Write the tree into the folder; complains and returns false on failure. */
bool up_write_demo(struct up *, const char *redis);
/* Places and tokens for an operator's tree (lib/settings_stage.c). */
bool up_write_stage(struct up *, const char *redis);
/* A free loopback port; ends the process when there is none. */
int up_free_port(void);
/* Replace a file of mode 0600. */
bool up_write_file(struct cli *, const char *path, const char *text);

/* ---- up_child.c: programs that are kept running ---- */

/* In this order they are asked to end, each when those before are gone. */
enum up_phase {
	UP_AGENTS,  /* have to give away what they saw */
	UP_DAEMONS, /* and the training LMS */
	UP_STORE,   /* holds what all of them wrote */
	UP_PHASES,
};

struct up_child {
	char name[32];
	char *argv[UP_ARGS_MAX + 1]; /* owned; argv[0] is the whole path */
	bool speaks;                 /* its stdout is shown in our terminal */
	enum up_phase phase;
	pid_t pid;        /* 0: not running */
	int64_t began_ms; /* monotonic */
	int64_t pause_ms; /* before the next start, doubled while it dies */
	struct event *again, *heard; /* heard: NULL when it is not read */
	int fd;                      /* read end of its stdout; -1 */
	int restarts;
	struct up *up;
};

struct up {
	struct cli *cli;
	struct event_base *base;
	char folder[256], bin[256]; /* where everything is; our programs */
	bool keep;                  /* the folder is the user's */
	bool ending, killed;
	int phase; /* while ending: who has been asked so far */
	bool failed;
	struct up_child children[UP_CHILDREN_MAX];
	size_t count;
	struct event *deadline; /* while ending */
	struct event *ready;    /* while starting */
	struct up_ports ports;
	bool demo; /* our own tree and LMS, not the operator's */
	char conf[CONF_ROOM];
	char stage[300];         /* SUNWATCH_STAGE; "" in a demonstration */
	char ca_file[CONF_ROOM]; /* agents verify endpoints by it; "" */
	struct up_agent agents[UP_AGENTS_MAX];
	size_t agent_count;
	char password[UP_PASSWORD + 1]; /* in our terminal only; "" */
	int64_t began_ms;
	void (*ended)(struct up *); /* all children are gone */
};

/* A child to be started; arguments end with NULL.  argv[0] without a slash
   is looked for beside this program, then in PATH. */
struct up_child *up_child_add(struct up *, const char *name, bool speaks,
    const char *const *argv);
void up_child_start(struct up_child *);
/* SIGCHLD: whoever ended is noted, and started again in time. */
void up_children_reap(struct up *);
/* SIGTERM phase by phase, and SIGKILL to whoever is left after UP_TERM_MS. */
void up_children_end(struct up *);
void up_children_clear(struct up *);

/* One line of our own in the terminal. */
void
up_say(struct up *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
