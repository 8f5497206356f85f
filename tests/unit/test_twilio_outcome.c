/* twilio_outcome, twiml: what is answered, what is told later, what we say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "pager/twilio_outcome.h"
#include "pager/twiml.h"

static void
an_answer_decides(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum sent sent;
		const char *detail;
	} cases[] = {
		{ 201, "{\"sid\":\"SM12\",\"status\":\"queued\"}",
		    SENT_HANDED_OVER, "answered 201: SM12 queued" },
		{ 200, "{\"sid\":\"SM12\"}", SENT_HANDED_OVER,
		    "answered 200: SM12 " },
		{ 201, "{\"sid\":\"\"}", SENT_FAILED_NOW,
		    "answered 201: no id, so nobody has it" },
		{ 200, "<html>Sign in to this network</html>", SENT_FAILED_NOW,
		    "answered 200: no id, so nobody has it" },
		{ 201, "{\"sid\":\"a\\u001b\",\"status\":\"\\n\"}",
		    SENT_HANDED_OVER, "answered 201: a\\x1b \\x0a" },
		{ 400, "{\"code\":21211,\"message\":\"no number\"}",
		    SENT_BROKEN, "answered 400: 21211 no number" },
		{ 400, "{\"code\":21610,\"message\":\"STOP\"}", SENT_BROKEN,
		    "answered 400: 21610 STOP" },
		{ 400, "{\"code\":21606,\"message\":\"not your From\"}",
		    SENT_FAILED, "answered 400: 21606 not your From" },
		{ 401, "{\"code\":20003}", SENT_FAILED,
		    "answered 401: 20003 " },
		{ 404, "no", SENT_FAILED, "answered 404: no" },
		{ 429, "{\"code\":20429,\"message\":\"slowly\"}",
		    SENT_FAILED_NOW, "answered 429: 20429 slowly" },
		/* A code of the number beside trouble of theirs proves
		   nothing. */
		{ 503, "{\"code\":21211}", SENT_FAILED_NOW,
		    "answered 503: 21211 " },
		{ 500, "", SENT_FAILED_NOW, "answered 500" },
		{ 302, "", SENT_FAILED, "answered 302" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct hook_answer a = { .status = cases[i].status,
			.body = cases[i].body,
			.retry_after = cases[i].status == 429 ? "7" : NULL };
		struct channel_answer out;

		twilio_outcome(&a, &out);
		assert_string_equal(out.detail, cases[i].detail);
		assert_int_equal(out.sent, cases[i].sent);
		assert_int_equal(out.wait_ms,
		    cases[i].status == 429 ? 7000 : 0);
	}
}

static void
no_whole_answer_is_for_now(void **state)
{
	const struct hook_answer a = { .trouble = "closed", .body = "" };
	struct channel_answer out;

	(void)state;
	twilio_outcome(&a, &out);
	assert_int_equal(out.sent, SENT_FAILED_NOW);
	assert_string_equal(out.detail, "closed");
}

static void
what_settles_it_later(void **state)
{
	static const struct {
		const char *status, *code, *word;
	} cases[] = {
		{ "accepted", "", NULL },
		{ "queued", "", NULL },
		{ "sending", "", NULL },
		{ "sent", "", NULL },
		{ "sent", "30007", NULL },
		{ "", "", NULL },
		{ "Delivered", "", NULL },
		{ "delivered", "", "delivered" },
		{ "read", "", "delivered" },
		{ "undelivered", "", "failed" },
		{ "undelivered", "30001", "failed" },
		{ "undelivered", "30002", "failed" },
		{ "undelivered", "30003", "failed" },
		{ "undelivered", "30004", "broken" },
		{ "undelivered", "30005", "broken" },
		{ "undelivered", "30006", "broken" },
		{ "failed", "30007", "broken" },
		{ "undelivered", "30008", "failed" },
		{ "failed", "21610", "broken" },
		{ "failed", "216100", "failed" },
		{ "failed", "21610x", "failed" },
		{ "canceled", "", "failed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *word =
		    twilio_receipt(cases[i].status, cases[i].code);

		if (cases[i].word == NULL)
			assert_null(word);
		else
			assert_string_equal(word, cases[i].word);
	}
}

static void
texts_stay_texts(void **state)
{
	static const struct {
		const char *text, *inside;
	} cases[] = {
		{ NULL, "" },
		{ "", "" },
		{ "You have it.", "<Message>You have it.</Message>" },
		{ "</Message><Dial>+1</Dial>&\"'",
		    "<Message>&lt;/Message&gt;&lt;Dial&gt;+1&lt;/Dial&gt;"
		    "&amp;&quot;&#39;</Message>" },
		{ "\x1b\xff", "<Message>\\x1b\\xff</Message>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *xml = twiml_message(cases[i].text);
		const char *begin = strstr(xml, "<Response>") + 10;

		assert_memory_equal(begin, cases[i].inside,
		    strlen(cases[i].inside));
		assert_string_equal(begin + strlen(cases[i].inside),
		    "</Response>\n");
		free(xml);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_decides),
		cmocka_unit_test(no_whole_answer_is_for_now),
		cmocka_unit_test(what_settles_it_later),
		cmocka_unit_test(texts_stay_texts),
	};

	return cmocka_run_group_tests_name("twilio_outcome", tests, NULL, NULL);
}
