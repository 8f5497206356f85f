/* Status pages: what they say, to whom, and what hostile names do to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/pages_model.h"
#include "collector/pages_view.h"
#include "lib/civil.h"
#include "lib/interval.h"
#include "lib/ledger.h"
#include "pager/incident.h"

#define HOSTILE "<script>alert(1)</script>&\"'"
#define ESCAPED "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"

static int64_t
at(const char *text)
{
	int64_t ms;

	assert_true(civil_parse(text, &ms));
	return ms;
}

static void
has(const struct text *t, const char *part)
{
	if (strstr(t->data, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, t->data);
}

static void
lacks(const struct text *t, const char *part)
{
	if (strstr(t->data, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, t->data);
}

/* ---- rendering ---- */

static void
hostile_names_stay_text(void **state)
{
	const struct view_endpoint endpoint = { .name = HOSTILE,
		.state = VIEW_DOWN,
		.since_ms = 1000 };
	const struct view_update update = { 2000, HOSTILE, HOSTILE };
	const struct view_incident incident = { .id = HOSTILE,
		.subject = HOSTILE,
		.since_ms = 1000,
		.updates = &update,
		.update_count = 1 };
	const struct view_outage outage = { .endpoint = HOSTILE,
		.from_ms = 1000,
		.to_ms = NEVER,
		.reason = HOSTILE };
	const struct view v = { .site = HOSTILE,
		.client = HOSTILE,
		.title = HOSTILE,
		.zone = "UTC",
		.now_ms = 3000,
		.endpoints = &endpoint,
		.endpoint_count = 1,
		.incidents = &incident,
		.incident_count = 1,
		.outages = &outage,
		.outage_count = 1 };
	struct text t = { 0 };

	(void)state;
	view_html(&v, &t);
	lacks(&t, "<script");
	lacks(&t, "alert(1)<");
	has(&t, "<title>" ESCAPED ": status</title>");
	has(&t, "<h1>" ESCAPED "</h1>");
	has(&t, "<th scope=\"row\">" ESCAPED "</th>");
	has(&t, "<h3>" ESCAPED "</h3>");
	has(&t, ": " ESCAPED "</li>");
	text_clear(&t);
}

static void
the_headline_is_the_worst_that_is_known(void **state)
{
	static const struct {
		enum view_state a, b, want;
	} cases[] = {
		{ VIEW_UP, VIEW_UP, VIEW_UP },
		{ VIEW_UP, VIEW_NOT_PROBED, VIEW_UP },
		{ VIEW_UP, VIEW_UNKNOWN, VIEW_UNKNOWN },
		{ VIEW_DEGRADED, VIEW_UNKNOWN, VIEW_DEGRADED },
		{ VIEW_DOWN, VIEW_DEGRADED, VIEW_DOWN },
		{ VIEW_UNKNOWN, VIEW_DOWN, VIEW_DOWN },
		{ VIEW_NOT_PROBED, VIEW_NOT_PROBED, VIEW_NOT_PROBED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct view_endpoint list[] = {
			{ .name = "a", .state = cases[i].a },
			{ .name = "b", .state = cases[i].b },
		};
		const struct view v = { .endpoints = list,
			.endpoint_count = 2 };

		assert_int_equal(view_worst(&v), cases[i].want);
	}
}

/* A frozen green page is worse than none. */
static void
a_stale_page_does_not_say_that_all_is_well(void **state)
{
	const struct view_endpoint e = { .name = "a", .state = VIEW_UP };
	struct view v = { .site = "s",
		.title = "t",
		.zone = "Pacific/Auckland",
		.now_ms = at("2026-11-22T01:30:00Z"),
		.read_ms = at("2026-11-22T01:02:07Z"),
		.stale = true,
		.endpoints = &e,
		.endpoint_count = 1 };
	struct text t = { 0 };

	(void)state;
	view_html(&v, &t);
	lacks(&t, "All services work.");
	has(&t, "This page is out of date.");
	has(&t,
	    "<time datetime=\"2026-11-22T01:02:07Z\">2026-11-22 14:02:07 "
	    "NZDT</time>");
	text_clear(&t);
	v.stale = false;
	view_html(&v, &t);
	has(&t, "All services work.");
	has(&t,
	    "Made <time datetime=\"2026-11-22T01:30:00Z\">2026-11-22 "
	    "14:30 NZDT</time>");
	text_clear(&t);
}

static void
a_page_changes_with_the_minute_only(void **state)
{
	struct view v = { .site = "s",
		.title = "t",
		.zone = "UTC",
		.now_ms = at("2026-11-22T01:30:01Z") };
	struct text a = { 0 }, b = { 0 };

	(void)state;
	view_html(&v, &a);
	v.now_ms = at("2026-11-22T01:30:59Z");
	view_html(&v, &b);
	assert_string_equal(a.data, b.data);
	text_clear(&b);
	v.now_ms = at("2026-11-22T01:31:00Z");
	view_html(&v, &b);
	assert_string_not_equal(a.data, b.data);
	text_clear(&a);
	text_clear(&b);
}

/* 99.9504 % is 99.950 %, never rounded up; edges show both sides. */
static void
the_account_is_printed_exactly(void **state)
{
	const struct view_outage o = { .endpoint = "learn",
		.from_ms = 10000,
		.to_ms = 20000,
		.from_before_ms = 8000,
		.to_before_ms = 18000,
		.reason = "timeout" };
	const struct view v = { .site = "s",
		.title = "t",
		.zone = "UTC",
		.now_ms = 100000,
		.agreed = true,
		.guarantee_milli = 99950,
		.account = { .total_s = 1000000,
		    .down_s = 4530,
		    .unknown_s = 61,
		    .uptime_milli = 99950,
		    .coverage_milli = 99999,
		    .left_s = -3700,
		    .verdict = VERDICT_MISSED },
		.outages = &o,
		.outage_count = 1 };
	struct text t = { 0 };

	(void)state;
	view_html(&v, &t);
	has(&t, "<th scope=\"row\">Uptime</th><td>99.950 %</td>");
	has(&t, "<th scope=\"row\">Guarantee</th><td>missed</td>");
	has(&t, "<th scope=\"row\">Down</th><td>1 h 15 min 30 s</td>");
	has(&t,
	    "left</th><td>\xe2\x88\x92"
	    "1 h 1 min 40 s</td>");
	has(&t, "Not seen by us</th><td>1 min 1 s</td>");
	has(&t, "<th scope=\"row\">Coverage</th><td>99.999 %</td>");
	has(&t,
	    "1970-01-01 00:00:10 UTC</time><br><span class=\"note\">last good "
	    "<time datetime=\"1970-01-01T00:00:08Z\">");
	text_clear(&t);
}

static void
metrics_escape_labels_and_end_in_a_line(void **state)
{
	const struct view_endpoint e = { .name = "a\"b\\c\nd",
		.state = VIEW_DOWN };
	const struct view v = { .client = "acme",
		.endpoints = &e,
		.endpoint_count = 1,
		.agreed = true,
		.guarantee_milli = 99950,
		.account = { .total_s = 10,
		    .uptime_milli = 100000,
		    .coverage_milli = 5 } };
	const struct view_metrics m = { .views = &v,
		.count = 1,
		.read_ms = 1234,
		.version = "1" };
	struct text t = { 0 };

	(void)state;
	view_metrics(&m, &t);
	has(&t, "sunwatch_up{client=\"acme\",service=\"a\\\"b\\\\c\\nd\"} 0\n");
	has(&t, ",state=\"down\"} 1\n");
	has(&t, ",state=\"up\"} 0\n");
	has(&t, "sunwatch_sla_uptime_ratio{client=\"acme\"} 1.00000\n");
	has(&t, "sunwatch_sla_target_ratio{client=\"acme\"} 0.99950\n");
	has(&t, "sunwatch_sla_coverage_ratio{client=\"acme\"} 0.00005\n");
	has(&t, "sunwatch_pages_read_timestamp_seconds 1.234\n");
	assert_int_equal(t.data[t.length - 1], '\n');
	text_clear(&t);
}

/* ---- from records ---- */

struct small_site {
	struct settings settings;
	struct client clients[2];
	struct endpoint endpoints[3];
};

static void
make_site(struct small_site *s)
{
	static char names[3][2][16] = { { "learn", "acme/learn" },
		{ "login", "acme/login" }, { "learn", "beta/learn" } };
	static char site[] = "Site", acme[] = "acme", beta[] = "beta",
		    title[] = "Acme University", zone[] = "UTC",
		    why[] = "moving";

	memset(s, 0, sizeof(*s));
	for (int i = 0; i < 3; i++) {
		s->endpoints[i].name = names[i][0];
		s->endpoints[i].id = names[i][1];
	}
	s->endpoints[1].disabled = why;
	s->settings.site.name = site;
	s->clients[0] = (struct client){ .name = acme,
		.title = title,
		.zone = zone,
		.endpoints = { s->endpoints, 2 } };
	s->clients[1] = (struct client){ .name = beta,
		.zone = zone,
		.endpoints = { s->endpoints + 2, 1 } };
	s->settings.clients = (struct conf_list){ s->clients, 2 };
}

static void
feed(struct pages_model *m, enum pages_part part, const char *key,
    const char *field, const char *value)
{
	pages_model_field(m, part, key, field, value, strlen(value));
}

static void
states_come_whole_or_not_at_all(void **state)
{
	struct small_site s;
	struct pages_model *m;
	struct view v;

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_view(m, &s.clients[0], 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_UNKNOWN);
	assert_int_equal(v.endpoints[1].state, VIEW_NOT_PROBED);
	assert_false(v.agreed);
	view_clear(&v);

	pages_model_begin(m, PAGES_STATES);
	feed(m, PAGES_STATES, "states", "acme/learn",
	    "{\"state\":\"down\",\"since\":4000}");
	feed(m, PAGES_STATES, "states", "beta/learn", "rubbish");
	pages_model_end(m, PAGES_STATES, true);
	assert_int_equal(pages_model_unreadable(m), 1);
	pages_model_view(m, &s.clients[0], 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_DOWN);
	assert_int_equal(v.endpoints[0].since_ms, 4000);
	assert_string_equal(v.title, "Acme University");
	view_clear(&v);

	/* A read that breaks off changes nothing. */
	pages_model_begin(m, PAGES_STATES);
	feed(m, PAGES_STATES, "states", "acme/learn",
	    "{\"state\":\"up\",\"since\":4500}");
	pages_model_end(m, PAGES_STATES, false);
	pages_model_view(m, &s.clients[0], 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_DOWN);
	view_clear(&v);

	/* What is not there any more is not known any more. */
	pages_model_begin(m, PAGES_STATES);
	pages_model_end(m, PAGES_STATES, true);
	pages_model_view(m, &s.clients[0], 5000, &v);
	assert_int_equal(v.endpoints[0].state, VIEW_UNKNOWN);
	view_clear(&v);
	pages_model_free(m);
}

static void
feed_terms(struct pages_model *m, int64_t from_ms)
{
	char name[] = "gold", zone[] = "UTC", regions[] = "a b";
	const struct ledger_agreement agreement = { .from_ms = from_ms,
		.sla = name,
		.zone = zone,
		.guarantee_milli = 99950,
		.coverage_floor_milli = 50000 };
	const struct ledger_step step = { .from_ms = from_ms,
		.quorum = 2,
		.interval_ms = 30000,
		.timeout_ms = 10000,
		.regions = regions,
		.counts = true };
	struct ledger_agreements agreements = { 0 };
	struct ledger_terms terms = { 0 };
	char *text;

	ledger_add_agreement(&agreements, &agreement);
	text = ledger_encode_agreements(&agreements);
	feed(m, PAGES_LEDGER, "terms", "acme", text);
	free(text);
	ledger_add_step(&terms, &step);
	text = ledger_encode_terms(&terms);
	feed(m, PAGES_LEDGER, "terms", "acme/learn", text);
	free(text);
	ledger_agreements_clear(&agreements);
	ledger_terms_clear(&terms);
}

static void
the_figure_is_the_ledgers(void **state)
{
	int64_t begin_ms = at("2026-11-01T00:00:00Z"),
		now_ms = at("2026-11-02T00:00:00Z");
	const struct ledger_stretch outage = { .kind = LEDGER_DOWN,
		.from_ms = begin_ms + 3600000,
		.to_ms = begin_ms + 3600000 + 864000,
		.from_before_ms = begin_ms + 3590000,
		.to_before_ms = begin_ms + 3600000 + 860000,
		.reason = REASON_TIMEOUT };
	struct pages_model *m;
	struct small_site s;
	struct view v;
	char *text = ledger_encode_stretch(&outage), field[64];

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_LEDGER);
	feed_terms(m, begin_ms - 86400000);
	snprintf(field, sizeof(field), "acme/learn|%lld",
	    (long long)outage.from_ms);
	feed(m, PAGES_LEDGER, "outages", field, text);
	pages_model_end(m, PAGES_LEDGER, true);
	assert_int_equal(pages_model_unreadable(m), 0);
	pages_model_view(m, &s.clients[0], now_ms, &v);
	assert_true(v.agreed);
	assert_int_equal(v.guarantee_milli, 99950);
	assert_int_equal(v.account.down_s, 864);
	assert_int_equal(v.account.uptime_milli, 99000);
	assert_int_equal(v.month_from_ms, begin_ms);
	assert_int_equal(v.outage_count, 1);
	assert_string_equal(v.outages[0].endpoint, "learn");
	assert_string_equal(v.outages[0].reason, "timeout");
	view_clear(&v);
	/* The other client has no part in it. */
	pages_model_view(m, &s.clients[1], now_ms, &v);
	assert_false(v.agreed);
	assert_int_equal(v.outage_count, 0);
	view_clear(&v);
	pages_model_free(m);
	free(text);
}

/* An incident of two clients, shown to acme and held back from beta. */
static char *
two_clients_incident(uint64_t number, int64_t closed_ms)
{
	struct incident *i = incident_new(number, 1000);
	char *text;

	strcpy(i->subject, "acme/learn");
	i->since_ms = 1000;
	i->closed_ms = closed_ms;
	incident_add_member(i, "acme/learn", "acme");
	incident_add_member(i, "beta/learn", "beta");
	i->audiences = calloc(2, sizeof(*i->audiences));
	i->audience_count = 2;
	strcpy(i->audiences[0].client, "acme");
	i->audiences[0].state = AUDIENCE_SHOWN;
	strcpy(i->audiences[1].client, "beta");
	i->audiences[1].state = AUDIENCE_HELD;
	incident_note(i, 1100, "aroha", "the secret cause");
	incident_public(i, 1200, "aroha", PUBLIC_INVESTIGATING, "acme",
	    "for acme");
	incident_public(i, 1300, "aroha", PUBLIC_IDENTIFIED, "beta",
	    "for beta");
	incident_public(i, 1400, "aroha", PUBLIC_MONITORING, "", "for all");
	text = incident_encode(i);
	incident_free(i);
	return text;
}

static void
no_client_reads_of_another_nor_a_note(void **state)
{
	struct pages_model *m;
	struct small_site s;
	struct view v;
	struct text t = { 0 };
	char *text = two_clients_incident(7, 0);

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_INCIDENTS);
	feed(m, PAGES_INCIDENTS, "incidents", "INC-000007", text);
	pages_model_end(m, PAGES_INCIDENTS, true);
	pages_model_view(m, &s.clients[0], 5000, &v);
	assert_int_equal(v.incident_count, 1);
	assert_string_equal(v.incidents[0].subject, "learn");
	assert_int_equal(v.incidents[0].update_count, 2);
	assert_string_equal(v.incidents[0].updates[0].text, "for all");
	assert_string_equal(v.incidents[0].updates[1].text, "for acme");
	view_html(&v, &t);
	lacks(&t, "beta");
	lacks(&t, "secret cause");
	lacks(&t, "aroha");
	text_clear(&t);
	view_clear(&v);
	pages_model_view(m, &s.clients[1], 5000, &v);
	assert_int_equal(v.incident_count, 0);
	view_clear(&v);
	pages_model_free(m);
	free(text);
}

static void
open_incidents_come_first_and_old_ones_go(void **state)
{
	const int64_t day_ms = 86400000;
	struct pages_model *m;
	struct small_site s;
	struct view v;
	char *texts[3] = { two_clients_incident(1, 0),
		two_clients_incident(2, 2 * day_ms),
		two_clients_incident(3, 40 * day_ms) };

	(void)state;
	make_site(&s);
	m = pages_model_new(&s.settings);
	pages_model_begin(m, PAGES_INCIDENTS);
	for (int i = 0; i < 3; i++)
		feed(m, PAGES_INCIDENTS, "incidents", "x", texts[i]);
	feed(m, PAGES_INCIDENTS, "incidents", "INC-000009", "{");
	pages_model_end(m, PAGES_INCIDENTS, true);
	assert_int_equal(pages_model_unreadable(m), 1);
	pages_model_view(m, &s.clients[0], 41 * day_ms, &v);
	assert_int_equal(v.incident_count, 2);
	assert_int_equal(v.incidents[0].closed_ms, 0);
	assert_int_equal(v.incidents[1].closed_ms, 40 * day_ms);
	view_clear(&v);
	pages_model_free(m);
	for (int i = 0; i < 3; i++)
		free(texts[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_names_stay_text),
		cmocka_unit_test(the_headline_is_the_worst_that_is_known),
		cmocka_unit_test(a_stale_page_does_not_say_that_all_is_well),
		cmocka_unit_test(a_page_changes_with_the_minute_only),
		cmocka_unit_test(the_account_is_printed_exactly),
		cmocka_unit_test(metrics_escape_labels_and_end_in_a_line),
		cmocka_unit_test(states_come_whole_or_not_at_all),
		cmocka_unit_test(the_figure_is_the_ledgers),
		cmocka_unit_test(no_client_reads_of_another_nor_a_note),
		cmocka_unit_test(open_incidents_come_first_and_old_ones_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
