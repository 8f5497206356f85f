/*
 * What a provider says of a message once it has it: that it arrived, or that
 * it will not.  It may say so before its own answer, late, twice and in any
 * order; nothing that it says is a human.
 */
#include <string.h>

#include "lib/text.h"
#include "pager/duty_request.h"

struct receipt {
	struct request *request;
	struct incident *inc; /* NULL: of none, or not known any more */
	const char *person, *intent, *detail;
	enum channel_kind channel;
	enum sent sent; /* HANDED_OVER: it arrived */
};

static bool
read_word(const char *word, enum sent *sent)
{
	static const struct {
		const char *word;
		enum sent sent;
	} words[] = { { "delivered", SENT_HANDED_OVER },
		{ "failed", SENT_FAILED }, { "broken", SENT_BROKEN } };

	for (size_t i = 0; word != NULL && i < 3; i++)
		if (strcmp(words[i].word, word) == 0) {
			*sent = words[i].sent;
			return true;
		}
	return false;
}

/* False: it is refused. */
static bool
read_receipt(struct request *r, struct receipt *t)
{
	const struct person *p = request_person(r, "person");
	const char *channel = record_string(r->json, "channel");
	int kind = channel == NULL ? -1 : channel_parse(channel);

	*t = (struct receipt){ .request = r,
		.inc = duty_named(r->duty, r->json),
		.intent = record_string(r->json, "intent"),
		.detail = record_string(r->json, "detail") };
	if (p == NULL)
		return false;
	t->person = p->name;
	t->channel = (enum channel_kind)kind;
	if (kind < 0 || t->intent == NULL || t->detail == NULL ||
	    !read_word(record_string(r->json, "word"), &t->sent)) {
		request_refuse(r, "receipt: channel, intent, word and detail");
		return false;
	}
	return true;
}

static void
note_contact(const struct receipt *t)
{
	struct duty *d = t->request->duty;
	int64_t now_ms = t->request->now_ms;
	bool arrived = t->sent == SENT_HANDED_OVER;

	duty_note_contact(d, t->person, t->channel, arrived, now_ms);
	if (arrived)
		duty_mend_contact(d, t->person, t->channel);
	if (t->sent == SENT_BROKEN)
		duty_break_contact(d, t->person, t->channel, t->detail, now_ms);
}

/* The same way was begun anew since: then that one says how it goes. */
static bool
is_last_of_its_way(const struct incident *inc, const struct called *c)
{
	for (const struct called *o = c + 1;
	     o < inc->called + inc->called_count; o++)
		if (o->call == c->call && o->step == c->step &&
		    o->late == c->late && strcmp(o->person, c->person) == 0)
			return false;
	return true;
}

static void
journal(const struct receipt *t, const char *what)
{
	char text[240];

	text_format(text, sizeof(text), "%s to %s by %s: %s", t->intent,
	    t->person, channel_text(t->channel), t->detail);
	duty_journal(t->request->duty, t->inc, "pager", what, text,
	    t->request->now_ms);
}

/* It was handed over, and will not arrive: as if it had failed at once. */
static void
undelivered(const struct receipt *t, struct called *c)
{
	struct incident *inc = t->inc;
	int64_t now_ms = t->request->now_ms;

	c->receipt = RECEIPT_FAILED;
	c->outcome = CALLED_FAILED;
	if (c->call != 0 && is_last_of_its_way(inc, c))
		page_sent(c->late ? &inc->late : &inc->page, c->call, c->person,
		    c->step, PAGE_FAILED, now_ms);
}

/* Its sending is over; what was said before is not said again, and that it
   arrived takes back no failure. */
static void
hear_of_call(const struct receipt *t, struct called *c)
{
	bool arrived = t->sent == SENT_HANDED_OVER;
	struct incident *inc = t->inc;
	int64_t now_ms = t->request->now_ms;

	if (c->receipt == RECEIPT_FAILED ||
	    (arrived && c->receipt == RECEIPT_DELIVERED))
		return;
	if (arrived)
		c->receipt = RECEIPT_DELIVERED;
	else
		undelivered(t, c);
	note_contact(t);
	journal(t, arrived ? "delivered" : "not delivered");
	duty_dirty(t->request->duty, inc);
	if (inc->closed_ms == 0)
		duty_run_now(t->request->duty, inc, now_ms);
}

/*
 * Before the answer of who was given the message is known: then this is the
 * answer.  One that is to be tried again need not be when it has arrived.
 */
static void
hear_of_intent(const struct receipt *t, struct intent *i)
{
	bool arrived = t->sent == SENT_HANDED_OVER;

	if (strcmp(i->person, t->person) != 0 || i->channel != t->channel ||
	    (i->attempt == 0 && !i->possible_repeat))
		return; /* it has not left yet */
	if (i->state != INTENT_SENDING && !arrived)
		return;
	duty_settle(t->request->duty, i, t->sent, t->detail,
	    t->request->now_ms);
}

/* News and tests: nothing waits for them. */
static void
hear_of_news(const struct receipt *t)
{
	note_contact(t);
	if (t->sent != SENT_HANDED_OVER)
		journal(t, "not delivered");
}

void
command_receipt(struct request *r)
{
	struct receipt t;
	struct called *c;
	struct intent *i;

	if (!read_receipt(r, &t))
		return;
	HASH_FIND_STR(r->duty->intents, t.intent, i);
	c = t.inc == NULL ? NULL : incident_find_called(t.inc, t.intent);
	if (i != NULL)
		hear_of_intent(&t, i);
	else if (c == NULL)
		hear_of_news(&t);
	else if (strcmp(c->person, t.person) == 0 && c->channel == t.channel)
		hear_of_call(&t, c);
	request_agree(r, t.inc, "Heard.");
}
