/* The read API: what may be asked, and what whom is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/api_ask.h"

/* ---- what may be asked ---- */

static const struct {
	const char *path, *query;
	int status; /* 0: it is read */
	const char *field;
} asked[] = {
	{ "/api/v1/clients", "", 0, "" },
	{ "/api/v1/clients", "limit=1&cursor=acme", 0, "" },
	{ "/api/v1/states", "client=acme&state=down&limit=500", 0, "" },
	{ "/api/v1/states", "endpoint=acme%2Flearn&client=acme", 0, "" },
	{ "/api/v1/outages", "from_ms=1&to_ms=2&kind=unknown", 0, "" },
	{ "/api/v1/incidents", "state=closed&cursor=INC-000042", 0, "" },
	{ "/api/v1/sla", "at_ms=1800000000000", 0, "" },
	{ "/api/v1/agents", "region=london", 0, "" },
	{ "/api/v1/events", "client=acme&endpoint=acme/learn&cursor=0f", 0,
	    "" },
	{ "/api/v1/events", "limit=5", 400, "limit" },
	{ "/api/v1/events", "state=up", 400, "state" },
	{ "/api/v1/", "", 404, "path" },
	{ "/api/v1/client", "", 404, "path" },
	{ "/api/v1/clients/", "", 404, "path" },
	{ "/api/v1/clients", "client=acme", 400, "client" },
	{ "/api/v1/clients", "nonsense=1", 400, "nonsense" },
	{ "/api/v1/clients", "Limit=1", 400, "Limit" },
	{ "/api/v1/clients", "%6Cimit=1", 400, "%6Cimit" },
	{ "/api/v1/clients", "limit", 400, "limit" },
	{ "/api/v1/clients", "limit=", 400, "limit" },
	{ "/api/v1/clients", "limit=0", 400, "limit" },
	{ "/api/v1/clients", "limit=501", 400, "limit" },
	{ "/api/v1/clients", "limit=-1", 400, "limit" },
	{ "/api/v1/clients", "limit=1e2", 400, "limit" },
	{ "/api/v1/clients", "limit=99999999999999999999", 400, "limit" },
	{ "/api/v1/clients", "limit=1&limit=2", 400, "limit" },
	{ "/api/v1/clients", "limit=1&&cursor=a", 400, "" },
	{ "/api/v1/clients", "cursor=a%20b", 400, "cursor" },
	{ "/api/v1/clients", "cursor=%00", 400, "cursor" },
	{ "/api/v1/clients", "cursor=%zz", 400, "cursor" },
	{ "/api/v1/clients", "cursor=", 400, "cursor" },
	{ "/api/v1/states", "client=../x", 400, "client" },
	{ "/api/v1/states", "client=Acme", 400, "client" },
	{ "/api/v1/states", "client=.acme", 400, "client" },
	{ "/api/v1/states", "endpoint=acme", 400, "endpoint" },
	{ "/api/v1/states", "endpoint=acme/", 400, "endpoint" },
	{ "/api/v1/states", "endpoint=/learn", 400, "endpoint" },
	{ "/api/v1/states", "endpoint=acme/a/b", 400, "endpoint" },
	{ "/api/v1/states", "client=beta&endpoint=acme/learn", 400,
	    "endpoint" },
	{ "/api/v1/states", "state=dow", 400, "state" },
	{ "/api/v1/states", "state=up%20degraded", 400, "state" },
	{ "/api/v1/states", "state=open", 400, "state" },
	{ "/api/v1/incidents", "state=down", 400, "state" },
	{ "/api/v1/outages", "kind=up", 400, "kind" },
	{ "/api/v1/outages", "from_ms=2&to_ms=2", 400, "to_ms" },
	{ "/api/v1/outages", "from_ms=0&to_ms=34560000001", 400, "to_ms" },
	{ "/api/v1/outages", "from_ms=253402300800000", 400, "from_ms" },
	{ "/api/v1/facts",
	    "endpoint=acme/learn&region=london&from_ms=1&limit=5", 0, "" },
	{ "/api/v1/facts", "kind=down", 400, "kind" },
	{ "/api/v1/fact", "", 404, "path" },
	/* Whose name another one took is listed as, and so asked for by, #2. */
	{ "/api/v1/outages", "endpoint=acme/learn%232", 0, "" },
	{ "/api/v1/outages", "endpoint=acme/learn%239999", 0, "" },
	{ "/api/v1/outages", "endpoint=acme/learn%23", 400, "endpoint" },
	{ "/api/v1/outages", "endpoint=acme/learn%232x", 400, "endpoint" },
	{ "/api/v1/outages", "endpoint=acme/learn%2312345", 400, "endpoint" },
	{ "/api/v1/outages", "endpoint=acme/%232", 400, "endpoint" },
	{ "/api/v1/outages", "endpoint=ac%232me/learn", 400, "endpoint" },
	{ "/api/v1/reports", "client=acme&period=2026-Q4&limit=5", 0, "" },
	{ "/api/v1/reports", "period=2026-1", 400, "period" },
	{ "/api/v1/reports", "period=2026-10-", 400, "period" },
	{ "/api/v1/reports", "period=10-2026", 400, "period" },
	{ "/api/v1/reports", "version=1", 400, "version" },
	{ "/api/v1/reports/", "", 404, "path" },
	{ "/api/v1/reports/acme", "", 404, "path" },
	{ "/api/v1/reports/acme/", "", 404, "path" },
	{ "/api/v1/reports/acme/2026-10", "version=1000", 0, "" },
	{ "/api/v1/reports/acme/2026-10.csv", "", 0, "" },
	{ "/api/v1/reports/acme/2026-10.", "", 404, "path" },
	{ "/api/v1/reports/acme/2026-10.htm", "", 404, "path" },
	{ "/api/v1/reports/acme/2026-10.csv.txt", "", 404, "path" },
	{ "/api/v1/reports//2026-10", "", 404, "path" },
	{ "/api/v1/reports/../2026-10", "", 404, "path" },
	{ "/api/v1/reports/acme/2026-10", "version=0", 400, "version" },
	{ "/api/v1/reports/acme/2026-10", "version=1001", 400, "version" },
	{ "/api/v1/reports/acme/2026-10", "client=beta", 400, "client" },
	{ "/api/v1/outages", "endpoint=acme/learn&limit=a", 400, "limit" },
	{ "/api/v1/maintenance",
	    "client=acme&endpoint=acme/learn&from_ms=1&to_ms=2&limit=5", 0,
	    "" },
	{ "/api/v1/maintenance", "cursor=1~acme~m-1", 0, "" },
	{ "/api/v1/maintenance", "kind=down", 400, "kind" },
	{ "/api/v1/states", "client=-acme", 400, "client" },
	{ "/api/v1/states",
	    "client=a2345678901234567890123456789012345678901234567890123456789"
	    "0123",
	    0, "" },
	{ "/api/v1/states",
	    "client=a2345678901234567890123456789012345678901234567890123456789"
	    "01234",
	    400, "client" },
	{ "/api/v1/states", "client=be&endpoint=acme/learn", 400, "endpoint" },
	{ "/api/v1/states", "cursor=a%7F", 400, "cursor" },
	{ "/api/v1/states", "\x01\x7f=1", 400, "??" },
	{ "/api/v1/states", "a23456789012345678901234567890=1", 400,
	    "a2345678901234567890123" },
	{ "/other/v1/states", "", 404, "path" },
	{ "/api/v1/reports/acme/2026-10.csv .html", "", 404, "path" },
	{ "/api/v1/reports/acme/2026-10.aaaaaaaaaaaaaaaaaaaa", "", 404,
	    "path" },
	{ "/api/v1/maintenance", "at_ms=1", 400, "at_ms" },
};

static void
only_what_there_is_may_be_asked(void **state)
{
	struct api_error error;
	struct api_query q;

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		int bad =
		    api_query_read(asked[i].path, asked[i].query, &q, &error);

		if (bad != -(asked[i].status != 0) ||
		    error.status != asked[i].status ||
		    strcmp(error.field, asked[i].field) != 0 ||
		    (bad && error.text[0] == '\0'))
			fail_msg("%s?%s: %d %s: %s", asked[i].path,
			    asked[i].query, error.status, error.field,
			    error.text);
	}
}

static void
a_query_may_be_so_long(void **state)
{
	char query[API_QUERY_MAX + 2];
	struct api_error error;
	struct api_query q;

	(void)state;
	memset(query, '&', sizeof(query));
	query[API_QUERY_MAX + 1] = '\0';
	assert_int_equal(api_query_read("/api/v1/states", query, &q, &error),
	    -1);
	assert_string_equal(error.field, "query");
	query[API_QUERY_MAX] = '\0';
	assert_int_equal(api_query_read("/api/v1/states", query, &q, &error),
	    -1);
	assert_string_equal(error.field, "");
}

static void
what_is_not_said_has_its_default(void **state)
{
	struct api_error error;
	struct api_query q;

	(void)state;
	assert_int_equal(api_query_read("/api/v1/outages",
			     "endpoint=acme/learn", &q, &error),
	    0);
	assert_int_equal(q.resource, API_OUTAGES);
	assert_int_equal(q.limit, API_LIMIT);
	assert_true(q.from_ms == API_NOT_GIVEN && q.to_ms == API_NOT_GIVEN);
	assert_string_equal(q.endpoint, "acme/learn");
	assert_string_equal(q.client, "acme"); /* whose it is */
	assert_string_equal(q.cursor, "");
}

/* ---- what whom is told ---- */

static void
a_clients_reader_learns_of_no_other(void **state)
{
	static const char *const resources[] = { "clients", "endpoints",
		"states", "outages", "incidents", "sla" };
	struct house *h = *state;

	h->view.only = settings_client(h->settings, "acme");
	for (size_t i = 0; i < sizeof(resources) / sizeof(*resources); i++) {
		char *text = ask(h, resources[i], "");

		assert_non_null(strstr(text, "\"next\":null"));
		assert_null(strstr(text, "beta"));
		assert_null(strstr(text, "Beta"));
		assert_null(strstr(text, "secret"));
		assert_null(strstr(text, "cluster-1"));
		assert_null(strstr(text, "\"moved\"")); /* why it is disabled */
		free(text);
	}
	contains(h, "states", "", "acme/learn", true);
	contains(h, "outages", "", "acme/web", true);
	contains(h, "incidents", "", "words for acme", true);
	/* Another one and none at all are the same. */
	says(h, "states", "client=beta", "404 client");
	says(h, "states", "client=gamma", "404 client");
	says(h, "states", "endpoint=beta/learn", "404 endpoint");
	says(h, "states", "endpoint=gamma/learn", "404 endpoint");
	says(h, "states", "endpoint=acme/gone", "404 endpoint");
	says(h, "outages", "endpoint=beta/learn", "404 endpoint");
	says(h, "sla", "client=beta", "404 client");
	says(h, "agents", "", "403 ");
}

static void
an_operator_sees_all_but_notes(void **state)
{
	struct house *h = *state;

	says(h, "clients", "",
	    "{\"version\":1,\"clients\":["
	    "{\"name\":\"acme\",\"title\":\"Acme\",\"zone\":\"UTC\",\"sla\":"
	    "\"gold\",\"state\":\"down\",\"endpoints\":3},"
	    "{\"name\":\"beta\",\"title\":\"Beta College\",\"zone\":\"UTC\","
	    "\"sla\":\"gold\",\"state\":\"up\",\"endpoints\":1}],"
	    "\"next\":null}");
	says(h, "agents", "",
	    "{\"version\":1,\"agents\":["
	    "{\"name\":\"akl-1\",\"region\":\"auckland\",\"heard_ms\":"
	    "1800000290000,\"silent\":false},"
	    "{\"name\":\"lon-1\",\"region\":\"london\",\"heard_ms\":null,"
	    "\"silent\":true}],\"next\":null}");
	contains(h, "endpoints", "client=beta", "cluster-1", true);
	contains(h, "endpoints", "", "\"disabled\":\"moved\"", true);
	contains(h, "endpoints", "client=beta", "acme", false);
	contains(h, "states", "endpoint=acme/learn", "proxy of beta", true);
	contains(h, "incidents", "", "words for beta", true);
	contains(h, "incidents", "", "secret", false);
	contains(h, "incidents", "state=open", "INC-000007", true);
	contains(h, "incidents", "state=open", "INC-000006", false);
	contains(h, "incidents", "state=closed", "INC-000007", false);
}

static void
states_are_filtered(void **state)
{
	struct house *h = *state;

	contains(h, "states", "state=down", "acme/learn", true);
	contains(h, "states", "state=down", "acme/web", false);
	contains(h, "states", "",
	    "\"endpoint\":\"acme/old\",\"client\":\"acme"
	    "\",\"state\":\"not_watched\"}",
	    true);
	contains(h, "states", "endpoint=acme/learn",
	    "\"since_ms\":1800000240000,\"since_before_ms\":1800000230000,"
	    "\"reason\":\"timeout\",\"fresh\":2,\"failing\":2,\"quorum\":2",
	    true);
	/* What is out of date is not known. */
	h->known_ms = NOW - 15001;
	contains(h, "states", "", "\"state\":\"down\"", false);
	contains(h, "states", "state=unknown", "acme/learn", true);
	contains(h, "clients", "", "\"state\":\"unknown\"", true);
	h->known_ms = NOW - 1000;
}

static void
outages_are_the_latest_first(void **state)
{
	struct house *h = *state;

	says(h, "outages", "client=beta",
	    "{\"version\":1,\"outages\":[{\"endpoint\":\"beta/learn\","
	    "\"client\":\"beta\",\"kind\":\"down\",\"from_ms\":1799999600000,"
	    "\"to_ms\":1799999700000,\"from_before_ms\":1799999599000,"
	    "\"to_before_ms\":1799999699000,\"reason\":\"timeout\","
	    "\"removed\":false}],\"next\":null}");
	contains(h, "outages", "client=acme&limit=1",
	    "\"from_ms\":1800000240000,\"to_ms\":null", true);
	contains(h, "outages", "from_ms=1&to_ms=2", "\"outages\":[],", true);
	says(h, "outages", "from_ms=1800000300000", "400 from_ms");
	says(h, "outages", "from_ms=1700000000000", "400 from_ms");
	says(h, "outages", "cursor=x", "400 cursor");
	says(h, "incidents", "cursor=x", "400 cursor");
	says(h, "incidents", "cursor=INC-1x", "400 cursor");
}

/* The reader of the API and of the page read one figure. */
static void
the_account_is_the_pages(void **state)
{
	struct house *h = *state;
	struct text wanted = { 0 };
	struct view v;

	pages_model_view(h->model, settings_client(h->settings, "acme"), NOW,
	    h->known_ms, &v);
	assert_int_equal(v.account.down_s, 59 + 100);
	text_addf(&wanted,
	    "\"from_ms\":%lld,\"to_ms\":%lld,\"sla\":\"gold\","
	    "\"guarantee\":\"99.9500\"",
	    (long long)v.period_from_ms, (long long)v.period_to_ms);
	contains(h, "sla", "client=acme", wanted.data, true);
	text_clear(&wanted);
	text_addf(&wanted, "\"down_s\":159,\"allowed_s\":%lld,\"left_s\":%lld",
	    (long long)v.best.allowed_s, (long long)v.best.left_s);
	contains(h, "sla", "", wanted.data, true);
	contains(h, "sla", "client=acme", "\"verdict\":\"under way\"", true);
	/* The month before: over, and nothing in it. */
	contains(h, "sla", "client=acme&at_ms=1798000000000", "\"down_s\":0",
	    true);
	contains(h, "sla", "client=acme&at_ms=1798000000000", "so_far", false);
	text_clear(&wanted);
	view_clear(&v);
}

/* Any instant may be asked about: none is an account of its own. */
static void
accounts_of_instants_far_away(void **state)
{
	static const char *const instants[] = { "0", "1", "3155760000000",
		"4102444800000", "253402300799999" };
	struct house *h = *state;

	for (size_t i = 0; i < sizeof(instants) / sizeof(*instants); i++) {
		char query[40];

		text_format(query, sizeof(query), "at_ms=%s", instants[i]);
		contains(h, "sla", query, "\"client\":\"acme\"", true);
		contains(h, "sla", query, "\"down_s\":0", true);
	}
}

static int
build_empty(void **state)
{
	*state = house_of(tree);
	return 0;
}

static void
what_was_never_seen_is_unknown(void **state)
{
	struct house *h = *state;

	contains(h, "clients", "", "\"name\":\"acme\"", true);
	contains(h, "clients", "", "\"state\":\"unknown\"", true);
	contains(h, "states", "endpoint=acme/learn", "\"state\":\"unknown\"",
	    true);
	contains(h, "states", "", "since_ms", false);
	says(h, "sla", "", "{\"version\":1,\"sla\":[],\"next\":null}");
	says(h, "outages", "", "{\"version\":1,\"outages\":[],\"next\":null}");
	says(h, "maintenance", "",
	    "{\"version\":1,\"maintenance\":[],\"next\":null}");
	contains(h, "agents", "", "\"heard_ms\":null,\"silent\":true", true);
}

static void
cursors_that_nobody_was_given(void **state)
{
	static const char *const outages[] = { "a", "-1", "1", "1x", "~1",
		"999999999999999~acme/learn" };
	static const char *const incidents[] = { "INC", "INC-", "INC-x",
		"INC-!", "INC-1x", "7" };
	static const char *const reports[] = { "acme", "~", "acme~2026-10",
		"acme~2026-10~", "acme~2026-10~-1", "acme~2026-10~1x",
		"acme~2026-10-01-1~1",
		("a234567890123456789012345678901234567890123456789012345678"
		 "901234~2026-10~1") };
	struct house *h = *state;
	char query[120];

	for (size_t i = 0; i < sizeof(outages) / sizeof(*outages); i++) {
		text_format(query, sizeof(query), "cursor=%s", outages[i]);
		says(h, "outages", query, "400 cursor");
	}
	for (size_t i = 0; i < sizeof(incidents) / sizeof(*incidents); i++) {
		text_format(query, sizeof(query), "cursor=%s", incidents[i]);
		says(h, "incidents", query, "400 cursor");
	}
	for (size_t i = 0; i < sizeof(reports) / sizeof(*reports); i++) {
		text_format(query, sizeof(query), "cursor=%s", reports[i]);
		says(h, "reports", query, "400 cursor");
	}
	says(h, "outages", "from_ms=1800000300000", "400 from_ms");
	says(h, "outages", "from_ms=1700000000000", "400 from_ms");
	contains(h, "outages", "kind=unknown", "acme", false);
	contains(h, "outages", "kind=down", "acme", true);
	contains(h, "outages", "to_ms=5", "acme", false);
	contains(h, "incidents", "client=beta&state=closed", "INC-000006",
	    true);
	contains(h, "incidents", "client=beta&state=open", "INC-000006", false);
}

static void
agents_by_region_and_age(void **state)
{
	struct house *h = *state;

	contains(h, "agents", "region=auckland", "lon-1", false);
	contains(h, "agents", "region=auckland", "\"silent\":false", true);
	contains(h, "agents", "cursor=akl-1", "akl-1", false);
	h->view.now_ms = NOW + 3600000;
	contains(h, "agents", "region=auckland", "\"silent\":true", true);
	/* And states of a shard that is not evaluated are not known. */
	contains(h, "states", "endpoint=acme/learn", "\"state\":\"unknown\"",
	    true);
}

#define REPORT(client, period, version, last)                                  \
	"{\"client\":\"" client "\",\"period\":\"" period                      \
	"\",\"version\":" version ",\"last\":" last ",\"made_ms\":"

/* Each version of each, the oldest first. */
static void
reports_that_are_final(void **state)
{
	struct house *h = *state;

	assert_int_equal(walk(h, "reports", 1, NULL), 4);
	assert_int_equal(walk(h, "reports", 3, NULL), 4);
	contains(h, "reports", "limit=1",
	    REPORT("acme", "2026-10", "1", "false"), true);
	contains(h, "reports", "period=2026-11", "2026-10", false);
	contains(h, "reports", "period=2026-11", "beta", true);
	contains(h, "reports", "client=beta", "acme", false);
	says(h, "reports", "period=2026-12",
	    "{\"version\":1,\"reports\":[],\"next\":null}");
	h->view.only = settings_client(h->settings, "acme");
	assert_int_equal(walk(h, "reports", 1, NULL), 3);
	contains(h, "reports", "", "beta", false);
	contains(h, "reports", "cursor=beta~2026-10~1", "beta", false);
	/* One of them is no list, nor are facts and events. */
	says(h, "reports/acme/2026-10", "", "404 path");
	says(h, "facts", "endpoint=acme/learn", "404 path");
	says(h, "events", "", "404 path");
}

/* Renamed and later taken out of the tree: by the old name nothing was found. */
static void
a_former_endpoint_was_not_known_by_an_older_name(void **state)
{
	static const char names[] =
	    "[{\"from\":1500000000000,\"name\":\"acme/portal\"}]";
	struct house *h = *state;

	pages_model_begin(h->model, PAGES_STATES);
	feed(h, PAGES_STATES, "names", "acme/entry", names);
	pages_model_end(h->model, PAGES_STATES, true);
	pages_model_begin(h->model, PAGES_LEDGER);
	feed(h, PAGES_LEDGER, "names", "acme/entry", names);
	feed_outage(h, "acme/entry", NOW - 60000, NOW - 50000);
	pages_model_end(h->model, PAGES_LEDGER, true);
	contains(h, "outages", "endpoint=acme/portal",
	    "\"endpoint\":\"acme/portal\"", true);
	contains(h, "outages", "endpoint=acme/entry",
	    "\"endpoint\":\"acme/portal\"", true);
	says(h, "states", "endpoint=acme/entry", "404 endpoint");
	h->view.only = settings_client(h->settings, "beta");
	says(h, "outages", "endpoint=acme/entry", "404 endpoint");
}

/* "acme" and "acme-uk": a cursor at the end of the one was taken to be behind
   all of the other, whose reports were left out without a word. */
static void
a_client_called_almost_like_another_lost_its_reports(void **state)
{
	static struct published_version versions[] = { { .version = 1,
	    .hash = "a" } };
	static struct reports_period periods[] = {
		{ "acme", "2026-10", { versions, 1 } },
		{ "acme", "2026-11", { versions, 1 } },
		{ "acme-uk", "2026-10", { versions, 1 } },
		{ "acme.nz", "2026-11", { versions, 1 } },
	};
	static const struct reports_list list = { periods, 4, 4 };
	struct house *h = *state;

	h->view.reports = &list;
	for (int limit = 1; limit < 5; limit++)
		assert_int_equal(walk(h, "reports", limit, NULL), 4);
}

/* By the names of endpoints, and which of them are watched. */
static void
whether_another_tree_has_the_same_endpoints(void **state)
{
	static const char *const other[][2] = { { "name: web", "name: wab" },
		{ "disabled: moved", "severity: S1" },
		{ "disabled: moved", "disabled: gone" } };
	struct house *h = *state;

	assert_true(api_index_is_same(&h->index, &h->index));
	for (size_t i = 0; i < 3; i++) {
		const char *at = strstr(tree, other[i][0]);
		struct text t = { 0 };
		struct house *x;
		void *y;

		text_add_bytes(&t, tree, (size_t)(at - tree));
		text_add(&t, other[i][1]);
		text_add(&t, at + strlen(other[i][0]));
		y = x = house_of(t.data);
		assert_int_equal(api_index_is_same(&h->index, &x->index),
		    i == 2);
		text_clear(&t);
		tear_down(&y);
	}
}

static void
cursors_lead_through_all(void **state)
{
	struct house *h = *state;

	assert_int_equal(walk(h, "clients", 1, NULL), 2);
	assert_int_equal(walk(h, "endpoints", 1, NULL), 4);
	assert_int_equal(walk(h, "states", 1, NULL), 4);
	assert_int_equal(walk(h, "outages", 1, NULL), 4);
	assert_int_equal(walk(h, "incidents", 1, NULL), 2);
	assert_int_equal(walk(h, "agents", 1, NULL), 2);
	/* One that was the last and is gone is no end. */
	contains(h, "endpoints", "cursor=acme/m", "acme/learn", false);
	contains(h, "endpoints", "cursor=acme/m", "acme/old", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_there_is_may_be_asked),
		cmocka_unit_test(a_query_may_be_so_long),
		cmocka_unit_test(what_is_not_said_has_its_default),
		cmocka_unit_test_setup_teardown(what_was_never_seen_is_unknown,
		    build_empty, tear_down),
		cmocka_unit_test_setup_teardown(cursors_that_nobody_was_given,
		    build, tear_down),
		cmocka_unit_test_setup_teardown(agents_by_region_and_age, build,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_clients_reader_learns_of_no_other, build, tear_down),
		cmocka_unit_test_setup_teardown(an_operator_sees_all_but_notes,
		    build, tear_down),
		cmocka_unit_test_setup_teardown(states_are_filtered, build,
		    tear_down),
		cmocka_unit_test_setup_teardown(outages_are_the_latest_first,
		    build, tear_down),
		cmocka_unit_test_setup_teardown(the_account_is_the_pages, build,
		    tear_down),
		cmocka_unit_test_setup_teardown(accounts_of_instants_far_away,
		    build, tear_down),
		cmocka_unit_test_setup_teardown(reports_that_are_final, build,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_former_endpoint_was_not_known_by_an_older_name, build,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_client_called_almost_like_another_lost_its_reports, build,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    whether_another_tree_has_the_same_endpoints, build,
		    tear_down),
		cmocka_unit_test_setup_teardown(cursors_lead_through_all, build,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
