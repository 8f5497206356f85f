#ifndef PAGER_DUTY_REQUEST_H
#define PAGER_DUTY_REQUEST_H

#include "pager/duty_parts.h"

/* duty_request: one command of a person, for the files with handlers. */

#define REQUEST_BLANKS " \t\r\n"

struct request {
	struct duty *duty;
	uint64_t id;
	json_t *json;
	const char *by;
	int64_t now_ms;
	bool is_quiet;    /* part of another, which answers */
	const char *lead; /* answers begin with this; or NULL */
};

void request_refuse(struct request *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void request_agree(struct request *, const struct incident *, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
/* The same of what others have to do, too, before it is so. */
void
request_wait(struct request *, const struct incident *, const char *waits_for,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
struct incident *request_open_incident(struct request *);
const struct person *request_person(struct request *, const char *field);
const struct person *request_callable(struct request *, const char *field);
const char *request_text(struct request *, const char *field, bool required);
/* May anybody be called for it?  If not, that is refused. */
bool request_may_call(struct request *, const struct incident *);

/* duty_own.c: whose it is. */
/* It is somebody's own act now: out of a storm, nobody else is called.
   person: whose it is then, or who is called; for so long; 0: not said. */
void request_act(struct request *, struct incident *, const char *what,
    const char *text, const char *person, int64_t for_ms);
void command_take(struct request *);
/* The same as a part of another command: nothing is answered. */
void request_take(struct request *, struct incident *, const struct person *);
void command_snooze(struct request *);
void command_hand_on(struct request *);
void command_decline(struct request *);

/* duty_escalate.c: the next level is called. */
void command_escalate(struct request *);

/* duty_reopen.c: it was not over. */
void command_reopen(struct request *);

/* duty_note.c: what people write of it. */
void command_resolve(struct request *);
void command_note(struct request *);
void command_severity(struct request *);

/* duty_calendar.c */
void command_calendar_renew(struct request *);

/* duty_cover.c: who stands in for whom. */
void command_override_swap(struct request *);
void command_override_away(struct request *);
void command_override_relieve(struct request *);

/* duty_sessions.c */
void command_session_end(struct request *);

/* duty_receipt.c, duty_reply.c */
void command_receipt(struct request *);
void command_reply(struct request *);

/* duty_import.c */
void command_override_import(struct request *);

/* duty_opened.c, duty_update.c, duty_override.c, duty_cover.c */
void command_open(struct request *);
void command_update(struct request *);
void command_preview(struct request *);
void command_override_add(struct request *);
void command_override_remove(struct request *);

#endif
