/* duty_foreign: see duty_foreign.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "pager/alert.h"
#include "pager/duty_foreign.h"
#include "pager/duty_heartbeats.h"

#define SUBJECT_KEY 16 /* digits of a key in a name: enough to tell apart */

static const char prefix[] = "alert:";

bool
foreign_is(const char *subject)
{
	return strcspn(subject, ":") < strcspn(subject, "/");
}

void
foreign_name(const char *subject, char *out, size_t room)
{
	const char *name = subject + strcspn(subject, ":");

	name += *name == ':';
	text_format(out, room, "%.*s", (int)strcspn(name, "/"), name);
}

static const struct alert_source *
source_of(const struct settings *s, const char *subject)
{
	char name[64];

	if (strncmp(subject, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	foreign_name(subject, name, sizeof(name));
	return settings_alert_source(s, name);
}

const struct ladder *
foreign_ladder(const struct settings *s, const char *subject)
{
	const struct heartbeat_settings *h = heartbeats_settings(s, subject);
	const struct alert_source *from = source_of(s, subject);

	if (h != NULL)
		return h->ladder;
	return from == NULL ? NULL : from->ladder;
}

bool
foreign_whose(const struct settings *s, const char *subject,
    const struct client **client)
{
	const struct heartbeat_settings *h = heartbeats_settings(s, subject);
	const struct alert_source *from = source_of(s, subject);

	*client = NULL;
	if (h != NULL && h->ladder_name == NULL)
		*client = h->client;
	else if (h == NULL && from != NULL && from->ladder_name == NULL)
		*client = from->client;
	return h != NULL || from != NULL;
}

const char *
foreign_runbook(const struct settings *s, const char *subject)
{
	const struct heartbeat_settings *h = heartbeats_settings(s, subject);
	const struct alert_source *from = source_of(s, subject);

	if (h != NULL)
		return h->runbook;
	return from == NULL ? NULL : from->runbook;
}

bool
foreign_joins(const struct incident *inc, const struct alarm *a)
{
	return a->kind == ALARM_FOREIGN && inc->severity <= inc->auto_severity;
}

/* One event of the command. */
struct event {
	struct request *request;
	const struct alert_source *source;
	const json_t *json;
	struct alarm alarm; /* as if a shard had said so */
};

static const char *
word(const struct event *e, const char *field)
{
	const char *text = record_string(e->json, field);

	return text == NULL ? "" : text;
}

/* What came together; "": it came alone. */
static void
name_group(const struct event *e, char platform[64])
{
	char hash[ALERT_KEY], whole[160];

	text_format(whole, sizeof(whole), "%s:%s", e->source->name,
	    word(e, "group"));
	alert_hash("group", whole, hash);
	platform[0] = '\0';
	if (word(e, "group")[0] != '\0')
		text_format(platform, 64, "%s%s", prefix, hash);
}

/* When very much is open: with all of its source. */
static void
set_group(struct event *e)
{
	const struct duty *d = e->request->duty;
	struct alarm *a = &e->alarm;
	char hash[ALERT_KEY];

	name_group(e, a->platform);
	if (d->foreign_count < FOREIGN_APART_MAX ||
	    duty_group(d->platforms, a->platform) != NULL)
		return;
	alert_hash("all", e->source->name, hash);
	text_format(a->platform, sizeof(a->platform), "%s%s", prefix, hash);
}

static void
set_subject(const struct alert_source *source, const char *key,
    char subject[192])
{
	text_format(subject, 192, "%s%s/%.*s", prefix, source->name,
	    SUBJECT_KEY, key);
}

/* Said to be in the future: since now. */
static int64_t
not_later(int64_t at_ms, int64_t now_ms)
{
	return at_ms <= 0 || at_ms > now_ms ? now_ms : at_ms;
}

static void
read_alarm(struct event *e)
{
	int64_t now_ms = e->request->now_ms;
	struct alarm *a = &e->alarm;

	*a = (struct alarm){ .event = ALARM_RAISED,
		.kind = ALARM_FOREIGN,
		.shard = ALARM_OF_PAGER,
		.at_ms = now_ms,
		.severity =
		    settings_alert_severity(e->source, word(e, "severity")) };
	a->since_ms = not_later(record_int(e->json, "since_ms", 0), now_ms);
	set_subject(e->source, word(e, "key"), a->subject);
	if (e->source->client != NULL)
		text_copy(a->client, sizeof(a->client), e->source->client_name);
	text_copy(a->text, sizeof(a->text), word(e, "text"));
	set_group(e);
}

/* The member that it is of an open incident; NULL: of none. */
static struct member *
known(const struct duty *d, const char *subject, struct incident **inc)
{
	*inc = duty_of_subject(d, subject);
	return *inc == NULL ? NULL : incident_member(*inc, subject);
}

/* Of this source a line was written just now. */
static bool
is_noted(const struct incident *inc, const struct request *r)
{
	const struct line *last =
	    inc->line_count == 0 ? NULL : &inc->lines[inc->line_count - 1];

	return last != NULL && strcmp(last->by, r->by) == 0 &&
	    r->now_ms - last->at_ms < FOREIGN_NOTE_MS;
}

/* The same alert with other words, figures mostly: what it says last is shown,
   and not each of it is kept. */
static void
take_words(struct request *r, struct incident *inc, struct member *m,
    const struct alarm *a)
{
	text_copy(m->text, sizeof(m->text), a->text);
	if (strcmp(inc->subject, a->subject) == 0)
		text_copy(inc->text, sizeof(inc->text), a->text);
	duty_dirty(r->duty, inc);
}

/* True: it is open, and there is nothing in it for the timeline. */
static bool
is_repeat(struct event *e)
{
	struct request *r = e->request;
	struct alarm *a = &e->alarm;
	struct incident *inc;
	struct member *m = known(r->duty, a->subject, &inc);

	if (m == NULL || m->until_ms != 0)
		return false;
	a->since_ms = m->since_ms;
	if (m->severity != a->severity)
		return false;
	if (strcmp(m->text, a->text) == 0)
		return true;
	if (!is_noted(inc, r))
		return false;
	take_words(r, inc, m, a);
	return true;
}

static void
take_details(struct event *e, struct incident *inc)
{
	const char *details = word(e, "details");

	if (strcmp(inc->subject, e->alarm.subject) != 0 ||
	    !text_differs(inc->details, details))
		return;
	free(inc->details);
	inc->details = mem_text(details);
	duty_dirty(e->request->duty, inc);
}

static void
trigger(struct event *e)
{
	struct request *r = e->request;
	struct incident *inc;
	struct member *m;
	bool again;

	read_alarm(e);
	if (is_repeat(e))
		return;
	m = known(r->duty, e->alarm.subject, &inc);
	again = m != NULL && m->until_ms != 0;
	duty_heard(r->duty, &e->alarm, r->by, r->now_ms);
	(void)known(r->duty, e->alarm.subject, &inc);
	assert(inc != NULL);
	inc->members_untold |= again;
	take_details(e, inc);
}

void
foreign_end(struct duty *d, const struct incident *inc, const struct member *m,
    const char *by, int64_t until_ms, int64_t now_ms)
{
	struct alarm a = { .event = ALARM_CLEARED,
		.kind = ALARM_FOREIGN,
		.shard = ALARM_OF_PAGER,
		.severity = m->severity,
		.at_ms = now_ms,
		.since_ms = m->since_ms,
		.until_ms = until_ms > m->since_ms ? until_ms : m->since_ms };

	text_copy(a.subject, sizeof(a.subject), m->subject);
	text_copy(a.client, sizeof(a.client), inc->client);
	text_copy(a.text, sizeof(a.text), m->text);
	duty_heard(d, &a, by, now_ms);
}

static void
resolve(struct event *e)
{
	struct request *r = e->request;
	struct incident *inc;
	struct member *m;
	char subject[192];

	set_subject(e->source, word(e, "key"), subject);
	m = known(r->duty, subject, &inc);
	if (m != NULL && m->until_ms == 0)
		foreign_end(r->duty, inc, m, r->by,
		    not_later(record_int(e->json, "until_ms", 0), r->now_ms),
		    r->now_ms);
}

/* One that is open of the incidents of this name, or NULL. */
static const struct member *
open_of(const struct duty *d, const char *platform, struct incident **inc)
{
	const struct duty_group *g = duty_group(d->platforms, platform);

	for (size_t i = 0; g != NULL && i < g->count; i++)
		for (size_t k = 0; k < g->items[i]->member_count; k++)
			if (g->items[i]->members[k].until_ms == 0) {
				*inc = g->items[i];
				return &(*inc)->members[k];
			}
	return NULL;
}

/* What stands with all of its source, and perhaps goes on there, is not ended:
   of which group it was nobody knows any more. */
static void
resolve_group(struct event *e)
{
	struct request *r = e->request;
	const struct member *m;
	struct incident *inc;
	char platform[64];

	name_group(e, platform);
	while ((m = open_of(r->duty, platform, &inc)) != NULL)
		foreign_end(r->duty, inc, m, r->by, r->now_ms, r->now_ms);
}

/* By name or address; NULL: nobody of ours. */
static const struct person *
named(const struct duty *d, const char *user)
{
	const struct person *p = settings_person(d->settings, user);

	CONF_EACH (const struct person, one, &d->settings->people)
		if (p == NULL && one->email != NULL && user[0] != '\0' &&
		    strcasecmp(one->email, user) == 0)
			p = one;
	return p;
}

/* Somebody there has it; whether that stops our calls, the tree says, and only
   for one whose name we know. */
static void
acknowledge(struct event *e)
{
	struct request *r = e->request;
	const char *user = word(e, "user");
	const struct person *p =
	    e->source->acknowledges ? named(r->duty, user) : NULL;
	struct incident *inc;
	const struct member *m;
	char subject[192], text[200];

	set_subject(e->source, word(e, "key"), subject);
	m = known(r->duty, subject, &inc);
	if (m == NULL || m->until_ms != 0)
		return;
	if (p != NULL) {
		request_take(r, inc, p);
		return;
	}
	text_format(text, sizeof(text),
	    "acknowledged there%s%s; it calls until somebody takes it here",
	    user[0] != '\0' ? " by " : "", user);
	if (inc->line_count > 0 &&
	    strcmp(inc->lines[inc->line_count - 1].text, text) == 0)
		return;
	incident_note(inc, r->now_ms, r->by, text);
	duty_journal(r->duty, inc, r->by, "acknowledged there", user,
	    r->now_ms);
	duty_dirty(r->duty, inc);
}

static void
changed(struct event *e)
{
	foreign_changed(e->request, e->source, word(e, "text"),
	    word(e, "details"));
}

static const struct {
	const char *name;
	void (*happen)(struct event *);
} events[] = {
	{ "trigger", trigger },
	{ "acknowledge", acknowledge },
	{ "resolve", resolve },
	{ "resolve-group", resolve_group },
	{ "change", changed },
};
#define EVENTS (sizeof(events) / sizeof(events[0]))

static size_t
event_of(const json_t *json)
{
	const char *name = record_string(json, "do");
	size_t i = 0;

	while (
	    i < EVENTS && (name == NULL || strcmp(name, events[i].name) != 0))
		i++;
	return i;
}

static bool
is_key(const char *key)
{
	return key != NULL && strlen(key) == ALERT_KEY - 1 &&
	    strspn(key, "0123456789abcdef") == ALERT_KEY - 1;
}

/* Those that would be new; they must all find room. */
static size_t
count_new(const struct duty *d, const struct alert_source *source,
    const json_t *list)
{
	const json_t *json;
	size_t i, count = 0;

	json_array_foreach(list, i, json)
	{
		char subject[192];

		set_subject(source, record_string(json, "key"), subject);
		count += events[event_of(json)].happen == trigger &&
		    duty_of_subject(d, subject) == NULL;
	}
	return count;
}

/* False: refused, and nothing was done. */
static bool
check(struct request *r, const struct alert_source *source, const json_t *list)
{
	const json_t *json;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > ALERT_EVENTS_MAX) {
		request_refuse(r, "events: a list of at most %d",
		    ALERT_EVENTS_MAX);
		return false;
	}
	json_array_foreach(list, i, json) if (event_of(json) == EVENTS ||
	    !is_key(record_string(json, "key")))
	{
		request_refuse(r, "events: number %zu has no \"do\" or \"key\"",
		    i + 1);
		return false;
	}
	if (r->duty->foreign_count + count_new(r->duty, source, list) <=
	    FOREIGN_MAX)
		return true;
	duty_trouble(r->duty, "operations/alerts", 1,
	    "more alerts are open than there is room for; further ones are "
	    "refused",
	    r->now_ms);
	request_refuse(r, "events: there is room for %d open alerts",
	    FOREIGN_MAX);
	return false;
}

/* An alert that nobody could read is one that nobody hears of: a human sees to
   it, once, and ends it.  It may have been any: so it is as bad as any word of
   this source that nobody knows, and not quieter than a notice. */
static void
tell_refused(struct request *r, const struct alert_source *source,
    const char *why)
{
	char subject[192], text[FOREIGN_REFUSED_MAX + 80];
	int severity = source->severity < 3 ? (int)source->severity : 3;

	text_format(subject, sizeof(subject), "operations/alerts/%s",
	    source->name);
	text_format(text, sizeof(text), "%s sent what could not be read: %s",
	    source->name, why);
	if (duty_of_subject(r->duty, subject) == NULL)
		duty_trouble(r->duty, subject, severity, text, r->now_ms);
	request_agree(r, NULL, "Told.");
}

void
command_alerts(struct request *r)
{
	const char *name = record_string(r->json, "source");
	const char *refused = record_string(r->json, "refused");
	const json_t *list = json_object_get(r->json, "events"), *json;
	struct event e = { .request = r };
	size_t i;

	if (name != NULL)
		e.source = settings_alert_source(r->duty->settings, name);
	if (e.source == NULL)
		request_refuse(r, "source: there is none of that name");
	else if (refused != NULL)
		tell_refused(r, e.source, refused);
	else if (check(r, e.source, list)) {
		json_array_foreach(list, i, json)
		{
			e.json = json;
			events[event_of(json)].happen(&e);
		}
		request_agree(r, NULL, "Done.");
	}
}
