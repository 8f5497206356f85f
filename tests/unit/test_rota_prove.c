/* What is proven of a rota, and what is found wrong with one. */
#include "tests/unit/rota_story.h"

static void
test_good_rota_is_proven(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);

	(void)state;
	check_proof(&rota, NULL, 0, "2026-01-01T00:00Z", 400, "");
}

/* Nine hours apart on the clock face is eleven in a summer of the south. */
static void
test_long_watch(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);

	(void)state;
	rota.max_watch_ms = 13 * HOUR_MS - 1;
	check_proof(&rota, NULL, 0, "2026-03-27T00:00Z", 3,
	    "rota support: aroha is on watch from 2026-03-26T19:00:00Z to "
	    "2026-03-27T08:00:00Z, 13 h 0 min without a break (max_watch is "
	    "12 h 59 min)\n"
	    "rota support: aroha is on watch from 2026-03-27T19:00:00Z to "
	    "2026-03-28T08:00:00Z, 13 h 0 min without a break (max_watch is "
	    "12 h 59 min)\n");
}

static void
test_night_watch_and_waiver(void **state)
{
	static char name[] = "r", both[] = "tom until 2026-07-02",
		    other[] = "tomas until 2026-07-09",
		    broken[] = "tom until soon";
	static const struct person *people[] = { &tom };
	char *waivers[] = { other, broken, both };
	struct watch room[2] = { watch(london, 20, people, 1),
		watch(auckland, 16, down_under, 2) }; /* 05:00 in London */
	struct rota rota = { .name = name, .watches = { room, 2 } };

	(void)state;
	rota.max_watch_ms = 24 * HOUR_MS;
	room[1].members = islanders; /* tom's turn is that week, too */
	room[1].people.count = 1;
	check_proof(&rota, NULL, 0, "2026-07-01T12:00Z", 2,
	    "rota r: tom is on watch from 2026-07-01T23:00:00Z to "
	    "2026-07-02T04:00:00Z, between 00:00 and 06:00 in Europe/London\n"
	    "rota r: isla is on watch from 2026-07-02T04:00:00Z to "
	    "2026-07-02T05:00:00Z, between 00:00 and 06:00 in Europe/London\n"
	    "rota r: tom is on watch from 2026-07-02T23:00:00Z to "
	    "2026-07-03T04:00:00Z, between 00:00 and 06:00 in Europe/London\n"
	    "rota r: isla is on watch from 2026-07-03T04:00:00Z to "
	    "2026-07-03T05:00:00Z, between 00:00 and 06:00 in Europe/London\n");
	rota.waive = (struct conf_list){ waivers, 3 };
	check_proof(&rota, NULL, 0, "2026-07-02T00:00Z", 1,
	    "rota r: tom is on watch from 2026-07-02T00:00:00Z to "
	    "2026-07-02T04:00:00Z, between 00:00 and 06:00 in Europe/London"
	    " (waived)\n"
	    "rota r: isla is on watch from 2026-07-02T04:00:00Z to "
	    "2026-07-02T05:00:00Z, between 00:00 and 06:00 in Europe/London\n"
	    "rota r: tom is on watch from 2026-07-02T23:00:00Z to "
	    "2026-07-03T00:00:00Z, between 00:00 and 06:00 in Europe/London\n");
}

/* One person for ever: one fault, cut where the waiver ends. */
static void
test_waiver_ends_midway(void **state)
{
	static char name[] = "r", waiver[] = "zoe until 2026-07-02";
	static const struct person day_zoe = { .name = name_zoe, .zone = utc };
	static const struct person *people[] = { &day_zoe };
	char *waivers[] = { waiver };
	struct watch room[1] = { watch(utc, 8, people, 1) };
	struct rota rota = { .name = name,
		.watches = { room, 1 },
		.waive = { waivers, 1 } };

	(void)state;
	check_proof(&rota, NULL, 0, "2026-07-01T10:00Z", 2,
	    "rota r: zoe is on watch from 2026-07-02T00:00:00Z to "
	    "2026-07-02T06:00:00Z, between 00:00 and 06:00 in UTC (waived)\n"
	    "rota r: zoe is on watch from 2026-07-03T00:00:00Z to "
	    "2026-07-03T06:00:00Z, between 00:00 and 06:00 in UTC\n"
	    "rota r: zoe is on watch from 2026-07-01T08:00:00Z to "
	    "2026-07-03T00:00:00Z, 1 d 16 h without a break (max_watch is "
	    "14 h 0 min) (waived)\n"
	    "rota r: zoe is on watch from 2026-07-03T00:00:00Z to "
	    "2026-07-03T10:00:00Z, 10 h 0 min without a break (max_watch is "
	    "14 h 0 min)\n");
}

static void
test_holes(void **state)
{
	static char name[] = "r";
	struct watch room[3] = { watch(utc, 8, NULL, 0),
		watch(utc, 16, islanders, 1) };
	struct rota rota = { .name = name, .watches = { room, 2 } };
	struct rota empty = { .name = name };
	struct override o =
	    override("o-1", &wiremu, "2026-07-01T08:00Z", "2026-07-01T12:00Z");
	struct stretch s;

	(void)state;
	room[1].zone = utc;
	rota.max_watch_ms = 24 * HOUR_MS;
	text_copy(o.rota, sizeof o.rota, "r");
	check_proof(&rota, &o, 1, "2026-07-01T08:00Z", 1,
	    "rota r: nobody is on watch from 2026-07-01T12:00:00Z to "
	    "2026-07-01T16:00:00Z\n"
	    "rota r: isla is on watch from 2026-07-01T23:00:00Z to "
	    "2026-07-02T05:00:00Z, between 00:00 and 06:00 in Europe/London\n");
	/* Begun in the middle of one: only what is to come is told. */
	check_proof(&rota, &o, 1, "2026-07-01T13:00Z", 1,
	    "rota r: nobody is on watch from 2026-07-01T13:00:00Z to "
	    "2026-07-01T16:00:00Z\n"
	    "rota r: isla is on watch from 2026-07-01T23:00:00Z to "
	    "2026-07-02T05:00:00Z, between 00:00 and 06:00 in Europe/London\n"
	    "rota r: nobody is on watch from 2026-07-02T08:00:00Z to "
	    "2026-07-02T13:00:00Z\n");
	assert_false(rota_at(&empty, NULL, 0, at("2026-07-01T00:00Z"), &s));
	check_proof(&empty, NULL, 0, "2026-07-01T00:00Z", 2,
	    "rota r: nobody is on watch from 2026-07-01T00:00:00Z to "
	    "2026-07-02T00:00:00Z\n"
	    "rota r: nobody is on watch from 2026-07-02T00:00:00Z to "
	    "2026-07-03T00:00:00Z\n");
}

/* Two at one instant: the later written has it, and it is said. */
static void
test_clash(void **state)
{
	static char name[] = "r";
	struct watch room[3] = { watch(utc, 8, down_under, 1),
		watch(utc, 8, yankees, 1), watch(utc, 20, islanders, 1) };
	struct rota rota = { .name = name, .watches = { room, 3 } };
	struct faults all = { 0 };

	(void)state;
	rota_prove(&rota, NULL, 0, at("2026-07-01T08:00Z"), 1, on_fault, &all);
	assert_non_null(strstr(all.text.data,
	    "rota r: two watches take over at 2026-07-01T08:00:00Z; maya has "
	    "it\n"));
	text_clear(&all.text);
}

static uint64_t
roll(uint64_t *random, uint64_t below)
{
	*random ^= *random >> 12;
	*random ^= *random << 25;
	*random ^= *random >> 27;
	return (*random * UINT64_C(2685821657736338717) >> 33) % below;
}

static char *
some_zone(uint64_t *random)
{
	static char zones[][32] = { "Pacific/Auckland", "Europe/London",
		"America/New_York", "Africa/Cairo", "Australia/Lord_Howe",
		"America/Santiago", "Asia/Kathmandu", "Pacific/Apia",
		"Africa/Casablanca", "America/Havana", "Pacific/Chatham",
		"Antarctica/Troll", "Asia/Kolkata", "America/St_Johns" };

	return zones[roll(random, LENGTH(zones))];
}

/*
 * Any ring of any zones, days and fill: hand-offs increase strictly, and each
 * instant belongs to the stretch that its ends say.
 */
static void
check_ring(uint64_t seed)
{
	uint64_t random = seed * 2 + 1;
	static char name[] = "r";
	struct watch room[4];
	struct rota rota = { .name = name,
		.watches = { room, 1 + roll(&random, 4) } };
	int64_t at_ms = at("2024-01-01T00:00Z") +
	    (int64_t)roll(&random, 3650) * 24 * HOUR_MS;
	int64_t end_ms = at_ms + 25 * 24 * HOUR_MS;
	struct stretch s, inside;

	rota.fill = (int)roll(&random, 4);
	for (size_t i = 0; i < rota.watches.count; i++) {
		room[i] = watch(some_zone(&random), 0, down_under, 2);
		room[i].takes_over_min = (int64_t)roll(&random, 1440);
		room[i].rotate.unit = (int)roll(&random, 3);
		if (roll(&random, 2) == 0)
			room[i].day_mask = 1 + (unsigned)roll(&random, 127);
	}
	assert_true(rota_at(&rota, NULL, 0, at_ms, &s));
	for (; at_ms < end_ms; at_ms = s.to_ms) {
		assert_true(rota_at(&rota, NULL, 0, at_ms, &s));
		if (s.to_ms <= s.from_ms || s.from_ms > at_ms ||
		    s.to_ms <= at_ms || s.person == NULL)
			fail_msg("seed %llu: bad stretch",
			    (unsigned long long)seed);
		/* Asked anywhere inside, the answer is the same. */
		assert_true(rota_at(&rota, NULL, 0,
		    s.from_ms +
			(int64_t)roll(&random, (uint64_t)(s.to_ms - s.from_ms)),
		    &inside));
		if (inside.from_ms != s.from_ms || inside.to_ms != s.to_ms ||
		    inside.person != s.person || inside.watch != s.watch)
			fail_msg("seed %llu: two answers for one stretch",
			    (unsigned long long)seed);
	}
}

static void
test_any_ring(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++)
		check_ring(seed);
}

/* Every day of ten years, in zones with the oddest clocks. */
static void
test_ten_years(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	int64_t at_ms = at("2024-01-01T00:00Z"), was_ms;
	struct stretch s;
	int handoffs = 0;

	(void)state;
	room[2].zone = cairo;
	room[2].takes_over_min = 0; /* a midnight that is missing in April */
	rota_at(&rota, NULL, 0, at_ms, &s);
	for (was_ms = s.from_ms; at_ms < at("2034-01-01T00:00Z"); handoffs++) {
		at_ms = s.to_ms;
		rota_at(&rota, NULL, 0, at_ms, &s);
		assert_non_null(s.person);
		assert_int_equal(s.from_ms, at_ms);
		assert_true(s.from_ms > was_ms);
		was_ms = s.from_ms;
	}
	assert_in_range(handoffs, 3 * 3653 - 3, 3 * 3653 + 3);
}

/* Two hours of somebody, twice: only without a break they count together. */
static void
test_runs_are_counted_together(void **state)
{
	static char name[] = "r",
		    waivers[][32] = { "tom until 2026-07-02",
			    "tom until 2026-07-05", "tom until 2026-07-03" };
	static const struct person *people[] = { &tom };
	char *list[] = { waivers[0], waivers[1], waivers[2] };
	struct watch room[3] = { watch(utc, 6, people, 1),
		watch(utc, 14, people, 1), watch(utc, 22, down_under, 1) };
	struct rota rota = { .name = name, .watches = { room, 3 } };
	struct faults all = { 0 };

	(void)state;
	rota_prove(&rota, NULL, 0, at("2026-07-01T06:00Z"), 2, on_fault, &all);
	assert_non_null(strstr(all.text.data,
	    "tom is on watch from 2026-07-01T06:00:00Z to "
	    "2026-07-01T22:00:00Z, 16 h 0 min without a break"));
	assert_int_equal(all.waived, 0);
	text_clear(&all.text);
	all = (struct faults){ 0 };
	rota.waive = (struct conf_list){ list, 3 }; /* the latest counts */
	assert_int_equal(rota_prove(&rota, NULL, 0, at("2026-07-01T06:00Z"), 2,
			     on_fault, &all),
	    all.count - all.waived);
	assert_non_null(strstr(all.text.data, "(waived)"));
	assert_null(strstr(all.text.data,
	    "16 h 0 min without a break "
	    "(max_watch is 14 h 0 min)\n"));
	text_clear(&all.text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_rota_is_proven),
		cmocka_unit_test(test_long_watch),
		cmocka_unit_test(test_night_watch_and_waiver),
		cmocka_unit_test(test_waiver_ends_midway),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_clash),
		cmocka_unit_test(test_any_ring),
		cmocka_unit_test(test_ten_years),
		cmocka_unit_test(test_runs_are_counted_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
