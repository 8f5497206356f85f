#include <inttypes.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/conf.h"
#include "lib/conf_reader.h"
#include "lib/text.h"

enum colour { RED, GREEN };

struct part {
	struct conf_place place;
	char *name;
	int64_t weight;
};

struct common {
	uint64_t given;
	char *text;
	int64_t wait_ms;
	bool loud;
	struct conf_list words;
	int colour;
};

struct thing {
	char *text, *name, *zone, *secret;
	int64_t number, size, wait_ms, share, at_min, custom;
	bool loud;
	int colour;
	struct conf_list words; /* char * */
	struct part part, near;
	struct conf_list parts; /* struct part */
	struct common common;
};

static bool
parse_twice(const char *text, void *member, const char **why)
{
	*why = "expected one digit";
	if (text[0] < '0' || text[0] > '9' || text[1] != '\0')
		return false;
	*(int64_t *)member = 2 * (text[0] - '0');
	return true;
}

static bool
check_short(const char *text, const char **why)
{
	*why = "a word has three letters at most";
	return strlen(text) <= 3;
}

static const struct conf_choice colours[] = {
	{ "red", RED },
	{ "green", GREEN },
	{ NULL, 0 },
};

#define F(member) .offset = offsetof(struct part, member)
static const struct conf_field part_fields[] = {
	{ "name", CONF_NAME, F(name), .required = true },
	{ "weight", CONF_INT, F(weight), .fallback = "7", .min = -5,
	    .max = 100 },
	{ NULL },
};
#undef F
static const struct conf_table part_table = { "a part",
	.size = sizeof(struct part), .fields = part_fields,
	.place_offset = offsetof(struct part, place), .given_offset = CONF_NONE,
	.shorthand = "name" };

#define F(member) .offset = offsetof(struct common, member)
static const struct conf_field common_fields[] = {
	{ "common_text", CONF_STRING, F(text) },
	{ "common_wait", CONF_DURATION, F(wait_ms), .fallback = "1s" },
	{ "common_loud", CONF_BOOL, F(loud), .fallback = "true" },
	{ "common_words", CONF_STRINGS, F(words), .fallback = "a,b" },
	{ "common_colour", CONF_CHOICE, F(colour), .choices = colours,
	    .fallback = "green" },
	{ NULL },
};
#undef F
static const struct conf_table common_table = { "what is common",
	.size = sizeof(struct common), .fields = common_fields,
	.place_offset = CONF_NONE,
	.given_offset = offsetof(struct common, given) };

#define F(member) .offset = offsetof(struct thing, member)
static const struct conf_field thing_fields[] = {
	{ "text", CONF_STRING, F(text), .fallback = "none" },
	{ "name", CONF_NAME, F(name) },
	{ "zone", CONF_ZONE, F(zone) },
	{ "secret", CONF_SECRET, F(secret) },
	{ "number", CONF_INT, F(number), .fallback = "-3" },
	{ "size", CONF_SIZE, F(size) },
	{ "wait", CONF_DURATION, F(wait_ms) },
	{ "share", CONF_PERCENT, F(share) },
	{ "at", CONF_TIME, F(at_min) },
	{ "custom", CONF_CUSTOM, F(custom), .parse = parse_twice },
	{ "loud", CONF_BOOL, F(loud) },
	{ "colour", CONF_CHOICE, F(colour), .choices = colours },
	{ "words", CONF_STRINGS, F(words), .min = 1, .max = 3,
	    .check = check_short },
	{ "part", CONF_STRUCT, F(part), .item = &part_table },
	{ "near", CONF_STRUCT, F(near), .item = &part_table },
	{ "parts", CONF_LIST, F(parts), .item = &part_table, .min = 0,
	    .max = 2 },
	{ "later", CONF_RESERVED },
	{ "", CONF_INLINE, F(common), .item = &common_table },
	{ NULL },
};
#undef F
static const struct conf_table thing_table = { "the thing",
	.size = sizeof(struct thing), .fields = thing_fields,
	.place_offset = CONF_NONE, .given_offset = CONF_NONE };

/* Every complaint, one per line; "" when there is none. */
static void
load(const char *text, struct thing *t, char *out, size_t room)
{
	struct conf_errors errors = { 0 };
	size_t used = 0;
	int rc;

	rc = conf_load_text("f", text, strlen(text), &thing_table, t, &errors);
	assert_int_equal(rc, errors.list.count == 0 ? 0 : -1);
	out[0] = '\0';
	CONF_EACH (const struct conf_complaint, c, &errors.list)
		used +=
		    (size_t)snprintf(out + used, room - used, "%s\n", c->text);
	conf_errors_clear(&errors);
}

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

static void
put(const char *path, const char *text)
{
	FILE *fp = fopen(path, "w");

	assert_non_null(fp);
	assert_true(fputs(text, fp) >= 0);
	assert_int_equal(fclose(fp), 0);
}

/* One secret from each kind of place, and one relative to its file. */
static void
test_secrets(void **state)
{
	char folder[] = "/tmp/test_conf_XXXXXX", text[200], path[100];
	struct conf_errors errors = { 0 };
	struct thing t;
	char full[100];
	const char *from[] = { full, "env:TEST_CONF_SECRET", "cred:password",
		"file:password" };

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(full, sizeof(full), "file:%s/password", folder);
	snprintf(path, sizeof(path), "%s/password", folder);
	put(path, "correct horse\r\n");
	setenv("TEST_CONF_SECRET", "correct horse", 1);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	snprintf(path, sizeof(path), "%s/f.yaml", folder);
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		snprintf(text, sizeof(text), "secret: \"%s\"\n", from[i]);
		put(path, text);
		assert_int_equal(conf_load(path, &thing_table, &t, &errors), 0);
		assert_string_equal(t.secret, "correct horse");
		conf_clear(&thing_table, &t);
	}
	unsetenv("TEST_CONF_SECRET");
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(path);
	snprintf(path, sizeof(path), "%s/password", folder);
	unlink(path);
	rmdir(folder);
}

/*
 * Neither a plan nor the kept tree can hold it: agents would write without a
 * password, and a start with a broken tree would find none.
 */
static void
test_a_secret_that_is_no_text(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	setenv("TEST_CONF_SECRET", "caf\xe9", 1);
	load("secret: env:TEST_CONF_SECRET", &t, got, sizeof(got));
	assert_string_equal(got,
	    "f:1:9: secret: \"env:TEST_CONF_SECRET\": the secret is not plain "
	    "UTF-8\n");
	assert_null(t.secret);
	conf_clear(&thing_table, &t);
	setenv("TEST_CONF_SECRET", "caf\xc3\xa9", 1);
	load("secret: env:TEST_CONF_SECRET", &t, got, sizeof(got));
	assert_string_equal(got, "");
	assert_string_equal(t.secret, "caf\xc3\xa9");
	conf_clear(&thing_table, &t);
	unsetenv("TEST_CONF_SECRET");
}

/* Written inline, a secret is refused and never repeated. */
static void
test_inline_secret_is_not_shown(void **state)
{
	struct thing t;
	char got[1000];

	(void)state;
	load("secret: hunter2", &t, got, sizeof(got));
	assert_null(strstr(got, "hunter2"));
	assert_non_null(strstr(got, "never written here"));
	assert_null(t.secret);
	conf_clear(&thing_table, &t);
}

/* What is no regular file is not waited for. */
static void
test_odd_files(void **state)
{
	char folder[] = "/tmp/test_conf_XXXXXX", path[100];
	struct conf_errors errors = { 0 };
	const struct conf_complaint *c;
	struct thing t;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(conf_load(path, &thing_table, &t, &errors), -1);
	c = errors.list.items;
	assert_non_null(strstr(c->text, ":1:1: not a regular file"));
	conf_errors_clear(&errors);
	unlink(path);
	assert_int_equal(conf_load(path, &thing_table, &t, &errors), -1);
	c = errors.list.items;
	assert_non_null(strstr(c->text, "No such file or directory"));
	conf_errors_clear(&errors);
	put(path, "");
	assert_int_equal(truncate(path, CONF_FILE_MAX + 1), 0);
	assert_int_equal(conf_load(path, &thing_table, &t, &errors), -1);
	c = errors.list.items;
	assert_non_null(strstr(c->text, "the file is too large"));
	conf_errors_clear(&errors);
	unlink(path);
	rmdir(folder);
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
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_a_secret_that_is_no_text),
		cmocka_unit_test(test_inline_secret_is_not_shown),
		cmocka_unit_test(test_odd_files),
	};

	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
