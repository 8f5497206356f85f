/* What is known of an incident, a section each: see facts.h. */
#include <string.h>

#include "lib/observation.h"
#include "console/facts.h"
#include "lib/text.h"

struct list {
	const char *key, *title;
	size_t rows;    /* at most so many are shown ... */
	bool last_ones; /* ... the last of them, not the first */
	void (*add)(const struct facts *, const json_t *row);
};

static void
add_more(const struct facts *p, size_t count, const char *what)
{
	if (count > 0)
		text_addf(p->html, "<li>and %zu %s</li>\n", count, what);
}

/* gone: earlier rows that are not in the list any more. */
static void
add_list(const struct facts *p, const struct list *l, size_t gone)
{
	const json_t *list = json_object_get(p->incident, l->key);
	size_t count = json_array_size(list);
	size_t left_out = count > l->rows ? count - l->rows : 0;
	size_t from = l->last_ones ? left_out : 0;

	if (count == 0)
		return;
	text_addf(p->html, "<h2>%s</h2>\n<ul>\n", l->title);
	add_more(p, from + gone, "before these");
	for (size_t i = from; i < count && i < from + l->rows; i++) {
		text_add(p->html, "<li>");
		l->add(p, json_array_get(list, i));
		text_add(p->html, "</li>\n");
	}
	add_more(p, left_out - from, "more");
	text_add(p->html, "</ul>\n");
}

/* The client's contact: how to reach them, when they are one of us. */
static void
add_contact(const struct facts *p)
{
	const char *name = console_string(p->incident, "contact");
	const struct person *who = NULL;
	struct text t = { 0 };

	if (*name == '\0')
		return;
	CONF_EACH (const struct person, one, &p->settings->people)
		if (strcmp(one->name, name) == 0)
			who = one;
	text_add(&t, name);
	if (who != NULL && who->phone != NULL)
		text_addf(&t, ", %s", who->phone);
	if (who != NULL && who->email != NULL)
		text_addf(&t, ", %s", who->email);
	facts_add_line(p, "Contact for the client", t.data);
	text_clear(&t);
}

/* What a platform says for all of its endpoints is not said twice. */
static void
add_platforms(const struct facts *p, const char *key, const char *own,
    const char *label)
{
	const char *value = console_string(p->incident, key);

	if (strcmp(value, console_string(p->incident, own)) != 0)
		facts_add_line(p, label, value);
}

void
facts_add_knowledge(const struct facts *p)
{
	const json_t *i = p->incident;
	const char *platform = console_string(i, "platform_title");

	if (*platform == '\0')
		platform = console_string(i, "platform");
	facts_add_line(p, "Address", console_string(i, "url"));
	facts_add_line(p, "Platform", platform);
	facts_add_line(p, "Runbook", console_string(i, "runbook"));
	facts_add_line(p, "Notes", console_string(i, "notes"));
	add_platforms(p, "platform_runbook", "runbook",
	    "Runbook of the platform");
	add_platforms(p, "platform_notes", "notes", "Notes on the platform");
	add_contact(p);
}

static void
add_sight(const struct facts *p, const json_t *e)
{
	const char *detail = console_string(e, "detail");
	char seen[100];
	bool more;

	more = outcome_code_say(console_string(e, "outcome"),
	    console_string(e, "reason"), detail, seen, sizeof(seen));
	text_add(p->html, "<strong>");
	text_add_html(p->html, console_string(e, "region"));
	text_add(p->html, "</strong>: ");
	text_add_html(p->html, seen);
	if (console_number(e, "since_ms") > 0) {
		text_add(p->html, ", since ");
		facts_add_clock(p, console_number(e, "since_ms"));
	}
	if (more) {
		text_add(p->html, ": ");
		text_add_html(p->html, detail);
	}
}

static void
add_detail(const struct facts *p, const json_t *row)
{
	const char *text = json_string_value(row);

	text_add_html(p->html, text != NULL ? text : "");
}

void
facts_add_details(const struct facts *p)
{
	static const struct list list = { "details", "From the alert",
		FACTS_ROWS_MAX, false, add_detail };

	add_list(p, &list, 0);
}

void
facts_add_evidence(const struct facts *p)
{
	int64_t good_ms = console_number(p->incident, "last_good_ms");
	int64_t failed_ms = console_number(p->incident, "first_failed_ms");
	int64_t seen_ms = console_number(p->incident, "evidence_ms");

	if (strcmp(console_string(p->incident, "state"), "closed") == 0)
		return; /* what was seen then is no news */
	static const struct list list = { "evidence", "Evidence",
		FACTS_ROWS_MAX, false, add_sight };

	add_list(p, &list, 0);
	if (seen_ms > 0) {
		text_add(p->html, "<p>As of ");
		facts_add_full(p, seen_ms);
		text_add(p->html, ".</p>\n");
	}
	if (good_ms <= 0 || failed_ms <= 0)
		return;
	text_add(p->html, "<p>Last good at ");
	facts_add_full(p, good_ms);
	text_add(p->html, ", first failed at ");
	facts_add_full(p, failed_ms);
	text_add(p->html, ".</p>\n");
}

static void
add_member(const struct facts *p, const json_t *m)
{
	const char *name = json_string_value(m);

	text_add_html(p->html,
	    name != NULL ? name : console_string(m, "subject"));
}

static void
add_of_storm(const struct facts *p, const json_t *i)
{
	text_add_html(p->html, console_string(i, "id"));
	text_addf(p->html, " S%d ", (int)console_number(i, "severity"));
	text_add_html(p->html, console_string(i, "title"));
	text_add(p->html, ", since ");
	facts_add_clock(p, console_number(i, "since_ms"));
}

void
facts_add_members(const struct facts *p)
{
	static const struct list list = { "members", "All that is affected",
		FACTS_ROWS_MAX, false, add_member };
	static const struct list of_storm = { "incidents",
		"Open incidents of this ladder", FACTS_STORM_MAX, false,
		add_of_storm };

	/* A single one is the incident itself. */
	if (json_array_size(json_object_get(p->incident, "members")) > 1)
		add_list(p, &list, 0);
	add_list(p, &of_storm, 0);
}

static void
add_call(const struct facts *p, const json_t *c)
{
	facts_add_clock(p, console_number(c, "at_ms"));
	text_add(p->html, " ");
	text_add_html(p->html, console_string(c, "person"));
	text_add(p->html, " by ");
	text_add_html(p->html, console_string(c, "channel"));
	text_add(p->html, ": ");
	text_add_html(p->html, console_string(c, "outcome"));
}

void
facts_add_called(const struct facts *p)
{
	const json_t *next = json_object_get(p->incident, "next");

	static const struct list list = { "called", "Who was called",
		FACTS_ROWS_MAX, true, add_call };

	add_list(p, &list, 0);
	if (*console_string(next, "person") == '\0')
		return;
	text_add(p->html, "<p>Next is ");
	text_add_html(p->html, console_string(next, "person"));
	text_add(p->html, ", at ");
	facts_add_clock(p, console_number(next, "at_ms"));
	text_add(p->html, ".</p>\n");
}

static void
add_earlier(const struct facts *p, const json_t *b)
{
	int64_t since_ms = console_number(b, "since_ms");
	int64_t closed_ms = console_number(b, "closed_ms");
	char length[32];

	text_add_html(p->html, console_string(b, "id"));
	text_add(p->html, ", ");
	facts_add_full(p, since_ms);
	if (since_ms > 0 && closed_ms > since_ms) {
		text_duration(closed_ms - since_ms, length, sizeof(length));
		text_addf(p->html, ", for %s", length);
	}
	if (*console_string(b, "text") != '\0')
		text_add(p->html, ": ");
	text_add_html(p->html, console_string(b, "text"));
	text_add(p->html, "<br>What ended it: ");
	text_add_html(p->html, console_string(b, "ended"));
}

void
facts_add_before(const struct facts *p)
{
	static const struct list list = { "before", "Earlier incidents",
		FACTS_ROWS_MAX, false, add_earlier };

	add_list(p, &list, 0);
}

void
facts_add_public(const struct facts *p)
{
	const json_t *public = json_object_get(p->incident, "public");
	const char *text = console_string(public, "text");

	if (*text == '\0')
		return;
	text_add(p->html, "<h2>What clients are told</h2>\n");
	facts_add_line(p, "State", console_string(public, "state"));
	text_add(p->html, "<p>");
	text_add_html(p->html, text);
	text_add(p->html, "</p>\n");
	if (console_number(public, "next_ms") <= 0)
		return;
	text_add(p->html, "<p>The next update is promised by ");
	facts_add_clock(p, console_number(public, "next_ms"));
	text_add(p->html,
	    json_is_true(json_object_get(public, "late"))
		? ", and is late.</p>\n"
		: ".</p>\n");
}

static void
add_event(const struct facts *p, const json_t *e)
{
	facts_add_clock(p, console_number(e, "at_ms"));
	text_add(p->html, " ");
	text_add_html(p->html, console_string(e, "text"));
	if (*console_string(e, "by") == '\0')
		return;
	text_add(p->html, " (");
	text_add_html(p->html, console_string(e, "by"));
	text_add(p->html, ")");
}

void
facts_add_timeline(const struct facts *p)
{
	static const struct list list = { "timeline", "Timeline",
		FACTS_ROWS_MAX, true, add_event };
	int64_t gone = console_number(p->incident, "timeline_gone");

	add_list(p, &list, gone > 0 ? (size_t)gone : 0);
}
