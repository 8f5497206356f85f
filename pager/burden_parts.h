#ifndef PAGER_BURDEN_PARTS_H
#define PAGER_BURDEN_PARTS_H

#include <uthash.h>

#include "pager/burden.h"

/* burden_parts: what the files of burden share, and nobody else. */

#define BURDEN_NO_WATCH SIZE_MAX

struct burden_incident {
	char id[24];
	char subject[192];   /* "": it was opened before the first line */
	char storm[24];      /* whose page calls for it; or "" */
	char owner[64];      /* or "" */
	int calls_as;        /* the severity as which it calls; the same */
	int severity, worst; /* as it is, the worst that it was; 0: not known */
	bool is_storm;
	int64_t since_ms;                       /* 0: not known */
	int64_t opened_ms, taken_ms, closed_ms; /* 0: not, or not known */
	bool by_itself;                         /* its end */
	bool acted; /* somebody did more than take it */
	bool calling;
	unsigned turn;             /* how often it began to call */
	struct burden_page *pages; /* the latest first */
	UT_hash_handle hh;         /* by id */
};

/* One effort of an incident to get one person to take it. */
struct burden_page {
	struct burden_incident *incident;
	struct burden_page *before; /* of the same incident */
	char person[64], from[160]; /* "rota support": who was meant */
	unsigned turn;
	bool insists; /* S1 or S2, or not known; else a notice */
	bool night;
	int64_t first_ms;
	int64_t taken_ms; /* by this person; 0: not */
	size_t calls;
	size_t watch; /* its index; or none */
};

/* One stretch of a person's duty; what goes on is one watch. */
struct burden_watch {
	char rota[64], person[64];
	char uid[ROTA_UID]; /* of the watch: what goes on under it is one */
	bool second;
	int64_t from_ms, to_ms;
};

/* A call that asks whoever has it for an update. */
struct burden_asked {
	char person[64];
	int64_t at_ms;
};

struct burden {
	const struct settings *settings;
	struct burden_period period;
	int64_t first_ms; /* of the first line; 0: there is none */
	struct burden_incident *incidents;
	struct burden_page **pages; /* as they began */
	size_t page_count;
	struct burden_asked *asked;
	size_t asked_count;
	struct burden_watch *watches;
	size_t watch_count;
	int64_t longest_ms; /* of them */
	size_t incidents_left_out, pages_left_out, watches_left_out;
};

void burden_watch(struct burden *, const struct burden_watch *);
bool burden_is_within(const struct burden *, int64_t at_ms);

/* How long something took, of those of which it is known. */
struct burden_spans {
	int64_t *items;
	size_t count;
};
void burden_span(struct burden_spans *, int64_t ms);
void burden_spans_clear(struct burden_spans *);
/* known, median_ms, p90_ms, max_ms; without those when none is known. */
json_t *burden_spans_json(struct burden_spans *);

/* burden_people.c: of one person, or of all (NULL). */
void burden_find_watches(struct burden *);
json_t *burden_people_json(const struct burden *, const char *person);
json_t *burden_watches_json(const struct burden *, const char *person);
/* burden_times.c */
json_t *burden_severities_json(const struct burden *);
/* burden_noise.c */
json_t *burden_noise_json(const struct burden *);

#endif
