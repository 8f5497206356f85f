/* Which ladder calls at an hour. */
#include "lib/ladder_when.h"
#include "tests/unit/when_story.h"

static const struct {
	const char *endpoint, *at;
	const char *ladder, *hours, *until;
} cases[] = {
	/* A Friday in London's winter; the site says it for everybody. */
	{ "acme/learn", "2026-03-27T08:59:59Z", "night", "",
	    "2026-03-27T09:00Z" },
	{ "acme/learn", "2026-03-27T09:00Z", "day", "8x5",
	    "2026-03-27T17:00Z" },
	{ "acme/learn", "2026-03-27T16:59:59Z", "day", "8x5",
	    "2026-03-27T17:00Z" },
	{ "acme/learn", "2026-03-27T17:00Z", "night", "", "2026-03-28T17:00Z" },
	/* On Sunday the clocks went forward: Monday's nine is eight. */
	{ "acme/learn", "2026-03-30T07:59Z", "night", "", "2026-03-30T08:00Z" },
	{ "acme/learn", "2026-03-30T08:00Z", "day", "8x5",
	    "2026-03-30T16:00Z" },
	{ "acme/learn", "2026-10-23T08:00Z", "day", "8x5",
	    "2026-10-23T16:00Z" },
	{ "acme/learn", "2026-10-26T08:00Z", "night", "", "2026-10-26T09:00Z" },
	/* Who names a ladder itself has it at every hour. */
	{ "acme/lab", "2026-03-27T10:00Z", "own", "", "never" },
	/* Hours are the client's own: in Auckland it is Monday by then. */
	{ "birch/learn", "2026-03-29T20:00Z", "day", "8x5",
	    "2026-03-30T04:00Z" },
	{ "birch/learn", "2026-04-05T20:59Z", "night", "",
	    "2026-04-05T21:00Z" },
	{ "birch/learn", "2026-04-05T21:00Z", "day", "8x5",
	    "2026-04-06T05:00Z" },
	/* None of its own takes the site's away. */
	{ "cedar/learn", "2026-03-27T10:00Z", "night", "", "never" },
	/* A night that is an hour shorter, and one that is longer. */
	{ "dogwood/learn", "2026-03-28T21:59Z", "night", "",
	    "2026-03-28T22:00Z" },
	{ "dogwood/learn", "2026-03-28T22:00Z", "own", "dark",
	    "2026-03-29T05:00Z" },
	{ "dogwood/learn", "2026-03-29T05:00Z", "night", "",
	    "2026-03-29T21:00Z" },
	{ "dogwood/learn", "2026-10-24T21:00Z", "own", "dark",
	    "2026-10-25T06:00Z" },
	/* The first that is open; it cuts short what stands behind it. */
	{ "elm/learn", "2026-05-04T06:59Z", "night", "", "2026-05-04T07:00Z" },
	{ "elm/learn", "2026-05-04T08:00Z", "own", "exams",
	    "2026-05-04T21:00Z" },
	{ "elm/learn", "2026-05-18T08:00Z", "day", "8x5", "2026-05-18T16:00Z" },
	{ "fir/learn", "2026-05-18T08:00Z", "day", "8x5", "2026-05-18T11:00Z" },
	{ "fir/learn", "2026-05-18T11:00Z", "own", "lunch",
	    "2026-05-18T12:00Z" },
	{ "fir/learn", "2026-05-18T12:00Z", "day", "8x5", "2026-05-18T16:00Z" },
	/* Its own calendar has the hours of the tree's, in another zone. */
	{ "gum/learn", "2026-05-18T00:30Z", "own", "lunch",
	    "2026-05-18T01:00Z" },
};

static void
check_case(const struct settings *s, size_t i)
{
	struct ladder_plan plan =
	    ladder_plan_of(settings_endpoint(s, cases[i].endpoint));
	int64_t at_ms, until_ms = NEVER;
	struct ladder_chosen chosen;

	assert_true(civil_parse(cases[i].at, &at_ms));
	if (strcmp(cases[i].until, "never") != 0)
		assert_true(civil_parse(cases[i].until, &until_ms));
	ladder_when(&plan, at_ms, &chosen);
	if (strcmp(chosen.ladder->name, cases[i].ladder) != 0 ||
	    strcmp(chosen.by != NULL ? chosen.by->hours_name : "",
		cases[i].hours) != 0 ||
	    chosen.until_ms != until_ms)
		fail_msg("%s at %s: %s by \"%s\" for %lld s", cases[i].endpoint,
		    cases[i].at, chosen.ladder->name,
		    chosen.by != NULL ? chosen.by->hours_name : "",
		    (long long)(chosen.until_ms - at_ms) / 1000);
}

static void
test_hours(void **state)
{
	struct settings *s = world_settings(when_tree);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(s, i);
	settings_free(s);
}

/* What is nobody's has one ladder at every hour. */
static void
test_of_nobody(void **state)
{
	struct ladder_plan plan = ladder_plan_for(NULL, NULL);
	struct ladder_chosen chosen;

	(void)state;
	ladder_when(&plan, 0, &chosen);
	assert_null(chosen.ladder);
	assert_null(chosen.by);
	assert_true(chosen.until_ms == NEVER);
}

static const struct {
	const char *from, *to;
	const char *when; /* NULL: not before that */
} changes[] = {
	{ "2026-03-27T17:30Z", "2026-03-27T18:30Z", NULL },
	{ "2026-03-27T17:30Z", "2026-03-30T08:00Z", NULL },
	{ "2026-03-27T17:30Z", "2026-03-30T08:00:01Z", "2026-03-30T08:00Z" },
	{ "2026-03-27T10:00Z", "2026-03-30T08:00Z", "2026-03-27T10:00Z" },
};

static void
test_changes(void **state)
{
	struct settings *s = world_settings(when_tree);
	struct ladder_plan plan =
	    ladder_plan_of(settings_endpoint(s, "acme/learn"));
	struct ladder_chosen chosen;
	int64_t from_ms, to_ms, when_ms = 0, wanted_ms;

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_true(civil_parse(changes[i].from, &from_ms));
		assert_true(civil_parse(changes[i].to, &to_ms));
		assert_int_equal(ladder_changes(&plan,
				     settings_ladder(s, "night"), from_ms,
				     to_ms, &chosen, &when_ms),
		    changes[i].when != NULL);
		if (changes[i].when == NULL)
			continue;
		assert_true(civil_parse(changes[i].when, &wanted_ms));
		assert_true(when_ms == wanted_ms);
		assert_string_equal(chosen.ladder->name, "day");
	}
	settings_free(s);
}

static const struct {
	const char *endpoint, *at, *said;
} words[] = {
	{ "acme/learn", "2026-03-27T10:00Z",
	    "day until 2026-03-27 17:00:00 GMT: hours \"8x5\" are open" },
	{ "acme/learn", "2026-03-27T17:00Z",
	    "night until 2026-03-30 09:00:00 BST: none of its hours is open" },
	{ "acme/lab", "2026-03-27T17:00Z", "own" },
	{ "acme/learn", "2069-12-31T18:00Z",
	    /* calendars know no later year */
	    "night until further notice: none of its hours is open" },
};

static void
test_words(void **state)
{
	struct settings *s = world_settings(when_tree);
	char said[LADDER_WHEN_MAX];
	int64_t at_ms;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct ladder_plan plan =
		    ladder_plan_of(settings_endpoint(s, words[i].endpoint));

		assert_true(civil_parse(words[i].at, &at_ms));
		ladder_when_say(&plan, "Europe/London", at_ms, said);
		assert_string_equal(said, words[i].said);
	}
	settings_free(s);
}

/* Every hour of three years, on both sides of each change of the clocks: the
   ladder is what the wall clock of London says. */
static void
test_every_hour(void **state)
{
	struct settings *s = world_settings(when_tree);
	struct ladder_plan plan =
	    ladder_plan_of(settings_endpoint(s, "acme/learn"));
	const struct ladder *day = settings_ladder(s, "day");
	struct ladder_chosen chosen;
	int64_t at_ms;

	(void)state;
	assert_true(civil_parse("2026-01-01T00:30Z", &at_ms));
	for (int i = 0; i < 3 * 8760; i++, at_ms += 3600000) {
		int second;
		struct civil_date date =
		    civil_date_at("Europe/London", at_ms, &second);
		bool open = civil_weekday(date) < 5 && second >= 9 * 3600 &&
		    second < 17 * 3600;

		ladder_when(&plan, at_ms, &chosen);
		assert_true((chosen.ladder == day) == open);
		assert_true(chosen.until_ms > at_ms);
	}
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_of_nobody),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_every_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
