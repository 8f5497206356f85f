/* Who is on watch: the ring over clock changes, fill, rotation, overrides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/civil.h"
#include "lib/text.h"
#include "pager/rota.h"

#define HOUR_MS INT64_C(3600000)
#define LENGTH(a) (sizeof(a) / sizeof(a)[0])

static char name_aroha[] = "aroha", name_wiremu[] = "wiremu",
	    name_isla[] = "isla", name_tom[] = "tom", name_maya[] = "maya",
	    name_diego[] = "diego", name_zoe[] = "zoe";
static char auckland[] = "Pacific/Auckland", london[] = "Europe/London",
	    new_york[] = "America/New_York", utc[] = "UTC",
	    apia[] = "Pacific/Apia", cairo[] = "Africa/Cairo";

static const struct person aroha = { .name = name_aroha, .zone = auckland },
			   wiremu = { .name = name_wiremu, .zone = auckland },
			   isla = { .name = name_isla, .zone = london },
			   tom = { .name = name_tom, .zone = london },
			   maya = { .name = name_maya, .zone = new_york },
			   diego = { .name = name_diego, .zone = new_york },
			   zoe = { .name = name_zoe, .zone = apia };

static const struct person *down_under[] = { &aroha, &wiremu };
static const struct person *islanders[] = { &isla, &tom };
static const struct person *yankees[] = { &maya, &diego };

static struct watch
watch(char *zone, int hour, const struct person **people, size_t count)
{
	return (struct watch){ .zone = zone,
		.takes_over_min = hour * 60,
		.people = { NULL, count },
		.members = people,
		.rotate = ROTATE_WEEKLY,
		.day_mask = 127 };
}

/* Auckland 08, London 08, New York 09: the rota of the manual. */
static struct rota
follow_the_sun(struct watch room[3])
{
	static char name[] = "support";

	room[0] = watch(auckland, 8, down_under, 2);
	room[1] = watch(london, 8, islanders, 2);
	room[2] = watch(new_york, 9, yankees, 2);
	return (struct rota){ .name = name, .watches = { room, 3 } };
}

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	if (!civil_parse(text, &ms))
		fail_msg("test writes an unreadable instant: %s", text);
	return ms;
}

/* "2026-11-22T19:00:00Z aroha" for each stretch from one to another. */
static void
tell(struct text *t, const struct rota *rota, const struct override *list,
    size_t count, const char *from, const char *to)
{
	struct stretch s;

	for (int64_t ms = at(from); ms < at(to); ms = s.to_ms) {
		char since[32];

		rota_at(rota, list, count, ms, &s);
		civil_utc(s.from_ms, since, sizeof since);
		text_addf(t, "%s %s%s%s\n", since,
		    s.person == NULL ? "nobody" : s.person->name,
		    s.filled ? " filled" : "",
		    s.override != NULL ? " override" : "");
		assert_true(s.from_ms <= ms && ms < s.to_ms);
	}
}

static void
check_told(const struct rota *rota, const struct override *list, size_t count,
    const char *from, const char *to, const char *expected)
{
	struct text t = { 0 };

	tell(&t, rota, list, count, from, to);
	assert_string_equal(t.data, expected);
	text_clear(&t);
}

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
	one[0].rotate = ROTATE_DAILY;
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

static struct override
override(const char *id, const struct person *who, const char *from,
    const char *to)
{
	struct override o = { .from_ms = at(from),
		.to_ms = at(to),
		.who = who };

	text_copy(o.id, sizeof o.id, id);
	text_copy(o.rota, sizeof o.rota, "support");
	text_copy(o.person, sizeof o.person, who->name);
	return o;
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

struct faults {
	struct text text;
	size_t count, waived;
};

static void
on_fault(void *arg, const struct rota_fault *f)
{
	struct faults *all = arg;

	all->count++;
	all->waived += f->waived;
	assert_true(f->from_ms < f->to_ms);
	text_addf(&all->text, "%s%s\n", f->text, f->waived ? " (waived)" : "");
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
	room[0].rotate = room[1].rotate = ROTATE_DAILY;
	check_told(&rota, NULL, 0, "2011-12-29T10:00Z", "2011-12-31T10:00Z",
	    "2011-12-29T10:00:00Z zoe\n"
	    "2011-12-29T19:00:00Z zoe\n"
	    "2011-12-30T10:00:00Z zoe\n"
	    "2011-12-30T19:00:00Z zoe\n");
}

static void
check_proof(const struct rota *rota, const struct override *list, size_t count,
    const char *from, int days, const char *expected)
{
	struct faults all = { 0 };
	size_t faults =
	    rota_prove(rota, list, count, at(from), days, on_fault, &all);

	assert_string_equal(all.text.data == NULL ? "" : all.text.data,
	    expected);
	assert_int_equal(faults, all.count - all.waived);
	assert_int_equal(faults,
	    rota_prove(rota, list, count, at(from), days, NULL, NULL));
	text_clear(&all.text);
}

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

	rota.fill = (int)roll(&random, 3);
	for (size_t i = 0; i < rota.watches.count; i++) {
		room[i] = watch(some_zone(&random), 0, down_under, 2);
		room[i].takes_over_min = (int64_t)roll(&random, 1440);
		room[i].rotate = (int)roll(&random, 2);
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clock_changes),
		cmocka_unit_test(test_half_open),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_fill_of_a_whole_weekend),
		cmocka_unit_test(test_overrides),
		cmocka_unit_test(test_override_over_override),
		cmocka_unit_test(test_override_over_clock_change),
		cmocka_unit_test(test_skipped_date),
		cmocka_unit_test(test_good_rota_is_proven),
		cmocka_unit_test(test_long_watch),
		cmocka_unit_test(test_night_watch_and_waiver),
		cmocka_unit_test(test_waiver_ends_midway),
		cmocka_unit_test(test_holes),
		cmocka_unit_test(test_clash),
		cmocka_unit_test(test_no_mask_means_all_days),
		cmocka_unit_test(test_unreadable_anchor),
		cmocka_unit_test(test_absent_at_the_same_instant),
		cmocka_unit_test(test_runs_are_counted_together),
		cmocka_unit_test(test_any_ring),
		cmocka_unit_test(test_ten_years),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
