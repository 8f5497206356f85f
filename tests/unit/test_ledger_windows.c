/* ledger_windows: what was announced, in a client's account. */
#include "lib/ledger_windows.h"
#include "tests/unit/ledger_story.h"

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

/* From 02:00 to 04:00, announced three days before; said of it later: until
   when it is, or was to be when it is cancelled. */
static void
changed_window(const char *said, const char *to, bool cancelled)
{
	char changes[200];

	text_format(changes, sizeof(changes),
	    ",\"changes\":[{\"at\":%lld,\"by\":\"a\",%s\"from\":%lld,"
	    "\"to\":%lld}]",
	    (long long)at(said), cancelled ? "\"cancelled\":true," : "",
	    (long long)at("2026-04-10 02:00"), (long long)at(to));
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00", 96 * HOUR,
	    changes);
}

/* After the fact nothing of the longer part is excluded, whatever is agreed. */
static void
an_extension_after_it_began(void **state)
{
	(void)state;
	changed_window("2026-04-10 03:30", "2026-04-10 06:00", false);
	for (int i = 0; i < 2; i++) {
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
	(void)state;
	changed_window("2026-04-07 02:00", "2026-04-10 06:00", false);
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 14400);
	let_go();
}

static void
shortened_and_cancelled(void **state)
{
	(void)state;
	changed_window("2026-04-10 03:00", "2026-04-10 03:00", false);
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 3600);
	let_go();
	changed_window("2026-04-10 03:00", "2026-04-10 04:00", true);
	count(72 * HOUR);
	assert_int_equal(account.sum.maintenance_s, 0);
	let_go();
}

/* What was moved bears on the month that it was in, and the one it is in. */
static void
moved_out_of_a_month_or_into_it(void **state)
{
	static const struct {
		const char *from, *to;
		size_t count;
		int64_t excluded_s;
	} cases[] = {
		{ "2026-03-20 02:00", "2026-04-08 02:00", 1, 3600 },
		{ "2026-04-08 02:00", "2026-05-08 02:00", 1, 0 },
		{ "2026-05-20 02:00", "2026-04-08 02:00", 1, 3600 },
		{ "2026-03-20 02:00", "2026-03-22 02:00", 0, 0 },
		{ "2026-05-20 02:00", "2026-05-22 02:00", 0, 0 },
	};
	char json[400];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t from_ms = at(cases[i].from), to_ms = at(cases[i].to);

		text_format(json, sizeof(json),
		    "{\"at\":5,\"by\":\"a\",\"text\":\"t\",\"times\":[{"
		    "\"from\":%lld,\"to\":%lld,\"changes\":[{\"at\":6,\"by\":"
		    "\"a\",\"from\":%lld,\"to\":%lld}]}]}",
		    (long long)from_ms, (long long)(from_ms + HOUR),
		    (long long)to_ms, (long long)(to_ms + HOUR));
		load("windows", "acme|m-1", json);
		count(72 * HOUR);
		assert_int_equal(facts.window_count, cases[i].count);
		assert_int_equal(account.sum.maintenance_s,
		    cases[i].excluded_s);
		let_go();
	}
}

/* Those that begin at once stand by their names. */
static void
two_that_begin_at_once(void **state)
{
	(void)state;
	window("m-2", "", "2026-04-10 02:00", "2026-04-10 03:00", 72 * HOUR,
	    "");
	window("m-1", "", "2026-04-10 02:00", "2026-04-10 04:00", 72 * HOUR,
	    "");
	count(72 * HOUR);
	assert_string_equal(facts.windows[0].name, "m-1");
	assert_string_equal(facts.windows[1].name, "m-2");
	assert_int_equal(account.sum.maintenance_s, 7200);
	let_go();
}

static void
load_many(int nth, int64_t begin_ms)
{
	struct text json = { 0 };
	char field[40];

	text_add(&json, "{\"at\":5,\"by\":\"a\",\"text\":\"t\",\"times\":[");
	for (int i = 0; i < WINDOW_TIMES_MAX; i++)
		text_addf(&json, "%s{\"from\":%lld,\"to\":%lld}",
		    i > 0 ? "," : "", (long long)(begin_ms + i * 2000),
		    (long long)(begin_ms + i * 2000 + 1000));
	text_add(&json, "]}");
	text_format(field, sizeof(field), "acme|m-%d", nth);
	load("windows", field, json.data);
	text_clear(&json);
}

/* Windows without end do not make facts without end. */
static void
no_more_windows_than_facts_may_have(void **state)
{
	(void)state;
	for (int i = 0; i <= SLA_ROWS_MAX / WINDOW_TIMES_MAX; i++)
		load_many(i, at("2026-04-02"));
	april();
	ledger_facts(ledger, &facts);
	assert_int_equal(facts.window_count, SLA_ROWS_MAX);
	sla_facts_clear(&facts);
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
	april();
	facts.period = SLA_BETWEEN;
	facts.from_ms = at("2026-04-15");
	ledger_facts(ledger, &facts);
	sla_account(&facts, &account);
	assert_int_equal(facts.window_count, 2);
	assert_int_equal(account.sum.maintenance_s, 3600);
	assert_int_equal(account.windows[1].beyond_cap_s, 7200);
	let_go();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_outage_over_its_window),
		TEST(notice_is_counted_to_the_millisecond),
		TEST(an_extension_after_it_began),
		TEST(an_extension_in_time),
		TEST(shortened_and_cancelled),
		TEST(moved_out_of_a_month_or_into_it),
		TEST(two_that_begin_at_once),
		TEST(no_more_windows_than_facts_may_have),
		TEST(of_one_endpoint),
		TEST(several_times),
		TEST(a_cap_counts_from_the_months_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
