/* settings: the files of a tree, its hash, the kept tree. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>

#include <cmocka.h>

#include "tests/unit/settings_folder.h"

/* Globs are sorted, files come in reading order, the first ladder stays. */
static void
test_includes(void **state)
{
	struct conf_errors errors = { 0 };
	struct folder f;
	struct settings *s;
	const char *order[] = { "sunwatch.yaml", "b.yaml", "z.yaml", "c-1.yaml",
		"c-2.yaml" };

	(void)state;
	begin(&f);
	put(&f, "sunwatch.yaml",
	    SITE AGENTS "canaries: \"https://zero.example\"\n"
			"include: [b.yaml, \"c-*.yaml\", \"none-*.yaml\"]\n");
	put(&f, "b.yaml",
	    "include: z.yaml\n"
	    "ladders: [ { name: b, levels: [ { call: person isla } ] } ]\n");
	put(&f, "z.yaml", PEOPLE LADDERS "canaries: \"https://one.example\"\n");
	put(&f, "c-2.yaml", "client: { name: two, zone: UTC, sla: gold }\n");
	put(&f, "c-1.yaml",
	    "clients: [ { name: one, zone: UTC, sla: gold } ]\n");
	s = sound(settings_load(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	assert_int_equal(s->files.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(((char **)s->files.items)[i],
		    in_folder(&f, order[i]));
	assert_string_equal(s->site.ladder->name, "b");
	assert_int_equal(s->clients.count, 2);
	assert_string_equal(((struct client *)s->clients.items)->name, "one");
	assert_int_equal(s->canaries.count, 2);
	settings_free(s);
	end(&f);
}

static void
test_wildcards_in_the_folder(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s;
	struct folder f;
	char path[64];

	(void)state;
	begin(&f);
	snprintf(path, sizeof(path), "%s/a[b]*", f.path);
	assert_int_equal(mkdir(path, 0700), 0);
	put(&f, "a[b]*/sunwatch.yaml", TREE "include: \"s*.yml\"\n");
	put(&f, "a[b]*/slas.yml", "slas: [ { name: a, guarantee: 9% } ]\n");
	s = sound(settings_load(in_folder(&f, "a[b]*/sunwatch.yaml"), &errors),
	    &errors);
	assert_int_equal(s->slas.count, 1);
	settings_free(s);
	unlink(in_folder(&f, "a[b]*/sunwatch.yaml"));
	unlink(in_folder(&f, "a[b]*/slas.yml"));
	assert_int_equal(rmdir(path), 0);
	end(&f);
}

/* The same tree elsewhere has the same hash; one letter makes another. */
static void
test_hash(void **state)
{
	struct conf_errors errors = { 0 };
	char hashes[3][65];
	struct folder f;
	struct settings *s;

	(void)state;
	for (int i = 0; i < 3; i++) {
		begin(&f);
		put(&f, "sunwatch.yaml", TREE "include: more.yaml\n");
		put(&f, "more.yaml", i < 2 ? "slas: []\n" : "slas: [ ]\n");
		s = sound(settings_load(in_folder(&f, "sunwatch.yaml"),
			      &errors),
		    &errors);
		memcpy(hashes[i], s->hash, sizeof(hashes[i]));
		settings_free(s);
		end(&f);
	}
	assert_int_equal(strlen(hashes[0]), 64);
	assert_string_equal(hashes[0], hashes[1]);
	assert_string_not_equal(hashes[0], hashes[2]);
}

/* The kept tree needs neither the files nor what held the secrets. */
static void
test_kept(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s, *kept;
	struct folder f, state_dir;
	struct stat st;
	const char *path;

	(void)state;
	begin(&f);
	begin(&state_dir);
	put(&f, "sunwatch.yaml",
	    TREE CLIENT "redis: { address: \"tcp:127.0.0.1:6379\", "
			"password: \"file:password\" }\ninclude: more.yaml\n");
	put(&f, "more.yaml", "slas:\n  - { name: gold, guarantee: 98% }\n");
	put(&f, "password", "s3cr\xc3\xa9t\n");
	s = sound(settings_load(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	end(&f);
	path = in_folder(&state_dir, "kept");
	put(&state_dir, "kept", "an older one, readable by all");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(settings_keep(s, path), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	kept = sound(settings_kept(SETTINGS_FOR_ALL, path, &errors), &errors);
	assert_string_equal(kept->hash, s->hash);
	assert_string_equal(kept->redis.password, "s3cr\xc3\xa9t");
	assert_int_equal(kept->files.count, 2);
	assert_string_equal(endpoint(kept, "acme/a")->url, "https://a.example");
	settings_free(s);
	/* And what was read back can be kept again. */
	assert_int_equal(settings_keep(kept, path), 0);
	settings_free(kept);
	kept = sound(settings_kept(SETTINGS_FOR_ALL, path, &errors), &errors);
	assert_string_equal(kept->redis.password, "s3cr\xc3\xa9t");
	settings_free(kept);
	end(&state_dir);
}

static void
test_keeping_fails_cleanly(void **state)
{
	static const char *const no_trees[] = { "", "{}", "[1]", "\xff",
		"{\"sunwatch_kept\": 2, \"files\": [], \"secrets\": {}}",
		"{\"sunwatch_kept\": 1, \"files\": [], \"secrets\": {}}",
		"{\"sunwatch_kept\": 1, \"files\": [1], \"secrets\": {}}" };
	struct conf_errors errors = { 0 };
	struct settings *s = from_text(TREE);
	struct folder f;
	DIR *dir;
	int left = 0;

	(void)state;
	begin(&f);
	assert_int_equal(settings_keep(s, in_folder(&f, "no/such")), -1);
	assert_int_equal(mkdir(in_folder(&f, "kept"), 0700), 0);
	assert_int_equal(settings_keep(s, in_folder(&f, "kept")), -1);
	assert_int_equal(rmdir(in_folder(&f, "kept")), 0);
	/* No half-written file is left lying about. */
	assert_non_null(dir = opendir(f.path));
	while (readdir(dir) != NULL)
		left++;
	closedir(dir);
	assert_int_equal(left, 2);
	for (size_t i = 0; i < sizeof(no_trees) / sizeof(no_trees[0]); i++) {
		put(&f, "kept", no_trees[i]);
		assert_null(settings_kept(SETTINGS_FOR_ALL,
		    in_folder(&f, "kept"), &errors));
		assert_int_equal(errors.list.count, 1);
		conf_errors_clear(&errors);
	}
	settings_free(s);
	end(&f);
}

/* oncall answers from a tree that check would refuse. */
static void
test_parse_is_lenient(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s;
	struct folder f;

	(void)state;
	begin(&f);
	put(&f, "sunwatch.yaml",
	    SITE "listen: { pages: \"192.0.2.1:80\" }\n"
		 "redis: { password: \"file:/nowhere\" }\n"
		 "people:\n  - { name: aroha, zone: UTC }\n"
		 "ladders:\n  - { name: a, levels: [ { call: person aroha } ] "
		 "}\n"
		 "client: { name: acme, zone: UTC, sla: gold, endpoints: [ "
		 "{ name: a, url: \"https://a.example\", quorum: 9 } ] }\n");
	assert_null(settings_load(in_folder(&f, "sunwatch.yaml"), &errors));
	assert_int_equal(errors.list.count, 4);
	conf_errors_clear(&errors);
	s = sound(settings_parse(in_folder(&f, "sunwatch.yaml"), &errors),
	    &errors);
	assert_null(s->redis.password);
	settings_free(s);
	put(&f, "sunwatch.yaml",
	    SITE "ladders:\n  - { name: a, levels: [ { call: person x } ] }\n");
	assert_null(settings_parse(in_folder(&f, "sunwatch.yaml"), &errors));
	assert_int_equal(errors.list.count, 1);
	conf_errors_clear(&errors);
	end(&f);
}

/* 250 endpoints for all and 20 for London, each with 32 long texts. */
static void
add_large_client(struct text *yaml)
{
	text_add(yaml,
	    "clients:\n"
	    "  - name: acme\n    sla: gold\n    zone: UTC\n"
	    "    endpoints:\n");
	for (int i = 0; i < 270; i++)
		text_addf(yaml,
		    "      - { name: e%d, url: \"http://a.example/%d\"%s }\n",
		    i, i, i < 20 ? ", quorum: 1, regions: [london]" : "");
	text_add(yaml, "defaults:\n  contains:\n");
	for (int i = 0; i < 32; i++)
		text_addf(yaml, "    - \"%02d %03900d\"\n", i, i);
}

/* What no agent could read is refused where the region's first agent stands. */
static void
test_a_plan_too_large(void **state)
{
	struct conf_errors errors = { 0 };
	const struct conf_complaint *c;
	struct text yaml = { 0 };
	struct folder f;

	(void)state;
	begin(&f);
	text_add(&yaml, TREE);
	add_large_client(&yaml);
	put(&f, "sunwatch.yaml", yaml.data);
	assert_null(settings_load(in_folder(&f, "sunwatch.yaml"), &errors));
	assert_int_equal(errors.list.count, 1);
	c = errors.list.items;
	assert_non_null(strstr(c->text,
	    ":4:28: region: the plan of \"london\" would have 270 endpoints "
	    "and 33 MiB, at most 100000 and 32; give some of them other "
	    "\"regions\""));
	conf_errors_clear(&errors);
	text_clear(&yaml);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_keeping_fails_cleanly),
		cmocka_unit_test(test_parse_is_lenient),
		cmocka_unit_test(test_wildcards_in_the_folder),
		cmocka_unit_test(test_a_plan_too_large),
	};

	return cmocka_run_group_tests_name("settings_files", tests, NULL, NULL);
}
