#ifndef LIB_SLA_H
#define LIB_SLA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/account.h"
#include "lib/interval.h"

/*
 * sla: what was agreed with a client, held against what happened.
 *
 * Facts in, one account out; docs/report.md has the definition.  Nothing is
 * counted but time: facts are half-open intervals in milliseconds, brought
 * to whole seconds before anything else is done with them (down outward;
 * unknown and excluded inward; where an agreed stretch ends within a second,
 * that second belongs to what follows), and from there on all arithmetic is
 * exact, on sets of seconds and fractions of 128 bits.
 *
 * Points are milliseconds UTC, from SLA_BEGIN_MS to SLA_END_MS; NEVER and
 * ALWAYS stand for no end and no beginning.
 */

#define ALWAYS INT64_MIN
#define SLA_BEGIN_MS INT64_C(0)           /* 1970 */
#define SLA_END_MS INT64_C(3155760000000) /* 2070: no zone is known beyond */
#define SLA_EVERY SIZE_MAX                /* not of one endpoint: of all */

#define SLA_ENDPOINTS_MAX 1000
#define SLA_VERSIONS_MAX 64
#define SLA_ROWS_MAX 100000 /* of each kind of fact */
#define SLA_CREDITS_MAX 32
#define SLA_CHANGES_MAX 64 /* of one maintenance window */
#define SLA_WEIGHTS_MAX 16 /* different ones that count in one part */

enum sla_kind { SLA_DOWN, SLA_PARTIAL };
#define SLA_KINDS 2
#define SLA_WEIGHT_WHOLE 1000 /* weights are thousandths */
#define SLA_WEIGHT_INHERIT (-1)

enum sla_unknown { SLA_UNKNOWN_EXCLUDE, SLA_UNKNOWN_UP, SLA_UNKNOWN_DOWN };
enum sla_denominator { SLA_OF_AGREED, SLA_OF_TOTAL };
enum sla_consent { SLA_AGREED, SLA_DISPUTED, SLA_UNANSWERED };
enum sla_slice { SLA_SLICE_WHOLE, SLA_SLICE_ANY };
enum sla_share { SLA_MAJORITY, SLA_MINORITY };

/* Which endpoints something is about; none named: all of them. */
struct sla_scope {
	size_t *items;
	size_t count;
};

struct sla_credit {
	int64_t below_milli;  /* uptime below this ... */
	int64_t credit_milli; /* ... is worth this share of the fee */
};

/* Hours as they were written, and what they come to. */
struct sla_texts {
	char **items;
	size_t count;
};
struct sla_hours {
	struct sla_texts hours, holidays, exceptions; /* lib/calendar.h */
	struct interval_set closed; /* beside the texts; milliseconds */
	/* Over the whole period and the months that it touches. */
	struct interval_set open;
};

/* What seconds of one endpoint's outages weigh; or SLA_WEIGHT_INHERIT. */
struct sla_weight {
	char *endpoint;
	int64_t weights[SLA_KINDS];
};

/* That both parties agreed to them; it bears on no figure. */
struct sla_accord {
	char *ours, *theirs; /* who, for each side; NULL: not recorded */
	char *by, *reason;   /* who wrote it down, and why; NULL: not said */
	int64_t at_ms;       /* when; ALWAYS: not said */
};
#define SLA_ACCORD_NONE                                                        \
	{                                                                      \
		.at_ms = ALWAYS                                                \
	}

/* Terms in force from one instant to another. */
struct sla_version {
	char *name;             /* NULL: none */
	int64_t from_ms, to_ms; /* ALWAYS, NEVER */
	int64_t target_milli, floor_milli;
	int unknown, denominator; /* enum sla_unknown, sla_denominator */
	/*
	 * Counted in slices of so many seconds, 1: by the second.  Minutes are
	 * those of the clock; other slices begin with the period.
	 */
	int64_t slice_s;
	int slice; /* enum sla_slice: bad when wholly, or at all, down */
	int64_t min_countable_s, merge_gap_s;
	int64_t weights[SLA_KINDS];
	struct sla_weight *own_weights; /* by name, each once */
	size_t weight_count;
	int64_t notice_ms;
	int64_t cap_ms; /* a calendar month's excluded maintenance; NEVER */
	/* NULL: all time; maintenance at any time. */
	struct sla_hours *hours, *pattern;
	struct sla_credit *credits;
	size_t credit_count;
	int64_t credit_max_milli;
	int64_t claim_days; /* after the period's end; 0: not said */
	struct sla_accord accord;
};

struct sla_endpoint {
	char *name;
	struct interval_set *counts; /* NULL: always */
	int64_t weights[SLA_KINDS];  /* or SLA_WEIGHT_INHERIT */
	int64_t quorum;              /* for sla_region facts */
	/* enum sla_share: whether more must fail than do not, besides. */
	int share;
};

struct sla_outage {
	size_t endpoint; /* or SLA_EVERY */
	int kind;        /* enum sla_kind */
	int64_t from_ms, to_ms;
	int64_t from_before_ms, to_before_ms; /* as in lib/ledger.h */
	char *reason, *cause;                 /* NULL: none */
};

/* Nobody could say. */
struct sla_gap {
	size_t endpoint;
	int64_t from_ms, to_ms;
};

/* What one region saw of one endpoint; states follow by the quorum. */
struct sla_region {
	size_t endpoint;
	char *name;
	struct interval_set failing, silent;
};

/* A window as it was published; the last publication is the window. */
struct sla_publication {
	int64_t announced_ms; /* ALWAYS: not said, only of the first */
	bool cancelled;
	int64_t from_ms, to_ms;
};
struct sla_window {
	char *name, *text;
	struct sla_scope scope;
	struct sla_publication first;    /* not cancelled */
	struct sla_publication *changes; /* as they followed each other */
	size_t change_count;
};
/* As it stands: what was published last. */
const struct sla_publication *sla_window_stands(const struct sla_window *);

struct sla_exclusion {
	struct sla_scope scope;
	int64_t from_ms, to_ms;
	int64_t claimed_ms; /* ALWAYS: not said */
	int consent;        /* enum sla_consent */
	char *reason, *claimant, *evidence;
};

enum sla_period {
	SLA_MONTH,
	SLA_QUARTER,
	SLA_YEAR,
	SLA_CONTRACT_YEAR,
	SLA_BETWEEN
};

/* How many of each there was no room for, by the limits above. */
struct sla_left {
	int64_t versions, endpoints, outages, gaps, windows;
};

struct sla_facts {
	char *zone;       /* the contract's */
	int period;       /* enum sla_period */
	int64_t from_ms;  /* of the whole period, uncut by the contract */
	int64_t to_ms;    /* half-open */
	int64_t as_of_ms; /* what is later is not known; NEVER: all is */
	int64_t begin_ms; /* of the contract, or ALWAYS */
	int64_t end_ms;   /* of the contract, or NEVER */
	struct sla_version *versions; /* by time, none over another */
	size_t version_count;
	struct sla_endpoint *endpoints; /* at least one */
	size_t endpoint_count;
	struct sla_outage *outages;
	size_t outage_count;
	struct sla_gap *gaps;
	size_t gap_count;
	struct sla_region *regions;
	size_t region_count;
	struct sla_window *windows;
	size_t window_count;
	struct sla_exclusion *exclusions;
	size_t exclusion_count;
	struct sla_left left; /* then it is never said that terms were met */
};
bool sla_is_incomplete(const struct sla_facts *);
void sla_facts_clear(struct sla_facts *);
/*
 * Leave out, and count among what is left out, what makes them too much to
 * count: versions with too many different weights, and of maintenance and
 * exclusions the last.
 */
void sla_facts_fit(struct sla_facts *);
/* Whether they can be counted; if not, what stands against it. */
bool sla_facts_check(const struct sla_facts *, char why[160]);

/* The figures of one stretch with one version, counted one way. */
struct sla_figures {
	int64_t service_s;     /* period, service hours, something counts */
	int64_t maintenance_s; /* of these, excluded as maintenance */
	int64_t excluded_s;    /* and for other reasons */
	int64_t expected_s;    /* what is left: for coverage */
	int64_t unknown_s;     /* of these, not seen and not down */
	int64_t total_s;       /* the denominator */
	int64_t down_ms;       /* weighted: whole seconds unless weights are */
	enum verdict verdict;
	int64_t credit_milli; /* NEVER: nothing to say */
};

/* Of budget_percent of the whole stretch's budget within the long window. */
struct sla_burn {
	int64_t long_s, short_s, budget_percent;
	/* Thousandths of the rate that spends all of it in the stretch, cut
	   off; NEVER: nothing may fail, so that there is no such rate. */
	int64_t long_milli, short_milli, limit_milli;
	bool trips; /* both windows are above the limit */
};
#define SLA_BURNS 4

struct sla_budget {
	int64_t allowed_s; /* of the stretch to its end, cut off */
	int64_t used_ms, left_ms;
	int64_t exhausted_at_ms; /* first instant of too much; NEVER */
	int64_t forecast_at_ms;  /* when it will be, at this rate; NEVER */
	struct sla_burn burns[SLA_BURNS];
};

struct sla_part {
	size_t version;
	int64_t from_ms, to_ms;     /* of whole seconds */
	int64_t counted_to_ms;      /* to_ms, or earlier while under way */
	struct sla_figures figures; /* as far as counted_to */
	/* While under way: missed when it can no longer be kept. */
	enum verdict verdict;
	/* The same if every exclusion held that is not agreed. */
	bool is_contested;
	struct sla_figures contested;
	/* Of the whole stretch if nothing more goes wrong in it. */
	struct sla_figures best;
	struct sla_budget budget;
	int64_t claim_by_ms; /* NEVER: not said */
};

/* What became of a fact. */
struct sla_outage_row {
	int64_t counted_s; /* seconds of it in agreed time that count */
	bool is_short;     /* below the least countable length */
};
struct sla_window_row {
	int64_t lead_ms;    /* from the first announcement to its begin */
	bool is_late;       /* announced or changed too late */
	int64_t declared_s; /* of the window as it stands */
	int64_t excluded_s; /* out of the service time */
	int64_t beyond_pattern_s, beyond_cap_s; /* announced in time, but */
};
struct sla_exclusion_row {
	int64_t excluded_s; /* of the service time, if it holds */
	bool holds;         /* it is agreed */
};

struct sla_account {
	struct sla_part *parts; /* NULL: nothing was agreed */
	size_t count;
	enum verdict verdict;           /* the worst of the parts' */
	bool is_under_way;              /* some part has not ended */
	struct sla_figures sum;         /* as far as counted, no credit */
	struct sla_figures best;        /* the same if nothing more fails */
	int64_t allowed_s, left_ms;     /* of all parts' budgets together */
	struct sla_outage_row *outages; /* one for each fact ... */
	struct sla_window_row *windows; /* ... in the facts' order */
	struct sla_exclusion_row *exclusions;
};
void sla_account(const struct sla_facts *, struct sla_account *out);
void sla_account_clear(struct sla_account *);

/* In millionths, cut off: 999299 is 99.9299 %. */
int64_t sla_uptime(const struct sla_figures *);
int64_t sla_coverage(const struct sla_figures *);
/* "99.9929": four decimals; "100.0000" only when nothing is missing. */
void sla_percent(int64_t millionths, char *out, size_t room);

/* Down and unknown of an endpoint by what regions saw of it. */
struct sla_seen {
	struct interval_set *failing, *silent;
};
void sla_quorum(const struct sla_seen *, size_t count,
    const struct sla_endpoint *rule, int64_t from_ms, int64_t to_ms,
    struct interval_set *down, struct interval_set *unknown);

#endif
