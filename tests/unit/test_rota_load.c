/* What a rota asks of its people, and whether they are within reach. */
#include "tests/unit/rota_story.h"

#include "lib/rota_lint.h"
#include "lib/rota_load.h"
#include "tests/unit/settings_folder.h"

static void
check_load(const struct rota *rota, const struct override *list, size_t count,
    const char *from, int days, const char *expected)
{
	struct rota_load l;
	struct text t = { 0 };

	rota_load(&l, rota, list, count, at(from), days);
	for (size_t i = 0; i < l.count; i++) {
		const struct rota_person *p = &l.people[i];

		text_addf(&t,
		    "%s %.1f night %.1f weekend %.1f/%d longest %.1f of %d\n",
		    p->person->name, (double)p->total_ms / 3.6e6,
		    (double)p->night_ms / 3.6e6, (double)p->weekend_ms / 3.6e6,
		    p->weekends, (double)p->longest_ms / 3.6e6, p->watches);
	}
	for (size_t i = 0; i < l.share_count; i++)
		text_addf(&t, "%s %.1f %s %.1f\n", l.shares[i].most->name,
		    (double)l.shares[i].most_ms / 3.6e6,
		    l.shares[i].least->name,
		    (double)l.shares[i].least_ms / 3.6e6);
	assert_string_equal(t.data, expected);
	text_clear(&t);
	rota_load_clear(&l);
}

/* A night of two watches; the night with a repeated hour is longer. */
static void
test_hours_nights_and_weekends(void **state)
{
	static const struct person *one[] = { &tom };
	struct watch room[2] = { watch(london, 20, islanders, 2),
		watch(london, 8, one, 1) };
	static char name[] = "support";
	struct rota rota = { .name = name, .watches = { room, 2 } };
	struct override o =
	    override("o-1", &maya, "2026-07-02T09:00Z", "2026-07-02T10:00Z");

	(void)state;
	room[0].rotate.unit = ROTATE_DAILY;
	/* Wednesday to Friday. */
	check_load(&rota, NULL, 0, "2026-07-01T07:00Z", 2,
	    "isla 12.0 night 6.0 weekend 0.0/0 longest 12.0 of 1\n"
	    "tom 36.0 night 6.0 weekend 0.0/0 longest 24.0 of 2\n"
	    "isla 12.0 tom 12.0\n");
	/* Over the night of 25 October, whose hours are seven. */
	check_load(&rota, NULL, 0, "2026-10-24T07:00Z", 2,
	    "isla 11.0 night 6.0 weekend 4.0/1 longest 11.0 of 1\n"
	    "tom 37.0 night 7.0 weekend 37.0/1 longest 37.0 of 1\n"
	    "tom 13.0 isla 11.0\n");
	/* Somebody else's hour, at night where she is, counts for her and breaks a watch in two. */
	check_load(&rota, &o, 1, "2026-07-02T07:00Z", 1,
	    "isla 0.0 night 0.0 weekend 0.0/0 longest 0.0 of 0\n"
	    "tom 23.0 night 6.0 weekend 0.0/0 longest 21.0 of 2\n"
	    "maya 1.0 night 1.0 weekend 0.0/0 longest 1.0 of 1\n"
	    "tom 12.0 isla 0.0\n");
}

/* Two weekends are two, and a layer's people are counted, too. */
static void
test_weekends_and_layers(void **state)
{
	static const struct person *one[] = { &tom },
				   *above[] = { &isla, &zoe };
	static char name[] = "r", layer_name[] = "days";
	struct watch room[1] = { watch(london, 8, one, 1) },
		     day[1] = { watch(london, 0, above, 2) };
	struct layer layer = { .name = layer_name,
		.dates.since_day = INT64_MIN,
		.dates.until_day = INT64_MAX,
		.watches = { day, 1 } };
	struct rota rota = { .name = name,
		.watches = { room, 1 },
		.layers = { &layer, 1 } };
	struct rota empty = { .name = name };

	(void)state;
	day[0].has_hours = true;
	day[0].from_min = 600;
	day[0].to_min = 660;
	check_load(&rota, NULL, 0, "2026-07-03T23:00Z", 14,
	    "tom 322.0 night 84.0 weekend 92.0/2 longest 23.0 of 15\n"
	    "isla 7.0 night 0.0 weekend 2.0/1 longest 1.0 of 7\n"
	    "zoe 7.0 night 0.0 weekend 2.0/1 longest 1.0 of 7\n"
	    "isla 7.0 zoe 7.0\n");
	{
		struct rota_load l;

		rota_load(&l, &empty, NULL, 0, at("2026-07-03T23:00Z"), 2);
		assert_int_equal(l.count, 0);
		rota_load_clear(&l);
	}
}

struct lints {
	struct text text;
};

static void
on_lint(void *arg, const struct lint *l)
{
	struct lints *all = arg;

	text_addf(&all->text, "%d %s%s%s\n", (int)l->kind,
	    l->ladder == NULL ? "" : l->ladder->name,
	    l->ladder == NULL ? "" : ": ", l->text);
}

static void
check_lints(const char *tree, const struct contact *contacts, size_t count,
    bool known, const char *expected)
{
	struct conf_errors errors = { 0 };
	struct settings *s = settings_from_text(tree, &errors);
	struct lints all = { 0 };
	struct lint_question q = { .settings = s,
		.contacts = contacts,
		.contact_count = count,
		.contacts_known = known,
		.from_ms = at("2026-07-01T00:00Z"),
		.days = 2,
		.found = on_lint,
		.arg = &all };
	size_t found;

	if (s == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)->text);
	found = rota_lint(&q);
	assert_string_equal(all.text.data == NULL ? "" : all.text.data,
	    expected);
	q.found = NULL;
	assert_int_equal(rota_lint(&q), found);
	text_clear(&all.text);
	settings_free(s);
}

#define REACHED                                                                \
	"channels:\n"                                                          \
	"  - { kind: mail, server: 'smtp://127.0.0.1:25', from: p@k.example "  \
	"}\n"                                                                  \
	"people:\n"                                                            \
	"  - { name: isla, zone: Europe/London, email: i@k.example, reach: "   \
	"[terminal 1m, mail 6m] }\n"                                           \
	"  - { name: tom, zone: Europe/London, reach: terminal }\n"            \
	"  - { name: maya, zone: UTC }\n"

/* Five minutes after the first way: too late for a patience of five. */
static void
test_ways_that_are_never_used(void **state)
{
	(void)state;
	check_lints(SITE AGENTS REACHED
	    "rotas:\n"
	    "  - name: support\n"
	    "    watches:\n"
	    "      - { zone: UTC, takes_over: '08:00', people: [isla, tom] }\n"
	    "      - { zone: UTC, takes_over: '20:00', people: [isla], "
	    "secondary: [tom] }\n"
	    "    layers: [{ name: x, watches: [{ zone: UTC, from: '10:00', to: "
	    "'11:00', people: [tom, isla] }] }]\n"
	    "ladders:\n"
	    "  - { name: a, levels: [{ call: rota support, patience: 5m },"
	    " { call: person maya }] }\n"
	    "  - { name: b, levels: [{ call: person isla, patience: 301s }] "
	    "}\n",
	    NULL, 0, false,
	    "0 a: isla is never called by mail on ladder a: it comes 5 min "
	    "after the first way, and \"rota support\" is left after "
	    "5 min\n");
}

static void
test_the_same_person_twice(void **state)
{
	(void)state;
	check_lints(SITE AGENTS REACHED
	    "rotas:\n"
	    "  - name: support\n"
	    "    watches:\n"
	    "      - { zone: UTC, takes_over: '08:00', people: [tom] }\n"
	    "      - { zone: UTC, takes_over: '20:00', people: [maya, tom] }\n"
	    "ladders:\n"
	    "  - name: a\n"
	    "    levels: [{ call: rota support }, { call: rota support "
	    "secondary }, { call: person tom }]\n",
	    NULL, 0, false,
	    "1 a: tom answers for levels 2 and 3 of ladder a, first from "
	    "2026-07-01T00:00:00Z, in all for 1 d 0 h in 2 days\n"
	    "1 a: tom answers for levels 1 and 3 of ladder a, first from "
	    "2026-07-01T08:00:00Z, in all for 1 d 0 h in 2 days\n"
	    "4 a: level 2 of ladder a (rota support secondary) has nobody to "
	    "call, first from 2026-07-01T08:00:00Z, in all for 1 d 0 h in 2 "
	    "days\n");
}

/* Of a group that is called in turn it may be anybody's turn. */
static void
test_groups_and_whole_watches(void **state)
{
	(void)state;
	check_lints(SITE AGENTS REACHED
	    "rotas:\n"
	    "  - name: support\n"
	    "    watches:\n"
	    "      - { zone: UTC, takes_over: '08:00', people: [tom, maya] }\n"
	    "groups: [{ name: g, people: [isla, tom] }]\n"
	    "ladders:\n"
	    "  - name: a\n"
	    "    levels: [{ call: rota support all }, { call: group g in turn, "
	    "patience: 30s }]\n",
	    NULL, 0, false,
	    "0 a: isla is never called by mail on ladder a: it comes 5 min "
	    "after the first way, and \"group g in turn\" is left after 30 "
	    "s\n"
	    "1 a: tom answers for levels 1 and 2 of ladder a, first from "
	    "2026-07-01T00:00:00Z, in all for 2 d 0 h in 2 days\n");
}

static void
test_contacts(void **state)
{
	struct contact c[] = {
		{ "isla", CHANNEL_TERMINAL, 2000, 1000 },
		{ "isla", CHANNEL_MAIL, 1000, 1782900000000 },
		{ "tom", CHANNEL_MAIL, 1000, 0 }, /* not his any more */
	};
	static const char tree[] = SITE AGENTS REACHED
	    "ladders: [{ name: a, levels: [{ call: person tom }] }]\n";

	(void)state;
	check_lints(tree, c, LENGTH(c), true,
	    "3 isla: what was sent by mail at 2026-07-01 11:00:00 BST failed, "
	    "and nothing got through that way since\n"
	    "2 tom: nothing was ever handed over by any way: \"sunwatch "
	    "page-test tom\" tries them\n");
	check_lints(tree, c, LENGTH(c), false, "");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hours_nights_and_weekends),
		cmocka_unit_test(test_weekends_and_layers),
		cmocka_unit_test(test_ways_that_are_never_used),
		cmocka_unit_test(test_the_same_person_twice),
		cmocka_unit_test(test_groups_and_whole_watches),
		cmocka_unit_test(test_contacts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
