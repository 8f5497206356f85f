#ifndef LIB_PROGRAM_H
#define LIB_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

/*
 * program: other people's programs, run on the event loop, for seconds.
 *
 * Each ends in exactly one of two ways: its done function is called once,
 * from the event loop and never from inside program_start(); or it is
 * cancelled and done is not called.  Either way the struct program is gone.
 * A done function may start and cancel programs, but not free the programs.
 *
 * There is no shell.  A program runs in /, in a process group of its own,
 * with PATH and LANG and nothing else in its environment, with every signal
 * as it is at first, and with no descriptor but three: it reads the input (a
 * file of its own, so that nobody waits for it to be read), its standard
 * output is /dev/null, and of what it says on standard error the beginning is
 * kept.  Who says more than PROGRAM_HEARD_MAX there is not listened to any
 * more, and stands still until its time is over.
 *
 * When its time is over the group is asked to end (SIGTERM), and made to
 * (SIGKILL) two seconds later.  Who is cancelled is made to at once, and so
 * is whatever a program leaves behind in its group; what has left the group
 * is not ours any more, and nothing waits for it.
 *
 * PROGRAMS_MAX run at a time; a further one waits, which counts as its time.
 */

#define PROGRAMS_MAX 16
#define PROGRAM_ERRORS_MAX 512      /* bytes kept of standard error */
#define PROGRAM_HEARD_MAX (1 << 20) /* bytes read of it */
#define PROGRAM_GRACE_MS 2000       /* from SIGTERM to SIGKILL */

struct event_base;
struct program;  /* one that waits or runs */
struct programs; /* all of them */

struct program_request {
	char *const *argv; /* [0] is an absolute path; ends with NULL */
	const void *input; /* what it may read, copied */
	size_t input_length;
	int64_t timeout_ms;
};

enum program_end {
	PROGRAM_EXITED,      /* code: its status */
	PROGRAM_KILLED,      /* code: the signal that ended it */
	PROGRAM_TIME_OVER,   /* it ran for too long */
	PROGRAM_NO_TURN,     /* others ran all the time */
	PROGRAM_NOT_STARTED, /* code: errno */
};

struct program_result {
	enum program_end end;
	int code;
	/* The first bytes of its standard error, as they came, 0-terminated;
	   valid until done returns. */
	const char *errors;
	size_t errors_length;
};

typedef void program_done(void *arg, const struct program_result *);

/* SIGCHLD is the loop's from then on. */
struct programs *programs_new(struct event_base *);
/* Cancels all; waits for them, a tenth of a second at most. */
void programs_free(struct programs *);

/* The request is copied.  Never NULL. */
struct program *program_start(struct programs *, const struct program_request *,
    program_done *, void *arg);
void program_cancel(struct program *);

#endif
