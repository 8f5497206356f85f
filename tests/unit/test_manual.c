/*
 * sunwatch.yaml(5) against the tables of settings, in both directions.
 *
 * The manual has a subsection for every table and in it an item for every
 * setting, in the tables' order, whose head says its type, limits and
 * default.  With "print" as argument the heads that ought to be there are
 * printed.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/settings.h"
#include "lib/settings_inside.h"
#include "lib/text.h"

#define TABLES_MAX 64

static const char manual[] = "docs/sunwatch.yaml.5";

static const char *const types[] = {
	[CONF_STRING] = "text",
	[CONF_NAME] = "name",
	[CONF_INT] = "number",
	[CONF_SIZE] = "size",
	[CONF_DURATION] = "duration",
	[CONF_PERCENT] = "percentage",
	[CONF_TIME] = "time of day",
	[CONF_ZONE] = "time zone",
	[CONF_BOOL] = "true or false",
	[CONF_SECRET] = "secret",
	[CONF_STRINGS] = "list of texts",
	[CONF_STRUCT] = "settings",
	[CONF_LIST] = "list",
	[CONF_CUSTOM] = "word",
	[CONF_RESERVED] = "reserved",
};

static void
add_type(struct text *out, const struct conf_field *f)
{
	const struct conf_choice *c = f->choices;

	if (f->type != CONF_CHOICE)
		text_add(out, types[f->type]);
	else
		for (; c->name != NULL; c++)
			text_addf(out, "%s%s", c == f->choices ? "" : " or ",
			    c->name);
	if (f->item != NULL)
		text_addf(out, ": %s", f->item->what);
}

static void
add_limits(struct text *out, const struct conf_field *f)
{
	char limits[80];

	if (f->min == 0 && f->max == 0)
		return;
	if (f->type == CONF_STRINGS || f->type == CONF_LIST) {
		text_addf(out, ", %" PRId64 " to %" PRId64, f->min, f->max);
		return;
	}
	conf_limits(f, limits, sizeof(limits));
	text_addf(out, ", %s", limits);
}

static void
add_head(struct text *out, const struct conf_field *f)
{
	text_addf(out, ".It Ic %s Pq ", f->key);
	add_type(out, f);
	add_limits(out, f);
	if (f->required)
		text_add(out, ", required");
	if (f->fallback != NULL)
		text_addf(out, ", default %s", f->fallback);
	text_add(out, "\n");
}

/* Every table once, a table before those it refers to. */
static void
add_table(struct text *out, const struct conf_table *table,
    const struct conf_table **done, size_t *count)
{
	const struct conf_field *f;

	for (size_t i = 0; i < *count; i++)
		if (done[i] == table)
			return;
	assert_in_range(*count, 0, TABLES_MAX - 1);
	done[(*count)++] = table;
	text_addf(out, ".Ss %s\n", table->what);
	for (f = table->fields; f->key != NULL; f++)
		if (f->type != CONF_INLINE)
			add_head(out, f);
	assert_in_range(f - table->fields, 1, 64); /* bits of "given" */
	for (f = table->fields; f->key != NULL; f++)
		if (f->item != NULL)
			add_table(out, f->item, done, count);
}

static char *
heads_of_tables(void)
{
	const struct conf_table *done[TABLES_MAX];
	struct text out = { 0 };
	size_t count = 0;

	add_table(&out, &settings_table, done, &count);
	return text_take(&out);
}

/* The lines of the manual that begin a subsection or a setting. */
static char *
heads_of_manual(void)
{
	FILE *fp = fopen(manual, "r");
	struct text out = { 0 };
	char *line = NULL;
	size_t room = 0;

	assert_non_null(fp);
	while (getline(&line, &room, fp) != -1)
		if (strncmp(line, ".Ss ", 4) == 0 ||
		    strncmp(line, ".It Ic ", 7) == 0)
			text_add(&out, line);
	free(line);
	fclose(fp);
	return text_take(&out);
}

static void
test_manual_has_every_setting(void **state)
{
	char *want = heads_of_tables(), *got = heads_of_manual();
	char *rest_want = want, *rest_got = got, *a, *b;

	(void)state;
	do {
		a = strsep(&rest_want, "\n");
		b = strsep(&rest_got, "\n");
		assert_string_equal(b != NULL ? b : "(end)",
		    a != NULL ? a : "(end)");
	} while (a != NULL && b != NULL);
	free(want);
	free(got);
}

/* An item without a word of explanation explains nothing. */
static void
test_every_setting_is_explained(void **state)
{
	FILE *fp = fopen(manual, "r");
	char *line = NULL, head[200] = "";
	size_t room = 0;

	(void)state;
	assert_non_null(fp);
	while (getline(&line, &room, fp) != -1) {
		if (head[0] != '\0' && line[0] == '.' &&
		    (strncmp(line, ".It", 3) == 0 ||
			strncmp(line, ".El", 3) == 0))
			fail_msg("not explained: %s", head);
		head[0] = '\0';
		if (strncmp(line, ".It Ic ", 7) == 0)
			text_copy(head, sizeof(head), line);
	}
	free(line);
	fclose(fp);
}

/* What the example needs around it. */
static const char around[] =
    "site: { name: Kahu, url: \"https://status.kahu.example\" }\n"
    "people: [ { name: moana, zone: Pacific/Auckland, reach: terminal } ]\n"
    "ladders: [ { name: a, levels: [ { call: person moana } ] } ]\n"
    "platforms: [ { name: cluster-akl-2 } ]\n";

static void
test_the_example_loads(void **state)
{
	FILE *fp = fopen(manual, "r");
	struct conf_errors errors = { 0 };
	struct text yaml = { 0 };
	struct settings *s;
	bool inside = false;
	char *line = NULL;
	size_t room = 0;

	(void)state;
	assert_non_null(fp);
	text_add(&yaml, around);
	while (getline(&line, &room, fp) != -1) {
		inside = inside && strncmp(line, ".Ed", 3) != 0;
		if (inside)
			text_add(&yaml, line);
		inside = inside || strncmp(line, ".Bd -literal", 12) == 0;
	}
	fclose(fp);
	free(line);
	s = settings_from_text(yaml.data, &errors);
	assert_int_equal(errors.list.count, 0);
	assert_non_null(settings_endpoint(s, "acme/learn"));
	settings_free(s);
	text_clear(&yaml);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_manual_has_every_setting),
		cmocka_unit_test(test_every_setting_is_explained),
		cmocka_unit_test(test_the_example_loads),
	};
	char *heads;

	if (argc == 2 && strcmp(argv[1], "print") == 0) {
		heads = heads_of_tables();
		fputs(heads, stdout);
		free(heads);
		return 0;
	}
	return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
