/*
 * Terms and calendars: what is built in, and how the tree's own are filled
 * with what they leave out.
 *
 * Gold, silver and bronze, 24x7 and 8x5 are written here as an operator would
 * write them; conf/slas.yaml says the same.  An entry of the same name takes
 * their place in the tree, a client's own that of the tree's.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/settings_inside.h"
#include "lib/text.h"

#define NOTICE_MS (INT64_C(3) * 86400000) /* of maintenance */

struct shipped_severity {
	const char *hours, *response, *update, *resolution;
	const char *escalate[4];
};

static const struct {
	const char *name;
	int64_t guarantee_milli;
	struct shipped_severity severities[4];
} slas[] = {
	{ "gold", 99950,
	    { { "24x7", "15m", "30m", "4h", { "10m", "30m", "1h" } },
		{ "24x7", "1h", "2h", "8h", { NULL } },
		{ "8x5", "4h", "1bd", "3bd", { NULL } },
		{ "8x5", "1bd", "5bd", "none", { NULL } } } },
	{ "silver", 99900,
	    { { "24x7", "30m", "1h", "8h", { "15m", "1h", "2h" } },
		{ "8x5", "2h", "4h", "1bd", { NULL } },
		{ "8x5", "8h", "2bd", "5bd", { NULL } },
		{ "8x5", "2bd", "none", "none", { NULL } } } },
	{ "bronze", 99500,
	    { { "8x5", "2h", "4h", "1bd", { "1h", "4h", "8h" } },
		{ "8x5", "4h", "1bd", "2bd", { NULL } },
		{ "8x5", "1bd", "3bd", "10bd", { NULL } },
		{ "8x5", "3bd", "none", "none", { NULL } } } },
};
#define SLA_COUNT (sizeof(slas) / sizeof(slas[0]))

static const struct {
	const char *name, *hours;
} calendars[] = {
	{ "24x7", "24x7" },
	{ "8x5", "mon-fri 09:00-17:00" },
};
#define CALENDAR_COUNT (sizeof(calendars) / sizeof(calendars[0]))

static void
add_text(struct conf_list *list, const char *text)
{
	list->items = mem_grow(list->items, (list->count + 1) * sizeof(char *));
	((char **)list->items)[list->count++] = mem_text(text);
}

static void
fill_target(struct deadline_target *target, const char *text)
{
	const char *why;
	bool ok = value_target(text, target, &why);

	assert(ok);
	(void)ok;
}

static void
fill_severity(struct sla_severity *into, const struct shipped_severity *from)
{
	into->given = ~UINT64_C(0);
	into->hours = mem_text(from->hours);
	fill_target(&into->response, from->response);
	fill_target(&into->update, from->update);
	fill_target(&into->resolution, from->resolution);
	for (size_t i = 0; from->escalate[i] != NULL; i++)
		add_text(&into->escalate, from->escalate[i]);
}

static void
ship_slas(struct settings *s)
{
	struct sla *own = mem_alloc(SLA_COUNT * sizeof(*own));
	struct conf_place first, none = { 0 };

	s->inside->shipped_slas = (struct conf_list){ own, SLA_COUNT };
	for (size_t i = 0; i < SLA_COUNT; i++) {
		own[i].given = ~UINT64_C(0);
		own[i].name = mem_text(slas[i].name);
		own[i].guarantee_milli = slas[i].guarantee_milli;
		own[i].coverage_floor_milli = 99000;
		own[i].service_hours = mem_text("24x7");
		own[i].maintenance_pattern = mem_text("24x7");
		own[i].granularity = mem_text("second");
		own[i].notice_ms = NOTICE_MS;
		own[i].merge_gap_ms = 60000;
		own[i].cap_ms = NEVER;
		own[i].credit_max_milli = 100000;
		for (size_t n = 0; n < 4; n++)
			fill_severity(&own[i].severities[n],
			    &slas[i].severities[n]);
		settings_note(s, KIND_SLA, own[i].name, &own[i], &none, &first);
	}
}

void
settings_ship(struct settings *s)
{
	struct calendar_settings *own =
	    mem_alloc(CALENDAR_COUNT * sizeof(*own));
	struct conf_place first, none = { 0 };

	ship_slas(s);
	s->inside->shipped_calendars =
	    (struct conf_list){ own, CALENDAR_COUNT };
	for (size_t i = 0; i < CALENDAR_COUNT; i++) {
		own[i].given = ~UINT64_C(0);
		own[i].name = mem_text(calendars[i].name);
		add_text(&own[i].hours, calendars[i].hours);
		settings_note(s, KIND_CALENDAR, own[i].name, &own[i], &none,
		    &first);
	}
}

void
settings_ship_clear(struct settings *s)
{
	struct conf_list *list = &s->inside->shipped_slas;

	CONF_EACH (struct sla, a, list)
		conf_clear(&settings_sla_table, a);
	free(list->items);
	list = &s->inside->shipped_calendars;
	CONF_EACH (struct calendar_settings, c, list)
		conf_clear(&settings_calendar_table, c);
	free(list->items);
}

static bool
is_named(const char *own, const char *name)
{
	return own != NULL && name != NULL && strcmp(own, name) == 0;
}

const struct sla *
settings_sla(const struct settings *s, const struct client *c, const char *name)
{
	if (c != NULL)
		CONF_EACH (const struct sla, a, &c->slas)
			if (is_named(a->name, name))
				return a;
	return settings_find(s, KIND_SLA, name);
}

const struct calendar_settings *
settings_calendar(const struct settings *s, const struct client *c,
    const char *name)
{
	if (c != NULL)
		CONF_EACH (const struct calendar_settings, k, &c->calendars)
			if (is_named(k->name, name))
				return k;
	return settings_find(s, KIND_CALENDAR, name);
}

/* What is built in under this name, or NULL. */
static const struct sla *
shipped_sla(const struct settings *s, const char *name)
{
	CONF_EACH (const struct sla, a, &s->inside->shipped_slas)
		if (is_named(a->name, name))
			return a;
	return NULL;
}

static const struct calendar_settings *
shipped_calendar(const struct settings *s, const char *name)
{
	CONF_EACH (const struct calendar_settings, c,
	    &s->inside->shipped_calendars)
		if (is_named(c->name, name))
			return c;
	return NULL;
}

static bool
add_all(struct calendar *into, const struct conf_list *texts,
    bool (*add)(struct calendar *, const char *, char *),
    char why[CALENDAR_WHY])
{
	CONF_EACH (char *const, text, texts)
		if (!add(into, *text, why))
			return false;
	return true;
}

bool
settings_calendar_make(const struct calendar_settings *c, const char *zone,
    struct calendar *into, char why[CALENDAR_WHY])
{
	bool ok = calendar_init(into, c->zone != NULL ? c->zone : zone);

	if (!ok)
		text_copy(why, CALENDAR_WHY, "its time zone is not known");
	ok = ok && add_all(into, &c->hours, calendar_add_hours, why) &&
	    add_all(into, &c->holidays, calendar_add_holidays, why) &&
	    add_all(into, &c->exceptions, calendar_add_exception, why);
	if (!ok)
		calendar_clear(into);
	return ok;
}

static void
complete_calendar(struct settings_load *l, struct calendar_settings *c,
    const struct calendar_settings *from)
{
	char why[CALENDAR_WHY];
	struct calendar made;

	if (from != NULL && from != c)
		conf_inherit(&settings_calendar_table, c, from);
	if (c->hours.count == 0 &&
	    conf_where(&l->reader, &c->hours, NULL) == NULL)
		conf_complain(l->reader.errors, &c->place,
		    "a calendar lacks \"hours\"");
	/* Each text was looked at alone; together they may be too much. */
	if (l->reader.errors->list.count > 0)
		return;
	if (settings_calendar_make(c, "UTC", &made, why))
		calendar_clear(&made);
	else
		conf_complain(l->reader.errors, &c->place, "calendar: %s", why);
}

/* A calendar that was named here must be known here. */
static void
check_named(struct settings_load *l, const struct client *c,
    const struct sla *a, char *const *hours)
{
	if (*hours != NULL && conf_where(&l->reader, hours, NULL) != NULL &&
	    settings_calendar(l->settings, c, *hours) == NULL)
		settings_unknown(l, KIND_CALENDAR, *hours,
		    conf_where(&l->reader, hours, &a->place));
}

static void
check_hours(struct settings_load *l, const struct client *c,
    const struct sla *a)
{
	check_named(l, c, a, &a->service_hours);
	check_named(l, c, a, &a->maintenance_pattern);
	for (size_t i = 0; i < 4; i++)
		check_named(l, c, a, &a->severities[i].hours);
}

static void
check_seconds(struct settings_load *l, const struct sla *a, const int64_t *ms,
    const char *key)
{
	if (*ms % 1000 != 0)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, ms, &a->place),
		    "%s: expected whole seconds", key);
}

int
settings_calls_as(const struct client *c, int severity, int64_t at_ms)
{
	const struct sla *sla = c != NULL ? settings_sla_at(c, at_ms) : NULL;

	if (sla == NULL)
		return severity;
	switch (sla->severities[severity - 1].calls) {
	case CALLS_NOW:
		return severity < 2 ? severity : 2;
	case CALLS_NOTICE:
		return 3;
	case CALLS_DIGEST:
		return 4;
	default:
		return severity;
	}
}

/* What is down wakes people, whatever is agreed. */
static void
check_calls(struct settings_load *l, const struct sla *a)
{
	const struct sla_severity *worst = &a->severities[0];

	if (worst->calls == CALLS_NOTICE || worst->calls == CALLS_DIGEST)
		conf_complain(l->reader.errors,
		    conf_where(&l->reader, &worst->calls, &a->place),
		    "calls: S1 has to call until somebody takes it");
}

/* Fields that are not given come from the terms of the same name. */
static void
complete_sla(struct settings_load *l, const struct client *c, struct sla *a,
    const struct sla *from)
{
	if (from != NULL && from != a)
		conf_inherit(&settings_sla_table, a, from);
	if (a->guarantee_milli == 0 &&
	    conf_where(&l->reader, &a->guarantee_milli, NULL) == NULL)
		conf_complain(l->reader.errors, &a->place,
		    "an SLA lacks \"guarantee\"");
	check_hours(l, c, a);
	check_calls(l, a);
	check_seconds(l, a, &a->notice_ms, "notice");
	check_seconds(l, a, &a->min_countable_ms, "min_countable");
	check_seconds(l, a, &a->merge_gap_ms, "merge_gap");
}

void
settings_resolve_terms(struct settings_load *l)
{
	struct settings *s = l->settings;

	CONF_EACH (struct calendar_settings, k, &s->calendars)
		complete_calendar(l, k, shipped_calendar(s, k->name));
	CONF_EACH (struct sla, a, &s->slas)
		complete_sla(l, NULL, a, shipped_sla(s, a->name));
	CONF_EACH (struct client, c, &s->clients) {
		CONF_EACH (struct calendar_settings, k, &c->calendars)
			complete_calendar(l, k,
			    settings_find(s, KIND_CALENDAR, k->name));
		CONF_EACH (struct sla, a, &c->slas)
			complete_sla(l, c, a,
			    settings_find(s, KIND_SLA, a->name));
	}
}
