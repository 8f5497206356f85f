/*
 * The settings of rotas: see settings_tables.c.
 */
#include "lib/settings_fields.h"
#include "lib/settings_inside.h"

#define F(member) OF(watch, member)
static const struct conf_field watch_fields[] = {
	{ "zone", CONF_ZONE, F(zone), .required = true },
	{ "takes_over", CONF_TIME, F(takes_over_min), .min = 0,
	    .max = 24 * 60 - 1 },
	{ "from", CONF_TIME, F(from_min), .min = 0, .max = 24 * 60 - 1 },
	{ "to", CONF_TIME, F(to_min), .min = 0, .max = 24 * 60 },
	{ "people", CONF_STRINGS, F(people), .required = true, .min = 1,
	    .max = 64, .check = value_name },
	{ "secondary", CONF_STRINGS, F(secondary), .min = 1, .max = 64,
	    .check = value_name },
	{ "rotate", CONF_CUSTOM, F(rotate), .fallback = "weekly",
	    .parse = value_rotate },
	{ "days", CONF_STRINGS, F(days), .min = 1, .max = 7,
	    .check = value_day },
	{ "holidays", CONF_STRINGS, F(holidays), .min = 0, .max = 1000,
	    .check = value_day_off },
	{ "since", CONF_STRING, F(dates.since), .check = value_date },
	{ "until", CONF_STRING, F(dates.until), .check = value_date },
	{ NULL },
};
#undef F
const struct conf_table settings_watch_table = { "a watch", PLACED(watch),
	.fields = watch_fields };

#define F(member) OF(layer, member)
static const struct conf_field layer_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "watches", CONF_LIST, F(watches), .required = true, .min = 1,
	    .max = 24, .item = &settings_watch_table },
	{ "since", CONF_STRING, F(dates.since), .check = value_date },
	{ "until", CONF_STRING, F(dates.until), .check = value_date },
	{ NULL },
};
#undef F
static const struct conf_table layer_table = { "a layer", PLACED(layer),
	.fields = layer_fields };

static const struct conf_choice fills[] = {
	{ "split", FILL_SPLIT },
	{ "extend", FILL_EXTEND },
	{ "early", FILL_EARLY },
	{ NULL, 0 },
};
#define F(member) OF(rota, member)
static const struct conf_field rota_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "watches", CONF_LIST, F(watches), .required = true, .min = 1,
	    .max = 24, .item = &settings_watch_table },
	{ "fill", CONF_CHOICE, F(fill), .choices = fills },
	{ "max_watch", CONF_DURATION, F(max_watch_ms), .min = HOUR,
	    .max = 7 * DAY },
	{ "anchor", CONF_STRING, F(anchor), .fallback = "2024-01-01",
	    .check = value_date },
	{ "waive", CONF_STRINGS, F(waive), .min = 0, .max = 64,
	    .check = value_waive },
	{ "layers", CONF_LIST, F(layers), .min = 0, .max = 16,
	    .item = &layer_table },
	{ NULL },
};
#undef F
const struct conf_table settings_rota_table = { "a rota", PLACED(rota),
	.fields = rota_fields };
