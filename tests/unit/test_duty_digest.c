/* Severity 4 calls nobody, and is told once a day. */
#include "pager/duty_parts.h"
#include "tests/unit/duty_story.h"

/* 11:00 in London; isla comes on watch at 8, and nine is her morning. */
static void
test_a_digest_each_morning(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 4);
	world_raise(&w, ALARM_RAISED, "operations/clock/lon-1", 4);
	world_pass(&w, 10800 - 1);
	told(&w, "");
	/* 13:00 UTC is nine o'clock in New York, where maya takes over. */
	world_pass(&w, 1);
	told(&w, "[10800] digest maya by mail\n");
	assert_string_equal(w.message.subject,
	    "Digest of ladder standard: 2 open, 0 ended");
	assert_string_equal(w.message.incident, "");
	assert_string_equal(w.message.link, "");
	check_has(w.last.data,
	    "Open:\n  INC-000001 Acme University: web is down: answered 503, "
	    "seen by 2 of 2 regions, since 05:59 EDT\n"
	    "  INC-000002 Operations: clock/lon-1 is down");
	world_raise(&w, ALARM_CLEARED, "acme/web", 4);
	world_pass(&w, 86400 - 1);
	/* Twenty hours at least lie between two: isla's nine was too soon. */
	told(&w, "");
	world_pass(&w, 1);
	told(&w, "[97200] digest maya by mail\n");
	check_has(w.message.subject, "1 open, 1 ended");
	check_has(w.last.data,
	    "Ended since the last:\n  INC-000001 Acme University: web was "
	    "down for 3 h");
	check_has(w.last.data, "; ended by itself\n");
	world_raise(&w, ALARM_CLEARED, "operations/clock/lon-1", 4);
	world_pass(&w, 86400);
	check_has(w.last.data, "INC-000002");
	check_lacks(w.last.data, "INC-000001");
	text_clear(&w.text);
	world_pass(&w, 10 * 86400);
	told(&w, "");
	assert_true(duty_digest_deadline(w.duty) == NEVER);
	world_end(&w);
}

/* Neither twice nor not at all when the pager was killed at the hour. */
static void
test_a_digest_over_a_restart(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 4);
	world_pass(&w, 10700);
	w.now_ms += 600000; /* dead meanwhile */
	world_restart(&w);
	told(&w, "[11300] digest maya by mail\n");
	world_restart(&w);
	world_pass(&w, 3600);
	told(&w, "");
	world_end(&w);
}

/* What calls people is no news in a digest; what became worse is none. */
static void
test_only_severity_four(void **state)
{
	struct world w;

	(void)state;
	begin_with(&w, NIGHT, "acme/web", 4);
	world_raise(&w, ALARM_CHANGED, "acme/web", 3);
	world_pass(&w, 4 * 86400);
	check_lacks(w.text.data, "digest");
	world_end(&w);
}

/* Its channel is away for a while: by another way, and again. */
static void
test_a_digest_finds_its_way(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	world_command(&w,
	    "{\"command\":\"override-add\",\"rota\":\"support\","
	    "\"for\":\"isla\",\"to_ms\":1782993600000}");
	world_raise(&w, ALARM_RAISED, "acme/web", 4);
	world_pass(&w, 79199);
	text_clear(&w.text);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 2); /* nine o'clock in London, the next day */
	told(&w,
	    "[79200] digest isla by terminal\n"
	    "[79200] digest isla by mail\n");
	world_pass(&w, 1800);
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	world_pass(&w, 120);
	check_has(w.text.data, "digest isla by terminal (repeat?)\n");
	text_clear(&w.text);
	world_pass(&w, 3600);
	told(&w, "");
	world_end(&w);
}

static void
test_a_long_digest(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, world_tree, NIGHT);
	for (int i = 0; i < 60; i++) {
		char subject[40];

		text_format(subject, sizeof(subject), "operations/n%d", i);
		world_raise(&w, ALARM_RAISED, subject, 4);
	}
	world_pass(&w, 10801);
	check_has(w.message.sms, "60 open");
	check_has(w.last.data, "  and 10 more\n");
	world_end(&w);
}

/* No ladder: nobody to tell, and nothing to fall over. */
static void
test_no_digest_without_a_ladder(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, no_ladders, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_pass(&w, 2 * 86400);
	told(&w, "");
	world_end(&w);
}

/* A single person is on watch all day: nine o'clock is theirs. */
static void
test_a_digest_for_one_person(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	text_clear(&w.text);
	world_pass(&w, 79201); /* 08:00 UTC is nine o'clock in London */
	told(&w,
	    "[28800] expired isla by mail\n"
	    "[79200] digest tom by mail\n");
	world_command(&w,
	    "{\"command\":\"take\",\"person\":\"isla\","
	    "\"incident\":1}");
	text_clear(&w.text);
	for (int i = 0; i < 4; i++) {
		world_pass(&w, 21600);
		world_command(&w,
		    "{\"command\":\"note\",\"incident\":1,"
		    "\"text\":\"x\"}");
	}
	check_has(w.last.data, "; isla has it");
	world_end(&w);
}

/* Whoever answers for a ladder hears of its own, and only when there is any. */
static void
test_a_digest_for_each_ladder(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, two_ladders, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_raise(&w, ALARM_RAISED, "acme/e1", 4);
	world_pass(&w, 79201);
	told(&w,
	    "[79200] digest isla by mail\n"
	    "[79200] digest tom by mail\n");
	check_has(w.message.subject, "ladder second: 1 open, 0 ended");
	check_has(w.last.data, "Acme University: e1");
	check_lacks(w.last.data, "Operations");
	world_raise(&w, ALARM_CLEARED, "acme/e1", 4);
	world_pass(&w, 86400);
	check_has(w.message.subject, "ladder second: 0 open, 1 ended");
	text_clear(&w.text);
	world_pass(&w, 86400);
	told(&w, "[252000] digest isla by mail\n");
	world_end(&w);
}

/* Days after the last one, the next morning is the right one. */
static void
test_a_digest_after_quiet_days(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	world_pass(&w, 79201);
	told(&w, "[79200] digest tom by mail\n");
	world_pass(&w, 4 * 86400);
	told(&w, "");
	world_raise(&w, ALARM_RAISED, "operations/y", 4);
	world_pass(&w, 86399);
	told(&w, "[511200] digest tom by mail\n");
	world_end(&w);
}

/* The clock was five hours fast when one went: the next waits no longer. */
static void
test_the_clock_goes_back_after_a_digest(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_pass(&w, 79201);
	text_clear(&w.text);
	w.now_ms -= INT64_C(5) * 3600000;
	world_raise(&w, ALARM_RAISED, "operations/y", 4);
	world_pass(&w, 1);
	assert_true(w.duty->digest_ms <= w.now_ms);
	world_pass(&w, 86400 + 5 * 3600);
	told(&w, "[165600] digest tom by mail\n");
	world_end(&w);
}

/* What could not be told for hours is the next morning's. */
static void
test_a_digest_is_not_tried_for_ever(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	w.outcome = SENT_FAILED_NOW;
	world_pass(&w, 79200 + DUTY_DIGEST_STALE_MS / 1000 - 60);
	assert_non_null(w.duty->intents);
	world_pass(&w, 3600);
	assert_null(w.duty->intents);
	/* It had ended, and nobody ever heard of it. */
	w.outcome = SENT_HANDED_OVER;
	text_clear(&w.text);
	world_pass(&w, 86400);
	told(&w, "[165600] digest tom by mail\n");
	check_has(w.last.data, "Ended since the last:\n  INC-000001");
	world_pass(&w, 2 * 86400);
	told(&w, "");
	world_end(&w);
}

/* Refused for good by its only way: the next one tells what has ended. */
static void
test_a_refused_digest_forgot_what_had_ended(void **state)
{
	struct world w;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	w.outcome = SENT_FAILED;
	world_pass(&w, 79201);
	told(&w, "[79200] digest tom by mail\n");
	w.outcome = SENT_HANDED_OVER;
	world_pass(&w, 86400);
	told(&w, "[165600] digest tom by mail\n");
	check_has(w.last.data, "Ended since the last:\n  INC-000001");
	world_end(&w);
}

/* Killed between the parts of a large commit: the incident said that its end
   was told, and no digest had been made. */
static void
test_a_digest_torn_by_a_crash(void **state)
{
	struct world w;
	struct commit c;

	(void)state;
	world_begin(&w, last_is_person, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_raise(&w, ALARM_CLEARED, "operations/x", 4);
	world_pass(&w, 79199);
	w.now_ms += 1000;
	duty_time(w.duty, w.now_ms);
	commit_init(&c);
	assert_true(duty_commit(w.duty, w.now_ms, &c));
	for (size_t i = 0; i < c.count; i++)
		if (strcmp(c.ops[i].key, "incidents") == 0)
			world_set(&w, &c.ops[i]);
	commit_clear(&c);
	text_clear(&w.text);
	world_restart(&w);
	told(&w, "[79200] digest tom by mail\n");
	check_has(w.last.data, "Ended since the last:\n  INC-000001");
	world_restart(&w);
	world_pass(&w, 2 * 86400);
	told(&w, "");
	world_end(&w);
}

/* The times of the digests that are told from here on, in hours. */
static size_t
digests_told(const struct world *w, double *hours, size_t room)
{
	const char *p = w->text.data == NULL ? "" : w->text.data;
	size_t count = 0;

	for (; (p = strchr(p, '[')) != NULL && count < room; p++)
		if (strncmp(p + strcspn(p, "]"), "] digest", 8) == 0)
			hours[count++] = strtod(p + 1, NULL) / 3600;
	return count;
}

static char *
tree_of(const char *zone, const char *takes_over)
{
	struct text t = { 0 };

	text_addf(&t,
	    HEAD "  - { name: kiri, zone: %s, email: k@kahu.example,"
		 " reach: [mail 0s] }\n"
		 "rotas:\n"
		 "  - name: all\n"
		 "    max_watch: 24h\n"
		 "    watches:\n"
		 "      - { zone: UTC, takes_over: '%s', people: [kiri] }\n"
		 "      - { zone: Europe/London, takes_over: '20:00',"
		 " people: [tom] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota all, patience: 5m }]\n",
	    zone, takes_over);
	return text_take(&t);
}

/*
 * Its reader moves to another zone, or their watch to another time, at any
 * hour of two days: never two within twenty hours, and never none for two
 * days; and a day apart when nothing changes any more.
 */
static void
test_a_digest_when_zones_and_times_change(void **state)
{
	static const char *const zones[] = { "Pacific/Auckland",
		"Pacific/Honolulu", "Asia/Kolkata", "Europe/London" };
	static const char *const times[] = { "03:00", "08:30", "19:00" };

	(void)state;
	for (int i = 0; i < 4 * 3 * 48; i++) {
		char *before = tree_of("Europe/London", "07:00");
		char *after = tree_of(zones[i % 4], times[i / 4 % 3]);
		double hours[12];
		size_t count;
		struct world w;

		world_begin(&w, before, NIGHT);
		world_raise(&w, ALARM_RAISED, "operations/x", 4);
		world_pass(&w, 3600 * (i / 12) + 1799);
		reload(&w, after);
		world_pass(&w, 7 * 86400);
		count = digests_told(&w, hours, 12);
		assert_true(count >= 6);
		for (size_t k = 1; k < count; k++) {
			double gap = hours[k] - hours[k - 1];

			if (gap < 20 || gap > 44)
				fail_msg("case %d: %.2f h, then %.2f h", i,
				    hours[k - 1], hours[k]);
			assert_true(k < 3 || gap == 24);
		}
		world_end(&w);
		free(before);
		free(after);
	}
}

/* Nobody is ever on watch in their own morning: it came every 44 hours. */
static void
test_a_digest_at_nobodys_morning_is_daily(void **state)
{
	static const char tree[] =
	    HEAD "  - { name: kiri, zone: Pacific/Auckland,"
		 " email: k@kahu.example, reach: [mail 0s] }\n"
		 "rotas:\n"
		 "  - name: all\n"
		 "    max_watch: 24h\n"
		 "    watches:\n" /* nine in London is eight UTC */
		 "      - { zone: UTC, takes_over: '07:00', people: [kiri] }\n"
		 "      - { zone: UTC, takes_over: '19:00', people: [tom] }\n"
		 "ladders:\n"
		 "  - name: only\n"
		 "    levels: [{ call: rota all, patience: 5m }]\n";
	struct world w;

	(void)state;
	world_begin(&w, tree, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_pass(&w, 3 * 86400);
	told(&w,
	    "[86400] digest kiri by mail\n"
	    "[172800] digest kiri by mail\n"
	    "[259200] digest kiri by mail\n");
	world_end(&w);
}

/* Twelve short watches: the one at nine was too far to look for. */
static void
test_a_digest_where_nine_is_far(void **state)
{
	struct text tree = { 0 };
	struct world w;

	(void)state;
	text_add(&tree,
	    HEAD "rotas:\n"
		 "  - name: all\n"
		 "    max_watch: 24h\n"
		 "    watches:\n");
	for (int i = 0; i < 12; i++)
		text_addf(&tree,
		    "      - { zone: UTC, takes_over: '%02d:00',"
		    " people: [%s] }\n",
		    2 * i, i % 2 == 0 ? "isla" : "tom");
	text_add(&tree,
	    "ladders:\n"
	    "  - name: only\n"
	    "    levels: [{ call: rota all, patience: 5m }]\n");
	world_begin(&w, tree.data, NIGHT);
	text_clear(&tree);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	world_pass(&w, 79199);
	told(&w, "");
	world_pass(&w, 86401); /* nine in London is eight UTC */
	told(&w,
	    "[79200] digest isla by mail\n"
	    "[165600] digest isla by mail\n");
	world_end(&w);
}

/* It was on its way when the ladders left the tree: it has nothing to list. */
static void
test_a_digest_of_a_ladder_that_left(void **state)
{
	static const char record[] =
	    "{\"kind\":9,\"channel\":\"mail\",\"person\":\"tom\","
	    "\"made_ms\":1782900000000,\"note\":\"1782900000000\"}";
	struct world w;
	char error[160];

	(void)state;
	world_begin(&w, no_ladders, NIGHT);
	world_raise(&w, ALARM_RAISED, "operations/x", 4);
	duty_free(w.duty);
	w.duty = duty_new(w.settings, world_sign, &w);
	for (size_t i = 0; i < w.field_count; i++)
		assert_int_equal(duty_load(w.duty, w.fields[i].key,
				     w.fields[i].field, w.fields[i].value,
				     w.fields[i].length, error),
		    0);
	reads(&w, "intents", "i-000000003", record);
	duty_start(w.duty, w.now_ms);
	world_settle(&w);
	told(&w, "[    0] digest tom by mail (repeat?)\n");
	assert_string_equal(w.message.subject,
	    "Digest of ladder : 0 open, 0 ended");
	world_end(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_digest_each_morning),
		cmocka_unit_test(test_a_digest_over_a_restart),
		cmocka_unit_test(test_only_severity_four),
		cmocka_unit_test(test_a_digest_finds_its_way),
		cmocka_unit_test(test_a_long_digest),
		cmocka_unit_test(test_no_digest_without_a_ladder),
		cmocka_unit_test(test_a_digest_for_one_person),
		cmocka_unit_test(test_a_digest_for_each_ladder),
		cmocka_unit_test(test_a_digest_after_quiet_days),
		cmocka_unit_test(test_the_clock_goes_back_after_a_digest),
		cmocka_unit_test(test_a_digest_is_not_tried_for_ever),
		cmocka_unit_test(test_a_refused_digest_forgot_what_had_ended),
		cmocka_unit_test(test_a_digest_torn_by_a_crash),
		cmocka_unit_test(test_a_digest_when_zones_and_times_change),
		cmocka_unit_test(test_a_digest_at_nobodys_morning_is_daily),
		cmocka_unit_test(test_a_digest_where_nine_is_far),
		cmocka_unit_test(test_a_digest_of_a_ladder_that_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
