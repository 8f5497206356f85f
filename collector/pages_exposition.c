/* pages_exposition: see pages_exposition.h. */
#include <inttypes.h>

#include "collector/pages_exposition.h"

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
