#ifndef AGENT_OUTCOME_H
#define AGENT_OUTCOME_H

#include <stddef.h>
#include <stdint.h>

#include "lib/observation.h"
#include "lib/plan.h"

/*
 * outcome: what a probe saw, held against what its endpoint promises.
 */

/* One finished request, as the shell reports it. */
struct seen {
	enum reason failed; /* NONE: a whole response came; AGENT: our fault */
	const char *error;  /* the library's words; "" or NULL: none */
	int status;         /* 0 when none came */
	int64_t total_us, dns_us, connect_us, tls_us, first_byte_us;
	const char *body;
	size_t body_length;   /* kept */
	size_t body_seen;     /* arrived */
	const char *location; /* of a redirect that was not followed, or NULL */
};

/* Fill outcome, reason, status, times and detail; the rest is left alone. */
void outcome_judge(const struct plan_endpoint *, const struct seen *,
    struct observation *);

/* A canary is ok when any answer below 500 came: the way out is open. */
void outcome_judge_canary(const struct seen *, struct observation *);

#endif
