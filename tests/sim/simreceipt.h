#ifndef TESTS_SIM_SIMRECEIPT_H
#define TESTS_SIM_SIMRECEIPT_H

#include "tests/sim/simpager.h"

/*
 * simreceipt: what providers say of messages after they have them, and what
 * people write back; in every fourth night.
 *
 * That one arrived, or did not, comes before the provider's own answer or long
 * after it, twice, in the wrong order, of what nobody sent, and as often not
 * at all.  What is written back has the code of a page, or another person's.
 */

#define CARRIER "carrier" /* who says so */

bool receipt_is_drawn(const struct world *);
/* A provider will have it in so many milliseconds; arrives: also its human. */
void receipt_expect(struct world *, const struct message *, int64_t in_ms,
    bool arrives);
/* The core has heard it. */
void receipt_answered(struct world *, const char *json, bool ok);

/* What somebody writes back to a message: a take, as JSON. */
void receipt_reply(struct world *, const struct message *, char json[256]);
void receipt_replied(struct world *, const char *person, const char *incident,
    const char *json, const struct duty_action *);

#endif
