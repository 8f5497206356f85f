/* ntfy_text: see ntfy_text.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/record.h"
#include "lib/text.h"
#include "pager/ntfy_text.h"

static bool
calls(const struct message *m)
{
	return m->kind == MESSAGE_CALL || m->kind == MESSAGE_LAST_RESORT ||
	    m->kind == MESSAGE_UPDATE_DUE || m->kind == MESSAGE_HANDOVER;
}

static int
priority(const struct message *m)
{
	if (!calls(m))
		return m->kind == MESSAGE_TEST ? 3 : 2;
	return m->severity == 1 ? 5 : m->severity == 2 ? 4 : 3;
}

/* ntfy shows these as small pictures. */
static const char *
tag(const struct message *m)
{
	if (calls(m))
		return m->severity == 1 ? "rotating_light" : "warning";
	return m->kind == MESSAGE_RESOLVED ? "white_check_mark"
					   : "information_source";
}

static void
add_button(json_t *list, const char *label, const char *link, const char *what)
{
	json_t *o = json_object(), *headers = json_object();

	record_set_text(o, "action", "http");
	record_set_text(o, "label", label);
	record_set_text(o, "url", link);
	record_set_text(o, "method", "POST");
	record_set_text(headers, "Content-Type",
	    "application/x-www-form-urlencoded");
	json_object_set_new(o, "headers", headers);
	record_set_text(o, "body", what);
	record_set_bool(o, "clear", true);
	json_array_append_new(list, o);
}

static void
add_link(json_t *o, const struct message *m)
{
	json_t *list;

	if (m->link[0] == '\0')
		return;
	record_set_text(o, "click", m->link);
	if (!calls(m))
		return;
	list = json_array();
	add_button(list, "Take it", m->link, "do=take");
	if (m->kind == MESSAGE_CALL)
		add_button(list, "I cannot", m->link, "do=decline");
	json_object_set_new(o, "actions", list);
}

static void
add_title(json_t *o, const struct message *m)
{
	char title[sizeof(m->subject) + 40];

	text_format(title, sizeof(title), "%s%s%s",
	    m->possible_repeat ? "[possible repeat] " : "",
	    m->store_down ? "[store is down] " : "", m->subject);
	record_set_text(o, "title", title);
}

static void
add_body(json_t *o, const struct message *m)
{
	char *cut = mem_alloc(NTFY_BODY_MAX + 1);

	text_copy(cut, NTFY_BODY_MAX + 1, m->body);
	record_set_text(o, "message", cut);
	free(cut);
}

char *
ntfy_text(const struct message *m, const char *topic)
{
	json_t *o = json_object(), *tags = json_array();
	char *text;

	record_set_text(o, "topic", topic);
	add_title(o, m);
	add_body(o, m);
	record_set_int(o, "priority", priority(m));
	json_array_append_new(tags, json_string(tag(m)));
	json_object_set_new(o, "tags", tags);
	add_link(o, m);
	text = record_dump(o);
	json_decref(o);
	return text;
}
