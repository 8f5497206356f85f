#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/plan.h"
#include "lib/text.h"

#define HEAD                                                                   \
	"\"version\":1,\"agent\":\"akl-1\",\"region\":\"auckland\","           \
	"\"shards\":2,\"canary_interval_ms\":30000,"                           \
	"\"collector_silence_ms\":120000,\"site\":\"Kahu\""
#define LEARN                                                                  \
	"\"id\":\"acme/learn\",\"platform\":\"\",\"shard\":1,"                 \
	"\"url\":\"https://learn.acme.example/\",\"interval_ms\":30000,"       \
	"\"timeout_ms\":10000"
#define PLAN(endpoints) "{" HEAD ",\"endpoints\":[" endpoints "]}"

static struct plan *
good(const char *json)
{
	char error[160];
	struct plan *p = plan_decode(json, strlen(json), error);

	assert_string_equal(error, "");
	assert_non_null(p);
	return p;
}

static void
test_least(void **state)
{
	struct plan *p = good(PLAN("{" LEARN "}"));

	(void)state;
	assert_string_equal(p->agent, "akl-1");
	assert_string_equal(p->region, "auckland");
	assert_int_equal(p->shards, 2);
	assert_null(p->tag);
	assert_null(p->mail_server);
	assert_null(p->canaries[0]);
	assert_null(p->mail_to[0]);
	assert_int_equal(p->count, 1);
	assert_string_equal(p->endpoints[0].id, "acme/learn");
	assert_int_equal(p->endpoints[0].shard, 1);
	assert_false(p->endpoints[0].head);
	assert_int_equal(p->endpoints[0].status_count, 0);
	assert_null(p->endpoints[0].contains[0]);
	plan_free(p);
	plan_free(NULL);
}

static void
test_there_and_back(void **state)
{
	struct plan *p = good(
	    "{" HEAD ",\"tag\":\"abc\",\"later\":{\"x\":[1]},"
	    "\"canaries\":[\"https://one.example/\",\"https://two.example/\"],"
	    "\"mail_server\":\"smtp://mail.example:25\","
	    "\"mail_from\":\"sunwatch@kahu.example\",\"mail_user\":\"u\","
	    "\"mail_password\":\"p\",\"mail_to\":[\"moana@kahu.example\"],"
	    "\"endpoints\":[{" LEARN ",\"head\":true,\"slow_ms\":5000,"
	    "\"connect_ms\":1,\"tls_ms\":2,\"first_byte_ms\":3,"
	    "\"redirects\":4,\"body_max\":65536,\"contains\":[\"Log in\"],"
	    "\"lacks\":[\"error\",\"maintenance\"],\"later\":null,"
	    "\"status\":[[200,299],[401,401]]}]}");
	char *once = plan_encode(p), *twice;
	struct plan *back = good(once);
	const struct plan_endpoint *e = &back->endpoints[0];

	(void)state;
	twice = plan_encode(back);
	assert_string_equal(once, twice);
	assert_string_equal(back->tag, "abc");
	assert_string_equal(back->canaries[1], "https://two.example/");
	assert_null(back->canaries[2]);
	assert_string_equal(back->mail_password, "p");
	assert_string_equal(back->mail_to[0], "moana@kahu.example");
	assert_true(e->head);
	assert_int_equal(e->slow_ms, 5000);
	assert_int_equal(e->connect_ms, 1);
	assert_int_equal(e->tls_ms, 2);
	assert_int_equal(e->first_byte_ms, 3);
	assert_int_equal(e->redirects, 4);
	assert_int_equal(e->body_max, 65536);
	assert_string_equal(e->contains[0], "Log in");
	assert_string_equal(e->lacks[1], "maintenance");
	assert_int_equal(e->status_count, 2);
	assert_int_equal(e->status[0].high, 299);
	assert_int_equal(e->status[1].low, 401);
	plan_free(p);
	plan_free(back);
	free(once);
	free(twice);
}

static void
test_broken(void **state)
{
	static const struct {
		const char *json, *error;
	} cases[] = {
		{ "", "line 1, column 0: not JSON" },
		{ "{\"a\":1,\"a\":2}", "line 1, column 10: not JSON" },
		{ "[]", "expected an object" },
		{ "{}", "version: 0 is not 1" },
		{ "{\"version\":2}", "version: 2 is not 1" },
		{ "{\"version\":1}", "agent: missing" },
		{ "{\"version\":1,\"agent\":3}", "agent: expected a text" },
		{ "{" HEAD "}", "endpoints: expected a list" },
		{ "{" HEAD ",\"canaries\":\"x\"}",
		    "canaries: expected a list" },
		{ "{" HEAD ",\"canaries\":[1]}", "canaries: expected a text" },
		{ "{" HEAD ",\"canaries\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
		  "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}",
		    "canaries: more than 32" },
		{ PLAN("3"), "endpoint 0: id: missing" },
		{ PLAN("{" LEARN "},{" LEARN "}"),
		    "endpoints: two are acme/learn" },
		{ PLAN("{" LEARN ",\"head\":1}"),
		    "endpoint 0: head: expected true or false" },
		{ PLAN("{" LEARN ",\"redirects\":51}"),
		    "endpoint 0: redirects: 51 is out of range" },
		{ PLAN("{" LEARN ",\"redirects\":-1}"),
		    "endpoint 0: redirects: -1 is out of range" },
		{ PLAN("{" LEARN ",\"redirects\":\"1\"}"),
		    "endpoint 0: redirects: expected a whole number" },
		{ PLAN("{" LEARN ",\"status\":[200]}"),
		    "endpoint 0: status: expected [low, high]" },
		{ PLAN("{" LEARN ",\"status\":[[299,200]]}"),
		    "endpoint 0: status: low is above high" },
		{ PLAN("{" LEARN ",\"status\":[[\"a\",200]]}"),
		    "endpoint 0: status: expected a whole number" },
		{ PLAN("{" LEARN ",\"status\":[[200,1000]]}"),
		    "endpoint 0: status: 1000 is out of range" },
		{ PLAN("{" LEARN ",\"status\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
		       "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"),
		    "endpoint 0: status: more than 32" },
		{ PLAN("{\"id\":\"a b\",\"platform\":\"\",\"shard\":1,"
		       "\"url\":\"http://x/\",\"interval_ms\":30000,"
		       "\"timeout_ms\":1}"),
		    "endpoint 0: id: a character is not allowed" },
		{ PLAN("{\"id\":\"\",\"platform\":\"\",\"shard\":1,"
		       "\"url\":\"http://x/\",\"interval_ms\":30000,"
		       "\"timeout_ms\":1}"),
		    "endpoint 0: id: a character is not allowed" },
		{ PLAN("{\"id\":\"a\",\"platform\":\"\",\"shard\":1,"
		       "\"url\":\"file:///etc\",\"interval_ms\":30000,"
		       "\"timeout_ms\":1}"),
		    "endpoint 0: url: expected http:// or https://" },
		{ PLAN("{\"id\":\"a\",\"platform\":\"\",\"shard\":2,"
		       "\"url\":\"http://x/\",\"interval_ms\":30000,"
		       "\"timeout_ms\":1}"),
		    "endpoint 0: shard: 2 of 2" },
		{ PLAN("{\"id\":\"a\",\"platform\":\"\",\"shard\":\"x\"}"),
		    "endpoint 0: shard: expected a whole number" },
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(
		    plan_decode(cases[i].json, strlen(cases[i].json), error));
		assert_string_equal(error, cases[i].error);
	}
}

static void
test_too_long(void **state)
{
	char json[2000], error[160], *huge;

	(void)state;
	snprintf(json, sizeof(json), "{\"version\":1,\"agent\":\"%0100d\"}", 7);
	assert_null(plan_decode(json, strlen(json), error));
	assert_string_equal(error, "agent: longer than 63 bytes");
	huge = mem_alloc(PLAN_MAX + 1);
	assert_null(plan_decode(huge, PLAN_MAX + 1, error));
	assert_string_equal(error, "more than 33554432 bytes");
	free(huge);
}

static void
test_too_many_endpoints(void **state)
{
	struct text t = { 0 };
	char error[160];

	(void)state;
	text_add(&t, "{" HEAD ",\"endpoints\":[0");
	for (int i = 0; i < PLAN_ENDPOINTS_MAX; i++)
		text_add(&t, ",0");
	text_add(&t, "]}");
	assert_null(plan_decode(t.data, t.length, error));
	assert_string_equal(error, "endpoints: more than 100000");
	text_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_too_many_endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
