/*
 * settings_agreed: what is agreed with a client, as lib/sla has it, and
 * whether it can be counted.
 *
 * Hours of an account are wall clocks of the contract's zone, and all that
 * they follow from is journalled with the terms, what files say as well: so a
 * calendar with a zone of its own is none for them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/report_agreed.h"
#include "lib/settings_inside.h"
#include "lib/sla_text.h"
#include "lib/text.h"

static const char *
zone_of(const struct client *c, const struct sla *a)
{
	return a->zone != NULL ? a->zone : c->zone;
}

const struct sla *
settings_sla_at(const struct client *c, int64_t at_ms)
{
	const struct sla *sla = c->sla;

	CONF_EACH (const struct later_sla, a, &c->amendments)
		if (a->from_ms <= at_ms)
			sla = a->sla;
	return sla;
}

void
settings_place_amendment(struct settings_load *l, const struct client *c,
    struct later_sla *a)
{
	if (a->from == NULL || c->zone == NULL ||
	    civil_read(a->from, zone_of(c, a->sla), false, &a->from_ms))
		return;
	conf_complain(l->reader.errors,
	    conf_where(&l->reader, &a->from, &a->place),
	    "from: expected a date or an instant such as \"2027-01-01\" or "
	    "\"2027-01-01T00:00+13:00\", not \"%s\"",
	    a->from);
}

static void
copy_texts(const struct conf_list *from, struct sla_texts *into)
{
	into->items = mem_alloc((from->count + 1) * sizeof(*into->items));
	CONF_EACH (char *const, text, from)
		into->items[into->count++] = mem_text(*text);
}

static bool
is_always(const struct calendar_settings *k)
{
	char why[CALENDAR_WHY];
	struct calendar made;
	bool always;

	if (!settings_calendar_make(k, "UTC", &made, why))
		return false;
	always = calendar_is_always(&made);
	calendar_clear(&made);
	return always;
}

/* NULL: all time. */
static struct sla_hours *
hours_of(const struct settings *s, const struct client *c, const char *name,
    const char *zone)
{
	const struct calendar_settings *k =
	    name != NULL ? settings_calendar(s, c, name) : NULL;
	struct sla_hours *h;

	const struct settings_dates *dates =
	    k != NULL ? settings_dates(s, k, zone) : NULL;

	if (k == NULL || (dates == NULL && is_always(k)))
		return NULL;
	h = mem_alloc(sizeof(*h));
	copy_texts(&k->hours, &h->hours);
	copy_texts(&k->holidays, &h->holidays);
	copy_texts(&k->exceptions, &h->exceptions);
	if (dates != NULL)
		settings_add_dates(dates, h);
	return h;
}

/* What weighs as much as any other is not written down. */
static void
add_weights(const struct client *c, struct sla_version *v)
{
	v->own_weights =
	    mem_alloc((c->endpoints.count + 1) * sizeof(*v->own_weights));
	CONF_EACH (const struct endpoint, e, &c->endpoints)
		if (e->probe.counts && e->probe.weight != SLA_WEIGHT_WHOLE)
			v->own_weights[v->weight_count++] =
			    (struct sla_weight){ .endpoint = mem_text(e->id),
				    .weights = { e->probe.weight,
					SLA_WEIGHT_INHERIT } };
	(void)sla_weights_sort(v);
}

static void
fill_version(const struct settings *s, const struct client *c,
    const struct sla *a, struct sla_version *v)
{
	sla_version_init(v);
	if (a->granularity != NULL)
		sla_granularity_read(a->granularity, v);
	v->name = mem_text(a->name);
	v->target_milli = a->guarantee_milli;
	v->floor_milli = a->coverage_floor_milli;
	v->unknown = a->unknown;
	v->denominator = a->denominator;
	v->min_countable_s = a->min_countable_ms / 1000;
	v->merge_gap_s = a->merge_gap_ms / 1000;
	v->notice_ms = a->notice_ms;
	v->cap_ms = a->cap_ms;
	v->hours = hours_of(s, c, a->service_hours, zone_of(c, a));
	v->pattern = hours_of(s, c, a->maintenance_pattern, zone_of(c, a));
	v->credit_max_milli = a->credit_max_milli;
	v->claim_days = a->claim_days;
	v->credits = mem_alloc((a->credits.count + 1) * sizeof(*v->credits));
	CONF_EACH (const struct sla_credit, credit, &a->credits)
		v->credits[v->credit_count++] = *credit;
	add_weights(c, v);
}

/* The first instant of a date, or what stands for none. */
static int64_t
instant(const char *zone, const char *date, int64_t none)
{
	struct civil_date d;

	return date != NULL && civil_date_parse(date, &d)
	    ? civil_first_ms(zone, d, 0)
	    : none;
}

void
settings_agreed(const struct settings *s, const struct client *c,
    const struct sla *a, struct sla_facts *f)
{
	const char *zone = zone_of(c, a);

	*f = (struct sla_facts){ .zone = mem_text(zone),
		.period = a->period,
		.as_of_ms = NEVER,
		.begin_ms = instant(zone, c->contract.from, ALWAYS),
		.end_ms = instant(zone, c->contract.to, NEVER) };
	f->versions = mem_alloc(sizeof(*f->versions));
	f->version_count = 1;
	fill_version(s, c, a, &f->versions[0]);
}

static void
read_of(struct settings_load *l, const struct client *c, const struct sla *a)
{
	const struct settings *s = l->settings;
	const char *const names[] = { a->service_hours,
		a->maintenance_pattern };

	for (size_t i = 0; i < 2; i++)
		if (names[i] != NULL)
			settings_read_dates(l,
			    settings_calendar(s, c, names[i]), zone_of(c, a));
}

void
settings_read_agreed(struct settings_load *l, const struct client *c)
{
	if (c->zone == NULL)
		return;
	if (c->sla != NULL)
		read_of(l, c, c->sla);
	CONF_EACH (const struct later_sla, a, &c->amendments)
		if (a->sla != NULL)
			read_of(l, c, a->sla);
}

static void
check_calendar(struct settings_load *l, const struct client *c,
    const struct sla *a, const char *key, char *const *name)
{
	const struct calendar_settings *k =
	    *name != NULL ? settings_calendar(l->settings, c, *name) : NULL;
	const struct conf_place *place =
	    conf_where(&l->reader, name, &c->place);

	if (k == NULL)
		return;
	if (k->zone != NULL && strcmp(k->zone, zone_of(c, a)) != 0)
		conf_complain(l->reader.errors, place,
		    "%s: calendar \"%s\" has the zone %s, and accounts of "
		    "\"%s\" are in %s",
		    key, k->name, k->zone, c->name, zone_of(c, a));
}

/* What is journalled of it has to be read again at the next start. */
static void
check_length(struct settings_load *l, const struct client *c,
    const struct sla *a, const struct sla_facts *f)
{
	char *text = report_agreed_text(f, &f->versions[0]);
	size_t bytes = text != NULL ? strlen(text) : 0;

	if (bytes > REPORT_AGREED_MAX)
		conf_complain(l->reader.errors, &c->place,
		    "SLA \"%s\" of client \"%s\" takes %zu bytes to write "
		    "down, at most %d can be kept: give its calendars fewer "
		    "holidays and exceptions, or fewer endpoints a weight",
		    a->name, c->name, bytes, REPORT_AGREED_MAX);
	free(text);
}

static void
check_contract(struct settings_load *l, const struct client *c,
    const struct sla *a)
{
	struct sla_facts f;

	settings_agreed(l->settings, c, a, &f);
	if (f.begin_ms >= f.end_ms)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &c->contract.to, &c->place),
		    "contract: ends before it begins");
	if (f.period == SLA_CONTRACT_YEAR && f.begin_ms == ALWAYS)
		conf_complain(l->reader.errors, &c->place,
		    "SLA \"%s\" counts by the contract_year: client \"%s\" "
		    "needs \"contract\" with \"from\"",
		    a->name, c->name);
	check_length(l, c, a, &f);
	sla_facts_clear(&f);
}

/* Every one of them is a set to be kept while an account is counted. */
static void
check_weights(struct settings_load *l, const struct client *c)
{
	int64_t different[SLA_WEIGHTS_MAX] = { SLA_WEIGHT_WHOLE, 0 };
	size_t count = 2, i;

	CONF_EACH (const struct endpoint, e, &c->endpoints) {
		for (i = 0; i < count && different[i] != e->probe.weight; i++)
			;
		if (i < count)
			continue;
		if (count == SLA_WEIGHTS_MAX) {
			conf_complain(l->reader.errors, &e->place,
			    "weight: more than %d different ones of client "
			    "\"%s\"",
			    SLA_WEIGHTS_MAX - 2, c->name);
			return;
		}
		different[count++] = e->probe.weight;
	}
}

static void
check_terms(struct settings_load *l, const struct client *c,
    const struct sla *a)
{
	if (a == NULL)
		return;
	check_calendar(l, c, a, "service_hours", &a->service_hours);
	check_calendar(l, c, a, "maintenance_pattern", &a->maintenance_pattern);
	check_contract(l, c, a);
}

void
settings_check_agreed(struct settings_load *l, const struct client *c)
{
	const struct later_sla *before = NULL;

	if (c->name == NULL || c->zone == NULL)
		return;
	check_weights(l, c);
	check_terms(l, c, c->sla);
	CONF_EACH (const struct later_sla, a, &c->amendments) {
		check_terms(l, c, a->sla);
		if (before != NULL && a->from_ms != 0 &&
		    a->from_ms <= before->from_ms)
			conf_complain(l->reader.errors,
			    conf_where(&l->reader, &a->from, &a->place),
			    "from: not after the amendment before");
		before = a;
	}
}
