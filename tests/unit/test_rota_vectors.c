/*
 * Rotas by numbered vectors: hand-offs at clocks that are missing or repeated,
 * and what explicit hours leave open over a year.
 */
#include "tests/unit/rota_story.h"

#include "lib/rota_ring.h"

#define MINUTES(h, m) ((h)*60 + (m))

/* A watch that takes over at this clock: the hand-off of the date, the one
   before and the one after; and when hours end at it. */
static const struct vector {
	int number;
	const char *zone;
	int minutes;
	const char *date, *before, *at, *after, *end;
} vectors[] = {
	/* A midnight that is missing: 24 h, then 23. */
	{ 1, "Africa/Cairo", 0, "2026-04-24", "2026-04-22T22:00:00Z",
	    "2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z",
	    "2026-04-23T22:00:00Z" },
	/* A half past eleven that comes twice: 25 h. */
	{ 2, "Africa/Cairo", MINUTES(23, 30), "2026-10-29",
	    "2026-10-28T20:30:00Z", "2026-10-29T20:30:00Z",
	    "2026-10-30T21:30:00Z", "2026-10-29T21:30:00Z" },
	{ 3, "America/Santiago", 0, "2026-09-06", "2026-09-05T04:00:00Z",
	    "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z",
	    "2026-09-06T04:00:00Z" },
	{ 4, "America/Santiago", MINUTES(23, 30), "2026-04-04",
	    "2026-04-04T02:30:00Z", "2026-04-05T02:30:00Z",
	    "2026-04-06T03:30:00Z", "2026-04-05T03:30:00Z" },
	{ 5, "America/Havana", 0, "2026-03-08", "2026-03-07T05:00:00Z",
	    "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z",
	    "2026-03-08T05:00:00Z" },
	{ 6, "America/Sao_Paulo", 0, "2018-11-04", "2018-11-03T03:00:00Z",
	    "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z",
	    "2018-11-04T03:00:00Z" },
	/* Half an hour forward, and half an hour back. */
	{ 7, "Australia/Lord_Howe", MINUTES(2, 15), "2026-10-04",
	    "2026-10-02T15:45:00Z", "2026-10-03T15:30:00Z",
	    "2026-10-04T15:15:00Z", "2026-10-03T15:30:00Z" },
	{ 8, "Australia/Lord_Howe", MINUTES(1, 45), "2026-04-05",
	    "2026-04-03T14:45:00Z", "2026-04-04T14:45:00Z",
	    "2026-04-05T15:15:00Z", "2026-04-04T15:15:00Z" },
	{ 9, "Europe/London", MINUTES(1, 30), "2026-03-29",
	    "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z",
	    "2026-03-30T00:30:00Z", "2026-03-29T01:00:00Z" },
	{ 10, "Europe/London", MINUTES(1, 30), "2026-10-25",
	    "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z",
	    "2026-10-26T01:30:00Z", "2026-10-25T01:30:00Z" },
	{ 11, "America/New_York", MINUTES(2, 30), "2026-03-08",
	    "2026-03-07T07:30:00Z", "2026-03-08T07:00:00Z",
	    "2026-03-09T06:30:00Z", "2026-03-08T07:00:00Z" },
	{ 12, "America/New_York", MINUTES(1, 30), "2026-11-01",
	    "2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z",
	    "2026-11-02T06:30:00Z", "2026-11-01T06:30:00Z" },
	{ 13, "Asia/Kathmandu", MINUTES(9, 0), "2026-07-01",
	    "2026-06-30T03:15:00Z", "2026-07-01T03:15:00Z",
	    "2026-07-02T03:15:00Z", "2026-07-01T03:15:00Z" },
	{ 14, "Asia/Kolkata", MINUTES(9, 0), "2026-01-01",
	    "2025-12-31T03:30:00Z", "2026-01-01T03:30:00Z",
	    "2026-01-02T03:30:00Z", "2026-01-01T03:30:00Z" },
	/* The date that Samoa left out, and those around it. */
	{ 15, "Pacific/Apia", MINUTES(9, 0), "2011-12-30",
	    "2011-12-29T19:00:00Z", "2011-12-30T10:00:00Z",
	    "2011-12-30T19:00:00Z", "2011-12-30T10:00:00Z" },
	/* Names that are links to others. */
	{ 16, "US/Central", MINUTES(2, 30), "2026-03-08",
	    "2026-03-07T08:30:00Z", "2026-03-08T08:00:00Z",
	    "2026-03-09T07:30:00Z", "2026-03-08T08:00:00Z" },
	{ 17, "Asia/Calcutta", MINUTES(9, 0), "2026-01-01",
	    "2025-12-31T03:30:00Z", "2026-01-01T03:30:00Z",
	    "2026-01-02T03:30:00Z", "2026-01-01T03:30:00Z" },
};

static void
check_instant(int number, const char *what, int64_t found_ms,
    const char *expected)
{
	char text[40];

	civil_utc(found_ms, text, sizeof(text));
	if (strcmp(text, expected) != 0)
		fail_msg("vector %d, %s: %s instead of %s", number, what, text,
		    expected);
}

static void
check_vector(const struct vector *v)
{
	char zone[40];
	struct watch one[1] = { watch(zone, 0, islanders, 2) };
	static char name[] = "r";
	struct rota rota = { .name = name, .watches = { one, 1 } };
	struct stretch s, before;
	struct civil_date date;

	text_copy(zone, sizeof(zone), v->zone);
	one[0].takes_over_min = one[0].to_min = v->minutes;
	one[0].from_min = (v->minutes + 23 * 60) % (24 * 60);
	assert_true(rota_at(&rota, NULL, 0, at(v->at), &s));
	check_instant(v->number, "hand-off", s.from_ms, v->at);
	check_instant(v->number, "the next", s.to_ms, v->after);
	assert_true(rota_at(&rota, NULL, 0, s.from_ms - 1, &before));
	check_instant(v->number, "the one before", before.from_ms, v->before);
	assert_int_equal(before.to_ms, s.from_ms);
	assert_true(civil_date_parse(v->date, &date));
	check_instant(v->number, "end of hours",
	    hours_end_ms(&one[0],
		civil_days(date) - (one[0].from_min > one[0].to_min)),
	    v->end);
}

static void
test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(vectors); i++)
		check_vector(&vectors[i]);
}

static struct watch
hours(char *zone, int from_min, int to_min, const struct person **people)
{
	struct watch w = watch(zone, 0, people, 1);

	w.has_hours = true;
	w.from_min = from_min;
	w.to_min = to_min;
	return w;
}

/* Two rules over the repeated hour: one of overlap, no hole. */
static void
test_two_rules_over_the_repeated_hour(void **state)
{
	struct watch two[2] = { hours(london, MINUTES(22, 0), MINUTES(1, 30),
				    islanders),
		hours(london, MINUTES(1, 30), MINUTES(9, 0), down_under) };
	static char name[] = "r";
	struct rota rota = { .name = name, .watches = { two, 2 } };
	struct civil_date date = { 2026, 10, 24 };
	int64_t day = civil_days(date);

	(void)state;
	check_instant(18, "first ends", hours_end_ms(&two[0], day),
	    "2026-10-25T01:30:00Z");
	check_instant(18, "second begins", hours_begin_ms(&two[1], day + 1),
	    "2026-10-25T00:30:00Z");
	assert_int_equal(hours_end_ms(&two[0], day) -
		hours_begin_ms(&two[0], day),
	    9 * HOUR_MS / 2);
	assert_int_equal(hours_end_ms(&two[1], day + 1) -
		hours_begin_ms(&two[1], day + 1),
	    17 * HOUR_MS / 2);
	/* In the hour that is both's the newcomer has it. */
	check_told(&rota, NULL, 0, "2026-10-24T21:00Z", "2026-10-25T09:00Z",
	    "2026-10-24T21:00:00Z isla\n"
	    "2026-10-25T00:30:00Z aroha\n");
	/* The hour that is missing: both rules at the jump. */
	check_told(&rota, NULL, 0, "2026-03-28T22:00Z", "2026-03-29T08:00Z",
	    "2026-03-28T22:00:00Z isla\n"
	    "2026-03-29T01:00:00Z aroha\n");
}

/* Rotas of explicit hours by the year 2026, looked at every quarter of an
   hour: with nobody, on how many days, with two. */
struct region {
	const char *zone;
	int from_min, to_min;
};
static const struct year {
	int number;
	struct region regions[3];
	double nobody;
	int days;
	double two;
} years[] = {
	{ 19,
	    { { "Australia/Sydney", 480, 1020 }, { "Europe/London", 360, 840 },
		{ "America/Los_Angeles", 360, 780 } },
	    420, 238, 420 },
	{ 20,
	    { { "Australia/Sydney", 480, 960 }, { "Europe/Berlin", 360, 840 },
		{ "America/New_York", 480, 960 } },
	    420, 238, 420 },
	{ 21,
	    { { "Asia/Kolkata", 540, 1080 }, { "Europe/London", 750, 1230 },
		{ "America/New_York", 930, 1350 } },
	    238, 238, 238 },
	{ 22,
	    { { "Australia/Sydney", 480, 1080 }, { "Europe/London", 360, 900 },
		{ "America/Los_Angeles", 360, 840 } },
	    182, 182, 1277 },
	{ 23,
	    { { "Australia/Sydney", 480, 1140 }, { "Europe/London", 360, 960 },
		{ "America/Los_Angeles", 360, 900 } },
	    0, 0, 2190 },
	{ 24, { { "UTC", 0, 480 }, { "UTC", 480, 960 }, { "UTC", 960, 1440 } },
	    0, 0, 0 },
};

static void
make_year(const struct year *y, struct watch three[3], char zones[3][40])
{
	for (int i = 0; i < 3; i++) {
		text_copy(zones[i], sizeof(zones[i]), y->regions[i].zone);
		three[i] = hours(zones[i], y->regions[i].from_min,
		    y->regions[i].to_min, islanders);
	}
}

static int
count_on(const struct watch three[3], int64_t at_ms)
{
	int64_t day = at_ms / (24 * HOUR_MS);
	int count = 0;

	for (int i = 0; i < 3; i++)
		for (int64_t d = day - 2; d <= day + 1; d++)
			count += hours_begin_ms(&three[i], d) <= at_ms &&
			    at_ms < hours_end_ms(&three[i], d);
	return count;
}

static void
check_year(const struct year *y)
{
	static char name[] = "r";
	char zones[3][40];
	struct watch three[3];
	struct rota rota = { .name = name, .watches = { three, 3 } };
	int64_t at_ms = at("2026-01-01T00:00Z"), end_ms;
	int nobody = 0, two = 0, days = 0;
	struct stretch s = { 0 };

	make_year(y, three, zones);
	end_ms = at("2027-01-01T00:00Z");
	for (bool hit = false; at_ms < end_ms; at_ms += HOUR_MS / 4) {
		int count = count_on(three, at_ms);

		if (at_ms % (24 * HOUR_MS) == 0)
			hit = false;
		if (count == 0 && !hit)
			hit = days++ >= 0;
		nobody += count == 0;
		two += count == 2;
		/* The rota says the same. */
		if (at_ms >= s.to_ms)
			rota_at(&rota, NULL, 0, at_ms, &s);
		assert_int_equal(s.person == NULL, count == 0);
	}
	if (nobody != (int)(y->nobody * 4) || days != y->days ||
	    two != (int)(y->two * 4))
		fail_msg("vector %d: %d quarters with nobody on %d days, %d "
			 "with two",
		    y->number, nobody, days, two);
}

static void
test_years_of_explicit_hours(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(years); i++)
		check_year(&years[i]);
}

struct holes {
	int count;
	int64_t length_ms;
};

static void
on_hole(void *arg, const struct rota_fault *f)
{
	struct holes *h = arg;

	if (f->kind != ROTA_HOLE)
		return;
	h->count++;
	h->length_ms += f->to_ms - f->from_ms;
}

/* The proof finds each of them; a rule fills them; a ring has none. */
static void
test_holes_are_found_and_filled(void **state)
{
	static const enum fill rules[] = { FILL_EXTEND, FILL_EARLY,
		FILL_SPLIT };
	static char name[] = "r";
	char zones[3][40];
	struct watch three[3];
	struct rota rota = { .name = name, .watches = { three, 3 } };
	struct holes found = { 0 };

	(void)state;
	make_year(&years[0], three, zones);
	rota_prove(&rota, NULL, 0, at("2026-01-01T00:00Z"), 365, on_hole,
	    &found);
	assert_int_equal(found.count, 238);
	assert_int_equal(found.length_ms, 420 * HOUR_MS);
	for (size_t i = 0; i < LENGTH(rules); i++) {
		found = (struct holes){ 0 };
		rota.fill = (int)rules[i];
		rota_prove(&rota, NULL, 0, at("2026-01-01T00:00Z"), 365,
		    on_hole, &found);
		assert_int_equal(found.count, 0);
	}
	/* Los Angeles' evening hole of a summer day, by each rule. */
	three[1].members = islanders + 1;
	three[2].members = yankees;
	three[0].members = down_under;
	rota.fill = FILL_UNSAID;
	check_told(&rota, NULL, 0, "2026-07-01T13:00Z", "2026-07-02T00:00Z",
	    "2026-07-01T13:00:00Z maya\n"
	    "2026-07-01T20:00:00Z nobody\n"
	    "2026-07-01T22:00:00Z aroha\n");
	rota.fill = FILL_EXTEND;
	check_told(&rota, NULL, 0, "2026-07-01T13:00Z", "2026-07-02T00:00Z",
	    "2026-07-01T13:00:00Z maya filled\n"
	    "2026-07-01T22:00:00Z aroha\n");
	rota.fill = FILL_EARLY;
	check_told(&rota, NULL, 0, "2026-07-01T13:00Z", "2026-07-02T00:00Z",
	    "2026-07-01T13:00:00Z maya\n"
	    "2026-07-01T20:00:00Z aroha filled\n");
	rota.fill = FILL_SPLIT;
	check_told(&rota, NULL, 0, "2026-07-01T13:00Z", "2026-07-02T00:00Z",
	    "2026-07-01T13:00:00Z maya filled\n"
	    "2026-07-01T21:00:00Z aroha filled\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_two_rules_over_the_repeated_hour),
		cmocka_unit_test(test_years_of_explicit_hours),
		cmocka_unit_test(test_holes_are_found_and_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
