#ifndef LIB_ACCOUNT_H
#define LIB_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/interval.h"

/*
 * account: a client's uptime over one period, as time.
 *
 * The definition of docs/design.md, 24x7 with one guarantee: integer
 * arithmetic on intervals of whole seconds, truncated and never rounded in
 * the vendor's favour.  Down is rounded outward to seconds, unknown inward;
 * what is both counts as down.
 */

enum verdict {
	VERDICT_MET,
	VERDICT_MISSED,
	VERDICT_INDETERMINATE,  /* too little was seen to say */
	VERDICT_NOT_APPLICABLE, /* nothing agreed in this period */
};

/* One stretch in which the same terms were in force. */
struct account_piece {
	int64_t from_ms, to_ms;  /* half-open, within the period */
	int64_t guarantee_milli; /* 99.95 % = 99950 */
	int64_t coverage_floor_milli;
	/* Union over the endpoints that count in this stretch, in ms. */
	const struct interval_set *down_ms;
	/* Time in which at least one of them is unknown and none is down. */
	const struct interval_set *unknown_ms;
};

struct account {
	int64_t total_s; /* agreed time: period less unknown */
	int64_t down_s, unknown_s, period_s;
	int64_t uptime_milli;      /* truncated; 100000 only when down_s is 0 */
	int64_t coverage_milli;    /* truncated */
	int64_t allowed_s, left_s; /* budget; left may be negative */
	enum verdict verdict;
};

void account_of(const struct account_piece *, struct account *out);
/* Total, uptime, coverage and what is left, from the sums of the others. */
void account_sum(struct account *);

/* Down outward, unknown inward, to whole seconds. */
void account_outward(const struct interval_set *ms, struct interval_set *s);
void account_inward(const struct interval_set *ms, struct interval_set *s);

/* "99.970 %": thousandths, truncated, never rounded up. */
void account_percent(int64_t milli, char *out, size_t room);
const char *verdict_text(enum verdict);
/*
 * How the guarantee stands within a period under way, for people; best is
 * the account of the whole period if nothing more goes wrong in it.
 */
const char *
verdict_so_far(const struct account *so_far, const struct account *best);
/* The same of the whole period for scripts: nothing is "met" before its end. */
const char *verdict_under_way(const struct account *best);

#endif
