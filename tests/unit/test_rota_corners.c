/* Explicit hours of any kind against a count by hand; names of watches. */
#include "tests/unit/rota_story.h"

#include "lib/rota_diff.h"
#include "lib/rota_lint.h"
#include "lib/rota_ring.h"

#define DAY_MS (24 * HOUR_MS)

static uint64_t
roll(uint64_t *random, uint64_t below)
{
	*random ^= *random >> 12;
	*random ^= *random << 25;
	*random ^= *random >> 27;
	return (*random * UINT64_C(2685821657736338717) >> 33) % below;
}

/* Of all hours that hold the instant those that began last. */
static const struct watch *
holder(const struct rota *rota, int64_t at_ms)
{
	const struct watch *found = NULL;
	int64_t began_ms = INT64_MIN, began_day = 0;

	CONF_EACH (const struct watch, w, &rota->watches)
		for (int64_t day = at_ms / DAY_MS - 3;
		     day <= at_ms / DAY_MS + 2; day++) {
			int64_t from_ms = hours_begin_ms(w, day);

			if (!ring_runs_on(w, day) || from_ms > at_ms ||
			    hours_end_ms(w, day) <= at_ms ||
			    from_ms < began_ms ||
			    (from_ms == began_ms && day < began_day))
				continue;
			began_ms = from_ms;
			began_day = day;
			found = w;
		}
	return found;
}

static void
check_hours(uint64_t seed)
{
	static char zones[][32] = { "UTC", "Pacific/Apia", "Europe/London",
		"America/St_Johns" };
	uint64_t random = seed * 2 + 1;
	static char name[] = "r";
	struct watch room[4];
	struct rota rota = { .name = name,
		.watches = { room, 1 + roll(&random, 4) } };
	int64_t from_ms = at("2011-12-26T00:00Z");
	struct stretch s;

	for (size_t i = 0; i < rota.watches.count; i++) {
		room[i] = watch(zones[roll(&random, 4)], 0, down_under, 2);
		room[i].has_hours = true;
		room[i].from_min = (int64_t)roll(&random, 8) * 180;
		room[i].to_min = (int64_t)roll(&random, 9) * 180;
		if (roll(&random, 3) == 0)
			room[i].day_mask = 1 + (unsigned)roll(&random, 127);
	}
	for (int i = 0; i < 300; i++) {
		int64_t at_ms =
		    from_ms + (int64_t)roll(&random, 9 * 24 * 60) * 60000;

		(void)rota_at(&rota, NULL, 0, at_ms, &s);
		if (s.watch != holder(&rota, at_ms))
			fail_msg("seed %llu: another has it",
			    (unsigned long long)seed);
		if (s.from_ms > at_ms || s.to_ms <= at_ms)
			fail_msg("seed %llu: a bad stretch",
			    (unsigned long long)seed);
		if (s.watch != NULL &&
		    (holder(&rota, s.to_ms - 1) != s.watch ||
			holder(&rota, s.from_ms) != s.watch))
			fail_msg("seed %llu: bad ends",
			    (unsigned long long)seed);
	}
}

static void
test_any_hours(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 120; seed++)
		check_hours(seed);
}

/* Both begin at once: the later written has it, and it is said. */
static void
test_hours_at_once(void **state)
{
	struct watch room[3] = { watch(utc, 0, islanders, 1),
		watch(utc, 0, yankees, 1), watch(utc, 0, down_under, 1) };
	static char name[] = "r";
	struct rota rota = { .name = name, .watches = { room, 3 } };
	struct faults all = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		room[i].has_hours = true;
	room[0].from_min = room[1].from_min = 8 * 60;
	room[0].to_min = room[1].to_min = room[2].from_min = 20 * 60;
	room[2].to_min = 8 * 60;
	check_told(&rota, NULL, 0, "2026-07-01T08:00Z", "2026-07-01T20:00Z",
	    "2026-07-01T08:00:00Z maya\n");
	rota_prove(&rota, NULL, 0, at("2026-07-01T08:00Z"), 1, on_fault, &all);
	assert_non_null(strstr(all.text.data,
	    "two watches take over at 2026-07-01T08:00:00Z; maya has it"));
	text_clear(&all.text);
}

/* A rota of which nothing is left has no bounds, and no fill. */
static void
test_hours_that_never_come(void **state)
{
	struct watch room[1] = { watch(utc, 0, islanders, 1) };
	static char name[] = "r";
	struct rota rota = { .name = name,
		.watches = { room, 1 },
		.fill = FILL_EXTEND };
	struct stretch s;

	(void)state;
	room[0].has_hours = true;
	room[0].from_min = 60;
	room[0].to_min = 120;
	interval_set_add(&room[0].days_off, 10000, 40000);
	assert_false(rota_at(&rota, NULL, 0, at("2026-07-01T00:00Z"), &s));
	assert_int_equal(s.to_ms - s.from_ms, DAY_MS);
	check_proof(&rota, NULL, 0, "2026-07-01T00:00Z", 1,
	    "rota r: nobody is on watch from 2026-07-01T00:00:00Z to "
	    "2026-07-02T00:00:00Z\n");
	interval_set_clear(&room[0].days_off);
	/* Once a year: 400 days are looked at, no more. */
	interval_set_add(&room[0].days_off, 20000, 20600);
	rota.fill = FILL_UNSAID;
	assert_false(rota_at(&rota, NULL, 0, 20300 * DAY_MS, &s));
	rota.fill = FILL_SPLIT;
	assert_true(rota_at(&rota, NULL, 0, 20300 * DAY_MS, &s));
	interval_set_clear(&room[0].days_off);
}

/* The last one has it; nobody's hours are nobody's to cover; the same person
   written twice is one; a second who is away is none. */
static void
test_odd_rings(void **state)
{
	static const struct person *twice[] = { &isla, &isla, &tom };
	struct watch room[1] = { watch(utc, 8, twice, 3) };
	static char name[] = "support";
	struct rota rota = { .name = name, .watches = { room, 1 } };
	struct rota empty = { .name = name };
	struct override o =
	    override("o-1", &zoe, "2026-07-01T00:00Z", "2026-07-03T00:00Z");
	struct override away = o;
	struct stretch s;

	(void)state;
	text_copy(o.instead, sizeof(o.instead), "isla");
	assert_false(rota_at(&empty, &o, 1, at("2026-07-01T10:00Z"), &s));
	room[0].rotate.unit = ROTATE_DAILY;
	for (int day = 1; day < 4; day++)
		assert_true(rota_at(&rota, NULL, 0,
				at("2026-07-01T10:00Z") + day * DAY_MS, &s) &&
		    s.secondary != NULL && s.secondary != s.person);
	away.person[0] = away.rota[0] = '\0';
	away.who = NULL;
	text_copy(away.instead, sizeof(away.instead), "aroha");
	room[0].secondary.count = 2;
	room[0].seconds = down_under;
	for (int day = 0; day < 2; day++) {
		rota_at(&rota, &away, 1, at("2026-07-01T10:00Z") + day * DAY_MS,
		    &s);
		assert_ptr_equal(s.secondary, &wiremu);
	}
	interval_set_add(&room[0].days_off, 20600, 40000);
	assert_true(rota_at(&rota, NULL, 0, 20650 * DAY_MS, &s));
	/* Nobody takes over as far as was looked. */
	assert_int_equal(s.to_ms, (20650 + 398) * DAY_MS);
	interval_set_clear(&room[0].days_off);
}

static void
check_uid(const struct stretch *s, const char *expected)
{
	char uid[ROTA_UID];

	rota_uid(s, uid);
	assert_string_equal(uid, expected);
}

static void
test_names_of_watches(void **state)
{
	struct watch room[3], above[1] = { watch(utc, 0, islanders, 1) };
	struct rota rota = follow_the_sun(room);
	static char exams[] = "exams", nothing[] = "r";
	struct layer layer = { .name = exams, .watches = { above, 1 } };
	struct rota empty = { .name = nothing };
	struct override o =
	    override("o-7", &zoe, "2026-07-01T05:00Z", "2026-07-01T10:00Z");
	struct stretch s;

	(void)state;
	rota_at(&rota, NULL, 0, at("2026-07-01T08:00Z"), &s);
	check_uid(&s, "support.20260701.2");
	rota_watch_at(&rota, &o, 1, at("2026-07-01T08:00Z"), &s);
	check_uid(&s, "support.o-7");
	s.from_ms += 60000; /* cut by yet another one */
	check_uid(&s, "support.o-7.1782882060");
	rota_at(&rota, &o, 1, at("2026-07-01T11:00Z"), &s);
	check_uid(&s, "support.20260701.2.1782900000");
	text_copy(o.instead, sizeof(o.instead), "isla");
	o.from_ms = at("2026-07-06T07:00Z");
	o.to_ms = at("2026-07-09T10:00Z");
	rota_at(&rota, &o, 1, at("2026-07-06T08:00Z"), &s);
	check_uid(&s, "support.20260706.2");
	text_copy(o.instead, sizeof(o.instead), "tom");
	rota_at(&rota, &o, 1, at("2026-07-06T08:00Z"), &s);
	check_uid(&s, "support.20260706.2.o-7");
	s.layer = &layer;
	s.watch = above;
	check_uid(&s, "support.exams.20260706.1.o-7");
	rota_at(&empty, NULL, 0, at("2026-07-06T08:00Z"), &s);
	check_uid(&s, "r");
}

static void
on_difference(void *arg, const struct rota_difference *x)
{
	struct text *t = arg;
	char from[40];

	civil_utc(x->from_ms, from, sizeof(from));
	text_addf(t, "%s%s %s>%s\n", from, x->second ? " second" : "", x->was,
	    x->is);
}

/* From somebody to nobody and to somebody else. */
static void
test_differences(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	static char nothing[] = "support";
	struct rota empty = { .name = nothing };
	struct override o =
	    override("o-1", &zoe, "2026-07-01T08:00Z", "2026-07-01T09:00Z");
	struct rota_side was = { &rota, NULL, 0 }, is = { &empty, NULL, 0 };
	struct text t = { 0 };

	(void)state;
	rota_diff(&was, &is, at("2026-07-01T08:00Z"), at("2026-07-01T14:00Z"),
	    on_difference, &t);
	is = (struct rota_side){ &rota, &o, 1 };
	rota_diff(&was, &is, at("2026-07-01T00:00Z"), at("2026-07-02T00:00Z"),
	    on_difference, &t);
	is.rota = NULL;
	rota_diff(&was, &is, at("2026-07-01T20:00Z"), at("2026-07-01T21:00Z"),
	    on_difference, &t);
	assert_string_equal(t.data,
	    "2026-07-01T08:00:00Z isla>\n"
	    "2026-07-01T08:00:00Z second tom>\n"
	    "2026-07-01T13:00:00Z maya>\n"
	    "2026-07-01T13:00:00Z second diego>\n"
	    "2026-07-01T08:00:00Z isla>zoe\n"
	    "2026-07-01T20:00:00Z aroha>\n"
	    "2026-07-01T20:00:00Z second wiremu>\n");
	text_clear(&t);
}

/* Many people at two levels, and a level of nobody. */
static void
test_lints_of_odd_ladders(void **state)
{
	static char names[80][8], call[] = "rota r", name[] = "l", r[] = "r";
	struct person people[80];
	const struct person *members[80];
	struct watch room[1] = { watch(utc, 8, members, 80) };
	struct rota rota = { .name = r, .watches = { room, 1 } };
	struct rota empty = { .name = r };
	struct level levels[3] = { { .call_text = call, .rota = &rota },
		{ .call_text = call, .rota = &rota },
		{ .call_text = call, .rota = &empty } };
	struct ladder ladder = { .name = name, .levels = { levels, 3 } };
	struct settings s = { .ladders = { &ladder, 1 } };
	struct lint_question q = { .settings = &s,
		.from_ms = at("2026-07-01T00:00Z"),
		.days = 100 };

	(void)state;
	room[0].rotate.unit = ROTATE_DAILY;
	for (int i = 0; i < 80; i++) {
		text_format(names[i], sizeof(names[i]), "p%d", i);
		people[i] = (struct person){ .name = names[i], .zone = utc };
		members[i] = &people[i];
	}
	/* No more pairs are told; and one level that has nobody. */
	assert_int_equal(rota_lint(&q), 64 + 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_hours),
		cmocka_unit_test(test_hours_at_once),
		cmocka_unit_test(test_hours_that_never_come),
		cmocka_unit_test(test_odd_rings),
		cmocka_unit_test(test_names_of_watches),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_lints_of_odd_ladders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
