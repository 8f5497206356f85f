/* The command line: what is understood, and what is said when it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/overrides.h"
#include "cli/when.h"
#include "lib/civil.h"

static const struct cli_option options[] = {
	{ "as", "NAME", "the person" },
	{ "all", NULL, "all of them" },
	{ "day", "DATE", "again: more", true },
	{ NULL, NULL, NULL },
};

static struct {
	int runs, count;
	const char *words[CLI_WORDS_MAX];
	const char *as, *all, *days[4], *last_day;
	bool json;
	char conf[64];
} seen;

static int
run(struct cli *c, const struct cli_arguments *a)
{
	seen.runs++;
	seen.count = a->count;
	memcpy(seen.words, a->words, sizeof(seen.words));
	seen.as = cli_value(a, "as");
	seen.all = cli_value(a, "all");
	seen.last_day = cli_value(a, "day");
	for (int i = 0, n = 0; n < 4;)
		seen.days[n++] = cli_values(a, "day", &i);
	seen.json = c->json;
	snprintf(seen.conf, sizeof(seen.conf), "%s", c->conf);
	return CLI_DONE;
}

static const struct cli_command take = { .name = "take",
	.synopsis = "INCIDENT [--as NAME]",
	.summary = "Take it",
	.options = options,
	.min = 1,
	.max = 2,
	.run = run };
static const struct cli_command show = { .name = "rota show",
	.synopsis = "",
	.summary = "Show it",
	.run = run };
static const struct cli_command check = { .name = "rota check",
	.synopsis = "",
	.summary = "Check it",
	.run = run };
static const struct cli_command *const commands[] = { &take, &show, &check,
	NULL };

/* Run a line of words; what was printed is in said (out, then err). */
static char said[8192];

static int
type(const char *line)
{
	struct cli c = { .commands = commands, .conf = "default.yaml" };
	static char copy[512]; /* what was seen points into it */
	char *argv[32] = { NULL }, *out = NULL, *err = NULL, *save;
	size_t out_length, err_length;
	int argc = 0, status;

	memset(&seen, 0, sizeof(seen));
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	c.out = open_memstream(&out, &out_length);
	c.err = open_memstream(&err, &err_length);
	status = cli_run(&c, argc, argv);
	fclose(c.out);
	fclose(c.err);
	snprintf(said, sizeof(said), "%s%s", out, err);
	free(out);
	free(err);
	return status;
}

static void
options_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"sunwatch take INC-1 two --as aroha --all --json --conf x.yaml",
		"sunwatch take --as=aroha --json INC-1 --conf=x.yaml two --all",
		"sunwatch --json --conf x.yaml take INC-1 two --as aroha "
		"--all",
		"sunwatch --conf=x.yaml --json take INC-1 --all two --as "
		"aroha",
		"sunwatch take --all --conf x.yaml --json --as aroha -- INC-1 "
		"two",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(type(lines[i]), CLI_DONE);
		assert_int_equal(seen.runs, 1);
		assert_int_equal(seen.count, 2);
		assert_string_equal(seen.words[0], "INC-1");
		assert_string_equal(seen.as, "aroha");
		assert_non_null(seen.all);
		assert_true(seen.json);
		assert_string_equal(seen.conf, "x.yaml");
	}
}

static void
what_is_not_given_is_null(void **state)
{
	(void)state;
	assert_int_equal(type("sunwatch take 42"), CLI_DONE);
	assert_null(seen.as);
	assert_null(seen.all);
	assert_false(seen.json);
	assert_string_equal(seen.conf, "default.yaml");
}

static void
two_words_make_a_command(void **state)
{
	(void)state;
	assert_int_equal(type("sunwatch rota check"), CLI_DONE);
	assert_int_equal(seen.runs, 1);
}

/* Everything misunderstood: status 2, the exact words, and nothing done. */
static void
misuse_is_said_exactly(void **state)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "sunwatch tkae 42",
		    "sunwatch: unknown command \"tkae\", did you mean "
		    "\"take\"?\ntry: sunwatch help\n" },
		{ "sunwatch xyzzyx",
		    "sunwatch: unknown command \"xyzzyx\"\n"
		    "try: sunwatch help\n" },
		{ "sunwatch take",
		    "sunwatch take: something is missing: sunwatch take "
		    "INCIDENT [--as NAME]\ntry: sunwatch take --help\n" },
		{ "sunwatch take 1 2 3",
		    "sunwatch take: one word too many: \"3\"\n"
		    "try: sunwatch take --help\n" },
		{ "sunwatch take 1 --jsno",
		    "sunwatch take: unknown option \"--jsno\", did you mean "
		    "\"--json\"?\ntry: sunwatch take --help\n" },
		{ "sunwatch take 1 -j",
		    "sunwatch take: unknown option \"-j\"\n"
		    "try: sunwatch take --help\n" },
		{ "sunwatch take 1 --as",
		    "sunwatch take: --as needs a value: NAME\n"
		    "try: sunwatch take --help\n" },
		{ "sunwatch take 1 --all=yes",
		    "sunwatch take: --all takes no value\n"
		    "try: sunwatch take --help\n" },
		{ "sunwatch take 1 --as a --as b",
		    "sunwatch take: --as is given twice\n"
		    "try: sunwatch take --help\n" },
		{ "sunwatch rota",
		    "sunwatch: \"rota\" needs one of: show, check\n"
		    "try: sunwatch help\n" },
		{ "sunwatch rota shwo",
		    "sunwatch: \"rota shwo\" is no command; one of: show, "
		    "check\ntry: sunwatch help\n" },
		{ "sunwatch take \xff",
		    "sunwatch take: \"\\xff\" is not UTF-8\n"
		    "try: sunwatch take --help\n" },
		{ "sunwatch take 1 --as=\xc3",
		    "sunwatch take: \"\\xc3\" is not UTF-8\n"
		    "try: sunwatch take --help\n" },
		{ "sunwatch rota show x",
		    "sunwatch rota show: takes no further words: \"x\"\n"
		    "try: sunwatch rota show --help\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(type(cases[i].line), CLI_USAGE);
		assert_string_equal(said, cases[i].want);
		assert_int_equal(seen.runs, 0);
	}
}

static void
help_is_asked_for_in_any_way(void **state)
{
	(void)state;
	assert_int_equal(type("sunwatch take --help"), CLI_DONE);
	assert_non_null(
	    strstr(said, "usage: sunwatch take INCIDENT [--as NAME]"));
	assert_non_null(strstr(said, "--all"));
	assert_int_equal(seen.runs, 0);
	assert_int_equal(type("sunwatch take --nonsense --help"), CLI_USAGE);
	assert_int_equal(type("sunwatch take -h"), CLI_DONE);
	assert_int_equal(type("sunwatch help"), CLI_DONE);
	assert_non_null(strstr(said, "rota show"));
	assert_int_equal(type("sunwatch help rota"), CLI_DONE);
	assert_non_null(strstr(said, "usage: sunwatch rota show"));
	assert_non_null(strstr(said, "usage: sunwatch rota check"));
	assert_int_equal(type("sunwatch help tak"), CLI_USAGE);
	assert_int_equal(type("sunwatch -V"), CLI_DONE);
	assert_int_equal(strncmp(said, "sunwatch ", 9), 0);
	assert_int_equal(type("sunwatch"), CLI_USAGE);
}

/* A word that needs another one says which there are. */
static void
a_family_has_its_help(void **state)
{
	static const char want[] =
	    "usage: sunwatch rota COMMAND ...\n\n"
	    "  rota show             Show it\n"
	    "  rota check            Check it\n"
	    "\n\"sunwatch rota COMMAND --help\" says more.\n";

	(void)state;
	assert_int_equal(type("sunwatch rota --help"), CLI_DONE);
	assert_string_equal(said, want);
	assert_int_equal(type("sunwatch rota -h"), CLI_DONE);
	assert_string_equal(said, want);
	assert_int_equal(type("sunwatch --json rota --help"), CLI_DONE);
	assert_string_equal(said, want);
	assert_int_equal(type("sunwatch rota --conf x.yaml --help"), CLI_DONE);
	assert_string_equal(said, want);
	assert_int_equal(seen.runs, 0);
	/* What is none, and what was not asked, are refused as before. */
	assert_int_equal(type("sunwatch rot --help"), CLI_USAGE);
	assert_int_equal(type("sunwatch rota shwo --help"), CLI_USAGE);
	assert_int_equal(type("sunwatch rota -- --help"), CLI_USAGE);
	assert_int_equal(type("sunwatch rota --json"), CLI_USAGE);
}

static void
times_and_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t want_ms; /* 0: refused */
	} durations[] = {
		{ "250ms", 250 },
		{ "90s", 90000 },
		{ "30m", 1800000 },
		{ "4h", 14400000 },
		{ "7d", 604800000 },
		{ "400d", INT64_C(34560000000) },
		{ "401d", 0 },
		{ "0s", 0 },
		{ "30", 0 },
		{ "m", 0 },
		{ "", 0 },
		{ "-5m", 0 },
		{ "5 m", 0 },
		{ "99999999999999999999d", 0 },
	};
	struct cli c = { .err = fopen("/dev/null", "w") };
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		ms = 0;
		assert_int_equal(cli_duration(&c, durations[i].text, &ms),
		    durations[i].want_ms != 0);
		assert_int_equal(ms, durations[i].want_ms);
	}
	assert_true(cli_time(&c, "at", "now", 5000, &ms));
	assert_int_equal(ms, 5000);
	assert_true(cli_time(&c, "at", "+2h", 5000, &ms));
	assert_int_equal(ms, 7205000);
	assert_true(cli_time(&c, "at", "-1s", 5000, &ms));
	assert_int_equal(ms, 4000);
	assert_true(cli_time(&c, "at", "1970-01-01T00:01Z", 5000, &ms));
	assert_int_equal(ms, 60000);
	assert_false(cli_time(&c, "at", "tomorrow", 5000, &ms));
	assert_false(cli_time(&c, "at", "+soon", 5000, &ms));
	fclose(c.err);
}

static void
severities(void **state)
{
	static const struct {
		const char *text;
		int want; /* 0: refused */
	} cases[] = { { "S1", 1 }, { "s2", 2 }, { "3", 3 }, { "S4", 4 },
		{ "S5", 0 }, { "S0", 0 }, { "S", 0 }, { "", 0 }, { "S11", 0 },
		{ "P1", 0 }, { "SS1", 0 } };
	char *err = NULL;
	size_t length;
	struct cli c = { .err = open_memstream(&err, &length) };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int severity = 0;

		assert_int_equal(cli_severity(&c, cases[i].text, &severity),
		    cases[i].want != 0);
		assert_int_equal(severity, cases[i].want);
	}
	fclose(c.err);
	assert_non_null(
	    strstr(err, "\"P1\" is not a severity: write S1, S2, S3 or S4\n"));
	free(err);
}

/* A bare clock is the next one shown, for TO the next after FROM; but what has
   begun was put off until tomorrow. */
static void
an_eta_reads_as_people_write_it(void **state)
{
	static const struct {
		const char *now, *zone, *text, *from, *to; /* NULL: refused */
	} cases[] = {
		{ "2026-03-28T12:00Z", "Europe/London", "15:00..16:00",
		    "2026-03-28T15:00:00Z", "2026-03-28T16:00:00Z" },
		{ "2026-03-28T15:30Z", "Europe/London", "15:00..16:00",
		    "2026-03-28T15:00:00Z", "2026-03-28T16:00:00Z" },
		{ "2026-03-28T12:00Z", "Europe/London", "8:00..23:00",
		    "2026-03-28T08:00:00Z", "2026-03-28T23:00:00Z" },
		{ "2026-03-28T16:00Z", "Europe/London", "15:00..16:00",
		    "2026-03-29T14:00:00Z", "2026-03-29T15:00:00Z" },
		{ "2026-03-29T00:30Z", "Europe/London", "23:00..2:30",
		    "2026-03-28T23:00:00Z", "2026-03-29T01:30:00Z" },
		/* Not the 23 hours from one day to the next. */
		{ "2026-03-28T12:00Z", "Europe/London", "16:00..15:00", NULL,
		    NULL },
		{ "2026-03-28T12:00Z", "Europe/London", "11:00..10:00", NULL,
		    NULL },
		{ "2026-03-28T12:00Z", "Europe/London", "15:00..15:00", NULL,
		    NULL },
		{ "2026-03-28T12:00Z", "UTC", "14:00..08:00",
		    "2026-03-28T14:00:00Z", "2026-03-29T08:00:00Z" },
		{ "2026-03-28T12:00Z", "UTC", "14:00..08:01", NULL, NULL },
		{ "2026-03-28T22:30Z", "Europe/London", "23:00..1:30",
		    "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z" },
		{ "2026-03-28T22:30Z", "Pacific/Auckland", "12:00..13:00",
		    "2026-03-28T23:00:00Z", "2026-03-29T00:00:00Z" },
		{ "2026-03-28T12:00Z", "UTC",
		    "2026-03-29T00:00Z..2026-03-29T02:00Z",
		    "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z" },
		{ "2026-03-28T12:00Z", "UTC",
		    "2026-03-29T02:00Z..2026-03-29T00:00Z", NULL, NULL },
		{ "2026-03-28T12:00Z", "UTC", "15:00", NULL, NULL },
		{ "2026-03-28T12:00Z", "UTC", "25:00..26:00", NULL, NULL },
		{ "2026-03-28T12:00Z", "UTC", "15:0..16:00", NULL, NULL },
		{ "2026-03-28T12:00Z", "UTC", "15:000..16:00", NULL, NULL },
		{ "2026-03-28T12:00Z", "Mars/Olympus", "15:00..16:00", NULL,
		    NULL },
		{ "2026-03-28T12:00Z", "UTC", "..", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t now_ms, from_ms = 0, to_ms = 0;
		char why[160], text[40];

		assert_true(civil_parse(cases[i].now, &now_ms));
		assert_int_equal(when_range(cases[i].text, cases[i].zone,
				     now_ms, &from_ms, &to_ms, why),
		    cases[i].from != NULL);
		if (cases[i].from == NULL)
			continue;
		civil_utc(from_ms, text, sizeof(text));
		assert_string_equal(text, cases[i].from);
		civil_utc(to_ms, text, sizeof(text));
		assert_string_equal(text, cases[i].to);
	}
}

static void
overrides_are_read_from_the_pagers_answer(void **state)
{
	json_t *answer = json_pack("{s:[{s:s,s:s,s:s,s:i,s:i,s:s},{}]}",
	    "overrides", "id", "o-12", "rota", "support", "person", "isla",
	    "from_ms", 1000, "to_ms", 2000, "by", "moana");
	static const char yaml[] =
	    "site: { name: a, url: \"http://a.example\" }\n"
	    "people: [{ name: isla, zone: UTC, reach: [terminal 0s] }]\n"
	    "channels: [{ kind: terminal }]\n";
	struct conf_errors errors = { 0 };
	struct settings *settings = settings_from_text(yaml, &errors);
	struct overrides o = { 0 };

	(void)state;
	assert_non_null(settings);
	overrides_read(answer, settings, &o);
	assert_true(o.known);
	assert_int_equal(o.count, 2);
	assert_string_equal(o.items[0].id, "o-12");
	assert_string_equal(o.items[0].person, "isla");
	assert_ptr_equal(o.items[0].who, settings->people.items);
	assert_null(o.items[1].who);
	assert_int_equal(o.items[0].to_ms, 2000);
	assert_string_equal(o.items[1].rota, "");
	overrides_clear(&o);
	json_decref(answer);
	answer = json_object();
	overrides_read(answer, settings, &o);
	assert_false(o.known);
	json_decref(answer);
	settings_free(settings);
	conf_errors_clear(&errors);
}

/* Options that may be given again are kept in order; others are refused. */
static void
test_repeats(void **state)
{
	(void)state;
	assert_int_equal(type(
			     "sunwatch take 42 --day 1 --as a --day=2 --day 3"),
	    CLI_DONE);
	assert_string_equal(seen.days[0], "1");
	assert_string_equal(seen.days[1], "2");
	assert_string_equal(seen.days[2], "3");
	assert_null(seen.days[3]);
	assert_string_equal(seen.last_day, "3");
	assert_int_equal(type("sunwatch take 42"), CLI_DONE);
	assert_null(seen.days[0]);
	assert_int_equal(type("sunwatch take 42 --as a --as b"), CLI_USAGE);
	assert_non_null(strstr(said, "--as is given twice"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(what_is_not_given_is_null),
		cmocka_unit_test(two_words_make_a_command),
		cmocka_unit_test(misuse_is_said_exactly),
		cmocka_unit_test(help_is_asked_for_in_any_way),
		cmocka_unit_test(a_family_has_its_help),
		cmocka_unit_test(times_and_durations),
		cmocka_unit_test(severities),
		cmocka_unit_test(an_eta_reads_as_people_write_it),
		cmocka_unit_test(overrides_are_read_from_the_pagers_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
