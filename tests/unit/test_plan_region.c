/* plan_region: plans in slices, and how much ingest does in one turn. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <event2/event.h>

#include "collector/ingest_parts.h"
#include "lib/plan.h"
#include "lib/text.h"

#define TOKEN "1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014"

#define HOUSE                                                                  \
	"site: { name: Kahu, url: \"https://status.kahu.example\" }\n"         \
	"agents:\n"                                                            \
	"  - { name: akl-1, region: auckland, token_sha256: " TOKEN " }\n"     \
	"  - { name: akl-2, region: auckland, token_sha256: " TOKEN " }\n"     \
	"  - { name: lon-1, region: london, token_sha256: " TOKEN " }\n"       \
	"people: [{ name: isla, zone: Europe/London, reach: [terminal 0s] "    \
	"}]\n"                                                                 \
	"channels: [{ kind: terminal }]\n"                                     \
	"ladders: [{ name: standard, levels: [{ call: person isla }] }]\n"     \
	"clients:\n"

/* So many clients with so many endpoints, every tenth for London alone. */
static struct settings *
house(int clients, int endpoints, const char *text)
{
	struct conf_errors errors = { 0 };
	struct text yaml = { 0 };
	struct settings *s;

	text_add(&yaml, HOUSE);
	for (int c = 0; c < clients; c++) {
		text_addf(&yaml,
		    "  - name: c%d\n    sla: gold\n    zone: UTC\n"
		    "    endpoints:\n",
		    c);
		for (int e = 0; e < endpoints; e++)
			text_addf(&yaml,
			    "      - { name: e%d, url: \"https://e%d.c%d.ex/\","
			    " quorum: 1, contains: [\"%s\"]%s }\n",
			    e, e, c, text,
			    e % 10 == 9 ? ", regions: [london]" : "");
	}
	if (clients == 0)
		text_add(&yaml, "  []\n");
	s = settings_from_text(yaml.data, &errors);
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		print_error("%s\n", c->text);
	assert_non_null(s);
	text_clear(&yaml);
	return s;
}

/* "id" stands once in the JSON of an endpoint. */
static size_t
endpoints_from(const struct plan_region *r, size_t offset)
{
	size_t length, n = 0;
	const char *json = plan_region_json(r, &length);

	for (json += offset; (json = strstr(json, "\"id\":")) != NULL; json++)
		n++;
	return n;
}

static size_t
length_of(const struct plan_region *r)
{
	size_t length;

	(void)plan_region_json(r, &length);
	return length;
}

static void
a_slice_has_a_limit(void **state)
{
	struct settings *s = house(30, 20, "Log in");
	struct plan_region *r = plan_region_new(s, "auckland");
	size_t slices = 0, before;

	(void)state;
	do {
		before = length_of(r);
		slices++;
	} while (!plan_region_more(r, 50) && endpoints_from(r, before) <= 50 &&
	    slices < 1000);
	assert_int_equal(slices, 600 / 50 + 1);
	assert_int_equal(endpoints_from(r, 0), 540);
	assert_true(plan_region_more(r, 50));
	assert_int_equal(endpoints_from(r, 0), 540);
	plan_region_free(r);
	plan_region_free(NULL);
	settings_free(s);
}

/* However few they are: large ones make a slice as well. */
static void
a_slice_has_a_limit_in_bytes(void **state)
{
	char text[4000];
	struct settings *s;
	struct plan_region *r;
	size_t before = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	s = house(10, 20, text);
	r = plan_region_new(s, "london");
	while (!plan_region_more(r, 1000)) {
		assert_in_range(length_of(r) - before, 131072,
		    131072 + 2 * sizeof(text));
		before = length_of(r);
	}
	assert_true(before > 0);
	assert_int_equal(endpoints_from(r, 0), 200);
	plan_region_free(r);
	settings_free(s);
}

/* As it is made in slices, and as it is made at once. */
static void
check_plan(const struct settings *s, const char *agent, const char *region,
    size_t slice)
{
	struct plan_region *r = plan_region_new(s, region);
	struct plan *p = plan_for(s, agent), *back;
	char *head, *again, *once = plan_encode(p), tag[65], error[160];
	struct text all = { 0 };
	size_t length;

	while (!plan_region_more(r, slice))
		;
	head = plan_region_head(r, agent, tag);
	text_add(&all, head);
	text_add(&all, plan_region_json(r, &length));
	text_add(&all, PLAN_END);
	back = plan_decode(all.data, all.length, error);
	if (back == NULL)
		fail_msg("%s", error);
	again = plan_encode(back);
	assert_string_equal(again, once);
	assert_string_equal(tag, p->tag);
	assert_null(plan_region_head(r, "nobody", tag));
	plan_free(back);
	plan_free(p);
	plan_region_free(r);
	free(head);
	free(once);
	free(again);
	text_clear(&all);
}

static void
slices_make_the_plan(void **state)
{
	struct settings *s = house(7, 11, "Log in");

	(void)state;
	check_plan(s, "akl-1", "auckland", 1);
	check_plan(s, "akl-1", "auckland", 7);
	check_plan(s, "akl-2", "auckland", 77);
	check_plan(s, "lon-1", "london", 1000);
	settings_free(s);
	s = house(0, 0, "");
	check_plan(s, "akl-1", "auckland", 10);
	settings_free(s);
}

/* Nobody of a region has the plan of another, nor of a neighbour. */
static void
each_agent_has_a_tag_of_its_own(void **state)
{
	struct settings *s = house(1, 3, "Log in");
	struct plan *a = plan_for(s, "akl-1"), *b = plan_for(s, "akl-2");

	(void)state;
	assert_string_not_equal(a->tag, b->tag);
	plan_free(a);
	plan_free(b);
	settings_free(s);
}

static void
check_size(const struct settings *s, const char *region)
{
	struct plan_region *r = plan_region_new(s, region);
	size_t count, size = plan_size(s, region, &count);

	while (!plan_region_more(r, 1000))
		;
	assert_int_equal(count, endpoints_from(r, 0));
	/* A comma each, and a shard's second digit. */
	assert_int_equal(size - PLAN_HEAD_MAX, length_of(r) + 1 + count);
	plan_region_free(r);
}

/* To the byte, so that what is refused is what would not go. */
static void
the_size_is_known_before(void **state)
{
	struct settings *s = house(3, 25,
	    "a \\\"quoted\\\" text, \\\\ and \u0101, x\", \"y\", \"");

	(void)state;
	check_size(s, "auckland");
	check_size(s, "london");
	settings_free(s);
}

static const char odd[] =
    HOUSE "  - name: acme\n    sla: gold\n    zone: UTC\n    endpoints:\n"
	  "      - { name: a, url: \"http://a.example/\", quorum: 1, "
	  "method: head, interval: 1s, timeout: 500ms, slow: 100ms, "
	  "status: [\"200\", \"300-399\"], "
	  "redirects: 0, allow_networks: [10.0.0.0/8, \"fd00::/8\"], "
	  "platform: one, connect: 100ms, tls: 99ms }\n"
	  "      - { name: b, url: \"http://b.example/\", disabled: gone }\n"
	  "platforms: [{ name: one }]\n";

static void
the_size_of_odd_settings(void **state)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(odd, &errors);

	(void)state;
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		print_error("%s\n", c->text);
	assert_non_null(s);
	check_size(s, "auckland");
	settings_free(s);
}

/* What ingest does in a turn: a slice of one region, and no more. */
static void
a_turn_of_ingest_is_short(void **state)
{
	struct event_base *base = event_base_new();
	struct settings *s = house(30, 20, "Log in");
	struct ingest g = { .settings = s };
	int steps = 0;

	(void)state;
	polls_init(&g.plan_polls, base, ingest_plan_over, &g);
	ingest_plans_begin(&g, base);
	while (ingest_plans_step(&g))
		steps++;
	/* Two regions, though there are three agents: 600 looked at for each. */
	assert_int_equal(steps, 2 * (600 / 50 + 1));
	assert_false(ingest_plans_step(&g));
	/* Other settings: all of it anew, and the old is not touched. */
	ingest_plans_make(&g);
	assert_true(ingest_plans_step(&g));
	ingest_plans_make(&g);
	for (steps = 0; ingest_plans_step(&g); steps++)
		;
	assert_int_equal(steps, 2 * (600 / 50 + 1));
	ingest_plans_end(&g);
	settings_free(s);
	event_base_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slice_has_a_limit),
		cmocka_unit_test(a_slice_has_a_limit_in_bytes),
		cmocka_unit_test(slices_make_the_plan),
		cmocka_unit_test(each_agent_has_a_tag_of_its_own),
		cmocka_unit_test(the_size_is_known_before),
		cmocka_unit_test(the_size_of_odd_settings),
		cmocka_unit_test(a_turn_of_ingest_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
