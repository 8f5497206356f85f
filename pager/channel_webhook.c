/*
 * channel_webhook: pages by POST to a URL of the operator's own, signed as
 * Standard Webhooks has it.
 *
 * What is posted, and what signs it, is docs/protocol.md's ("A page by
 * webhook"); what an answer means hook_outcome.h's.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base64.h"
#include "lib/clock.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "pager/channel.h"
#include "pager/message_json.h"
#include "pager/poster.h"

struct webhook {
	struct poster *poster;
	char *template; /* NULL: the page as JSON */
	struct key {
		unsigned char *bytes;
		size_t length;
	} keys[2];        /* the one that counts from now on, and the old one */
	size_t key_count; /* 0: unsigned */
};

static void
add_key(struct webhook *h, const char *secret)
{
	struct key *key = &h->keys[h->key_count];

	if (secret == NULL)
		return;
	key->bytes = settings_webhook_key(secret, &key->length);
	h->key_count += key->bytes != NULL;
}

static void *
webhook_open(struct event_base *base, const struct channel_settings *s)
{
	struct webhook *h = mem_alloc(sizeof(*h));

	h->poster = poster_new(base, s);
	if (s->body != NULL)
		h->template = mem_text(s->body);
	add_key(h, s->secret);
	add_key(h, s->old_secret);
	return h;
}

static void
webhook_close(void *channel)
{
	struct webhook *h = channel;

	poster_free(h->poster);
	free(h->template);
	for (size_t i = 0; i < h->key_count; i++) {
		explicit_bzero(h->keys[i].bytes, h->keys[i].length);
		free(h->keys[i].bytes);
	}
	free(h);
}

/* "v1," and the base64 of HMAC-SHA256 over id, seconds and body; of each key,
   so that a receiver may have either. */
static char *
signature(const struct webhook *h, const char *id, int64_t seconds,
    const char *body)
{
	unsigned char digest[SIGN_DIGEST];
	struct text signed_text = { 0 }, header = { 0 };

	text_addf(&signed_text, "%s.%" PRId64 ".%s", id, seconds, body);
	text_add(&header, "webhook-signature:");
	for (size_t i = 0; i < h->key_count; i++) {
		sign_hmac_raw(h->keys[i].bytes, h->keys[i].length,
		    signed_text.data, signed_text.length, digest);
		text_add(&header, " v1,");
		base64_add(&header, digest, sizeof(digest));
	}
	text_clear(&signed_text);
	return text_take(&header);
}

static void *
webhook_send(void *channel, const struct outgoing *out,
    struct channel_answer *answer)
{
	struct webhook *h = channel;
	int64_t now_ms = clock_now_ms();
	char *body = h->template == NULL
	    ? message_json(out->message, out->person, now_ms)
	    : message_filled(h->template, out->message, out->person, now_ms);
	char id[64], time[64];
	const char *headers[] = { id, time, NULL, NULL };
	const struct poster_letter letter = { .headers = headers,
		.body = body };
	char *signed_by = NULL;
	void *under_way;

	text_format(id, sizeof(id), "webhook-id: %s", out->message->intent);
	text_format(time, sizeof(time), "webhook-timestamp: %" PRId64,
	    now_ms / 1000);
	if (h->key_count > 0)
		headers[2] = signed_by =
		    signature(h, out->message->intent, now_ms / 1000, body);
	under_way = poster_send(h->poster, &letter, out->delivery, answer);
	free(signed_by);
	free(body);
	return under_way;
}

const struct channel_driver channel_webhook = {
	.name = "webhook",
	.open = webhook_open,
	.close = webhook_close,
	.send = webhook_send,
	.cancel = poster_cancel,
};
