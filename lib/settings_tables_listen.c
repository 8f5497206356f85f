/* Where programs listen: see settings_tables.c. */
#include <stddef.h>

#include "lib/settings_fields.h"
#include "lib/settings_inside.h"

#define LISTEN_LIMITS                                                          \
	{ "connections", CONF_INT, OF(listen, connections), .fallback = "100", \
		.min = 1, .max = 1000 },                                       \
	{                                                                      \
		"rate", CONF_INT, OF(listen, rate), .fallback = "100",         \
						    .min = 1, .max = 100000    \
	}
#define LISTEN(port)                                                           \
	{                                                                      \
		{ "address", CONF_STRING, OF(listen, address),                 \
			.fallback = "127.0.0.1:" port,                         \
			.check = value_listen },                               \
		    { "certificate", CONF_STRING, OF(listen, certificate) },   \
		    { "key", CONF_STRING, OF(listen, key) }, LISTEN_LIMITS,    \
		    { NULL },                                                  \
	}
static const struct conf_field listen_agents_fields[] = LISTEN("8443");
static const struct conf_field listen_pages_fields[] = LISTEN("8080");
static const struct conf_field listen_pager_fields[] = LISTEN("8081");
static const struct conf_field listen_metrics_fields[] = {
	{ "address", CONF_STRING, OF(listen, address), .required = true,
	    .check = value_listen },
	{ "certificate", CONF_STRING, OF(listen, certificate) },
	{ "key", CONF_STRING, OF(listen, key) },
	{ "token", CONF_SECRET, OF(listen, token),
	    .for_whom = SETTINGS_FOR_PAGES },
	LISTEN_LIMITS,
	{ NULL },
};
/* Many senders may stand behind one address, and none is to be kept out. */
static const struct conf_field listen_alerts_fields[] = {
	{ "address", CONF_STRING, OF(listen, address), .required = true,
	    .check = value_listen },
	{ "certificate", CONF_STRING, OF(listen, certificate) },
	{ "key", CONF_STRING, OF(listen, key) },
	{ "connections", CONF_INT, OF(listen, connections), .fallback = "500",
	    .min = 1, .max = 1000 },
	{ "rate", CONF_INT, OF(listen, rate), .fallback = "100", .min = 1,
	    .max = 100000 },
	{ NULL },
};
static const struct conf_table listen_agents_table = { "where agents connect",
	PLAIN(listen), .fields = listen_agents_fields, .shorthand = "address" };
static const struct conf_table listen_pages_table = {
	"where status pages are served", PLAIN(listen),
	.fields = listen_pages_fields, .shorthand = "address"
};
static const struct conf_table listen_pager_table = { "where links are served",
	PLAIN(listen), .fields = listen_pager_fields, .shorthand = "address" };
static const struct conf_table listen_metrics_table = {
	"where metrics are served", PLAIN(listen),
	.fields = listen_metrics_fields, .shorthand = "address"
};

static const struct conf_field listen_console_fields[] = {
	{ "address", CONF_STRING, OF(listen, address), .required = true,
	    .check = value_listen },
	{ "certificate", CONF_STRING, OF(listen, certificate) },
	{ "key", CONF_STRING, OF(listen, key) },
	LISTEN_LIMITS,
	{ NULL },
};
static const struct conf_table listen_console_table = {
	"where the console is served", PLAIN(listen),
	.fields = listen_console_fields, .shorthand = "address"
};
static const struct conf_table listen_alerts_table = { "where alerts are taken",
	PLAIN(listen), .fields = listen_alerts_fields, .shorthand = "address" };

/* The six stand side by side in struct settings. */
#define F(member)                                                              \
	.offset = offsetof(struct settings, member) -                          \
	    offsetof(struct settings, listen_agents)
static const struct conf_field listen_fields[] = {
	{ "agents", CONF_STRUCT, F(listen_agents),
	    .item = &listen_agents_table },
	{ "pages", CONF_STRUCT, F(listen_pages), .item = &listen_pages_table },
	{ "pager", CONF_STRUCT, F(listen_pager), .item = &listen_pager_table },
	{ "metrics", CONF_STRUCT, F(listen_metrics),
	    .item = &listen_metrics_table },
	{ "alerts", CONF_STRUCT, F(listen_alerts),
	    .item = &listen_alerts_table },
	{ "console", CONF_STRUCT, F(listen_console),
	    .item = &listen_console_table },
	{ NULL },
};
#undef F
const struct conf_table settings_listen_table = { "listen",
	.size = 6 * sizeof(struct listen), .fields = listen_fields,
	.place_offset = CONF_NONE, .given_offset = CONF_NONE };
