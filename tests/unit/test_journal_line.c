/* journal_line: a commit as a line, and what else may stand in a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/text.h"
#include "pager/journal_line.h"

/* "kind key field value;" for each operation. */
static void
tell(const struct commit *c, struct text *t)
{
	static const char letters[] = "ESUATR";

	text_add_bytes(t, "", 0);
	for (size_t i = 0; i < c->count; i++)
		text_addf(t, "%c %s %s %.*s;", letters[c->ops[i].kind],
		    c->ops[i].key, c->ops[i].field, (int)c->ops[i].length,
		    (const char *)c->ops[i].value);
}

static void
a_commit_comes_back_as_it_was(void **state)
{
	struct commit c, again;
	struct text t = { 0 };
	char *line;

	(void)state;
	commit_init(&c);
	commit_init(&again);
	commit_expect(&c, "pages", "INC-1", "");
	commit_set_text(&c, "pages", "INC-1", "k\xc4\x81");
	commit_set(&c, "pages", "INC-2", "\xff\x01", 2);
	commit_unset(&c, "intents", "i-1");
	commit_append(&c, "journal", "{}", 2);
	commit_trim(&c, "journal", "5-0");
	line = journal_line(&c, 7, "kahu", 1000);
	assert_non_null(strstr(line, "\"fence\":7"));
	assert_non_null(strstr(line, "[\"set\",\"pages\",\"INC-2\",[255,1]]"));
	assert_true(journal_line_read(line, strlen(line), &again));
	tell(&again, &t);
	assert_string_equal(t.data,
	    "S pages INC-1 k\xc4\x81;S pages INC-2 \xff\x01;"
	    "U intents i-1 ;A journal  {};T journal  5-0;");
	text_clear(&t);
	free(line);
	commit_clear(&c);
	commit_clear(&again);
}

/* Half of it would be another commit than was decided. */
static void
what_is_no_text_makes_no_line(void **state)
{
	struct commit c;

	(void)state;
	commit_init(&c);
	commit_set_text(&c, "pages", "INC-1", "{}");
	commit_set_text(&c, "pages", "\xff", "{}");
	assert_null(journal_line(&c, 7, "kahu", 1000));
	commit_clear(&c);
}

static void
what_a_line_may_say(void **state)
{
	static const struct {
		const char *line, *ops; /* NULL: it means nothing */
	} rows[] = {
		{ "{\"ops\":[]}", "" },
		{ "{\"ops\":[[\"set\",\"k\",\"f\",\"v\"]]}", "S k f v;" },
		{ "{\"ops\":[[\"set\",\"k\",\"f\",[118]]]}", "S k f v;" },
		/* Of a later release: it is no reason to lose the rest. */
		{ "{\"ops\":[[\"cut\",\"k\",\"f\",\"v\"],"
		  "[\"unset\",\"k\",\"f\",\"\"]]}",
		    "U k f ;" },
		{ "{\"ops\":[[7,\"k\",\"f\",\"v\"]]}", NULL },
		{ "{\"ops\":[[\"set\",7,\"f\",\"v\"]]}", NULL },
		{ "{\"ops\":[[\"set\",\"k\",null,\"v\"]]}", NULL },
		{ "{\"ops\":[[\"set\",\"k\",\"f\",7]]}", NULL },
		{ "{\"ops\":[[\"set\",\"k\",\"f\"]]}", NULL },
		{ "{\"ops\":[7]}", NULL },
		{ "{\"ops\":{}}", NULL },
		{ "{}", NULL },
		{ "{", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct text t = { 0 };
		struct commit c;
		bool good;

		commit_init(&c);
		good =
		    journal_line_read(rows[i].line, strlen(rows[i].line), &c);
		tell(&c, &t);
		if (good != (rows[i].ops != NULL) ||
		    (good && strcmp(t.data, rows[i].ops) != 0))
			fail_msg("%s: %s", rows[i].line, t.data);
		text_clear(&t);
		commit_clear(&c);
	}
}

static void
what_it_does_not_say_stays(void **state)
{
	static const struct {
		const char *line;
		int64_t fence;
		const char *house;
	} rows[] = {
		{ "{\"fence\":9,\"house\":\"kea\"}", 9, "kea" },
		{ "{\"fence\":\"9\"}", 5, "kahu" },
		{ "{\"fence\":9.5,\"house\":\"kea\"}", 5, "kea" },
		{ "{}", 5, "kahu" },
		{ "}", 5, "kahu" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char house[JOURNAL_HOUSE] = "kahu";
		int64_t fence = 5;

		journal_line_whose(rows[i].line, strlen(rows[i].line), &fence,
		    house);
		assert_int_equal(fence, rows[i].fence);
		assert_string_equal(house, rows[i].house);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_commit_comes_back_as_it_was),
		cmocka_unit_test(what_is_no_text_makes_no_line),
		cmocka_unit_test(what_a_line_may_say),
		cmocka_unit_test(what_it_does_not_say_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
