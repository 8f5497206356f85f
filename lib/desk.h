#ifndef LIB_DESK_H
#define LIB_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * desk: where people's questions and commands are handed in, whatever way
 * they came, and where the answers are handed out.
 *
 * A command that was accepted is answered exactly once, later and from the
 * event loop, after its commit; unless its asker has gone and it was
 * forgotten.  Accepted and then lost (the store broke in the middle) is also
 * answered: nobody knows whether it was recorded.
 */

#define DESK_WAITING_MAX 200  /* commands not yet answered; then busy */
#define DESK_PROGRAMS_MAX 500 /* the same of programs, who keep nobody out */

struct desk;

struct desk_backend {
	/* An answer, to be freed; or NULL: it is no question. */
	char *(*query)(void *arg, const char *json, size_t length, bool *ok);
	/* It is answered later, never from inside; false: not now. */
	bool (*command)(void *arg, uint64_t id, const char *json, size_t length,
	    const char *by);
	const char *not_now; /* what is said then */
};

/* json: the answer's object; text or error is its sentence for people. */
typedef void desk_answered(void *arg, bool ok, const char *json);

struct desk *desk_new(const struct desk_backend *, void *arg);
void desk_free(struct desk *); /* nobody is answered any more */

char *desk_query(struct desk *, const char *json, size_t length, bool *ok);
/* The id to forget it by, or 0 with the reason in error. */
uint64_t desk_command(struct desk *, const char *json, size_t length,
    const char *by, desk_answered *answered, void *arg, const char **error);
/* The same; whose lane it waits in. */
enum desk_lane { DESK_PEOPLE, DESK_PROGRAMS };
#define DESK_LANES (DESK_PROGRAMS + 1)
uint64_t
desk_command_of(struct desk *, enum desk_lane, const char *json, size_t length,
    const char *by, desk_answered *answered, void *arg, const char **error);
void desk_forget(struct desk *, uint64_t id);

void desk_answer(struct desk *, uint64_t id, bool ok, const char *json);
void desk_lost(struct desk *);

#endif
