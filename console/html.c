/* Small pieces that pages are made of: see console.h. */
#include <string.h>

#include "console/console.h"
#include "lib/civil.h"
#include "lib/http_head.h"

#define YEAR_9999_MS INT64_C(253402300799000)

const char *
console_string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

int64_t
console_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

bool
console_field(const struct console_view *v, const char *key, char *out,
    size_t room)
{
	if (http_param(v->form, v->form_length, key, out, room) != NULL)
		return true;
	*out = '\0';
	return false;
}

/* There from the start, so that what comes into it is read out. */
void
console_add_notice(struct text *html, const struct console_view *v)
{
	if (v->notice == NULL)
		return;
	text_addf(html,
	    "<p id=\"notice\" tabindex=\"-1\" class=\"notice%s\" "
	    "role=\"%s\">",
	    v->refused ? " refused" : "", v->refused ? "alert" : "status");
	text_add_html(html, v->notice);
	text_add(html, "</p>\n");
}

void
console_add_form(struct text *html, const struct console_view *v,
    const char *path)
{
	text_add(html, "<form method=\"post\" action=\"");
	text_add_html(html, path != NULL ? path : v->path);
	text_add(html, "\"><input type=\"hidden\" name=\"csrf\" value=\"");
	text_add_html(html, v->csrf);
	text_add(html, "\"><input type=\"hidden\" name=\"once\" value=\"");
	text_add_html(html, v->once);
	text_add(html, "\">\n");
}

void
console_add_button(struct text *html, const char *action, const char *label)
{
	text_add(html, "<button name=\"do\" value=\"");
	text_add_html(html, action);
	text_add(html, "\">");
	text_add_html(html, label);
	text_add(html, "</button>\n");
}

/* How a time is said, and for whom. */
typedef void say(const struct console_view *, int64_t at_ms, char out[64]);

static void
say_near(const struct console_view *v, int64_t at_ms, char out[64])
{
	civil_near(v->person->zone, at_ms, v->now_ms, out, 64);
}

static void
say_full(const struct console_view *v, int64_t at_ms, char out[64])
{
	civil_full(v->person->zone, at_ms, out, 64);
}

static void
add_time(struct text *html, const struct console_view *v, int64_t at_ms,
    say *how)
{
	char said[64], machine[40];

	if (at_ms <= 0 || at_ms > YEAR_9999_MS) {
		text_add(html, "?");
		return;
	}
	how(v, at_ms, said);
	civil_utc(at_ms, machine, sizeof(machine));
	text_addf(html, "<time datetime=\"%s\">", machine);
	text_add_html(html, said);
	text_add(html, "</time>");
}

void
console_add_clock(struct text *html, const struct console_view *v,
    int64_t at_ms)
{
	add_time(html, v, at_ms, say_near);
}

void
console_add_full(struct text *html, const struct console_view *v, int64_t at_ms)
{
	add_time(html, v, at_ms, say_full);
}

void
console_add_since(struct text *html, const struct console_view *v,
    int64_t at_ms)
{
	char duration[32];

	console_add_clock(html, v, at_ms);
	if (at_ms <= 0 || at_ms > v->now_ms)
		return;
	text_duration(v->now_ms - at_ms, duration, sizeof(duration));
	text_addf(html, " (%s ago)", duration);
}

void
console_add_address(struct text *html, const char *value)
{
	bool is_address = strncmp(value, "https://", 8) == 0 ||
	    strncmp(value, "http://", 7) == 0;

	if (is_address) {
		text_add(html, "<a rel=\"noreferrer\" href=\"");
		text_add_html(html, value);
		text_add(html, "\">");
	}
	text_add_html(html, value);
	if (is_address)
		text_add(html, "</a>");
}

bool
console_add_error(struct text *html, const json_t *answer)
{
	const char *why = json_string_value(json_object_get(answer, "error"));

	if (json_is_object(answer) && why == NULL)
		return false;
	text_add(html, "<p class=\"notice refused\" role=\"alert\">");
	text_add_html(html, why != NULL ? why : "The pager does not say.");
	text_add(html, "</p>\n");
	return true;
}
