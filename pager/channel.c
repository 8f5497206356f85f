/* channel: see channel.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/text.h"
#include "pager/channel.h"
#include "pager/incident.h"
#include "pager/provider.h"

#define KINDS (CHANNEL_COMMAND + 1)

static const struct channel_driver *const drivers[KINDS] = {
	[CHANNEL_TERMINAL] = &channel_terminal,
	[CHANNEL_MAIL] = &channel_mail,
	[CHANNEL_SMS] = &channel_sms,
	[CHANNEL_NTFY] = &channel_ntfy,
	[CHANNEL_WEBHOOK] = &channel_webhook,
	[CHANNEL_COMMAND] = &channel_command,
};

/*
 * One message on its way.  under_way is NULL when the driver is done (or
 * never began): then soon is about to look at the answer.  over: the round is
 * closed, and soon only tells its outcome.
 */
struct delivery {
	LIST_ENTRY(delivery) entry;
	struct channels *channels;
	struct message message; /* the body is its own */
	struct provider_round round;
	size_t current; /* whose turn it is */
	void *under_way;
	struct event *soon;
	struct channel_answer answer;  /* of the current one */
	char said[CHANNEL_DETAIL_MAX]; /* of all so far, the last one first */
	enum sent outcome;
	bool over;
	channel_done *done;
	void *arg;
};

/* All providers of a kind, in written order. */
struct way {
	char *names[PROVIDERS_MAX];
	void *open[PROVIDERS_MAX];
	struct provider known[PROVIDERS_MAX];
	size_t count;
};

struct channels {
	struct event_base *base;
	const struct settings *settings;
	struct way ways[KINDS];
	LIST_HEAD(delivery_list, delivery) deliveries;
};

static int64_t
now_ms(void)
{
	return clock_monotonic_us() / 1000;
}

const char *
channel_name(enum channel_kind kind)
{
	return (unsigned)kind < KINDS ? channel_text(kind) : "?";
}

static void
open_one(struct channels *c, enum channel_kind kind, const char *name,
    const struct channel_settings *s)
{
	struct way *way = &c->ways[kind];

	if (drivers[kind] == NULL || way->count == PROVIDERS_MAX)
		return;
	way->names[way->count] = mem_text(name);
	way->known[way->count] = (struct provider){ 0 };
	way->open[way->count++] = drivers[kind]->open(c->base, s);
}

static void
open_all(struct channels *c)
{
	CONF_EACH (const struct channel_settings, s, &c->settings->channels)
		open_one(c, s->kind, s->name, s);
	/* Standard output needs no settings. */
	if (c->ways[CHANNEL_TERMINAL].count == 0)
		open_one(c, CHANNEL_TERMINAL, "terminal", NULL);
}

static void
close_way(enum channel_kind kind, struct way *way)
{
	for (size_t i = 0; i < way->count; i++) {
		drivers[kind]->close(way->open[i]);
		free(way->names[i]);
	}
	way->count = 0;
}

static void
close_all(struct channels *c)
{
	for (int kind = 0; kind < KINDS; kind++)
		close_way((enum channel_kind)kind, &c->ways[kind]);
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

static struct way *
way_of(const struct delivery *d)
{
	return &d->channels->ways[d->message.channel];
}

/* The current one's answer is known: the round goes on, or is over. */
static void
note_answer(struct delivery *d)
{
	struct way *way = way_of(d);
	struct text said = { 0 };

	provider_ended(way->known, d->current, &d->round, d->answer.sent,
	    d->answer.wait_ms, now_ms());
	if (way->count > 1)
		text_addf(&said, "%s: ", way->names[d->current]);
	text_add(&said, d->answer.detail);
	if (d->said[0] != '\0')
		text_addf(&said, "; before that %s", d->said);
	text_copy(d->said, sizeof(d->said), said.data);
	text_clear(&said);
}

/* Nothing is under way any more; the outcome comes from the loop. */
static void
end_soon(struct delivery *d, enum sent outcome)
{
	d->over = true;
	d->outcome = outcome;
	event_active(d->soon, EV_TIMEOUT, 0);
}

static void
say_waiting(struct delivery *d, int64_t for_ms)
{
	char left[40];

	text_duration(for_ms + 999, left, sizeof(left));
	text_format(d->said, sizeof(d->said),
	    "not called: it has asked for %s of rest", left);
}

/* The next of its providers has it, or the round is over. */
static void
go_on(struct delivery *d)
{
	struct way *way = way_of(d);
	const struct outgoing out = { .message = &d->message,
		.person =
		    settings_person(d->channels->settings, d->message.person),
		.settings = d->channels->settings,
		.delivery = d };
	int64_t at_ms = now_ms();
	int next = provider_next(way->known, way->count, &d->round, at_ms);

	if (next == -1) {
		if (d->round.tried == 0)
			say_waiting(d,
			    provider_wait(way->known, way->count, &d->round,
				at_ms) -
				at_ms);
		end_soon(d, provider_outcome(&d->round, way->count));
		return;
	}
	d->current = (size_t)next;
	d->message.possible_repeat |= d->round.later;
	d->answer = (struct channel_answer){ .sent = SENT_FAILED };
	d->under_way = drivers[d->message.channel]->send(way->open[next], &out,
	    &d->answer);
	if (d->under_way == NULL)
		event_active(d->soon, EV_TIMEOUT, 0);
}

/* Whatever it waits for ends with the settings. */
static void
cut_short(struct delivery *d)
{
	struct way *way = way_of(d);

	if (d->under_way != NULL) {
		drivers[d->message.channel]->cancel(d->under_way);
		d->under_way = NULL;
		d->answer = (struct channel_answer){ .sent = SENT_FAILED_NOW };
		text_copy(d->answer.detail, sizeof(d->answer.detail),
		    "the configuration was replaced meanwhile");
	}
	note_answer(d);
	end_soon(d, provider_outcome(&d->round, way->count));
}

/* What a provider asked for is asked for still; where it failed somebody may
   have mended something. */
static void
remember(struct way *way, const struct way *old)
{
	for (size_t i = 0; i < way->count; i++)
		for (size_t k = 0; k < old->count; k++)
			if (strcmp(way->names[i], old->names[k]) == 0)
				way->known[i].wait_until_ms =
				    old->known[k].wait_until_ms;
}

void
channels_configure(struct channels *c, const struct settings *settings)
{
	struct way old[KINDS];
	struct delivery *d;

	LIST_FOREACH (d, &c->deliveries, entry)
		if (!d->over)
			cut_short(d);
	memcpy(old, c->ways, sizeof(old));
	memset(c->ways, 0, sizeof(c->ways));
	c->settings = settings;
	open_all(c);
	for (int kind = 0; kind < KINDS; kind++) {
		remember(&c->ways[kind], &old[kind]);
		close_way((enum channel_kind)kind, &old[kind]);
	}
}

static void
delivery_free(struct delivery *d)
{
	LIST_REMOVE(d, entry);
	event_free(d->soon);
	free(d->message.body);
	free(d);
}

static void
on_soon(evutil_socket_t fd, short what, void *arg)
{
	struct delivery *d = arg;
	channel_done *done = d->done;
	void *done_arg = d->arg;
	enum sent outcome = d->outcome;
	char said[CHANNEL_DETAIL_MAX];

	(void)fd, (void)what;
	if (!d->over) {
		note_answer(d);
		go_on(d);
		return;
	}
	text_copy(said, sizeof(said), d->said);
	delivery_free(d);
	done(done_arg, outcome, said);
}

void
delivery_done(struct delivery *d, const struct channel_answer *answer)
{
	d->under_way = NULL;
	d->answer = *answer;
	event_active(d->soon, EV_TIMEOUT, 0);
}

/* Why it cannot even begin; NULL: it can. */
static const char *
hindrance(const struct delivery *d)
{
	const struct message *m = &d->message;

	if (settings_person(d->channels->settings, m->person) == NULL)
		return "this person is not configured";
	if ((unsigned)m->channel >= KINDS || way_of(d)->count == 0)
		return "this channel is not configured";
	return NULL;
}

struct delivery *
channel_send(struct channels *c, const struct message *message,
    channel_done *done, void *arg)
{
	struct delivery *d = mem_alloc(sizeof(*d));
	const char *why;

	*d = (struct delivery){ .channels = c,
		.message = *message,
		.done = done,
		.arg = arg };
	d->message.body = mem_text(message->body != NULL ? message->body : "");
	d->soon = evtimer_new(c->base, on_soon, d);
	if (d->soon == NULL)
		fatalx("channel: no memory for a delivery");
	LIST_INSERT_HEAD(&c->deliveries, d, entry);
	if ((why = hindrance(d)) == NULL)
		go_on(d);
	else {
		text_copy(d->said, sizeof(d->said), why);
		end_soon(d, SENT_FAILED);
	}
	return d;
}

void
channel_cancel(struct delivery *d)
{
	if (d == NULL)
		return;
	if (d->under_way != NULL)
		drivers[d->message.channel]->cancel(d->under_way);
	delivery_free(d);
}
