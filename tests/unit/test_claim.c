/* claim: records of what is claimed not to count, and how they are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/claim.h"
#include "lib/ledger.h"
#include "lib/text.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void
what_is_written_is_read_again(void **state)
{
	static const struct {
		const char *json;
		int consent;
	} cases[] = {
		{ "{\"at\":5,\"by\":\"root as aroha\",\"from\":10,\"to\":20,"
		  "\"reason\":\"client\",\"text\":\"DNS\",\"claimant\":\"a\","
		  "\"answers\":[]}",
		    CLAIM_UNANSWERED },
		{ "{\"at\":5,\"by\":\"a\",\"from\":10,\"to\":20,\"reason\":"
		  "\"suspended\",\"text\":\"invoice 7 \xe2\x86\x92 8\","
		  "\"claimant\":\"a\",\"evidence\":\"ticket 7\","
		  "\"endpoints\":[\"acme/learn\",\"acme/login\"],\"answers\":["
		  "{\"at\":6,\"by\":\"a\",\"consent\":\"disputed\",\"who\":"
		  "\"Dean\",\"text\":\"paid\"},"
		  "{\"at\":7,\"by\":\"a\",\"consent\":\"agreed\",\"who\":"
		  "\"Dean\"}]}",
		    CLAIM_AGREED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *json = cases[i].json;
		char error[160], *again;
		struct claim *c =
		    claim_decode("acme|x-1", json, strlen(json), error);

		assert_non_null(c);
		again = claim_encode(c);
		assert_string_equal(again, json);
		assert_string_equal(c->client, "acme");
		assert_string_equal(c->id, "x-1");
		assert_int_equal(claim_consent(c), cases[i].consent);
		free(again);
		claim_free(c);
	}
	claim_free(NULL);
}

/* What was answered stays; the last one is the client's consent. */
static void
answers_follow_each_other(void **state)
{
	static const char json[] =
	    "{\"at\":5,\"by\":\"a\",\"from\":10,\"to\":20,\"reason\":"
	    "\"client\",\"text\":\"t\",\"claimant\":\"a\",\"answers\":[]}";
	struct claim_answer no = { 6, (char[]){ "a" }, (char[]){ "Dean" },
		CLAIM_DISPUTED, (char[]){ "not ours" } };
	struct claim_answer yes = { 7, (char[]){ "a" }, (char[]){ "Dean" },
		CLAIM_AGREED, NULL };
	char error[160];
	struct claim *c = claim_decode("acme|x-1", json, strlen(json), error);

	(void)state;
	claim_add_answer(c, &no);
	assert_int_equal(claim_consent(c), CLAIM_DISPUTED);
	claim_add_answer(c, &yes);
	assert_int_equal(claim_consent(c), CLAIM_AGREED);
	assert_string_equal(c->answers[0].text, "not ours");
	assert_null(c->answers[1].text);
	claim_free(c);
}

#define HEAD "{\"at\":5,\"by\":\"a\",\"from\":10,\"to\":20,"
#define BODY "\"text\":\"t\",\"claimant\":\"a\","
#define WHOLE HEAD "\"reason\":\"client\"," BODY
#define ANSWERED(what) WHOLE "\"answers\":[" what "]}"

static const struct {
	const char *field, *json, *error;
} broken[] = {
	{ "acme|x-1", "{", "not JSON: " },
	{ "acme|x-1", "[]", "at: expected an instant" },
	{ "acme|x-1", "{\"at\":253402300800000}", "at: expected an instant" },
	{ "acme|x-1", "{\"at\":5}", "by: expected a text" },
	{ "acme|x-1", HEAD "\"text\":\"t\"}", "reason: not known" },
	{ "acme|x-1", HEAD "\"reason\":\"rain\"}", "reason: not known" },
	{ "acme|x-1", HEAD "\"reason\":\"client\"}", "text: expected a text" },
	{ "acme|x-1", HEAD "\"reason\":\"client\",\"text\":\"t\"}",
	    "claimant: expected a text" },
	{ "acme|x-1", WHOLE "\"evidence\":7}", "evidence: expected a text" },
	{ "acme|x-1", WHOLE "\"to\":9}", "not JSON: duplicate object key" },
	{ "acme|x-1",
	    "{\"at\":5,\"by\":\"a\",\"from\":20,\"to\":20,\"reason\":"
	    "\"client\"," BODY "\"answers\":[]}",
	    "to: not after from" },
	{ "acme|x-1", WHOLE "\"endpoints\":\"acme/learn\",\"answers\":[]}",
	    "endpoints: expected 1 to 1000 of them" },
	{ "acme|x-1", WHOLE "\"endpoints\":[],\"answers\":[]}",
	    "endpoints: expected 1 to 1000 of them" },
	{ "acme|x-1", WHOLE "\"endpoints\":[7],\"answers\":[]}",
	    "endpoints: expected names" },
	{ "acme|x-1", WHOLE "\"a\":1}",
	    "answers: expected at most 64 of them" },
	{ "acme|x-1", WHOLE "\"answers\":{}}",
	    "answers: expected at most 64 of them" },
	{ "acme|x-1", ANSWERED("7"), "at: expected an instant" },
	{ "acme|x-1", ANSWERED("{\"at\":6,\"by\":\"a\"}"),
	    "who: expected a text" },
	{ "acme|x-1", ANSWERED("{\"at\":6,\"by\":\"a\",\"who\":\"b\"}"),
	    "consent: not known" },
	{ "acme|x-1",
	    ANSWERED("{\"at\":6,\"by\":\"a\",\"who\":\"b\",\"consent\":"
		     "\"agreed\",\"text\":[]}"),
	    "text: expected a text" },
	{ "acme", ANSWERED(""), "the field is not client|exclusion" },
	{ "|x-1", ANSWERED(""), "the field is not client|exclusion" },
	{ "acme|", ANSWERED(""), "the field is not client|exclusion" },
	{ "acme|x-01234567890123456789012345678901", ANSWERED(""),
	    "the field is not client|exclusion" },
	{ "a234567890123456789012345678901234567890123456789012345678901234|x",
	    ANSWERED(""), "the field is not client|exclusion" },
};

static void
refused(const char *field, const char *json, size_t length, const char *why)
{
	char error[160];

	assert_null(claim_decode(field, json, length, error));
	if (strncmp(error, why, strlen(why)) != 0)
		fail_msg("%.200s: %s", json, error);
}

static void
a_record_that_is_not_whole_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++)
		refused(broken[i].field, broken[i].json, strlen(broken[i].json),
		    broken[i].error);
}

/* So many of them, each as the text. */
static struct text
many(const char *head, int count, const char *one, const char *tail)
{
	struct text t = { 0 };

	text_add(&t, head);
	for (int i = 0; i < count; i++)
		text_addf(&t, "%s%s", i > 0 ? "," : "", one);
	text_add(&t, tail);
	return t;
}

static void
what_is_too_much_is_refused(void **state)
{
	static const char answer[] =
	    "{\"at\":6,\"by\":\"a\",\"who\":\"b\",\"consent\":\"agreed\"}";
	char *endless = mem_alloc(LEDGER_RECORD_MAX + 1), name[204];
	struct text t;

	(void)state;
	memset(endless, ' ', LEDGER_RECORD_MAX + 1);
	refused("acme|x-1", endless, LEDGER_RECORD_MAX + 1, "record too long");
	free(endless);
	t = many(WHOLE "\"answers\":[", CLAIM_ANSWERS_MAX + 1, answer, "]}");
	refused("acme|x-1", t.data, t.length,
	    "answers: expected at most 64 of them");
	text_clear(&t);
	t = many(WHOLE "\"endpoints\":[", CLAIM_ENDPOINTS_MAX + 1, "\"a/b\"",
	    "],\"answers\":[]}");
	refused("acme|x-1", t.data, t.length,
	    "endpoints: expected 1 to 1000 of them");
	text_clear(&t);
	memset(name, 'a', sizeof(name));
	text_format(name + 202, 2, "\"");
	name[0] = '"';
	t = many(WHOLE "\"endpoints\":[", 1, name, "],\"answers\":[]}");
	refused("acme|x-1", t.data, t.length, "endpoints: expected names");
	text_clear(&t);
}

static void
words_of_a_claim(void **state)
{
	(void)state;
	assert_string_equal(claim_reason_text(CLAIM_FORCE_MAJEURE),
	    "force-majeure");
	assert_int_equal(claim_reason_parse("third-party"), CLAIM_THIRD_PARTY);
	assert_int_equal(claim_reason_parse("rain"), -1);
	assert_string_equal(claim_consent_text(CLAIM_DISPUTED), "disputed");
	assert_int_equal(claim_consent_parse("agreed"), CLAIM_AGREED);
	assert_int_equal(claim_consent_parse(""), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(answers_follow_each_other),
		cmocka_unit_test(a_record_that_is_not_whole_is_refused),
		cmocka_unit_test(what_is_too_much_is_refused),
		cmocka_unit_test(words_of_a_claim),
	};

	return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
