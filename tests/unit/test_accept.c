/* test_accept: a start never refuses while there is an accepted tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/accept.h"
#include "lib/text.h"

static char folder[64], conf[128], kept[128];

static void
write_tree(const char *name, const char *more)
{
	FILE *f = fopen(conf, "w");

	assert_non_null(f);
	fprintf(f,
	    "site: { name: %s, url: \"https://s.example\", state_dir: \"%s\","
	    " operations_ladder: standard, last_resort: [aroha],"
	    " links: \"https://p.example\" }\n"
	    "redis: unix:/tmp/none.sock\n"
	    "people:\n  - { name: aroha, zone: Pacific/Auckland, email: "
	    "a@s.example, reach: [terminal 0s] }\n"
	    "ladders:\n  - { name: standard, levels: [{ call: person aroha }]"
	    " }\n%s",
	    name, folder, more);
	fclose(f);
}

static int
make_folder(void **state)
{
	(void)state;
	text_copy(folder, sizeof(folder), "/tmp/sunwatch-test-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	text_format(conf, sizeof(conf), "%s/sunwatch.yaml", folder);
	text_format(kept, sizeof(kept), "%s/test.accepted", folder);
	unsetenv("STATE_DIRECTORY");
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(conf);
	unlink(kept);
	return rmdir(folder);
}

static void
expect_site(struct settings *s, const char *name)
{
	assert_non_null(s);
	assert_string_equal(s->site.name, name);
	settings_free(s);
}

static void
a_broken_tree_is_replaced_by_the_accepted_one(void **state)
{
	struct stat st;

	(void)state;
	write_tree("first", "");
	expect_site(accept_at_start(conf, "test"), "first");
	assert_int_equal(stat(kept, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	write_tree("second", "nonsense: 7\n");
	expect_site(accept_at_start(conf, "test"), "first");
	assert_null(accept_reload(conf, "test"));
	write_tree("second", "}}} this is no YAML");
	expect_site(accept_at_start(conf, "test"), "first");
	write_tree("third", "");
	expect_site(accept_reload(conf, "test"), "third");
	write_tree("fourth", "nonsense: 7\n");
	expect_site(accept_at_start(conf, "test"), "third");
}

static void
a_tree_that_has_gone_is_found_by_its_state_directory(void **state)
{
	(void)state;
	write_tree("first", "");
	expect_site(accept_at_start(conf, "test"), "first");
	unlink(conf);
	setenv("STATE_DIRECTORY", folder, 1);
	expect_site(accept_at_start(conf, "test"), "first");
	unsetenv("STATE_DIRECTORY");
	write_tree("first", ""); /* for the tear-down */
}

static void
nothing_accepted_is_nothing(void **state)
{
	(void)state;
	write_tree("first", "nonsense: 7\n");
	assert_null(accept_at_start(conf, "test"));
	assert_int_equal(access(kept, F_OK), -1);
}

/* One person's watch of 24 hours, and over every night. */
#define ALONE                                                                  \
	"rotas:\n  - { name: support, watches: [{ zone: Pacific/Auckland,"     \
	" takes_over: \"08:00\", people: [aroha] }] }\n"

static void
a_rota_that_is_not_proven_is_not_taken(void **state)
{
	struct conf_errors errors = { 0 };
	const struct conf_complaint *first;

	(void)state;
	write_tree("first", ALONE);
	assert_null(accept_check(conf, &errors));
	assert_true(errors.list.count > 0);
	first = errors.list.items;
	assert_non_null(strstr(first->text, "sunwatch.yaml:"));
	assert_non_null(strstr(first->text, "rota support: 20"));
	conf_errors_clear(&errors);
	assert_null(accept_reload(conf, "test"));
	/* A start takes it all the same, if there is nothing better. */
	expect_site(accept_at_start(conf, "test"), "first");
	assert_int_equal(access(kept, F_OK), -1);
	write_tree("second", "");
	expect_site(accept_at_start(conf, "test"), "second");
	write_tree("third", ALONE);
	expect_site(accept_at_start(conf, "test"), "second");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_broken_tree_is_replaced_by_the_accepted_one),
		TEST(a_tree_that_has_gone_is_found_by_its_state_directory),
		TEST(nothing_accepted_is_nothing),
		TEST(a_rota_that_is_not_proven_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
