/* The read API: what an answer costs is bounded, whatever the records hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/unit/api_ask.h"

#define CLIENTS 40

static struct house *
house_of_many(void)
{
	struct text t = { 0 };
	struct house *h;

	text_add(&t,
	    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
	    "agents: [{ name: akl-1, region: auckland, token_sha256: " HASH("1") " }, { name: lon-1, region: london, token_sha256: " HASH(
		"2") " }]\n"
		     "people: [{ name: isla, zone: Europe/London, reach: "
		     "[terminal 0s] }]\n"
		     "channels: [{ kind: terminal }]\n"
		     "ladders: [{ name: l, levels: [{ call: person isla }] "
		     "}]\n"
		     "clients:\n");
	for (int i = 0; i < CLIENTS; i++)
		text_addf(&t,
		    "  - { name: c%02d, zone: UTC, sla: gold, endpoints: [{ "
		    "name: learn, url: 'https://c%02d.example/' }] }\n",
		    i, i);
	h = house_of(t.data);
	text_clear(&t);
	return h;
}

static void
feed_client(struct house *h, int client, int outages)
{
	char *agreed = agreement_record(1), *terms = terms_record(1);
	char name[16], endpoint[24];

	text_format(name, sizeof(name), "c%02d", client);
	text_format(endpoint, sizeof(endpoint), "%s/learn", name);
	feed(h, PAGES_LEDGER, "terms", name, agreed);
	feed(h, PAGES_LEDGER, "terms", endpoint, terms);
	for (int i = 0; i < outages; i++)
		feed_outage(h, endpoint, NOW - 2000 * (i + 1),
		    NOW - 2000 * (i + 1) + 1000);
	free(agreed);
	free(terms);
}

static int
build_many(void **state, int outages)
{
	struct house *h = house_of_many();

	pages_model_begin(h->model, PAGES_LEDGER);
	for (int i = 0; i < CLIENTS; i++)
		feed_client(h, i, outages);
	pages_model_end(h->model, PAGES_LEDGER, true);
	*state = h;
	return 0;
}

static int
build_quiet(void **state)
{
	return build_many(state, 0);
}

static int
build_busy(void **state)
{
	return build_many(state, 1000);
}

static void
accounts_of_quiet_clients_fit_an_answer(void **state)
{
	size_t most = 0;

	assert_int_equal(walk(*state, "sla", 500, &most), CLIENTS);
	assert_int_equal(most, CLIENTS);
}

/* 500 accounts were counted in one turn of the loop, however long that took. */
static void
an_answer_counts_so_many_rows_and_no_more(void **state)
{
	size_t most = 0;

	assert_int_equal(walk(*state, "sla", 500, &most), CLIENTS);
	assert_in_range(most, 1, API_WORK_MAX / 2000 + 1);
	/* And whoever wants fewer gets fewer. */
	most = 0;
	assert_int_equal(walk(*state, "sla", 3, &most), CLIENTS);
	assert_int_equal(most, 3);
}

/* 40,000 outages were gone through in one turn for a filter that passes none
   of them, or a few. */
static void
outages_that_a_filter_leaves_out_were_not_counted(void **state)
{
	struct house *h = *state;
	size_t items;

	assert_int_equal(answers_to(h, "outages", "kind=unknown", &items),
	    CLIENTS * 1000 / API_WORK_MAX);
	assert_int_equal(items, 0);
	assert_int_equal(answers_to(h, "outages",
			     "kind=unknown&client=c07&limit=5", &items),
	    1);
	assert_int_equal(answers_to(h, "outages",
			     "kind=down&client=c07&limit=400", &items),
	    3);
	assert_int_equal(items, 1000);
}

#define ASKED 200

/* CPU time of so many answers: how busy the machine is does not matter. */
static int64_t
cpu_us(struct house *h, const char *resource, const char *query)
{
	struct timespec t[2];

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[0]);
	for (int i = 0; i < ASKED; i++)
		contains(h, resource, query, "\"next\":\"", true);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[1]);
	return (t[1].tv_sec - t[0].tv_sec) * INT64_C(1000000) +
	    (t[1].tv_nsec - t[0].tv_nsec) / 1000;
}

/* All 40,000 behind the cursor were copied and sorted, for the first one. */
static void
all_outages_were_sorted_for_the_first_few(void **state)
{
	static const char cursor[] = "limit=1&cursor=1800000298000~c03/learn";
	void *few;
	int64_t us;

	build_many(&few, 2);
	us = cpu_us(few, "outages", "limit=1");
	assert_true(cpu_us(*state, "outages", "limit=1") < 10 * us);
	assert_true(cpu_us(*state, "outages", cursor) < 10 * us);
	tear_down(&few);
}

static struct house *
house_of_announcements(int count)
{
	struct house *h = house_of(tree);
	char field[24], json[200];

	pages_model_begin(h->model, PAGES_LEDGER);
	for (int i = 0; i < count; i++) {
		/* Not in the order in which they were said. */
		int at = (i * 7919) % count;

		text_format(field, sizeof(field), "acme|m-%05d", at);
		text_format(json, sizeof(json),
		    "{\"at\":%d,\"by\":\"a\",\"text\":\"t\",\"times\":[{"
		    "\"from\":%lld,\"to\":%lld}]}",
		    1 + at / 2, (long long)NOW, (long long)(NOW + 3600000));
		feed(h, PAGES_LEDGER, "windows", field, json);
	}
	pages_model_end(h->model, PAGES_LEDGER, true);
	return h;
}

/* The same of 5,000 announcements, which were sorted for each answer. */
static void
all_announcements_were_sorted_for_the_first_few(void **state)
{
	void *few = house_of_announcements(10);
	void *many = house_of_announcements(5000);
	int64_t us = cpu_us(few, "maintenance", "limit=1");

	(void)state;
	assert_true(cpu_us(many, "maintenance", "limit=1") < 10 * us);
	assert_true(cpu_us(many, "maintenance",
			"limit=1&cursor=1200~acme~m-02399") < 10 * us);
	assert_int_equal(walk(many, "maintenance", 100, NULL), 5000);
	/* Of two of one instant by their names. */
	contains(many, "maintenance", "limit=2", "m-04998", true);
	contains(many, "maintenance", "limit=2", "m-04999", true);
	contains(many, "maintenance", "limit=1&cursor=2500~acme~m-04998",
	    "m-04999", true);
	contains(many, "maintenance", "limit=1&cursor=2500~acme~m-04999",
	    "m-04996", true);
	tear_down(&few);
	tear_down(&many);
}

/* All 30,000 were gone through for a period that few have, and all before the
   cursor were written out to be compared with it. */
static void
reports_that_a_filter_leaves_out_were_not_counted(void **state)
{
	static struct published_version version = { .version = 1, .hash = "a" };
	struct reports_list list = { 0 };
	struct reports_period p = { .versions = { &version, 1 } };
	struct house *h = *state;
	size_t items;

	for (int i = 30000; i > 0; i--) {
		text_format(p.client, sizeof(p.client), "d%05d", i / 10);
		text_format(p.period, sizeof(p.period), "2026-%02d",
		    i % 10 + 1);
		reports_list_add(&list, &p);
	}
	reports_list_sort(&list);
	h->view.reports = &list;
	assert_int_equal(walk(h, "reports", 500, NULL), 30000);
	assert_int_equal(answers_to(h, "reports", "period=2027-01", &items), 2);
	assert_int_equal(items, 0);
	assert_int_equal(answers_to(h, "reports", "period=2026-03&limit=400",
			     &items),
	    8);
	assert_int_equal(items, 3000);
	assert_non_null(reports_list_find(&list, "d00007", "2026-10"));
	assert_null(reports_list_find(&list, "d00007", "2026-11"));
	assert_null(reports_list_find(&list, "d99999", "2026-10"));
	free(list.items);
}

/* A client of which nothing is known has no account; terms that change each
   minute are more than one holds. */
static void
an_account_that_is_incomplete_says_so(void **state)
{
	struct house *h = *state;
	struct text t = { 0 };
	char *terms = terms_record(1);

	for (int i = 0; i < SLA_VERSIONS_MAX + 2; i++)
		text_addf(&t,
		    "%s{\"from\":%lld,\"sla\":\"gold\",\"zone\":\"UTC\","
		    "\"guarantee\":%d,\"floor\":0}",
		    i == 0 ? "[" : ",", (long long)(NOW - 6000000 + i * 60000),
		    99000 + i);
	text_add(&t, "]");
	pages_model_begin(h->model, PAGES_LEDGER);
	feed(h, PAGES_LEDGER, "terms", "c01", t.data);
	feed(h, PAGES_LEDGER, "terms", "c01/learn", terms);
	pages_model_end(h->model, PAGES_LEDGER, true);
	assert_int_equal(pages_model_unreadable(h->model), 0);
	contains(h, "sla", "", "\"client\":\"c01\"", true);
	contains(h, "sla", "", "\"client\":\"c02\"", false);
	contains(h, "sla", "", "\"terms_changed\":true,\"incomplete\":true",
	    true);
	/* Without a title a client has its name for one. */
	contains(h, "clients", "limit=1", "\"name\":\"c00\",\"title\":\"c00\"",
	    true);
	text_clear(&t);
	free(terms);
}

/* Agents by their names, however they are written down. */
static void
agents_are_in_the_order_of_names(void **state)
{
	contains(*state, "agents", "limit=1", "\"name\":\"akl-1\"", true);
	contains(*state, "agents", "limit=1", "lon-1", false);
	assert_int_equal(walk(*state, "agents", 1, NULL), 2);
}

static void
what_does_not_count_makes_no_client_worse(void **state)
{
	struct house *h = *state;
	struct client *c = h->settings->clients.items;
	struct endpoint *e = c->endpoints.items;

	pages_model_begin(h->model, PAGES_STATES);
	feed(h, PAGES_STATES, "states", "c00/learn",
	    "{\"state\":\"down\",\"since\":5}");
	pages_model_end(h->model, PAGES_STATES, true);
	contains(h, "clients", "limit=1", "\"state\":\"down\"", true);
	e->probe.counts = false;
	contains(h, "clients", "limit=1", "\"state\":\"not_watched\"", true);
	contains(h, "states", "limit=1", "\"state\":\"down\"", true);
}

/* A house before its first client, and before its first agent. */
static void
where_nothing_is_lists_are_empty(void **state)
{
	const struct settings none = { 0 };
	struct house *h = *state;
	struct api_index empty, *full = &h->index;
	const struct settings *all = h->settings;

	api_index_make(&none, &empty);
	assert_int_equal(empty.client_count, 0);
	assert_int_equal(empty.endpoint_count, 0);
	h->view.settings = &none;
	h->view.index = &empty;
	says(h, "clients", "", "{\"version\":1,\"clients\":[],\"next\":null}");
	says(h, "endpoints", "",
	    "{\"version\":1,\"endpoints\":[],\"next\":null}");
	says(h, "agents", "", "{\"version\":1,\"agents\":[],\"next\":null}");
	h->view.settings = all;
	h->view.index = full;
	api_index_clear(&empty);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    accounts_of_quiet_clients_fit_an_answer, build_quiet,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    agents_are_in_the_order_of_names, build_quiet, tear_down),
		cmocka_unit_test_setup_teardown(
		    what_does_not_count_makes_no_client_worse, build_quiet,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    where_nothing_is_lists_are_empty, build_quiet, tear_down),
		cmocka_unit_test_setup_teardown(
		    all_outages_were_sorted_for_the_first_few, build_busy,
		    tear_down),
		cmocka_unit_test(
		    all_announcements_were_sorted_for_the_first_few),
		cmocka_unit_test_setup_teardown(
		    reports_that_a_filter_leaves_out_were_not_counted,
		    build_quiet, tear_down),
		cmocka_unit_test_setup_teardown(
		    an_account_that_is_incomplete_says_so, build_quiet,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    an_answer_counts_so_many_rows_and_no_more, build_busy,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    outages_that_a_filter_leaves_out_were_not_counted,
		    build_busy, tear_down),
	};

	return cmocka_run_group_tests_name("api_bounds", tests, NULL, NULL);
}
