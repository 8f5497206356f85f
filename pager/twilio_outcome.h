#ifndef PAGER_TWILIO_OUTCOME_H
#define PAGER_TWILIO_OUTCOME_H

#include "pager/channel.h"
#include "pager/hook_outcome.h"

/*
 * twilio_outcome: what it means how Twilio's interface answers, and what it
 * says later.
 *
 * Handed over is 2xx with an id, and nothing else is.  What an error's code
 * says of the number itself (no such number, a landline, opted out, blocked)
 * is broken; other codes and statuses are as of any page that is POSTed
 * (hook_outcome.h).
 */

#define TWILIO_ANSWER_MAX 16384 /* bytes of an answer that are read */
#define TWILIO_ID_MAX 64        /* of a message's id */

void twilio_outcome(const struct hook_answer *, struct channel_answer *out);

/* Whether a code says that it is the number that does not work. */
bool twilio_code_is_of_number(int code);

/*
 * A word that "receipt" (docs/protocol.md) knows: "delivered", "failed",
 * "broken"; NULL: nothing is settled by this status.  code: "", or as it came.
 */
const char *twilio_receipt(const char *status, const char *code);

#endif
