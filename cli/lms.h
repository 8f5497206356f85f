#ifndef CLI_LMS_H
#define CLI_LMS_H

#include <stddef.h>
#include <sys/queue.h>

#include "cli/lms_session.h"
#include "lib/serve.h"

/*
 * lms: a small learning platform to practise on, with a switch to break it.
 *
 * It has a front page, a login with a single-use token, a course page and a
 * logout, shaped after Moodle's so that its probes fit.  The switch stands
 * on a port of its own, because a broken platform must still be healed; a
 * steady second site stands there too.  The canaries, which are to be nobody's
 * platform, have a third port.
 */

enum lms_failure {
	LMS_NONE,
	LMS_500,           /* an error of the application */
	LMS_DATABASE_DOWN, /* 500 with the text of an early error */
	LMS_MAINTENANCE,   /* 503 with the text of a closed site */
	LMS_HANG,          /* takes the request, never answers */
	LMS_REFUSE,        /* closes the listening socket */
	LMS_SLOW,          /* right, but late */
	LMS_WRONG_CONTENT, /* 200 with somebody else's page */
	LMS_TRUNCATED,     /* less than was announced */
};

LIST_HEAD(lms_waiting_list, lms_waiting);

#define LMS_FAILURES (LMS_TRUNCATED + 1)
#define LMS_SLOW_MS 800

/* A request that is not to be answered yet, or never. */
struct lms_waiting {
	LIST_ENTRY(lms_waiting) entry;
	struct lms *lms;
	struct serve_request *request;
	struct event *timer; /* NULL: hangs */
	serve_handler *then; /* NULL: hangs */
};

struct lms_ports {
	int site, panel, canaries; /* 0: any free one */
};

struct lms {
	struct event_base *base;
	struct serve *site; /* NULL while refusing */
	struct serve *panel, *canaries;
	struct event *reopen; /* opens or closes the site, outside handlers */
	enum lms_failure failure;
	char user[64], password[64];
	struct lms_ports ports;
	struct lms_waiting_list waiting;
	struct lms_sessions sessions;
};

/* NULL with what is wrong in error. */
struct lms *
lms_new(struct event_base *, const struct lms_ports *, char error[160]);
void lms_free(struct lms *);
void lms_break(struct lms *, enum lms_failure);

const char *lms_failure_text(enum lms_failure);    /* "database-down" */
const char *lms_failure_meaning(enum lms_failure); /* what comes of it */
int lms_failure_parse(const char *);               /* -1 when unknown */

/* lms_pages.c: the platform itself; the handlers' arg is the struct lms. */
extern const struct serve_route lms_site_routes[];
/* lms_switch.c: the switch and the steady site; the canaries. */
extern const struct serve_route lms_panel_routes[], lms_canary_routes[];

/* True: it was answered, or will be, as the failure demands. */
bool lms_fails(struct lms *, struct serve_request *, serve_handler *);
/* A whole page: title and body, the body as HTML. */
void lms_page(struct serve_request *, int status, const char *title,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
