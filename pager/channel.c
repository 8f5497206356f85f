/* channel: see channel.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "lib/log.h"
#include "lib/text.h"
#include "pager/channel.h"
#include "pager/incident.h"

/*
 * under_way is NULL when the driver is done (or never began): then soon
 * brings the result from the event loop.
 */
struct delivery {
	LIST_ENTRY(delivery) entry;
	struct channels *channels;
	enum channel_kind kind;
	void *under_way;
	struct event *soon;
	enum sent result;
	char detail[CHANNEL_DETAIL_MAX];
	channel_done *done;
	void *arg;
};

#define KINDS (CHANNEL_COMMAND + 1)

static const struct channel_driver *const drivers[KINDS] = {
	[CHANNEL_TERMINAL] = &channel_terminal,
	[CHANNEL_MAIL] = &channel_mail,
	[CHANNEL_COMMAND] = &channel_command,
};

struct channels {
	struct event_base *base;
	const struct settings *settings;
	void *open[KINDS]; /* NULL: not configured */
	LIST_HEAD(delivery_list, delivery) deliveries;
};

const char *
channel_name(enum channel_kind kind)
{
	return (unsigned)kind < KINDS ? channel_text(kind) : "?";
}

static void
open_all(struct channels *c)
{
	CONF_EACH (const struct channel_settings, s, &c->settings->channels) {
		if (drivers[s->kind] != NULL && c->open[s->kind] == NULL)
			c->open[s->kind] = drivers[s->kind]->open(c->base, s);
	}
	/* Standard output needs no settings. */
	if (c->open[CHANNEL_TERMINAL] == NULL)
		c->open[CHANNEL_TERMINAL] =
		    channel_terminal.open(c->base, NULL);
}

static void
close_all(struct channels *c)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (c->open[i] != NULL && drivers[i] != NULL)
			drivers[i]->close(c->open[i]);
		c->open[i] = NULL;
	}
}

struct channels *
channels_new(struct event_base *base, const struct settings *settings)
{
	struct channels *c = mem_alloc(sizeof(*c));

	c->base = base;
	c->settings = settings;
	LIST_INIT(&c->deliveries);
	open_all(c);
	return c;
}

void
channels_free(struct channels *c)
{
	struct delivery *d, *next;

	if (c == NULL)
		return;
	for (d = LIST_FIRST(&c->deliveries); d != NULL; d = next) {
		next = LIST_NEXT(d, entry);
		channel_cancel(d);
	}
	close_all(c);
	free(c);
}

/* The driver has nothing under way any more; the result comes from the loop. */
static void
end_soon(struct delivery *d, enum sent result, const char *detail)
{
	d->under_way = NULL;
	d->result = result;
	text_copy(d->detail, sizeof(d->detail), detail);
	event_active(d->soon, EV_TIMEOUT, 0);
}

void
channels_configure(struct channels *c, const struct settings *settings)
{
	struct delivery *d;

	for (d = LIST_FIRST(&c->deliveries); d != NULL;
	     d = LIST_NEXT(d, entry)) {
		if (d->under_way == NULL)
			continue;
		drivers[d->kind]->cancel(d->under_way);
		end_soon(d, SENT_FAILED_NOW,
		    "the configuration was replaced meanwhile");
	}
	close_all(c);
	c->settings = settings;
	open_all(c);
}

static void
delivery_free(struct delivery *d)
{
	LIST_REMOVE(d, entry);
	event_free(d->soon);
	free(d);
}

static void
on_soon(evutil_socket_t fd, short what, void *arg)
{
	struct delivery *d = arg;
	channel_done *done = d->done;
	void *done_arg = d->arg;
	enum sent result = d->result;
	char detail[CHANNEL_DETAIL_MAX];

	(void)fd, (void)what;
	text_copy(detail, sizeof(detail), d->detail);
	delivery_free(d);
	done(done_arg, result, detail);
}

void
delivery_done(struct delivery *d, enum sent result, const char *detail)
{
	end_soon(d, result, detail);
}

static void
start(struct channels *c, struct delivery *d, const struct message *message)
{
	struct outgoing out = { .message = message,
		.person = settings_person(c->settings, message->person),
		.settings = c->settings,
		.delivery = d };
	char detail[CHANNEL_DETAIL_MAX] = "";
	enum sent result = SENT_FAILED;

	if (out.person == NULL)
		end_soon(d, SENT_FAILED, "this person is not configured");
	else if ((unsigned)d->kind >= KINDS || c->open[d->kind] == NULL)
		end_soon(d, SENT_FAILED, "this channel is not configured");
	else {
		d->under_way = drivers[d->kind]->send(c->open[d->kind], &out,
		    &result, detail);
		if (d->under_way == NULL)
			end_soon(d, result, detail);
	}
}

struct delivery *
channel_send(struct channels *c, const struct message *message,
    channel_done *done, void *arg)
{
	struct delivery *d = mem_alloc(sizeof(*d));

	*d = (struct delivery){ .channels = c,
		.kind = message->channel,
		.done = done,
		.arg = arg };
	d->soon = evtimer_new(c->base, on_soon, d);
	if (d->soon == NULL)
		fatalx("channel: no memory for a delivery");
	LIST_INSERT_HEAD(&c->deliveries, d, entry);
	start(c, d, message);
	return d;
}

void
channel_cancel(struct delivery *d)
{
	if (d == NULL)
		return;
	if (d->under_way != NULL)
		drivers[d->kind]->cancel(d->under_way);
	delivery_free(d);
}
