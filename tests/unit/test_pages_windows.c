/* Announced maintenance on status pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/pages_view.h"
#include "collector/pages_windows.h"
#include "tests/unit/pages_text.h"

#define MINUTE INT64_C(60000)
#define NOW INT64_C(1795323600000) /* 2026-11-22T05:00:00Z */

static struct ledger *ledger;
static struct text page;

/* A window of acme, from so many minutes after now on. */
static void
window(const char *id, const char *more, int64_t from_min, int64_t to_min,
    const char *changes)
{
	char json[900], error[160];

	text_format(json, sizeof(json),
	    "{\"at\":%lld,\"by\":\"secret-name\",%s"
	    "\"times\":[{\"from\":%lld,\"to\":%lld%s}]}",
	    (long long)(NOW - 600 * MINUTE), more,
	    (long long)(NOW + from_min * MINUTE),
	    (long long)(NOW + to_min * MINUTE), changes);
	if (ledger_load(ledger, "windows", id, json, strlen(json), error) != 0)
		fail_msg("%s", error);
}

static void
show(void)
{
	struct view v = { .site = "Site",
		.client = "acme",
		.title = "Acme",
		.zone = "Pacific/Auckland",
		.now_ms = NOW,
		.as_of_ms = NOW };

	text_clear(&page);
	pages_windows_view(ledger, &v);
	view_html(&v, &page);
	pages_windows_unview(&v);
}

static int
begin(void **state)
{
	(void)state;
	ledger = ledger_new("acme");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	ledger_free(ledger);
	text_clear(&page);
	return 0;
}

static void
nothing_announced_is_nothing_said(void **state)
{
	(void)state;
	show();
	lacks(&page, "aintenance");
}

static void
what_is_under_way_and_what_comes(void **state)
{
	(void)state;
	window("acme|m-2", "\"text\":\"Moodle 5\",", 60, 120, "");
	window("acme|m-1",
	    "\"text\":\"New disks\",\"endpoints\":[\"acme/learn\","
	    "\"acme/login\"],",
	    -10, 30, "");
	window("acme|m-0", "\"text\":\"Long ago\",", -90, 0, "");
	window("beta|m-3", "\"text\":\"Another's\",", 60, 120, "");
	show();
	has(&page,
	    "<p>Maintenance of learn, login until <time "
	    "datetime=\"2026-11-22T05:30:00Z\">2026-11-22 18:30 "
	    "NZDT</time>: New disks</p>");
	has(&page,
	    "<th scope=\"row\">learn, login</th><td>under way</td><td><time "
	    "datetime=\"2026-11-22T04:50:00Z\">2026-11-22 17:50:00 NZDT</time> "
	    "to <time datetime=\"2026-11-22T05:30:00Z\">2026-11-22 18:30:00 "
	    "NZDT</time></td><td>New disks<br><span class=\"note\">Announced "
	    "<time datetime=\"2026-11-21T19:00:00Z\">2026-11-22 08:00:00 "
	    "NZDT</time></span></td></tr>\n<tr><th scope=\"row\">all "
	    "services</th><td>announced</td>");
	lacks(&page, "Long ago");
	lacks(&page, "Another");
	/* Who it was is nobody's business. */
	lacks(&page, "secret-name");
}

static void
what_was_said_last_stands_there(void **state)
{
	(void)state;
	window("acme|m-1", "\"text\":\"New disks\",", -10, 30,
	    ",\"changes\":[{\"at\":1795323000000,\"by\":\"a\",\"from\":"
	    "1795323000000,\"to\":1795330800000}]");
	window("acme|m-2", "\"text\":\"Moodle 5\",", 60, 120,
	    ",\"changes\":[{\"at\":1795323000000,\"by\":\"a\",\"why\":\"reason"
	    "\",\"cancelled\":true,\"from\":1795327200000,\"to\":"
	    "1795330800000}]");
	/* It has ended early: it is over. */
	window("acme|m-3", "\"text\":\"Gone\",", -10, 30,
	    ",\"changes\":[{\"at\":1795323000000,\"by\":\"a\",\"from\":"
	    "1795323000000,\"to\":1795323600000}]");
	show();
	has(&page, "until <time datetime=\"2026-11-22T07:00:00Z\">");
	has(&page,
	    ", changed <time datetime=\"2026-11-22T04:50:00Z\">2026-11-22 "
	    "17:50:00 NZDT</time>");
	has(&page, "<td>cancelled</td>");
	has(&page, ", cancelled <time");
	lacks(&page, "Gone");
	lacks(&page, "reason");
	lacks(&page,
	    "Maintenance of all services until <time "
	    "datetime=\"2026-11-22T07:00:00Z\">2026-11-22 20:00 "
	    "NZDT</time>: Moodle 5");
}

static void
hostile_text_stays_text(void **state)
{
	(void)state;
	window("acme|m-1",
	    "\"text\":\"<script>alert(1)</script>&\\\"'\",\"endpoints\":"
	    "[\"acme/<script>alert(1)</script>&\\\"'\"],",
	    -10, 30, "");
	show();
	has(&page, "<p>Maintenance of " ESCAPED " until");
	has(&page, ": " ESCAPED "</p>");
	lacks(&page, "<script");
}

static void
more_than_a_page_shows(void **state)
{
	(void)state;
	for (int i = 0; i < VIEW_WINDOWS_MAX + 3; i++) {
		char id[32];

		text_format(id, sizeof(id), "acme|m-%d", i);
		window(id, "\"text\":\"x\",", 60 + i, 120 + i, "");
	}
	show();
	has(&page, "<p>And 3 more later.</p>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    nothing_announced_is_nothing_said, begin, end),
		cmocka_unit_test_setup_teardown(
		    what_is_under_way_and_what_comes, begin, end),
		cmocka_unit_test_setup_teardown(what_was_said_last_stands_there,
		    begin, end),
		cmocka_unit_test_setup_teardown(hostile_text_stays_text, begin,
		    end),
		cmocka_unit_test_setup_teardown(more_than_a_page_shows, begin,
		    end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
