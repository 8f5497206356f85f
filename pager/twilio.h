#ifndef PAGER_TWILIO_H
#define PAGER_TWILIO_H

#include "lib/desk.h"
#include "lib/settings.h"

/*
 * twilio: what comes in by Twilio's interface, where links are served:
 *
 *   POST /twilio/CHANNEL/status/TOKEN  what became of a message
 *   POST /twilio/CHANNEL/sms           what somebody writes back
 *
 * CHANNEL is the channel's name in the tree, whose account signs; what is not
 * signed by it changes nothing and is told nothing.  Each becomes a command
 * to the core ("receipt", "reply"), and is answered after its commit.
 */

#define TWILIO_BODY_MAX 16384

struct serve_request;

struct twilio_house {
	struct desk *desk;
	const struct settings *settings;
	const char *secret; /* of links; NULL: not known yet */
};

void twilio_hear(const struct twilio_house *, struct serve_request *);

/* Where a provider tells of a message; "" when there is no such place. */
void twilio_status_url(const struct settings *, const char *channel,
    const char *token, char *out, size_t room);

#endif
