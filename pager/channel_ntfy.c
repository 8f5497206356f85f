/*
 * channel_ntfy: pages by a server of ntfy, to the person's topic.
 *
 * What is posted is ntfy_text.h's, what an answer means hook_outcome.h's.
 * ntfy says that it has a message, never that somebody saw it: only the button
 * does.
 */
#include <stdlib.h>

#include "lib/text.h"
#include "pager/channel.h"
#include "pager/ntfy_text.h"
#include "pager/poster.h"

static void *
ntfy_open(struct event_base *base, const struct channel_settings *s)
{
	return poster_new(base, s);
}

static void
ntfy_close(void *channel)
{
	poster_free(channel);
}

static void *
ntfy_send(void *channel, const struct outgoing *out,
    struct channel_answer *answer)
{
	struct poster_letter letter = { 0 };
	void *under_way;
	char *text;

	if (out->person->ntfy == NULL) {
		answer->sent = SENT_FAILED;
		text_copy(answer->detail, sizeof(answer->detail),
		    "this person has no topic");
		return NULL;
	}
	text = ntfy_text(out->message, out->person->ntfy);
	letter.body = text;
	under_way = poster_send(channel, &letter, out->delivery, answer);
	free(text);
	return under_way;
}

const struct channel_driver channel_ntfy = {
	.name = "ntfy",
	.open = ntfy_open,
	.close = ntfy_close,
	.send = ntfy_send,
	.cancel = poster_cancel,
};
