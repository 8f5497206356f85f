/* scope: whom a command is about. */
#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "collector/scope.h"
#include "lib/text.h"
#include "tests/unit/one_tree.h"

#define CLIENT(name)                                                           \
	"  - name: " name "\n"                                                 \
	"    sla: gold\n"                                                      \
	"    zone: UTC\n"                                                      \
	"    endpoints:\n"
#define ENDPOINT(name, more)                                                   \
	"      - { name: " name ", url: 'https://" name ".example/'" more " }" \
	"\n"

static const char yaml[] = SHARD_TREE "clients:\n" CLIENT("acme")
    ENDPOINT("learn", ", platform: farm") ENDPOINT("login", ", platform: barn")
	ENDPOINT("alone", "") CLIENT("birch") ENDPOINT("learn",
	    ", platform: farm") "platforms: [{ name: farm }, { name: barn }, { "
				"name: empty }]\n";

/* "acme*: learn" for all of a client, and what of it was named. */
static bool
read_by(bool (*read_scope)(const struct settings *, const json_t *,
	    struct scope *, char[200]),
    const char *json, char out[400])
{
	json_t *request = json_loads(json, 0, NULL);
	struct text said = { 0 };
	char error[200] = "";
	struct scope s;
	bool done;

	assert_non_null(request);
	done = read_scope(settings, request, &s, error);
	for (size_t i = 0; i < s.count; i++) {
		text_addf(&said, "%s%s:", s.items[i].client->name,
		    s.items[i].whole ? "*" : "");
		for (size_t k = 0; k < s.items[i].count; k++)
			text_addf(&said, " %s", s.items[i].endpoints[k]);
		text_add(&said, "\n");
	}
	text_copy(out, 400, done ? said.data : error);
	text_clear(&said);
	scope_clear(&s);
	json_decref(request);
	return done;
}

static bool
read(const char *json, char out[400])
{
	return read_by(scope_read, json, out);
}

static void
each_is_named_once_however_often_it_is_meant(void **state)
{
	static const struct {
		const char *json, *whom;
	} cases[] = {
		{ "{\"scope\":[\"acme\"]}", "acme*:\n" },
		{ "{\"scope\":[\"acme/login\",\"acme/login\"]}",
		    "acme: acme/login\n" },
		{ "{\"scope\":[\"birch/learn\",\"acme/alone\","
		  "\"acme/learn\",\"birch/learn\"]}",
		    "birch: birch/learn\nacme: acme/alone acme/learn\n" },
		{ "{\"platforms\":[\"farm\"]}",
		    "acme: acme/learn\nbirch: birch/learn\n" },
		{ "{\"platforms\":[\"barn\",\"farm\"],"
		  "\"scope\":[\"acme/learn\",\"birch\"]}",
		    "acme: acme/learn acme/login\nbirch*: birch/learn\n" },
		{ "{\"scope\":[\"acme/learn\",\"acme\"]}",
		    "acme*: acme/learn\n" },
	};
	char whom[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(read(cases[i].json, whom));
		assert_string_equal(whom, cases[i].whom);
	}
}

static void
who_is_not_known_is_told(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ "{}",
		    "scope: a client, an endpoint or a platform is "
		    "expected" },
		{ "{\"scope\":[],\"platforms\":[]}",
		    "scope: a client, an endpoint or a platform is "
		    "expected" },
		{ "{\"scope\":[\"acme\",\"acmee\"]}",
		    "scope: there is no client \"acmee\"" },
		{ "{\"scope\":[\"acme/learn\",\"acme/lern\"]}",
		    "scope: there is no endpoint \"acme/lern\"" },
		{ "{\"scope\":[\"acme\"],\"platforms\":[\"empty\"]}",
		    "scope: there is no platform with endpoints \"empty\"" },
		{ "{\"scope\":[\"acme/learn\"],\"platforms\":[7]}",
		    "scope: names are expected" },
		{ "{\"scope\":null}",
		    "scope: a list of at most 1000 names is expected" },
		{ "{\"scope\":[\"acme\"],\"platforms\":{}}",
		    "scope: a list of at most 1000 names is expected" },
	};
	char error[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(read(cases[i].json, error));
		assert_string_equal(error, cases[i].error);
	}
}

static void
a_thousand_names_and_no_more(void **state)
{
	struct text json = { 0 };
	char whom[400];

	(void)state;
	text_add(&json, "{\"scope\":[\"acme/learn\"");
	for (int i = 1; i < SCOPE_NAMES_MAX; i++)
		text_add(&json, ",\"acme/learn\"");
	text_add(&json, "]}");
	assert_true(read(json.data, whom));
	assert_string_equal(whom, "acme: acme/learn\n");
	json.length -= 2;
	text_add(&json, ",\"acme/learn\"]}");
	assert_false(read(json.data, whom));
	assert_string_equal(whom,
	    "scope: a list of at most 1000 names is expected");
	text_clear(&json);
}

/* A tree as it begins: nobody is a client, or has an endpoint. */
static void
of_nobody_there_is_no_scope(void **state)
{
	static const char *const bare[] = { SHARD_TREE "clients: []\n",
		SHARD_TREE "clients:\n  - { name: cedar, sla: gold, zone: UTC "
			   "}\n" };
	struct settings *before = settings;
	char error[400];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct conf_errors errors = { 0 };

		settings = settings_from_text(bare[i], &errors);
		assert_non_null(settings);
		assert_false(read("{\"platforms\":[\"farm\"]}", error));
		assert_string_equal(error,
		    "scope: there is no platform with endpoints \"farm\"");
		settings_free(settings);
	}
	settings = before;
}

/* Nothing more could be said of an endpoint once it had left the tree. */
static void
what_lies_behind_is_for_the_books_to_know(void **state)
{
	static const struct {
		const char *json, *whom;
	} cases[] = {
		{ "{\"scope\":[\"acme/old\",\"acme/learn\",\"acme/old\"]}",
		    "acme: acme/old acme/learn\n" },
		{ "{\"scope\":[\"birch/old\"],\"platforms\":[\"farm\"]}",
		    "birch: birch/old birch/learn\nacme: acme/learn\n" },
		{ "{\"scope\":[\"acme\"]}", "acme*:\n" },
		{ "{\"scope\":[\"gone/old\"]}",
		    "scope: there is no endpoint \"gone/old\"" },
		{ "{\"scope\":[\"gone\"]}",
		    "scope: there is no client \"gone\"" },
		{ "{\"scope\":[\"a234567890123456789012345678901234567890"
		  "12345678901234567890123/x\"]}",
		    "scope: there is no endpoint \"a2345678901234567890123"
		    "4567890123456789012345678901234567890123/x\"" },
	};
	char out[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_by(scope_read_past, cases[i].json, out);
		assert_string_equal(out, cases[i].whom);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_named_once_however_often_it_is_meant),
		cmocka_unit_test(who_is_not_known_is_told),
		cmocka_unit_test(a_thousand_names_and_no_more),
		cmocka_unit_test(of_nobody_there_is_no_scope),
		cmocka_unit_test(what_lies_behind_is_for_the_books_to_know),
	};

	one_tree = yaml;
	return cmocka_run_group_tests(tests, one_tree_read, one_tree_free);
}
