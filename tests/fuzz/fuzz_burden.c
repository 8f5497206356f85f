/*
 * fuzz_burden: the pager's journal and records of watches that have been, as
 * "sunwatch load" reads them: whatever they say, the report adds up.
 *
 * Each line is one of the journal; one that begins with "past " is a field and
 * its value.
 */
#include "pager/burden.h"
#include "tests/fuzz/fuzz_tree.h"

#define PAST "past "

static void
read_past(struct burden *b, const char *line, size_t n)
{
	size_t cut = 0;
	char *field;

	while (cut < n && line[cut] != ' ')
		cut++;
	field = mem_alloc(cut + 1);
	memcpy(field, line, cut);
	(void)burden_past(b, field, line + cut, n - cut);
	free(field);
}

static void
adds_up(const json_t *report)
{
	const json_t *one, *take;
	size_t i;

	json_array_foreach(json_object_get(report, "people"), i, one)
	{
		json_int_t pages =
		    json_integer_value(json_object_get(one, "pages"));

		take = json_object_get(one, "take");
		must(json_integer_value(json_object_get(one, "night_pages")) <=
		    pages);
		must(json_integer_value(json_object_get(take, "known")) <=
		    pages);
		must(json_integer_value(json_object_get(take, "median_ms")) <=
		    json_integer_value(json_object_get(take, "max_ms")));
	}
	json_array_foreach(json_object_get(report, "watches"), i, one)
	{
		must(json_integer_value(json_object_get(one, "incidents")) <=
		    json_integer_value(json_object_get(one, "pages")));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct burden_period period = { 1, 1800000000000, 50 };
	char *text = fuzz_text(data, size), *line = text;
	struct settings *s = fuzz_settings();
	struct burden *b = burden_new(s, &period);
	json_t *report;

	while (*line != '\0') {
		size_t n = strcspn(line, "\n");

		if (strncmp(line, PAST, strlen(PAST)) == 0)
			read_past(b, line + strlen(PAST), n - strlen(PAST));
		else
			(void)burden_line(b, line, n);
		line += n + (line[n] != '\0');
	}
	burden_since(b, settings_rota(s, "support"), NULL, 0, 900000000);
	report = burden_report(b, NULL);
	adds_up(report);
	json_decref(report);
	burden_free(b);
	free(text);
	return 0;
}
