/* pages_names: evaluate and role pages take up a rename at different moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/pages_model.h"
#include "collector/pages_names.h"
#include "lib/text.h"

#define TREE(endpoint)                                                         \
	"site: { name: Kahu, url: \"https://status.kahu.example\" }\n"         \
	"people: [{ name: isla, zone: Europe/London, reach: [terminal 0s] "    \
	"}]\n"                                                                 \
	"channels: [{ kind: terminal }]\n"                                     \
	"ladders: [{ name: standard, levels: [{ call: person isla }] }]\n"     \
	"clients:\n"                                                           \
	"  - name: acme\n    sla: gold\n    zone: UTC\n"                       \
	"    endpoints: [{ " endpoint ", url: \"http://127.0.0.1/\" }]\n"

struct pages {
	struct settings *settings;
	struct pages_model *model;
};

/* What role pages has in its tree, before anything is read. */
static void
begin(struct pages *p, const char *tree)
{
	struct conf_errors errors = { 0 };

	p->settings = settings_from_text(tree, &errors);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		print_error("%s\n", c->text);
	assert_non_null(p->settings);
	p->model = pages_model_new(p->settings);
	pages_model_begin(p->model, PAGES_STATES);
}

static void
end(struct pages *p)
{
	pages_model_free(p->model);
	settings_free(p->settings);
}

static void
field(struct pages *p, const char *key, const char *name, const char *value)
{
	pages_model_field(p->model, PAGES_STATES, key, name, value,
	    strlen(value));
}

static void
state(struct pages *p, const char *key)
{
	field(p, "states", key, "{\"state\":\"up\",\"since\":5}");
}

/* From the first instant on. */
static void
renamed(struct pages *p, const char *key, const char *name)
{
	char value[100];

	text_format(value, sizeof(value), "[{\"from\":1,\"name\":\"%s\"}]",
	    name);
	field(p, "names", key, value);
}

static void
is_read(struct pages *p)
{
	pages_model_end(p->model, PAGES_STATES, true);
	assert_int_equal(pages_model_unreadable(p->model), 0);
}

/* The one of the tree has that record's state; NULL: none. */
static void
has_state_of(const struct pages *p, const char *endpoint, const char *key)
{
	const struct endpoint *e = settings_endpoint(p->settings, endpoint);
	const struct state_record *s = pages_state(&p->model->known, e);

	assert_string_equal(s != NULL ? s->key : "none",
	    key != NULL ? key : "none");
}

/* The record of that key is of this one of the tree; NULL: of none. */
static void
is_of(const struct pages *p, const char *key, const char *endpoint)
{
	const struct state_record *s = pages_state_of(&p->model->known, key);
	const struct endpoint *e;

	assert_non_null(s);
	e = pages_endpoint(p->model, s);
	assert_string_equal(e != NULL ? e->id : "none",
	    endpoint != NULL ? endpoint : "none");
}

static void
means(const struct pages *p, const char *name, const char *endpoint)
{
	const struct endpoint *e = pages_called(p->model, name);

	assert_string_equal(e != NULL ? e->id : "none",
	    endpoint != NULL ? endpoint : "none");
}

static void
test_nothing_was_renamed(void **unused)
{
	struct pages p;

	(void)unused;
	begin(&p, TREE("name: a"));
	state(&p, "acme/a");
	state(&p, "acme/gone");
	is_read(&p);
	has_state_of(&p, "acme/a", "acme/a");
	is_of(&p, "acme/a", "acme/a");
	is_of(&p, "acme/gone", NULL);
	assert_null(pages_state_of(&p.model->known, "acme/z"));
	means(&p, "acme/a", "acme/a");
	means(&p, "acme/z", NULL);
	end(&p);
}

/* Role pages has the new tree, evaluate not yet. */
static void
test_the_tree_says_a_rename_before_evaluate(void **unused)
{
	struct pages p;

	(void)unused;
	begin(&p, TREE("name: b, was: a"));
	state(&p, "acme/a");
	is_read(&p);
	has_state_of(&p, "acme/b", "acme/a");
	is_of(&p, "acme/a", "acme/b");
	means(&p, "acme/a", "acme/b");
	end(&p);
}

/* The other way round; and what has no state has none. */
static void
test_evaluate_has_renamed_before_the_tree_does(void **unused)
{
	struct pages p;

	(void)unused;
	begin(&p, TREE("name: a"));
	state(&p, "acme/a");
	renamed(&p, "acme/a", "acme/b");
	is_read(&p);
	has_state_of(&p, "acme/a", "acme/a");
	is_of(&p, "acme/a", "acme/a");
	means(&p, "acme/a", "acme/a");
	pages_model_begin(p.model, PAGES_STATES);
	is_read(&p);
	has_state_of(&p, "acme/a", NULL);
	end(&p);
}

static void
test_both_have_it(void **unused)
{
	struct pages p;

	(void)unused;
	begin(&p, TREE("name: b, was: a"));
	state(&p, "acme/a");
	renamed(&p, "acme/a", "acme/b");
	is_read(&p);
	has_state_of(&p, "acme/b", "acme/a");
	is_of(&p, "acme/a", "acme/b");
	means(&p, "acme/a", "acme/b");
	means(&p, "acme/b", "acme/b");
	end(&p);
}

/* a is called b and is gone from the tree; c is called a, which is in it. */
static void
test_a_name_that_is_somebody_elses_by_now(void **unused)
{
	struct pages p;

	(void)unused;
	begin(&p, TREE("name: a"));
	state(&p, "acme/a");
	state(&p, "acme/c");
	renamed(&p, "acme/a", "acme/b");
	renamed(&p, "acme/c", "acme/a");
	is_read(&p);
	has_state_of(&p, "acme/a", "acme/c");
	is_of(&p, "acme/c", "acme/a");
	is_of(&p, "acme/a", NULL);
	means(&p, "acme/c", "acme/a");
	means(&p, "acme/b", NULL);
	end(&p);
}

/* From a over b to c, of which the tree knows the last step alone. */
static void
test_a_rename_after_a_rename(void **unused)
{
	struct pages p;

	(void)unused;
	begin(&p, TREE("name: c, was: b"));
	state(&p, "acme/a");
	renamed(&p, "acme/a", "acme/b");
	is_read(&p);
	has_state_of(&p, "acme/c", "acme/a");
	is_of(&p, "acme/a", "acme/c");
	means(&p, "acme/a", "acme/c");
	end(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_was_renamed),
		cmocka_unit_test(test_the_tree_says_a_rename_before_evaluate),
		cmocka_unit_test(
		    test_evaluate_has_renamed_before_the_tree_does),
		cmocka_unit_test(test_both_have_it),
		cmocka_unit_test(test_a_name_that_is_somebody_elses_by_now),
		cmocka_unit_test(test_a_rename_after_a_rename),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
