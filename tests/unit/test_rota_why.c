/* Why somebody is not on watch, and when they are next. */
#include "tests/unit/rota_story.h"

#include "lib/rota_why.h"

static const struct person *three_people[] = { &isla, &tom, &maya };

static struct override
of(const char *id, const char *instead, const struct person *who,
    const char *from, const char *to)
{
	struct override o = override(id, who == NULL ? &tom : who, from, to);

	text_copy(o.instead, sizeof(o.instead), instead);
	if (who == NULL) {
		o.who = NULL;
		o.person[0] = o.rota[0] = '\0';
	}
	return o;
}

static void
test_reasons(void **state)
{
	struct watch room[2] = { watch(london, 8, three_people, 3),
		watch(auckland, 8, down_under, 1) };
	static char name[] = "support";
	struct rota rota = { .name = name, .watches = { room, 2 } };
	struct override list[4] = {
		of("o-1", "isla", NULL, "2026-07-01T00:00Z",
		    "2026-07-02T00:00Z"),
		of("o-2", "tom", &zoe, "2026-07-02T10:00Z",
		    "2026-07-02T12:00Z"),
		override("o-3", &zoe, "2026-07-03T10:00Z", "2026-07-03T12:00Z"),
		of("o-4", "zoe", NULL, "2026-07-01T00:00Z",
		    "2026-07-02T00:00Z"),
	};
	static const struct {
		const char *at;
		const struct person *who;
		const char *why;
	} cases[] = {
		{ "2026-07-01T10:00Z", &isla,
		    "away until 2026-07-02 01:00:00 BST (o-1); next from "
		    "2026-07-04 08:00:00 BST" },
		{ "2026-07-01T10:00Z", &tom,
		    "on watch until 2026-07-01 21:00:00 BST" },
		{ "2026-07-02T11:00Z", &tom,
		    "zoe has these hours until 2026-07-02 13:00:00 BST (o-2); "
		    "next from 2026-07-02 13:00:00 BST" },
		{ "2026-07-02T08:00Z", &maya,
		    "second to tom until 2026-07-02 06:00:00 EDT; next from "
		    "2026-07-03 03:00:00 EDT" },
		{ "2026-07-02T08:00Z", &isla,
		    "it is the turn of tom until 2026-07-02 11:00:00 BST; next "
		    "from 2026-07-04 08:00:00 BST" },
		{ "2026-07-02T08:00Z", &aroha,
		    "the watch is another one, of tom until 2026-07-02 "
		    "22:00:00 NZST; "
		    "next from 2026-07-03 08:00:00 NZST" },
		{ "2026-07-03T11:00Z", &diego,
		    "the watch is another one, of zoe until 2026-07-03 "
		    "08:00:00 EDT; not "
		    "in the next 400 days" },
	};
	char why[200];

	(void)state;
	room[0].rotate.unit = ROTATE_DAILY; /* the 1st is isla's */
	for (size_t i = 0; i < LENGTH(cases); i++) {
		rota_why_not(&rota, list, 4, cases[i].who, at(cases[i].at), why,
		    sizeof(why));
		assert_string_equal(why, cases[i].why);
	}
}

static void
test_reasons_in_a_broken_rota(void **state)
{
	static char name[] = "support";
	struct rota rota = { .name = name };
	struct override o =
	    of("o-1", "isla", NULL, "2026-07-01T00:00Z", "2026-07-02T00:00Z");
	char why[200];

	(void)state;
	rota_why_not(&rota, NULL, 0, &isla, at("2026-07-01T10:00Z"), why,
	    sizeof(why));
	assert_string_equal(why,
	    "the watch is another one, of nobody until 2026-07-02 11:00:00 "
	    "BST; not in "
	    "the next 400 days");
	o.from_ms = at("2026-07-01T12:00Z"); /* not yet; then another's */
	rota_why_not(&rota, &o, 1, &isla, at("2026-07-01T10:00Z"), why,
	    sizeof(why));
	assert_null(strstr(why, "away"));
	o.to_ms = at("2026-07-01T09:00Z");
	o.from_ms = at("2026-07-01T08:00Z");
	rota_why_not(&rota, &o, 1, &isla, at("2026-07-01T10:00Z"), why,
	    sizeof(why));
	assert_null(strstr(why, "away"));
	o.to_ms = at("2026-07-02T00:00Z");
	text_copy(o.rota, sizeof(o.rota), "support");
	rota_why_not(&rota, &o, 1, &isla, at("2026-07-01T10:00Z"), why,
	    sizeof(why));
	assert_non_null(strstr(why, "away"));
	text_copy(o.rota, sizeof(o.rota), "other");
	rota_why_not(&rota, &o, 1, &isla, at("2026-07-01T10:00Z"), why,
	    sizeof(why));
	assert_string_equal(why,
	    "the watch is another one, of nobody until 2026-07-02 11:00:00 "
	    "BST; not in "
	    "the next 400 days");
}

static void
test_the_next_watch(void **state)
{
	struct watch room[3];
	struct rota rota = follow_the_sun(room);
	struct stretch s;

	(void)state;
	assert_true(rota_next_of(&rota, NULL, 0, &tom, at("2026-07-11T00:00Z"),
	    false, &s));
	assert_int_equal(s.from_ms, at("2026-07-11T07:00Z"));
	assert_true(rota_next_of(&rota, NULL, 0, &isla, at("2026-07-11T00:00Z"),
	    false, &s));
	assert_int_equal(s.from_ms, at("2026-07-13T07:00Z"));
	assert_true(rota_next_of(&rota, NULL, 0, &isla, at("2026-07-11T00:00Z"),
	    true, &s));
	assert_int_equal(s.from_ms, at("2026-07-11T07:00Z"));
	assert_false(rota_next_of(&rota, NULL, 0, &zoe, at("2026-07-11T00:00Z"),
	    false, &s));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_reasons_in_a_broken_rota),
		cmocka_unit_test(test_the_next_watch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
