/* The small pieces of messages: see duty_words.h. */
#include <string.h>

#include "lib/civil.h"
#include "pager/duty_foreign.h"
#include "pager/duty_heartbeats.h"
#include "pager/duty_words.h"

#define SMS_MAX 140

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

static void
title_of(const struct duty *d, const char *client, const char *subject,
    char *out, size_t room)
{
	const struct client *c = settings_client(d->settings, client);
	bool foreign = foreign_is(subject),
	     alerts = foreign && heartbeats_name(subject) == NULL;
	struct text t = { 0 };
	char name[64];

	if (c != NULL)
		text_add_plain(&t, c->title);
	else if (client[0] != '\0')
		text_add_plain(&t, client);
	else
		text_add(&t, alerts ? "Alerts" : "Operations");
	text_add(&t, ": ");
	foreign_name(subject, name, sizeof(name));
	if (foreign && !alerts)
		text_add(&t, "heartbeat ");
	text_add_plain(&t, foreign ? name : short_name(subject));
	text_copy(out, room, t.data);
	text_clear(&t);
}

void
duty_title(const struct duty *d, const struct incident *inc, char *out,
    size_t room)
{
	if (inc->is_storm)
		text_format(out, room, "Ladder %s", inc->ladder);
	else
		title_of(d, inc->client, inc->subject, out, room);
}

void
duty_say_plain(struct duty_words *w, const char *foreign)
{
	text_add_plain(w->text, foreign);
}

void
duty_say_instant(struct duty_words *w, int64_t at_ms)
{
	char full[48];

	civil_full(w->zone, at_ms, full, sizeof(full));
	text_add(w->text, full);
}

void
duty_say_clock(struct duty_words *w, int64_t at_ms)
{
	char clock[48];

	civil_near(w->zone, at_ms, w->now_ms, clock, sizeof(clock));
	text_add(w->text, clock);
}

void
duty_say_length(struct duty_words *w, int64_t ms)
{
	char length[32];

	text_duration(ms, length, sizeof(length));
	text_add(w->text, length);
}

static size_t
count_storm(const struct duty *d, const struct incident *storm)
{
	size_t count = 0;

	for (const struct incident *inc = d->incidents; inc != NULL;
	     inc = inc->hh.next)
		count += duty_is_in_storm(storm, inc);
	return count;
}

int64_t
duty_say_since(const struct incident *inc)
{
	const struct member *m = incident_headline(inc);

	return m == NULL || duty_say_own(inc) ? inc->since_ms : m->since_ms;
}

bool
duty_say_own(const struct incident *inc)
{
	const struct member *m = incident_headline(inc);

	return m == NULL || strcmp(m->subject, inc->subject) == 0;
}

/* Of what it is about now. */
void
duty_say_title(const struct duty *d, const struct incident *inc, char *out,
    size_t room)
{
	const struct member *m = incident_headline(inc);

	if (duty_say_own(inc))
		duty_title(d, inc, out, room);
	else
		title_of(d, m->kind == ALARM_FOREIGN ? inc->client : m->client,
		    m->subject, out, room);
}

void
duty_say_matter(const struct incident *inc, char *out, size_t room)
{
	const struct member *m = incident_headline(inc);
	struct text t = { 0 };

	text_add_plain(&t, incident_matter(inc));
	if (inc->closed_ms == 0 && m != NULL && m->kind == ALARM_FOREIGN) {
		text_add(&t, ": ");
		text_add_plain(&t, m->text);
	}
	text_copy(out, room, t.data);
	text_clear(&t);
}

void
duty_say_what(struct duty_words *w)
{
	const struct incident *inc = w->inc;
	const struct member *m = incident_headline(inc);
	const char *what = inc->text;
	size_t more = incident_count(inc);

	if (inc->is_storm) {
		text_addf(w->text, "has %zu open incidents",
		    count_storm(w->duty, inc));
		return;
	}
	if (!duty_say_own(inc))
		what = m->text;
	duty_say_plain(w, what[0] != '\0' ? what : "has failed");
	if (more > 1)
		text_addf(w->text, " (and %zu more)", more - 1);
	if (inc->flapping)
		text_add(w->text, " (flapping)");
}

/* What gives way is the middle: first the words, then the long name. */
void
duty_say_sms(struct duty_words *w, const char *lead, char sms[141])
{
	char title[160], since[48], tail[80];
	struct text what = { 0 };
	struct duty_words mine = *w;
	size_t left;

	duty_say_title(w->duty, w->inc, title, sizeof(title));
	civil_near(w->zone, duty_say_since(w->inc), w->now_ms, since,
	    sizeof(since));
	text_format(tail, sizeof(tail), " since %s %s", since, w->inc->id);
	mine.text = &what;
	duty_say_what(&mine);
	left = SMS_MAX - strlen(lead) - strlen(tail);
	text_format(sms, SMS_MAX + 1, "%s", lead);
	text_copy(sms + strlen(sms), left * 2 / 3, title);
	left = SMS_MAX - strlen(sms) - strlen(tail);
	text_copy(sms + strlen(sms), left + 1, " ");
	text_copy(sms + strlen(sms), left, what.data);
	text_copy(sms + strlen(sms), SMS_MAX + 1 - strlen(sms), tail);
	text_clear(&what);
}
