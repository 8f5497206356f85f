/*
 * The words of messages, put together when they are handed out, so that they
 * say what is so now.  Times are in the zone of whoever reads them; whatever
 * comes from outside is made plain.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/duty_parts.h"

#define MEMBERS_SHOWN 20
#define CALLS_SHOWN 10
#define SMS_CLIENT_MAX 40

const char *
duty_zone(const struct duty *d, const char *person)
{
	const struct person *p = settings_person(d->settings, person);

	return p != NULL ? p->zone : "UTC";
}

static const char *
short_name(const char *subject)
{
	const char *slash = strchr(subject, '/');

	return slash == NULL ? subject : slash + 1;
}

static const char *
client_title(const struct duty *d, const struct incident *inc)
{
	const struct client *c = settings_client(d->settings, inc->client);

	if (c != NULL)
		return c->title;
	return inc->client[0] != '\0' ? inc->client : "Operations";
}

void
duty_title(const struct duty *d, const struct incident *inc, char *out,
    size_t room)
{
	struct text t = { 0 };

	text_add_plain(&t, client_title(d, inc));
	text_add(&t, ": ");
	text_add_plain(&t, short_name(inc->subject));
	text_copy(out, room, t.data);
	text_clear(&t);
}

static size_t
count_storm(const struct duty *d, const struct incident *storm)
{
	size_t count = 0;

	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		count += inc->closed_ms == 0 && !inc->is_storm &&
		    strcmp(inc->ladder, storm->ladder) == 0;
	return count;
}

/* "is down: 2 of 3 regions see http_status 503", plain. */
static void
say_what(struct text *t, const struct duty *d, const struct incident *inc)
{
	size_t more = incident_count(inc);

	if (inc->is_storm) {
		text_addf(t, "%zu incidents are open", count_storm(d, inc));
		return;
	}
	text_add_plain(t, inc->text[0] != '\0' ? inc->text : "has failed");
	if (more > 1)
		text_addf(t, " (and %zu more)", more - 1);
	if (inc->flapping)
		text_add(t, " (flapping)");
}

/* Client, what, since: what gives way is the middle. */
static void
say_sms(const struct duty *d, const struct incident *inc, const char *zone,
    const char *lead, char sms[141])
{
	char title[SMS_CLIENT_MAX * 2], since[48], tail[80];
	struct text what = { 0 };
	size_t used;

	duty_title(d, inc, title, sizeof(title));
	civil_clock(zone, inc->since_ms, since, sizeof(since));
	text_format(tail, sizeof(tail), " since %s %s", since, inc->id);
	say_what(&what, d, inc);
	used = strlen(lead) + strlen(title) + strlen(tail) + 1;
	text_copy(sms, 141, lead);
	text_copy(sms + strlen(sms), 141 - strlen(sms), title);
	text_copy(sms + strlen(sms), 141 - strlen(sms), " ");
	if (used < 140)
		text_copy(sms + strlen(sms), 141 - used, what.data);
	text_copy(sms + strlen(sms), 141 - strlen(sms), tail);
	text_clear(&what);
}

static void
add_instant(struct text *t, const char *zone, int64_t at_ms)
{
	char full[48];

	civil_full(zone, at_ms, full, sizeof(full));
	text_add(t, full);
}

static void
add_clock(struct text *t, const char *zone, int64_t at_ms)
{
	char clock[48];

	civil_clock(zone, at_ms, clock, sizeof(clock));
	text_add(t, clock);
}

static void
add_evidence(struct text *t, const struct incident *inc, const char *zone)
{
	if (inc->evidence_count == 0)
		return;
	text_add(t, "\nEvidence:\n");
	for (size_t i = 0; i < inc->evidence_count; i++) {
		const struct alarm_evidence *e = &inc->evidence[i];

		text_add(t, "  ");
		text_add_plain(t, e->region);
		text_addf(t, ": %s", outcome_text(e->outcome));
		if (e->reason != REASON_NONE)
			text_addf(t, " %s", reason_text(e->reason));
		text_add(t, " since ");
		add_clock(t, zone, e->since_at_ms);
		if (e->detail[0] != '\0')
			text_add(t, ": ");
		text_add_plain(t, e->detail);
		text_add(t, e->fresh ? "\n" : " (not fresh)\n");
	}
	if (inc->last_good_ms != 0 && inc->first_failed_ms != 0) {
		text_add(t, "  last good ");
		add_instant(t, zone, inc->last_good_ms);
		text_add(t, ", first failed ");
		add_instant(t, zone, inc->first_failed_ms);
		text_add(t, "\n");
	}
}

static void
add_members(struct text *t, const struct incident *inc, const char *zone)
{
	size_t shown = 0;

	if (inc->member_count < 2)
		return;
	text_addf(t, "\nTogether with it (%zu, %zu still so):\n",
	    inc->member_count, incident_count(inc));
	for (size_t i = 0; i < inc->member_count && shown < MEMBERS_SHOWN;
	     i++, shown++) {
		const struct member *m = &inc->members[i];

		text_add(t, "  ");
		text_add_plain(t, m->subject);
		text_add(t, m->until_ms == 0 ? " since " : " well again at ");
		add_clock(t, zone,
		    m->until_ms == 0 ? m->since_ms : m->until_ms);
		text_add(t, "\n");
	}
	if (inc->member_count > shown)
		text_addf(t, "  and %zu more\n", inc->member_count - shown);
}

/* Every incident of a storm is listed, those with a page of their own too. */
static void
add_storm(struct text *t, const struct duty *d, const struct incident *storm,
    const char *zone)
{
	text_add(t, "\nOpen incidents of this ladder:\n");
	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next) {
		char title[160];

		if (inc->closed_ms != 0 || inc->is_storm ||
		    strcmp(inc->ladder, storm->ladder) != 0)
			continue;
		duty_title(d, inc, title, sizeof(title));
		text_addf(t, "  %s S%d %s since ", inc->id, inc->severity,
		    title);
		add_clock(t, zone, inc->since_ms);
		text_add(t, inc->storm[0] == '\0' ? " (own page)\n" : "\n");
	}
}

static void
add_called(struct text *t, const struct incident *inc, const char *zone,
    const char *intent)
{
	size_t from = inc->called_count > CALLS_SHOWN
	    ? inc->called_count - CALLS_SHOWN
	    : 0;
	bool any = false;

	for (size_t i = from; i < inc->called_count; i++) {
		const struct called *c = &inc->called[i];

		if (strcmp(c->intent, intent) == 0)
			continue;
		text_add(t, any ? "" : "\nCalled so far:\n");
		any = true;
		text_addf(t, "  %s by %s at ", c->person,
		    channel_text(c->channel));
		add_clock(t, zone, c->at_ms);
		text_addf(t, ": %s\n", called_outcome_text(c->outcome));
	}
	if (!any)
		text_add(t, "\nNobody else was called so far.\n");
}

bool
duty_upcoming(const struct duty *d, const struct incident *inc, int64_t now_ms,
    const struct person **person, int64_t *at_ms)
{
	const struct page *p = &inc->page;
	struct page_policy policy;
	int64_t until_ms;
	int level, count;

	duty_policy(d, inc, &policy);
	if (policy.ladder == NULL || p->state != PAGE_CALLING ||
	    !page_insists(inc->severity) || inc->storm[0] != '\0')
		return false;
	count = (int)policy.ladder->levels.count;
	*at_ms = p->pause_until_ms != 0 ? p->pause_until_ms : p->level_until_ms;
	level = p->pause_until_ms != 0 ? 0 : (p->level + 1) % count;
	for (int i = 0; i < count; i++, level = (level + 1) % count) {
		*person = page_callee(&policy, level,
		    *at_ms > now_ms ? *at_ms : now_ms, &until_ms);
		if (*person != NULL)
			return true;
	}
	return false;
}

static void
add_next(struct text *t, const struct duty *d, const struct incident *inc,
    const char *zone, int64_t now_ms)
{
	const struct person *next;
	int64_t at_ms;

	if (inc->page.owner[0] != '\0') {
		text_addf(t, "%s has it until ", inc->page.owner);
		add_clock(t, zone, inc->page.until_ms);
		text_add(t, ".\n");
		return;
	}
	if (!duty_upcoming(d, inc, now_ms, &next, &at_ms))
		return;
	text_addf(t, "Next: %s at ", next->name);
	add_clock(t, zone, at_ms);
	text_add(t, ", unless somebody takes it.\n");
}

static void
add_setting(struct text *t, const char *label, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	text_add(t, label);
	text_add_plain(t, value);
	text_add(t, "\n");
}

static void
add_knowledge(struct text *t, const struct duty *d, const struct incident *inc)
{
	const struct endpoint *e = settings_endpoint(d->settings, inc->subject);
	const struct client *c = settings_client(d->settings, inc->client);

	if (e != NULL) {
		add_setting(t, "Address: ", e->url);
		add_setting(t, "Runbook: ", e->probe.runbook);
		add_setting(t, "Notes: ", e->probe.notes);
	}
	if (e != NULL && e->platform != NULL) {
		add_setting(t, "Platform: ", e->platform->name);
		add_setting(t,
		    "Runbook of the platform: ", e->platform->defaults.runbook);
		add_setting(t,
		    "Notes on the platform: ", e->platform->defaults.notes);
	}
	if (c != NULL)
		add_setting(t, "Contact for the client: ", c->contact);
}

size_t
duty_before(const struct duty *d, const struct incident *inc,
    const struct incident *last[DUTY_BEFORE_SHOWN])
{
	size_t count = 0;

	for (const struct incident *i = d->incidents; i != NULL;
	     i = i->hh.next) {
		if (i == inc || i->closed_ms == 0 ||
		    incident_member(i, inc->subject) == NULL)
			continue;
		memmove(last + 1, last,
		    (DUTY_BEFORE_SHOWN - 1) * sizeof(last[0]));
		last[0] = i;
		count += count < DUTY_BEFORE_SHOWN;
	}
	return count;
}

static void
add_before(struct text *t, const struct duty *d, const struct incident *inc,
    const char *zone)
{
	const struct incident *last[DUTY_BEFORE_SHOWN] = { NULL };
	size_t count = duty_before(d, inc, last);

	for (size_t k = 0; k < count; k++) {
		char length[32];

		text_duration(last[k]->closed_ms - last[k]->since_ms, length,
		    sizeof(length));
		text_addf(t, "%s%s ", k == 0 ? "\nBefore:\n  " : "  ",
		    last[k]->id);
		add_instant(t, zone, last[k]->since_ms);
		text_addf(t, ", %s: ", length);
		text_add_plain(t, last[k]->ended);
		text_add(t, "\n");
	}
}

static void
add_state(struct text *t, const struct duty *d, const struct incident *inc,
    const char *zone, int64_t now_ms)
{
	char title[160], length[32];
	int64_t until_ms = inc->closed_ms != 0 ? inc->closed_ms : now_ms;

	duty_title(d, inc, title, sizeof(title));
	text_duration(until_ms - inc->since_ms, length, sizeof(length));
	text_add(t, title);
	text_add(t, " ");
	say_what(t, d, inc);
	text_add(t, "\nSince ");
	add_instant(t, zone, inc->since_ms);
	text_addf(t, " (%s), severity S%d, %s.\n", length, inc->severity,
	    inc->id);
}

/* What kind of message this is, in a word for the subject and a sentence. */
static void
lead(const struct intent *i, const struct incident *inc, char *word,
    size_t room, struct text *t)
{
	word[0] = '\0';
	switch (i->kind) {
	case MESSAGE_CALL:
		if (strcmp(inc->page.direct, i->person) == 0)
			text_add(t, "It was handed to you: please take it.\n");
		else
			text_add(t, "Please take it.\n");
		break;
	case MESSAGE_TAKEN:
		text_format(word, room, "%.40s has it: ", i->note);
		text_addf(t, "%s has it. Nothing is asked of you.\n", i->note);
		break;
	case MESSAGE_RESOLVED:
		text_format(word, room, "Over: ");
		text_addf(t, "It is over: ");
		text_add_plain(t, inc->ended);
		text_add(t, ".\n");
		break;
	case MESSAGE_MEMBER:
		text_format(word, room, "More: ");
		text_add(t, "More has joined what you have.\n");
		break;
	case MESSAGE_EXPIRED:
		text_format(word, room, "No longer yours: ");
		text_addf(t, "You have it no longer (%s); it calls again.\n",
		    i->note);
		break;
	case MESSAGE_HANDOVER:
		text_format(word, room, "Your watch now: ");
		text_addf(t,
		    "Your watch has begun, and this is open. %s has it; "
		    "please take it within 15 min, or it calls again.\n",
		    inc->page.owner[0] != '\0' ? inc->page.owner : "Nobody");
		break;
	case MESSAGE_UPDATE_DUE:
		text_format(word, room, "Update is late: ");
		text_add(t,
		    "The public update that was promised is late: "
		    "please write one.\n");
		break;
	case MESSAGE_LAST_RESORT:
		text_format(word, room, "Nobody could be reached: ");
		text_add(t,
		    "Nobody on the ladder could be reached by any "
		    "way. Please take it, or see to it.\n");
		break;
	case MESSAGE_TEST:
		break;
	}
}

/* What is the matter, in one word. */
static const char *
matter(const struct incident *inc)
{
	switch (inc->kind) {
	case ALARM_DOWN:
		return inc->is_storm ? "many failures" : "down";
	case ALARM_PROBABLE:
		return "probably down";
	case ALARM_DEGRADED:
		return "degraded";
	case ALARM_MAINTENANCE:
		return "in maintenance";
	case ALARM_OPERATIONS:
		break;
	}
	return "trouble";
}

static bool
has_link(enum message_kind kind)
{
	return kind != MESSAGE_TEST && kind != MESSAGE_RESOLVED;
}

static void
add_link(struct text *t, const struct duty *d, const struct intent *i,
    struct message *m)
{
	char token[200];

	if (!has_link(i->kind) || d->sign == NULL)
		return;
	d->sign(d->sign_arg, i->incident, i->person, i->id, token,
	    sizeof(token));
	if (token[0] == '\0' ||
	    !text_format(m->link, sizeof(m->link), "%s/l/%s",
		d->settings->site.links, token)) {
		m->link[0] = '\0';
		return;
	}
	text_addf(t, "\nSee and take it: %s\n", m->link);
}

static void
compose_test(const struct intent *i, const char *zone, int64_t now_ms,
    struct message *m)
{
	struct text t = { 0 };

	text_format(m->subject, sizeof(m->subject),
	    "Test page: nothing is wrong");
	text_format(m->sms, sizeof(m->sms), "Sunwatch test for %s by %s",
	    i->person, channel_text(i->channel));
	text_addf(&t, "This is a test of %s for %s, sent at ",
	    channel_text(i->channel), i->person);
	add_instant(&t, zone, now_ms);
	text_add(&t, ". Nothing is asked of you.\n");
	m->body = text_take(&t);
}

static void
compose_incident(const struct duty *d, const struct intent *i,
    const struct incident *inc, const char *zone, int64_t now_ms,
    struct message *m)
{
	char title[160], word[64], since[48];
	struct text t = { 0 };

	lead(i, inc, word, sizeof(word), &t);
	duty_title(d, inc, title, sizeof(title));
	civil_clock(zone, inc->since_ms, since, sizeof(since));
	text_format(m->subject, sizeof(m->subject), "[%s] %sS%d %s %s since %s",
	    inc->id, word, inc->severity, title, matter(inc), since);
	say_sms(d, inc, zone, word, m->sms);
	text_format(m->thread, sizeof(m->thread), "%s.%lld", inc->id,
	    (long long)inc->opened_ms);
	text_add(&t, "\n");
	add_state(&t, d, inc, zone, now_ms);
	add_evidence(&t, inc, zone);
	add_members(&t, inc, zone);
	if (inc->is_storm)
		add_storm(&t, d, inc, zone);
	if (i->kind != MESSAGE_RESOLVED) {
		add_called(&t, inc, zone, i->id);
		add_next(&t, d, inc, zone, now_ms);
		text_add(&t, "\n");
		add_knowledge(&t, d, inc);
		add_before(&t, d, inc, zone);
	}
	add_link(&t, d, i, m);
	m->body = text_take(&t);
}

void
duty_compose(const struct duty *d, const struct intent *i, int64_t now_ms,
    struct message *m)
{
	const struct incident *inc = duty_find(d, i->incident);
	const char *zone = duty_zone(d, i->person);

	*m = (struct message){ .kind = i->kind,
		.channel = i->channel,
		.possible_repeat = i->possible_repeat,
		.store_down = !d->store_up,
		.attempt = i->attempt };
	text_copy(m->intent, sizeof(m->intent), i->id);
	text_copy(m->person, sizeof(m->person), i->person);
	text_copy(m->incident, sizeof(m->incident), i->incident);
	if (inc == NULL)
		compose_test(i, zone, now_ms, m);
	else
		compose_incident(d, i, inc, zone, now_ms, m);
}
