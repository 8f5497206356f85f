/* Watches that are there from a date on, or until one. */
#include "tests/unit/rota_story.h"

#include "lib/rota_diff.h"
#include "lib/settings.h"
#include "tests/unit/settings_folder.h"

static void
set_dates(struct watch *w, const char *since, const char *until)
{
	static char room[8][16];
	static int used;
	struct civil_date date;

	if (since != NULL && civil_date_parse(since, &date)) {
		text_copy(room[used], sizeof(room[used]), since);
		w->dates.since = room[used++ % 8];
		w->dates.since_day = civil_days(date);
	}
	if (until != NULL && civil_date_parse(until, &date)) {
		text_copy(room[used], sizeof(room[used]), until);
		w->dates.until = room[used++ % 8];
		w->dates.until_day = civil_days(date);
	}
	used %= 8;
}

/* On Monday, 4 January 2027 zoe follows aroha and wiremu: nobody else's hours
   move, nothing is filled, and what has been stays. */
static void
a_change_that_waits_for_its_date(void **state)
{
	struct watch room[4];
	struct rota rota = follow_the_sun(room);
	const struct person *joins[] = { &zoe };

	(void)state;
	room[3] = watch(auckland, 8, joins, 1);
	set_dates(&room[0], NULL, "2027-01-03");
	set_dates(&room[3], "2027-01-04", NULL);
	rota.watches.count = 4;
	check_told(&rota, NULL, 0, "2027-01-02T00:00Z", "2027-01-05T12:00Z",
	    "2027-01-01T19:00:00Z aroha\n"
	    "2027-01-02T08:00:00Z isla\n"
	    "2027-01-02T14:00:00Z maya\n"
	    "2027-01-02T19:00:00Z aroha\n"
	    "2027-01-03T08:00:00Z isla\n"
	    "2027-01-03T14:00:00Z maya\n"
	    "2027-01-03T19:00:00Z zoe\n"
	    "2027-01-04T08:00:00Z tom\n"
	    "2027-01-04T14:00:00Z diego\n"
	    "2027-01-04T19:00:00Z zoe\n"
	    "2027-01-05T08:00:00Z tom\n");
}

/* Another hour from a date on, over the night between: no hole, no overlap. */
static void
another_hour_from_a_date_on(void **state)
{
	struct watch room[4];
	struct rota rota = follow_the_sun(room);

	(void)state;
	room[3] = watch(new_york, 7, yankees, 2);
	set_dates(&room[2], NULL, "2026-12-31");
	set_dates(&room[3], "2027-01-01", NULL);
	rota.watches.count = 4;
	check_told(&rota, NULL, 0, "2026-12-31T09:00Z", "2027-01-01T20:00Z",
	    "2026-12-31T08:00:00Z isla\n"
	    "2026-12-31T14:00:00Z maya\n"
	    "2026-12-31T19:00:00Z aroha\n"
	    "2027-01-01T08:00:00Z isla\n"
	    "2027-01-01T12:00:00Z maya\n"
	    "2027-01-01T19:00:00Z aroha\n");
}

/* Who ends and is followed by nobody leaves the hours to the one before, as if
   it were not written; it is no absence, which would be filled. */
static void
an_end_without_a_follower(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);

	(void)state;
	set_dates(&room[2], NULL, "2027-01-01");
	check_told(&rota, NULL, 0, "2027-01-01T09:00Z", "2027-01-03T09:00Z",
	    "2027-01-01T08:00:00Z isla\n"
	    "2027-01-01T14:00:00Z maya\n"
	    "2027-01-01T19:00:00Z aroha\n"
	    "2027-01-02T08:00:00Z isla\n"
	    "2027-01-02T19:00:00Z aroha\n"
	    "2027-01-03T08:00:00Z isla\n");
}

static void
explicit_hours_have_dates(void **state)
{
	struct watch room[2] = { watch(utc, 0, islanders, 1),
		watch(utc, 0, yankees, 1) };
	struct rota rota = { .watches = { room, 2 } };

	(void)state;
	for (int i = 0; i < 2; i++) {
		room[i].has_hours = true;
		room[i].to_min = 24 * 60;
	}
	set_dates(&room[0], NULL, "2027-01-31");
	set_dates(&room[1], "2027-02-02", NULL);
	check_told(&rota, NULL, 0, "2027-01-31T12:00Z", "2027-02-02T12:00Z",
	    "2027-01-31T00:00:00Z isla\n"
	    "2027-02-01T00:00:00Z nobody\n"
	    "2027-02-02T00:00:00Z maya\n");
}

static void
remember(void *arg, const struct rota_fault *fault)
{
	struct text *t = arg;
	char from[40];

	civil_utc(fault->from_ms, from, sizeof(from));
	if (fault->kind == ROTA_LONG)
		text_addf(t, "too long since %s\n", from);
}

/* Whoever took over last keeps it, for ever: the proof says so. */
static void
all_of_them_end(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct text told = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		set_dates(&room[i], NULL, "2027-01-01");
	/* And each of 68 nights. */
	assert_int_equal(rota_prove(&rota, NULL, 0, at("2026-12-01T00:00Z"),
			     100, remember, &told),
	    69);
	assert_string_equal(told.data, "too long since 2027-01-01T14:00:00Z\n");
	text_clear(&told);
}

/* What is kept of a version reads back as what it was. */
static void
dates_are_kept_with_the_version(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct text t = { 0 };

	(void)state;
	set_dates(&room[1], "2026-12-01", "2027-01-03");
	rota_write(&rota, &t);
	assert_non_null(strstr(t.data, "takes_over: \"08:00\""));
	assert_non_null(strstr(t.data,
	    "rotate: every 1 weeks, since: 2026-12-01, until: 2027-01-03 }"));
	text_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_that_waits_for_its_date),
		cmocka_unit_test(another_hour_from_a_date_on),
		cmocka_unit_test(an_end_without_a_follower),
		cmocka_unit_test(explicit_hours_have_dates),
		cmocka_unit_test(all_of_them_end),
		cmocka_unit_test(dates_are_kept_with_the_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
