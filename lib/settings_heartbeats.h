#ifndef LIB_SETTINGS_HEARTBEATS_H
#define LIB_SETTINGS_HEARTBEATS_H

#include "lib/settings.h"

/*
 * settings_heartbeats: what calls in when it is well: a cron job, a backup,
 * the scheduler of an LMS (pager/duty_heartbeats.h).
 */
struct heartbeat_settings {
	struct conf_place place;
	char *name;
	char *was;               /* its former name, or NULL */
	struct conf_list tokens; /* char *: SHA-256 in hex, at most two */
	int64_t every_ms, grace_ms;
	int64_t longest_ms;          /* a run's; 0: as long as it likes */
	int64_t severity;            /* 1..4 */
	char *client_name;           /* NULL: our own operation */
	const struct client *client; /* as client_name */
	char *ladder_name;
	const struct ladder *ladder; /* NULL: as site.ladder, there is none */
	char *runbook;
	char *disabled; /* why nobody waits for it, or NULL */
};

/* NULL when there is none of that name. */
const struct heartbeat_settings *
settings_heartbeat(const struct settings *, const char *name);

#endif
