#ifndef COLLECTOR_PAGES_PROBES_PARTS_H
#define COLLECTOR_PAGES_PROBES_PARTS_H

#include <uthash.h>

#include "collector/pages_probes.h"
#include "lib/observation.h"

/* pages_probes_parts: for the files pages_probes*.c, and nobody else. */

enum phase {
	PHASE_RESOLVE,
	PHASE_CONNECT,
	PHASE_TLS,
	PHASE_PROCESSING,
	PHASE_TRANSFER,
};
#define PHASES (PHASE_TRANSFER + 1)

/* The last probe of an endpoint by a region. */
struct probe_seen {
	char key[208]; /* "acme/learn|auckland" */
	char region[64];
	const struct endpoint *endpoint; /* of the settings */
	int64_t at_ms, interval_ms;
	enum outcome outcome;
	int status;
	int64_t total_us, phase_us[PHASES];
	UT_hash_handle hh;
};

/* Since this process began. */
struct probe_count {
	char region[64];
	uint64_t by_outcome[OUTCOMES];
	UT_hash_handle hh;
};

struct probes {
	const struct settings *settings;
	struct probe_seen *seen;
	struct probe_count *counts;
	uint64_t unreadable; /* entries, since this process began */
};

#endif
