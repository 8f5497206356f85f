/*
 * Which ladder calls when: calendars and ladders by their names, a client's
 * own choices or else the site's.
 *
 * Hours are those of the client that is called for: a calendar without a zone
 * is in its zone, and one of its own takes the place of the tree's of that
 * name, so that the site can speak of "office" for everybody.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/settings_inside.h"
#include "lib/text.h"

static void
resolve_choices(struct settings_load *l, const struct client *c,
    const struct conf_list *choices)
{
	CONF_EACH (struct ladder_choice, k, choices) {
		k->ladder =
		    settings_refer(l, KIND_LADDER, &k->ladder_name, &k->place);
		if (k->hours_name != NULL &&
		    settings_calendar(l->settings, c, k->hours_name) == NULL)
			settings_unknown(l, KIND_CALENDAR, k->hours_name,
			    conf_where(&l->reader, &k->hours_name, &k->place));
	}
}

void
settings_resolve_site_hours(struct settings_load *l)
{
	resolve_choices(l, NULL, &l->settings->site.ladder_when);
}

/* What they say is complained about once, also where it is of the terms. */
static void
add_files(struct settings_load *l, const struct calendar_settings *k,
    struct calendar *into)
{
	char said[CALENDAR_WHY];

	CONF_EACH (char *const, path, &k->ical) {
		const char *why, *text = settings_file_text(l, *path, &why);

		if (text != NULL &&
		    calendar_add_ical(into, text, strlen(text), said))
			continue;
		if (settings_dates(l->settings, k, into->zone) == NULL)
			conf_complain(l->reader.errors,
			    conf_where(&l->reader, &k->ical, &k->place),
			    "ical: %s: %s", *path, text != NULL ? said : why);
		return;
	}
}

static bool
make_hours(struct settings_load *l, const struct client *c,
    const struct ladder_choice *choice, struct ladder_hours *into)
{
	const struct calendar_settings *k =
	    settings_calendar(l->settings, c, choice->hours_name);
	char why[CALENDAR_WHY];

	if (k == NULL || choice->ladder == NULL ||
	    (k->zone == NULL && c->zone == NULL) ||
	    !settings_calendar_make(k, k->zone != NULL ? k->zone : c->zone,
		&into->calendar, why))
		return false; /* complained about */
	add_files(l, k, &into->calendar);
	into->choice = choice;
	return true;
}

/* What stands behind hours without an end would never be looked at. */
static void
check_order(struct settings_load *l, const struct client *c)
{
	for (size_t i = 0; i + 1 < c->hour_count; i++)
		if (calendar_is_always(&c->hours[i].calendar)) {
			conf_complain(l->reader.errors,
			    &c->hours[i + 1].choice->place,
			    "hours: \"%s\" is never looked at: \"%s\" before "
			    "it is open at all times",
			    c->hours[i + 1].choice->hours_name,
			    c->hours[i].choice->hours_name);
			return;
		}
}

void
settings_resolve_hours(struct settings_load *l, struct client *c)
{
	bool own = conf_where(&l->reader, &c->ladder_when, NULL) != NULL;
	const struct conf_list *choices =
	    own ? &c->ladder_when : &l->settings->site.ladder_when;

	resolve_choices(l, c, &c->ladder_when);
	if (choices->count == 0)
		return;
	c->hours = mem_alloc(choices->count * sizeof(*c->hours));
	CONF_EACH (const struct ladder_choice, k, choices)
		c->hour_count += make_hours(l, c, k, &c->hours[c->hour_count]);
	if (own)
		check_order(l, c);
}

void
settings_free_hours(struct client *c)
{
	for (size_t i = 0; i < c->hour_count; i++)
		calendar_clear(&c->hours[i].calendar);
	free(c->hours);
}
