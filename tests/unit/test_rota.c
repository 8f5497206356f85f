/* Who is on watch: the ring over clock changes, fill, rotation, overrides. */
#include "tests/unit/rota_story.h"

/* The clock changes of 2026 shift hand-offs, and never open a hole. */
static void
test_clock_changes(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);

	(void)state;
	/* London goes forward on the 29th: its 08:00 comes an hour sooner. */
	check_told(&rota, NULL, 0, "2026-03-28T00:00Z", "2026-03-29T12:00Z",
	    "2026-03-27T19:00:00Z aroha\n"
	    "2026-03-28T08:00:00Z isla\n"
	    "2026-03-28T13:00:00Z maya\n"
	    "2026-03-28T19:00:00Z aroha\n"
	    "2026-03-29T07:00:00Z isla\n");
	/* Auckland goes back on 5 April (04-04T14:00Z). */
	check_told(&rota, NULL, 0, "2026-04-03T14:00Z", "2026-04-04T21:00Z",
	    "2026-04-03T13:00:00Z diego\n"
	    "2026-04-03T19:00:00Z wiremu\n"
	    "2026-04-04T07:00:00Z tom\n"
	    "2026-04-04T13:00:00Z diego\n"
	    "2026-04-04T20:00:00Z wiremu\n");
	/* New York goes back on 1 November. */
	check_told(&rota, NULL, 0, "2026-10-31T12:00Z", "2026-11-01T20:00Z",
	    "2026-10-31T08:00:00Z tom\n"
	    "2026-10-31T13:00:00Z diego\n"
	    "2026-10-31T19:00:00Z wiremu\n"
	    "2026-11-01T08:00:00Z tom\n"
	    "2026-11-01T14:00:00Z diego\n"
	    "2026-11-01T19:00:00Z aroha\n");
}

/* At the very instant of the hand-off the newcomer is on watch. */
static void
test_half_open(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	int64_t handoff_ms = at("2026-07-01T07:00:00Z");
	struct stretch s;

	(void)state;
	assert_true(rota_at(&rota, NULL, 0, handoff_ms - 1, &s));
	assert_ptr_equal(s.watch, &room[0]);
	assert_true(rota_at(&rota, NULL, 0, handoff_ms, &s));
	assert_ptr_equal(s.watch, &room[1]);
	assert_int_equal(s.from_ms, handoff_ms);
}

/* Weeks are counted from the anchor, a Monday, by the take-over's date. */
static void
test_rotation(void **state)
{
	static char anchor[] = "2024-01-03"; /* a Wednesday */
	struct watch one[1] = { watch(utc, 8, islanders, 2) };
	static char name[] = "r";
	struct rota rota = { .name = name, .watches = { one, 1 } };

	(void)state;
	check_told(&rota, NULL, 0, "2026-01-03T08:00Z", "2026-01-06T08:00Z",
	    "2026-01-03T08:00:00Z isla\n2026-01-04T08:00:00Z isla\n"
	    "2026-01-05T08:00:00Z tom\n");
	rota.anchor = anchor;
	check_told(&rota, NULL, 0, "2026-01-05T08:00Z", "2026-01-08T08:00Z",
	    "2026-01-05T08:00:00Z isla\n2026-01-06T08:00:00Z isla\n"
	    "2026-01-07T08:00:00Z tom\n");
	/* Before the anchor it goes on backwards. */
	check_told(&rota, NULL, 0, "2023-12-26T08:00Z", "2023-12-28T08:00Z",
	    "2023-12-26T08:00:00Z isla\n2023-12-27T08:00:00Z tom\n");
	one[0].rotate.unit = ROTATE_DAILY;
	check_told(&rota, NULL, 0, "2024-01-01T08:00Z", "2024-01-05T08:00Z",
	    "2024-01-01T08:00:00Z isla\n2024-01-02T08:00:00Z tom\n"
	    "2024-01-03T08:00:00Z isla\n2024-01-04T08:00:00Z tom\n");
}

static const struct {
	enum fill fill;
	const char *told;
} fills[] = {
	/* New York is absent on Saturday and Sunday 11 and 12 July. */
	{ FILL_SPLIT,
	    "2026-07-11T07:00:00Z tom filled\n"
	    "2026-07-11T16:30:00Z wiremu filled\n"
	    "2026-07-12T07:00:00Z tom filled\n"
	    "2026-07-12T16:30:00Z aroha filled\n"
	    "2026-07-13T07:00:00Z isla\n"
	    "2026-07-13T13:00:00Z maya\n" },
	{ FILL_EXTEND,
	    "2026-07-11T07:00:00Z tom filled\n"
	    "2026-07-11T20:00:00Z wiremu\n"
	    "2026-07-12T07:00:00Z tom filled\n"
	    "2026-07-12T20:00:00Z aroha\n"
	    "2026-07-13T07:00:00Z isla\n"
	    "2026-07-13T13:00:00Z maya\n" },
	{ FILL_EARLY,
	    "2026-07-11T07:00:00Z tom\n"
	    "2026-07-11T13:00:00Z wiremu filled\n"
	    "2026-07-12T07:00:00Z tom\n"
	    "2026-07-12T13:00:00Z aroha filled\n"
	    "2026-07-13T07:00:00Z isla\n"
	    "2026-07-13T13:00:00Z maya\n" },
};

static void
test_fill(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);

	(void)state;
	room[2].day_mask = 31; /* Monday to Friday */
	for (size_t i = 0; i < LENGTH(fills); i++) {
		rota.fill = (int)fills[i].fill;
		check_told(&rota, NULL, 0, "2026-07-11T07:00Z",
		    "2026-07-13T14:00Z", fills[i].told);
	}
}

/* Absent stretches that follow each other are filled as one. */
static void
test_fill_of_a_whole_weekend(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);

	(void)state;
	for (int i = 0; i < 3; i++)
		room[i].day_mask = 31;
	/* From Saturday 08:00 in Auckland to Monday 08:00 there. */
	check_told(&rota, NULL, 0, "2026-07-10T14:00Z", "2026-07-13T08:00Z",
	    "2026-07-10T13:00:00Z diego filled\n"
	    "2026-07-11T20:00:00Z aroha filled\n"
	    "2026-07-13T07:00:00Z isla\n");
	rota.fill = FILL_EXTEND;
	check_told(&rota, NULL, 0, "2026-07-10T14:00Z", "2026-07-13T08:00Z",
	    "2026-07-10T13:00:00Z diego filled\n"
	    "2026-07-12T20:00:00Z aroha\n"
	    "2026-07-13T07:00:00Z isla\n");
	rota.fill = FILL_EARLY;
	check_told(&rota, NULL, 0, "2026-07-10T14:00Z", "2026-07-13T08:00Z",
	    "2026-07-10T13:00:00Z diego\n"
	    "2026-07-10T20:00:00Z aroha filled\n"
	    "2026-07-13T07:00:00Z isla\n");
}

/* When an override ends, duty is whose it would be without it. */
static void
test_overrides(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct override list[4] = {
		override("o-1", &zoe, "2026-07-01T05:00Z", "2026-07-01T15:00Z"),
		override("o-2", &tom, "2026-07-01T17:00Z", "2026-07-01T18:00Z"),
		override("o-3", &tom, "2026-07-01T17:00Z", "2026-07-01T17:00Z"),
	};

	(void)state;
	text_copy(list[3].rota, sizeof list[3].rota, "another");
	list[3].who = &tom;
	list[3].to_ms = INT64_MAX;
	check_told(&rota, list, 4, "2026-07-01T00:00Z", "2026-07-01T21:00Z",
	    "2026-06-30T20:00:00Z aroha\n"
	    "2026-07-01T05:00:00Z zoe override\n"
	    "2026-07-01T15:00:00Z maya\n"
	    "2026-07-01T17:00:00Z tom override\n"
	    "2026-07-01T18:00:00Z maya\n"
	    "2026-07-01T20:00:00Z aroha\n");
	list[0].who = NULL; /* has left the configuration */
	check_told(&rota, list, 1, "2026-07-01T00:00Z", "2026-07-01T07:00Z",
	    "2026-06-30T20:00:00Z aroha\n");
}

/* Of two overrides of one hour the later made one counts. */
static void
test_override_over_override(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct override list[2] = {
		override("o-1", &zoe, "2026-07-01T05:00Z", "2026-07-01T15:00Z"),
		override("o-2", &tom, "2026-07-01T06:00Z", "2026-07-01T08:00Z"),
	};

	(void)state;
	check_told(&rota, list, 2, "2026-07-01T05:00Z", "2026-07-01T15:00Z",
	    "2026-07-01T05:00:00Z zoe override\n"
	    "2026-07-01T06:00:00Z tom override\n"
	    "2026-07-01T08:00:00Z zoe override\n");
}

/* An override that spans a clock change is as long as it says. */
static void
test_override_over_clock_change(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct override o =
	    override("o-1", &tom, "2026-10-24T22:30Z", "2026-10-25T03:30Z");
	struct stretch s;

	(void)state;
	assert_true(rota_at(&rota, &o, 1, at("2026-10-25T01:00Z"), &s));
	assert_ptr_equal(s.person, &tom);
	assert_int_equal(s.to_ms - s.from_ms, 5 * HOUR_MS);
}

/* The date that Samoa skipped: one hand-off at the jump, then as ever. */
static void
test_skipped_date(void **state)
{
	static const struct person *people[] = { &zoe, &tom };
	struct watch room[2] = { watch(apia, 0, people, 2),
		watch(apia, 9, people, 2) };
	static char name[] = "r";
	struct rota rota = { .name = name, .watches = { room, 2 } };
	struct faults all = { 0 };

	(void)state;
	/* What a jump brings together is no clash. */
	rota_prove(&rota, NULL, 0, at("2011-12-29T10:00Z"), 2, on_fault, &all);
	assert_null(strstr(all.text.data, "take over"));
	text_clear(&all.text);
	room[0].rotate.unit = room[1].rotate.unit = ROTATE_DAILY;
	check_told(&rota, NULL, 0, "2011-12-29T10:00Z", "2011-12-31T10:00Z",
	    "2011-12-29T10:00:00Z zoe\n"
	    "2011-12-29T19:00:00Z zoe\n"
	    "2011-12-30T10:00:00Z zoe\n"
	    "2011-12-30T19:00:00Z zoe\n");
}

/* A mask of no days is one that was never filled in: all seven. */
static void
test_no_mask_means_all_days(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct stretch all, none;

	(void)state;
	rota_at(&rota, NULL, 0, at("2026-07-11T14:00Z"), &all);
	room[0].day_mask = room[1].day_mask = room[2].day_mask = 0;
	rota_at(&rota, NULL, 0, at("2026-07-11T14:00Z"), &none);
	assert_ptr_equal(all.person, none.person);
	assert_int_equal(all.to_ms, none.to_ms);
}

/* An anchor that cannot be read (the configuration lets none in). */
static void
test_unreadable_anchor(void **state)
{
	static char anchor[] = "soon";
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct stretch with, without;

	(void)state;
	rota_at(&rota, NULL, 0, at("2026-07-11T14:00Z"), &without);
	rota.anchor = anchor;
	rota_at(&rota, NULL, 0, at("2026-07-11T14:00Z"), &with);
	assert_ptr_equal(with.person, without.person);
}

/* An absent and a present watch at one instant: the present one has it. */
static void
test_absent_at_the_same_instant(void **state)
{
	static char name[] = "r";
	struct watch room[3] = { watch(utc, 8, islanders, 1),
		watch(utc, 8, down_under, 1), watch(utc, 20, yankees, 1) };
	struct rota rota = { .name = name, .watches = { room, 3 } };

	(void)state;
	room[1].day_mask = 31;
	check_told(&rota, NULL, 0, "2026-07-10T08:00Z", "2026-07-12T08:00Z",
	    "2026-07-10T08:00:00Z aroha\n2026-07-10T20:00:00Z maya\n"
	    "2026-07-11T08:00:00Z isla\n2026-07-11T20:00:00Z maya\n");
	room[1].day_mask = 127;
	room[0].day_mask = 31;
	check_told(&rota, NULL, 0, "2026-07-11T08:00Z", "2026-07-11T20:00Z",
	    "2026-07-11T08:00:00Z aroha\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_changes),
		cmocka_unit_test(test_half_open),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_fill_of_a_whole_weekend),
		cmocka_unit_test(test_overrides),
		cmocka_unit_test(test_override_over_override),
		cmocka_unit_test(test_override_over_clock_change),
		cmocka_unit_test(test_skipped_date),
		cmocka_unit_test(test_no_mask_means_all_days),
		cmocka_unit_test(test_unreadable_anchor),
		cmocka_unit_test(test_absent_at_the_same_instant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
