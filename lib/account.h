#ifndef LIB_ACCOUNT_H
#define LIB_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/interval.h"

/*
 * account: how a client's uptime stands, in few numbers and in words.
 *
 * The numbers come from lib/sla, and from nowhere else: whoever reads an
 * account, a status page or a report reads the same figure.
 */

enum verdict {
	VERDICT_MET,
	VERDICT_MISSED,
	VERDICT_INDETERMINATE,  /* too little is known to say */
	VERDICT_NOT_APPLICABLE, /* nothing agreed in this period */
	VERDICT_UNDER_WAY,      /* it has not ended, and can still be kept */
};

struct account {
	int64_t period_s;   /* service time: what can count at all */
	int64_t excluded_s; /* of it, maintenance and all else excluded */
	int64_t unknown_s;  /* of it, not seen by us */
	int64_t total_s;    /* what uptime is a share of */
	int64_t down_s;     /* rounded up where weights made fractions */
	int64_t uptime;     /* millionths, cut off: 100 % only when none down */
	int64_t coverage;   /* millionths, cut off; -1: nothing was expected */
	int64_t allowed_s;  /* of the whole period */
	int64_t left_s;     /* may be negative */
	enum verdict verdict;
};

/* Whole seconds, down and up, also below 0. */
int64_t account_floor_s(int64_t ms);
int64_t account_ceiling_s(int64_t ms);
/* Down outward, unknown inward, to whole seconds. */
void account_outward(const struct interval_set *ms, struct interval_set *s);
void account_inward(const struct interval_set *ms, struct interval_set *s);

/* "99.9701 %": millionths, cut off, never rounded up. */
void account_percent(int64_t millionths, char *out, size_t room);
const char *verdict_text(enum verdict);
/*
 * How the guarantee stands within a period under way, for people: by what is
 * known so far, and by what the whole of it is if nothing more goes wrong.
 */
const char *verdict_so_far(enum verdict so_far, enum verdict best);

#endif
