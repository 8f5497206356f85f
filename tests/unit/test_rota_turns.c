/* Whose turn it is, who is second, layers of hours, who is away. */
#include "tests/unit/rota_story.h"

#include "lib/rota_turn.h"
#include "tests/unit/settings_folder.h"

static const struct person *three_people[] = { &isla, &tom, &maya };

/* A watch a day, from 08:00 UTC, of one after another of these. */
static struct rota
daily(struct watch room[1], const struct person **people, size_t count)
{
	static char name[] = "support";

	room[0] = watch(utc, 8, people, count);
	room[0].rotate.unit = ROTATE_DAILY;
	return (struct rota){ .name = name, .watches = { room, 1 } };
}

static int64_t
day_of(const char *text)
{
	struct civil_date date = { 0 };

	assert_true(civil_date_parse(text, &date));
	return civil_days(date);
}

/* Calendar units since the anchor, in the written order. */
static const struct {
	const char *anchor;
	int unit;
	int64_t every;
	const char *date, *who;
} turns[] = {
	{ "2026-01-31", ROTATE_MONTHLY, 1, "2026-01-31", "isla" },
	{ "2026-01-31", ROTATE_MONTHLY, 1, "2026-02-27", "isla" },
	/* February has no 31st: its last day counts, and March's own again. */
	{ "2026-01-31", ROTATE_MONTHLY, 1, "2026-02-28", "tom" },
	{ "2026-01-31", ROTATE_MONTHLY, 1, "2026-03-30", "tom" },
	{ "2026-01-31", ROTATE_MONTHLY, 1, "2026-03-31", "maya" },
	{ "2026-01-31", ROTATE_MONTHLY, 1, "2026-04-29", "maya" },
	{ "2026-01-31", ROTATE_MONTHLY, 1, "2026-04-30", "isla" },
	/* A leap day, as a date of its year and as the anchor. */
	{ "2028-01-30", ROTATE_MONTHLY, 1, "2028-02-28", "isla" },
	{ "2028-01-30", ROTATE_MONTHLY, 1, "2028-02-29", "tom" },
	{ "2028-02-29", ROTATE_MONTHLY, 12, "2029-02-27", "isla" },
	{ "2028-02-29", ROTATE_MONTHLY, 12, "2029-02-28", "tom" },
	{ "2026-01-01", ROTATE_MONTHLY, 2, "2026-02-28", "isla" },
	{ "2026-01-01", ROTATE_MONTHLY, 2, "2026-03-01", "tom" },
	{ "2026-01-01", ROTATE_MONTHLY, 1, "2026-12-31", "maya" },
	{ "2026-01-01", ROTATE_MONTHLY, 1, "2027-01-01", "isla" },
	{ "2026-03-15", ROTATE_MONTHLY, 1, "2026-03-14", "maya" },
	{ "2026-03-15", ROTATE_MONTHLY, 1, "2025-12-15", "isla" },
	/* Every n days and weeks; before the anchor it goes on backwards. */
	{ "2026-01-01", ROTATE_DAILY, 3, "2026-01-03", "isla" },
	{ "2026-01-01", ROTATE_DAILY, 3, "2026-01-04", "tom" },
	{ "2026-01-01", ROTATE_DAILY, 3, "2025-12-31", "maya" },
	{ "2026-01-05", ROTATE_WEEKLY, 2, "2026-01-18", "isla" },
	{ "2026-01-05", ROTATE_WEEKLY, 2, "2026-01-19", "tom" },
	{ "2026-01-05", ROTATE_WEEKLY, 0, "2026-01-12", "tom" },
	/* Week 53 of 2026 is a week like others. */
	{ "2024-01-01", ROTATE_WEEKLY, 1, "2026-12-27", "maya" },
	{ "2024-01-01", ROTATE_WEEKLY, 1, "2026-12-28", "isla" },
	{ "2024-01-01", ROTATE_WEEKLY, 1, "2027-01-03", "isla" },
	{ "2024-01-01", ROTATE_WEEKLY, 1, "2027-01-04", "tom" },
};

static void
test_turns(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(turns); i++) {
		char anchor[16];
		struct watch w = watch(london, 8, three_people, 3);
		struct rota rota = { .watches = { &w, 1 }, .anchor = anchor };
		const struct person *who;

		text_copy(anchor, sizeof(anchor), turns[i].anchor);
		w.rotate = (struct rotation){ turns[i].unit, turns[i].every };
		who = turn_person(&rota, &w, day_of(turns[i].date), 0);
		if (strcmp(who->name, turns[i].who) != 0)
			fail_msg("%s since %s: %s", turns[i].date,
			    turns[i].anchor, who->name);
	}
}

static const char *
second_at(const struct rota *rota, const struct override *list, size_t count,
    const char *instant)
{
	struct stretch s;

	rota_at(rota, list, count, at(instant), &s);
	return s.secondary == NULL ? "nobody" : s.secondary->name;
}

/* The next in the written order; those named for it; nobody twice. */
static void
test_secondary(void **state)
{
	struct watch room[1];
	struct rota rota = daily(room, three_people, 3);
	struct override o =
	    override("o-1", &tom, "2026-07-01T10:00Z", "2026-07-01T12:00Z");

	(void)state;
	check_told(&rota, NULL, 0, "2026-07-01T09:00Z", "2026-07-02T09:00Z",
	    "2026-07-01T08:00:00Z isla\n2026-07-02T08:00:00Z tom\n");
	assert_string_equal(second_at(&rota, NULL, 0, "2026-07-01T09:00Z"),
	    "tom");
	assert_string_equal(second_at(&rota, NULL, 0, "2026-07-03T09:00Z"),
	    "isla");
	/* Whoever is stood in for is not called either. */
	assert_string_equal(second_at(&rota, &o, 1, "2026-07-01T11:00Z"),
	    "maya");
	room[0].people.count = 1;
	assert_string_equal(second_at(&rota, NULL, 0, "2026-07-01T09:00Z"),
	    "nobody");
	room[0].secondary.count = 2;
	room[0].seconds = down_under;
	assert_string_equal(second_at(&rota, NULL, 0, "2026-07-02T09:00Z"),
	    "wiremu");
	assert_string_equal(second_at(&rota, NULL, 0, "2026-07-03T09:00Z"),
	    "aroha");
	room[0].seconds = islanders; /* isla is first already */
	assert_string_equal(second_at(&rota, NULL, 0, "2026-07-03T09:00Z"),
	    "tom");
	room[0].secondary.count = 1;
	assert_string_equal(second_at(&rota, NULL, 0, "2026-07-03T09:00Z"),
	    "nobody");
}

/* People's zones are their own: the hand-off is by the watch's. */
static void
test_people_in_other_zones(void **state)
{
	static const struct person *abroad[] = { &maya };
	struct watch room[2] = { watch(auckland, 8, abroad, 1),
		watch(london, 8, islanders, 1) };
	static char name[] = "r";
	struct rota rota = { .name = name, .watches = { room, 2 } };

	(void)state;
	/* New York's clocks change on the 8th, Auckland's do not. */
	check_told(&rota, NULL, 0, "2026-03-07T08:00Z", "2026-03-09T08:01Z",
	    "2026-03-07T08:00:00Z isla\n2026-03-07T19:00:00Z maya\n"
	    "2026-03-08T08:00:00Z isla\n2026-03-08T19:00:00Z maya\n"
	    "2026-03-09T08:00:00Z isla\n");
	/* Whether it is night is asked where she is. */
	check_proof(&rota, NULL, 0, "2026-07-01T20:00Z", 1,
	    "rota r: maya is on watch from 2026-07-02T04:00:00Z to "
	    "2026-07-02T07:00:00Z, between 00:00 and 06:00 in "
	    "America/New_York\n");
}

static struct watch
hours(char *zone, int from, int to, const struct person **people)
{
	struct watch w = watch(zone, 0, people, 1);

	w.has_hours = true;
	w.from_min = from * 60;
	w.to_min = to * 60;
	return w;
}

/* A layer lies above the ring; where it ends, duty is as without it. */
static void
test_layers(void **state)
{
	static const struct person *exam[] = { &zoe }, *late[] = { &tom };
	struct watch room[3], above[1] = { hours(london, 6, 18, exam) },
			      top[1] = { hours(london, 16, 20, late) };
	struct rota rota = follow_the_sun(room);
	static char exams[] = "exams", evenings[] = "evenings";
	struct layer layers[2] = { { .name = exams,
				       .dates.since_day = day_of("2026-07-02"),
				       .dates.until_day = day_of("2026-07-03"),
				       .watches = { above, 1 } },
		{ .name = evenings,
		    .dates.since_day = INT64_MIN,
		    .dates.until_day = INT64_MAX,
		    .watches = { top, 1 } } };
	struct stretch s;

	(void)state;
	top[0].day_mask = 1U << 3; /* on Thursdays, as the 2nd is */
	rota.layers = (struct conf_list){ layers, 2 };
	check_told(&rota, NULL, 0, "2026-07-01T13:00Z", "2026-07-04T08:00Z",
	    "2026-07-01T13:00:00Z maya\n"
	    "2026-07-01T20:00:00Z aroha\n"
	    "2026-07-02T05:00:00Z zoe\n"
	    "2026-07-02T15:00:00Z tom\n"
	    "2026-07-02T19:00:00Z maya\n"
	    "2026-07-02T20:00:00Z aroha\n"
	    "2026-07-03T05:00:00Z zoe\n"
	    "2026-07-03T17:00:00Z maya\n"
	    "2026-07-03T20:00:00Z aroha\n"
	    "2026-07-04T07:00:00Z isla\n");
	rota_at(&rota, NULL, 0, at("2026-07-03T06:00Z"), &s);
	assert_ptr_equal(s.layer, &layers[0]);
	assert_int_equal(s.day, day_of("2026-07-03"));
	rota_at(&rota, NULL, 0, at("2026-07-03T18:00Z"), &s);
	assert_null(s.layer);
}

/* A layer lies over a ring whose watch lasts a week, too. */
static void
test_layer_over_a_week(void **state)
{
	static const struct person *night[] = { &zoe };
	struct watch room[1] = { watch(utc, 8, islanders, 2) },
		     above[1] = { hours(utc, 22, 2, night) };
	static char name[] = "r", nights[] = "nights";
	struct layer layer = { .name = nights,
		.dates.since_day = INT64_MIN,
		.dates.until_day = INT64_MAX,
		.watches = { above, 1 } };
	struct rota rota = { .name = name,
		.watches = { room, 1 },
		.layers = { &layer, 1 } };

	(void)state;
	room[0].day_mask = above[0].day_mask = 1; /* Mondays, as the 6th is */
	rota.fill = FILL_EXTEND;
	check_told(&rota, NULL, 0, "2026-07-06T08:00Z", "2026-07-13T22:00Z",
	    "2026-07-06T08:00:00Z tom filled\n"
	    "2026-07-06T22:00:00Z zoe\n"
	    "2026-07-07T02:00:00Z tom filled\n"
	    "2026-07-13T08:00:00Z isla filled\n");
}

static struct override
cover(const char *id, const char *instead, const struct person *who,
    const char *from, const char *to)
{
	struct override o = override(id, who == NULL ? &tom : who, from, to);

	text_copy(o.instead, sizeof(o.instead), instead);
	if (who == NULL) { /* is away */
		o.who = NULL;
		o.person[0] = o.rota[0] = '\0';
	}
	return o;
}

/* Somebody's hours only, whatever is changed around them. */
static void
test_cover_of_one_person(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct override list[2] = { cover("o-1", "aroha", &wiremu,
					"2026-07-01T00:00Z",
					"2026-07-03T00:00Z"),
		cover("o-2", "wiremu", &zoe, "2026-07-01T22:00Z",
		    "2026-07-01T23:00Z") };

	(void)state;
	check_told(&rota, list, 2, "2026-06-30T20:00Z", "2026-07-03T02:00Z",
	    "2026-06-30T20:00:00Z aroha\n"
	    "2026-07-01T00:00:00Z wiremu override\n"
	    "2026-07-01T07:00:00Z isla\n"
	    "2026-07-01T13:00:00Z maya\n"
	    "2026-07-01T20:00:00Z wiremu override\n"
	    "2026-07-01T22:00:00Z zoe override\n"
	    "2026-07-01T23:00:00Z wiremu override\n"
	    "2026-07-02T07:00:00Z isla\n"
	    "2026-07-02T13:00:00Z maya\n"
	    "2026-07-02T20:00:00Z wiremu override\n"
	    "2026-07-03T00:00:00Z aroha\n");
}

/* Whoever is away is replaced by the next who is not, on every rota. */
static void
test_away(void **state)
{
	struct watch room[1];
	struct rota rota = daily(room, three_people, 3);
	struct override list[3] = {
		cover("o-1", "isla", NULL, "2026-07-01T10:00Z",
		    "2026-07-01T20:00Z"),
		cover("o-2", "tom", NULL, "2026-07-01T12:00Z",
		    "2026-07-01T14:00Z"),
		cover("o-3", "maya", NULL, "2026-07-01T13:00Z",
		    "2026-07-01T15:00Z"),
	};
	struct stretch s;

	(void)state;
	check_told(&rota, list, 3, "2026-07-01T08:00Z", "2026-07-02T08:00Z",
	    "2026-07-01T08:00:00Z isla\n"
	    "2026-07-01T10:00:00Z tom override\n"
	    "2026-07-01T12:00:00Z maya override\n"
	    "2026-07-01T13:00:00Z isla\n" /* nobody is left: better than none */
	    "2026-07-01T14:00:00Z tom override\n"
	    "2026-07-01T20:00:00Z isla\n");
	rota_at(&rota, list, 3, at("2026-07-01T13:30Z"), &s);
	assert_true(s.away);
	rota_at(&rota, list, 3, at("2026-07-01T12:30Z"), &s);
	assert_false(s.away);
	assert_ptr_equal(s.instead, &isla);
	assert_string_equal(second_at(&rota, list, 3, "2026-07-01T11:00Z"),
	    "maya");
	assert_string_equal(second_at(&rota, list, 3, "2026-07-01T12:30Z"),
	    "nobody");
	/* The proof says it. */
	rota.max_watch_ms = 25 * HOUR_MS;
	check_proof(&rota, list, 3, "2026-07-01T08:00Z", 0, "");
	{
		struct faults all = { 0 };

		rota_prove(&rota, list, 3, at("2026-07-01T08:00Z"), 1, on_fault,
		    &all);
		assert_non_null(strstr(all.text.data,
		    "isla is on watch from 2026-07-01T13:00:00Z to "
		    "2026-07-01T14:00:00Z, and is away: nobody else is left"));
		text_clear(&all.text);
	}
}

#define HOLIDAYS                                                               \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//kahu//test//EN\r\n"       \
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"                \
	"DTSTART;VALUE=DATE:20260706\r\nDTEND;VALUE=DATE:20260708\r\n"         \
	"SUMMARY:two days\r\nEND:VEVENT\r\n"                                   \
	"BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20260101T000000Z\r\n"                \
	"DTSTART;TZID=Europe/London:20260709T070000\r\n"                       \
	"DTEND;TZID=Europe/London:20260709T090000\r\n"                         \
	"SUMMARY:a morning\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

/* What a file says of holidays, and of the hour a watch would begin. */
static void
test_holidays_of_a_file(void **state)
{
	struct conf_errors errors = { 0 };
	char path[] = "/tmp/rota-holidays-XXXXXX";
	struct text tree = { 0 };
	struct settings *s;
	const struct rota *r;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, HOLIDAYS, strlen(HOLIDAYS)),
	    (ssize_t)strlen(HOLIDAYS));
	close(fd);
	text_addf(&tree,
	    SITE AGENTS PEOPLE
	    "rotas:\n"
	    "  - name: support\n"
	    "    fill: extend\n"
	    "    watches:\n"
	    "      - { zone: Pacific/Auckland, takes_over: '08:00', people: "
	    "aroha }\n"
	    "      - { zone: Europe/London, takes_over: '08:00', people: isla,"
	    " holidays: [%s, 2026-07-11] }\n",
	    path);
	s = settings_from_text(tree.data, &errors);
	unlink(path);
	assert_int_equal(errors.list.count, 0);
	assert_non_null(s);
	r = settings_rota(s, "support");
	check_told(r, NULL, 0, "2026-07-05T07:00Z", "2026-07-12T07:00Z",
	    "2026-07-05T07:00:00Z isla\n"
	    "2026-07-05T20:00:00Z aroha filled\n"
	    "2026-07-06T20:00:00Z aroha filled\n"
	    "2026-07-07T20:00:00Z aroha\n"
	    "2026-07-08T07:00:00Z isla\n"
	    "2026-07-08T20:00:00Z aroha filled\n"
	    "2026-07-09T20:00:00Z aroha\n"
	    "2026-07-10T07:00:00Z isla\n"
	    "2026-07-10T20:00:00Z aroha filled\n"
	    "2026-07-11T20:00:00Z aroha\n");
	settings_free(s);
	text_clear(&tree);
}

/* The stretches from one instant to another with whoever is second. */
static void
check_pairs(const struct rota *rota, const struct override *list, size_t count,
    const char *from, const char *to, const char *expected)
{
	struct text t = { 0 };
	struct stretch s;

	for (int64_t ms = at(from); ms < at(to); ms = s.to_ms) {
		char since[32];

		rota_at(rota, list, count, ms, &s);
		civil_utc(s.from_ms, since, sizeof(since));
		text_addf(&t, "%.16s %s %s\n", since, s.person->name,
		    s.secondary == NULL ? "-" : s.secondary->name);
	}
	assert_string_equal(t.data, expected);
	text_clear(&t);
}

/* Tom is away twice in a row, and neither is on watch: "maya until 14:00, then
   maya". */
static void
test_a_third_ones_absence_parted_a_watch(void **state)
{
	static const struct person *four[] = { &isla, &tom, &maya, &diego };
	struct watch room[1];
	struct rota rota = daily(room, four, 4);
	struct override list[3] = {
		cover("o-1", "tom", NULL, "2026-07-01T09:00Z",
		    "2026-07-01T14:00Z"),
		cover("o-2", "tom", NULL, "2026-07-01T14:00Z",
		    "2026-07-01T16:00Z"),
		cover("o-3", "isla", NULL, "2026-07-01T12:00Z",
		    "2026-07-01T20:00Z"),
	};
	struct stretch s;

	(void)state;
	check_pairs(&rota, list, 3, "2026-07-01T08:00Z", "2026-07-02T08:00Z",
	    "2026-07-01T08:00 isla tom\n"
	    "2026-07-01T09:00 isla maya\n"
	    "2026-07-01T12:00 maya diego\n"
	    "2026-07-01T16:00 tom maya\n"
	    "2026-07-01T20:00 isla tom\n");
	/* Of the first alone it is one watch until she is away herself. */
	rota_at(&rota, list, 3, at("2026-07-01T10:00Z"), &s);
	rota_whole(list, 3, &s);
	assert_int_equal(s.from_ms, at("2026-07-01T08:00Z"));
	assert_int_equal(s.to_ms, at("2026-07-01T12:00Z"));
}

/* Zoe has hours of three watches: one stretch of hers, and its first second
   was said to be so all through. */
static void
test_one_second_for_a_whole_override(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct override o =
	    override("o-1", &zoe, "2026-07-01T05:00Z", "2026-07-01T15:00Z");
	struct stretch s;

	(void)state;
	check_pairs(&rota, &o, 1, "2026-07-01T00:00Z", "2026-07-01T16:00Z",
	    "2026-06-30T20:00 aroha wiremu\n"
	    "2026-07-01T05:00 zoe wiremu\n"
	    "2026-07-01T07:00 zoe tom\n"
	    "2026-07-01T13:00 zoe diego\n"
	    "2026-07-01T15:00 maya diego\n");
	rota_at(&rota, &o, 1, at("2026-07-01T08:00Z"), &s);
	rota_whole(&o, 1, &s);
	assert_int_equal(s.from_ms, o.from_ms);
	assert_int_equal(s.to_ms, o.to_ms);
	/* Of one and the same second it is one, over days. */
	room[0].people.count = room[1].people.count = room[2].people.count = 1;
	o.to_ms = at("2026-07-21T15:00Z");
	rota_at(&rota, &o, 1, at("2026-07-11T08:00Z"), &s);
	assert_null(s.secondary);
	assert_int_equal(s.from_ms, o.from_ms);
	assert_int_equal(s.to_ms, o.to_ms);
}

/* A month of absence is filled from its two sides. */
static void
test_a_long_absence(void **state)
{
	struct watch room[2] = { watch(utc, 8, islanders, 1),
		watch(utc, 20, down_under, 1) };
	static char name[] = "r";
	struct rota rota = { .name = name, .watches = { room, 2 } };

	(void)state;
	for (int i = 0; i < 2; i++)
		interval_set_add(&room[i].days_off, day_of("2026-07-01"),
		    day_of("2026-09-01"));
	check_told(&rota, NULL, 0, "2026-06-30T21:00Z", "2026-09-01T09:00Z",
	    "2026-06-30T20:00:00Z aroha filled\n"
	    "2026-08-01T08:00:00Z isla filled\n");
	for (int i = 0; i < 2; i++)
		interval_set_clear(&room[i].days_off);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_secondary),
		cmocka_unit_test(test_people_in_other_zones),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_layer_over_a_week),
		cmocka_unit_test(test_cover_of_one_person),
		cmocka_unit_test(test_away),
		cmocka_unit_test(test_holidays_of_a_file),
		cmocka_unit_test(test_a_third_ones_absence_parted_a_watch),
		cmocka_unit_test(test_one_second_for_a_whole_override),
		cmocka_unit_test(test_a_long_absence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
