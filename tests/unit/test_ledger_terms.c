/* ledger: steps and agreements, and records that can hold them for years. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/ledger.h"
#include "lib/text.h"

static const struct ledger_step step = { .quorum = 2,
	.interval_ms = 30000,
	.regions = (char[]){ "a b" },
	.counts = true };
static const struct ledger_agreement agreement = { .sla = (char[]){ "gold" },
	.zone = (char[]){ "UTC" } };

static void
test_same_step(void **state)
{
	struct ledger_step a = step, b = step;

	(void)state;
	b.from_ms = 5;
	assert_true(ledger_is_same_step(&a, &b));
	b.regions = (char[]){ "a" };
	assert_false(ledger_is_same_step(&a, &b));
	b = a;
	b.ended = (char[]){ "removed" };
	assert_false(ledger_is_same_step(&a, &b));
	b = a;
	b.regions = NULL;
	assert_false(ledger_is_same_step(&a, &b));
	assert_false(ledger_is_same_step(&b, &a));
	b = a;
	b.quorum = 3;
	assert_false(ledger_is_same_step(&a, &b));
	b = a;
	b.interval_ms = 1;
	assert_false(ledger_is_same_step(&a, &b));
	b = a;
	b.timeout_ms = 1;
	assert_false(ledger_is_same_step(&a, &b));
	b = a;
	b.counts = false;
	assert_false(ledger_is_same_step(&a, &b));
}

static void
test_same_agreement(void **state)
{
	struct ledger_agreement a = agreement, b = agreement;

	(void)state;
	b.from_ms = 5;
	assert_true(ledger_is_same_agreement(&a, &b));
	b.zone = (char[]){ "Europe/London" };
	assert_false(ledger_is_same_agreement(&a, &b));
	b = a;
	b.sla = (char[]){ "silver" };
	assert_false(ledger_is_same_agreement(&a, &b));
	b = a;
	b.ended = (char[]){ "removed" };
	assert_false(ledger_is_same_agreement(&a, &b));
	b = a;
	b.coverage_floor_milli = 1;
	assert_false(ledger_is_same_agreement(&a, &b));
	b = a;
	b.guarantee_milli = 1;
	assert_false(ledger_is_same_agreement(&a, &b));
	b = a;
	b.more = (char[]){ "{}" };
	assert_false(ledger_is_same_agreement(&a, &b));
}

/* The later one stands. */
static void
test_two_at_one_instant(void **state)
{
	struct ledger_step other_step = step;
	struct ledger_agreement other_agreement = agreement;
	struct ledger_agreements agreements = { 0 };
	struct ledger_terms terms = { 0 };

	(void)state;
	other_step.counts = false;
	ledger_add_step(&terms, &step);
	ledger_add_step(&terms, &other_step);
	assert_int_equal(terms.count, 1);
	assert_false(terms.items[0].counts);
	ledger_terms_clear(&terms);
	other_agreement.guarantee_milli = 1;
	ledger_add_agreement(&agreements, &agreement);
	ledger_add_agreement(&agreements, &other_agreement);
	assert_int_equal(agreements.count, 1);
	assert_int_equal(agreements.items[0].guarantee_milli, 1);
	ledger_agreements_clear(&agreements);
}

/*
 * A tree that is changed every day for years: the record stays one that can be
 * read, and what the account follows from stays in it.
 */
static void
test_more_steps_than_a_record_holds(void **state)
{
	char regions[] = "a b", ended[] = "disabled: moved";
	struct ledger_terms terms = { 0 }, again = { 0 };
	struct ledger_step own = { .quorum = 2,
		.timeout_ms = 10000,
		.regions = regions };
	char error[160], *text;

	(void)state;
	for (int i = 0; i < LEDGER_STEPS_MAX + 500; i++) {
		own.from_ms = 1000 + i;
		own.interval_ms = 30000 + i % 2;
		own.counts = i >= 100;
		own.ended = i >= 200 && i < 300 ? ended : NULL;
		ledger_add_step(&terms, &own);
	}
	text = ledger_encode_terms(&terms);
	assert_int_equal(ledger_decode_terms(text, strlen(text), &again, error),
	    0);
	assert_int_equal(again.items[0].from_ms, 1000);
	assert_false(again.items[0].counts);
	for (size_t i = 1; i < again.count; i++) {
		const struct ledger_step *s = &again.items[i];

		assert_int_equal(s->counts, s->from_ms >= 1100);
		assert_int_equal(s->ended != NULL,
		    s->from_ms >= 1200 && s->from_ms < 1300);
	}
	assert_int_equal(again.items[again.count - 1].from_ms,
	    1000 + LEDGER_STEPS_MAX + 499);
	free(text);
	ledger_terms_clear(&terms);
	ledger_terms_clear(&again);
}

static void
test_more_agreements_than_a_record_holds(void **state)
{
	struct ledger_agreements list = { 0 }, again = { 0 };
	struct ledger_agreement own = agreement;
	char gold[] = "gold", silver[] = "silver", error[160], *text;

	(void)state;
	for (int i = 0; i < LEDGER_STEPS_MAX + 500; i++) {
		own.from_ms = 1000 + i;
		own.sla = i % 2 == 0 ? gold : silver;
		own.guarantee_milli = i < 100 ? 99000 : 99900;
		ledger_add_agreement(&list, &own);
	}
	text = ledger_encode_agreements(&list);
	assert_int_equal(ledger_decode_agreements(text, strlen(text), &again,
			     error),
	    0);
	assert_int_equal(again.items[0].from_ms, 1000);
	for (size_t i = 0; i < again.count; i++)
		assert_int_equal(again.items[i].guarantee_milli,
		    again.items[i].from_ms < 1100 ? 99000 : 99900);
	free(text);
	ledger_agreements_clear(&list);
	ledger_agreements_clear(&again);
}

/* What is written of these terms, read again. */
static void
read_again(const struct ledger_terms *terms, struct ledger_terms *out)
{
	char error[160], *text = ledger_encode_terms(terms);

	assert_true(strlen(text) <= LEDGER_RECORD_MAX);
	assert_int_equal(ledger_decode_terms(text, strlen(text), out, error),
	    0);
	free(text);
}

/* An endpoint that is disabled every night: no two steps are one. */
static void
test_steps_that_never_become_one(void **state)
{
	char regions[] = "a b", ended[] = "disabled: the night's backup";
	struct ledger_terms terms = { 0 }, again = { 0 };
	struct ledger_step own = { .quorum = 2,
		.regions = regions,
		.counts = true };

	(void)state;
	for (int i = 0; i < LEDGER_STEPS_MAX + 500; i++) {
		own.from_ms = 1000 + i;
		own.ended = i % 2 == 0 ? NULL : ended;
		ledger_add_step(&terms, &own);
	}
	read_again(&terms, &again);
	assert_int_equal(again.count, LEDGER_STEPS_MAX);
	assert_int_equal(again.items[0].from_ms, 1500);
	assert_null(again.items[0].ended);
	assert_int_equal(again.items[again.count - 1].from_ms,
	    1000 + LEDGER_STEPS_MAX + 499);
	ledger_terms_clear(&terms);
	ledger_terms_clear(&again);
}

/* Names so long that a record is full long before it has all its steps. */
static void
test_steps_of_regions_with_long_names(void **state)
{
	struct ledger_terms terms = { 0 }, again = { 0 };
	struct ledger_step own = { .quorum = 2, .counts = true };
	struct text regions = { 0 };

	(void)state;
	for (int i = 0; i < 32; i++)
		text_addf(&regions, "%sregion-%050d", i > 0 ? " " : "", i);
	own.regions = regions.data;
	for (int i = 0; i < LEDGER_STEPS_MAX + 500; i++) {
		own.from_ms = 1000 + i;
		own.interval_ms = 30000 + i % 2;
		ledger_add_step(&terms, &own);
	}
	read_again(&terms, &again);
	assert_true(again.count > 400);
	assert_int_equal(again.items[0].from_ms, 1000);
	assert_int_equal(again.items[again.count - 1].from_ms,
	    1000 + LEDGER_STEPS_MAX + 499);
	text_clear(&regions);
	ledger_terms_clear(&terms);
	ledger_terms_clear(&again);
}

/* A guarantee that is another one each time. */
static void
test_agreements_that_never_become_one(void **state)
{
	struct ledger_agreements list = { 0 }, again = { 0 };
	struct ledger_agreement own = agreement;
	char error[160], *text;

	(void)state;
	for (int i = 0; i < LEDGER_STEPS_MAX + 500; i++) {
		own.from_ms = 1000 + i;
		own.guarantee_milli = 99000 + i % 2;
		ledger_add_agreement(&list, &own);
	}
	text = ledger_encode_agreements(&list);
	assert_int_equal(ledger_decode_agreements(text, strlen(text), &again,
			     error),
	    0);
	assert_int_equal(again.count, LEDGER_STEPS_MAX);
	assert_int_equal(again.items[0].from_ms, 1500);
	free(text);
	ledger_agreements_clear(&list);
	ledger_agreements_clear(&again);
}

/* Whatever the account follows from keeps two agreements apart; only the name
   of the terms does not. */
static void
test_agreements_that_an_account_tells_apart(void **state)
{
	struct ledger_agreement others[5] = { agreement, agreement, agreement,
		agreement, agreement };
	struct ledger_agreements list = { 0 };
	size_t count = sizeof(others) / sizeof(others[0]);

	(void)state;
	others[0].zone = (char[]){ "Europe/London" };
	others[1].guarantee_milli = 99900;
	others[2].coverage_floor_milli = 99000;
	others[3].more = (char[]){ "{\"notice_s\":5}" };
	others[4].ended = (char[]){ "removed" };
	for (size_t i = 0; i < LEDGER_STEPS_MAX + count; i++) {
		/* Each once at the beginning, and the same from there on. */
		struct ledger_agreement own =
		    i < 2 * count && i % 2 == 1 ? others[i / 2] : agreement;

		own.from_ms = (int64_t)(1000 + i);
		ledger_add_agreement(&list, &own);
	}
	assert_int_equal(list.count, LEDGER_STEPS_MAX);
	for (size_t i = 0; i < 2 * count; i++)
		assert_int_equal(list.items[i].from_ms, 1000 + (int64_t)i);
	assert_int_equal(list.items[2 * count + 1].from_ms,
	    (int64_t)(1000 + 3 * count + 1));
	ledger_agreements_clear(&list);
}

/* Terms so long that a record is full long before it has all its steps. */
static void
test_agreements_with_long_terms(void **state)
{
	struct ledger_agreements list = { 0 };
	struct ledger_agreement own = agreement;
	struct text more = { 0 };

	(void)state;
	text_add(&more, "{\"service_hours\":[");
	for (int i = 0; i < 600; i++)
		text_addf(&more, "%s\"mon-fri 09:00-17:00\"", i > 0 ? "," : "");
	text_add(&more, "]}");
	own.more = more.data;
	for (int i = 0; i < 200; i++) {
		own.from_ms = 1000 + i;
		own.guarantee_milli = 99000 + i % 2;
		ledger_add_agreement(&list, &own);
	}
	assert_in_range(list.count, 50, 199);
	assert_true(list.bytes <= LEDGER_RECORD_MAX);
	assert_int_equal(list.items[list.count - 1].from_ms, 1199);
	text_clear(&more);
	ledger_agreements_clear(&list);
}

/* The journal is kept from the begin of a contract, until long after its end. */
static void
test_how_long_a_journal_is_kept(void **state)
{
	struct ledger_agreements all = { 0 };
	struct ledger_agreement a = agreement;

	(void)state;
	assert_true(ledger_kept_from(&all, 1000) == NEVER);
	a.from_ms = 10;
	ledger_add_agreement(&all, &a);
	assert_int_equal(ledger_kept_from(&all, 1000), 10);
	a.from_ms = 999;
	a.ended = (char[]){ "removed" };
	ledger_add_agreement(&all, &a);
	assert_true(ledger_kept_from(&all, 1000) == NEVER);
	assert_int_equal(ledger_kept_from(&all, 999), 10);
	ledger_agreements_clear(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_how_long_a_journal_is_kept),
		cmocka_unit_test(test_agreements_that_an_account_tells_apart),
		cmocka_unit_test(test_agreements_with_long_terms),
		cmocka_unit_test(test_steps_that_never_become_one),
		cmocka_unit_test(test_steps_of_regions_with_long_names),
		cmocka_unit_test(test_agreements_that_never_become_one),
		cmocka_unit_test(test_same_step),
		cmocka_unit_test(test_same_agreement),
		cmocka_unit_test(test_two_at_one_instant),
		cmocka_unit_test(test_more_steps_than_a_record_holds),
		cmocka_unit_test(test_more_agreements_than_a_record_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
