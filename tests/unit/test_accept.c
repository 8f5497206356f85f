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
#include "lib/plan.h"
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
	assert_null(accept_reload(conf, "test", NULL));
	write_tree("second", "}}} this is no YAML");
	expect_site(accept_at_start(conf, "test"), "first");
	write_tree("third", "");
	expect_site(accept_reload(conf, "test", NULL), "third");
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
	assert_non_null(
	    strstr(first->text, ":5: rota support: aroha is on watch from 20"));
	conf_errors_clear(&errors);
	assert_null(accept_reload(conf, "test", NULL));
	/* A start takes it all the same, if there is nothing better. */
	expect_site(accept_at_start(conf, "test"), "first");
	assert_int_equal(access(kept, F_OK), -1);
	/* The auditor of a pager that was never given a better one ended. */
	expect_site(accept_beside(conf, folder, "test"), "first");
	write_tree("second", "");
	expect_site(accept_at_start(conf, "test"), "second");
	write_tree("third", ALONE);
	expect_site(accept_at_start(conf, "test"), "second");
}

/* What stands in the kept tree of a program. */
static char *
kept_by(const char *program)
{
	char path[128], *data = mem_alloc(8192);
	FILE *f;

	text_format(path, sizeof(path), "%s/%s.accepted", folder, program);
	f = fopen(path, "r");
	assert_non_null(f);
	data[fread(data, 1, 8191, f)] = '\0';
	fclose(f);
	unlink(path);
	return data;
}

#define SECRETS                                                                \
	"channels:\n  - { kind: mail, server: \"smtp://127.0.0.1:25\","        \
	" from: a@s.example, user: u, password: \"env:OF_MAIL\" }\n"           \
	"agents:\n  - { name: a, region: r, token_sha256: "                    \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }\n" \
	"listen: { metrics: { address: \"127.0.0.1:1\","                       \
	" token: \"env:OF_PAGES\" } }\n"                                       \
	"clients:\n  - { name: acme, sla: gold, zone: UTC, status_page:"       \
	" { access: token, token: \"env:OF_PAGES\" }, endpoints: [{ name: x,"  \
	" url: \"https://x.example/\", quorum: 1 }] }\n"

#define OF_PAGER (1U << 0)
#define OF_MAIL (1U << 1)
#define OF_PAGES (1U << 2)

static void
write_secret_tree(void)
{
	write_tree("first, link_secret: \"env:OF_PAGER\"", SECRETS);
}

static void
give(unsigned which)
{
	unsetenv("OF_PAGER");
	unsetenv("OF_MAIL");
	unsetenv("OF_PAGES");
	if (which & OF_PAGER)
		setenv("OF_PAGER", "of-pager", 1);
	if (which & OF_MAIL)
		setenv("OF_MAIL", "of-mail", 1);
	if (which & OF_PAGES)
		setenv("OF_PAGES", "of-pages", 1);
}

static unsigned
in_settings(const struct settings *s)
{
	const struct client *c = s->clients.items;
	const struct channel_settings *mail = settings_channel(s, CHANNEL_MAIL);

	assert_int_equal(c->status_page.token != NULL,
	    s->listen_metrics.token != NULL);
	return (s->site.link_secret != NULL ? OF_PAGER : 0) |
	    (mail->password != NULL ? OF_MAIL : 0) |
	    (c->status_page.token != NULL ? OF_PAGES : 0);
}

static unsigned
in_kept(const char *program)
{
	char *text = kept_by(program);
	unsigned found = (strstr(text, "of-pager") != NULL ? OF_PAGER : 0) |
	    (strstr(text, "of-mail") != NULL ? OF_MAIL : 0) |
	    (strstr(text, "of-pages") != NULL ? OF_PAGES : 0);

	free(text);
	return found;
}

/*
 * A program neither reads nor keeps the secrets of another one.  The mail
 * account is the pager's and, for the agents' own words to the last resort,
 * the collector's, which makes their plans.
 */
static void
each_gets_to_know_its_own_secrets(void **state)
{
	static const struct {
		const char *program;
		unsigned knows;
	} rows[] = { { "pager", OF_PAGER | OF_MAIL }, { "pages", OF_PAGES },
		{ "collector", OF_MAIL } };
	struct conf_errors errors = { 0 };

	(void)state;
	write_secret_tree();
	assert_null(accept_check(conf, &errors)); /* which reads them all */
	assert_int_equal(errors.list.count, 4);
	conf_errors_clear(&errors);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct settings *s;

		for (unsigned bit = 1; bit <= OF_PAGES; bit <<= 1) {
			give(rows[i].knows & ~bit);
			s = accept_reload(conf, rows[i].program, NULL);
			assert_int_equal(s == NULL,
			    rows[i].knows & bit ? 1 : 0);
			settings_free(s);
		}
		give(rows[i].knows);
		s = accept_reload(conf, rows[i].program, NULL);
		assert_non_null(s);
		assert_int_equal(in_settings(s), rows[i].knows);
		settings_free(s);
		/* A start from the kept tree needs no others, either. */
		write_tree("broken", "nonsense: 7\n");
		give(0);
		expect_site(accept_at_start(conf, rows[i].program), "first");
		write_secret_tree();
		assert_int_equal(in_kept(rows[i].program), rows[i].knows);
	}
}

/* So an agent can log in where the mail server wants that of everybody. */
static void
the_plan_has_the_mail_account(void **state)
{
	struct settings *s;
	struct plan *p;

	(void)state;
	write_secret_tree();
	give(OF_MAIL);
	s = accept_reload(conf, "collector", NULL);
	assert_non_null(s);
	p = plan_for(s, "a");
	assert_string_equal(p->mail_user, "u");
	assert_string_equal(p->mail_password, "of-mail");
	plan_free(p);
	settings_free(s);
	give(0);
	free(kept_by("collector"));
}

/* Where records are depends on it: a start must not change it, either. */
static void
another_number_of_shards_is_not_taken(void **state)
{
	struct settings *s;

	(void)state;
	write_tree("first", "shards: 2\n");
	expect_site(accept_at_start(conf, "test"), "first");
	write_tree("second", "shards: 3\n");
	assert_null(accept_reload(conf, "test", NULL));
	for (int start = 0; start < 2; start++) {
		s = accept_at_start(conf, "test");
		assert_non_null(s);
		assert_int_equal(s->shards, 2);
		expect_site(s, "first");
	}
	write_tree("third", "shards: 2\n");
	expect_site(accept_at_start(conf, "test"), "third");
	/* Of one that runs nothing needs to be read to know it. */
	s = accept_at_start(conf, "test");
	unlink(kept);
	write_tree("fourth", "shards: 3\n");
	assert_null(accept_reload(conf, "test", s));
	assert_int_equal(access(kept, F_OK), -1);
	write_tree("fifth", "shards: 2\n");
	expect_site(accept_reload(conf, "test", s), "fifth");
	settings_free(s);
}

/* Under systemd each has its own folder, whatever the tree says. */
static void
the_state_directory_stands_in(void **state)
{
	char other[80];
	struct settings *s;

	(void)state;
	text_format(other, sizeof(other), "%s/other", folder);
	assert_int_equal(mkdir(other, 0700), 0);
	write_tree("first", "");
	text_format(kept, sizeof(kept), "%s/test.accepted", other);
	setenv("STATE_DIRECTORY", other, 1);
	s = accept_at_start(conf, "test");
	assert_string_equal(s->site.state_dir, other);
	settings_free(s);
	assert_int_equal(access(kept, F_OK), 0);
	unsetenv("STATE_DIRECTORY");
	unlink(kept);
	rmdir(other);
}

/* What a daemon looks at only when it starts, and nothing else. */
static void
what_waits_for_a_restart_is_known(void **state)
{
	static char here[] = "unix:/run/redis.sock", there[] = "unix:/redis";
	static char word[] = "secret", none[] = "";
	struct settings was = { .redis = { .address = here } }, is = was;

	(void)state;
	assert_false(accept_wants_restart(&was, &is));
	is.redis.password = none;
	is.site.name = word;
	assert_false(accept_wants_restart(&was, &is));
	is.redis.password = word;
	assert_true(accept_wants_restart(&was, &is));
	is = was;
	is.redis.address = there;
	assert_true(accept_wants_restart(&was, &is));
	is = was;
	is.redis.wait_replicas = 1;
	assert_true(accept_wants_restart(&was, &is));
	is = was;
	is.site.state_dir = there;
	assert_true(accept_wants_restart(&was, &is));
	is = was;
	is.redis.ca_file = there;
	assert_true(accept_wants_restart(&was, &is));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_broken_tree_is_replaced_by_the_accepted_one),
		TEST(a_tree_that_has_gone_is_found_by_its_state_directory),
		TEST(nothing_accepted_is_nothing),
		TEST(each_gets_to_know_its_own_secrets),
		TEST(the_plan_has_the_mail_account),
		TEST(another_number_of_shards_is_not_taken),
		TEST(the_state_directory_stands_in),
		TEST(what_waits_for_a_restart_is_known),
		TEST(a_rota_that_is_not_proven_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
