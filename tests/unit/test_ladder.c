/* Whom a level calls at an instant; whether a ladder always has somebody. */
#include "tests/unit/page_story.h"

static const char watches[] =
    "rotas:\n"
    "  - name: sun\n"
    "    max_watch: 24h\n"
    "    watches:\n"
    "      - { zone: Pacific/Auckland, takes_over: '08:00',"
    " people: [moana] }\n"
    "      - { zone: Europe/London, takes_over: '08:00',"
    " people: [isla, tom], rotate: daily }\n"
    "      - { zone: America/New_York, takes_over: '09:00',"
    " people: [maya], secondary: [ana] }\n"
    "  - name: home\n"
    "    max_watch: 24h\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: '08:00',"
    " people: [isla, tom], rotate: daily }\n"
    "      - { zone: Europe/London, takes_over: '20:00',"
    " people: [isla, tom], rotate: daily }\n"
    "  - name: alone\n"
    "    max_watch: 24h\n"
    "    waive: ['isla until 2030-01-01']\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: '08:00',"
    " people: [isla] }\n"
    "  - name: half\n"
    "    max_watch: 24h\n"
    "    watches:\n"
    "      - { zone: Europe/London, takes_over: '08:00',"
    " people: [isla, tom] }\n"
    "      - { zone: America/New_York, takes_over: '09:00',"
    " people: [maya] }\n"
    "groups:\n"
    "  - { name: leads, people: [moana, tom, maya] }\n";

static const char people[] =
    "site: { name: Test, url: 'https://status.test.example' }\n"
    "redis: unix:/nowhere\n"
    "channels: [{ kind: terminal }]\n"
    "people:\n"
    "  - { name: isla, zone: Europe/London, reach: [terminal 0s] }\n"
    "  - { name: tom, zone: Europe/London, reach: [terminal 0s] }\n"
    "  - { name: maya, zone: America/New_York, reach: [terminal 0s] }\n"
    "  - { name: ana, zone: America/New_York, reach: [terminal 0s] }\n"
    "  - { name: moana, zone: Pacific/Auckland, reach: [terminal 0s] }\n";

static struct settings *
tree_of(const char *ladders)
{
	struct conf_errors errors = { 0 };
	struct text yaml = { 0 };
	struct settings *s;

	text_addf(&yaml, "%s%sladders:\n%s", people, watches, ladders);
	s = settings_from_text(yaml.data, &errors);
	if (s == NULL)
		fail_msg("%s",
		    ((struct conf_complaint *)errors.list.items)[0].text);
	text_clear(&yaml);
	conf_errors_clear(&errors);
	return s;
}

static const struct {
	const char *call, *at;
	unsigned turn;
	const char *names, *until;
} cases[] = {
	/* Wednesday, the first of July: it is isla's turn in London. */
	{ "rota sun", "2026-07-01T10:00Z", 0, "isla", "2026-07-01T13:00Z" },
	{ "rota sun primary", "2026-07-01T10:00Z", 0, "isla",
	    "2026-07-01T13:00Z" },
	{ "rota sun secondary", "2026-07-01T10:00Z", 0, "tom",
	    "2026-07-01T13:00Z" },
	{ "rota sun all", "2026-07-01T10:00Z", 0, "isla, tom",
	    "2026-07-01T13:00Z" },
	{ "rota sun all", "2026-07-01T14:00Z", 0, "maya, ana",
	    "2026-07-01T20:00Z" },
	{ "rota sun next zone", "2026-07-01T10:00Z", 0, "maya",
	    "2026-07-01T13:00Z" },
	{ "rota sun next zone", "2026-07-01T12:59:59Z", 0, "maya",
	    "2026-07-01T13:00Z" },
	{ "rota sun next zone", "2026-07-01T13:00Z", 0, "moana",
	    "2026-07-01T20:00Z" },
	{ "rota sun next zone", "2026-07-01T21:00Z", 0, "tom",
	    "2026-07-02T07:00Z" },
	/* One zone: another person, as soon as there is one. */
	{ "rota home next zone", "2026-07-01T10:00Z", 0, "tom",
	    "2026-07-01T19:00Z" },
	{ "rota alone next zone", "2026-07-01T10:00Z", 0, "",
	    "2026-07-02T07:00Z" },
	{ "rota alone secondary", "2026-07-01T10:00Z", 0, "",
	    "2026-07-02T07:00Z" },
	{ "rota alone all", "2026-07-01T10:00Z", 0, "isla",
	    "2026-07-02T07:00Z" },
	/* The clocks of London go forward at 01:00Z, those of New York did. */
	{ "rota sun next zone", "2026-03-29T06:30Z", 0, "isla",
	    "2026-03-29T07:00Z" },
	{ "rota sun next zone", "2026-03-28T07:30Z", 0, "tom",
	    "2026-03-28T08:00Z" },
	{ "person moana", "2026-07-01T10:00Z", 3, "moana", NULL },
	{ "group leads", "2026-07-01T10:00Z", 1, "moana, tom, maya", NULL },
	{ "group leads all", "2026-07-01T10:00Z", 1, "moana, tom, maya", NULL },
	{ "group leads in turn", "2026-07-01T10:00Z", 0, "moana", NULL },
	{ "group leads in turn", "2026-07-01T10:00Z", 1, "tom", NULL },
	{ "group leads in turn", "2026-07-01T10:00Z", 5, "maya", NULL },
};

static void
test_whom(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ladder_asked asked = { .turn = cases[i].turn };
		char names[LADDER_NAMES_MAX], yaml[200];
		struct ladder_people out;
		struct settings *s;
		int64_t until_ms = NEVER;

		text_format(yaml, sizeof(yaml),
		    "  - { name: x, levels: [{ call: %s }] }\n", cases[i].call);
		s = tree_of(yaml);
		assert_true(civil_parse(cases[i].at, &asked.at_ms));
		if (cases[i].until != NULL)
			assert_true(civil_parse(cases[i].until, &until_ms));
		ladder_people(((const struct ladder *)s->ladders.items)
				  ->levels.items,
		    &asked, &out);
		ladder_names(&out, names);
		if (strcmp(names, cases[i].names) != 0 ||
		    out.until_ms != until_ms)
			fail_msg("%s at %s: \"%s\" until %lld", cases[i].call,
			    cases[i].at, names, (long long)out.until_ms);
		settings_free(s);
	}
}

/* Whoever stands in has the watch; it is not theirs twice. */
static void
test_whom_with_overrides(void **state)
{
	struct settings *s =
	    tree_of("  - { name: x, levels: [{ call: rota sun all },"
		    " { call: rota sun next zone }] }\n");
	const struct ladder *d = s->ladders.items;
	const struct level *levels = d->levels.items;
	struct override o = { .rota = "sun", .person = "tom" };
	struct ladder_asked asked = { .overrides = &o, .override_count = 1 };
	char names[LADDER_NAMES_MAX];
	struct ladder_people out;

	(void)state;
	assert_true(civil_parse("2026-07-01T10:00Z", &asked.at_ms));
	o.from_ms = asked.at_ms;
	o.to_ms = asked.at_ms + 3600000;
	o.who = settings_person(s, "tom");
	ladder_people(&levels[0], &asked, &out);
	ladder_names(&out, names);
	assert_string_equal(names, "tom");
	assert_true(out.until_ms == o.to_ms);
	/* She has the next watch's hours, too: then who comes after her. */
	o.to_ms += 4 * 3600000;
	ladder_people(&levels[1], &asked, &out);
	ladder_names(&out, names);
	assert_string_equal(names, "maya");
	settings_free(s);
}

static const struct {
	const char *names, *name;
	bool has;
} lists[] = {
	{ "isla, tom", "isla", true },
	{ "isla, tom", "tom", true },
	{ "isla, tom", "to", false },
	{ "isla, tom", "tomas", false },
	{ "isla", "isla", true },
	{ "", "isla", false },
};

static void
test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		assert_int_equal(ladder_names_have(lists[i].names,
				     lists[i].name),
		    lists[i].has);
}

static void
tell_hole(void *arg, const struct ladder_hole *h)
{
	text_addf(arg, "%s\n", h->text);
}

static const struct {
	const char *ladder;
	int days;
	size_t holes;
	const char *said;
} proofs[] = {
	{ "{ call: rota alone }", 2, 0, "" },
	{ "{ call: rota alone secondary }, { call: group leads in turn }", 2, 0,
	    "" },
	{ "{ call: rota sun secondary }", 2, 3,
	    "ladder x calls nobody from 2026-06-30T20:00:00Z to "
	    "2026-07-01T07:00:00Z: none of its levels has anybody then\n" },
	{ "{ call: rota sun secondary }, { call: rota sun next zone }", 2, 0,
	    "" },
	{ "{ call: rota alone next zone }, { call: rota alone secondary }", 2,
	    1,
	    "ladder x calls nobody from 2026-06-30T00:00:00Z to "
	    "2026-07-02T00:00:00Z: none of its levels has anybody then\n" },
	/* In London there is a second, in New York there is none. */
	{ "{ call: rota half secondary }", 1, 2,
	    "ladder x calls nobody from 2026-06-30T13:00:00Z to "
	    "2026-07-01T00:00:00Z: none of its levels has anybody then\n" },
};

static void
test_proof(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		struct text said = { 0 };
		char yaml[300];
		struct settings *s;
		int64_t from_ms;
		size_t holes;

		text_format(yaml, sizeof(yaml),
		    "  - { name: x, levels: [%s] }\n", proofs[i].ladder);
		s = tree_of(yaml);
		assert_true(civil_parse("2026-06-30T00:00Z", &from_ms));
		holes = ladder_prove(s->ladders.items, NULL, 0, from_ms,
		    proofs[i].days, tell_hole, &said);
		assert_int_equal(ladder_prove(s->ladders.items, NULL, 0,
				     from_ms, proofs[i].days, NULL, NULL),
		    holes);
		if (holes != proofs[i].holes ||
		    (*proofs[i].said != '\0' &&
			strstr(said.data, proofs[i].said) == NULL))
			fail_msg("%s: %zu holes\n%s", proofs[i].ladder, holes,
			    said.data == NULL ? "" : said.data);
		text_clear(&said);
		settings_free(s);
	}
}

static const struct {
	const char *tree, *place, *complaint;
} broken[] = {
	{ "ladders: [{ name: x, levels: [{ call: rota sun every }] }]\n",
	    "1:39", "expected whom to call" },
	{ "ladders: [{ name: x, levels: [{ call: group }] }]\n", "1:39",
	    "expected whom to call" },
	{ "ladders: [{ name: x, levels: [{ call: group nobody in turn }] }]\n",
	    "1:39", "group \"nobody\" is not known" },
	{ "ladders: [{ name: x, levels: [{ call: rota none next zone }] }]\n",
	    "1:39", "rota \"none\" is not known" },
	{ "groups: [{ name: g, people: [isla] }]\n"
	  "ladders: [{ name: x, levels: [{ call: group h }] }]\n",
	    "2:39", "group \"h\" is not known" },
	{ "ladders: [{ name: x, levels: [{ call: person isla,"
	  " answer: all }] }]\n",
	    "1:60", "calls one person at a time" },
	{ "groups: [{ name: g, people: [isla] }]\n"
	  "ladders: [{ name: x, levels: [{ call: group g in turn,"
	  " answer: all }] }]\n",
	    "2:64", "calls one person at a time" },
	{ "ladders: [{ name: x, levels: [{ call: person isla,"
	  " answer: some }] }]\n",
	    "1:60", "answer" },
	{ "groups: [{ name: g, people: [isla, isla] }]\n", "1:36",
	    "\"isla\" is named twice" },
	{ "groups: [{ name: g, people: [] }]\n", "1:29", "people" },
	{ "groups: [{ name: g, people: [isla, ilsa] }]\n", "1:36",
	    "person \"ilsa\" is not known" },
	{ "groups: [{ name: g, people: [isla] }, { name: g,"
	  " people: [isla] }]\n",
	    "1:47", "group \"g\" is defined twice" },
	{ "groups: [{ name: g, people: [a, b, c, d, e, f, g, h, i] }]\n",
	    "1:29", "people" },
};

/* What nobody can do is refused, with the place. */
static void
test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct conf_errors errors = { 0 };
		struct text yaml = { 0 }, all = { 0 };
		char where[40];

		text_addf(&yaml, "%s%s", broken[i].tree, people);
		assert_null(settings_from_text(yaml.data, &errors));
		CONF_EACH (struct conf_complaint, c, &errors.list)
			text_addf(&all, "%s\n", c->text);
		text_format(where, sizeof(where), ":%s: ", broken[i].place);
		if (strstr(all.data, broken[i].complaint) == NULL ||
		    strstr(all.data, where) == NULL)
			fail_msg("%s: %s", broken[i].tree, all.data);
		text_clear(&yaml);
		text_clear(&all);
		conf_errors_clear(&errors);
	}
}

/* Explicit hours leave a night to nobody: what comes next is told from it, and
   beyond it. */
static void
test_hours_of_nobody(void **state)
{
	static const char parts[] =
	    "ladders: [{ name: x, levels: [{ call: rota day next zone },"
	    " { call: rota day all }] }]\n"
	    "rotas:\n"
	    "  - name: day\n"
	    "    watches:\n"
	    "      - { zone: Europe/London, from: '09:00', to: '17:00',"
	    " people: [isla] }\n"
	    "      - { zone: America/New_York, from: '14:00', to: '17:00',"
	    " people: [maya] }\n";
	struct ladder_asked asked = { 0 };
	struct conf_errors errors = { 0 };
	char names[LADDER_NAMES_MAX];
	struct text yaml = { 0 };
	struct ladder_people out;
	const struct level *levels;
	struct settings *s;

	(void)state;
	text_addf(&yaml, "%s%s", people, parts);
	s = settings_from_text(yaml.data, &errors);
	assert_non_null(s);
	levels = ((const struct ladder *)s->ladders.items)->levels.items;
	assert_true(civil_parse("2026-07-01T10:00Z", &asked.at_ms));
	ladder_people(&levels[0], &asked, &out);
	ladder_names(&out, names);
	assert_string_equal(names, "maya"); /* after two hours of nobody */
	assert_true(civil_parse("2026-07-01T23:00Z", &asked.at_ms));
	ladder_people(&levels[0], &asked, &out);
	ladder_names(&out, names);
	assert_string_equal(names, "isla"); /* from nobody's hours */
	ladder_people(&levels[1], &asked, &out);
	assert_int_equal(out.count, 0);
	text_clear(&yaml);
	settings_free(s);
}

/* Eight are called at once, and there is no room for more. */
static void
test_largest_group(void **state)
{
	static const char parts[] =
	    "groups: [{ name: g, people: [a, b, c, d, e, f, g, h] }]\n"
	    "ladders: [{ name: x, levels: [{ call: group g }] }]\n"
	    "site: { name: Test, url: 'https://status.test.example' }\n"
	    "redis: unix:/nowhere\n"
	    "channels: [{ kind: terminal }]\n"
	    "people:\n";
	struct ladder_asked asked = { 0 };
	struct conf_errors errors = { 0 };
	char names[LADDER_NAMES_MAX];
	struct text yaml = { 0 };
	struct ladder_people out;
	struct settings *s;

	(void)state;
	text_add(&yaml, parts);
	for (int i = 0; i < 8; i++)
		text_addf(&yaml,
		    "  - { name: %c, zone: UTC, reach: [terminal 0s] }\n",
		    'a' + i);
	s = settings_from_text(yaml.data, &errors);
	assert_non_null(s);
	ladder_people(((const struct ladder *)s->ladders.items)->levels.items,
	    &asked, &out);
	ladder_names(&out, names);
	assert_string_equal(names, "a, b, c, d, e, f, g, h");
	text_clear(&yaml);
	settings_free(s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whom),
		cmocka_unit_test(test_whom_with_overrides),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_hours_of_nobody),
		cmocka_unit_test(test_largest_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
