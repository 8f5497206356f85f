#ifndef AGENT_CANARY_H
#define AGENT_CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * canary: is it they, or is it us?
 *
 * A few addresses not ours are probed each interval, and at once after a
 * first failure.  When the last look at every one of them failed, each
 * begun after the last that went well, the agent is blind: since the begin
 * of that good one, or of an earlier failure that no good one has confirmed
 * since.  It sees again from the begin of the next good one.
 */

#define CANARIES_MAX 32
#define CANARY_AGAIN_MS 1000 /* between rounds asked for by failures */
#define CANARY_BLIND_MS 5000 /* between rounds while blind, at most */
#define CANARY_BACK_MS                                                         \
	60000 /* a stretch begins at most this much, and two
				  intervals, before it is noticed */

enum canary_edge { CANARY_NO_EDGE, CANARY_BLIND, CANARY_SEES };

struct canaries {
	size_t count; /* 0: never blind */
	int64_t interval_ms;
	struct {
		bool wanted, busy, failed;
		int64_t started_ms;
	} each[CANARIES_MAX];
	int64_t round_ms; /* when the next is due; NEVER without canaries */
	int64_t last_ms;  /* when the last began */
	int64_t good_ms;  /* begin of the last good one, at first of our life */
	/* Begin of the first failure not yet confirmed: those that ended
	   before the last round began, and those since; NEVER: none. */
	int64_t asked_ms, unasked_ms;
	int64_t blind_ms; /* since when; NEVER: it sees */
	int64_t sees_ms;  /* end of the last blind stretch; 0: none */
};

void canaries_init(struct canaries *, int64_t now_ms);
/* Who has none is never blind, and sees from now on if it was. */
enum canary_edge canaries_plan(struct canaries *, size_t count,
    int64_t interval_ms, int64_t now_ms);
/* An earlier life was blind. */
void canaries_resume(struct canaries *, int64_t blind_ms);

/* The next to be probed now, or -1; it is under way until its end. */
int canaries_next(struct canaries *, int64_t now_ms);
enum canary_edge
canaries_end(struct canaries *, int number, bool good, int64_t now_ms);
/* An endpoint's probe failed; first: of a series. */
void canaries_doubt(struct canaries *, int64_t started_ms, bool first,
    int64_t now_ms);
/* Was what began then seen by a blind one? */
bool canaries_are_blind(const struct canaries *, int64_t started_ms);
void canaries_break(struct canaries *, int64_t now_ms);
int64_t canaries_deadline(const struct canaries *);

#endif
