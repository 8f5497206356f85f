/* How much there was on each watch, and how much of it was fair. */
#include "tests/unit/burden_story.h"

static void
two_incidents_are_fair_in_twelve_hours(void **state)
{
	static const struct {
		int length_s, incidents;
		const char *expected;
	} cases[] = {
		{ 12 * HOUR_S, 2, "support isla 0 h 12 h: 2 of 2\n" },
		{ 12 * HOUR_S, 3, "support isla 0 h 12 h: 3 of 2 over\n" },
		{ 8 * HOUR_S, 2, "support isla 0 h 8 h: 2 of 2\n" },
		{ 8 * HOUR_S, 3, "support isla 0 h 8 h: 3 of 2 over\n" },
		{ 6 * HOUR_S, 2, "support isla 0 h 6 h: 2 of 1 over\n" },
		{ 1800, 1, "support isla 0 h 0 h: 1 of 1\n" },
		{ 24 * HOUR_S, 4, "support isla 0 h 24 h: 4 of 4\n" },
	};
	struct story s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&s);
		assert_true(had_watch(&s, "support", 0, cases[i].length_s,
		    "\"person\":\"isla\",\"uid\":\"u\""));
		fails_often(&s, 0, 1, cases[i].incidents);
		watches_are(&s, cases[i].expected);
		end(&s);
	}
}

/* An incident that calls twice is one; one that goes on into the next watch
   is that one's, too. */
static void
an_incident_is_counted_once_in_a_watch(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_true(had_watch(&s, "support", 0, HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", HOUR_S, 2 * HOUR_S,
	    "\"person\":\"tom\",\"uid\":\"u2\""));
	opens(&s, 0, 1, "acme/learn", 1, 20);
	calls(&s, 0, 1, "isla");
	does(&s, 60, 1, "taken", "isla");
	does(&s, 1860, 1, "take expired", "pager");
	calls(&s, 1860, 1, "isla");
	does(&s, 1900, 1, "taken", "isla");
	does(&s, HOUR_S, 1, "watch over", "pager");
	calls(&s, HOUR_S, 1, "tom");
	watches_are(&s,
	    "support isla 0 h 1 h: 1 of 1\n"
	    "support tom 1 h 2 h: 1 of 1\n");
	people_are(&s, NULL,
	    "isla pages 2 night 0 notices 0 calls 2 asked 0 taken 2 "
	    "(40 60 60) watches 1 over 0\n"
	    "tom pages 1 night 0 notices 0 calls 1 asked 0 taken 0 "
	    "watches 1 over 0\n");
	end(&s);
}

/* Records of one watch, in the order of a hash; a second has one, too. */
static void
what_goes_on_is_one_watch(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_true(had_watch(&s, "support", 2 * HOUR_S, 12 * HOUR_S,
	    "\"person\":\"isla\",\"secondary\":\"tom\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", 0, 2 * HOUR_S,
	    "\"person\":\"isla\",\"secondary\":\"maya\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", 12 * HOUR_S, 24 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u2\""));
	assert_true(had_watch(&s, "leads", 0, 24 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	fails_often(&s, 3 * HOUR_S, 1, 3);
	watches_are(&s,
	    "leads isla 0 h 24 h: 0 of 4\n"
	    "support isla 0 h 12 h: 3 of 2 over\n"
	    "support second maya 0 h 2 h: 0 of 1\n"
	    "support second tom 2 h 12 h: 0 of 2\n"
	    "support isla 12 h 24 h: 0 of 2\n");
	people_are(&s, "isla",
	    "isla pages 3 night 0 notices 0 calls 3 asked 0 taken 0 "
	    "watches 3 over 1\n");
	end(&s);
}

/* Whoever is called for another reason is on a watch all the same. */
static void
a_page_belongs_to_the_watch_of_then(void **state)
{
	struct story s;

	(void)state;
	begin(&s);
	assert_true(had_watch(&s, "leads", 0, 24 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	opens(&s, HOUR_S, 1, "acme/learn", 1, 20);
	happens(&s, HOUR_S, 1, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"from\":\"handed on\"");
	opens(&s, 2 * HOUR_S, 2, "acme/web", 1, 20);
	happens(&s, 2 * HOUR_S, 2, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"from\":\"rota lead\"");
	opens(&s, 25 * HOUR_S, 3, "acme/web", 1, 20);
	calls(&s, 25 * HOUR_S, 3, "isla"); /* her watch is over */
	opens(&s, 11 * HOUR_S, 4, "acme/web", 3, 20);
	calls(&s, 11 * HOUR_S, 4, "isla"); /* a notice is no incident of it */
	watches_are(&s, "leads isla 0 h 24 h: 2 of 4\n");
	happens(&s, 12 * HOUR_S, 4, "severity",
	    "\"by\":\"pager\",\"severity\":2,\"again\":true");
	happens(&s, 12 * HOUR_S, 4, "calls",
	    "\"by\":\"pager\",\"person\":\"isla\",\"from\":\"rota leads all\"");
	watches_are(&s, "leads isla 0 h 24 h: 3 of 4\n");
	end(&s);
}

static void
no_record_of_a_watch(void **state)
{
	static const struct {
		const char *field, *value;
	} cases[] = {
		{ "support", "{\"to_ms\":5,\"person\":\"isla\"}" },
		{ "support:5", "{\"to_ms\":5,\"person\":\"isla\"}" },
		{ "support:-5", "{\"to_ms\":5,\"person\":\"isla\"}" },
		{ "support:1", "{\"to_ms\":3155760000000}" },
		{ "support:1", "[]" },
		{ "support:1", "" },
	};
	struct story s;

	(void)state;
	begin(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(burden_past(s.b, cases[i].field, cases[i].value,
		    strlen(cases[i].value)));
	watches_are(&s, "");
	end(&s);
}

/* The ring of the tree: isla from 07:00 UTC, maya from 13:00 UTC. */
static void
since_the_last_record_the_tree_says(void **state)
{
	const struct rota *support;
	struct story s;

	(void)state;
	begin(&s);
	support = settings_rota(s.settings, "support");
	burden_since(s.b, support, NULL, 0, s.begin_ms);
	watches_are(&s, ""); /* it began at 07:00, before the period */
	end(&s);

	begin_period(&s, -4 * HOUR_S, DAY_S, -400 * DAY_S);
	support = settings_rota(s.settings, "support");
	assert_true(had_watch(&s, "support", -3 * HOUR_S, 3 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "other", 0, DAY_S, "\"person\":\"tom\""));
	burden_since(s.b, support, NULL, 0, s.begin_ms + 22 * 3600000);
	watches_are(&s,
	    "support isla -3 h 3 h: 0 of 1\n"
	    "other tom 0 h 24 h: 0 of 4\n"
	    "support maya 3 h 21 h: 0 of 3\n"
	    "support isla 21 h 27 h: 0 of 1\n");
	end(&s);

	/* What was long ago is not made up from the tree of today. */
	begin_period(&s, 0, DAY_S, -400 * DAY_S);
	support = settings_rota(s.settings, "support");
	assert_true(had_watch(&s, "support", -300 * HOUR_S, -200 * HOUR_S,
	    "\"person\":\"isla\",\"uid\":\"u1\""));
	assert_true(had_watch(&s, "support", -400 * HOUR_S, -300 * HOUR_S,
	    "\"person\":\"tom\",\"uid\":\"u0\""));
	burden_since(s.b, support, NULL, 0, s.begin_ms + 4 * 3600000);
	watches_are(&s, "support maya 3 h 21 h: 0 of 3\n");
	end(&s);
}

/* As the pager has them: what was, and what is by the tree. */
static void
watches_of_the_pager(void **state)
{
	struct story s;
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_pass(&w, 4 * HOUR_S);
	begin_period(&s, -4 * HOUR_S, DAY_S, -400 * DAY_S);
	duty_burden(w.duty, s.b, w.now_ms);
	watches_are(&s,
	    "support isla -3 h 3 h: 0 of 1\n"
	    "support maya 3 h 21 h: 0 of 3\n");
	end(&s);
	world_end(&w);
	world_begin(&w, no_ladders, NIGHT); /* without any rota */
	begin(&s);
	duty_burden(w.duty, s.b, w.now_ms);
	watches_are(&s, "");
	end(&s);
	world_end(&w);
}

/* A rota that lost its watches has nobody, and one may have a second. */
static void
hours_of_nobody_and_of_a_second(void **state)
{
	struct settings *settings = world_settings(last_is_rota);
	struct rota *rota = settings->rotas.items;
	size_t kept = rota->watches.count;
	struct story s;

	(void)state;
	begin(&s);
	burden_since(s.b, rota, NULL, 0, s.begin_ms + 30 * 3600000);
	watches_are(&s,
	    "all isla 22 h 46 h: 0 of 4\n"
	    "all second tom 22 h 46 h: 0 of 4\n");
	end(&s);
	begin(&s);
	rota->watches.count = 0;
	burden_since(s.b, rota, NULL, 0, s.begin_ms);
	watches_are(&s, "");
	rota->watches.count = kept;
	settings_free(settings);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_incidents_are_fair_in_twelve_hours),
		cmocka_unit_test(an_incident_is_counted_once_in_a_watch),
		cmocka_unit_test(what_goes_on_is_one_watch),
		cmocka_unit_test(a_page_belongs_to_the_watch_of_then),
		cmocka_unit_test(no_record_of_a_watch),
		cmocka_unit_test(since_the_last_record_the_tree_says),
		cmocka_unit_test(watches_of_the_pager),
		cmocka_unit_test(hours_of_nobody_and_of_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
