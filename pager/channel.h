#ifndef PAGER_CHANNEL_H
#define PAGER_CHANNEL_H

#include "lib/settings.h"
#include "pager/duty.h"

/*
 * channel: the ways a message can leave, one file each, one contract.  Several
 * channels of one kind are its providers: when one fails the next has the
 * message at once (provider.h).
 *
 * A send ends in exactly one of two ways: its done function is called once,
 * from the event loop and never from inside channel_send(), with handed
 * over, failed for now or failed for good; or it is cancelled and done is
 * not called.  Handed over does not mean that a human was reached.
 */

#define CHANNEL_DETAIL_MAX 240

struct event_base;
struct channels; /* all of them */
struct delivery; /* one under way */

/* detail: which provider it was, where there are several, and what it said; of
   a failure that came before, as much as there is room for. */
typedef void channel_done(void *arg, enum sent, const char *detail);

struct channels *channels_new(struct event_base *, const struct settings *);
/* Cancels what is under way. */
void channels_free(struct channels *);
/* What is under way ends as failed for now; the core tries again.  Of the
   providers only what they asked for is remembered, not that they failed. */
void channels_configure(struct channels *, const struct settings *);

/* The message may go as soon as this returns. */
struct delivery *channel_send(struct channels *, const struct message *,
    channel_done *, void *arg);
void channel_cancel(struct delivery *);

const char *channel_name(enum channel_kind);

/*
 * For the files that implement one: what is known of a channel is opened
 * with the settings and closed with them; send says handed over or failed at
 * once, or returns an object of its own and calls delivery_done() later.
 */
struct channel_answer {
	enum sent sent;
	int64_t wait_ms; /* failed: and not to be called for so long; or 0 */
	char detail[CHANNEL_DETAIL_MAX]; /* plain words, escaped */
};

struct outgoing {
	const struct message *message;
	const struct person *person;
	const struct settings *settings;
	struct delivery *delivery; /* for delivery_done() */
};

struct channel_driver {
	const char *name;
	void *(*open)(struct event_base *, const struct channel_settings *);
	void (*close)(void *channel);
	/* NULL: over already, with the answer. */
	void *(*send)(void *channel, const struct outgoing *,
	    struct channel_answer *);
	void (*cancel)(void *under_way);
};
extern const struct channel_driver channel_terminal, channel_mail, channel_sms,
    channel_ntfy, channel_webhook, channel_command;

void delivery_done(struct delivery *, const struct channel_answer *);

/* The page as people read it on a terminal; the caller's to free. */
char *terminal_text(const struct message *, bool colour);

#endif
