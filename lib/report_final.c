/* report_final: see the header. */
#include <stdlib.h>
#include <string.h>

#include "lib/civil.h"
#include "lib/record.h"
#include "lib/report_final.h"
#include "lib/report_say.h"
#include "lib/report_table.h"

#define WORDS_MAX 40 /* lines; what is more is counted */

/* Figures that are said in words; all others are only listed. */
static const struct {
	const char *key, *name, *unit;
} spoken[] = {
	{ "verdict", "the verdict", "" },
	{ "uptime", "uptime", " %" },
	{ "coverage", "coverage", " %" },
	{ "service_s", "service time", " s" },
	{ "maintenance_s", "excluded as maintenance", " s" },
	{ "excluded_s", "excluded otherwise", " s" },
	{ "unknown_s", "not seen", " s" },
	{ "total_s", "the time that counts", " s" },
	{ "down_s", "down", " s" },
	{ "credit", "the credit", " %" },
};
#define SPOKEN (sizeof(spoken) / sizeof(spoken[0]))

static void
add_value(struct text *t, const json_t *value, const char *unit)
{
	if (json_is_string(value))
		text_addf(t, "%.60s%s", json_string_value(value), unit);
	else if (json_is_integer(value))
		text_addf(t, "%lld%s", (long long)json_integer_value(value),
		    unit);
	else
		text_add(t, "not said");
}

/* "figures.parts[1].down_s": "part 2: "; NULL: it is not said in words. */
static const char *
place_of(const char *path, char out[40])
{
	char *end;

	out[0] = '\0';
	if (strcmp(path, "figures.verdict") == 0)
		return path + strlen("figures.");
	if (strcmp(path, "figures.sum.verdict") == 0)
		return NULL; /* the same */
	if (strncmp(path, "figures.sum.", 12) == 0)
		return path + 12;
	if (strncmp(path, "figures.parts[", 14) != 0)
		return NULL;
	text_format(out, 40, "part %lu: ", strtoul(path + 14, &end, 10) + 1);
	return strncmp(end, "].", 2) == 0 ? end + 2 : NULL;
}

/* "part 2: down was 1800 s, is 2400 s"; false: not in words. */
static bool
say(const json_t *difference, struct text *t)
{
	const char *path = record_string(difference, "path");
	char place[40];
	const char *key = place_of(path, place);

	for (size_t i = 0; key != NULL && i < SPOKEN; i++) {
		if (strcmp(key, spoken[i].key) != 0)
			continue;
		text_addf(t, "%s%s was ", place, spoken[i].name);
		add_value(t, json_object_get(difference, "stands"),
		    spoken[i].unit);
		text_add(t, ", is ");
		add_value(t, json_object_get(difference, "should_be"),
		    spoken[i].unit);
		return true;
	}
	return false;
}

static json_t *
words_of(json_t *differences)
{
	json_t *words = json_array(), *d;
	size_t i, more = 0;

	json_array_foreach(differences, i, d)
	{
		struct text t = { 0 };

		if (json_array_size(words) < WORDS_MAX && say(d, &t))
			json_array_append_new(words, json_string(t.data));
		else
			more++;
		text_clear(&t);
	}
	if (more > 0)
		json_array_append_new(words,
		    json_sprintf("%zu more figures differ", more));
	return words;
}

static json_t *
final_of(int64_t version, int64_t from_ms, const char *hash,
    json_t *differences)
{
	json_t *words = words_of(differences);

	return json_pack("{s:I, s:o, s:s?, s:o, s:o}", "version",
	    (json_int_t)version, "from", report_instant(from_ms), "replaces",
	    hash, "differences", differences, "words", words);
}

json_t *
report_final_first(int64_t from_ms)
{
	return final_of(1, from_ms, NULL, json_array());
}

json_t *
report_final_next(const struct report *before, const char *hash,
    const struct report *now, int64_t from_ms)
{
	json_t *should = report_figures(now);
	json_t *final = final_of(report_final_version(before) + 1, from_ms,
	    hash, report_differences_of(before->stated, should));

	json_decref(should);
	return final;
}

bool
report_final_is_same(const struct report *before, const struct report *now)
{
	json_t *a = report_figures(before), *b = report_figures(now);
	bool same = json_equal(a, b);

	json_decref(a);
	json_decref(b);
	return same;
}

int64_t
report_final_version(const struct report *r)
{
	return record_int(r->final, "version", 0);
}

static void
add_final(const struct report *r, struct text *t)
{
	const char *from = record_string(r->final, "from");
	const char *replaces = record_string(r->final, "replaces");
	char full[64];
	int64_t at_ms;

	text_addf(t, "Final, version %lld", (long long)report_final_version(r));
	if (from != NULL && civil_parse(from, &at_ms)) {
		civil_full(r->facts.zone, at_ms, full, sizeof(full));
		text_addf(t, "; final from %s on", full);
	}
	if (replaces != NULL)
		text_addf(t, "; replaces the report %.64s", replaces);
}

void
report_final_standing(const struct report *r, struct text *t)
{
	char full[64];

	if (r->final != NULL)
		add_final(r, t);
	else if (r->preliminary_ms != 0) {
		civil_full(r->facts.zone, r->preliminary_ms, full,
		    sizeof(full));
		text_addf(t, "Preliminary; final from %s on", full);
	}
	report_say_left(&r->facts, t);
}

size_t
report_final_words_count(const struct report *r)
{
	return json_array_size(json_object_get(r->final, "words"));
}

const char *
report_final_word(const struct report *r, size_t i)
{
	const char *word = json_string_value(
	    json_array_get(json_object_get(r->final, "words"), i));

	return word != NULL ? word : "?";
}
