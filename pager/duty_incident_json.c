/*
 * One incident as JSON (docs/protocol.md, "Control socket"): what commands
 * and links show.  With whole it has all that helps who takes it: evidence,
 * calls, what is known of the endpoint, its platform and its client, and how
 * it ended the last times.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/interval.h"
#include "lib/text.h"
#include "pager/duty_foreign.h"

/* "open": no page asks for anybody. */
static const char *
state_word(const struct duty *d, const struct incident *inc,
    const struct page **page)
{
	const struct incident *storm = duty_find(d, inc->storm);

	*page = storm == NULL ? &inc->page : &storm->page;
	if (inc->closed_ms != 0)
		return "closed";
	if ((*page)->state == PAGE_CALLING &&
	    !page_insists(incident_urgency(inc)))
		return "open";
	return page_state_text((*page)->state);
}

/* The drafted text, or what was said last. */
static json_t *
public_object(const struct duty *d, const struct incident *inc, int64_t now_ms)
{
	static const char *const words[] = { "held", "shown", "vetoed" };
	json_t *o = json_object(), *list = json_array();
	char *draft = NULL;

	record_set_text(o, "state", public_state_text(inc->state));
	for (size_t i = inc->line_count; i-- > 0;)
		if (inc->lines[i].public) {
			record_set_text(o, "text", inc->lines[i].text);
			break;
		}
	if (json_object_get(o, "text") == NULL && inc->audience_count > 0) {
		draft = incident_draft(inc, d->settings,
		    inc->audiences[0].client, now_ms);
		record_set_text(o, "text", draft);
		free(draft);
	}
	record_set_int(o, "eta_from_ms", inc->eta_from_ms);
	record_set_int(o, "eta_to_ms", inc->eta_to_ms);
	record_set_int(o, "next_ms", inc->next_ms);
	record_set_bool(o, "late", duty_is_late(inc, now_ms));
	for (size_t i = 0; i < inc->audience_count; i++) {
		const struct audience *a = &inc->audiences[i];
		json_t *one = json_object();

		record_set_text(one, "client", a->client);
		record_set_text(one, "shown", words[a->state]);
		if (a->state == AUDIENCE_HELD && a->publish_ms != NEVER)
			record_set_int(one, "publish_ms", a->publish_ms);
		record_set_int(one, "gone", (int64_t)a->gone);
		json_array_append_new(list, one);
	}
	json_object_set_new(o, "clients", list);
	return o;
}

/* "isla, tom": of those called now, as far as there are any. */
static void
set_names(json_t *o, const char *key, const struct page *page,
    enum callee_state state)
{
	char names[LADDER_NAMES_MAX];

	page_names(page, state, names);
	record_set_text(o, key, names);
}

static void
set_page(const struct duty *d, const struct incident *inc, json_t *o,
    int64_t now_ms)
{
	char names[LADDER_NAMES_MAX];
	struct ladder_people next;
	const struct page *page;
	json_t *upcoming;
	int64_t at_ms;

	record_set_text(o, "state", state_word(d, inc, &page));
	record_set_text(o, "owner", page->owner);
	record_set_int(o, "owned_since_ms", page->owned_at_ms);
	if (page->owner[0] != '\0' && page->until_ms != NEVER)
		record_set_int(o, "expires_ms", page->until_ms);
	record_set_text(o, "storm", inc->storm);
	if (page->state == PAGE_CALLING) {
		set_names(o, "calling", page, CALLEE_ASKED);
		set_names(o, "answered", page, CALLEE_ANSWERED);
		set_names(o, "declined", page, CALLEE_DECLINED);
	}
	if (inc->closed_ms != 0 ||
	    !duty_upcoming(d, inc, now_ms, &next, &at_ms))
		return;
	upcoming = json_object();
	ladder_names(&next, names);
	record_set_text(upcoming, "person", names);
	record_set_int(upcoming, "at_ms", at_ms);
	json_object_set_new(o, "next", upcoming);
}

static void
set_setting(json_t *o, const char *key, const char *value)
{
	if (value != NULL)
		record_set_text(o, key, value);
}

/* What stands in the tree about the endpoint, its platform, its client. */
static void
set_knowledge(const struct duty *d, const struct incident *inc, json_t *o)
{
	const struct endpoint *e =
	    settings_endpoint_once(d->settings, inc->subject);
	const struct client *c = settings_client(d->settings, inc->client);
	const struct platform *p = e != NULL ? e->platform : NULL;

	set_setting(o, "runbook", foreign_runbook(d->settings, inc->subject));
	if (e != NULL) {
		set_setting(o, "url", e->url);
		set_setting(o, "runbook", e->probe.runbook);
		set_setting(o, "notes", e->probe.notes);
	}
	if (p != NULL) {
		set_setting(o, "platform", p->name);
		set_setting(o, "platform_title", p->title);
		set_setting(o, "platform_runbook", p->defaults.runbook);
		set_setting(o, "platform_notes", p->defaults.notes);
	}
	if (c != NULL)
		set_setting(o, "contact", c->contact);
}

static json_t *
before_list(const struct duty *d, const struct incident *inc)
{
	const struct incident *last[DUTY_BEFORE_SHOWN];
	size_t count = duty_before(d, inc, last);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_object();

		record_set_text(o, "id", last[i]->id);
		record_set_int(o, "since_ms", last[i]->since_ms);
		record_set_int(o, "closed_ms", last[i]->closed_ms);
		record_set_int(o, "severity", last[i]->severity);
		json_object_set_new(o, "text", record_foreign(last[i]->text));
		json_object_set_new(o, "ended", record_foreign(last[i]->ended));
		json_array_append_new(list, o);
	}
	return list;
}

/* What the page of a storm calls for, the worst first. */
static json_t *
storm_list(const struct duty *d, const struct incident *storm)
{
	json_t *list = json_array();

	for (int severity = 1; severity <= 4; severity++)
		for (const struct incident *inc = d->incidents; inc != NULL;
		     inc = inc->hh.next) {
			char title[160];
			json_t *o;

			if (inc->severity != severity ||
			    !duty_is_in_storm(storm, inc))
				continue;
			duty_title(d, inc, title, sizeof(title));
			o = json_object();
			record_set_text(o, "id", inc->id);
			record_set_int(o, "severity", severity);
			record_set_text(o, "title", title);
			record_set_int(o, "since_ms", inc->since_ms);
			json_array_append_new(list, o);
		}
	return list;
}

/* What another system says besides, line by line. */
static void
set_details(const struct incident *inc, json_t *o)
{
	const char *line = inc->details;
	json_t *list;
	size_t length;

	if (line == NULL)
		return;
	list = json_array();
	for (; *line != '\0'; line += length + (line[length] == '\n')) {
		length = strcspn(line, "\n");
		json_array_append_new(list, json_stringn(line, length));
	}
	json_object_set_new(o, "details", list);
}

static void
set_whole(const struct duty *d, const struct incident *inc, json_t *o,
    int64_t now_ms)
{
	json_object_set_new(o, "evidence", incident_evidence_json(inc));
	record_set_int(o, "evidence_ms", inc->evidence_ms);
	set_details(inc, o);
	record_set_int(o, "last_good_ms", inc->last_good_ms);
	record_set_int(o, "first_failed_ms", inc->first_failed_ms);
	json_object_set_new(o, "called", incident_called_json(inc));
	json_object_set_new(o, "public", public_object(d, inc, now_ms));
	json_object_set_new(o, "timeline", incident_timeline_json(inc));
	record_set_int(o, "timeline_gone", (int64_t)incident_lines_gone(inc));
	json_object_set_new(o, "before", before_list(d, inc));
	if (inc->is_storm && inc->closed_ms == 0)
		json_object_set_new(o, "incidents", storm_list(d, inc));
	set_knowledge(d, inc, o);
}

json_t *
duty_incident_json(const struct duty *d, const struct incident *inc, bool whole,
    int64_t now_ms)
{
	json_t *o = json_object(), *members = json_array();
	char title[160];

	duty_title(d, inc, title, sizeof(title));
	record_set_text(o, "id", inc->id);
	record_set_text(o, "subject", inc->subject);
	record_set_text(o, "client", inc->client);
	record_set_text(o, "title", title);
	record_set_int(o, "severity", inc->severity);
	set_page(d, inc, o, now_ms);
	record_set_text(o, "text", inc->text);
	record_set_int(o, "since_ms", inc->since_ms);
	record_set_int(o, "opened_ms", inc->opened_ms);
	record_set_int(o, "closed_ms", inc->closed_ms);
	record_set_text(o, "ended", inc->ended);
	record_set_bool(o, "flapping", inc->flapping);
	record_set_bool(o, "fails_on",
	    inc->closed_ms != 0 && duty_fails_on(inc));
	for (size_t i = 0; i < inc->member_count; i++)
		json_array_append_new(members,
		    record_foreign(inc->members[i].subject));
	json_object_set_new(o, "members", members);
	if (whole)
		set_whole(d, inc, o, now_ms);
	return o;
}
