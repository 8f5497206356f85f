/* conf: secrets, from wherever they are read, and files that are none. */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/conf_thing.h"

static void
put(const char *path, const char *text)
{
	FILE *fp = fopen(path, "w");

	assert_non_null(fp);
	assert_true(fputs(text, fp) >= 0);
	assert_int_equal(fclose(fp), 0);
}

/* One secret from each kind of place, and one relative to its file. */
static void
test_secrets(void **state)
{
	char folder[] = "/tmp/test_conf_XXXXXX", text[200], path[100];
	struct conf_errors errors = { 0 };
	struct thing t;
	char full[100];
	const char *from[] = { full, "env:TEST_CONF_SECRET", "cred:password",
		"file:password" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(full, sizeof(full), "file:%s/password", folder);
	snprintf(path, sizeof(path), "%s/password", folder);
	put(path, "correct horse\r\n");
	setenv("TEST_CONF_SECRET", "correct horse", 1);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	snprintf(path, sizeof(path), "%s/f.yaml", folder);
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		snprintf(text, sizeof(text), "secret: \"%s\"\n", from[i]);
		put(path, text);
		assert_int_equal(conf_load(path, &thing_table, &t, &errors), 0);
		assert_string_equal(t.secret, "correct horse");
		conf_clear(&thing_table, &t);
	}
	unsetenv("TEST_CONF_SECRET");
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(path);
	snprintf(path, sizeof(path), "%s/password", folder);
	unlink(path);
	rmdir(folder);
}

/* With this in TEST_CONF_SECRET; complaint: what is said of it. */
static void
load_secret(const char *secret, const char *text, const char *complaint,
    struct thing *t)
{
	char got[1000];

	setenv("TEST_CONF_SECRET", secret, 1);
	load(text, t, got, sizeof(got));
	unsetenv("TEST_CONF_SECRET");
	assert_string_equal(got, complaint);
}

/* Several lines only where they are meant. */
static void
test_a_secret_of_several_lines(void **state)
{
	struct thing t;

	(void)state;
	load_secret("one\ntwo\n", "pem: env:TEST_CONF_SECRET", "", &t);
	assert_string_equal(t.pem, "one\ntwo");
	conf_clear(&thing_table, &t);
	load_secret("one\ntwo\n",
	    "pem: env:TEST_CONF_SECRET\nsecret: env:TEST_CONF_SECRET",
	    "f:2:9: secret: \"env:TEST_CONF_SECRET\": the secret contains "
	    "control characters\n",
	    &t);
	assert_null(t.secret);
	conf_clear(&thing_table, &t);
	load_secret("one\ttwo", "pem: env:TEST_CONF_SECRET",
	    "f:1:6: pem: \"env:TEST_CONF_SECRET\": the secret contains "
	    "control characters\n",
	    &t);
	assert_null(t.pem);
	conf_clear(&thing_table, &t);
}

/*
 * Neither a plan nor the kept tree can hold it: agents would write without a
 * password, and a start with a broken tree would find none.
 */
static void
test_a_secret_that_is_no_text(void **state)
{
	struct thing t;

	(void)state;
	load_secret("caf\xe9", "secret: env:TEST_CONF_SECRET",
	    "f:1:9: secret: \"env:TEST_CONF_SECRET\": the secret is not plain "
	    "UTF-8\n",
	    &t);
	assert_null(t.secret);
	conf_clear(&thing_table, &t);
	load_secret("caf\xc3\xa9", "secret: env:TEST_CONF_SECRET", "", &t);
	assert_string_equal(t.secret, "caf\xc3\xa9");
	conf_clear(&thing_table, &t);
}

/* Written inline, a secret is refused and never repeated. */
static void
test_inline_secret_is_not_shown(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	load("secret: hunter2", &t, got, sizeof(got));
	assert_null(strstr(got, "hunter2"));
	assert_non_null(strstr(got, "never written here"));
	assert_null(t.secret);
	conf_clear(&thing_table, &t);
}

/* What is no regular file is not waited for. */
static void
test_odd_files(void **state)
{
	char folder[] = "/tmp/test_conf_XXXXXX", path[100];
	struct conf_errors errors = { 0 };
	const struct conf_complaint *c;
	struct thing t;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(conf_load(path, &thing_table, &t, &errors), -1);
	c = errors.list.items;
	assert_non_null(strstr(c->text, ":1:1: not a regular file"));
	conf_errors_clear(&errors);
	unlink(path);
	assert_int_equal(conf_load(path, &thing_table, &t, &errors), -1);
	c = errors.list.items;
	assert_non_null(strstr(c->text, "No such file or directory"));
	conf_errors_clear(&errors);
	put(path, "");
	assert_int_equal(truncate(path, CONF_FILE_MAX + 1), 0);
	assert_int_equal(conf_load(path, &thing_table, &t, &errors), -1);
	c = errors.list.items;
	assert_non_null(strstr(c->text, "the file is too large"));
	conf_errors_clear(&errors);
	unlink(path);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_a_secret_of_several_lines),
		cmocka_unit_test(test_a_secret_that_is_no_text),
		cmocka_unit_test(test_inline_secret_is_not_shown),
		cmocka_unit_test(test_odd_files),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
