#ifndef AGENT_SILENCE_H
#define AGENT_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * silence: promise 10.  When the collector has given no good answer for too
 * long, or its answers say that the pager, its auditor or the commits have
 * stood still for too long, the last resort is told, once per silence, and
 * told again when it is over.  A telling that could not be handed over is
 * tried again every minute.
 */

#define SILENCE_AGAIN_MS 60000
#define SILENCE_GRACE_MS 15000 /* after a break, for what fell inside it */

enum silence_part {
	SILENCE_COLLECTOR,
	SILENCE_PAGER,
	SILENCE_AUDITOR,
	SILENCE_COMMIT,
	SILENCE_PARTS,
};

enum silence_state {
	SILENCE_NONE,
	SILENCE_TO_TELL,
	SILENCE_TOLD,
	SILENCE_TO_END, /* over, and those who were told do not know */
};

struct silence {
	enum silence_state state;
	int64_t limit_ms;
	int64_t good_ms[SILENCE_PARTS]; /* last sign of life of each */
	int64_t began_ms, ended_ms;
	unsigned parts; /* bits: what was silent when it began */
	int status;     /* of the last answer that was no good; 0: none came */
	enum silence_state telling; /* which is being told; NONE: nothing */
	int64_t tell_ms;            /* when to try (again) */
};

/* What prober asks of the collector: ages, NEVER when unknown. */
struct silence_answer {
	int status;
	int64_t age_ms[SILENCE_PARTS]; /* that of the collector is not used */
};

/* 200, 409 and 422 come from a collector that knows us, reads and writes. */
bool silence_is_answer(int status);
void silence_init(struct silence *, int64_t limit_ms, int64_t now_ms);
void
silence_answer(struct silence *, const struct silence_answer *, int64_t now_ms);
void silence_break(struct silence *, int64_t now_ms);
int64_t silence_deadline(const struct silence *);
/* Let time pass; true when there is something to tell now. */
bool silence_next(struct silence *, int64_t now_ms);
void silence_told(struct silence *, bool handed_over, int64_t now_ms);

/* "HTTP 503", "no answer", "the pager stands still": bounded words. */
void silence_words(const struct silence *, char *out, size_t room);

#endif
