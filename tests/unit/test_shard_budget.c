/*
 * shard: what is left of a client's allowance is said as advisories.
 *
 * From 2027-01-15T08:00:20Z to the month's end 0.1 % are 1,439 s.
 */
#include "tests/unit/shard_story.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_allowance_goes),
		cmocka_unit_test(what_does_not_count_uses_nothing),
	};

	return cmocka_run_group_tests_name("shard budget", tests, NULL, NULL);
}
