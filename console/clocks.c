/* clocks: what time it is where people are, and who is on watch there. */
#include <string.h>

#include "console/hours.h"
#include "lib/civil.h"

#define EVENING_S (22 * 3600)
#define MORNING_S (7 * 3600)

struct zones {
	const char *names[HOURS_ZONES_MAX]; /* borrowed */
	size_t count, left_out;
};

struct hours
hours_of(const json_t *row)
{
	return (struct hours){ .rota = console_string(row, "rota"),
		.person = console_string(row, "person"),
		.zone = console_string(row, "zone"),
		.override = console_string(row, "override"),
		.second = json_is_true(json_object_get(row, "second")),
		.from_ms = console_number(row, "from_ms"),
		.to_ms = console_number(row, "to_ms") };
}

void
hours_add_place(struct text *html, const char *zone)
{
	const char *slash = strrchr(zone, '/');

	for (const char *s = slash != NULL ? slash + 1 : zone; *s != '\0'; s++)
		text_add_html(html, *s == '_' ? " " : (char[2]){ *s, '\0' });
}

void
hours_add_why(struct text *html, const json_t *row)
{
	const char *instead = console_string(row, "instead"),
		   *override = console_string(row, "override");

	if (*override != '\0') {
		text_add_html(html, override);
		text_add(html, *instead != '\0' ? ", instead of " : "");
		text_add_html(html, instead);
	} else if (*instead != '\0') {
		text_add(html, "instead of ");
		text_add_html(html, instead);
	} else if (json_is_true(json_object_get(row, "filled")))
		text_add(html, "covers hours that nobody takes over");
	if (json_is_true(json_object_get(row, "away")))
		text_add(html, " (is away, and nobody else is left)");
}

static void
add_zone(struct zones *z, const char *name)
{
	if (*name == '\0' || !civil_zone_exists(name))
		return;
	for (size_t i = 0; i < z->count; i++)
		if (strcmp(z->names[i], name) == 0)
			return;
	if (z->count < HOURS_ZONES_MAX)
		z->names[z->count++] = name;
	else
		z->left_out++;
}

/* As the sun goes: those of the east come first. */
static void
sort_zones(struct zones *z, int64_t now_ms)
{
	for (size_t i = 1; i < z->count; i++) {
		const char *name = z->names[i];
		int east_s = civil_offset_s(name, now_ms);
		size_t k = i;

		for (;
		     k > 0 && civil_offset_s(z->names[k - 1], now_ms) < east_s;
		     k--)
			z->names[k] = z->names[k - 1];
		z->names[k] = name;
	}
}

/* Where rotas have watches, and where those live who have them. */
static void
find_zones(const struct console_view *v, const json_t *list, struct zones *z)
{
	const json_t *row;
	size_t i;

	*z = (struct zones){ 0 };
	CONF_EACH (const struct rota, r, &v->settings->rotas)
		CONF_EACH (const struct watch, w, &r->watches)
			add_zone(z, w->zone);
	json_array_foreach(list, i, row)
	{
		add_zone(z, console_string(row, "zone"));
	}
	sort_zones(z, v->now_ms);
}

static void
add_wall(struct text *html, const char *zone, int64_t now_ms)
{
	int seconds;
	char clock[64];

	(void)civil_date_at(zone, now_ms, &seconds);
	civil_clock(zone, now_ms, clock, sizeof(clock));
	text_add_html(html, clock);
	text_add(html,
	    seconds >= EVENING_S || seconds < MORNING_S ? ", night" : ", day");
}

static void
add_one(struct text *html, const struct console_view *v, const struct hours *h,
    bool now)
{
	text_add_html(html, h->person);
	text_add(html, " (");
	text_add_html(html, h->rota);
	text_addf(html, "%s)%s", h->second ? ", second" : "",
	    now ? " until " : " from ");
	console_add_clock(html, v, now ? h->to_ms : h->from_ms);
}

static bool
is_there(const struct hours *h, const char *zone)
{
	return *h->person != '\0' && strcmp(h->zone, zone) == 0;
}

/* Everybody who is on watch there now; false: nobody. */
static bool
add_on_watch(struct text *html, const struct console_view *v,
    const json_t *list, const char *zone)
{
	bool any = false;
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		struct hours h = hours_of(row);

		if (!is_there(&h, zone) || h.from_ms > v->now_ms ||
		    h.to_ms <= v->now_ms)
			continue;
		text_add(html, any ? "<br>" : "");
		add_one(html, v, &h, true);
		any = true;
	}
	return any;
}

/* Whoever takes over first there. */
static void
add_next(struct text *html, const struct console_view *v, const json_t *list,
    const char *zone)
{
	struct hours first = { 0 };
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		struct hours h = hours_of(row);

		if (is_there(&h, zone) && !h.second && h.from_ms > v->now_ms &&
		    (first.from_ms == 0 || h.from_ms < first.from_ms))
			first = h;
	}
	if (first.from_ms == 0)
		text_addf(html, "nobody within %d days", HOURS_DAYS);
	else
		add_one(html, v, &first, false);
}

static void
add_row(struct text *html, const struct console_view *v, const json_t *list,
    const char *zone)
{
	text_add(html, "<tr><th scope=\"row\">");
	hours_add_place(html, zone);
	text_add(html, "</th><td data-of=\"Time there\">");
	add_wall(html, zone, v->now_ms);
	text_add(html, "</td><td data-of=\"On watch\">");
	if (!add_on_watch(html, v, list, zone))
		text_add(html, "nobody");
	text_add(html, "</td><td data-of=\"Next\">");
	add_next(html, v, list, zone);
	text_add(html, "</td></tr>\n");
}

/* The table below says the same to who does not see it. */
static void
add_strip(struct text *html, const struct console_view *v, const json_t *list,
    const struct zones *z)
{
	struct text there = { 0 };

	text_add(html, "<ul class=\"clocks\" aria-hidden=\"true\">\n");
	for (size_t i = 0; i < z->count; i++) {
		bool on = add_on_watch(&there, v, list, z->names[i]);

		text_addf(html, "<li%s><strong>", on ? " class=\"on\"" : "");
		hours_add_place(html, z->names[i]);
		text_add(html, "</strong><br>");
		add_wall(html, z->names[i], v->now_ms);
		text_add(html, on ? "<br>on watch</li>\n" : "</li>\n");
		text_clear(&there);
	}
	text_add(html, "</ul>\n");
}

void
console_add_clocks(struct text *html, const struct console_view *v,
    const json_t *watches)
{
	const json_t *list = json_object_get(watches, "watches");
	struct zones z;

	find_zones(v, list, &z);
	if (z.count == 0)
		return;
	add_strip(html, v, list, &z);
	text_add(html,
	    "<table><caption>What time it is where people are, and who is on "
	    "watch there</caption><thead><tr><th scope=\"col\">Where</th>"
	    "<th scope=\"col\">Time there</th><th scope=\"col\">On watch</th>"
	    "<th scope=\"col\">Next</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < z.count; i++)
		add_row(html, v, list, z.names[i]);
	text_add(html, "</tbody></table>\n");
	if (z.left_out > 0)
		text_addf(html, "<p>And more zones, which are left out.</p>\n");
}
