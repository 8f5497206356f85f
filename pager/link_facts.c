/* What is known of an incident, a section each: see link_parts.h. */
#include <string.h>

#include "lib/observation.h"
#include "pager/link_parts.h"

struct list {
	const char *key, *title;
	size_t rows;    /* at most so many are shown ... */
	bool last_ones; /* ... the last of them, not the first */
	void (*add)(struct page_html *, const json_t *row);
};

static void
add_more(struct page_html *p, size_t count, const char *what)
{
	if (count > 0)
		text_addf(&p->html, "<li>and %zu %s</li>\n", count, what);
}

/* gone: earlier rows that are not in the list any more. */
static void
add_list(struct page_html *p, const struct list *l, size_t gone)
{
	const json_t *list = json_object_get(p->incident, l->key);
	size_t count = json_array_size(list);
	size_t left_out = count > l->rows ? count - l->rows : 0;
	size_t from = l->last_ones ? left_out : 0;

	if (count == 0)
		return;
	text_addf(&p->html, "<h2>%s</h2>\n<ul>\n", l->title);
	add_more(p, from + gone, "before these");
	for (size_t i = from; i < count && i < from + l->rows; i++) {
		text_add(&p->html, "<li>");
		l->add(p, json_array_get(list, i));
		text_add(&p->html, "</li>\n");
	}
	add_more(p, left_out - from, "more");
	text_add(&p->html, "</ul>\n");
}

/* The client's contact: how to reach them, when they are one of us. */
static void
add_contact(struct page_html *p)
{
	const char *name = link_string(p->incident, "contact");
	const struct person *who = NULL;
	struct text t = { 0 };

	if (*name == '\0')
		return;
	CONF_EACH (const struct person, one, &p->view->settings->people)
		if (strcmp(one->name, name) == 0)
			who = one;
	text_add(&t, name);
	if (who != NULL && who->phone != NULL)
		text_addf(&t, ", %s", who->phone);
	if (who != NULL && who->email != NULL)
		text_addf(&t, ", %s", who->email);
	link_add_line(p, "Contact for the client", t.data);
	text_clear(&t);
}

/* What a platform says for all of its endpoints is not said twice. */
static void
add_platforms(struct page_html *p, const char *key, const char *own,
    const char *label)
{
	const char *value = link_string(p->incident, key);

	if (strcmp(value, link_string(p->incident, own)) != 0)
		link_add_line(p, label, value);
}

void
link_add_knowledge(struct page_html *p)
{
	const json_t *i = p->incident;
	const char *platform = link_string(i, "platform_title");

	if (*platform == '\0')
		platform = link_string(i, "platform");
	link_add_line(p, "Address", link_string(i, "url"));
	link_add_line(p, "Platform", platform);
	link_add_line(p, "Runbook", link_string(i, "runbook"));
	link_add_line(p, "Notes", link_string(i, "notes"));
	add_platforms(p, "platform_runbook", "runbook",
	    "Runbook of the platform");
	add_platforms(p, "platform_notes", "notes", "Notes on the platform");
	add_contact(p);
}

static void
add_sight(struct page_html *p, const json_t *e)
{
	const char *detail = link_string(e, "detail");
	char seen[100];
	bool more;

	more = outcome_code_say(link_string(e, "outcome"),
	    link_string(e, "reason"), detail, seen, sizeof(seen));
	text_add(&p->html, "<strong>");
	text_add_html(&p->html, link_string(e, "region"));
	text_add(&p->html, "</strong>: ");
	text_add_html(&p->html, seen);
	if (link_number(e, "since_ms") > 0) {
		text_add(&p->html, ", since ");
		link_add_clock(p, link_number(e, "since_ms"));
	}
	if (more) {
		text_add(&p->html, ": ");
		text_add_html(&p->html, detail);
	}
}

static void
add_detail(struct page_html *p, const json_t *row)
{
	const char *text = json_string_value(row);

	text_add_html(&p->html, text != NULL ? text : "");
}

void
link_add_details(struct page_html *p)
{
	static const struct list list = { "details", "From the alert",
		LINK_ROWS_MAX, false, add_detail };

	add_list(p, &list, 0);
}

void
link_add_evidence(struct page_html *p)
{
	int64_t good_ms = link_number(p->incident, "last_good_ms");
	int64_t failed_ms = link_number(p->incident, "first_failed_ms");
	int64_t seen_ms = link_number(p->incident, "evidence_ms");

	if (link_is_state(p, "closed"))
		return; /* what was seen then is no news */
	static const struct list list = { "evidence", "Evidence", LINK_ROWS_MAX,
		false, add_sight };

	add_list(p, &list, 0);
	if (seen_ms > 0) {
		text_add(&p->html, "<p>As of ");
		link_add_full(p, seen_ms);
		text_add(&p->html, ".</p>\n");
	}
	if (good_ms <= 0 || failed_ms <= 0)
		return;
	text_add(&p->html, "<p>Last good at ");
	link_add_full(p, good_ms);
	text_add(&p->html, ", first failed at ");
	link_add_full(p, failed_ms);
	text_add(&p->html, ".</p>\n");
}

static void
add_member(struct page_html *p, const json_t *m)
{
	const char *name = json_string_value(m);

	text_add_html(&p->html,
	    name != NULL ? name : link_string(m, "subject"));
}

static void
add_of_storm(struct page_html *p, const json_t *i)
{
	text_add_html(&p->html, link_string(i, "id"));
	text_addf(&p->html, " S%d ", (int)link_number(i, "severity"));
	text_add_html(&p->html, link_string(i, "title"));
	text_add(&p->html, ", since ");
	link_add_clock(p, link_number(i, "since_ms"));
}

void
link_add_members(struct page_html *p)
{
	static const struct list list = { "members", "All that is affected",
		LINK_ROWS_MAX, false, add_member };
	static const struct list of_storm = { "incidents",
		"Open incidents of this ladder", LINK_STORM_MAX, false,
		add_of_storm };

	/* A single one is the incident itself. */
	if (json_array_size(json_object_get(p->incident, "members")) > 1)
		add_list(p, &list, 0);
	add_list(p, &of_storm, 0);
}

static void
add_call(struct page_html *p, const json_t *c)
{
	link_add_clock(p, link_number(c, "at_ms"));
	text_add(&p->html, " ");
	text_add_html(&p->html, link_string(c, "person"));
	text_add(&p->html, " by ");
	text_add_html(&p->html, link_string(c, "channel"));
	text_add(&p->html, ": ");
	text_add_html(&p->html, link_string(c, "outcome"));
}

void
link_add_called(struct page_html *p)
{
	const json_t *next = json_object_get(p->incident, "next");

	static const struct list list = { "called", "Who was called",
		LINK_ROWS_MAX, true, add_call };

	add_list(p, &list, 0);
	if (*link_string(next, "person") == '\0')
		return;
	text_add(&p->html, "<p>Next is ");
	text_add_html(&p->html, link_string(next, "person"));
	text_add(&p->html, ", at ");
	link_add_clock(p, link_number(next, "at_ms"));
	text_add(&p->html, ".</p>\n");
}

static void
add_earlier(struct page_html *p, const json_t *b)
{
	int64_t since_ms = link_number(b, "since_ms");
	int64_t closed_ms = link_number(b, "closed_ms");
	char length[32];

	text_add_html(&p->html, link_string(b, "id"));
	text_add(&p->html, ", ");
	link_add_full(p, since_ms);
	if (since_ms > 0 && closed_ms > since_ms) {
		text_duration(closed_ms - since_ms, length, sizeof(length));
		text_addf(&p->html, ", for %s", length);
	}
	if (*link_string(b, "text") != '\0')
		text_add(&p->html, ": ");
	text_add_html(&p->html, link_string(b, "text"));
	text_add(&p->html, "<br>What ended it: ");
	text_add_html(&p->html, link_string(b, "ended"));
}

void
link_add_before(struct page_html *p)
{
	static const struct list list = { "before", "Earlier incidents",
		LINK_ROWS_MAX, false, add_earlier };

	add_list(p, &list, 0);
}

void
link_add_public(struct page_html *p)
{
	const json_t *public = json_object_get(p->incident, "public");
	const char *text = link_string(public, "text");

	if (*text == '\0')
		return;
	text_add(&p->html, "<h2>What clients are told</h2>\n");
	link_add_line(p, "State", link_string(public, "state"));
	text_add(&p->html, "<p>");
	text_add_html(&p->html, text);
	text_add(&p->html, "</p>\n");
	if (link_number(public, "next_ms") <= 0)
		return;
	text_add(&p->html, "<p>The next update is promised by ");
	link_add_clock(p, link_number(public, "next_ms"));
	text_add(&p->html,
	    json_is_true(json_object_get(public, "late"))
		? ", and is late.</p>\n"
		: ".</p>\n");
}

static void
add_event(struct page_html *p, const json_t *e)
{
	link_add_clock(p, link_number(e, "at_ms"));
	text_add(&p->html, " ");
	text_add_html(&p->html, link_string(e, "text"));
	if (*link_string(e, "by") == '\0')
		return;
	text_add(&p->html, " (");
	text_add_html(&p->html, link_string(e, "by"));
	text_add(&p->html, ")");
}

void
link_add_timeline(struct page_html *p)
{
	static const struct list list = { "timeline", "Timeline", LINK_ROWS_MAX,
		true, add_event };
	int64_t gone = link_number(p->incident, "timeline_gone");

	add_list(p, &list, gone > 0 ? (size_t)gone : 0);
}
