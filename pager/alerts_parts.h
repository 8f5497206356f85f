#ifndef PAGER_ALERTS_PARTS_H
#define PAGER_ALERTS_PARTS_H

#include "lib/serve.h"
#include "pager/alert.h"

/* alerts_parts: what the files of alerts share, and nobody else. */

#define ALERTS_PAGERDUTY_MAX (512 << 10) /* bytes of a body, as there */
#define ALERTS_OPSGENIE_MAX (512 << 10)
#define ALERTS_ALERTMANAGER_MAX (4 << 20)
#define ALERTS_READ_MAX (8 << 20) /* more is not even looked at */
#define ALERTS_KEY_MAX 255        /* bytes of a key */

/* How one interface answers. */
struct alerts_face {
	const char *name;
	void (*done)(struct serve_request *, const char *dedup_key);
	/* Why each time; errors may be NULL. */
	void (*refused)(struct serve_request *, int status, const char *why,
	    const json_t *errors);
};

extern const struct alerts_face alerts_pagerduty, alerts_alertmanager,
    alerts_opsgenie, alerts_heartbeat;

struct alerts;
struct settings;
const struct settings *alerts_settings(const struct alerts *);
/* Whoever asks is answered when the command is; it is released.  key: what
   the face is to say then, or "". */
void
alerts_ask(struct alerts *, struct serve_request *, const struct alerts_face *,
    json_t *command, const char *by, const char *key);
/* Nobody that we know. */
void alerts_deny(struct alerts *, struct serve_request *,
    const struct alerts_face *, int status);

/* alerts_heartbeat.c: "/heartbeat/TOKEN", "/heartbeat/TOKEN/fail". */
void alerts_on_heartbeat(void *arg, struct serve_request *);
/* Before the body is read: only of who is known. */
bool alerts_admit_heartbeat(void *arg, struct serve_request *);

#endif
