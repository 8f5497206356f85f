/* Times and lines of an incident as HTML: see facts.h. */
#include <string.h>

#include "lib/civil.h"
#include "console/facts.h"
#include "lib/text.h"

#define YEAR_9999_MS INT64_C(253402300799000)

void
facts_add_full(const struct facts *p, int64_t at_ms)
{
	char full[64];

	if (at_ms <= 0 || at_ms > YEAR_9999_MS) {
		text_add(p->html, "?");
		return;
	}
	civil_full(p->zone, at_ms, full, sizeof(full));
	text_add_html(p->html, full);
}

void
facts_add_clock(const struct facts *p, int64_t at_ms)
{
	char clock[64];

	if (at_ms <= 0 || at_ms > YEAR_9999_MS) {
		text_add(p->html, "?");
		return;
	}
	civil_near(p->zone, at_ms, p->now_ms, clock, sizeof(clock));
	text_add_html(p->html, clock);
}

void
facts_add_since(const struct facts *p, int64_t since_ms)
{
	char duration[32];

	facts_add_clock(p, since_ms);
	if (since_ms <= 0 || since_ms > p->now_ms)
		return;
	text_duration(p->now_ms - since_ms, duration, sizeof(duration));
	text_addf(p->html, " (%s ago)", duration);
}

static bool
is_address(const char *value)
{
	return strncmp(value, "https://", 8) == 0 ||
	    strncmp(value, "http://", 7) == 0;
}

void
facts_add_line(const struct facts *p, const char *label, const char *value)
{
	bool address = is_address(value);

	if (*value == '\0')
		return;
	text_addf(p->html, "<p>%s: ", label);
	if (address) {
		text_add(p->html, "<a rel=\"noreferrer\" href=\"");
		text_add_html(p->html, value);
		text_add(p->html, "\">");
	}
	text_add_html(p->html, value);
	text_add(p->html, address ? "</a></p>\n" : "</p>\n");
}
