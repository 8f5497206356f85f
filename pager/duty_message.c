/*
 * Messages, put together when they are handed out, so that they say what is
 * so now.  Times are in the zone of whoever reads them; whatever comes from
 * outside is made plain.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pager/duty_words.h"

/* What kind of message this is, in a word or two before everything else. */
static void
lead_word(const struct intent *i, char *word, size_t room)
{
	static const char *const words[] = {
		[MESSAGE_MEMBER] = "More: ",
		[MESSAGE_EXPIRED] = "No longer yours: ",
		[MESSAGE_HANDOVER] = "Your watch now: ",
		[MESSAGE_UPDATE_DUE] = "Update is late: ",
		[MESSAGE_LAST_RESORT] = "Nobody reached: ",
		[MESSAGE_REOPENED] = "Open again: ",
	};

	word[0] = '\0';
	if (i->kind == MESSAGE_TAKEN)
		text_format(word, room, "%.20s has it: ", i->note);
	else if (i->kind < sizeof(words) / sizeof(words[0]) &&
	    words[i->kind] != NULL)
		text_copy(word, room, words[i->kind]);
}

static void
lead_call(struct duty_words *w, const struct intent *i)
{
	const struct page *p = &w->inc->page;

	if (strcmp(p->direct, i->person) == 0 && p->worse)
		text_addf(w->text,
		    "You had it, and it is worse now (S%d): please take it "
		    "anew.\n",
		    w->inc->severity);
	else if (strcmp(p->direct, i->person) == 0)
		text_add(w->text, "It was handed to you: please take it.\n");
	else if (duty_wants_all(w->duty, w->inc))
		text_add(w->text,
		    "Please take it: each of those who are called has to.\n");
	else
		text_add(w->text, "Please take it.\n");
}

static void
lead_taken(struct duty_words *w, const struct intent *i)
{
	text_addf(w->text, "%s has it. Nothing is asked of you.\n", i->note);
}

static void
lead_resolved(struct duty_words *w, const struct intent *i)
{
	(void)i;
	text_add(w->text,
	    duty_fails_on(w->inc) ? "It was closed: " : "It is over: ");
	duty_say_plain(w, w->inc->ended);
	text_add(w->text, ".\n");
}

static void
lead_member(struct duty_words *w, const struct intent *i)
{
	(void)i;
	text_add(w->text, "More has joined what you have.\n");
}

static void
lead_expired(struct duty_words *w, const struct intent *i)
{
	text_addf(w->text, "You have it no longer (%s); %s.\n", i->note,
	    incident_urgency(w->inc) > 3 ? "nobody has it" : "it calls again");
}

static void
lead_handover(struct duty_words *w, const struct intent *i)
{
	const char *owner = w->inc->page.owner;

	(void)i;
	text_addf(w->text,
	    "Your watch has begun, and this is open. %s %s it; please take "
	    "it within 15 min, or it calls again.\n",
	    owner[0] != '\0' ? owner : "Nobody",
	    w->inc->page.state == PAGE_SNOOZED ? "has snoozed" : "has");
}

static void
lead_update_due(struct duty_words *w, const struct intent *i)
{
	(void)i;
	text_add(w->text, "The public update promised for ");
	duty_say_clock(w, w->inc->next_ms);
	text_add(w->text,
	    " is late. Please write one, or say that you are at it: taking "
	    "this, or a note, is good for 15 min.\n");
}

static void
lead_last_resort(struct duty_words *w, const struct intent *i)
{
	(void)i;
	text_add(w->text,
	    "Nobody on the ladder could be reached by any way. Please take "
	    "it, or see to it.\n");
}

static void
lead_reopened(struct duty_words *w, const struct intent *i)
{
	text_addf(w->text,
	    "You were told that it was over: it is open again, by %s. Nothing "
	    "is asked of you unless you are called.\n",
	    i->note);
}

static void (*const leads[])(struct duty_words *, const struct intent *) = {
	[MESSAGE_CALL] = lead_call,
	[MESSAGE_TAKEN] = lead_taken,
	[MESSAGE_RESOLVED] = lead_resolved,
	[MESSAGE_MEMBER] = lead_member,
	[MESSAGE_EXPIRED] = lead_expired,
	[MESSAGE_HANDOVER] = lead_handover,
	[MESSAGE_UPDATE_DUE] = lead_update_due,
	[MESSAGE_LAST_RESORT] = lead_last_resort,
	[MESSAGE_REOPENED] = lead_reopened,
};

static void
add_link(struct duty_words *w, const struct intent *i, struct message *m)
{
	const struct duty *d = w->duty;
	char token[200];

	if (d->sign == NULL)
		return;
	d->sign(d->sign_arg, i->incident, i->person, i->id, token,
	    sizeof(token));
	if (token[0] == '\0' ||
	    !text_format(m->link, sizeof(m->link), "%s/l/%s",
		d->settings->site.links, token)) {
		m->link[0] = '\0';
		return;
	}
	text_addf(w->text, "\nSee and take it: %s\n", m->link);
	duty_reply_code(d, i->incident, i->person, m->reply);
}

/* What a provider says of it later comes under this; nobody is given it to act
   by, and as a link it is of no incident. */
static void
add_token(const struct duty *d, const struct intent *i, struct message *m)
{
	char name[24];

	if (d->sign == NULL)
		return;
	text_format(name, sizeof(name), RECEIPT_PREFIX "%s",
	    i->incident[0] != '\0' ? i->incident : "-");
	d->sign(d->sign_arg, name, i->person, i->id, m->token,
	    sizeof(m->token));
}

static void
compose_test(struct duty_words *w, const struct intent *i, struct message *m)
{
	text_copy(m->subject, sizeof(m->subject),
	    "Test page: nothing is wrong");
	text_format(m->sms, sizeof(m->sms), "Sunwatch test for %s by %s",
	    i->person, channel_text(i->channel));
	text_addf(w->text, "This is a test of %s for %s, sent at ",
	    channel_text(i->channel), i->person);
	duty_say_instant(w, w->now_ms);
	text_add(w->text, ". Nothing is asked of you.\n");
}

static void
compose_open(struct duty_words *w, const struct intent *i, struct message *m)
{
	const struct incident *inc = w->inc;
	char title[SUBJECT_TITLE_MAX + 1], matter[SUBJECT_MATTER_MAX + 1];
	char word[40];
	struct text since = { 0 };
	struct duty_words clock = *w;

	lead_word(i, word, sizeof(word));
	duty_say_title(w->duty, inc, title, sizeof(title));
	clock.text = &since;
	duty_say_clock(&clock, duty_say_since(inc));
	duty_say_matter(inc, matter, sizeof(matter));
	text_format(m->subject, sizeof(m->subject), "[%s] %sS%d %s %s since %s",
	    inc->id, word, inc->severity, title, matter, since.data);
	text_clear(&since);
	duty_say_sms(w, word, m->sms);
	duty_say_state(w);
	if (i->kind != MESSAGE_UPDATE_DUE && duty_is_late(inc, w->now_ms))
		text_add(w->text, "The promised public update is late.\n");
	duty_say_evidence(w);
	duty_say_details(w);
	if (inc->is_storm)
		duty_say_storm(w);
	else
		duty_say_members(w);
	duty_say_called(w, i->id);
	if (i->kind == MESSAGE_UPDATE_DUE)
		duty_say_next_for_update(w);
	duty_say_next(w);
	duty_say_known(w);
	duty_say_before(w);
	add_link(w, i, m);
}

static void
compose_incident(struct duty_words *w, const struct intent *i,
    struct message *m)
{
	text_format(m->thread, sizeof(m->thread), "%s.%lld", w->inc->id,
	    (long long)w->inc->opened_ms);
	leads[i->kind](w, i);
	text_add(w->text, "\n");
	if (w->inc->closed_ms == 0) {
		compose_open(w, i, m);
		return;
	}
	duty_say_over_subject(w, m->subject, sizeof(m->subject));
	duty_say_over_sms(w, m->sms);
	duty_say_over(w);
}

static bool
is_of_no_incident(enum message_kind kind)
{
	return kind == MESSAGE_TEST || kind == MESSAGE_DIGEST ||
	    kind == MESSAGE_ROTA || kind == MESSAGE_CONTACT;
}

void
duty_compose(const struct duty *d, const struct intent *i, int64_t now_ms,
    struct message *m)
{
	struct text body = { 0 };
	struct duty_words w = { .text = &body,
		.duty = d,
		.inc = duty_find(d, i->incident),
		.zone = duty_zone(d, i->person),
		.now_ms = now_ms };

	/* Nobody is told that nothing is wrong when something was. */
	assert(w.inc != NULL || is_of_no_incident(i->kind));
	*m = (struct message){ .kind = i->kind,
		.channel = i->channel,
		.possible_repeat = i->possible_repeat,
		.store_down = !d->store_up,
		.attempt = i->attempt };
	text_copy(m->intent, sizeof(m->intent), i->id);
	text_copy(m->person, sizeof(m->person), i->person);
	text_copy(m->incident, sizeof(m->incident), i->incident);
	add_token(d, i, m);
	m->severity = w.inc != NULL ? w.inc->severity : 0;
	if (i->kind == MESSAGE_TEST)
		compose_test(&w, i, m);
	else if (i->kind == MESSAGE_DIGEST)
		duty_say_digest(&w, i, m);
	else if (i->kind == MESSAGE_ROTA)
		duty_say_rota(&w, i, m);
	else if (i->kind == MESSAGE_CONTACT)
		duty_say_contact(&w, i, m);
	else
		compose_incident(&w, i, m);
	m->body = text_take(&body);
}
