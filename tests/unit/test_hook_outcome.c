/* test_hook_outcome: what it means how a POSTed page was answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "pager/hook_outcome.h"

static void
its_status_decides(void **state)
{
	static const struct {
		int status;
		enum sent sent;
	} table[] = {
		{ 100, SENT_FAILED },
		{ 200, SENT_HANDED_OVER },
		{ 202, SENT_HANDED_OVER },
		{ 204, SENT_HANDED_OVER },
		{ 299, SENT_HANDED_OVER },
		{ 301, SENT_FAILED }, /* not followed */
		{ 307, SENT_FAILED },
		{ 400, SENT_FAILED },
		{ 401, SENT_FAILED },
		{ 404, SENT_FAILED },
		{ 408, SENT_FAILED_NOW },
		{ 410, SENT_FAILED },
		{ 413, SENT_FAILED },
		{ 425, SENT_FAILED_NOW },
		{ 429, SENT_FAILED_NOW },
		{ 499, SENT_FAILED },
		{ 500, SENT_FAILED_NOW },
		{ 503, SENT_FAILED_NOW },
		{ 599, SENT_FAILED_NOW },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct hook_answer a = { .status = table[i].status,
			.body = "" };
		struct channel_answer out;

		hook_outcome(&a, &out);
		assert_int_equal(out.sent, table[i].sent);
		assert_int_equal(out.wait_ms, 0);
		assert_memory_equal(out.detail, "answered ", 9);
	}
}

static void
rest_is_had_by_who_failed_for_now(void **state)
{
	static const struct {
		int status;
		const char *asked;
		int64_t wait_ms;
	} table[] = {
		{ 429, "0", 0 },
		{ 429, "30", 30000 },
		{ 503, "120", 120000 },
		{ 429, "3600", 3600000 },
		{ 429, "3601", 3600000 },
		{ 429, "9999", 3600000 },
		{ 429, "10000", 3600000 },
		{ 429, "99999999999999999999999", 3600000 },
		{ 429, "", 3600000 },
		{ 429, "-5", 3600000 },
		{ 429, "30s", 3600000 },
		{ 503, "Wed, 21 Oct 2026 07:28:00 GMT", 3600000 },
		{ 200, "30", 0 },
		{ 404, "30", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct hook_answer a = { .status = table[i].status,
			.retry_after = table[i].asked,
			.body = "" };
		struct channel_answer out;

		hook_outcome(&a, &out);
		assert_int_equal(out.wait_ms, table[i].wait_ms);
	}
}

static void
what_it_said_is_shown_in_plain_words(void **state)
{
	static const struct {
		struct hook_answer a;
		const char *detail;
	} table[] = {
		{ { NULL, 200, NULL, "" }, "answered 200" },
		{ { NULL, 200, NULL, "\r\n  queued as 7\nmore" },
		    "answered 200: queued as 7" },
		{ { NULL, 404, NULL, "\033[2Jno\xff" },
		    "answered 404: \\x1b[2Jno\\xff" },
		{ { NULL, 500, NULL,
		      "0123456789012345678901234567890123456789012345678901"
		      "2345678901234567890123456789012345678901234567890123" },
		    "answered 500: 01234567890123456789012345678901234567890123"
		    "4567890123456789012345678901234567890123456789012345678"
		    "9" },
		{ { "no connection within 1000 ms", 0, NULL, "" },
		    "no connection within 1000 ms" },
		{ { "the answer broke off after 3 bytes", 200, "9", "odd" },
		    "the answer broke off after 3 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct channel_answer out;

		hook_outcome(&table[i].a, &out);
		assert_string_equal(out.detail, table[i].detail);
		if (table[i].a.trouble == NULL)
			continue;
		assert_int_equal(out.sent, SENT_FAILED_NOW);
		assert_int_equal(out.wait_ms, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_status_decides),
		cmocka_unit_test(rest_is_had_by_who_failed_for_now),
		cmocka_unit_test(what_it_said_is_shown_in_plain_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
