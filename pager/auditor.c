/*
 * auditor: is any page quieter than promised?
 *
 * A timer of its own, apart from the path that pages, asks duty's state
 * every 10 s.  What it finds it does not mend: it says so loudly, and tells
 * the last resort by itself, by every channel these people have.
 */
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "lib/log.h"
#include "lib/text.h"
#include "pager/run_parts.h"

struct auditor {
	struct run *run;
	struct event *timer;
	int64_t looked_ms;
	int64_t told_us; /* when the last resort was told last; 0: never */
	unsigned count;
};

static void
on_told(void *arg, enum sent result, const char *detail)
{
	(void)arg;
	if (result != SENT_HANDED_OVER)
		log_warnx("auditor: the last resort was not reached: %s",
		    detail);
}

static void
tell(struct auditor *a, const struct person *person, enum channel_kind channel,
    const char *incident, const char *what)
{
	struct run *r = a->run;
	struct message m = { .kind = MESSAGE_LAST_RESORT,
		.channel = channel,
		.attempt = 1 };
	struct text body = { 0 };
	char token[200];

	text_format(m.intent, sizeof(m.intent), "a%lld-%u",
	    (long long)a->looked_ms, a->count++ % 1000);
	text_copy(m.person, sizeof(m.person), person->name);
	text_copy(m.incident, sizeof(m.incident), incident);
	text_copy(m.thread, sizeof(m.thread), incident);
	text_format(m.subject, sizeof(m.subject),
	    "Sunwatch's own auditor: %s is quieter than promised", incident);
	run_sign(r, incident, person->name, m.intent, token, sizeof(token));
	if (*token != '\0' && r->settings->site.links != NULL)
		text_format(m.link, sizeof(m.link), "%s/l/%s",
		    r->settings->site.links, token);
	text_addf(&body,
	    "%s\nThe pager does not do what it promises. Please look after "
	    "the incident, and after the pager.\n",
	    what);
	m.body = text_take(&body);
	channel_send(r->channels, &m, on_told, NULL);
	free(m.body);
}

static void
tell_last_resort(struct auditor *a, const char *incident, const char *what)
{
	const struct settings *s = a->run->settings;

	CONF_EACH (char *const, name, &s->site.last_resort) {
		const struct person *person = settings_person(s, *name);

		if (person == NULL)
			continue;
		CONF_EACH (const struct reach, reach, &person->reach)
			tell(a, person, reach->channel, incident, what);
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct auditor *a = arg;
	struct run *r = a->run;
	int64_t now_us = clock_monotonic_us();
	const char *incident;
	char text[160];

	(void)fd, (void)what;
	a->looked_ms = clock_now_ms();
	if (r->phase != RUN_ACTIVE)
		return;
	incident = duty_audit(r->duty, a->looked_ms, text);
	if (incident == NULL)
		return;
	log_warnx("auditor: %s: %s", incident, text);
	if (a->told_us != 0 &&
	    now_us - a->told_us < r->settings->site.silence_max_ms * 1000)
		return;
	a->told_us = now_us;
	tell_last_resort(a, incident, text);
}

struct auditor *
auditor_new(struct run *r)
{
	const struct timeval every = { r->audit_ms / 1000,
		r->audit_ms % 1000 * 1000 };
	struct auditor *a = mem_alloc(sizeof(*a));

	a->run = r;
	a->looked_ms = clock_now_ms();
	a->timer = event_new(r->base, -1, EV_PERSIST, on_timer, a);
	if (a->timer == NULL || event_add(a->timer, &every) == -1)
		fatalx("auditor: no timer");
	return a;
}

void
auditor_free(struct auditor *a)
{
	if (a == NULL)
		return;
	event_free(a->timer);
	free(a);
}

int64_t
auditor_looked_ms(const struct auditor *a)
{
	return a->looked_ms;
}
