/* Status pages: what they say, and what hostile names do to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/pages_view.h"
#include "lib/interval.h"
#include "tests/unit/pages_text.h"

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

/* u up, g degraded, d down, ? unknown, - not watched; i: an incident. */
static const struct {
	const char *states;
	const char *want;
	enum view_state colour;
} headlines[] = {
	{ "", "Nothing is watched yet.", VIEW_UNKNOWN },
	{ "--", "Nothing is watched yet.", VIEW_NOT_PROBED },
	{ "u", "All services work.", VIEW_UP },
	{ "uu-", "All services work.", VIEW_UP },
	{ "uui", "All that we watch works, but an incident is open.",
	    VIEW_DEGRADED },
	{ "u?", "At the moment we cannot see all services.", VIEW_UNKNOWN },
	{ "??", "At the moment we cannot see whether anything works.",
	    VIEW_UNKNOWN },
	{ "?-", "At the moment we cannot see whether anything works.",
	    VIEW_UNKNOWN },
	{ "ug", "Some services work only in part.", VIEW_DEGRADED },
	{ "g?",
	    "Some services work only in part, and some we cannot "
	    "see.",
	    VIEW_DEGRADED },
	{ "ud", "Some services do not work.", VIEW_DOWN },
	{ "udi", "Some services do not work.", VIEW_DOWN },
	{ "gd", "Some services do not work.", VIEW_DOWN },
	{ "d?", "Some services do not work, and some we cannot see.",
	    VIEW_DOWN },
	{ "d", "The service does not work.", VIEW_DOWN },
	{ "d-", "The service does not work.", VIEW_DOWN },
	{ "ddi", "No service works.", VIEW_DOWN },
};

static void
the_headline_says_what_all_of_them_do(void **state)
{
	static const struct view_incident open = { .subject = "x" };

	(void)state;
	for (size_t i = 0; i < sizeof(headlines) / sizeof(headlines[0]); i++) {
		static const char letters[] = "ugd?-";
		struct view_endpoint list[8] = { 0 };
		struct view v = { .endpoints = list, .incidents = &open };
		enum view_state colour;
		const char *said;

		for (const char *p = headlines[i].states; *p != '\0'; p++)
			if (*p == 'i')
				v.incident_count = 1;
			else
				list[v.endpoint_count++].state =
				    (enum view_state)(
					strchr(letters, *p) - letters);
		said = view_headline(&v, &colour);
		assert_string_equal(said, headlines[i].want);
		if (i > 0)
			assert_int_equal(colour, headlines[i].colour);
		v.stale = true;
		said = view_headline(&v, &colour);
		assert_string_equal(said, "Nothing is known yet.");
		v.as_of_ms = 1;
		said = view_headline(&v, &colour);
		assert_string_equal(said, "This page is out of date.");
		assert_int_equal(colour, VIEW_UNKNOWN);
	}
}

/* Under the headline: what people last said, and until when they promised. */
static void
the_headline_has_the_work_under_way(void **state)
{
	const struct view_endpoint e = { .name = "learn", .state = VIEW_DOWN };
	const struct view_update update = { 5000, "identified", "a disk" };
	struct view_incident list[5] = {
		{ .subject = "learn",
		    .since_ms = at("2026-11-22T01:02:07Z"),
		    .next_ms = at("2026-11-22T02:00:00Z"),
		    .updates = &update,
		    .update_count = 1 },
		{ .subject = HOSTILE },
		{ .subject = "third" },
		{ .subject = "fourth" },
		{ .subject = "old", .closed_ms = 1 },
	};
	struct view v = { .site = "s",
		.title = "t",
		.zone = "UTC",
		.now_ms = at("2026-11-22T01:30:00Z"),
		.endpoints = &e,
		.endpoint_count = 1,
		.incidents = list,
		.incident_count = 5 };
	struct text t = { 0 };
	char *end;

	(void)state;
	view_html(&v, &t);
	end = strstr(t.data, "</div>");
	assert_non_null(end);
	*end = '\0';
	has(&t,
	    "The service does not work.</strong></p>\n<p>learn: "
	    "identified, since <time");
	has(&t, "<p>Next update by <time");
	has(&t, "<p>" ESCAPED ": no update yet, since");
	has(&t, "third");
	has(&t, "And 1 more, see below.");
	lacks(&t, "fourth");
	lacks(&t, "old");
	lacks(&t, "<script");
	text_clear(&t);
	/* A promise that was not kept does not look like one that may be. */
	v.now_ms = at("2026-11-22T02:00:01Z");
	view_html(&v, &t);
	lacks(&t, "Next update by");
	has(&t, "The next update is late: it was promised by <time");
	text_clear(&t);
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
		.as_of_ms = at("2026-11-22T01:02:07Z"),
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

/*
 * The 10th of November, 99.95 % guaranteed: 21 min 36 s of the whole month,
 * of which 16 min 40 s are used; so far that is below 99.95 %.
 */
static struct view
november(const struct view_outage *o)
{
	return (struct view){ .site = "s",
		.title = "t",
		.zone = "UTC",
		.now_ms = at("2026-11-10T00:00:07Z"),
		.as_of_ms = at("2026-11-10T00:00:05Z"),
		.agreed = true,
		.guarantee_milli = 99950,
		.account = { .total_s = 777600 - 61,
		    .period_s = 777605,
		    .down_s = 1000,
		    .unknown_s = 61,
		    .uptime = 998713,
		    .coverage = 999921,
		    .verdict = VERDICT_MISSED },
		.best = { .period_s = 2592000,
		    .down_s = 1000,
		    .allowed_s = 1295,
		    .left_s = 295,
		    .verdict = VERDICT_MET },
		.period = "month",
		.period_from_ms = at("2026-11-01T00:00:00Z"),
		.period_to_ms = at("2026-12-01T00:00:00Z"),
		.outages = o,
		.outage_count = o != NULL };
}

/* What is left is of the whole month; what is so far says so. */
static void
the_account_is_printed_exactly(void **state)
{
	const struct view_outage o = { .endpoint = "learn",
		.from_ms = 10000,
		.to_ms = 20000,
		.from_before_ms = 8000,
		.to_before_ms = 18000,
		.reason = "timeout" };
	struct view v = november(&o);
	struct text t = { 0 };

	(void)state;
	view_html(&v, &t);
	has(&t, "<h2>This month so far</h2>");
	has(&t, "2026-12-01 00:00 UTC</time> (720 h 0 min 0 s); as of ");
	has(&t, "2026-11-10 00:00:05 UTC</time>.</p>");
	has(&t, "Agreed time of the month</th><td>720 h 0 min 0 s</td>");
	has(&t, "Guaranteed</th><td>99.9500 % of it</td>");
	has(&t, "Allowance of the whole month</th><td>21 min 35 s</td>");
	has(&t, "Of it used so far (down)</th><td>16 min 40 s</td>");
	has(&t, "Left until the month ends</th><td>4 min 55 s</td>");
	has(&t,
	    "Guarantee</th><td>below it so far; of the whole period it can "
	    "still be kept</td>");
	has(&t, "Uptime so far</th><td>99.8713 %</td>");
	has(&t, "Coverage so far</th><td>99.9921 % of this was seen by us<");
	has(&t, "Not seen by us so far</th><td>1 min 1 s</td>");
	lacks(&t, "The terms changed");
	has(&t,
	    "1970-01-01 00:00:10 UTC</time><br><span class=\"note\">last good "
	    "<time datetime=\"1970-01-01T00:00:08Z\">");
	text_clear(&t);
	v.best.down_s = v.account.down_s = 5000;
	v.best.left_s = 1295 - 5000;
	v.best.verdict = VERDICT_MISSED;
	v.has_changed = true;
	view_html(&v, &t);
	lacks(&t, "Left until");
	has(&t, "More used than allowed</th><td>1 h 1 min 45 s</td>");
	has(&t, "Guarantee</th><td>missed: it can no longer be kept<");
	has(&t, "The terms changed in this month");
	text_clear(&t);
}

/* An edge that nobody saw from its other side says so. */
static void
an_edge_without_a_look_before_says_so(void **state)
{
	const struct view_outage o = { .endpoint = "learn",
		.from_ms = 10000,
		.to_ms = 20000,
		.from_before_ms = 0,
		.to_before_ms = 20000,
		.reason = "timeout" };
	struct view v = november(&o);
	struct text t = { 0 };

	(void)state;
	view_html(&v, &t);
	has(&t,
	    "1970-01-01 00:00:10 UTC</time><br><span class=\"note\">last good: "
	    "unknown, not looked at before</span>");
	lacks(&t, "last failed");
	text_clear(&t);
}

static void
what_is_not_known_is_no_figure(void **state)
{
	struct view v = november(NULL);
	struct text t = { 0 };

	(void)state;
	v.account = (struct account){ .verdict = VERDICT_NOT_APPLICABLE,
		.coverage = -1 };
	v.best.down_s = 0;
	view_html(&v, &t);
	has(&t, "Uptime so far</th><td>not yet known</td>");
	has(&t, "Guarantee</th><td>nothing was seen by us so far</td>");
	lacks(&t, "Coverage so far");
	lacks(&t, "100.0000 %");
	text_clear(&t);
	v.agreed = false;
	v.as_of_ms = 0;
	view_html(&v, &t);
	has(&t, "<p>No figure yet.</p>");
	lacks(&t, "as of");
	lacks(&t, "<th scope=\"row\">Guarantee");
	text_clear(&t);
}

static void
metrics_escape_labels_and_end_in_a_line(void **state)
{
	const struct view_endpoint e = { .name = "a\"b\\c\nd",
		.state = VIEW_DOWN };
	struct view v = { .client = "acme",
		.endpoints = &e,
		.endpoint_count = 1,
		.agreed = true,
		.guarantee_milli = 99950,
		.as_of_ms = 2005,
		.best = { .allowed_s = 1296, .left_s = -4 },
		.account = { .total_s = 10, .uptime = 1000000, .coverage = 50 },
		.budget = { .exhausted_at_ms = NEVER,
		    .forecast_at_ms = 1800000000000,
		    .burns = { { .long_s = 3600, .long_milli = 14400 },
			{ .long_s = 21600, .long_milli = NEVER } } } };
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
	has(&t, "sunwatch_sla_uptime_ratio{client=\"acme\"} 1.000000\n");
	has(&t, "sunwatch_sla_target_ratio{client=\"acme\"} 0.999500\n");
	has(&t, "sunwatch_sla_coverage_ratio{client=\"acme\"} 0.000050\n");
	has(&t, "sunwatch_pages_read_timestamp_seconds 1.234\n");
	has(&t, "sunwatch_sla_incomplete{client=\"acme\"} 0\n");
	has(&t,
	    "sunwatch_sla_burn_rate{client=\"acme\",window=\"1h\"} "
	    "14.400\n");
	lacks(&t, "window=\"6h\"");
	has(&t,
	    "sunwatch_sla_budget_end_timestamp_seconds{client=\"acme\"} "
	    "1800000000\n");
	has(&t, "sunwatch_sla_error_budget_seconds{client=\"acme\"} 1296\n");
	has(&t, "_budget_remaining_seconds{client=\"acme\"} -4\n");
	has(&t,
	    "sunwatch_known_until_timestamp_seconds{client=\"acme\"} "
	    "2.005\n");
	assert_int_equal(t.data[t.length - 1], '\n');
	text_clear(&t);
	/* Figures that leave something out say so, also where none is shown. */
	v.incomplete = (char[]){ "Incomplete: <1 & 2>" };
	v.agreed = false;
	view_metrics(&m, &t);
	has(&t, "sunwatch_sla_incomplete{client=\"acme\"} 1\n");
	text_clear(&t);
	v.site = v.title = "s";
	v.zone = "UTC";
	view_html(&v, &t);
	has(&t, "<p><strong>Incomplete: &lt;1 &amp; 2&gt;.</strong></p>\n");
	text_clear(&t);
	/* What is out of date says nothing about now. */
	v.stale = true;
	view_metrics(&m, &t);
	has(&t, ",state=\"down\"} 0\n");
	has(&t, ",state=\"unknown\"} 1\n");
	text_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_names_stay_text),
		cmocka_unit_test(the_headline_is_the_worst_that_is_known),
		cmocka_unit_test(the_headline_says_what_all_of_them_do),
		cmocka_unit_test(the_headline_has_the_work_under_way),
		cmocka_unit_test(a_stale_page_does_not_say_that_all_is_well),
		cmocka_unit_test(a_page_changes_with_the_minute_only),
		cmocka_unit_test(the_account_is_printed_exactly),
		cmocka_unit_test(an_edge_without_a_look_before_says_so),
		cmocka_unit_test(what_is_not_known_is_no_figure),
		cmocka_unit_test(metrics_escape_labels_and_end_in_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
