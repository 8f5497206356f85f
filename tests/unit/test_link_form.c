/* test_link_form: what was pressed, and what is refused by its name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/link_form.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define FRONT                                                                  \
	"{\"incident\":\"INC-000042\",\"person\":\"aroha\",\"intent\":\"i-"    \
	"7\","

static const struct link_token token = { "INC-000042", "aroha", "i-7" };
static struct settings *settings;

static int
load_tree(void **state)
{
	struct conf_errors errors = { 0 };

	(void)state;
	settings = settings_from_text(
	    "site: { name: Kahu, url: 'https://status.kahu.example' }\n"
	    "channels: [{ kind: terminal }]\n"
	    "people: [{ name: tom, zone: Europe/London, reach: [terminal 0s] "
	    "}]\n"
	    "ladders: [{ name: standard, levels: [{ call: person tom, "
	    "patience: 5m }] }]\n",
	    &errors);
	conf_errors_clear(&errors);
	return settings == NULL;
}

static int
free_tree(void **state)
{
	(void)state;
	settings_free(settings);
	return 0;
}

static char *
pressed(const char *body, char error[160])
{
	error[0] = '\0';
	return link_form(body, strlen(body), &token, settings, error);
}

static void
what_was_pressed_is_a_command(void **state)
{
	static const struct {
		const char *body, *command;
	} cases[] = {
		{ "do=take", FRONT "\"command\":\"take\"}" },
		{ "do=decline", FRONT "\"command\":\"decline\"}" },
		{ "do=resolve", FRONT "\"command\":\"resolve\"}" },
		{ "do=escalate&note=both+down",
		    FRONT "\"command\":\"escalate\",\"note\":"
			  "\"both down\"}" },
		{ "note=&do=resolve", FRONT "\"command\":\"resolve\"}" },
		{ "note=disk+full%21&do=resolve",
		    FRONT "\"command\":\"resolve\",\"note\":\"disk full!\"}" },
		{ "to=tom&note=%C3%A9&do=hand-on",
		    FRONT "\"command\":\"hand-on\",\"to\":\"tom\",\"note\":"
			  "\"\xc3\xa9\"}" },
		{ "minutes=240&do=snooze",
		    FRONT "\"command\":\"snooze\",\"for_ms\":14400000}" },
		/* What this button does not ask for is not looked at. */
		{ "do=take&note=%ff&to=nobody&minutes=x",
		    FRONT "\"command\":\"take\"}" },
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *command = pressed(cases[i].body, error);

		assert_non_null(command);
		assert_string_equal(command, cases[i].command);
		free(command);
	}
}

static void
what_does_not_fit_is_refused_by_its_name(void **state)
{
	static const struct {
		const char *body, *error;
	} cases[] = {
		{ "", "do: there is no such button. Nothing was changed." },
		{ "take", "do: there is no such button" },
		{ "do=", "do: there is no such button" },
		{ "do=close", "do: there is no such button" },
		{ "do=takeitnow-and-for-ever", "do: there is no such button" },
		{ "do=resolve&note=%ff", "note: not UTF-8. Nothing was" },
		{ "do=resolve&note=a%00b", "note: longer than 1500 bytes, or" },
		{ "do=resolve&note=%zz", "note: longer than 1500 bytes, or" },
		{ "do=hand-on", "to: say to whom. Nothing was changed." },
		{ "do=hand-on&to=", "to: say to whom" },
		{ "do=hand-on&to=mallory",
		    "to: not one of the people configured" },
		{ "do=hand-on&to=%00", "to: not one of the people configured" },
		{ "do=hand-on&to=tom&note=%ff", "note: not UTF-8" },
		{ "do=snooze", "minutes: a number from 1 to 240" },
		{ "do=snooze&minutes=", "minutes: a number from 1 to 240" },
		{ "do=snooze&minutes=0", "minutes: a number from 1 to 240" },
		{ "do=snooze&minutes=-5", "minutes: a number from 1 to 240" },
		{ "do=snooze&minutes=241", "minutes: a number from 1 to 240" },
		{ "do=snooze&minutes=1e1", "minutes: a number from 1 to 240" },
		{ "do=snooze&minutes=99999999999",
		    "minutes: a number from 1 to 240" },
	};
	char error[160];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_null(pressed(cases[i].body, error));
		if (strncmp(error, cases[i].error, strlen(cases[i].error)) != 0)
			fail_msg("%s: %s", cases[i].body, error);
	}
}

/* A note that was too long used to be left out without a word. */
static void
a_note_is_taken_whole_or_not_at_all(void **state)
{
	char error[160];

	(void)state;
	for (int i = LINK_NOTE_MAX; i <= LINK_NOTE_MAX + 1; i++) {
		struct text t = { 0 };
		char *command;

		text_add(&t, "do=resolve&note=");
		for (int k = 0; k < i; k++)
			text_add(&t, "x");
		command = pressed(t.data, error);
		if (i == LINK_NOTE_MAX)
			assert_non_null(strstr(command, "xxx\"}"));
		else {
			assert_null(command);
			assert_string_equal(error,
			    "note: longer than 1500 bytes, or malformed. "
			    "Nothing was changed.");
		}
		free(command);
		text_clear(&t);
	}
}

static void
a_token_of_odd_bytes_makes_no_command(void **state)
{
	static const struct link_token odd = { "INC-1", "\xff", "i-7" };
	char error[160];

	(void)state;
	assert_null(link_form("do=take", 7, &odd, settings, error));
	assert_string_equal(error, "link: not readable. Nothing was changed.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_pressed_is_a_command),
		cmocka_unit_test(what_does_not_fit_is_refused_by_its_name),
		cmocka_unit_test(a_note_is_taken_whole_or_not_at_all),
		cmocka_unit_test(a_token_of_odd_bytes_makes_no_command),
	};

	return cmocka_run_group_tests(tests, load_tree, free_tree);
}
