/* ledger_plain: stretches read without JSON are those that JSON's reader reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/ledger_plain.h"

/* As it is written, or with a blank behind, which only JSON's reader takes. */
static void
read_both_ways(const char *record, size_t length)
{
	char both[2][400], error[2][160], *again[2];
	struct ledger_stretch out[2];
	int status[2];

	assert_true(length + 2 < sizeof(both[0]));
	for (int i = 0; i < 2; i++) {
		memcpy(both[i], record, length);
		both[i][length] = ' ';
		status[i] = ledger_decode_stretch(both[i], length + (size_t)i,
		    &out[i], error[i]);
	}
	if (status[0] != status[1])
		fail_msg("%.*s: %s, %s", (int)length, record, error[0],
		    error[1]);
	if (status[0] != 0)
		return;
	for (int i = 0; i < 2; i++)
		again[i] = ledger_encode_stretch(&out[i]);
	assert_string_equal(again[0], again[1]);
	free(again[0]);
	free(again[1]);
}

/* Each byte of a record becomes another one, goes, or comes twice. */
static void
read_spoiled(const char *record, size_t n, size_t at)
{
	static const char others[] = "0-9.e\"\\}, _dNu";
	char other[400];

	read_both_ways(record, at);
	memcpy(other, record, n + 1);
	memmove(other + at, record + at + 1, n - at);
	read_both_ways(other, n - 1);
	memmove(other + at + 1, record + at, n - at + 1);
	other[at] = record[at];
	read_both_ways(other, n + 1);
	for (const char *c = others; *c != '\0'; c++) {
		memcpy(other, record, n + 1);
		other[at] = *c;
		read_both_ways(other, n);
	}
}

static void
a_stretch_is_read_alike_with_and_without_json(void **state)
{
	static const struct ledger_stretch cases[] = {
		{ LEDGER_DOWN, 1000, 2000, 990, 1990, REASON_HTTP_STATUS,
		    false },
		{ LEDGER_UNKNOWN, -5, NEVER, 0, NEVER, REASON_NONE, true },
		{ LEDGER_DOWN, 1800000000000, TIME_MAX, LEDGER_UNSEEN, 1,
		    REASON_DNS, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *record = ledger_encode_stretch(&cases[i]);
		size_t n = strlen(record);
		struct ledger_stretch out;

		/* What is written needs no JSON. */
		assert_true(ledger_plain_stretch(record, n, &out));
		assert_int_equal(out.from_ms, cases[i].from_ms);
		assert_int_equal(out.to_ms, cases[i].to_ms);
		for (size_t at = 0; at < n; at++)
			read_spoiled(record, n, at);
		free(record);
	}
}

static void
what_is_not_sound_is_left_to_json(void **state)
{
	static const char *const records[] = {
		"{\"kind\":\"down\",\"from\":5,\"to\":5,\"from_before\":0,"
		"\"to_before\":0,\"reason\":\"dns\",\"removed\":false}",
		"{\"kind\":\"down\",\"from\":5,\"to\":253402300800000,"
		"\"from_before\":0,\"to_before\":0,\"reason\":\"dns\","
		"\"removed\":false}",
		"{\"kind\":\"down\",\"from\":1234567890123456,\"to\":0,"
		"\"from_before\":0,\"to_before\":0,\"reason\":\"dns\","
		"\"removed\":false}",
		"{\"kind\":\"down\",\"from\":5,\"to\":6,\"from_before\":0,"
		"\"to_before\":0,\"reason\":\"a_word_of_more_than_that_many\","
		"\"removed\":false}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct ledger_stretch out;

		assert_false(
		    ledger_plain_stretch(records[i], strlen(records[i]), &out));
		read_both_ways(records[i], strlen(records[i]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stretch_is_read_alike_with_and_without_json),
		cmocka_unit_test(what_is_not_sound_is_left_to_json),
	};

	return cmocka_run_group_tests_name("ledger plain", tests, NULL, NULL);
}
