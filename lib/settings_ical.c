/*
 * settings_ical: what iCalendar files say of the hours of accounts.
 *
 * A file is read once, when the tree is, and kept with it; what it comes to,
 * dates and closures written out, is a part of the terms.  So an account needs
 * no file, and one that was edited is another version at the next reload.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

#define JOINED_MAX 4000 /* bytes of one text of dates */

/* One calendar in one zone; the text of no hours is empty. */
struct settings_dates {
	const struct calendar_settings *calendar;
	char *zone;
	bool is_refused; /* complained about, once for all zones */
	struct sla_texts holidays;
	struct interval_set closed;
	struct settings_dates *next;
};

const struct settings_dates *
settings_dates(const struct settings *s, const struct calendar_settings *k,
    const char *zone)
{
	struct settings_dates *d = s->inside->dates;

	while (d != NULL &&
	    (d->calendar != k ||
		(strcmp(d->zone, zone) != 0 && !d->is_refused)))
		d = d->next;
	return d;
}

void
settings_add_dates(const struct settings_dates *d, struct sla_hours *h)
{
	h->holidays.items = mem_grow(h->holidays.items,
	    (h->holidays.count + d->holidays.count + 1) * sizeof(char *));
	for (size_t i = 0; i < d->holidays.count; i++)
		h->holidays.items[h->holidays.count++] =
		    mem_text(d->holidays.items[i]);
	interval_set_copy(&h->closed, &d->closed);
}

void
settings_dates_clear(struct settings *s)
{
	struct settings_dates *d;

	while ((d = s->inside->dates) != NULL) {
		s->inside->dates = d->next;
		for (size_t i = 0; i < d->holidays.count; i++)
			free(d->holidays.items[i]);
		free(d->holidays.items);
		interval_set_clear(&d->closed);
		free(d->zone);
		free(d);
	}
}

/* What the kept tree has of a file; NULL: nothing. */
static const char *
kept(const struct conf_secrets *all, const char *reference)
{
	for (const struct conf_secret *x = all->first; x != NULL; x = x->next)
		if (strcmp(x->reference, reference) == 0)
			return x->value;
	return NULL;
}

/* The kept tree holds nothing but UTF-8. */
static bool
is_text(const char *bytes, size_t length)
{
	struct text plain = { 0 };
	char *copy = mem_text(bytes);
	bool same;

	for (char *p = copy; *p != '\0'; p++)
		if (strchr("\r\n\t", *p) != NULL)
			*p = ' ';
	text_add_plain(&plain, copy);
	same = strlen(bytes) == length &&
	    strcmp(length > 0 ? plain.data : "", copy) == 0;
	text_clear(&plain);
	free(copy);
	return same;
}

/* Where nothing is kept it lives as long as the load. */
static const char *
remember(struct settings_load *l, const char *reference, const char *bytes)
{
	char *copy;

	if (l->reader.secrets != NULL) {
		conf_secrets_add(l->reader.secrets, reference, bytes);
		return kept(l->reader.secrets, reference);
	}
	copy = conf_pool_get(l->reader.pool, strlen(bytes) + 1);
	memcpy(copy, bytes, strlen(bytes) + 1);
	return copy;
}

const char *
settings_file_text(struct settings_load *l, const char *path, const char **why)
{
	const struct conf_secrets *all = l->reader.secrets;
	struct text reference = { 0 };
	const char *found = NULL;
	size_t length = 0;
	char *bytes = NULL;

	text_addf(&reference, "ical:%s", path);
	if (all != NULL)
		found = kept(all, reference.data);
	*why = "it was not kept";
	if (found == NULL && (all == NULL || !all->closed))
		bytes = conf_slurp(path, CALENDAR_ICAL_MAX, &length, NULL, why);
	if (bytes != NULL && !is_text(bytes, length))
		*why = "it is not plain UTF-8";
	else if (bytes != NULL)
		found = remember(l, reference.data, bytes);
	free(bytes);
	text_clear(&reference);
	return found;
}

/* Days as texts, several in each. */
static void
join(const struct interval_set *days, struct sla_texts *out)
{
	struct text t = { 0 };

	out->items = mem_alloc((days->count + 1) * sizeof(*out->items));
	for (size_t i = 0; i < days->count; i++) {
		struct civil_date first = civil_from_days(days->items[i].from),
				  last = civil_from_days(days->items[i].to - 1);

		text_addf(&t, "%s%04d-%02d-%02d", t.length > 0 ? "," : "",
		    first.year, first.month, first.day);
		if (days->items[i].to - days->items[i].from > 1)
			text_addf(&t, "..%04d-%02d-%02d", last.year, last.month,
			    last.day);
		if (t.length > JOINED_MAX - 30 || i + 1 == days->count)
			out->items[out->count++] = text_take(&t);
	}
}

/* False: complained. */
static bool
add_files(struct settings_load *l, const struct calendar_settings *k,
    struct calendar *into)
{
	const struct conf_place *place =
	    conf_where(&l->reader, &k->ical, &k->place);
	char said[CALENDAR_WHY];

	CONF_EACH (char *const, path, &k->ical) {
		const char *why, *text;

		text = settings_file_text(l, *path, &why);

		if (text != NULL &&
		    calendar_add_ical(into, text, strlen(text), said))
			continue;
		conf_complain(l->reader.errors, place, "ical: %s: %s", *path,
		    text != NULL ? said : why);
		return false;
	}
	return true;
}

void
settings_read_dates(struct settings_load *l, const struct calendar_settings *k,
    const char *zone)
{
	struct settings_inside *inside = l->settings->inside;
	struct settings_dates *d;
	struct calendar made;

	if (k == NULL || k->ical.count == 0 || l->reader.secrets == NULL ||
	    settings_dates(l->settings, k, zone) != NULL ||
	    (l->reader.for_whom != SETTINGS_FOR_ALL &&
		(l->reader.for_whom & SETTINGS_FOR_EVALUATE) == 0) ||
	    !calendar_init(&made, zone))
		return;
	d = mem_alloc(sizeof(*d));
	*d = (struct settings_dates){ .calendar = k,
		.zone = mem_text(zone),
		.next = inside->dates,
		.is_refused = !add_files(l, k, &made) };
	join(&made.holidays, &d->holidays);
	interval_set_copy(&d->closed, &made.closed);
	inside->dates = d;
	calendar_clear(&made);
}
