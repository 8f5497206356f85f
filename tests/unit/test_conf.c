#include "lib/conf_reader.h"
#include "lib/text.h"
#include "tests/unit/conf_thing.h"

static const struct {
	const char *text, *complaints;
} refused[] = {
	{ "number: 1.5",
	    "f:1:9: number: expected a whole number, "
	    "not \"1.5\"\n" },
	{ "number: 99999999999999999999",
	    "f:1:9: number: expected a whole number, not "
	    "\"99999999999999999999\"\n" },
	{ "number: +1",
	    "f:1:9: number: expected a whole number, "
	    "not \"+1\"\n" },
	{ "number:", "f:1:8: number: nothing is given\n" },
	{ "number: [1]", "f:1:9: number: expected one value, not a list\n" },
	{ "size: 9223372036854775807G",
	    "f:1:7: size: expected a size such as 512, 64K or 1M, not "
	    "\"9223372036854775807G\"\n" },
	{ "wait: -1s",
	    "f:1:7: wait: expected a duration such as 250ms, 30s, "
	    "5m, 2h or 7d, not \"-1s\"\n" },
	{ "custom: 12", "f:1:9: custom: expected one digit, not \"12\"\n" },
	{ "words: [one, three]",
	    "f:1:14: words: a word has three letters at most\n" },
	{ "words: [a, b, c, d]", "f:1:8: words: expected at most 3, not 4\n" },
	{ "parts: [a, b, c]", "f:1:8: parts: expected at most 2, not 3\n" },
	{ "parts: [{name: a, weight: 101}, {name: b, wait: 3}]",
	    "f:1:27: weight: expected -5 to 100, not \"101\"\n"
	    "f:1:43: a part has no setting \"wait\"\n" },
	{ "part: {}", "f:1:7: a part lacks \"name\"\n" },
	{ "later: 1", "f:1:8: later is reserved for a later release\n" },
	{ "common_wiat: 1s",
	    "f:1:1: the thing has no setting "
	    "\"common_wiat\", did you mean "
	    "\"common_wait\"?\n" },
	{ "text: \"\\x1b[2J\"",
	    "f:1:7: text: the text contains control characters\n" },
	{ "\"te\\x07xt\": a",
	    "f:1:1: the thing has no setting \"te\\x07xt\", did you mean "
	    "\"text\"?\n" },
	{ "text: a\ntext: b", "f:2:1: text is given twice, first in line 1\n" },
	{ "text: \xff", "f:1:7: invalid leading UTF-8 octet\n" },
	{ "number: 1\ntext: \xc3\xa9\x07",
	    "f:2:8: control characters are not allowed\n" },
	{ "[a]", "f:1:1: expected the thing as key: value\n" },
	{ "", "f:1:1: the file is empty\n" },
};

static void
test_refused(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		load(refused[i].text, &t, got, sizeof(got));
		assert_string_equal(got, refused[i].complaints);
		conf_clear(&thing_table, &t);
	}
}

/* Whoever fills an empty list later overwrote, and lost, its array. */
static void
test_list_of_nothing_usable_owned_an_array(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	load("words: {a: b}", &t, got, sizeof(got));
	assert_string_equal(got,
	    "f:1:8: words: expected one value, not a mapping\n");
	assert_int_equal(t.words.count, 0);
	assert_null(t.words.items);
	conf_clear(&thing_table, &t);
}

static void
test_every_type(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	load("text: some words\nname: a-1.b\nzone: Europe/London\n"
	     "number: 12\nsize: 64K\nwait: 90s\nshare: 99.95%\n"
	     "at: \"24:00\"\ncustom: 4\nloud: true\ncolour: green\n"
	     "words: one\npart: {name: p, weight: -5}\nnear: q\n"
	     "parts: [{name: x}, y]\ncommon_text: c\n",
	    &t, got, sizeof(got));
	assert_string_equal(got, "");
	assert_string_equal(t.text, "some words");
	assert_string_equal(t.name, "a-1.b");
	assert_string_equal(t.zone, "Europe/London");
	assert_null(t.secret);
	assert_int_equal(t.number, 12);
	assert_int_equal(t.size, 65536);
	assert_int_equal(t.wait_ms, 90000);
	assert_int_equal(t.share, 99950);
	assert_int_equal(t.at_min, 1440);
	assert_int_equal(t.custom, 8);
	assert_true(t.loud);
	assert_int_equal(t.colour, GREEN);
	assert_int_equal(t.words.count, 1);
	assert_string_equal(*(char **)t.words.items, "one");
	assert_string_equal(t.part.name, "p");
	assert_int_equal(t.part.weight, -5);
	assert_int_equal(t.part.place.line, 13);
	assert_int_equal(t.part.place.column, 7);
	assert_string_equal(t.near.name, "q");
	assert_int_equal(t.near.weight, 7);
	assert_int_equal(t.parts.count, 2);
	assert_string_equal(((struct part *)t.parts.items)[1].name, "y");
	assert_string_equal(t.common.text, "c");
	assert_int_equal(t.common.given, 1);
	conf_clear(&thing_table, &t);
	assert_null(t.text);
	assert_int_equal(t.parts.count, 0);
}

static void
test_fallbacks(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	load("{}", &t, got, sizeof(got));
	assert_string_equal(got, "");
	assert_string_equal(t.text, "none");
	assert_int_equal(t.number, -3);
	assert_null(t.part.name);
	assert_int_equal(t.part.weight, 7);
	assert_int_equal(t.common.wait_ms, 1000);
	assert_true(t.common.loud);
	assert_int_equal(t.common.words.count, 2);
	assert_string_equal(((char **)t.common.words.items)[1], "b");
	assert_int_equal(t.common.given, 0);
	conf_clear(&thing_table, &t);
}

static const struct {
	const char *text;
	int64_t ms;
} durations[] = {
	{ "0s", 0 },
	{ "250ms", 250 },
	{ "30s", 30000 },
	{ "5m", 300000 },
	{ "2h", 7200000 },
	{ "7d", 604800000 },
};

static void
test_durations(void **state)
{
	char text[64], got[1000];
	struct thing t;

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		snprintf(text, sizeof(text), "wait: %s", durations[i].text);
		load(text, &t, got, sizeof(got));
		assert_string_equal(got, "");
		assert_int_equal(t.wait_ms, durations[i].ms);
		conf_duration(t.wait_ms, got, sizeof(got));
		assert_string_equal(got, durations[i].text);
		conf_clear(&thing_table, &t);
	}
}

static const struct {
	const char *text;
	int64_t milli; /* -1: refused */
} percents[] = {
	{ "0%", 0 },
	{ "100%", 100000 },
	{ "99.9%", 99900 },
	{ "99.999%", 99999 },
	{ "0.001%", 1 },
	{ "99.9999%", -1 },
	{ "99.%", -1 },
	{ "99.9", -1 },
	{ "99,9%", -1 },
	{ "%", -1 },
	{ " 99%%", -1 },
};

static void
test_percents(void **state)
{
	char text[64], got[1000];
	struct thing t;

	(void)state;
	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		snprintf(text, sizeof(text), "share: \"%s\"", percents[i].text);
		load(text, &t, got, sizeof(got));
		assert_int_equal(got[0] == '\0', percents[i].milli >= 0);
		if (percents[i].milli >= 0)
			assert_int_equal(t.share, percents[i].milli);
		conf_clear(&thing_table, &t);
	}
}

/* Three mistakes far apart are three complaints, and the rest is filled. */
static void
test_goes_on_after_a_mistake(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	load("number: x\ntext: kept\nparts:\n- {weight: 3}\n- {name: B}\n"
	     "words: [yes]\n",
	    &t, got, sizeof(got));
	assert_string_equal(got,
	    "f:1:9: number: expected a whole number, not \"x\"\n"
	    "f:4:3: a part lacks \"name\"\n"
	    "f:5:10: name: expected a name of a-z, 0-9, \".\" and \"-\", at "
	    "most 63, not \"B\"\n");
	assert_string_equal(t.text, "kept");
	assert_int_equal(t.parts.count, 2);
	assert_string_equal(*(char **)t.words.items, "yes");
	conf_clear(&thing_table, &t);
}

static void
test_complaints_are_limited(void **state)
{
	struct conf_errors errors = { 0 };
	struct conf_place place = { "f", 1, 1 };

	(void)state;
	for (int i = 0; i < CONF_ERRORS_MAX + 5; i++)
		conf_complain(&errors, &place, "mistake %d", i);
	assert_int_equal(errors.list.count, CONF_ERRORS_MAX);
	assert_int_equal(errors.dropped, 5);
	conf_errors_clear(&errors);
	conf_complain(&errors, NULL, "no place");
	conf_complain(&errors, NULL, "no place");
	assert_int_equal(errors.list.count, 1);
	assert_string_equal(((struct conf_complaint *)errors.list.items)->text,
	    "no place");
	conf_errors_clear(&errors);
}

static const struct {
	const char *word, *nearest;
} words[] = {
	{ "intervall", "interval" },
	{ "intreval", "interval" },
	{ "nterval", "interval" },
	{ "timout", "timeout" },
	{ "urll", "url" },
	{ "ulr", "url" },
	{ "colour", NULL },
	{ "x", NULL },
	{ "", NULL },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    NULL },
};

static void
test_nearest(void **state)
{
	static const char *const known[] = { "interval", "timeout", "url",
		"name" };
	const char *got;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		got = conf_nearest(words[i].word, known, 4);
		if (words[i].nearest == NULL)
			assert_null(got);
		else {
			assert_non_null(got);
			assert_string_equal(got, words[i].nearest);
		}
	}
}

static void
test_depth(void **state)
{
	struct thing t;
	char text[200], got[1000];

	(void)state;
	/* The mapping is one level, so that 31 lists are just allowed. */
	for (int depth = CONF_DEPTH_MAX - 1; depth <= CONF_DEPTH_MAX; depth++) {
		memset(text, 0, sizeof(text));
		strcpy(text, "text: ");
		memset(text + 6, '[', (size_t)depth);
		memset(text + 6 + depth, ']', (size_t)depth);
		load(text, &t, got, sizeof(got));
		assert_string_equal(got,
		    depth < CONF_DEPTH_MAX
			? "f:1:7: text: expected one value, not a list\n"
			: "f:1:38: nested too deeply, more than 32 levels\n");
		conf_clear(&thing_table, &t);
	}
}

/* The most specific level that wrote a field wins; others fall through. */
static void
test_inherit(void **state)
{
	struct thing near, mid, far;
	char got[1000];

	(void)state;
	load("common_wait: 5s", &near, got, sizeof(got));
	load("{common_wait: 6s, common_text: mid, common_words: []}", &mid, got,
	    sizeof(got));
	load("{common_text: far, common_loud: false, common_colour: red}", &far,
	    got, sizeof(got));
	conf_inherit(&common_table, &near.common, &mid.common);
	conf_inherit(&common_table, &near.common, &far.common);
	conf_clear(&thing_table, &mid);
	conf_clear(&thing_table, &far);
	assert_int_equal(near.common.wait_ms, 5000);
	assert_string_equal(near.common.text, "mid");
	assert_false(near.common.loud);
	assert_int_equal(near.common.words.count, 0);
	assert_int_equal(near.common.colour, RED);
	assert_int_equal(near.common.given, 0x1f);
	conf_clear(&thing_table, &near);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_list_of_nothing_usable_owned_an_array),
		cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_fallbacks),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_percents),
		cmocka_unit_test(test_goes_on_after_a_mistake),
		cmocka_unit_test(test_complaints_are_limited),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_inherit),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
