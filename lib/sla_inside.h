#ifndef LIB_SLA_INSIDE_H
#define LIB_SLA_INSIDE_H

#include "lib/sla.h"

/* sla_inside: what the files of lib/sla share; not for anybody else. */

typedef __int128 wide;

#define SECOND_MS INT64_C(1000)
#define WHOLE_MILLI INT64_C(100000) /* 100 % */

/* What was down, by how much it weighs: in "at_least" is all that weighs at
   least so much, so that each set holds the one after it. */
struct sla_level {
	int64_t weight;
	struct interval_set at_least; /* seconds */
};
struct sla_levels {
	struct sla_level items[SLA_WEIGHTS_MAX]; /* by rising weight, over 0 */
	size_t count;
};

/* One endpoint's rows as sets of milliseconds; none over another kind. */
struct sla_raw {
	struct interval_set kinds[SLA_KINDS];
	struct interval_set unknown;
	int64_t latest_ms; /* where facts end */
};
/* For each endpoint, and behind them what is of all: endpoint_count + 1. */
struct sla_raw *sla_raw_of(const struct sla_facts *);
void sla_raw_free(struct sla_raw *, size_t endpoints);

/* One way to count one stretch. */
struct sla_way {
	const struct sla_facts *facts;
	const struct sla_version *version;
	const struct sla_raw *raw;
	int64_t from_s, to_s; /* the stretch that is counted */
	int64_t origin_s;     /* where slices begin */
	bool contested;       /* count exclusions that are not agreed */
	/* One for each window: what it excludes, in milliseconds. */
	const struct interval_set *windows;
};

/* The sets that figures are lengths of, in seconds. */
struct sla_sets {
	struct interval_set service;  /* period, hours, something counts */
	struct interval_set tended;   /* of these, less maintenance */
	struct interval_set expected; /* less all that is excluded */
	struct interval_set unknown; /* of these, not seen, nothing seen down */
	struct interval_set agreed;  /* expected, less unknown if so agreed */
	struct sla_levels down;      /* of expected: outages that count */
	struct sla_levels seen; /* of these, less what is unknown of the same */
	struct sla_levels counted;  /* of agreed, sliced, with unknown */
	struct interval_set counts; /* of agreed: what rows are held against */
	struct interval_set shorts; /* outages too short to count */
};
void sla_sets_of(const struct sla_way *, struct sla_sets *);
void sla_sets_clear(struct sla_sets *);

/* What a scope's endpoint is excluded from, whole seconds. */
bool sla_covers(const struct sla_scope *, size_t endpoint);
void sla_excluded(const struct sla_way *, size_t endpoint, bool maintenance,
    bool others, struct interval_set *seconds);
/* What is unknown of an endpoint, or of all: whole seconds. */
void sla_unseen(const struct sla_way *, size_t endpoint,
    struct interval_set *seconds);
/* What a second of its outages of a kind weighs. */
int64_t sla_weight(const struct sla_way *, size_t endpoint, int kind);
/* When an endpoint counts, in milliseconds. */
void sla_counting(const struct sla_endpoint *, struct interval_set *ms);

/* sla_windows: what each excludes by this version, and what became of it.
   Both arrays have window_count places; out is empty before. */
void sla_windows(const struct sla_facts *, const struct sla_version *,
    struct interval_set *out, struct sla_window_row *rows);

/* sla_seconds: sets of whole seconds. */
void sla_edges(const struct interval_set *ms, struct interval_set *s);
void sla_slice_levels(const struct sla_levels *, const struct interval_set *,
    const struct sla_version *, int64_t origin_s, struct sla_levels *out);
/* Put apart the outages that are too short to count. */
void sla_shorts(const struct interval_set *all, int64_t min_s, int64_t gap_s,
    struct interval_set *shorts);

/* Weighted, in thousandths of seconds: milliseconds, and exact. */
int64_t
sla_down_within(const struct sla_levels *, int64_t from_s, int64_t to_s);
void sla_levels_clear(struct sla_levels *);
/* Add seconds of one weight; false: too many different weights. */
void sla_levels_add(struct sla_levels *, int64_t weight,
    const struct interval_set *);
/* After the last one was added: let each hold those that weigh more. */
void sla_levels_nest(struct sla_levels *);

/* sla_judge: figures from sets, and what follows from them. */
void sla_judge(const struct sla_way *, const struct sla_sets *,
    struct sla_figures *);
bool sla_reaches(int64_t total_s, int64_t down_ms, int64_t milli);
void sla_budget(const struct sla_part *, const struct sla_version *,
    const struct sla_sets *so_far, const struct sla_sets *best,
    struct sla_budget *);

#endif
