#ifndef PAGER_ALERTS_H
#define PAGER_ALERTS_H

#include "lib/desk.h"
#include "lib/settings.h"

/*
 * alerts: the pager's listener for what other systems send: PagerDuty's
 * Events API v2, Alertmanager's webhook, Opsgenie's Alert API v2
 * (docs/protocol.md, "Others' alerts").
 *
 * Each sender shows a key of the tree's; only its hash is known here.  A
 * sender hears 2xx when what it said is durable: committed, or in the local
 * journal while the store is away; before that, and whenever that is not
 * sure, it hears 503, and says it again.  Never 429, which some take for
 * final: whoever has a key is held up by nothing but the number of
 * connections, and only strangers ever ask too often.  What a known sender
 * sends and nobody can read is refused, and a human is told.
 */

struct event_base;
struct alerts;

struct alerts_options {
	struct desk *desk;
	const struct settings *settings; /* until alerts_configure() */
	/* Does what is answered as done outlive us? */
	bool (*is_kept)(void *arg);
	void *arg;
};

/* NULL with error. */
struct alerts *
alerts_new(struct event_base *, const struct alerts_options *, char error[160]);
void alerts_free(struct alerts *);
void alerts_configure(struct alerts *, const struct settings *);
int alerts_port(const struct alerts *);

#endif
