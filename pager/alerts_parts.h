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
    alerts_opsgenie;

#endif
