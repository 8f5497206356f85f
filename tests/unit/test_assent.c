/* assent: what all shards say to one command, put together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/assent.h"
#include "tests/unit/one_tree.h"

#define CLIENT(name)                                                           \
	"  - name: " name "\n"                                                 \
	"    sla: gold\n"                                                      \
	"    zone: UTC\n"                                                      \
	"    endpoints:\n"                                                     \
	"      - { name: learn, url: 'https://l.example/', platform: farm }\n"

static const char yaml[] = SHARD_TREE "clients:\n" CLIENT("acme")
    CLIENT("birch") "platforms: [{ name: farm }]\n";

/* How many shards it may concern; the error, or "". */
static int
shards_of(const char *json, int shards, char error[300])
{
	json_t *request = json_loads(json, 0, NULL);
	uint64_t bits;

	assert_non_null(request);
	settings->shards = shards;
	error[0] = '\0';
	bits = assent_shards(settings, request, error);
	settings->shards = 1;
	json_decref(request);
	return __builtin_popcountll(bits);
}

static void
which_shards_are_asked(void **state)
{
	static const struct {
		const char *json;
		int shards, asked;
		const char *error;
	} cases[] = {
		{ "{\"scope\":[\"acme\"]}", 64, 1, "" },
		{ "{\"platforms\":[\"farm\"]}", 64, 2, "" },
		{ "{\"client\":\"acme\"}", 64, 1, "" },
		{ "{\"client\":\"gone\"}", 64, 1, "" },
		{ "{\"window\":\"m-1\"}", 1, 1, "" },
		{ "{\"window\":\"m-1\"}", 4, 4, "" },
		{ "{\"window\":\"m-1\"}", 64, 64, "" },
		{ "{\"scope\":[]}", 4, 0,
		    "scope: a client, an endpoint or a platform is expected" },
		{ "{\"scope\":[\"acme/old\"]}", 4, 0,
		    "scope: there is no endpoint \"acme/old\"" },
		{ "{\"command\":\"maintenance-announce\",\"scope\":"
		  "[\"acme/old\"]}",
		    4, 0, "scope: there is no endpoint \"acme/old\"" },
		/* What lies behind is not the settings' to know. */
		{ "{\"command\":\"outage-annotate\",\"scope\":[\"acme/old\"]}",
		    4, 1, "" },
		{ "{\"command\":\"outage-annotate\",\"scope\":[\"gone/old\"]}",
		    4, 0, "scope: there is no endpoint \"gone/old\"" },
	};
	char error[300];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int n = shards_of(cases[i].json, cases[i].shards, error);

		if (n != cases[i].asked || strcmp(error, cases[i].error) != 0)
			fail_msg("%s: %d, %s", cases[i].json, n, error);
	}
}

static void
what_is_named_without_whose_it_is(void **state)
{
	static const struct {
		const char *json, *key, *id;
	} cases[] = {
		{ "{\"window\":\"m-1\"}", "windows", "m-1" },
		{ "{\"exclusion\":\"x-5f0c9a1b22\"}", "exclusions",
		    "x-5f0c9a1b22" },
		{ "{\"window\":\"m-01234567890123456789012345678\"}", "windows",
		    "m-01234567890123456789012345678" },
		/* Whose it is was said, or who it is for. */
		{ "{\"window\":\"m-1\",\"client\":\"acme\"}", NULL, "" },
		{ "{\"exclusion\":\"x-1\",\"scope\":[\"acme\"]}", NULL, "" },
		{ "{\"window\":\"m-1\",\"platforms\":[\"farm\"]}", NULL, "" },
		/* Every shard is concerned. */
		{ "{\"command\":\"erase\",\"before_ms\":1}", NULL, "" },
		/* No names: whoever is asked says so. */
		{ "{\"window\":\"\"}", NULL, "" },
		{ "{\"window\":\"m-*\"}", NULL, "" },
		{ "{\"exclusion\":\"x-[a]\"}", NULL, "" },
		{ "{\"window\":\"m-012345678901234567890123456789\"}", NULL,
		    "" },
		{ "{\"window\":5}", NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *request = json_loads(cases[i].json, 0, NULL);
		struct assent_named named;

		assent_named(request, &named);
		if (text_differs(named.key, cases[i].key) ||
		    strcmp(named.id, cases[i].id) != 0)
			fail_msg("%s: %s", cases[i].json, named.id);
		json_decref(request);
	}
}

/* So many shards, each of which has one of them. */
static void
ask(struct assent *a, const char *const *clients, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct shard_reply r = { .found = 1 };

		shard_choice_add(&r.choice, clients[i]);
		assent_checked(a, &r);
	}
}

/* Each of the shards had found one client, and thought that it is the one. */
static void
clients_of_several_shards_were_no_choice(void **state)
{
	static const char *const clients[] = { "acme", "birch", "cedar", "dove",
		"elm" };
	static const char *const errors[] = { "", "",
		"client: it is of 2 clients, acme, birch: say whose answer "
		"this is",
		"client: it is of 3 clients, acme, birch, cedar: say whose "
		"answer this is",
		NULL,
		"client: it is of 5 clients, acme, birch, cedar and 2 more: "
		"say whose answer this is" };
	json_t *request = json_object();

	(void)state;
	for (size_t n = 1; n <= 5; n++) {
		struct assent a = { 0 };
		char error[300] = "";

		if (errors[n] == NULL)
			continue;
		ask(&a, clients, n);
		assert_int_equal(a.found, n);
		assert_int_equal(assent_is_clear(&a, settings, request, error),
		    n == 1);
		assert_string_equal(error, errors[n]);
		assent_clear(&a);
	}
	json_decref(request);
}

static void
nobody_has_it(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ "{\"window\":\"m-1\"}",
		    "window: there is none of that name" },
		{ "{\"exclusion\":\"x-1\",\"client\":\"acme\"}",
		    "exclusion: there is none of that name" },
		{ "{\"exclusion\":\"x-1\",\"client\":\"acmee\"}",
		    "client: there is no client \"acmee\"" },
		{ "{\"scope\":[\"acme/old\"]}",
		    "scope: there is none of that name" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *request = json_loads(cases[i].json, 0, NULL);
		const struct assent none = { 0 };
		char error[300] = "";

		assert_false(assent_is_clear(&none, settings, request, error));
		assert_string_equal(error, cases[i].error);
		json_decref(request);
	}
}

static void
what_they_said_stands_together(void **state)
{
	struct assent a = { 0 };
	struct shard_reply first = { .found = 1 }, second = { .found = 1 };
	json_t *answer = assent_answer(&a);
	char *text = json_dumps(answer, JSON_COMPACT);

	(void)state;
	assert_string_equal(text,
	    "{\"said\":[],\"warnings\":[],\"text\":\"\"}");
	json_decref(answer);
	free(text);
	text_add(&first.said, "acme: done\n");
	text_add(&second.said, "birch: done\n");
	text_add(&second.warned, "birch: late\n");
	assent_done(&a, &first);
	assent_done(&a, &second);
	answer = assent_answer(&a);
	text = json_dumps(answer, JSON_COMPACT);
	assert_string_equal(text,
	    "{\"said\":[\"acme: done\",\"birch: done\"],\"warnings\":"
	    "[\"birch: late\"],\"text\":\"acme: done\\nbirch: done\"}");
	json_decref(answer);
	free(text);
	shard_reply_clear(&first);
	shard_reply_clear(&second);
	assent_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_shards_are_asked),
		cmocka_unit_test(what_is_named_without_whose_it_is),
		cmocka_unit_test(clients_of_several_shards_were_no_choice),
		cmocka_unit_test(nobody_has_it),
		cmocka_unit_test(what_they_said_stands_together),
	};

	one_tree = yaml;
	return cmocka_run_group_tests(tests, one_tree_read, one_tree_free);
}
