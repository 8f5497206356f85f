#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/plan.h"
#include "lib/settings.h"
#include "lib/text.h"
#include "tests/unit/lab.h"

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
	    "\"mail_password\":\"p\",\"mail_ca\":"
	    "\"-----BEGIN "
	    "CERTIFICATE-----\\nMIIB\\n\",\"mail_to\":[\"moana@kahu.example\"],"
	    "\"endpoints\":[{" LEARN ",\"head\":true,\"slow_ms\":5000,"
	    "\"connect_ms\":1,\"tls_ms\":2,\"first_byte_ms\":3,"
	    "\"redirects\":4,\"body_max\":65536,\"contains\":[\"Log in\"],"
	    "\"allow_networks\":[\"10.0.0.0/8\"],"
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
	assert_string_equal(back->mail_ca,
	    "-----BEGIN CERTIFICATE-----\nMIIB\n");
	assert_true(e->head);
	assert_int_equal(e->slow_ms, 5000);
	assert_int_equal(e->connect_ms, 1);
	assert_int_equal(e->tls_ms, 2);
	assert_int_equal(e->first_byte_ms, 3);
	assert_int_equal(e->redirects, 4);
	assert_int_equal(e->body_max, 65536);
	assert_string_equal(e->contains[0], "Log in");
	assert_string_equal(e->lacks[1], "maintenance");
	assert_string_equal(e->allow_networks[0], "10.0.0.0/8");
	assert_int_equal(e->status_count, 2);
	assert_int_equal(e->status[0].high, 299);
	assert_int_equal(e->status[1].low, 401);
	plan_free(p);
	plan_free(back);
	free(once);
	free(twice);
}

struct broken {
	const char *json, *error;
};

static void
are_refused(const struct broken *cases, size_t count)
{
	char error[160];

	for (size_t i = 0; i < count; i++) {
		assert_null(
		    plan_decode(cases[i].json, strlen(cases[i].json), error));
		assert_string_equal(error, cases[i].error);
	}
}

static void
test_broken(void **state)
{
	static const struct broken cases[] = {
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
		{ "{" HEAD ",\"mail_ca\":\"/etc/passwd\"}",
		    "mail_ca: expected certificates as PEM" },
		{ "{" HEAD ",\"mail_ca\":\"-----BEGIN CERTIFICATE-----\\n"
		  "\\t\"}",
		    "mail_ca: a character is not allowed" },
		{ "{" HEAD ",\"canaries\":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,"
		  "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}",
		    "canaries: more than 32" },
	};

	(void)state;
	are_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void
test_broken_endpoints(void **state)
{
	static const struct broken cases[] = {
		{ PLAN("3"), "endpoint 0: id: missing" },
		{ PLAN("{" LEARN "},{" LEARN "}"),
		    "endpoints: two are acme/learn" },
		{ PLAN("{" LEARN ",\"head\":1}"),
		    "endpoint 0: head: expected true or false" },
		{ PLAN("{" LEARN ",\"allow_networks\":[\"10.0.0.1/8\"]}"),
		    "endpoint 0: allow_networks: expected networks such as "
		    "10.0.0.0/8" },
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

	(void)state;
	are_refused(cases, sizeof(cases) / sizeof(cases[0]));
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

#define TREE                                                                   \
	"site: { name: Kahu, url: \"https://status.kahu.example/\", "          \
	"last_resort: [isla, aroha], collector_silence: 3m }\n"                \
	"agents:\n"                                                            \
	"  - { name: akl-1, region: auckland, token_sha256: "                  \
	"1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014 "    \
	"}\n"                                                                  \
	"  - { name: lon-1, region: london, token_sha256: "                    \
	"60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752 "    \
	"}\n"                                                                  \
	"canaries: [\"https://one.example/\"]\n"                               \
	"people:\n"                                                            \
	"  - { name: aroha, zone: Pacific/Auckland, email: aroha@k.example, "  \
	"reach: mail }\n"                                                      \
	"  - { name: isla, zone: Europe/London, reach: terminal }\n"           \
	"ladders:\n"                                                           \
	"  - name: standard\n"                                                 \
	"    levels: [ { call: person aroha, patience: 3m } ]\n"               \
	"platforms: [ { name: cluster } ]\n"

#define CLIENT                                                                 \
	"clients:\n"                                                           \
	"  - name: acme\n"                                                     \
	"    title: Acme\n"                                                    \
	"    zone: Pacific/Auckland\n"                                         \
	"    sla: gold\n"                                                      \
	"    endpoints:\n"                                                     \
	"      - { name: learn, url: \"https://learn.acme.example/\", "        \
	"platform: cluster, interval: 20s, timeout: 9s, slow: 3s, "            \
	"status: [\"200\", \"300-399\"], contains: [Log in], lacks: "          \
	"[error, oops], quorum: 1 }\n"                                         \
	"      - { name: ping, url: \"http://ping.acme.example/\", "           \
	"method: head, regions: [london], quorum: 1 }\n"                       \
	"      - { name: old, url: \"http://old.acme.example/\", "             \
	"disabled: gone }\n"

#define MAIL                                                                   \
	"channels: [ { kind: mail, server: \"smtp://mail.example:25\", "       \
	"from: sunwatch@k.example } ]\n"

static struct plan *
made_for(const char *yaml, const char *agent)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(yaml, &errors);
	struct plan *p;

	CONF_EACH (const struct conf_complaint, c, &errors.list)
		print_error("%s\n", c->text);
	assert_non_null(s);
	p = plan_for(s, agent);
	settings_free(s);
	return p;
}

/* Behind a private authority the agents' last mail would reach nobody. */
static void
test_the_mail_servers_authority_is_in_the_plan(void **state)
{
	char dir[64], yaml[8192];
	struct conf_errors errors = { 0 };
	struct settings *s;
	struct plan *p;

	(void)state;
	lab_open(dir);
	lab_run(dir,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
	    "-nodes -keyout self.key -out self.pem -subj /CN=mail.test");
	text_format(yaml, sizeof(yaml),
	    TREE CLIENT
	    "channels: [ { kind: mail, server: \"smtp://mail.example:25\", "
	    "from: s@k.example, ca_file: \"%s/self.pem\" } ]\n",
	    dir);
	s = settings_from_text(yaml, &errors);
	assert_non_null(s);
	settings_read_mail_ca(s);
	p = plan_for(s, "akl-1");
	assert_int_equal(strncmp(p->mail_ca, "-----BEGIN CERT", 15), 0);
	plan_free(p);
	lab_close(dir);
	settings_read_mail_ca(s); /* gone: the system's, and logged */
	p = plan_for(s, "akl-1");
	assert_null(p->mail_ca);
	plan_free(p);
	settings_free(s);
}

static void
test_made_from_settings(void **state)
{
	struct plan *p = made_for(TREE CLIENT MAIL, "akl-1");
	const struct plan_endpoint *e = &p->endpoints[0];

	(void)state;
	assert_string_equal(p->agent, "akl-1");
	assert_string_equal(p->region, "auckland");
	assert_string_equal(p->site, "Kahu");
	assert_int_equal(p->shards, 1);
	assert_string_equal(p->canaries[0], "https://one.example/");
	assert_int_equal(p->canary_interval_ms, 30000);
	assert_int_equal(p->collector_silence_ms, 180000);
	assert_string_equal(p->mail_server, "smtp://mail.example:25");
	assert_string_equal(p->mail_from, "sunwatch@k.example");
	assert_null(p->mail_user);
	assert_string_equal(p->mail_to[0], "aroha@k.example");
	assert_null(p->mail_to[1]); /* isla has no address */
	assert_int_equal(p->count, 1);
	assert_string_equal(e->id, "acme/learn");
	assert_string_equal(e->platform, "cluster");
	assert_string_equal(e->url, "https://learn.acme.example/");
	assert_false(e->head);
	assert_int_equal(e->interval_ms, 20000);
	assert_int_equal(e->timeout_ms, 9000);
	assert_int_equal(e->slow_ms, 3000);
	assert_int_equal(e->status_count, 2);
	assert_int_equal(e->status[0].low, 200);
	assert_int_equal(e->status[0].high, 200);
	assert_int_equal(e->status[1].low, 300);
	assert_int_equal(e->status[1].high, 399);
	assert_string_equal(e->contains[0], "Log in");
	assert_string_equal(e->lacks[1], "oops");
	assert_null(e->lacks[2]);
	plan_free(p);
}

/* What a tree may say an agent can read: it has no other way to work. */
static void
test_the_largest_texts(void **state)
{
	struct text t = { 0 }, many = { 0 };
	struct plan *p, *back;
	char error[160], *json;

	(void)state;
	for (int i = 0; i < 4096; i++)
		text_add(&many, "x");
	text_addf(&t,
	    "site: { name: %s, url: \"https://s.example/\" }\n"
	    "agents: [{ name: akl-1, region: auckland, token_sha256: "
	    "1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014"
	    " }]\n" MAIL "people:\n",
	    many.data);
	for (int i = 0; i < 40; i++)
		text_addf(&t,
		    "  - { name: p%d, zone: UTC, email: p%d@k.example }\n", i,
		    i);
	text_add(&t,
	    "rotas: [{ name: all, watches: [{ zone: UTC, takes_over: "
	    "\"08:00\", people: [p0");
	for (int i = 1; i < 40; i++)
		text_addf(&t, ", p%d", i);
	text_add(&t,
	    "] }, { zone: UTC, takes_over: \"20:00\", people: [p1, p0] }] "
	    "}]\n"
	    "ladders: [{ name: l, levels: [{ call: rota all }] }]\n");
	text_addf(&t,
	    "clients: [{ name: acme, sla: gold, zone: UTC, endpoints: [{ name: "
	    "learn, url: \"https://l.example/\", contains: [%s], lacks: [%s] "
	    "}] }]\n",
	    many.data, many.data);
	p = made_for(t.data, "akl-1");
	assert_string_equal(p->mail_to[0], "p0@k.example");
	assert_string_equal(p->mail_to[PLAN_TEXTS_MAX - 1], "p31@k.example");
	assert_null(p->mail_to[PLAN_TEXTS_MAX]);
	json = plan_encode(p);
	back = plan_decode(json, strlen(json), error);
	assert_string_equal(error, "");
	assert_non_null(back);
	assert_string_equal(back->endpoints[0].contains[0], many.data);
	plan_free(back);
	plan_free(p);
	free(json);
	text_clear(&t);
	text_clear(&many);
}

/* Who stands in two watches is written to once. */
static void
test_nobody_is_written_to_twice(void **state)
{
	struct plan *p = made_for(
	    "site: { name: k, url: \"https://s.example/\" }\n"
	    "agents: [{ name: akl-1, region: auckland, token_sha256: "
	    "1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014"
	    " }]\n" MAIL "people:\n"
	    "  - { name: a, zone: UTC, email: a@k.example }\n"
	    "  - { name: b, zone: UTC, email: b@k.example }\n"
	    "rotas: [{ name: all, watches: [{ zone: UTC, takes_over: "
	    "\"08:00\", people: [a, b] }, { zone: UTC, takes_over: \"20:00\","
	    " people: [b, a] }] }]\n"
	    "ladders: [{ name: l, levels: [{ call: rota all }] }]\n",
	    "akl-1");

	(void)state;
	assert_string_equal(p->mail_to[0], "a@k.example");
	assert_string_equal(p->mail_to[1], "b@k.example");
	assert_null(p->mail_to[2]);
	plan_free(p);
}

static void
test_each_region_its_own(void **state)
{
	struct plan *p = made_for(TREE CLIENT MAIL, "lon-1");

	(void)state;
	assert_int_equal(p->count, 2);
	assert_string_equal(p->endpoints[1].id, "acme/ping");
	assert_string_equal(p->endpoints[1].platform, "");
	assert_true(p->endpoints[1].head);
	plan_free(p);
	assert_null(made_for(TREE CLIENT MAIL, "nyc-1"));
	/* A client that has nothing watched yet, and a house without agents. */
	p = made_for(TREE "clients: [{ name: acme, sla: gold, zone: UTC }]\n",
	    "lon-1");
	assert_int_equal(p->count, 0);
	plan_free(p);
	assert_null(
	    made_for("site: { name: k, url: \"https://s.example/\" }\n"
		     "people: [{ name: a, zone: UTC, reach: terminal }]\n"
		     "ladders: [{ name: l, levels: [{ call: person a }] }]\n",
		"lon-1"));
}

/* What cannot reach anybody does not carry the means to. */
static void
test_without_mail(void **state)
{
	struct plan *p = made_for(TREE CLIENT, "akl-1");

	(void)state;
	assert_null(p->mail_server);
	assert_string_equal(p->mail_to[0], "aroha@k.example");
	plan_free(p);
}

/* The tag is equal for equal plans, and another for any other. */
static void
test_tag(void **state)
{
	struct plan *a = made_for(TREE CLIENT MAIL, "akl-1");
	struct plan *b = made_for(TREE CLIENT MAIL, "akl-1");
	struct plan *c = made_for(MAIL CLIENT TREE, "akl-1"),
		    *d = made_for(TREE CLIENT, "akl-1"), *back;
	char *json = plan_encode(a);

	(void)state;
	assert_int_equal(strlen(a->tag), 64);
	assert_string_equal(a->tag, b->tag);
	assert_string_equal(a->tag, c->tag); /* written in another order */
	assert_string_not_equal(a->tag, d->tag);
	back = good(json);
	assert_string_equal(back->tag, a->tag);
	assert_int_equal(back->count, a->count);
	plan_free(a);
	plan_free(b);
	plan_free(c);
	plan_free(d);
	plan_free(back);
	free(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_endpoints),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_too_many_endpoints),
		cmocka_unit_test(test_made_from_settings),
		cmocka_unit_test(
		    test_the_mail_servers_authority_is_in_the_plan),
		cmocka_unit_test(test_the_largest_texts),
		cmocka_unit_test(test_nobody_is_written_to_twice),
		cmocka_unit_test(test_each_region_its_own),
		cmocka_unit_test(test_without_mail),
		cmocka_unit_test(test_tag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
