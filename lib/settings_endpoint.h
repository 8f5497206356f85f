#ifndef LIB_SETTINGS_ENDPOINT_H
#define LIB_SETTINGS_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/conf.h"

/*
 * settings_endpoint: what is probed, and how; part of lib/settings.h.
 */

struct client;
struct ladder;

/* What an endpoint may inherit from its client, platform and the site. */
struct probe_settings {
	uint64_t given; /* which of the fields below were written here */
	int64_t interval_ms, timeout_ms, slow_ms;
	int64_t connect_ms, tls_ms, first_byte_ms; /* 0: only the deadline */
	int64_t quorum;
	struct conf_list regions;  /* char *; empty: every region */
	struct conf_list status;   /* char *: "200", "200-299", 100 to 599 */
	struct conf_list contains; /* char *: each must stand in the body */
	struct conf_list lacks;    /* char *: none may */
	int64_t redirects;         /* followed at most; 0: none */
	/* char *: "10.0.0.0/8"; may be reached though they are not public */
	struct conf_list allow_networks;
	int64_t body_max;
	char *runbook, *notes;
	char *ladder_name;
	int64_t severity; /* 1..4, when down */
	bool counts;      /* to the client's uptime */
	int64_t weight;   /* of its outages, thousandths */
};

struct platform {
	struct conf_place place;
	char *name, *title;
	struct probe_settings defaults;
};

struct endpoint {
	struct conf_place place;
	char *name; /* "learn" */
	char *id;   /* "acme/learn" */
	char *was;  /* what it was called until this tree; NULL */
	char *was_id;
	char *url;
	char *method; /* get, head */
	char *platform_name;
	char *disabled;              /* the reason; NULL: it is probed */
	struct probe_settings probe; /* inherited values filled in */
	const struct client *client;
	const struct platform *platform; /* NULL: stands alone */
	const struct ladder *ladder;     /* unless hours say another */
	bool has_ladder; /* one of its own: hours say nothing of it */
};

#endif
