/*
 * What people write back by a text message: a code and a word.
 *
 * The code stands in each message that wants an answer: three digits of the
 * incident's number and three that only its person's messages have.  Whoever
 * writes is known by the number, which can be pretended; so the code is what
 * proves that they have read our message, and a word alone counts only for
 * half an hour, and only when it can mean one incident.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/civil.h"
#include "pager/duty_request.h"
#include "pager/duty_words.h"

#define CODE_DIGITS 6
#define REPLY_FRESH_MS (30 * INT64_C(60000)) /* for a word alone */
#define REPLY_HOUR_MS (60 * INT64_C(60000))
#define REPLY_ANSWERED_MAX 5 /* an hour, that cannot be understood */
#define REPLY_TRIED_MAX 30   /* and that are looked at */
#define SAMES_MAX 8          /* people with one number */

struct reply {
	struct request *request;
	enum channel_kind channel;
	const struct person *people[SAMES_MAX]; /* of this number */
	size_t count;
	char code[REPLY_CODE]; /* "": none */
	char word[16];         /* in lower case */
	const char *rest;      /* what follows the word */
};

/* Out of a token, which holds a proof that only we can make. */
void
duty_reply_code(const struct duty *d, const char *incident, const char *person,
    char code[REPLY_CODE])
{
	const struct incident *inc = duty_find(d, incident);
	char name[24], token[200] = "";
	unsigned long proof = 0;

	code[0] = '\0';
	if (inc == NULL || d->sign == NULL)
		return;
	text_format(name, sizeof(name), REPLY_PREFIX "%s", incident);
	d->sign(d->sign_arg, name, person, "reply", token, sizeof(token));
	if (token[0] == '\0')
		return;
	for (const char *p = token; *p != '\0'; p++)
		proof = proof * 31 + (unsigned char)*p;
	text_format(code, REPLY_CODE, "%03u%03u",
	    (unsigned)(inc->number % 1000), (unsigned)(proof % 1000));
}

static void
find_people(struct reply *r, const char *number)
{
	CONF_EACH (const struct person, p, &r->request->duty->settings->people)
		if (p->phone != NULL && strcmp(p->phone, number) == 0 &&
		    r->count < SAMES_MAX)
			r->people[r->count++] = p;
}

/* "042817 Take", "042817take", "take": code and word apart. */
static void
read_words(struct reply *r, const char *text)
{
	size_t digits, length;

	text += strspn(text, REQUEST_BLANKS);
	digits = strspn(text, "0123456789");
	if (digits == CODE_DIGITS) {
		text_format(r->code, sizeof(r->code), "%.*s", CODE_DIGITS,
		    text);
		text += digits;
		text += strspn(text, REQUEST_BLANKS ":,.-");
	}
	length = strcspn(text, REQUEST_BLANKS ".,!");
	text_format(r->word, sizeof(r->word), "%.*s", (int)length, text);
	for (char *p = r->word; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	text += length;
	r->rest = text + strspn(text, REQUEST_BLANKS ".,!");
}

/* Heard, and nothing is said to it. */
static void
say_nothing(struct reply *r, const char *why)
{
	json_t *o = json_object();

	record_set_text(o, "text", why);
	record_set_bool(o, "silent", true);
	duty_answer(r->request->duty, r->request->id, true, o);
}

/* Whoever answers each of our answers must not keep us talking. */
static void
not_understood(struct reply *r, const char *why)
{
	struct contact *c =
	    duty_contact(r->request->duty, r->people[0]->name, r->channel);
	int64_t now_ms = r->request->now_ms;

	if (c == NULL) {
		say_nothing(r, why);
		return;
	}
	if (c->unclear == 0 || now_ms < c->unclear_ms ||
	    now_ms - c->unclear_ms >= REPLY_HOUR_MS) {
		c->unclear_ms = now_ms;
		c->unclear = 0;
	}
	if (c->unclear++ < REPLY_ANSWERED_MAX)
		request_agree(r->request, NULL, "%s Nothing was changed.", why);
	else
		say_nothing(r, why);
}

static bool
is_tried_too_often(const struct reply *r)
{
	const struct contact *c =
	    duty_contact(r->request->duty, r->people[0]->name, r->channel);
	int64_t now_ms = r->request->now_ms;

	return c != NULL && c->unclear >= REPLY_TRIED_MAX &&
	    now_ms >= c->unclear_ms && now_ms - c->unclear_ms < REPLY_HOUR_MS;
}

static bool
is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* The provider obeys these by itself, where nothing else is said; what it then
   refuses is known before. */
static bool
obey(struct reply *r)
{
	static const char *const stops[] = { "stop", "stopall", "unsubscribe",
		"cancel", "end", "quit", "revoke", "optout", NULL };
	static const char *const starts[] = { "start", "unstop", NULL };
	bool stops_it = is_one_of(r->word, stops);

	if (*r->rest != '\0' || (!stops_it && !is_one_of(r->word, starts)))
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (stops_it)
			duty_break_contact(r->request->duty, r->people[i]->name,
			    r->channel, "it has said STOP", r->request->now_ms);
		else
			duty_mend_contact(r->request->duty, r->people[i]->name,
			    r->channel);
	say_nothing(r, stops_it ? "STOP" : "START");
	return true;
}

static void
say_who(struct reply *r, const struct incident *inc, const char *tail)
{
	const char *owner = inc->page.owner;
	char at[48], sms[141];
	struct duty_words w = { .duty = r->request->duty,
		.inc = inc,
		.zone = r->people[0]->zone,
		.now_ms = r->request->now_ms };

	duty_say_sms(&w, "", sms);
	civil_clock(w.zone, inc->page.owned_at_ms, at, sizeof(at));
	if (owner[0] == '\0')
		request_agree(r->request, inc, "%s. Nobody has it.", sms);
	else
		request_agree(r->request, inc, "%s. %s has it, since %s.%s",
		    sms, owner, at, tail);
}

static void
reply_status(struct reply *r, struct incident *inc)
{
	say_who(r, inc, "");
}

/* Whoever answers late takes it from nobody by accident. */
static void
reply_take(struct reply *r, struct incident *inc)
{
	const struct page *p = &inc->page;

	if (inc->closed_ms == 0 && p->owner[0] != '\0' &&
	    strcmp(p->owner, r->people[0]->name) != 0 && p->handover_at_ms == 0)
		say_who(r, inc,
		    " Nothing was changed; \"mine\" instead of \"take\" takes "
		    "it over.");
	else
		command_take(r->request);
}

static void
reply_mine(struct reply *r, struct incident *inc)
{
	(void)inc;
	command_take(r->request);
}

static void
reply_decline(struct reply *r, struct incident *inc)
{
	(void)inc;
	command_decline(r->request);
}

static void
reply_note(struct reply *r, struct incident *inc)
{
	(void)inc;
	record_set_text(r->request->json, "text", r->rest);
	command_note(r->request);
}

static void
reply_resolve(struct reply *r, struct incident *inc)
{
	(void)inc;
	record_set_text(r->request->json, "note", r->rest);
	command_resolve(r->request);
}

typedef void verb(struct reply *, struct incident *);

static verb *
find_verb(const char *word)
{
	static const struct {
		const char *word;
		verb *act;
	} verbs[] = { { "", reply_take }, { "take", reply_take },
		{ "t", reply_take }, { "a", reply_take }, { "ack", reply_take },
		{ "mine", reply_mine }, { "no", reply_decline },
		{ "n", reply_decline }, { "d", reply_decline },
		{ "decline", reply_decline }, { "status", reply_status },
		{ "s", reply_status }, { "note", reply_note },
		{ "resolve", reply_resolve }, { "resolved", reply_resolve } };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].word, word) == 0)
			return verbs[i].act;
	return NULL;
}

/* As a command of this person about this incident. */
static void
act(struct reply *r, const struct person *p, struct incident *inc, verb *how)
{
	struct request *whole = r->request, mine = *whole;
	char by[96], lead[40];

	text_format(by, sizeof(by), "%s by %s", p->name,
	    channel_text(r->channel));
	text_format(lead, sizeof(lead), "%s: ", inc->id);
	mine.by = by;
	mine.lead = how == reply_status ? NULL : lead;
	mine.json = json_object();
	record_set_text(mine.json, "person", p->name);
	record_set_text(mine.json, "incident", inc->id);
	r->people[0] = p;
	r->request = &mine;
	how(r, inc);
	r->request = whole;
	json_decref(mine.json);
}

static bool
has_code(const struct reply *r, const struct incident *inc,
    const struct person *p)
{
	char code[REPLY_CODE];

	duty_reply_code(r->request->duty, inc->id, p->name, code);
	return strcmp(code, r->code) == 0;
}

/* Which incident and whose page; how many it may mean. */
static size_t
find_by_code(const struct reply *r, bool open, const struct person **who,
    struct incident **what)
{
	unsigned last = (unsigned)(atoi(r->code) / 1000);
	size_t found = 0;

	for (struct incident *inc = r->request->duty->incidents; inc != NULL;
	     inc = inc->hh.next) {
		if (inc->number % 1000 != last || (inc->closed_ms == 0) != open)
			continue;
		for (size_t i = 0; i < r->count; i++)
			if (has_code(r, inc, r->people[i])) {
				*who = r->people[i];
				*what = inc;
				found++;
			}
	}
	return found;
}

/* Told of it by this way within the last half hour, and it is theirs to
   answer. */
static bool
is_asked_of(const struct reply *r, const struct incident *inc)
{
	const char *name = r->people[0]->name;

	if (inc->closed_ms != 0 ||
	    (inc->page.state != PAGE_CALLING &&
		strcmp(inc->page.owner, name) != 0))
		return false;
	for (size_t i = inc->called_count; i-- > 0;)
		if (strcmp(inc->called[i].person, name) == 0 &&
		    inc->called[i].channel == r->channel)
			return r->request->now_ms - inc->called[i].at_ms <
			    REPLY_FRESH_MS;
	return false;
}

static size_t
find_by_word(const struct reply *r, struct incident **what)
{
	size_t found = 0;

	for (struct incident *inc = r->request->duty->incidents; inc != NULL;
	     inc = inc->hh.next)
		if (is_asked_of(r, inc)) {
			*what = inc;
			found++;
		}
	return found;
}

/* Without a code a telephone that answers by itself could say as much: "A
   quick note: I am driving".  What follows a word may be a text of it. */
static bool
is_sentence(const struct reply *r, verb *how)
{
	return *r->rest != '\0' && how != reply_note && how != reply_resolve;
}

static void
by_word(struct reply *r, verb *how)
{
	struct incident *inc = NULL;
	size_t found = r->count == 1 ? find_by_word(r, &inc) : 0;

	if (r->count > 1 || is_sentence(r, how))
		not_understood(r, "Begin with the code of the page you mean.");
	else if (found == 0)
		not_understood(r, "No page was sent to you just now.");
	else if (found > 1)
		not_understood(r,
		    "Several pages were sent to you: begin with the code of "
		    "the one you mean.");
	else
		act(r, r->people[0], inc, how);
}

static void
by_code(struct reply *r, verb *how)
{
	const struct person *p = NULL;
	struct incident *inc = NULL;
	size_t found = find_by_code(r, true, &p, &inc);

	if (found == 0)
		found = find_by_code(r, false, &p, &inc);
	if (found == 1)
		act(r, p, inc, how);
	else if (found == 0)
		not_understood(r, "No page of yours has that code.");
	else
		not_understood(r,
		    "That code may mean several pages: use the link in yours.");
}

static void
hear(struct reply *r)
{
	verb *how = find_verb(r->word);

	if (r->count == 0)
		say_nothing(r, "this number is nobody's");
	else if (r->code[0] == '\0' && obey(r))
		return;
	else if (is_tried_too_often(r))
		say_nothing(r, "too many that could not be understood");
	else if (how == NULL || (r->code[0] == '\0' && r->word[0] == '\0'))
		not_understood(r,
		    "Not understood: write the code of the page and take, no, "
		    "status, note and a text, or resolve.");
	else if (r->code[0] == '\0')
		by_word(r, how);
	else
		by_code(r, how);
}

void
command_reply(struct request *request)
{
	const char *from = record_string(request->json, "from");
	const char *text = request_text(request, "text", false);
	const char *channel = record_string(request->json, "channel");
	struct reply r = { .request = request };
	int kind = channel == NULL ? -1 : channel_parse(channel);

	if (text == NULL)
		return;
	if (from == NULL || kind < 0) {
		request_refuse(request, "reply: channel, from and text");
		return;
	}
	r.channel = (enum channel_kind)kind;
	find_people(&r, from);
	read_words(&r, text);
	hear(&r);
}
