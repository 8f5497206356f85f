/* ledger_windows, ledger_claims: what was announced, and what is claimed not to
   count, in a client's account. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/ledger_facts.h"
#include "lib/ledger_windows.h"
#include "lib/sla.h"
#include "lib/text.h"

#define HOUR INT64_C(3600000)

static struct ledger *ledger;
static struct sla_account account;
static struct sla_facts facts;

static int64_t
at(const char *text)
{
	int64_t ms;

	assert_true(civil_read(text, "UTC", false, &ms));
	return ms;
}

static void
load(const char *key, const char *field, const char *json)
{
	char error[160];

	if (ledger_load(ledger, key, field, json, strlen(json), error) != 0)
		fail_msg("%s", error);
}

static void
agree(void)
{
	load("terms", "acme",
	    "[{\"from\":1767225600000,\"sla\":\"gold\",\"zone\":\"UTC\","
	    "\"guarantee\":99900,\"floor\":99000}]");
	load("terms", "acme/learn",
	    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
	    "\"timeout\":10000,\"regions\":\"auckland london\","
	    "\"counts\":true}]");
	load("terms", "acme/login",
	    "[{\"from\":1767225600000,\"quorum\":2,\"interval\":30000,"
	    "\"timeout\":10000,\"regions\":\"auckland london\","
	    "\"counts\":true}]");
}

static void
down(const char *endpoint, const char *from, const char *to)
{
	struct ledger_stretch s = { .kind = LEDGER_DOWN,
		.reason = REASON_CONNECT,
		.from_ms = at(from),
		.from_before_ms = at(from),
		.to_ms = at(to),
		.to_before_ms = at(to) };
	char *json = ledger_encode_stretch(&s), field[80];

	text_format(field, sizeof(field), "%s|%lld", endpoint,
	    (long long)s.from_ms);
	load("outages", field, json);
	free(json);
}

/* "2026-04-10 02:00", announced so long before; more: of it, or changes. */
static void
window(const char *id, const char *head, const char *from, const char *to,
    int64_t lead_ms, const char *changes)
{
	char json[900], field[40];

	text_format(json, sizeof(json),
	    "{\"at\":%lld,\"by\":\"a\",\"text\":\"t\",%s"
	    "\"times\":[{\"from\":%lld,\"to\":%lld%s}]}",
	    (long long)(at(from) - lead_ms), head, (long long)at(from),
	    (long long)at(to), changes);
	text_format(field, sizeof(field), "acme|%s", id);
	load("windows", field, json);
}

/* The account of April 2026 when this much notice is agreed. */
static void
count(int64_t notice_ms)
{
	facts = (struct sla_facts){ .zone = mem_text("UTC"),
		.period = SLA_MONTH,
		.from_ms = at("2026-04-01"),
		.to_ms = at("2026-05-01"),
		.as_of_ms = NEVER,
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	ledger_facts(ledger, &facts);
	assert_int_equal(facts.version_count, 1);
	facts.versions[0].notice_ms = notice_ms;
	sla_account(&facts, &account);
}

static void
let_go(void)
{
	sla_account_clear(&account);
	sla_facts_clear(&facts);
}

static int
begin(void **state)
{
	(void)state;
	ledger = ledger_new("acme");
	agree();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	ledger_free(ledger);
	return 0;
}

/* E3 of the definition: from 10 min before the window to 15 min after it. */
static void
an_outage_over_its_window(void **state)
{
	char percent[24];

	(void)state;
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 10:00", 72 * HOUR,
	    "");
	down("acme/learn", "2026-04-10 01:50", "2026-04-10 10:15");
	count(72 * HOUR);
	assert_int_equal(account.sum.total_s, 2563200);
	assert_int_equal(account.sum.down_ms, 1500000);
	sla_percent(sla_uptime(&account.sum), percent, sizeof(percent));
	assert_string_equal(percent, "99.9414");
	assert_false(account.windows[0].is_late);
	assert_string_equal(facts.windows[0].name, "m-1");
	let_go();
}

/* E8 and E9: the boundary is inclusive. */
static void
notice_is_counted_to_the_millisecond(void **state)
{
	(void)state;
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 10:00", 72 * HOUR - 1,
	    "");
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 0);
	assert_true(account.windows[0].is_late);
	let_go();
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 10:00", 72 * HOUR,
	    "");
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 28800);
	let_go();
}

/* After the fact nothing of the longer part is excluded, whatever is agreed. */
static void
an_extension_after_it_began(void **state)
{
	char changes[200];

	(void)state;
	for (int i = 0; i < 2; i++) {
		text_format(changes, sizeof(changes),
		    ",\"changes\":[{\"at\":%lld,\"by\":\"a\",\"from\":%lld,"
		    "\"to\":%lld}]",
		    (long long)at("2026-04-10 03:30"),
		    (long long)at("2026-04-10 02:00"),
		    (long long)at("2026-04-10 06:00"));
		window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00",
		    72 * HOUR, changes);
		count(i * 72 * HOUR);
		assert_int_equal(account.sum.maintenance_s, 7200);
		assert_int_equal(account.windows[0].declared_s, 14400);
		assert_true(account.windows[0].is_late);
		let_go();
	}
}

/* But what was extended in time is. */
static void
an_extension_in_time(void **state)
{
	char changes[200];

	(void)state;
	text_format(changes, sizeof(changes),
	    ",\"changes\":[{\"at\":%lld,\"by\":\"a\",\"from\":%lld,"
	    "\"to\":%lld}]",
	    (long long)at("2026-04-07 02:00"),
	    (long long)at("2026-04-10 02:00"),
	    (long long)at("2026-04-10 06:00"));
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00", 96 * HOUR,
	    changes);
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 14400);
	let_go();
}

static void
shortened_and_cancelled(void **state)
{
	char changes[200];

	(void)state;
	text_format(changes, sizeof(changes),
	    ",\"changes\":[{\"at\":%lld,\"by\":\"a\",\"from\":%lld,"
	    "\"to\":%lld}]",
	    (long long)at("2026-04-10 03:00"),
	    (long long)at("2026-04-10 02:00"),
	    (long long)at("2026-04-10 03:00"));
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00", 72 * HOUR,
	    changes);
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 3600);
	let_go();
	text_format(changes, sizeof(changes),
	    ",\"changes\":[{\"at\":%lld,\"by\":\"a\",\"cancelled\":true,"
	    "\"from\":%lld,\"to\":%lld}]",
	    (long long)at("2026-04-10 03:00"),
	    (long long)at("2026-04-10 02:00"),
	    (long long)at("2026-04-10 04:00"));
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00", 72 * HOUR,
	    changes);
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 0);
	let_go();
}

/* Of one endpoint: its outage does not count, the other one's does. */
static void
of_one_endpoint(void **state)
{
	(void)state;
	window("m-1", "\"endpoints\":[\"acme/learn\"],", "2026-04-10 02:00",
	    "2026-04-10 04:00", 72 * HOUR, "");
	down("acme/learn", "2026-04-10 02:30", "2026-04-10 03:00");
	down("acme/login", "2026-04-10 03:00", "2026-04-10 03:10");
	count(72 * HOUR);
	assert_int_equal(facts.windows[0].scope.count, 1);
	assert_int_equal(account.sum.down_ms, 600000);
	let_go();
	/* Of one that is not known it is of none, and not of all. */
	window("m-1", "\"endpoints\":[\"acme/old\"],", "2026-04-10 02:00",
	    "2026-04-10 04:00", 72 * HOUR, "");
	count(72 * HOUR);
	assert_int_equal(facts.window_count, 0);
	assert_int_equal(account.sum.down_ms, 2400000);
	let_go();
}

/* Several times are several windows; those of other months are not here. */
static void
several_times(void **state)
{
	char json[400];

	(void)state;
	text_format(json, sizeof(json),
	    "{\"at\":5,\"by\":\"a\",\"text\":\"t\",\"times\":["
	    "{\"from\":%lld,\"to\":%lld},{\"from\":%lld,\"to\":%lld},"
	    "{\"from\":%lld,\"to\":%lld}]}",
	    (long long)at("2026-03-31 02:00"),
	    (long long)at("2026-03-31 03:00"),
	    (long long)at("2026-03-31 23:30"),
	    (long long)at("2026-04-01 00:30"),
	    (long long)at("2026-04-07 02:00"),
	    (long long)at("2026-04-07 03:00"));
	load("windows", "acme|m-1", json);
	load("windows", "acmeb|m-2", json); /* another's */
	count(72 * HOUR);
	assert_int_equal(facts.window_count, 2);
	assert_string_equal(facts.windows[0].name, "m-1.2");
	assert_string_equal(facts.windows[1].name, "m-1.3");
	assert_int_equal(account.sum.maintenance_s, 1800 + 3600);
	let_go();
}

/* From 02:00 to 03:00; the answers as in the record. */
static void
claim(const char *id, const char *more, const char *answers)
{
	char json[900], field[40];

	text_format(json, sizeof(json),
	    "{\"at\":%lld,\"by\":\"a\",\"from\":%lld,\"to\":%lld,"
	    "\"reason\":\"client\",\"text\":\"its DNS\",\"claimant\":"
	    "\"aroha\",\"evidence\":\"ticket 7\",%s\"answers\":[%s]}",
	    (long long)at("2026-04-11"), (long long)at("2026-04-10 02:00"),
	    (long long)at("2026-04-10 03:00"), more, answers);
	text_format(field, sizeof(field), "acme|%s", id);
	load("exclusions", field, json);
}

/* Only what the client agrees to holds; all else is counted both ways. */
static void
claims_hold_when_they_are_agreed(void **state)
{
#define SAID(consent)                                                          \
	"{\"at\":5,\"by\":\"a\",\"who\":\"Dean\",\"consent\":\"" consent "\"}"
	static const struct {
		const char *answers;
		int consent;
		int64_t down_ms, contested_ms;
	} cases[] = {
		{ "", SLA_UNANSWERED, 3600000, 0 },
		{ SAID("disputed"), SLA_DISPUTED, 3600000, 0 },
		{ SAID("disputed") "," SAID("agreed"), SLA_AGREED, 0, 0 },
		{ SAID("agreed") "," SAID("disputed"), SLA_DISPUTED, 3600000,
		    0 },
	};

	(void)state;
	down("acme/learn", "2026-04-10 02:00", "2026-04-10 03:00");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		claim("x-1", "", cases[i].answers);
		count(0);
		assert_int_equal(facts.exclusion_count, 1);
		assert_int_equal(facts.exclusions[0].consent, cases[i].consent);
		assert_string_equal(facts.exclusions[0].reason,
		    "client: its DNS");
		assert_string_equal(facts.exclusions[0].claimant, "aroha");
		assert_string_equal(facts.exclusions[0].evidence, "ticket 7");
		assert_int_equal(account.sum.down_ms, cases[i].down_ms);
		assert_int_equal(account.parts[0].is_contested,
		    cases[i].consent != SLA_AGREED);
		if (account.parts[0].is_contested)
			assert_int_equal(account.parts[0].contested.down_ms,
			    cases[i].contested_ms);
		let_go();
	}
	claim("x-1", "\"endpoints\":[\"acme/login\"],", SAID("agreed"));
	count(0);
	assert_int_equal(facts.exclusions[0].scope.count, 1);
	assert_int_equal(account.sum.down_ms, 3600000);
	let_go();
}

/* What cannot be read is refused; what is written anew takes its place. */
static void
records_of_all_kinds(void **state)
{
	static const struct {
		const char *key, *field, *json;
	} bad[] = {
		{ "windows", "acme|m-1", "{}" },
		{ "exclusions", "acme|x-1", "[]" },
		{ "annotations", "acme/learn|5", "{}" },
		{ "annotations", "acme/learn|5", "[" },
		{ "annotations", "acme/learn", "[]" },
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ledger_load(ledger, bad[i].key, bad[i].field,
				     bad[i].json, strlen(bad[i].json), error),
		    -1);
	for (int i = 0; i < 2; i++) {
		window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00",
		    72 * HOUR, "");
		claim("x-1", "", "");
		load("annotations", "acme/learn|5", "[{\"text\":\"t\"}]");
	}
	/* Others' are passed over; nothing after 2069 can be counted. */
	load("exclusions", "birch|x-1", "{}");
	load("windows", "birch|m-1", "{}");
	load("annotations", "birch/learn|5", "{}");
	load("windows", "acme|m-9",
	    "{\"at\":5,\"by\":\"a\",\"text\":\"t\",\"times\":"
	    "[{\"from\":5,\"to\":200000000000000}]}");
	claim("x-2", "\"endpoints\":[\"acme/old\"],", "");
	count(0);
	assert_int_equal(facts.window_count, 1);
	assert_int_equal(facts.exclusion_count, 1);
	let_go();
}

/* With a cap, windows earlier in the month use it up. */
static void
a_cap_counts_from_the_months_begin(void **state)
{
	(void)state;
	window("m-1", "", "2026-04-03 02:00", "2026-04-03 05:00", 72 * HOUR,
	    "");
	window("m-2", "", "2026-04-20 02:00", "2026-04-20 05:00", 72 * HOUR,
	    "");
	load("terms", "acme",
	    "[{\"from\":1767225600000,\"sla\":\"gold\",\"zone\":\"UTC\","
	    "\"guarantee\":99900,\"floor\":99000,\"terms\":"
	    "{\"maintenance_cap_s\":14400}}]");
	facts = (struct sla_facts){ .zone = mem_text("UTC"),
		.period = SLA_BETWEEN,
		.from_ms = at("2026-04-15"),
		.to_ms = at("2026-05-01"),
		.as_of_ms = NEVER,
		.begin_ms = ALWAYS,
		.end_ms = NEVER };
	ledger_facts(ledger, &facts);
	sla_account(&facts, &account);
	assert_int_equal(facts.window_count, 2);
	assert_int_equal(account.sum.maintenance_s, 3600);
	assert_int_equal(account.windows[1].beyond_cap_s, 7200);
	let_go();
}

static void
causes_stand_by_their_outage(void **state)
{
	char field[60];

	(void)state;
	down("acme/learn", "2026-04-10 02:00", "2026-04-10 03:00");
	down("acme/login", "2026-04-10 02:00", "2026-04-10 03:00");
	text_format(field, sizeof(field), "acme/learn|%lld",
	    (long long)at("2026-04-10 02:00"));
	load("annotations", field,
	    "[{\"at\":1,\"by\":\"a\",\"cause\":\"a disk\"},{\"at\":2,"
	    "\"by\":\"a\",\"text\":\"well again\"},{\"at\":3,\"by\":"
	    "\"a\",\"cause\":\"two disks\"}]");
	count(0);
	assert_int_equal(facts.outage_count, 2);
	assert_string_equal(facts.outages[0].cause, "two disks");
	assert_null(facts.outages[1].cause);
	let_go();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    claims_hold_when_they_are_agreed, begin, end),
		cmocka_unit_test_setup_teardown(records_of_all_kinds, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    a_cap_counts_from_the_months_begin, begin, end),
		cmocka_unit_test_setup_teardown(causes_stand_by_their_outage,
		    begin, end),
		cmocka_unit_test_setup_teardown(an_outage_over_its_window,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    notice_is_counted_to_the_millisecond, begin, end),
		cmocka_unit_test_setup_teardown(an_extension_after_it_began,
		    begin, end),
		cmocka_unit_test_setup_teardown(an_extension_in_time, begin,
		    end),
		cmocka_unit_test_setup_teardown(shortened_and_cancelled, begin,
		    end),
		cmocka_unit_test_setup_teardown(of_one_endpoint, begin, end),
		cmocka_unit_test_setup_teardown(several_times, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
