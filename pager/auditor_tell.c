/*
 * auditor_tell: the last resort is told by the auditor itself, by every way
 * these people have.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/crash.h"
#include "lib/log.h"
#include "lib/sign.h"
#include "lib/text.h"
#include "pager/auditor_parts.h"
#include "pager/link_token.h"

static void
on_told(void *arg, enum sent result, const char *detail)
{
	struct telling *t = arg;
	struct auditor *a = t->auditor;

	if (result == SENT_HANDED_OVER)
		t->handed_over = true;
	else
		log_warnx("one way to the last resort failed: %s", detail);
	if (--t->left > 0)
		return;
	CRASH_POINT("pager-auditor-told");
	log_info("last resort: %s", t->handed_over ? "told" : "not told");
	audit_told(&a->audit, t->part, t->handed_over, clock_now_ms());
	a->looked_us = 0; /* and so it is remembered at once */
}

/* By which the incident may be taken, as from any page. */
static void
add_link(const struct auditor *a, struct message *m)
{
	const char *links = a->settings->site.links;
	struct link_token t = { 0 };
	char token[LINK_TOKEN_MAX];

	if (links == NULL || *a->secret == '\0' || *m->incident == '\0')
		return;
	text_copy(t.incident, sizeof(t.incident), m->incident);
	text_copy(t.person, sizeof(t.person), m->person);
	text_copy(t.intent, sizeof(t.intent), m->intent);
	if (link_token_make(a->secret, &t, token, sizeof(token)))
		text_format(m->link, sizeof(m->link), "%s/l/%s", links, token);
}

static void
tell(struct auditor *a, const struct audit_action *x,
    const struct person *person, enum channel_kind channel)
{
	struct message m = { .kind = MESSAGE_LAST_RESORT,
		.channel = channel,
		.severity = 1,
		.possible_repeat = x->repeat,
		.attempt = 1 };
	char hash[SIGN_HEX];

	text_format(m.intent, sizeof(m.intent), "a%lld-%u",
	    (long long)clock_now_ms(), a->count++ % 1000);
	text_copy(m.person, sizeof(m.person), person->name);
	text_copy(m.incident, sizeof(m.incident), x->incident);
	text_copy(m.subject, sizeof(m.subject), x->subject);
	text_copy(m.merge_key, sizeof(m.merge_key), x->merge_key);
	/* The same thread as agents have for the same key. */
	sign_sha256(x->merge_key, strlen(x->merge_key), hash);
	text_format(m.thread, sizeof(m.thread), "%.32s", hash);
	add_link(a, &m);
	m.body = mem_text(x->text);
	a->tellings[x->part].left++;
	channel_send(a->channels, &m, on_told, &a->tellings[x->part]);
	free(m.body);
}

void
auditor_tell(struct auditor *a, const struct audit_action *x)
{
	const struct settings *s = a->settings;
	struct telling *t = &a->tellings[x->part];

	CRASH_POINT("pager-auditor-before-tell");
	log_warnx("%s", x->text);
	*t = (struct telling){ .auditor = a, .part = x->part };
	CONF_EACH (char *const, name, &s->site.last_resort) {
		const struct person *person = settings_person(s, *name);

		if (person == NULL)
			continue;
		CONF_EACH (const struct reach, reach, &person->reach)
			tell(a, x, person, reach->channel);
	}
	if (t->left > 0)
		return;
	log_warnx("last resort: nobody is configured");
	audit_told(&a->audit, x->part, false, clock_now_ms());
}
