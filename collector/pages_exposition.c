/* pages_exposition: see pages_exposition.h. */
#include <inttypes.h>

#include "collector/pages_exposition.h"

#define REFUSED "sunwatch_listener_refused_total"

void
exposition_label(struct text *t, const char *name, const char *value)
{
	text_add(t, name);
	text_add(t, "=\"");
	for (; *value != '\0'; value++)
		if (*value == '\\' || *value == '"')
			text_addf(t, "\\%c", *value);
		else if (*value == '\n')
			text_add(t, "\\n");
		else
			text_add_bytes(t, value, 1);
	text_add(t, "\"");
}

void
exposition_family(struct text *t, const char *name, const char *kind,
    const char *help)
{
	text_addf(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

void
exposition_us(struct text *t, int64_t us)
{
	text_addf(t, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

void
exposition_ms(struct text *t, int64_t ms)
{
	text_addf(t, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
}

void
exposition_refusals(struct text *t)
{
	exposition_family(t, REFUSED, "counter",
	    "Connections, requests and event streams refused for want of room "
	    "or as too many of an address.");
}

void
exposition_refused(struct text *t, const char *listener, const char *limit,
    uint64_t count)
{
	text_add(t, REFUSED "{");
	exposition_label(t, "listener", listener);
	text_add(t, ",");
	exposition_label(t, "limit", limit);
	text_addf(t, "} %" PRIu64 "\n", count);
}
