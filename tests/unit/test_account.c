/* account: whole seconds, and how figures are put into words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "lib/account.h"
#include "lib/text.h"

static void
percentages_are_cut_off(void **state)
{
	static const struct {
		int64_t millionths;
		const char *text;
	} rows[] = {
		{ 1000000, "100.0000 %" },
		{ 999999, "99.9999 %" },
		{ 999499, "99.9499 %" },
		{ 990000, "99.0000 %" },
		{ 99, "0.0099 %" },
		{ 0, "0.0000 %" },
	};
	char out[24];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		account_percent(rows[i].millionths, out, sizeof(out));
		assert_string_equal(out, rows[i].text);
	}
}

static void
is_one(const struct interval_set *s, int64_t from, int64_t to)
{
	assert_int_equal(s->count, 1);
	assert_int_equal(s->items[0].from, from);
	assert_int_equal(s->items[0].to, to);
}

/* Down outward, unknown inward: before 1970 too. */
static void
seconds_are_whole(void **state)
{
	static const struct {
		int64_t from_ms, to_ms, out_from, out_to, in_from, in_to;
	} rows[] = {
		{ 10999, 13001, 10, 14, 11, 13 },
		{ 10000, 12000, 10, 12, 10, 12 },
		{ -2500, -500, -3, 0, -2, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct interval_set ms = { 0 }, out = { 0 }, in = { 0 };

		interval_set_add(&ms, rows[i].from_ms, rows[i].to_ms);
		account_outward(&ms, &out);
		account_inward(&ms, &in);
		is_one(&out, rows[i].out_from, rows[i].out_to);
		is_one(&in, rows[i].in_from, rows[i].in_to);
		interval_set_clear(&ms);
		interval_set_clear(&out);
		interval_set_clear(&in);
	}
}

static void
nothing_whole_is_left_inward(void **state)
{
	struct interval_set ms = { 0 }, in = { 0 };

	(void)state;
	interval_set_add(&ms, 12001, 13500);
	account_inward(&ms, &in);
	assert_int_equal(in.count, 0);
	interval_set_clear(&ms);
	interval_set_clear(&in);
}

static void
verdicts_have_words(void **state)
{
	static const char *const words[] = {
		[VERDICT_MET] = "met",
		[VERDICT_MISSED] = "missed",
		[VERDICT_INDETERMINATE] = "indeterminate",
		[VERDICT_NOT_APPLICABLE] = "not applicable",
		[VERDICT_UNDER_WAY] = "under way",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_string_equal(verdict_text((enum verdict)i), words[i]);
}

static void
a_verdict_tells_the_period_from_what_is_so_far(void **state)
{
	static const struct {
		enum verdict so_far, best;
		const char *begin;
	} rows[] = {
		{ VERDICT_MET, VERDICT_MET, "kept so far" },
		{ VERDICT_MISSED, VERDICT_MET, "below it so far" },
		{ VERDICT_INDETERMINATE, VERDICT_MET, "cannot be said so far" },
		{ VERDICT_NOT_APPLICABLE, VERDICT_MET, "nothing was seen" },
		{ VERDICT_MET, VERDICT_MISSED, "missed:" },
		{ VERDICT_MISSED, VERDICT_MISSED, "missed:" },
		{ VERDICT_INDETERMINATE, VERDICT_MISSED, "missed:" },
		{ VERDICT_MET, VERDICT_INDETERMINATE,
		    "cannot be said of this period" },
		{ VERDICT_MISSED, VERDICT_INDETERMINATE,
		    "cannot be said of this period" },
		{ VERDICT_NOT_APPLICABLE, VERDICT_NOT_APPLICABLE,
		    "nothing was agreed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *said = verdict_so_far(rows[i].so_far, rows[i].best);

		if (strncmp(said, rows[i].begin, strlen(rows[i].begin)) != 0)
			fail_msg("%zu: %s, not %s", i, said, rows[i].begin);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentages_are_cut_off),
		cmocka_unit_test(seconds_are_whole),
		cmocka_unit_test(nothing_whole_is_left_inward),
		cmocka_unit_test(verdicts_have_words),
		cmocka_unit_test(
		    a_verdict_tells_the_period_from_what_is_so_far),
	};

	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
