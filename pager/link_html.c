/* Fields of foreign JSON, and small pieces of HTML: see link_parts.h. */
#include <string.h>

#include "lib/civil.h"
#include "pager/link_parts.h"

#define YEAR_9999_MS INT64_C(253402300799000)

const char *
link_string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

int64_t
link_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

void
link_add_full(struct page_html *p, int64_t at_ms)
{
	char full[64];

	if (at_ms <= 0 || at_ms > YEAR_9999_MS) {
		text_add(&p->html, "?");
		return;
	}
	civil_full(p->view->person->zone, at_ms, full, sizeof(full));
	text_add_html(&p->html, full);
}

void
link_add_clock(struct page_html *p, int64_t at_ms)
{
	char clock[64];

	if (at_ms <= 0 || at_ms > YEAR_9999_MS) {
		text_add(&p->html, "?");
		return;
	}
	civil_near(p->view->person->zone, at_ms, p->view->now_ms, clock,
	    sizeof(clock));
	text_add_html(&p->html, clock);
}

void
link_add_since(struct page_html *p, int64_t since_ms)
{
	char duration[32];

	link_add_clock(p, since_ms);
	if (since_ms <= 0 || since_ms > p->view->now_ms)
		return;
	text_duration(p->view->now_ms - since_ms, duration, sizeof(duration));
	text_addf(&p->html, " (%s ago)", duration);
}

static bool
is_address(const char *value)
{
	return strncmp(value, "https://", 8) == 0 ||
	    strncmp(value, "http://", 7) == 0;
}

void
link_add_line(struct page_html *p, const char *label, const char *value)
{
	bool address = is_address(value);

	if (*value == '\0')
		return;
	text_addf(&p->html, "<p>%s: ", label);
	if (address) {
		text_add(&p->html, "<a rel=\"noreferrer\" href=\"");
		text_add_html(&p->html, value);
		text_add(&p->html, "\">");
	}
	text_add_html(&p->html, value);
	text_add(&p->html, address ? "</a></p>\n" : "</p>\n");
}

bool
link_is_mine(const struct page_html *p)
{
	return strcmp(link_string(p->incident, "owner"),
		   p->view->person->name) == 0;
}

bool
link_is_state(const struct page_html *p, const char *state)
{
	return strcmp(link_string(p->incident, "state"), state) == 0;
}
