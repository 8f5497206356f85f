/*
 * shard: what is left of a client's allowance is said as advisories.
 *
 * From 2027-01-15T08:00:20Z to the month's end 0.1 % are 1,439 s.
 */
#include "tests/unit/maintenance_story.h"

#define MAY "of the 1439 s that may fail until 2027-02-01T00:00:00Z, "

/* It burns, half of it is gone, all of it is; a restart says nothing anew. */
static void
an_allowance_goes(void **state)
{
	(void)state;
	begin_one();
	st.w.budgets = true;
	run(1000);
	told("");
	all_see(OUTCOME_FAILED);
	run(3100);
	told("[ 1020] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[ 1080] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n"
	     "[ 1215] operations/budget-burning/acme raised operations S4: "
	     "acme: over 2 % of the SLA's allowance within 1 h: " MAY
	     "195 s are used; at this rate all of it at "
	     "2027-01-15T10:27:25Z\n"
	     "[ 1815] operations/budget-half/acme raised operations S4: acme: "
	     "half of the SLA's allowance is gone: " MAY "795 s are used\n"
	     "[ 3015] operations/budget-gone/acme raised operations S4: acme: "
	     "more than the SLA allows: " MAY "1995 s are used\n"
	     "[ 3015] operations/budget-burning/acme cleared operations S4: "
	     "is over\n"
	     "[ 3015] operations/budget-half/acme cleared operations S4: "
	     "is over\n");
	world_restart(&st.w);
	run(3300);
	told("");
	end();
}

/* What nobody has to keep is no budget: an endpoint that does not count. */
static void
what_does_not_count_uses_nothing(void **state)
{
	static const char *const ids[] = { "acme/learn" };

	(void)state;
	begin(HEAD CLIENT("acme") ENDPOINT("learn", ", counts: false"), 1, ids);
	st.w.budgets = true;
	run(100);
	all_see(OUTCOME_FAILED);
	run(3100);
	told("[  120] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[  180] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	end();
}

/* What the client agreed not to count, and what was announced in time. */
static void
what_is_excluded_uses_nothing(void **state)
{
	(void)state;
	begin_one();
	st.w.budgets = true;
	run(100);
	assert_true(command("{\"command\":\"outage-exclude\",\"exclusion\":"
			    "\"x-1\",\"scope\":[\"acme\"],\"from_ms\":%lld,"
			    "\"to_ms\":%lld,\"reason\":\"client\",\"text\":"
			    "\"its DNS\",\"claimant\":\"aroha\"}",
	    ms(0), ms(2500)));
	assert_true(command("{\"command\":\"outage-consent\",\"exclusion\":"
			    "\"x-1\",\"consent\":\"agreed\",\"who\":"
			    "\"Dean\"}"));
	run(1000);
	all_see(OUTCOME_FAILED);
	run(2500);
	told("[ 1020] acme/learn raised down S1: is down: answered 503, seen "
	     "by 2 of 3 regions\n"
	     "[ 1080] acme/learn changed down S1: is down: answered 503, seen "
	     "by 3 of 3 regions\n");
	run(3100);
	told("[ 3015] operations/budget-burning/acme raised operations S4: "
	     "acme: over 2 % of the SLA's allowance within 1 h: "
	     "of the 1437 s that may fail until "
	     "2027-02-01T00:00:00Z, "
	     "515 s are used; at this rate all of it at "
	     "2027-01-15T09:05:38Z\n");
	end();
}

/* The outage of the eve is in the books, and in no allowance of the month. */
static void
another_month_has_another_allowance(void **state)
{
	const int64_t eve_s = 16 * 86400 + 15 * 3600; /* 23:00 on the 31st */

	(void)state;
	begin_one();
	st.w.budgets = true;
	run(100);
	st.w.now_ms = ms(eve_s);
	shard_time(st.w.shard, st.w.now_ms);
	run(eve_s + 300);
	text_clear(&st.w.story);
	all_see(OUTCOME_FAILED);
	run(eve_s + 1200);
	assert_non_null(
	    strstr(st.w.story.data, "operations/budget-burning/acme raised"));
	all_see(OUTCOME_OK);
	run(eve_s + 3500);
	text_clear(&st.w.story);
	run(eve_s + 3600 + 1500);
	told("[1440000] operations/budget-gone/acme cleared operations S4: is "
	     "over\n");
	end();
}

/* ---- terms that make the period under way begin earlier ---- */

#define AGREED(zone, sla, contract)                                            \
	SITE("")                                                               \
	"agents:\n" AGENT("akl-1", "auckland") AGENT("lon-1", "london")        \
	    AGENT("nyc-1", "new-york") PEOPLE                                  \
	    "slas:\n  - { name: gold, " sla " }\nclients:\n  - name: acme\n"   \
	    "    sla: gold\n    zone: " zone "\n" contract                     \
	    "    endpoints:\n" ENDPOINT("learn", "")
#define MONTH "guarantee: 99.9%"
#define QUARTER "guarantee: 99.9%, period: quarter"
#define YEAR "guarantee: 99.99%, period: contract_year"
#define SINCE(day) "    contract: { from: " day " }\n"

/* Down for a while on that second, then well until a week in February. */
static void
was_down_once(const char *before, int64_t at_s)
{
	static const char *const ids[] = { "acme/learn" };

	begin(before, 1, ids);
	st.w.budgets = true;
	run(100);
	st.w.now_ms = ms(at_s);
	shard_time(st.w.shard, st.w.now_ms);
	run(at_s + 300);
	all_see(OUTCOME_FAILED);
	run(at_s + 3900);
	all_see(OUTCOME_OK);
	run(at_s + 4200);
	/* Pruned while February is the period that is known. */
	for (int day = 37; day < 40; day++) {
		st.w.now_ms = ms(day * INT64_C(86400));
		shard_time(st.w.shard, st.w.now_ms);
		run(day * INT64_C(86400) + 900);
	}
	text_clear(&st.w.story);
}

/* Both parties say that what the settings have now held from the first. */
static void
amended_says(const char *after, const char *expected)
{
	settings_free(reconfigure(after));
	if (!command("{\"command\":\"sla-amend\",\"client\":\"acme\","
		     "\"from_ms\":%lld,\"ours\":\"Moana\",\"theirs\":\"Dean\","
		     "\"correction\":true}",
		ms(-3600)))
		fail_msg("%s", answer);
	run(second_now() + 60);
	told(expected);
	world_restart(&st.w);
	run(second_now() + 900);
	told(""); /* as after a restart */
	end();
}

static void
an_amended_quarter_has_what_failed_before(void **state)
{
	(void)state;
	was_down_once(AGREED("UTC", MONTH, ""), 86400);
	amended_says(AGREED("UTC", QUARTER, ""),
	    "[3370510] operations/budget-half/acme raised operations S4: acme: "
	    "half of the SLA's allowance is gone: of the 5589 s that may fail "
	    "until 2027-04-01T00:00:00Z, 3600 s are used\n");
}

static void
an_amended_contract_year_has_what_failed_before(void **state)
{
	(void)state;
	was_down_once(AGREED("UTC", YEAR, SINCE("2027-02-01")), 86400);
	amended_says(AGREED("UTC", YEAR, SINCE("2027-01-01")),
	    "[3370510] operations/budget-gone/acme raised operations S4: acme: "
	    "more than the SLA allows: of the 2934 s that may fail until "
	    "2028-01-01T00:00:00Z, 3600 s are used\n");
}

/* In Auckland it was February already. */
static void
an_amended_zone_has_what_failed_before(void **state)
{
	(void)state;
	was_down_once(AGREED("UTC", MONTH, ""), 16 * INT64_C(86400) + 4 * 3600);
	amended_says(AGREED("Pacific/Auckland", MONTH, ""),
	    "[3370510] operations/budget-gone/acme raised operations S4: acme: "
	    "more than the SLA allows: of the 1553 s that may fail until "
	    "2027-02-28T11:00:00Z, 3600 s are used\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_allowance_goes),
		cmocka_unit_test(what_does_not_count_uses_nothing),
		cmocka_unit_test(what_is_excluded_uses_nothing),
		cmocka_unit_test(another_month_has_another_allowance),
		cmocka_unit_test(an_amended_quarter_has_what_failed_before),
		cmocka_unit_test(
		    an_amended_contract_year_has_what_failed_before),
		cmocka_unit_test(an_amended_zone_has_what_failed_before),
	};

	return cmocka_run_group_tests_name("shard budget", tests, NULL, NULL);
}
